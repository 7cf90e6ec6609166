//! The layer pass: what the cache does not know is read, several layers at once.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use plimsoll_facts::{Inspect, LayerFacts, Plan, Section};
use plimsoll_images::{BlobKind, LayerBlob};
use plimsoll_layers::{Budget, Digesting, LayerRead, ReadOptions, Threads, read_layer, reread_links};
use plimsoll_model::{Digest, FilePath, Gap, GapKind};

use crate::{Cache, Progress, ScanError};

/// Bytes that whole files may take in memory, all layers together.
pub(crate) const LEASE_BYTES: usize = 32 << 20;
/// Layers smaller than this are not worth threads of their own.
const INLINE_BYTES: u64 = 256 << 10;

/// How layers are read.
pub(crate) struct Pass<'a> {
    pub(crate) rows: &'a [&'static dyn Inspect],
    pub(crate) cache: Option<&'a Cache>,
    pub(crate) verify_diff_ids: bool,
    /// Whether names that a local archive gives its blobs may be used to look up cached facts.
    pub(crate) trust_names: bool,
    pub(crate) cancel: Arc<AtomicBool>,
    pub(crate) progress: &'a Progress,
}

/// One layer's facts and what was computed on the way.
pub(crate) struct ReadLayer {
    pub(crate) facts: LayerFacts,
    /// Whether the digest was computed over the bytes in this run, or the facts stem from a
    /// digest that a verified manifest names.
    pub(crate) verified: bool,
}

