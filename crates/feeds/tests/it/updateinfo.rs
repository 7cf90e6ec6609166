//! Repositories' updateinfo and the way to it, written samples.

use plimsoll_feeds::{Download, FeedError};
use plimsoll_model::{Advisory, AdvisoryClass, Affected, FixDateKind, RangeEnd, Severity};

use crate::reading::{Parsed, feed, read, try_read};

pub const AMAZON: &str = "amazon/2/core/x86_64/updateinfo.xml.gz";
pub const ALAS: &str = r#"<?xml version="1.0" ?>
<updates><update author="linux-security@amazon.com" from="linux-security@amazon.com" status="final" type="security"
version="1.4"><id>ALAS2-2018-951</id><title>Amazon Linux 2 2017.12 - ALAS2-2018-951: important priority package
update for curl</title><issued date="2018-02-07 18:10" /><updated date="2018-02-08 23:14:00" />
<severity>important</severity><description>Package updates are available &amp; fix a fault.</description>
<references><reference href="http://cve.mitre.org/cgi-bin/cvename.cgi?name=CVE-2018-1000005" id="CVE-2018-1000005"
title="" type="cve" /><reference href="http://cve.mitre.org/cgi-bin/cvename.cgi?name=CVE-2018-1000007"
id="CVE-2018-1000007" title="" type="cve" /></references><pkglist><collection short="amazon-linux-2"><name>Amazon
Linux 2</name><package arch="x86_64" epoch="0" name="libcurl" release="9.amzn2.0.1" version="7.55.1"><filename>
Packages/libcurl-7.55.1-9.amzn2.0.1.x86_64.rpm</filename></package><package arch="aarch64" epoch="0" name="libcurl"
release="9.amzn2.0.1" version="7.55.1" /><package arch="src" epoch="0" name="curl" release="9.amzn2.0.1"
version="7.55.1" /></collection></pkglist></update></updates>"#;

/// Updates within their document.
fn updates(updates: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<updates>{updates}</updates>\n")
}

/// An update of one package.
fn update(kind: &str, head: &str, package: &str) -> String {
    updates(&format!(
        r#"<update from="x" status="final" type="{kind}" version="1">{head}<pkglist><collection>{package}</collection>
        </pkglist></update>"#
    ))
}

const BASH: &str = r#"<package arch="x86_64" epoch="0" name="bash" version="5.1" release="2"/>"#;

fn one(feed: &str, path: &str, xml: &str) -> Advisory {
    let parsed = read(feed, path, xml.as_bytes());
    assert_eq!((parsed.advisories.len(), parsed.summary.broken_count), (1, 0), "{:?}", parsed.summary);
    parsed.advisories.into_iter().next().unwrap()
}

/// `name architectures: ranges`.
fn told(row: &Affected) -> String {
    let ranges: Vec<String> = row.ranges.iter().map(ToString::to_string).collect();
    let module = row.scope.module.as_ref().map(|module| format!(" ({module})")).unwrap_or_default();
    format!("{}{module} {}: {}", row.name, row.scope.architectures.join(","), ranges.join(" || "))
}

#[test]
fn an_erratum_has_its_cves_its_severity_its_dates_and_a_row_for_each_package() {
    let advisory = one("amazon-2", AMAZON, ALAS);
    assert_eq!(advisory.id, "ALAS2-2018-951");
    assert_eq!(advisory.source, "amazon-2");
    assert_eq!(advisory.cves, ["CVE-2018-1000005", "CVE-2018-1000007"]);
    assert_eq!(advisory.title, "Amazon Linux 2 2017.12 - ALAS2-2018-951: important priority package update for curl");
    let claim = &advisory.severities[0];
    assert_eq!((claim.severity, claim.source.as_str()), (Severity::High, "amzn"));
    assert_eq!(advisory.published.unwrap().date(), "2018-02-07");
    assert_eq!(advisory.modified.unwrap().date(), "2018-02-08");
    let rows: Vec<String> = advisory.affected.iter().map(told).collect();
    assert_eq!(rows, ["libcurl aarch64,x86_64: < 7.55.1-9.amzn2.0.1"]);
    let row = &advisory.affected[0];
    assert_eq!(row.shard.as_str(), "amzn-2");
    let fix_date = row.fix_date.unwrap();
    assert_eq!((fix_date.kind, fix_date.at.date().as_str()), (FixDateKind::Advisory, "2018-02-07"));
}

