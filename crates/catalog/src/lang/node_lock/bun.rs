//! `bun.lock`: JSON with comments and trailing commas; `packages` holds lists that begin with
//! `name@version`.

use plimsoll_facts::Unreadable;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::split_name;
use crate::json::{Text, document, each_entry, each_item};
use crate::listing::Listing;

#[derive(Deserialize)]
struct Lock<'a> {
    #[serde(borrow, default)]
    packages: Option<&'a RawValue>,
}

pub(super) fn read(bytes: &[u8], listing: &mut Listing<'_>) -> Result<(), Unreadable> {
    let plain = plain_json(bytes);
    let lock: Lock<'_> = document(&plain)?;
    each_entry(lock.packages, |_, package: &RawValue| {
        let mut first = None;
        if let Err(why) = each_item(Some(package), |item: Text<'_>| {
            first.get_or_insert(item.0);
        }) {
            return listing.broken(why);
        }
        let specifier = first.flatten().unwrap_or_default();
        let (name, version) = split_name(&specifier).unwrap_or_default();
        // `workspace:`, `file:`, `github:`, …
        if !version.contains(':') {
            listing.package(name, version);
        }
    })
}

/// Takes out comments, and commas before a closing bracket.
fn plain_json(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(bytes.len());
    // Where in `plain` a comma waits for what follows it.
    let mut comma = None;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let rest = &bytes[at..];
        let skip = match rest {
            [b'/', b'/', ..] => memchr::memchr(b'\n', rest).unwrap_or(rest.len()),
            [b'/', b'*', ..] => memchr::memmem::find(&rest[2..], b"*/").map_or(rest.len(), |end| end + 4),
            _ => 0,
        };
        if skip > 0 {
            at += skip;
            continue;
        }
        let end = if byte == b'"' { string_end(rest) } else { 1 };
        match byte {
            b',' => comma = Some(plain.len()),
            b']' | b'}' => {
                if let Some(comma) = comma.take() {
                    plain[comma] = b' ';
                }
            }
            _ if byte.is_ascii_whitespace() => {}
            _ => comma = None,
        }
        plain.extend_from_slice(&rest[..end]);
        at += end;
    }
    plain
}

/// The length of the string that the bytes begin with, quotes included.
fn string_end(bytes: &[u8]) -> usize {
    let mut escaped = false;
    for (at, byte) in bytes.iter().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::plain_json;

    #[test]
    fn comments_and_trailing_commas_go_and_strings_stay() {
        for (text, plain) in [
            (r#"{"a": [1, 2,], }"#, r#"{"a": [1, 2 ]  }"#),
            ("{\"a\": 1, // no, \"b\"\n}", "{\"a\": 1  \n}"),
            (r#"[/* , ] */ "//", "/*", "\\\"," ,]"#, r#"[ "//", "/*", "\\\","  ]"#),
            (r#"["unclosed"#, r#"["unclosed"#),
            ("[1 /* unclosed", "[1 "),
        ] {
            assert_eq!(String::from_utf8(plain_json(text.as_bytes())).unwrap(), plain);
        }
    }
}
