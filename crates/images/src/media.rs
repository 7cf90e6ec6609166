//! Media types of manifests, configurations and layers.

/// What a manifest's media type says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DocumentMedia {
    Index,
    Manifest,
    Schema1,
    Other,
}

/// What a layer's media type says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LayerMedia {
    Layer,
    Foreign,
    Encrypted,
    Other,
}

pub(crate) const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";
pub(crate) const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub(crate) const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
pub(crate) const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
pub(crate) const DOCKER_LAYER: &str = "application/vnd.docker.image.rootfs.diff.tar";

/// Beginnings of the media types of layers; what follows names the compression.
const LAYERS: &[&str] = &[
    "application/vnd.oci.image.layer.v1.tar",
    DOCKER_LAYER,
    // Before the specifications settled.
    "application/vnd.oci.image.layer.tar",
    "application/vnd.docker.container.image.rootfs.diff+x-gtar",
];
const FOREIGN: &[&str] = &[
    "application/vnd.oci.image.layer.nondistributable.v1.tar",
    "application/vnd.docker.image.rootfs.foreign.diff.tar",
];
const COMPRESSIONS: &[&str] = &["", "+gzip", ".gzip", "+zstd", ".zstd"];

pub(crate) fn document(media_type: &str) -> DocumentMedia {
    match media_type {
        OCI_INDEX | DOCKER_LIST => DocumentMedia::Index,
        OCI_MANIFEST | DOCKER_MANIFEST => DocumentMedia::Manifest,
        "application/vnd.docker.distribution.manifest.v1+json"
        | "application/vnd.docker.distribution.manifest.v1+prettyjws" => DocumentMedia::Schema1,
        _ => DocumentMedia::Other,
    }
}

pub(crate) fn layer(media_type: &str) -> LayerMedia {
    if media_type.ends_with("+encrypted") {
        return LayerMedia::Encrypted;
    }
    let is_one_of = |known: &[&str]| {
        let rests = known.iter().filter_map(|start| media_type.strip_prefix(start));
        rests.into_iter().any(|rest| COMPRESSIONS.contains(&rest))
    };
    if is_one_of(LAYERS) {
        LayerMedia::Layer
    } else if is_one_of(FOREIGN) {
        LayerMedia::Foreign
    } else {
        LayerMedia::Other
    }
}

pub(crate) fn is_image_config(media_type: &str) -> bool {
    matches!(media_type, "application/vnd.oci.image.config.v1+json" | "application/vnd.docker.container.image.v1+json")
}
