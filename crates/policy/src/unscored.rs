//! Vulnerabilities that nobody scored: on a line of their own, with who would score them.

use std::collections::BTreeMap;

/// Who would score a vulnerability, by its id: `the NVD for 3, GitHub for 1`.
pub(crate) fn scorers<'i>(ids: impl Iterator<Item = &'i str>) -> String {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    for id in ids {
        *numbers.entry(scorer(id)).or_default() += 1;
    }
    let list: Vec<String> = numbers.into_iter().map(|(scorer, number)| format!("{scorer} for {number}")).collect();
    list.join(", ")
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
