//! Documents of an image: JSON that every program reads alike.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::ImageError;

/// Reads a document. Nesting is limited by the JSON reader (128 levels), sizes by who read `bytes`.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8], what: &'static str) -> Result<T, ImageError> {
    serde_json::from_slice(bytes)
        .map_err(|error| ImageError::Json { what, why: crate::clean::name(&error.to_string()) })
}

/// Reads `null` as if the field were not there, as Go's reader does.
pub(crate) fn or_default<'de, T: Deserialize<'de> + Default, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    Option::deserialize(from).map(Option::unwrap_or_default)
}

/// A list that ends with an error when it has more than `N` items: some bytes of JSON can be many of
/// memory.
#[derive(Debug)]
pub(crate) struct Capped<T, const N: usize>(pub(crate) Vec<T>);

impl<T, const N: usize> Default for Capped<T, N> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>, const N: usize> Deserialize<'de> for Capped<T, N> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_seq(CappedVisitor(PhantomData))
    }
}

struct CappedVisitor<T, const N: usize>(PhantomData<T>);

impl<'de, T: Deserialize<'de>, const N: usize> Visitor<'de> for CappedVisitor<T, N> {
    type Value = Capped<T, N>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a list of at most {N} items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            if list.len() == N {
                return Err(A::Error::custom(format!("a list of more than {N} items")));
            }
            list.push(item);
        }
        Ok(Capped(list))
    }
}

/// Refuses a document with a field that differs from a known one only in case: Go's JSON reader,
/// and so every runtime, would take `LAYERS` for `layers`.
pub(crate) fn refuse_lookalikes(
    bytes: &[u8],
    known: &'static [&'static str],
    what: &'static str,
) -> Result<(), ImageError> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    Exact(known)
        .deserialize(&mut reader)
        .map_err(|error| ImageError::Ambiguous { what, why: crate::clean::name(&error.to_string()) })
}

/// Walks a value and keeps nothing of it.
#[derive(Clone, Copy)]
struct Exact(&'static [&'static str]);

impl<'de> DeserializeSeed<'de> for Exact {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Exact {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if let Some(twin) = self.0.iter().find(|known| key.eq_ignore_ascii_case(known) && key != **known) {
                return Err(A::Error::custom(format!("`{key}` looks like `{twin}`")));
            }
            if key == "annotations" {
                map.next_value::<IgnoredAny>()?;
            } else {
                map.next_value_seed(self)?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(self)?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}
