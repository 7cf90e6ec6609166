//! Builds a database the size of the world and says what it took: `world FEEDS OUT [RECORDS [GENERATION [OLD]]]`.
//!
//! The folder `FEEDS` is a mirror of the feeds. To their records as many are added as are wanted, drawn
//! from a fixed seed in the proportions of the whole world: names, versions and titles of the kind that
//! real ones have, and for npm some 200,000 of which nine in ten are malicious packages. A later
//! generation differs in one record of 300; with the folder `OLD` of an earlier one the deltas are
//! measured.
#![expect(clippy::print_stdout, reason = "it is a program for the terminal")]

mod world {
    pub mod grown;
    pub mod report;
}

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::time::Instant;

use plimsoll_feeds::{FEEDS, Record, parse};
use plimsoll_model::Timestamp;
use plimsoll_vulndb::{BuildInfo, Builder, FeedMeta};

/// Adds the records of a mirror; how many.
fn real(mirror: &Path, builder: &mut Builder) -> u64 {
    let mut count = 0;
    for (feed, download) in FEEDS.iter().flat_map(|feed| feed.downloads().into_iter().map(move |file| (feed, file))) {
        let Ok(file) = File::open(mirror.join(&download.mirror_path)) else { continue };
        let summary = parse(feed, &download.mirror_path, &mut BufReader::new(file), &mut |record| match record {
            Record::Advisory(advisory) => {
                count += 1;
                builder.add(advisory);
            }
            Record::Deleted { source, id, at } => builder.delete(source, id, at),
            Record::Exploited(entry) => {
                builder.add_exploited(&entry.cve, entry.date_added, entry.due, entry.ransomware);
            }
            Record::Facts { cve, facts } => builder.add_facts(&cve, facts),
            Record::Epss { cve, epss } => builder.add_epss(&cve, epss),
            Record::LifeCycle(cycle) => builder.add_life_cycle(cycle),
            Record::Weakness(weakness) => builder.add_weakness(weakness),
            Record::Repository { name, channels } => builder.add_repository(name, channels),
        });
        if let Ok(summary) = summary {
            builder.add_feed(FeedMeta { id: feed.id.into(), data_from: summary.data_from, records: summary.records });
        }
    }
    count
}

fn main() {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [feeds, out, rest @ ..] = arguments.as_slice() else {
        println!("usage: world FEEDS OUT [RECORDS [GENERATION [OLD]]]");
        return;
    };
    let number = |at: usize| rest.get(at).and_then(|text: &PathBuf| text.to_str()?.parse::<u64>().ok());
    let (wanted, generation) = (number(0).unwrap_or(0), number(1).unwrap_or(1));
    let begun = Instant::now();
    let built = Timestamp(1_790_000_000 + 86_400 * generation as i64);
    let mut builder = Builder::new(BuildInfo { generation, built: Some(built) });
    let mut count = real(feeds, &mut builder);
    println!("{count} real records read in {:.2} s", begun.elapsed().as_secs_f64());
    let mut grown = world::grown::Grown::new(generation);
    while count < wanted {
        builder.add(grown.advisory());
        count += 1;
    }
    println!("{count} records added after {:.2} s", begun.elapsed().as_secs_f64());
    match builder.finish(out) {
        Ok(summary) => {
            println!("{} shards written after {:.2} s", summary.shards, begun.elapsed().as_secs_f64());
            world::report::report(out);
            if let Some(old) = rest.get(2) {
                world::report::deltas(old, out);
            }
        }
        Err(error) => println!("{error}"),
    }
}
