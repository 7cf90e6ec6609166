//! The zip around OSV records, read under caps: members, sizes, and what they inflate to.

use std::io::Read;

use flate2::bufread::DeflateDecoder;
use plimsoll_model::read_capped;
use rawzip::{CompressionMethod, ZipArchive};

use crate::FeedError;
use crate::stream::{RECORD_CAP_BYTES, is_html};

/// Largest zip, in bytes: it is read whole. The largest published one has a third of this.
const ZIP_CAP_BYTES: u64 = 512 << 20;
/// Most members; the largest published zip has some hundred thousand.
const MEMBERS_CAP: u64 = 3_000_000;
/// Most bytes that all members together inflate to.
const INFLATED_CAP_BYTES: u64 = 8 << 30;

/// Hands over each JSON member, inflated, or why it could not be inflated.
pub(crate) fn each_member(
    bytes: &mut dyn Read,
    mut visit: impl FnMut(&str, Result<&[u8], String>),
) -> Result<(), FeedError> {
    let zip = read_capped(bytes, ZIP_CAP_BYTES).map_err(|error| match error.kind() {
        std::io::ErrorKind::FileTooLarge => FeedError::TooLarge { what: "zip", cap_bytes: ZIP_CAP_BYTES },
        _ => FeedError::Read(error),
    })?;
    if is_html(&zip) {
        return Err(FeedError::Html);
    }
    let malformed = |error: rawzip::Error| FeedError::Malformed { expected: "a zip archive", why: error.to_string() };
    let archive = ZipArchive::from_slice(&zip).map_err(malformed)?;
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
        if entry.is_dir() || !name.ends_with(".json") {
            continue;
        }
        content.clear();
        let outcome = archive
            .get_entry(entry.wayfinder())
            .map_err(|error| error.to_string())
            .and_then(|member| inflate(&member, entry.compression_method(), &mut content));
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

fn inflate(member: &rawzip::ZipSliceEntry<'_>, method: CompressionMethod, content: &mut Vec<u8>) -> Result<(), String> {
    match method {
        CompressionMethod::STORE => fill(&mut member.verifying_reader(member.data()), content),
        CompressionMethod::DEFLATE => fill(&mut member.verifying_reader(DeflateDecoder::new(member.data())), content),
        other => Err(format!("compression method {other:?} is not used for records")),
    }
}

fn fill(source: &mut dyn Read, content: &mut Vec<u8>) -> Result<(), String> {
    let mut window = [0; 1 << 14];
    loop {
        let read = source.read(&mut window).map_err(|error| error.to_string())?;
        if read == 0 {
            return Ok(());
        }
        content.extend_from_slice(&window[..read]);
        if content.len() as u64 > RECORD_CAP_BYTES {
            return Err(format!("inflates to more than {RECORD_CAP_BYTES} bytes"));
        }
    }
}
