//! What a database takes, on disk and on the wire.

use std::fs::File;
use std::path::Path;

use plimsoll_model::read_capped;
use plimsoll_vulndb::Database;

/// The compression that a registry would be given.
const WIRE_LEVEL: i32 = 19;

pub fn report(folder: &Path) {
    let Ok(database) = Database::open(folder) else { return };
    let (mut bytes, mut pairs, mut wire) = (0, 0, 0);
    println!("{:<18} {:>9} {:>9} {:>9} {:>10} {:>10}", "shard", "names", "records", "rows", "bytes", "wire");
    for row in &database.manifest().shards {
        let file = File::open(folder.join(&row.file)).and_then(|file| read_capped(file, 1 << 30)).unwrap_or_default();
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
