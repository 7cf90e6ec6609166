//! Archives inside the layer.

use plimsoll_layers::{Caps, LayerRead, ReadOptions};
use sha1::{Digest, Sha1};

use crate::inspectors::{ALL_ROWS, ROWS, fragments, gaps, hex, inline, read, texts, try_read_with};
use crate::make::{Tar, noise, streamed_zip, zip, zip_with};

fn one(path: &str, bytes: &[u8]) -> Vec<u8> {
    Tar::new().file(path, bytes).finish()
}

/// Reads with every archive walked forward.
fn read_forward(layer: &[u8]) -> LayerRead {
    let caps = Caps { held_archive_bytes: 0, ..Caps::default() };
    try_read_with(layer, ROWS, &ReadOptions { caps, ..inline() }).unwrap()
}

fn summary(bytes: &[u8], members: u64, complete: bool) -> String {
    format!("{} {members} {complete}", hex(Sha1::digest(bytes).into()))
}

/// By its directory and walked forward, an archive must look the same.
fn both_ways(jar: &[u8]) -> (Vec<String>, Vec<String>) {
    let layer = one("a.jar", jar);
    let (held, walked) = (read(&layer), read_forward(&layer));
    let sorted = |facts| {
        let mut texts = texts(facts);
        texts.sort();
        texts
    };
    assert_eq!(sorted(&held.facts), sorted(&walked.facts));
    assert_eq!(gaps(&held.facts), gaps(&walked.facts));
    (sorted(&held.facts), gaps(&held.facts))
}

#[test]
fn members_are_files_of_their_own() {
    let members: [(&str, &[u8]); 3] = [("a/note.txt", b"one"), ("b/other.class", b"not wanted"), ("note.txt", b"two")];
    for jar in [zip(&members), streamed_zip(&members), zip_with(zip::CompressionMethod::Stored, &members)] {
        let (texts, gaps) = both_ways(&jar);
        let whole = format!("a.jar 1 {}", summary(&jar, 3, true));
        assert_eq!(texts, [&whole, "a.jar!a/note.txt 0 one", "a.jar!note.txt 0 two"]);
        assert!(gaps.is_empty(), "{gaps:?}");
    }
}

#[test]
fn archives_inside_archives_are_opened() {
    let inner = zip(&[("note.txt", b"deep")]);
    let members: [(&str, &[u8]); 1] = [("lib/inner.jar", &inner)];
    for jar in [zip(&members), streamed_zip(&members), zip_with(zip::CompressionMethod::Stored, &members)] {
        let (texts, gaps) = both_ways(&jar);
        assert_eq!(
            texts,
            [
                format!("a.jar 1 {}", summary(&jar, 1, true)),
                format!("a.jar!lib/inner.jar 1 {}", summary(&inner, 1, true)),
                "a.jar!lib/inner.jar!note.txt 0 deep".into(),
            ]
        );
        assert!(gaps.is_empty(), "{gaps:?}");
    }
}

#[test]
fn a_launcher_in_front_of_the_archive_is_passed_over() {
    let script = format!("#!/bin/bash\n{}\nexit 0\nPK\x03\x04 is no header\n", "# launcher\n".repeat(1000));
    let jar = [script.as_bytes(), &zip(&[("note.txt", b"text")])].concat();
    let (texts, gaps) = both_ways(&jar);
    assert!(texts.contains(&"a.jar!note.txt 0 text".into()), "{texts:?}");
    assert!(gaps.is_empty(), "{gaps:?}");
}

#[test]
fn an_empty_archive_has_no_members() {
    let jar = zip(&[]);
    let (texts, gaps) = both_ways(&jar);
    assert_eq!(texts, [format!("a.jar 1 {}", summary(&jar, 0, true))]);
    assert!(gaps.is_empty());
}

#[test]
fn large_members_are_held_or_streamed() {
    let text = noise(900_000, 3);
    let long = noise(1_200_000, 4);
    let program = noise(3_000_000, 5);
    let members: [(&str, &[u8]); 3] = [("note.txt", &text), ("long/note.txt", &long), ("a.bin", &program)];
    for jar in [zip(&members), streamed_zip(&members), zip_with(zip::CompressionMethod::Stored, &members)] {
        let layer = one("a.jar", &jar);
        for read in [read(&layer), read_forward(&layer)] {
            let found = fragments(&read.facts);
            assert!(found.contains(&("a.jar!note.txt 0".into(), text.clone())));
            assert!(found.contains(&("a.jar!a.bin 0".into(), program.clone())));
            assert_eq!(gaps(&read.facts), ["file-too-large a.jar!long/note.txt: the limit on size was reached"]);
        }
    }
}

