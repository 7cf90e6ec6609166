//! Gentoo's advisories, written samples.

use plimsoll_feeds::FeedError;
use plimsoll_model::{RangeEnd, Severity, VersionRange};
use plimsoll_versions::Scheme;

use crate::reading::{Parsed, read, try_read};

pub const PATH: &str = "gentoo/glsa-202305-02.xml";
pub const GLSA: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE glsa SYSTEM "http://www.gentoo.org/dtd/glsa.dtd">
<glsa id="202305-02"><title>Python, PyPy3: Multiple Vulnerabilities</title><synopsis>Several were found.</synopsis>
<product type="ebuild">pypy3,python</product><announced>2023-05-03</announced><revised count="2">2023-05-04</revised>
<bug>787260</bug><access>remote</access><affected>
<package name="dev-lang/python" auto="yes" arch="*"><unaffected range="ge" slot="3.8">3.8.16_p1</unaffected>
<unaffected range="ge" slot="3.9">3.9.16_p1</unaffected><vulnerable range="lt" slot="3.8">3.8.16_p1</vulnerable>
<vulnerable range="lt" slot="3.9">3.9.16_p1</vulnerable></package>
<package name="dev-python/pypy3" auto="yes" arch="amd64 x86"><unaffected range="ge">7.3.9_p1</unaffected>
<vulnerable range="lt">7.3.9_p1</vulnerable></package></affected><impact type="high"><p>See below.</p></impact>
<references><uri link="https://nvd.nist.gov/vuln/detail/CVE-2021-23336">CVE-2021-23336</uri>
<uri link="https://nvd.nist.gov/vuln/detail/CVE-2023-24329"/></references></glsa>"#;

