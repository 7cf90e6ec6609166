//! Reading a feed's file in a test: what came of it, in one value.

use std::io::{Read, Write};

use plimsoll_feeds::{FEEDS, Feed, FeedError, FeedSummary, KevEntry, Record, parse};
use plimsoll_model::{Advisory, Epss, Facts, LifeCycle, Timestamp, Weakness};

/// What a file yielded.
#[derive(Default, Debug)]
pub struct Parsed {
    pub summary: FeedSummary,
    pub advisories: Vec<Advisory>,
    pub exploited: Vec<KevEntry>,
    pub facts: Vec<(String, Facts)>,
    pub epss: Vec<(String, Epss)>,
    pub cycles: Vec<LifeCycle>,
    pub weaknesses: Vec<Weakness>,
    /// Names and channels.
    pub repositories: Vec<(String, Vec<String>)>,
    /// Source, id, moment.
    pub deleted: Vec<(String, String, Timestamp)>,
}

impl Parsed {
    /// The only advisory with this id.
    pub fn advisory(&self, id: &str) -> &Advisory {
        let mut found = self.advisories.iter().filter(|advisory| advisory.id == id);
        let first = found.next().unwrap_or_else(|| panic!("{id} is missing: {:?}", self.summary));
        assert!(found.next().is_none(), "{id} comes twice");
        first
    }
}

impl Parsed {
    /// What the file says of a CVE beside the packages.
    pub fn facts(&self, cve: &str) -> &Facts {
        let found = self.facts.iter().find(|(id, _)| id == cve);
        &found.unwrap_or_else(|| panic!("{cve} is missing: {:?}", self.summary)).1
    }
}

pub fn feed(id: &str) -> &'static Feed {
    FEEDS.iter().find(|feed| feed.id == id).unwrap_or_else(|| panic!("no feed {id}"))
}

pub fn try_read(feed_id: &str, path: &str, bytes: &mut dyn Read) -> Result<Parsed, FeedError> {
    let mut parsed = Parsed::default();
    parsed.summary = parse(feed(feed_id), path, bytes, &mut |record| match record {
        Record::Advisory(advisory) => parsed.advisories.push(advisory),
        Record::Exploited(entry) => parsed.exploited.push(entry),
        Record::Facts { cve, facts } => parsed.facts.push((cve, facts)),
        Record::Epss { cve, epss } => parsed.epss.push((cve, epss)),
        Record::LifeCycle(cycle) => parsed.cycles.push(cycle),
        Record::Weakness(weakness) => parsed.weaknesses.push(weakness),
        Record::Repository { name, channels } => parsed.repositories.push((name, channels)),
        Record::Deleted { source, id, at } => parsed.deleted.push((source, id, at)),
    })?;
    Ok(parsed)
}

pub fn read(feed_id: &str, path: &str, bytes: &[u8]) -> Parsed {
    try_read(feed_id, path, &mut &*bytes).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// One record of OSV, zipped and read.
pub fn read_osv(feed_id: &str, record: &str) -> Parsed {
    read(feed_id, "all.zip", &zip(&[("record.json", record.as_bytes())]))
}

/// A zip of deflated members.
pub fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = rawzip::ZipArchiveWriter::new(Vec::new());
    for (name, content) in members {
        let (mut entry, config) =
            archive.new_file(*name).compression_method(rawzip::CompressionMethod::DEFLATE).start().unwrap();
        let encoder = flate2::write::DeflateEncoder::new(&mut entry, flate2::Compression::fast());
        let mut writer = config.wrap(encoder);
        writer.write_all(content).unwrap();
        let (encoder, descriptor) = writer.finish().unwrap();
        encoder.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap()
}
