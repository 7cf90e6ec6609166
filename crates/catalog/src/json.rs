//! JSON from outside: typed, entry by entry, with complaints of bounded length.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use plimsoll_facts::Unreadable;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// Reads a whole document, with or without a byte order mark.
pub(crate) fn document<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Unreadable> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    serde_json::from_slice(bytes).map_err(|error| complaint(&error))
}

/// Calls `each` with every key and value of an object, while it is read. An empty list counts as
/// an empty object, as PHP writes it.
pub(crate) fn each_entry<'a, V: Deserialize<'a>>(
    object: Option<&'a RawValue>,
    each: impl FnMut(Cow<'a, str>, V),
) -> Result<(), Unreadable> {
    let Some(object) = object else { return Ok(()) };
    let mut reader = serde_json::Deserializer::from_str(object.get());
    Each { each, value: PhantomData }.deserialize(&mut reader).map_err(|error| complaint(&error))
}

/// As [`each_entry`], for a document that may have been cut.
pub(crate) fn each_entry_of<'a, V: Deserialize<'a>>(
    bytes: &'a [u8],
    each: impl FnMut(Cow<'a, str>, V),
) -> Result<(), Unreadable> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    Each { each, value: PhantomData }.deserialize(&mut reader).map_err(|error| complaint(&error))
}

/// As [`each_entry`], for the values of a list or object.
pub(crate) fn each_item<'a, V: Deserialize<'a>>(
    list: Option<&'a RawValue>,
    mut each: impl FnMut(V),
) -> Result<(), Unreadable> {
    each_entry(list, |_, value| each(value))
}

/// As [`each_entry`]; a value of another form leaves the others.
pub(crate) fn each_readable<'a, V: Deserialize<'a>>(
    object: Option<&'a RawValue>,
    mut each: impl FnMut(Cow<'a, str>, Result<V, Unreadable>),
) -> Result<(), Unreadable> {
    each_entry(object, |key, value: &'a RawValue| each(key, document(value.get().as_bytes())))
}

/// What was wrong, on one line of bounded length: messages quote what they complain of.
pub(crate) fn complaint(error: &dyn fmt::Display) -> Unreadable {
    const MAX_LETTERS: usize = 200;
    let letters = error.to_string();
    Unreadable::syntax(
        letters
            .chars()
            .map(|letter| if letter.is_control() { ' ' } else { letter })
            .take(MAX_LETTERS)
            .collect::<String>(),
    )
}

struct Each<F, V> {
    each: F,
    value: PhantomData<V>,
}

impl<'de, V: Deserialize<'de>, F: FnMut(Cow<'de, str>, V)> DeserializeSeed<'de> for Each<F, V> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, V: Deserialize<'de>, F: FnMut(Cow<'de, str>, V)> Visitor<'de> for Each<F, V> {
    type Value = ();
    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object or a list")
    }
    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(Key(key)) = map.next_key()? {
            (self.each)(key, map.next_value()?);
        }
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        while let Some(value) = seq.next_element()? {
            (self.each)(Cow::Borrowed(""), value);
        }
        Ok(())
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// A string, borrowed where it can be; a boolean in letters; of an object what it holds as `type`,
/// as licences were once written; nothing for any other value.
#[derive(Default)]
pub(crate) struct Text<'a>(pub(crate) Option<Cow<'a, str>>);

impl Text<'_> {
    /// The string, if it is one.
    pub(crate) fn as_str(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Text<'de>;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("any value")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Some(Cow::Borrowed(text))))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Some(Cow::Owned(text.to_owned()))))
            }
            fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
                Ok(Text(Some(Cow::Borrowed(if value { "true" } else { "false" }))))
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Text(None))
            }
            fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
                Ok(Text(None))
            }
            fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
                Ok(Text(None))
            }
            fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
                Ok(Text(None))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Text(None))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut found = None;
                while let Some(Key(key)) = map.next_key()? {
                    if key == "type" {
                        found = map.next_value::<Text<'de>>()?.0;
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(Text(found))
            }
        }
        from.deserialize_any(Any)
    }
}
