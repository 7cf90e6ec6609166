//! Several images: by tag, by platform, or an error that lists them.

use plimsoll_images::ImageError;
use plimsoll_model::{Gap, GapKind};
use serde_json::{Value, json};

use crate::reading::{OpenedImage, open_file, open_image, open_stream, plain, spec};
use crate::sample::{self, Member, Members, OCI_INDEX, Sample, descriptor, file, tar, to_bytes};

fn two() -> (Sample, Sample) {
    (Sample::app(), Sample::of_platform("linux", "amd64"))
}

fn layer_count(opened: Result<OpenedImage, ImageError>) -> usize {
    opened.unwrap().image.layers.len()
}

#[test]
fn a_tag_a_name_a_place_or_a_digest_chooses_one_of_several_images() {
    let (app, other) = two();
    let digest = sample::digest(&other.manifest()).to_string();
    let bytes = tar(&sample::oci_images(&[(&app, &["1.0"]), (&other, &["2.0", "registry.example/other:3"])]));
    for (tag, layers) in
        [("1.0", 3), ("2.0", 1), ("registry.example/other:3", 1), ("3", 1), ("@0", 3), ("@2", 1), (&*digest, 1)]
    {
        assert_eq!(layer_count(open_file(&bytes, "oci-archive", tag)), layers, "{tag}");
    }
    let bytes = tar(&sample::docker(&[(&app, &["app:1.0", "app:latest"]), (&other, &["other:2.0"])]));
    for (tag, layers) in [("app:1.0", 3), ("docker.io/library/app", 3), ("other:2.0", 1), ("2.0", 1), ("@1", 1)] {
        assert_eq!(layer_count(open_file(&bytes, "docker-archive", tag)), layers, "{tag}");
    }
}

#[test]
fn all_names_of_the_chosen_image_are_its_tags() {
    let (app, other) = two();
    let bytes = tar(&sample::docker(&[(&app, &["app:1.0", "app:latest"]), (&other, &["other:2.0"])]));
    let opened = open_file(&bytes, "docker-archive", "app:1.0").unwrap();
    assert_eq!(opened.image.info.tags, ["app:1.0", "app:latest"]);
    let bytes = tar(&sample::oci_images(&[(&app, &["1.0", "latest"])]));
    assert_eq!(open_file(&bytes, "", "").unwrap().image.info.tags, ["1.0", "latest"]);
}

#[test]
fn several_images_without_a_choice_are_listed() {
    let (app, other) = two();
    for bytes in [
        tar(&sample::oci_images(&[(&app, &["1.0"]), (&other, &["2.0"])])),
        tar(&sample::docker(&[(&app, &["app:1.0"]), (&other, &["other:2.0"])])),
    ] {
        for error in [open_file(&bytes, "", "").err().unwrap(), open_stream(&bytes, None).err().unwrap()] {
            let ImageError::SeveralImages(names) = &error else { panic!("{error}") };
            assert!(names[0].ends_with("1.0") && names[1].ends_with("2.0"), "{error}");
            assert!(error.hint().unwrap().contains("choose one"));
        }
    }
}

#[test]
fn a_tag_that_no_image_has_is_an_error_that_lists_what_there_is() {
    let (app, _) = two();
    let oci = tar(&sample::oci_images(&[(&app, &["1.0"])]));
    let docker = tar(&sample::docker(&[(&app, &["app:1.0"])]));
    let legacy = tar(&sample::docker_legacy(&app, "app", "1.0"));
    for (bytes, scheme) in [(oci, "oci-archive"), (docker, "docker-archive"), (legacy, "docker-archive")] {
        let error = open_file(&bytes, scheme, "9").err().unwrap();
        assert!(matches!(error, ImageError::NoSuchTag { .. }) && error.to_string().contains("1.0"), "{error}");
    }
}

