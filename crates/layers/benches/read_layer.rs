//! Reading a layer beside the least that anybody must do for it: the floor reads it once, hashes it,
//! inflates it, hashes what comes out and walks the archive, one after the other, looking at nothing.
//!
//! The layer is generated; `PLIMSOLL_BENCH_LAYER=FILE` takes a real one, compressed with gzip. The
//! ratios at the end come from alternating runs.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark may panic, and says what it found")]

use std::hint::black_box;
use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use flate2::bufread::MultiGzDecoder;
use plimsoll_facts::Plan;
use plimsoll_layers::{Budget, Digesting, ReadOptions, Threads, read_layer};
use plimsoll_model::{DigestAlgorithm, read_capped};
use sha2::{Digest, Sha256};

/// Hashes what is read through it.
struct Hashing<R> {
    inner: R,
    hasher: Sha256,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(into)?;
        self.hasher.update(&into[..count]);
        Ok(count)
    }
}

fn floor(layer: &[u8]) -> u64 {
    let blob = Hashing { inner: layer, hasher: Sha256::new() };
    let inflated = MultiGzDecoder::new(io::BufReader::with_capacity(256 << 10, blob));
    let mut archive = tar::Archive::new(Hashing { inner: inflated, hasher: Sha256::new() });
    // Some writers end an archive without filling its last block, which this reader minds.
    let entries = archive.entries().unwrap().take_while(Result::is_ok).count();
    let mut rest = archive.into_inner();
    io::copy(&mut rest, &mut io::sink()).unwrap();
    black_box(rest.hasher.finalize());
    entries as u64
}

fn ours(layer: &[u8], threads: Threads, both_digests: bool) -> u64 {
    let plan = Plan::new(&[], &[]);
    let sha256 = Some(DigestAlgorithm::Sha256);
    let digest = Digesting { blob: sha256, diff_id: sha256.filter(|_| both_digests) };
    let options = ReadOptions { digest, threads, ..ReadOptions::default() };
    read_layer(layer, &plan, &Budget::new(32 << 20), &options).unwrap().facts.entries.total()
}

/// A gzip layer of 4,000 files, 64 MB plain, that compresses about as well as a system's files.
fn generated() -> Vec<u8> {
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    let words: Vec<Vec<u8>> =
        (0..4096).map(|_| random().to_le_bytes()[..2 + (random() % 6) as usize].to_vec()).collect();
    let mut builder = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default()));
    for at in 0..4_000 {
        let mut content = Vec::new();
        while content.len() < 16_000 {
            content.extend_from_slice(&words[(random() % 4096) as usize]);
        }
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, format!("usr/share/folder-{}/file-{at}", at / 50), &*content).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

fn layer() -> Vec<u8> {
    match std::env::var_os("PLIMSOLL_BENCH_LAYER") {
        Some(path) => read_capped(std::fs::File::open(path).unwrap(), 4 << 30).unwrap(),
        None => generated(),
    }
}

const WAYS: [(&str, Threads, bool); 3] = [
    ("inline", Threads::Inline, false),
    ("pipelined", Threads::Pipelined, false),
    ("pipelined, both digests", Threads::Pipelined, true),
];

fn benches(criterion: &mut Criterion) {
    let layer = layer();
    let mut group = criterion.benchmark_group("layer");
    group.sample_size(10).throughput(Throughput::Bytes(layer.len() as u64));
    group.bench_function("floor", |bencher| bencher.iter(|| floor(&layer)));
    for (name, threads, both) in WAYS {
        group.bench_function(name, |bencher| bencher.iter(|| ours(&layer, threads, both)));
    }
    group.finish();
    ratios(&layer);
}

fn ratios(layer: &[u8]) {
    const ROUNDS: usize = 9;
    let timed = |run: &dyn Fn() -> u64| {
        let start = Instant::now();
        black_box(run());
        start.elapsed()
    };
    let mut times = vec![Vec::new(); WAYS.len() + 1];
    for _ in 0..ROUNDS {
        times[0].push(timed(&|| floor(layer)));
        for (times, (_, threads, both)) in times[1..].iter_mut().zip(WAYS) {
            times.push(timed(&|| ours(layer, threads, both)));
        }
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort_unstable();
        times[ROUNDS / 2].as_secs_f64()
    };
    let floor = median(&mut times[0]);
    for ((name, ..), times) in WAYS.iter().zip(&mut times[1..]) {
        println!("{name}: {:.2} of the floor", median(times) / floor);
    }
    io::stdout().flush().unwrap();
}

criterion_group!(all, benches);
criterion_main!(all);
