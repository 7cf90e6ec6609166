//! What matching asks of an advisory database.

use plimsoll_model::{Affected, Candidate, Epss, Facts, LifeCycle, SeverityClaim, ShardName, Timestamp};

/// An advisory database, opened.
pub trait Advisories {
    /// Whether it holds the shard at all: without one, nothing answers for the packages.
    fn has_shard(&self, shard: &ShardName) -> bool;

    /// The feeds that a shard was made from, and when the newest of its data is from; no feeds where
    /// there is no such shard. [`ShardName::kev`] is asked about too.
    fn feed_use(&self, shard: &ShardName) -> (Vec<String>, Option<Timestamp>);

    /// Every record's row under a name, in any order.
    ///
    /// # Errors
    /// When the shard is damaged: the error says where, and becomes a gap.
    fn candidates(&self, shard: &ShardName, name: &str) -> Result<Vec<Candidate>, String>;

    /// As [`Self::candidates`], but only rows that are wanted: most of a package's history is not, and
    /// a database need not even read the records of those.
    ///
    /// # Errors
    /// As for [`Self::candidates`].
    fn candidates_where(
        &self,
        shard: &ShardName,
        name: &str,
        is_wanted: &mut dyn FnMut(&Affected) -> bool,
    ) -> Result<Vec<Candidate>, String> {
        let mut found = self.candidates(shard, name)?;
        found.retain(|candidate| is_wanted(&candidate.affected));
        Ok(found)
    }

    /// What any source says of the severity of a vulnerability, by one of its ids.
    ///
    /// # Errors
    /// As for [`Self::candidates`].
    fn severities(&self, id: &str) -> Result<Vec<SeverityClaim>, String>;

    /// Whether a CVE is on the list of known exploited vulnerabilities ([`ShardName::kev`]).
    ///
    /// # Errors
    /// As for [`Self::candidates`].
    fn known_exploited(&self, cve: &str) -> Result<bool, String>;

    /// How probable it is that a CVE is exploited; `None` where nobody says.
    ///
    /// # Errors
    /// As for [`Self::candidates`].
    fn epss(&self, _cve: &str) -> Result<Option<Epss>, String> {
        Ok(None)
    }

    /// What each source says of a CVE beside the packages.
    ///
    /// # Errors
    /// As for [`Self::candidates`].
    fn facts(&self, _cve: &str) -> Result<Vec<Facts>, String> {
        Ok(Vec::new())
    }

    /// The name of a kind of weakness, where it is known.
    ///
    /// # Errors
    /// As for [`Self::candidates`].
    fn weakness(&self, _number: u32) -> Result<Option<String>, String> {
        Ok(None)
    }

    /// The releases of a product (`debian`, `python`), and how long they get fixes.
    ///
    /// # Errors
    /// As for [`Self::candidates`].
    fn life_cycles(&self, _product: &str) -> Result<Vec<LifeCycle>, String> {
        Ok(Vec::new())
    }

    /// The update channels of a repository that images are built from, as [`plimsoll_model::Scope::channel`]
    /// names them; an empty list for one of a release's main stream, `None` where it is not known.
    ///
    /// # Errors
    /// As for [`Self::candidates`].
    fn repository_channels(&self, _repository: &str) -> Result<Option<Vec<String>>, String> {
        Ok(None)
    }
}