#[test]
fn several_inspectors_share_one_file() {
    let jar = zip(&[("note.txt", b"text"), ("x.bin", &noise(400_000, 1))]);
    let program = [b"\x7fELF", &noise(700_000, 2)[..]].concat();
    let layer = Tar::new()
        .file("lib/a.jar", &jar)
        .file("lib/b.txt", b"seen by two")
        .file("lib/c.stream", &program)
        .file("lib/ignored", b"x")
        .finish();
    for held_archive_bytes in [16 << 20, 0] {
        let caps = Caps { held_archive_bytes, ..Caps::default() };
        let read = try_read_with(&layer, ALL_ROWS, &ReadOptions { caps, ..inline() }).unwrap();
        let found = fragments(&read.facts);
        let has = |at: &str, bytes: &[u8]| found.iter().any(|(path, found)| path == at && found == bytes);
        assert!(has("lib/a.jar!note.txt 0", b"text"));
        assert!(has("lib/a.jar 2", jar.len().to_string().as_bytes()));
        assert!(has("lib/b.txt 0", b"seen by two") && has("lib/b.txt 2", b"11"));
        assert!(has("lib/c.stream 0", &program) && has("lib/c.stream 2", program.len().to_string().as_bytes()));
        assert!(gaps(&read.facts).is_empty());
    }
}

#[test]
fn what_cannot_be_opened_is_a_gap_of_its_member() {
    let mut encrypted = zip(&[("note.txt", b"secret"), ("b/note.txt", b"open")]);
    let mut unknown = encrypted.clone();
    let record = |zip: &[u8]| zip.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    encrypted[6] |= 1;
    let at = record(&encrypted) + 8;
    encrypted[at] |= 1;
    unknown[8] = 99;
    let at = record(&unknown) + 10;
    unknown[at] = 99;
    for (jar, why) in [(encrypted, "it is encrypted"), (unknown, "compression method 99 is not supported")] {
        let (texts, gaps) = both_ways(&jar);
        assert!(texts.contains(&"a.jar!b/note.txt 0 open".into()));
        assert_eq!(gaps, [format!("file-unreadable a.jar!note.txt: {why}")]);
    }
}

#[test]
fn flipped_content_is_caught_by_its_checksum() {
    for method in [zip::CompressionMethod::Stored, zip::CompressionMethod::Deflated] {
        let mut jar = zip_with(method, &[("note.txt", b"abcdefghijklmnopqrstuvwxyz0123456789")]);
        jar[30 + 8 + 10] ^= 2;
        let layer = one("a.jar", &jar);
        assert!(gaps(&read(&layer).facts)[0].starts_with("file-unreadable a.jar!note.txt"), "{method:?}");
    }
}

#[test]
fn members_that_the_directory_does_not_list_are_a_gap() {
    let (hidden, shown) = (zip(&[("note.txt", b"hidden")]), zip(&[("b/note.txt", b"shown")]));
    let members = hidden.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    let jar = [&hidden[..members], &shown].concat();
    let layer = one("a.jar", &jar);
    // Java reads by the directory, and so does this.
    let held = read(&layer);
    assert!(texts(&held.facts).contains(&"a.jar!b/note.txt 0 shown".into()));
    let walked = read_forward(&layer);
    assert!(texts(&walked.facts).iter().any(|text| text.ends_with("false")));
    assert_eq!(gaps(&walked.facts), ["file-unreadable a.jar: its members are not those that its directory lists"]);
}

#[test]
fn what_is_no_archive_is_a_gap() {
    for bytes in [&b"hello"[..], b"", &noise(2_000_000, 9), b"PK\x03\x04"] {
        for read in [read(&one("a.jar", bytes)), read_forward(&one("a.jar", bytes))] {
            assert!(gaps(&read.facts)[0].starts_with("file-unreadable a.jar: "), "{:?}", gaps(&read.facts));
            assert!(texts(&read.facts)[0].ends_with(" 0 false"));
        }
    }
}

