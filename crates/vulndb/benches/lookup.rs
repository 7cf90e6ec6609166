//! Opening a database and asking it about 500 packages.

mod sample;

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use plimsoll_vulndb::Database;

fn lookups(criterion: &mut Criterion) {
    let Ok(folder) = tempfile::tempdir() else { return };
    let Ok(names) = sample::build(folder.path()) else { return };
    let names = sample::some(&names);

    criterion.bench_function("open", |bencher| bencher.iter(|| Database::open(folder.path())));
    let open = || Database::open(folder.path()).ok();
    let ask = |database: Option<Database>, wanted: bool| {
        let database = database?;
        for (shard, name) in &names {
            black_box(database.lookup_where(shard, name, &mut |_| wanted).ok()?);
        }
        // Not closed within the time.
        Some(database)
    };
    criterion.bench_function("500 look-ups after opening, every record read", |bencher| {
        bencher.iter_batched(open, |database| ask(database, true), BatchSize::PerIteration);
    });
    criterion.bench_function("500 look-ups after opening, rows only", |bencher| {
        bencher.iter_batched(open, |database| ask(database, false), BatchSize::PerIteration);
    });
}

criterion_group!(benches, lookups);
criterion_main!(benches);
