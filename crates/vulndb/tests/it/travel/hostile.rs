//! Places that send what they like.

use std::io::{self, Read};

use plimsoll_signing::PrivateKey;
use plimsoll_vulndb::travel::{
    ArchiveCarrier, Arrival, Carrier, Parcel, Refusal, Rules, TravelError, Trust, Wanted, export_file, pull,
};
use plimsoll_vulndb::{ShardRow, SignedManifest};

use super::{published, signed};

/// Sends the right manifest and, for each shard, what it was given.
struct Liar<F> {
    manifest: Vec<u8>,
    shard: F,
}

impl<F> std::fmt::Debug for Liar<F> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Liar")
    }
}

impl<F: Fn() -> Parcel + Sync> Carrier for Liar<F> {
    fn name(&self) -> String {
        "liar".into()
    }

    fn manifest(&self, _: Option<&str>) -> Result<Arrival, TravelError> {
        Ok(Arrival::Manifest { json: self.manifest.clone(), mark: None })
    }

    fn shard(&self, _: &ShardRow) -> Result<Parcel, TravelError> {
        Ok((self.shard)())
    }
}

fn refused(shard: impl Fn() -> Parcel + Sync) -> String {
    let (from, into) = (published(1), tempfile::tempdir().unwrap());
    let manifest = SignedManifest::read(from.path()).unwrap().json().to_vec();
    let liar = Liar { manifest, shard };
    let error = pull(&liar, into.path(), &Wanted::Everything, &Rules::default(), Refusal::Fails).unwrap_err();
    let left: Vec<_> = into.path().read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, [".lock"], "nothing is left behind");
    error.to_string()
}

/// Never ends, and fails the test where it is read too far.
struct Endless {
    piece: &'static [u8],
    read: u64,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.piece.len().min(buffer.len());
        buffer[..length].copy_from_slice(&self.piece[..length]);
        self.read += length as u64;
        assert!(self.read < 1 << 20, "the reading goes on and on");
        Ok(length)
    }
}

#[test]
fn endless_shards_end_at_the_signed_size() {
    let plain = refused(|| Parcel { bytes: Box::new(Endless { piece: &[7; 4096], read: 0 }), packed: false });
    assert!(plain.contains("longer than"), "{plain}");
    // Skippable frames: bytes that come to nothing.
    let skippable = b"\x50\x2a\x4d\x18\x04\0\0\0skip";
    refused(move || Parcel { bytes: Box::new(Endless { piece: skippable, read: 0 }), packed: true });
    // Blocks of nothing within one frame.
    let empty_blocks = b"\x28\xb5\x2f\xfd\x00\x58".to_vec();
    refused(move || {
        let blocks = Endless { piece: &[0; 3], read: 0 };
        Parcel { bytes: Box::new(io::Cursor::new(empty_blocks.clone()).chain(blocks)), packed: true }
    });
}

#[test]
fn a_bomb_is_unpacked_to_the_signed_size_and_no_further() {
    let bomb = zstd::encode_all(io::repeat(0).take(1 << 28), 1).unwrap();
    assert!(bomb.len() < 1 << 16);
    let error = refused(move || Parcel { bytes: Box::new(io::Cursor::new(bomb.clone())), packed: true });
    assert!(error.contains("longer than"), "{error}");
}

#[test]
fn a_window_beyond_the_cap_is_refused() {
    // A frame that asks for a window of 256 MiB and holds one raw block.
    let frame = [&b"\x28\xb5\x2f\xfd\x00\x90\x21\x00\x00"[..], b"abcd"].concat();
    refused(move || Parcel { bytes: Box::new(io::Cursor::new(frame.clone())), packed: true });
}

#[test]
fn fuzz_signed_manifests() {
    let (key, from) = (PrivateKey::generate().unwrap(), published(1));
    let sample = signed(from.path(), &key, 1_800_000_000);
    let trust = Trust::Keys(vec![key.public()]);
    trust.check(&sample).unwrap();
    plimsoll_fuzzing::check().with_iterations(1_500).for_each(|input: &[u8]| {
        let mut bytes = sample.json().to_vec();
        for change in input.chunks_exact(3) {
            let place = usize::from(u16::from_le_bytes([change[0], change[1]])) % bytes.len();
            bytes[place] = change[2];
        }
        for bytes in [bytes.as_slice(), input] {
            if let Ok(read) = SignedManifest::from_json(bytes)
                && trust.check(&read).is_ok()
            {
                assert_eq!(read.manifest(), sample.manifest(), "what verifies is what was signed");
            }
        }
    });
}

#[test]
fn fuzz_exports() {
    let (key, from, folder) = (PrivateKey::generate().unwrap(), published(1), tempfile::tempdir().unwrap());
    signed(from.path(), &key, 1_800_000_000);
    let rules = Rules { trust: Trust::Keys(vec![key.public()]), ..Rules::default() };
    let file = folder.path().join("export.tar");
    export_file(from.path(), &Wanted::Everything, &file).unwrap();
    let sample = plimsoll_model::read_capped(std::fs::File::open(&file).unwrap(), 1 << 20).unwrap();
    plimsoll_fuzzing::check().with_iterations(200).for_each(|input: &[u8]| {
        let mut bytes = sample.clone();
        for change in input.chunks_exact(3) {
            let place = usize::from(u16::from_le_bytes([change[0], change[1]])) % bytes.len();
            bytes[place] = change[2];
        }
        for bytes in [bytes.as_slice(), input] {
            std::fs::write(&file, bytes).unwrap();
            let into = folder.path().join("db");
            let pulled = ArchiveCarrier::open(&file)
                .and_then(|archive| pull(&archive, &into, &Wanted::Everything, &rules, Refusal::Fails));
            if pulled.is_ok() {
                super::assert_same(&into, from.path(), &Wanted::Everything);
                std::fs::remove_dir_all(&into).unwrap();
            }
        }
    });
}
