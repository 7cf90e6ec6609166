//! Language packages that an operating-system package owns.

use plimsoll_model::{Candidate, GapKind, InstalledPackage, PackageKind, Presence, Status};

use crate::shelf::{Changed, Shelf, Told, With, deb, inventory, package, row, rpm};

fn requests() -> InstalledPackage {
    package(PackageKind::Pypi, "requests", "2.28.1").owned_by(0)
}

fn owner() -> InstalledPackage {
    deb("python3-requests", "2.28.1+dfsg-1").source_package("requests", "2.28.1+dfsg-1")
}

fn shelf(known: impl IntoIterator<Item = Candidate>) -> Shelf {
    let of_language = row("pypi", "requests", "GHSA-1 CVE-2023-32681", "<2.31.0");
    Shelf::of(std::iter::once(of_language).chain(known)).with_shard("debian-12")
}

#[test]
fn a_cve_that_the_distribution_knows_for_the_owner_is_suppressed_with_the_reason() {
    for (known, word) in [
        (row("debian-12", "requests", "CVE-2023-32681", "<2.28.1+dfsg-1"), "fixed or not affected in this version"),
        (row("debian-12", "requests", "CVE-2023-32681", "").status(Status::NotAffected), "not affected"),
        (row("debian-12", "requests", "DSA-1 CVE-2023-32681", "*").status(Status::WontFix), "affected, wont-fix"),
        (
            row("debian-12", "requests", "CVE-2023-32681", "<2.28.1+dfsg-2"),
            "fixed in 2.28.1+dfsg-2, which is not installed",
        ),
    ] {
        let is_affected = word.starts_with("affected") || word.contains("not installed");
        let matched = shelf([known]).matched(&inventory("debian 12", [owner(), requests()]));
        assert_eq!(matched.suppressed.len(), 1, "{word}");
        let suppressed = &matched.suppressed[0];
        assert_eq!((suppressed.reason.as_str(), suppressed.finding.package), ("owned-by-os-package", 1));
        assert_eq!(
            suppressed.detail,
            format!(
                "it belongs to python3-requests 2.28.1+dfsg-1, for which the feed of debian-12 knows CVE-2023-32681: {word}"
            )
        );
        // The owner's own finding is what stays.
        let packages: Vec<u32> = matched.findings.iter().map(|finding| finding.package).collect();
        assert_eq!(packages, if is_affected { vec![0] } else { vec![] }, "{word}");
    }
}

#[test]
fn a_cve_that_the_distribution_does_not_know_for_the_owner_stays() {
    let undetermined = row("debian-12", "requests", "CVE-2023-32681", "*").status(Status::Undetermined);
    let unreadable = row("debian-12", "requests", "CVE-2023-32681", "<what ever");
    for known in [
        None,
        Some(row("debian-12", "requests", "CVE-2023-99", "<9")),
        Some(row("debian-12", "other", "CVE-2023-32681", "<9")),
        Some(row("debian-11", "requests", "CVE-2023-32681", "<9")),
        Some(undetermined),
        Some(unreadable),
    ] {
        let matched = shelf(known).matched(&inventory("debian 12", [owner(), requests()]));
        assert!(matched.findings.iter().any(|finding| finding.package == 1));
        assert!(matched.suppressed.is_empty());
    }
}

#[test]
fn suppression_is_for_each_cve_and_never_for_the_package() {
    let mut shelf = shelf([row("debian-12", "requests", "CVE-2023-32681", "").status(Status::NotAffected)]);
    shelf.candidates.push(row("pypi", "requests", "GHSA-2 CVE-2024-35195", "<2.32.0"));
    shelf.candidates.push(row("pypi", "requests", "GHSA-3", "<2.32.0"));
    shelf.candidates.push(row("pypi", "requests", "MAL-1", "*"));
    let matched = shelf.matched(&inventory("debian 12", [owner(), requests()]));
    assert_eq!(matched.found(), ["MAL-1 1 not-fixed", "CVE-2024-35195 1 2.32.0", "GHSA-3 1 2.32.0"]);
    assert_eq!(matched.suppressed.len(), 1);
}

#[test]
fn a_third_party_owner_answers_for_nothing() {
    let known = || row("debian-12", "requests", "CVE-2023-32681", "").status(Status::NotAffected);
    for maintainer in ["MongoDB <packaging@mongodb.com>", "Somebody <me@example.org>"] {
        let matched = shelf([known()]).matched(&inventory("debian 12", [owner().vendor(maintainer), requests()]));
        assert_eq!((matched.findings.len(), matched.suppressed.len()), (1, 0), "{maintainer}");
    }
    let mut nobodys = owner();
    nobodys.package.vendor = None;
    let matched = shelf([known()]).matched(&inventory("debian 12", [nobodys, requests()]));
    assert_eq!((matched.findings.len(), matched.suppressed.len()), (1, 0));
}

#[test]
fn an_owner_without_a_feed_answers_for_nothing() {
    let known = row("debian-12", "requests", "CVE-2023-32681", "").status(Status::NotAffected);
    for system in ["debian 99", "ubuntu 24.04", "unknown"] {
        let matched = shelf([known.clone()]).matched(&inventory(system, [owner(), requests()]));
        assert_eq!((matched.findings.len(), matched.suppressed.len()), (1, 0), "{system}");
    }
}

#[test]
fn rows_of_another_module_stream_know_nothing_of_the_owner() {
    let npm = package(PackageKind::Npm, "lodash", "4.17.11").owned_by(0);
    let of_language = row("npm", "lodash", "CVE-2019-1", "<4.17.12");
    let known = row("almalinux-8", "nodejs", "CVE-2019-1", "<1:18-2.module_el8").module("nodejs:18");
    let owner = |stream: &str| rpm("nodejs", "1:18-3.module_el8").of_module(stream);
    let shelf = Shelf::of([of_language, known]);
    assert_eq!(shelf.matched(&inventory("almalinux 8", [owner("nodejs:16"), npm.clone()])).suppressed.len(), 0);
    assert_eq!(shelf.matched(&inventory("almalinux 8", [owner("nodejs:18"), npm])).suppressed.len(), 1);
}

#[test]
fn a_damaged_shard_suppresses_nothing() {
    let mut shelf = shelf([]);
    shelf.broken.insert(plimsoll_model::ShardName::clean("debian-12"));
    let matched = shelf.matched(&inventory("debian 12", [owner(), requests()]));
    assert_eq!((matched.findings.len(), matched.suppressed.len()), (1, 0));
    assert_eq!(matched.gap_kinds(), [GapKind::ShardUnreadable]);
}

#[test]
fn an_owner_that_is_not_there_is_no_owner() {
    let matched = shelf([]).matched(&inventory("debian 12", [requests().owned_by(7)]));
    assert_eq!(matched.findings.len(), 1);
    let shadowed = requests().presence(Presence::Shadowed);
    let known = row("debian-12", "requests", "CVE-2023-32681", "").status(Status::NotAffected);
    assert_eq!(shelf([known]).matched(&inventory("debian 12", [owner(), shadowed])).suppressed.len(), 1);
}
