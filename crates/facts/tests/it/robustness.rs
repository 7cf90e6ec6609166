//! Facts from a cache that somebody damaged, and layers without end.

use plimsoll_facts::{LayerFacts, Limits, SectionFacts};

use crate::driver::Line::{File, Folder, Hardlink, Opaque, Symlink, Whiteout};
use crate::driver::{Line, image, layer, layer_within, lines};

#[test]
fn facts_read_back_as_they_were() {
    let facts = layer(&[File("x.pkg", "x 1"), Symlink("l", "x.pkg"), Whiteout("gone"), File("var/db", "a 1")]);
    let mut back = LayerFacts::decode_entries(&facts.encode_entries()).unwrap();
    back.sections = facts.sections.iter().map(|section| SectionFacts::decode(&section.encode()).unwrap()).collect();
    assert_eq!(back.sections, facts.sections);
    assert_eq!(lines(&image(&[back])), lines(&image(&[facts])));
}

#[test]
fn damaged_facts_are_an_error_or_harmless() {
    let facts = layer(&[File("x.pkg", "x 1"), Symlink("a/l", "x.pkg"), File("var/db", "a 1")]);
    let (entries, section) = (facts.encode_entries(), facts.sections[0].encode());
    for at in 0..entries.len() {
        assert!(LayerFacts::decode_entries(&entries[..at]).is_err());
        let mut bytes = entries.clone();
        bytes[at] ^= 0x55;
        if let Ok(facts) = LayerFacts::decode_entries(&bytes) {
            image(&[facts]);
        }
    }
    for at in 0..section.len() {
        let mut bytes = section.clone();
        bytes[at] ^= 0x55;
        let _ = SectionFacts::decode(&bytes);
        assert!(SectionFacts::decode(&section[..at]).is_err());
    }
}

#[test]
fn a_layer_with_too_many_entries_is_cut_and_says_so() {
    let limits = Limits { entries: 3, ..Limits::default() };
    let facts = layer_within(&[File("a", ""), File("b", ""), File("c", ""), File("d", "")], limits);
    assert_eq!(facts.entries.total(), 3);
    assert_eq!(facts.gaps.len(), 1);
}

#[test]
fn any_sequence_of_entries_merges() {
    plimsoll_fuzzing::check().with_iterations(2_000).for_each(|bytes: &[u8]| {
        const PATHS: [&str; 10] = ["a", "a/b", "a/b/x.pkg", "b", "b/x.pkg", "c", "c/y.pkg", "var/db", "a/b/c", "x.pkg"];
        let mut layers: Vec<Vec<Line<'_>>> = vec![Vec::new()];
        for pair in bytes.chunks_exact(2) {
            let (path, other) = (PATHS[usize::from(pair[1] & 15) % 10], PATHS[usize::from(pair[1] >> 4) % 10]);
            let line = match pair[0] % 8 {
                0 => Folder(path),
                1 => Symlink(path, other),
                2 => Hardlink(path, other),
                3 => Whiteout(path),
                4 => Opaque(path),
                5 => {
                    layers.push(Vec::new());
                    continue;
                }
                _ => File(path, ["p 1", "p 2\nq 1", "q 2", ""][usize::from(pair[0] >> 6)]),
            };
            layers.last_mut().unwrap().push(line);
        }
        let layers: Vec<_> = layers.iter().map(|lines| layer(lines)).collect();
        let inventory = image(&layers);
        for package in &inventory.packages {
            assert!(!package.locations.is_empty());
            assert!(package.introduced_in <= package.version_since);
            assert!((package.version_since as usize) < layers.len());
        }
    });
}
