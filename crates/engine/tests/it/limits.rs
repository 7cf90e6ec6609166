//! What the user leaves out, and time that is over.

use std::time::Duration;

use plimsoll_engine::ScanError;
use plimsoll_model::{GapKind, Severity, VerdictStatus};

use crate::image::{Image, layer, node, options, scan};

#[test]
fn severities_narrow_the_report_but_not_the_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) =
        Image::of(&[&node("lodash", "4.17.11"), &node("minimist", "1.2.0")]).write(folder.path(), "image.tar");
    let all = scan(folder.path(), &options(&path)).unwrap();
    assert_eq!(all.verdict.status, VerdictStatus::Fail);
    let mut narrow = options(&path);
    narrow.severities = Some(vec![Severity::Medium]);
    let some = scan(folder.path(), &narrow).unwrap();
    assert_eq!(some.verdict.status, VerdictStatus::Fail);
    assert!(!some.findings.is_empty() && some.findings.len() < all.findings.len());
    assert!(some.findings.iter().all(|finding| finding.severity == Severity::Medium));
    let pointed = some.verdict.reasons.iter().flat_map(|reason| &reason.findings);
    assert!(pointed.into_iter().all(|&at| (at as usize) < some.findings.len()));
    assert!(some.verdict.user_choices.iter().any(|choice| choice.starts_with("--severity medium")));
}

#[test]
fn a_scan_ends_when_its_time_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let large = "x".repeat(64 << 20);
    let layers = [layer(&[("large", &large)]), node("lodash", "4.17.11")];
    let (path, _) = Image::of(&[&layers[0], &layers[1]]).write(folder.path(), "image.tar");
    let mut options = options(&path);
    options.source.timeout = Some(Duration::from_nanos(1));
    let error = scan(folder.path(), &options).unwrap_err();
    assert!(matches!(error, ScanError::TimedOut(_)), "{error}");
}

#[test]
fn a_pattern_that_is_no_glob_is_an_error_with_a_hint() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = Image::of(&[&node("lodash", "4.17.11")]).write(folder.path(), "image.tar");
    let mut options = options(&path);
    options.source.exclude = vec!["a[".into()];
    let error = scan(folder.path(), &options).unwrap_err();
    assert!(matches!(error, ScanError::Exclude { .. }) && error.hint().is_some());
}

#[test]
fn the_user_may_say_which_system_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let status = "Package: openssl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 3.0.9-1\n\
                  Maintainer: Debian OpenSSL Team <pkg-openssl-devel@alioth-lists.debian.net>\n";
    let (path, _) = Image::of(&[&layer(&[("var/lib/dpkg/status", status)])]).write(folder.path(), "image.tar");
    let mut options = options(&path);
    let unknown = scan(folder.path(), &options).unwrap();
    assert!(unknown.findings.is_empty());
    assert!(unknown.coverage.gaps.iter().any(|gap| gap.kind == GapKind::UnknownSystem));
    options.source.distro = Some(("debian".into(), "12".into()));
    let told = scan(folder.path(), &options).unwrap();
    assert!(!told.findings.is_empty());
    assert!(told.coverage.gaps.iter().all(|gap| gap.kind != GapKind::UnknownSystem));
}

#[test]
fn another_release_of_the_same_distribution_follows_the_channels_of_the_image() {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        ("etc/os-release", "ID=ubuntu\nVERSION_ID=\"20.04\"\n"),
        (
            "var/lib/ubuntu-advantage/status.json",
            r#"{"attached":true,"services":[{"name":"esm-infra","status":"enabled"}]}"#,
        ),
    ];
    let (path, _) = Image::of(&[&layer(&files)]).write(folder.path(), "image.tar");
    let followed = |id: &str| {
        let mut options = options(&path);
        options.source.distro = Some((id.into(), "22.04".into()));
        let report = scan(folder.path(), &options).unwrap();
        let distro = report.inventory.identity.distro().unwrap().clone();
        (distro.version, distro.channels)
    };
    assert_eq!(followed("ubuntu"), (Some("22.04".into()), vec!["esm-infra".to_owned()]));
    assert_eq!(followed("debian"), (Some("22.04".into()), vec![]));
}
