//! Severity claims from what feeds write: CVSS vectors of any version, bare scores, words.

use std::str::FromStr;

use plimsoll_model::{Score, Severity, SeverityClaim};

/// Longest vector kept, in bytes; a full CVSS 4.0 vector has under 200.
const VECTOR_BYTES: usize = 300;

/// A claim from a CVSS vector of version 2, 3.0, 3.1 or 4.0.
///
/// `None` where the vector does not follow its specification: it is then no score, and no reason
/// to drop the record.
#[must_use]
pub fn from_vector(vector: &str, source: &str) -> Option<SeverityClaim> {
    let vector = vector.trim();
    if vector.len() > VECTOR_BYTES {
        return None;
    }
    // The specification of version 2 has no prefix; some feeds write one, some add brackets.
    let bare = vector.strip_prefix("CVSS:2.0/").unwrap_or(vector).trim_matches(['(', ')']);
    let parsed = cvss::Cvss::from_str(bare).ok()?;
    // A vector without one of its mandatory metrics would score as if that were `none`.
    let mandatory: &[&str] = match parsed {
        cvss::Cvss::CvssV20(_) => &["AV", "AC", "Au", "C", "I", "A"],
        cvss::Cvss::CvssV30(_) | cvss::Cvss::CvssV31(_) => &["AV", "AC", "PR", "UI", "S", "C", "I", "A"],
        _ => &["AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"],
    };
    let given = |metric: &&str| bare.split('/').any(|part| part.split(':').next() == Some(*metric));
    if !mandatory.iter().all(given) {
        return None;
    }
    let score = Score::new(parsed.score())?;
    let severity =
        if matches!(parsed, cvss::Cvss::CvssV20(_)) { version_two(score) } else { Severity::from_score(score) };
    Some(SeverityClaim { severity, score: Some(score), vector: Some(vector.to_owned()), source: source.to_owned() })
}

/// A claim from a score without its vector.
#[must_use]
pub fn from_score(score: f64, is_version_two: bool, source: &str) -> Option<SeverityClaim> {
    let score = Score::new(score)?;
    let severity = if is_version_two { version_two(score) } else { Severity::from_score(score) };
    Some(SeverityClaim { severity, score: Some(score), vector: None, source: source.to_owned() })
}

/// A claim from a word; `None` where the word is no severity or says that there is none yet.
#[must_use]
pub fn from_word(word: &str, source: &str) -> Option<SeverityClaim> {
    let severity = Severity::from_word(word).filter(|severity| *severity != Severity::Unknown)?;
    Some(SeverityClaim { severity, score: None, vector: None, source: source.to_owned() })
}

/// Version 2 has no critical: 7.0 and more is high.
fn version_two(score: Score) -> Severity {
    Severity::from_score(score).min(Severity::High)
}

/// Most claims kept for one record or row.
const CLAIMS: usize = 16;

/// Adds a claim unless the same one is there.
pub(crate) fn add(claims: &mut Vec<SeverityClaim>, claim: Option<SeverityClaim>) {
    if let Some(claim) = claim.filter(|claim| claims.len() < CLAIMS && !claims.contains(claim)) {
        claims.push(claim);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored(vector: &str) -> Option<(u8, Severity)> {
        from_vector(vector, "test").map(|claim| (claim.score.unwrap().tenths(), claim.severity))
    }

    #[test]
    fn vectors_of_every_version_score_as_their_calculators_do() {
        assert_eq!(scored("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"), Some((98, Severity::Critical)));
        assert_eq!(scored("CVSS:3.0/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:L/A:N"), Some((48, Severity::Medium)));
        assert_eq!(scored("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N"), Some((0, Severity::Negligible)));
        assert_eq!(
            scored("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"),
            Some((93, Severity::Critical))
        );
        assert_eq!(scored("AV:N/AC:L/Au:N/C:C/I:C/A:C"), Some((100, Severity::High)));
        assert_eq!(scored("(AV:N/AC:L/Au:N/C:P/I:P/A:P)"), Some((75, Severity::High)));
    }

    #[test]
    fn a_broken_vector_is_no_score() {
        for vector in ["", "CVSS:3.1/", "CVSS:3.1/AV:N", "CVSS:9.9/AV:N/AC:L", "7.5", "AV:N/AC:L", &"A".repeat(10_000)]
        {
            assert_eq!(scored(vector), None, "{vector}");
        }
    }

    #[test]
    fn words_that_say_nothing_claim_nothing() {
        assert_eq!(from_word("MODERATE", "ghsa").map(|claim| claim.severity), Some(Severity::Medium));
        assert_eq!(from_word("Unknown", "bitnami"), None);
        assert_eq!(from_word("not yet assigned", "debian"), None);
    }
}
