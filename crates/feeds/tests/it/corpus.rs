//! The real feeds that lie beside the checkout: every record is read, and the facts are right.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use plimsoll_feeds::{FeedSummary, KevEntry, Record, feed_for_path, parse};
use plimsoll_model::Advisory;

/// The mirror folder; `None` where a checkout stands alone.
pub fn mirror() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/feeds");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none(), "the real feeds are missing");
    println!("skipped: the real feeds are not beside this checkout");
    None
}

#[derive(Default)]
pub struct Parsed {
    pub summary: FeedSummary,
    pub advisories: Vec<Advisory>,
    pub exploited: Vec<KevEntry>,
}

pub fn read(mirror: &Path, path: &str) -> Parsed {
    let feed = feed_for_path(path).unwrap_or_else(|| panic!("no feed owns {path}"));
    let mut parsed = Parsed::default();
    let mut bytes = BufReader::new(File::open(mirror.join(path)).unwrap());
    let mut keep = |record| match record {
        Record::Advisory(advisory) => parsed.advisories.push(advisory),
        Record::Exploited(entry) => parsed.exploited.push(entry),
    };
    parsed.summary = parse(feed, path, &mut bytes, &mut keep).unwrap_or_else(|error| panic!("{path}: {error}"));
    parsed
}

#[test]
fn every_record_of_the_bulk_zips_is_read() {
    let Some(mirror) = mirror() else { return };
    for (ecosystem, expected) in [
        ("AlmaLinux", 5637),
        ("Bitnami", 7444),
        ("Go", 4298),
        ("Maven", 365),
        ("NuGet", 5),
        ("Packagist", 1593),
        ("PyPI", 2663),
        ("RubyGems", 1175),
        ("crates.io", 1213),
        ("npm", 467),
    ] {
        let parsed = read(&mirror, &format!("osv/{ecosystem}/all.zip"));
        let summary = &parsed.summary;
        println!("{ecosystem}: {summary:?}");
        assert_eq!(summary.records + summary.foreign + summary.broken_count, expected, "{ecosystem}");
    }
}

#[test]
fn other() {
    let Some(mirror) = mirror() else { return };
    for path in [
        "debian/data.json",
        "wolfi/security.json",
        "kev/known_exploited_vulnerabilities.json",
        "alpine-secdb/v3.3/community.json",
        "alpine-secdb/v3.11/main.json",
        "alpine-secdb/v3.9/main.json",
        "alpine-secdb/v3.10/main.json",
    ] {
        println!("{path}: {:?}", read(&mirror, path).summary);
    }
}
