//! Input that is cut, flipped, endless or something else altogether: an error or a count, never a
//! crash.

use std::io::{self, Read, Write};

use plimsoll_feeds::{FEEDS, Feed, FeedError, parse};

use crate::reading::{read, try_read, zip};
use crate::{arch, gentoo, photon, redhat_repositories, updateinfo};

const RECORD: &str = r#"{"id":"GHSA-1","aliases":["CVE-2020-0001"],"summary":"s","details":"d",
"published":"2020-01-01T00:00:00Z","modified":"2020-01-01T00:00:00Z","severity":[{"type":"CVSS_V3",
"score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],"references":[{"type":"ADVISORY","url":"https://a"}],
"affected":[{"package":{"ecosystem":"Go","name":"m"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},
{"fixed":"1.2.3"}]}],"versions":["1"],"ecosystem_specific":{"imports":[{"path":"m/p","symbols":["S"]}],
"custom_ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2"}]}]}}]}"#;
const TRACKER: &str = r#"{"bash":{"CVE-2020-0001":{"description":"d","releases":{"bookworm":{"status":"resolved",
"fixed_version":"5.2-1","repositories":{"bookworm":"5.2-1"},"urgency":"low**","nodsa_reason":"ignored"}}}}}"#;
const SECDB: &str = r#"{"distroversion":"v3.20","reponame":"main","packages":[{"pkg":{"name":"xen","secfixes":{
"4.1-r0":["CVE-2020-0001 XSA-1"],"0":["CVE-2020-0002"]}}}]}"#;
const KEV: &str = r#"{"dateReleased":"2025-08-25T17:04:19Z","vulnerabilities":[{"cveID":"CVE-2020-0001",
"dateAdded":"2025-08-25","dueDate":"2025-09-15","knownRansomwareCampaignUse":"Known"}]}"#;

/// A sample of each streamed format, with a feed that reads it and a path.
const STREAMED: [(&str, &str, &str); 11] = [
    ("echo", crate::echo::PATH, crate::echo::LIST),
    ("gentoo", gentoo::PATH, gentoo::GLSA),
    ("amazon-2", updateinfo::AMAZON, updateinfo::ALAS),
    ("photon", photon::PATH, photon::LIST),
    ("arch", arch::PATH, arch::GROUPS),
    ("debian", "debian/data.json", TRACKER),
    ("alpine", "alpine-secdb/v3.20/main.json", SECDB),
    ("redhat-repositories", redhat_repositories::PATH, redhat_repositories::TABLE),
    ("kev", "kev/known_exploited_vulnerabilities.json", KEV),
    ("nvd", "nvd/nvdcve-2.0-2014.json.gz", crate::nvd::HEARTBLEED),
    ("cvelist", "cvelist/cves/2024/3xxx/CVE-2024-3094.json", crate::cvelist::XZ),
];

/// Where a file of the feed may lie.
fn place_of(feed: &Feed) -> String {
    let published = feed.downloads().into_iter().next();
    published.map_or_else(|| feed.layout[0].to_owned(), |download| download.mirror_path)
}

#[test]
fn a_web_page_is_named_as_such_with_a_hint() {
    for feed in FEEDS {
        let path = &place_of(feed);
        let page = b"\n <!DOCTYPE html><html>Please log in</html>";
        let error = parse(feed, path, &mut &page[..], &mut |_| {}).unwrap_err();
        assert!(matches!(error, FeedError::Html), "{}: {error}", feed.id);
        assert!(error.hint().is_some());
    }
}

#[test]
fn empty_input_is_an_error() {
    for feed in FEEDS {
        let path = &place_of(feed);
        assert!(parse(feed, path, &mut io::empty(), &mut |_| {}).is_err(), "{}", feed.id);
    }
    assert!(try_read("osv-go", "osv/Go/all.zip", &mut &*zip(&[])).is_err());
    assert!(try_read("osv-go", "osv/Go/all.zip", &mut &*zip(&[("readme.txt", b"")])).is_err());
}

#[test]
fn a_file_cut_anywhere_is_an_error() {
    for (feed, path, sample) in STREAMED {
        for end in 0..sample.len() {
            assert!(try_read(feed, path, &mut &sample.as_bytes()[..end]).is_err(), "{feed} cut at {end}");
        }
        assert_eq!(read(feed, path, sample.as_bytes()).summary.broken_count, 0, "{feed}");
    }
    let bytes = zip(&[("a.json", RECORD.as_bytes())]);
    for end in 0..bytes.len() {
        assert!(try_read("osv-go", "osv/Go/all.zip", &mut &bytes[..end]).is_err(), "zip cut at {end}");
    }
}

