//! OSV's events as ranges.

use std::cmp::Ordering;

use plimsoll_model::{RangeEnd, VersionRange};
use plimsoll_versions::Scheme;

use super::raw::Event;
use crate::text;

enum Mark<'a> {
    Introduced(&'a str),
    Fixed(&'a str),
    LastAffected(&'a str),
    Limit(&'a str),
}

impl<'a> Mark<'a> {
    fn version(&self) -> &'a str {
        match self {
            Self::Introduced(version) | Self::Fixed(version) | Self::LastAffected(version) | Self::Limit(version) => {
                version
            }
        }
    }
}

/// Reads the events of one range: each `introduced` opens a range, the next end closes it.
///
/// They are read in the order given, unless there are several pairs out of order: then in the order
/// of `scheme`, or from the back where that cannot tell and they stand newest first. A single pair
/// that ends before it begins stays as it is and holds nothing.
///
/// Two fixes in a row (branches of one introduction) make two ranges from the same beginning, so
/// that the fix nearest to what is installed can be shown. An `introduced` inside an open range says
/// nothing new. A range without any `introduced` starts at the beginning.
pub(super) fn ranges(events: &[Event], scheme: Option<Scheme>) -> Result<Vec<VersionRange>, String> {
    let mut marks = Vec::with_capacity(events.len());
    for event in events {
        let fields = [
            event.introduced.as_deref().map(Mark::Introduced),
            event.fixed.as_deref().map(Mark::Fixed),
            event.last_affected.as_deref().map(Mark::LastAffected),
            event.limit.as_deref().map(Mark::Limit),
        ];
        marks.extend(fields.into_iter().flatten().filter(|mark| !matches!(mark, Mark::Limit("*"))));
    }
    let begins = |mark: Option<&Mark<'_>>| matches!(mark, Some(Mark::Introduced(_)));
    let is_sorted = marks.len() > 2 && scheme.is_some_and(|scheme| sort(&mut marks, scheme));
    if !is_sorted && !begins(marks.first()) && begins(marks.last()) {
        marks.reverse();
    }
    let has_beginning = marks.iter().any(|mark| begins(Some(mark)));

    let mut found = Vec::new();
    let mut beginning = (!has_beginning).then_some(None);
    let mut is_open = false;
    for mark in marks {
        let end = match mark {
            Mark::Introduced(version) => {
                if !is_open {
                    beginning = Some(start(version)?);
                    is_open = true;
                }
                continue;
            }
            Mark::Fixed(version) => RangeEnd::Fixed(text::version(version)?.to_owned()),
            Mark::LastAffected(version) => RangeEnd::LastAffected(text::version(version)?.to_owned()),
            Mark::Limit(version) => RangeEnd::Before(text::version(version)?.to_owned()),
        };
        if let Some(introduced) = beginning.clone() {
            found.push(VersionRange { introduced, end });
        }
        is_open = false;
    }
    if let Some(introduced) = beginning.filter(|_| is_open) {
        found.push(VersionRange { introduced, end: RangeEnd::Open });
    }
    Ok(found)
}

/// Sorts by the scheme; `false`, with nothing moved, where it cannot read one of the versions.
fn sort(marks: &mut [Mark<'_>], scheme: Scheme) -> bool {
    let order = |left: &Mark<'_>, right: &Mark<'_>| match (left.version(), right.version()) {
        ("0", "0") => Ordering::Equal,
        ("0", _) => Ordering::Less,
        (_, "0") => Ordering::Greater,
        (left, right) => scheme.compare(left, right).unwrap_or(Ordering::Equal),
    };
    let is_readable = marks.iter().all(|mark| mark.version() == "0" || scheme.check(mark.version()).is_ok());
    if is_readable && !marks.is_sorted_by(|left, right| order(left, right).is_le()) {
        marks.sort_by(order);
    }
    is_readable
}

/// `0` is OSV's word for the beginning; `0.0.0-0` is RustSec's, the lowest of all semantic versions.
fn start(version: &str) -> Result<Option<String>, String> {
    let version = text::version(version)?;
    Ok((!matches!(version, "0" | "0.0.0-0")).then(|| version.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Vec<String> {
        read_in(json, None)
    }

    fn read_in(json: &str, scheme: Option<Scheme>) -> Vec<String> {
        let events: Vec<Event> = serde_json::from_str(json).unwrap();
        let show = |range: &VersionRange| {
            let from = range.introduced.as_deref().unwrap_or("-");
            match &range.end {
                RangeEnd::Open => format!("{from}.."),
                RangeEnd::Fixed(end) => format!("{from}..<{end}"),
                RangeEnd::LastAffected(end) => format!("{from}..={end}"),
                RangeEnd::Before(end) => format!("{from}..|{end}"),
            }
        };
        ranges(&events, scheme).unwrap().iter().map(show).collect()
    }

    #[test]
    fn several_intervals_of_one_range_pair_in_the_order_given() {
        let events = r#"[{"introduced":"0"},{"fixed":"1.2"},{"introduced":"2.0"},{"fixed":"2.3"},{"introduced":"3"}]"#;
        assert_eq!(read(events), ["-..<1.2", "2.0..<2.3", "3.."]);
    }

    #[test]
    fn every_kind_of_end_keeps_its_meaning() {
        assert_eq!(read(r#"[{"introduced":"1"},{"last_affected":"2"}]"#), ["1..=2"]);
        assert_eq!(read(r#"[{"introduced":"1"},{"limit":"2"}]"#), ["1..|2"]);
        assert_eq!(read(r#"[{"introduced":"1"},{"limit":"*"}]"#), ["1.."]);
        assert_eq!(read(r#"[{"introduced":"0.0.0-0"}]"#), ["-.."]);
        assert_eq!(read(r#"[{"introduced":"1","fixed":"2"}]"#), ["1..<2"]);
    }

    #[test]
    fn events_written_newest_first_are_read_from_the_back() {
        assert_eq!(read(r#"[{"fixed":"1.2"},{"introduced":"0"}]"#), ["-..<1.2"]);
        let events = r#"[{"fixed":"2.3"},{"introduced":"2.0"},{"fixed":"1.2"},{"introduced":"0"}]"#;
        assert_eq!(read(events), ["-..<1.2", "2.0..<2.3"]);
    }

    #[test]
    fn a_fix_without_a_beginning_counts_from_the_first_version() {
        assert_eq!(read(r#"[{"fixed":"1.2"}]"#), ["-..<1.2"]);
    }

    #[test]
    fn fixes_of_several_branches_share_their_beginning() {
        let events = r#"[{"introduced":"0"},{"fixed":"6.6"},{"fixed":"5.21.5"}]"#;
        assert_eq!(read(events), ["-..<6.6", "-..<5.21.5"]);
    }

    #[test]
    fn an_introduction_inside_an_open_range_says_nothing_new() {
        let events = r#"[{"introduced":"2.53.6"},{"introduced":"2.54.3"},{"fixed":"2.71.18"}]"#;
        assert_eq!(read(events), ["2.53.6..<2.71.18"]);
    }

    #[test]
    fn no_events_are_no_range_and_an_empty_version_is_an_error() {
        assert!(read("[]").is_empty());
        let events: Vec<Event> = serde_json::from_str(r#"[{"introduced":" "}]"#).unwrap();
        assert!(ranges(&events, None).is_err());
    }

    #[test]
    fn several_pairs_out_of_order_are_read_in_the_order_of_their_scheme() {
        let events = r#"[{"introduced":"0"},{"fixed":"5.21.4"},{"introduced":"4.0.0"},
            {"introduced":"0.0.0-20200331193331-03aab09f5b5c"},{"fixed":"0.0.0-20250827065555-0494f5d47e41"}]"#;
        let expected = ["-..<0.0.0-20250827065555-0494f5d47e41", "4.0.0..<5.21.4"];
        assert_eq!(read_in(events, Some(Scheme::Go)), expected);
        let newest_first = r#"[{"fixed":"10.0"},{"introduced":"9.0"},{"fixed":"1.2"},{"introduced":"0"}]"#;
        assert_eq!(read_in(newest_first, Some(Scheme::Pep440)), ["-..<1.2", "9.0..<10.0"]);
    }

    #[test]
    fn what_the_scheme_cannot_read_stays_in_the_order_given() {
        let events = r#"[{"introduced":"0"},{"fixed":"?"},{"introduced":"3"},{"fixed":"2"}]"#;
        assert_eq!(read_in(events, Some(Scheme::Pep440)), ["-..<?", "3..<2"]);
    }

    #[test]
    fn one_pair_that_ends_before_it_begins_is_left_alone() {
        assert_eq!(read_in(r#"[{"introduced":"9"},{"fixed":"1"}]"#, Some(Scheme::Pep440)), ["9..<1"]);
    }
}
