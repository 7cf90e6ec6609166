//! The starter advisories inside the program: a few hundred facts, the last resort of a scan.

use plimsoll_model::{
    Advisory, AdvisoryClass, Affected, RangeEnd, Scope, Score, Severity, SeverityClaim, ShardName, Status, VersionRange,
};
use plimsoll_vulndb::{BuildInfo, Builder, Database, DbError, FeedMeta};

/// The feed's name in reports.
const SOURCE: &str = "starter";
const TEXT: &str = include_str!("../data/starter.txt");

/// A database in memory.
pub(crate) fn database() -> Result<Database, DbError> {
    let mut builder = Builder::new(BuildInfo { generation: 0, built: None });
    let mut records = 0;
    for advisory in advisories(TEXT) {
        builder.add(advisory);
        records += 1;
    }
    builder.add_feed(FeedMeta { id: SOURCE.into(), data_from: None, records });
    builder.finish_in_memory()
}

fn advisories(text: &'static str) -> impl Iterator<Item = Advisory> {
    let mut package = None;
    text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).filter_map(move |line| {
        let Some(entry) = line.strip_prefix("  ") else {
            package = line.split_once(' ');
            return None;
        };
        let (shard, name) = package?;
        let mut words = entry.splitn(3, ' ');
        let (cve, score, ranges) = (words.next()?, words.next()?, words.next()?);
        Some(advisory(shard, name, cve, score, ranges))
    })
}

fn advisory(shard: &str, name: &str, cve: &str, score: &str, ranges: &str) -> Advisory {
    let score = score.parse().ok().and_then(Score::new);
    let claim = |score| SeverityClaim {
        severity: Severity::from_score(score),
        score: Some(score),
        vector: None,
        source: SOURCE.into(),
    };
    Advisory {
        id: cve.into(),
        source: SOURCE.into(),
        cves: vec![cve.into()],
        aliases: Vec::new(),
        class: AdvisoryClass::Vulnerability,
        title: String::new(),
        severities: score.map(claim).into_iter().collect(),
        published: None,
        modified: None,
        withdrawn: None,
        urls: Vec::new(),
        affected: vec![Affected {
            shard: ShardName::clean(shard),
            name: name.into(),
            status: Status::Affected,
            ranges: ranges.split(" || ").filter_map(range).collect(),
            versions: Vec::new(),
            severities: Vec::new(),
            fix_date: None,
            scope: Scope::default(),
        }],
    }
}

fn range(text: &str) -> Option<VersionRange> {
    let (introduced, end) = match text.strip_prefix(">=") {
        Some(rest) => rest.split_once(' ').map(|(first, end)| (Some(first.to_owned()), end))?,
        None => (None, text),
    };
    let end = match end.strip_prefix("<=") {
        Some(last) => RangeEnd::LastAffected(last.into()),
        None => RangeEnd::Fixed(end.strip_prefix('<')?.into()),
    };
    Some(VersionRange { introduced, end })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_starter_advisories_is_a_fact() {
        let lines = TEXT.lines().filter(|line| line.starts_with("  ")).count();
        let all: Vec<Advisory> = advisories(TEXT).collect();
        assert!(lines > 500);
        assert_eq!(all.len(), lines);
        for (advisory, line) in all.iter().zip(TEXT.lines().filter(|line| line.starts_with("  "))) {
            assert!(advisory.id.starts_with("CVE-"), "{line}");
            assert_eq!(advisory.affected[0].ranges.len(), line.matches("||").count() + 1, "{line}");
            assert_eq!(advisory.severities.is_empty(), line.contains(" - "), "{line}");
        }
    }

    #[test]
    fn they_fit_into_a_database() {
        let database = database().unwrap();
        let found = database.lookup(&ShardName::clean("maven"), "org.apache.logging.log4j:log4j-core").unwrap();
        assert!(found.iter().any(|candidate| candidate.clusters[0].id == "CVE-2021-44228"));
    }
}
