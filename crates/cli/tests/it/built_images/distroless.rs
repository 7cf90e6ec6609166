//! Debian packages without dpkg and a shell, as distroless images lay them out, and one program.

use std::sync::LazyLock;

use serde_json::Value;

use super::debian::{deb_lines, tracker_says};
use super::{difference, found, inventory, list, scan};

static REPORT: LazyLock<Option<Value>> = LazyLock::new(|| scan("distroless"));

#[test]
fn packages_are_those_that_their_archives_name() {
    let Some(report) = &*REPORT else { return };
    assert_eq!(report["system"]["id"], "debian");
    assert_eq!(report["system"]["version"], "12");
    assert_eq!(difference(&deb_lines(report), &list("distroless")), [""; 0]);
    let mut modules = list("go");
    modules.extend(list("go-stdlib"));
    modules.insert("plimsoll.test/harbour@(devel)".into());
    assert_eq!(difference(&found(report, "go"), &modules), [""; 0]);
    // What is recognised in libraries of packages is theirs.
    let packages = report["packages"].as_array().unwrap().iter();
    let others = packages.filter(|row| !matches!(row["kind"].as_str(), Some("deb" | "go")));
    for row in others {
        let owner = row["owner"].as_u64().map(|at| report["packages"][at as usize]["kind"].as_str());
        assert_eq!((row["kind"].as_str(), owner), (Some("generic"), Some(Some("deb"))), "{row}");
    }
}

#[test]
fn findings_are_what_dpkg_says_of_the_tracker() {
    let Some(report) = &*REPORT else { return };
    tracker_says(report, 30);
}

#[test]
fn every_program_but_the_added_one_belongs_to_a_package() {
    let (Some(bill), Some(_)) = (inventory("distroless"), REPORT.as_ref()) else { return };
    let programs = bill["programs"].as_array().unwrap();
    assert!(programs.len() > 100, "{}", programs.len());
    let without_owner: Vec<&Value> = programs.iter().filter(|program| program["owner"].is_null()).collect();
    let [program] = without_owner[..] else { panic!("{without_owner:?}") };
    assert_eq!(program["location"], "usr/local/bin/harbour-go");
    assert_eq!(program["recognised"], true);
}
