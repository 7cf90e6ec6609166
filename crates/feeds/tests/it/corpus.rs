//! The real feeds that lie beside the checkout: every record is read, and known facts come out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::{Arc, Mutex};

use plimsoll_beside::shared;
use plimsoll_feeds::feed_for_path;
use plimsoll_model::{AdvisoryClass, Affected, RangeEnd, Score, Severity, Status, Timestamp};

use crate::reading::{Parsed, try_read};

/// What has been read, so that tests of one file read it once.
static READ: Mutex<BTreeMap<String, Arc<Parsed>>> = Mutex::new(BTreeMap::new());

fn read(mirror: &Path, path: &str) -> Arc<Parsed> {
    let mut read = READ.lock().unwrap();
    let parsed = read.entry(path.to_owned()).or_insert_with(|| {
        let feed = feed_for_path(path).unwrap_or_else(|| panic!("no feed owns {path}"));
        let mut bytes = BufReader::new(File::open(mirror.join(path)).unwrap());
        Arc::new(try_read(feed.id, path, &mut bytes).unwrap_or_else(|error| panic!("{path}: {error}")))
    });
    Arc::clone(parsed)
}

fn rows<'a>(affected: &'a [Affected], name: &str) -> Vec<&'a Affected> {
    affected.iter().filter(|row| row.name == name).collect()
}

fn fixes(row: &Affected) -> BTreeSet<&str> {
    row.ranges
        .iter()
        .filter_map(|range| match &range.end {
            RangeEnd::Fixed(fixed) => Some(fixed.as_str()),
            _ => None,
        })
        .collect()
}

#[test]
fn every_record_of_the_bulk_zips_is_read() {
    let Some(mirror) = shared("feeds") else { return };
    for (ecosystem, records, withdrawn) in [
        ("AlmaLinux", 5637, 0),
        ("Bitnami", 7444, 0),
        ("Go", 4298, 17),
        ("Maven", 365, 0),
        ("NuGet", 5, 0),
        ("Packagist", 1593, 0),
        ("PyPI", 2663, 10),
        ("RubyGems", 1175, 0),
        ("crates.io", 1213, 13),
        ("npm", 467, 0),
    ] {
        let parsed = read(&mirror, &format!("osv/{ecosystem}/all.zip"));
        assert_eq!(parsed.summary.records, records, "{ecosystem}");
        assert_eq!(parsed.summary.withdrawn, withdrawn, "{ecosystem}");
        assert_eq!(parsed.summary.broken_count, 0, "{ecosystem}: {:?}", parsed.summary.broken);
        assert_eq!(parsed.advisories.len() as u64, records, "{ecosystem}");
        assert!(parsed.summary.data_from > Timestamp::parse("2020-07-01"), "{ecosystem}");
        let shards: BTreeSet<_> =
            parsed.advisories.iter().flat_map(|advisory| &advisory.affected).map(|row| &row.shard).collect();
        assert!(
            shards.iter().all(|shard| feed_for_path(&format!("osv/{ecosystem}/all.zip")).unwrap().shards.holds(shard))
        );
    }
}

