//! What is no image, or not one that can be read whole: an error or a gap, never silence.

use plimsoll_images::{ImageError, Skip};
use plimsoll_model::GapKind;
use serde_json::{Value, json};

use crate::reading::{OpenedImage, open_file, open_stream};
use crate::sample::{self, Members, Sample, descriptor, file, gzip, tar, to_bytes};

/// An OCI layout whose manifest was changed.
fn with_manifest(change: impl FnOnce(&mut Value)) -> Members {
    let app = Sample::app();
    let mut manifest: Value = serde_json::from_slice(&app.manifest()).unwrap();
    change(&mut manifest);
    let manifest = to_bytes(&manifest);
    let mut entry = descriptor("", &manifest);
    entry.as_object_mut().unwrap().remove("mediaType");
    let mut blobs = app.blobs();
    blobs.push(file(&sample::blob_name(&manifest), manifest));
    sample::oci(&[entry], [blobs])
}

fn opened(members: &Members) -> Result<OpenedImage, ImageError> {
    let bytes = tar(members);
    let (file, stream) = (open_file(&bytes, "", ""), open_stream(&bytes, None));
    match (&file, &stream) {
        (Ok(file), Ok(stream)) => assert_eq!(file.image.gaps, stream.image.gaps),
        (Err(file), Err(stream)) => assert_eq!(file.to_string(), stream.to_string()),
        _ => panic!("file and stream differ"),
    }
    file
}

fn error(members: &Members) -> ImageError {
    opened(members).err().unwrap()
}

#[test]
fn schema_1_is_refused_with_a_way_out() {
    for (field, value) in [("schemaVersion", json!(1)), ("fsLayers", json!([{ "blobSum": "sha256:00" }]))] {
        let error = error(&with_manifest(|manifest| manifest[field] = value));
        assert!(matches!(error, ImageError::Schema1), "{error}");
        assert!(error.hint().unwrap().contains("skopeo"));
    }
}

#[test]
fn artifacts_are_named_by_their_type() {
    let chart = error(&with_manifest(|manifest| {
        manifest["config"]["mediaType"] = "application/vnd.cncf.helm.config.v1+json".into();
    }));
    assert!(chart.to_string().contains("helm"), "{chart}");
    let typed = error(&with_manifest(|manifest| {
        manifest["artifactType"] = "application/example".into();
        manifest["config"]["mediaType"] = "application/vnd.oci.empty.v1+json".into();
    }));
    assert!(typed.to_string().contains("application/example"), "{typed}");
    let signature = error(&with_manifest(|manifest| {
        for layer in manifest["layers"].as_array_mut().unwrap() {
            layer["mediaType"] = "application/vnd.dev.cosign.simplesigning.v1+json".into();
        }
    }));
    assert!(signature.to_string().contains("cosign"), "{signature}");
    for error in [chart, typed, signature] {
        assert!(matches!(error, ImageError::NotAnImage(_)), "{error}");
    }
}

#[test]
fn an_artifact_beside_an_image_is_a_note() {
    let app = Sample::app();
    let mut artifact = descriptor(sample::OCI_MANIFEST, b"{}");
    artifact["artifactType"] = "application/spdx+json".into();
    let other = descriptor("application/vnd.example.thing", b"thing");
    let opened = opened(&sample::oci(&[app.entry(), artifact, other], [app.blobs()])).unwrap();
    assert_eq!(opened.image.gaps.len(), 2);
    assert!(opened.image.gaps.iter().all(|gap| gap.kind == GapKind::NotAnImage));
}

#[test]
fn layers_that_cannot_be_read_are_skipped_and_weigh_in_the_verdict() {
    for (media_type, kind, skip) in [
        ("application/vnd.oci.image.layer.v1.tar+gzip+encrypted", GapKind::EncryptedLayer, Skip::Encrypted),
        ("application/vnd.example.layer", GapKind::LayerUnreadable, Skip::MediaType),
    ] {
        let opened = opened(&with_manifest(|manifest| manifest["layers"][1]["mediaType"] = media_type.into())).unwrap();
        assert_eq!(opened.image.layers[1].skip, Some(skip));
        assert!(opened.image.layers[1].open().is_err());
        assert_eq!(opened.image.layers.iter().filter(|layer| layer.skip.is_none()).count(), 2);
        let gap = &opened.image.gaps[0];
        assert_eq!((gap.kind, gap.layer), (kind, Some(1)));
        assert_eq!(gap.kind.weight(), plimsoll_model::GapWeight::Incomplete);
    }
}

