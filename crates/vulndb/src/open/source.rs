//! Where a shard's bytes are: a file that is read by position, or memory.

use std::fs::File;
use std::io;

/// Bytes that can be read from any place, by many threads at once.
#[derive(Debug)]
pub(crate) enum Source {
    File(PositionedFile),
    Memory(Vec<u8>),
}

impl Source {
    pub fn file(file: File) -> Self {
        Self::File(PositionedFile::new(file))
    }

    pub fn len(&self) -> io::Result<u64> {
        match self {
            Self::File(file) => file.len(),
            Self::Memory(bytes) => Ok(bytes.len() as u64),
        }
    }

    /// Fills the buffer from a place; `UnexpectedEof` where the bytes end before that.
    pub fn read_at(&self, at: u64, buffer: &mut [u8]) -> io::Result<()> {
        match self {
            Self::File(file) => file.read_at(at, buffer),
            Self::Memory(bytes) => {
                let start = usize::try_from(at).ok();
                let found = start.and_then(|start| bytes.get(start..start.checked_add(buffer.len())?));
                buffer.copy_from_slice(found.ok_or(io::ErrorKind::UnexpectedEof)?);
                Ok(())
            }
        }
    }
}

/// A file without a cursor.
#[cfg(unix)]
#[derive(Debug)]
pub(crate) struct PositionedFile(File);

#[cfg(unix)]
impl PositionedFile {
    fn new(file: File) -> Self {
        Self(file)
    }

    fn len(&self) -> io::Result<u64> {
        self.0.metadata().map(|metadata| metadata.len())
    }

    fn read_at(&self, at: u64, buffer: &mut [u8]) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&self.0, buffer, at)
    }
}

/// A file whose cursor one reader at a time may move.
#[cfg(not(unix))]
#[derive(Debug)]
pub(crate) struct PositionedFile(std::sync::Mutex<File>);

#[cfg(not(unix))]
impl PositionedFile {
    fn new(file: File) -> Self {
        Self(std::sync::Mutex::new(file))
    }

    fn file(&self) -> std::sync::MutexGuard<'_, File> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn len(&self) -> io::Result<u64> {
        self.file().metadata().map(|metadata| metadata.len())
    }

    fn read_at(&self, at: u64, buffer: &mut [u8]) -> io::Result<()> {
        use std::io::{Read as _, Seek as _};
        let mut file = self.file();
        file.seek(io::SeekFrom::Start(at))?;
        file.read_exact(buffer)
    }
}
