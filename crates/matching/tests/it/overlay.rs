//! An organisation's own advisories over the feeds': added, narrowed, dismissed, and never in silence.

use plimsoll_matching::{Matched, OVERLAY};
use plimsoll_model::{Candidate, Cluster, PackageKind, Presence, Status};

use crate::shelf::{Changed, Shelf, Told, With, deb, inventory, package, row, rpm};

/// A row of the overlay with its reason.
fn overlay(shard: &str, name: &str, ids: &str, ranges: &str, reason: &str) -> Candidate {
    let mut row = row(shard, name, ids, ranges).channel(OVERLAY);
    row.advisory.source = "overlay:acme".into();
    row.advisory.title = reason.into();
    row
}

fn dismissal(shard: &str, name: &str, ids: &str, ranges: &str) -> Candidate {
    overlay(shard, name, ids, ranges, "the parser is not built in").status(Status::NotAffected)
}

fn lodash(rows: impl IntoIterator<Item = Candidate>, version: &str) -> Matched {
    let feed = row("npm", "lodash", "GHSA-1 CVE-2021-1", "<4.17.21");
    let shelf = Shelf::of([feed].into_iter().chain(rows));
    shelf.matched(&inventory("scratch", [package(PackageKind::Npm, "lodash", version)]))
}

/// `reason id` of what was silenced.
fn silenced(matched: &Matched) -> Vec<String> {
    matched.suppressed.iter().map(|row| format!("{} {}", row.reason, row.finding.id)).collect()
}

#[test]
fn a_dismissal_silences_the_finding_and_says_who_and_why() {
    for ranges in ["", "*", "<5"] {
        let matched = lodash([dismissal("npm", "lodash", "ACME-1 CVE-2021-1", ranges)], "4.17.20");
        assert!(matched.findings.is_empty(), "{ranges}");
        assert_eq!(silenced(&matched), ["dismissed-by-overlay CVE-2021-1"]);
        let row = &matched.suppressed[0];
        assert_eq!(row.detail, "overlay:acme says that it is not affected: the parser is not built in");
        assert_eq!(row.finding.evidence[0].advisory, "GHSA-1", "the finding as it would have been");
        assert_eq!(row.finding.fix.version(), Some("4.17.21"));
    }
}

#[test]
fn a_dismissal_of_other_versions_or_vulnerabilities_silences_nothing() {
    for other in [
        dismissal("npm", "lodash", "ACME-1 CVE-2021-1", "<4"),
        dismissal("npm", "lodash", "ACME-1 CVE-2021-2", ""),
        dismissal("npm", "lodash-es", "ACME-1 CVE-2021-1", ""),
    ] {
        let matched = lodash([other], "4.17.20");
        assert_eq!((matched.found(), silenced(&matched)), (vec!["CVE-2021-1 0 4.17.21".into()], vec![]));
    }
}

#[test]
fn what_nobody_would_have_found_is_not_said_to_be_silenced() {
    let matched = lodash([dismissal("npm", "lodash", "ACME-1 CVE-2021-1", "")], "4.17.21");
    assert!(matched.findings.is_empty() && matched.suppressed.is_empty());
}

#[test]
fn ranges_of_an_overlay_take_the_place_of_the_feeds() {
    let narrow = || [overlay("npm", "lodash", "ACME-1 CVE-2021-1", ">=4.17.0 <4.17.19-acme", "backported")];
    let below = lodash(narrow(), "4.17.11");
    assert_eq!(below.found(), ["CVE-2021-1 0 4.17.19-acme"]);
    assert_eq!(below.findings[0].evidence.len(), 1, "only its own record is evidence");
    let outside = lodash(narrow(), "4.17.20");
    assert_eq!((outside.found(), silenced(&outside)), (vec![], vec!["narrowed-by-overlay CVE-2021-1".into()]));
    let detail = &outside.suppressed[0].detail;
    assert_eq!(detail, "overlay:acme has other ranges, which do not hold this version: backported");
    let wider = lodash([overlay("npm", "lodash", "ACME-1 CVE-2021-1", "<5.0.0", "not fixed at all")], "4.17.21");
    assert_eq!(wider.found(), ["CVE-2021-1 0 5.0.0"]);
}

#[test]
fn an_added_advisory_stands_beside_the_feeds() {
    let mut added = row("npm", "lodash", "ACME-7", "<6");
    added.advisory.source = "overlay:acme".into();
    let matched = lodash([added], "4.17.20");
    assert_eq!(matched.found(), ["ACME-7 0 6", "CVE-2021-1 0 4.17.21"]);
}

