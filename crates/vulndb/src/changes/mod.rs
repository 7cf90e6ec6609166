//! The change log: what each build changed by meaning, for those who match again what changed.
//!
//! Each build that finds a database in its folder writes a *segment*: what was added, changed,
//! withdrawn or removed since the build before. Titles, addresses and dates are no meaning. Whoever
//! reads keeps the cursor of what he read last, and asks for what came after it. Segments that are too
//! old go; a cursor from before them is an error, never a gap.
//!
//! A segment is written before the manifest that it leads to, and names both by what they hold: until
//! the manifest is in its place nobody reads the segment.

mod compare;
mod cursor;
mod segment;

use std::path::Path;

use plimsoll_model::ShardName;
use serde::{Deserialize, Serialize};

pub(crate) use self::compare::{Known, Meanings, Values, compare_values, values};
pub use self::cursor::{Cursor, CursorError};
pub(crate) use self::segment::Segment;
use crate::{DbError, Manifest, SignedManifest};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// Its range, fix, status or severity is another.
    Changed,
    /// Its source took it back.
    Withdrawn,
    /// Its source does not have it any more.
    Removed,
    /// The whole shard is new, or so much of it that all must be matched again.
    Shard,
    /// The whole shard is gone.
    ShardRemoved,
}

impl ChangeKind {
    /// Kebab-case name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Withdrawn => "withdrawn",
            Self::Removed => "removed",
            Self::Shard => "shard",
            Self::ShardRemoved => "shard-removed",
        }
    }
}

/// What changed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Change {
    /// In which shard.
    pub shard: ShardName,
    /// The package's name as the shard has it; in shards of scores and of exploited vulnerabilities the
    /// vulnerability, in that of life cycles the release (`debian 12`), in that of repositories the
    /// repository; empty where it is the whole shard.
    pub name: String,
    /// The advisory's id; empty where none is meant.
    pub advisory: String,
    /// Its source; empty where none is meant.
    pub source: String,
    /// What happened.
    pub kind: ChangeKind,
    /// The vulnerabilities that it is about, as they are displayed.
    pub vulnerabilities: Vec<String>,
}

/// What changed after a cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The changes in their order, each with the cursor that stands behind it.
    pub entries: Vec<(Cursor, Change)>,
    /// From where to ask next time.
    pub next: Cursor,
}

/// What changed after a cursor; without one, as far back as is known.
///
/// # Errors
/// When the log does not reach back to the cursor, or is damaged: then all has to be matched again.
pub fn read(folder: &Path, since: Option<Cursor>) -> Result<Changes, DbError> {
    let manifest = SignedManifest::read(folder)?.into_manifest();
    let segments = chain(folder, &manifest)?;
    let oldest = Cursor { generation: segments.first().map_or(manifest.generation, |first| first.from), index: 0 };
    if let Some(since) = since {
        let newest = segments.last().map_or(0, |last| last.entries.len() as u32);
        if since.generation < oldest.generation || since > (Cursor { generation: manifest.generation, index: newest }) {
            return Err(DbError::NoCursor { asked: since, oldest });
        }
    }
    let mut changes = Changes { entries: Vec::new(), next: Cursor { generation: manifest.generation, index: 0 } };
    for Segment { to, entries, .. } in segments {
        for (entry, index) in entries.into_iter().zip(1..) {
            let cursor = Cursor { generation: to, index };
            changes.next = changes.next.max(cursor);
            if since.is_none_or(|since| cursor > since) {
                changes.entries.push((cursor, entry));
            }
        }
    }
    Ok(changes)
}

/// The segments that lead to a manifest without a gap, the oldest first.
fn chain(folder: &Path, manifest: &Manifest) -> Result<Vec<Segment>, DbError> {
    let mut chain: Vec<Segment> = Vec::new();
    let mut wanted = (manifest.generation, Segment::state(manifest));
    for generation in Segment::generations(folder).into_iter().rev() {
        if generation != wanted.0 {
            // Of a build that was never published, or of a database that stood here before.
            continue;
        }
        let segment = Segment::read(folder, generation)?;
        if segment.to_state != wanted.1 {
            break;
        }
        wanted = (segment.from, segment.from_state);
        chain.push(segment);
    }
    chain.reverse();
    Ok(chain)
}
