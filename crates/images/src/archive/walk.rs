//! From one header to the next.

use std::io::{self, Read};

use tar_core::parse::{Limits, ParseError, ParseEvent, ParsedEntry, Parser};

use crate::ImageError;

const BLOCK: usize = 512;
/// Long names and extended headers of one member, together.
const MAX_METADATA: u32 = 256 << 10;
/// All headers of one member.
const MAX_HEADERS: usize = 512 << 10;
/// Most members; images have some thousands at the very most.
const MAX_MEMBERS: u64 = 100_000;

/// Bytes that can be stepped over.
pub(crate) trait Input: Read {
    /// Steps over `count` bytes; returns how many there were.
    fn skip(&mut self, count: u64) -> io::Result<u64>;
}

/// What a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MemberKind {
    File,
    Symlink,
    HardLink,
    Other,
}

/// One member's header.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: Vec<u8>,
    pub(crate) link: Vec<u8>,
    pub(crate) kind: MemberKind,
    /// Where its contents begin, in bytes from the archive's start.
    pub(crate) offset: u64,
    pub(crate) size_bytes: u64,
}

impl Member {
    pub(crate) fn is_file(&self) -> bool {
        self.kind == MemberKind::File
    }
}

/// A walk over an archive. After [`Walk::next_member`] it reads that member's contents.
pub(crate) struct Walk<I> {
    input: I,
    what: String,
    parser: Parser,
    headers: Vec<u8>,
    at: u64,
    /// Of the current member's contents.
    left: u64,
    padding: u64,
    count: u64,
}

impl<I: Input> Walk<I> {
    pub(crate) fn new(input: I, what: String) -> Self {
        let limits = Limits { max_metadata_size: MAX_METADATA, max_pending_entries: 8, ..Limits::default() };
        let parser = Parser::new(limits);
        Self { input, what, parser, headers: Vec::new(), at: 0, left: 0, padding: 0, count: 0 }
    }

    /// The next member, whatever was not read of the last; `None` at the archive's end mark. An
    /// archive without one was cut short.
    pub(crate) fn next_member(&mut self) -> Result<Option<Member>, ImageError> {
        let rest = self.left + self.padding;
        self.at += self.input.skip(rest).map_err(ImageError::io(&*self.what)).and_then(|skipped| {
            if skipped == rest { Ok(skipped) } else { Err(ImageError::Truncated(self.at + skipped)) }
        })?;
        (self.left, self.padding) = (0, 0);
        self.headers.clear();
        let mut wanted = BLOCK;
        loop {
            let is_whole = self.fill(wanted)?;
            match self.parser.parse(&self.headers) {
                // The parser's own limits do not hold for chains of sparse headers.
                Ok(ParseEvent::NeedData { min_bytes }) if min_bytes > MAX_HEADERS => {
                    return Err(ImageError::Limit { what: "a member's header".into(), limit: MAX_HEADERS as u64 });
                }
                Ok(ParseEvent::NeedData { min_bytes }) if is_whole && min_bytes > self.headers.len() => {
                    wanted = min_bytes.next_multiple_of(BLOCK);
                }
                // A single block of zeros at the very end is mark enough.
                Ok(ParseEvent::NeedData { .. }) if !self.headers.is_empty() && is_zero_block(&self.headers) => {
                    return Ok(None);
                }
                Ok(ParseEvent::NeedData { .. }) => return Err(ImageError::Truncated(self.at)),
                Ok(ParseEvent::GlobalExtensions { consumed, .. }) => {
                    self.headers.drain(..consumed.min(self.headers.len()));
                    self.count_one()?;
                    wanted = BLOCK;
                }
                Ok(ParseEvent::End { .. }) => return Ok(None),
                Ok(ParseEvent::Entry { entry, .. }) => {
                    let member = member(&entry, self.at);
                    return self.step_to(member).map(Some);
                }
                Ok(ParseEvent::SparseEntry { .. }) => {
                    return Err(ImageError::Damaged { at: self.at, why: "a sparse file in an image's archive".into() });
                }
                Err(error) => return Err(self.refuse(&error)),
            }
        }
    }

    /// Reads what stands behind the end mark, up to a limit: a writer wants to write it, and a
    /// compressed stream has its checksum there.
    pub(crate) fn finish(mut self, max_bytes: u64) -> Result<(), ImageError> {
        self.input.skip(max_bytes).map(|_| ()).map_err(ImageError::io(self.what))
    }

    /// Reads headers until there are `wanted` bytes of them; whether there were so many.
    fn fill(&mut self, wanted: usize) -> Result<bool, ImageError> {
        let missing = wanted.saturating_sub(self.headers.len()) as u64;
        let before = self.headers.len();
        #[expect(clippy::disallowed_methods, reason = "the parser's limits cap what it asks for")]
        let read = self.input.by_ref().take(missing).read_to_end(&mut self.headers);
        read.map_err(ImageError::io(&*self.what))?;
        let count = (self.headers.len() - before) as u64;
        self.at += count;
        Ok(count == missing)
    }

    fn step_to(&mut self, member: Member) -> Result<Member, ImageError> {
        self.count_one()?;
        self.left = member.size_bytes;
        self.padding = member.size_bytes.wrapping_neg() % BLOCK as u64;
        if member.size_bytes.checked_add(self.at).and_then(|end| end.checked_add(BLOCK as u64)).is_none() {
            return Err(ImageError::Damaged { at: self.at, why: "a member of impossible size".into() });
        }
        Ok(member)
    }

    fn count_one(&mut self) -> Result<(), ImageError> {
        self.count += 1;
        if self.count > MAX_MEMBERS {
            return Err(ImageError::Limit { what: "the number of the archive's members".into(), limit: MAX_MEMBERS });
        }
        Ok(())
    }

    fn refuse(&self, error: &ParseError) -> ImageError {
        let why = crate::clean::name(&error.to_string());
        if self.count == 0 {
            return ImageError::NoArchive { what: self.what.clone(), why };
        }
        ImageError::Damaged { at: self.at.saturating_sub(self.headers.len() as u64), why }
    }
}

impl<I: Input> Read for Walk<I> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if wanted == 0 {
            return Ok(0);
        }
        let count = self.input.read(&mut buffer[..wanted])?;
        if count == 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the archive is cut short"));
        }
        self.at += count as u64;
        self.left -= count as u64;
        Ok(count)
    }
}

fn member(entry: &ParsedEntry<'_>, offset: u64) -> Member {
    let kind = match entry.entry_type {
        kind if kind.is_file() || kind.is_contiguous() => MemberKind::File,
        kind if kind.is_symlink() => MemberKind::Symlink,
        kind if kind.is_hard_link() => MemberKind::HardLink,
        _ => MemberKind::Other,
    };
    // Go's reader, and so every runtime, gives these no contents whatever their size says.
    let has_contents = !matches!(entry.entry_type.as_byte(), b'1'..=b'6');
    Member {
        name: entry.path.to_vec(),
        link: entry.link_target.as_deref().unwrap_or_default().to_vec(),
        kind,
        offset,
        size_bytes: if has_contents { entry.size } else { 0 },
    }
}

fn is_zero_block(bytes: &[u8]) -> bool {
    bytes.len() == BLOCK && bytes.iter().all(|&byte| byte == 0)
}
