//! Following a feed: its files, and those that its indexes name.

use std::io::Read;

use plimsoll_feeds::{Download, Feed};

/// No index is larger than this, unpacked.
const MAX_INDEX_BYTES: u64 = 64 << 20;
/// Most files that one index names.
const MAX_LISTED: usize = 1_000_000;
/// Most files of one feed.
const MAX_FILES: u64 = 2_000_000;

/// Brings each file, and after an index what that names, in order. `bring` returns the latter. Gives the
/// places of the files that could not be had, with the reasons.
pub(crate) fn each_file(
    downloads: Vec<Download>,
    bring: &mut dyn FnMut(&Download) -> Result<Vec<Download>, String>,
) -> Vec<(String, String)> {
    let mut failures = Vec::new();
    let mut waiting = downloads;
    waiting.reverse();
    let mut files = 0_u64;
    while let Some(download) = waiting.pop() {
        files += 1;
        if files > MAX_FILES {
            failures.push((download.mirror_path, format!("the feed names more than {MAX_FILES} files")));
            break;
        }
        match bring(&download) {
            Ok(named) => waiting.extend(named.into_iter().rev()),
            Err(why) => failures.push((download.mirror_path, why)),
        }
    }
    failures
}

/// The files that an index names.
pub(crate) fn listed(feed: &Feed, index: &Download, mut body: Box<dyn Read + '_>) -> Result<Vec<Download>, String> {
    let mut plain = plimsoll_feeds::unpack::reader(&mut body).map_err(|error| error.to_string())?;
    let bytes = plimsoll_model::read_capped(&mut plain, MAX_INDEX_BYTES).map_err(|error| error.to_string())?;
    let files = feed.listed(index, &bytes).map_err(|error| error.to_string())?;
    if files.len() > MAX_LISTED {
        return Err(format!("it names more than {MAX_LISTED} files"));
    }
    Ok(files)
}
