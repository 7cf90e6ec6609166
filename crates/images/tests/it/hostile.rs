//! Archives that are broken, by accident or on purpose: an error that says why, or the same image;
//! never a crash, a hang or silence.

use plimsoll_images::ImageError;
use plimsoll_model::GapKind;
use serde_json::{Value, json};

use crate::reading::{OpenedImage, open_file, open_image, open_stream, plain, spec};
use crate::sample::{self, Member, OCI_INDEX, OCI_MANIFEST, Sample, descriptor, digest, file, tar, to_bytes};

fn archives() -> Vec<(&'static str, Vec<u8>)> {
    let app = Sample::app();
    vec![
        ("oci", tar(&sample::oci_images(&[(&app, &["1.0"])]))),
        ("docker", tar(&sample::docker(&[(&app, &["app:1.0"])]))),
        ("docker 25", tar(&sample::docker_25(&app, "app:1.0"))),
        ("legacy", tar(&sample::docker_legacy(&app, "app", "1.0"))),
    ]
}

fn open_both(bytes: &[u8]) -> [Result<OpenedImage, ImageError>; 2] {
    [open_file(bytes, "", ""), open_stream(bytes, None)]
}

#[test]
fn an_archive_cut_short_is_an_error() {
    for (kind, bytes) in archives() {
        for cut in (0..bytes.len() - 512).step_by(512).chain((1..bytes.len() - 512).step_by(1024)) {
            for opened in open_both(&bytes[..cut]) {
                let error = opened.err().unwrap_or_else(|| panic!("{kind} cut at {cut} opened"));
                assert!(!error.to_string().contains('\n'), "{error}");
            }
        }
        // A single block of zeros is mark enough.
        assert!(open_both(&bytes[..bytes.len() - 512]).iter().all(Result::is_ok), "{kind}");
    }
}

#[test]
fn a_flipped_bit_is_an_error_or_changes_nothing_that_is_verified() {
    let app = Sample::app();
    for (kind, bytes) in archives() {
        for at in (0..bytes.len()).step_by(61) {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << (at % 8);
            let file = (at % 8 == 0).then(|| open_file(&flipped, "", ""));
            for opened in file.into_iter().chain([open_stream(&flipped, None)]).flatten() {
                // What is still called the same is the same; layers are verified by who reads them.
                if opened.image.info.config_digest == Some(digest(&app.config())) {
                    let diff_ids: Vec<_> = opened.image.layers.iter().filter_map(|layer| layer.diff_id).collect();
                    assert_eq!(diff_ids, app.layers.iter().map(|layer| digest(layer)).collect::<Vec<_>>(), "{kind}");
                }
                assert!(kind != "oci" || opened.image.info.manifest_digest == Some(digest(&app.manifest())));
            }
        }
    }
}

#[test]
fn a_changed_document_is_named_with_both_digests() {
    let app = Sample::app();
    for name in [sample::blob_name(&app.manifest()), sample::blob_name(&app.config())] {
        let mut members = sample::oci_images(&[(&app, &["1.0"])]);
        for (member, content) in &mut members {
            if let (true, Member::File(bytes)) = (*member == name, content) {
                bytes[10] ^= 1;
            }
        }
        for opened in open_both(&tar(&members)) {
            let error = opened.err().unwrap();
            assert!(matches!(error, ImageError::DigestMismatch { .. }), "{error}");
        }
    }
    let mut members = sample::docker(&[(&app, &["app:1.0"])]);
    for (name, content) in &mut members {
        if let (true, Member::File(bytes)) = (name.ends_with(".json") && name != "manifest.json", content) {
            bytes.push(b' ');
        }
    }
    assert!(matches!(open_stream(&tar(&members), None), Err(ImageError::DigestMismatch { .. })));
}

