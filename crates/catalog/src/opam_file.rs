//! Files of opam: `field: value`, where a value is a text or a list of them, each perhaps with a filter
//! in braces behind it. <https://opam.ocaml.org/doc/Manual.html#General-syntax>

use plimsoll_facts::{Limit, Unreadable};

/// Fields and texts of one file; the largest real ones have some hundreds.
const MAX_ITEMS: usize = 200_000;

/// A text and what stands in braces behind it: `"dune" {>= "2.0" & build}`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Item<'a> {
    pub(crate) text: &'a str,
    pub(crate) filter: &'a str,
}

/// The texts of each field, in the file's order; sections (`url { … }`) are left out.
pub(crate) fn read_fields(text: &str) -> Result<Vec<(&str, Vec<Item<'_>>)>, Unreadable> {
    let mut reader = Reader { text, at: 0, left: MAX_ITEMS };
    let mut fields = Vec::new();
    loop {
        reader.skip_blank();
        reader.count()?;
        let name = reader.word();
        if name.is_empty() {
            return if reader.rest().is_empty() { Ok(fields) } else { Err(reader.unexpected()) };
        }
        reader.skip_blank();
        if reader.rest().starts_with(':') {
            reader.at += 1;
            fields.push((name, reader.value()?));
            continue;
        }
        if reader.rest().starts_with('"') {
            reader.quoted()?;
            reader.skip_blank();
        }
        if !reader.rest().starts_with('{') {
            return Err(reader.unexpected());
        }
        reader.braces()?;
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// Fields and texts that may still come.
    left: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn unexpected(&self) -> Unreadable {
        Unreadable::Syntax { at: Some(self.at as u64), why: "no field of an opam file".to_owned() }
    }

    fn count(&mut self) -> Result<(), Unreadable> {
        self.left = self.left.checked_sub(1).ok_or(Unreadable::OverLimit(Limit::Count))?;
        Ok(())
    }

    fn skip_blank(&mut self) {
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start().len();
            if self.rest().starts_with('#') {
                self.at += self.rest().find('\n').unwrap_or(self.rest().len());
            } else if self.rest().starts_with("(*") {
                self.at += self.rest().find("*)").map_or(self.rest().len(), |end| end + 2);
            } else {
                return;
            }
        }
    }

    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && !"-_+".contains(letter));
        let word = &rest[..end.unwrap_or(rest.len())];
        self.at += word.len();
        word
    }

    /// A text, a list, or a word; lists and choices within a list are as good as one list.
    fn value(&mut self) -> Result<Vec<Item<'a>>, Unreadable> {
        let mut items = Vec::new();
        let mut depth = 0_u32;
        loop {
            self.skip_blank();
            match self.rest().bytes().next() {
                None if depth == 0 => return Ok(items),
                None => return Err(Unreadable::Truncated),
                Some(b'[' | b'(') => {
                    depth = depth.saturating_add(1);
                    self.at += 1;
                }
                Some(b']' | b')') => {
                    depth = depth.checked_sub(1).ok_or_else(|| self.unexpected())?;
                    self.at += 1;
                }
                Some(b'"') => {
                    self.count()?;
                    let text = self.quoted()?;
                    self.skip_blank();
                    let filter = if self.rest().starts_with('{') { self.braces()? } else { "" };
                    items.push(Item { text, filter });
                }
                Some(_) if depth == 0 => drop(self.word()),
                Some(_) => self.at += self.rest().chars().next().map_or(1, char::len_utf8),
            }
            if depth == 0 {
                return Ok(items);
            }
        }
    }

    /// What stands between braces.
    fn braces(&mut self) -> Result<&'a str, Unreadable> {
        let from = self.at + 1;
        let mut depth = 0_u32;
        loop {
            match self.rest().chars().next() {
                None => return Err(Unreadable::Truncated),
                Some('"') => drop(self.quoted()?),
                Some(letter) => {
                    self.at += letter.len_utf8();
                    match letter {
                        '{' => depth = depth.saturating_add(1),
                        '}' if depth == 1 => return Ok(&self.text[from..self.at - 1]),
                        '}' => depth -= 1,
                        _ => {}
                    }
                }
            }
        }
    }

    /// A text in one or three quotes, without them; escapes stay as they are.
    fn quoted(&mut self) -> Result<&'a str, Unreadable> {
        let quote = if self.rest().starts_with("\"\"\"") { "\"\"\"" } else { "\"" };
        let from = self.at + quote.len();
        let mut at = from;
        loop {
            let rest = self.text.get(at..).ok_or(Unreadable::Truncated)?;
            match rest.find(['"', '\\']).map(|found| (found, rest.as_bytes()[found])) {
                None => return Err(Unreadable::Truncated),
                Some((found, b'\\')) => {
                    at += found + 1;
                    at += self.text[at..].chars().next().map_or(1, char::len_utf8);
                }
                Some((found, _)) if rest[found..].starts_with(quote) => {
                    self.at = at + found + quote.len();
                    return Ok(&self.text[from..at + found]);
                }
                Some((found, _)) => at += found + 1,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_lists_filters_and_sections_are_told_apart() {
        let text = "opam-version: \"2.0\" # two\n(* a \" comment *)\nflags: light-uninstall\nlicense: [\"MIT\"]\n\
                    description: \"\"\"a \"quoted\" \\\" word\ndepends: [\"no\"]\"\"\"\n\
                    depends: [\n \"a\" {>= \"1.0\" & (build | \"}\" = x)}\n (\"b\" | \"c\" {= \"2\"})\n]\n\
                    url {\n src: \"x\"\n}\nextra \"y\" { z: \"}\" }\nlast: []\n";
        let fields = read_fields(text).unwrap();
        let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["opam-version", "flags", "license", "description", "depends", "last"]);
        let depends: Vec<_> = fields[4].1.iter().map(|item| (item.text, item.filter)).collect();
        assert_eq!(depends, [("a", ">= \"1.0\" & (build | \"}\" = x)"), ("b", ""), ("c", "= \"2\"")]);
        assert_eq!(fields[2].1, [Item { text: "MIT", filter: "" }]);
    }

    #[test]
    fn what_is_no_such_file_is_said() {
        assert_eq!(read_fields("a: [\"b\""), Err(Unreadable::Truncated));
        assert_eq!(read_fields("a: \"b"), Err(Unreadable::Truncated));
        assert_eq!(read_fields("a { b"), Err(Unreadable::Truncated));
        assert!(matches!(read_fields("a: ]"), Err(Unreadable::Syntax { at: Some(3), .. })));
        assert!(matches!(read_fields("\u{7f}ELF"), Err(Unreadable::Syntax { at: Some(0), .. })));
        assert!(matches!(read_fields("a b"), Err(Unreadable::Syntax { .. })));
        let many = format!("a: [{}]", "\"\" ".repeat(MAX_ITEMS));
        assert_eq!(read_fields(&many), Err(Unreadable::OverLimit(Limit::Count)));
    }
}
