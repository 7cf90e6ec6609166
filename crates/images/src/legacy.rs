//! What Docker before 1.10 saved: `repositories`, and a folder a layer, each with its parent's name.

use std::collections::{BTreeMap, HashSet};

use plimsoll_model::{Digest, Timestamp};
use serde::Deserialize;

use crate::assemble::{self, Origin};
use crate::config::Config;
use crate::files::Files;
use crate::lists::Wanted;
use crate::manifest::{self, MAX_LAYERS, MAX_MANIFEST, MAX_MANIFESTS};
use crate::tags::{self, Named};
use crate::{Image, ImageError, clean, docker, json};

pub(crate) const REPOSITORIES: &str = "repositories";

/// Longest description of a layer; real ones have some kilobytes.
const MAX_DESCRIPTION: u64 = 256 << 10;

/// Repository, tag, and the identifier of the topmost layer.
type Repositories = BTreeMap<String, BTreeMap<String, String>>;

#[derive(Deserialize)]
struct Layer {
    parent: Option<String>,
    #[serde(default, deserialize_with = "json::or_default")]
    os: String,
    #[serde(default, deserialize_with = "json::or_default")]
    architecture: String,
    created: Option<String>,
    container_config: Option<Container>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Container {
    cmd: Option<Vec<String>>,
}

/// Opens the wanted image. Its layers have no digests by which they could be verified.
pub(crate) fn open(files: &dyn Files, wanted: Wanted<'_>, name: String) -> Result<Image, ImageError> {
    let bytes = files.small(REPOSITORIES, MAX_MANIFEST)?.unwrap_or_default();
    let repositories: Repositories = json::parse(&bytes, "the archive's repositories")?;
    let count: usize = repositories.values().map(BTreeMap::len).sum();
    if count > MAX_MANIFESTS {
        let limit = MAX_MANIFESTS as u64;
        return Err(ImageError::Limit { what: "the number of the archive's images".into(), limit });
    }
    let named = repositories.into_iter().flat_map(|(repository, tags)| {
        tags.into_iter().map(move |(tag, top)| Named {
            key: top.clone(),
            names: vec![clean::name(&format!("{repository}:{tag}"))],
            digests: top_digest(&top).into_iter().collect(),
            image: top,
        })
    });
    let (mut tops, tags) = tags::pick(named.collect(), wanted.tag)?;
    let top = tops.swap_remove(0);
    // Of the newest layer, and so of the image.
    let (mut platform, mut created) = (None, None);
    let mut chain: Vec<(String, Option<String>)> = Vec::new();
    let mut seen = HashSet::new();
    let mut next = Some(top);
    while let Some(id) = next.take() {
        if !is_id(&id) || !seen.insert(id.clone()) {
            let why = format!("`{}` is no parent that a layer can have", clean::name(&id));
            return Err(ImageError::Json { what: "the chain of layers", why });
        }
        if seen.len() > MAX_LAYERS {
            return Err(ImageError::Limit { what: "the number of layers".into(), limit: MAX_LAYERS as u64 });
        }
        let path = format!("{id}/json");
        let bytes = files.small(&path, MAX_DESCRIPTION)?.ok_or(ImageError::MissingMember(path))?;
        let mut layer: Layer = json::parse(&bytes, "a layer's description")?;
        next = layer.parent.take().filter(|parent| !parent.is_empty());
        if chain.is_empty() {
            platform = manifest::platform(&layer.os, &layer.architecture, None);
            created = layer.created.as_deref().and_then(Timestamp::parse);
        }
        chain.push((id, layer.instruction()));
    }
    if let (Some(wish), Some(offered)) = (wanted.platform, &platform)
        && !wish.accepts(offered)
    {
        return Err(ImageError::NoSuchPlatform { wanted: wish.clone(), offered: vec![offered.to_string()] });
    }
    chain.reverse();
    let layers =
        chain.iter().map(|(id, _)| docker::layer(files, &format!("{id}/layer.tar"))).collect::<Result<Vec<_>, _>>()?;
    let instructions = chain.into_iter().map(|(_, instruction)| instruction).collect();
    let config = Config::legacy(platform, created, instructions);
    assemble::of_layers(&config, layers, Origin { name, source: "docker-archive", tags }, Vec::new(), true)
}

impl Layer {
    fn instruction(&self) -> Option<String> {
        let words = self.container_config.as_ref()?.cmd.as_ref()?;
        clean::instruction(&words.join(" "))
    }
}

fn is_id(id: &str) -> bool {
    id.len() <= 128 && id.bytes().all(|letter| letter.is_ascii_alphanumeric())
}

fn top_digest(id: &str) -> Option<Digest> {
    format!("sha256:{id}").parse().ok()
}