#[test]
fn a_missing_blob_is_named() {
    let app = Sample::app();
    for blob in [sample::gzip(&app.layers[1]), app.config(), app.manifest()] {
        let mut members = sample::oci_images(&[(&app, &["1.0"])]);
        let name = sample::blob_name(&blob);
        members.retain(|(member, _)| *member != name);
        for opened in open_both(&tar(&members)) {
            let error = opened.err().unwrap();
            assert!(error.to_string().contains(&digest(&blob).to_string()), "{error}");
        }
        let folder = tempfile::tempdir().unwrap();
        sample::unpack(folder.path(), &members);
        let error = open_image(&spec(folder.path(), "oci-dir", ""), None).err().unwrap();
        assert!(matches!(error, ImageError::MissingBlob { .. }), "{error}");
    }
    let mut members = sample::docker(&[(&app, &["app:1.0"])]);
    members.retain(|(name, _)| !name.starts_with("01"));
    for opened in open_both(&tar(&members)) {
        let error = opened.err().unwrap();
        assert!(matches!(&error, ImageError::MissingMember(name) if name.starts_with("01")), "{error}");
    }
}

#[test]
fn a_size_that_lies_is_an_error() {
    let app = Sample::app();
    for pointer in ["/layers/1/size", "/config/size"] {
        for lie in [json!(1), json!(u64::MAX), json!(-1), json!("1")] {
            let mut manifest: Value = serde_json::from_slice(&app.manifest()).unwrap();
            *manifest.pointer_mut(pointer).unwrap() = lie.clone();
            let manifest = to_bytes(&manifest);
            let mut blobs = app.blobs();
            blobs.push(file(&sample::blob_name(&manifest), manifest.clone()));
            for opened in open_both(&tar(&sample::oci(&[descriptor(OCI_MANIFEST, &manifest)], [blobs]))) {
                let error = opened.err().unwrap();
                assert!(
                    matches!(error, ImageError::SizeMismatch { .. } | ImageError::Json { .. }),
                    "{pointer} {lie}: {error}"
                );
            }
        }
    }
}

