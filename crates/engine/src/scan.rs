//! One scan, from a source to a verdict.

use std::sync::Arc;

use plimsoll_images::{OpenOptions, SourceSpec};
use plimsoll_licenses::Classes;
use plimsoll_matching::{MatchOptions, Matched, match_inventory, upgrades};
use plimsoll_model::{
    Coverage, DatabaseInfo, Finding, Gap, GapKind, Inventory, Presence, ScanReport, Severity, ShardName, Verdict,
};
use plimsoll_policy::{Gate, judge};
use plimsoll_vulndb::travel::{Pulled, TravelError};

use crate::contents::{Contents, SourceOptions, read_image};
use crate::java::name_archives;
use crate::{AdvisorySource, Cache, FirstFetch, Phase, Progress, Publisher, ScanError, first};

/// Everything that a scan depends on.
pub struct ScanOptions {
    /// What to scan, and how to look at it.
    pub source: SourceOptions,
    /// What to match.
    pub matching: MatchOptions,
    /// The classes of licences, where licences are asked for.
    pub licenses: Option<Classes>,
    /// How to judge.
    pub gate: Gate,
    /// Severities to report; `None` reports all. The verdict is not touched.
    pub severities: Option<Vec<Severity>>,
}

/// Where a scan gets its advisories.
#[derive(Debug, Clone, Copy)]
pub enum Supply<'a> {
    /// Vulnerabilities are not looked for.
    Nothing,
    /// They are here.
    Ready(&'a AdvisorySource),
    /// There is no database yet: what the image needs is fetched from the feeds.
    Fetch(FirstFetch<'a>),
    /// What the image needs of a published database is pulled.
    Pull(Publisher<'a>),
}

/// Scans images with one set of advisories and one cache.
pub struct Scanner<'a> {
    /// The advisories.
    pub advisories: Supply<'a>,
    /// The cache; `None` remembers nothing.
    pub cache: Option<Cache>,
    /// Shared with whoever shows how far the scan is.
    pub progress: Arc<Progress>,
}

impl Scanner<'_> {
    /// Makes the scan.
    ///
    /// # Errors
    /// When the source cannot be read at all; what can be read in part is a gap in the coverage.
    pub fn scan(&self, options: &ScanOptions) -> Result<ScanReport, ScanError> {
        let source = SourceOptions { licenses: options.licenses.is_some(), ..options.source.clone() };
        let (seen, ahead) = std::thread::scope(|threads| {
            let ahead = match self.advisories {
                Supply::Pull(publisher) => Some(threads.spawn(move || publisher.ahead())),
                Supply::Nothing | Supply::Ready(_) | Supply::Fetch(_) => None,
            };
            let seen = read_image(&source, self.cache.as_ref(), &self.progress);
            (seen, ahead.and_then(|ahead| ahead.join().ok()))
        });
        self.judge(options, seen?, ahead)
    }

    /// The shards that matching would ask for a source, whether the database has them or not.
    ///
    /// # Errors
    /// As [`Self::scan`].
    pub fn shards_needed(&self, source: SourceSpec, open: OpenOptions) -> Result<Vec<ShardName>, ScanError> {
        let options = SourceOptions { open, ..SourceOptions::new(source) };
        let seen = read_image(&options, self.cache.as_ref(), &self.progress)?;
        Ok(first::shards_of(&seen.inventory, &MatchOptions::default()))
    }

    fn judge(
        &self,
        options: &ScanOptions,
        seen: Contents,
        ahead: Option<Result<Pulled, TravelError>>,
    ) -> Result<ScanReport, ScanError> {
        let Contents { info, mut inventory, declared_counts } = seen;
        let mut matching = options.matching.clone();
        matching.include_declared |= declared_counts;
        let fetched;
        let (advisories, unfetched) = match self.advisories {
            Supply::Nothing => (None, Vec::new()),
            Supply::Ready(advisories) => (Some(advisories), advisories.not_pulled(&inventory, &matching)),
            Supply::Fetch(first) => {
                self.progress.enter(Phase::Fetching);
                let unfetched;
                (fetched, unfetched) = first.fetch(&first::shards_of(&inventory, &matching))?;
                (Some(&fetched), unfetched)
            }
            Supply::Pull(publisher) => {
                let unfetched;
                self.progress.enter(Phase::Fetching);
                let ahead = ahead.unwrap_or_else(|| publisher.ahead());
                (fetched, unfetched) = publisher.advisories(ahead, &inventory, &matching)?;
                (Some(&fetched), unfetched)
            }
        };
        self.progress.enter(Phase::Matching);
        let (matched, database) = match advisories {
            Some(advisories) => {
                name_archives(&mut inventory, advisories.database());
                let mut matched = match_inventory(&inventory, advisories, &matching);
                advisories.describe(&mut matched.coverage);
                (matched, advisories.info())
            }
            None => (unmatched(&inventory, &matching), DatabaseInfo::default()),
        };
        let mut coverage = matched.coverage;
        coverage.gaps.extend(unfetched);
        coverage.gaps.extend(inventory.gaps.iter().cloned());
        coverage.tidy();
        let mut gate = options.gate.clone();
        gate.declared_counts |= declared_counts;
        let licenses = options.licenses.as_ref().map(|classes| plimsoll_licenses::findings(&inventory, classes));
        let licenses = licenses.unwrap_or_default();
        let mut verdict = judge(&matched.findings, &licenses, &inventory, &coverage, &gate);
        let mut findings = matched.findings;
        if let Some(severities) = &options.severities {
            narrow(&mut findings, &mut verdict, severities);
        }
        let upgrades = upgrades(&inventory, &findings);
        let asks = !matches!(self.advisories, Supply::Nothing);
        let ran = [("vuln", asks), ("license", options.licenses.is_some())];
        let scanners = ran.into_iter().filter(|(_, ran)| *ran).map(|(name, _)| name.to_owned()).collect();
        Ok(ScanReport {
            plimsoll_version: env!("CARGO_PKG_VERSION").into(),
            image: info,
            scanners,
            database,
            inventory,
            findings,
            upgrades,
            suppressed: matched.suppressed,
            licenses,
            end_of_life: matched.end_of_life,
            coverage,
            verdict,
        })
    }
}

