//! What holds for every kind of source.

use std::io::Read;

use plimsoll_images::{BlobKind, ImageError, SourceSpec};
use plimsoll_model::{Digest, Timestamp};

use crate::reading::{OpenedImage, bytes_of, open_image, open_stream, plain, spec};
use crate::sample::{self, Members, Sample, digest, gzip, tar};

/// Name, members, whether layers have digests of their own, whether a configuration names their
/// plain digests.
fn archives() -> Vec<(&'static str, Members, bool, bool)> {
    let app = Sample::app();
    vec![
        ("oci", sample::oci_images(&[(&app, &["1.0"])]), true, true),
        ("docker", sample::docker(&[(&app, &["app:1.0"])]), false, true),
        ("docker 25", sample::docker_25(&app, "app:1.0"), true, true),
        ("docker before 1.10", sample::docker_legacy(&app, "app", "1.0"), false, false),
    ]
}

fn check(kind: &str, opened: &OpenedImage, has_digests: bool, has_diff_ids: bool) {
    let app = Sample::app();
    let image = &opened.image;
    assert_eq!(image.layers.len(), app.layers.len(), "{kind}");
    assert_eq!(image.info.layers.len(), app.layers.len(), "{kind}");
    for (at, expected) in app.layers.iter().enumerate() {
        let (layer, info, stored) = (&image.layers[at], &image.info.layers[at], &opened.layers[at]);
        assert_eq!(&plain(stored), expected, "{kind}: layer {at}");
        assert_eq!(layer.size_bytes, stored.len() as u64, "{kind}");
        assert_eq!((layer.digest, layer.diff_id), (info.digest, info.diff_id), "{kind}");
        assert_eq!(layer.digest, has_digests.then(|| digest(stored)), "{kind}");
        assert_eq!(layer.diff_id, has_diff_ids.then(|| digest(expected)), "{kind}");
        assert_eq!(layer.kind, if has_digests { BlobKind::Oci } else { BlobKind::DockerPlain }, "{kind}");
        assert_eq!(layer.identity().is_some(), has_digests || has_diff_ids, "{kind}");
        assert!(layer.local && layer.skip.is_none(), "{kind}");
        assert_eq!(info.instruction.as_deref(), Some(app.instructions[at]), "{kind}");
    }
    let info = &image.info;
    assert_eq!(info.platform.as_ref().unwrap().to_string(), "linux/amd64", "{kind}");
    assert_eq!(info.config_digest, has_diff_ids.then(|| digest(&app.config())), "{kind}");
    assert_eq!(info.tags.len(), 1, "{kind}: {:?}", info.tags);
    assert!(info.tags[0].ends_with("1.0"), "{kind}: {:?}", info.tags);
    let year = if has_diff_ids { "2024" } else { "2014" };
    assert_eq!(info.created, Timestamp::parse(&format!("{year}-05-06T07:08:09Z")), "{kind}");
    assert!(image.gaps.is_empty(), "{kind}: {:?}", image.gaps);
}

#[test]
fn every_kind_of_archive_opens_by_its_content() {
    let folder = tempfile::tempdir().unwrap();
    for (kind, members, has_digests, has_diff_ids) in archives() {
        let path = sample::save(folder.path(), &tar(&members));
        let opened = open_image(&spec(&path, "", ""), None).unwrap();
        check(kind, &opened, has_digests, has_diff_ids);
        assert_eq!(opened.image.info.source, if kind == "oci" { "oci-archive" } else { "docker-archive" });
        assert_eq!(opened.image.info.name, path.display().to_string());
    }
}

#[test]
fn every_kind_of_archive_opens_whatever_the_order_of_its_members() {
    for (kind, mut members, has_digests, has_diff_ids) in archives() {
        members.reverse();
        let folder = tempfile::tempdir().unwrap();
        let path = sample::save(folder.path(), &tar(&members));
        check(kind, &open_image(&spec(&path, "", ""), None).unwrap(), has_digests, has_diff_ids);
        check(kind, &open_stream(&tar(&members), None).unwrap(), has_digests, has_diff_ids);
    }
}

#[test]
fn every_kind_of_archive_opens_compressed_as_a_whole() {
    for (kind, members, has_digests, has_diff_ids) in archives() {
        let bytes = tar(&members);
        for packed in [gzip(&bytes), zstd::encode_all(&*bytes, 1).unwrap()] {
            let folder = tempfile::tempdir().unwrap();
            let path = sample::save(folder.path(), &packed);
            check(kind, &open_image(&spec(&path, "", ""), None).unwrap(), has_digests, has_diff_ids);
            check(kind, &open_stream(&packed, None).unwrap(), has_digests, has_diff_ids);
        }
    }
}

#[test]
fn a_stream_gives_the_same_image_as_the_file() {
    for (kind, members, ..) in archives() {
        let bytes = tar(&members);
        let folder = tempfile::tempdir().unwrap();
        let path = sample::save(folder.path(), &bytes);
        let file = open_image(&spec(&path, "", ""), None).unwrap();
        let mut stream = open_stream(&bytes, None).unwrap();
        assert_eq!(stream.image.info.name, "-");
        stream.image.info.name.clone_from(&file.image.info.name);
        assert_eq!(stream.image.info, file.image.info, "{kind}");
        assert_eq!(stream.layers, file.layers, "{kind}");
        let members = |opened: &OpenedImage| -> Vec<String> {
            opened.image.layers.iter().map(|layer| layer.member().to_owned()).collect()
        };
        assert_eq!(members(&stream), members(&file), "{kind}");
    }
}

