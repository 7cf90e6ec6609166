//! Tar archives of records, read as they pass, under caps: members, their sizes, all of it together.

use std::io::{self, Read};

use tar_core::parse::{Limits, ParseEvent, Parser};

use crate::FeedError;
use crate::caps::RECORD_CAP_BYTES;
use crate::stream::is_html;

const BLOCK_BYTES: usize = 512;
/// Most members; the largest repository of advisories has some hundred thousand.
const MEMBERS_CAP: u64 = 3_000_000;
/// Most of one member's header: long names and extensions.
const HEADER_CAP_BYTES: usize = 128 << 10;

/// How large an archive and its members may be.
#[derive(Clone, Copy)]
pub(crate) struct Sizes {
    /// Largest member that is read.
    pub member_cap_bytes: u64,
    /// Largest archive, unpacked.
    pub archive_cap_bytes: u64,
}

impl Sizes {
    /// Of an archive of records.
    pub const RECORDS: Self = Self { member_cap_bytes: RECORD_CAP_BYTES, archive_cap_bytes: 16 << 30 };
}

/// Hands over each member that is wanted by its name, or why it could not be read.
pub(crate) fn each_member(
    bytes: &mut dyn Read,
    sizes: Sizes,
    is_wanted: impl Fn(&str) -> bool,
    mut visit: impl FnMut(&str, Result<&[u8], String>),
) -> Result<(), FeedError> {
    let limits = Limits { max_metadata_size: HEADER_CAP_BYTES as u32, ..Limits::default() };
    let cap_bytes = sizes.member_cap_bytes;
    let mut walk =
        Walk { bytes, cap_bytes: sizes.archive_cap_bytes, parser: Parser::new(limits), header: Vec::new(), passed: 0 };
    let mut content = Vec::new();
    let mut members = 0_u64;
    while let Some(member) = walk.next_member()? {
        members += 1;
        if members > MEMBERS_CAP {
            return Err(FeedError::TooMany { cap: MEMBERS_CAP });
        }
        content.clear();
        if !member.is_file || !is_wanted(&member.name) {
            walk.pass(member.size_bytes, &mut |_| {})?;
        } else if member.size_bytes > cap_bytes {
            walk.pass(member.size_bytes, &mut |_| {})?;
            visit(&member.name, Err(format!("has more than {cap_bytes} bytes")));
        } else {
            walk.pass(member.size_bytes, &mut |window| content.extend_from_slice(window))?;
            visit(&member.name, Ok(&content));
        }
        walk.pass(member.size_bytes.wrapping_neg() % BLOCK_BYTES as u64, &mut |_| {})?;
    }
    // The checksum of a packed archive stands at its end.
    while walk.read_some(&mut [0; 1 << 14])? > 0 {}
    Ok(())
}

struct Walk<'r> {
    bytes: &'r mut dyn Read,
    cap_bytes: u64,
    parser: Parser,
    header: Vec<u8>,
    passed: u64,
}

struct Member {
    name: String,
    is_file: bool,
    size_bytes: u64,
}

impl Walk<'_> {
    /// The next member's header; `None` at the mark that ends an archive.
    fn next_member(&mut self) -> Result<Option<Member>, FeedError> {
        self.header.clear();
        let mut wanted = BLOCK_BYTES;
        loop {
            self.fill(wanted)?;
            match self.parser.parse(&self.header) {
                Ok(ParseEvent::NeedData { min_bytes }) if min_bytes > HEADER_CAP_BYTES => {
                    return Err(malformed("a member's header is too long"));
                }
                Ok(ParseEvent::NeedData { min_bytes }) => {
                    wanted = min_bytes.next_multiple_of(BLOCK_BYTES).max(self.header.len() + BLOCK_BYTES);
                }
                Ok(ParseEvent::GlobalExtensions { consumed, .. }) => {
                    self.header.drain(..consumed.min(self.header.len()));
                    wanted = BLOCK_BYTES;
                }
                Ok(ParseEvent::End { .. }) => return Ok(None),
                Ok(ParseEvent::Entry { entry, .. }) => {
                    let kind = entry.entry_type;
                    return Ok(Some(Member {
                        name: String::from_utf8_lossy(&entry.path).into_owned(),
                        is_file: kind.is_file() || kind.is_contiguous(),
                        // Links, devices and folders have no contents whatever their size says.
                        size_bytes: if matches!(kind.as_byte(), b'1'..=b'6') { 0 } else { entry.size },
                    }));
                }
                Ok(ParseEvent::SparseEntry { .. }) => return Err(malformed("it holds a sparse file")),
                Err(error) => return Err(malformed(&error.to_string())),
            }
        }
    }

    /// Reads headers until there are `wanted` bytes of them.
    fn fill(&mut self, wanted: usize) -> Result<(), FeedError> {
        let mut filled = self.header.len();
        self.header.resize(wanted.max(filled), 0);
        while filled < wanted {
            let mut header = std::mem::take(&mut self.header);
            let read = self.read_some(header.get_mut(filled..).unwrap_or_default());
            self.header = header;
            let read = read?;
            filled += read;
            let is_first = self.passed == filled as u64;
            match self.header.get(..filled) {
                Some(head) if is_first && is_html(head) => return Err(FeedError::Html),
                _ if read == 0 => return Err(malformed("it is cut short")),
                _ => {}
            }
        }
        Ok(())
    }

    /// Passes over bytes, window by window.
    fn pass(&mut self, count: u64, take: &mut dyn FnMut(&[u8])) -> Result<(), FeedError> {
        let mut window = [0; 1 << 13];
        let mut left = count;
        while left > 0 {
            let most = usize::try_from(left).map_or(window.len(), |left| left.min(window.len()));
            let read = self.read_some(window.get_mut(..most).unwrap_or_default())?;
            if read == 0 {
                return Err(malformed("it is cut short"));
            }
            take(window.get(..read).unwrap_or_default());
            left -= read as u64;
        }
        Ok(())
    }

    fn read_some(&mut self, into: &mut [u8]) -> Result<usize, FeedError> {
        let read = loop {
            match self.bytes.read(into) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other.map_err(FeedError::Read)?,
            }
        };
        self.passed += read as u64;
        if self.passed > self.cap_bytes {
            return Err(FeedError::TooLarge { what: "archive", cap_bytes: self.cap_bytes });
        }
        Ok(read)
    }
}

fn malformed(why: &str) -> FeedError {
    FeedError::Malformed { expected: "a tar archive", why: why.to_owned() }
}
