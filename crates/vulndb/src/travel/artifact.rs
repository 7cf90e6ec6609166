//! A database as an artifact of a registry: an OCI manifest whose first layer is the signed
//! `manifest.json` and whose further layers are the packed shards.
//!
//! The layers carry the names of their files, so that whatever pulls artifacts into a folder makes a
//! published folder of it.

use std::collections::BTreeMap;

use plimsoll_model::Digest;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::packed::PACKED;
use super::patch::delta_file;
use crate::{MANIFEST_FILE, Manifest, ShardRow};

pub(super) const MANIFEST_TYPE: &str = "application/vnd.oci.image.manifest.v1+json";
const ARTIFACT_TYPE: &str = "application/vnd.plimsoll.database.v1";
const SIGNED_TYPE: &str = "application/vnd.plimsoll.database.manifest.v1+json";
const SHARD_TYPE: &str = "application/vnd.plimsoll.database.shard.v1+zstd";
const DELTA_TYPE: &str = "application/vnd.plimsoll.database.delta.v1";
const EMPTY_TYPE: &str = "application/vnd.oci.empty.v1+json";
/// What stands for a configuration where there is none.
pub(super) const EMPTY: &[u8] = b"{}";

const SHARD: &str = "io.plimsoll.shard";
const PLAIN: &str = "io.plimsoll.digest";
const FROM: &str = "io.plimsoll.from";
const GENERATION: &str = "io.plimsoll.generation";
const TITLE: &str = "org.opencontainers.image.title";
const CREATED: &str = "org.opencontainers.image.created";

type Annotations = BTreeMap<String, String>;

/// An OCI manifest, as far as this needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Artifact {
    schema_version: u32,
    #[serde(default)]
    media_type: String,
    #[serde(default)]
    artifact_type: String,
    config: Descriptor,
    layers: Vec<Descriptor>,
    #[serde(default)]
    annotations: Annotations,
}

/// A blob.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Descriptor {
    #[serde(default)]
    media_type: String,
    pub digest: Digest,
    pub size: u64,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    annotations: Annotations,
}

impl Descriptor {
    pub fn empty() -> Self {
        Self::of(EMPTY_TYPE, EMPTY)
    }

    /// The signed manifest.
    pub fn signed(json: &[u8]) -> Self {
        let annotations = Annotations::from([(TITLE.into(), MANIFEST_FILE.into())]);
        Self { annotations, ..Self::of(SIGNED_TYPE, json) }
    }

    /// A packed shard.
    pub fn shard(row: &ShardRow, digest: Digest, size: u64) -> Self {
        let annotations = Annotations::from([
            (SHARD.into(), row.name.to_string()),
            (PLAIN.into(), row.digest.to_string()),
            (TITLE.into(), format!("{}{PACKED}", row.file)),
        ]);
        Self { media_type: SHARD_TYPE.into(), digest, size, annotations }
    }

    /// What makes a shard of the one with the digest `old`.
    pub fn delta(row: &ShardRow, old: &Digest, bytes: &[u8]) -> Self {
        let annotations = Annotations::from([
            (SHARD.into(), row.name.to_string()),
            (FROM.into(), old.to_string()),
            (PLAIN.into(), row.digest.to_string()),
            (TITLE.into(), delta_file(row, old)),
        ]);
        Self { annotations, ..Self::of(DELTA_TYPE, bytes) }
    }

    fn of(media_type: &str, bytes: &[u8]) -> Self {
        let digest = Digest::Sha256(Sha256::digest(bytes).into());
        let (media_type, size) = (media_type.into(), bytes.len() as u64);
        Self { media_type, digest, size, annotations: Annotations::new() }
    }

    fn is_shard(&self, row: &ShardRow) -> bool {
        self.media_type == SHARD_TYPE && self.names(PLAIN) == Some(row.digest)
    }

    fn is_delta(&self, row: &ShardRow, old: &Digest) -> bool {
        self.media_type == DELTA_TYPE && self.names(PLAIN) == Some(row.digest) && self.names(FROM) == Some(*old)
    }

    fn names(&self, annotation: &str) -> Option<Digest> {
        self.annotations.get(annotation).and_then(|text| text.parse().ok())
    }
}

impl Artifact {
    /// The artifact of a database: the signed manifest, then the shards.
    pub fn new(database: &Manifest, layers: Vec<Descriptor>) -> Self {
        let mut annotations = Annotations::from([(GENERATION.into(), database.generation.to_string())]);
        if let Some(built) = database.built {
            annotations.insert(CREATED.into(), built.to_string());
        }
        Self {
            schema_version: 2,
            media_type: MANIFEST_TYPE.into(),
            artifact_type: ARTIFACT_TYPE.into(),
            config: Descriptor::empty(),
            layers,
            annotations,
        }
    }

    /// Reads an artifact; fails with what is wrong with it.
    pub fn read(json: &[u8]) -> Result<Self, String> {
        let artifact: Self = serde_json::from_slice(json).map_err(|error| error.to_string())?;
        if artifact.artifact_type != ARTIFACT_TYPE {
            return Err("it is an image, or another artifact".into());
        }
        Ok(artifact)
    }

    /// The blob with the signed manifest.
    pub fn signed_manifest(&self) -> Option<&Descriptor> {
        self.layers.first().filter(|layer| layer.media_type == SIGNED_TYPE)
    }

    /// The blob with a packed shard.
    pub fn packed_shard(&self, row: &ShardRow) -> Option<&Descriptor> {
        self.layers.iter().find(|layer| layer.is_shard(row))
    }

    /// The blob with what makes a shard of an old one.
    pub fn delta(&self, row: &ShardRow, old: &Digest) -> Option<&Descriptor> {
        self.layers.iter().find(|layer| layer.is_delta(row, old))
    }
}
