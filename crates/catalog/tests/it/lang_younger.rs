//! Ecosystems that came later: what counts as installed, what is left out, what is said of broken files.

use plimsoll_model::{EvidenceKind, GapKind, Need, PackageKind};

use crate::reading::read;

#[test]
fn an_r_package_is_installed_once_it_was_built() {
    let of = |text: &str| read("r", "usr/lib/R/library/a/DESCRIPTION", text.as_bytes());
    assert_eq!(of("Package: a\nVersion: 1.0-2\nBuilt: R 4.2.2; ; ; unix\n").lines(), ["a 1.0-2"]);
    assert!(of("Package: a\nVersion: 1.0-2\n").packages.is_empty());
    assert_eq!(of("Package: a\nBuilt: R 4.2.2\n").gaps[0].kind, GapKind::FileUnreadable);
    assert!(!of("a description of something else").wanted);
}

#[test]
fn packages_of_cran_with_views_of_bioconductor_stay_packages_of_cran() {
    for (field, kind) in [
        ("Repository: CRAN\nbiocViews: a", PackageKind::Cran),
        ("biocViews: a", PackageKind::Bioconductor),
        ("Priority: base", PackageKind::Cran),
    ] {
        let text = format!("Package: a\nVersion: 1\n{field}\nBuilt: R 4.2.2\n");
        assert_eq!(read("r", "lib/a/DESCRIPTION", text.as_bytes()).packages[0].kind, kind, "{field}");
    }
}

#[test]
fn applications_of_a_release_are_told_from_those_of_otp() {
    let of = |text: &str| read("otp", "app/lib/a-1/ebin/a.app", text.as_bytes());
    let package = &of("{application, a, [{vsn, \"1\"}, {runtime_dependencies, [\"erts-9.0\"]}]}.").packages[0];
    assert_eq!((package.kind, package.evidence), (PackageKind::Otp, EvidenceKind::Metadata));
    let package = &of("{application, 'a', [{vsn, <<\"1\">>}]}.").packages[0];
    assert_eq!((package.kind, package.evidence), (PackageKind::Hex, EvidenceKind::Manifest));
    assert_eq!(of("{application, mix, [{vsn, \"1\"}]}.").packages[0].kind, PackageKind::Otp);
    for broken in ["", "{application, a}.", "{application, a, [{vsn, git}", "{application, a, []}."] {
        assert_eq!(of(broken).gaps.len(), 1, "{broken}");
    }
    assert!(!read("otp", "Applications/Some.app", b"").wanted);
}

#[test]
fn a_release_that_lists_very_many_applications_is_read_in_time() {
    let names: String = (0..60_000).map(|number| format!("a{number},")).collect();
    let text =
        format!("{{application,a,[{{vsn,\"1\"}},{{applications,[{names}b]}},{{optional_applications,[{names}b]}}]}}.");
    let reading = read("otp", "ebin/a.app", text.as_bytes());
    assert!(reading.packages[0].requires.iter().all(|requirement| requirement.need == Need::Optional));
}

#[test]
fn vcpkg_s_features_add_to_what_a_port_needs() {
    let port = "Package: a\nVersion: 1\nArchitecture: x64-linux\nStatus: install ok installed\n\n";
    let feature = "Package: a\nFeature: f\nDepends: b, a\nArchitecture: x64-linux\nStatus: install ok installed\n\n";
    let reading = read("vcpkg", "v/installed/vcpkg/status", [port, &feature.repeat(20_000)].concat().as_bytes());
    assert_eq!((reading.lines(), reading.packages[0].requires.len()), (vec!["a 1".to_owned()], 1));
    let nameless = "Package: a\nStatus: install ok installed\n\nPackage: b\nVersion: 2\nStatus: install ok installed\n";
    let reading = read("vcpkg", "vcpkg_installed/vcpkg/status", nameless.as_bytes());
    assert_eq!((reading.lines(), reading.gaps.len()), (vec!["b 2".to_owned()], 1));
    assert!(!read("vcpkg", "var/lib/dpkg/status", port.as_bytes()).wanted);
}

