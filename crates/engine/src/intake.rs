//! Records on their way into a database: of twins one, and overlays once it is known what was filled.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use plimsoll_feeds::{Feed, Record};
use plimsoll_model::{Advisory, ShardName};
use plimsoll_vulndb::{BuildInfo, Builder, FeedMeta};

use crate::BuildError;
use crate::jars::Jar;
use crate::overlay::{self, OverlayResult};
use crate::reviewed::Reviewed;

/// Takes the records of all feeds.
pub(crate) struct Intake {
    builder: Builder,
    reviewed: Reviewed,
    /// The shards that some feed speaks of.
    filled: HashSet<ShardName>,
}

impl Intake {
    pub fn new(info: BuildInfo) -> Self {
        Self { builder: Builder::new(info), reviewed: Reviewed::default(), filled: HashSet::new() }
    }

    /// Names a feed that was read.
    pub fn add_feed(&mut self, feed: FeedMeta) {
        self.builder.add_feed(feed);
    }

    /// Takes an index of Java archives.
    pub fn add_jars(&mut self, jars: Vec<Jar>) {
        for (sha1, coordinates) in jars {
            self.builder.add_jar(sha1, coordinates);
        }
    }

    /// Takes one record of a feed.
    pub fn take(&mut self, feed: &Feed, record: Record) {
        match record {
            Record::Advisory(advisory) => {
                if let Some(advisory) = self.reviewed.sift(feed, advisory) {
                    self.add(advisory);
                }
            }
            Record::Deleted { source, id, at } => self.builder.delete(source, id, at),
            Record::Exploited(entry) => {
                self.builder.add_exploited(&entry.cve, entry.date_added, entry.due, entry.ransomware);
            }
            Record::Facts { cve, facts } => self.builder.add_facts(&cve, facts),
            Record::Epss { cve, epss } => self.builder.add_epss(&cve, epss),
            Record::LifeCycle(cycle) => self.builder.add_life_cycle(cycle),
            Record::Weakness(weakness) => self.builder.add_weakness(weakness),
            Record::Repository { name, channels } => self.builder.add_repository(name, channels),
        }
    }

    /// When all feeds were read: adds what was held back and the overlays.
    pub fn close(mut self, overlays: &[PathBuf]) -> Result<(Builder, Vec<OverlayResult>), BuildError> {
        for advisory in std::mem::take(&mut self.reviewed).rest() {
            self.add(advisory);
        }
        let mut results = Vec::new();
        for root in overlays {
            let (result, advisories) = overlay::read(root, &self.filled).map_err(|error| unread(root, error))?;
            // Without a date: an organisation's own word does not make a feed's any younger.
            self.add_feed(FeedMeta { id: result.source.clone(), data_from: None, records: result.records });
            for advisory in advisories {
                self.builder.add(advisory);
            }
            results.push(result);
        }
        Ok((self.builder, results))
    }

    fn add(&mut self, advisory: Advisory) {
        for row in &advisory.affected {
            if !self.filled.contains(&row.shard) {
                self.filled.insert(row.shard.clone());
            }
        }
        self.builder.add(advisory);
    }
}

/// Looks whether the overlays are there, before an hour is spent on feeds.
pub(crate) fn look_for(overlays: &[PathBuf]) -> Result<(), BuildError> {
    overlays.iter().try_for_each(|root| root.metadata().map(drop).map_err(|error| unread(root, error)))
}

fn unread(root: &Path, error: std::io::Error) -> BuildError {
    BuildError::Overlay(root.display().to_string(), error)
}
