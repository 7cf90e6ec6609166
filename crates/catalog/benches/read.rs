//! How fast inspectors read: this very program as a binary, a package database of 2,000 packages, a tree of
//! 60,000 files of Node packages.

#![expect(clippy::expect_used, reason = "a benchmark that cannot run stops")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use plimsoll_catalog::CATALOGERS;
use plimsoll_facts::{
    Entry, EntryKind, FileMeta, Inspect, LayerBuilder, Limits, MergeOptions, Plan, Sink, Want, merge, relations,
};
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
        ("native-image", "usr/bin/program", program.as_slice()),
        ("dpkg", "var/lib/dpkg/status", status.as_bytes()),
    ] {
        let mut group = criterion.benchmark_group("read");
        group.throughput(Throughput::Bytes(bytes.len() as u64)).sample_size(20);
        group.bench_function(id, |bencher| bencher.iter(|| stream(black_box(id), path, bytes)));
        group.finish();
    }
}

/// A tree of 60,000 files as npm unpacks them, 15 a package: all that is done to them but inflating.
fn node_modules(criterion: &mut Criterion) {
    const PACKAGES: usize = 4_000;
    let names = ["package.json", "README.md", "LICENSE", "index.js", "lib/a.js", "lib/b.js", "lib/c.d.ts"];
    let more = (0..8).map(|number| format!("dist/chunk-{number}.js"));
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).chain(more).collect();
    let manifest = |package: usize| {
        let needs: Vec<String> = (1..6).map(|step| format!("\"package-{}\": \"^1.0.0\"", package / 2 + step)).collect();
        let text = "a".repeat(400);
        format!(
            "{{\"name\": \"package-{package}\", \"version\": \"1.{package}.0\", \"description\": \"{text}\", \"license\": \
             \"MIT\", \"scripts\": {{\"test\": \"{text}\"}}, \"dependencies\": {{{}}}}}",
            needs.join(", ")
        )
    };
    let files: Vec<(String, Vec<u8>)> = (0..PACKAGES)
        .flat_map(|package| names.iter().map(move |name| (package, name)))
        .map(|(package, name)| {
            let bytes = if name == "package.json" { manifest(package).into_bytes() } else { vec![b' '; 64] };
            (format!("app/node_modules/package-{package}/{name}"), bytes)
        })
        .collect();
    let rows = plimsoll_catalog::rows();
    let plan = Plan::new(&rows, &[]);
    let layer = || {
        let mut builder = LayerBuilder::new(&plan, Limits::default());
        let mut wanted = Vec::new();
        for (path, bytes) in &files {
            plan.by_path(path.as_bytes(), &mut wanted);
            let (kind, size) = (EntryKind::File, bytes.len() as u64);
            builder.entry(path.as_bytes(), b"", Entry::new(kind, size, 0o644, (0, 0), false), !wanted.is_empty());
            for row in &wanted {
                let file = FileMeta { path: path.as_bytes(), inside: &[], kind, mode: 0o644, owner: (0, 0), size };
                let inspect = plan.rows()[usize::from(*row)];
                if matches!(inspect.want(&file, bytes), Want::Whole { .. }) {
                    let mut sink = Sink::new(FilePath::from(path.as_str()), Vec::new());
                    inspect.whole(&file, bytes, &mut sink).expect("readable");
                    builder.found(*row, sink);
                }
            }
        }
        builder.finish()
    };
    let mut group = criterion.benchmark_group("node_modules");
    group.throughput(Throughput::Elements(files.len() as u64)).sample_size(10);
    group.bench_function("read", |bencher| bencher.iter(|| black_box(layer())));
    let facts = [layer()];
    let merged = || merge(&facts, &rows, MergeOptions { files: true, ..MergeOptions::default() });
    group.bench_function("merge, every file with its owner", |bencher| bencher.iter(|| black_box(merged())));
    let inventory = merged();
    assert_eq!((inventory.packages.len(), inventory.files.len()), (PACKAGES, files.len()));
    group.bench_function("relations", |bencher| bencher.iter(|| black_box(relations(&inventory))));
    group.finish();
}

criterion_group!(benches, read, node_modules);
criterion_main!(benches);
