//! OSV records, written samples of what the real ones only have here and there.

use plimsoll_model::{AdvisoryClass, Affected, RangeEnd, Severity, VersionRange};

use crate::reading::{read, read_osv, zip};

fn row(feed: &str, ecosystem: &str, fields: &str) -> Affected {
    let record =
        format!(r#"{{"id":"X-1","affected":[{{"package":{{"ecosystem":"{ecosystem}","name":"pkg"}},{fields}}}]}}"#);
    let parsed = read_osv(feed, &record);
    assert_eq!(parsed.summary.broken_count, 0, "{:?}", parsed.summary.broken);
    parsed.advisories[0].affected[0].clone()
}

fn range(introduced: Option<&str>, end: RangeEnd) -> VersionRange {
    VersionRange { introduced: introduced.map(str::to_owned), end }
}

fn fixed(version: &str) -> RangeEnd {
    RangeEnd::Fixed(version.to_owned())
}

const RANGE: &str = r#""ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"2.0"}]}]"#;

/// A record with one npm row and these further fields.
fn npm(id: &str, fields: &str) -> String {
    format!(r#"{{"id":"{id}",{fields}"affected":[{{"package":{{"ecosystem":"npm","name":"pkg"}},{RANGE}}}]}}"#)
}

#[test]
fn missing_and_null_fields_are_empty_ones() {
    let record = r#"{"id":"X-1","aliases":null,"related":null,"severity":null,"references":null,"summary":null,
        "details":null,"withdrawn":null,"database_specific":null,"schema_version":"9.9","affected":[
        {"package":{"ecosystem":"npm","name":"pkg"},"versions":null,"severity":null,"ecosystem_specific":null,
         "database_specific":null,"ranges":[{"type":"SEMVER","events":[{"introduced":"1"}]},{"type":"GIT","events":null}]}]}"#;
    let parsed = read_osv("osv-npm", record);
    let advisory = parsed.advisory("X-1");
    assert_eq!(advisory.affected[0].ranges, [range(Some("1"), RangeEnd::Open)]);
    assert!(advisory.severities.is_empty() && advisory.withdrawn.is_none() && advisory.title.is_empty());
}

#[test]
fn withdrawn_records_come_marked_as_such() {
    let parsed = read_osv("osv-npm", &npm("X-1", r#""withdrawn":"2024-01-02T03:04:05Z","#));
    assert_eq!(parsed.advisory("X-1").withdrawn.unwrap().date(), "2024-01-02");
    assert_eq!(parsed.summary.withdrawn, 1);
    let unreadable = read_osv("osv-npm", &npm("X-1", r#""withdrawn":"yes","#));
    assert!(unreadable.advisory("X-1").withdrawn.is_some(), "a date that cannot be read does not revive it");
    assert!(read_osv("osv-npm", &npm("X-1", r#""withdrawn":"","#)).advisory("X-1").withdrawn.is_none());
}

#[test]
fn ids_are_sorted_into_cves_and_other_names() {
    let fields = r#""aliases":["GHSA-b","cve-2020-0002","CVE-2020-0001","GHSA-a","../x"],"upstream":["CVE-2020-0003","OTHER-1"],"related":["CVE-2020-0009"],"#;
    let parsed = read_osv("osv-npm", &npm("GHSA-id", fields));
    let advisory = parsed.advisory("GHSA-id");
    assert_eq!(advisory.cves, ["CVE-2020-0001", "CVE-2020-0002", "CVE-2020-0003"]);
    assert_eq!(advisory.aliases, ["GHSA-a", "GHSA-b"]);
}

#[test]
fn related_cves_count_only_for_errata() {
    let record = |id: &str| {
        format!(
            r#"{{"id":"{id}","summary":"Important: nodejs:16 security update","related":["CVE-2020-0001"],"affected":[
            {{"package":{{"ecosystem":"AlmaLinux:8","name":"nodejs"}},
              "ranges":[{{"type":"ECOSYSTEM","events":[{{"introduced":"0"}},{{"fixed":"1:16.1-1.module_el8.5.0+1+a"}}]}}]}},
            {{"package":{{"ecosystem":"AlmaLinux:8","name":"nodejs"}},
              "ranges":[{{"type":"ECOSYSTEM","events":[{{"introduced":"0"}},{{"fixed":"1:16.1-1.module_el8.6.0+2+b"}}]}}]}},
            {{"package":{{"ecosystem":"AlmaLinux:8","name":"plain"}},
              "ranges":[{{"type":"ECOSYSTEM","events":[{{"introduced":"0"}},{{"fixed":"2-1.el8"}}]}}]}}]}}"#
        )
    };
    let parsed = read_osv("osv-almalinux", &record("ALSA-2022:1"));
    let erratum = parsed.advisory("ALSA-2022:1");
    assert_eq!(
        (erratum.cves.as_slice(), erratum.class),
        (&["CVE-2020-0001".to_owned()][..], AdvisoryClass::Vulnerability)
    );
    assert_eq!(erratum.severities[0].severity, Severity::High);
    assert_eq!(erratum.affected.len(), 2);
    assert_eq!(erratum.affected[0].scope.module.as_deref(), Some("nodejs:16"));
    assert_eq!(erratum.affected[0].ranges.len(), 2);
    assert_eq!(erratum.affected[1].scope.module, None, "only module builds belong to the stream");

    let other = read_osv("osv-almalinux", &record("X-1"));
    assert!(other.advisory("X-1").cves.is_empty());
}

#[test]
fn bug_fixes_and_enhancements_are_vulnerabilities_only_with_a_cve() {
    let record = |id: &str, related: &str| {
        format!(
            r#"{{"id":"{id}","related":[{related}],"affected":[{{"package":{{"ecosystem":"AlmaLinux:9","name":"a"}},{RANGE}}}]}}"#
        )
    };
    let class = |id: &str, related: &str| read_osv("osv-almalinux", &record(id, related)).advisories[0].class;
    assert_eq!(class("ALBA-2022:1", ""), AdvisoryClass::Informational);
    assert_eq!(class("ALEA-2022:1", ""), AdvisoryClass::Informational);
    assert_eq!(class("ALBA-2022:1", r#""CVE-2020-0001""#), AdvisoryClass::Vulnerability);
    assert_eq!(class("ALSA-2022:1", ""), AdvisoryClass::Vulnerability);
}

#[test]
fn malware_is_a_class_of_its_own_and_critical() {
    let parsed = read_osv("osv-npm", &npm("MAL-2024-1", ""));
    let advisory = parsed.advisory("MAL-2024-1");
    assert_eq!(advisory.class, AdvisoryClass::Malware);
    assert_eq!(advisory.severities[0].severity, Severity::Critical);

    let record = r#"{"id":"MAL-2024-2","affected":[{"package":{"ecosystem":"npm","name":"pkg"}}]}"#;
    let parsed = read_osv("osv-npm", record);
    assert_eq!(parsed.advisory("MAL-2024-2").affected[0].ranges, [range(None, RangeEnd::Open)], "whatever its version");
}

#[test]
fn rocky_errata_name_their_cves_upstream_and_a_release_in_the_ecosystem() {
    let record = r#"{"id":"RLSA-2023:1","summary":"Moderate: nodejs:18 security update","upstream":["CVE-2023-0001"],"affected":[
        {"package":{"ecosystem":"Rocky Linux:8","name":"nodejs"},
         "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1:18.1-1.module+el8.7.0+1+a"}]}]},
        {"package":{"ecosystem":"Rocky Linux","name":"lost"},
         "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"}]}]}]}"#;
    let parsed = read_osv("osv-rocky", record);
    let erratum = parsed.advisory("RLSA-2023:1");
    assert_eq!(erratum.cves, ["CVE-2023-0001"]);
    assert_eq!((erratum.affected.len(), parsed.summary.foreign_rows), (1, 1));
    assert_eq!(erratum.affected[0].shard.as_str(), "rocky-8");
    assert_eq!(erratum.affected[0].scope.module.as_deref(), Some("nodejs:18"));
    assert_eq!((erratum.severities[0].severity, erratum.severities[0].source.as_str()), (Severity::Medium, "rocky"));
}