fn glsa(package: &str) -> Parsed {
    let xml =
        format!(r#"<glsa id="200901-01"><affected><package name="a/b" arch="*">{package}</package></affected></glsa>"#);
    read("gentoo", PATH, xml.as_bytes())
}

fn ranges(package: &str) -> Vec<VersionRange> {
    let parsed = glsa(package);
    parsed.advisories.into_iter().flat_map(|advisory| advisory.affected).flat_map(|row| row.ranges).collect()
}

/// The ranges in words, `!` where the end is no fix.
fn told(package: &str) -> String {
    let one = |range: &VersionRange| match &range.end {
        RangeEnd::Before(_) => format!("{range}!"),
        _ => range.to_string(),
    };
    ranges(package).iter().map(one).collect::<Vec<_>>().join(" || ")
}

#[test]
fn an_advisory_has_its_cves_its_severity_its_dates_and_a_row_for_each_package() {
    let parsed = read("gentoo", PATH, GLSA.as_bytes());
    let advisory = parsed.advisory("GLSA-202305-02");
    assert_eq!(advisory.cves, ["CVE-2021-23336", "CVE-2023-24329"]);
    assert_eq!(advisory.title, "Python, PyPy3: Multiple Vulnerabilities");
    assert_eq!(advisory.urls, ["https://security.gentoo.org/glsa/202305-02"]);
    let claim = &advisory.severities[0];
    assert_eq!((claim.severity, claim.source.as_str()), (Severity::High, "gentoo"));
    assert_eq!(advisory.modified.unwrap().date(), "2023-05-04");
    let [python, pypy] = advisory.affected.as_slice() else { panic!("{:?}", advisory.affected) };
    assert_eq!((python.shard.as_str(), python.name.as_str()), ("gentoo", "dev-lang/python"));
    assert_eq!(python.fix_date.unwrap().at.date(), "2023-05-03");
    assert_eq!(pypy.scope.architectures, ["amd64", "x86"]);
    let ranges: Vec<String> = python.ranges.iter().map(ToString::to_string).collect();
    assert_eq!(ranges, [">= 3.8, < 3.8.16_p1", ">= 3.9, < 3.9.16_p1"]);
}

#[test]
fn every_relation_is_understood() {
    for (relation, expected) in [
        ("lt", "< 1.2-r1!"),
        ("le", "< 1.2-r2!"),
        ("eq", ">= 1.2-r1, < 1.2-r2!"),
        ("ge", ">= 1.2-r1"),
        ("gt", ">= 1.2-r2"),
        ("rlt", ">= 1.2, < 1.2-r1!"),
        ("rle", ">= 1.2, < 1.2-r2!"),
        ("rge", ">= 1.2-r1, < 1.2_p!"),
        ("rgt", ">= 1.2-r2, < 1.2_p!"),
    ] {
        assert_eq!(told(&format!("<vulnerable range=\"{relation}\">1.2-r1</vulnerable>")), expected, "{relation}");
    }
    assert_eq!(told("<vulnerable range=\"eq\">1.2*</vulnerable>"), ">= 1.2, < 1.3!");
}

#[test]
fn what_is_unaffected_is_taken_out_and_is_the_fix() {
    assert_eq!(
        told(
            r#"<vulnerable range="lt">1.3.1</vulnerable><unaffected range="ge">1.3.1</unaffected>
            <unaffected range="rge">1.2-r1</unaffected><unaffected range="eq">1.1</unaffected>"#
        ),
        "< 1.1 || >= 1.1-r1, < 1.2-r1 || >= 1.2_p, < 1.3.1"
    );
    assert_eq!(told(r#"<vulnerable range="lt">2</vulnerable><unaffected range="lt">3</unaffected>"#), "");
}

#[test]
fn from_the_last_vulnerable_version_to_the_first_safe_one_nothing_is_safe() {
    assert_eq!(told(r#"<vulnerable range="le">1.0</vulnerable><unaffected range="ge">1.2</unaffected>"#), "< 1.2");
    assert_eq!(
        told(
            r#"<vulnerable range="le">1.0</vulnerable><vulnerable range="eq">2.0</vulnerable>
            <unaffected range="ge">2.1</unaffected>"#
        ),
        "< 1.0-r1! || >= 2.0, < 2.1"
    );
}

#[test]
fn a_slot_without_a_number_of_its_versions_is_safe_only_for_itself() {
    let vulnerable = r#"<vulnerable range="lt" slot="4">2.38</vulnerable>"#;
    let safe = |slot: &str| told(&format!("{vulnerable}<unaffected range=\"ge\" slot=\"{slot}\">2.30</unaffected>"));
    assert_eq!(safe("4"), "< 2.30");
    assert_eq!(safe("4/37"), "< 2.30");
    assert_eq!(safe("*"), "< 2.30");
    assert_eq!(safe("5"), "< 2.38!");
    assert_eq!(told(r#"<vulnerable range="lt" slot="0">0.9.8</vulnerable>"#), "< 0.9.8!");
}

#[test]
fn what_cannot_be_read_is_named() {
    for package in [
        r#"<vulnerable range="about">1</vulnerable>"#,
        r#"<vulnerable>1</vulnerable>"#,
        r#"<vulnerable range="lt"></vulnerable>"#,
        r#"<vulnerable range="lt">one</vulnerable>"#,
        r#"<vulnerable range="eq">x*</vulnerable>"#,
        r#"<vulnerable range="lt">1</vulnerable><unaffected range="ge">1-rx</unaffected>"#,
        r#"<vulnerable range="gt">1-r18446744073709551615</vulnerable>"#,
        &r#"<vulnerable range="lt">1</vulnerable>"#.repeat(300),
    ] {
        let parsed = glsa(package);
        assert_eq!((parsed.summary.records, parsed.summary.broken_count), (0, 1), "{package:.80}");
    }
    for xml in ["<glsa id='../x'/>", "<glsa/>"] {
        assert_eq!(read("gentoo", PATH, xml.as_bytes()).summary.broken_count, 1, "{xml}");
    }
    assert_eq!(read("gentoo", PATH, b"<glsa id='200901-01'/>").summary.foreign, 1);
    assert!(matches!(try_read("gentoo", PATH, &mut &b"<glsa"[..]), Err(FeedError::Malformed { .. })));
}

/// A tar of files.
fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = Vec::new();
    for (name, content) in files {
        let mut header = [0_u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[100..108].copy_from_slice(b"0000644\0");
        header[124..136].copy_from_slice(format!("{:011o}\0", content.len()).as_bytes());
        header[148..156].copy_from_slice(b"        ");
        header[156] = b'0';
        header[257..265].copy_from_slice(b"ustar\x0000");
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        archive.extend_from_slice(&header);
        archive.extend_from_slice(content);
        archive.resize(archive.len().next_multiple_of(512), 0);
    }
    archive.resize(archive.len() + 1024, 0);
    archive
}

#[test]
fn an_archive_of_the_repository_is_read_and_a_broken_advisory_named() {
    let bytes = archive(&[
        ("glsa-master/README", b"not read"),
        ("glsa-master/glsa-202305-02.xml", GLSA.as_bytes()),
        ("glsa-master/glsa-200901-01.xml", b"<glsa"),
        ("glsa-master/glsa-200901-02.xml", b"<html>log in</html>"),
    ]);
    let parsed = read("gentoo", "gentoo/glsa-master.tar.gz", &bytes);
    assert_eq!((parsed.summary.records, parsed.summary.broken_count), (1, 2));
    assert_eq!(parsed.summary.broken[0].name, "glsa-master/glsa-200901-01.xml");
    for end in (0..bytes.len() - 1024).step_by(100) {
        assert!(try_read("gentoo", "gentoo/glsa-master.tar.gz", &mut &bytes[..end]).is_err(), "cut at {end}");
    }
    assert!(try_read("gentoo", "gentoo/glsa-master.tar.gz", &mut &archive(&[])[..]).is_err());
}

const VERSIONS: [&str; 12] =
    ["0.9", "1.0", "1.0-r1", "1.0-r2", "1.0_p1", "1.1_alpha", "1.1", "1.1-r3", "1.1.1", "2.0_rc1", "2.0", "2.0-r5"];
const RELATIONS: [&str; 9] = ["lt", "le", "eq", "ge", "gt", "rlt", "rle", "rge", "rgt"];

/// Whether a relation holds, straight from its meaning.
fn holds(relation: &str, version: &str, of: &str) -> bool {
    let base = |version: &'static str| version.split("-r").next().unwrap_or_default();
    let find = |version: &str| VERSIONS.into_iter().find(|known| *known == version).unwrap();
    let order = Scheme::Portage.compare(version, of).unwrap();
    let is_of_revisions = relation.starts_with('r');
    let plain = match relation.trim_start_matches('r') {
        "lt" => order.is_lt(),
        "le" => order.is_le(),
        "eq" => order.is_eq(),
        "ge" => order.is_ge(),
        _ => order.is_gt(),
    };
    plain && (!is_of_revisions || base(find(version)) == base(find(of)))
}

#[test]
fn fuzz_ranges_hold_what_their_relations_mean() {
    plimsoll_fuzzing::check().with_iterations(12_000).for_each(|input: &[u8]| {
        let drawn: Vec<(bool, &str, &str)> = input
            .chunks_exact(2)
            .take(8)
            .map(|two| {
                let relation = RELATIONS[usize::from(two[0]) % RELATIONS.len()];
                (two[0] >= 128, relation, VERSIONS[usize::from(two[1]) % VERSIONS.len()])
            })
            .collect();
        let text = |(is_safe, relation, version): &(bool, &str, &str)| {
            let name = if *is_safe { "unaffected" } else { "vulnerable" };
            format!("<{name} range=\"{relation}\">{version}</{name}>")
        };
        let found = ranges(&drawn.iter().map(text).collect::<String>());
        for version in VERSIONS {
            let any = |wanted: bool| {
                drawn.iter().any(|(is_safe, relation, of)| *is_safe == wanted && holds(relation, version, of))
            };
            let is_held = found.iter().any(|range| {
                let begins = range
                    .introduced
                    .as_ref()
                    .is_none_or(|from| Scheme::Portage.compare(version, from).unwrap().is_ge());
                begins
                    && match &range.end {
                        RangeEnd::Fixed(to) | RangeEnd::Before(to) => {
                            Scheme::Portage.compare(version, to).unwrap().is_lt()
                        }
                        RangeEnd::Open | RangeEnd::LastAffected(_) => true,
                    }
            });
            assert!(!(any(true) && is_held), "{version} is safe: {drawn:?} {found:?}");
            assert!(is_held || any(true) || !any(false), "{version} is vulnerable: {drawn:?} {found:?}");
        }
    });
}
