//! What gets no fixes any more on the day of the scan.

use plimsoll_matching::{MatchOptions, match_inventory};
use plimsoll_model::{InstalledPackage, LifeCycle, PackageKind, Presence, Support, Timestamp};

use crate::shelf::{Shelf, With, deb, inventory, package};

fn cycle(product: &str, release: &str, until: &str) -> LifeCycle {
    LifeCycle {
        product: product.into(),
        release: release.into(),
        released: None,
        support: Timestamp::parse(until).map_or(Support::Open, Support::Until),
        extended: None,
        source: "written".into(),
    }
}

fn shelf() -> Shelf {
    let mut shelf = Shelf::of([]).with_shard("debian-10").with_shard("go");
    shelf.cycles = vec![
        cycle("debian", "10", "2022-09-10"),
        cycle("debian", "1", "1997-01-01"),
        cycle("alpine-linux", "3.10", "2021-05-01"),
        cycle("alpine-linux", "3.1", "2016-11-01"),
        cycle("go", "1.20", "2024-02-06"),
        cycle("go", "1.2", "2013-12-01"),
        cycle("go", "1.99", "open"),
        cycle("python", "3.8", "2024-10-07"),
    ];
    shelf
}

/// What is over, as `product release` with the package's place.
fn over(system: &str, packages: impl IntoIterator<Item = InstalledPackage>, day: &str) -> Vec<String> {
    let options = MatchOptions { now: Timestamp::parse(day), ..MatchOptions::default() };
    let matched = match_inventory(&inventory(system, packages), &shelf(), &options);
    let place = |package: Option<u32>| package.map_or_else(String::new, |at| format!(" of {at}"));
    let told =
        |end: &plimsoll_model::EndOfLife| format!("{} {}{}", end.cycle.product, end.cycle.release, place(end.package));
    matched.end_of_life.iter().map(told).collect()
}

#[test]
fn a_release_is_over_the_day_after_its_last() {
    assert_eq!(over("debian 10", [], "2022-09-10"), [""; 0]);
    assert_eq!(over("debian 10", [], "2022-09-11"), ["debian 10"]);
    assert_eq!(over("debian 10.13", [], "2023-01-01"), ["debian 10"]);
    assert_eq!(over("debian 12", [], "2030-01-01"), [""; 0], "a release that nobody knows");
    assert_eq!(over("debian trixie/sid", [], "2030-01-01"), [""; 0]);
    assert_eq!(over("scratch", [], "2030-01-01"), [""; 0]);
}

#[test]
fn the_longest_name_that_fits_is_the_release() {
    assert_eq!(over("alpine 3.10.9", [], "2022-01-01"), ["alpine-linux 3.10"]);
    assert_eq!(over("alpine 3.11.1", [], "2022-01-01"), [""; 0]);
}

#[test]
fn runtimes_that_are_packages_are_told_but_not_those_that_the_distribution_brought() {
    let python = || package(PackageKind::Generic, "python", "3.8.20");
    let packages = [
        deb("python3.8", "3.8.20-1"),
        python().owned_by(0),
        python(),
        python().presence(Presence::Shadowed),
        package(PackageKind::Go, "stdlib", "1.20.3"),
        package(PackageKind::Go, "stdlib", "1.99.0"),
    ];
    assert_eq!(over("debian 12", packages, "2025-01-01"), ["python 3.8 of 2", "go 1.20 of 4"]);
}

#[test]
fn without_a_clock_nothing_is_over() {
    let matched = match_inventory(&inventory("debian 10", []), &shelf(), &MatchOptions::default());
    assert!(matched.end_of_life.is_empty());
}
