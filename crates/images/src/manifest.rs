//! Manifests and indexes, as OCI and Docker write them.

use std::collections::BTreeMap;

use plimsoll_model::{Digest, Platform};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::json::{self, Capped};
use crate::media::{self, DocumentMedia};
use crate::{ImageError, clean};

/// Longest manifest or index.
pub(crate) const MAX_MANIFEST: u64 = 4 << 20;
/// Most layers of an image.
pub(crate) const MAX_LAYERS: usize = 4096;
/// Most entries of an index.
pub(crate) const MAX_MANIFESTS: usize = 4096;

/// Fields that every reader must understand alike.
const FIELDS: &[&str] = &[
    "schemaVersion",
    "mediaType",
    "artifactType",
    "config",
    "layers",
    "manifests",
    "digest",
    "size",
    "platform",
    "architecture",
    "os",
    "variant",
    "annotations",
];

/// A reference to a blob.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Descriptor {
    #[serde(default, deserialize_with = "json::or_default")]
    pub(crate) media_type: String,
    pub(crate) digest: Digest,
    pub(crate) size: u64,
    pub(crate) artifact_type: Option<String>,
    platform: Option<RawPlatform>,
    annotations: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Clone, Deserialize)]
struct RawPlatform {
    #[serde(default, deserialize_with = "json::or_default")]
    os: String,
    #[serde(default, deserialize_with = "json::or_default")]
    architecture: String,
    variant: Option<String>,
}

/// One image.
#[derive(Debug)]
pub(crate) struct Manifest {
    pub(crate) config: Descriptor,
    pub(crate) layers: Vec<Descriptor>,
    annotations: BTreeMap<String, String>,
}

/// What a digest of the `manifests` kind leads to.
#[derive(Debug)]
pub(crate) enum Document {
    Index(Vec<Descriptor>),
    Manifest(Box<Manifest>),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    schema_version: Option<u64>,
    media_type: Option<String>,
    artifact_type: Option<String>,
    config: Option<Descriptor>,
    layers: Option<Capped<Descriptor, MAX_LAYERS>>,
    manifests: Option<Capped<Descriptor, MAX_MANIFESTS>>,
    fs_layers: Option<IgnoredAny>,
    annotations: Option<BTreeMap<String, String>>,
}

impl Descriptor {
    /// What a registry answered. A content type that says nothing of the document is left away.
    pub(crate) fn of_answer(media_type: String, digest: Digest, size: u64) -> Self {
        let says = media::document(&media_type) != DocumentMedia::Other;
        let media_type = if says { media_type } else { String::new() };
        Self { media_type, digest, size, artifact_type: None, platform: None, annotations: None }
    }

    pub(crate) fn annotation(&self, key: &str) -> Option<&str> {
        self.annotations.as_ref()?.get(key).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The platform that the index gives it, where it gives one.
    pub(crate) fn platform(&self) -> Option<Platform> {
        let raw = self.platform.as_ref()?;
        platform(&raw.os, &raw.architecture, raw.variant.as_deref())
    }

    /// Whether it can be an image or an index of images.
    pub(crate) fn may_be_image(&self) -> bool {
        let is_artifact = self.artifact_type.as_deref().is_some_and(|kind| !media::is_image_config(kind));
        let is_document = self.media_type.is_empty() || media::document(&self.media_type) != DocumentMedia::Other;
        is_document && !is_artifact && !self.is_attestation()
    }

    /// Whether it is a statement about an image. No runtime would run it: its platform is unknown.
    pub(crate) fn is_attestation(&self) -> bool {
        match &self.platform {
            Some(platform) => platform.os == "unknown" && platform.architecture == "unknown",
            None => self.annotation("vnd.docker.reference.type").is_some(),
        }
    }
}

impl Manifest {
    pub(crate) fn annotation(&self, key: &str) -> Option<&str> {
        self.annotations.get(key).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// A platform of its parts; `None` where system or processor are not given.
pub(crate) fn platform(os: &str, architecture: &str, variant: Option<&str>) -> Option<Platform> {
    if os.is_empty() || architecture.is_empty() {
        return None;
    }
    let variant = variant.filter(|variant| !variant.is_empty()).map(clean::name);
    Some(Platform { os: clean::name(os), architecture: clean::name(architecture), variant })
}

/// Reads an index or a manifest. `media_type` is what the referring document says it is, or empty.
pub(crate) fn parse(bytes: &[u8], media_type: &str) -> Result<Document, ImageError> {
    const WHAT: &str = "the manifest";
    let raw: Raw = json::parse(bytes, WHAT)?;
    json::refuse_lookalikes(bytes, FIELDS, WHAT)?;
    let own = raw.media_type.as_deref().unwrap_or_default();
    let said = [media_type, own].map(media::document);
    if raw.schema_version == Some(1) || raw.fs_layers.is_some() || said.contains(&DocumentMedia::Schema1) {
        return Err(ImageError::Schema1);
    }
    let ambiguous = |why: &str| Err(ImageError::Ambiguous { what: WHAT, why: why.into() });
    match (raw.manifests, raw.config, raw.layers) {
        (Some(_), Some(_), _) | (Some(_), _, Some(_)) => ambiguous("it has `manifests` and `layers`"),
        (Some(_), ..) if said.contains(&DocumentMedia::Manifest) => ambiguous("an index that is called a manifest"),
        (Some(manifests), ..) => Ok(Document::Index(manifests.0)),
        (None, Some(_), _) if said.contains(&DocumentMedia::Index) => ambiguous("a manifest that is called an index"),
        (None, Some(config), layers) => {
            let layers = layers.unwrap_or_default().0;
            let kind = raw.artifact_type.as_deref().unwrap_or(&config.media_type);
            if !config.media_type.is_empty() && !media::is_image_config(&config.media_type) {
                return Err(ImageError::NotAnImage(clean::name(kind)));
            }
            let annotations = raw.annotations.unwrap_or_default();
            Ok(Document::Manifest(Box::new(Manifest { config, layers, annotations })))
        }
        (None, None, _) => match raw.artifact_type.or(raw.media_type) {
            Some(kind) if media::document(&kind) == DocumentMedia::Other => {
                Err(ImageError::NotAnImage(clean::name(&kind)))
            }
            _ => Err(ImageError::Json { what: WHAT, why: "it has neither `config` nor `manifests`".into() }),
        },
    }
}