#[test]
fn unsound_crates_are_vulnerabilities_where_somebody_took_them_for_one() {
    let class = |informational: &str, aliases: &str| {
        let record = format!(
            r#"{{"id":"RUSTSEC-2024-1","aliases":[{aliases}],"affected":[{{"package":{{"ecosystem":"crates.io","name":"a_b"}},
            {RANGE},"database_specific":{{"informational":{informational}}}}}]}}"#
        );
        read_osv("osv-crates-io", &record).advisories[0].class
    };
    assert_eq!(class("null", ""), AdvisoryClass::Vulnerability);
    for word in ["\"unmaintained\"", "\"notice\"", "\"unsound\""] {
        assert_eq!(class(word, ""), AdvisoryClass::Informational, "{word}");
    }
    assert_eq!(class("\"unsound\"", "\"GHSA-a\""), AdvisoryClass::Vulnerability);
    assert_eq!(class("\"unsound\"", "\"CVE-2020-0001\""), AdvisoryClass::Vulnerability);
    assert_eq!(class("\"unmaintained\"", "\"GHSA-a\""), AdvisoryClass::Informational);
}

#[test]
fn every_claim_of_severity_is_kept_with_its_source() {
    let fields = r#""severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"},
        {"type":"CVSS_V3","score":"nonsense"},{"type":"CVSS_V3","score":5}],"database_specific":{"severity":"MODERATE"},"#;
    let parsed = read_osv("osv-npm", &npm("GHSA-1", fields));
    let claims: Vec<_> =
        parsed.advisory("GHSA-1").severities.iter().map(|claim| (claim.severity, claim.source.as_str())).collect();
    assert_eq!(claims, [(Severity::Critical, "ghsa"), (Severity::Medium, "ghsa")]);
}

