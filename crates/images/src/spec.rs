//! What the user names: a reference, an archive, a folder, standard input.

use std::path::{Path, PathBuf};

use plimsoll_model::Reference;

use crate::ImageError;

/// Prefixes that are built.
pub(crate) const SCHEMES: &[&str] = &["registry", "docker-archive", "oci-archive", "oci-dir", "dir", "rootfs"];
/// Prefixes that people know from this and other programs, which are not (yet).
const OTHER_SCHEMES: &[&str] = &[
    "docker",
    "podman",
    "containerd",
    "docker-daemon",
    "containers-storage",
    "oci",
    "sbom",
    "file",
    "http",
    "https",
    "ssh",
    "singularity",
];
/// How the names of archives end.
const ARCHIVE_ENDS: &[&str] = &[".tar", ".tar.gz", ".tgz", ".tar.zst", ".tar.zstd"];

/// A source of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceSpec {
    /// An image in a registry.
    Registry(Reference),
    /// An archive whose kind its content tells.
    Archive {
        /// The file.
        path: PathBuf,
        /// Which image: a tag, a name, a digest, or `@0` for the first.
        tag: Option<String>,
    },
    /// An archive in OCI layout.
    OciArchive {
        /// The file.
        path: PathBuf,
        /// Which image: a tag, a name, a digest, or `@0` for the first.
        tag: Option<String>,
    },
    /// An archive as `docker save` writes it.
    DockerArchive {
        /// The file.
        path: PathBuf,
        /// Which image: a tag, a name, or `@0` for the first.
        tag: Option<String>,
    },
    /// A folder in OCI layout.
    OciDir {
        /// The folder.
        path: PathBuf,
        /// Which image: a tag, a name, a digest, or `@0` for the first.
        tag: Option<String>,
    },
    /// A folder that holds a file system.
    Folder(PathBuf),
    /// An archive on standard input.
    Stdin,
}

impl SourceSpec {
    /// Reads what stands on the command line. A bare word is a path if there is such a file or
    /// folder or if it can be nothing else, otherwise a reference.
    ///
    /// # Errors
    /// When it is neither, or of a kind that is not supported.
    pub fn parse(text: &str) -> Result<Self, ImageError> {
        if text.is_empty() {
            return Err(ImageError::NoSource);
        }
        if text == "-" {
            return Ok(Self::Stdin);
        }
        if let Some((scheme, rest)) = text.split_once(':') {
            if SCHEMES.contains(&scheme) {
                return Self::of_scheme(scheme, rest);
            }
            if OTHER_SCHEMES.contains(&scheme) {
                return Err(ImageError::Scheme(scheme.into()));
            }
        }
        let path = Path::new(text);
        if path.is_dir() {
            return Self::folder_by_content(path);
        }
        if path.exists() {
            return Ok(Self::Archive { path: path.into(), tag: None });
        }
        match split_tag(text) {
            // `image.tar:1.0`; a reference could be no such thing.
            (path, Some(tag)) if is_surely_a_path(&path.to_string_lossy()) && path.is_file() => {
                Ok(Self::Archive { path, tag: Some(tag) })
            }
            _ if is_surely_a_path(text) => Err(ImageError::NoSuchFile(path.into())),
            _ => Ok(Self::Registry(Reference::parse(text)?)),
        }
    }

    fn of_scheme(scheme: &str, rest: &str) -> Result<Self, ImageError> {
        if rest.is_empty() {
            return Err(ImageError::NoSource);
        }
        let (path, tag) = split_tag(rest);
        Ok(match scheme {
            "registry" => Self::Registry(Reference::parse(rest)?),
            "docker-archive" => Self::DockerArchive { path, tag },
            "oci-archive" => Self::OciArchive { path, tag },
            "oci-dir" => Self::OciDir { path, tag },
            _ => Self::Folder(rest.into()),
        })
    }

    fn folder_by_content(path: &Path) -> Result<Self, ImageError> {
        if path.join("oci-layout").is_file() || path.join("index.json").is_file() {
            return Ok(Self::OciDir { path: path.into(), tag: None });
        }
        Err(ImageError::BareFolder(path.into()))
    }
}

/// A path may have colons of its own: the longest part that exists is the path, else the first.
fn split_tag(text: &str) -> (PathBuf, Option<String>) {
    if Path::new(text).exists() {
        return (text.into(), None);
    }
    let colons = || text.match_indices(':').map(|(at, _)| at).filter(|&at| at > 0);
    let colon = colons().rev().find(|&at| Path::new(&text[..at]).exists()).or_else(|| colons().next());
    match colon {
        Some(at) if at + 1 < text.len() => (text[..at].into(), Some(text[at + 1..].into())),
        Some(at) => (text[..at].into(), None),
        None => (text.into(), None),
    }
}

fn is_surely_a_path(text: &str) -> bool {
    text.starts_with(['/', '.', '~']) || ARCHIVE_ENDS.iter().any(|end| text.ends_with(end))
}
