//! What Docker before 1.10 saved: `repositories`, and a folder a layer, each with its parent's name.

use std::collections::BTreeMap;

use plimsoll_model::{Digest, Timestamp};
use serde::Deserialize;

use crate::assemble::{self, Origin};
use crate::config::{Config, MAX_CONFIG};
use crate::files::Files;
use crate::lists::Wanted;
use crate::manifest::{self, MAX_LAYERS, MAX_MANIFEST};
use crate::tags::{self, Named};
use crate::{Image, ImageError, clean, docker, json};

pub(crate) const REPOSITORIES: &str = "repositories";

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
    let mut chain = Vec::new();
    let mut next = Some(top);
    while let Some(id) = next.take() {
        // A circle is an endless chain.
        if chain.len() == MAX_LAYERS {
            return Err(ImageError::Limit { what: "the number of layers".into(), limit: MAX_LAYERS as u64 });
        }
        if !is_id(&id) {
            return Err(ImageError::NoImage(format!("`{}` is no identifier of a layer", clean::name(&id))));
        }
        let path = format!("{id}/json");
        let bytes = files.small(&path, MAX_CONFIG)?.ok_or(ImageError::MissingMember(path))?;
        let layer: Layer = json::parse(&bytes, "a layer's description")?;
        next = layer.parent.clone().filter(|parent| !parent.is_empty());
        chain.push((id, layer));
    }
    let newest = &chain[0].1;
    let platform = manifest::platform(&newest.os, &newest.architecture, None);
    if let (Some(wish), Some(offered)) = (wanted.platform, &platform)
        && !wish.accepts(offered)
    {
        return Err(ImageError::NoSuchPlatform { wanted: wish.clone(), offered: vec![offered.to_string()] });
    }
    let created = newest.created.as_deref().and_then(Timestamp::parse);
    chain.reverse();
    let config = Config::legacy(platform, created, chain.iter().map(|(_, layer)| layer.instruction()).collect());
    let layers =
        chain.iter().map(|(id, _)| docker::layer(files, &format!("{id}/layer.tar"))).collect::<Result<Vec<_>, _>>()?;
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