#[test]
fn commits_say_nothing_of_versions() {
    let fields = r#""ranges":[{"type":"GIT","events":[{"introduced":"0"},{"fixed":"abcdef"}]},
        {"type":"ECOSYSTEM","events":[{"introduced":"1"},{"fixed":"2"},{"introduced":"3"},{"last_affected":"4"}]}]"#;
    let row = row("osv-pypi", "PyPI", fields);
    assert_eq!(row.ranges, [range(Some("1"), fixed("2")), range(Some("3"), RangeEnd::LastAffected("4".into()))]);
}

#[test]
fn listed_versions_count_where_no_range_says_more() {
    let row = row(
        "osv-pypi",
        "PyPI",
        r#""versions":["1.1","1.0","1.1"],"ranges":[{"type":"GIT","events":[{"introduced":"0"}]}]"#,
    );
    assert!(row.ranges.is_empty());
    assert_eq!(row.versions, ["1.0", "1.1"]);
}

#[test]
fn listed_versions_are_kept_only_where_no_range_holds_them() {
    let row = row(
        "osv-pypi",
        "PyPI",
        r#""versions":["3.2a1","3.2","3.2.5","3.2.19","not a version"],
           "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"3.2"},{"fixed":"3.2.19"}]}]"#,
    );
    assert_eq!(row.ranges, [range(Some("3.2"), fixed("3.2.19"))]);
    assert_eq!(row.versions, ["3.2.19", "3.2a1", "not a version"]);
}

