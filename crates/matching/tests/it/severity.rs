//! Whose word on the severity counts, and that it is said.

use plimsoll_matching::{TRUSTED_FOR_DISTRIBUTIONS, TRUSTED_FOR_LANGUAGES};
use plimsoll_model::{InstalledPackage, PackageKind, Severity};

use crate::shelf::{Changed, Shelf, deb, inventory, package, row, scored, word};

fn told(shelf: &Shelf, system: &str, package: InstalledPackage) -> (Severity, Option<String>, bool) {
    let matched = shelf.matched(&inventory(system, [package]));
    let finding = &matched.findings[0];
    assert_eq!(finding.score.is_some(), finding.vector.is_some());
    (finding.severity, finding.severity_source.clone(), finding.score.is_some())
}

fn from(source: &str) -> Option<String> {
    Some(source.to_owned())
}

#[test]
fn of_an_os_package_the_distributions_own_word_comes_first() {
    let mut shelf = Shelf::of([row("debian-12", "bash", "CVE-2020-1", "<9").claim("debian", Severity::Low)]);
    shelf.candidates[0].advisory.severities.push(scored("nvd", 9.8));
    assert_eq!(told(&shelf, "debian 12", deb("bash", "5")), (Severity::Low, from("debian"), false));
}

#[test]
fn without_it_the_score_of_another_source_is_taken_and_named() {
    let mut shelf = Shelf::of([row("debian-12", "bash", "CVE-2020-1", "<9")]);
    shelf.severities = vec![
        ("CVE-2020-1", word("rocky", Severity::Medium)),
        ("CVE-2020-1", scored("nvd", 9.8)),
        ("CVE-2020-1", scored("ghsa", 7.5)),
    ];
    assert_eq!(told(&shelf, "debian 12", deb("bash", "5")), (Severity::Critical, from("nvd"), true));
}

#[test]
fn a_distribution_without_a_word_falls_back_to_nvd_then_cisa_then_the_numbering_authority() {
    let mut shelf = Shelf::of([row("debian-12", "bash", "CVE-2020-1", "<9")]);
    let fallbacks = ["nvd", "cisa", "cna:redhat", "adp:other", "ghsa", "osv", "zzz"];
    shelf.severities = fallbacks.iter().rev().map(|source| ("CVE-2020-1", scored(source, 5.0))).collect();
    for expected in fallbacks {
        assert_eq!(told(&shelf, "debian 12", deb("bash", "5")), (Severity::Medium, from(expected), true));
        shelf.severities.pop();
    }
    assert_eq!(told(&shelf, "debian 12", deb("bash", "5")), (Severity::Unknown, None, false));
}

#[test]
fn the_own_word_counts_more_than_the_own_score_and_takes_it_along() {
    let mut shelf = Shelf::of([row("debian-12", "bash", "CVE-2020-1", "<9").claim("debian", Severity::Low)]);
    shelf.candidates[0].advisory.severities.push(scored("debian", 9.8));
    assert_eq!(told(&shelf, "debian 12", deb("bash", "5")), (Severity::Low, from("debian"), true));
}

#[test]
fn of_a_language_package_a_score_comes_before_a_word_and_github_before_others() {
    let lodash = || package(PackageKind::Npm, "lodash", "4.17.11");
    let mut shelf = Shelf::of([row("npm", "lodash", "CVE-2020-1", "<9.0.0").claim("ghsa", Severity::Low)]);
    assert_eq!(told(&shelf, "scratch", lodash()), (Severity::Low, from("ghsa"), false));
    shelf.candidates[0].advisory.severities.push(scored("nvd", 9.8));
    assert_eq!(told(&shelf, "scratch", lodash()), (Severity::Critical, from("nvd"), true));
    shelf.candidates[0].advisory.severities.push(scored("ghsa", 5.0));
    assert_eq!(told(&shelf, "scratch", lodash()), (Severity::Medium, from("ghsa"), true));
}

#[test]
fn the_rows_own_severity_takes_the_place_of_the_records() {
    let mut shelf = Shelf::of([row("npm", "lodash", "CVE-2020-1", "<9.0.0").claim("ghsa", Severity::Low)]);
    shelf.candidates[0].affected.severities = vec![word("ghsa", Severity::High)];
    let lodash = package(PackageKind::Npm, "lodash", "4.17.11");
    assert_eq!(told(&shelf, "scratch", lodash), (Severity::High, from("ghsa"), false));
}

#[test]
fn of_two_vectors_of_one_source_the_graver_counts() {
    let mut shelf = Shelf::of([row("npm", "lodash", "CVE-2020-1", "<9.0.0")]);
    shelf.candidates[0].advisory.severities = vec![scored("ghsa", 6.1), scored("ghsa", 8.7), scored("ghsa", 7.0)];
    let matched = shelf.matched(&inventory("scratch", [package(PackageKind::Npm, "lodash", "4.17.11")]));
    assert_eq!(matched.findings[0].score.unwrap().tenths(), 87);
}

#[test]
fn a_score_under_any_id_of_the_cluster_is_a_score() {
    let mut shelf = Shelf::of([row("npm", "lodash", "GHSA-1 CVE-2020-1 SNYK-1", "<9.0.0")]);
    shelf.severities = vec![("SNYK-1", scored("nvd", 4.0))];
    let lodash = package(PackageKind::Npm, "lodash", "4.17.11");
    assert_eq!(told(&shelf, "scratch", lodash), (Severity::Medium, from("nvd"), true));
}

#[test]
fn what_nobody_scored_is_unknown_and_names_nobody() {
    let shelf = Shelf::of([row("npm", "lodash", "CVE-2020-1", "<9.0.0").claim("ghsa", Severity::Unknown)]);
    let lodash = package(PackageKind::Npm, "lodash", "4.17.11");
    assert_eq!(told(&shelf, "scratch", lodash), (Severity::Unknown, None, false));
}

#[test]
fn the_guide_has_the_tables_of_trust() {
    let guide = include_str!("../../../../docs/matching.md");
    for table in [&TRUSTED_FOR_DISTRIBUTIONS[..], &TRUSTED_FOR_LANGUAGES[..]] {
        let written = format!("| `{}` |", table.join("`, `"));
        assert!(guide.contains(&written), "{written}");
    }
}
