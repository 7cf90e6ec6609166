//! The image and its layers.

use plimsoll_model::{Identity, ImageInfo, LayerOwner};
use serde::Serialize;

#[derive(Serialize)]
pub(crate) struct Image<'a> {
    name: &'a str,
    source: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    manifest_digest: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    config_digest: Option<String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    tags: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    platform: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created: Option<String>,
    base: Base<'a>,
    layers: Vec<Layer<'a>>,
}

#[derive(Serialize)]
struct Base<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    layers: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    by: &'a str,
}

#[derive(Serialize)]
struct Layer<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    diff_id: Option<String>,
    media_type: &'a str,
    size_bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    instruction: Option<&'a str>,
    owner: &'static str,
    verified: bool,
}

#[derive(Serialize)]
pub(crate) struct System<'a> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

pub(crate) fn system(identity: &Identity) -> System<'_> {
    let distro = identity.distro();
    System {
        kind: match identity {
            Identity::Distro(_) => "distribution",
            Identity::Unknown => "unknown",
            Identity::Scratch => "scratch",
        },
        id: distro.map(|distro| distro.id.as_str()),
        version: distro.and_then(|distro| distro.version.as_deref()),
        name: distro.and_then(|distro| distro.pretty_name.as_deref()),
    }
}

pub(crate) fn image(info: &ImageInfo) -> Image<'_> {
    let layer = |layer: &'_ plimsoll_model::LayerInfo| {
        (layer.digest.map(|d| d.to_string()), layer.diff_id.map(|d| d.to_string()))
    };
    Image {
        name: &info.name,
        source: &info.source,
        manifest_digest: info.manifest_digest.map(|digest| digest.to_string()),
        config_digest: info.config_digest.map(|digest| digest.to_string()),
        tags: &info.tags,
        platform: info.platform.as_ref().map(ToString::to_string),
        created: info.created.map(|at| at.to_string()),
        base: Base {
            layers: info.base.layers,
            name: info.base.name.as_deref(),
            digest: info.base.digest.map(|digest| digest.to_string()),
            by: &info.base.by,
        },
        layers: info
            .layers
            .iter()
            .map(|row| {
                let (digest, diff_id) = layer(row);
                Layer {
                    digest,
                    diff_id,
                    media_type: &row.media_type,
                    size_bytes: row.size_bytes,
                    instruction: row.instruction.as_deref(),
                    owner: owner_name(row.owner),
                    verified: row.verified,
                }
            })
            .collect(),
    }
}

pub(crate) fn owner_name(owner: LayerOwner) -> &'static str {
    match owner {
        LayerOwner::Base => "base",
        LayerOwner::Own => "own",
        LayerOwner::Unknown => "unknown",
    }
}
