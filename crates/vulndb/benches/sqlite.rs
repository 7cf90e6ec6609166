//! Opening a database and asking it about 500 packages, beside the same in SQLite.
//!
//! SQLite has the same records and rows, as postcard writes them, in tables as a scanner would keep
//! them: the rows lie in the order of their names, so that one search finds all of a package, and
//! each record stands once. Its file is opened as one that nobody changes, with the defaults
//! otherwise. Both have to give the same answers.
#![expect(clippy::print_stdout, reason = "the sizes are a part of the comparison")]

mod sample;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::error::Error;
use std::hint::black_box;
use std::path::{Path, PathBuf};

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use plimsoll_model::{
    Advisory, Affected, Candidate, Cluster, FixDate, Scope, SeverityClaim, ShardName, Status, Timestamp, VersionRange,
};
use plimsoll_vulndb::{Database, ShardKind};
use rusqlite::{Connection, OpenFlags};

const TABLES: &str = "
    PRAGMA journal_mode = OFF;
    CREATE TABLE records (record INTEGER PRIMARY KEY, value BLOB NOT NULL);
    CREATE TABLE affected (
        shard TEXT NOT NULL, name TEXT NOT NULL, number INTEGER NOT NULL, record INTEGER NOT NULL, value BLOB NOT NULL,
        PRIMARY KEY (shard, name, number)
    ) WITHOUT ROWID;
";
const ROWS: &str = "SELECT value FROM affected WHERE shard = ? AND name = ? ORDER BY number";
const WITH_RECORDS: &str = "
    SELECT affected.value, records.value FROM affected JOIN records USING (record)
    WHERE shard = ? AND name = ? ORDER BY number
";

type Fallible<T> = Result<T, Box<dyn Error>>;
/// A row without the names that it is found by.
type Row = (Status, Vec<VersionRange>, Vec<String>, Vec<SeverityClaim>, Option<FixDate>, Scope, Option<Timestamp>);
type Record = (Vec<Cluster>, Advisory);

/// Puts everything that the database says of these names into a new file.
fn fill(file: &Path, database: &Database, names: &[(ShardName, String)]) -> Fallible<()> {
    let mut connection = Connection::open(file)?;
    connection.execute_batch(TABLES)?;
    let filling = connection.transaction()?;
    let mut add_record = filling.prepare("INSERT INTO records VALUES (?, ?)")?;
    let mut add_row = filling.prepare("INSERT INTO affected VALUES (?, ?, ?, ?, ?)")?;
    let mut records: HashMap<Vec<u8>, i64> = HashMap::new();
    for (shard, name) in names {
        for (candidate, number) in database.lookup(shard, name)?.into_iter().zip(0_i64..) {
            let Candidate { clusters, advisory, affected, observed } = candidate;
            let next = records.len() as i64;
            let record = match records.entry(postcard::to_stdvec(&(clusters, advisory))?) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(new) => {
                    add_record.execute((next, new.key()))?;
                    *new.insert(next)
                }
            };
            let Affected { status, ranges, versions, severities, fix_date, scope, .. } = affected;
            let row: Row = (status, ranges, versions, severities, fix_date, scope, observed);
            add_row.execute((shard.as_str(), name, number, record, postcard::to_stdvec(&row)?))?;
        }
    }
    drop((add_record, add_row));
    filling.commit()?;
    Ok(connection.execute_batch("VACUUM")?)
}

/// Opens the file and reads what tables it has.
fn open(file: &Path) -> Fallible<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(format!("file:{}?immutable=1", file.display()), flags)?;
    connection.prepare(ROWS)?;
    Ok(connection)
}

/// The rows of each name.
fn rows(connection: &Connection, names: &[(ShardName, String)]) -> Fallible<()> {
    let mut asked = connection.prepare(ROWS)?;
    for (shard, name) in names {
        let mut found = asked.query((shard.as_str(), name))?;
        while let Some(row) = found.next()? {
            let row: Row = postcard::from_bytes(row.get_ref(0)?.as_blob()?)?;
            black_box(named(row, shard, name));
        }
    }
    Ok(())
}

