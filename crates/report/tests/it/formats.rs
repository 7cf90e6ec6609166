//! What every format promises.

use plimsoll_report::{BILLS, Bill, FORMATS, LAYERS, Style, format};

use crate::sample::report;

/// A report in one format.
pub fn written(name: &str, style: Style) -> String {
    let mut out = Vec::new();
    (format(name).unwrap().write)(&report(), style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// An inventory in every format that it has, with the name of each.
pub fn bills() -> Vec<(&'static str, String)> {
    let report = report();
    let bill = Bill { plimsoll_version: "0.0.0", image: &report.image, inventory: &report.inventory };
    let write = |format: &plimsoll_report::BillFormat| {
        let mut out = Vec::new();
        (format.write)(&bill, Style::default(), &mut out).unwrap();
        (format.name, String::from_utf8(out).unwrap())
    };
    BILLS.iter().chain(LAYERS).map(write).collect()
}

#[test]
fn names_of_formats_are_unique() {
    let mut names: Vec<_> = FORMATS.iter().map(|format| format.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), FORMATS.len());
}

#[test]
fn no_format_lets_control_characters_of_strangers_through() {
    for format in FORMATS {
        let text = written(format.name, Style::default());
        assert!(text.chars().all(|letter| !letter.is_control() || letter == '\n'), "{}", format.name);
    }
    for (name, text) in bills() {
        assert!(text.chars().all(|letter| !letter.is_control() || letter == '\n'), "{name}");
    }
}

#[test]
fn a_format_is_the_same_every_time() {
    for format in FORMATS {
        assert_eq!(written(format.name, Style::default()), written(format.name, Style::default()));
    }
}
