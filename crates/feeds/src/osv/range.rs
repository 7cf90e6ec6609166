//! OSV's events as ranges.

use plimsoll_model::{RangeEnd, VersionRange};

use super::raw::Event;
use crate::text;

enum Mark<'a> {
    Introduced(&'a str),
    Fixed(&'a str),
    LastAffected(&'a str),
    Limit(&'a str),
}

/// Reads the events of one range in the order given: each `introduced` opens a range, the next end
/// closes it. Written newest first, they are read from the back.
///
/// Two fixes in a row (branches of one introduction) make two ranges from the same beginning, so
/// that the fix nearest to what is installed can be shown. An `introduced` inside an open range says
/// nothing new. A range without `introduced` starts at the beginning.
pub(super) fn ranges(events: &[Event]) -> Result<Vec<VersionRange>, String> {
    let mut marks = Vec::with_capacity(events.len());
    for event in events {
        let fields = [
            event.introduced.as_deref().map(Mark::Introduced),
            event.fixed.as_deref().map(Mark::Fixed),
            event.last_affected.as_deref().map(Mark::LastAffected),
            event.limit.as_deref().map(Mark::Limit),
        ];
        marks.extend(fields.into_iter().flatten());
    }
    let is_backwards =
        !matches!(marks.first(), Some(Mark::Introduced(_))) && matches!(marks.last(), Some(Mark::Introduced(_)));
    if is_backwards {
        marks.reverse();
    }

    let mut found = Vec::new();
    let mut beginning = None;
    let mut is_open = false;
    for mark in marks {
        let end = match mark {
            Mark::Introduced(version) => {
                if !is_open {
                    beginning = start(version)?;
                    is_open = true;
                }
                continue;
            }
            Mark::Limit("*") => continue,
            Mark::Fixed(version) => RangeEnd::Fixed(text::version(version)?.to_owned()),
            Mark::LastAffected(version) => RangeEnd::LastAffected(text::version(version)?.to_owned()),
            Mark::Limit(version) => RangeEnd::Before(text::version(version)?.to_owned()),
        };
        found.push(VersionRange { introduced: beginning.clone(), end });
        is_open = false;
    }
    if is_open {
        found.push(VersionRange { introduced: beginning, end: RangeEnd::Open });
    }
    Ok(found)
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
        ranges(&events).unwrap().iter().map(show).collect()
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
        assert!(ranges(&events).is_err());
    }
}
