//! A database to ask, and the names that it is asked about.
//!
//! Where the real feeds lie beside the checkout, the names are real ones; else a database of the same
//! shape is made up.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use plimsoll_feeds::{FEEDS, Record, parse};
use plimsoll_model::{Advisory, AdvisoryClass, Affected, RangeEnd, Scope, ShardName, Status, VersionRange};
use plimsoll_vulndb::{BuildInfo, Builder, Database, DbError};

const LOOKUPS: usize = 500;

pub type Names = Vec<(ShardName, String)>;

/// Builds the database in a folder; every name that it can be asked about, sorted.
pub fn build(folder: &Path) -> Result<Names, DbError> {
    let mut builder = Builder::new(BuildInfo { generation: 1, built: None });
    let mut names = real(&mut builder);
    if names.is_empty() {
        names = made_up(&mut builder);
    }
    builder.finish(folder)?;
    names.sort();
    names.dedup();
    let database = Database::open(folder)?;
    names.retain(|(shard, _)| database.has_shard(shard));
    Ok(names)
}

/// 500 names, drawn evenly from all shards.
pub fn some(names: &[(ShardName, String)]) -> Names {
    let step = (names.len() / LOOKUPS).max(1);
    names.iter().step_by(step).take(LOOKUPS).cloned().collect()
}

/// Adds every advisory of the mirror; the names that they speak of.
fn real(builder: &mut Builder) -> Names {
    let mut names = Names::new();
    let Some(mirror) = plimsoll_beside::shared("feeds") else { return names };
    for (feed, download) in FEEDS.iter().flat_map(|feed| feed.downloads().into_iter().map(move |file| (feed, file))) {
        let Ok(file) = File::open(mirror.join(&download.mirror_path)) else { continue };
        let _ = parse(feed, &download.mirror_path, &mut BufReader::new(file), &mut |record| {
            if let Record::Advisory(advisory) = record {
                names.extend(advisory.affected.iter().map(|row| (row.shard.clone(), row.name.clone())));
                builder.add(advisory);
            }
        });
    }
    names
}

fn made_up(builder: &mut Builder) -> Names {
    let mut names = Names::new();
    for number in 0..50_000 {
        let (shard, name) = (ShardName::clean("debian-12"), format!("package-{}", number % 5000));
        names.push((shard.clone(), name.clone()));
        builder.add(Advisory {
            id: format!("CVE-2024-{number}"),
            source: "debian".into(),
            cves: vec![format!("CVE-2024-{number}")],
            aliases: Vec::new(),
            class: AdvisoryClass::Vulnerability,
            title: "A flaw in the parser lets a crafted file crash the program".into(),
            severities: Vec::new(),
            published: None,
            modified: None,
            withdrawn: None,
            urls: vec![format!("https://tracker.example/CVE-2024-{number}")],
            affected: vec![Affected {
                shard,
                name,
                status: Status::Affected,
                ranges: vec![VersionRange { introduced: None, end: RangeEnd::Fixed(format!("1.{number}-1")) }],
                versions: Vec::new(),
                severities: Vec::new(),
                fix_date: None,
                scope: Scope::default(),
            }],
        });
    }
    names
}
