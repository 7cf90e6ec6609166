//! The named files of a local source: an archive, a folder, what a stream left behind.

use plimsoll_model::read_capped;

use crate::blob::Bytes;
use crate::{ImageError, clean};

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
    /// Where a file of any size is; `None` if there is no such file.
    fn locate(&self, name: &str) -> Result<Option<Located>, ImageError>;

    /// The contents of a small file; `None` if there is no such file, an error if it is larger.
    fn small(&self, name: &str, max_bytes: u64) -> Result<Option<Vec<u8>>, ImageError> {
        let Some(found) = self.locate(name)? else { return Ok(None) };
        if found.size_bytes > max_bytes {
            return Err(too_large(name, max_bytes));
        }
        read_capped(found.bytes.open()?, max_bytes).map(Some).map_err(ImageError::io(clean::name(name)))
    }
}

/// A document over its limit.
pub(crate) fn too_large(name: &str, limit: u64) -> ImageError {
    ImageError::Limit { what: format!("the size of {}", clean::name(name)), limit }
}
