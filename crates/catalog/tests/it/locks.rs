//! Lock files: what they declare, where they count, what is said of broken ones. Whole files of
//! every format are among the golden ones.

use std::path::{Path, PathBuf};

use plimsoll_catalog::CATALOGERS;
use plimsoll_model::{EvidenceKind, GapKind};

use crate::reading::{read, survives_anything, survives_damage};

/// One good file of each format.
const FORMATS: &[(&str, &str)] = &[
    ("python-lock", "pip/requirements.txt"),
    ("python-lock", "poetry/poetry.lock"),
    ("python-lock", "uv/uv.lock"),
    ("python-lock", "pdm/pdm.lock"),
    ("python-lock", "standard/pylock.toml"),
    ("python-lock", "pipenv/Pipfile.lock"),
    ("conda-env", "app/environment.yml"),
    ("node-lock", "npm-1/package-lock.json"),
    ("node-lock", "npm-3/package-lock.json"),
    ("node-lock", "yarn-1/yarn.lock"),
    ("node-lock", "yarn-4/yarn.lock"),
    ("node-lock", "pnpm-5/pnpm-lock.yaml"),
    ("node-lock", "pnpm-9/pnpm-lock.yaml"),
    ("node-lock", "bun/bun.lock"),
    ("go-mod", "app/go.mod"),
    ("cargo-lock", "app/Cargo.lock"),
    ("cargo-lock", "cargo/Cargo.lock"),
    ("gradle-lock", "app/gradle.lockfile"),
    ("maven-pom", "app/pom.xml"),
    ("ruby-lock", "app/Gemfile.lock"),
    ("ruby-lock", "bundler/Gemfile.lock"),
    ("php-lock", "app/composer.lock"),
    ("php-lock", "composer/composer.lock"),
    ("dotnet-lock", "app/packages.lock.json"),
    ("dotnet-project", "app/packages.config"),
    ("dotnet-project", "app/Directory.Packages.props"),
    ("dotnet-project", "app/App.csproj"),
    ("libman", "app/libman.json"),
    ("sbt-lock", "app/build.sbt.lock"),
    ("dart-lock", "app/pubspec.lock"),
    ("elixir-lock", "app/mix.lock"),
    ("erlang-lock", "app/rebar.lock"),
    ("swift-lock", "three/Package.resolved"),
    ("cocoapods-lock", "app/Podfile.lock"),
    ("conan-lock", "one/conan.lock"),
    ("conan-lock", "two/conan.lock"),
    ("conan-lock", "two/conanfile.txt"),
    ("r-lock", "app/renv.lock"),
    ("julia-lock", "two/Manifest.toml"),
    ("haskell-lock", "app/cabal.project.freeze"),
    ("haskell-lock", "app/stack.yaml.lock"),
    ("haskell-lock", "app/stack.yaml"),
    ("ocaml-lock", "app/app.opam.locked"),
    ("github-actions", "app/.github/workflows/ci.yml"),
    ("perl-lock", "app/cpanfile.snapshot"),
    ("terraform-lock", "infra/.terraform.lock.hcl"),
    ("deno-lock", "three/deno.lock"),
    ("deno-lock", "five/deno.lock"),
    ("shipped-sbom", "app/sbom.json"),
];

fn golden(id: &str, path: &str) -> Vec<u8> {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(id).join(path);
    plimsoll_model::read_capped(std::fs::File::open(path).unwrap(), 1 << 20).unwrap()
}

#[test]
fn every_row_of_declared_packages_has_a_good_file_here() {
    for row in CATALOGERS.iter().filter(|row| row.declared && row.file.starts_with("lang/")) {
        assert!(FORMATS.iter().any(|(id, _)| *id == row.inspect.id()), "{}", row.inspect.id());
    }
}

#[test]
fn what_a_lock_file_names_is_declared_and_nothing_else_is() {
    for (id, path) in FORMATS {
        let reading = read(id, path, &golden(id, path));
        assert!(!reading.packages.is_empty() && reading.gaps.is_empty(), "{path}");
        assert!(reading.packages.iter().all(|package| package.evidence == EvidenceKind::Declaration), "{path}");
    }
}

#[test]
fn lock_files_of_other_projects_in_the_image_are_not_read() {
    for (id, path) in FORMATS {
        let (_, name) = path.rsplit_once('/').unwrap();
        for folder in ["app/node_modules/a", "usr/lib/python3/site-packages/a", "app/vendor/a", "root/go/pkg/mod/a@v1"]
        {
            assert!(!read(id, &format!("{folder}/{name}"), &golden(id, path)).wanted, "{folder}/{name}");
        }
    }
}

#[test]
fn damaged_lock_files_never_panic() {
    for (id, path) in FORMATS {
        survives_damage(id, path, &golden(id, path));
        survives_anything(id, path);
    }
}

