//! Zips of records, read under caps: members, sizes, and what they inflate to.

use std::io::Read;

use flate2::bufread::DeflateDecoder;
use plimsoll_model::read_capped;
use rawzip::{CompressionMethod, ZipArchive};

use crate::FeedError;
use crate::caps::RECORD_CAP_BYTES;
use crate::stream::is_html;

/// Largest zip, in bytes: it is read whole. The largest published one has half of this.
const ZIP_CAP_BYTES: u64 = 1 << 30;
/// Most members; the largest published zip has some hundred thousand.
const MEMBERS_CAP: u64 = 3_000_000;
/// Most bytes that all members together inflate to.
const INFLATED_CAP_BYTES: u64 = 32 << 30;

/// Which members are wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    /// How their names end.
    pub suffix: &'static str,
    /// The most that one may inflate to.
    pub cap_bytes: u64,
}

impl Wanted {
    /// Records in JSON.
    pub const JSON: Self = Self { suffix: ".json", cap_bytes: RECORD_CAP_BYTES };
}

/// Reads a zip, and hands over each member that is wanted, inflated, or why it could not be inflated.
pub(crate) fn each_member(
    bytes: &mut dyn Read,
    wanted: Wanted,
    visit: impl FnMut(&str, Result<&[u8], String>),
) -> Result<(), FeedError> {
    let zip = read_capped(bytes, ZIP_CAP_BYTES).map_err(|error| match error.kind() {
        std::io::ErrorKind::FileTooLarge => FeedError::TooLarge { what: "zip", cap_bytes: ZIP_CAP_BYTES },
        _ => FeedError::Read(error),
    })?;
    if is_html(&zip) {
        return Err(FeedError::Html);
    }
    each_member_of(&zip, wanted, visit)
}

/// As [`each_member`], of a zip that was read.
pub(crate) fn each_member_of(
    zip: &[u8],
    wanted: Wanted,
    mut visit: impl FnMut(&str, Result<&[u8], String>),
) -> Result<(), FeedError> {
    let malformed = |error: rawzip::Error| FeedError::Malformed { expected: "a zip archive", why: error.to_string() };
    let archive = ZipArchive::from_slice(zip).map_err(malformed)?;
    let mut entries = archive.entries();
    let mut members = 0_u64;
    let mut inflated = 0_u64;
    let mut content = Vec::new();
    while let Some(entry) = entries.next_entry().map_err(malformed)? {
        members += 1;
        if members > MEMBERS_CAP {
            return Err(FeedError::TooMany { cap: MEMBERS_CAP });
        }
        let name = String::from_utf8_lossy(entry.file_path().as_bytes()).into_owned();
        if entry.is_dir() || !name.ends_with(wanted.suffix) {
            continue;
        }
        content.clear();
        let outcome = archive
            .get_entry(entry.wayfinder())
            .map_err(|error| error.to_string())
            .and_then(|member| inflate(&member, entry.compression_method(), wanted.cap_bytes, &mut content));
        inflated = inflated.saturating_add(content.len() as u64);
        if inflated > INFLATED_CAP_BYTES {
            return Err(FeedError::TooLarge { what: "inflated content", cap_bytes: INFLATED_CAP_BYTES });
        }
        visit(&name, outcome.map(|()| content.as_slice()));
    }
    if members != archive.entries_hint() {
        let why = format!("its directory lists {members} members and counts {}", archive.entries_hint());
        return Err(FeedError::Malformed { expected: "a zip archive", why });
    }
    Ok(())
}

fn inflate(
    member: &rawzip::ZipSliceEntry<'_>,
    method: CompressionMethod,
    cap_bytes: u64,
    content: &mut Vec<u8>,
) -> Result<(), String> {
    let plain = member.data();
    match method {
        CompressionMethod::STORE => fill(&mut member.verifying_reader(plain), cap_bytes, content),
        CompressionMethod::DEFLATE => {
            fill(&mut member.verifying_reader(DeflateDecoder::new(plain)), cap_bytes, content)
        }
        other => Err(format!("compression method {other:?} is not used for records")),
    }
}

fn fill(source: &mut dyn Read, cap_bytes: u64, content: &mut Vec<u8>) -> Result<(), String> {
    let mut window = [0; 1 << 14];
    loop {
        let read = source.read(&mut window).map_err(|error| error.to_string())?;
        if read == 0 {
            return Ok(());
        }
        content.extend_from_slice(&window[..read]);
        if content.len() as u64 > cap_bytes {
            return Err(format!("inflates to more than {cap_bytes} bytes"));
        }
    }
}