#[test]
fn a_foreign_layer_is_read_where_its_bytes_are_there_and_a_gap_where_not() {
    let foreign = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
    let mut members = with_manifest(|manifest| {
        manifest["layers"][0]["mediaType"] = foreign.into();
        manifest["layers"][0]["urls"] = json!(["https://elsewhere.example/layer"]);
    });
    assert!(opened(&members).unwrap().image.gaps.is_empty());
    let name = sample::blob_name(&gzip(&Sample::app().layers[0]));
    members.retain(|(member, _)| *member != name);
    let opened = opened(&members).unwrap();
    assert_eq!(opened.image.layers[0].skip, Some(Skip::Foreign));
    assert_eq!(opened.image.gaps[0].kind, GapKind::ForeignLayer);
}

#[test]
fn an_image_of_another_system_is_read_and_says_so() {
    let opened = opened(&sample::oci_images(&[(&Sample::of_platform("windows", "amd64"), &["1"])])).unwrap();
    assert_eq!(opened.image.gaps[0].kind, GapKind::UnsupportedSystem);
    assert!(opened.image.layers[0].skip.is_none());
}

#[test]
fn documents_that_programs_read_in_different_ways_are_refused() {
    let both = error(&with_manifest(|manifest| manifest["manifests"] = json!([])));
    let twin = error(&with_manifest(|manifest| manifest["LAYERS"] = json!([])));
    let nested = error(&with_manifest(|manifest| manifest["layers"][0]["Digest"] = "sha256:00".into()));
    let renamed = error(&with_manifest(|manifest| manifest["mediaType"] = sample::OCI_INDEX.into()));
    for error in [both, twin, nested, renamed] {
        assert!(matches!(error, ImageError::Ambiguous { .. }), "{error}");
    }
    // A field that stands twice.
    let app = Sample::app();
    let text = String::from_utf8(app.manifest()).unwrap().replacen('{', r#"{"layers":[],"#, 1);
    let entry = descriptor(sample::OCI_MANIFEST, text.as_bytes());
    let blobs = vec![file(&sample::blob_name(text.as_bytes()), text)];
    assert!(error(&sample::oci(&[entry], [blobs])).to_string().contains("duplicate"));
    // What people write into annotations is theirs.
    let free = with_manifest(|manifest| manifest["annotations"] = json!({ "Layers": "x", "Size": "y" }));
    assert!(opened(&free).is_ok());
}

#[test]
fn a_configuration_that_speaks_of_other_layers_is_refused() {
    let error = error(&with_manifest(|manifest| {
        manifest["layers"].as_array_mut().unwrap().pop();
    }));
    assert!(matches!(error, ImageError::LayerCount { configured: 3, listed: 2 }), "{error}");
}

#[test]
fn the_base_image_is_known_by_its_annotations() {
    let digest = sample::digest(b"base").to_string();
    let members = with_manifest(|manifest| {
        manifest["annotations"] = json!({
            "org.opencontainers.image.base.digest": digest,
            "org.opencontainers.image.base.name": "docker.io/library/debian:12",
        });
    });
    let image = opened(&members).unwrap().image;
    assert_eq!(image.info.base.digest.unwrap().to_string(), digest);
    assert_eq!(image.info.base.name.as_deref(), Some("docker.io/library/debian:12"));
    assert_eq!(image.info.base.layers, None);
}

#[test]
fn a_history_that_does_not_fit_the_layers_names_no_instruction() {
    for (rows, gaps) in [(vec!["A"], 1), (vec!["A", "B", "C", "D"], 1), (vec![], 0)] {
        let mut image = Sample::app();
        image.instructions = rows;
        let opened = opened(&sample::oci_images(&[(&image, &["1"])])).unwrap();
        assert!(opened.image.info.layers.iter().all(|layer| layer.instruction.is_none()));
        assert_eq!(opened.image.gaps.len(), gaps);
    }
}

#[test]
fn what_drives_a_terminal_is_not_kept() {
    let mut image = Sample::app();
    image.instructions[0] = "RUN \u{1b}]0;title\u{7} a\tb\u{202e}\u{9b}31m";
    let opened = opened(&sample::oci_images(&[(&image, &["1\u{1b}[2J"])])).unwrap();
    assert_eq!(opened.image.info.layers[0].instruction.as_deref(), Some("RUN ]0;title a b31m"));
    assert_eq!(opened.image.info.tags, ["1[2J"]);
}
