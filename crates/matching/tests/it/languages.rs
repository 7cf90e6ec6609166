//! Language packages: which shard, which name, which order of versions.

use plimsoll_model::{EvidenceKind, GapKind, GoImport, PackageKind};

use crate::shelf::{Shelf, Told, inventory, package, row};

fn found(shard: &str, advised: (&str, &str), kind: PackageKind, installed: (&str, &str)) -> bool {
    let shelf = Shelf::of([row(shard, advised.0, "CVE-2020-1", advised.1)]);
    let matched = shelf.matched(&inventory("scratch", [package(kind, installed.0, installed.1)]));
    assert!(matched.gaps(GapKind::VersionUnreadable).is_empty(), "{:?}", matched.coverage.gaps);
    !matched.findings.is_empty()
}

#[test]
fn each_ecosystem_has_its_shard_its_names_and_its_order() {
    use PackageKind::{
        Bioconductor, Bitnami, Cargo, Composer, Conan, Cran, Gem, Ghc, GithubActions, Go, Hackage, Hex, Julia, Maven,
        Npm, Nuget, Opam, Pub, Pypi, Swift, Vscode,
    };
    for (shard, advised, kind, inside, outside) in [
        ("pypi", ("foo-bar", "<2.0"), Pypi, ("Foo_Bar", "2.0rc1"), ("foo.bar", "2.0.post1")),
        ("npm", ("@a/b", "<2.0.0"), Npm, ("@a/b", "2.0.0-beta.1"), ("@a/b", "2.0.0+build")),
        ("maven", ("g:a", "<4.1.77.Final"), Maven, ("g:a", "4.1.60.Final"), ("g:a", "4.1.77")),
        ("go", ("a.b/c", "<1.2.3"), Go, ("a.b/c", "v1.2.3-0.20200101000000-abcdefabcdef"), ("a.b/c", "v1.2.3")),
        ("crates-io", ("foo-bar", "<1.0.0"), Cargo, ("foo_bar", "1.0.0-alpha"), ("foo-bar", "1.0.0")),
        ("rubygems", ("rails", "<7.0.0"), Gem, ("rails", "7.0.0.rc1"), ("rails", "7.0")),
        (
            "nuget",
            ("newtonsoft.json", "<13.0.1"),
            Nuget,
            ("Newtonsoft.Json", "12.0.3"),
            ("Newtonsoft.Json", "13.0.1.0"),
        ),
        ("packagist", ("a/b", "<2.0.0"), Composer, ("A/B", "v2.0.0-RC1"), ("a/b", "2.0.0.0")),
        ("bitnami", ("redis", "<7.0.1"), Bitnami, ("Redis", "7.0.0-4"), ("redis", "7.0.1-1")),
        ("pub", ("http", "<0.13.3"), Pub, ("http", "0.13.3-dev"), ("http", "0.13.3+1")),
        ("hex", ("plug", ">=1.3.0 <1.3.2"), Hex, ("Plug", "1.3.2-rc.0"), ("plug", "1.3.2")),
        (
            "swift",
            ("github.com/apple/swift-nio", "<2.42.0"),
            Swift,
            ("https://github.com/apple/swift-nio.git", "2.41.2"),
            ("github.com/apple/swift-nio", "2.42.0"),
        ),
        ("hackage", ("aeson", ">=0.4.0.0 <2.0.1.0"), Hackage, ("aeson", "2.0.1"), ("aeson", "2.0.1.0")),
        ("ghc", ("RTS", "<9.2.3"), Ghc, ("RTS", "9.2.2"), ("RTS", "9.2.3")),
        ("cran", ("commonmark", "<1.8-1"), Cran, ("commonmark", "1.8.0"), ("commonmark", "1.8.1")),
        ("bioconductor", ("Rhdf5lib", "<1.20.0"), Bioconductor, ("Rhdf5lib", "1.9.9"), ("Rhdf5lib", "1.20.0")),
        ("conan", ("openssl", "<1.1.1w"), Conan, ("openssl", "1.1.1t"), ("OpenSSL", "1.1.1w")),
        ("julia", ("OpenSSL_jll", "<3.0.15+1"), Julia, ("OpenSSL_jll", "3.0.15+0"), ("OpenSSL_jll", "3.0.15+1")),
        ("opam", ("cohttp", "<5.0.0"), Opam, ("cohttp", "5.0.0~beta1"), ("cohttp", "v5.0.0")),
        ("vscode", ("redhat.java", "<1.2.0"), Vscode, ("RedHat.java", "1.1.0"), ("redhat.java", "1.2.0")),
        (
            "github-actions",
            ("github/codeql-action", ">=3.26.11 <3.28.3"),
            GithubActions,
            ("github/codeql-action/init", "v3.27.0"),
            ("github/codeql-action", "v3.28.3"),
        ),
    ] {
        assert!(found(shard, advised, kind, inside), "{inside:?}");
        assert!(!found(shard, advised, kind, outside), "{outside:?}");
    }
}

#[test]
fn gos_standard_library_and_odd_versions_are_read() {
    for (installed, expected) in [
        ("1.21.3", true),
        ("1.21rc2", true),
        ("1.21.3 X:boringcrypto", true),
        ("go1.21.3", true),
        ("1.21.4", false),
        ("1.22rc1", false),
    ] {
        assert_eq!(found("go", ("stdlib", "<1.21.4"), PackageKind::Go, ("stdlib", installed)), expected, "{installed}");
    }
    assert!(found("go", ("a.b/c", "<2.0.1"), PackageKind::Go, ("a.b/c", "v2.0.0+incompatible")));
    assert!(!found("go", ("a.b/c", "<2.0.0"), PackageKind::Go, ("a.b/c", "v2.0.0+incompatible")));
}

