//! Facts from a cache that somebody damaged, and layers without end.

use plimsoll_facts::{Found, LayerFacts, Limits, SectionFacts, Sink};
use plimsoll_model::{FilePath, GapKind};

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
fn what_is_found_in_a_layer_is_capped_by_number_and_by_bytes_and_says_so() {
    let lines = [File("a/x.pkg", "x 1\ny 1"), File("b/x.pkg", "x 2\ny 2")];
    for (limits, kept) in [
        (Limits { found: 3, ..Limits::default() }, 3),
        (Limits { found: 0, ..Limits::default() }, 0),
        (Limits { found_bytes: 0, ..Limits::default() }, 0),
        (Limits { found_bytes: 2_000, ..Limits::default() }, 4),
        (Limits::default(), 4),
    ] {
        let facts = layer_within(&lines, limits);
        let gaps: Vec<_> = facts.sections.iter().flat_map(|section| &section.gaps).map(|gap| gap.kind).collect();
        assert_eq!(facts.sections.iter().map(|section| section.found.len()).sum::<usize>(), kept, "{limits:?}");
        assert_eq!(gaps, vec![GapKind::LimitReached; usize::from(kept < 4)], "{limits:?}");
    }
}

#[test]
fn what_is_found_in_one_file_is_capped_by_number_and_by_bytes_and_says_so() {
    let last = |sink: Sink| {
        let items = sink.into_items();
        assert!(matches!(items.last(), Some((_, Found::Gap(gap))) if gap.kind == GapKind::LimitReached));
        items.len()
    };
    let mut many = Sink::new(FilePath::new(b"db"), Vec::new());
    (0..Sink::MAX_ITEMS + 9).for_each(|_| many.fragment(0, *b""));
    assert_eq!(last(many), Sink::MAX_ITEMS);
    let mut large = Sink::new(FilePath::new(b"db"), Vec::new());
    (0..99).for_each(|_| large.fragment(0, vec![0; 1 << 20]));
    assert_eq!(last(large), 64);
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
            assert!(!package.sightings.is_empty());
            assert!(package.introduced_in <= package.version_since);
            assert!((package.version_since as usize) < layers.len());
        }
    });
}