#[test]
fn a_range_that_ends_before_it_begins_is_kept_as_it_stands() {
    let row =
        row("osv-npm", "npm", r#""ranges":[{"type":"SEMVER","events":[{"introduced":"9.0.0"},{"fixed":"1.0.0"}]}]"#);
    assert_eq!(row.ranges, [range(Some("9.0.0"), fixed("1.0.0"))]);
}

#[test]
fn rows_of_one_package_are_one_row() {
    let record = format!(
        r#"{{"id":"X-1","affected":[{{"package":{{"ecosystem":"PyPI","name":"Foo.Bar"}},{RANGE}}},
        {{"package":{{"ecosystem":"PyPI","name":"foo_bar"}},"ranges":[{{"type":"ECOSYSTEM","events":[{{"introduced":"3"}},{{"fixed":"3.1"}}]}}]}},
        {{"package":{{"ecosystem":"PyPI","name":"foo-bar"}},{RANGE}}}]}}"#
    );
    let parsed = read_osv("osv-pypi", &record);
    let affected = &parsed.advisory("X-1").affected;
    assert_eq!((affected.len(), affected[0].name.as_str()), (1, "foo-bar"));
    assert_eq!(affected[0].ranges, [range(None, fixed("2.0")), range(Some("3"), fixed("3.1"))]);
}

#[test]
fn rows_of_other_ecosystems_are_left_to_their_own_feeds() {
    let record = format!(
        r#"{{"id":"X-1","affected":[{{"package":{{"ecosystem":"Maven","name":"g:a"}},{RANGE}}},
        {{"package":{{"ecosystem":"SwiftURL","name":"x"}},{RANGE}}},{{"package":{{"ecosystem":"npm","name":"pkg"}},{RANGE}}},{{}}]}}"#
    );
    let npm = read_osv("osv-npm", &record);
    assert_eq!(npm.advisory("X-1").affected.len(), 1);
    assert_eq!(npm.summary.foreign_rows, 3);
    let go = read_osv("osv-go", &record);
    assert_eq!((go.advisories.len(), go.summary.foreign), (0, 1));
}

#[test]
fn custom_ranges_of_go_win_and_imports_limit_the_row() {
    let fields = r#""ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}],"ecosystem_specific":{
        "custom_ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1.9.0"}]}],
        "imports":[{"path":"m/b","symbols":["B","A"],"goos":["linux"]},{"path":"m/a"},{"symbols":["lost"]}]}"#;
    let row = row("osv-go", "Go", fields);
    assert_eq!(row.ranges, [range(None, fixed("1.9.0"))]);
    let imports: Vec<_> = row.scope.imports.iter().map(|import| (import.path.as_str(), import.symbols.len())).collect();
    assert_eq!(imports, [("m/a", 0), ("m/b", 2)]);
    assert_eq!(row.scope.imports[1].symbols, ["A", "B"]);
    assert_eq!(row.scope.imports[1].goos, ["linux"]);
}

#[test]
fn one_broken_row_does_not_cost_the_others() {
    let record = format!(
        r#"{{"id":"X-1","affected":[{{"package":{{"ecosystem":"npm","name":"no-range"}}}},{{"package":{{"ecosystem":"npm","name":"pkg"}},{RANGE}}}]}}"#
    );
    let parsed = read_osv("osv-npm", &record);
    assert_eq!(parsed.advisory("X-1").affected.len(), 1);
    assert_eq!((parsed.summary.records, parsed.summary.broken_count), (1, 1));
    assert_eq!(parsed.summary.broken[0].name, "X-1");
}

#[test]
fn one_broken_record_does_not_cost_the_file() {
    let good = npm("X-1", "");
    let path_id = npm("../../etc/passwd", "");
    let wordy = format!(
        r#"{{"id":"X-2","affected":[{{"package":{{"ecosystem":"npm","name":"{}"}},{RANGE}}}]}}"#,
        "n".repeat(600)
    );
    let bytes = zip(&[
        ("README.txt", b"no record"),
        ("cut.json", &good.as_bytes()[..40]),
        ("path.json", path_id.as_bytes()),
        ("wordy.json", wordy.as_bytes()),
        ("list.json", b"[]"),
        ("good.json", good.as_bytes()),
    ]);
    let parsed = read("osv-npm", "osv/npm/all.zip", &bytes);
    assert_eq!(parsed.advisories.len(), 1);
    let names: Vec<&str> = parsed.summary.broken.iter().map(|broken| broken.name.as_str()).collect();
    assert_eq!(names, ["cut.json", "path.json", "wordy.json", "list.json"]);
}

