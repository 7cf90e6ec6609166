//! Every row on its own golden files, spoilt in many ways: none may panic or hang.

use plimsoll_catalog::CATALOGERS;
use plimsoll_model::FilePath;

use crate::golden::files;
use crate::reading::read_in_windows;

/// Places at which a file is cut and flipped.
const PLACES: usize = 64;

#[test]
fn no_row_panics_on_spoilt_files() {
    for row in CATALOGERS {
        let id = row.inspect.id();
        for (path, inside, good) in files(id) {
            let read = |bytes: &[u8]| drop(read_in_windows(id, &path, &inside, bytes, 4096));
            for cut in (0..good.len()).step_by(1 + good.len() / PLACES) {
                read(&good[..cut]);
                let mut flipped = good.clone();
                flipped[cut] ^= 1 << (cut % 8);
                read(&flipped);
            }
            spoilt(&good).iter().for_each(|bytes| read(bytes));
        }
    }
}

/// The file in other encodings, twice over, and with what it holds repeated and nested.
fn spoilt(good: &[u8]) -> Vec<Vec<u8>> {
    let units: Vec<u16> = String::from_utf8_lossy(good).encode_utf16().collect();
    let wide = |mark: [u8; 2], split: fn(u16) -> [u8; 2]| -> Vec<u8> {
        mark.into_iter().chain(units.iter().flat_map(|unit| split(*unit))).collect()
    };
    let latin: Vec<u8> = good.iter().map(|byte| if *byte == b'e' { 0xe9 } else { *byte }).collect();
    let lines: Vec<&[u8]> = good.split_inclusive(|byte| *byte == b'\n').collect();
    let repeated: Vec<u8> = lines.iter().flat_map(|line| [*line, *line]).flatten().copied().collect();
    let every_other: Vec<u8> = lines.iter().step_by(2).flat_map(|line| line.iter()).copied().collect();
    let nested = |open: &[u8]| [open.repeat(20_000), good.to_vec()].concat();
    vec![
        [b"\xef\xbb\xbf", good].concat(),
        wide([0xff, 0xfe], u16::to_le_bytes),
        wide([0xfe, 0xff], u16::to_be_bytes),
        latin,
        [good, good].concat(),
        repeated,
        every_other,
        nested(b"["),
        nested(b"{\"a\":"),
        nested(b"<a>"),
        nested(b"("),
        good.iter().map(|byte| if *byte == b'\n' { b'\r' } else { *byte }).collect(),
        vec![0; 4096],
        b"<!DOCTYPE html><html><body>404 Not Found</body></html>".to_vec(),
    ]
}

#[test]
fn golden_files_inside_archives_are_found() {
    let inside = |(_, inside, _): &(String, Vec<FilePath>, Vec<u8>)| !inside.is_empty();
    assert!(files("java").iter().any(inside));
}
