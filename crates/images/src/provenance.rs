//! What an image was built from, by the SLSA provenance beside it (`https://slsa.dev/provenance/…`, as
//! BuildKit attaches it). Nobody vouches for it: it only says which known image may be the base.

use plimsoll_model::Digest;
use serde::Deserialize;

use crate::blobs::Blobs;
use crate::json::{self, Capped};
use crate::manifest::Descriptor;
use crate::select;

const PREDICATE_TYPE: &str = "in-toto.io/predicate-type";
const PROVENANCE: &str = "https://slsa.dev/provenance/";
/// Materials of one statement.
const MAX_MATERIALS: usize = 4096;
/// Attestations about one image that are read.
const MAX_ATTESTATIONS: usize = 8;

#[derive(Deserialize)]
struct Statement {
    predicate: Predicate,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Predicate {
    /// Version 0.2.
    materials: Option<Capped<Material, MAX_MATERIALS>>,
    /// Version 1.
    build_definition: Option<BuildDefinition>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BuildDefinition {
    resolved_dependencies: Option<Capped<Material, MAX_MATERIALS>>,
}

#[derive(Deserialize)]
struct Material {
    uri: Option<String>,
    digest: Option<MaterialDigest>,
}

#[derive(Deserialize)]
struct MaterialDigest {
    sha256: Option<String>,
}

/// The digests of the images that went into one. An attestation that is not there or cannot be read
/// says nothing: that it was not scanned stands in the gaps already.
pub(crate) fn images_used(blobs: &dyn Blobs, attestations: &[Descriptor]) -> Vec<Digest> {
    attestations
        .iter()
        .take(MAX_ATTESTATIONS)
        .flat_map(|about| of_attestation(blobs, about).unwrap_or_default())
        .collect()
}

fn of_attestation(blobs: &dyn Blobs, attestation: &Descriptor) -> Option<Vec<Digest>> {
    let manifest = select::read_manifest(blobs, attestation).ok()?;
    let is_provenance =
        |layer: &&Descriptor| layer.annotation(PREDICATE_TYPE).is_some_and(|kind| kind.starts_with(PROVENANCE));
    let mut used = Vec::new();
    for layer in manifest.layers.iter().filter(is_provenance).take(MAX_ATTESTATIONS) {
        let statement = blobs.config(layer).ok()?;
        let Predicate { materials, build_definition } =
            json::parse::<Statement>(&statement, "the provenance").ok()?.predicate;
        let dependencies = build_definition.and_then(|definition| definition.resolved_dependencies);
        used.extend(materials.into_iter().chain(dependencies).flat_map(|list| list.0).filter_map(image));
    }
    Some(used)
}

fn image(material: Material) -> Option<Digest> {
    let is_image = material.uri?.starts_with("pkg:docker/");
    let digest = format!("sha256:{}", material.digest?.sha256?).parse().ok()?;
    is_image.then_some(digest)
}