#[test]
fn almalinux_errata_carry_severity_stream_and_cves_that_stand_elsewhere_in_the_record() {
    let Some(mirror) = shared("feeds") else { return };
    let parsed = read(&mirror, "osv/AlmaLinux/all.zip");

    let nodejs = parsed.advisory("ALSA-2019:2925");
    assert_eq!(nodejs.class, AdvisoryClass::Vulnerability);
    assert_eq!(
        nodejs.severities.iter().map(|claim| (claim.severity, claim.source.as_str())).collect::<Vec<_>>(),
        [(Severity::High, "almalinux")]
    );
    assert!(nodejs.affected.iter().all(|row| row.scope.module.as_deref() == Some("nodejs:10")));
    assert!(nodejs.cves.len() > 1 && nodejs.cves.iter().all(|cve| cve.starts_with("CVE-2019-")));

    let bugfix = parsed.advisory("ALBA-2022:2056");
    assert_eq!(bugfix.class, AdvisoryClass::Informational);
    assert_eq!(fixes(rows(&bugfix.affected, "fwupd")[0]), BTreeSet::from(["1.7.4-2.el8.alma"]));
    let informational = parsed.advisories.iter().filter(|advisory| advisory.class == AdvisoryClass::Informational);
    assert_eq!(informational.count(), 1197);

    // Seven security errata bring module builds without naming the stream.
    let unnamed = parsed.advisories.iter().filter(|advisory| {
        let is_module_build = |row: &Affected| fixes(row).iter().any(|fixed| fixed.contains(".module_el"));
        let mut rows = advisory.affected.iter();
        advisory.id.starts_with("ALSA-") && rows.any(|row| is_module_build(row) && row.scope.module.is_none())
    });
    let unnamed: Vec<&str> = unnamed.map(|advisory| advisory.id.as_str()).collect();
    assert_eq!(unnamed.len(), 7, "{unnamed:?}");

    // A kernel's version in the summary is no module stream.
    assert!(parsed.advisory("ALSA-2024:10281").affected.iter().all(|row| row.scope.module.is_none()));
    assert_eq!(parsed.advisory("ALSA-2024:7000").cves.len(), 140);
}

#[test]
fn several_builds_of_one_fix_stand_side_by_side_in_one_row() {
    let Some(mirror) = shared("feeds") else { return };
    let parsed = read(&mirror, "osv/AlmaLinux/all.zip");
    let bugfix = parsed.advisory("ALBA-2019:3343");
    let rows = rows(&bugfix.affected, "python3-docs");
    assert_eq!(rows.len(), 1);
    assert_eq!(
        fixes(rows[0]),
        BTreeSet::from(["3.6.7-2.module_el8.5.0+135+5ce32bc4", "3.6.7-2.module_el8.5.0+2569+5c5719bc"])
    );
    assert_eq!(rows[0].scope.module.as_deref(), Some("python36:3.6"));
}

#[test]
fn custom_ranges_of_go_override_the_plain_range() {
    let Some(mirror) = shared("feeds") else { return };
    let parsed = read(&mirror, "osv/Go/all.zip");
    let ingress = parsed.advisory("GO-2024-2428");
    assert_eq!(fixes(rows(&ingress.affected, "k8s.io/ingress-nginx")[0]), BTreeSet::from(["1.9.0"]));

    let pubnub = parsed.advisory("GO-2023-2385");
    let row = rows(&pubnub.affected, "github.com/pubnub/go/v5")[0];
    assert_eq!(row.scope.imports[0].path, "github.com/pubnub/go/v5/utils");
    assert!(row.scope.imports[0].symbols.iter().any(|symbol| symbol == "DecryptFile"));
    assert!(parsed.advisories.iter().flat_map(|advisory| &advisory.affected).any(|row| row.name == "stdlib"));
}

#[test]
fn a_bundle_names_all_its_cves() {
    let Some(mirror) = shared("feeds") else { return };
    let parsed = read(&mirror, "osv/crates.io/all.zip");
    let rusqlite = parsed.advisory("RUSTSEC-2020-0014");
    assert_eq!(rusqlite.cves.len(), 8);
    assert_eq!(rusqlite.aliases.len(), 8);
    assert!(rusqlite.aliases.iter().all(|alias| alias.starts_with("GHSA-")));
}

#[test]
fn unmaintained_crates_are_no_vulnerabilities() {
    let Some(mirror) = shared("feeds") else { return };
    let parsed = read(&mirror, "osv/crates.io/all.zip");
    assert_eq!(parsed.advisory("RUSTSEC-2025-0123").class, AdvisoryClass::Informational);
    assert_eq!(parsed.advisory("RUSTSEC-2020-0014").class, AdvisoryClass::Vulnerability);
}

