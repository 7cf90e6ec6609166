//! Why an image could not be opened, and what the user can do about it.

use std::io;
use std::path::PathBuf;

use plimsoll_model::{Digest, Platform, ReferenceError};
use plimsoll_transport::TransportError;

use crate::spec::SCHEMES;

/// Why an image could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// No source was named.
    #[error("no image is named")]
    NoSource,
    /// A kind of source that is not supported.
    #[error("`{0}:` is no source that plimsoll can read yet")]
    Scheme(String),
    /// A reference that is none.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    /// A file that is not there, though the text can be nothing else than a path.
    #[error("{}: no such file or folder", .0.display())]
    NoSuchFile(PathBuf),
    /// A folder without an OCI layout.
    #[error("{} is a folder without an image in it", .0.display())]
    BareFolder(PathBuf),
    /// A folder was wanted.
    #[error("{} is no folder", .0.display())]
    NoFolder(PathBuf),
    /// A file was wanted.
    #[error("{} is a folder, not an archive", .0.display())]
    NoFile(PathBuf),
    /// The operating system could not read it.
    #[error("{what}: {why}")]
    Io {
        /// Which file.
        what: String,
        /// Why.
        why: io::Error,
    },
    /// Not a tar archive.
    #[error("{what} is no tar archive: {why}")]
    NoArchive {
        /// Which file.
        what: String,
        /// What was wrong with its first bytes.
        why: String,
    },
    /// The archive ends too early.
    #[error("the archive is cut short: it ends at byte {0}")]
    Truncated(u64),
    /// The archive is damaged.
    #[error("the archive is damaged at byte {at}: {why}")]
    Damaged {
        /// Where.
        at: u64,
        /// Why.
        why: String,
    },
    /// A limit on sizes, counts or depths.
    #[error("{what} is over the limit of {limit}")]
    Limit {
        /// What.
        what: String,
        /// How much is allowed.
        limit: u64,
    },
    /// The archive or folder holds no image.
    #[error("there is no container image in it: {0}")]
    NoImage(String),
    /// There are several images, and none was chosen.
    #[error("it holds several images: {}", listed(.0))]
    SeveralImages(Vec<String>),
    /// No image has the tag.
    #[error("no image in it is called `{tag}`; there is {}", listed(.offered))]
    NoSuchTag {
        /// What was asked for.
        tag: String,
        /// What there is.
        offered: Vec<String>,
    },
    /// No image is made for the platform.
    #[error("the image is not made for {wanted}; it is made for {}", listed(.offered))]
    NoSuchPlatform {
        /// What was asked for, or the default.
        wanted: Platform,
        /// What there is.
        offered: Vec<String>,
    },
    /// A blob that the image names is not there.
    #[error("the image is incomplete: {what} {digest} is missing")]
    MissingBlob {
        /// `the layer`, `the manifest`, …
        what: &'static str,
        /// The blob.
        digest: Digest,
    },
    /// A member that the archive's own list names is not there.
    #[error("the image is incomplete: its archive has no member `{0}`")]
    MissingMember(String),
    /// Bytes are not what their digest says.
    #[error("{what} is {actual}, but should be {expected}: the image is damaged or was tampered with")]
    DigestMismatch {
        /// `the manifest`, `the configuration`, …
        what: &'static str,
        /// What refers to it.
        expected: Box<Digest>,
        /// What the bytes are.
        actual: Box<Digest>,
    },
    /// A size is not what the manifest says.
    #[error("{digest} has {actual} bytes, but the manifest says {expected}")]
    SizeMismatch {
        /// The blob.
        digest: Digest,
        /// What the manifest says.
        expected: u64,
        /// What there is.
        actual: u64,
    },
    /// A document is no JSON, or not of the shape it must have.
    #[error("{what} cannot be read: {why}")]
    Json {
        /// `the manifest`, …
        what: &'static str,
        /// Why.
        why: String,
    },
    /// A document that programs may read in different ways.
    #[error("{what} is ambiguous: {why}")]
    Ambiguous {
        /// `the manifest`, …
        what: &'static str,
        /// Why.
        why: String,
    },
    /// The manifest format of Docker before 1.10.
    #[error("the image has a manifest of schema 1, which is long out of use")]
    Schema1,
    /// An artifact, but no image.
    #[error("this is no container image but an artifact of type `{0}`")]
    NotAnImage(String),
    /// The configuration speaks of other layers than the manifest.
    #[error("the configuration names {configured} layers, the manifest {listed}")]
    LayerCount {
        /// In the configuration.
        configured: usize,
        /// In the manifest.
        listed: usize,
    },
    /// An archive that shows one image to some programs and another to others.
    #[error("the archive's `index.json` and `manifest.json` name different images")]
    TwoImages,
    /// A stream's layer was asked for after it passed.
    #[error("`{0}` has passed by: a stream is read once")]
    Passed(String),
    /// Whoever reads a stream's members wants no more of them.
    #[error("reading was stopped")]
    Stopped,
    /// The registry.
    #[error(transparent)]
    Transport(#[from] TransportError),
}

