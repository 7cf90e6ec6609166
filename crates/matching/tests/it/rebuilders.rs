//! Ubuntu's channels, and those who rebuild distributions.

use plimsoll_model::{FixState, GapKind, Identity, Status};

use crate::shelf::{Changed, Shelf, Told, With, apk, deb, inventory, row};

fn ubuntu(shelf: &Shelf, channels: &[&str], version: &str) -> Vec<String> {
    let maintainer = "Ubuntu Developers <ubuntu-devel-discuss@lists.ubuntu.com>";
    let package = deb("libssl1.1", version).source_package("openssl", version).vendor(maintainer);
    let mut image = inventory("ubuntu 18.04", [package]);
    if let Identity::Distro(distro) = &mut image.identity {
        distro.channels = channels.iter().map(|name| (*name).to_owned()).collect();
    }
    let matched = shelf.matched(&image);
    assert!(matched.coverage.gaps.is_empty(), "{:?}", matched.coverage.gaps);
    let told = |finding: &plimsoll_model::Finding| match &finding.fix {
        FixState::InChannel { version, channel } => format!("{} {version} in {channel}", finding.id),
        fix => format!("{} {}", finding.id, fix.version().unwrap_or(fix.name())),
    };
    matched.findings.iter().map(told).collect()
}

/// openssl of Ubuntu 18.04 as its records have it: CVE-2023-0286 was fixed for everyone, CVE-2023-5678
/// only in the paid channel, CVE-2023-6129 is not there.
fn openssl() -> Shelf {
    const SHARD: &str = "ubuntu-18.04";
    Shelf::of([
        row(SHARD, "openssl", "UBUNTU-CVE-2023-0286 CVE-2023-0286", "<1.1.1-1ubuntu2.1~18.04.21"),
        row(SHARD, "openssl", "UBUNTU-CVE-2023-5678 CVE-2023-5678", "<1.1.1-1ubuntu2.1~18.04.23+esm4")
            .channel("esm-infra"),
        row(SHARD, "openssl", "CVE-2023-5678", "*").status(Status::EndOfLife),
        row(SHARD, "openssl", "UBUNTU-CVE-2023-0286 CVE-2023-0286", "<1.1.1-1ubuntu2.fips.2.1~18.04.21.1")
            .channel("fips-updates"),
    ])
}

#[test]
fn without_pro_a_package_is_affected_and_fixed_in_pro() {
    let old = ubuntu(&openssl(), &[], "1.1.1-1ubuntu2.1~18.04.20");
    assert_eq!(
        old,
        ["CVE-2023-0286 1.1.1-1ubuntu2.1~18.04.21", "CVE-2023-5678 1.1.1-1ubuntu2.1~18.04.23+esm4 in esm-infra"]
    );
    let new = ubuntu(&openssl(), &["esm-apps"], "1.1.1-1ubuntu2.1~18.04.23");
    assert_eq!(new, ["CVE-2023-5678 1.1.1-1ubuntu2.1~18.04.23+esm4 in esm-infra"], "infra and apps are apart");
}

#[test]
fn with_pro_its_fix_decides() {
    let shelf = openssl();
    assert_eq!(
        ubuntu(&shelf, &["esm-infra"], "1.1.1-1ubuntu2.1~18.04.23"),
        ["CVE-2023-5678 1.1.1-1ubuntu2.1~18.04.23+esm4"]
    );
    assert!(ubuntu(&shelf, &["esm-infra"], "1.1.1-1ubuntu2.1~18.04.23+esm4").is_empty());
}

#[test]
fn a_build_of_pro_tells_so_itself_where_the_status_is_gone() {
    let shelf = openssl();
    assert!(ubuntu(&shelf, &[], "1.1.1-1ubuntu2.1~18.04.23+esm4").is_empty());
    assert_eq!(ubuntu(&shelf, &[], "1.1.1-1ubuntu2.1~18.04.23+esm1"), ["CVE-2023-5678 1.1.1-1ubuntu2.1~18.04.23+esm4"]);
}

#[test]
fn certified_builds_are_compared_with_their_own_stream() {
    let shelf = openssl();
    // Below every plain fix by number, yet fixed in its stream; what is unfixed for all stays.
    let fixed = ubuntu(&shelf, &["fips-updates"], "1.1.1-1ubuntu2.fips.2.1~18.04.21.1");
    assert_eq!(fixed, ["CVE-2023-5678 end-of-life"]);
    let old = ubuntu(&shelf, &["fips-updates"], "1.1.1-1ubuntu2.fips.2.1~18.04.15.4");
    assert_eq!(old, ["CVE-2023-0286 1.1.1-1ubuntu2.fips.2.1~18.04.21.1", "CVE-2023-5678 end-of-life"]);
}

