//! Which package a component is, by package URL, by the words of the tool, by CPE; and which is none.

use plimsoll_documents::sbom::{self, Bom, Options};
use plimsoll_model::{GapKind, PackageKind};

use crate::samples::{lines, read};

fn components(components: &str) -> Bom {
    read(&format!(r#"{{"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [{components}]}}"#))
}

#[test]
fn the_package_url_decides_and_the_component_adds_what_it_leaves_out() {
    for (component, expected) in [
        (r#"{"name": "x", "version": "9", "purl": "pkg:npm/left-pad@1.3.0"}"#, "npm left-pad 1.3.0"),
        (r#"{"name": "left-pad", "version": "1.3.0", "purl": "pkg:npm/left-pad"}"#, "npm left-pad 1.3.0"),
        (r#"{"group": "org.a", "name": "b", "version": "1", "purl": "pkg:maven/b@1"}"#, "maven org.a:b 1"),
        (
            r#"{"name": "bash", "version": "1:5.1-2", "purl": "pkg:rpm/rhel/bash@5.1-2?arch=x86_64"}"#,
            "rpm bash 1:5.1-2",
        ),
        (r#"{"name": "b", "version": "1", "purl": "pkg:npm/@a/b@1"}"#, "npm @a/b 1"),
        (r#"{"name": "b", "version": "1", "purl": "PKG:"}, {"purl": "pkg:gem/a@1"}"#, "gem a 1"),
    ] {
        assert_eq!(lines(&components(component)), [expected], "{component}");
    }
}

#[test]
fn a_name_that_differs_from_the_package_url_is_kept_beside_it() {
    let bom = components(
        r#"{"name": "other", "version": "1", "purl": "pkg:npm/a@1"},
           {"name": "Django", "version": "1", "purl": "pkg:pypi/django@1"},
           {"group": "@a", "name": "b", "version": "1", "purl": "pkg:npm/%40a/b@1"},
           {"group": "g", "name": "n", "version": "1", "purl": "pkg:maven/g/n@1"},
           {"name": "g:n", "version": "1", "purl": "pkg:maven/g/n@1"}"#,
    );
    let called: Vec<Option<&str>> = bom.packages.iter().map(|package| package.called.as_deref()).collect();
    assert_eq!(called, [Some("other"), None, None, None, None]);
    assert_eq!(bom.renamed, 1);
}

#[test]
fn without_a_package_url_the_word_of_the_tool_tells_the_kind() {
    let of_trivy = r#"{"type": "library", "name": "libssl3", "version": "3.0.9-1", "properties": [
        {"name": "aquasecurity:trivy:PkgType", "value": "debian"},
        {"name": "aquasecurity:trivy:SrcName", "value": "openssl"},
        {"name": "aquasecurity:trivy:SrcVersion", "value": "3.0.9"},
        {"name": "aquasecurity:trivy:SrcRelease", "value": "1"},
        {"name": "aquasecurity:trivy:SrcEpoch", "value": "1"}]}"#;
    let bom = components(of_trivy);
    assert_eq!(lines(&bom), ["deb libssl3 3.0.9-1"]);
    let source = bom.packages[0].package.source.clone().unwrap();
    assert_eq!((source.name.as_str(), source.version.as_str()), ("openssl", "1:3.0.9-1"));
    let of_syft = r#"{"name": "a", "version": "1", "properties": [{"name": "syft:package:type", "value": "gem"}]}"#;
    assert_eq!(lines(&components(of_syft)), ["gem a 1"]);
}

#[test]
fn a_product_is_known_by_its_cpe_alone() {
    let bom = components(
        r#"{"name": "openssl", "version": "3.0.9", "cpe": "cpe:2.3:a:openssl:openssl:3.0.9:*:*:*:*:*:*:*"}"#,
    );
    assert_eq!(lines(&bom), ["generic openssl 3.0.9"]);
    assert_eq!(bom.packages[0].package.cpes.len(), 1);
    let with_url = r#"{"name": "a", "version": "1", "cpe": "cpe:2.3:a:a:a:1:*:*:*:*:*:*:*", "purl": "pkg:npm/a@1"}"#;
    assert!(components(with_url).packages[0].package.cpes.is_empty(), "its own ecosystem knows it");
    let of_source = r#"{"name": "zlib", "version": "1.3", "cpe": "cpe:2.3:a:zlib:zlib:1.3:*:*:*:*:*:*:*", "purl": "pkg:github/madler/zlib@v1.3"}"#;
    assert_eq!(lines(&components(of_source)), ["generic zlib 1.3"]);
}

#[test]
fn what_is_no_package_or_has_no_identity_is_counted_with_the_reason() {
    let bom = components(
        r#"{"type": "operating-system", "name": "debian", "version": "12"},
           {"type": "application", "name": "package-lock.json"},
           {"type": "file", "name": "a.txt"},
           {"type": "library", "name": "zlib", "version": "1", "purl": "pkg:github/madler/zlib@1"},
           {"type": "container", "name": "shop", "purl": "pkg:oci/shop@sha256:00"},
           {"type": "library", "name": "a", "version": "1"},
           {"type": "library", "name": "b", "version": "1"},
           {"type": "library", "name": "c", "version": "1"},
           {"type": "library", "name": "d", "version": "1"},
           {"type": "library", "name": "e", "version": "1", "purl": "pkg:unheard-of/e@1"},
           {"type": "library", "name": "f", "purl": "pkg:npm/f"},
           {"type": "library"}, 7, null, [], "text""#,
    );
    assert!(bom.packages.is_empty());
    assert_eq!(bom.system, Some(("debian".to_owned(), Some("12".to_owned()))));
    let said: Vec<String> = bom.gaps.iter().map(|gap| format!("{} {}", gap.count, gap.detail)).collect();
    assert_eq!(
        said,
        [
            "1 components that are applications: package-lock.json",
            "1 components that are files: a.txt",
            "1 components that are images: shop",
            "1 components that are operating systems: debian",
            "1 components that are source code of other components: zlib",
            "1 components of a type that is not known: e",
            "5 components without a package URL or another identity: a, b, c, …",
            "1 components without a version: f",
        ]
    );
    assert!(bom.gaps.iter().take(5).all(|gap| gap.kind == GapKind::SkippedPackages));
    assert!(bom.gaps.iter().skip(5).all(|gap| gap.kind == GapKind::NoIdentity));
}

#[test]
fn a_repository_is_an_action_only_where_the_tool_says_so() {
    let action = r#"{"name": "actions/checkout", "version": "v4", "purl": "pkg:github/actions/checkout@v4",
        "properties": [{"name": "syft:package:type", "value": "github-action"}]}"#;
    assert_eq!(lines(&components(action)), ["github-actions actions/checkout v4"]);
}

#[test]
fn whoever_knows_what_unnamed_components_are_may_say_so() {
    let text = r#"{"bomFormat": "CycloneDX", "components": [{"name": "geos", "version": "3"}, {"name": "a", "purl": "pkg:npm/a@1"}]}"#;
    let options = Options { kind_of_unnamed: Some(PackageKind::Bitnami), ..Options::default() };
    assert_eq!(lines(&sbom::read_with(text.as_bytes(), options).unwrap()), ["bitnami geos 3", "npm a 1"]);
    let of_source = text.replace(r#""geos","#, r#""geos", "purl": "pkg:github/libgeos/geos@3","#);
    let with =
        |kind| sbom::read_with(of_source.as_bytes(), Options { kind_of_unnamed: Some(kind), ..options }).unwrap();
    assert_eq!(lines(&with(PackageKind::Bitnami)), ["npm a 1"]);
    assert_eq!(lines(&with(PackageKind::Generic)), ["generic geos 3", "npm a 1"]);
}
