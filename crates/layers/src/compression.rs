//! How a layer is compressed, told by its first bytes: media types lie.

use crate::LayerError;
use crate::tar::looks_like_tar;

/// How a layer is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// A plain tar archive.
    None,
    /// gzip, of any number of members (eStargz).
    Gzip,
    /// zstd, of any number of frames (zstd:chunked).
    Zstd,
    /// Not stored as an archive at all: a folder.
    Folder,
}

impl Compression {
    /// Bytes of the start that tell.
    pub(crate) const HEAD_BYTES: usize = 512;

    /// Tells by the first [`Self::HEAD_BYTES`] bytes, fewer only if there are no more.
    pub(crate) fn of(head: &[u8]) -> Result<Self, LayerError> {
        match head {
            [] => Ok(Self::None),
            [0x1f, 0x8b, ..] => Ok(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Ok(Self::Zstd),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Err(LayerError::UnsupportedCompression("xz")),
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Err(LayerError::UnsupportedCompression("bzip2")),
            [0x04, 0x22, 0x4d, 0x18, ..] => Err(LayerError::UnsupportedCompression("lz4")),
            _ if looks_like_tar(head) => Ok(Self::None),
            _ => Err(LayerError::NotALayer),
        }
    }
}