#[test]
fn indexes_within_indexes_end_somewhere() {
    let app = Sample::app();
    let mut entry = app.entry();
    let mut members = app.blobs();
    for depth in 0..8 {
        for opened in open_both(&tar(&sample::oci(&[entry.clone()], [members.clone()]))) {
            match opened {
                Ok(opened) => assert!(depth <= 4 && opened.image.layers.len() == 3),
                Err(error) => assert!(depth > 4 && matches!(error, ImageError::Limit { .. }), "{depth}: {error}"),
            }
        }
        let index = to_bytes(&json!({ "schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [entry] }));
        entry = descriptor(OCI_INDEX, &index);
        members.push(file(&sample::blob_name(&index), index));
    }
}

#[test]
fn an_index_that_names_itself_is_an_error() {
    let name = digest(b"itself").to_string();
    let index = to_bytes(
        &json!({ "schemaVersion": 2, "manifests": [{ "mediaType": OCI_INDEX, "digest": name, "size": 200 }] }),
    );
    let mut blob = index.clone();
    blob.resize(200, b' ');
    let members = vec![file("index.json", index), file(&format!("blobs/sha256/{}", digest(b"itself").hex()), blob)];
    for opened in open_both(&tar(&members)) {
        let error = opened.err().unwrap();
        assert!(matches!(error, ImageError::DigestMismatch { .. }), "{error}");
    }
}

#[test]
fn parents_that_go_in_a_circle_are_an_error() {
    let about = |parent: &str| to_bytes(&json!({ "id": "x", "parent": parent }));
    let members = vec![
        file("a/json", about("b")),
        file("b/json", about("a")),
        file("a/layer.tar", ""),
        file("b/layer.tar", ""),
        file("repositories", br#"{"app":{"1":"a"}}"#),
    ];
    for opened in open_both(&tar(&members)) {
        assert!(matches!(opened, Err(ImageError::Json { .. })));
    }
    let outside = vec![file("repositories", br#"{"app":{"1":"../../etc/passwd"}}"#)];
    assert!(matches!(open_stream(&tar(&outside), None), Err(ImageError::Json { .. })));
    let tags: Vec<String> = (0..5000).map(|at| format!("\"{at}\":\"a\"")).collect();
    let many = vec![file("repositories", format!("{{\"app\":{{{}}}}}", tags.join(",")))];
    assert!(matches!(open_stream(&tar(&many), None), Err(ImageError::Limit { .. })));
}

#[test]
fn links_that_go_in_a_circle_or_nowhere_or_out_lead_to_nothing() {
    let app = Sample::app();
    for target in ["layer.tar", "../nowhere/layer.tar", "../../../etc/passwd", "/etc/passwd"] {
        let mut members = sample::docker(&[(&app, &["app:1.0"])]);
        for (_, member) in &mut members {
            if let Member::Symlink(link) = member {
                *link = target.to_owned();
            }
        }
        for opened in open_both(&tar(&members)) {
            let error = opened.err().unwrap();
            assert!(matches!(error, ImageError::MissingMember(_)), "{target}: {error}");
        }
    }
}

#[test]
fn names_that_lead_out_of_the_archive_are_left_out_and_named() {
    let members = sample::oci_images(&[(&Sample::app(), &["1.0"])]);
    let mut bytes = Vec::new();
    for name in ["../../../../tmp/evil", "a/../../evil", ".."] {
        bytes.extend(raw_member(name.as_bytes(), b'0', b"evil"));
    }
    bytes.extend(raw_member(b"\xff\xfe", b'0', b"evil"));
    bytes.extend(tar(&members));
    for opened in open_both(&bytes) {
        let gaps = opened.unwrap().image.gaps;
        assert_eq!(gaps.len(), 4, "{gaps:?}");
        assert!(gaps.iter().all(|gap| gap.kind == GapKind::ArchiveOddity));
    }
    // Absolute names are taken as within the archive.
    let mut bytes = Vec::new();
    for (name, member) in &members {
        let Member::File(content) = member else { unreachable!() };
        bytes.extend(raw_member(format!("/./{name}").as_bytes(), b'0', content));
    }
    bytes.extend([0; 1024]);
    for opened in open_both(&bytes) {
        assert_eq!(opened.unwrap().image.layers.len(), 3);
    }
}

#[test]
fn of_two_members_of_one_name_the_last_counts_and_it_is_said() {
    let (app, other) = (Sample::app(), Sample::of_platform("linux", "arm64"));
    let mut members = sample::oci_images(&[(&other, &["1.0"])]);
    members.extend(sample::oci_images(&[(&app, &["1.0"])]));
    for opened in open_both(&tar(&members)) {
        let image = opened.unwrap().image;
        assert_eq!(image.info.manifest_digest, Some(digest(&app.manifest())));
        assert!(image.gaps.iter().any(|gap| gap.kind == GapKind::ArchiveOddity && gap.subject == "index.json"));
    }
}

#[test]
fn documents_that_are_too_large_too_deep_or_of_the_wrong_shape_are_errors() {
    let long = format!("{{\"schemaVersion\":2,\"manifests\":[],\"x\":\"{}\"}}", "x".repeat(5 << 20));
    let deep = format!("{}{}", "{\"manifests\":[".repeat(100_000), "]}".repeat(100_000));
    let many = format!("{{\"manifests\":[{}]}}", vec![descriptor(OCI_MANIFEST, b"").to_string(); 5000].join(","));
    let deep_unknown = format!("{{\"x\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    for text in [
        &long,
        &deep,
        &many,
        &deep_unknown,
        "[]",
        "{}",
        "null",
        "1",
        "",
        "{\"manifests\":{}}",
        "{\"manifests\":[{}]}",
        "\u{feff}{}",
    ] {
        for opened in open_both(&tar(&[file("index.json", text)])) {
            assert!(opened.is_err(), "{}", &text[..text.len().min(60)]);
        }
    }
    for text in [
        &deep,
        "{}",
        "[]",
        "[{}]",
        "[{\"Config\":\"\",\"Layers\":[]}]",
        "[{\"Config\":\"x\",\"config\":\"y\"}]",
        "[null]",
    ] {
        for opened in open_both(&tar(&[file("manifest.json", text)])) {
            assert!(opened.is_err(), "{}", &text[..text.len().min(60)]);
        }
    }
    for text in ["{\"a\":{}}", "{\"a\":1}", "[]", "{}", "{\"a\":{\"1\":\"\"}}"] {
        for opened in open_both(&tar(&[file("repositories", text)])) {
            assert!(opened.is_err(), "{text}");
        }
    }
    // Three bytes of JSON each that would be fifty of memory.
    let mut config: Value = serde_json::from_slice(&Sample::app().config()).unwrap();
    config["history"] = vec![json!({}); 20_000].into();
    let config = to_bytes(&config);
    let list = json!([{ "Config": "c.json", "Layers": [] }]);
    let error =
        open_stream(&tar(&[file("c.json", config), file("manifest.json", to_bytes(&list))]), None).err().unwrap();
    assert!(error.to_string().contains("more than"), "{error}");
}

#[test]
fn headers_without_end_are_errors() {
    // A long name of 600 MB, by its header's word.
    let mut long_name = raw_header(b"././@LongLink", b'L', 600 << 20);
    long_name.resize(1 << 20, b'x');
    // Extended headers of the same length.
    let mut extended = raw_header(b"pax", b'x', 600 << 20);
    extended.resize(1 << 20, b'x');
    // Sparse headers that announce more of themselves for ever.
    let mut sparse = raw_header(b"sparse", b'S', 0);
    sparse[257..265].copy_from_slice(b"ustar  \0");
    sparse[482] = 1;
    seal(&mut sparse[..512]);
    for _ in 0..4096 {
        let mut more = [0; 512];
        more[504] = 1;
        sparse.extend(more);
    }
    // Global headers one after the other.
    let global = raw_member(b"pax", b'g', b"11 path=xy\n").repeat(1000);
    for bytes in [long_name, extended, sparse, global] {
        for opened in open_both(&bytes) {
            assert!(opened.is_err());
        }
    }
}

#[test]
fn members_without_number_are_an_error() {
    let one = raw_member(b"x", b'0', b"");
    let opened = open_file(&one.repeat(100_001), "", "");
    assert!(matches!(opened, Err(ImageError::Limit { .. })));
}

#[test]
fn a_member_of_impossible_size_is_an_error() {
    for size in [[0xff; 12], *b"\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff", *b"777777777777", *b"-00000000001"] {
        let mut header = raw_header(b"x", b'0', 0);
        header[124..136].copy_from_slice(&size);
        seal(&mut header);
        header.resize(4096, 0);
        for opened in open_both(&header) {
            assert!(opened.is_err());
        }
    }
}

#[test]
fn what_a_hostile_name_holds_does_not_reach_the_terminal() {
    let list = json!([{ "Config": "\u{1b}]0;x\u{7}", "RepoTags": ["\u{1b}[2J"], "Layers": [] }]);
    let error = open_stream(&tar(&[file("manifest.json", to_bytes(&list))]), None).err().unwrap();
    assert!(!error.to_string().chars().any(char::is_control), "{error:?}");
}

#[test]
fn a_file_that_is_cut_while_it_is_read_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = sample::save(folder.path(), &tar(&sample::docker_25(&Sample::app(), "app:1")));
    let opened = open_image(&spec(&path, "", ""), None).unwrap();
    assert!(!plain(&opened.layers[0]).is_empty());
    std::fs::File::options().write(true).open(&path).unwrap().set_len(700).unwrap();
    let mut reader = opened.image.layers.last().unwrap().open().unwrap();
    assert!(std::io::copy(&mut reader, &mut std::io::sink()).is_err());
}

/// A header and contents as no tool would write them.
fn raw_member(name: &[u8], kind: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = raw_header(name, kind, content.len() as u64);
    bytes.extend_from_slice(content);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

fn raw_header(name: &[u8], kind: u8, size: u64) -> Vec<u8> {
    let mut header = vec![0; 512];
    header[..name.len()].copy_from_slice(name);
    header[100..108].copy_from_slice(b"0000644\0");
    header[124..136].copy_from_slice(format!("{size:011o}\0").as_bytes());
    header[156] = kind;
    header[257..265].copy_from_slice(b"ustar\x0000");
    seal(&mut header);
    header
}

fn seal(header: &mut [u8]) {
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}
