//! What a source says beside its ranges.

use plimsoll_model::{AdvisoryClass, FixState, GapKind, PackageKind, Severity, Status, Timestamp};

use crate::shelf::{Changed, Shelf, Told, apk, deb, inventory, package, row};

#[test]
fn not_affected_silences_other_sources_for_the_same_cve_in_this_shard() {
    let rows = [
        row("debian-12", "bash", "CVE-2020-1", "").status(Status::NotAffected),
        row("debian-12", "bash", "OTHER-1 CVE-2020-1", "<9"),
        row("debian-12", "bash", "OTHER-2 CVE-2020-2", "<9"),
        row("debian-11", "zsh", "CVE-2020-3", "").status(Status::NotAffected),
        row("debian-12", "zsh", "CVE-2020-3", "<9"),
    ];
    let matched = Shelf::of(rows).matched(&inventory("debian 12", [deb("bash", "5.2"), deb("zsh", "5.8")]));
    assert_eq!(matched.found(), ["CVE-2020-2 0 9", "CVE-2020-3 1 9"]);
}

#[test]
fn not_affected_within_ranges_silences_only_there() {
    let shelf = Shelf::of([
        row("debian-12", "bash", "CVE-2020-1", ">=5.0").status(Status::NotAffected),
        row("debian-12", "bash", "OTHER-1 CVE-2020-1", "<9"),
    ]);
    assert!(shelf.matched(&inventory("debian 12", [deb("bash", "5.2")])).findings.is_empty());
    assert_eq!(shelf.matched(&inventory("debian 12", [deb("bash", "4.4")])).findings.len(), 1);
}

#[test]
fn unfixed_vulnerabilities_are_found_with_the_distributions_word() {
    for (status, expected) in [
        (Status::Affected, FixState::NotFixed),
        (Status::WontFix, FixState::WontFix),
        (Status::Deferred, FixState::Deferred),
        (Status::EndOfLife, FixState::EndOfLife),
    ] {
        let shelf = Shelf::of([row("debian-12", "bash", "CVE-2020-1", "*").status(status)]);
        let matched = shelf.matched(&inventory("debian 12", [deb("bash", "5.2")]));
        assert_eq!(matched.findings[0].fix, expected);
    }
}

#[test]
fn a_fix_that_the_release_does_not_carry_is_no_fix_but_whoever_has_it_is_safe() {
    let shelf = Shelf::of([row("debian-12", "bash", "CVE-2020-1", "<!5.3-1")]);
    let found = |version| shelf.matched(&inventory("debian 12", [deb("bash", version)])).found();
    assert_eq!(found("5.2-1"), ["CVE-2020-1 0 not-fixed"]);
    assert!(found("5.3-1").is_empty());
}

#[test]
fn undetermined_is_said_in_the_coverage_and_is_no_finding() {
    let shelf = Shelf::of([
        row("debian-12", "bash", "CVE-2020-1", "*").status(Status::Undetermined).source("debian"),
        row("debian-12", "zsh", "CVE-2020-2", "*").status(Status::Undetermined).source("debian"),
        row("debian-12", "zsh", "OTHER-1 CVE-2020-2", "<9"),
    ]);
    let matched = shelf.matched(&inventory("debian 12", [deb("bash", "5.2"), deb("zsh", "5.8")]));
    assert_eq!(matched.found(), ["CVE-2020-2 1 9"]);
    assert_eq!(
        matched.gaps(GapKind::Undetermined),
        ["bash: the feed debian does not know yet whether CVE-2020-1 affects it"]
    );
}

#[test]
fn alpines_version_zero_is_not_affected() {
    let shelf = Shelf::of([row("alpine-3.20", "bash", "CVE-2020-1", "").status(Status::NotAffected)]);
    assert!(shelf.matched(&inventory("alpine 3.20.1", [apk("bash", "5.2-r0")])).findings.is_empty());
}

#[test]
fn withdrawn_advisories_do_not_match() {
    let mut withdrawn = row("npm", "lodash", "GHSA-1 CVE-2019-1", "*");
    withdrawn.advisory.withdrawn = Some(Timestamp(1));
    let mut silencing = row("npm", "lodash", "CVE-2019-2", "").status(Status::NotAffected);
    silencing.advisory.withdrawn = Some(Timestamp(1));
    let shelf = Shelf::of([withdrawn, silencing, row("npm", "lodash", "GHSA-2 CVE-2019-2", "<5.0.0")]);
    let matched = shelf.matched(&inventory("scratch", [package(PackageKind::Npm, "lodash", "4.17.11")]));
    assert_eq!(matched.found(), ["CVE-2019-2 0 5.0.0"]);
}

#[test]
fn malware_is_critical_and_needs_no_fix() {
    let malware = row("npm", "evil", "MAL-2024-1", "*").source("osv-npm");
    let matched = Shelf::of([malware]).matched(&inventory("scratch", [package(PackageKind::Npm, "evil", "1.0.0")]));
    let finding = &matched.findings[0];
    assert_eq!((finding.class, finding.severity), (AdvisoryClass::Malware, Severity::Critical));
    assert_eq!((finding.severity_source.as_deref(), &finding.fix), (Some("osv-npm"), &FixState::NotFixed));
}

#[test]
fn bug_fixes_and_notices_are_no_vulnerabilities() {
    let mut notice = row("crates-io", "old", "RUSTSEC-2020-1", "*");
    notice.advisory.class = AdvisoryClass::Informational;
    let matched = Shelf::of([notice]).matched(&inventory("scratch", [package(PackageKind::Cargo, "old", "1.0.0")]));
    assert!(matched.findings.is_empty() && matched.suppressed.is_empty() && matched.coverage.gaps.is_empty());
}

#[test]
fn known_exploited_is_told_by_any_cve_of_the_cluster() {
    let mut shelf = Shelf::of([
        row("npm", "lodash", "GHSA-1 CVE-2019-1", "<5.0.0"),
        row("npm", "lodash", "GHSA-2 CVE-2019-2", "<5.0.0"),
        row("npm", "lodash", "GHSA-3", "<5.0.0"),
    ]);
    shelf.candidates[1].clusters[0].aliases.push("CVE-2019-9".into());
    shelf.exploited = vec!["CVE-2019-9"];
    let matched = shelf.matched(&inventory("scratch", [package(PackageKind::Npm, "lodash", "4.17.11")]));
    let exploited: Vec<bool> = matched.findings.iter().map(|finding| finding.known_exploited).collect();
    assert_eq!(matched.found(), ["CVE-2019-2 0 5.0.0", "CVE-2019-1 0 5.0.0", "GHSA-3 0 5.0.0"]);
    assert_eq!(exploited, [true, false, false]);
    assert_eq!(
        matched.coverage.feeds.iter().map(|feed| (feed.shard.as_str(), feed.packages)).collect::<Vec<_>>(),
        [("kev", 1), ("npm", 1)]
    );
}
