//! Shards whose checksums are all right but whose content is not: what a hostile builder could
//! make. Nothing in them may crash, hang or take more than it should.

use std::fs::File;

use plimsoll_model::{
    Advisory, AdvisoryClass, Affected, RangeEnd, Scope, ShardName, Status, VersionRange, read_capped,
};
use xxhash_rust::xxh3::xxh3_64;
use zerocopy::little_endian::{U32, U64};
use zerocopy::{FromBytes, IntoBytes};

use super::Database;
use super::cache::BlockCache;
use super::reader::Reader;
use super::shard::Shard;
use super::source::Source;
use crate::format::{BlockRow, FORMAT, HEADER_BYTES, Header, Section};
use crate::manifest::seal;
use crate::stored::{Exploited, unpack_claims};
use crate::{BuildInfo, Builder, DbError, ShardKind, ShardRow};

/// A shard and its row; its packages are `package-0` and so on.
fn sample() -> (Vec<u8>, ShardRow) {
    let mut builder = Builder::new(BuildInfo { generation: 1, built: None });
    for number in 0..60 {
        builder.add(Advisory {
            id: format!("GHSA-{number}"),
            source: "feed".into(),
            cves: vec![format!("CVE-{number}"), format!("CVE-{}", number % 7)],
            aliases: Vec::new(),
            class: AdvisoryClass::Vulnerability,
            title: "x".repeat(number * 8),
            severities: Vec::new(),
            published: None,
            modified: None,
            withdrawn: None,
            urls: Vec::new(),
            affected: vec![Affected {
                shard: ShardName::clean("npm"),
                name: format!("package-{}", number % 20),
                status: Status::Affected,
                ranges: vec![VersionRange { introduced: None, end: RangeEnd::Fixed("1".into()) }],
                versions: Vec::new(),
                severities: Vec::new(),
                fix_date: None,
                scope: Scope::default(),
            }],
        });
    }
    let folder = tempfile::tempdir().unwrap();
    builder.finish(folder.path()).unwrap();
    let row = Database::open(folder.path()).unwrap().manifest().shards[0].clone();
    (read_capped(File::open(folder.path().join(&row.file)).unwrap(), 1 << 20).unwrap(), row)
}

/// Makes every checksum right, as far as the header's lengths let it.
fn reseal(bytes: &mut [u8], row: &mut ShardRow) {
    row.size_bytes = bytes.len() as u64;
    let Ok((mut header, content)) = Header::read_from_prefix(bytes).map(|(header, rest)| (header, rest.to_vec()))
    else {
        return;
    };
    let parts = [header.meta.bytes, header.dictionary.bytes, header.blocks.bytes, header.index.bytes];
    let parts = parts.map(|bytes| bytes.get() as usize);
    let starts: Vec<usize> =
        (0..4).map(|at| parts[..at].iter().fold(0, |sum, part| sum + part.min(&content.len()))).collect();
    let before = parts.iter().fold(0_usize, |sum, part| sum.saturating_add(*part));
    let mut content = content;
    if let Some((before, data)) = content.split_at_mut_checked(before) {
        let blocks = before.get_mut(starts[2]..starts[2].saturating_add(parts[2])).unwrap_or_default();
        let mut data = &*data;
        for block in <[BlockRow]>::mut_from_bytes(blocks).unwrap_or_default() {
            let Some((stored, rest)) = data.split_at_checked(block.stored.get() as usize) else { break };
            block.checksum = U64::new(xxh3_64(stored));
            data = rest;
        }
        let section = |at: usize| before.get(starts[at]..starts[at].saturating_add(parts[at])).map(Section::of);
        header.meta = section(0).unwrap_or(header.meta);
        header.dictionary = section(1).unwrap_or(header.dictionary);
        header.blocks = section(2).unwrap_or(header.blocks);
        header.index = section(3).unwrap_or(header.index);
    }
    header.checksum = U64::new(header.sum());
    row.seal = seal(header.sum());
    bytes[HEADER_BYTES..].copy_from_slice(&content);
    bytes[..HEADER_BYTES].copy_from_slice(header.as_bytes());
}

/// Asks for everything in every way.
fn ask(bytes: Vec<u8>, row: &ShardRow) -> Result<usize, DbError> {
    let shard = Shard::open(Source::Memory(bytes), row, 0)?;
    let cache = BlockCache::default();
    let npm = ShardName::clean("npm");
    let mut answers = 0;
    for number in 0..21 {
        let mut found = Vec::new();
        let key = format!("package-{number}");
        let answer = Reader::new(&shard, &cache).candidates(&npm, &key, &mut |_| true, &mut found);
        answers += usize::from(answer.is_ok());
        let words = shard.words();
        let _ = Reader::new(&shard, &cache).find(&key, |from| unpack_claims(words, from));
        let _ = Reader::new(&shard, &cache).find(&key, Exploited::unpack);
    }
    let _ = shard.verify(row, row.kind);
    for kind in [
        ShardKind::Severities,
        ShardKind::Epss,
        ShardKind::Facts,
        ShardKind::LifeCycles,
        ShardKind::Weaknesses,
        ShardKind::JavaDigests,
        ShardKind::Repositories,
    ] {
        let _ = shard.verify(row, kind);
    }
    let _ = shard.verify(row, ShardKind::Exploited);
    for record in [0, 1, 59, 60, u32::MAX] {
        let _ = Reader::new(&shard, &cache).record(record, "");
    }
    Ok(answers)
}

