//! Echo's `data.json`.

use plimsoll_model::{RangeEnd, Severity, Status};

use crate::reading::read;

pub const PATH: &str = "echo/data.json";
pub const LIST: &str = r#"{"curl":{"CVE-2024-11053":{"fixed_version":"7.88.1-10+deb12u8","severity":"high"},
"CVE-2023-38545":{"fixed_version":"0"}},"zlib":{"CVE-2023-45853":{"fixed_version":"","severity":"none yet"}}}"#;

#[test]
fn each_issue_of_a_package_is_one_row() {
    let parsed = read("echo", PATH, LIST.as_bytes());
    assert_eq!((parsed.summary.records, parsed.summary.broken_count), (3, 0));
    let curl = parsed.advisory("CVE-2024-11053");
    let row = &curl.affected[0];
    assert_eq!((row.shard.as_str(), row.name.as_str(), row.status), ("echo", "curl", Status::Affected));
    assert_eq!(row.ranges[0].end, RangeEnd::Fixed("7.88.1-10+deb12u8".into()));
    assert_eq!((curl.severities[0].severity, curl.severities[0].source.as_str()), (Severity::High, "echo"));
    assert_eq!(parsed.advisory("CVE-2023-38545").affected[0].status, Status::NotAffected);
    let open = parsed.advisory("CVE-2023-45853");
    assert_eq!(open.affected[0].ranges[0].end, RangeEnd::Open);
    assert!(open.severities.is_empty());
}

#[test]
fn one_broken_issue_is_named_and_the_rest_is_read() {
    let list =
        r#"{"curl":{"CVE-2024-1":7,"CVE-2024-11053":{"fixed_version":"1"},"../x":{"fixed_version":"1"}},"zlib":7}"#;
    let parsed = read("echo", PATH, list.as_bytes());
    assert_eq!((parsed.summary.records, parsed.summary.broken_count), (1, 3), "{:?}", parsed.summary.broken);
}