/// An index of several platforms, one level down, as a builder exports it.
fn multi_platform(images: &[&Sample], more: &[Value]) -> Members {
    let mut entries: Vec<Value> = images.iter().map(|image| image.entry_for_platform()).collect();
    entries.extend_from_slice(more);
    let index = to_bytes(&json!({ "schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries }));
    let mut entry = descriptor(OCI_INDEX, &index);
    entry["annotations"] = json!({ "org.opencontainers.image.ref.name": "1.0" });
    let mut blobs: Vec<Members> = images.iter().map(|image| image.blobs()).collect();
    blobs.push(vec![file(&sample::blob_name(&index), index)]);
    sample::oci(&[entry], blobs)
}

fn platform_of(members: &Members, wish: Option<&str>) -> Result<String, ImageError> {
    let folder = tempfile::tempdir().unwrap();
    let path = sample::save(folder.path(), &tar(members));
    let opened = open_image(&spec(&path, "", ""), wish);
    assert_eq!(open_stream(&tar(members), wish).is_ok(), opened.is_ok());
    let opened = opened?;
    assert!(String::from_utf8_lossy(&plain(&opened.layers[0])).contains("linux/"));
    Ok(opened.image.info.platform.unwrap().to_string())
}

#[test]
fn of_several_platforms_the_default_is_linux_on_amd64() {
    let images = [Sample::of_platform("linux", "arm64"), Sample::of_platform("linux", "amd64")];
    let members = multi_platform(&[&images[0], &images[1]], &[]);
    assert_eq!(platform_of(&members, None).unwrap(), "linux/amd64");
    assert_eq!(platform_of(&members, Some("linux/arm64")).unwrap(), "linux/arm64");
    assert_eq!(platform_of(&members, Some("linux/arm64/v8")).unwrap(), "linux/arm64");
    let error = platform_of(&members, Some("linux/s390x")).unwrap_err();
    assert_eq!(error.to_string(), "the image is not made for linux/s390x; it is made for linux/amd64, linux/arm64");
}

#[test]
fn platforms_that_the_index_does_not_give_are_read_from_the_configurations() {
    let images = [Sample::of_platform("linux", "arm64"), Sample::of_platform("linux", "amd64")];
    let entries = [images[0].entry(), images[1].entry()];
    let members = sample::oci(&entries, images.iter().map(Sample::blobs));
    assert_eq!(platform_of(&members, None).unwrap(), "linux/amd64");
    assert_eq!(platform_of(&members, Some("linux/arm64")).unwrap(), "linux/arm64");
}

#[test]
fn without_amd64_the_choice_among_several_is_the_users() {
    let images = [Sample::of_platform("linux", "arm64"), Sample::of_platform("linux", "s390x")];
    let error = platform_of(&multi_platform(&[&images[0], &images[1]], &[]), None).unwrap_err();
    assert!(error.to_string().contains("linux/arm64, linux/s390x"), "{error}");
    assert_eq!(error.hint().unwrap(), "choose one with --platform");
}

#[test]
fn an_image_for_one_platform_is_taken_whatever_it_is() {
    let arm = Sample::of_platform("linux", "arm64");
    for members in [
        sample::oci_images(&[(&arm, &["1"])]),
        multi_platform(&[&arm], &[]),
        sample::docker(&[(&arm, &["a:1"])]),
        sample::docker_25(&arm, "a:1"),
        sample::docker_legacy(&arm, "a", "1"),
    ] {
        assert_eq!(platform_of(&members, None).unwrap(), "linux/arm64");
        assert_eq!(platform_of(&members, Some("linux/arm64")).unwrap(), "linux/arm64");
        let error = platform_of(&members, Some("linux/amd64")).unwrap_err();
        assert!(matches!(error, ImageError::NoSuchPlatform { .. }), "{error}");
    }
}

#[test]
fn an_export_of_one_platform_with_the_whole_index_is_that_platform() {
    let images = [Sample::of_platform("linux", "arm64"), Sample::of_platform("linux", "amd64")];
    let mut members = multi_platform(&[&images[0], &images[1]], &[]);
    let absent = images[1].blobs();
    members.retain(|member| !absent.contains(member));
    assert_eq!(platform_of(&members, None).unwrap(), "linux/arm64");
    let error = platform_of(&members, Some("linux/amd64")).unwrap_err();
    assert!(matches!(error, ImageError::MissingBlob { .. }), "{error}");
    assert!(error.to_string().contains(&sample::digest(&images[1].manifest()).to_string()), "{error}");
}

#[test]
fn the_wished_variant_is_preferred_then_the_plain_one_then_the_highest() {
    let variants = ["v6", "v7", ""].map(|variant| {
        let mut image = Sample::of_platform("linux", "arm");
        image.instructions = vec![variant];
        let mut entry = image.entry_for_platform();
        if !variant.is_empty() {
            entry["platform"]["variant"] = variant.into();
        }
        (image, entry)
    });
    let chosen = |count: usize, wish: &str| {
        let entries: Vec<Value> = variants[..count].iter().map(|(_, entry)| entry.clone()).collect();
        let index = to_bytes(&json!({ "schemaVersion": 2, "manifests": entries }));
        let mut blobs: Vec<Members> = variants.iter().map(|(image, _)| image.blobs()).collect();
        blobs.push(vec![file(&sample::blob_name(&index), index.clone())]);
        let bytes = tar(&sample::oci(&[descriptor(OCI_INDEX, &index)], blobs));
        open_stream(&bytes, Some(wish)).unwrap().image.info.layers[0].instruction.clone()
    };
    assert_eq!(chosen(3, "linux/arm/v6").as_deref(), Some("v6"));
    assert_eq!(chosen(2, "linux/arm").as_deref(), Some("v7"));
    assert_eq!(chosen(3, "linux/arm"), None);
}

#[test]
fn attestations_beside_an_image_are_left_out_and_named() {
    let app = Sample::of_platform("linux", "amd64");
    let statement = to_bytes(&json!({ "schemaVersion": 2, "statement": true }));
    let mut attestation = descriptor(sample::OCI_MANIFEST, &statement);
    attestation["platform"] = json!({ "os": "unknown", "architecture": "unknown" });
    attestation["annotations"] = json!({ "vnd.docker.reference.type": "attestation-manifest" });
    let mut members = multi_platform(&[&app], &[attestation.clone()]);
    // That its blob is there or not makes no difference.
    for _ in 0..2 {
        let opened = open_stream(&tar(&members), None).unwrap();
        let digest = sample::digest(&statement).to_string();
        assert_eq!(opened.image.gaps.len(), 1);
        assert_eq!((opened.image.gaps[0].kind, &opened.image.gaps[0].subject), (GapKind::NotAnImage, &digest));
        members.push(file(&sample::blob_name(&statement), statement.clone()));
    }
    // Beside it in the layout's own index, too.
    let members = sample::oci(&[app.entry(), attestation], [app.blobs()]);
    let opened = open_stream(&tar(&members), None).unwrap();
    assert_eq!(opened.image.gaps.iter().map(|gap: &Gap| gap.kind).collect::<Vec<_>>(), [GapKind::NotAnImage]);
}

#[test]
fn an_image_that_a_runtime_would_run_is_no_attestation_by_its_own_word() {
    let app = Sample::of_platform("linux", "amd64");
    let mut entry = app.entry_for_platform();
    entry["annotations"] = json!({ "vnd.docker.reference.type": "attestation-manifest" });
    let opened = open_stream(&tar(&sample::oci(&[entry], [app.blobs()])), None).unwrap();
    assert_eq!(opened.image.layers.len(), 1);
}

#[test]
fn docker_archives_whose_lists_disagree_are_opened_only_by_name() {
    let (app, other) = two();
    let mut members = sample::docker_25(&app, "app:1.0");
    members.extend(sample::docker_25(&other, "app:1.0").into_iter().filter(|(name, _)| name != "index.json"));
    let bytes = tar(&members);
    // `manifest.json` is the later one's, `index.json` the first one's.
    for error in [open_file(&bytes, "", "").err().unwrap(), open_stream(&bytes, None).err().unwrap()] {
        assert!(matches!(error, ImageError::TwoImages), "{error}");
        assert!(error.hint().is_some());
    }
    assert_eq!(layer_count(open_file(&bytes, "oci-archive", "")), 3);
    assert_eq!(layer_count(open_file(&bytes, "docker-archive", "")), 1);
}

#[test]
fn another_platform_in_the_index_hides_no_image_of_the_list() {
    let (arm, amd) = (Sample::of_platform("linux", "arm64"), Sample::of_platform("linux", "amd64"));
    // One image for two platforms, of which `manifest.json` names the one it was saved on.
    let mut members = multi_platform(&[&arm, &amd], &[]);
    let list = |image: &Sample| {
        let layer = sample::blob_name(&sample::gzip(&image.layers[0]));
        let list = json!([{ "Config": sample::blob_name(&image.config()), "RepoTags": ["a:1.0"], "Layers": [layer] }]);
        file("manifest.json", to_bytes(&list))
    };
    members.push(list(&arm));
    assert_eq!(platform_of(&members, None).unwrap(), "linux/amd64");
    assert_eq!(platform_of(&members, Some("linux/arm64")).unwrap(), "linux/arm64");
    // An index of another platform's image only, beside a list that names this one.
    let mut members = multi_platform(&[&amd], &[]);
    members.extend(arm.blobs());
    members.push(list(&arm));
    assert!(matches!(platform_of(&members, None), Err(ImageError::TwoImages)));
}

#[test]
fn a_docker_archive_with_a_useless_index_is_read_by_its_own_list() {
    let app = Sample::app();
    let mut members = sample::docker(&[(&app, &["app:1.0"])]);
    members.push(file("index.json", to_bytes(&json!({ "schemaVersion": 2, "manifests": [] }))));
    assert_eq!(layer_count(open_stream(&tar(&members), None)), 3);
    let mut members = sample::docker_25(&app, "app:1.0");
    let manifest = members.iter().position(|(_, member)| {
        matches!(member, Member::File(bytes) if bytes.windows(8).any(|part| part == b"\"layers\"") && bytes.windows(8).any(|part| part == b"\"config\"") && !bytes.windows(8).any(|part| part == b"\"rootfs\""))
    });
    members.remove(manifest.unwrap());
    let opened = open_stream(&tar(&members), None).unwrap();
    assert_eq!(opened.image.layers.len(), 3);
    assert!(opened.image.info.manifest_digest.is_none());
}
