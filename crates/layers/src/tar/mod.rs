//! The tar archive: entries one after another, with everything that extends them.
//!
//! An own parser over 512-byte blocks. `tar` buffers long names without bound, and `tar-core` wants
//! a header and all its records in one slice and allocates for each entry; this one caps records,
//! works in the passing buffers, and reads an entry that nobody wants without allocating. Where
//! readers differ it sides with Go's `archive/tar`, which the runtimes unpack layers with.

mod block;
mod field;
mod pax;
mod sparse;

use plimsoll_model::path::is_normal;

pub(crate) use sparse::{Sparse, SparseMap};

use crate::LayerError;
use crate::chunks::{Chunks, Refill};
use block::{BLOCK_BYTES, Block, checksum_fits, is_zero};
use field::{number, text};
use pax::Pax;

/// Longest name record or extended header; Go's reader has the same cap.
const RECORD_CAP_BYTES: u64 = 1 << 20;

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    Hardlink,
    Symlink,
    CharDevice,
    BlockDevice,
    Directory,
    Fifo,
    /// A type that no runtime unpacks.
    Unknown,
}

/// One entry; its names are [`Tar::path`] and [`Tar::link`].
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) kind: Kind,
    pub(crate) mode: u16,
    pub(crate) owner: (u32, u32),
    /// Bytes of the file as it is unpacked.
    pub(crate) size: u64,
    /// Bytes of it that follow in the archive.
    pub(crate) stored: u64,
    /// Bytes that fill the last block.
    pub(crate) padding: u64,
    pub(crate) capabilities: bool,
    pub(crate) sparse: Option<SparseMap>,
    /// Something about it that is not as it should be, though readers agree on what it means.
    pub(crate) oddity: Option<&'static str>,
}

/// Reads entries.
#[derive(Default)]
pub(crate) struct Tar {
    path: Vec<u8>,
    link: Vec<u8>,
    long_path: Option<Vec<u8>>,
    long_link: Option<Vec<u8>>,
    pax: Pax,
    record: Vec<u8>,
    lone_zero_block: bool,
    overruled: bool,
}

impl Tar {
    /// The last entry's path, as it stands in the archive.
    pub(crate) fn path(&self) -> &[u8] {
        &self.path
    }

    /// The last entry's link target, as it stands in the archive.
    pub(crate) fn link(&self) -> &[u8] {
        &self.link
    }

    /// Whether a single block of zeros stood between entries, where some readers stop.
    pub(crate) fn lone_zero_block(&self) -> bool {
        self.lone_zero_block
    }

    /// Whether a global header would rename files for readers that heed it, which runtimes do not.
    pub(crate) fn overruled(&self) -> bool {
        self.overruled
    }

    /// The next entry; its bytes must be passed over before the one after. `None` at the end of
    /// the archive, behind which there may be more bytes.
    pub(crate) fn next<R: Refill>(&mut self, plain: &mut Chunks<R>) -> Result<Option<Header>, LayerError> {
        self.long_path = None;
        self.long_link = None;
        self.pax.clear();
        let mut extended = false;
        loop {
            let at = plain.passed();
            let hand = plain.peek(BLOCK_BYTES);
            if hand.is_empty() && !extended {
                return Ok(None);
            }
            let Some(&block) = hand.first_chunk::<BLOCK_BYTES>() else {
                return Err(if at == 0 { LayerError::NotALayer } else { truncated(at + hand.len() as u64) });
            };
            plain.advance(BLOCK_BYTES);
            if is_zero(&block) {
                let next = plain.peek(BLOCK_BYTES);
                if next.first_chunk().is_none_or(is_zero) {
                    return Ok(None);
                }
                self.lone_zero_block = true;
                continue;
            }
            if !checksum_fits(&block) {
                return Err(if at == 0 {
                    LayerError::NotALayer
                } else {
                    damaged(at, "a header does not match its checksum")
                });
            }
            let size = number(&block[124..136]).ok_or_else(|| damaged(at, "a size is no number"))?;
            extended = true;
            match block[156] {
                b'x' => {
                    self.read_record(plain, at, size)?;
                    self.pax.parse(&self.record).map_err(|why| damaged(at, why))?;
                }
                b'g' => {
                    self.read_record(plain, at, size)?;
                    self.overruled |= Pax::overrules(&self.record);
                    extended = false;
                }
                b'L' => {
                    self.read_record(plain, at, size)?;
                    self.long_path = Some(text(&self.record).to_vec());
                }
                b'K' => {
                    self.read_record(plain, at, size)?;
                    self.long_link = Some(text(&self.record).to_vec());
                }
                _ => return self.entry(plain, at, &block, size).map(Some),
            }
        }
    }

