//! Why a layer could not be read.

use std::io;

/// Why a layer could not be read. Nothing of it is believed then.
#[derive(Debug, thiserror::Error)]
pub enum LayerError {
    /// The source of the bytes failed.
    #[error("it could not be read: {0}")]
    Read(#[source] io::Error),
    /// Neither plain nor compressed is it an archive.
    #[error("it is neither a tar archive nor one compressed with gzip or zstd")]
    NotALayer,
    /// A compression that no runtime unpacks layers from.
    #[error("it is compressed with {0}, which image layers cannot be")]
    UnsupportedCompression(&'static str),
    /// The bytes end inside something.
    #[error("it ends too early, at byte {at} of its {what}")]
    Truncated {
        /// `gzip data`, `zstd data`, `tar archive`.
        what: &'static str,
        /// Offset in it, in bytes.
        at: u64,
    },
    /// The bytes are not what they should be.
    #[error("its {what} is damaged at byte {at}: {why}")]
    Damaged {
        /// `gzip data`, `zstd data`, `tar archive`.
        what: &'static str,
        /// Offset in it, in bytes.
        at: u64,
        /// What was wrong.
        why: String,
    },
    /// Inflating it would take too much memory.
    #[error("its zstd window is larger than {} MiB", .0 >> 20)]
    ZstdWindow(u64),
    /// A long name or extended header that no reader accepts.
    #[error(
        "at byte {at} of its tar archive stands a name or extended header of {bytes} bytes; {cap} are read at most"
    )]
    RecordTooLong {
        /// Offset of the record's header.
        at: u64,
        /// Its length.
        bytes: u64,
        /// The cap.
        cap: u64,
    },
    /// More plain bytes than are read.
    #[error("it inflates to more than {} GiB", .0 >> 30)]
    TooLarge(u64),
    /// The flag of the options was raised.
    #[error("reading was stopped")]
    Cancelled,
}

impl LayerError {
    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::UnsupportedCompression(_) => {
                "convert the image: skopeo copy --dest-compress-format gzip SOURCE DESTINATION"
            }
            Self::ZstdWindow(_) => "push the image again without `--long` or `--ultra` compression",
            Self::Truncated { .. } | Self::Damaged { .. } => "pull or export the image again",
            Self::NotALayer => "only container images and their layers can be read",
            Self::RecordTooLong { .. } | Self::TooLarge(_) => "such a layer is made to exhaust its readers",
            Self::Read(_) | Self::Cancelled => return None,
        };
        Some(hint.into())
    }
}
