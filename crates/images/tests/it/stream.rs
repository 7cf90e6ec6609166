//! What is special to an archive that passes by once.

use std::io::{self, Cursor, Read};

use plimsoll_images::{ImageError, StdinArchive};

use crate::reading::{open_image, open_stream, options, run, spec};
use crate::sample::{self, Member, Sample, file, tar};

/// Gives a byte or some at a time.
struct Trickle(Cursor<Vec<u8>>);

impl Read for Trickle {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = buffer.len().min(1 + self.0.position() as usize % 700);
        self.0.read(&mut buffer[..count])
    }
}

#[test]
fn a_stream_may_trickle() {
    let bytes = tar(&sample::docker_25(&Sample::app(), "app:1"));
    let opened = run(StdinArchive::new(Trickle(Cursor::new(bytes)), "-"), None).unwrap();
    assert_eq!(opened.image.layers.len(), 3);
}

#[cfg(target_os = "linux")]
#[test]
fn a_pipe_that_has_a_path_is_a_stream() {
    use std::os::fd::AsRawFd;

    let bytes = tar(&sample::docker(&[(&Sample::app(), &["app:1"])]));
    for source in ["", "docker-archive"] {
        let (reader, mut writer) = io::pipe().unwrap();
        let path = format!("/proc/self/fd/{}", reader.as_raw_fd());
        let bytes = bytes.clone();
        let writing = std::thread::spawn(move || io::Write::write_all(&mut writer, &bytes));
        let opened = open_image(&spec(std::path::Path::new(&path), source, ""), None).unwrap();
        assert_eq!(opened.image.layers.len(), 3);
        writing.join().unwrap().unwrap();
    }
}

#[test]
fn what_is_left_of_a_member_is_skipped() {
    let bytes = tar(&sample::docker(&[(&Sample::app(), &["app:1"])]));
    let mut names = Vec::new();
    let image = StdinArchive::new(Cursor::new(bytes), "-").run(&options(None), &mut |name, _| {
        names.push(name.to_owned());
        Ok(())
    });
    let image = image.unwrap();
    assert!(image.layers.iter().all(|layer| names.iter().any(|name| name == layer.member())));
    assert!(matches!(image.layers[0].open().err().unwrap(), ImageError::Passed(_)));
}

#[test]
fn an_error_of_the_reader_ends_the_stream() {
    let bytes = tar(&sample::docker(&[(&Sample::app(), &["app:1"])]));
    let result = StdinArchive::new(Cursor::new(bytes), "-").run(&options(None), &mut |_, _| Err(ImageError::Stopped));
    assert!(matches!(result, Err(ImageError::Stopped)));
}

#[test]
fn a_layer_that_begins_like_json_is_a_layer_all_the_same() {
    let mut image = Sample::app();
    image.layers[0] = tar(&[file("{\"a\":1}", b"hidden")]);
    let opened = open_stream(&tar(&sample::docker(&[(&image, &["app:1"])])), None).unwrap();
    assert_eq!(opened.layers[0], image.layers[0]);
}

#[test]
fn a_document_in_a_layers_place_is_no_silence() {
    let mut members = sample::docker(&[(&Sample::app(), &["app:1"])]);
    for (name, member) in &mut members {
        if let (true, Member::File(bytes)) = (name.ends_with("layer.tar"), member) {
            *bytes = b"{}".to_vec();
        }
    }
    let error = open_stream(&tar(&members), None).err().unwrap();
    assert!(error.to_string().contains("JSON"), "{error}");
}

#[test]
fn documents_beside_the_image_do_not_fill_the_memory() {
    let mut members = sample::oci_images(&[(&Sample::app(), &["1"])]);
    let sbom = format!("{{\"sbom\":\"{}\"}}", "x".repeat((8 << 20) - 11));
    for at in 0..5 {
        members.push(file(&format!("blobs/sha256/{at}"), sbom.clone()));
    }
    assert_eq!(open_stream(&tar(&members), None).unwrap().image.layers.len(), 3);
    // Where the image's own documents no longer find room, that is said.
    members.reverse();
    let error = open_stream(&tar(&members), None).err().unwrap();
    assert!(matches!(error, ImageError::Limit { .. }), "{error}");
}

#[test]
fn a_damaged_compressed_stream_is_an_error() {
    let packed = sample::gzip(&tar(&sample::oci_images(&[(&Sample::app(), &["1"])])));
    for at in [20, packed.len() / 2, packed.len() - 6] {
        let mut bytes = packed.clone();
        bytes[at] ^= 0x10;
        assert!(open_stream(&bytes, None).is_err(), "a flip at {at}");
        assert!(open_stream(&packed[..at], None).is_err(), "a cut at {at}");
    }
}

#[test]
fn a_zstd_window_beyond_32_mib_is_an_error() {
    let bytes = tar(&sample::oci_images(&[(&Sample::app(), &["1"])]));
    let mut packer = zstd::Encoder::new(Vec::new(), 1).unwrap();
    packer.window_log(27).unwrap();
    io::Write::write_all(&mut packer, &bytes).unwrap();
    let error = open_stream(&packer.finish().unwrap(), None).err().unwrap();
    assert!(error.to_string().contains("32 MiB"), "{error}");
}
