//! The shards of a database, for `db status`.

use std::io::{self, Write};

use plimsoll_model::Timestamp;
use plimsoll_vulndb::{Database, ShardKind, ShardRow};

/// Prints a line for each shard, one for all of the index of Java archives, and which are not here.
pub fn print(out: &mut dyn Write, database: &Database) -> io::Result<()> {
    writeln!(out, "{:<18} {:>9} {:>9} {:>8}  {:<11} feeds", "shard", "names", "records", "KB", "data from")?;
    let (index, shards) = split(database.manifest().shards.iter());
    for shard in shards {
        let from = shard.feeds.iter().filter_map(|feed| feed.data_from).max();
        let from = from.map_or_else(|| "unknown".into(), Timestamp::date);
        let feeds: Vec<&str> = shard.feeds.iter().map(|feed| feed.id.as_str()).collect();
        let (names, records, size) = (shard.keys, shard.records, shard.size_bytes / 1000);
        writeln!(out, "{:<18} {names:>9} {records:>9} {size:>8}  {from:<11} {}", shard.name, feeds.join(", "))?;
    }
    if !index.is_empty() {
        let size = index.iter().map(|shard| shard.size_bytes).sum::<u64>() / 1000;
        let label = format!("java-… ({})", index.len());
        writeln!(out, "{label:<18} {:>9} {:>9} {size:>8}  {:<11} Java archives by their SHA-1", "-", "-", "-")?;
    }
    let (index, others) = split(database.missing());
    let mut missing: Vec<String> = others.iter().map(|shard| shard.name.to_string()).collect();
    if !index.is_empty() {
        missing.push(format!("java-… ({})", index.len()));
    }
    if !missing.is_empty() {
        writeln!(out, "not pulled: {}", missing.join(", "))?;
    }
    Ok(())
}

/// Those of the index of Java archives, and the others.
fn split<'m>(shards: impl Iterator<Item = &'m ShardRow>) -> (Vec<&'m ShardRow>, Vec<&'m ShardRow>) {
    shards.partition(|shard| shard.kind == ShardKind::JavaDigests)
}
