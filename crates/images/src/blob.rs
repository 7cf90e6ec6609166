//! Where the bytes of a layer are, and reading them.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::PathBuf;
use std::sync::Arc;

use crate::ImageError;
use crate::registry::RemoteBlob;

/// Few large reads: a system call costs as much as copying some kilobytes.
const READ_BYTES: usize = 256 << 10;

/// Where the bytes of a blob are.
#[derive(Debug, Clone)]
pub(crate) enum Bytes {
    /// A part of an open archive.
    Slice { file: Arc<File>, offset: u64, size_bytes: u64 },
    /// A file of its own.
    File { path: PathBuf, size_bytes: u64 },
    /// In a registry.
    Remote(RemoteBlob),
    /// They passed by in a stream.
    Passed(String),
    /// They are nowhere: the layer is skipped.
    Nowhere(String),
}

impl Bytes {
    /// A new reader from the start. Readers of one blob do not disturb each other.
    pub(crate) fn open(&self) -> Result<Box<dyn Read + Send>, ImageError> {
        Ok(match self {
            Self::Slice { file, offset, size_bytes } => {
                let slice = FileSlice { file: Arc::clone(file), at: *offset, left: *size_bytes };
                Box::new(BufReader::with_capacity(READ_BYTES, slice))
            }
            Self::File { path, size_bytes } => {
                let file = File::open(path).map_err(ImageError::io(path.display().to_string()))?;
                let slice = FileSlice { file: Arc::new(file), at: 0, left: *size_bytes };
                Box::new(BufReader::with_capacity(READ_BYTES, slice))
            }
            Self::Remote(blob) => blob.open()?,
            Self::Passed(name) => return Err(ImageError::Passed(name.clone())),
            Self::Nowhere(name) => return Err(ImageError::MissingMember(name.clone())),
        })
    }
}

/// A part of a file, read by position. Ends with an error if the file ends before the part does.
struct FileSlice {
    file: Arc<File>,
    at: u64,
    left: u64,
}

impl Read for FileSlice {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if wanted == 0 {
            return Ok(0);
        }
        let count = read_at(&self.file, &mut buffer[..wanted], self.at)?;
        if count == 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file was cut short while it was read"));
        }
        self.at += count as u64;
        self.left -= count as u64;
        Ok(count)
    }
}

/// Reads at a position, whatever others do with the file.
#[cfg(unix)]
pub(crate) fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, at)
}

/// Reads at a position, whatever others do with the file.
#[cfg(windows)]
pub(crate) fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, at)
}