/// The rows of each name with their records.
fn candidates(connection: &Connection, names: &[(ShardName, String)]) -> Fallible<Vec<Vec<Candidate>>> {
    let mut asked = connection.prepare(WITH_RECORDS)?;
    let mut all = Vec::new();
    for (shard, name) in names {
        let mut found = asked.query((shard.as_str(), name))?;
        let mut candidates = Vec::new();
        while let Some(row) = found.next()? {
            let (affected, observed) = named(postcard::from_bytes(row.get_ref(0)?.as_blob()?)?, shard, name);
            let (clusters, advisory): Record = postcard::from_bytes(row.get_ref(1)?.as_blob()?)?;
            candidates.push(Candidate { clusters, advisory, affected, observed });
        }
        all.push(candidates);
    }
    Ok(all)
}

fn named(row: Row, shard: &ShardName, name: &str) -> (Affected, Option<Timestamp>) {
    let (status, ranges, versions, severities, fix_date, scope, observed) = row;
    let (shard, name) = (shard.clone(), name.to_owned());
    (Affected { shard, name, status, ranges, versions, severities, fix_date, scope }, observed)
}

/// What a shard file and a SQLite file are asked, and where they are.
struct Sides {
    folder: PathBuf,
    file: PathBuf,
    names: sample::Names,
}

impl Sides {
    fn build(folder: &Path) -> Fallible<Self> {
        let (database, file) = (folder.join("database"), folder.join("advisories.sqlite"));
        let every = sample::build(&database)?;
        let names = sample::some(&every);
        let sides = Self { folder: database, file, names };
        let ours = Database::open(&sides.folder)?;
        fill(&sides.file, &ours, &every)?;
        assert!(sides.ask(&ours, true)? == candidates(&open(&sides.file)?, &sides.names)?, "they answer differently");
        let of_packages = |kind: ShardKind| matches!(kind, ShardKind::Advisories | ShardKind::Malware);
        let shards = ours.manifest().shards.iter().filter(|row| of_packages(row.kind));
        let bytes: u64 = shards.map(|row| row.size_bytes).sum();
        println!("bytes of {} names: shards {bytes}, SQLite {}", every.len(), sides.file.metadata()?.len());
        Ok(sides)
    }

    fn ask(&self, database: &Database, is_wanted: bool) -> Fallible<Vec<Vec<Candidate>>> {
        let ask = |(shard, name): &(ShardName, String)| Ok(database.lookup_where(shard, name, &mut |_| is_wanted)?);
        self.names.iter().map(ask).collect()
    }
}

/// What was opened is given back: closing it is not counted.
fn compare(criterion: &mut Criterion) -> Fallible<()> {
    let folder = tempfile::tempdir()?;
    let sides = Sides::build(folder.path())?;
    let (ours, theirs) = (|| Database::open(&sides.folder).ok(), || open(&sides.file).ok());

    let mut group = criterion.benchmark_group("open");
    group.bench_function("shards", |bencher| bencher.iter_with_large_drop(ours));
    group.bench_function("SQLite", |bencher| bencher.iter_with_large_drop(theirs));
    group.finish();
    let mut group = criterion.benchmark_group("500 look-ups after opening, rows only");
    group.bench_function("shards", |bencher| {
        let ask = |database: Option<Database>| database.map(|database| (sides.ask(&database, false).ok(), database));
        bencher.iter_batched(ours, ask, BatchSize::PerIteration);
    });
    group.bench_function("SQLite", |bencher| {
        let ask = |file: Option<Connection>| file.map(|file| (rows(&file, &sides.names).ok(), file));
        bencher.iter_batched(theirs, ask, BatchSize::PerIteration);
    });
    group.finish();
    let mut group = criterion.benchmark_group("500 look-ups after opening, every record read");
    group.bench_function("shards", |bencher| {
        let ask = |database: Option<Database>| database.map(|database| (sides.ask(&database, true).ok(), database));
        bencher.iter_batched(ours, ask, BatchSize::PerIteration);
    });
    group.bench_function("SQLite", |bencher| {
        let ask = |file: Option<Connection>| file.map(|file| (candidates(&file, &sides.names).ok(), file));
        bencher.iter_batched(theirs, ask, BatchSize::PerIteration);
    });
    group.finish();
    Ok(())
}

fn sqlite(criterion: &mut Criterion) {
    if let Err(error) = compare(criterion) {
        panic!("{error}");
    }
}

criterion_group!(benches, sqlite);
criterion_main!(benches);
