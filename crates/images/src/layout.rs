//! The OCI image layout, in an archive or a folder.

use plimsoll_model::Gap;

use crate::assemble::{self, Origin};
use crate::blobs::LayoutBlobs;
use crate::files::Files;
use crate::lists::Wanted;
use crate::manifest::{self, Descriptor, Document, MAX_MANIFEST};
use crate::select::{self, Chosen, Twins};
use crate::tags::{self, Named};
use crate::{Image, ImageError, clean};

pub(crate) const INDEX: &str = "index.json";

/// Annotations that name an image: containerd's whole name, then OCI's tag.
const NAMES: &[&str] = &["io.containerd.image.name", "org.opencontainers.image.ref.name"];

/// An image of a layout that was chosen, before its layers are looked up.
pub(crate) struct Found {
    pub(crate) chosen: Chosen,
    pub(crate) tags: Vec<String>,
    pub(crate) gaps: Vec<Gap>,
}

/// Opens the wanted image of a layout.
pub(crate) fn open(
    files: &dyn Files,
    wanted: Wanted<'_>,
    name: String,
    source: &'static str,
) -> Result<Image, ImageError> {
    let found = find(files, wanted)?;
    finish(files, found, name, source)
}

/// The manifest and configuration of the wanted image.
pub(crate) fn find(files: &dyn Files, wanted: Wanted<'_>) -> Result<Found, ImageError> {
    let Some(bytes) = files.small(INDEX, MAX_MANIFEST)? else {
        return Err(ImageError::NoImage("an OCI layout has an index.json".into()));
    };
    let Document::Index(entries) = manifest::parse(&bytes, "")? else {
        return Err(ImageError::NoImage("its index.json is no index".into()));
    };
    // Attestations and artifacts beside the images are no images to choose from.
    let (images, others): (Vec<_>, Vec<_>) = entries.into_iter().partition(Descriptor::may_be_image);
    let (mut roots, tags) = tags::pick(images.into_iter().map(named).collect(), wanted.tag)?;
    let twins = if roots.len() == 1 { Twins::First } else { Twins::Refuse };
    roots.extend(others);
    let mut gaps = Vec::new();
    let chosen = select::choose(&LayoutBlobs(files), roots, wanted.platform, twins, &mut gaps)?;
    Ok(Found { chosen, tags, gaps })
}

/// Looks up the layers.
pub(crate) fn finish(files: &dyn Files, found: Found, name: String, source: &'static str) -> Result<Image, ImageError> {
    let Found { chosen, tags, gaps } = found;
    assemble::of_manifest(&LayoutBlobs(files), chosen, Origin { name, source, tags }, gaps)
}

fn named(entry: Descriptor) -> Named<Descriptor> {
    let mut names: Vec<String> = NAMES.iter().filter_map(|key| entry.annotation(key)).map(clean::name).collect();
    // Where the whole name stands, the tag alone says nothing new.
    if names.len() > 1 && names[0].ends_with(&format!(":{}", names[1])) {
        names.truncate(1);
    }
    Named { key: entry.digest.to_string(), digests: vec![entry.digest], names, image: entry }
}
