//! The few texts that stand in a great many objects of a shard: the names of sources.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::bytes::{In, Out, Packed};

/// Texts, sorted, each named by its number.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Words(Vec<String>);

impl Words {
    /// Writes the number of a text; the text itself where it is none of the words.
    pub fn pack(&self, word: &str, out: &mut Out) {
        match self.0.binary_search_by(|known| known.as_str().cmp(word)) {
            Ok(at) => out.number(at as u64 + 1),
            Err(_) => {
                out.number(0);
                out.text(word);
            }
        }
    }

    pub fn unpack(&self, from: &mut In<'_>) -> Packed<String> {
        let word = match (from.small()? as usize).checked_sub(1) {
            None => from.text()?,
            Some(at) => self.0.get(at).ok_or(postcard::Error::DeserializeBadEncoding)?,
        };
        from.spend(word.len() as u64)?;
        Ok(word.to_owned())
    }
}

impl FromIterator<String> for Words {
    fn from_iter<I: IntoIterator<Item = String>>(words: I) -> Self {
        Self(words.into_iter().collect::<BTreeSet<_>>().into_iter().collect())
    }
}