#[test]
fn a_folder_in_oci_layout_opens_with_and_without_its_prefix() {
    let folder = tempfile::tempdir().unwrap();
    sample::unpack(folder.path(), &sample::oci_images(&[(&Sample::app(), &["1.0"])]));
    for source in
        [spec(folder.path(), "", ""), spec(folder.path(), "oci-dir", ""), spec(folder.path(), "oci-dir", "1.0")]
    {
        let opened = open_image(&source, None).unwrap();
        check("folder", &opened, true, true);
        assert_eq!(opened.image.info.source, "oci-dir");
    }
}

#[test]
fn an_archive_opens_under_the_prefix_of_its_kind_and_no_other() {
    let app = Sample::app();
    let folder = tempfile::tempdir().unwrap();
    for (members, oci, docker) in [
        (sample::oci_images(&[(&app, &["1.0"])]), true, false),
        (sample::docker(&[(&app, &["app:1.0"])]), false, true),
        (sample::docker_legacy(&app, "app", "1.0"), false, true),
        (sample::docker_25(&app, "app:1.0"), true, true),
    ] {
        let path = sample::save(folder.path(), &tar(&members));
        for (scheme, opens) in [("oci-archive", oci), ("docker-archive", docker)] {
            let opened = open_image(&spec(&path, scheme, ""), None);
            assert_eq!(opened.is_ok(), opens, "{scheme}");
            if let Err(error) = opened {
                assert!(matches!(error, ImageError::NoImage(_)), "{error}");
            }
        }
    }
}

#[test]
fn readers_of_one_archive_do_not_disturb_each_other() {
    let app = Sample::app();
    let folder = tempfile::tempdir().unwrap();
    let path = sample::save(folder.path(), &tar(&sample::docker(&[(&app, &["a:1"])])));
    let opened = open_image(&spec(&path, "", ""), None).unwrap();
    let mut readers: Vec<_> = (0..6).map(|at| opened.image.layers[at % 3].open().unwrap()).collect();
    let mut read: Vec<Vec<u8>> = vec![Vec::new(); readers.len()];
    // Seven bytes of each in turn.
    for _ in 0..2000 {
        for (reader, bytes) in readers.iter_mut().zip(&mut read) {
            let mut some = [0; 7];
            let count = reader.read(&mut some).unwrap();
            bytes.extend_from_slice(&some[..count]);
        }
    }
    for (at, bytes) in read.iter().enumerate() {
        assert_eq!(bytes, &app.layers[at % 3]);
    }
    let layers = &opened.image.layers;
    std::thread::scope(|scope| {
        let threads: Vec<_> = layers.iter().map(|layer| scope.spawn(|| bytes_of(layer).unwrap())).collect();
        for (thread, expected) in threads.into_iter().zip(&app.layers) {
            assert_eq!(&thread.join().unwrap(), expected);
        }
    });
}

#[test]
fn compressed_layers_of_a_docker_archive_are_known_by_their_diff_ids() {
    let app = Sample::app();
    let mut members = sample::docker(&[(&app, &["app:1.0"])]);
    for (name, member) in &mut members {
        if let (true, sample::Member::File(bytes)) = (name.ends_with("layer.tar"), member) {
            *bytes = gzip(bytes);
        }
    }
    check("gzip layers", &open_stream(&tar(&members), None).unwrap(), false, true);
    let folder = tempfile::tempdir().unwrap();
    let path = sample::save(folder.path(), &tar(&members));
    check("gzip layers", &open_image(&spec(&path, "", ""), None).unwrap(), false, true);
}

#[test]
fn hard_links_lead_to_the_layer_too() {
    let app = Sample::app();
    let mut members = sample::docker(&[(&app, &["app:1.0"])]);
    for (_, member) in &mut members {
        if let sample::Member::Symlink(target) = member {
            *member = sample::Member::HardLink(target.trim_start_matches("../").to_owned());
        }
    }
    check("hard links", &open_stream(&tar(&members), None).unwrap(), false, true);
}

#[test]
fn a_folder_is_a_file_system_only_under_its_prefix() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display();
    for scheme in ["dir", "rootfs"] {
        let source = SourceSpec::parse(&format!("{scheme}:{path}")).unwrap();
        let opened = plimsoll_images::open(&source, &crate::reading::options(None)).unwrap();
        assert!(matches!(opened, plimsoll_images::Opened::RootFs(found) if found == folder.path()));
    }
    let error = SourceSpec::parse(&path.to_string()).unwrap_err();
    assert!(error.hint().unwrap().contains(&format!("dir:{path}")), "{error}");
}

#[test]
fn a_digest_of_a_claiming_name_is_a_claim_for_who_reads_it() {
    // Wrong bytes under a layer's name: opening does not read layers, so only the size could tell.
    let app = Sample::app();
    let mut members = sample::docker_25(&app, "app:1.0");
    let name = sample::blob_name(&app.layers[0]);
    for (member, content) in &mut members {
        if let (true, sample::Member::File(bytes)) = (*member == name, content) {
            bytes[600] ^= 1;
        }
    }
    let opened = open_stream(&tar(&members), None).unwrap();
    let claimed: Digest = opened.image.layers[0].digest.unwrap();
    assert_eq!(claimed, digest(&app.layers[0]));
    assert_ne!(claimed, digest(&opened.layers[0]));
}
