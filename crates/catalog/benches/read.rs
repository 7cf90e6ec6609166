//! How fast inspectors read: this very program as a binary, a package database of 2,000 packages.

#![expect(clippy::expect_used, reason = "a benchmark that cannot run stops")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use plimsoll_catalog::CATALOGERS;
use plimsoll_facts::{EntryKind, FileMeta, Inspect, Sink, Want};
use plimsoll_model::FilePath;

const WINDOW_BYTES: usize = 256 << 10;

fn inspector(id: &str) -> &'static dyn Inspect {
    CATALOGERS.iter().map(|row| row.inspect).find(|inspect| inspect.id() == id).expect("a row")
}

fn stream(id: &str, path: &str, bytes: &[u8]) -> Sink {
    let size = bytes.len() as u64;
    let file = FileMeta { path: path.as_bytes(), inside: &[], kind: EntryKind::File, mode: 0o755, owner: (0, 0), size };
    let inspector = inspector(id);
    let Want::Stream { overlap } = inspector.want(&file, &bytes[..bytes.len().min(4096)]) else {
        panic!("{id} does not stream")
    };
    let mut stream = inspector.stream(&file).expect("a stream");
    let mut sink = Sink::new(FilePath::from(path), Vec::new());
    for at in (0..bytes.len()).step_by(WINDOW_BYTES) {
        let from = at.saturating_sub(overlap);
        let to = bytes.len().min(at + WINDOW_BYTES);
        stream.window(from as u64, &bytes[from..to], at - from, &mut sink).expect("readable");
    }
    let _ = stream.end(&mut sink);
    sink
}

fn read(criterion: &mut Criterion) {
    let program = std::fs::File::open(std::env::current_exe().expect("a path")).expect("this program");
    let program = plimsoll_model::read_capped(program, 1 << 28).expect("this program");
    let paragraph = |number: usize| {
        format!(
            "Package: package-{number}\nStatus: install ok installed\nPriority: optional\nMaintainer: Some Team \
             <team@example.org>\nArchitecture: amd64\nSource: source-{number} (1.0-{number})\nVersion: 1.0-{number}+b1\n\
             Depends: libc6 (>= 2.34), libgcc-s1 (>= 3.0)\nDescription: a package\n with a longer text\n .\n of lines\n\n"
        )
    };
    let status: String = (0..2_000).map(paragraph).collect();
    for (id, path, bytes) in [
        ("go", "usr/bin/program", program.as_slice()),
        ("rust", "usr/bin/program", program.as_slice()),
        ("dpkg", "var/lib/dpkg/status", status.as_bytes()),
    ] {
        let mut group = criterion.benchmark_group("read");
        group.throughput(Throughput::Bytes(bytes.len() as u64)).sample_size(20);
        group.bench_function(id, |bencher| bencher.iter(|| stream(black_box(id), path, bytes)));
        group.finish();
    }
}

criterion_group!(benches, read);
criterion_main!(benches);
