//! Red Hat's table of its repositories: which product versions, by CPE, a repository holds.

use std::collections::BTreeSet;
use std::io::Read;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::csaf::place_of_cpe;
use crate::feed::{Feed, Format};
use crate::stream::{Walk, walk_json};
use crate::{FeedError, FeedSummary, Record};

/// What a file of this feed is.
const EXPECTED: &str = "Red Hat's table of repositories";
/// Bytes of a repository's name: less than what is kept of the names that an image gives.
const MAX_NAME: usize = 120;
/// CPEs of one repository; some have hundreds.
const MAX_CPES: usize = 16_384;

#[derive(Deserialize)]
struct RawRepository {
    cpes: Vec<String>,
}

/// How its files are read.
pub static FORMAT: Format = Format { folder: "redhat_repositories", parse };

/// Reads `repository-to-cpe.json`. A repository none of whose CPEs says on which release it stands is
/// foreign: no advisory says anything of what it holds.
///
/// # Errors
/// See [`FeedError`].
pub fn parse(
    _feed: &Feed,
    _path: &str,
    bytes: &mut dyn Read,
    sink: &mut dyn FnMut(Record),
) -> Result<FeedSummary, FeedError> {
    let mut table = Table { summary: FeedSummary::default(), sink };
    walk_json(bytes, EXPECTED, &mut table)?;
    table.summary.require_content(EXPECTED)?;
    Ok(table.summary)
}

struct Table<'s> {
    summary: FeedSummary,
    sink: &'s mut dyn FnMut(Record),
}

impl Walk for Table<'_> {
    fn descends(&mut self, path: &[String]) -> bool {
        matches!(path, [data] if data == "data")
    }

    fn piece(&mut self, path: &[String], json: &RawValue) {
        let [_, name] = path else { return };
        match channels(name, json) {
            Ok(Some(channels)) => {
                self.summary.records += 1;
                (self.sink)(Record::Repository { name: name.clone(), channels });
            }
            Ok(None) => self.summary.foreign += 1,
            Err(why) => self.summary.note_broken(name, why),
        }
    }

    fn misfit(&mut self, _path: &[String]) {
        self.summary.note_broken("data", "holds no repositories");
    }
}

/// The channels of a repository; `None` where none of its CPEs stands for a release.
fn channels(name: &str, json: &RawValue) -> Result<Option<Vec<String>>, String> {
    if name.is_empty() || name.len() > MAX_NAME || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("it has a name that no repository has".into());
    }
    let RawRepository { cpes } = serde_json::from_str(json.get()).map_err(|error| error.to_string())?;
    if cpes.len() > MAX_CPES {
        return Err(format!("it has more than {MAX_CPES} CPEs"));
    }
    let mut places = cpes.iter().filter_map(|cpe| place_of_cpe(cpe)).peekable();
    if places.peek().is_none() {
        return Ok(None);
    }
    let channels: BTreeSet<String> = places.filter_map(|place| place.channel).collect();
    Ok(Some(channels.into_iter().collect()))
}
