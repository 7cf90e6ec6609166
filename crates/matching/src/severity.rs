//! Whose word on the severity counts.

use std::cmp::Reverse;

use plimsoll_model::{PackageKind, Severity, SeverityClaim};

/// Whom to believe on packages of languages, the most trusted first; others follow by name.
const TRUSTED: [&str; 10] =
    ["ghsa", "pysec", "go", "rustsec", "friendsofphp", "bitnami", "nodejs", "osv", "nvd", "starter"];

/// The claim that counts: of an operating-system package the distribution's own, then one with a
/// score before one without, then by [`TRUSTED`]; of one source the gravest. `None` where nobody
/// claims anything.
pub(crate) fn choose<'c>(
    claims: impl IntoIterator<Item = &'c SeverityClaim>,
    kind: PackageKind,
    distribution: Option<&str>,
) -> Option<&'c SeverityClaim> {
    let own = distribution.filter(|_| kind.is_os());
    claims.into_iter().filter(|claim| claim.severity != Severity::Unknown).min_by_key(|claim| {
        let rank = TRUSTED.iter().position(|source| *source == claim.source).unwrap_or(TRUSTED.len());
        (
            own != Some(claim.source.as_str()),
            claim.score.is_none(),
            rank,
            &claim.source,
            Reverse((claim.severity, claim.score)),
            &claim.vector,
        )
    })
}
