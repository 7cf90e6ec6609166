//! Advisories for tests, and databases made of them.

use plimsoll_model::{
    Advisory, AdvisoryClass, Affected, Candidate, CpeLimits, GoImport, RangeEnd, Scope, Score, Severity, SeverityClaim,
    ShardName, Status, Timestamp, VersionRange,
};
use plimsoll_vulndb::{BuildInfo, Builder, Database, FeedMeta};

pub fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

pub fn shard(name: &str) -> ShardName {
    ShardName::clean(name)
}

/// A row that is fixed in a version.
pub fn row(shard: &str, name: &str, fixed: &str) -> Affected {
    Affected {
        shard: ShardName::clean(shard),
        name: name.into(),
        status: Status::Affected,
        ranges: vec![VersionRange { introduced: None, end: RangeEnd::Fixed(fixed.into()) }],
        versions: Vec::new(),
        severities: Vec::new(),
        fix_date: None,
        scope: Scope::default(),
    }
}

/// A record with these names about the package `p` in the shard `s`.
pub fn record(id: &str, cves: &[&str], aliases: &[&str]) -> Advisory {
    Advisory {
        id: id.into(),
        source: "feed".into(),
        cves: words(cves),
        aliases: words(aliases),
        class: AdvisoryClass::Vulnerability,
        title: String::new(),
        severities: Vec::new(),
        published: None,
        modified: None,
        withdrawn: None,
        urls: Vec::new(),
        affected: vec![row("s", "p", "1")],
    }
}

pub fn scored(source: &str, score: f64) -> SeverityClaim {
    let score = Score::new(score).unwrap();
    SeverityClaim { severity: Severity::from_score(score), score: Some(score), vector: None, source: source.into() }
}

/// A record in which no field is empty.
pub fn full() -> Advisory {
    Advisory {
        source: "osv-go".into(),
        title: "Too much of everything, ünd more".into(),
        severities: vec![SeverityClaim {
            severity: Severity::Critical,
            score: Score::new(9.8),
            vector: Some("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H".into()),
            source: "ghsa".into(),
        }],
        published: Some(Timestamp(1_600_000_000)),
        modified: Some(Timestamp(-5)),
        urls: words(&["https://a.example/1", "https://b.example/2"]),
        affected: vec![Affected {
            shard: shard("go"),
            name: "example.com/module".into(),
            status: Status::Deferred,
            ranges: vec![
                VersionRange { introduced: Some("1.0".into()), end: RangeEnd::Fixed("1.2".into()) },
                VersionRange { introduced: None, end: RangeEnd::LastAffected("0.9".into()) },
                VersionRange { introduced: Some("2".into()), end: RangeEnd::Before("3".into()) },
                VersionRange { introduced: Some("4".into()), end: RangeEnd::Open },
            ],
            versions: words(&["0.1", "weird"]),
            severities: vec![scored("nvd", 0.0)],
            fix_date: None,
            scope: Scope {
                architectures: words(&["amd64"]),
                module: Some("nodejs:16".into()),
                channel: None,
                imports: vec![GoImport {
                    path: "example.com/module/p".into(),
                    symbols: words(&["Reader.Read"]),
                    goos: words(&["windows"]),
                    goarch: words(&["386"]),
                }],
                cpe: Some(CpeLimits {
                    target_software: Some("node.js".into()),
                    edition: Some("lts".into()),
                    with: words(&["apache:tomcat"]),
                    except: words(&["1.0"]),
                }),
            },
        }],
        ..record("GO-2024-0001", &["CVE-2024-0001"], &["GHSA-aaaa-bbbb-cccc"])
    }
}

pub fn builder(generation: u64, advisories: impl IntoIterator<Item = Advisory>) -> Builder {
    let mut builder = Builder::new(BuildInfo { generation, built: Some(Timestamp(1_700_000_000)) });
    for advisory in advisories {
        builder.add(advisory);
    }
    builder
}

pub fn database(advisories: impl IntoIterator<Item = Advisory>) -> Database {
    builder(1, advisories).finish_in_memory().unwrap()
}

/// Some shards of each kind, small enough to be damaged byte by byte, each another one in each generation.
pub fn small(generation: u64) -> Builder {
    let mut malware = record("MAL-2024-1", &[], &["GHSA-mmmm"]);
    malware.class = AdvisoryClass::Malware;
    malware.affected = vec![row("npm", "evil", "9"), row("npm", "left-pad", "9")];
    let mut other = record("GHSA-xxxx", &["CVE-2024-0002"], &[]);
    other.affected = vec![row("npm", "left-pad", "1.3.0"), row("npm", "@scope/name", "2")];
    other.severities = vec![scored("ghsa", 7.5)];
    let mut full = full();
    for advisory in [&mut full, &mut malware, &mut other] {
        advisory.modified = Some(Timestamp(generation as i64));
    }
    other.severities.push(scored("nvd", generation as f64 / 10.0));
    let mut builder = builder(generation, [full, malware, other]);
    builder.add_exploited("CVE-2024-0002", Some(Timestamp(5)), Some(Timestamp(generation as i64)), true);
    builder.add_feed(FeedMeta { id: "osv-go".into(), data_from: Some(Timestamp(7)), records: 1 });
    builder.add_feed(FeedMeta { id: "kev".into(), data_from: Some(Timestamp(8)), records: 1 });
    builder
}

/// A shard of several blocks; each package's record says its number.
pub fn large(generation: u64) -> Builder {
    builder(
        generation,
        (0..2000).map(|number| {
            let mut advisory = record(&format!("GHSA-{number}"), &[&format!("CVE-2024-{number}")], &[]);
            advisory.title = format!("number {number} of generation {generation}, {}", "and more ".repeat(10));
            advisory.affected = vec![row("npm", &format!("package-{number}"), &format!("{number}.0"))];
            advisory
        }),
    )
}

pub fn ids(candidate: &Candidate) -> Vec<Vec<&str>> {
    candidate.clusters.iter().map(|cluster| cluster.ids().collect()).collect()
}