impl ImageError {
    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoSource => "name a reference such as debian:12, or an archive".into(),
            Self::Scheme(scheme) => hint_for_scheme(scheme),
            Self::Reference(ReferenceError::Uppercase(_)) => "write it in lower case".into(),
            Self::Reference(_) => "a reference is written [registry/]repository[:tag][@sha256:…]".into(),
            Self::NoSuchFile(path) => format!("for an image in a registry write registry:{}", path.display()),
            Self::BareFolder(path) => {
                let path = path.display();
                format!("for a file system write dir:{path}, for an image in a registry registry:{path}")
            }
            Self::NoFolder(_) => "for an archive leave the prefix away".into(),
            Self::NoFile(path) => format!("for a folder in OCI layout write oci-dir:{}", path.display()),
            Self::NoArchive { .. } => {
                "save one with `docker save` or `skopeo copy … oci-archive:FILE`; an image in a registry is registry:NAME"
                    .into()
            },
            Self::NoImage(_) => "an unpacked file system is scanned with dir:PATH".into(),
            Self::Truncated(_) | Self::Damaged { .. } | Self::SizeMismatch { .. } | Self::DigestMismatch { .. } => {
                "pull or save the image again".into()
            }
            Self::MissingBlob { .. } | Self::MissingMember(_) => "save the whole image again".into(),
            Self::SeveralImages(_) | Self::NoSuchTag { .. } => {
                "choose one: oci-archive:PATH:TAG, docker-archive:PATH:TAG, or PATH:@0 for the first".into()
            }
            Self::NoSuchPlatform { .. } => "choose one with --platform".into(),
            Self::Schema1 => "convert it with `skopeo copy --format v2s2`, or push it with a current client".into(),
            Self::TwoImages => "say which one counts: oci-archive:PATH or docker-archive:PATH".into(),
            Self::Transport(error) => return error.hint(),
            Self::Io { .. }
            | Self::Limit { .. }
            | Self::Json { .. }
            | Self::Ambiguous { .. }
            | Self::NotAnImage(_)
            | Self::LayerCount { .. }
            | Self::Passed(_)
            | Self::Stopped => return None,
        })
    }

    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |why| Self::Io { what, why }
    }
}

fn hint_for_scheme(scheme: &str) -> String {
    let built = SCHEMES.join(":, ");
    match scheme {
        "docker" | "podman" | "containerd" | "docker-daemon" | "containers-storage" => format!(
            "save the image and scan that: `{} save IMAGE | plimsoll scan -`; an image of that name in a registry is \
             registry:{scheme}",
            if scheme == "podman" { "podman" } else { "docker" }
        ),
        "oci" => "a folder in OCI layout is written oci-dir:PATH".into(),
        _ => format!("there is {built}: and - for standard input"),
    }
}

/// Up to twenty names in one line.
fn listed(names: &[String]) -> String {
    const SHOWN: usize = 20;
    match names.len() {
        0 => "nothing with a name".into(),
        count if count > SHOWN => format!("{} and {} more", names[..SHOWN].join(", "), count - SHOWN),
        _ => names.join(", "),
    }
}
