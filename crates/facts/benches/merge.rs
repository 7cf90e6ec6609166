//! Merging and decoding an image of five layers, 105,000 entries and 3,000 packages.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on should panic")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use plimsoll_facts::{LayerFacts, MergeOptions, SectionFacts, merge};

#[expect(dead_code, reason = "the tests' driver serves the tests too")]
#[path = "../tests/it/driver.rs"]
mod driver;

const LAYERS: usize = 5;
const ENTRIES: usize = 21_000;

fn layers() -> Vec<LayerFacts> {
    let layer = |number: usize| {
        let names: Vec<(String, String)> = (0..ENTRIES)
            .map(|at| match at % 35 {
                0 => (format!("usr/lib/modules/{number}/m{at}/about.pkg"), format!("module-{number}-{at} 1.{at}.0")),
                _ => (format!("usr/lib/modules/{number}/m{}/src/file-{at}.js", at - at % 35), String::new()),
            })
            .collect();
        let lines: Vec<_> = names.iter().map(|(path, text)| driver::Line::File(path, text)).collect();
        driver::layer(&lines)
    };
    (0..LAYERS).map(layer).collect()
}

fn benches(criterion: &mut Criterion) {
    let layers = layers();
    criterion.bench_function("merge 105,000 entries", |bencher| {
        bencher.iter(|| merge(black_box(&layers), driver::ROWS, MergeOptions::default()));
    });
    let encoded: Vec<(Vec<u8>, Vec<Vec<u8>>)> = layers
        .iter()
        .map(|facts| (facts.encode_entries(), facts.sections.iter().map(SectionFacts::encode).collect()))
        .collect();
    criterion.bench_function("decode 105,000 entries", |bencher| {
        bencher.iter(|| {
            for (entries, sections) in &encoded {
                let mut facts = LayerFacts::decode_entries(entries).unwrap();
                facts.sections = sections.iter().map(|bytes| SectionFacts::decode(bytes).unwrap()).collect();
                black_box(facts);
            }
        });
    });
}

criterion_group!(all, benches);
criterion_main!(all);
