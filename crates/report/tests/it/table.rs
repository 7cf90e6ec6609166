//! The report for people.

use plimsoll_report::Style;

use crate::formats::written;

#[test]
fn the_table_reads_well_at_eighty_columns() {
    let text = written("table", Style::default());
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn colours_change_nothing_but_the_colours() {
    let plain = written("table", Style::default());
    let painted = written("table", Style { color: true, ..Style::default() });
    assert_ne!(plain, painted);
    let mut bare = String::new();
    let mut rest = painted.as_str();
    while let Some(at) = rest.find('\x1b') {
        bare.push_str(&rest[..at]);
        rest = &rest[at + rest[at..].find('m').unwrap() + 1..];
    }
    bare.push_str(rest);
    assert_eq!(bare, plain);
}

#[test]
fn findings_of_removed_packages_stand_apart() {
    let text = written("table", Style::default());
    assert!(!text.contains("CVE-2021-44906"));
    assert!(text.contains("1 finding in 1 package"));
}