#[test]
fn the_sample_is_sealed_as_the_builder_seals_it() {
    let (bytes, row) = sample();
    let (mut again, mut row_again) = (bytes.clone(), row.clone());
    reseal(&mut again, &mut row_again);
    assert_eq!((&again, &row_again), (&bytes, &row));
    assert_eq!(ask(bytes, &row).unwrap(), 21);
}

#[test]
fn fuzz_shards_with_right_checksums() {
    let (sample, sample_row) = sample();
    plimsoll_fuzzing::check().with_iterations(2_000).for_each(|input: &[u8]| {
        let (mut bytes, mut row) = (sample.clone(), sample_row.clone());
        // Half of the changes hit the parts before the data, most of which are small.
        for change in input.chunks_exact(4) {
            let within = if change[3] & 1 == 0 { 1024 } else { bytes.len() };
            let place = usize::from(u16::from_le_bytes([change[0], change[1]])) % within;
            bytes[place] = change[2];
        }
        if input.first().is_some_and(|byte| byte & 3 == 0) {
            let length = usize::from(u16::from_le_bytes([input[0], *input.last().unwrap_or(&0)])) % bytes.len();
            bytes.truncate(length);
        }
        reseal(&mut bytes, &mut row);
        let _ = ask(bytes, &row);
        let _ = Shard::open(Source::Memory(input.to_vec()), &row, 0);
    });
}

/// Changes the header of the sample and asks.
fn with_header(change: impl FnOnce(&mut Header)) -> Result<usize, DbError> {
    let (mut bytes, mut row) = sample();
    let mut header = Header::read_from_prefix(&bytes).unwrap().0;
    change(&mut header);
    header.checksum = U64::new(header.sum());
    row.seal = seal(header.sum());
    bytes[..HEADER_BYTES].copy_from_slice(header.as_bytes());
    ask(bytes, &row)
}

#[test]
fn lengths_that_lie_are_errors_and_reserve_nothing() {
    assert_eq!(with_header(|_| {}).unwrap(), 21);
    for lie in [u64::MAX, u64::MAX / 2, 1 << 40, 0, 1] {
        assert!(with_header(|header| header.data_bytes = U64::new(lie)).is_err(), "{lie}");
        assert!(with_header(|header| header.file_bytes = U64::new(lie)).is_err(), "{lie}");
        assert!(with_header(|header| header.meta.bytes = U64::new(lie)).is_err(), "{lie}");
        assert!(with_header(|header| header.blocks.bytes = U64::new(lie)).is_err(), "{lie}");
        assert!(with_header(|header| header.dictionary.bytes = U64::new(lie.max(1))).is_err(), "{lie}");
        assert!(with_header(|header| header.index.bytes = U64::new(lie)).is_err(), "{lie}");
    }
    for lie in [u32::MAX, 0, 1000] {
        assert!(with_header(|header| header.key_blocks = U32::new(lie)).is_err() || lie == 0, "{lie}");
        assert!(with_header(|header| header.slots = U32::new(lie)).is_err(), "{lie}");
        assert!(with_header(|header| header.format = U32::new(lie.saturating_add(FORMAT + 1))).is_err(), "{lie}");
        assert!(with_header(|header| header.header_bytes = U32::new(lie)).is_err(), "{lie}");
    }
    assert!(with_header(|header| header.probes = U32::new(u32::MAX)).is_err());
}

#[test]
fn an_answer_that_grows_by_repetition_ends_at_its_cap() {
    // One long record and a name under which it stands a thousand times.
    let mut builder = Builder::new(BuildInfo { generation: 1, built: None });
    let affected = |version: usize| Affected {
        shard: ShardName::clean("npm"),
        name: "p".into(),
        status: Status::Affected,
        ranges: Vec::new(),
        versions: vec![version.to_string()],
        severities: Vec::new(),
        fix_date: None,
        scope: Scope::default(),
    };
    builder.add(Advisory {
        id: "GHSA-1".into(),
        source: "feed".into(),
        cves: Vec::new(),
        aliases: Vec::new(),
        class: AdvisoryClass::Vulnerability,
        title: "x".repeat(3 << 20),
        severities: Vec::new(),
        published: None,
        modified: None,
        withdrawn: None,
        urls: Vec::new(),
        affected: (0..1000).map(affected).collect(),
    });
    let database = builder.finish_in_memory().unwrap();
    let error = database.lookup(&ShardName::clean("npm"), "p").unwrap_err();
    assert!(matches!(error, DbError::TooLarge { .. }), "{error}");
}
