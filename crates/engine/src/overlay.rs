//! An organisation's own advisories and corrections, read from a folder into a build.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use plimsoll_feeds::osv::overlay::overlay_record;
use plimsoll_feeds::record::Broken;
use plimsoll_model::{Advisory, ShardName, read_capped};

/// Folders below an overlay's own.
const MAX_DEPTH: usize = 16;
/// Files of one overlay.
const MAX_FILES: usize = 100_000;
/// Largest record.
const MAX_RECORD_BYTES: u64 = 16 << 20;

/// How one overlay went.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OverlayResult {
    /// How its advisories name it as their source: `overlay:<folder or file name>`.
    pub source: String,
    /// Records that are part of the database.
    pub records: u64,
    /// Records, or rows of them, that had to be left out, by file.
    pub broken: Vec<Broken>,
}

/// Reads an overlay: a record, or a folder of them at any depth. Rows of shards that no feed of the
/// build `filled` are left out and named: such a shard would look as if a feed answered for it.
///
/// # Errors
/// When it is not there or cannot be listed: a database without the corrections that were asked for is
/// not what was asked for.
pub(crate) fn read(root: &Path, filled: &HashSet<ShardName>) -> io::Result<(OverlayResult, Vec<Advisory>)> {
    let mut result = OverlayResult { source: source(root), ..OverlayResult::default() };
    let mut advisories = Vec::new();
    for path in files(root)? {
        let mut broken = Vec::new();
        match record(&path, &result.source, filled, &mut broken) {
            Ok(advisory) if !advisory.affected.is_empty() => advisories.push(advisory),
            Ok(_) => {}
            Err(why) => broken.push(why),
        }
        let name = path.strip_prefix(root).ok().filter(|below| !below.as_os_str().is_empty()).unwrap_or(&path);
        let name = name.display().to_string();
        result.broken.extend(broken.into_iter().map(|why| Broken { name: name.clone(), why }));
    }
    result.records = advisories.len() as u64;
    Ok((result, advisories))
}

/// One record, without the rows that are left out.
fn record(
    path: &Path,
    source: &str,
    filled: &HashSet<ShardName>,
    left_out: &mut Vec<String>,
) -> Result<Advisory, String> {
    let json = File::open(path).and_then(|file| read_capped(file, MAX_RECORD_BYTES));
    let record = overlay_record(source, &json.map_err(|error| error.to_string())?, &shard_of)?;
    left_out.extend(record.left_out);
    let mut advisory = record.advisory;
    advisory.affected.retain(|row| {
        let is_filled = filled.contains(&row.shard);
        if !is_filled {
            left_out.push(format!("no feed of this build fills {}, where {} belongs", row.shard, row.name));
        }
        is_filled
    });
    Ok(advisory)
}

/// `overlay:` and the last part of the path.
fn source(root: &Path) -> String {
    let whole = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
    let name = whole.file_name().unwrap_or_default().to_string_lossy();
    let plain: String = name.chars().filter(|letter| !letter.is_control()).take(80).collect();
    format!("overlay:{plain}")
}

/// Distributions that OSV has no name for, by `ID` and version of their images: `amzn:2023`.
fn shard_of(ecosystem: &str) -> Option<ShardName> {
    let (id, version) = match ecosystem.split_once(':') {
        Some((id, version)) => (id, Some(version)),
        None => (ecosystem, None),
    };
    plimsoll_matching::distribution(id)?.shard(version)
}

/// The records, sorted; hidden files and folders are none.
fn files(root: &Path) -> io::Result<Vec<PathBuf>> {
    if !root.metadata()?.is_dir() {
        return Ok(vec![root.to_path_buf()]);
    }
    let mut found = Vec::new();
    let mut folders = vec![(root.to_path_buf(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let path = entry.path();
            if entry.file_type()?.is_dir() {
                if depth == MAX_DEPTH {
                    return Err(io::Error::other(format!("{} lies too deep", path.display())));
                }
                folders.push((path, depth + 1));
            } else if path.extension().is_some_and(|extension| extension == "json") {
                found.push(path);
            }
            if found.len() > MAX_FILES {
                return Err(io::Error::other(format!("it holds more than {MAX_FILES} records")));
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feeds_and_matching_mean_the_same_channel() {
        assert_eq!(plimsoll_feeds::osv::overlay::CHANNEL, plimsoll_matching::OVERLAY);
    }

    #[test]
    fn distributions_that_osv_does_not_name_are_known_by_their_id() {
        assert_eq!(shard_of("debian:12"), Some(ShardName::clean("debian-12")));
        assert_eq!(shard_of("wolfi"), Some(ShardName::clean("wolfi")));
        for unknown in ["debian", "debian:x", "unheard-of:1", ""] {
            assert_eq!(shard_of(unknown), None, "{unknown}");
        }
    }
}
