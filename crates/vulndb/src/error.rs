//! What can go wrong with a database, in words that say what to do.

use std::io;
use std::path::{Path, PathBuf};

use plimsoll_model::ShardName;

use crate::changes::Cursor;

/// Why the database could not be built, opened or asked.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
    /// The manifest is not what was written.
    #[error("the database's manifest is damaged: {0}")]
    Manifest(String),
    /// Something that was to be written has no encoded form.
    #[error("the database could not be encoded: {0}")]
    Encode(String),
    /// A later program wrote it.
    #[error("the database has format {found}, this program reads {known}")]
    NewerFormat {
        /// Its format.
        found: u32,
        /// The only format that is read.
        known: u32,
    },
    /// An earlier program wrote it.
    #[error("the database has the old format {found}, this program reads {known}")]
    OlderFormat {
        /// Its format.
        found: u32,
        /// The only format that is read.
        known: u32,
    },
    /// A shard is not what was written.
    #[error("the database's shard `{shard}` is damaged: {part}")]
    Damaged {
        /// The shard.
        shard: ShardName,
        /// Which part, and what is wrong with it.
        part: String,
    },
    /// A shard's file is gone, and so is the manifest that named it.
    #[error("the database was replaced while it was in use: the file of shard `{shard}` is gone")]
    Replaced {
        /// The shard.
        shard: ShardName,
    },
    /// A shard's file is gone, though the manifest still names it.
    #[error("the database's file {file} of shard `{shard}` is missing")]
    Missing {
        /// The shard.
        shard: ShardName,
        /// The file.
        file: String,
    },
    /// No such shard, or one that holds no advisories.
    #[error("the database has no advisories for `{0}`")]
    NoShard(ShardName),
    /// More than a shard can hold, or more than one answer should be.
    #[error("shard `{shard}`: {what} is larger than {cap_bytes} bytes")]
    TooLarge {
        /// The shard.
        shard: ShardName,
        /// What.
        what: &'static str,
        /// The cap.
        cap_bytes: u64,
    },
    /// A delta does not lead from the old shard to the new one.
    #[error("the delta of shard `{shard}` cannot be used: {why}")]
    Delta {
        /// The shard.
        shard: ShardName,
        /// Why.
        why: String,
    },
    /// The change log does not reach back to a cursor, or the cursor is of another database.
    #[error("the change log begins at {oldest} and cannot tell what came after {asked}")]
    NoCursor {
        /// The cursor.
        asked: Cursor,
        /// The oldest one that is known.
        oldest: Cursor,
    },
    /// A file of the change log is not what was written.
    #[error("{}: this part of the change log is damaged", .0.display())]
    Log(PathBuf),
    /// An advisory names a shard that the database keeps for itself.
    #[error("an advisory names the shard `{0}`, which the database keeps for itself")]
    Reserved(ShardName),
}

impl DbError {
    /// What to try.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Manifest(_) | Self::Damaged { .. } | Self::Missing { .. } | Self::OlderFormat { .. } => {
                Some("build it again: `plimsoll db build`")
            }
            Self::NewerFormat { .. } => Some("use the program that wrote it, or a newer one; or build it again"),
            Self::Replaced { .. } => Some("run it again: it will use the new database"),
            Self::NoCursor { .. } | Self::Log(_) => {
                Some("match everything again, then go on from the cursor that `plimsoll db changes` ends with")
            }
            Self::Delta { .. } => Some("fetch the whole shard"),
            Self::Io { .. } | Self::Encode(_) | Self::NoShard(_) | Self::TooLarge { .. } | Self::Reserved(_) => None,
        }
    }

    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Io { path, source }
    }

    pub(crate) fn encode(error: impl std::fmt::Display) -> Self {
        Self::Encode(error.to_string())
    }
}