#[test]
fn severities_come_from_vectors_and_words_with_their_source() {
    let Some(mirror) = shared("feeds") else { return };
    let bitnami = read(&mirror, "osv/Bitnami/all.zip");
    let activemq = bitnami.advisory("BIT-activemq-2020-26217");
    let vector = &activemq.affected[0].severities[0];
    assert_eq!((vector.score, vector.severity), (Score::new(8.8), Severity::High));
    assert_eq!(vector.source, "bitnami");
    assert_eq!(activemq.affected[0].ranges[1].end, RangeEnd::LastAffected("5.16.0".into()));

    let npm = read(&mirror, "osv/npm/all.zip");
    let claims = npm.advisories.iter().map(|advisory| advisory.severities.len()).collect::<Vec<_>>();
    assert_eq!(
        claims.iter().filter(|count| **count == 1).count(),
        457,
        "every vector but the one with metrics that CVSS does not know"
    );
}

#[test]
fn the_lists_of_versions_are_kept_only_where_they_say_more_than_the_ranges() {
    let Some(mirror) = shared("feeds") else { return };
    let listed = |parsed: &Parsed| -> usize {
        parsed.advisories.iter().flat_map(|advisory| &advisory.affected).map(|row| row.versions.len()).sum()
    };
    // Of 141,140 and 30,113: what lies outside its ranges, or is no version of the scheme.
    let python = read(&mirror, "osv/PyPI/all.zip");
    assert!((1..200).contains(&listed(&python)), "{}", listed(&python));
    assert_eq!(python.advisory("PYSEC-2023-177").affected[0].versions, ["23.9.0", "23.9.0.post1"]);
    let java = read(&mirror, "osv/Maven/all.zip");
    assert!((11..40).contains(&listed(&java)), "{}", listed(&java));
}

#[test]
fn real_vectors_score() {
    let Some(mirror) = shared("feeds") else { return };
    for (path, vectors) in [("osv/Bitnami/all.zip", 7433), ("osv/crates.io/all.zip", 420), ("osv/PyPI/all.zip", 204)] {
        let parsed = read(&mirror, path);
        let scored = parsed.advisories.iter().filter(|advisory| {
            let rows = advisory.affected.iter().flat_map(|row| &row.severities);
            rows.chain(&advisory.severities).any(|claim| claim.vector.is_some())
        });
        assert_eq!(scored.count(), vectors, "{path}");
    }
}

#[test]
fn the_debian_tracker_is_read_by_release() {
    let Some(mirror) = shared("feeds") else { return };
    let parsed = read(&mirror, "debian/data.json");
    assert_eq!(parsed.summary.records, 23_554);
    assert_eq!((parsed.summary.broken_count, parsed.summary.foreign_rows), (0, 0));
    assert_eq!(parsed.advisories.iter().map(|advisory| advisory.affected.len()).sum::<usize>(), 33_629);
    let advisory = parsed
        .advisories
        .iter()
        .find(|advisory| advisory.id == "CVE-2015-1854" && advisory.affected[0].name == "389-ds-base")
        .unwrap();
    assert_eq!(advisory.affected[0].shard.as_str(), "debian-8");
    assert_eq!(fixes(&advisory.affected[0]), BTreeSet::from(["1.3.3.5-4+deb8u1"]));
}

#[test]
fn every_secdb_of_alpine_is_read() {
    let Some(mirror) = shared("feeds") else { return };
    let mut records = 0;
    for release in 3..=11 {
        for repository in ["main", "community"] {
            let parsed = read(&mirror, &format!("alpine-secdb/v3.{release}/{repository}.json"));
            assert_eq!(parsed.summary.broken_count, 0, "{:?}", parsed.summary.broken);
            records += parsed.summary.records;
            let shard = format!("alpine-3.{release}");
            assert!(parsed.advisories.iter().all(|advisory| advisory.affected[0].shard.as_str() == shard));
        }
    }
    assert_eq!(records, 11_881);

    let parsed = read(&mirror, "alpine-secdb/v3.11/main.json");
    let aspell = parsed.advisories.iter().find(|advisory| advisory.affected[0].name == "aspell").unwrap();
    assert_eq!(aspell.id, "CVE-2019-17544");
    assert_eq!(fixes(&aspell.affected[0]), BTreeSet::from(["0.60.8-r0"]));
}

