//! Installed gems, PHP and .NET packages, Bitnami components.

use std::collections::BTreeSet;
use std::process::Command;

use plimsoll_model::{GapKind, Need};

use crate::golden;
use crate::reading::{has_tool, read, survives_anything, survives_damage};

const GEM: &str = "usr/lib/ruby/gems/3.1.0/specifications/a-1.gemspec";

#[test]
fn a_gem_is_named_by_its_stub_or_else_by_literals() {
    for text in [
        "# stub: a 1.0 ruby lib\n",
        "s.name = \"a\".freeze\ns.version = \"1.0\"\n",
        "  spec.name        = 'a'\n  spec.version     = Gem::Version.new('1.0')\n",
        "# stub: a 1.0 x86_64-linux lib\0ext\ns.name = \"other\"\ns.version = \"2\"\n",
    ] {
        assert_eq!(read("ruby", GEM, text.as_bytes()).lines(), ["a 1.0"], "{text}");
    }
}

#[test]
fn a_gem_whose_name_would_have_to_be_computed_is_a_gap() {
    for text in
        ["", "s.name = \"a\"\n", "s.name = NAME\ns.version = \"1\"\n", "s.name = \"a-#{x}\"\ns.version = \"1\"\n"]
    {
        let reading = read("ruby", GEM, text.as_bytes());
        assert!(reading.packages.is_empty());
        assert_eq!(reading.gaps[0].kind, GapKind::FileUnreadable, "{text}");
    }
}

#[test]
fn specifications_of_sources_are_not_installed() {
    for path in ["app/a.gemspec", "usr/lib/ruby/gems/3.1.0/gems/a-1/a.gemspec", "app/default/a.gemspec"] {
        assert!(!read("ruby", path, b"# stub: a 1.0 ruby lib\n").wanted, "{path}");
    }
    assert!(read("ruby", "x/specifications/default/a.gemspec", b"# stub: a 1.0 ruby lib\n").wanted);
}

#[test]
fn the_gems_of_this_machine_are_read_as_ruby_reads_them() {
    if !has_tool("ruby") {
        return;
    }
    let script = "Gem::Specification.each { |s| puts [s.name, s.version, s.loaded_from, s.dependencies.map { |d| \"#{d.type} #{d.name}\" }.sort.uniq.join(';'), s.licenses.join(' OR ')].join('|') if s.loaded_from }";
    let output = Command::new("ruby").args(["-e", script]).output().unwrap();
    let listed = String::from_utf8(output.stdout).unwrap();
    for line in listed.lines() {
        let [name, version, path, needs, licenses] = line.split('|').collect::<Vec<_>>().try_into().unwrap();
        let bytes = plimsoll_model::read_capped(std::fs::File::open(path).unwrap(), 1 << 24).unwrap();
        let reading = read("ruby", path.trim_start_matches('/'), &bytes);
        assert_eq!(reading.lines(), [format!("{name} {version}")], "{path}");
        let package = &reading.packages[0];
        let mut found: Vec<String> = package
            .requires
            .iter()
            .map(|needed| {
                let is_always = needed.need == Need::Always;
                format!("{} {}", if is_always { "runtime" } else { "development" }, needed.name)
            })
            .collect();
        found.sort();
        assert_eq!(found.join(";"), needs, "{path}");
        assert_eq!(package.license.as_deref().unwrap_or_default(), licenses, "{path}");
    }
}

#[test]
fn every_library_counts_where_no_target_is_named() {
    let text = r#"{"libraries": {"A/1.0.0": {"type": "package"}, "B/2.0.0": {"type": "project"}, "runtimepack.C/3.0.0": {"type": "runtimepack"}}}"#;
    assert_eq!(read("dotnet", "app/x.deps.json", text.as_bytes()).lines(), ["A 1.0.0", "C 3.0.0"]);
    let elsewhere =
        r#"{"runtimeTarget": {"name": "net"}, "targets": {}, "libraries": {"A/1.0.0": {"type": "package"}}}"#;
    assert_eq!(read("dotnet", "app/x.deps.json", elsewhere.as_bytes()).lines(), ["A 1.0.0"]);
    let nameless = r#"{"libraries": {"A": {"type": "package"}}}"#;
    assert_eq!(read("dotnet", "app/x.deps.json", nameless.as_bytes()).gaps.len(), 1);
}

#[test]
fn assemblies_of_runtimes_and_native_libraries_are_left_alone() {
    let files = golden::files("dotnet");
    let bytes = |name: &str| &files.iter().find(|(path, ..)| path.ends_with(name)).unwrap().2;
    assert!(read("dotnet", "srv/web/bin/log4net.dll", bytes("log4net.dll")).wanted);
    assert!(!read("dotnet", "srv/web/bin/native.dll", bytes("native.dll")).wanted);
    for folder in ["usr/share/dotnet/sdk/8.0.100", "usr/lib/mono/4.5", "usr/share/dotnet/packs/A/ref/net8.0"] {
        assert!(!read("dotnet", &format!("{folder}/log4net.dll"), bytes("log4net.dll")).wanted, "{folder}");
    }
}

#[test]
fn bitnami_components_are_those_in_its_own_folder() {
    let text = r#"{"spdxVersion": "SPDX-2.3", "packages": [{"name": "redis", "versionInfo": "7.2.4-0"}]}"#;
    assert_eq!(read("bitnami", "opt/bitnami/redis/.spdx-redis.spdx", text.as_bytes()).lines(), ["redis 7.2.4-0"]);
    for path in ["opt/bitnami/redis/other.spdx", "srv/.spdx-redis.spdx"] {
        assert!(!read("bitnami", path, text.as_bytes()).wanted, "{path}");
    }
}

#[test]
fn composer_s_list_is_known_by_its_folder() {
    let text = br#"[{"name": "a/b", "version": "1.0"}]"#;
    assert!(read("php", "srv/vendor/composer/installed.json", text).wanted);
    assert!(!read("php", "srv/installed.json", text).wanted);
}

#[test]
fn damaged_files_never_panic() {
    let good: BTreeSet<(&str, &str, &str)> = BTreeSet::from([
        ("ruby", GEM, "# stub: a 1.0 ruby lib\ns.name = \"a\".freeze\ns.version = \"1\"\n"),
        (
            "php",
            "vendor/composer/installed.json",
            r#"{"packages": [{"name": "a/b", "version": "1", "license": ["MIT"]}]}"#,
        ),
        (
            "dotnet",
            "x.deps.json",
            r#"{"runtimeTarget": {"name": "t"}, "targets": {"t": {"A/1": {"runtime": {"a": {}}}}}, "libraries": {"A/1": {"type": "package"}}}"#,
        ),
        (
            "bitnami",
            "opt/bitnami/a/.spdx-a.spdx",
            r#"{"spdxVersion": "SPDX-2.3", "packages": [{"name": "a", "versionInfo": "1", "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:bitnami/a@1"}]}]}"#,
        ),
    ]);
    for (id, path, text) in good {
        assert_eq!(read(id, path, text.as_bytes()).packages.len(), 1, "{id}");
        survives_damage(id, path, text.as_bytes());
        survives_anything(id, path);
    }
}
