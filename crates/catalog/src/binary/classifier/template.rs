//! Where a version stands: text around it, as the table writes it.
//!
//! `nginx/{version}` is the text `nginx/` and a version of two numbers or more behind it; `{number}`
//! may be a single number, `{numbers}` is a version without what may follow its numbers,
//! `{revision}` one with a single number behind a hyphen (`6.9.11-60`). `{name}{tail}` is a version that begins with the digits in the file's name
//! (`3.11` of `python3.11`). `{any}` stands for a few bytes of any kind, as few as possible.

use super::version::{numbers_length, version_length};

/// Bytes that `{any}` stands for at most.
const MAX_ANY: usize = 64;
/// Bytes that a match takes before its anchor at most.
pub(super) const MAX_BEFORE: usize = 128;
/// Bytes that a match takes from its anchor on at most.
pub(super) const MAX_AHEAD: usize = 384;
/// The longest version.
const MAX_VERSION: usize = 64;

/// Addresses of the network that look like versions.
const ADDRESSES: [&[u8]; 4] = [b"0.0.0.0", b"127.0.0.1", b"127.0.0.0", b"255.255.255.255"];

/// A template, made ready for one file.
#[derive(Debug)]
pub(super) struct Template {
    pieces: Vec<Piece>,
    /// The piece by which it is found: the longest text that it can be read around.
    anchor: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(Vec<u8>),
    /// A version of so many numbers at least.
    Version(usize),
    /// The numbers of a version, whatever follows them.
    Numbers,
    /// The numbers of a version, and one more behind a hyphen.
    Revision,
    /// The rest of a version whose beginning stood before.
    Tail,
    Any,
}

/// What a template found.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) version: String,
    /// Where in the bytes the version begins.
    pub(super) at: usize,
}

impl Template {
    /// Reads a template; `digits` are those in the file's name. `None` where the template needs them
    /// and there are none, or if it has no text.
    pub(super) fn new(text: &str, digits: &str) -> Option<Self> {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let hole = |name: &str| rest.strip_prefix(name);
            let (piece, after) = if let Some(after) = hole("{version}") {
                (Piece::Version(2), after)
            } else if let Some(after) = hole("{number}") {
                (Piece::Version(1), after)
            } else if let Some(after) = hole("{numbers}") {
                (Piece::Numbers, after)
            } else if let Some(after) = hole("{revision}") {
                (Piece::Revision, after)
            } else if let Some(after) = hole("{tail}") {
                (Piece::Tail, after)
            } else if let Some(after) = hole("{any}") {
                (Piece::Any, after)
            } else if let Some(after) = hole("{name}") {
                if digits.is_empty() {
                    return None;
                }
                (Piece::Text(digits.into()), after)
            } else {
                let letter = rest.chars().next()?.len_utf8();
                (Piece::Text(rest[..letter].into()), &rest[letter..])
            };
            rest = after;
            match (pieces.last_mut(), piece) {
                (Some(Piece::Text(before)), Piece::Text(more)) => before.extend(more),
                (_, piece) => pieces.push(piece),
            }
        }
        let length = |piece: &Piece| if let Piece::Text(text) = piece { text.len() } else { 0 };
        // What stands before the anchor is read backwards, where the end of these could not be told.
        let forward = pieces.iter().position(|piece| matches!(piece, Piece::Any | Piece::Tail | Piece::Revision));
        let anchor = (0..forward.unwrap_or(pieces.len())).max_by_key(|at| length(&pieces[*at]))?;
        (length(&pieces[anchor]) > 0).then_some(Self { pieces, anchor })
    }

    /// The text by which it is found.
    pub(super) fn anchor(&self) -> &[u8] {
        match &self.pieces[self.anchor] {
            Piece::Text(text) => text,
            _ => b"",
        }
    }

    /// Whether a version begins right behind the anchor.
    pub(super) fn begins_behind_anchor(&self) -> bool {
        matches!(self.pieces.get(self.anchor + 1), Some(Piece::Version(_) | Piece::Numbers | Piece::Revision))
    }

    /// The version around the anchor at `at`, if all of the template stands there.
    pub(super) fn read(&self, bytes: &[u8], at: usize) -> Option<Hit> {
        let mut hit = None;
        let mut begin = at;
        for piece in self.pieces[..self.anchor].iter().rev() {
            let before = &bytes[..begin];
            begin = match piece {
                Piece::Text(text) => before.strip_suffix(text.as_slice())?.len(),
                Piece::Version(parts) => {
                    let start = version_before(before)?;
                    let length = version_length(&before[start..], *parts).filter(|length| start + length == begin)?;
                    hit = Some((start, start + length));
                    start
                }
                Piece::Numbers => {
                    let start = version_before(before)?;
                    (numbers_length(&before[start..])? == begin - start).then_some(())?;
                    hit = Some((start, begin));
                    start
                }
                Piece::Tail | Piece::Revision | Piece::Any => return None,
            };
        }
        let mut next = at + self.anchor().len();
        let mut pieces = self.pieces[self.anchor + 1..].iter().peekable();
        while let Some(piece) = pieces.next() {
            let rest = bytes.get(next..)?;
            next += match piece {
                Piece::Text(text) => rest.starts_with(text).then_some(text.len())?,
                Piece::Version(parts) => {
                    let length = version_length(rest, *parts)?;
                    hit = Some((next, next + length));
                    length
                }
                Piece::Numbers => {
                    let length = numbers_length(rest)?;
                    hit = Some((next, next + length));
                    length
                }
                Piece::Revision => {
                    let numbers = numbers_length(rest)?;
                    let last = rest[numbers..].strip_prefix(b"-")?;
                    let count = last.iter().take(5).take_while(|byte| byte.is_ascii_digit()).count();
                    (1..5).contains(&count).then_some(())?;
                    let length = numbers + 1 + count;
                    hit = Some((next, next + length));
                    length
                }
                Piece::Tail => {
                    (!rest.first()?.is_ascii_digit()).then_some(())?;
                    let start = version_before(&bytes[..next])?;
                    let length = version_length(&bytes[start..], 2)?.checked_sub(next - start)?;
                    hit = Some((start, next + length));
                    length
                }
                Piece::Any => {
                    let within = &rest[..rest.len().min(MAX_ANY)];
                    match pieces.peek() {
                        Some(Piece::Text(text)) => memchr::memmem::find(within, text)?,
                        // What stands between may hold digits too, but nothing that is a version.
                        _ => (0..within.len()).find(|at| begins_version(rest, *at))?,
                    }
                }
            };
        }
        let (start, end) = hit.filter(|(start, end)| end - start <= MAX_VERSION)?;
        if ADDRESSES.contains(&&bytes[start..end]) {
            return None;
        }
        Some(Hit { version: String::from_utf8_lossy(&bytes[start..end]).into_owned(), at: start })
    }
}