#[test]
fn text_after_the_document_is_an_error() {
    for (feed, path, sample) in STREAMED {
        assert!(try_read(feed, path, &mut format!("{sample} {{}}").as_bytes()).is_err(), "{feed}");
    }
}

#[test]
fn a_byte_order_mark_is_passed_over() {
    for (feed, path, sample) in STREAMED {
        assert_eq!(
            read(feed, path, format!("\u{feff}{sample}").as_bytes()).summary.records,
            read(feed, path, sample.as_bytes()).summary.records
        );
    }
}

#[test]
fn a_real_zip_cut_at_every_kibibyte_is_an_error() {
    let Some(mirror) = plimsoll_beside::shared("feeds") else { return };
    let bytes =
        plimsoll_model::read_capped(std::fs::File::open(mirror.join("osv/npm/all.zip")).unwrap(), 1 << 24).unwrap();
    for end in (0..bytes.len()).step_by(1024) {
        assert!(try_read("osv-npm", "osv/npm/all.zip", &mut &bytes[..end]).is_err(), "cut at {end}");
    }
}

#[test]
fn real_documents_cut_at_every_kibibyte_are_errors() {
    let Some(mirror) = plimsoll_beside::shared("feeds") else { return };
    for path in ["alpine-secdb/v3.10/main.json", "alpine-secdb/v3.6/community.json"] {
        let bytes = plimsoll_model::read_capped(std::fs::File::open(mirror.join(path)).unwrap(), 1 << 24).unwrap();
        for end in (0..bytes.len()).step_by(1024) {
            assert!(try_read("alpine", path, &mut &bytes[..end]).is_err(), "{path} cut at {end}");
        }
    }
}

#[test]
fn a_bomb_is_a_broken_record_and_the_next_one_is_read() {
    let bomb = vec![b' '; (16 << 20) + 1];
    let bytes = zip(&[("bomb.json", &bomb), ("good.json", RECORD.as_bytes())]);
    assert!(bytes.len() < 200_000);
    let parsed = read("osv-go", "osv/Go/all.zip", &bytes);
    assert_eq!((parsed.summary.records, parsed.summary.broken_count), (1, 1));
    assert!(parsed.summary.broken[0].why.contains("inflates to more than"));
}

#[test]
fn flipped_content_is_caught_by_its_checksum() {
    let mut archive = rawzip::ZipArchiveWriter::new(Vec::new());
    let (mut entry, config) =
        archive.new_file("a.json").compression_method(rawzip::CompressionMethod::STORE).start().unwrap();
    let mut writer = config.wrap(&mut entry);
    writer.write_all(RECORD.as_bytes()).unwrap();
    let (_, descriptor) = writer.finish().unwrap();
    entry.finish(descriptor).unwrap();
    let mut bytes = archive.finish().unwrap();
    assert_eq!(read("osv-go", "osv/Go/all.zip", &bytes).summary.records, 1);
    let place = bytes.windows(5).position(|window| window == b"1.2.3").unwrap();
    bytes[place] = b'9';
    let parsed = read("osv-go", "osv/Go/all.zip", &bytes);
    assert_eq!((parsed.summary.records, parsed.summary.broken_count), (0, 1));
}

#[test]
fn an_endless_record_ends_at_the_cap() {
    for head in [r#"{"bash":{"CVE-2020-0001":{"description":""#, r#"{"bash":{"CVE"#, r#"{""#] {
        let mut endless = head.as_bytes().chain(io::repeat(b'a'));
        let error = try_read("debian", "debian/data.json", &mut endless).unwrap_err();
        assert!(matches!(error, FeedError::TooLarge { what: "record", .. }), "{error}");
    }
}