#[test]
fn a_broken_record_leaves_the_others() {
    for (id, path, text, lines) in [
        ("r-lock", "renv.lock", r#"{"Packages": {"a": 7, "b": {"Version": "1"}}}"#, ["b 1"]),
        (
            "swift-lock",
            "Package.resolved",
            r#"{"pins": [[], {"location": "h.org/a", "state": {"version": "1"}}]}"#,
            ["h.org/a 1"],
        ),
        ("deno-lock", "deno.lock", r#"{"jsr": {"@a/b@1.0.0": 7}, "npm": {"c@2.0.0": {}}}"#, ["c 2.0.0"]),
        ("erlang-lock", "rebar.lock", "[x, {<<\"a\">>,{pkg,<<\"a\">>,<<\"1\">>},0}].", ["a 1"]),
        ("elixir-lock", "mix.lock", "%{\n\"a\": {:hex, :a, \"1\"},\n\"b\": {:hex, :b},\n}", ["a 1"]),
        ("dart-lock", "pubspec.lock", "packages:\n  a:\n    source: hosted\n  b:\n    version: \"1\"\n", ["b 1"]),
        (
            "terraform-lock",
            ".terraform.lock.hcl",
            "provider \"a/b\" {\n}\nprovider \"a/c\" {\n version = \"1\"\n}\n",
            ["a/c 1"],
        ),
        (
            "terraform",
            "a/.terraform/modules/modules.json",
            r#"{"Modules": [7, {"Source": "a", "Version": "1"}]}"#,
            ["a 1"],
        ),
        ("conan-lock", "conan.lock", r#"{"graph_lock": {"nodes": {"1": 7, "2": {"ref": "a/1"}}}}"#, ["a 1"]),
    ] {
        let reading = read(id, path, text.as_bytes());
        assert_eq!((reading.lines(), reading.gaps.len()), (lines.map(str::to_owned).to_vec(), 1), "{path}");
    }
}

#[test]
fn a_lock_file_that_lists_nothing_is_said() {
    for (id, path, text) in [
        ("dart-lock", "pubspec.lock", "sdks:\n"),
        ("cocoapods-lock", "Podfile.lock", "COCOAPODS: 1\n"),
        ("swift-lock", "Package.resolved", "{}"),
        ("r-lock", "renv.lock", "{}"),
        ("erlang-lock", "rebar.lock", ""),
        ("elixir-lock", "mix.lock", "[]"),
        ("perl-lock", "cpanfile.snapshot", "# nothing\n"),
    ] {
        assert_eq!(read(id, path, text.as_bytes()).gaps.len(), 1, "{path}");
    }
}

#[test]
fn extensions_of_editors_are_no_packages_of_npm() {
    let text = br#"{"name": "npm", "publisher": "vscode", "version": "1.0.1", "engines": {"vscode": "*"}}"#;
    let path = "usr/share/code/resources/app/extensions/npm/package.json";
    assert_eq!(read("vscode", path, text).lines(), ["vscode.npm 1.0.1"]);
    assert!(read("node", path, text).packages.is_empty());
    let plain = br#"{"name": "tool", "version": "1.0.0"}"#;
    assert!(read("vscode", path, plain).packages.is_empty());
    assert_eq!(read("node", path, plain).lines(), ["tool 1.0.0"]);
}

#[test]
fn an_action_pinned_to_a_commit_has_the_version_that_is_written_beside_it() {
    let commit = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c";
    let of = |line: &str| read("github-actions", ".github/workflows/a.yml", format!("  - uses: {line}\n").as_bytes());
    for (line, expected) in [
        (format!("a/b@{commit} # v1.2.3"), "a/b v1.2.3".to_owned()),
        (format!("'a/b@{commit}' # v1.2.3 of May"), "a/b v1.2.3".to_owned()),
        (format!("a/b@{commit} # the good one"), format!("a/b {commit}")),
        ("a/b/c@v2 # v1".to_owned(), "a/b v2".to_owned()),
    ] {
        assert_eq!(of(&line).lines(), [expected], "{line}");
    }
    for line in ["./own", "docker://alpine:3", "../x@v1", "plain@v1"] {
        assert!(of(line).packages.is_empty(), "{line}");
    }
}

#[test]
fn only_the_header_of_a_plugin_says_what_it_is() {
    let of = |path: &str, text: &str| read("wordpress", path, text.as_bytes());
    let plugin = "<?php\n// Plugin Name: A\n// Version: 1.0\n";
    assert_eq!(of("w/wp-content/plugins/a/main.php", plugin).lines(), ["a 1.0"]);
    assert!(!of("w/wp-content/plugins/a/includes/main.php", plugin).wanted);
    assert!(!of("w/wp-content/plugins/a/main.php", "<?php // Version: 1").wanted);
    let late = format!("<?php // Plugin Name: A\n{}Version: 2\n", "\n".repeat(10_000));
    assert_eq!(of("w/wp-content/mu-plugins/a.php", &late).gaps.len(), 1);
}

#[test]
fn what_lies_in_conan_s_cache_is_named_by_its_database() {
    assert!(read("conan", "root/.conan2/p/b/zlib0f1e/p/conaninfo.txt", b"[requires]\n").packages.is_empty());
    assert_eq!(read("conan", "root/.conan2/p/cache.sqlite3", b"no database").gaps.len(), 1);
    assert!(!read("conan", "home/cache.sqlite3", b"").wanted);
    let listed = b"[full_requires]\n    a/1.0@user/stable:0f1e\n    b/[>1]\n";
    assert_eq!(read("conan", "app/conaninfo.txt", listed).lines(), ["a 1.0"]);
}

#[test]
fn rocks_need_what_their_specification_names() {
    let path = "usr/local/lib/luarocks/rocks-5.4/a/1.0-1/a-1.0-1.rockspec";
    let text = b"dependencies = { 'lua >= 5.1', \"b~>1\", 'c' }\nbuild_dependencies = { 'd' }\n";
    let reading = read("lua", path, text);
    let names: Vec<&str> = reading.packages[0].requires.iter().map(|need| need.name.as_str()).collect();
    assert_eq!(names, ["b", "c"]);
    assert!(!read("lua", "src/a-1.0-1.rockspec", text).wanted);
}

#[test]
fn one_row_reads_what_vcpkg_left() {
    let text =
        br#"{"spdxVersion": "SPDX-2.2", "packages": [{"name": "a", "SPDXID": "SPDXRef-port", "versionInfo": "1"}]}"#;
    let path = "opt/vcpkg/installed/x64-linux/share/a/vcpkg.spdx.json";
    assert_eq!(read("vcpkg", path, text).lines(), ["a 1"]);
    assert!(!read("shipped-sbom", path, text).wanted);
}
