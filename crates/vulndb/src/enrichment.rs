//! What shards of enrichment hold, by key: EPSS and facts by CVE, life cycles by product, names of
//! weaknesses by number, channels by repository.
//!
//! There are hundreds of thousands of CVEs and next to nothing is kept of each, so CVEs that differ
//! only in their last digits share one entry.

use plimsoll_model::{Epss, Exploitation, Facts, LifeCycle, Ssvc, Standing, TechnicalImpact, Timestamp};
use serde::{Deserialize, Serialize};

use crate::ShardKind;
use crate::stored::{In, Packed};

const DAY_SECONDS: i64 = 86_400;
/// Last digits of a CVE that its entry leaves out.
const EPSS_DIGITS: usize = 2;
const FACTS_DIGITS: usize = 1;

/// The probabilities of CVEs that differ in their last two digits.
pub(crate) type EpssEntry = Vec<(u8, Epss)>;
/// What sources say of CVEs that differ in their last digit.
pub(crate) type FactsEntry = Vec<(u8, Vec<StoredFacts>)>;
/// The releases of a product.
pub(crate) type CyclesEntry = Vec<LifeCycle>;
/// The update channels of a repository.
pub(crate) type ChannelsEntry = Vec<String>;

/// The key of a CVE's entry in the shard of EPSS, and its place there.
pub(crate) fn epss_place(cve: &str) -> Option<(&str, u8)> {
    place(cve, EPSS_DIGITS)
}

/// The key of a CVE's entry in the shard of facts, and its place there.
pub(crate) fn facts_place(cve: &str) -> Option<(&str, u8)> {
    place(cve, FACTS_DIGITS)
}

fn place(cve: &str, digits: usize) -> Option<(&str, u8)> {
    let (key, last) = cve.split_at_checked(cve.len().checked_sub(digits)?)?;
    let is_number = key.starts_with("CVE-") && last.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some((key, last.parse().ok()?))
}

/// [`Facts`] without title and severities, which stand elsewhere; dates are days since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredFacts {
    source: String,
    standing: Standing,
    published: Option<i32>,
    modified: Option<i32>,
    weaknesses: Vec<u32>,
    exploit: Option<String>,
    ssvc: Option<StoredSsvc>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct StoredSsvc(Option<Exploitation>, Option<bool>, Option<TechnicalImpact>, Option<i32>);

impl StoredFacts {
    pub fn of(facts: Facts) -> Self {
        let Facts { source, standing, published, modified, title: _, severities: _, weaknesses, exploit, ssvc } = facts;
        let points = |ssvc: Ssvc| StoredSsvc(ssvc.exploitation, ssvc.automatable, ssvc.technical_impact, day(ssvc.at));
        Self {
            source,
            standing,
            published: day(published),
            modified: day(modified),
            weaknesses,
            exploit,
            ssvc: ssvc.map(points),
        }
    }

    pub fn into_facts(self) -> Facts {
        let Self { source, standing, published, modified, weaknesses, exploit, ssvc: points } = self;
        let ssvc = |StoredSsvc(exploitation, automatable, technical_impact, at)| Ssvc {
            exploitation,
            automatable,
            technical_impact,
            at: start_of(at),
        };
        Facts {
            source,
            standing,
            published: start_of(published),
            modified: start_of(modified),
            title: String::new(),
            severities: Vec::new(),
            weaknesses,
            exploit,
            ssvc: points.map(ssvc),
        }
    }
}

fn day(at: Option<Timestamp>) -> Option<i32> {
    i32::try_from(at?.0.div_euclid(DAY_SECONDS)).ok()
}

fn start_of(day: Option<i32>) -> Option<Timestamp> {
    Some(Timestamp(i64::from(day?) * DAY_SECONDS))
}

/// Reads any value of a shard of enrichment.
pub(crate) fn unpack_any(kind: ShardKind, from: &mut In<'_>) -> Packed<()> {
    match kind {
        ShardKind::Epss => from.value::<EpssEntry>().map(drop),
        ShardKind::Facts => from.value::<FactsEntry>().map(drop),
        ShardKind::LifeCycles => from.value::<CyclesEntry>().map(drop),
        ShardKind::Weaknesses => from.value::<String>().map(drop),
        ShardKind::Repositories => from.value::<ChannelsEntry>().map(drop),
        ShardKind::Advisories
        | ShardKind::Malware
        | ShardKind::Severities
        | ShardKind::Exploited
        | ShardKind::JavaDigests => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cves_that_differ_in_their_last_digits_share_a_key() {
        assert_eq!(epss_place("CVE-2021-44228"), Some(("CVE-2021-442", 28)));
        assert_eq!(facts_place("CVE-2021-0001"), Some(("CVE-2021-000", 1)));
        assert_ne!(epss_place("CVE-2021-0001").unwrap().0, epss_place("CVE-2021-10001").unwrap().0);
        for other in ["", "C", "GHSA-1111", "CVE-2021-44é", "CVE-2021-x9y"] {
            assert_eq!(epss_place(other), None, "{other}");
        }
    }
}
