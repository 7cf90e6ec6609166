//! The order of findings: what to do first.

use std::cmp::Ordering;

use plimsoll_model::{AdvisoryClass, Finding, FixState};

/// Malware, known exploited, severity, fixable, package, id.
pub(crate) fn by_urgency(left: &Finding, right: &Finding) -> Ordering {
    let key = |finding: &Finding| {
        (
            finding.class != AdvisoryClass::Malware,
            !finding.known_exploited,
            std::cmp::Reverse(finding.severity),
            !matches!(finding.fix, FixState::Fixed(_)),
            finding.package,
        )
    };
    key(left).cmp(&key(right)).then_with(|| left.id.cmp(&right.id))
}
