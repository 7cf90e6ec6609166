//! What `docker save` writes: `manifest.json`, since Docker 25 beside an OCI layout.

use plimsoll_model::Digest;
use serde::Deserialize;

use crate::assemble::{self, Origin};
use crate::blobs::claimed_digest;
use crate::config::{Config, MAX_CONFIG};
use crate::files::Files;
use crate::json::{self, Capped};
use crate::lists::Wanted;
use crate::manifest::{MAX_LAYERS, MAX_MANIFEST, MAX_MANIFESTS};
use crate::media::DOCKER_LAYER;
use crate::tags::{self, Named};
use crate::{BlobKind, Image, ImageError, clean, verify};

pub(crate) const MANIFEST: &str = "manifest.json";

const WHAT: &str = "the archive's manifest.json";
/// Most names of one image.
const MAX_NAMES: usize = 4096;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    config: String,
    repo_tags: Option<Capped<String, MAX_NAMES>>,
    layers: Option<Capped<String, MAX_LAYERS>>,
}

/// An image of `manifest.json`, its configuration read.
pub(crate) struct Saved {
    entry: Entry,
    tags: Vec<String>,
    pub(crate) config: Config,
    pub(crate) config_digest: Digest,
}

/// The image of `manifest.json` that `tag` chooses.
pub(crate) fn find(files: &dyn Files, tag: Option<&str>) -> Result<Saved, ImageError> {
    let Some(bytes) = files.small(MANIFEST, MAX_MANIFEST)? else {
        return Err(ImageError::NoImage("a docker-archive has a manifest.json".into()));
    };
    let entries: Capped<Entry, MAX_MANIFESTS> = json::parse(&bytes, WHAT)?;
    json::refuse_lookalikes(&bytes, &["Config", "RepoTags", "Layers"], WHAT)?;
    let (mut picked, tags) = tags::pick(entries.0.into_iter().map(named).collect(), tag)?;
    let entry = picked.swap_remove(0);
    if !picked.is_empty() {
        let all = std::iter::once(&entry).chain(&picked);
        return Err(ImageError::SeveralImages(all.map(|entry| clean::name(&entry.config)).collect()));
    }
    let missing = || ImageError::MissingMember(clean::name(&entry.config));
    let bytes = files.small(&entry.config, MAX_CONFIG)?.ok_or_else(missing)?;
    let config_digest = verify::sha256(&bytes);
    if let Some(claimed) = config_claim(&entry.config) {
        verify::digest(&bytes, &claimed, "the configuration")?;
    }
    Ok(Saved { tags, config: Config::parse(&bytes)?, config_digest, entry })
}

/// Looks up the layers.
pub(crate) fn finish(files: &dyn Files, saved: Saved, wanted: Wanted<'_>, name: String) -> Result<Image, ImageError> {
    let Saved { entry, tags, config, config_digest } = saved;
    if let (Some(wish), offered) = (wanted.platform, &config.platform)
        && !offered.as_ref().is_some_and(|platform| wish.accepts(platform))
    {
        let offered = offered.iter().map(ToString::to_string).collect();
        return Err(ImageError::NoSuchPlatform { wanted: wish.clone(), offered });
    }
    let names = entry.layers.unwrap_or_default().0;
    let layers = names.iter().map(|name| layer(files, name)).collect::<Result<Vec<_>, _>>()?;
    let mut image =
        assemble::of_layers(&config, layers, Origin { name, source: "docker-archive", tags }, Vec::new(), true)?;
    image.info.config_digest = Some(config_digest);
    Ok(image)
}

/// A layer by the name of its member, which may be its digest.
pub(crate) fn layer(files: &dyn Files, name: &str) -> Result<assemble::Found, ImageError> {
    let located = files.locate(name)?.ok_or_else(|| ImageError::MissingMember(clean::name(name)))?;
    let digest = claimed_digest(name);
    let kind = if digest.is_some() { BlobKind::Oci } else { BlobKind::DockerPlain };
    let size_bytes = located.size_bytes;
    Ok(assemble::Found { digest, media_type: DOCKER_LAYER.into(), size_bytes, kind, place: Ok(located) })
}

fn named(entry: Entry) -> Named<Entry> {
    let tags = entry.repo_tags.as_ref().map(|tags| tags.0.as_slice()).unwrap_or_default();
    Named {
        key: entry.config.clone(),
        names: tags.iter().map(|tag| clean::name(tag)).collect(),
        digests: config_claim(&entry.config).into_iter().collect(),
        image: entry,
    }
}

/// The digest in a configuration's name: `<hex>.json`, `sha256:<hex>` or `blobs/sha256/<hex>`.
fn config_claim(name: &str) -> Option<Digest> {
    let hex = name.strip_suffix(".json").unwrap_or(name);
    claimed_digest(name).or_else(|| name.parse().ok()).or_else(|| format!("sha256:{hex}").parse().ok())
}
