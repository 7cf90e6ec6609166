//! Which manifest of an index: the wished platform's, or the only one.

use std::collections::HashSet;

use plimsoll_model::{Digest, Gap, GapKind, Platform};

use crate::blobs::Blobs;
use crate::config::Config;
use crate::manifest::{self, Descriptor, Document, MAX_MANIFESTS, Manifest};
use crate::media::{self, DocumentMedia};
use crate::{ImageError, clean};

/// Indexes within indexes.
const MAX_DEPTH: u32 = 4;
/// Configurations that are read to learn a platform which the index does not give.
const MAX_ASKED: usize = 64;

/// The image that was chosen.
#[derive(Debug)]
pub(crate) struct Chosen {
    pub(crate) digest: Digest,
    pub(crate) manifest: Box<Manifest>,
    pub(crate) config: Config,
    /// The platform that the index gives it.
    pub(crate) platform: Option<Platform>,
    /// The index that led to it, where one did.
    pub(crate) index: Option<Digest>,
    /// Attestations about it in the index.
    pub(crate) attestations: Vec<Descriptor>,
}

/// How alike images are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Twins {
    /// They are one image's index: the first of a platform counts, as for a runtime.
    First,
    /// They stand beside each other without a name: nobody can tell which is meant.
    Refuse,
}

/// Follows `roots` to the manifest of the wished platform. What is no image becomes a gap.
pub(crate) fn choose(
    blobs: &dyn Blobs,
    roots: Vec<Descriptor>,
    wish: Option<&Platform>,
    twins: Twins,
    gaps: &mut Vec<Gap>,
) -> Result<Chosen, ImageError> {
    let mut images =
        Images { blobs, found: Vec::new(), seen: HashSet::new(), attestations: Vec::new(), root: None, gaps };
    for root in roots {
        images.root = Some(root.digest);
        images.add(root, 0)?;
    }
    let Images { mut found, attestations, .. } = images;
    let mut chosen = match found.len() {
        0 => return Err(ImageError::NoImage("its index names none".into())),
        1 => {
            let chosen = found.remove(0).read(blobs)?;
            check_wish(wish, &chosen)?;
            chosen
        }
        _ => by_platform(blobs, found, wish, twins)?.read(blobs)?,
    };
    let about = chosen.digest.to_string();
    let is_about = |entry: &Descriptor| entry.annotation("vnd.docker.reference.digest") == Some(about.as_str());
    chosen.attestations = attestations.into_iter().filter(is_about).collect();
    Ok(chosen)
}

/// A manifest of an index.
struct Candidate {
    descriptor: Descriptor,
    /// Already read, where its kind had to be looked up.
    manifest: Option<Box<Manifest>>,
    /// What led to it.
    root: Option<Digest>,
}

struct Images<'a> {
    blobs: &'a dyn Blobs,
    found: Vec<Candidate>,
    seen: HashSet<Digest>,
    attestations: Vec<Descriptor>,
    root: Option<Digest>,
    gaps: &'a mut Vec<Gap>,
}

impl Images<'_> {
    fn add(&mut self, descriptor: Descriptor, depth: u32) -> Result<(), ImageError> {
        if depth > MAX_DEPTH {
            return Err(ImageError::Limit {
                what: "the depth of indexes within indexes".into(),
                limit: MAX_DEPTH.into(),
            });
        }
        if !self.seen.insert(descriptor.digest) {
            return Ok(());
        }
        if self.seen.len() > MAX_MANIFESTS {
            let limit = MAX_MANIFESTS as u64;
            return Err(ImageError::Limit { what: "the number of manifests".into(), limit });
        }
        if descriptor.is_attestation() {
            self.leave_out(&descriptor, "an attestation about the image");
            self.attestations.push(descriptor);
            return Ok(());
        }
        if let Some(kind) = descriptor.artifact_type.clone().filter(|kind| !media::is_image_config(kind)) {
            self.leave_out(&descriptor, &format!("an artifact of type {}", clean::name(&kind)));
            return Ok(());
        }
        match media::document(&descriptor.media_type) {
            DocumentMedia::Manifest => self.found.push(Candidate { descriptor, manifest: None, root: self.root }),
            DocumentMedia::Schema1 => return Err(ImageError::Schema1),
            DocumentMedia::Other if !descriptor.media_type.is_empty() => {
                let kind = clean::name(&descriptor.media_type);
                self.leave_out(&descriptor, &format!("of type {kind}"));
            }
            // Where no type is given, the document itself tells.
            DocumentMedia::Index | DocumentMedia::Other => match read_document(self.blobs, &descriptor)? {
                Document::Index(entries) => self.add_all(entries, depth + 1)?,
                Document::Manifest(manifest) => {
                    self.found.push(Candidate { descriptor, manifest: Some(manifest), root: self.root });
                }
            },
        }
        Ok(())
    }

    fn add_all(&mut self, entries: Vec<Descriptor>, depth: u32) -> Result<(), ImageError> {
        entries.into_iter().try_for_each(|entry| self.add(entry, depth))
    }

    fn leave_out(&mut self, descriptor: &Descriptor, what: &str) {
        self.gaps.push(Gap::new(GapKind::NotAnImage, descriptor.digest.to_string(), format!("{what}: not scanned")));
    }
}