#[test]
fn nesting_ends_at_a_depth() {
    let mut jar = zip(&[("note.txt", b"bottom")]);
    for _ in 0..20 {
        jar = zip(&[("a.jar", &jar)]);
    }
    let (texts, gaps) = both_ways(&jar);
    assert!(!texts.iter().any(|text| text.contains("bottom")));
    assert_eq!(gaps.len(), 1);
    assert!(gaps[0].starts_with("limit-reached a.jar!a.jar!") && gaps[0].ends_with("depth was reached"), "{gaps:?}");
}

#[test]
fn a_bomb_ends_at_a_limit() {
    let bomb = vec![0; 3 << 20];
    let members: Vec<(String, &[u8])> = (0..8).map(|at| (format!("{at}.bin"), bomb.as_slice())).collect();
    let members: Vec<(&str, &[u8])> = members.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    for jar in [zip(&members), streamed_zip(&members)] {
        let (_, gaps) = both_ways_quietly(&jar);
        assert!(gaps.iter().any(|gap| gap.contains("the limit on size was reached")), "{gaps:?}");
    }
}

fn both_ways_quietly(jar: &[u8]) -> (usize, Vec<String>) {
    let layer = one("a.jar", jar);
    let caps = Caps { inflated_bytes: 5 << 20, ..Caps::default() };
    let forward = Caps { held_archive_bytes: 0, ..caps };
    let mut all = Vec::new();
    for caps in [caps, forward] {
        let plan = plimsoll_facts::Plan::new(ROWS, &[]);
        let budget = plimsoll_layers::Budget::new(32 << 20);
        let options = ReadOptions { caps, ..inline() };
        let read = plimsoll_layers::read_layer(layer.as_slice(), &plan, &budget, &options).unwrap();
        let found = gaps(&read.facts);
        assert!(!found.is_empty());
        all.extend(found);
    }
    (all.len(), all)
}

#[test]
fn members_that_all_lie_in_the_same_place_end_at_a_limit() {
    let inner = zip_with(zip::CompressionMethod::Stored, &[("x", &noise(100_000, 1))]);
    let jar = zip_with(zip::CompressionMethod::Stored, &[("lib/a.jar", &inner)]);
    let end = jar.len() - 22;
    let begin = u32::from_le_bytes(jar[end + 16..end + 20].try_into().unwrap()) as usize;
    let records = jar[begin..end].repeat(1000);
    let mut tail = jar[end..].to_vec();
    tail[8..10].copy_from_slice(&1000_u16.to_le_bytes());
    tail[10..12].copy_from_slice(&1000_u16.to_le_bytes());
    tail[12..16].copy_from_slice(&(records.len() as u32).to_le_bytes());
    let layer = one("a.jar", &[&jar[..begin], &records, &tail].concat());
    let caps = Caps { inflated_bytes: 1 << 20, inflated_ratio: 1, ..Caps::default() };
    let read = try_read_with(&layer, ROWS, &ReadOptions { caps, ..inline() }).unwrap();
    let opened = texts(&read.facts).iter().filter(|text| text.contains("a.jar!lib/a.jar 1")).count();
    assert_eq!(opened, 10);
    assert!(gaps(&read.facts).iter().all(|gap| gap.starts_with("file-too-large a.jar!lib/a.jar")));
}

#[test]
fn many_small_bombs_end_at_the_layer_s_limit() {
    let jar = zip(&[("a.bin", &[0; 500_000])]);
    let layer = (0..8).fold(Tar::new(), |tar, at| tar.file(&format!("{at}.jar"), &jar)).finish();
    let caps = Caps { plain_bytes: 1_600_000, ..Caps::default() };
    let read = try_read_with(&layer, ROWS, &ReadOptions { caps, ..inline() }).unwrap();
    let whole = fragments(&read.facts).iter().filter(|(_, bytes)| bytes.len() == 500_000).count();
    assert_eq!((whole, gaps(&read.facts).is_empty()), (3, false));
}

#[test]
fn too_many_members_are_a_gap() {
    let names: Vec<String> = (0..1000).map(|at| format!("{at}.class")).collect();
    let members: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    let layer = one("a.jar", &zip(&members));
    let caps = Caps { members: 999, ..Caps::default() };
    let read = try_read_with(&layer, ROWS, &ReadOptions { caps, ..inline() }).unwrap();
    assert_eq!(gaps(&read.facts), ["limit-reached a.jar: the limit on count was reached"]);
}
