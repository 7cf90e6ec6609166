//! What sources say of the severity.

use plimsoll_model::{Score, Severity, SeverityClaim};

use super::bytes::{In, Out, Packed};
use super::vector;
use super::words::Words;

/// In the order of their numbers.
const SEVERITIES: [Severity; 6] =
    [Severity::Unknown, Severity::Negligible, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];
const HAS_SCORE: u8 = 1 << 3;
const HAS_NUMBER: u8 = 1 << 4;
const HAS_TEXT: u8 = 1 << 5;

pub(crate) fn pack_claims<'c>(claims: impl ExactSizeIterator<Item = &'c SeverityClaim>, words: &Words, out: &mut Out) {
    out.number(claims.len() as u64);
    for claim in claims {
        let severity = SEVERITIES.iter().position(|severity| *severity == claim.severity).unwrap_or(0) as u8;
        let number = claim.vector.as_deref().and_then(vector::number);
        let text = claim.vector.as_deref().filter(|_| number.is_none());
        let flag = |is_set: bool, flag: u8| if is_set { flag } else { 0 };
        let flags = flag(claim.score.is_some(), HAS_SCORE)
            | flag(number.is_some(), HAS_NUMBER)
            | flag(text.is_some(), HAS_TEXT);
        out.byte(severity | flags);
        words.pack(&claim.source, out);
        if let Some(score) = claim.score {
            out.byte(score.tenths());
        }
        if let Some(number) = number {
            out.number(u64::from(number));
        }
        if let Some(text) = text {
            out.text(text);
        }
    }
}

pub(crate) fn unpack_claims(words: &Words, from: &mut In<'_>) -> Packed<Vec<SeverityClaim>> {
    from.list(|from| {
        let bad = || postcard::Error::DeserializeBadEncoding;
        let head = from.byte()?;
        let severity = *SEVERITIES.get(usize::from(head & 7)).ok_or_else(bad)?;
        let source = words.unpack(from)?;
        let score = match head & HAS_SCORE {
            0 => None,
            _ => Some(Score::new(f64::from(from.byte()?) / 10.0).ok_or_else(bad)?),
        };
        let vector = match head & (HAS_NUMBER | HAS_TEXT) {
            0 => None,
            HAS_NUMBER => Some(vector::text(from.small()?).ok_or_else(bad)?),
            _ => Some(from.text()?.to_owned()),
        };
        Ok(SeverityClaim { severity, score, vector, source })
    })
}
