//! Erlang's terms as files hold them: `{application, cowboy, [{vsn, "2.9.0"}]}.`

use plimsoll_facts::{Limit, Unreadable};

/// Real files nest six deep.
const MAX_DEPTH: usize = 32;
/// Terms of one file; the largest real ones have some thousands.
const MAX_TERMS: usize = 500_000;

/// A term; texts stand as they are written, with their escapes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Term<'a> {
    /// An atom or a number.
    Atom(&'a str),
    /// A string, or a binary of one.
    Text(&'a str),
    List(Vec<Term<'a>>),
    Tuple(Vec<Term<'a>>),
}

impl<'a> Term<'a> {
    /// The items of a list or tuple.
    pub(crate) fn items(&self) -> &[Term<'a>] {
        match self {
            Self::List(items) | Self::Tuple(items) => items,
            Self::Atom(_) | Self::Text(_) => &[],
        }
    }

    /// The letters of an atom or text.
    pub(crate) fn letters(&self) -> Option<&'a str> {
        match self {
            Self::Atom(letters) | Self::Text(letters) => Some(letters),
            Self::List(_) | Self::Tuple(_) => None,
        }
    }

    /// The value of `{key, value}` in a list of such pairs.
    pub(crate) fn property(&self, key: &str) -> Option<&Term<'a>> {
        self.items().iter().find_map(|item| match item.items() {
            [Self::Atom(name) | Self::Text(name), value, ..] if *name == key => Some(value),
            _ => None,
        })
    }
}

/// The terms of a file, each of which ends with a full stop.
pub(crate) fn read_terms(text: &str) -> Result<Vec<Term<'_>>, Unreadable> {
    let mut reader = Reader { text, at: 0, left: MAX_TERMS };
    let mut terms = Vec::new();
    loop {
        reader.skip(".");
        if reader.rest().is_empty() {
            return Ok(terms);
        }
        terms.push(reader.term(0)?);
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// Terms that may still come.
    left: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Skips blanks, comments and these separators.
    fn skip(&mut self, separators: &str) {
        while let Some(letter) = self.rest().chars().next() {
            if letter == '%' {
                self.at += self.rest().find('\n').unwrap_or(self.rest().len());
            } else if letter.is_whitespace() || separators.contains(letter) {
                self.at += letter.len_utf8();
            } else {
                return;
            }
        }
    }

    fn term(&mut self, depth: usize) -> Result<Term<'a>, Unreadable> {
        if depth == MAX_DEPTH {
            return Err(Unreadable::OverLimit(Limit::Depth));
        }
        self.left = self.left.checked_sub(1).ok_or(Unreadable::OverLimit(Limit::Count))?;
        let rest = self.rest();
        let open = |reader: &mut Self, bytes: usize, close| {
            reader.at += bytes;
            reader.until(close, depth)
        };
        match rest.as_bytes() {
            [b'{', ..] => Ok(Term::Tuple(open(self, 1, "}")?)),
            [b'#', b'{', ..] => Ok(Term::Tuple(open(self, 2, "}")?)),
            [b'[', ..] => Ok(Term::List(open(self, 1, "]")?)),
            [b'<', b'<', ..] => {
                let parts = open(self, 2, ">>")?;
                Ok(Term::Text(parts.first().and_then(Term::letters).unwrap_or_default()))
            }
            [b'"', ..] => self.quoted(b'"').map(Term::Text),
            [b'\'', ..] => self.quoted(b'\'').map(Term::Atom),
            _ => self.word().map(Term::Atom),
        }
    }

    /// The terms up to a closing bracket.
    fn until(&mut self, close: &str, depth: usize) -> Result<Vec<Term<'a>>, Unreadable> {
        let mut items = Vec::new();
        loop {
            // `>` of `=>` separates, two of them close a binary.
            self.skip(if close == ">>" { ",|/=" } else { ",|/=>" });
            if self.rest().is_empty() {
                return Err(Unreadable::Truncated);
            }
            if self.rest().starts_with(close) {
                self.at += close.len();
                return Ok(items);
            }
            items.push(self.term(depth + 1)?);
        }
    }

    fn quoted(&mut self, quote: u8) -> Result<&'a str, Unreadable> {
        let from = self.at + 1;
        let mut escaped = false;
        for (at, byte) in self.text.bytes().enumerate().skip(from) {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                _ if byte == quote => {
                    self.at = at + 1;
                    return Ok(&self.text[from..at]);
                }
                _ => {}
            }
        }
        Err(Unreadable::Truncated)
    }

    /// An atom or number; a full stop belongs to it only between digits.
    fn word(&mut self) -> Result<&'a str, Unreadable> {
        let rest = self.rest();
        let bytes = rest.as_bytes();
        let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        let belongs = |at: usize, letter: char| {
            letter.is_alphanumeric()
                || "_@-+:#$".contains(letter)
                || (letter == '.' && at > 0 && is_digit(at - 1) && is_digit(at + 1))
        };
        let end = rest.char_indices().find(|(at, letter)| !belongs(*at, *letter)).map_or(rest.len(), |(at, _)| at);
        if end == 0 {
            return Err(Unreadable::Syntax { at: Some(self.at as u64), why: "no term of Erlang".to_owned() });
        }
        self.at += end;
        Ok(&rest[..end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_of_every_form_are_read() {
        let text = "% list\n{\"1.2.0\",[{<<\"a\">>,{pkg,<<\"b\"/utf8>>,<<\"1.0\">>},0}]}.\n\
                    [x, 'Y z', 1.5, \"q\\\"\", [a|b], #{k => v}, fun m:f].";
        let terms = read_terms(text).unwrap();
        let lock = &terms[0].items()[1].items()[0];
        assert_eq!(lock.items()[1].items(), [Term::Atom("pkg"), Term::Text("b"), Term::Text("1.0")]);
        let letters: Vec<_> = terms[1].items().iter().map(Term::letters).collect();
        let expected = [Some("x"), Some("Y z"), Some("1.5"), Some("q\\\""), None, None, Some("fun"), Some("m:f")];
        assert_eq!(letters, expected);
        assert_eq!(terms[1].items()[4].items(), [Term::Atom("a"), Term::Atom("b")]);
        assert_eq!(terms[1].items()[5].items(), [Term::Atom("k"), Term::Atom("v")]);
    }

    #[test]
    fn properties_are_found_by_their_key() {
        let terms = read_terms("[{vsn,\"1\"},x,{vsn},{modules,[a]}].").unwrap();
        assert_eq!(terms[0].property("vsn"), Some(&Term::Text("1")));
        assert_eq!(terms[0].property("modules").unwrap().items(), [Term::Atom("a")]);
        assert_eq!(terms[0].property("x"), None);
    }

    #[test]
    fn what_is_no_term_is_said() {
        assert_eq!(read_terms("{a, [b"), Err(Unreadable::Truncated));
        assert_eq!(read_terms("\"a"), Err(Unreadable::Truncated));
        assert!(matches!(read_terms("{a, )}"), Err(Unreadable::Syntax { at: Some(4), .. })));
        assert_eq!(read_terms(&"[".repeat(100)), Err(Unreadable::OverLimit(Limit::Depth)));
        assert_eq!(read_terms(&"a ".repeat(MAX_TERMS + 1)), Err(Unreadable::OverLimit(Limit::Count)));
    }
}
