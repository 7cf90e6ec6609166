//! What stands in the data of a shard.

use plimsoll_model::{Affected, FixDate, Scope, SeverityClaim, ShardName, Status, Timestamp, VersionRange};
use serde::{Deserialize, Serialize};

/// A row without what the look-up says already: its shard and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredRow {
    pub status: Status,
    pub ranges: Vec<VersionRange>,
    pub versions: Vec<String>,
    pub severities: Vec<SeverityClaim>,
    pub fix_date: Option<FixDate>,
    pub scope: Scope,
}

impl StoredRow {
    pub fn into_affected(self, shard: ShardName, name: String) -> Affected {
        let Self { status, ranges, versions, severities, fix_date, scope } = self;
        Affected { shard, name, status, ranges, versions, severities, fix_date, scope }
    }
}

/// Since when a vulnerability is known to be exploited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exploited {
    /// When it was listed.
    pub date_added: Option<Timestamp>,
    /// The date by which United States federal agencies must have acted.
    pub due: Option<Timestamp>,
    /// Whether ransomware campaigns are known to use it.
    pub ransomware: bool,
}
