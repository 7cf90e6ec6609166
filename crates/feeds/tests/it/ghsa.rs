//! GitHub's repository of advisories: as an archive, as a zip, file by file.

use std::io::Write;

use plimsoll_feeds::{FeedError, feed_for_path};
use plimsoll_model::{AdvisoryClass, RangeEnd, Severity, VersionRange};

use crate::reading::{read, try_read, zip};

/// As GitHub writes it.
const FLATMAP: &str = r#"{"schema_version":"1.4.0","id":"GHSA-mh6f-8j2x-4483","modified":"2021-10-01T14:11:52Z",
"published":"2018-11-26T23:58:21Z","aliases":[],"summary":"Malicious code in `flatmap-stream`","severity":[],
"affected":[{"package":{"ecosystem":"npm","name":"flatmap-stream"},"ranges":[{"type":"ECOSYSTEM",
"events":[{"introduced":"0"}]}]}],"database_specific":{"cwe_ids":["CWE-506"],"severity":"CRITICAL",
"github_reviewed":true}}"#;
const LODASH: &str = r#"{"schema_version":"1.4.0","id":"GHSA-35jh-r3h4-6jhm","modified":"2024-04-17T18:39:19Z",
"published":"2021-05-06T16:05:51Z","aliases":["CVE-2021-23337"],"summary":"Command Injection in lodash",
"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H"}],"affected":[
{"package":{"ecosystem":"npm","name":"lodash"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"4.17.21"}]}]},
{"package":{"ecosystem":"RubyGems","name":"lodash-rails"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},
{"fixed":"4.17.21"}]}]}],"database_specific":{"cwe_ids":["CWE-77","CWE-94"],"severity":"HIGH","github_reviewed":true}}"#;
const UNREVIEWED: &str = r#"{"id":"GHSA-aaaa-bbbb-cccc","modified":"2024-01-01T00:00:00Z","aliases":["CVE-2024-0001"],
"affected":[],"database_specific":{"github_reviewed":false}}"#;

const TREE: [(&str, &str); 4] = [
    ("advisories/github-reviewed/2021/05/GHSA-35jh-r3h4-6jhm/GHSA-35jh-r3h4-6jhm.json", LODASH),
    ("advisories/github-reviewed/2018/11/GHSA-mh6f-8j2x-4483/GHSA-mh6f-8j2x-4483.json", FLATMAP),
    ("advisories/unreviewed/2024/01/GHSA-aaaa-bbbb-cccc/GHSA-aaaa-bbbb-cccc.json", UNREVIEWED),
    ("README.md", "# advisories"),
];

/// The repository as its host packs it: below a folder of its own, with a global header before.
fn repository(members: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    let mut global = tar::Header::new_ustar();
    let comment = "52 comment=5de1ba5ae62d5ddb9d4d96d4b3b0ce1d9bd7d0b8\n".as_bytes();
    global.set_entry_type(tar::EntryType::XGlobalHeader);
    global.set_size(comment.len() as u64);
    archive.append_data(&mut global, "pax_global_header", comment).unwrap();
    for (path, content) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        let path = format!("advisory-database-5de1ba5ae62d5ddb9d4d96d4b3b0ce1d9bd7d0b8/{path}");
        archive.append_data(&mut header, path, content.as_bytes()).unwrap();
    }
    archive.into_inner().unwrap()
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

#[test]
fn the_repository_reads_alike_in_every_packing() {
    let zipped: Vec<(&str, &[u8])> = TREE.iter().map(|(path, content)| (*path, content.as_bytes())).collect();
    for (path, bytes) in [
        ("ghsa/advisory-database.tar.gz", packed(&repository(&TREE))),
        ("ghsa/advisory-database.tar", repository(&TREE)),
        ("ghsa/advisory-database.zip", zip(&zipped)),
    ] {
        assert_eq!(feed_for_path(path).map(|feed| feed.id), Some("ghsa"));
        let parsed = read("ghsa", path, &bytes);
        assert_eq!((parsed.summary.records, parsed.summary.broken_count), (2, 0), "{path}");
        assert_eq!(parsed.summary.data_from.unwrap().date(), "2024-04-17");
        let lodash = parsed.advisory("GHSA-35jh-r3h4-6jhm");
        let rows: Vec<_> = lodash.affected.iter().map(|row| (row.shard.as_str(), row.name.as_str())).collect();
        assert_eq!(rows, [("npm", "lodash"), ("rubygems", "lodash-rails")]);
        assert_eq!(lodash.source, "ghsa");
        assert_eq!(lodash.severities[0].severity, Severity::High);
    }
}

