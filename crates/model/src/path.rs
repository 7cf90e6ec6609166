//! A path inside an image: bytes, relative to the root, without `.` and `..`.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A normalised path inside an image: no leading slash, no empty, `.` or `..` component; any other
/// bytes, since file systems know no encoding. The root itself is the empty path.
///
/// Shown and serialised with a byte that is not UTF-8 as `\xNN` and a backslash as `\\`, so that
/// the text is unambiguous and reads back to the same bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FilePath(Box<[u8]>);

impl FilePath {
    /// Normalises raw bytes; `..` steps up and never above the root, as a `chroot` would have it.
    #[must_use]
    pub fn new(raw: &[u8]) -> Self {
        if is_normal(raw) {
            return Self(raw.into());
        }
        let mut parts: Vec<&[u8]> = Vec::new();
        for part in raw.split(|&byte| byte == b'/') {
            match part {
                b"" | b"." => {}
                b".." => {
                    parts.pop();
                }
                _ => parts.push(part),
            }
        }
        Self(parts.join(&b'/').into())
    }

    /// The bytes, without a leading slash.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The last component, empty for the root.
    #[must_use]
    pub fn name(&self) -> &[u8] {
        name_of(&self.0)
    }

    /// The path without its last component.
    #[must_use]
    pub fn parent(&self) -> &[u8] {
        parent_of(&self.0)
    }
}

/// Whether raw bytes are already a normalised path.
#[must_use]
pub fn is_normal(raw: &[u8]) -> bool {
    raw.is_empty() || raw.split(|&byte| byte == b'/').all(|part| !matches!(part, b"" | b"." | b".."))
}

/// The last component of a normalised path.
#[must_use]
pub fn name_of(path: &[u8]) -> &[u8] {
    path.iter().rposition(|&byte| byte == b'/').map_or(path, |slash| &path[slash + 1..])
}

/// A normalised path without its last component; empty for one at the root.
#[must_use]
pub fn parent_of(path: &[u8]) -> &[u8] {
    path.iter().rposition(|&byte| byte == b'/').map_or(&[], |slash| &path[..slash])
}

impl From<&str> for FilePath {
    fn from(text: &str) -> Self {
        Self::new(text.as_bytes())
    }
}

impl fmt::Display for FilePath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            let mut rest = chunk.valid();
            while let Some(at) = rest.find(|letter: char| letter == '\\' || letter.is_control()) {
                out.write_str(&rest[..at])?;
                let letter = rest[at..].chars().next().unwrap_or('\\');
                if letter == '\\' {
                    out.write_str("\\\\")?;
                } else {
                    // Control characters could forge lines and colours in a terminal.
                    let mut bytes = [0; 4];
                    for byte in letter.encode_utf8(&mut bytes).bytes() {
                        write!(out, "\\x{byte:02x}")?;
                    }
                }
                rest = &rest[at + letter.len_utf8()..];
            }
            out.write_str(rest)?;
            for byte in chunk.invalid() {
                write!(out, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for FilePath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "\"{self}\"")
    }
}

impl Serialize for FilePath {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FilePath {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Ok(Self::new(&unescape(&text)))
    }
}

fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        if first == b'\\' {
            if let [b'\\', tail @ ..] = tail {
                bytes.push(b'\\');
                rest = tail;
                continue;
            }
            if let [b'x', high, low, tail @ ..] = tail
                && let (Some(high), Some(low)) = ((*high as char).to_digit(16), (*low as char).to_digit(16))
            {
                bytes.push((high * 16 + low) as u8);
                rest = tail;
                continue;
            }
        }
        bytes.push(first);
        rest = tail;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dot_dot_never_leaves_the_root() {
        assert_eq!(FilePath::new(b"/../../etc//./passwd").as_bytes(), b"etc/passwd");
        assert_eq!(FilePath::new(b"a/../../b").as_bytes(), b"b");
        assert_eq!(FilePath::new(b"./").as_bytes(), b"");
    }

    #[test]
    fn any_bytes_survive_the_text_form() {
        for raw in [&b"a/\xff\xfeb"[..], b"back\\slash", b"line\nfeed", b"\\x41", "ünïcode".as_bytes(), b"\x1b[31m"] {
            let path = FilePath::new(raw);
            assert_eq!(unescape(&path.to_string()), raw, "{path}");
            assert!(!path.to_string().contains(['\n', '\x1b']));
        }
    }
}