fn go_import(path: &str, goos: &[&str], goarch: &[&str]) -> GoImport {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    GoImport { path: path.into(), symbols: vec!["Serve".into()], goos: owned(goos), goarch: owned(goarch) }
}

#[test]
fn go_packages_that_an_advisory_names_count_while_it_is_unknown_what_is_linked() {
    let mut limited = row("go", "stdlib", "GO-2023-1 CVE-2023-1", "<1.21.4");
    limited.affected.scope.imports = vec![go_import("net/http", &[], &[])];
    let matched = Shelf::of([limited]).matched(&inventory("scratch", [package(PackageKind::Go, "stdlib", "1.21.3")]));
    assert_eq!(matched.found(), ["CVE-2023-1 0 1.21.4"]);
}

#[test]
fn a_go_advisory_for_other_systems_or_processors_is_silent_unless_the_programs_own_is_unknown() {
    let windows = go_import("path/filepath", &["windows"], &[]);
    let small = go_import("crypto/elliptic", &[], &["386", "arm"]);
    for (imports, platform, expected) in [
        (vec![windows.clone()], Some("linux/amd64"), false),
        (vec![windows.clone()], Some("windows/amd64"), true),
        (vec![windows.clone()], None, true),
        (vec![small.clone()], Some("linux/amd64"), false),
        (vec![small.clone()], Some("linux/arm"), true),
        (vec![windows.clone(), small.clone()], Some("linux/386"), true),
        (vec![windows.clone(), small], Some("linux/amd64"), false),
        (vec![windows, go_import("os", &[], &[])], Some("linux/amd64"), true),
        (vec![], Some("linux/amd64"), true),
    ] {
        let mut limited = row("go", "stdlib", "GO-2023-1 CVE-2023-1", "<1.21.4");
        limited.affected.scope.imports.clone_from(&imports);
        let mut installed = package(PackageKind::Go, "stdlib", "1.21.3");
        installed.package.architecture = platform.map(str::to_owned);
        let matched = Shelf::of([limited]).matched(&inventory("scratch", [installed]));
        assert_eq!(!matched.findings.is_empty(), expected, "{imports:?} in {platform:?}");
    }
}

#[test]
fn a_program_known_only_by_an_untagged_commit_is_a_gap_and_never_a_finding() {
    let shelf = Shelf::of([row("go", "a.b/c", "GO-2023-1", "<1.2.3"), row("go", "a.b/c", "GO-2023-2", "*")]);
    let mut main = package(PackageKind::Go, "a.b/c", "v0.0.0-20240506070809-0123456789ab");
    let as_dependency = shelf.matched(&inventory("scratch", [main.clone()]));
    assert_eq!(as_dependency.found(), ["GO-2023-1 0 1.2.3", "GO-2023-2 0 not-fixed"]);
    main.package.evidence = EvidenceKind::Commit;
    let as_main = shelf.matched(&inventory("scratch", [main]));
    assert_eq!(as_main.found(), ["GO-2023-2 0 not-fixed"]);
    let gaps = as_main.gaps(GapKind::VersionUnreadable);
    assert!(gaps.len() == 1 && gaps[0].contains("a.b/c v0.0.0-2024") && gaps[0].contains("GO-2023-1"), "{gaps:?}");
}

#[test]
fn a_working_tree_without_a_version_is_a_gap() {
    let shelf = Shelf::of([row("go", "a.b/c", "GO-2023-1", "<1.2.3")]);
    let matched = shelf.matched(&inventory("scratch", [package(PackageKind::Go, "a.b/c", "(devel)")]));
    assert!(matched.findings.is_empty());
    let gaps = matched.gaps(GapKind::VersionUnreadable);
    assert_eq!(gaps.len(), 1);
    assert!(gaps[0].contains("a.b/c (devel)") && gaps[0].contains("GO-2023-1"), "{gaps:?}");
}

#[test]
fn an_ecosystem_without_a_shard_is_a_gap_with_its_packages() {
    let shelf = Shelf::of([row("npm", "lodash", "CVE-2019-1", "<4.17.12")]);
    let image = inventory(
        "scratch",
        [
            package(PackageKind::Npm, "lodash", "5.0.0"),
            package(PackageKind::Nuget, "A", "1.0.0"),
            package(PackageKind::Nuget, "B", "1.0.0"),
        ],
    );
    let matched = shelf.matched(&image);
    assert_eq!(
        matched.gaps(GapKind::NoLanguageFeed),
        ["nuget: the database has nothing about this ecosystem (no shard nuget); 2 packages were not compared"]
    );
    assert_eq!((matched.coverage.packages_present, matched.coverage.packages_matched), (3, 1));
}

#[test]
fn a_package_that_no_registry_could_know_by_its_name_is_a_gap() {
    let shelf = Shelf::of([]).with_shard("maven").with_shard("npm");
    for installed in [
        package(PackageKind::Maven, "log4j-core", "2.14.1"),
        package(PackageKind::Maven, ":log4j-core", "2.14.1"),
        package(PackageKind::Npm, " ", "1.0.0"),
        package(PackageKind::Generic, "busybox", "1.36.1"),
    ] {
        let matched = shelf.matched(&inventory("scratch", [installed]));
        assert_eq!(matched.gap_kinds(), [GapKind::NoIdentity]);
        assert_eq!(matched.coverage.packages_matched, 0);
    }
}
