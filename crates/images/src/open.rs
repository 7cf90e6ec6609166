//! From a [`SourceSpec`] to an image, a stream or a folder.

use std::fs::File;
use std::path::{Path, PathBuf};

use plimsoll_model::Platform;
use plimsoll_transport::ClientOptions;

use crate::archive::{ArchiveFile, Packing};
use crate::blob::read_at;
use crate::folder::FolderFiles;
use crate::lists::{Expected, Wanted, image_of};
use crate::{Image, ImageError, SourceSpec, StdinArchive, layout, registry};

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
        SourceSpec::Archive { path, tag } => open_archive(path, tag.as_deref(), Expected::Any, options),
        SourceSpec::OciArchive { path, tag } => open_archive(path, tag.as_deref(), Expected::Oci, options),
        SourceSpec::DockerArchive { path, tag } => open_archive(path, tag.as_deref(), Expected::Docker, options),
        SourceSpec::OciDir { path, tag } => {
            if !path.is_dir() {
                return Err(missing_or(path, ImageError::NoFolder));
            }
            let wanted = Wanted { tag: tag.as_deref(), platform: options.platform.as_ref() };
            let image = layout::open(&FolderFiles::new(path), wanted, path.display().to_string(), "oci-dir")?;
            Ok(Opened::Image(Box::new(image)))
        }
        SourceSpec::Folder(path) if path.is_dir() => Ok(Opened::RootFs(path.clone())),
        SourceSpec::Folder(path) => Err(missing_or(path, ImageError::NoFolder)),
        SourceSpec::Stdin => Ok(Opened::Stream(StdinArchive::new(std::io::stdin(), "-"))),
    }
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
    let wanted = Wanted { tag, platform: options.platform.as_ref() };
    let mut image = image_of(&archive, expected, wanted, name)?;
    image.gaps.extend_from_slice(archive.members().oddities());
    Ok(Opened::Image(Box::new(image)))
}

fn missing_or(path: &Path, other: impl FnOnce(PathBuf) -> ImageError) -> ImageError {
    if path.exists() { other(path.into()) } else { ImageError::NoSuchFile(path.into()) }
}
