//! One scan, from a source to a verdict.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use globset::GlobSet;
use plimsoll_facts::{LayerFacts, MergeOptions, merge};
use plimsoll_images::{Image, LayerBlob, OpenOptions, Opened, SourceSpec};
use plimsoll_layers::{Budget, Digesting, read_folder};
use plimsoll_matching::{MatchOptions, match_inventory, upgrades};
use plimsoll_model::{
    BaseBoundary, Digest, Distro, Finding, Gap, GapKind, Identity, ImageInfo, Inventory, LayerInfo, LayerOwner,
    Platform, ScanReport, Severity, ShardName, Verdict,
};
use plimsoll_policy::{Gate, judge};
use plimsoll_vulndb::travel::{Pulled, TravelError};

use crate::base::NamedBase;
use crate::cache::InventoryKey;
use crate::java::name_archives;
use crate::pass::{LEASE_BYTES, Pass};
use crate::{AdvisorySource, Cache, FirstFetch, Phase, Progress, Publisher, ScanError, base, exclude, first, stdin};

/// Everything that a scan depends on.
pub struct ScanOptions {
    /// What to scan.
    pub source: SourceSpec,
    /// How to open it: platform, registry client.
    pub open: OpenOptions,
    /// What the report calls it; the source's own name where absent.
    pub name: Option<String>,
    /// Also compute the digests of the plain layers and compare them with the configuration.
    pub verify_diff_ids: bool,
    /// Globs over paths that are left out.
    pub exclude: Vec<String>,
    /// The system to assume instead of the one found: id and version.
    pub distro: Option<(String, String)>,
    /// The base image, by the user's word.
    pub base: Option<SourceSpec>,
    /// What to match.
    pub matching: MatchOptions,
    /// How to judge.
    pub gate: Gate,
    /// Severities to report; `None` reports all. The verdict is not touched.
    pub severities: Option<Vec<Severity>>,
    /// Stop after this long.
    pub timeout: Option<Duration>,
}

/// Where a scan gets its advisories.
#[derive(Debug, Clone, Copy)]
pub enum Supply<'a> {
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

/// What was read of a source.
pub(crate) struct Seen {
    pub(crate) info: ImageInfo,
    pub(crate) inventory: Inventory,
    /// Lock files count as present: the source is a folder, not an image.
    pub(crate) declared_counts: bool,
}

