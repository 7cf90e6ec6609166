//! What stands on the command line.

use plimsoll_images::{ImageError, SourceSpec};

#[test]
fn prefixes_name_the_kind_and_a_tag_may_follow_the_path() {
    for (text, path, tag) in [
        ("oci-archive:no/such.tar", "no/such.tar", None),
        ("oci-archive:no/such.tar:", "no/such.tar", None),
        ("oci-archive:no/such.tar:1.0", "no/such.tar", Some("1.0")),
        ("oci-archive:no/such.tar:localhost:5000/a:1", "no/such.tar", Some("localhost:5000/a:1")),
        ("oci-archive:no/such.tar:@2", "no/such.tar", Some("@2")),
    ] {
        let source = SourceSpec::parse(text).unwrap();
        assert_eq!(source, SourceSpec::OciArchive { path: path.into(), tag: tag.map(str::to_owned) }, "{text}");
    }
    assert!(matches!(SourceSpec::parse("docker-archive:x:1"), Ok(SourceSpec::DockerArchive { .. })));
    assert!(matches!(SourceSpec::parse("oci-dir:x:1"), Ok(SourceSpec::OciDir { .. })));
    assert!(matches!(SourceSpec::parse("dir:x:1"), Ok(SourceSpec::Folder(path)) if path.to_str() == Some("x:1")));
    assert!(matches!(SourceSpec::parse("rootfs:x"), Ok(SourceSpec::Folder(_))));
    assert!(matches!(SourceSpec::parse("-"), Ok(SourceSpec::Stdin)));
}

#[test]
fn a_path_with_colons_is_taken_whole_where_it_exists() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app:1.0.tar");
    std::fs::write(&path, "").unwrap();
    let text = format!("oci-archive:{}", path.display());
    assert_eq!(SourceSpec::parse(&text).unwrap(), SourceSpec::OciArchive { path: path.clone(), tag: None });
    let tagged = SourceSpec::parse(&format!("{text}:2")).unwrap();
    assert_eq!(tagged, SourceSpec::OciArchive { path, tag: Some("2".into()) });
}

#[test]
fn bare_words_are_references_unless_they_are_paths() {
    for text in ["debian", "debian:12", "localhost:5000/a", "registry:debian:12", "registry:localhost:5000/a"] {
        assert!(matches!(SourceSpec::parse(text), Ok(SourceSpec::Registry(_))), "{text}");
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("image.tar");
    std::fs::write(&path, "").unwrap();
    let source = SourceSpec::parse(&format!("{}:app:1.0", path.display())).unwrap();
    assert_eq!(source, SourceSpec::Archive { path, tag: Some("app:1.0".into()) });
    for text in ["./image", "/no/such", "image.tar", "image.tar.gz", "image.tgz", "image.tar.zst", "~/image"] {
        let error = SourceSpec::parse(text).unwrap_err();
        assert!(matches!(error, ImageError::NoSuchFile(_)), "{text}: {error}");
    }
}

#[test]
fn what_is_not_supported_yet_is_said_with_a_hint() {
    for scheme in ["docker", "podman", "containerd", "sbom", "oci", "file", "https", "containers-storage"] {
        let error = SourceSpec::parse(&format!("{scheme}:x")).unwrap_err();
        assert!(matches!(&error, ImageError::Scheme(name) if name == scheme), "{error}");
        assert!(error.hint().is_some());
    }
    assert!(SourceSpec::parse("docker:27").unwrap_err().hint().unwrap().contains("registry:docker"));
}

#[test]
fn what_is_nothing_at_all_is_refused() {
    for text in ["", "oci-archive:", "registry:", "dir:", "registry:Debian", "a b", "debian:12:13"] {
        let error = SourceSpec::parse(text).unwrap_err();
        assert!(error.hint().is_some(), "{text}: {error}");
    }
}

#[test]
fn a_file_that_is_no_archive_is_refused_with_a_hint() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("text.tar");
    for content in ["", "this is no archive", &"x".repeat(4096), "BZh91AY", "\u{fd}7zXZ"] {
        std::fs::write(&path, content).unwrap();
        for scheme in ["", "oci-archive", "docker-archive"] {
            let error = crate::reading::open_image(&crate::reading::spec(&path, scheme, ""), None).err().unwrap();
            assert!(!error.to_string().is_empty());
        }
    }
    for source in ["oci-dir:", "dir:"].map(|scheme| SourceSpec::parse(&format!("{scheme}{}", path.display())).unwrap())
    {
        let error = plimsoll_images::open(&source, &crate::reading::options(None)).err().unwrap();
        assert!(matches!(error, ImageError::NoFolder(_)), "{error}");
    }
    let missing = SourceSpec::parse("docker-archive:no-such.tar").unwrap();
    assert!(plimsoll_images::open(&missing, &crate::reading::options(None)).is_err());
    let as_archive = SourceSpec::parse(&format!("oci-archive:{}", folder.path().display())).unwrap();
    let error = plimsoll_images::open(&as_archive, &crate::reading::options(None)).err().unwrap();
    assert!(error.hint().unwrap().contains("oci-dir:"), "{error}");
}