#[test]
fn an_epoch_stands_in_the_version_unless_it_is_zero() {
    let head = "<id>ALAS2023-2023-051</id>";
    for (epoch, expected) in
        [("epoch=\"1\"", "< 1:3.0.8-1"), ("epoch=\"0\"", "< 3.0.8-1"), ("epoch=\"\"", "< 3.0.8-1"), ("", "< 3.0.8-1")]
    {
        let package = format!(r#"<package arch="noarch" {epoch} name="openssl" version="3.0.8" release="1"/>"#);
        let advisory =
            one("amazon-2023", "amazon/2023/core/x86_64/updateinfo.xml", &update("security", head, &package));
        assert_eq!(told(&advisory.affected[0]), format!("openssl : {expected}"));
    }
}

#[test]
fn rows_of_an_extra_speak_of_the_versions_that_the_extra_brings() {
    let package = r#"<package arch="x86_64" epoch="0" name="php" version="8.2.9" release="1.amzn2"/>
        <package arch="x86_64" epoch="0" name="php-pear" version="1.10.13" release="1.amzn2"/>"#;
    let xml = update("security", "<id>ALASPHP8.2-2023-001</id>", package);
    let advisory = one("amazon-2", "amazon/2/extras-php8.2/x86_64/updateinfo.xml.gz", &xml);
    let rows: Vec<String> = advisory.affected.iter().map(told).collect();
    assert_eq!(rows, ["php x86_64: >= 8.2, < 8.2.9-1.amzn2", "php-pear x86_64: < 1.10.13-1.amzn2"]);
}

#[test]
fn fedoras_cves_stand_in_the_titles_of_its_references() {
    let head = r#"<id>FEDORA-2024-d2d641cc35</id><title>curl-8.6.0-8.fc40</title>
        <issued date="2024-04-25 01:20:17"/><severity>Moderate</severity><release>Fedora 40</release>
        <references><reference href="https://bugzilla.redhat.com/show_bug.cgi?id=2270498" id="2270498"
        title="CVE-2024-2398 curl: HTTP/2 push headers memory-leak" type="bugzilla"/></references>
        <description>not CVE-2020-0001</description>"#;
    let package = r#"<package name="curl" version="8.6.0" release="8.fc40" epoch="0" arch="x86_64" src="a.src.rpm"/>"#;
    let advisory = one("fedora", "fedora/40/x86_64/updateinfo.xml.zst", &update("security", head, package));
    assert_eq!(advisory.cves, ["CVE-2024-2398"]);
    assert_eq!(advisory.urls[0], "https://bodhi.fedoraproject.org/updates/FEDORA-2024-d2d641cc35");
    assert_eq!(advisory.affected[0].shard.as_str(), "fedora-40");
    assert_eq!(advisory.severities[0].source, "fedora");
}

#[test]
fn a_security_update_without_references_names_its_cves_in_its_text() {
    let head = "<id>FEDORA-2024-1</id><title>x-1</title><severity>None</severity>
        <description>Fixes CVE-2024-24806 and CVE-2024-24807.</description>";
    let advisory = one("fedora", "fedora/40/x86_64/updateinfo.xml", &update("security", head, BASH));
    assert_eq!(advisory.cves, ["CVE-2024-24806", "CVE-2024-24807"]);
    assert_eq!(advisory.severities, []);
    let advisory = one(
        "fedora",
        "fedora/40/x86_64/updateinfo.xml",
        &update("security", "<id>FEDORA-2024-2</id><severity>urgent</severity>", BASH),
    );
    assert_eq!((advisory.cves.len(), advisory.class), (0, AdvisoryClass::Vulnerability));
    assert_eq!(advisory.severities[0].severity, Severity::Critical);
}

#[test]
fn what_is_no_security_update_counts_only_if_it_refers_to_a_cve() {
    let read = |head: &str| read("fedora", "fedora/40/x86_64/updateinfo.xml", update("bugfix", head, BASH).as_bytes());
    let plain = read("<id>FEDORA-2024-1</id><description>not touched by CVE-2024-24806</description>");
    assert_eq!((plain.advisories.len(), plain.summary.foreign), (0, 1));
    let told = read(r#"<id>FEDORA-2024-1</id><references><reference id="CVE-2024-24806" type="cve"/></references>"#);
    assert_eq!(told.advisory("FEDORA-2024-1").class, AdvisoryClass::Vulnerability);
}

#[test]
fn builds_of_a_module_have_its_stream() {
    let package = r#"<module name="nodejs" stream="16" version="8060020220527171248" context="ad008a3a" arch="x86_64"/>
        <package name="nodejs" version="16.14.0" release="4.module+el8.6.0+928+a22c2d5a" epoch="1" arch="x86_64"/>
        </collection><collection><package name="nodejs" version="16.20.0" release="1.el8" epoch="1" arch="x86_64"/>"#;
    let xml = update("security", "<id>RLSA-2022:4796</id>", package);
    let advisory = one("rocky", "rocky/8/AppStream/x86_64/updateinfo.xml.gz", &xml);
    let rows: Vec<String> = advisory.affected.iter().map(told).collect();
    assert_eq!(
        rows,
        ["nodejs x86_64: < 1:16.20.0-1.el8", "nodejs (nodejs:16) x86_64: < 1:16.14.0-4.module+el8.6.0+928+a22c2d5a"]
    );
    assert_eq!(advisory.urls, ["https://errata.rockylinux.org/RLSA-2022:4796"]);
    assert_eq!(advisory.affected[0].shard.as_str(), "rocky-8");
}

#[test]
fn bottlerocket_is_one_shard_and_a_lone_github_advisory_is_its_other_name() {
    let head = r#"<id>BRSA-5mdb8mlwyxcj</id><title>kernel: use after free</title><issued date="2023-11-21T00:00:00Z"/>
        <references><reference href="https://github.com/advisories/GHSA-aaaa-bbbb-cccc" id="GHSA-aaaa-bbbb-cccc"
        type="ghsa"/></references>"#;
    let package = r#"<package arch="x86_64" name="kernel-6.1" version="6.1.61" release="1.1700513487.br1" epoch="0"/>"#;
    let advisory = one("bottlerocket", "bottlerocket/updateinfo.xml.gz", &update("security", head, package));
    assert_eq!(advisory.aliases, ["GHSA-aaaa-bbbb-cccc"]);
    assert_eq!(told(&advisory.affected[0]), "kernel-6.1 x86_64: < 6.1.61-1.1700513487.br1");
    assert_eq!(advisory.affected[0].shard.as_str(), "bottlerocket");
    assert_eq!(advisory.published.unwrap().date(), "2023-11-21");
}

#[test]
fn several_builds_of_one_package_are_side_by_side() {
    let package = r#"<package name="a" version="1" release="1" arch="x86_64"/>
        <package name="a" version="1" release="2" arch="x86_64"/>
        <package name="a" version="1" release="3" arch="aarch64"/>"#;
    let advisory = one("amazon-2", AMAZON, &update("security", "<id>ALAS2-1</id>", package));
    let rows: Vec<String> = advisory.affected.iter().map(told).collect();
    assert_eq!(rows, ["a aarch64: < 1-3", "a x86_64: < 1-1 || < 1-2"]);
}

#[test]
fn a_broken_update_or_package_is_named_and_the_next_one_is_read() {
    let update = |id: &str, package: &str| {
        format!(r#"<update type="security">{id}<pkglist><collection>{package}</collection></pkglist></update><other/>"#)
    };
    let good = r#"<package name="a" version="1" release="1" arch="x86_64"/>"#;
    let bad = r#"<package name="b" version="1" arch="x86_64"/>"#;
    let xml = updates(&format!(
        "{}{}{}{}{}{}",
        update("<id>../x</id>", good),
        update("", good),
        update("<id>ALAS2-1</id>", &format!("{bad}{good}")),
        update("<id>ALAS2-2</id>", bad),
        update("<id>ALAS2-3</id>", ""),
        update("<id>ALAS2-4</id>", r#"<package name="b" version="1" release="1" epoch="x" arch="x86_64"/>"#),
    ));
    let parsed: Parsed = read("amazon-2", AMAZON, xml.as_bytes());
    assert_eq!(parsed.advisory("ALAS2-1").affected.len(), 1);
    assert_eq!((parsed.summary.records, parsed.summary.foreign), (1, 1));
    let broken: Vec<&str> = parsed.summary.broken.iter().map(|broken| broken.name.as_str()).collect();
    assert_eq!(broken, ["../x", "update 2", "ALAS2-1", "ALAS2-2", "ALAS2-4"]);
    assert!(parsed.summary.broken[3].why.contains("release"));
}

#[test]
fn a_repository_without_updates_is_no_error() {
    let parsed = read("amazon-2", "amazon/2/extras-new/x86_64/updateinfo.xml", updates("").as_bytes());
    assert_eq!((parsed.summary.records, parsed.summary.broken_count), (0, 0));
}

#[test]
fn a_place_without_a_release_is_an_error() {
    for path in ["fedora/updateinfo.xml", "fedora/../x86_64/updateinfo.xml", "updateinfo.xml"] {
        let error = try_read("fedora", path, &mut updates("").as_bytes()).unwrap_err();
        assert!(matches!(error, FeedError::Malformed { .. }), "{path}");
    }
}

fn listed(feed_id: &str, url: &str, mirror: &str, text: &str) -> Result<Vec<(String, String, bool)>, FeedError> {
    let found = feed(feed_id).listed(&Download::index(url, mirror), text.as_bytes())?;
    Ok(found.into_iter().map(|found| (found.url, found.mirror_path, found.is_index)).collect())
}

#[test]
fn a_list_of_mirrors_leads_to_a_repository_and_that_to_its_updateinfo() {
    let mirrors = "https://cdn.amazonlinux.com/2/core/2.0/x86_64/d74c3bb4\nhttps://cdn.amazonlinux.com/2/other\n";
    let repomd = "https://cdn.amazonlinux.com/2/core/2.0/x86_64/d74c3bb4/repodata/repomd.xml";
    let found = listed("amazon-2", "https://cdn.amazonlinux.com/2/m", "amazon/2/core/x86_64/mirror.list", mirrors);
    assert_eq!(found.unwrap(), [(repomd.into(), "amazon/2/core/x86_64/repomd.xml".into(), true)]);
    let xml = r#"<?xml version="1.0"?><repomd xmlns="http://linux.duke.edu/metadata/repo"><revision>1</revision>
        <data type="primary"><location href="repodata/primary.xml.gz"/></data>
        <data type="updateinfo_zck"><location href="repodata/updateinfo.xml.zck"/></data>
        <data type="updateinfo"><checksum type="sha256">0</checksum>
        <location href="repodata/0a1b-updateinfo.xml.gz"/></data></repomd>"#;
    let found = listed("amazon-2", repomd, "amazon/2/core/x86_64/repomd.xml", xml).unwrap();
    let url = "https://cdn.amazonlinux.com/2/core/2.0/x86_64/d74c3bb4/repodata/0a1b-updateinfo.xml.gz";
    assert_eq!(found, [(url.into(), AMAZON.into(), false)]);
    assert!(feed("amazon-2").owns(&found[0].1));
    let without = "<repomd><data type=\"primary\"/></repomd>";
    assert_eq!(listed("amazon-2", repomd, "amazon/2/core/x86_64/repomd.xml", without).unwrap(), []);
}

#[test]
fn the_catalog_of_extras_leads_to_each_of_them() {
    let catalog = r#"{"motd":"","status":"ok","version":1,"topics":[{"n":"php8.2","inst":["php-cli"],
        "versions":["8.2.9"]},{"n":"docker","visible":["docker"]}]}"#;
    let found = listed("amazon-2", "https://a", "amazon/2/extras-catalog.json", catalog).unwrap();
    assert_eq!(
        found[0],
        (
            "https://cdn.amazonlinux.com/2/extras/php8.2/latest/x86_64/mirror.list".into(),
            "amazon/2/extras-php8.2/x86_64/mirror.list".into(),
            true
        )
    );
    assert_eq!(found.len(), 2);
}

#[test]
fn an_index_that_is_something_else_or_leads_elsewhere_is_an_error() {
    let repomd = "https://a.org/x/repodata/repomd.xml";
    for (path, text) in [
        ("amazon/2/core/x86_64/mirror.list", ""),
        ("amazon/2/core/x86_64/mirror.list", "<html>log in</html>"),
        ("amazon/2/core/x86_64/mirror.list", "https://elsewhere.org/2/core\nfile:///etc/passwd"),
        ("amazon/2/core/x86_64/mirror.list", "https://amazonaws.com.elsewhere.org/2"),
        ("amazon/2/extras-catalog.json", "[]"),
        ("amazon/2/extras-catalog.json", r#"{"topics":[]}"#),
        ("amazon/2/extras-catalog.json", r#"{"topics":[{"n":"../../x"}]}"#),
        ("amazon/2/extras-catalog.json", r#"{"topics":[{"n":""}]}"#),
        ("amazon/2/core/x86_64/repomd.xml", "<html>log in</html>"),
        ("amazon/2/core/x86_64/repomd.xml", "<repomd>"),
        (
            "amazon/2/core/x86_64/repomd.xml",
            "<repomd><data type='updateinfo'><location href='https://b.org/u.xml'/></data></repomd>",
        ),
        (
            "amazon/2/core/x86_64/repomd.xml",
            "<repomd><data type='updateinfo'><location href='../../u.xml'/></data></repomd>",
        ),
    ] {
        assert!(listed("amazon-2", repomd, path, text).is_err(), "{path}: {text}");
    }
}

#[test]
fn fuzz_indexes() {
    plimsoll_fuzzing::check().with_iterations(12_000).for_each(|input: &[u8]| {
        for name in ["mirror.list", "extras-catalog.json", "repomd.xml"] {
            let index = Download::index("https://a.org/x/repodata/repomd.xml", format!("amazon/2/core/{name}"));
            for found in feed("amazon-2").listed(&index, input).into_iter().flatten() {
                assert!(found.url.starts_with("https://") && !found.mirror_path.contains(".."));
            }
        }
    });
}

#[test]
fn only_the_end_of_a_range_is_a_fix() {
    let advisory = one("amazon-2", AMAZON, ALAS);
    assert!(matches!(&advisory.affected[0].ranges[0].end, RangeEnd::Fixed(fixed) if fixed == "7.55.1-9.amzn2.0.1"));
}
