//! The Scanner: the only glue between sources, layers, facts, advisories, policy and report.
//!
//! [`Scanner::scan`] drives the whole road: reference or file → layers → facts → inventory →
//! advisories → findings → verdict. Everything it needs comes in as plain data
//! ([`ScanOptions`]); the binary turns flags into it and prints what comes out.

mod advisories;
mod base;
mod build;
mod cache;
mod contents;
mod error;
mod evidence;
mod exclude;
mod feed_files;
mod first;
mod follow;
mod intake;
mod jars;
mod java;
mod mirror;
mod overlay;
mod pass;
mod progress;
mod pulled;
mod reviewed;
mod scan;
mod starter;
mod status;
mod stdin;
mod store;
mod update;
mod wanted;

pub use advisories::{AdvisorySource, open_database};
pub use build::{Build, BuildError, Built, FeedResult, build_database};
pub use cache::{Cache, DEFAULT_CAP_BYTES};
pub use contents::{Contents, SourceOptions, read_image};
pub use error::ScanError;
pub use evidence::{Explained, Vulnerability, explain, rows_of_url};
pub use feed_files::FeedFiles;
pub use first::{FirstFetch, enrichment, feeds_beside};
pub use jars::{Jar, Jars, read_jars};
pub use mirror::{Fetching, Mirror, Step, Synced};
pub use overlay::OverlayResult;
pub use progress::{Phase, Progress};
pub use pulled::Publisher;
pub use scan::{ScanOptions, Scanner, Supply};
pub use status::{FeedStatus, Problem, feed_status};
pub use store::{Store, Usage};
pub use update::{Update, Updated, update_database};
pub use wanted::Wanted;
