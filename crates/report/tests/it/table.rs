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

#[test]
fn what_was_suppressed_is_counted_and_listed_where_that_is_asked_for() {
    let counted = written("table", Style::default());
    assert!(counted.contains("1 match suppressed: 1 owned by os package; --show-suppressed lists them."));
    let listed = written("table", Style { shows_suppressed: true, ..Style::default() });
    assert!(listed.lines().all(|line| line.chars().count() <= 80), "{listed}");
    let section: Vec<&str> = listed.lines().skip_while(|line| !line.contains("suppressed")).take(4).collect();
    assert_eq!(
        section,
        [
            "1 match suppressed: 1 owned by os package",
            "  CVE-2020-0001  org.a:shaded 1.0                            owned by os package",
            "    python3-requests owns it, and the distribution answers for this CVE",
            "",
        ]
    );
    let mut quiet = crate::sample::report();
    quiet.suppressed.clear();
    let mut text = Vec::new();
    (plimsoll_report::format("table").unwrap().write)(&quiet, Style::default(), &mut text).unwrap();
    assert!(!String::from_utf8(text).unwrap().contains("suppressed"));
}
