//! The real images that lie beside the checkout.

use std::path::Path;

use plimsoll_beside::{has_tool, shared};

use crate::reading::{open_image, open_stream, plain, spec};
use crate::sample::digest;
use crate::tools::skopeo_copy;

#[test]
fn every_real_image_opens_and_its_layers_are_what_their_digests_say() {
    let Some(folder) = shared("images") else { return };
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|end| end != "tar") {
            continue;
        }
        let opened = open_image(&spec(&path, "", ""), None).unwrap();
        for (layer, stored) in opened.image.layers.iter().zip(&opened.layers) {
            assert_eq!(layer.digest, Some(digest(stored)), "{}", path.display());
            assert_eq!(layer.diff_id, Some(digest(&plain(stored))), "{}", path.display());
        }
        assert!(opened.image.gaps.is_empty());
        assert!(!opened.image.info.tags.is_empty());
        let arm = path.display().to_string().contains("arm64");
        assert_eq!(opened.image.info.platform.unwrap().architecture, if arm { "arm64" } else { "amd64" });
        let stream = open_stream(&std::fs::File::open(&path).map(read).unwrap(), None).unwrap();
        assert_eq!(stream.layers, opened.layers);
        count += 1;
    }
    assert!(count >= 8);
}

#[test]
fn an_image_is_the_same_in_every_form_that_skopeo_gives_it() {
    let Some(folder) = shared("images") else { return };
    if !has_tool("skopeo") {
        return;
    }
    let archive = folder.join("busybox-musl.oci.tar");
    let original = open_image(&spec(&archive, "", ""), None).unwrap();
    let target = tempfile::tempdir().unwrap();
    for (form, name) in
        [("docker-archive", "d.tar:busybox:musl"), ("oci-archive", "o.tar:musl"), ("oci", "layout:musl")]
    {
        let place = target.path().join(name).display().to_string();
        skopeo_copy(&format!("oci-archive:{}", archive.display()), &format!("{form}:{place}"));
        let path = place.split(':').next().unwrap();
        let opened = open_image(&spec(Path::new(path), "", ""), None).unwrap();
        assert_eq!(opened.image.layers[0].diff_id, original.image.layers[0].diff_id, "{form}");
        assert_eq!(plain(&opened.layers[0]), plain(&original.layers[0]), "{form}");
        assert_eq!(opened.image.info.platform, original.image.info.platform, "{form}");
        assert!(opened.image.gaps.is_empty(), "{form}: {:?}", opened.image.gaps);
        assert!(opened.image.info.tags[0].ends_with("musl"), "{form}");
        if form != "oci" {
            let stream = open_stream(&std::fs::File::open(path).map(read).unwrap(), None).unwrap();
            assert_eq!(stream.layers, opened.layers, "{form}");
        }
    }
}

fn read(file: std::fs::File) -> Vec<u8> {
    plimsoll_model::read_capped(file, 1 << 30).unwrap()
}
