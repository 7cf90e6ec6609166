//! Red Hat's table of repositories, written samples.

use crate::reading::{read, try_read};

const FEED: &str = "redhat-repositories";
pub const PATH: &str = "redhat/repository-to-cpe.json";
pub const TABLE: &str = r#"{"data": {
        "rhel-9-for-x86_64-baseos-rpms": {"cpes": ["cpe:/o:redhat:enterprise_linux:9::baseos"],
            "repo_relative_urls": ["content/dist/rhel9/9/x86_64/baseos/os"]},
        "rhel-9-for-x86_64-appstream-eus-rpms__9_DOT_2": {"cpes": ["cpe:/a:redhat:rhel_eus:9.2::appstream"]},
        "rhel-8-for-x86_64-baseos-rpms": {"cpes":
            ["cpe:/o:redhat:rhel:8.3::baseos", "cpe:/o:redhat:enterprise_linux:8::baseos"]},
        "fast-datapath-for-rhel-9-x86_64-rpms": {"cpes": ["cpe:/o:redhat:enterprise_linux:9::fastdatapath"]},
        "3scale-amp-2-rpms-for-rhel-8-x86_64-rpms": {"cpes":
            ["cpe:/a:redhat:3scale:2.13::el8", "cpe:/a:redhat:3scale_amp:2.12::el8", "cpe:/a:redhat:3scale:2.13::el8"]}
}}"#;

#[test]
fn a_repository_is_of_the_channels_that_its_cpes_stand_for() {
    let parsed = read(FEED, PATH, TABLE.as_bytes());
    let found: Vec<String> =
        parsed.repositories.iter().map(|(name, channels)| format!("{name}: {}", channels.join(" "))).collect();
    assert_eq!(
        found,
        [
            "rhel-9-for-x86_64-baseos-rpms: ",
            "rhel-9-for-x86_64-appstream-eus-rpms__9_DOT_2: eus-9.2",
            "rhel-8-for-x86_64-baseos-rpms: ",
            "fast-datapath-for-rhel-9-x86_64-rpms: ",
            "3scale-amp-2-rpms-for-rhel-8-x86_64-rpms: 3scale-2.13 3scale_amp-2.12",
        ]
    );
    assert_eq!((parsed.summary.records, parsed.summary.foreign, parsed.summary.broken_count), (5, 0, 0));
}

#[test]
fn a_repository_of_no_release_is_foreign_and_a_broken_one_is_named() {
    let parsed = read(
        FEED,
        PATH,
        br#"{"data": {"jb-eap-7.4-for-rhel-8-rpms": {"cpes": ["cpe:/a:redhat:jbosseapxp"]}, "empty-rpms": {"cpes": []},
            "text": 7, "no-list": {}, "two\nlines": {"cpes": []},
            "rhel-7-server-els-rpms": {"cpes": ["cpe:/o:redhat:rhel_els:7", "no CPE"]}}}"#,
    );
    assert_eq!(parsed.repositories, [("rhel-7-server-els-rpms".to_owned(), vec!["els-7".to_owned()])]);
    assert_eq!((parsed.summary.records, parsed.summary.foreign, parsed.summary.broken_count), (1, 2, 3));
    let broken: Vec<&str> = parsed.summary.broken.iter().map(|broken| broken.name.as_str()).collect();
    assert_eq!((broken[0], broken[1]), ("text", "no-list"));
}

#[test]
fn a_table_that_became_empty_or_a_page_is_an_error() {
    for json in ["{}", r#"{"data":{}}"#, r#"{"data":null}"#, "[]", "<!doctype html><html>", r#"{"data":{"a":{"cpes""#] {
        assert!(try_read(FEED, PATH, &mut json.as_bytes()).is_err(), "{json}");
    }
}
