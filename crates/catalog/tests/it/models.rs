//! Machine-learning models: headers of files that are longer than anyone reads.

use plimsoll_model::FilePath;

use crate::golden::files;
use crate::reading::{Reading, read, read_in_windows};

/// A header of GGUF with these texts, numbers written by `number` in so many bytes.
fn gguf(version: u32, texts: &[(&str, &str)], length: fn(u64) -> Vec<u8>, number: fn(u32) -> [u8; 4]) -> Vec<u8> {
    let text = |text: &str| [length(text.len() as u64), text.as_bytes().to_vec()].concat();
    let mut file = [b"GGUF".to_vec(), number(version).to_vec(), length(0), length(texts.len() as u64)].concat();
    for (key, value) in texts {
        file.extend([text(key), number(8).to_vec(), text(value)].concat());
    }
    file
}

const TEXTS: &[(&str, &str)] = &[("general.name", "Tiny"), ("general.version", "v1"), ("other", "x")];

fn lines(bytes: &[u8]) -> Vec<String> {
    read("gguf", "models/a.gguf", bytes).lines()
}

#[test]
fn gguf_of_every_width_and_byte_order_is_read() {
    let wide = |number: u64| number.to_le_bytes().to_vec();
    assert_eq!(lines(&gguf(3, TEXTS, wide, u32::to_le_bytes)), ["Tiny v1"]);
    let narrow = |number: u64| (number as u32).to_le_bytes().to_vec();
    assert_eq!(lines(&gguf(1, TEXTS, narrow, u32::to_le_bytes)), ["Tiny v1"]);
    let turned = |number: u64| number.to_be_bytes().to_vec();
    assert_eq!(lines(&gguf(3, TEXTS, turned, u32::to_be_bytes)), ["Tiny v1"]);
}

#[test]
fn a_model_that_says_nothing_has_the_name_of_its_file() {
    let wide = |number: u64| number.to_le_bytes().to_vec();
    assert_eq!(lines(&gguf(3, &[("general.basename", "Base")], wide, u32::to_le_bytes)), ["Base "]);
    assert_eq!(lines(&gguf(3, &[], wide, u32::to_le_bytes)), ["a "]);
}

#[test]
fn a_header_that_is_cut_is_said_and_a_long_vocabulary_is_not() {
    let wide = |number: u64| number.to_le_bytes().to_vec();
    let good = gguf(3, TEXTS, wide, u32::to_le_bytes);
    let cut = read("gguf", "a.gguf", &good[..good.len() - 3]);
    assert_eq!((cut.lines(), cut.gaps.len()), (vec!["Tiny v1".to_owned()], 1));
    let long = "x".repeat(1 << 20);
    let texts = [TEXTS, &[("tokenizer.chat_template", long.as_str())]].concat();
    let read = read("gguf", "a.gguf", &gguf(3, &texts, wide, u32::to_le_bytes));
    assert_eq!((read.lines(), read.gaps.len()), (vec!["Tiny v1".to_owned()], 0));
}

#[test]
fn later_parts_of_a_model_are_not_read() {
    let wide = |number: u64| number.to_le_bytes().to_vec();
    let good = gguf(3, TEXTS, wide, u32::to_le_bytes);
    assert!(read("gguf", "a-00001-of-00002.gguf", &good).wanted);
    assert!(!read("gguf", "a-00002-of-00002.gguf", &good).wanted);
    assert!(!read("gguf", "a.gguf", b"not a model").wanted);
}

#[test]
fn the_list_of_tensors_may_be_longer_than_what_is_read_of_it() {
    let tensors: String = (0..20_000).map(|number| format!(r#","t{number}":{{"shape":[1]}}"#)).collect();
    let header = format!(r#"{{"__metadata__":{{"modelspec.title":"Tiny","format":"pt"}}{tensors}}}"#);
    let file = [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &[0; 100_000]].concat();
    let of = |file: &[u8]| read("safetensors", "m/model.safetensors", file);
    assert_eq!((of(&file).lines(), of(&file).gaps.len()), (vec!["Tiny ".to_owned()], 0));
    let cut = of(&file[..200]);
    assert_eq!((cut.lines(), cut.gaps.len()), (vec!["Tiny ".to_owned()], 1));
    let plain = [&2_u64.to_le_bytes()[..], b"{}"].concat();
    assert_eq!(of(&plain).lines(), ["m "]);
}

#[test]
fn windows_of_any_size_say_the_same() {
    for id in ["gguf", "safetensors", "onnx"] {
        for (path, inside, bytes) in files(id) {
            let whole = read(id, &path, &bytes);
            for window in [1, 7, 100] {
                let Reading { packages, .. } = read_in_windows(id, &path, &inside, &bytes, window);
                assert_eq!(packages, whole.packages, "{path} in windows of {window}");
            }
        }
    }
    assert!(read_in_windows("onnx", "a.onnx", &[] as &[FilePath], &[8], 4096).packages.len() == 1);
}
