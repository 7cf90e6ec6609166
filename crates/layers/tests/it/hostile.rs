//! Layers that are cut, flipped, endless, or made to exhaust their readers: an error or a gap, never
//! a crash, a hang, or silence.

use std::io::{self, Read};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use plimsoll_facts::{Limits, Plan};
use plimsoll_layers::{Budget, Caps, LayerError, ReadOptions, Threads, read_layer};
use plimsoll_model::path::is_normal;
use tar::EntryType;

use crate::inspectors::{ROWS, entries, gaps, inline, read, texts, try_read, try_read_with};
use crate::make::{Tar, gzip, header, noise, zip, zstd};

fn sample() -> Vec<u8> {
    Tar::new()
        .file("a.txt", b"hello")
        .file(&"long/".repeat(40), &noise(3000, 2))
        .link(EntryType::Link, "b.txt", "a.txt")
        .pax(&[("path", b"renamed.txt"), ("size", b"3")])
        .raw(b'0', b"short", b"two")
        .file("a.jar", &zip(&[("note.txt", b"member")]))
        .file("noise.stream", &noise(5000, 1))
        .finish()
}

fn options(threads: Threads) -> ReadOptions {
    ReadOptions { threads, ..ReadOptions::default() }
}

/// Reads from a source that has no end, on one thread and on three.
fn read_lazily<S: Read>(source: impl Fn() -> S, caps: Caps) -> Result<plimsoll_layers::LayerRead, LayerError> {
    let plan = Plan::new(ROWS, &[]);
    let budget = Budget::new(32 << 20);
    let three = read_layer(source(), &plan, &budget, &ReadOptions { caps, ..options(Threads::Pipelined) });
    let one = read_layer(source(), &plan, &budget, &ReadOptions { caps, ..options(Threads::Inline) });
    assert_eq!(one.as_ref().err().map(ToString::to_string), three.err().map(|error| error.to_string()));
    one
}

#[test]
fn a_long_name_of_600_megabytes_is_refused_before_it_is_read() {
    let progress = Arc::new(AtomicU64::new(0));
    for kind in [EntryType::GNULongName, EntryType::GNULongLink, EntryType::XHeader, EntryType::XGlobalHeader] {
        let head = Tar::new().file("a.txt", b"hello").finish();
        let begin = [&head[..1024], header(kind, 600 << 20).as_bytes()].concat();
        let source = || begin.as_slice().chain(io::repeat(b'a').take(600 << 20));
        let error = read_lazily(source, Caps::default()).unwrap_err();
        assert!(matches!(error, LayerError::RecordTooLong { at: 1024, bytes, .. } if bytes == 600 << 20), "{error}");
        assert!(error.hint().is_some());
        let plan = Plan::new(ROWS, &[]);
        let options = ReadOptions { progress: Some(Arc::clone(&progress)), ..options(Threads::Pipelined) };
        assert!(read_layer(source(), &plan, &Budget::new(1), &options).is_err());
    }
    assert!(progress.load(Ordering::Relaxed) < 64 << 20);
}

#[test]
fn an_endless_archive_ends_at_a_cap() {
    let caps = Caps { plain_bytes: 8 << 20, ..Caps::default() };
    let empty_file = header(EntryType::Regular, 0);
    let error = read_lazily(|| Repeated::new(empty_file.as_bytes(), u64::MAX), caps).unwrap_err();
    assert!(matches!(error, LayerError::TooLarge(_)), "{error}");
    let endless_file = header(EntryType::Regular, 1 << 40);
    let error = read_lazily(|| endless_file.as_bytes().chain(io::repeat(7)), caps).unwrap_err();
    assert!(matches!(error, LayerError::TooLarge(_)), "{error}");
    // Behind the end of the archive too.
    let error = read_lazily(|| io::repeat(0), caps).unwrap_err();
    assert!(matches!(error, LayerError::TooLarge(_)), "{error}");
}

#[test]
fn a_bomb_ends_at_a_cap() {
    let plain = [header(EntryType::Regular, 40 << 20).as_bytes(), &vec![0; 40 << 20][..]].concat();
    let caps = Caps { plain_bytes: 1 << 20, ..Caps::default() };
    for bomb in [gzip(&plain), zstd(&plain)] {
        assert!(bomb.len() < 400 << 10);
        let error = try_read_with(&bomb, ROWS, &ReadOptions { caps, ..inline() }).unwrap_err();
        assert!(matches!(error, LayerError::TooLarge(_)), "{error}");
    }
}