impl Scanner<'_> {
    /// Makes the scan.
    ///
    /// # Errors
    /// When the source cannot be read at all; what can be read in part is a gap in the coverage.
    pub fn scan(&self, options: &ScanOptions) -> Result<ScanReport, ScanError> {
        let excludes = exclude::compile(&options.exclude)?;
        let cancel = Arc::new(AtomicBool::new(false));
        let watch = options.timeout.map(|limit| Watch::start(limit, &cancel));
        let (seen, ahead) = std::thread::scope(|threads| {
            let ahead = match self.advisories {
                Supply::Pull(publisher) => Some(threads.spawn(move || publisher.ahead())),
                Supply::Ready(_) | Supply::Fetch(_) => None,
            };
            let seen = self.see(options, excludes.as_ref(), &cancel);
            (seen, ahead.and_then(|ahead| ahead.join().ok()))
        });
        let timed_out = watch.as_ref().is_some_and(Watch::is_over);
        drop(watch);
        let mut seen = match (seen, options.timeout) {
            (Err(_), Some(limit)) if timed_out => return Err(ScanError::TimedOut(limit.as_secs())),
            (seen, _) => seen?,
        };
        if let Some((id, version)) = &options.distro {
            seen.inventory.identity = Identity::Distro(told(&seen.inventory.identity, id, version));
        }
        if let Some(name) = &options.name {
            seen.info.name.clone_from(name);
        }
        self.judge(options, seen, ahead)
    }

    /// The shards that matching would ask for a source, whether the database has them or not.
    ///
    /// # Errors
    /// As [`Self::scan`].
    pub fn shards_needed(&self, source: SourceSpec, open: OpenOptions) -> Result<Vec<ShardName>, ScanError> {
        let options = ScanOptions {
            source,
            open,
            name: None,
            verify_diff_ids: false,
            exclude: Vec::new(),
            distro: None,
            base: None,
            matching: MatchOptions::default(),
            gate: Gate::default(),
            severities: None,
            timeout: None,
        };
        let seen = self.see(&options, None, &Arc::new(AtomicBool::new(false)))?;
        Ok(first::shards_of(&seen.inventory, &options.matching))
    }

    fn judge(
        &self,
        options: &ScanOptions,
        seen: Seen,
        ahead: Option<Result<Pulled, TravelError>>,
    ) -> Result<ScanReport, ScanError> {
        let Seen { info, mut inventory, declared_counts } = seen;
        let mut matching = options.matching.clone();
        matching.include_declared |= declared_counts;
        let fetched;
        let (advisories, unfetched) = match self.advisories {
            Supply::Ready(advisories) => (advisories, advisories.not_pulled(&inventory, &matching)),
            Supply::Fetch(first) => {
                self.progress.enter(Phase::Fetching);
                let unfetched;
                (fetched, unfetched) = first.fetch(&first::shards_of(&inventory, &matching))?;
                (&fetched, unfetched)
            }
            Supply::Pull(publisher) => {
                let unfetched;
                self.progress.enter(Phase::Fetching);
                let ahead = ahead.unwrap_or_else(|| publisher.ahead());
                (fetched, unfetched) = publisher.advisories(ahead, &inventory, &matching)?;
                (&fetched, unfetched)
            }
        };
        self.progress.enter(Phase::Matching);
        name_archives(&mut inventory, advisories.database());
        let matched = match_inventory(&inventory, advisories, &matching);
        let mut coverage = matched.coverage;
        coverage.gaps.extend(unfetched);
        coverage.gaps.extend(inventory.gaps.iter().cloned());
        advisories.describe(&mut coverage);
        coverage.tidy();
        let mut gate = options.gate.clone();
        gate.declared_counts |= declared_counts;
        let mut verdict = judge(&matched.findings, &inventory, &coverage, &gate);
        let mut findings = matched.findings;
        if let Some(severities) = &options.severities {
            narrow(&mut findings, &mut verdict, severities);
        }
        let upgrades = upgrades(&inventory, &findings);
        Ok(ScanReport {
            plimsoll_version: env!("CARGO_PKG_VERSION").into(),
            image: info,
            scanners: vec!["vuln".into()],
            database: advisories.info(),
            inventory,
            findings,
            upgrades,
            suppressed: matched.suppressed,
            end_of_life: matched.end_of_life,
            coverage,
            verdict,
        })
    }

    fn see(
        &self,
        options: &ScanOptions,
        excludes: Option<&GlobSet>,
        cancel: &Arc<AtomicBool>,
    ) -> Result<Seen, ScanError> {
        let wanted_base = options.base.as_ref().map(|spec| base::open(spec, &options.open)).transpose()?;
        let rows = plimsoll_catalog::rows();
        let is_excluded = |path: &[u8]| excludes.is_some_and(|set| exclude::matches(set, path));
        let merging = MergeOptions { excluded: excludes.is_some().then_some(&is_excluded), files: false };
        let pass = Pass {
            rows: &rows,
            cache: self.cache.as_ref(),
            verify_diff_ids: options.verify_diff_ids,
            trust_names: !options.open.verify,
            cancel: Arc::clone(cancel),
            progress: &self.progress,
        };
        match plimsoll_images::open(&options.source, &options.open)? {
            Opened::Image(image) => self.see_image(options, &pass, merging, *image, wanted_base.as_ref()),
            Opened::Stream(archive) => {
                let (image, facts) = stdin::read(archive, &pass, &options.open)?;
                let mut inventory = merge(&facts, &rows, merging);
                let mut info = image.info;
                info.layers.iter_mut().for_each(|layer| layer.verified = true);
                base::settle(self.cache.as_ref(), wanted_base.as_ref(), &image.built_from, &mut info, &mut inventory)?;
                inventory.gaps.extend(image.gaps);
                Ok(Seen { info, inventory, declared_counts: false })
            }
            Opened::RootFs(path) => Self::see_folder(&pass, merging, &path),
        }
    }

    fn see_image(
        &self,
        options: &ScanOptions,
        pass: &Pass<'_>,
        merging: MergeOptions<'_>,
        image: Image,
        wanted_base: Option<&NamedBase>,
    ) -> Result<Seen, ScanError> {
        let Image { mut info, layers, gaps, index_digest, built_from } = image;
        let complete = layers.iter().all(|layer| layer.skip.is_none());
        if let Some(name) = &options.name {
            info.name.clone_from(name);
        }
        let chain: Option<Vec<Digest>> = layers.iter().map(|layer| layer.identity().copied()).collect();
        let local = layers.iter().any(|layer| layer.local);
        let key = chain.as_ref().map(|chain| InventoryKey::new(chain, pass.rows, &options.exclude));
        // A whole inventory is taken by name under the same conditions as a single layer's facts.
        let warm = !pass.verify_diff_ids && (pass.trust_names || !local);
        let cached = key.as_ref().filter(|_| warm).and_then(|key| pass.cache?.inventory(key));
        let mut inventory = if let Some(inventory) = cached {
            info.layers.iter_mut().for_each(|layer| layer.verified = !local);
            inventory
        } else {
            self.progress.enter(Phase::Reading);
            let read = pass.read(&layers)?;
            for (layer, read) in info.layers.iter_mut().zip(&read) {
                layer.verified = read.verified;
            }
            let facts: Vec<LayerFacts> = read.into_iter().map(|read| read.facts).collect();
            let inventory = merge(&facts, pass.rows, merging);
            if let (Some(cache), Some(key), true) = (pass.cache, &key, complete) {
                cache.keep_inventory(key, &inventory);
            }
            inventory
        };
        base::settle(self.cache.as_ref(), wanted_base, &built_from, &mut info, &mut inventory)?;
        // Each digest of the chain was computed over bytes, in this run or when its facts were stored.
        if let (Some(cache), Some(chain), true) = (pass.cache, &chain, complete) {
            cache.keep_base(chain, &[info.manifest_digest, index_digest], &info.name);
        }
        let by_name = |(blob, layer): (&LayerBlob, &LayerInfo)| {
            !layer.verified && blob.skip.is_none() && blob.identity().is_some()
        };
        if local && layers.iter().zip(&info.layers).any(by_name) {
            let detail =
                "facts read before were used by the names that the archive gives its layers; --verify reads them again";
            inventory.gaps.push(Gap::new(GapKind::TrustedName, "", detail));
        }
        inventory.gaps.extend(gaps);
        Ok(Seen { info, inventory, declared_counts: false })
    }

    fn see_folder(pass: &Pass<'_>, merging: MergeOptions<'_>, path: &Path) -> Result<Seen, ScanError> {
        pass.progress.enter(Phase::Reading);
        let plan = plimsoll_facts::Plan::new(pass.rows, &[]);
        let options = pass.options(Digesting::default(), u64::MAX);
        let name = path.display().to_string();
        let read = read_folder(path, &plan, &Budget::new(LEASE_BYTES), &options)
            .map_err(|why| ScanError::Folder { path: name.clone(), why })?;
        let mut inventory = merge(&[read.facts], pass.rows, merging);
        inventory.packages.iter_mut().for_each(|package| package.layer_owner = LayerOwner::Unknown);
        let layer = LayerInfo {
            digest: None,
            diff_id: None,
            media_type: "folder".into(),
            size_bytes: read.plain_bytes,
            instruction: None,
            owner: LayerOwner::Unknown,
            verified: false,
        };
        let info = ImageInfo {
            name,
            source: "dir".into(),
            manifest_digest: None,
            config_digest: None,
            tags: Vec::new(),
            platform: None::<Platform>,
            created: None,
            layers: vec![layer],
            base: BaseBoundary::default(),
        };
        Ok(Seen { info, inventory, declared_counts: true })
    }
}

/// The system by the user's word. What the image follows beside the release stays, where it is the same
/// distribution.
fn told(found: &Identity, id: &str, version: &str) -> Distro {
    let same = found.distro().filter(|found| found.id == id).cloned().unwrap_or_default();
    let Distro { channels, repositories, .. } = same;
    Distro { id: id.to_owned(), version: Some(version.to_owned()), channels, repositories, ..Distro::default() }
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

/// Raises the cancel flag when the time is over.
struct Watch {
    over: Arc<AtomicBool>,
    stop: Option<std::sync::mpsc::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Watch {
    fn start(limit: Duration, cancel: &Arc<AtomicBool>) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let (stop, stopped) = std::sync::mpsc::channel();
        let (cancel, flag) = (Arc::clone(cancel), Arc::clone(&over));
        let thread = std::thread::spawn(move || {
            if stopped.recv_timeout(limit) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                flag.store(true, Ordering::Relaxed);
                cancel.store(true, Ordering::Relaxed);
            }
        });
        Self { over, stop: Some(stop), thread: Some(thread) }
    }

    fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
