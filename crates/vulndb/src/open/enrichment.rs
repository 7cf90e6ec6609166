//! Asking for what is known beside advisories.

use plimsoll_model::{Epss, Facts, LifeCycle, ShardName};
use serde::de::DeserializeOwned;

use super::Database;
use super::reader::Reader;
use crate::DbError;
use crate::enrichment::{ChannelsEntry, CyclesEntry, EpssEntry, FactsEntry, StoredFacts, epss_place, facts_place};
use crate::stored::{In, Packed};

impl Database {
    /// How probable it is that a CVE is exploited; `None` where nobody says.
    ///
    /// # Errors
    /// When the shard cannot be read.
    pub fn epss(&self, cve: &str) -> Result<Option<Epss>, DbError> {
        let Some((key, place)) = epss_place(cve) else { return Ok(None) };
        let entry: EpssEntry = self.value(&ShardName::epss(), key)?.unwrap_or_default();
        Ok(entry.into_iter().find(|(number, _)| *number == place).map(|(_, epss)| epss))
    }

    /// What each source says of a CVE beside the packages, by the name of the source: without titles,
    /// without severities ([`Self::severities`] has them), with dates that are whole days.
    ///
    /// # Errors
    /// When the shard cannot be read.
    pub fn facts(&self, cve: &str) -> Result<Vec<Facts>, DbError> {
        let Some((key, place)) = facts_place(cve) else { return Ok(Vec::new()) };
        let entry: FactsEntry = self.value(&ShardName::facts(), key)?.unwrap_or_default();
        let found = entry.into_iter().find(|(number, _)| *number == place);
        Ok(found.into_iter().flat_map(|(_, facts)| facts).map(StoredFacts::into_facts).collect())
    }

    /// The releases of a product (`debian`, `python`), and how long each gets fixes.
    ///
    /// # Errors
    /// When the shard cannot be read.
    pub fn life_cycles(&self, product: &str) -> Result<Vec<LifeCycle>, DbError> {
        Ok(self.value::<CyclesEntry>(&ShardName::eol(), product)?.unwrap_or_default())
    }

    /// The name of a kind of weakness; `None` where it is not known.
    ///
    /// # Errors
    /// When the shard cannot be read.
    pub fn weakness(&self, number: u32) -> Result<Option<String>, DbError> {
        self.value(&ShardName::cwe(), &number.to_string())
    }

    /// The update channels of a repository that images are built from; `None` where it is not known.
    ///
    /// # Errors
    /// When the shard cannot be read.
    pub fn repository_channels(&self, repository: &str) -> Result<Option<Vec<String>>, DbError> {
        self.value::<ChannelsEntry>(&ShardName::redhat_repositories(), repository)
    }

    fn value<T: DeserializeOwned>(&self, shard: &ShardName, key: &str) -> Result<Option<T>, DbError> {
        let Some(shard) = self.shard(shard)? else { return Ok(None) };
        Reader::new(shard, &self.cache).find(key, owned)
    }
}

fn owned<T: DeserializeOwned>(from: &mut In<'_>) -> Packed<T> {
    from.value()
}
