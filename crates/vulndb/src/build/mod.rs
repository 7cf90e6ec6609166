//! Building a database: advisories come in any order, shards go out.

mod assemble;
mod block;
mod cluster;
mod compress;
mod deleted;
mod enrichment;
mod index;
mod intern;
mod previous;
mod rows;
mod shard;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;

use plimsoll_model::{Advisory, AdvisoryClass, SeverityClaim, ShardName, Timestamp};

use self::deleted::Deletions;
use self::enrichment::Enrichment;
use self::intern::Interner;
use self::previous::Previous;
pub(crate) use self::rows::RowsWriter;
pub(crate) use self::shard::{ShardWriter, WrittenShard};
use crate::changes::Segment;
use crate::folder::Folder;
use crate::format::MAX_TAKEN_BYTES;
use crate::java::Coordinates;
use crate::manifest::malware_shard;
use crate::stored::{Exploited, StoredRow};
use crate::{Database, DbError, FeedMeta, ShardKind, ShardRow, SignedManifest, Signing, java};

/// What is said of a build as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuildInfo {
    /// Its number, greater than that of every build before.
    pub generation: u64,
    /// When it is made.
    pub built: Option<Timestamp>,
}

/// What a build made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BuildSummary {
    /// Shards written.
    pub shards: u64,
    /// Their size.
    pub size_bytes: u64,
    /// Names and ids that they answer for.
    pub keys: u64,
    /// Advisories added, withdrawn ones not counted; the same one twice counts twice.
    pub records: u64,
    /// Withdrawn advisories, which are left out.
    pub withdrawn: u64,
    /// Advisories that were taken back, or said anew in another; they are left out.
    pub deleted: u64,
    /// Entries of the change log; none where there was no database before.
    pub changes: u64,
    /// Advisories or rows too large to be kept: counted, and the first hundred named.
    pub left_out_count: u64,
    /// Those.
    pub left_out: Vec<LeftOut>,
}

impl BuildSummary {
    fn count(&mut self, shards: &[ShardRow]) {
        self.shards = shards.len() as u64;
        self.size_bytes = shards.iter().map(|row| row.size_bytes).sum();
        self.keys = shards.iter().map(|row| row.keys).sum();
    }
}

/// What could not be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The advisory's id.
    pub id: String,
    /// Why.
    pub why: String,
}

const LEFT_OUT_LISTED: usize = 100;
/// Most CVEs of one advisory; 140 is the most that a real one names.
const MAX_CVES: usize = 1024;

/// Takes advisories in any order and writes the database. The same advisories give the same bytes,
/// whatever their order.
///
/// What is alike is kept once: an advisory costs its own length once, each of its rows sixteen bytes.
#[derive(Debug)]
pub struct Builder {
    info: BuildInfo,
    summary: BuildSummary,
    feeds: BTreeMap<String, FeedMeta>,
    shards: Vec<Draft>,
    shard_numbers: HashMap<ShardName, u32>,
    keys: Interner,
    /// Advisories without their rows, encoded.
    records: Interner,
    /// [`StoredRow`]s, encoded.
    rows: Interner,
    placed: Vec<Placed>,
    /// Scored claims, encoded.
    claims: Interner,
    /// Which record makes which scored claim.
    scores: BTreeSet<(u32, u32)>,
    exploited: BTreeMap<String, Exploited>,
    enrichment: Enrichment,
    deletions: Deletions,
    java: BTreeMap<[u8; 20], Coordinates>,
    /// Sources and ids of what was withdrawn.
    withdrawn: HashSet<(String, String)>,
}

/// A shard, and the sources that spoke of it.
#[derive(Debug)]
struct Draft {
    name: ShardName,
    kind: ShardKind,
    sources: BTreeSet<String>,
}

/// One row, by numbers.
#[derive(Debug, Clone, Copy)]
struct Placed {
    shard: u32,
    key: u32,
    record: u32,
    row: u32,
}

impl Builder {
    /// Begins a build.
    #[must_use]
    pub fn new(info: BuildInfo) -> Self {
        Self {
            info,
            summary: BuildSummary::default(),
            feeds: BTreeMap::new(),
            shards: Vec::new(),
            shard_numbers: HashMap::new(),
            keys: Interner::default(),
            records: Interner::default(),
            rows: Interner::default(),
            placed: Vec::new(),
            claims: Interner::default(),
            scores: BTreeSet::new(),
            exploited: BTreeMap::new(),
            enrichment: Enrichment::default(),
            deletions: Deletions::default(),
            java: BTreeMap::new(),
            withdrawn: HashSet::new(),
        }
    }

