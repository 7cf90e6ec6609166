//! The coverage ledger: what a scan could not see, and by whose word it judged.

use serde::{Deserialize, Serialize};

use crate::{FilePath, Timestamp};

/// How much a gap weighs in the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum GapWeight {
    /// Worth knowing, changes nothing.
    Note,
    /// Something was not seen; the verdict stands.
    Warning,
    /// The verdict cannot be PASS.
    Incomplete,
}

macro_rules! gap_kinds {
    ($($(#[doc = $doc:literal])* $variant:ident = $name:literal, $weight:ident;)*) => {
        /// Why something was not seen: a stable code, with its default weight.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum GapKind { $($(#[doc = $doc])* $variant,)* }

        impl GapKind {
            /// Every kind, in table order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];
            /// Kebab-case code for JSON and policies.
            #[must_use]
            pub fn name(self) -> &'static str { match self { $(Self::$variant => $name,)* } }
            /// The default weight.
            #[must_use]
            pub fn weight(self) -> GapWeight { match self { $(Self::$variant => GapWeight::$weight,)* } }
            /// What it means, for people.
            #[must_use]
            pub fn description(self) -> &'static str { match self { $(Self::$variant => concat!($($doc),*).trim_ascii(),)* } }
        }
    };
}

impl GapKind {
    /// The heavier of two kinds, by weight.
    #[must_use]
    pub fn max_weight(self, other: Self) -> Self {
        if other.weight() > self.weight() { other } else { self }
    }
}

gap_kinds! {
    /// No feed answers for this operating system or release.
    NoFeed = "no-feed", Incomplete;
    /// The operating system could not be told, though it has packages.
    UnknownSystem = "unknown-system", Incomplete;
    /// Nothing in the image was recognised as a package.
    NoPackages = "no-packages", Incomplete;
    /// A package database could not be read.
    DatabaseUnreadable = "package-database-unreadable", Incomplete;
    /// Only the starter advisories inside the program were used.
    StarterOnly = "starter-advisories-only", Incomplete;
    /// The advisory database is older than the limit.
    DatabaseStale = "advisory-database-stale", Incomplete;
    /// A feed could not be brought up to date for longer than the limit.
    FeedStale = "feed-stale", Incomplete;
    /// A shard of the advisory database that this image needs has not been pulled.
    ShardMissing = "advisory-shard-missing", Incomplete;
    /// The published database was refused: by its signature, its age, or its date.
    DatabaseRefused = "advisory-database-refused", Incomplete;
    /// A shard of the advisory database is damaged.
    ShardUnreadable = "advisory-shard-unreadable", Incomplete;
    /// A layer could not be read to its end.
    LayerUnreadable = "layer-unreadable", Incomplete;
    /// A layer's bytes are elsewhere (a foreign layer) and were not fetched.
    ForeignLayer = "foreign-layer", Incomplete;
    /// A layer is encrypted.
    EncryptedLayer = "encrypted-layer", Incomplete;
    /// A layer of an operating system whose packages plimsoll does not know.
    UnsupportedSystem = "unsupported-system", Incomplete;
    /// No feed answers for this language ecosystem.
    NoLanguageFeed = "no-language-feed", Incomplete;
    /// A file that holds packages could not be read.
    FileUnreadable = "file-unreadable", Warning;
    /// A file was larger than the cap for its kind.
    FileTooLarge = "file-too-large", Warning;
    /// A limit on count or depth was reached; the rest was not read.
    LimitReached = "limit-reached", Warning;
    /// A version could not be read, so it could not be compared.
    VersionUnreadable = "version-unreadable", Warning;
    /// Built by someone else than the distribution, whose feed does not answer for it.
    ThirdParty = "third-party-package", Warning;
    /// A hard link's later name is wanted and the layer could not be read again for it.
    LinkUnread = "link-unread", Warning;
    /// The database has no advisories by product name (CPE), which alone would know the package.
    NoCpeFeed = "no-cpe-feed", Warning;
    /// A program is packed, so that what it was built from cannot be read.
    PackedProgram = "packed-program", Warning;
    /// A Go program that does not say which modules it was built from.
    ModulesUnknown = "modules-unknown", Warning;
    /// A package without a name or version that advisories could be looked up by.
    NoIdentity = "no-identity", Warning;
    /// The database has no list of known exploited vulnerabilities.
    NoExploitedList = "no-exploited-list", Warning;
    /// The published database could not be had; the one that is here was used.
    DatabaseNotPulled = "advisory-database-not-pulled", Warning;
    /// What tells of vulnerabilities beside the advisories (EPSS, ends of life, …) could not be had.
    NoEnrichment = "no-enrichment", Warning;
    /// The image was built from a repository of which it is not known whose advisories answer for it.
    UnknownRepository = "unknown-repository", Warning;
    /// The feed itself does not know yet.
    Undetermined = "undetermined-by-feed", Note;
    /// Two entries of one path in a layer, or another oddity of the archive that changes nothing.
    ArchiveOddity = "archive-oddity", Note;
    /// A feed that might know more was too large to be fetched for a single scan.
    FeedLeftOut = "feed-left-out", Note;
    /// Programs that no package owns and nothing recognises.
    UnrecognisedProgram = "unrecognised-program", Note;
    /// Packages of a kind that no advisory speaks of: inventory only.
    InventoryOnly = "inventory-only", Note;
    /// Left out because the user said so.
    Excluded = "excluded", Note;
    /// Packages left out for a stated reason (kernel headers).
    SkippedPackages = "skipped-packages", Note;
    /// A manifest that is no image (an attestation, a signature).
    NotAnImage = "not-an-image", Note;
    /// Facts of a layer were taken from the cache by a name that was not verified in this run.
    TrustedName = "trusted-name", Note;
}

/// One thing that was not seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Gap {
    /// The code.
    pub kind: GapKind,
    /// What it is about: a file, a package, a shard, a layer's digest. May be empty.
    pub subject: String,
    /// One sentence for people.
    pub detail: String,
    /// Index of the layer it concerns, where it concerns one.
    pub layer: Option<u32>,
    /// How many times: alike gaps are folded into one.
    pub count: u64,
}

impl Gap {
    /// A gap that happened once and concerns no layer.
    #[must_use]
    pub fn new(kind: GapKind, subject: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { kind, subject: subject.into(), detail: detail.into(), layer: None, count: 1 }
    }

    /// Whether both say the same of the same thing, so that one with a count is enough.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        (self.kind, &self.subject, &self.detail, self.layer) == (other.kind, &other.subject, &other.detail, other.layer)
    }

    /// A gap about a file.
    #[must_use]
    pub fn file(kind: GapKind, path: &FilePath, detail: impl Into<String>) -> Self {
        Self::new(kind, path.to_string(), detail)
    }
}

