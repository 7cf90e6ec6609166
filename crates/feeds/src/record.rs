//! What a feed's file yields: records, a summary of the reading, or an error about the whole file.

use plimsoll_model::{Advisory, Epss, Facts, LifeCycle, Timestamp, Weakness};

/// One thing read from a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// A statement about packages. Withdrawn ones come too, marked as such.
    Advisory(Advisory),
    /// A vulnerability that is exploited in the wild.
    Exploited(KevEntry),
    /// What a source says of a CVE beside the packages.
    Facts {
        /// The CVE.
        cve: String,
        /// What it says.
        facts: Facts,
    },
    /// How probable it is that a vulnerability is exploited.
    Epss {
        /// The CVE.
        cve: String,
        /// How probable.
        epss: Epss,
    },
    /// Until when a release of a product gets fixes.
    LifeCycle(LifeCycle),
    /// The name of a kind of weakness.
    Weakness(Weakness),
    /// A repository that images are built from.
    Repository {
        /// Its name (`rhel-9-for-x86_64-baseos-rpms`).
        name: String,
        /// The update channels that it is of, as [`plimsoll_model::Scope::channel`] names them, sorted;
        /// none where it only holds a release's main stream.
        channels: Vec<String>,
    },
    /// Nothing stands any more of what a source said of an id up to a moment: the document was
    /// deleted, or another one took its place.
    Deleted {
        /// The feed.
        source: String,
        /// The advisory's own id.
        id: String,
        /// Advisories that were last changed later than this stand.
        at: Timestamp,
    },
}

/// An entry of CISA's list of known exploited vulnerabilities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KevEntry {
    /// The CVE.
    pub cve: String,
    /// When it was listed.
    pub date_added: Option<Timestamp>,
    /// The date by which United States federal agencies must have acted.
    pub due: Option<Timestamp>,
    /// Whether ransomware campaigns are known to use it.
    pub ransomware: bool,
}

/// A record that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Its id, or the archive member or package that holds it.
    pub name: String,
    /// Why, in a few words.
    pub why: String,
}

/// How the reading of one file went.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FeedSummary {
    /// Records handed over, withdrawn ones included.
    pub records: u64,
    /// How many of them are withdrawn.
    pub withdrawn: u64,
    /// Records that were well-formed but name no package that this feed's shards hold, or no
    /// vulnerability.
    pub foreign: u64,
    /// Package rows left out because they belong to another feed's shards or to an ecosystem that
    /// no shard holds.
    pub foreign_rows: u64,
    /// Records that could not be read, or of which a row had to be left out.
    pub broken_count: u64,
    /// The first [`FeedSummary::BROKEN_LISTED`] of them.
    pub broken: Vec<Broken>,
    /// The newest date of change in it: how old the data are.
    pub data_from: Option<Timestamp>,
}

impl FeedSummary {
    /// How many broken records are named; all are counted.
    pub const BROKEN_LISTED: usize = 100;

    pub(crate) fn note_broken(&mut self, name: &str, why: impl Into<String>) {
        self.broken_count = self.broken_count.saturating_add(1);
        if self.broken.len() < Self::BROKEN_LISTED {
            let why: String = why.into();
            self.broken.push(Broken { name: crate::text::one_line(name, 200), why: crate::text::one_line(&why, 300) });
        }
    }

    /// A feed that never is empty, but now is, was replaced by something else.
    pub(crate) fn require_content(&self, expected: &'static str) -> Result<(), FeedError> {
        if self.records == 0 && self.foreign == 0 && self.broken_count == 0 {
            return Err(FeedError::Malformed { expected, why: "it holds no record at all".into() });
        }
        Ok(())
    }

    pub(crate) fn note_advisory(&mut self, advisory: &Advisory) {
        self.records = self.records.saturating_add(1);
        if advisory.withdrawn.is_some() {
            self.withdrawn = self.withdrawn.saturating_add(1);
        }
        self.data_from = self.data_from.max(advisory.modified).max(advisory.withdrawn);
    }
}

/// Why a feed's file as a whole could not be read.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// The bytes did not come.
    #[error("the feed could not be read: {0}")]
    Read(#[source] std::io::Error),
    /// A web page came instead of data.
    #[error("the feed is a web page, not data")]
    Html,
    /// The file does not have the feed's shape, or is cut short.
    #[error("the feed is not {expected}: {why}")]
    Malformed {
        /// What it should be.
        expected: &'static str,
        /// What is wrong, with the place where it is known.
        why: String,
    },
    /// The file or a part of it is larger than anything its upstream would publish.
    #[error("the feed's {what} is larger than {cap_bytes} bytes")]
    TooLarge {
        /// Which part.
        what: &'static str,
        /// The cap.
        cap_bytes: u64,
    },
    /// More archive members than its upstream would publish.
    #[error("the feed's archive has more than {cap} members")]
    TooMany {
        /// The cap.
        cap: u64,
    },
}

impl FeedError {
    /// What to try.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Html => Some("a proxy or login page may have answered in the upstream's place"),
            Self::Malformed { .. } => Some("the download may be cut short: fetch it again"),
            Self::Read(_) | Self::TooLarge { .. } | Self::TooMany { .. } => None,
        }
    }
}