#[test]
fn the_secdb_of_wolfi_is_read() {
    let Some(mirror) = shared("feeds") else { return };
    let parsed = read(&mirror, "wolfi/security.json");
    assert_eq!((parsed.summary.records, parsed.summary.broken_count), (48_090, 0));
    let of = |package: &str, id: &str| {
        parsed
            .advisories
            .iter()
            .find(|advisory| advisory.id == id && advisory.affected[0].name == package)
            .map(|advisory| advisory.affected[0].clone())
            .unwrap()
    };
    assert_eq!(of("aactl", "CVE-2023-45283").status, Status::NotAffected);
    assert_eq!(fixes(&of("aactl", "CVE-2024-41110")), BTreeSet::from(["0.4.12-r16"]));
    assert_eq!(of("aactl", "GHSA-v23v-6jw2-98fq").shard.as_str(), "wolfi");
}

#[test]
fn exploited_vulnerabilities_are_listed_with_their_dates() {
    let Some(mirror) = shared("feeds") else { return };
    let parsed = read(&mirror, "kev/known_exploited_vulnerabilities.json");
    assert_eq!(parsed.exploited.len(), 1404);
    assert_eq!(parsed.exploited.iter().filter(|entry| entry.ransomware).count(), 293);
    let git = parsed.exploited.iter().find(|entry| entry.cve == "CVE-2025-48384").unwrap();
    assert_eq!(git.date_added, Timestamp::parse("2025-08-25"));
    assert_eq!(git.due, Timestamp::parse("2025-09-15"));
    assert_eq!(parsed.summary.data_from, Timestamp::parse("2025-08-25T17:04:19Z"));
}

#[test]
fn the_definitions_of_azure_linux_and_mariner_are_read() {
    let Some(mirror) = shared("feeds") else { return };
    // Definitions; rows that are fixed, end without a fix, are not affected; definitions by severity.
    for (path, shard, definitions, [fixed, unfixed, unaffected], [critical, high, medium, low]) in [
        ("azurelinux-3.0", "azurelinux-3.0", 1222, [1220, 0, 1], [100, 512, 571, 38]),
        ("cbl-mariner-1.0", "mariner-1.0", 2252, [2048, 126, 78], [118, 947, 1087, 100]),
    ] {
        let parsed = read(&mirror, &format!("azurelinux/{path}-oval.xml"));
        // One version of Azure Linux, of a CVE rated medium, is a list of three.
        let whole = parsed.summary.records + parsed.summary.broken_count;
        assert_eq!((whole, parsed.summary.broken_count), (definitions, u64::from(shard == "azurelinux-3.0")));
        let rows = || parsed.advisories.iter().flat_map(|advisory| &advisory.affected);
        assert!(rows().all(|row| row.shard.as_str() == shard));
        let with = |wanted: fn(&Affected) -> bool| rows().filter(|row| wanted(row)).count();
        assert_eq!(with(|row| !fixes(row).is_empty()), fixed, "{path}");
        assert_eq!(with(|row| row.ranges.iter().any(|range| matches!(range.end, RangeEnd::LastAffected(_)))), unfixed);
        assert_eq!(with(|row| row.status == Status::NotAffected), unaffected, "{path}");
        let rated = |wanted| parsed.advisories.iter().filter(|one| one.severities[0].severity == wanted).count();
        let rated = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low].map(rated);
        assert_eq!(rated, [critical, high, medium, low], "{path}");
    }
    let azure = read(&mirror, "azurelinux/azurelinux-3.0-oval.xml");
    assert!(azure.summary.broken[0].why.contains("1.17.13-2,1.18.8-2"), "{:?}", azure.summary.broken);
    let advisory = azure.advisory("CVE-2024-47191");
    assert_eq!(fixes(rows(&advisory.affected, "oath-toolkit")[0]), BTreeSet::from(["2.6.7-3.azl3"]));
    assert_eq!(azure.summary.data_from, Timestamp::parse("2024-10-10T12:04:24Z"));
    let dates = azure.advisories.iter().filter(|advisory| advisory.affected[0].fix_date.is_some());
    assert!((1140..=1147).contains(&dates.count()));
}
