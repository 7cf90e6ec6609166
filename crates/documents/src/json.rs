//! JSON from outside, value by value: what is of another type than expected counts as absent,
//! repeated and unknown keys do no harm, and a list is never in memory as a whole.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::text::complaint;

/// Items of a list within a record that are kept.
const MAX_ITEMS: usize = 10_000;

/// Takes a value of whatever type it is; by default it takes nothing.
pub(crate) trait Take<'de> {
    /// A string.
    fn text(&mut self, _text: Cow<'de, str>) {}
    /// A boolean.
    fn flag(&mut self, _flag: bool) {}
    /// A whole number from 0.
    fn number(&mut self, _number: u64) {}
    /// A list.
    fn list<A: SeqAccess<'de>>(&mut self, mut items: A) -> Result<(), A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }
    /// An object.
    fn object<A: MapAccess<'de>>(&mut self, mut fields: A) -> Result<(), A::Error> {
        while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

/// Reads a whole text into `into`, which keeps what was read before an error.
///
/// # Errors
/// Where it is no JSON, and on which line.
pub(crate) fn read<'de>(text: &'de str, into: &mut impl Take<'de>) -> Result<(), String> {
    let mut reader = serde_json::Deserializer::from_str(text);
    Into(into).deserialize(&mut reader).and_then(|()| reader.end()).map_err(|error| complaint(&error))
}

/// The next key of an object.
pub(crate) fn next_key<'de, A: MapAccess<'de>>(fields: &mut A) -> Result<Option<Cow<'de, str>>, A::Error> {
    Ok(fields.next_key::<Key<'de>>()?.map(|key| key.0))
}

/// Reads the value of the key just met.
pub(crate) fn take<'de, A: MapAccess<'de>>(fields: &mut A, into: &mut impl Take<'de>) -> Result<(), A::Error> {
    fields.next_value_seed(Into(into))
}

/// Passes over the value of the key just met.
pub(crate) fn skip<'de, A: MapAccess<'de>>(fields: &mut A) -> Result<(), A::Error> {
    fields.next_value::<IgnoredAny>().map(|_| ())
}

/// Reads the next item of a list; `false` at its end.
pub(crate) fn next_item<'de, A: SeqAccess<'de>>(items: &mut A, into: &mut impl Take<'de>) -> Result<bool, A::Error> {
    Ok(items.next_element_seed(Into(into))?.is_some())
}

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

struct Into<'t, T>(&'t mut T);

impl<'de, T: Take<'de>> DeserializeSeed<'de> for Into<'_, T> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, T: Take<'de>> Visitor<'de> for Into<'_, T> {
    type Value = ();
    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("any value")
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<(), E> {
        self.0.text(Cow::Borrowed(text));
        Ok(())
    }
    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.0.text(Cow::Owned(text.to_owned()));
        Ok(())
    }
    fn visit_bool<E>(self, flag: bool) -> Result<(), E> {
        self.0.flag(flag);
        Ok(())
    }
    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.0.number(number);
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<(), A::Error> {
        self.0.list(items)
    }
    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<(), A::Error> {
        self.0.object(fields)
    }
}

/// A string.
pub(crate) type Text<'a> = Option<Cow<'a, str>>;

impl<'de> Take<'de> for Text<'de> {
    fn text(&mut self, text: Cow<'de, str>) {
        *self = Some(text);
    }
}

impl<'de> Take<'de> for Option<u64> {
    fn number(&mut self, number: u64) {
        *self = Some(number);
    }
}

impl<'de, T: Take<'de> + Default> Take<'de> for Vec<T> {
    /// A single value stands for a list of one.
    fn text(&mut self, text: Cow<'de, str>) {
        let mut item = T::default();
        item.text(text);
        self.push(item);
    }
    fn object<A: MapAccess<'de>>(&mut self, fields: A) -> Result<(), A::Error> {
        let mut item = T::default();
        item.object(fields)?;
        self.push(item);
        Ok(())
    }
    fn list<A: SeqAccess<'de>>(&mut self, mut items: A) -> Result<(), A::Error> {
        loop {
            let mut item = T::default();
            if !next_item(&mut items, &mut item)? {
                return Ok(());
            }
            if self.len() < MAX_ITEMS {
                self.push(item);
            }
        }
    }
}

/// Items of a list, each handed to a function as soon as it was read.
pub(crate) struct Each<F, T>(pub F, pub PhantomData<T>);

/// Hands each item of a list to `each`.
pub(crate) fn each<'de, T: Take<'de> + Default, F: FnMut(T)>(each: F) -> Each<F, T> {
    Each(each, PhantomData)
}

impl<'de, T: Take<'de> + Default, F: FnMut(T)> Take<'de> for Each<F, T> {
    fn list<A: SeqAccess<'de>>(&mut self, mut items: A) -> Result<(), A::Error> {
        loop {
            let mut item = T::default();
            if !next_item(&mut items, &mut item)? {
                return Ok(());
            }
            (self.0)(item);
        }
    }
}

/// An object of which some keys are read: `record! { Name<'a> { "key" => field: Type, … } }`.
macro_rules! record {
    ($(#[$meta:meta])* $name:ident<$life:lifetime> { $($($key:literal)|+ => $field:ident: $type:ty),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Default)]
        pub(crate) struct $name<$life> {
            $(pub(crate) $field: $type,)*
            _text: std::marker::PhantomData<&$life str>,
        }

        impl<$life> $crate::json::Take<$life> for $name<$life> {
            fn object<A: serde::de::MapAccess<$life>>(&mut self, mut fields: A) -> Result<(), A::Error> {
                while let Some(key) = $crate::json::next_key(&mut fields)? {
                    match &*key {
                        $($($key)|+ => $crate::json::take(&mut fields, &mut self.$field)?,)*
                        _ => $crate::json::skip(&mut fields)?,
                    }
                }
                Ok(())
            }
        }
    };
}
pub(crate) use record;
