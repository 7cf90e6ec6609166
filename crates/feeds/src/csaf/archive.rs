//! The tar around many documents, walked as it passes: nothing but one member is held.

use std::io::{self, Read};

use crate::FeedError;
use crate::stream::is_html;

/// Largest document, in bytes; the largest published ones have a quarter of this.
pub(super) const DOCUMENT_CAP_BYTES: u64 = 64 << 20;
/// Most members.
const MEMBERS_CAP: u64 = 3_000_000;
/// Most bytes of all members together.
const INFLATED_CAP_BYTES: u64 = 64 << 30;
const BLOCK_BYTES: usize = 512;
const EXPECTED: &str = "a tar archive of documents";

/// Hands over each JSON member, or why it could not be read.
pub(super) fn each_member(
    bytes: &mut dyn Read,
    mut visit: impl FnMut(&str, Result<&[u8], String>),
) -> Result<(), FeedError> {
    let mut header = [0; BLOCK_BYTES];
    let mut content = Vec::new();
    let (mut members, mut inflated) = (0_u64, 0_u64);
    loop {
        fill(bytes, &mut header, members == 0)?;
        if header == [0; BLOCK_BYTES] {
            // An archive ends with empty blocks; what is behind them is not read.
            return Ok(());
        }
        let member = Member::of(&header).ok_or_else(|| malformed("a header has a wrong sum"))?;
        members += 1;
        inflated = inflated.saturating_add(member.size_bytes);
        if members > MEMBERS_CAP {
            return Err(FeedError::TooMany { cap: MEMBERS_CAP });
        }
        if inflated > INFLATED_CAP_BYTES {
            return Err(FeedError::TooLarge { what: "unpacked content", cap_bytes: INFLATED_CAP_BYTES });
        }
        let padded = member.size_bytes.next_multiple_of(BLOCK_BYTES as u64);
        let mut body = (&mut *bytes).take(padded);
        if member.is_file && member.name.ends_with(".json") {
            if member.size_bytes > DOCUMENT_CAP_BYTES {
                visit(&member.name, Err(format!("is larger than {DOCUMENT_CAP_BYTES} bytes")));
            } else {
                content.resize(member.size_bytes as usize, 0);
                body.read_exact(&mut content).map_err(cut)?;
                visit(&member.name, Ok(&content));
            }
        }
        let rest = body.limit();
        if io::copy(&mut body, &mut io::sink()).map_err(FeedError::Read)? < rest {
            return Err(cut(io::ErrorKind::UnexpectedEof.into()));
        }
    }
}

/// What a header says.
struct Member {
    name: String,
    size_bytes: u64,
    is_file: bool,
}

impl Member {
    /// `None` where the header's sum is another one.
    fn of(header: &[u8; BLOCK_BYTES]) -> Option<Self> {
        let sum: u64 = header
            .iter()
            .enumerate()
            .map(|(at, byte)| match at {
                // The field of the sum itself counts as spaces.
                148..156 => u64::from(b' '),
                _ => u64::from(*byte),
            })
            .sum();
        (octal(&header[148..156])? == sum).then_some(())?;
        let name = header[..100].split(|byte| *byte == 0).next().unwrap_or_default();
        Some(Self {
            name: String::from_utf8_lossy(name).into_owned(),
            size_bytes: octal(&header[124..136])?,
            is_file: matches!(header[156], 0 | b'0'),
        })
    }
}

fn octal(field: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(field).ok()?.trim_matches(['\0', ' ']);
    u64::from_str_radix(text, 8).ok()
}

/// Fills a block. The first one may be that of something else altogether.
fn fill(bytes: &mut dyn Read, block: &mut [u8; BLOCK_BYTES], is_first: bool) -> Result<(), FeedError> {
    let mut filled = 0;
    while filled < BLOCK_BYTES {
        match bytes.read(&mut block[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(FeedError::Read(error)),
        }
    }
    if is_first && is_html(&block[..filled]) {
        return Err(FeedError::Html);
    }
    if filled == BLOCK_BYTES { Ok(()) } else { Err(cut(io::ErrorKind::UnexpectedEof.into())) }
}

fn cut(error: io::Error) -> FeedError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => malformed("it is cut short"),
        _ => FeedError::Read(error),
    }
}

fn malformed(why: &str) -> FeedError {
    FeedError::Malformed { expected: EXPECTED, why: why.to_owned() }
}
