//! Debian's relations between packages: `a (>= 1), b:any | c [amd64], d`.
//! <https://www.debian.org/doc/debian-policy/ch-relationships.html>

use plimsoll_model::Need;

use crate::relations::{Relations, hash_of};

/// A field that speaks of other packages.
#[derive(Clone, Copy)]
pub(super) enum Relation {
    Needs(Need),
    Provides,
}

impl Relation {
    /// By the field's name.
    pub(super) fn of(field: &[u8]) -> Option<Self> {
        let fields: [(&[u8], Self); 5] = [
            (b"Depends", Self::Needs(Need::Always)),
            (b"Pre-Depends", Self::Needs(Need::Always)),
            (b"Recommends", Self::Needs(Need::Optional)),
            (b"Suggests", Self::Needs(Need::Optional)),
            (b"Provides", Self::Provides),
        ];
        fields.into_iter().find(|(name, _)| field.eq_ignore_ascii_case(name)).map(|(_, relation)| relation)
    }

    /// Reads its value, or a line of it.
    pub(super) fn read(self, value: &[u8], relations: &mut Relations) {
        for clause in value.split(|byte| *byte == b',') {
            let names = clause.split(|byte| *byte == b'|').map(name_of).filter(|name| !name.is_empty());
            match self {
                Self::Needs(need) => relations.need_any(need, names.map(hash_of).collect()),
                Self::Provides => names.for_each(|name| relations.offer(name)),
            }
        }
    }
}

/// A name without its version, architecture and qualifier.
fn name_of(word: &[u8]) -> &[u8] {
    let word = word.trim_ascii();
    let end = word.iter().position(|byte| matches!(byte, b' ' | b'\t' | b'(' | b'[' | b'<' | b':'));
    &word[..end.unwrap_or(word.len())]
}
