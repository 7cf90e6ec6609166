//! Whose word on the severity counts.

use std::cmp::Reverse;

use plimsoll_model::{PackageKind, Severity, SeverityClaim};

/// Whom to believe on packages of a distribution that has no word of its own, the most trusted first;
/// a name that ends with `:` is a family of sources. Others follow by name.
pub const TRUSTED_FOR_DISTRIBUTIONS: [&str; 7] = ["nvd", "cisa", "cna:", "adp:", "ghsa", "osv", "starter"];

/// Whom to believe on packages of languages.
pub const TRUSTED_FOR_LANGUAGES: [&str; 13] = [
    "ghsa",
    "pysec",
    "go",
    "rustsec",
    "friendsofphp",
    "bitnami",
    "nodejs",
    "osv",
    "nvd",
    "cisa",
    "cna:",
    "adp:",
    "starter",
];

/// Distributions whose own word comes under another name than their `ID`: that of their maker, or of the
/// distribution that they rebuild.
const OWN_NAMES: [(&str, &[&str]); 10] = [
    ("centos", &["rhel"]),
    ("almalinux", &["rhel"]),
    ("sles", &["suse"]),
    ("sle-micro", &["suse"]),
    ("sl-micro", &["suse"]),
    ("opensuse-leap", &["opensuse", "suse"]),
    ("opensuse-tumbleweed", &["opensuse", "suse"]),
    ("chainguard", &["wolfi"]),
    ("alpaquita", &["bellsoft"]),
    ("bellsoft-hardened-containers", &["bellsoft"]),
];

/// The claim that counts: of an operating-system package the distribution's own word, then its own
/// score; else one with a score before one without, then by the table of the package's kind; of one
/// source the gravest. A word takes the gravest score of the same source along. `None` where nobody
/// claims anything.
pub(crate) fn choose<'c>(
    claims: impl IntoIterator<Item = &'c SeverityClaim>,
    kind: PackageKind,
    distribution: Option<&str>,
) -> Option<SeverityClaim> {
    let claims: Vec<&SeverityClaim> = claims.into_iter().filter(|claim| claim.severity != Severity::Unknown).collect();
    let own = distribution.filter(|_| kind.is_os());
    let trusted = if trusts_registries(kind) { &TRUSTED_FOR_LANGUAGES[..] } else { &TRUSTED_FOR_DISTRIBUTIONS[..] };
    let gravest = |claim: &SeverityClaim| (Reverse((claim.severity, claim.score)), claim.vector.clone());
    let key = |claim: &&SeverityClaim| {
        let is_own = own.is_some_and(|id| speaks_for(&claim.source, id));
        let rank = trusted.iter().position(|source| is_of(&claim.source, source)).unwrap_or(trusted.len());
        (!is_own, is_own == claim.score.is_some(), rank, claim.source.clone(), gravest(claim))
    };
    let mut chosen = claims.iter().copied().min_by_key(key)?.clone();
    if chosen.score.is_none() {
        let scored = claims.iter().filter(|claim| claim.source == chosen.source && claim.score.is_some());
        if let Some(scored) = scored.min_by_key(|claim| gravest(claim)) {
            chosen.score = scored.score;
            chosen.vector.clone_from(&scored.vector);
        }
    }
    Some(chosen)
}

/// Whether the databases of a language know the kind, rather than a distribution or product names.
fn trusts_registries(kind: PackageKind) -> bool {
    !kind.is_os() && kind.language_shard().is_some()
}

fn is_of(source: &str, trusted: &str) -> bool {
    if trusted.ends_with(':') { source.starts_with(trusted) } else { source == trusted }
}

fn speaks_for(source: &str, distribution: &str) -> bool {
    let others = OWN_NAMES.iter().find(|(id, _)| *id == distribution).map_or(&[][..], |(_, names)| names);
    source == distribution || others.contains(&source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_names_are_those_of_known_distributions() {
        for (id, names) in OWN_NAMES {
            assert!(crate::distribution(id).is_some(), "{id}");
            assert!(names.iter().all(|name| speaks_for(name, id)) && !speaks_for("nvd", id), "{id}");
        }
    }
}