#[test]
fn a_copy_of_the_repository_is_read_file_by_file() {
    for folder in ["ghsa", "ghsa/advisory-database"] {
        let place = |path: &str| format!("{folder}/{path}");
        let owner = |path: &str| feed_for_path(&place(path)).map(|feed| feed.id);
        assert_eq!(TREE.map(|(path, _)| owner(path)), [Some("ghsa"), Some("ghsa"), None, None]);
        assert_eq!(read("ghsa", &place(TREE[0].0), LODASH.as_bytes()).summary.records, 1);
    }
    let path = "ghsa/advisories/github-reviewed/2021/05/GHSA-a/GHSA-a.json";
    let cut = read("ghsa", path, &LODASH.as_bytes()[..300]);
    assert_eq!((cut.summary.records, cut.summary.broken_count), (0, 1));
    assert_eq!(cut.summary.broken[0].name, path);
    assert!(matches!(try_read("ghsa", path, &mut &b"<html>"[..]), Err(FeedError::Html)));
}

#[test]
fn malware_is_known_by_its_kind_its_weakness_or_the_name_that_others_gave_it() {
    let read = |record: &str| read("ghsa", "a.json", record.as_bytes()).advisories.remove(0);
    let flatmap = read(FLATMAP);
    assert_eq!(flatmap.class, AdvisoryClass::Malware);
    assert_eq!(flatmap.affected[0].ranges, [VersionRange { introduced: None, end: RangeEnd::Open }]);
    let marked = |specific: &str, aliases: &str| {
        let package = r#""package":{"ecosystem":"npm","name":"colorz"},"versions":["2.1.2"]"#;
        let record = format!(
            r#"{{"id":"GHSA-1","aliases":[{aliases}],"affected":[{{{package}}}],"database_specific":{specific}}}"#
        );
        read(&record).class
    };
    assert_eq!(marked(r#"{"type":"malware"}"#, ""), AdvisoryClass::Malware);
    assert_eq!(marked(r#"{"type":"reviewed"}"#, ""), AdvisoryClass::Vulnerability);
    assert_eq!(marked("null", r#""MAL-2024-1""#), AdvisoryClass::Malware);
    assert_eq!(marked(r#"{"cwe_ids":["CWE-506"]}"#, r#""CVE-2024-0001""#), AdvisoryClass::Vulnerability);
    assert_eq!(marked(r#"{"cwe_ids":["CWE-79"]}"#, ""), AdvisoryClass::Vulnerability);
    assert_eq!(marked(r#"{"cwe_ids":"CWE-506","type":7}"#, ""), AdvisoryClass::Vulnerability);
}

#[test]
fn an_archive_cut_anywhere_is_an_error() {
    let plain = repository(&TREE[..1]);
    let mark = plain.len() - 512;
    for end in (0..mark).step_by(64).chain([mark - 1]) {
        let cut = try_read("ghsa", "ghsa/advisory-database.tar", &mut &plain[..end]);
        assert!(cut.is_err(), "cut at {end}");
    }
    let packed = packed(&plain);
    for end in 0..packed.len() {
        let cut = try_read("ghsa", "ghsa/advisory-database.tar.gz", &mut &packed[..end]);
        assert!(cut.is_err(), "packed and cut at {end}");
    }
}

#[test]
fn a_member_too_large_is_a_broken_record_and_the_next_one_is_read() {
    let bomb = " ".repeat((16 << 20) + 1);
    let path = "advisories/github-reviewed/2021/05/GHSA-b/GHSA-b.json";
    let parsed = read("ghsa", "ghsa/advisory-database.tar.gz", &packed(&repository(&[(path, &bomb), TREE[0]])));
    assert_eq!((parsed.summary.records, parsed.summary.broken_count), (1, 1));
    assert!(parsed.summary.broken[0].why.contains("more than"));
}

#[test]
fn an_archive_without_reviewed_advisories_is_an_error() {
    assert!(try_read("ghsa", "ghsa/advisory-database.tar", &mut &*repository(&TREE[2..])).is_err());
    assert!(try_read("ghsa", "ghsa/advisory-database.zip", &mut &*zip(&[("README.md", b"")])).is_err());
}

#[test]
fn fuzz_archives_of_the_repository() {
    let sample = repository(&TREE[..2]);
    plimsoll_fuzzing::check().with_iterations(4_000).for_each(|input: &[u8]| {
        let mut bytes = sample.clone();
        for change in input.chunks_exact(3) {
            let place = usize::from(u16::from_le_bytes([change[0], change[1]])) % bytes.len();
            bytes[place] = change[2];
        }
        let _ = try_read("ghsa", "ghsa/advisory-database.tar", &mut &*bytes);
        let _ = try_read("ghsa", "ghsa/advisory-database.tar", &mut &*input);
    });
}
