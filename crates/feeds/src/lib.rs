//! Feeds: the bytes that upstreams publish, read into advisories of one shape.
//!
//! One folder per upstream format, one row per feed in [`FEEDS`]. A feed says *where* its files
//! are ([`Feed::downloads`]), *how they lie* in a mirror folder ([`Feed::owns`]) and which shards
//! they fill; [`parse`] turns the bytes of one file into [`Record`]s. Nothing here opens a file or
//! a connection, and nothing here decides whether a package is affected.
//!
//! Feeds are input like any other: every size is capped, one broken record is counted and named in
//! the [`FeedSummary`] while the rest of its file is read, and a file that is not what it should
//! be (a login page, a cut download) is a [`FeedError`], after which the records already handed
//! over are incomplete and should be dropped.

pub mod arch;
mod caps;
pub mod csaf;
pub mod cvelist;
pub mod cwe;
pub mod debian;
pub mod echo;
pub mod eol;
pub mod epss;
pub mod feed;
pub mod gentoo;
pub mod ghsa;
pub mod kev;
mod lines;
mod list;
pub mod nvd;
pub mod osv;
pub mod oval;
pub mod photon;
pub mod record;
pub mod redhat_repositories;
pub mod score;
pub mod secdb;
pub mod stream;
mod suse;
pub mod table;
mod tar;
pub mod text;
pub mod ubuntu_tracker;
pub mod unpack;
pub mod updateinfo;
mod xml;
mod zip;

use std::io::Read;

pub use feed::{Download, Feed, Follow, Format, Origin, Parse, Place, Shards};
pub use record::{Broken, FeedError, FeedSummary, KevEntry, Record};
pub use table::{FEEDS, feed_for_path, feeds_for_shard};

/// Reads one file of a feed and hands each record to `sink`, in the file's order.
///
/// `path` is the file's place in a mirror (`alpine-secdb/v3.20/main.json`), with `/` between the
/// components: it names the file in messages, and a secdb that does not say its own release is
/// known by it. A file that is packed as a whole (gzip, bzip2, xz, zstd) is unpacked on the way.
///
/// # Errors
/// When the file as a whole cannot be read or is not of the feed's format. What reached `sink`
/// before is then a part of the file.
pub fn parse(
    feed: &Feed,
    path: &str,
    bytes: &mut dyn Read,
    sink: &mut dyn FnMut(Record),
) -> Result<FeedSummary, FeedError> {
    let mut bytes = unpack::reader(bytes).map_err(FeedError::Read)?;
    (feed.format.parse)(feed, path, &mut bytes, sink)
}
