//! Strangers who rebuild a distribution's packages and publish advisories for their builds.

use plimsoll_model::{Package, ShardName};

/// Someone who rebuilds packages of several distributions.
pub(crate) struct Rebuilder {
    /// What stands before the name of the distribution's shard in that of theirs.
    shards: &'static str,
    /// What their versions have in them.
    version_mark: &'static str,
    /// What they put before the name of a package.
    pub name_prefix: &'static str,
}

const REBUILDERS: &[Rebuilder] = &[Rebuilder { shards: "root-", version_mark: ".root.io", name_prefix: "rootio-" }];

impl Rebuilder {
    /// Who rebuilt the package.
    pub fn of(package: &Package) -> Option<&'static Self> {
        let is_theirs =
            |row: &&Self| package.version.contains(row.version_mark) || package.name.starts_with(row.name_prefix);
        REBUILDERS.iter().find(is_theirs)
    }

    /// Their shard for the packages of a distribution's release.
    pub fn shard(&self, shard: &ShardName) -> ShardName {
        ShardName::clean(&format!("{}{shard}", self.shards))
    }
}
