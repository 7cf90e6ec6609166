//! PHP's serialised values, as far as they hold texts by name.
//! <https://www.php.net/manual/en/function.serialize.php>

use plimsoll_facts::{Limit, Unreadable};

/// Arrays inside arrays.
const MAX_DEPTH: usize = 32;
/// Values of one file.
const MAX_VALUES: usize = 500_000;

/// A value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    Text(&'a [u8]),
    /// An array; keys that are numbers are empty texts.
    Array(Vec<(&'a [u8], Value<'a>)>),
    /// A number, a truth value, nothing.
    Other,
}

impl<'a> Value<'a> {
    /// Reads the value that a file holds.
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, Unreadable> {
        Reader { bytes, at: 0, left: MAX_VALUES }.value(0)
    }

    /// What the last entry of this name holds.
    pub(crate) fn get(&self, name: &str) -> Option<&Value<'a>> {
        self.entries().iter().rfind(|(key, _)| *key == name.as_bytes()).map(|(_, value)| value)
    }

    /// The entries of an array; none of anything else.
    pub(crate) fn entries(&self) -> &[(&'a [u8], Value<'a>)] {
        match self {
            Self::Array(entries) => entries,
            _ => &[],
        }
    }

    /// A text that is UTF-8.
    pub(crate) fn text(&self) -> Option<&'a str> {
        match self {
            Self::Text(text) => std::str::from_utf8(text).ok(),
            _ => None,
        }
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    left: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Result<Value<'a>, Unreadable> {
        self.left = self.left.checked_sub(1).ok_or(Unreadable::OverLimit(Limit::Count))?;
        let kind = self.take(1)?[0];
        match kind {
            b'N' => {
                self.expect(b";")?;
                Ok(Value::Other)
            }
            b's' => {
                self.expect(b":")?;
                let text = self.text()?;
                self.expect(b";")?;
                Ok(Value::Text(text))
            }
            b'b' | b'i' | b'd' => {
                self.until(b';')?;
                Ok(Value::Other)
            }
            b'a' if depth == MAX_DEPTH => Err(Unreadable::OverLimit(Limit::Depth)),
            b'a' => {
                self.expect(b":")?;
                self.until(b':')?;
                self.expect(b"{")?;
                let mut entries = Vec::new();
                while self.bytes.get(self.at) != Some(&b'}') {
                    let key = match self.value(depth + 1)? {
                        Value::Text(key) => key,
                        _ => b"",
                    };
                    entries.push((key, self.value(depth + 1)?));
                }
                self.at += 1;
                Ok(Value::Array(entries))
            }
            _ => Err(self.broken()),
        }
    }

    /// `5:"text"`, whose length counts bytes.
    fn text(&mut self) -> Result<&'a [u8], Unreadable> {
        let digits = std::str::from_utf8(self.until(b':')?).ok().and_then(|digits| digits.parse::<usize>().ok());
        let length = digits.ok_or_else(|| self.broken())?;
        self.expect(b"\"")?;
        let text = self.take(length)?;
        self.expect(b"\"")?;
        Ok(text)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Unreadable> {
        let end = self.at.checked_add(length).ok_or(Unreadable::Truncated)?;
        let taken = self.bytes.get(self.at..end).ok_or(Unreadable::Truncated)?;
        self.at = end;
        Ok(taken)
    }

    fn until(&mut self, mark: u8) -> Result<&'a [u8], Unreadable> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let end = memchr::memchr(mark, rest).ok_or(Unreadable::Truncated)?;
        self.at += end + 1;
        Ok(&rest[..end])
    }

    fn expect(&mut self, what: &[u8]) -> Result<(), Unreadable> {
        if self.take(what.len())? == what { Ok(()) } else { Err(self.broken()) }
    }

    fn broken(&self) -> Unreadable {
        Unreadable::Syntax { at: Some(self.at as u64), why: "no serialised value of PHP".into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_by_name() {
        let value = Value::read(b"a:3:{s:1:\"a\";s:3:\"x;\"\";i:0;a:1:{s:1:\"b\";b:1;}s:1:\"c\";N;}").unwrap();
        assert_eq!(value.get("a").and_then(Value::text), Some("x;\""));
        assert_eq!(value.entries()[1].1.get("b"), Some(&Value::Other));
        assert_eq!(value.get("d"), None);
    }

    #[test]
    fn what_is_cut_or_too_deep_is_said() {
        let whole = b"a:1:{s:1:\"a\";a:1:{i:0;d:1.5;}}";
        assert!(Value::read(whole).is_ok());
        for end in 0..whole.len() {
            assert!(Value::read(&whole[..end]).is_err(), "{end}");
        }
        assert_eq!(Value::read(&b"a:1:{i:0;".repeat(1000)), Err(Unreadable::OverLimit(Limit::Depth)));
        assert!(Value::read(b"s:18446744073709551615:\"a\";").is_err());
    }
}