#[test]
fn ubuntus_own_mark_is_a_strangers_only_elsewhere() {
    let shelf =
        Shelf::of([row("debian-12", "openssl", "CVE-2023-1", "*"), row("ubuntu-24.04", "openssl", "CVE-2023-1", "*")]);
    let matched = shelf.matched(&inventory("debian 12", [deb("openssl", "3.0.13-0ubuntu3")]));
    assert_eq!(matched.gap_kinds(), [GapKind::ThirdParty]);
    let matched = shelf.matched(&inventory("ubuntu 24.04", [deb("openssl", "3.0.13-0ubuntu3")]));
    assert_eq!(matched.found(), ["CVE-2023-1 0 not-fixed"]);
    let stranger = deb("nginx", "1.25.3-1~jammy").vendor("NGINX Packaging <nginx-packaging@f5.com>");
    assert_eq!(shelf.matched(&inventory("ubuntu 24.04", [stranger])).gap_kinds(), [GapKind::ThirdParty]);
}

#[test]
fn what_root_rebuilt_is_answered_by_root_alone() {
    let debian = || row("debian-12", "openssl", "CVE-2024-5535", "<3.0.15-1~deb12u1");
    let fixed = "3.0.14-1~deb12u2.root.io.5";
    let root = row("root-debian-12", "openssl", "ROOT-OS-DEBIAN-12-CVE-2024-5535 CVE-2024-5535", &format!("<{fixed}"));
    let rebuilt = |version: &str| deb("libssl3", version).source_package("rootio-openssl", version);
    let with = Shelf::of([debian(), root]);
    assert!(with.matched(&inventory("debian 12", [rebuilt(fixed)])).findings.is_empty());
    let matched = with.matched(&inventory("debian 12", [rebuilt("3.0.14-1~deb12u2.root.io.1")]));
    assert_eq!(matched.found(), [format!("CVE-2024-5535 0 {fixed}")]);
    assert!(matched.coverage.gaps.is_empty());
    assert!(matched.coverage.feeds.iter().any(|feed| feed.shard == "root-debian-12"));
    let without = Shelf::of([debian()]).matched(&inventory("debian 12", [rebuilt(fixed)]));
    assert_eq!((without.findings.len(), without.gap_kinds()), (0, vec![GapKind::ThirdParty]));
}

#[test]
fn dockers_images_are_answered_by_dockers_feed_for_what_they_are_built_from() {
    let shelf = Shelf::of([
        row("dhi-debian-13", "openssl", "DHI-2025-1 CVE-2025-1", "<3.5.1-1+dhi2"),
        row("dhi-alpine-3.22", "openssl", "DHI-2025-1 CVE-2025-1", "<3.5.1-r2"),
        row("debian-13", "openssl", "CVE-2025-2", "*"),
        row("alpine-3.22", "openssl", "CVE-2025-2", "<9"),
    ]);
    let docker = "Docker, Inc. <support@docker.com>";
    let debian = shelf.matched(&inventory("dhi 13", [deb("openssl", "3.5.1-1+dhi1").vendor(docker)]));
    assert_eq!((debian.found(), debian.gap_kinds()), (vec!["CVE-2025-1 0 3.5.1-1+dhi2".to_owned()], vec![]));
    let alpine = shelf.matched(&inventory("dhi 3.22", [apk("openssl", "3.5.1-r1").vendor(docker)]));
    assert_eq!((alpine.found(), alpine.gap_kinds()), (vec!["CVE-2025-1 0 3.5.1-r2".to_owned()], vec![]));
    let unknown = shelf.matched(&inventory("dhi 12", [deb("openssl", "3.0")]));
    assert_eq!((unknown.findings.len(), unknown.gap_kinds()), (0, vec![GapKind::NoFeed]));
}

#[test]
fn rebuilt_systems_never_ask_the_feed_of_what_they_are_like() {
    for (system, own, like, package) in [
        ("echo 12", "echo", "debian-12", deb("openssl", "3.0.1-1")),
        ("alpaquita 23", "alpaquita-23", "alpine-3.18", apk("openssl", "3.0.1-r0")),
        ("alpaquita stream", "alpaquita-stream", "alpine-edge", apk("openssl", "3.0.1-r0")),
        (
            "bellsoft-hardened-containers 25",
            "bellsoft-hardened-containers-25",
            "alpaquita-25",
            apk("openssl", "3.0.1-r0"),
        ),
        ("cleanstart", "cleanstart", "wolfi", apk("openssl", "3.0.1-r0")),
    ] {
        let like = row(like, "openssl", "CVE-2023-2", "*");
        let with = Shelf::of([row(own, "openssl", "CVE-2023-1", "<3.0.2"), like.clone()]);
        assert_eq!(with.matched(&inventory(system, [package.clone()])).found(), ["CVE-2023-1 0 3.0.2"], "{system}");
        let without = Shelf::of([like]).matched(&inventory(system, [package]));
        assert_eq!((without.findings.len(), without.gap_kinds()), (0, vec![GapKind::NoFeed]), "{system}");
    }
}