/// What is said of an inventory that was compared with no advisories.
fn unmatched(inventory: &Inventory, matching: &MatchOptions) -> Matched {
    let counts = |presence| match presence {
        Presence::Present => true,
        Presence::Declared => matching.include_declared,
        Presence::Shadowed => false,
    };
    let packages_present = inventory.packages.iter().filter(|package| counts(package.presence)).count() as u32;
    let mut coverage = Coverage { packages_present, ..Coverage::default() };
    if packages_present == 0 {
        let why = "nothing in the image was recognised as an installed package";
        coverage.gaps.push(Gap::new(GapKind::NoPackages, "", why));
    }
    Matched { findings: Vec::new(), suppressed: Vec::new(), end_of_life: Vec::new(), coverage }
}

/// Leaves out of the report what the user does not want to see. The verdict was reached before and
/// stays; its reasons point to the findings that are left.
fn narrow(findings: &mut Vec<Finding>, verdict: &mut Verdict, severities: &[Severity]) {
    let mut places = Vec::with_capacity(findings.len());
    let mut kept = 0;
    for finding in findings.iter() {
        let keeps = severities.contains(&finding.severity);
        places.push(keeps.then_some(kept));
        kept += u32::from(keeps);
    }
    let left_out = findings.len() - kept as usize;
    findings.retain(|finding| severities.contains(&finding.severity));
    for reason in &mut verdict.reasons {
        reason.findings = reason.findings.iter().filter_map(|&at| places.get(at as usize).copied().flatten()).collect();
    }
    let names: Vec<&str> = severities.iter().map(|severity| severity.name()).collect();
    verdict.user_choices.push(format!("--severity {} ({left_out} findings not shown)", names.join(",")));
}