#[test]
fn deep_nesting_is_no_crash() {
    let deep = format!("{}1{}", "[".repeat(200_000), "]".repeat(200_000));
    let record = format!(r#"{{"id":"X-1","database_specific":{deep},"affected":{deep}}}"#);
    let parsed = read("osv-go", "osv/Go/all.zip", &zip(&[("a.json", record.as_bytes())]));
    assert_eq!(parsed.summary.broken_count, 1);
    for (feed, path, json) in [
        ("debian", "debian/data.json", format!(r#"{{"bash":{{"CVE-2020-0001":{deep}}}}}"#)),
        ("redhat-repositories", redhat_repositories::PATH, format!(r#"{{"data":{{"a-rpms":{deep}}}}}"#)),
        ("kev", "kev/known_exploited_vulnerabilities.json", format!(r#"{{"vulnerabilities":[{deep}]}}"#)),
    ] {
        match try_read(feed, path, &mut json.as_bytes()) {
            Ok(parsed) => assert_eq!((parsed.summary.records, parsed.summary.broken_count), (0, 1), "{feed}"),
            Err(error) => assert!(matches!(error, FeedError::Malformed { .. }), "{feed}: {error}"),
        }
    }
}

#[test]
fn a_record_made_of_repetition_takes_no_square_time() {
    let events = r#"{"introduced":"1.0.0"},{"fixed":"1.0.1"},"#.repeat(40_000);
    let versions = r#""2.0.0","#.repeat(400_000);
    let vectors = r#"{"score":"low"},{"score":"high"},"#.repeat(50_000);
    let row = |name: usize| format!(r#"{{"package":{{"ecosystem":"npm","name":"{name}"}},"versions":["1"]}}"#);
    let rows: Vec<String> = (0..20_000).map(row).collect();
    let record = format!(
        r#"{{"id":"X-1","severity":[{vectors}{{}}],"affected":[{{"package":{{"ecosystem":"npm","name":"a"}},
        "ranges":[{{"type":"SEMVER","events":[{events}{{"introduced":"9.0.0"}}]}}],"versions":[{versions}"3.0.0"]}},{}]}}"#,
        rows.join(",")
    );
    let parsed = read("osv-npm", "osv/npm/all.zip", &zip(&[("a.json", record.as_bytes())]));
    assert_eq!(parsed.summary.broken_count, 0, "{:?}", parsed.summary.broken);
    let advisory = parsed.advisory("X-1");
    assert_eq!(advisory.affected.len(), 20_001);
    assert_eq!(advisory.severities.len(), 2);
}

#[test]
fn a_reader_that_fails_is_told_from_a_document_that_is_wrong() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the line is cut"))
        }
    }
    for feed in FEEDS {
        let path = &place_of(feed);
        let mut source = (&b"{\"packages\":["[..]).chain(Failing);
        let error = parse(feed, path, &mut source, &mut |_| {}).unwrap_err();
        assert!(matches!(error, FeedError::Read(_)), "{}: {error:?}", feed.id);
    }
}

/// Overwrites bytes of a sample: each three bytes of the input are a place and a value.
fn mutated(sample: &str, input: &[u8]) -> Vec<u8> {
    let mut bytes = sample.as_bytes().to_vec();
    for change in input.chunks_exact(3) {
        let place = usize::from(u16::from_le_bytes([change[0], change[1]])) % bytes.len();
        bytes[place] = change[2];
    }
    bytes
}

#[test]
fn fuzz_osv_records() {
    plimsoll_fuzzing::check().with_iterations(12_000).for_each(|input: &[u8]| {
        let content = mutated(RECORD, input);
        let parsed = read("osv-go", "osv/Go/all.zip", &zip(&[("a.json", &content), ("b.json", input)]));
        let summary = parsed.summary;
        assert!(summary.records + summary.foreign + summary.broken_count >= 2);
    });
}

#[test]
fn fuzz_osv_archives() {
    let sample = zip(&[("a.json", RECORD.as_bytes()), ("b.json", b"{}")]);
    plimsoll_fuzzing::check().with_iterations(12_000).for_each(|input: &[u8]| {
        let mut bytes = sample.clone();
        for change in input.chunks_exact(3) {
            let place = usize::from(u16::from_le_bytes([change[0], change[1]])) % bytes.len();
            bytes[place] = change[2];
        }
        let _ = try_read("osv-go", "osv/Go/all.zip", &mut &*bytes);
        let _ = try_read("osv-go", "osv/Go/all.zip", &mut &*input);
    });
}

#[test]
fn fuzz_life_cycles_and_weaknesses() {
    plimsoll_fuzzing::check().with_iterations(12_000).for_each(|input: &[u8]| {
        for (feed, path, sample) in crate::eol::SAMPLES {
            let _ = try_read(feed, path, &mut &*mutated(sample, input));
            let _ = try_read(feed, path, &mut &*input);
        }
        let list = zip(&[("cwec.xml", &mutated(crate::cwe::LIST, input))]);
        let _ = try_read("cwe", crate::cwe::PATH, &mut &*list);
    });
}

#[test]
fn fuzz_tables() {
    plimsoll_fuzzing::check().with_iterations(12_000).for_each(|input: &[u8]| {
        let bytes = mutated(crate::epss::TABLE, input);
        if let Ok(parsed) = try_read("epss", crate::epss::PATH, &mut &*bytes) {
            assert!(parsed.epss.iter().all(|(_, epss)| epss.score.hundred_thousandths() <= 100_000));
        }
        let _ = try_read("epss", crate::epss::PATH, &mut &*input);
    });
}

#[test]
fn fuzz_streamed_documents() {
    plimsoll_fuzzing::check().with_iterations(12_000).for_each(|input: &[u8]| {
        for (feed, path, sample) in STREAMED {
            let _ = try_read(feed, path, &mut &*mutated(sample, input));
            let _ = try_read(feed, path, &mut &*input);
        }
    });
}
