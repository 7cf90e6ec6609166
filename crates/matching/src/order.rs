//! The order of findings: what to do first.

use std::cmp::{Ordering, Reverse};

use plimsoll_model::{AdvisoryClass, Finding, FixState, Reachability, Severity};

/// The probability, in hundred-thousandths, of a vulnerability that EPSS has no word on: unknown is not
/// zero, and nine in ten of those that it knows are below this.
const UNKNOWN_PROBABILITY: u32 = 5_000;

/// Malware; known exploited; risk; severity; fixable; not what is in no program; package; id.
///
/// The risk is the probability of exploitation times a weight of the severity, by powers of two: of
/// two that differ by less than half, the one that can be mended comes first.
pub(crate) fn by_urgency(left: &Finding, right: &Finding) -> Ordering {
    let key = |finding: &Finding| {
        (
            finding.class != AdvisoryClass::Malware,
            !finding.known_exploited,
            Reverse(risk(finding)),
            Reverse(finding.severity),
            !matches!(finding.fix, FixState::Fixed(_)),
            finding.reachability.as_ref().is_some_and(Reachability::is_not_linked),
            finding.package,
        )
    };
    key(left).cmp(&key(right)).then_with(|| left.id.cmp(&right.id))
}

/// The power of two that the risk reaches.
fn risk(finding: &Finding) -> u32 {
    let probability = finding.epss.map_or(UNKNOWN_PROBABILITY, |epss| epss.score.hundred_thousandths());
    let weight = match finding.severity {
        Severity::Critical => 10,
        Severity::High => 8,
        // Unscored is not safe.
        Severity::Medium | Severity::Unknown => 5,
        Severity::Low => 2,
        Severity::Negligible => 1,
    };
    probability.saturating_mul(weight).max(1).ilog2()
}
