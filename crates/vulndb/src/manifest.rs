//! The manifest: which shards a database has, by digest, and how old their feeds are.

use plimsoll_model::{Digest, ShardName, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{DbError, SignedManifest};

/// The manifest's file in the database's folder.
pub const MANIFEST_FILE: &str = "manifest.json";
/// Largest manifest that is read.
pub(crate) const MAX_MANIFEST_BYTES: u64 = 8 << 20;
const MALWARE: &str = "-malware";

/// A feed that filled a shard.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedMeta {
    /// Its id.
    pub id: String,
    /// The newest date of change in it: how old the data are. In JSON seconds since the epoch.
    pub data_from: Option<Timestamp>,
    /// Records of the whole feed.
    pub records: u64,
}

/// What a shard answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShardKind {
    /// A package's name → advisories.
    Advisories,
    /// The malicious packages of the ecosystem of the same name without `-malware`: by far the most
    /// records of some ecosystems, and found in next to no image.
    Malware,
    /// A vulnerability's id → scores.
    Severities,
    /// A CVE → since when it is exploited.
    Exploited,
    /// CVEs → how probable it is that they are exploited.
    Epss,
    /// CVEs → what sources say of them beside the packages.
    Facts,
    /// A product → its releases, and how long they get fixes.
    LifeCycles,
    /// A weakness's number → its name.
    Weaknesses,
    /// The SHA-1 of a Java archive → its Maven coordinates.
    JavaDigests,
    /// A repository that images are built from → its update channels.
    Repositories,
}

/// One shard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShardRow {
    /// Its name.
    pub name: ShardName,
    /// What it answers.
    pub kind: ShardKind,
    /// Its file: `<name>.<16 digits of the digest>.shard`.
    pub file: String,
    /// SHA-256 of the file.
    pub digest: Digest,
    /// Checksum of the file's header, which vouches for the rest: 16 hexadecimal digits.
    pub seal: String,
    /// Size of the file.
    pub size_bytes: u64,
    /// Names or ids that it answers for.
    pub keys: u64,
    /// Records in it.
    pub records: u64,
    /// The feeds that filled it.
    pub feeds: Vec<FeedMeta>,
}

/// What a database holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Number of the build; a later build has a greater one.
    pub generation: u64,
    /// When it was built; in JSON seconds since the epoch.
    pub built: Option<Timestamp>,
    /// From then on it is not installed any more: a mirror that stands still is noticed. Set by
    /// whoever signs.
    pub expires: Option<Timestamp>,
    /// The shards, sorted by name.
    pub shards: Vec<ShardRow>,
}

impl Manifest {
    /// A database of nothing.
    pub(crate) fn empty() -> Self {
        Self { generation: 0, built: None, expires: None, shards: Vec::new() }
    }

    /// The shard of this name.
    #[must_use]
    pub fn shard(&self, name: &ShardName) -> Option<&ShardRow> {
        self.position(name).and_then(|at| self.shards.get(at))
    }

    pub(crate) fn position(&self, name: &ShardName) -> Option<usize> {
        self.shards.binary_search_by(|row| row.name.cmp(name)).ok()
    }

    /// The manifest as compact JSON: what its checksum and its signatures are of.
    pub(crate) fn canonical(&self) -> Result<Vec<u8>, DbError> {
        serde_json::to_vec(self).map_err(DbError::encode)
    }

    /// Reads `manifest.json`, whoever signed it.
    ///
    /// # Errors
    /// When it is of another format, or not exactly what was written.
    pub fn from_json(json: &[u8]) -> Result<Self, DbError> {
        SignedManifest::from_json(json).map(SignedManifest::into_manifest)
    }
}

/// A checksum as the manifest writes it.
pub(crate) fn seal(checksum: u64) -> String {
    format!("{checksum:016x}")
}

/// The file name of a shard: safe, as both its parts are.
pub(crate) fn shard_file(name: &ShardName, digest: &Digest) -> String {
    let mut hex = digest.hex();
    hex.truncate(16);
    format!("{name}.{hex}.shard")
}

/// Whether a file's name is one that [`shard_file`] makes.
pub(crate) fn is_shard_file(file: &str) -> bool {
    file.strip_suffix(".shard").and_then(|rest| rest.rsplit_once('.')).is_some_and(|(name, digits)| {
        digits.len() == 16
            && digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
            && ShardName::clean(name).as_str() == name
    })
}

/// The shard of the malicious packages of an ecosystem; `None` where its name has no room for more.
pub(crate) fn malware_shard(of: &ShardName) -> Option<ShardName> {
    Some(ShardName::clean(&format!("{of}{MALWARE}"))).filter(|name| without_malware(name).as_ref() == Some(of))
}

/// The ecosystem's shard that a shard of malicious packages belongs to.
pub(crate) fn without_malware(name: &ShardName) -> Option<ShardName> {
    name.as_str().strip_suffix(MALWARE).map(ShardName::clean)
}

/// The shard of scores.
pub(crate) fn severities_shard() -> ShardName {
    ShardName::clean("severities")
}
