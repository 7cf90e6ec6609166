//! Programs that only a product's name leads to.

use plimsoll_model::{CpeLimits, GapKind, InstalledPackage, MatchedBy, PackageKind};

use crate::shelf::{Shelf, Told, With, deb, inventory, package, row};

const OPENSSL: &str = "cpe:2.3:a:openssl:openssl:1.0.1f:*:*:*:*:*:*:*";

fn program(name: &str, version: &str, cpe: &str) -> InstalledPackage {
    package(PackageKind::Generic, name, version).named(cpe)
}

fn heartbleed() -> Shelf {
    Shelf::of([row("cpe", "openssl:openssl", "CVE-2014-0160", ">=1.0.1 <1.0.1g || =1.0.2-beta1")])
}

/// Whether a row with these limits speaks of a program with this name.
fn fits(limits: CpeLimits, cpe: &str) -> bool {
    let mut shelf = Shelf::of([row("cpe", "v:p", "CVE-2020-1", "<2.0")]);
    shelf.candidates[0].affected.scope.cpe = Some(limits);
    !shelf.matched(&inventory("scratch", [program("p", "1.0", cpe)])).findings.is_empty()
}

#[test]
fn a_program_is_found_by_its_product_name_and_the_finding_says_that_this_is_less_sure() {
    let shelf = heartbleed();
    for (version, affected) in [("1.0.1f", true), ("1.0.1g", false), ("1.0.2-beta1", true), ("1.0.0", false)] {
        let matched = shelf.matched(&inventory("scratch", [program("openssl", version, OPENSSL)]));
        assert_eq!(matched.findings.len(), usize::from(affected), "{version}");
        assert!(matched.findings.iter().all(plimsoll_model::Finding::is_less_sure));
    }
    let matched = shelf.matched(&inventory("scratch", [program("openssl", "1.0.1f", OPENSSL)]));
    let evidence = &matched.findings[0].evidence[0];
    assert_eq!((evidence.matched_by, evidence.matched_name.as_str()), (MatchedBy::Cpe, "openssl:openssl"));
    assert_eq!(matched.found(), ["CVE-2014-0160 0 1.0.1g"]);
}

#[test]
fn a_package_that_a_distributions_feed_covers_is_never_matched_by_product_name() {
    let shelf = heartbleed().with_shard("debian-12");
    let packages = [deb("openssl", "1.0.1f-1"), program("openssl", "1.0.1f", OPENSSL).owned_by(0)];
    let matched = shelf.matched(&inventory("debian 12", packages));
    assert!(matched.findings.is_empty());
    assert!(matched.gaps(GapKind::SkippedPackages)[0].contains("for which the feed of Debian answers"));

    let mut named = deb("openssl", "1.0.1f-1").named(OPENSSL);
    named.package.cpes.push("cpe:/a:openssl:openssl".into());
    assert!(shelf.matched(&inventory("debian 12", [named])).findings.is_empty());
}

#[test]
fn a_strangers_package_does_not_answer_for_what_it_owns() {
    let shelf = heartbleed().with_shard("debian-12");
    let packages = [deb("openssl", "1.0.1f-1~bookworm"), program("openssl", "1.0.1f", OPENSSL).owned_by(0)];
    assert_eq!(shelf.matched(&inventory("debian 12", packages)).findings.len(), 1);
}

#[test]
fn a_language_package_is_matched_by_its_ecosystem_alone() {
    let shelf = Shelf::of([row("cpe", "lodash:lodash", "CVE-2020-1", "*")]).with_shard("npm");
    let lodash = package(PackageKind::Npm, "lodash", "4.0.0").named("cpe:2.3:a:lodash:lodash:4.0.0:*:*:*:*:*:*:*");
    assert!(shelf.matched(&inventory("scratch", [lodash])).findings.is_empty());
}

#[test]
fn without_product_names_in_the_database_the_coverage_says_so() {
    let shelf = Shelf::of([]);
    let matched = shelf.matched(&inventory("scratch", [program("openssl", "1.0.1f", OPENSSL)]));
    assert_eq!(matched.gap_kinds(), [GapKind::NoCpeFeed]);
    let matched = heartbleed().matched(&inventory("scratch", [program("openssl", "1.0.1f", "no cpe")]));
    assert_eq!(matched.gap_kinds(), [GapKind::NoIdentity]);
}

#[test]
fn target_software_and_edition_are_compared() {
    let plain = "cpe:2.3:a:v:p:1.0:*:*:*:*:*:*:*";
    let of_node = "cpe:2.3:a:v:p:1.0:*:*:*:lts:node.js:*:*";
    let target = |text: &str| CpeLimits { target_software: Some(text.into()), ..CpeLimits::default() };
    let edition = |text: &str| CpeLimits { edition: Some(text.into()), ..CpeLimits::default() };
    for (limits, cpe, expected) in [
        (CpeLimits::default(), plain, true),
        (target("wordpress"), plain, false),
        (target("windows"), plain, false),
        (target("linux"), plain, true),
        (target("node.js"), of_node, true),
        (target("wordpress"), of_node, false),
        (edition("lts"), plain, true),
        (edition("lts"), of_node, true),
        (edition("enterprise"), of_node, false),
    ] {
        assert_eq!(fits(limits.clone(), cpe), expected, "{limits:?} {cpe}");
    }
}

#[test]
fn company_that_no_linux_image_offers_rules_a_row_out_and_other_company_is_told() {
    let plain = "cpe:2.3:a:v:p:1.0:*:*:*:*:*:*:*";
    let with = |names: &[&str]| CpeLimits {
        with: names.iter().map(|name| (*name).to_owned()).collect(),
        ..CpeLimits::default()
    };
    assert!(!fits(with(&["apple:macos", "microsoft:windows_10"]), plain));
    assert!(fits(with(&["apple:macos", "linux:linux_kernel"]), plain));
    let mut shelf = Shelf::of([row("cpe", "v:p", "CVE-2020-1", "<2.0")]);
    shelf.candidates[0].affected.scope.cpe = Some(with(&["apache:tomcat"]));
    let matched = shelf.matched(&inventory("scratch", [program("p", "1.0", plain)]));
    assert_eq!(matched.findings[0].evidence[0].range, "< 2.0, together with apache:tomcat");
}

#[test]
fn a_range_that_begins_after_a_version_leaves_that_version_out() {
    let mut shelf = Shelf::of([row("cpe", "v:p", "CVE-2020-1", ">=1.0 <2.0")]);
    shelf.candidates[0].affected.scope.cpe = Some(CpeLimits { except: vec!["1.0".into()], ..CpeLimits::default() });
    let found =
        |version| !shelf.matched(&inventory("scratch", [program("p", version, "cpe:/a:v:p")])).findings.is_empty();
    assert!(!found("1.0") && !found("1.0.0") && found("1.0.1") && !found("2.0"));
}
