//! What a document says beside the status: severity, remedy and date of a product, by its number.

use plimsoll_model::{Severity, SeverityClaim, Status, Timestamp};

use super::raw::{List, RawRemediation, RawScore, RawThreat, RawVulnerability, Text, each};
use super::tree::Tree;
use crate::score;

/// Most scores of one vulnerability; a document has one for each severity that it knows.
const MOST_SCORES: usize = 64;

/// What is said of one product.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Word {
    /// The publisher's own rating.
    impact: Option<Severity>,
    /// Place in [`Words::scores`].
    score: Option<u8>,
    /// What becomes of it where there is no fix.
    pub unfixed: Option<Status>,
    /// When its fix was announced.
    pub fixed_at: Option<Timestamp>,
}

impl Word {
    /// The word on a package of which builds for several processors are rated apart.
    pub fn or_graver(self, other: Self) -> Self {
        if self.impact < other.impact || self.score.is_none() { other } else { self }
    }
}

/// What is said of all products.
pub(super) struct Words {
    source: &'static str,
    of_products: Vec<Word>,
    scores: Vec<Vec<SeverityClaim>>,
}

impl Words {
    pub fn read<'d>(raw: &RawVulnerability<'d>, tree: &Tree<'d>, source: &'static str) -> Result<Self, String> {
        let mut words = Self { source, of_products: vec![Word::default(); tree.len()], scores: Vec::new() };
        each(raw.threats, |threat: RawThreat<'d>| {
            // `exploit_status` and `target_set` say nothing of one package.
            let impact = threat.details.as_deref().and_then(Severity::from_word);
            match impact.filter(|_| threat.category.as_deref() == Some("impact")) {
                Some(impact) => words.say(tree, threat.product_ids, |word| word.impact = word.impact.max(Some(impact))),
                None => Ok(()),
            }
        })?;
        each(raw.scores, |score: RawScore<'d>| {
            let claims = claims(&score, source);
            if claims.is_empty() || words.scores.len() == MOST_SCORES {
                return Ok(());
            }
            let number = words.scores.len() as u8;
            words.scores.push(claims);
            words.say(tree, score.products, |word| word.score = word.score.or(Some(number)))
        })?;
        each(raw.remediations, |remediation: RawRemediation<'d>| {
            let details = remediation.details.as_deref().unwrap_or_default().trim();
            let date = remediation.date.as_deref().and_then(Timestamp::parse);
            let unfixed = match remediation.category.as_deref() {
                Some("no_fix_planned") if details.eq_ignore_ascii_case("out of support scope") => Status::EndOfLife,
                Some("no_fix_planned") => Status::WontFix,
                Some("none_available") if is_deferred(details) => Status::Deferred,
                Some("vendor_fix") => {
                    let earlier = |word: &mut Word| word.fixed_at = word.fixed_at.into_iter().chain(date).min();
                    return words.say(tree, remediation.product_ids, earlier);
                }
                // `workaround` and `mitigation` mend nothing; `none_available` is what affected means.
                _ => return Ok(()),
            };
            words.say(tree, remediation.product_ids, |word| word.unfixed = Some(unfixed))
        })?;
        Ok(words)
    }

    /// The scores that are given first.
    pub fn first_scores(scores: List<'_>, source: &'static str) -> Result<Vec<SeverityClaim>, String> {
        let mut first = Vec::new();
        each(scores, |score: RawScore<'_>| {
            if first.is_empty() {
                first = claims(&score, source);
            }
            Ok(())
        })?;
        Ok(first)
    }

    fn say<'d>(&mut self, tree: &Tree<'d>, ids: List<'d>, mut say: impl FnMut(&mut Word)) -> Result<(), String> {
        each(ids, |id: Text<'d>| {
            if let Some(word) = tree.number(&id).and_then(|number| self.of_products.get_mut(number as usize)) {
                say(word);
            }
            Ok(())
        })
    }

    pub fn of(&self, number: u32) -> Word {
        self.of_products.get(number as usize).copied().unwrap_or_default()
    }

    /// The severity of a product: the publisher's own rating, with the scores that go with it. A
    /// score does not overrule the rating, which weighs how the package is built and used there.
    pub fn claims(&self, word: Word) -> Vec<SeverityClaim> {
        let scores = word.score.and_then(|number| self.scores.get(usize::from(number)));
        let mut claims = scores.cloned().unwrap_or_default();
        let Some(impact) = word.impact.filter(|impact| *impact != Severity::Unknown) else { return claims };
        for claim in &mut claims {
            claim.severity = impact;
        }
        if claims.is_empty() {
            claims.push(SeverityClaim { severity: impact, score: None, vector: None, source: self.source.to_owned() });
        }
        claims
    }
}

fn claims(score: &RawScore<'_>, source: &'static str) -> Vec<SeverityClaim> {
    let mut claims = Vec::new();
    for vector in [&score.cvss_v3, &score.cvss_v4, &score.cvss_v2].into_iter().flatten() {
        score::add(&mut claims, vector.vector.as_deref().and_then(|vector| score::from_vector(vector, source)));
    }
    claims
}

/// `Deferred`, `Fix deferred`.
fn is_deferred(details: &str) -> bool {
    details.len() < 64 && details.to_ascii_lowercase().contains("deferred")
}
