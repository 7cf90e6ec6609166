//! Severity claims of an OSV record, and who makes them.

use plimsoll_model::SeverityClaim;

use super::raw::{self, DatabaseSpecific};
use crate::score;

/// Who makes the severity claims of a record, by its id.
pub(super) fn source_of(id: &str) -> String {
    let prefix = id.split('-').next().unwrap_or_default();
    match prefix {
        "BIT" => "bitnami",
        "MAL" => "ossf",
        "FOP" => "friendsofphp",
        "NSWG" => "nodejs",
        "ALSA" | "ALBA" | "ALEA" => "almalinux",
        "RLSA" | "RLBA" | "RLEA" | "RXSA" => "rocky",
        "OESA" => "openeuler",
        "MGASA" | "MGAA" => "mageia",
        "PHSA" => "photon",
        "DSA" | "DLA" | "DEBIAN" => "debian",
        "USN" | "UBUNTU" => "ubuntu",
        "BELL" => "bellsoft",
        "MINI" => "minimos",
        // Records named by a bare CVE are OSV's own, made from the CVE list.
        "CVE" => "osv",
        _ => return prefix.to_ascii_lowercase(),
    }
    .to_owned()
}

pub(super) fn severities(raw: &raw::Record<'_>, specific: &DatabaseSpecific, claims_by: &str) -> Vec<SeverityClaim> {
    let mut claims = vectors(&raw.severity, claims_by);
    if let Some(word) = specific.severity.as_str() {
        score::add(&mut claims, score::from_word(word, claims_by));
    }
    if let Some(number) = specific.cvss_score.as_f64() {
        let is_version_two = specific.cvss_type.as_str() == Some("cvss_v2");
        score::add(&mut claims, score::from_score(number, is_version_two, claims_by));
    }
    claims
}

pub(super) fn vectors(severities: &[raw::Severity], claims_by: &str) -> Vec<SeverityClaim> {
    // Beside its own word Ubuntu repeats a vector of the NVD, which must not pass for its own.
    let has_word = severities.iter().any(|severity| severity.kind.as_deref() == Some("Ubuntu"));
    let vectors_by = if has_word { "nvd" } else { claims_by };
    let mut claims = Vec::new();
    for severity in severities {
        if let Some(text) = severity.score.as_str() {
            // Ubuntu writes its own word where others write a vector.
            let claim = score::from_vector(text, vectors_by).or_else(|| score::from_word(text, claims_by));
            score::add(&mut claims, claim);
        }
    }
    claims
}
