//! The parts of a CSAF 2.0 document that are read, borrowed from its bytes.
//!
//! Lists stay as they are written until [`each`] walks them, one element at a time: a list of empty
//! objects would take forty times its own length in memory.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// A list that was not walked yet; `null` and what is not there are empty ones.
pub(super) type List<'d> = Option<&'d RawValue>;

/// Hands over the elements of a list, until one of them is refused.
pub(super) fn each<'d, T: Deserialize<'d>>(
    list: List<'d>,
    visit: impl FnMut(T) -> Result<(), String>,
) -> Result<(), String> {
    struct Walk<T, F>(F, PhantomData<T>);
    impl<'de, T: Deserialize<'de>, F: FnMut(T) -> Result<(), String>> Visitor<'de> for Walk<T, F> {
        type Value = ();
        fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
            out.write_str("a list")
        }
        fn visit_unit<E>(self) -> Result<(), E> {
            Ok(())
        }
        fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
            while let Some(element) = list.next_element()? {
                (self.0)(element).map_err(A::Error::custom)?;
            }
            Ok(())
        }
    }
    let Some(list) = list else { return Ok(()) };
    let mut json = serde_json::Deserializer::from_str(list.get());
    json.deserialize_any(Walk(visit, PhantomData)).map_err(|error| error.to_string())
}

/// A string that is borrowed unless it is written with escapes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text<'d>(pub Cow<'d, str>);

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'de: 'd, 'd> Deserialize<'de> for Text<'d> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Text<'de>;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a string")
            }
            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        from.deserialize_str(Reader)
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct RawCsaf<'d> {
    #[serde(borrow)]
    pub document: RawDocument<'d>,
    #[serde(borrow)]
    pub product_tree: Option<RawTree<'d>>,
    #[serde(borrow)]
    pub vulnerabilities: List<'d>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RawDocument<'d> {
    #[serde(borrow)]
    pub title: Option<Text<'d>>,
    #[serde(borrow)]
    pub aggregate_severity: Option<RawAggregate<'d>>,
    #[serde(borrow)]
    pub references: List<'d>,
    #[serde(borrow)]
    pub tracking: RawTracking<'d>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RawAggregate<'d> {
    #[serde(borrow)]
    pub text: Option<Text<'d>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RawReference<'d> {
    #[serde(borrow)]
    pub category: Option<Text<'d>>,
    #[serde(borrow)]
    pub url: Option<Text<'d>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RawTracking<'d> {
    #[serde(borrow)]
    pub id: Text<'d>,
    #[serde(borrow)]
    pub status: Option<Text<'d>>,
    #[serde(borrow)]
    pub initial_release_date: Option<Text<'d>>,
    #[serde(borrow)]
    pub current_release_date: Option<Text<'d>>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct RawTree<'d> {
    #[serde(borrow)]
    pub branches: List<'d>,
    #[serde(borrow)]
    pub full_product_names: List<'d>,
    #[serde(borrow)]
    pub relationships: List<'d>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RawBranch<'d> {
    #[serde(borrow)]
    pub branches: List<'d>,
    #[serde(borrow)]
    pub product: Option<RawProduct<'d>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RawProduct<'d> {
    #[serde(borrow)]
    pub name: Option<Text<'d>>,
    #[serde(borrow)]
    pub product_id: Text<'d>,
    #[serde(borrow)]
    pub product_identification_helper: Option<RawHelper<'d>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RawHelper<'d> {
    #[serde(borrow)]
    pub cpe: Option<Text<'d>>,
    #[serde(borrow)]
    pub purl: Option<Text<'d>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RawRelationship<'d> {
    #[serde(borrow)]
    pub full_product_name: RawProduct<'d>,
    #[serde(borrow)]
    pub product_reference: Text<'d>,
    #[serde(borrow)]
    pub relates_to_product_reference: Text<'d>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RawVulnerability<'d> {
    #[serde(borrow)]
    pub cve: Option<Text<'d>>,
    #[serde(borrow)]
    pub title: Option<Text<'d>>,
    #[serde(borrow)]
    pub notes: List<'d>,
    #[serde(borrow)]
    pub references: List<'d>,
    #[serde(borrow)]
    pub release_date: Option<Text<'d>>,
    #[serde(borrow)]
    pub product_status: Option<RawStatus<'d>>,
    #[serde(borrow)]
    pub remediations: List<'d>,
    #[serde(borrow)]
    pub threats: List<'d>,
    #[serde(borrow)]
    pub scores: List<'d>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RawNote<'d> {
    #[serde(borrow)]
    pub category: Option<Text<'d>>,
    #[serde(borrow)]
    pub text: Option<Text<'d>>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct RawStatus<'d> {
    #[serde(borrow)]
    pub fixed: List<'d>,
    #[serde(borrow)]
    pub first_fixed: List<'d>,
    #[serde(borrow)]
    pub recommended: List<'d>,
    #[serde(borrow)]
    pub known_affected: List<'d>,
    #[serde(borrow)]
    pub first_affected: List<'d>,
    #[serde(borrow)]
    pub last_affected: List<'d>,
    #[serde(borrow)]
    pub known_not_affected: List<'d>,
    #[serde(borrow)]
    pub under_investigation: List<'d>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RawRemediation<'d> {
    #[serde(borrow)]
    pub category: Option<Text<'d>>,
    #[serde(borrow)]
    pub date: Option<Text<'d>>,
    #[serde(borrow)]
    pub details: Option<Text<'d>>,
    #[serde(borrow)]
    pub product_ids: List<'d>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RawThreat<'d> {
    #[serde(borrow)]
    pub category: Option<Text<'d>>,
    #[serde(borrow)]
    pub details: Option<Text<'d>>,
    #[serde(borrow)]
    pub product_ids: List<'d>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RawScore<'d> {
    #[serde(borrow)]
    pub cvss_v3: Option<RawVector<'d>>,
    #[serde(borrow)]
    pub cvss_v4: Option<RawVector<'d>>,
    #[serde(borrow)]
    pub cvss_v2: Option<RawVector<'d>>,
    #[serde(borrow)]
    pub products: List<'d>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RawVector<'d> {
    #[serde(borrow, rename = "vectorString")]
    pub vector: Option<Text<'d>>,
}