#[test]
fn the_advisory_itself_is_the_first_address() {
    let fields = r#""references":[{"type":"WEB","url":"https://a"},{"type":"ADVISORY","url":"https://b"},{"type":"FIX","url":"ftp://c"},{}],"#;
    assert_eq!(read_osv("osv-npm", &npm("X-1", fields)).advisory("X-1").urls, ["https://b", "https://a"]);
}

#[test]
fn every_ecosystem_of_packages_is_read_into_its_shard_under_the_name_that_packages_have() {
    for (feed, ecosystem, name, shard, key) in [
        ("osv-pub", "Pub", "http", "pub", "http"),
        ("osv-hex", "Hex", "plug", "hex", "plug"),
        ("osv-swift", "SwiftURL", "https://github.com/apple/swift-nio.git", "swift", "github.com/apple/swift-nio"),
        ("osv-hackage", "Hackage", "aeson", "hackage", "aeson"),
        ("osv-ghc", "GHC", "RTS", "ghc", "RTS"),
        ("osv-cran", "CRAN", "commonmark", "cran", "commonmark"),
        ("osv-bioconductor", "Bioconductor", "Rhdf5lib", "bioconductor", "Rhdf5lib"),
        ("osv-conan", "ConanCenter", "openssl", "conan", "openssl"),
        ("osv-julia", "Julia", "OpenSSL_jll", "julia", "OpenSSL_jll"),
        ("osv-opam", "opam", "cohttp", "opam", "cohttp"),
        ("osv-vscode", "VSCode:https://open-vsx.org", "RedHat.java", "vscode", "redhat.java"),
        (
            "osv-github-actions",
            "GitHub Actions",
            "tj-actions/changed-files",
            "github-actions",
            "tj-actions/changed-files",
        ),
        ("osv-kubernetes", "Kubernetes", "k8s.io/kubernetes", "go", "k8s.io/kubernetes"),
    ] {
        let package = format!(r#""package":{{"ecosystem":"{ecosystem}","name":"{name}"}}"#);
        let parsed = read_osv(feed, &format!(r#"{{"id":"X-1","affected":[{{{package},{RANGE}}}]}}"#));
        let row = &parsed.advisory("X-1").affected[0];
        assert_eq!((row.shard.as_str(), row.name.as_str()), (shard, key), "{ecosystem}");
    }
}

#[test]
fn pairs_out_of_order_are_read_in_the_order_of_their_own_ecosystem() {
    let events = |ecosystem: &str, feed: &str, events: &str| {
        row(feed, ecosystem, &format!(r#""ranges":[{{"type":"ECOSYSTEM","events":[{events}]}}]"#)).ranges
    };
    // By text and by Semantic Versioning these would fall into another order.
    let builds = r#"{"introduced":"3.0.0+10"},{"fixed":"3.0.0+11"},{"introduced":"3.0.0+0"},{"fixed":"3.0.0+9"}"#;
    let expected = [range(Some("3.0.0+0"), fixed("3.0.0+9")), range(Some("3.0.0+10"), fixed("3.0.0+11"))];
    assert_eq!(events("Julia", "osv-julia", builds), expected);
    let letters = r#"{"introduced":"1.1.1"},{"fixed":"1.1.1w"},{"introduced":"1.0.2"},{"fixed":"1.0.2u"}"#;
    let expected = [range(Some("1.0.2"), fixed("1.0.2u")), range(Some("1.1.1"), fixed("1.1.1w"))];
    assert_eq!(events("ConanCenter", "osv-conan", letters), expected);
}
