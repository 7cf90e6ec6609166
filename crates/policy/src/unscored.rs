//! Vulnerabilities that nobody scored: on a line of their own, with who would score them.

use std::collections::BTreeSet;

/// Who would score vulnerabilities, by their ids: `GitHub or the NVD`.
pub(crate) fn scorers<'i>(ids: impl Iterator<Item = &'i str>) -> String {
    let scorers: BTreeSet<&str> = ids.map(scorer).collect();
    scorers.into_iter().collect::<Vec<_>>().join(" or ")
}

fn scorer(id: &str) -> &'static str {
    match id.split('-').next().unwrap_or_default() {
        "CVE" => "the NVD",
        "GHSA" => "GitHub",
        "PYSEC" => "the PyPA",
        "RUSTSEC" => "RustSec",
        "GO" => "the Go vulnerability database",
        "ALSA" => "AlmaLinux",
        "RLSA" | "RXSA" => "Rocky Linux",
        "BIT" => "Bitnami",
        _ => "its own source",
    }
}
