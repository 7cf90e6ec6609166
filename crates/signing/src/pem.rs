//! PEM: a named block of base64 between two lines of dashes (RFC 7468).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::KeyError;

const LINE_LETTERS: usize = 64;
const LONGEST_NAME: usize = 40;

pub(crate) fn encode(name: &str, bytes: &[u8]) -> String {
    let body = BASE64_STANDARD.encode(bytes);
    let mut text = format!("-----BEGIN {name}-----\n");
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(LINE_LETTERS.min(rest.len()));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str(&format!("-----END {name}-----\n"));
    text
}

/// The bytes of the first block of this name; text around it is passed over.
pub(crate) fn decode(text: &str, name: &'static str) -> Result<Vec<u8>, KeyError> {
    let (begin, end) = (format!("-----BEGIN {name}-----"), format!("-----END {name}-----"));
    let Some((_, rest)) = text.split_once(&begin) else {
        return Err(KeyError::NoPem { wanted: name, found: first_name(text) });
    };
    let (body, _) = rest.split_once(&end).ok_or(KeyError::Damaged)?;
    let body: String = body.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
    BASE64_STANDARD.decode(body).map_err(|_| KeyError::Damaged)
}

fn first_name(text: &str) -> Option<String> {
    let (name, _) = text.split_once("-----BEGIN ")?.1.split_once("-----")?;
    let is_plain = name.len() <= LONGEST_NAME && name.bytes().all(|letter| letter == b' ' || letter.is_ascii_graphic());
    is_plain.then(|| name.to_owned())
}
