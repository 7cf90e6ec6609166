//! CSAF 2.0 in its VEX profile: a document for each vulnerability, with the word on every product.
//!
//! What a document says is read the same for every publisher; `publisher.rs` holds what differs. The
//! documents come one by one, or as an archive with lists of what changed and went since then.
//!
//! Both generators of Red Hat's are read. The older one names a release without its minor number
//! where there is no fix, and the build in the component's name; the newer one names every supported
//! minor release, components without a build, and modules by a qualifier of the package URL.

mod component;
mod document;
mod index;
mod publisher;
mod raw;
mod redhat;
mod rows;
mod suse;
mod tree;
mod word;

use std::io::Read;

use plimsoll_model::read_capped;

pub use self::index::follow;
pub use self::publisher::Place;
use self::publisher::Publisher;
pub use self::redhat::place_of_cpe;
use crate::feed::{Feed, Format};
use crate::stream::is_html;
use crate::tar::{self, Sizes};
use crate::{FeedError, FeedSummary, Record};

/// Largest document, in bytes; the largest published ones have a quarter of this. All of them together
/// are some tens of gigabytes.
const SIZES: Sizes = Sizes { member_cap_bytes: 64 << 20, archive_cap_bytes: 64 << 30 };

/// How Red Hat's files are read.
pub static REDHAT: Format = Format { folder: "csaf", parse: parse_redhat };

/// Reads a document of Red Hat's, an archive of them, or a list that lies beside them.
///
/// # Errors
/// See [`FeedError`].
pub fn parse_redhat(
    feed: &Feed,
    path: &str,
    bytes: &mut dyn Read,
    sink: &mut dyn FnMut(Record),
) -> Result<FeedSummary, FeedError> {
    parse(&redhat::REDHAT, feed, path, bytes, sink)
}

/// How SUSE's files are read.
pub static SUSE: Format = Format { folder: "csaf", parse: parse_suse };

/// Reads a document of SUSE's, or an archive of them.
///
/// # Errors
/// See [`FeedError`].
pub fn parse_suse(
    feed: &Feed,
    path: &str,
    bytes: &mut dyn Read,
    sink: &mut dyn FnMut(Record),
) -> Result<FeedSummary, FeedError> {
    parse(&suse::SUSE, feed, path, bytes, sink)
}

fn parse(
    publisher: &'static Publisher,
    feed: &Feed,
    path: &str,
    bytes: &mut dyn Read,
    sink: &mut dyn FnMut(Record),
) -> Result<FeedSummary, FeedError> {
    let name = path.rsplit('/').next().unwrap_or_default();
    if name.contains(".tar") {
        return parse_archive(publisher, feed, bytes, sink);
    }
    let cap_bytes = SIZES.member_cap_bytes;
    let content = read_capped(bytes, cap_bytes).map_err(|error| match error.kind() {
        std::io::ErrorKind::FileTooLarge => FeedError::TooLarge { what: "document", cap_bytes },
        _ => FeedError::Read(error),
    })?;
    if is_html(&content) {
        return Err(FeedError::Html);
    }
    if name == index::DELETIONS {
        return index::deletions(feed, &content, sink);
    }
    let mut summary = FeedSummary::default();
    let mark = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&content);
    document::read(feed, publisher, mark, &mut summary, sink)
        .map_err(|why| FeedError::Malformed { expected: "a CSAF document", why })?;
    Ok(summary)
}

fn parse_archive(
    publisher: &'static Publisher,
    feed: &Feed,
    bytes: &mut dyn Read,
    sink: &mut dyn FnMut(Record),
) -> Result<FeedSummary, FeedError> {
    let mut summary = FeedSummary::default();
    let is_document = |name: &str| name.ends_with(".json");
    tar::each_member(bytes, SIZES, is_document, |member, content| {
        let read = content.and_then(|json| document::read(feed, publisher, json, &mut summary, sink));
        if let Err(why) = read {
            summary.note_broken(member, why);
        }
    })?;
    summary.require_content("an archive of CSAF documents")?;
    Ok(summary)
}
