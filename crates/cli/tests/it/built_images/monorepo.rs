//! A repository of services in six languages, each with its lock file and what its tool installed.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::Value;

use super::{difference, found, inventory, list, places, rows, scan};

static REPORT: LazyLock<Option<Value>> = LazyLock::new(|| scan("monorepo"));
static INVENTORY: LazyLock<Option<Value>> = LazyLock::new(|| inventory("monorepo"));

#[test]
fn packages_of_each_language_are_those_that_its_own_tool_lists() {
    let Some(report) = &*REPORT else { return };
    let with = |name: &str, more: &str| list(name).into_iter().chain([more.to_owned()]).collect::<BTreeSet<_>>();
    let mut rust = list("rust");
    rust.remove("harbour-rust@0.3.0");
    let mut go = with("go", "plimsoll.test/harbour@(devel)");
    go.extend(list("go-stdlib"));
    for (kind, listed) in [
        ("npm", with("monorepo-npm", "web@1.0.0")),
        ("pypi", list("monorepo-python")),
        ("maven", list("monorepo-java")),
        ("go", go),
        ("cargo", rust),
        ("gem", list("monorepo-ruby")),
    ] {
        assert_eq!(difference(&found(report, kind), &listed), [""; 0], "{kind}");
    }
}

#[test]
fn what_is_installed_and_what_lock_files_name_stay_apart() {
    let Some(report) = &*REPORT else { return };
    let locks = [
        "srv/web/package-lock.json",
        "srv/api/requirements.txt",
        "srv/shop/pom.xml",
        "srv/router/go.mod",
        "srv/probe/Cargo.lock",
        "srv/mailer/Gemfile.lock",
    ];
    let mut seen = BTreeSet::new();
    for row in report["packages"].as_array().unwrap() {
        let of_locks = places(row).all(|place| locks.contains(&place));
        assert_eq!(row["presence"] == "declared", of_locks, "{row}");
        seen.extend(places(row).filter(|place| locks.contains(place)));
    }
    assert_eq!(seen, BTreeSet::from(locks));
}

#[test]
fn each_package_was_brought_by_the_layer_of_its_service() {
    let Some(report) = &*REPORT else { return };
    for (layer, kind) in (0_u64..).zip(["npm", "pypi", "maven", "go", "cargo", "gem"]) {
        assert!(rows(report, kind).all(|row| row["introduced_in"] == layer), "{kind}");
    }
}

#[test]
fn what_npm_leaves_out_of_production_is_for_development() {
    let Some(bill) = &*INVENTORY else { return };
    let packages = bill["packages"].as_array().unwrap().iter();
    let locked: BTreeSet<String> = packages
        .filter(|row| row["kind"] == "npm" && row["presence"] == "declared" && row["development"] != true)
        .map(|row| format!("{}@{}", row["name"].as_str().unwrap(), row["version"].as_str().unwrap()))
        .collect();
    assert_eq!(difference(&locked, &list("monorepo-npm-production")), [""; 0]);
}

#[test]
fn packages_of_every_language_say_what_they_need() {
    let Some(bill) = &*INVENTORY else { return };
    let package = |at: &Value| &bill["packages"][usize::try_from(at.as_u64().unwrap()).unwrap()];
    let name = |at: &Value| package(at)["name"].as_str().unwrap();
    let relations = bill["relations"].as_array().unwrap().iter();
    let present = relations.filter(|row| package(&row["from"])["presence"] == "present");
    let needs: BTreeSet<(&str, &str)> = present.map(|row| (name(&row["from"]), name(&row["to"]))).collect();
    for pair in [
        ("express", "send"),
        ("Flask", "Jinja2"),
        ("requests", "urllib3"),
        ("plimsoll.test/harbour", "gopkg.in/yaml.v2"),
        ("regex", "memchr"),
        ("mail", "mini_mime"),
    ] {
        assert!(needs.contains(&pair), "{pair:?}");
    }
}
