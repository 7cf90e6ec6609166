//! From a [`SourceSpec`] to an image, a stream or a folder.

use std::fs::File;
use std::path::{Path, PathBuf};

use plimsoll_model::{Gap, Platform};
use plimsoll_transport::ClientOptions;

use crate::archive::{ArchiveFile, Packing};
use crate::blob::read_at;
use crate::files::Files;
use crate::folder::FolderFiles;
use crate::{Image, ImageError, SourceSpec, StdinArchive, docker, layout, legacy, registry};

/// How a source is opened.
#[derive(Debug, Clone, Default)]
pub struct OpenOptions {
    /// The platform to take from an index; without it linux/amd64, or the only one there is.
    pub platform: Option<Platform>,
    /// Whether names that a local archive gives its layers must be verified before they are used
    /// to look anything up. Nothing in this crate depends on it.
    pub verify: bool,
    /// How registries are reached.
    pub registry: ClientOptions,
}

/// An opened source.
pub enum Opened {
    /// An image whose layers can be opened, in any order.
    Image(Box<Image>),
    /// An archive that passes by once.
    Stream(StdinArchive),
    /// A folder that holds a file system.
    RootFs(PathBuf),
}

/// Opens a source: reads and verifies what says which layers it has, but no layer.
///
/// # Errors
/// When it cannot be reached, is damaged, or is no image.
pub fn open(source: &SourceSpec, options: &OpenOptions) -> Result<Opened, ImageError> {
    match source {
        SourceSpec::Registry(reference) => Ok(Opened::Image(Box::new(registry::open(reference, options)?))),
        SourceSpec::Archive { path } => open_archive(path, None, Expected::Any, options),
        SourceSpec::OciArchive { path, tag } => open_archive(path, tag.as_deref(), Expected::Oci, options),
        SourceSpec::DockerArchive { path, tag } => open_archive(path, tag.as_deref(), Expected::Docker, options),
        SourceSpec::OciDir { path, tag } => {
            if !path.is_dir() {
                return Err(missing_or(path, ImageError::NoFolder));
            }
            let (files, wish, name) = (FolderFiles::new(path), options.platform.as_ref(), path.display().to_string());
            Ok(Opened::Image(Box::new(layout::open(&files, tag.as_deref(), wish, name, "oci-dir")?)))
        }
        SourceSpec::Folder(path) if path.is_dir() => Ok(Opened::RootFs(path.clone())),
        SourceSpec::Folder(path) => Err(missing_or(path, ImageError::NoFolder)),
        SourceSpec::Stdin => Ok(Opened::Stream(StdinArchive::new(std::io::stdin(), "-"))),
    }
}

/// What kind of archive the user says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    Any,
    Oci,
    Docker,
}

fn open_archive(
    path: &Path,
    tag: Option<&str>,
    expected: Expected,
    options: &OpenOptions,
) -> Result<Opened, ImageError> {
    if path.is_dir() {
        return Err(ImageError::NoFile(path.into()));
    }
    let name = path.display().to_string();
    let file = File::open(path).map_err(ImageError::io(&*name))?;
    let is_file = file.metadata().map_err(ImageError::io(&*name))?.is_file();
    let mut magic = [0; Packing::MAGIC_BYTES];
    if !is_file || {
        let count = read_at(&file, &mut magic, 0).map_err(ImageError::io(&*name))?;
        Packing::of(&magic[..count]) != Packing::Plain
    } {
        // A pipe, or compressed as a whole: there is no way back to an earlier byte.
        let stream = StdinArchive::new(file, name).expecting(expected, tag.map(str::to_owned));
        return Ok(Opened::Stream(stream));
    }
    let archive = ArchiveFile::index(file, path)?;
    let gaps = archive.members().oddities().to_vec();
    image_of(&archive, expected, tag, options, name, gaps).map(|image| Opened::Image(Box::new(image)))
}

/// The image of an archive whose members are known.
pub(crate) fn image_of(
    files: &dyn Files,
    expected: Expected,
    tag: Option<&str>,
    options: &OpenOptions,
    name: String,
    gaps: Vec<Gap>,
) -> Result<Image, ImageError> {
    let wish = options.platform.as_ref();
    let has = |name: &str| files.locate(name).map(|found| found.is_some());
    let (oci, docker) = (has(layout::INDEX)?, has(docker::MANIFEST)?);
    match expected {
        Expected::Oci => layout::open(files, tag, wish, name, "oci-archive").map(|image| with_gaps(image, gaps)),
        _ if docker && oci => open_both(files, expected, tag, wish, name, gaps),
        Expected::Any if oci => layout::open(files, tag, wish, name, "oci-archive").map(|image| with_gaps(image, gaps)),
        _ if docker => docker::finish(files, docker::find(files, tag)?, wish, name, gaps),
        _ if has(legacy::REPOSITORIES)? => legacy::open(files, tag, wish, name, gaps),
        _ => {
            let lists = if expected == Expected::Any {
                "index.json nor manifest.json"
            } else {
                "manifest.json nor repositories"
            };
            Err(ImageError::NoImage(format!("the archive has neither {lists}")))
        }
    }
}

/// Docker 25 and later write both lists. The OCI one has the better digests, so it is used where
/// both name one image; where they do not, programs would see different images.
fn open_both(
    files: &dyn Files,
    expected: Expected,
    tag: Option<&str>,
    wish: Option<&Platform>,
    name: String,
    gaps: Vec<Gap>,
) -> Result<Image, ImageError> {
    let saved = docker::find(files, tag)?;
    let found = match layout::find(files, tag, wish) {
        Ok(found) => found,
        Err(ImageError::MissingBlob { .. } | ImageError::NoImage(_)) => {
            return docker::finish(files, saved, wish, name, gaps);
        }
        Err(error) => return Err(error),
    };
    let same = found.chosen.manifest.config.digest == saved.config_digest;
    // `manifest.json` names one platform, the index may name several.
    let other_platform = found.chosen.config.platform != saved.config.platform;
    match expected {
        _ if same || other_platform => {
            layout::finish(files, found, name, "docker-archive").map(|image| with_gaps(image, gaps))
        }
        Expected::Any => Err(ImageError::TwoImages),
        _ => docker::finish(files, saved, wish, name, gaps),
    }
}

fn with_gaps(mut image: Image, gaps: Vec<Gap>) -> Image {
    image.gaps.extend(gaps);
    image
}

fn missing_or(path: &Path, other: impl FnOnce(PathBuf) -> ImageError) -> ImageError {
    if path.exists() { other(path.into()) } else { ImageError::NoSuchFile(path.into()) }
}