#[test]
fn distributions_can_be_corrected_too() {
    let feed = || row("debian-12", "openssl", "CVE-2023-1", "<3.0.2-1");
    let image = || inventory("debian 12", [deb("openssl", "3.0.1-1")]);
    let dismissed = Shelf::of([feed(), dismissal("debian-12", "openssl", "ACME-2 CVE-2023-1", "")]).matched(&image());
    assert_eq!(silenced(&dismissed), ["dismissed-by-overlay CVE-2023-1"]);
    let narrowed = overlay("debian-12", "openssl", "ACME-2 CVE-2023-1", "<3.0.1-1", "rebuilt with the patch");
    assert_eq!(silenced(&Shelf::of([feed(), narrowed]).matched(&image())), ["narrowed-by-overlay CVE-2023-1"]);
    // What cannot be compared leaves the feed's word as it is.
    let unreadable = overlay("debian-12", "openssl", "ACME-2 CVE-2023-1", "<3_0", "?");
    let open = Shelf::of([feed(), unreadable]).matched(&image());
    assert_eq!((open.found(), silenced(&open)), (vec!["CVE-2023-1 0 3.0.2-1".into()], vec![]));
}

#[test]
fn malware_can_be_dismissed_in_the_open_and_shadowed_packages_too() {
    let feed = row("npm", "colorz", "MAL-2024-1", "*");
    let shelf = Shelf::of([feed, dismissal("npm", "colorz", "MAL-2024-1", "")]);
    let colorz = package(PackageKind::Npm, "colorz", "2.1.2");
    let image = inventory("scratch", [colorz.clone(), colorz.presence(Presence::Shadowed)]);
    let matched = shelf.matched(&image);
    assert_eq!(silenced(&matched), ["dismissed-by-overlay MAL-2024-1"; 2]);
    assert!(matched.findings.is_empty());
}

/// An erratum for two vulnerabilities, which is the alias of neither.
fn erratum(id: &str, ranges: &str) -> Candidate {
    let mut erratum = row("almalinux-9", "curl", id, ranges);
    erratum.advisory.cves = vec!["CVE-2024-1".into(), "CVE-2024-2".into()];
    erratum.clusters = erratum.advisory.cves.iter().map(|id| Cluster { id: id.clone(), aliases: Vec::new() }).collect();
    erratum
}

#[test]
fn a_dismissal_by_an_erratum_silences_what_that_erratum_alone_says() {
    let image = inventory("almalinux 9", [rpm("curl", "7.76.1-1.el9").vendor("AlmaLinux")]);
    let other = row("almalinux-9", "curl", "ALSA-2024:8 CVE-2024-2", "<7.76.1-9.el9");
    for named in ["ACME-1 ALSA-2024:7", "ALSA-2024:7"] {
        let dismissal = dismissal("almalinux-9", "curl", named, "");
        let shelf = Shelf::of([erratum("ALSA-2024:7", "<7.76.1-5.el9"), other.clone(), dismissal]);
        let matched = shelf.matched(&image);
        assert_eq!(silenced(&matched), ["dismissed-by-overlay CVE-2024-1"], "{named}");
        let detail = &matched.suppressed[0].detail;
        assert_eq!(detail, "overlay:acme says that ALSA-2024:7 does not affect it: the parser is not built in");
        assert_eq!(matched.found(), ["CVE-2024-2 0 7.76.1-9.el9"], "another erratum says so too");
    }
    let elsewhere = dismissal("almalinux-9", "curl", "ACME-1 ALSA-2024:9", "");
    let matched = Shelf::of([erratum("ALSA-2024:7", "<7.76.1-5.el9"), elsewhere]).matched(&image);
    assert_eq!((matched.findings.len(), silenced(&matched)), (2, vec![]));
    let fixed = inventory("almalinux 9", [rpm("curl", "7.76.1-5.el9").vendor("AlmaLinux")]);
    let both = [erratum("ALSA-2024:7", "<7.76.1-5.el9"), dismissal("almalinux-9", "curl", "ALSA-2024:7", "")];
    let matched = Shelf::of(both).matched(&fixed);
    assert_eq!((matched.findings.len(), silenced(&matched)), (0, vec![]), "there is nothing to silence");
}
