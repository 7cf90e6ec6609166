//! Tar archives: one walk over the headers, contents read only where wanted.

mod members;
mod packed;
mod walk;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

pub(crate) use members::{Members, Place};
pub(crate) use packed::{Packing, unpack};
pub(crate) use walk::{Input, Walk};

use crate::ImageError;
use crate::blob::{Bytes, read_at};
use crate::files::{Files, Located};

/// An archive file that can be read at any position.
pub(crate) struct ArchiveFile {
    file: Arc<File>,
    members: Members,
}

impl ArchiveFile {
    /// Walks over the headers of a plain archive.
    pub(crate) fn index(file: File, path: &Path) -> Result<Self, ImageError> {
        let file = Arc::new(file);
        let size_bytes = file.metadata().map_err(ImageError::io(path.display().to_string()))?.len();
        let input = FileInput { file: Arc::clone(&file), at: 0, size_bytes };
        let mut walk = Walk::new(input, path.display().to_string());
        let mut members = Members::default();
        while let Some(member) = walk.next_member()? {
            members.add(member)?;
        }
        Ok(Self { file, members })
    }

    pub(crate) fn members(&self) -> &Members {
        &self.members
    }
}

impl Files for ArchiveFile {
    fn locate(&self, name: &str) -> Result<Option<Located>, ImageError> {
        let Some((member, place)) = self.members.find(name) else { return Ok(None) };
        let Place::Bytes { offset, size_bytes } = *place else { return Ok(None) };
        let bytes = Bytes::Slice { file: Arc::clone(&self.file), offset, size_bytes };
        Ok(Some(Located { member: member.to_owned(), size_bytes, bytes }))
    }
}

/// Reads headers by position and steps over contents.
struct FileInput {
    file: Arc<File>,
    at: u64,
    size_bytes: u64,
}

impl Read for FileInput {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = read_at(&self.file, buffer, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Input for FileInput {
    fn skip(&mut self, count: u64) -> io::Result<u64> {
        let skipped = count.min(self.size_bytes.saturating_sub(self.at));
        self.at += skipped;
        Ok(skipped)
    }
}
