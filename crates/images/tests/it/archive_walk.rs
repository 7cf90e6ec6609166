//! Any bytes as an archive, and archives that another reader reads too.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use plimsoll_images::StdinArchive;

use crate::reading::{open_stream, options};
use crate::sample::{self, Member, Members, Sample, tar};

#[test]
fn any_bytes_are_an_image_or_an_error() {
    let archives: Vec<Vec<u8>> = {
        let app = Sample::app();
        vec![
            tar(&sample::oci_images(&[(&app, &["1.0"])])),
            tar(&sample::docker(&[(&app, &["app:1.0"])])),
            tar(&sample::docker_legacy(&app, "app", "1.0")),
            sample::gzip(&tar(&sample::docker_25(&app, "app:1.0"))),
        ]
    };
    let folder = tempfile::tempdir().unwrap();
    plimsoll_fuzzing::check().with_iterations(600).with_type::<(u8, Vec<(u16, u8)>, u16)>().for_each(
        |(which, changes, cut)| {
            let mut bytes = archives[usize::from(*which) % archives.len()].clone();
            let length = bytes.len();
            for (at, value) in changes {
                bytes[usize::from(*at) % length] = *value;
            }
            if cut % 4 == 0 {
                bytes.truncate(usize::from(*cut) % length);
            }
            let _ = open_stream(&bytes, None);
            let path = sample::save(folder.path(), &bytes);
            let _ = crate::reading::open_image(&crate::reading::spec(&path, "", ""), None);
        },
    );
    plimsoll_fuzzing::check().with_iterations(2_000).for_each(|bytes: &[u8]| {
        let _ = open_stream(bytes, None);
    });
}

#[test]
fn members_are_the_same_as_another_reader_sees() {
    plimsoll_fuzzing::check().with_iterations(300).with_type::<Vec<(u8, u8, u16)>>().for_each(|rows| {
        let mut members = Members::new();
        for (at, (name, kind, size)) in rows.iter().take(30).enumerate() {
            // Short names, names for the prefix, names for a long-name header.
            let name = format!("{}f{}", "d/".repeat(usize::from(*name)), at % 7);
            let member = match kind % 4 {
                0 => Member::Symlink("elsewhere".into()),
                1 => Member::HardLink("d/f1".into()),
                _ => Member::File(vec![b'x'; usize::from(size % 1500)]),
            };
            members.push((name, member));
        }
        let bytes = tar(&members);
        let mut seen = BTreeMap::new();
        let error = StdinArchive::new(Cursor::new(bytes.clone()), "-").run(&options(None), &mut |name, content| {
            let mut all = Vec::new();
            std::io::copy(content, &mut all).unwrap();
            seen.insert(name.to_owned(), all);
            Ok(())
        });
        assert!(error.err().unwrap().to_string().contains("no container image"));
        let mut expected = BTreeMap::new();
        for entry in tar::Archive::new(&*bytes).entries().unwrap() {
            let entry = entry.unwrap();
            if entry.header().entry_type().is_file() {
                let name = entry.path().unwrap().to_str().unwrap().trim_start_matches('/').to_owned();
                let mut all = Vec::new();
                std::io::copy(&mut entry.take(1 << 20), &mut all).unwrap();
                expected.insert(name, all);
            }
        }
        assert_eq!(seen, expected);
    });
}