    fn read_record<R: Refill>(&mut self, plain: &mut Chunks<R>, at: u64, size: u64) -> Result<(), LayerError> {
        if size > RECORD_CAP_BYTES {
            return Err(LayerError::RecordTooLong { at, bytes: size, cap: RECORD_CAP_BYTES });
        }
        self.record.clear();
        read(plain, size as usize, &mut self.record)?;
        plain.skip_padding(padding(size));
        Ok(())
    }

    fn entry<R: Refill>(
        &mut self,
        plain: &mut Chunks<R>,
        at: u64,
        block: &Block,
        size: u64,
    ) -> Result<Header, LayerError> {
        self.name(block);
        let field = |range: std::ops::Range<usize>| number(&block[range]).unwrap_or_default();
        let kind = match block[156] {
            0 if self.path.ends_with(b"/") => Kind::Directory,
            0 | b'0' | b'7' | b'S' => Kind::File,
            b'1' => Kind::Hardlink,
            b'2' => Kind::Symlink,
            b'3' => Kind::CharDevice,
            b'4' => Kind::BlockDevice,
            b'5' => Kind::Directory,
            b'6' => Kind::Fifo,
            _ => Kind::Unknown,
        };
        let size = self.pax.size().unwrap_or(size);
        if i64::try_from(size).is_err() {
            return Err(damaged(at, "a size is out of range"));
        }
        let has_content = matches!(kind, Kind::File | Kind::Unknown);
        let stored = if has_content { size } else { 0 };
        let clip = |id: u64| u32::try_from(id).unwrap_or(u32::MAX);
        let mut header = Header {
            kind,
            mode: (field(100..108) & 0o7777) as u16,
            owner: (
                clip(self.pax.uid().unwrap_or_else(|| field(108..116))),
                clip(self.pax.gid().unwrap_or_else(|| field(116..124))),
            ),
            size: stored,
            stored,
            padding: padding(stored),
            capabilities: self.pax.capabilities(),
            sparse: None,
            oddity: None,
        };
        if !has_content && size != 0 && kind != Kind::Directory {
            header.oddity = Some("it claims to have content, which a link or device cannot have");
        }
        if kind == Kind::File {
            let map = if block[156] == b'S' {
                Some(sparse::old_gnu(block, plain)?)
            } else {
                sparse::pax(&self.pax, plain, &mut header.stored)?
            };
            if let Some(map) = map {
                map.check(header.stored).map_err(|why| damaged(at, why))?;
                header.size = map.real_size();
                header.sparse = Some(map);
            }
        }
        Ok(header)
    }

    /// Puts the entry's names together: a GNU long name, else an extended header's, else the
    /// header's own.
    fn name(&mut self, block: &Block) {
        self.path.clear();
        self.link.clear();
        match (&self.long_path, self.pax.sparse_name().or(self.pax.path())) {
            (Some(long), _) => self.path.extend_from_slice(long),
            (None, Some(path)) => self.path.extend_from_slice(path),
            (None, None) => {
                let prefix = field::prefix(block);
                if !prefix.is_empty() {
                    self.path.extend_from_slice(prefix);
                    self.path.push(b'/');
                }
                self.path.extend_from_slice(text(&block[..100]));
            }
        }
        match (&self.long_link, self.pax.link()) {
            (Some(long), _) => self.link.extend_from_slice(long),
            (None, Some(link)) => self.link.extend_from_slice(link),
            (None, None) => self.link.extend_from_slice(text(&block[157..257])),
        }
    }
}

/// Whether these bytes, the first of an archive, begin a tar archive (of no entry, perhaps).
pub(crate) fn looks_like_tar(head: &[u8]) -> bool {
    head.first_chunk().is_some_and(|block| is_zero(block) || checksum_fits(block))
}

/// Puts the normalised form of a raw path into `into`; as `FilePath::new`, without allocating.
pub(crate) fn normalise(raw: &[u8], into: &mut Vec<u8>) {
    into.clear();
    if is_normal(raw) {
        into.extend_from_slice(raw);
        return;
    }
    for part in raw.split(|&byte| byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => into.truncate(memchr::memrchr(b'/', into).unwrap_or(0)),
            _ => {
                if !into.is_empty() {
                    into.push(b'/');
                }
                into.extend_from_slice(part);
            }
        }
    }
}

fn read<R: Refill>(plain: &mut Chunks<R>, count: usize, into: &mut Vec<u8>) -> Result<(), LayerError> {
    crate::chunks::read_into(plain, count, into).map_err(|_| truncated(plain.passed()))
}

fn padding(size: u64) -> u64 {
    size.wrapping_neg() % BLOCK_BYTES as u64
}

pub(crate) fn truncated(at: u64) -> LayerError {
    LayerError::Truncated { what: "tar archive", at }
}

pub(crate) fn damaged(at: u64, why: &str) -> LayerError {
    LayerError::Damaged { what: "tar archive", at, why: why.into() }
}
