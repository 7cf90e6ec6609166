//! What a feed is: where its files are published, how they lie in a mirror, what they fill.

use std::io::Read;

use plimsoll_model::ShardName;

use crate::{FeedError, FeedSummary, Record};

/// Reads one file of a feed; see [`crate::parse`].
pub type Parse = fn(&Feed, &str, &mut dyn Read, &mut dyn FnMut(Record)) -> Result<FeedSummary, FeedError>;

/// How a feed's files are read. Each value is a folder of this crate, which declares it.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// The folder of this crate that reads it.
    pub folder: &'static str,
    /// Reads one file.
    pub parse: Parse,
}

/// A file that a feed publishes.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// Its address.
    pub url: &'static str,
    /// Its place in a mirror.
    pub mirror: &'static str,
}

/// What an index names: given the index's download and its bytes (unpacked), the files to fetch
/// next, which may be indexes again.
pub type Follow = fn(&Download, &[u8]) -> Result<Vec<Download>, FeedError>;

/// Where a feed's files are published.
#[derive(Debug, Clone, Copy)]
pub enum Origin {
    /// One file.
    File(Place),
    /// Several files.
    Files(&'static [Place]),
    /// Nowhere yet: its files are only read where a mirror has them.
    Nowhere,
    /// For each release and repository a file (or an index), by addresses in which `{release}` and
    /// `{repository}` stand for them.
    PerRelease {
        /// Address and place in a mirror.
        place: Place,
        /// Releases known to exist. A newer one is still found by its shard's name.
        releases: &'static [&'static str],
        /// Repositories of each release; one empty name where there is only one.
        repositories: &'static [&'static str],
        /// How the addresses write a release.
        written: fn(&str) -> String,
    },
}

/// Which shards a feed fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shards {
    /// One.
    One(&'static str),
    /// One for each release: `<distro>-<release>`, named here with the hyphen.
    PerRelease(&'static str),
    /// All of these together.
    Several(&'static [Shards]),
}

impl Shards {
    /// Whether the shard is one of them.
    #[must_use]
    pub fn holds(self, shard: &ShardName) -> bool {
        match self {
            Self::One(name) => shard.as_str() == name,
            Self::PerRelease(prefix) => shard.as_str().strip_prefix(prefix).is_some_and(|release| {
                release.starts_with(|letter: char| letter.is_ascii_digit())
                    || matches!(release, "edge" | "sid" | "stream")
            }),
            Self::Several(all) => all.iter().any(|some| some.holds(shard)),
        }
    }

    /// What follows the distribution's name in a shard of one release.
    fn release_of(self, shard: &ShardName) -> Option<&str> {
        match self {
            Self::One(_) => None,
            Self::PerRelease(prefix) => shard.as_str().strip_prefix(prefix).filter(|_| self.holds(shard)),
            Self::Several(all) => all.iter().find_map(|some| some.release_of(shard)),
        }
    }
}

/// A source of advisories.
#[derive(Debug, Clone, Copy)]
pub struct Feed {
    /// Its name in options, reports and [`plimsoll_model::Advisory::source`].
    pub id: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// How its files are read.
    pub format: &'static Format,
    /// Where its files are published.
    pub origin: Origin,
    /// How its files are found where the published ones are only indexes of them.
    pub follow: Option<Follow>,
    /// Where its files lie below a mirror folder; `*` stands for one path component.
    pub layout: &'static [&'static str],
    /// Which shards it fills.
    pub shards: Shards,
    /// Whether it is too large to be fetched for a single scan without being asked for.
    pub large: bool,
}

/// One file to fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    /// Its address.
    pub url: String,
    /// Its place in a mirror, which is also the path for [`crate::parse`].
    pub mirror_path: String,
    /// Whether it is only an index, to be given to [`Feed::listed`].
    pub is_index: bool,
}

impl Download {
    /// A file of records.
    #[must_use]
    pub fn file(url: impl Into<String>, mirror_path: impl Into<String>) -> Self {
        Self { url: url.into(), mirror_path: mirror_path.into(), is_index: false }
    }

    /// An index.
    #[must_use]
    pub fn index(url: impl Into<String>, mirror_path: impl Into<String>) -> Self {
        Self { is_index: true, ..Self::file(url, mirror_path) }
    }
}

impl Feed {
    /// Whether a file of a mirror belongs to this feed, by its path with `/` between components.
    #[must_use]
    pub fn owns(&self, mirror_path: &str) -> bool {
        self.layout.iter().any(|pattern| {
            let mut components = mirror_path.split('/');
            pattern.split('/').all(|wanted| {
                components.next().is_some_and(|found| match wanted.split_once('*') {
                    Some((before, after)) => {
                        found.len() > before.len() + after.len() && found.starts_with(before) && found.ends_with(after)
                    }
                    None => found == wanted,
                })
            }) && components.next().is_none()
        })
    }

    /// Every file that it publishes, or the indexes that name them.
    #[must_use]
    pub fn downloads(&self) -> Vec<Download> {
        match self.origin {
            Origin::File(place) => vec![self.download(place.url.to_owned(), place.mirror.to_owned())],
            Origin::Files(places) => {
                places.iter().map(|place| self.download(place.url.to_owned(), place.mirror.to_owned())).collect()
            }
            Origin::Nowhere => Vec::new(),
            Origin::PerRelease { releases, .. } => {
                releases.iter().flat_map(|release| self.release_downloads(release)).collect()
            }
        }
    }

    /// The files that fill one shard, or the indexes that name them; none when the shard is not this
    /// feed's.
    #[must_use]
    pub fn downloads_for(&self, shard: &ShardName) -> Vec<Download> {
        if !self.shards.holds(shard) {
            return Vec::new();
        }
        match (self.origin, self.shards.release_of(shard)) {
            (Origin::PerRelease { .. }, Some(release)) => self.release_downloads(release),
            _ => self.downloads(),
        }
    }

    /// The files that an index names.
    ///
    /// # Errors
    /// When the index is not what it should be.
    pub fn listed(&self, index: &Download, bytes: &[u8]) -> Result<Vec<Download>, FeedError> {
        self.follow.map_or_else(|| Ok(Vec::new()), |follow| follow(index, bytes))
    }

    fn release_downloads(&self, release: &str) -> Vec<Download> {
        let Origin::PerRelease { place, repositories, written, .. } = self.origin else { return Vec::new() };
        let release = written(release);
        let fill =
            |text: &str, repository: &str| text.replace("{release}", &release).replace("{repository}", repository);
        repositories
            .iter()
            .map(|repository| self.download(fill(place.url, repository), fill(place.mirror, repository)))
            .collect()
    }

    fn download(&self, url: String, mirror_path: String) -> Download {
        Download { url, mirror_path, is_index: self.follow.is_some() }
    }
}
