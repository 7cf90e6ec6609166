//! From manifest and configuration to an [`Image`].

use plimsoll_model::{BaseBoundary, Digest, Gap, GapKind, ImageInfo, LayerInfo, LayerOwner};

use crate::blob::Bytes;
use crate::blobs::Blobs;
use crate::config::Config;
use crate::files::Located;
use crate::manifest::Descriptor;
use crate::media::{self, LayerMedia};
use crate::select::Chosen;
use crate::{BlobKind, Image, ImageError, LayerBlob, Skip, clean, provenance};

/// Where an image comes from, for its report.
pub(crate) struct Origin {
    /// What the user asked for.
    pub(crate) name: String,
    /// `registry`, `oci-archive`, …
    pub(crate) source: &'static str,
    pub(crate) tags: Vec<String>,
}

/// One layer, found or not.
pub(crate) struct Found {
    pub(crate) digest: Option<Digest>,
    pub(crate) media_type: String,
    pub(crate) size_bytes: u64,
    pub(crate) kind: BlobKind,
    pub(crate) place: Result<Located, Skip>,
}

/// An image of an OCI or Docker manifest.
pub(crate) fn of_manifest(
    blobs: &dyn Blobs,
    chosen: Chosen,
    origin: Origin,
    gaps: Vec<Gap>,
) -> Result<Image, ImageError> {
    let Chosen { digest, manifest, mut config, platform, index, attestations } = chosen;
    let media = |layer: &Descriptor| media::layer(&layer.media_type);
    if let Some(first) = manifest.layers.first()
        && manifest.layers.iter().all(|layer| media(layer) == LayerMedia::Other)
    {
        return Err(ImageError::NotAnImage(clean::name(&first.media_type)));
    }
    let layers = manifest.layers.iter().map(|layer| find(blobs, layer)).collect::<Result<Vec<_>, _>>()?;
    config.platform = config.platform.or(platform);
    let mut image = of_layers(&config, layers, origin, gaps, blobs.is_local())?;
    image.info.manifest_digest = Some(digest);
    image.info.config_digest = Some(manifest.config.digest);
    let base = |key: &str| manifest.annotation(&format!("org.opencontainers.image.base.{key}"));
    image.info.base.digest = base("digest").and_then(|digest| digest.parse().ok());
    image.index_digest = index;
    if image.info.base.digest.is_none() {
        image.built_from = provenance::images_used(blobs, &attestations);
    }
    image.info.base.name = base("name").or_else(|| base("digest")).map(clean::name);
    Ok(image)
}

fn find(blobs: &dyn Blobs, layer: &Descriptor) -> Result<Found, ImageError> {
    let missing = || ImageError::MissingBlob { what: "the layer", digest: layer.digest };
    let place = match media::layer(&layer.media_type) {
        LayerMedia::Layer => Ok(blobs.layer(layer)?.ok_or_else(missing)?),
        // Some archives hold a copy all the same; the addresses in the manifest are never followed.
        LayerMedia::Foreign if blobs.is_local() => blobs.layer(layer)?.ok_or(Skip::Foreign),
        LayerMedia::Foreign => Err(Skip::Foreign),
        LayerMedia::Encrypted => Err(Skip::Encrypted),
        LayerMedia::Other => Err(Skip::MediaType),
    };
    let media_type = clean::name(&layer.media_type);
    Ok(Found { digest: Some(layer.digest), media_type, size_bytes: layer.size, kind: BlobKind::Oci, place })
}

/// An image of layers that were found, whatever named them.
pub(crate) fn of_layers(
    config: &Config,
    found: Vec<Found>,
    origin: Origin,
    mut gaps: Vec<Gap>,
    local: bool,
) -> Result<Image, ImageError> {
    let count = found.len();
    if config.diff_ids.len() != count && !config.is_legacy {
        return Err(ImageError::LayerCount { configured: config.diff_ids.len(), listed: count });
    }
    let (instructions, history_fits) = config.instructions(count);
    if !history_fits {
        let detail =
            format!("the history has {} rows for {count} layers; no instruction is shown", config.history_rows());
        gaps.push(Gap::new(GapKind::ArchiveOddity, "history", detail));
    }
    if let Some(platform) = config.platform.as_ref().filter(|platform| platform.os != "linux") {
        let detail = format!("the packages of {} itself are not known", platform.os);
        gaps.push(Gap::new(GapKind::UnsupportedSystem, platform.to_string(), detail));
    }
    let mut infos = Vec::with_capacity(count);
    let mut layers = Vec::with_capacity(count);
    let diff_ids = config.diff_ids.iter().copied().map(Some).chain(std::iter::repeat(None));
    for (at, ((layer, diff_id), instruction)) in found.into_iter().zip(diff_ids).zip(instructions).enumerate() {
        let Found { digest, media_type, size_bytes, kind, place } = layer;
        let skip = place.as_ref().err().copied();
        if let Some(skip) = skip {
            let subject = digest.map_or_else(String::new, |digest| digest.to_string());
            gaps.push(Gap { layer: Some(at as u32), ..skip.gap(subject, &media_type) });
        }
        let name = digest.as_ref().map_or_else(String::new, ToString::to_string);
        let (member, bytes) = match place {
            Ok(located) => (located.member, located.bytes),
            Err(_) => (name.clone(), Bytes::Nowhere(name)),
        };
        infos.push(LayerInfo {
            digest,
            diff_id,
            media_type,
            size_bytes,
            instruction,
            owner: LayerOwner::Unknown,
            verified: false,
        });
        layers.push(LayerBlob { digest, diff_id, size_bytes, kind, local, skip, member, bytes });
    }
    let info = ImageInfo {
        name: origin.name,
        source: origin.source.into(),
        manifest_digest: None,
        config_digest: None,
        tags: origin.tags,
        platform: config.platform.clone(),
        created: config.created,
        layers: infos,
        base: BaseBoundary::default(),
    };
    Ok(Image { info, layers, gaps, index_digest: None, built_from: Vec::new() })
}

impl Skip {
    fn gap(self, subject: String, media_type: &str) -> Gap {
        let (kind, detail) = match self {
            Self::Foreign => (
                GapKind::ForeignLayer,
                "its bytes are kept elsewhere, and addresses in an image are not followed".into(),
            ),
            Self::Encrypted => (GapKind::EncryptedLayer, "it is encrypted".into()),
            Self::MediaType => (GapKind::LayerUnreadable, format!("`{media_type}` is no media type of a layer")),
        };
        Gap::new(kind, subject, detail)
    }
}