impl Candidate {
    fn read(self, blobs: &dyn Blobs) -> Result<Chosen, ImageError> {
        let Self { descriptor, manifest, root } = self;
        let manifest = match manifest {
            Some(manifest) => manifest,
            None => read_manifest(blobs, &descriptor)?,
        };
        let config = read_config(blobs, &manifest)?;
        Ok(Chosen {
            digest: descriptor.digest,
            platform: descriptor.platform(),
            manifest,
            config,
            index: root.filter(|root| *root != descriptor.digest),
            attestations: Vec::new(),
        })
    }
}

fn by_platform(
    blobs: &dyn Blobs,
    mut found: Vec<Candidate>,
    wish: Option<&Platform>,
    twins: Twins,
) -> Result<Candidate, ImageError> {
    if wish.is_none() {
        // An export of one platform keeps the whole index and only that platform's blobs.
        let mut present = Vec::new();
        for (at, candidate) in found.iter().enumerate() {
            if blobs.holds(&candidate.descriptor.digest)? {
                present.push(at);
            }
        }
        if let [only] = present[..] {
            return Ok(found.swap_remove(only));
        }
    }
    let wanted = wish.cloned().unwrap_or_default();
    let mut asked = 0;
    let mut offered = Vec::new();
    let mut fitting: Vec<(usize, Platform)> = Vec::new();
    for (at, candidate) in found.iter().enumerate() {
        let Some(platform) = platform_of(blobs, candidate, &mut asked)? else {
            offered.push("a platform that it does not name".into());
            continue;
        };
        offered.push(platform.to_string());
        if wanted.accepts(&platform) {
            fitting.push((at, platform));
        }
    }
    if twins == Twins::Refuse && fitting.len() > 1 {
        return Err(ImageError::SeveralImages(names_of(&found)));
    }
    // The wished variant, else the plain one, else the highest; the first of several alike.
    let rank = |platform: &Platform| {
        (platform.variant == wanted.variant, platform.variant.is_none(), platform.variant.clone())
    };
    let best = fitting.into_iter().rev().max_by_key(|(_, platform)| rank(platform));
    match best {
        Some((at, _)) => Ok(found.swap_remove(at)),
        None => {
            offered.sort();
            offered.dedup();
            Err(ImageError::NoSuchPlatform { wanted, offered })
        }
    }
}

fn names_of(found: &[Candidate]) -> Vec<String> {
    found.iter().map(|candidate| candidate.descriptor.digest.to_string()).collect()
}

fn platform_of(blobs: &dyn Blobs, candidate: &Candidate, asked: &mut usize) -> Result<Option<Platform>, ImageError> {
    if let Some(platform) = candidate.descriptor.platform() {
        return Ok(Some(platform));
    }
    *asked += 1;
    if *asked > MAX_ASKED {
        let limit = MAX_ASKED as u64;
        return Err(ImageError::Limit { what: "the number of manifests without a platform".into(), limit });
    }
    let manifest;
    let known = match &candidate.manifest {
        Some(known) => known,
        None => {
            manifest = read_manifest(blobs, &candidate.descriptor)?;
            &manifest
        }
    };
    Ok(read_config(blobs, known)?.platform)
}

/// A wish that the only image does not fulfil is an error; without one it is taken as it is.
fn check_wish(wish: Option<&Platform>, chosen: &Chosen) -> Result<(), ImageError> {
    let Some(wish) = wish else { return Ok(()) };
    let offered = [&chosen.platform, &chosen.config.platform].map(Option::as_ref);
    if offered.iter().flatten().any(|platform| wish.accepts(platform)) {
        return Ok(());
    }
    let offered = offered.iter().flatten().map(ToString::to_string).next();
    Err(ImageError::NoSuchPlatform { wanted: wish.clone(), offered: offered.into_iter().collect() })
}

fn read_document(blobs: &dyn Blobs, descriptor: &Descriptor) -> Result<Document, ImageError> {
    let bytes = blobs.manifest(descriptor)?;
    manifest::parse(&bytes, &descriptor.media_type)
}

pub(crate) fn read_manifest(blobs: &dyn Blobs, descriptor: &Descriptor) -> Result<Box<Manifest>, ImageError> {
    match read_document(blobs, descriptor)? {
        Document::Manifest(manifest) => Ok(manifest),
        Document::Index(_) => {
            Err(ImageError::Ambiguous { what: "the index", why: "what it calls a manifest is an index".into() })
        }
    }
}

fn read_config(blobs: &dyn Blobs, manifest: &Manifest) -> Result<Config, ImageError> {
    Config::parse(&blobs.config(&manifest.config)?)
}
