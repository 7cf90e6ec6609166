//! The classes of licences.

use std::collections::BTreeSet;

use plimsoll_licenses::{CLASSES, Classes, expression};
use plimsoll_model::LicenseClass;

fn class(declared: &str) -> &'static str {
    Classes::default().of(&expression(declared).unwrap()).name()
}

#[test]
fn well_known_licences_have_their_class() {
    for (declared, expected) in [
        ("AGPL-3.0-only", "forbidden"),
        ("SSPL-1.0", "forbidden"),
        ("CC-BY-NC-4.0", "forbidden"),
        ("GPL-2.0-only WITH Classpath-exception-2.0", "restricted"),
        ("LGPL-2.1-or-later", "restricted"),
        ("CC-BY-SA-4.0", "restricted"),
        ("MPL-2.0", "reciprocal"),
        ("EPL-2.0", "reciprocal"),
        ("MIT", "notice"),
        ("Apache-2.0", "notice"),
        ("CC-BY-4.0", "notice"),
        ("MIT-0", "permissive"),
        ("Unlicense", "unencumbered"),
        ("Public Domain", "unencumbered"),
        // By what the SPDX list says of them.
        ("Watcom-1.0", "notice"),
        ("Proprietary", "unknown"),
    ] {
        assert_eq!(class(declared), expected, "{declared}");
    }
}

#[test]
fn of_licences_to_choose_from_the_mildest_counts_and_of_all_the_strictest() {
    assert_eq!(class("GPL-2.0-only OR MIT"), "notice");
    assert_eq!(class("GPL-2.0-only AND MIT"), "restricted");
    assert_eq!(class("Proprietary OR MIT"), "notice");
    assert_eq!(class("Proprietary AND MIT"), "unknown");
    assert_eq!(class("Proprietary AND GPL-2.0-only"), "restricted");
    assert_eq!(class("(AGPL-3.0-only OR MPL-2.0) AND MIT"), "reciprocal");
}

#[test]
fn a_user_may_think_otherwise() {
    let mut classes = Classes::default();
    classes.put("MPL-*", LicenseClass::Notice).unwrap();
    classes.put("MPL-1.1", LicenseClass::Forbidden).unwrap();
    classes.put("LicenseRef-Proprietary", LicenseClass::Forbidden).unwrap();
    let of = |declared: &str| classes.of(&expression(declared).unwrap()).name();
    assert_eq!(
        (of("MPL-2.0"), of("MPL-1.1"), of("Proprietary"), of("MIT")),
        ("notice", "forbidden", "forbidden", "notice")
    );
    assert!(classes.put("Apache-2", LicenseClass::Notice).is_err(), "no such licence");
}

#[test]
fn every_row_of_the_table_can_be_reached() {
    let mut seen = BTreeSet::new();
    for (at, (pattern, _)) in CLASSES.iter().enumerate() {
        assert!(seen.insert(pattern), "{pattern} stands twice");
        let hidden = CLASSES[..at].iter().any(|(before, _)| {
            before.strip_suffix('*').is_some_and(|beginning| pattern.trim_end_matches('*').starts_with(beginning))
        });
        assert!(!hidden, "{pattern} is never reached");
    }
}
