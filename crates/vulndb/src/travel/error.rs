//! Why a database could not travel, in words that say what to do.

use plimsoll_model::{ShardName, Timestamp};
use plimsoll_transport::TransportError;

use crate::DbError;

/// Why a database was not published, pulled or installed. What was there before stays.
#[derive(Debug, thiserror::Error)]
pub enum TravelError {
    /// The folder of the database, or the manifest that came.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The network.
    #[error(transparent)]
    Transport(#[from] Box<TransportError>),
    /// It is not signed by any key that is trusted.
    #[error("the database's manifest is not signed by a trusted key: {0}")]
    Untrusted(String),
    /// It is older than the one that is installed.
    #[error("the database is older than the one that is installed: generation {offered}, not {installed}")]
    Older {
        /// Its generation.
        offered: u64,
        /// The generation that is installed.
        installed: u64,
    },
    /// Whoever signed it says that it is not to be used any more.
    #[error("the database expired on {0}: its publisher has newer ones, or has stopped")]
    Expired(Timestamp),
    /// A shard that is not what the manifest says, or did not come whole.
    #[error("shard `{shard}`: {why}")]
    Shard {
        /// The shard.
        shard: ShardName,
        /// What is wrong.
        why: String,
    },
    /// A shard that this database does not have.
    #[error("the database has no shard `{name}`; it has {known}")]
    NoShard {
        /// The name.
        name: ShardName,
        /// Names that it has.
        known: String,
    },
    /// What should hold a database does not.
    #[error("{place} holds no published database: {why}")]
    NoDatabase {
        /// Where.
        place: String,
        /// Why.
        why: String,
    },
}

impl TravelError {
    /// What to try.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Database(error) => return error.hint().map(str::to_owned),
            Self::Transport(error) => return error.hint(),
            Self::Untrusted(_) => "name the publisher's public key with --trust-key",
            Self::Older { .. } => "install it all the same with --allow-rollback",
            Self::Expired(_) => "install it all the same with --allow-expired",
            Self::Shard { .. } => "try again; a mirror that gives other bytes than it should cannot harm",
            Self::NoShard { .. } | Self::NoDatabase { .. } => return None,
        };
        Some(hint.into())
    }

    pub(crate) fn shard(shard: &ShardName, why: impl std::fmt::Display) -> Self {
        Self::Shard { shard: shard.clone(), why: why.to_string() }
    }
}

impl From<TransportError> for TravelError {
    fn from(error: TransportError) -> Self {
        Self::Transport(Box::new(error))
    }
}
