//! What an image holds, before anybody judges it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use plimsoll_facts::{LayerFacts, MergeOptions, merge};
use plimsoll_images::{Image, LayerBlob, OpenOptions, Opened, SourceSpec};
use plimsoll_layers::{Budget, Digesting, read_folder};
use plimsoll_model::{
    BaseBoundary, Digest, Distro, Gap, GapKind, Identity, ImageInfo, Inventory, LayerInfo, LayerOwner, Platform,
};

use crate::base::NamedBase;
use crate::cache::InventoryKey;
use crate::pass::{LEASE_BYTES, Pass};
use crate::{Cache, Phase, Progress, ScanError, base, exclude, stdin};

/// What to look at, and how.
#[derive(Debug, Clone)]
pub struct SourceOptions {
    /// The source.
    pub source: SourceSpec,
    /// How to open it: platform, registry client.
    pub open: OpenOptions,
    /// What reports call it; the source's own name where absent.
    pub name: Option<String>,
    /// Also compute the digests of the plain layers and compare them with the configuration.
    pub verify_diff_ids: bool,
    /// Globs over paths that are left out.
    pub exclude: Vec<String>,
    /// The system to assume instead of the one found: id and version.
    pub distro: Option<(String, String)>,
    /// The base image, by the user's word.
    pub base: Option<SourceSpec>,
    /// Whether to say of every file which package owns it.
    pub files: bool,
    /// Whether licence files are read.
    pub licenses: bool,
    /// Stop after this long.
    pub timeout: Option<Duration>,
}

impl SourceOptions {
    /// A source with nothing else asked.
    #[must_use]
    pub fn new(source: SourceSpec) -> Self {
        Self {
            source,
            open: OpenOptions::default(),
            name: None,
            verify_diff_ids: false,
            exclude: Vec::new(),
            distro: None,
            base: None,
            files: false,
            licenses: false,
            timeout: None,
        }
    }
}

/// What an image holds.
#[derive(Debug, Clone)]
pub struct Contents {
    /// The image as a whole.
    pub info: ImageInfo,
    /// What is in it.
    pub inventory: Inventory,
    /// Lock files count as present: the source is a folder, not an image.
    pub declared_counts: bool,
}

/// Reads a source: layers, packages, history. No advisories are asked.
///
/// # Errors
/// When the source cannot be read at all; what can be read in part is a gap of the inventory.
pub fn read_image(options: &SourceOptions, cache: Option<&Cache>, progress: &Progress) -> Result<Contents, ScanError> {
    let cancel = Arc::new(AtomicBool::new(false));
    let watch = options.timeout.map(|limit| Watch::start(limit, &cancel));
    let contents = Reading { options, cache, progress }.see(&cancel);
    let timed_out = watch.as_ref().is_some_and(Watch::is_over);
    drop(watch);
    let mut contents = match (contents, options.timeout) {
        (Err(_), Some(limit)) if timed_out => return Err(ScanError::TimedOut(limit.as_secs())),
        (contents, _) => contents?,
    };
    if let Some((id, version)) = &options.distro {
        contents.inventory.identity = Identity::Distro(told(&contents.inventory.identity, id, version));
    }
    if let Some(name) = &options.name {
        contents.info.name.clone_from(name);
    }
    Ok(contents)
}

/// The system by the user's word. What the image follows beside the release stays, where it is the same
/// distribution.
fn told(found: &Identity, id: &str, version: &str) -> Distro {
    let same = found.distro().filter(|found| found.id == id).cloned().unwrap_or_default();
    let Distro { channels, repositories, .. } = same;
    Distro { id: id.to_owned(), version: Some(version.to_owned()), channels, repositories, ..Distro::default() }
}

struct Reading<'a> {
    options: &'a SourceOptions,
    cache: Option<&'a Cache>,
    progress: &'a Progress,
}

impl Reading<'_> {
    fn see(&self, cancel: &Arc<AtomicBool>) -> Result<Contents, ScanError> {
        let options = self.options;
        let excludes = exclude::compile(&options.exclude)?;
        let wanted_base = options.base.as_ref().map(|spec| base::open(spec, &options.open)).transpose()?;
        let mut rows = plimsoll_catalog::rows();
        if options.licenses {
            rows.extend(plimsoll_licenses::rows());
        }
        let is_excluded = |path: &[u8]| excludes.as_ref().is_some_and(|set| exclude::matches(set, path));
        let merging = MergeOptions { excluded: excludes.is_some().then_some(&is_excluded), files: options.files };
        let pass = Pass {
            rows: &rows,
            cache: self.cache,
            verify_diff_ids: options.verify_diff_ids,
            trust_names: !options.open.verify,
            cancel: Arc::clone(cancel),
            progress: self.progress,
        };
        match plimsoll_images::open(&options.source, &options.open)? {
            Opened::Image(image) => self.see_image(&pass, merging, *image, wanted_base.as_ref()),
            Opened::Stream(archive) => {
                let (image, facts) = stdin::read(archive, &pass, &options.open)?;
                let mut inventory = merge(&facts, &rows, merging);
                let mut info = image.info;
                info.layers.iter_mut().for_each(|layer| layer.verified = true);
                base::settle(self.cache, wanted_base.as_ref(), &image.built_from, &mut info, &mut inventory)?;
                inventory.gaps.extend(image.gaps);
                Ok(Contents { info, inventory, declared_counts: false })
            }
            Opened::RootFs(path) => Self::see_folder(&pass, merging, &path),
        }
    }

    fn see_image(
        &self,
        pass: &Pass<'_>,
        merging: MergeOptions<'_>,
        image: Image,
        wanted_base: Option<&NamedBase>,
    ) -> Result<Contents, ScanError> {
        let Image { mut info, layers, gaps, index_digest, built_from } = image;
        let complete = layers.iter().all(|layer| layer.skip.is_none());
        // Before the image is remembered as a base of others, by its name.
        if let Some(name) = &self.options.name {
            info.name.clone_from(name);
        }
        let chain: Option<Vec<Digest>> = layers.iter().map(|layer| layer.identity().copied()).collect();
        let local = layers.iter().any(|layer| layer.local);
        let key = chain.as_ref().map(|chain| InventoryKey::new(chain, pass.rows, &self.options.exclude));
        // A whole inventory is taken by name under the same conditions as a single layer's facts.
        let warm = !merging.files && !pass.verify_diff_ids && (pass.trust_names || !local);
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
            if let (Some(cache), Some(key), true) = (pass.cache, &key, complete && !merging.files) {
                cache.keep_inventory(key, &inventory);
            }
            inventory
        };
        base::settle(self.cache, wanted_base, &built_from, &mut info, &mut inventory)?;
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
        Ok(Contents { info, inventory, declared_counts: false })
    }

    fn see_folder(pass: &Pass<'_>, merging: MergeOptions<'_>, path: &Path) -> Result<Contents, ScanError> {
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
        Ok(Contents { info, inventory, declared_counts: true })
    }
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
