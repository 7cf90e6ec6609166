//! How fast the formats are read: written samples repeated to some megabytes, so that anyone can
//! run it.

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Write as _;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use plimsoll_feeds::{FEEDS, parse};

fn tracker(packages: usize) -> String {
    let mut json = String::from("{");
    for package in 0..packages {
        let comma = if package == 0 { "" } else { "," };
        let _ = write!(json, r#"{comma}"package-{package}":{{"#);
        for issue in 0..10 {
            let comma = if issue == 0 { "" } else { "," };
            let _ = write!(
                json,
                r#"{comma}"CVE-2024-{issue:05}":{{"description":"A flaw in the parser allows a crash","scope":"remote","releases":{{
                "bookworm":{{"status":"resolved","fixed_version":"1.{issue}-1+deb12u1","repositories":{{"bookworm":"1.{issue}-1+deb12u1"}},"urgency":"low"}},
                "bullseye":{{"status":"open","repositories":{{"bullseye":"1.0-1"}},"urgency":"not yet assigned","nodsa":"Minor issue","nodsa_reason":"postponed"}}}}}}"#
            );
        }
        json.push('}');
    }
    json.push('}');
    json
}

fn zip(records: usize) -> Vec<u8> {
    let mut archive = rawzip::ZipArchiveWriter::new(Vec::new());
    for record in 0..records {
        let json = format!(
            r#"{{"id":"GHSA-{record}","aliases":["CVE-2024-{record:05}"],"summary":"A flaw","details":"{}","modified":"2024-01-01T00:00:00Z",
            "severity":[{{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}],
            "affected":[{{"package":{{"ecosystem":"PyPI","name":"package-{record}"}},
            "ranges":[{{"type":"ECOSYSTEM","events":[{{"introduced":"1.0"}},{{"fixed":"1.{record}"}}]}}],
            "versions":["1.0","1.0.1","1.0.2","1.0.3"]}}]}}"#,
            "words of detail ".repeat(60),
        );
        let started = archive
            .new_file(format!("GHSA-{record}.json"))
            .compression_method(rawzip::CompressionMethod::DEFLATE)
            .start();
        let Ok((mut entry, config)) = started else { continue };
        let mut writer = config.wrap(flate2::write::DeflateEncoder::new(&mut entry, flate2::Compression::default()));
        let written = writer.write_all(json.as_bytes()).is_ok();
        let Ok((encoder, descriptor)) = writer.finish() else { continue };
        let finished = encoder.finish().is_ok();
        if written && finished {
            let _ = entry.finish(descriptor);
        }
    }
    archive.finish().unwrap_or_default()
}

/// Definitions as SUSE writes them: each with several products, and with the packages of each.
fn oval(definitions: usize) -> String {
    let mut xml =
        String::from("<oval_definitions xmlns='http://oval.mitre.org/XMLSchema/oval-definitions-5'><definitions>");
    for definition in 0..definitions {
        let _ = write!(
            xml,
            r#"<definition id="oval:org.opensuse.security:def:2024{definition:05}" version="1" class="vulnerability"><metadata>
            <title>CVE-2024-{definition:05}</title><reference ref_id="CVE-2024-{definition:05}" ref_url="https://www.suse.com/security/cve/CVE-2024-{definition:05}" source="SUSE CVE"/>
            <description>{}</description><advisory><issued date="2024-01-01"/><severity>Moderate</severity></advisory></metadata>
            <criteria operator="OR">"#,
            "words of description ".repeat(20)
        );
        for pack in 1..6 {
            let _ = write!(
                xml,
                r#"<criteria operator="AND"><criteria operator="OR">
                <criterion test_ref="oval:org.opensuse.security:tst:1{pack}" comment="SUSE Linux Enterprise Server 15 SP{pack} is installed"/>
                <criterion test_ref="oval:org.opensuse.security:tst:2{pack}" comment="SUSE Linux Enterprise Module for Basesystem 15 SP{pack} is installed"/>
                </criteria><criteria operator="OR">"#
            );
            for package in 0..8 {
                let test = (definition + pack) % 500 * 8 + package;
                let _ = write!(
                    xml,
                    r#"<criterion test_ref="oval:org.opensuse.security:tst:9{test}" comment="libpackage-{test}-1.2.{test} is installed"/>"#
                );
            }
            xml.push_str("</criteria></criteria>");
        }
        xml.push_str("</criteria></definition>");
    }
    let _ = write!(xml, "</definitions>{}</oval_definitions>", oval_tests(4000));
    xml
}

fn oval_tests(count: usize) -> String {
    let mut tests = String::new();
    for (list, each) in [
        (
            "tests",
            r#"<rpminfo_test id="oval:org.opensuse.security:tst:9{}" check="at least one"><object object_ref="o{}"/><state state_ref="s{}"/></rpminfo_test>"#,
        ),
        ("objects", r#"<rpminfo_object id="o{}"><name>libpackage-{}</name></rpminfo_object>"#),
        (
            "states",
            r#"<rpminfo_state id="s{}"><evr datatype="evr_string" operation="less than">0:1.2.{}-150500.1.1</evr></rpminfo_state>"#,
        ),
    ] {
        let _ = write!(tests, "<{list}>");
        for number in 0..count {
            tests.push_str(&each.replace("{}", &number.to_string()));
        }
        let _ = write!(tests, "</{list}>");
    }
    tests
}

fn read(criterion: &mut Criterion, id: &str, bytes: &[u8]) {
    let Some(feed) = FEEDS.iter().find(|feed| feed.id == id) else { return };
    let mut group = criterion.benchmark_group("parse");
    group.throughput(Throughput::Bytes(bytes.len() as u64)).sample_size(10);
    group.bench_function(id, |bencher| {
        bencher.iter(|| parse(feed, feed.layout[0], &mut &*bytes, &mut |record| drop(black_box(record))));
    });
}

fn formats(criterion: &mut Criterion) {
    read(criterion, "debian", tracker(1000).as_bytes());
    read(criterion, "osv-pypi", &zip(3000));
    read(criterion, "sles", oval(2000).as_bytes());
}

criterion_group!(benches, formats);
criterion_main!(benches);
