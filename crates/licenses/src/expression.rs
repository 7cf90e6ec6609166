//! A declared licence as an SPDX expression.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::names::NAMES;

/// Bytes of a declaration that are read.
const MAX_BYTES: usize = 2048;
/// Licences of one expression, and levels of its brackets.
const MAX_OPERANDS: usize = 64;
const MAX_DEPTH: usize = 16;
/// The longest name that becomes a `LicenseRef-`.
const MAX_REF: usize = 64;

/// An SPDX expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// A licence of the SPDX list, or a `LicenseRef-` for one that is not.
    License(String),
    /// A licence with an exception to it.
    With(String, String),
    /// All of these hold.
    All(Vec<Expression>),
    /// One of these may be chosen.
    Any(Vec<Expression>),
}

impl Expression {
    /// The licences in it, in their order; exceptions left out.
    #[must_use]
    pub fn licenses(&self) -> Vec<&str> {
        match self {
            Self::License(id) | Self::With(id, _) => vec![id],
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::licenses).collect(),
        }
    }

    /// Whether every licence of it stands on the SPDX list.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.licenses().iter().all(|id| !id.starts_with("LicenseRef-") || *id == "LicenseRef-public-domain")
    }
}

impl std::fmt::Display for Expression {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let list = |parts: &[Self], word: &str, out: &mut std::fmt::Formatter<'_>| {
            for (at, part) in parts.iter().enumerate() {
                if at > 0 {
                    write!(out, " {word} ")?;
                }
                match part {
                    Self::All(_) | Self::Any(_) => write!(out, "({part})")?,
                    plain => write!(out, "{plain}")?,
                }
            }
            Ok(())
        };
        match self {
            Self::License(id) => out.write_str(id),
            Self::With(id, exception) => write!(out, "{id} WITH {exception}"),
            Self::All(parts) => list(parts, "AND", out),
            Self::Any(parts) => list(parts, "OR", out),
        }
    }
}

/// The expression that a declaration means: SPDX, a name that packagers use, or several of them with
/// `and`, `or`, commas and slashes between. A name that nobody knows becomes a `LicenseRef-`; `None`
/// where nothing is declared.
#[must_use]
pub fn expression(declared: &str) -> Option<Expression> {
    let declared = cut(declared, MAX_BYTES).rsplit("::").next().unwrap_or_default().trim();
    if declared.is_empty() || ["unknown", "none", "noassertion", "n/a"].contains(&declared.to_lowercase().as_str()) {
        return None;
    }
    if let Some(known) = named(declared) {
        return Some(known);
    }
    if let Some(listed) = side_by_side(declared) {
        return Some(listed);
    }
    let words = words(declared);
    let mut reader = Reader { words: &words, at: 0, operands: 0 };
    let read = reader.any(0).filter(|_| reader.at == words.len());
    Some(read.unwrap_or_else(|| Expression::License(reference(declared))))
}

/// A licence of the list, or one of the known names, which may stand for an expression.
fn named(name: &str) -> Option<Expression> {
    static BY_NAME: LazyLock<HashMap<String, &'static str>> =
        LazyLock::new(|| NAMES.iter().map(|(name, means)| (folded(name), *means)).collect());
    let name = name.trim().trim_matches('"');
    if let Some(means) = BY_NAME.get(&folded(name)) {
        return Some(match means.split_once(" OR ") {
            Some((first, second)) => Expression::Any(vec![license(first), license(second)]),
            None => license(means),
        });
    }
    let is_reference = name.starts_with("LicenseRef-") || name.starts_with("DocumentRef-");
    if is_reference && !name.contains(char::is_whitespace) {
        return Some(Expression::License(reference(name)));
    }
    let (plain, or_later) = name.strip_suffix('+').map_or((name, false), |plain| (plain, true));
    let found = listed(plain)?;
    let id = if or_later && found.is_gnu() {
        spdx::gnu_license_id(found.base(), true).map_or_else(|| format!("{}+", found.name), |id| id.name.to_owned())
    } else if or_later {
        format!("{}+", found.name)
    } else {
        found.name.to_owned()
    };
    Some(Expression::License(id))
}

/// A licence of the SPDX list by its id or its name in full, with capitals or without.
fn listed(name: &str) -> Option<spdx::LicenseId> {
    static BY_NAME: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
        let rows = spdx::identifiers::LICENSES.iter();
        rows.flat_map(|row| [(folded(row.full_name), row.name), (folded(row.name), row.name)]).collect()
    });
    spdx::license_id(name).or_else(|| spdx::license_id(BY_NAME.get(&folded(name))?))
}

/// The beginning of a text, of no more than so many bytes.
pub(crate) fn cut(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    &text[..end.unwrap_or(0)]
}

fn license(id: &str) -> Expression {
    Expression::License(id.to_owned())
}

/// Licences with nothing but a space between, as Alpine wrote them.
fn side_by_side(declared: &str) -> Option<Expression> {
    let words: Vec<&str> = declared.split_whitespace().collect();
    let is_plain = (2..=8).contains(&words.len()) && !declared.contains(['(', '/', ',', '|', '&']);
    let parts =
        if is_plain { words.into_iter().map(named).collect::<Option<Vec<Expression>>>()? } else { return None };
    Some(Expression::All(parts))
}

