//! What a database takes, on disk and on the wire.

use std::fs::File;
use std::path::Path;
use std::time::Instant;

use plimsoll_model::read_capped;
use plimsoll_vulndb::{Database, ShardRow, delta};

/// The compression that a registry would be given.
const WIRE_LEVEL: i32 = 19;

pub fn report(folder: &Path) {
    let Ok(database) = Database::open(folder) else { return };
    let (mut bytes, mut pairs, mut wire) = (0, 0, 0);
    println!("{:<18} {:>9} {:>9} {:>9} {:>10} {:>10}", "shard", "names", "records", "rows", "bytes", "wire");
    for row in &database.manifest().shards {
        let file = read(folder, row);
        let packed = zstd::encode_all(file.as_slice(), WIRE_LEVEL).map_or(0, |packed| packed.len());
        let rows = database.row_count(&row.name).unwrap_or_default();
        println!("{:<18} {:>9} {:>9} {rows:>9} {:>10} {packed:>10}", row.name, row.keys, row.records, row.size_bytes);
        bytes += row.size_bytes;
        pairs += rows;
        wire += packed;
    }
    println!("{bytes} bytes, {wire} on the wire, {pairs} rows: {:.1} bytes a row", bytes as f64 / pairs.max(1) as f64);
    if let Ok(status) = std::fs::read_dir("/proc/self").and_then(|_| File::open("/proc/self/status")) {
        let status = read_capped(status, 1 << 16).unwrap_or_default();
        let status = String::from_utf8_lossy(&status);
        println!("{}", status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default());
    }
}

/// What a client that has the old database has to fetch.
pub fn deltas(old: &Path, new: &Path) {
    let (Ok(old_database), Ok(new_database)) = (Database::open(old), Database::open(new)) else { return };
    let (mut sum, mut whole) = (0, 0);
    for row in &new_database.manifest().shards {
        let Some(before) = old_database.manifest().shard(&row.name) else { continue };
        let begun = Instant::now();
        let bytes = read(new, row);
        let packed = zstd::encode_all(bytes.as_slice(), WIRE_LEVEL).map_or(0, |packed| packed.len());
        whole += packed;
        if before.digest == row.digest {
            continue;
        }
        let old_bytes = read(old, before);
        match delta::make((before, old_bytes.clone()), (row, bytes.clone())) {
            Ok(made) => {
                let (made_s, begun) = (begun.elapsed().as_secs_f64(), Instant::now());
                let is_right = delta::apply((before, old_bytes), &made, row).is_ok_and(|applied| applied == bytes);
                let applied_s = begun.elapsed().as_secs_f64();
                sum += made.len();
                let name = &row.name;
                println!(
                    "{name:<18} {:>9} of {packed:>9}, made {made_s:.1} s, applied {applied_s:.1} s, {is_right}",
                    made.len()
                );
            }
            Err(error) => println!("{}: {error}", row.name),
        }
    }
    println!("deltas {sum} of {whole}: {:.2} %", sum as f64 * 100.0 / whole.max(1) as f64);
}

fn read(folder: &Path, row: &ShardRow) -> Vec<u8> {
    File::open(folder.join(&row.file)).and_then(|file| read_capped(file, 1 << 30)).unwrap_or_default()
}
