//! Jars, shaded ones and a war among them.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::Value;

use super::{difference, found, list, places, reviewed, rows, scan};

static REPORT: LazyLock<Option<Value>> = LazyLock::new(|| scan("java"));

#[test]
fn packages_are_those_that_maven_and_the_jars_themselves_list() {
    let Some(report) = &*REPORT else { return };
    let listed = list("java");
    assert!(listed.len() > 50);
    // Shaded jars hold more artifacts than Maven resolved; each names itself in a `pom.properties`.
    let inside: BTreeSet<String> =
        list("java-poms").iter().map(|line| line.split('|').next().unwrap().to_owned()).collect();
    let found = found(report, "maven");
    assert_eq!(difference(&found, &listed.union(&inside).cloned().collect()), [""; 0]);
}

#[test]
fn a_jar_in_a_war_is_a_further_place_of_its_package() {
    let Some(report) = &*REPORT else { return };
    let row = rows(report, "maven").find(|row| row["name"] == "org.apache.commons:commons-text").unwrap();
    let places: Vec<&str> = places(row).collect();
    assert_eq!(places.len(), 2, "{row}");
    assert!(
        places.iter().any(|place| place.starts_with("opt/java/harbour.war!WEB-INF/lib/commons-text-1.9.jar")),
        "{row}"
    );
    assert!(places.iter().any(|place| place.starts_with("opt/java/lib/commons-text-1.9.jar")), "{row}");
}

#[test]
fn findings_are_as_reviewed() {
    let Some(report) = &*REPORT else { return };
    reviewed("java", report);
}