/// Lower case, with one space for each run of spaces, `-` and `_`.
fn folded(name: &str) -> String {
    let parts = name.split([' ', '\t', '-', '_']).filter(|part| !part.is_empty());
    parts.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// `LicenseRef-` with the letters that SPDX allows.
fn reference(name: &str) -> String {
    let name = name.strip_prefix("LicenseRef-").unwrap_or(name);
    let mut plain = String::new();
    for letter in name.chars().take(MAX_REF) {
        let kept = if letter.is_ascii_alphanumeric() || letter == '.' { letter } else { '-' };
        if kept != '-' || !plain.ends_with('-') {
            plain.push(kept);
        }
    }
    format!("LicenseRef-{}", plain.trim_matches('-'))
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Word<'a> {
    Open,
    Close,
    And,
    Or,
    With,
    Name(&'a str),
}

/// Words of an expression; what stands between operators is one name.
fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut name: Option<(usize, usize)> = None;
    let mut at = 0;
    let bytes = text.as_bytes();
    while at < bytes.len() {
        let rest = &text[at..];
        let letter = rest.chars().next().unwrap_or(' ');
        let operator = match letter {
            '(' if name.is_none() => Some((Word::Open, 1)),
            // A bracket behind a name belongs to it (`GPL (>= 2)`), unless an expression was opened.
            ')' if words.contains(&Word::Open) && !opened_in(text, name) => Some((Word::Close, 1)),
            ',' | ';' | '&' => Some((Word::And, 1)),
            '|' | '/' => Some((Word::Or, 1)),
            _ if name.is_none() || bytes.get(at.wrapping_sub(1)).is_some_and(u8::is_ascii_whitespace) => {
                let end = rest.find(|letter: char| letter.is_whitespace() || "()".contains(letter));
                let word = &rest[..end.unwrap_or(rest.len())];
                match word.to_lowercase().as_str() {
                    "and" | "&&" => Some((Word::And, word.len())),
                    "or" | "||" => Some((Word::Or, word.len())),
                    "with" => Some((Word::With, 4)),
                    _ => None,
                }
            }
            _ => None,
        };
        match operator {
            Some((operator, length)) => {
                if let Some((from, to)) = name.take() {
                    words.push(Word::Name(text[from..to].trim()));
                }
                // Doubled signs (`||`) are one.
                if !matches!((words.last(), &operator), (Some(Word::And), Word::And) | (Some(Word::Or), Word::Or)) {
                    words.push(operator);
                }
                at += length;
            }
            None => {
                let length = letter.len_utf8();
                if !letter.is_whitespace() {
                    let from = name.map_or(at, |(from, _)| from);
                    name = Some((from, at + length));
                }
                at += length;
            }
        }
    }
    if let Some((from, to)) = name.take() {
        words.push(Word::Name(text[from..to].trim()));
    }
    words
}

/// Whether a bracket was opened within the name that is being read.
fn opened_in(text: &str, name: Option<(usize, usize)>) -> bool {
    name.is_some_and(|(from, to)| {
        let name = &text[from..to];
        name.matches('(').count() > name.matches(')').count()
    })
}

struct Reader<'a> {
    words: &'a [Word<'a>],
    at: usize,
    operands: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<&'a Word<'a>> {
        self.words.get(self.at)
    }

    fn any(&mut self, depth: usize) -> Option<Expression> {
        self.list(
            &Word::Or,
            |reader| reader.list(&Word::And, |reader| reader.one(depth), Expression::All),
            Expression::Any,
        )
    }

    fn list(
        &mut self,
        operator: &Word<'_>,
        mut part: impl FnMut(&mut Self) -> Option<Expression>,
        join: fn(Vec<Expression>) -> Expression,
    ) -> Option<Expression> {
        let mut parts = vec![part(self)?];
        while self.peek() == Some(operator) {
            self.at += 1;
            parts.push(part(self)?);
        }
        if parts.len() == 1 { parts.pop() } else { Some(join(parts)) }
    }

    fn one(&mut self, depth: usize) -> Option<Expression> {
        self.operands += 1;
        if depth > MAX_DEPTH || self.operands > MAX_OPERANDS {
            return None;
        }
        match self.peek()? {
            Word::Open => {
                self.at += 1;
                let inner = self.any(depth + 1)?;
                (self.peek() == Some(&Word::Close)).then(|| self.at += 1)?;
                Some(inner)
            }
            Word::Name(name) => {
                self.at += 1;
                let license = named(name).unwrap_or_else(|| Expression::License(reference(name)));
                match (self.peek(), self.words.get(self.at + 1), &license) {
                    (Some(Word::With), Some(Word::Name(exception)), Expression::License(id)) => {
                        self.at += 2;
                        let exception = spdx::exception_id(exception)
                            .map_or_else(|| reference(exception), |exception| exception.name.to_owned());
                        Some(Expression::With(id.clone(), exception))
                    }
                    _ => Some(license),
                }
            }
            Word::Close | Word::And | Word::Or | Word::With => None,
        }
    }
}