/// One block again and again.
struct Repeated<'a> {
    block: &'a [u8],
    left: u64,
    at: usize,
}

impl<'a> Repeated<'a> {
    fn new(block: &'a [u8], blocks: u64) -> Self {
        Self { block, left: blocks.saturating_mul(block.len() as u64), at: 0 }
    }
}

impl Read for Repeated<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let rest = &self.block[self.at..];
        let count = rest.len().min(into.len()).min(usize::try_from(self.left).unwrap_or(usize::MAX));
        into[..count].copy_from_slice(&rest[..count]);
        self.at = (self.at + count) % self.block.len();
        self.left -= count as u64;
        Ok(count)
    }
}

#[test]
fn millions_of_entries_are_kept_compactly() {
    let block: Vec<u8> = (0..500)
        .flat_map(|at| {
            let mut header = header(EntryType::Regular, 0);
            header.set_path(format!("folder/{at}")).unwrap();
            header.set_cksum();
            header.as_bytes().to_vec()
        })
        .collect();
    let plan = Plan::new(ROWS, &[]);
    let source = Repeated::new(&block, 6_000);
    let read = read_layer(source, &plan, &Budget::new(1), &options(Threads::Inline)).unwrap();
    assert_eq!(read.facts.entries.total(), 3_000_000);
    assert_eq!(read.facts.entries.len(), 200_000);

    let facts = Limits { entries: 1_000, ..Limits::default() };
    let caps = Caps { facts, ..Caps::default() };
    let read = read_lazily(|| Repeated::new(&block, 4), caps).unwrap();
    assert_eq!(read.facts.entries.total(), 1_000);
    assert!(gaps(&read.facts)[0].starts_with("layer-unreadable : more than 1000 entries"));
}

#[test]
fn a_layer_cut_anywhere_is_an_error() {
    let plain = sample();
    let end = plain.len() - 1024;
    for cut in 1..end {
        match try_read(&plain[..cut]) {
            // Between two entries nothing tells that more should follow, and the last bytes of a
            // block tell nothing.
            Ok(read) => assert!(read.facts.entries.total() > 0, "cut at {cut}"),
            Err(LayerError::Truncated { .. } | LayerError::NotALayer) => {}
            Err(error) => panic!("cut at {cut}: {error}"),
        }
    }
    for blob in [gzip(&plain), zstd(&plain)] {
        for cut in 1..blob.len() {
            assert!(try_read(&blob[..cut]).is_err(), "cut at {cut}");
        }
    }
}

#[test]
fn flipped_bits_are_no_crash_and_compressed_ones_no_silence() {
    let plain = sample();
    for at in 0..plain.len() {
        let mut flipped = plain.clone();
        flipped[at] ^= 1 << (at % 8);
        let _ = try_read(&flipped);
    }
    let whole = texts(&read(&plain).facts);
    let good = gzip(&plain);
    for at in 10..good.len() {
        let mut flipped = good.clone();
        flipped[at] ^= 1 << (at % 8);
        // A flip among code lengths that nothing uses changes nothing.
        if let Ok(read) = try_read(&flipped) {
            assert_eq!(texts(&read.facts), whole, "flipped at {at}");
        }
    }
    let good = zstd(&plain);
    for at in 0..good.len() {
        let mut flipped = good.clone();
        flipped[at] ^= 1 << (at % 8);
        let _ = try_read(&flipped);
    }
}

#[test]
fn a_real_layer_cut_at_every_kibibyte_is_an_error() {
    let Some(layer) = crate::oracle::real_layer("busybox-musl.oci.tar") else { return };
    assert!(try_read(&layer).is_ok());
    for cut in (1024..layer.len()).step_by(1024) {
        let plan = Plan::new(ROWS, &[]);
        assert!(read_layer(&layer[..cut], &plan, &Budget::new(32 << 20), &inline()).is_err(), "cut at {cut}");
    }
}

