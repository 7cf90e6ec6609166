//! What differs between those who publish CSAF: how their platforms become releases and channels.

use std::borrow::Cow;

use plimsoll_model::ShardName;

/// A product of a document, as its tree describes it.
#[derive(Debug, Clone, Default)]
pub(super) struct Product<'d> {
    /// `SUSE Linux Enterprise Server 15 SP5`.
    pub name: Cow<'d, str>,
    pub cpe: Option<Cow<'d, str>>,
    pub purl: Option<Cow<'d, str>>,
}

/// Where packages of a platform belong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The shard of the release.
    pub shard: ShardName,
    /// The update channel, as [`plimsoll_model::Scope::channel`] names it; `None` for what everyone
    /// with the release has.
    pub channel: Option<String>,
}

impl Place {
    pub(super) fn new(shard: ShardName, channel: Option<String>) -> Self {
        Self { shard, channel }
    }
}

/// Who publishes documents.
pub(super) struct Publisher {
    /// Whose word on severity it is.
    pub word: &'static str,
    /// Where the packages of a platform belong; `None` where no shard holds them.
    pub place: fn(&Product<'_>) -> Option<Place>,
    /// Whether packages are binary ones, named by their id (`xz-5.6.2-1.1`, or `xz` without a build).
    /// What such a document says of a package, or of its source by name, is not taken back when a fix
    /// comes: the fix then takes its place.
    pub names_binaries: bool,
}
