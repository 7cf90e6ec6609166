//! Reading large JSON documents as they pass, under a cap for the whole and for each record.

use std::fmt;
use std::io::{self, BufReader, Read};

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::FeedError;
use crate::caps::{Capped, Caps};

/// Walks one JSON document: nodes that `walk` wants to descend into are taken apart, every other
/// node reaches it whole, one at a time.
///
/// # Errors
/// [`FeedError::Html`] for a web page, [`FeedError::TooLarge`] past a cap, [`FeedError::Malformed`]
/// where the document is no JSON, is no object, or ends early.
pub(crate) fn walk_json(bytes: &mut dyn Read, expected: &'static str, walk: &mut impl Walk) -> Result<(), FeedError> {
    walk_from(b'{', "object", bytes, expected, walk)
}

/// As [`walk_json`], for a document that is a list: the path of its elements is `[""]`.
///
/// # Errors
/// As for [`walk_json`].
pub(crate) fn walk_json_list(
    bytes: &mut dyn Read,
    expected: &'static str,
    walk: &mut impl Walk,
) -> Result<(), FeedError> {
    walk_from(b'[', "list", bytes, expected, walk)
}

fn walk_from(
    opening: u8,
    kind: &str,
    bytes: &mut dyn Read,
    expected: &'static str,
    walk: &mut impl Walk,
) -> Result<(), FeedError> {
    let (capped, caps) = Capped::new(bytes);
    let sniffed = Sniffed::new(capped).map_err(FeedError::Read)?;
    if sniffed.is_html() {
        return Err(FeedError::Html);
    }
    if sniffed.first() != Some(opening) {
        return Err(FeedError::Malformed { expected, why: format!("it is no JSON {kind}") });
    }
    let mut json = serde_json::Deserializer::from_reader(BufReader::with_capacity(1 << 16, sniffed));
    let outcome = Node { walk, path: &mut Vec::new(), caps: &caps }.deserialize(&mut json).and_then(|()| json.end());
    outcome.map_err(|error| match caps.exceeded() {
        Some(exceeded) => exceeded,
        None if error.is_io() => FeedError::Read(error.into()),
        None => FeedError::Malformed { expected, why: error.to_string() },
    })
}

/// What to take apart in a document, and what to do with the pieces.
///
/// A path holds the keys from the document's root; the elements of a list have the key `""`.
pub(crate) trait Walk {
    /// Whether the object or list at `path` is taken apart. The root always is.
    fn descends(&mut self, path: &[String]) -> bool;
    /// A piece that is not taken apart.
    fn piece(&mut self, path: &[String], json: &RawValue);
    /// A piece that should be taken apart but is neither object nor list. `null` is not told: feeds
    /// write it for an empty list.
    fn misfit(&mut self, path: &[String]);
}

struct Node<'w, W> {
    walk: &'w mut W,
    path: &'w mut Vec<String>,
    caps: &'w Caps,
}

impl<W: Walk> Node<'_, W> {
    fn below(&mut self, key: String) -> Node<'_, W> {
        self.path.push(key);
        Node { walk: self.walk, path: self.path, caps: self.caps }
    }
}

impl<'de, W: Walk> DeserializeSeed<'de> for Node<'_, W> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        if self.path.is_empty() || self.walk.descends(self.path) {
            return json.deserialize_any(self);
        }
        let piece = <Box<RawValue>>::deserialize(json)?;
        self.walk.piece(self.path, &piece);
        self.caps.renew();
        Ok(())
    }
}

macro_rules! misfits {
    ($($method:ident: $kind:ty),*) => {
        $(fn $method<E>(self, _: $kind) -> Result<(), E> {
            self.walk.misfit(self.path);
            Ok(())
        })*
    };
}

impl<'de, W: Walk> Visitor<'de> for Node<'_, W> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object or a list")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            let outcome = map.next_value_seed(self.below(key));
            self.path.pop();
            outcome?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        loop {
            let outcome = list.next_element_seed(self.below(String::new()));
            self.path.pop();
            if outcome?.is_none() {
                return Ok(());
            }
        }
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    misfits!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);
}

/// A reader whose first bytes were looked at: a byte-order mark is dropped, a web page is known.
struct Sniffed<'a> {
    head: io::Cursor<Vec<u8>>,
    rest: Capped<'a>,
}

impl<'a> Sniffed<'a> {
    fn new(mut rest: Capped<'a>) -> io::Result<Self> {
        let mut head = vec![0; 512];
        let mut filled = 0;
        while filled < head.len() {
            match rest.read(&mut head[filled..]) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        head.truncate(filled);
        if head.starts_with(b"\xef\xbb\xbf") {
            head.drain(..3);
        }
        Ok(Self { head: io::Cursor::new(head), rest })
    }

    fn is_html(&self) -> bool {
        is_html(self.head.get_ref())
    }

    fn first(&self) -> Option<u8> {
        self.head.get_ref().iter().find(|byte| !byte.is_ascii_whitespace()).copied()
    }
}

impl Read for Sniffed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.head.read(buffer)? {
            0 => self.rest.read(buffer),
            read => Ok(read),
        }
    }
}

/// Whether the bytes begin like a web page.
pub(crate) fn is_html(bytes: &[u8]) -> bool {
    bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<')
}
