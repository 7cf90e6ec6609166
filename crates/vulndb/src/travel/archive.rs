//! A database in one file: a tar archive of `manifest.json` and packed shards, and nothing else.
//!
//! Any tar unpacks it, into a folder that a web server can give out. What is read here is only what
//! [`super::export_file`] writes: plain entries with short names. Anything else is no export.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use plimsoll_model::read_capped;

use super::carrier::{Arrival, Carrier, Parcel};
use super::packed::PACKED;
use super::{TravelError, Wanted};
use crate::manifest::MAX_MANIFEST_BYTES;
use crate::{DbError, MANIFEST_FILE, Manifest, ShardRow};

const BLOCK: usize = 512;
/// Most entries: far more than a manifest can name.
const MAX_ENTRIES: usize = 1 << 17;
const NAME: std::ops::Range<usize> = 0..100;
const SIZE: std::ops::Range<usize> = 124..136;
const SUM: std::ops::Range<usize> = 148..156;
const KIND: usize = 156;

/// The header of an entry (POSIX ustar). Everything that is not its name or size is always the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub name: String,
    pub size_bytes: u64,
}

impl Header {
    pub fn to_bytes(&self) -> [u8; BLOCK] {
        let mut block = [0; BLOCK];
        let mut put = |at: usize, text: &[u8]| {
            for (place, byte) in block.iter_mut().skip(at).zip(text) {
                *place = *byte;
            }
        };
        put(NAME.start, self.name.as_bytes());
        put(100, b"0000644\x000000000\x000000000\0");
        put(SIZE.start, format!("{:011o}\0", self.size_bytes).as_bytes());
        put(136, b"00000000000\0        0");
        put(257, b"ustar\x0000");
        let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
        for (place, byte) in block.iter_mut().skip(SUM.start).zip(format!("{sum:06o}\0 ").bytes()) {
            *place = byte;
        }
        block
    }

    /// `None` where the block is not one that [`Self::to_bytes`] makes.
    pub fn read(block: &[u8; BLOCK]) -> Option<Self> {
        let name = block.get(NAME)?.split(|byte| *byte == 0).next()?;
        let name = std::str::from_utf8(name).ok()?.to_owned();
        let digits = std::str::from_utf8(block.get(SIZE)?.strip_suffix(b"\0")?).ok()?;
        let size_bytes = u64::from_str_radix(digits, 8).ok()?;
        let header = Self { name, size_bytes };
        (block[KIND] == b'0' && header.to_bytes() == *block).then_some(header)
    }
}

/// Takes a database from a file that [`super::export_file`] wrote.
#[derive(Debug)]
pub struct ArchiveCarrier {
    path: PathBuf,
    /// Where each entry's bytes begin, and how many there are.
    entries: BTreeMap<String, (u64, u64)>,
}

impl ArchiveCarrier {
    /// Reads the headers of the archive.
    ///
    /// # Errors
    /// When the file cannot be read or is no export of a database.
    pub fn open(path: &Path) -> Result<Self, TravelError> {
        let file = File::open(path).map_err(DbError::io(path))?;
        let entries = entries(BufReader::new(file))
            .map_err(|error| TravelError::NoDatabase { place: path.display().to_string(), why: error.to_string() })?;
        Ok(Self { path: path.to_path_buf(), entries })
    }

    /// What can be taken from it: all that it holds.
    ///
    /// # Errors
    /// When its manifest cannot be read.
    pub fn present(&self) -> Result<Wanted, TravelError> {
        let manifest = Manifest::from_json(&self.json()?)?;
        let rows = manifest.shards.into_iter();
        let is_here = |row: &ShardRow| self.entries.contains_key(&format!("{}{PACKED}", row.file));
        Ok(Wanted::Shards(rows.filter(is_here).map(|row| row.name).collect()))
    }

    fn json(&self) -> Result<Vec<u8>, TravelError> {
        let why = || format!("it has no {MANIFEST_FILE}");
        let no_manifest = || TravelError::NoDatabase { place: self.name(), why: why() };
        let entry = self.entry(MANIFEST_FILE)?.ok_or_else(no_manifest)?;
        Ok(read_capped(entry, MAX_MANIFEST_BYTES).map_err(DbError::io(&self.path))?)
    }

    fn entry(&self, name: &str) -> Result<Option<io::Take<File>>, DbError> {
        let Some(&(start, size_bytes)) = self.entries.get(name) else { return Ok(None) };
        let unreadable = || DbError::io(&self.path);
        let mut file = File::open(&self.path).map_err(unreadable())?;
        file.seek(SeekFrom::Start(start)).map_err(unreadable())?;
        Ok(Some(file.take(size_bytes)))
    }
}

/// The entries of an archive, by name.
fn entries(mut archive: impl Read + Seek) -> io::Result<BTreeMap<String, (u64, u64)>> {
    let wrong = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why);
    let mut entries = BTreeMap::new();
    let length = archive.seek(SeekFrom::End(0))?;
    let mut at = 0_u64;
    loop {
        let mut block = [0; BLOCK];
        archive.seek(SeekFrom::Start(at))?;
        archive.read_exact(&mut block).map_err(|_| wrong("it ends early"))?;
        if block == [0; BLOCK] {
            return Ok(entries);
        }
        let header = Header::read(&block).ok_or_else(|| wrong("it is not an export of a database"))?;
        let start = at + BLOCK as u64;
        let end = start.checked_add(header.size_bytes).and_then(|end| end.checked_next_multiple_of(BLOCK as u64));
        at = end.filter(|end| *end <= length).ok_or_else(|| wrong("it ends early"))?;
        if entries.len() >= MAX_ENTRIES || entries.insert(header.name, (start, header.size_bytes)).is_some() {
            return Err(wrong("it has the same entry twice, or too many"));
        }
    }
}

impl Carrier for ArchiveCarrier {
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn manifest(&self, _: Option<&str>) -> Result<Arrival, TravelError> {
        Ok(Arrival::Manifest { json: self.json()?, mark: None })
    }

    fn shard(&self, row: &ShardRow) -> Result<Parcel, TravelError> {
        let entry = self.entry(&format!("{}{PACKED}", row.file))?;
        let entry = entry.ok_or_else(|| DbError::Missing { shard: row.name.clone(), file: row.file.clone() })?;
        Ok(Parcel { bytes: Box::new(entry), packed: true })
    }
}