/// Where the numbers that end these bytes begin; `None` if they go on before that.
fn version_before(bytes: &[u8]) -> Option<usize> {
    let count = bytes.iter().rev().take(MAX_VERSION).take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    let start = bytes.len() - count;
    let clear = start == 0 || !(bytes[start - 1].is_ascii_alphanumeric() && bytes[start - 1] != b'v');
    (count > 0 && clear && bytes[start].is_ascii_digit()).then_some(start)
}

fn begins_version(bytes: &[u8], at: usize) -> bool {
    let clear = at == 0 || !bytes[at - 1].is_ascii_alphanumeric() && bytes[at - 1] != b'.';
    clear && version_length(&bytes[at..], 2).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(template: &str, digits: &str, text: &str) -> Option<String> {
        let template = Template::new(template, digits)?;
        let places = memchr::memmem::find_iter(text.as_bytes(), template.anchor());
        places.filter_map(|at| template.read(text.as_bytes(), at)).map(|hit| hit.version).next()
    }

    #[test]
    fn versions_are_read_before_and_behind_their_text() {
        for (template, digits, text, expected) in [
            ("nginx/{version}", "", "xx nginx/1.22.1\0", Some("1.22.1")),
            ("nginx/{version}", "", "nginx/%s", None),
            ("{version}-MariaDB", "", "\x0010.11.6-MariaDB-0", Some("10.11.6")),
            ("{version}-MariaDB", "", "a10.11.6-MariaDB-0", None),
            ("\0{version}-MariaDB\0", "", "\x0010.11.6-MariaDB\0", Some("10.11.6")),
            ("\0{version}-MariaDB\0", "", "x10.11.6-MariaDB\0", None),
            ("\0{name}{tail}\0", "3.11", "\x003.11.2\0", Some("3.11.2")),
            ("\0{name}{tail}\0", "3", "\x003.11.2\0", Some("3.11.2")),
            ("\0{name}{tail}\0", "3.1", "\x003.11.2\0", None),
            ("\0{name}{tail}\0", "", "\x003.11.2\0", None),
            ("name\0{any}{version}\0", "", "name\0ab 1 c\x001.2.3\0", Some("1.2.3")),
            (" version {version}{any}, released 2", "", "x version 2.6.12-1+a, released 2026", Some("2.6.12")),
            ("name{any}: {version}", "", "name of it: 1.2", Some("1.2")),
            ("ruby {numbers}p", "", "ruby 3.1.2p20 (2022", Some("3.1.2")),
            ("\0{numbers}x-", "", "\x001.2.3x-", Some("1.2.3")),
            ("Magick {revision} Q", "", "Magick 6.9.11-60 Q16", Some("6.9.11-60")),
            ("\0{version}\0", "", "\x00127.0.0.1\0", None),
            ("systemd {number}", "", "systemd 252 (252.1)", Some("252")),
            ("\"v{version}\"", "", "a \"v1.2.3-rc1\" b", Some("1.2.3-rc1")),
        ] {
            assert_eq!(version(template, digits, text).as_deref(), expected, "{template} in {text}");
        }
    }

    #[test]
    fn a_template_without_text_is_none() {
        assert!(Template::new("{version}", "").is_none());
        assert!(Template::new("", "").is_none());
    }
}