    /// Adds a Java archive by its SHA-1. Where it comes under several coordinates, the first in their order
    /// count.
    pub fn add_jar(&mut self, sha1: [u8; 20], jar: Coordinates) {
        let known = self.java.entry(sha1).or_insert_with(|| jar.clone());
        *known = jar.min(std::mem::replace(known, Coordinates { name: String::new(), version: String::new() }));
    }

    /// Names a feed that was read. One that is added in several parts is summed up.
    pub fn add_feed(&mut self, feed: FeedMeta) {
        match self.feeds.get_mut(&feed.id) {
            Some(known) => {
                known.data_from = known.data_from.max(feed.data_from);
                known.records = known.records.saturating_add(feed.records);
            }
            None => {
                self.feeds.insert(feed.id.clone(), feed);
            }
        }
    }

    /// Adds a vulnerability that is known to be exploited. Where it comes twice the earlier dates
    /// count.
    pub fn add_exploited(
        &mut self,
        cve: &str,
        date_added: Option<Timestamp>,
        due: Option<Timestamp>,
        ransomware: bool,
    ) {
        let earlier = |one: Option<Timestamp>, other: Option<Timestamp>| one.into_iter().chain(other).min();
        let entry = self.exploited.entry(cve.to_owned()).or_insert(Exploited { date_added, due, ransomware });
        entry.date_added = earlier(entry.date_added, date_added);
        entry.due = earlier(entry.due, due);
        entry.ransomware |= ransomware;
    }

    /// Takes back what a source said under an id, as far as it was last changed at that moment or
    /// before; whether it was added already or comes later.
    pub fn delete(&mut self, source: impl Into<String>, id: impl Into<String>, at: Timestamp) {
        self.deletions.add(source.into(), id.into(), at);
    }

    /// Adds an advisory. A withdrawn one is only counted.
    pub fn add(&mut self, mut advisory: Advisory) {
        let affected = std::mem::take(&mut advisory.affected);
        let is_malware = advisory.class == AdvisoryClass::Malware;
        let shards: Vec<u32> =
            affected.iter().map(|row| self.shard_of(&row.shard, is_malware, &advisory.source)).collect();
        if advisory.withdrawn.is_some() {
            self.summary.withdrawn += 1;
            self.withdrawn.insert((advisory.source, advisory.id));
            return;
        }
        self.summary.records += 1;
        if advisory.cves.len() > MAX_CVES {
            return self
                .leave_out(&advisory.id, format!("it names {} CVEs, more than {MAX_CVES}", advisory.cves.len()));
        }
        let Some(encoded) = self.encode(&advisory.id, &advisory) else { return };
        let record = self.records.add(&encoded);
        for claim in &advisory.severities {
            self.add_score(record, claim);
        }
        for (affected, shard) in affected.into_iter().zip(shards) {
            for claim in &affected.severities {
                self.add_score(record, claim);
            }
            let key = self.keys.add(affected.name.as_bytes());
            if let Some(encoded) = self.encode(&advisory.id, &StoredRow::of(affected)) {
                let row = self.rows.add(&encoded);
                self.placed.push(Placed { shard, key, record, row });
            }
        }
    }

    fn encode(&mut self, id: &str, value: &impl serde::Serialize) -> Option<Vec<u8>> {
        match postcard::to_stdvec(value) {
            Ok(bytes) if bytes.len() <= MAX_TAKEN_BYTES => Some(bytes),
            Ok(bytes) => {
                self.leave_out(id, format!("it has {} bytes, more than {MAX_TAKEN_BYTES}", bytes.len()));
                None
            }
            Err(error) => {
                self.leave_out(id, error.to_string());
                None
            }
        }
    }

    fn leave_out(&mut self, id: &str, why: String) {
        self.summary.left_out_count += 1;
        if self.summary.left_out.len() < LEFT_OUT_LISTED {
            self.summary.left_out.push(LeftOut { id: id.to_owned(), why });
        }
    }