#[test]
fn a_file_that_is_nothing_of_the_kind_is_a_gap() {
    for (id, path) in FORMATS.iter().filter(|(_, path)| path.ends_with("json") || path.ends_with("Pipfile.lock")) {
        for text in
            ["", "{", "[1,", "\"text\"", "{\"packages\": 7, \"dependencies\": 7, \"default\": 7, \"libraries\": 7}"]
        {
            let reading = read(id, path, text.as_bytes());
            assert!(reading.packages.is_empty());
            assert_eq!(reading.gaps.first().map(|gap| gap.kind), Some(GapKind::FileUnreadable), "{path} {text}");
        }
    }
    for (id, path, text) in [
        ("node-lock", "pnpm-lock.yaml", "packages: [\n"),
        ("node-lock", "bun.lock", "{\"packages\": {\"a\": 7}}"),
        ("maven-pom", "pom.xml", "<project><dependencies>"),
        ("cargo-lock", "Cargo.lock", "[[package]]\nname = \n"),
        ("gradle-lock", "gradle.lockfile", "what=is this\n"),
    ] {
        assert_eq!(read(id, path, text.as_bytes()).gaps.len(), 1, "{path}");
    }
}

#[test]
fn a_package_without_name_or_version_is_counted_and_the_others_stay() {
    let text = r#"{"packages": [{"name": "a/b", "version": "1"}, {"name": "a/c"}, {"version": "1"}, {"name": "a/d", "version": "1\u0007"}]}"#;
    let reading = read("php-lock", "composer.lock", text.as_bytes());
    assert_eq!(reading.lines(), ["a/b 1"]);
    assert!(reading.gaps[0].detail.contains("3 of its packages"), "{}", reading.gaps[0].detail);
    let text = "[[package]]\nname = \"a\"\nversion = \"1\"\nsource = \"registry+x\"\n[[package]]\nname = 7\n";
    let reading = read("cargo-lock", "Cargo.lock", text.as_bytes());
    assert_eq!((reading.lines(), reading.gaps.len()), (vec!["a 1".to_owned()], 1));
}

#[test]
fn npm_aliases_links_and_workspaces_are_told_apart() {
    let text = r#"{"lockfileVersion": 3, "packages": {
        "": {"name": "app", "version": "1.0.0"},
        "packages/inner": {"name": "inner", "version": "1.0.0"},
        "node_modules/inner": {"resolved": "packages/inner", "link": true},
        "node_modules/alias": {"name": "real", "version": "2.0.0"},
        "node_modules/a/node_modules/@s/b": {"version": "3.0.0", "bundled": true},
        "packages/inner/node_modules/c": {"version": "4.0.0"}}}"#;
    let reading = read("node-lock", "npm-shrinkwrap.json", text.as_bytes());
    assert_eq!(reading.lines(), ["real 2.0.0", "@s/b 3.0.0", "c 4.0.0"]);
}

#[test]
fn yarn_names_a_package_by_what_it_was_resolved_to() {
    let berry = "\"a@npm:b@^1\":\n  version: 1.0.0\n  resolution: \"b@npm:1.0.0\"\n\n\
                 \"c@patch:c@npm%3A2.0.0#./c.patch\":\n  version: 2.0.0\n  resolution: \"c@patch:c@npm%3A2.0.0#./c.patch::hash=0\"\n\n\
                 \"d@portal:../d\":\n  version: 0.0.0-use.local\n  resolution: \"d@portal:../d\"\n";
    assert_eq!(read("node-lock", "yarn.lock", berry.as_bytes()).lines(), ["b 1.0.0", "c 2.0.0"]);
    let classic = "\"a@npm:@s/b@1.0.0\", x@1:\n  version \"1.0.0\"\n  dependencies:\n    version \"9\"\n\nl@link:./l:\n  version \"0.0.0\"\n";
    assert_eq!(read("node-lock", "yarn.lock", classic.as_bytes()).lines(), ["@s/b 1.0.0"]);
}

#[test]
fn hostile_sizes_and_depths_end_in_a_gap() {
    let deep = format!("{{\"dependencies\":{}{}}}", "{\"a\":{\"dependencies\":".repeat(50), "1");
    assert_eq!(read("node-lock", "package-lock.json", deep.as_bytes()).gaps.len(), 1);
    let nested = format!("{{\"dependencies\":{}null{}}}", "{\"a\":{\"dependencies\":".repeat(50), "}}".repeat(50));
    assert_eq!(read("node-lock", "package-lock.json", nested.as_bytes()).gaps[0].kind, GapKind::LimitReached);
    let many = format!("[[package]]\nname = \"a\"\nx = [{}]\n", "1,".repeat(1 << 20));
    assert_eq!(read("cargo-lock", "Cargo.lock", many.as_bytes()).gaps[0].kind, GapKind::FileTooLarge);
    let brackets = format!("packages:\n  a: {}", "[".repeat(100_000));
    assert_eq!(read("node-lock", "pnpm-lock.yaml", brackets.as_bytes()).gaps.len(), 1);
    let laughs = "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\n\
                  d: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e]\n\
                  g: &g [*f,*f,*f,*f,*f,*f,*f]\npackages: {x: *g}\n";
    assert_eq!(read("node-lock", "pnpm-lock.yaml", laughs.as_bytes()).gaps.len(), 1);
    let elements = "<a>".repeat(100);
    assert_eq!(read("maven-pom", "pom.xml", elements.as_bytes()).gaps[0].kind, GapKind::LimitReached);
    let endless = read("python-lock", "Pipfile.lock", format!("{{\"default\": \"{}", "x".repeat(1 << 20)).as_bytes());
    assert!(endless.gaps[0].detail.len() < 1000);
}