#[test]
fn sizes_out_of_range_are_damage() {
    for size in [
        &b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"[..],
        b"\x80\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff",
        b"99999999999\0",
    ] {
        let mut head = header(EntryType::Regular, 0);
        head.as_old_mut().size.copy_from_slice(size);
        head.set_cksum();
        let layer = [Tar::new().file("a", b"a").finish()[..1024].to_vec(), head.as_bytes().to_vec()].concat();
        assert!(matches!(try_read(&layer).unwrap_err(), LayerError::Damaged { at: 1024, .. }));
    }
    let layer = Tar::new().pax(&[("size", b"9223372036854775807")]).raw(b'0', b"a", b"").finish();
    assert!(matches!(try_read(&layer).unwrap_err(), LayerError::Truncated { .. }));
    let layer = Tar::new().pax(&[("size", b"-1")]).raw(b'0', b"a", b"").finish();
    assert!(matches!(try_read(&layer).unwrap_err(), LayerError::Damaged { .. }));
}

#[test]
fn malformed_extended_headers_are_damage() {
    for records in [&b"x"[..], b"99 path=a\n", b"9 path=ab", b"10 path\n", b"00000000000000000000000 a=b\n"] {
        let layer = Tar::new().raw(b'x', b"PaxHeaders", records).file("a", b"").finish();
        assert!(matches!(try_read(&layer).unwrap_err(), LayerError::Damaged { .. }), "{records:?}");
    }
    // An extended header that extends nothing.
    let layer = Tar::new().pax(&[("path", b"a")]).finish();
    assert!(try_read(&layer[..layer.len() - 1024]).is_err());
}

#[test]
fn overlong_names_are_gaps() {
    let name = "a/".repeat(40_000);
    let layer =
        Tar::new().file(&name, b"").pax(&[("linkpath", name.as_bytes())]).raw(b'2', b"b", b"").file("c", b"").finish();
    let read = read(&layer);
    assert_eq!(entries(&read.facts), ["File c"]);
    let gaps = gaps(&read.facts);
    assert_eq!(gaps.len(), 2);
    assert!(gaps.iter().all(|gap| gap.len() < 500 && gap.contains("longer than 65536 bytes")), "{gaps:?}");
}

#[test]
fn links_with_content_are_read_as_runtimes_do() {
    // Readers differ in whether the bytes behind such a header are content: Go takes none.
    let inner = Tar::new().file("smuggled.txt", b"x").finish();
    let layer = Tar::new().raw(b'2', b"link", &inner[..1024]).file("after", b"").finish();
    let read = read(&layer);
    assert_eq!(entries(&read.facts), ["Symlink link", "File smuggled.txt", "File after"]);
    assert!(gaps(&read.facts)[0].starts_with("archive-oddity link: it claims to have content"));
}

#[test]
fn what_readers_disagree_on_is_noted() {
    let (one, two) = (Tar::new().file("one.txt", b"1").finish(), Tar::new().file("two.txt", b"2").finish());
    let lone_block = [&one[..1024], &[0; 512], &two].concat();
    let facts = read(&lone_block).facts;
    assert_eq!(texts(&facts), ["one.txt 0 1", "two.txt 0 2"]);
    assert!(gaps(&facts)[0].contains("a single block of zeros"));

    let ended = [&one[..], &two].concat();
    assert_eq!(texts(&read(&ended).facts), ["one.txt 0 1"]);

    let global = crate::make::pax_record("path", b"other");
    let layer = Tar::new().raw(b'g', b"pax_global_header", &global).file("one.txt", b"1").finish();
    let facts = read(&layer).facts;
    assert_eq!(texts(&facts), ["one.txt 0 1"]);
    assert!(gaps(&facts)[0].contains("a global header"));

    let comment = crate::make::pax_record("comment", b"a commit");
    let layer = Tar::new().raw(b'g', b"pax_global_header", &comment).file("one.txt", b"1").finish();
    assert!(gaps(&read(&layer).facts).is_empty());

    let layer = Tar::new().raw(b'Z', b"what", b"content").raw(b'0', b"", b"").file("one.txt", b"1").finish();
    let facts = read(&layer).facts;
    assert_eq!(texts(&facts), ["one.txt 0 1"]);
    assert_eq!(gaps(&facts).len(), 2);
}

#[test]
fn an_archive_that_just_stops_after_its_last_file_is_whole() {
    let layer = Tar::new().file("a.txt", b"hello").file("b.txt", b"world").finish();
    for end in [512 + 512 + 512 + 5, 512 + 512 + 512 + 100, layer.len() - 1024, layer.len() - 512] {
        let read = read(&layer[..end]);
        assert_eq!(texts(&read.facts), ["a.txt 0 hello", "b.txt 0 world"], "cut at {end}");
        assert!(gaps(&read.facts).is_empty());
    }
    assert!(try_read(&layer[..512 + 512 + 512 + 4]).is_err());
}