impl Pass<'_> {
    /// The facts of all layers, lowest first.
    pub(crate) fn read(&self, layers: &[LayerBlob]) -> Result<Vec<ReadLayer>, ScanError> {
        let mut done: Vec<Option<ReadLayer>> = layers.iter().map(|layer| self.cached(layer)).collect();
        // A layer that stands twice in an image is read once.
        let mut first: HashMap<&Digest, usize> = HashMap::new();
        let mut open: Vec<usize> = Vec::new();
        for at in (0..layers.len()).filter(|&at| done[at].is_none() && layers[at].skip.is_none()) {
            let digest = layers[at].identity();
            if digest.is_none_or(|digest| *first.entry(digest).or_insert(at) == at) {
                open.push(at);
            }
        }
        open.sort_by_key(|&at| std::cmp::Reverse(layers[at].size_bytes));
        self.progress.expect(open.iter().map(|&at| layers[at].size_bytes).sum());
        for (at, read) in self.read_all(layers, &open)? {
            done[at] = Some(read);
        }
        let mut all: Vec<ReadLayer> = Vec::with_capacity(layers.len());
        for (at, read) in done.into_iter().enumerate() {
            let twin = layers[at].identity().and_then(|digest| first.get(digest)).filter(|&&twin| twin < at);
            all.push(match (read, twin) {
                (Some(read), _) => read,
                (None, Some(&twin)) => ReadLayer { facts: all[twin].facts.clone(), verified: all[twin].verified },
                (None, None) => ReadLayer { facts: LayerFacts::default(), verified: false },
            });
        }
        Ok(all)
    }

    fn cached(&self, layer: &LayerBlob) -> Option<ReadLayer> {
        if layer.skip.is_some() || self.verify_diff_ids || layer.local && !self.trust_names {
            return None;
        }
        let facts = self.cache?.layer(layer.identity()?, self.rows)?;
        let complete = Plan::new(self.rows, &facts.sections.iter().map(|facts| facts.section).collect::<Vec<_>>());
        complete.sections().is_empty().then_some(ReadLayer { facts, verified: !layer.local })
    }

    fn read_all(&self, layers: &[LayerBlob], open: &[usize]) -> Result<Vec<(usize, ReadLayer)>, ScanError> {
        let workers = std::thread::available_parallelism().map_or(2, usize::from).min(open.len());
        let budget = Budget::new(LEASE_BYTES);
        let next = AtomicUsize::new(0);
        let results = Mutex::new(Vec::with_capacity(open.len()));
        let failure: Mutex<Option<(usize, ScanError)>> = Mutex::new(None);
        std::thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| {
                    while let Some(&at) = open.get(next.fetch_add(1, Ordering::Relaxed)) {
                        match self.read_one(at, &layers[at], &budget) {
                            Ok(read) => results.lock().unwrap_or_else(PoisonError::into_inner).push((at, read)),
                            Err(error) => {
                                // The lowest broken layer is named, whichever thread was first.
                                let mut failure = failure.lock().unwrap_or_else(PoisonError::into_inner);
                                let cancelled = self.cancel.swap(true, Ordering::Relaxed);
                                if failure.as_ref().is_none_or(|(other, _)| at < *other && !cancelled) {
                                    *failure = Some((at, error));
                                }
                                return;
                            }
                        }
                    }
                });
            }
        });
        match failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some((_, error)) => Err(error),
            None => Ok(results.into_inner().unwrap_or_else(PoisonError::into_inner)),
        }
    }

    fn read_one(&self, at: usize, layer: &LayerBlob, budget: &Arc<Budget>) -> Result<ReadLayer, ScanError> {
        let known = self.known(layer);
        let filled: Vec<Section> = known.sections.iter().map(|facts| facts.section).collect();
        let plan = Plan::new(self.rows, &filled);
        // Each byte is hashed once: by the blob's digest, for which a verified manifest vouches, or by
        // the diff-id where that is the layer's only name. A pull waits for the network and does both.
        let both = self.verify_diff_ids || !layer.local;
        let algorithm = |digest: &Option<Digest>| digest.as_ref().map(Digest::algorithm);
        let digesting = Digesting {
            blob: algorithm(&layer.digest).filter(|_| layer.kind == BlobKind::Oci),
            diff_id: algorithm(&layer.diff_id).filter(|_| both || layer.kind == BlobKind::DockerPlain),
        };
        let options = self.options(digesting, layer.size_bytes);
        let fail = |why| ScanError::Layer { number: at + 1, name: layer.name(), why };
        let read = read_layer(layer.open()?, &plan, budget, &options).map_err(fail)?;
        verify(at, layer, &read)?;
        let LayerRead { mut facts, relink, .. } = read;
        if !relink.is_empty() {
            if layer.local {
                reread_links(layer.open()?, &plan, budget, &relink, &mut facts).map_err(fail)?;
            } else {
                facts.gaps.extend(relink.iter().map(unread_link));
            }
        }
        if let (Some(cache), Some(digest)) = (self.cache, layer.identity()) {
            cache.keep_layer(digest, &facts);
        }
        facts.sections.extend(known.sections);
        Ok(ReadLayer { facts, verified: layer.identity().is_some() })
    }

    /// What need not be found again in a layer that is read: its digest is verified on the way, and
    /// these facts are kept under it.
    fn known(&self, layer: &LayerBlob) -> LayerFacts {
        let known = layer.identity().and_then(|digest| self.cache?.layer(digest, self.rows)).unwrap_or_default();
        // Which entries of a very large layer are kept in full depends on all who want files of it.
        if known.entries.compact().is_empty() { known } else { LayerFacts::default() }
    }

    pub(crate) fn options(&self, digest: Digesting, size_bytes: u64) -> ReadOptions {
        ReadOptions {
            digest,
            threads: if size_bytes < INLINE_BYTES { Threads::Inline } else { Threads::Pipelined },
            cancel: Some(Arc::clone(&self.cancel)),
            progress: Some(Arc::clone(&self.progress.read_bytes)),
            ..ReadOptions::default()
        }
    }
}

/// Compares the digests that were computed over a layer's bytes with those that the image names. A
/// configuration's diff-ids are computed where they are the layer's only name, and on request.
pub(crate) fn verify(at: usize, layer: &LayerBlob, read: &LayerRead) -> Result<(), ScanError> {
    for (expected, actual) in [(layer.digest, read.blob_digest), (layer.diff_id, read.diff_id)] {
        if let (Some(expected), Some(actual)) = (expected, actual)
            && expected != actual
        {
            let (expected, actual) = (Box::new(expected), Box::new(actual));
            return Err(ScanError::DigestMismatch { number: at + 1, expected, actual });
        }
    }
    Ok(())
}

/// The gap of a hard link whose layer cannot be read a second time.
pub(crate) fn unread_link(path: &FilePath) -> Gap {
    Gap::file(
        GapKind::LinkUnread,
        path,
        "another name of this file is of interest, but the layer can be read only once",
    )
}
