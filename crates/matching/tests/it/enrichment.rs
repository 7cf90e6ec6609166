//! What is known of a vulnerability beside the records that hold.

use plimsoll_model::{
    Exploitation, Facts, FixDate, FixDateKind, GapKind, Inventory, PackageKind, Ssvc, Standing, Timestamp,
};

use crate::shelf::{Shelf, Told, inventory, package, row, rpm};

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn facts(source: &str) -> Facts {
    Facts {
        source: source.into(),
        standing: Standing::Published,
        published: Some(at("2021-12-10")),
        modified: Some(at("2025-01-01")),
        title: String::new(),
        severities: Vec::new(),
        weaknesses: vec![79],
        exploit: Some(format!("https://{source}.example/exploit")),
        ssvc: None,
    }
}

fn image() -> Inventory {
    inventory("scratch", [package(PackageKind::Npm, "a", "1.0.0")])
}

#[test]
fn everything_that_is_known_of_the_cve_stands_with_the_finding() {
    let mut shelf = Shelf::of([row("npm", "a", "GHSA-1 CVE-2021-1", "<2.0.0")]);
    shelf.candidates[0].advisory.published = Some(at("2021-12-12"));
    shelf.candidates[0].advisory.modified = Some(at("2026-01-01"));
    shelf.epss = vec![("CVE-2021-1", 94.3)];
    let decision = |word, day| Some(Ssvc { exploitation: Some(word), at: Some(at(day)), ..Ssvc::default() });
    shelf.facts = vec![
        (
            "CVE-2021-1",
            Facts { weaknesses: vec![20, 79], ssvc: decision(Exploitation::None, "2024-01-01"), ..facts("nvd") },
        ),
        ("CVE-2021-1", Facts { ssvc: decision(Exploitation::Active, "2025-01-01"), ..facts("cvelist") }),
    ];
    let matched = shelf.matched(&image());
    let finding = &matched.findings[0];
    assert_eq!(finding.epss.unwrap().score.percent(), "94.3%");
    let exploit = finding.exploit_known.as_ref().unwrap();
    assert_eq!((exploit.source.as_str(), exploit.url.as_str()), ("cvelist", "https://cvelist.example/exploit"));
    assert_eq!(finding.ssvc.unwrap().exploitation, Some(Exploitation::Active));
    let names: Vec<String> = finding.cwes.iter().map(|weakness| format!("{weakness} {}", weakness.name)).collect();
    assert_eq!(names, ["CWE-20 ", "CWE-79 Cross-site Scripting"]);
    assert_eq!((finding.published, finding.modified), (Some(at("2021-12-10")), Some(at("2026-01-01"))));
}

#[test]
fn what_a_source_rejected_says_nothing() {
    let mut shelf = Shelf::of([row("npm", "a", "CVE-2021-1", "<2.0.0")]);
    shelf.facts = vec![("CVE-2021-1", Facts { standing: Standing::Rejected, ..facts("nvd") })];
    let finding = &shelf.matched(&image()).findings[0];
    assert!(finding.exploit_known.is_none() && finding.cwes.is_empty() && finding.modified.is_none());
}

#[test]
fn a_damaged_shard_of_enrichment_is_a_gap_and_the_finding_stays() {
    let mut shelf = Shelf::of([row("npm", "a", "CVE-2021-1", "<2.0.0")]);
    shelf.broken.insert(plimsoll_model::ShardName::epss());
    let matched = shelf.matched(&image());
    assert_eq!(matched.findings[0].epss, None);
    assert_eq!(matched.gap_kinds(), [GapKind::ShardUnreadable]);
}

#[test]
fn a_fix_has_the_date_of_its_source_then_of_the_erratum_then_of_the_first_sight() {
    let dated = |shelf: &Shelf, image: &Inventory| shelf.matched(image).findings[0].fix_date;
    let fix_date = |kind, day| Some(FixDate { kind, at: at(day) });
    let alma = inventory("almalinux 9", [rpm("bash", "5.1-1.el9")]);
    let mut shelf = Shelf::of([row("almalinux-9", "bash", "ALSA-2024:1 CVE-2021-1", "<5.1-2.el9")]);
    assert_eq!(dated(&shelf, &alma), None, "unknown stays unknown");
    shelf.candidates[0].observed = Some(at("2026-03-01"));
    assert_eq!(dated(&shelf, &alma), fix_date(FixDateKind::FirstObserved, "2026-03-01"));
    shelf.candidates[0].advisory.published = Some(at("2024-02-01"));
    assert_eq!(dated(&shelf, &alma), fix_date(FixDateKind::Advisory, "2024-02-01"));
    shelf.candidates[0].affected.fix_date = fix_date(FixDateKind::Release, "2024-01-01");
    assert_eq!(dated(&shelf, &alma), fix_date(FixDateKind::Release, "2024-01-01"));
}

#[test]
fn the_publication_of_a_vulnerability_is_no_date_of_its_fix_and_without_a_fix_there_is_none() {
    let mut shelf = Shelf::of([row("npm", "a", "GHSA-1 CVE-2021-1", "<2.0.0")]);
    shelf.candidates[0].advisory.published = Some(at("2024-02-01"));
    assert_eq!(shelf.matched(&image()).findings[0].fix_date, None);
    let mut shelf = Shelf::of([row("npm", "a", "GHSA-1 CVE-2021-1", "*")]);
    shelf.candidates[0].observed = Some(at("2026-03-01"));
    assert_eq!(shelf.matched(&image()).findings[0].fix_date, None);
}