#[test]
fn sparse_files_that_lie_are_damage_or_gaps() {
    let map = |map: &[u8], size: &[u8]| {
        let records = [
            ("GNU.sparse.major", &b"0"[..]),
            ("GNU.sparse.minor", b"1"),
            ("GNU.sparse.size", size),
            ("GNU.sparse.map", map),
        ];
        Tar::new().pax(&records).raw(b'0', b"a.txt", b"0123456789").finish()
    };
    assert_eq!(texts(&read(&map(b"2,5,9,5", b"15")).facts), ["a.txt 0 \x00\x0001234\x00\x0056789\x00"]);
    for (runs, size) in [
        (&b"2,5,6,5"[..], &b"15"[..]),
        (b"0,11", b"15"),
        (b"0,10", b"9"),
        (b"0", b"15"),
        (b"x,1", b"1"),
        (b"9223372036854775807,9223372036854775807", b"15"),
    ] {
        assert!(matches!(try_read(&map(runs, size)).unwrap_err(), LayerError::Damaged { .. }), "{runs:?}");
    }
    let read = read(&map(b"0,10", b"9223372036854775807"));
    assert!(gaps(&read.facts)[0].starts_with("file-too-large a.txt"));
}

#[test]
fn a_source_that_fails_is_told_from_a_layer_that_is_damaged() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the line is cut"))
        }
    }
    let blob = gzip(&Tar::new().file("a", &noise(900_000, 1)).finish());
    for begin in [0, 5, 300_000, blob.len()] {
        let error = read_lazily(|| blob[..begin].chain(Failing), Caps::default()).unwrap_err();
        assert_eq!(error.to_string(), "it could not be read: the line is cut", "failing at {begin}");
    }
}

#[test]
fn a_raised_flag_ends_the_reading() {
    let cancel = Arc::new(AtomicBool::new(false));
    struct Raising(Arc<AtomicBool>, u64);
    impl Read for Raising {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            self.1 += 1;
            self.0.store(self.1 > 1000, Ordering::Relaxed);
            into.fill(0);
            Ok(into.len())
        }
    }
    for threads in [Threads::Inline, Threads::Pipelined] {
        let plan = Plan::new(ROWS, &[]);
        let options = ReadOptions { cancel: Some(Arc::clone(&cancel)), ..options(threads) };
        let error = read_layer(Raising(Arc::clone(&cancel), 0), &plan, &Budget::new(1), &options).unwrap_err();
        assert!(matches!(error, LayerError::Cancelled), "{error}");
    }
}

#[test]
fn a_source_need_not_be_send() {
    struct Local(Rc<Vec<u8>>, usize);
    impl Read for Local {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let count = (&self.0[self.1..]).read(into)?;
            self.1 += count;
            Ok(count)
        }
    }
    let plan = Plan::new(ROWS, &[]);
    let read = read_layer(Local(Rc::new(sample()), 0), &plan, &Budget::new(1 << 20), &options(Threads::Pipelined));
    assert_eq!(read.unwrap().facts.entries.total(), 6);
}

/// Overwrites bytes of a sample: each three bytes of the input are a place and a value.
pub fn mutated(sample: &[u8], input: &[u8]) -> Vec<u8> {
    let mut bytes = sample.to_vec();
    for change in input.chunks_exact(3) {
        let place = usize::from(u16::from_le_bytes([change[0], change[1]])) % bytes.len();
        bytes[place] = change[2];
    }
    bytes
}

#[test]
fn fuzz_layers() {
    let plain = sample();
    let samples = [gzip(&plain), zstd(&plain), plain];
    plimsoll_fuzzing::check().with_iterations(3_000).for_each(|input: &[u8]| {
        let plan = Plan::new(ROWS, &[]);
        let budget = Budget::new(1 << 20);
        let inputs = samples.iter().map(|sample| mutated(sample, input)).chain([input.to_vec()]);
        for bytes in inputs {
            if let Ok(read) = read_layer(bytes.as_slice(), &plan, &budget, &inline()) {
                assert!(read.facts.entries.iter().all(|entry| is_normal(entry.path)));
            }
        }
    });
}