/// A feed that was asked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FeedUse {
    /// The shard.
    pub shard: String,
    /// The feeds it was made from.
    pub sources: Vec<String>,
    /// When the newest of its data is from.
    pub data_from: Option<Timestamp>,
    /// Packages of the image that were looked up in it.
    pub packages: u32,
}

/// What the scan saw and what it could not.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Coverage {
    /// Packages of the inventory that are present.
    pub packages_present: u32,
    /// Of these, packages that a feed answered for.
    pub packages_matched: u32,
    /// The feeds asked.
    pub feeds: Vec<FeedUse>,
    /// What was not seen, sorted by weight (heaviest first), kind and subject.
    pub gaps: Vec<Gap>,
}

impl Coverage {
    /// Sorts, and folds gaps that are alike in all but the count.
    pub fn tidy(&mut self) {
        self.gaps.sort_by(|a, b| b.kind.weight().cmp(&a.kind.weight()).then_with(|| a.cmp(b)));
        self.gaps.dedup_by(|next, first| {
            let alike = first.is_like(next);
            if alike {
                first.count += next.count;
            }
            alike
        });
        self.feeds.sort();
    }

    /// The heaviest weight among the gaps.
    #[must_use]
    pub fn weight(&self) -> Option<GapWeight> {
        self.gaps.iter().map(|gap| gap.kind.weight()).max()
    }
}
