//! Where the base image ends: by the user's word, the image's annotation, the provenance beside it, or
//! the base index; else unknown, never "own".

use plimsoll_images::{OpenOptions, Opened, SourceSpec};
use plimsoll_model::{BaseBoundary, Digest, ImageInfo, Inventory, LayerOwner};

use crate::cache::BaseImage;
use crate::{Cache, ScanError};

/// The base image that the user names.
pub(crate) struct NamedBase {
    name: String,
    /// The chains of digests that it is known by: of its blobs, and of its plain layers, since an
    /// archive may name the one and a registry the other.
    chains: Vec<Vec<Digest>>,
}

/// Opens the base image that the user names. Only its manifest and configuration are read.
pub(crate) fn open(spec: &SourceSpec, options: &OpenOptions) -> Result<NamedBase, ScanError> {
    match plimsoll_images::open(spec, options)? {
        Opened::Image(image) => {
            let chains = chains(&image.info);
            if chains.is_empty() {
                return Err(ScanError::NoBase(image.info.name));
            }
            Ok(NamedBase { name: image.info.name, chains })
        }
        Opened::Stream(_) => Err(ScanError::NoBase("standard input".into())),
        Opened::RootFs(path) => Err(ScanError::NoBase(path.display().to_string())),
    }
}

/// Settles the boundary and marks layers and packages as the base's or the image's own.
///
/// # Errors
/// When the image that the user names is not the base of this one.
pub(crate) fn settle(
    cache: Option<&Cache>,
    wanted: Option<&NamedBase>,
    built_from: &[Digest],
    info: &mut ImageInfo,
    inventory: &mut Inventory,
) -> Result<(), ScanError> {
    let identities: Option<Vec<Digest>> = info.layers.iter().map(|layer| layer.digest.or(layer.diff_id)).collect();
    let known = match wanted {
        Some(base) => {
            let own = chains(info);
            let shared = base.chains.iter().find(|chain| own.iter().any(|own| own.starts_with(chain)));
            let chain = shared.ok_or_else(|| ScanError::NotTheBase(base.name.clone()))?;
            Some((BaseImage { name: base.name.clone(), chain: chain.clone() }, "option"))
        }
        // What no user vouches for rests on digests of blobs: a diff-id is a claim of the image. An
        // annotation or provenance only chooses among images that are known and really lie below.
        None => identities.and_then(|own| {
            let below = |base: &BaseImage| own.starts_with(&base.chain);
            let known = |manifest: &Digest| cache?.base_of_manifest(manifest).filter(below);
            let annotated = info.base.digest.as_ref().and_then(known).map(|base| (base, "annotation"));
            let used =
                || Some((built_from.iter().filter_map(known).max_by_key(|base| base.chain.len())?, "provenance"));
            annotated.or_else(used).or_else(|| Some((cache?.base_of(&own)?, "base-index")))
        }),
    };
    let Some((base, by)) = known else { return Ok(()) };
    let boundary = base.chain.len() as u32;
    let name = info.base.name.take().unwrap_or(base.name);
    info.base = BaseBoundary { layers: Some(boundary), name: Some(name), digest: info.base.digest, by: by.into() };
    let owner = |layer: u32| if layer < boundary { LayerOwner::Base } else { LayerOwner::Own };
    for (at, layer) in info.layers.iter_mut().enumerate() {
        layer.owner = owner(at as u32);
    }
    for package in &mut inventory.packages {
        package.layer_owner = owner(package.version_since);
    }
    Ok(())
}

fn chains(info: &ImageInfo) -> Vec<Vec<Digest>> {
    let identities: Option<Vec<Digest>> = info.layers.iter().map(|layer| layer.digest.or(layer.diff_id)).collect();
    let diff_ids: Option<Vec<Digest>> = info.layers.iter().map(|layer| layer.diff_id).collect();
    identities.into_iter().chain(diff_ids).filter(|chain| !chain.is_empty()).collect()
}
