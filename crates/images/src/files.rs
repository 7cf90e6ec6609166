//! The named files of a local source: an archive, a folder, what a stream left behind.

use crate::ImageError;
use crate::blob::Bytes;

/// Where a file is.
#[derive(Debug)]
pub(crate) struct Located {
    /// Its own name, links resolved.
    pub(crate) member: String,
    pub(crate) size_bytes: u64,
    pub(crate) bytes: Bytes,
}

/// Files by name, with `/` between folders.
pub(crate) trait Files {
    /// The contents of a small file; `None` if there is no such file, an error if it is larger.
    fn small(&self, name: &str, max_bytes: u64) -> Result<Option<Vec<u8>>, ImageError>;

    /// Where a file of any size is.
    fn locate(&self, name: &str) -> Result<Option<Located>, ImageError>;
}