    fn add_score(&mut self, record: u32, claim: &SeverityClaim) {
        if claim.score.is_some()
            && let Ok(encoded) = postcard::to_stdvec(claim)
        {
            let claim = self.claims.add(&encoded);
            self.scores.insert((record, claim));
        }
    }

    /// The number of the shard that a row goes to. An ecosystem whose only records are malicious
    /// packages has a shard of its own nevertheless: its feed was read.
    fn shard_of(&mut self, name: &ShardName, is_malware: bool, source: &str) -> u32 {
        let number = self.draft(name, ShardKind::Advisories, source);
        match malware_shard(name) {
            Some(malware) if is_malware => self.draft(&malware, ShardKind::Malware, source),
            _ => number,
        }
    }

    fn draft(&mut self, name: &ShardName, kind: ShardKind, source: &str) -> u32 {
        let number = match self.shard_numbers.get(name) {
            Some(number) => *number,
            None => {
                let number = self.shards.len() as u32;
                self.shards.push(Draft { name: name.clone(), kind, sources: BTreeSet::new() });
                self.shard_numbers.insert(name.clone(), number);
                number
            }
        };
        if let Some(draft) = self.shards.get_mut(number as usize)
            && !draft.sources.contains(source)
        {
            draft.sources.insert(source.to_owned());
        }
        number
    }

    /// Writes the database into a folder, in the place of the one that may be there: a reader finds
    /// the old one or the new one, and whoever has the old one open goes on with it. Of two builds
    /// into one folder the second waits, and the last one stays.
    ///
    /// # Errors
    /// When the folder cannot be written, or a shard grows beyond what its format can hold. The
    /// database that was there then stays.
    pub fn finish(self, out: &Path) -> Result<BuildSummary, DbError> {
        self.finish_keeping(out, &|_| false, None)
    }

    /// As [`Self::finish`], but shards of the database that is there stay as they are where `is_kept`
    /// says so: those of a feed that could not be read this time. It is signed before anybody can see it.
    ///
    /// # Errors
    /// As [`Self::finish`], and when it cannot be signed.
    pub fn finish_keeping(
        self,
        out: &Path,
        is_kept: &dyn Fn(&ShardRow) -> bool,
        signing: Option<Signing<'_>>,
    ) -> Result<BuildSummary, DbError> {
        let folder = Folder::lock(out)?;
        let before = SignedManifest::read(out).map(SignedManifest::into_manifest);
        // The index of jars is of no feed: it stays until another one is given.
        let has_jars = !self.java.is_empty();
        let is_jars = |row: &ShardRow| row.kind == ShardKind::JavaDigests && java::is_own(&row.name);
        let is_kept = |row: &ShardRow| is_kept(row) || (is_jars(row) && !has_jars);
        let mut previous = before.ok().map(|manifest| Previous::new(out, manifest, &is_kept));
        let (mut manifest, mut summary) = self.assemble(previous.as_mut(), |row, shard| {
            folder.write(&row.file, |out| out.filled(|out| shard.write_to(&mut &mut *out)))
        })?;
        for row in previous.iter().flat_map(Previous::kept_rows) {
            match manifest.shards.binary_search_by(|other| other.name.cmp(&row.name)) {
                Ok(at) => manifest.shards[at] = row.clone(),
                Err(at) => manifest.shards.insert(at, row.clone()),
            }
        }
        summary.count(&manifest.shards);
        let generation = manifest.generation;
        if let Some(Previous { manifest: before, changes, .. }) = previous
            && before.generation < generation
        {
            summary.changes = changes.len() as u64;
            Segment::new(&before, &manifest, changes).write(&folder)?;
        }
        let manifest = SignedManifest::unsigned(manifest)?;
        folder.publish(&match signing {
            Some(Signing { key, expires }) => manifest.sign(key, Some(expires))?,
            None => manifest,
        })?;
        Segment::prune(out, generation);
        Ok(summary)
    }

    /// Makes the database in memory.
    ///
    /// # Errors
    /// When a shard grows beyond what its format can hold.
    pub fn finish_in_memory(self) -> Result<Database, DbError> {
        let mut shards = BTreeMap::new();
        let (manifest, _) = self.assemble(None, |row, shard| {
            shards.insert(row.name.clone(), shard.into_bytes());
            Ok(())
        })?;
        Database::in_memory(manifest, shards)
    }
}
