//! One pass over one layer: the stages put together, on one thread or on three.

use std::io::Read;
use std::sync::Arc;
use std::thread;

use plimsoll_facts::{LayerFacts, Plan};
use plimsoll_model::{Digest, DigestAlgorithm, FilePath, Gap, GapKind};

use crate::buffer::{BUFFER_BYTES, Buffer};
use crate::chunks::{Chunks, Refill};
use crate::decode::{Decoder, Tail};
use crate::hasher::Hasher;
use crate::reader::Reader;
use crate::ring::ring;
use crate::walk::walk;
use crate::{Budget, Compression, Digesting, LayerError, ReadOptions, Threads};

/// What one layer holds, and what was computed on the way.
#[derive(Debug)]
pub struct LayerRead {
    /// The facts.
    pub facts: LayerFacts,
    /// Hard links whose file was not shown under this, its later name, to all who want it:
    /// for [`crate::reread_links`], or a gap each.
    pub relink: Vec<FilePath>,
    /// Digest of the stored bytes, if asked for.
    pub blob_digest: Option<Digest>,
    /// Digest of the plain bytes, if asked for.
    pub diff_id: Option<Digest>,
    /// Stored bytes.
    pub blob_bytes: u64,
    /// Plain bytes; of a folder, those of its files together.
    pub plain_bytes: u64,
    /// How it was stored.
    pub media: Compression,
}

/// Reads one layer to its end.
///
/// The source is read on the calling thread, so it need not be [`Send`].
///
/// # Errors
/// When the bytes cannot be read, are no layer, or are damaged; nothing of the layer is believed
/// then.
pub fn read_layer(
    source: impl Read,
    plan: &Plan,
    budget: &Arc<Budget>,
    options: &ReadOptions,
) -> Result<LayerRead, LayerError> {
    let pass = pass(source, options, options.digest, |plain| walk(plain, plan, budget, options))?;
    let (mut facts, relink) = pass.outcome;
    if pass.tail == Tail::Garbage {
        let detail = "bytes stand behind the end of the compressed data; they were not read";
        facts.gaps.push(Gap::new(GapKind::ArchiveOddity, "", detail));
    }
    Ok(LayerRead {
        facts,
        relink,
        blob_digest: pass.blob_digest,
        diff_id: pass.diff_id,
        blob_bytes: pass.blob_bytes,
        plain_bytes: pass.plain_bytes,
        media: pass.media,
    })
}

/// What a pass over all bytes gave.
pub(crate) struct Pass<T> {
    pub(crate) outcome: T,
    blob_digest: Option<Digest>,
    diff_id: Option<Digest>,
    blob_bytes: u64,
    plain_bytes: u64,
    media: Compression,
    tail: Tail,
}

/// What the last stage gave: the visitor's outcome, the digest and the number of the plain bytes.
type Visited<T> = Result<(T, Option<Digest>, u64), LayerError>;

/// Reads, inflates, and shows the plain bytes to `visit`; then reads on to the end.
pub(crate) fn pass<T: Send>(
    source: impl Read,
    options: &ReadOptions,
    digest: Digesting,
    visit: impl FnOnce(&mut Chunks<Plain<'_>>) -> Result<T, LayerError> + Send,
) -> Result<Pass<T>, LayerError> {
    let mut stored = Chunks::new(Buffer::new(BUFFER_BYTES), Reader::new(source, options));
    let media = Compression::of(stored.peek(Compression::HEAD_BYTES));
    let (first, mut reader, ended) = stored.into_parts();
    let media = match media {
        Ok(media) => media,
        // A source that failed at once has nothing to tell by.
        Err(error) => return Err(reader.finish().err().unwrap_or(error)),
    };
    // The bytes of a plain archive are hashed once, whatever they are called.
    let plain_digest = digest.diff_id.filter(|_| media != Compression::None);
    let stored_digests: Vec<DigestAlgorithm> =
        digest.blob.into_iter().chain(digest.diff_id.filter(|_| plain_digest.is_none())).collect();
    for (at, &algorithm) in stored_digests.iter().enumerate() {
        if !stored_digests[..at].contains(&algorithm) {
            reader.digest(algorithm, first.pending());
        }
    }
    let visit = |source: &mut (dyn Refill + '_)| visit_plain(source, plain_digest, options, visit);
    let (tail, visited) = if options.threads == Threads::Inline || ended {
        read_inline(first, &mut reader, media, visit)
    } else {
        read_pipelined(first, &mut reader, media, visit)
    };
    // The first stage that failed says why: to those behind it the bytes just ended.
    let (digests, blob_bytes) = reader.finish()?;
    let tail = tail?;
    let (outcome, plain_digest, plain_bytes) = visited?;
    if options.cancelled() {
        return Err(LayerError::Cancelled);
    }
    let stored_digest = |algorithm| digests.iter().find(|digest| digest.algorithm() == algorithm).copied();
    let blob_digest = digest.blob.and_then(stored_digest);
    let diff_id = plain_digest.or_else(|| digest.diff_id.and_then(stored_digest));
    Ok(Pass { outcome, blob_digest, diff_id, blob_bytes, plain_bytes, media, tail })
}

fn read_inline<T>(
    first: Buffer,
    reader: &mut dyn Refill,
    media: Compression,
    visit: impl FnOnce(&mut dyn Refill) -> Visited<T>,
) -> (Result<Tail, LayerError>, Visited<T>) {
    let mut decoder = match Decoder::new(Chunks::new(first, reader), media) {
        Ok(decoder) => decoder,
        Err(error) => return (Err(error), Err(LayerError::Cancelled)),
    };
    let visited = visit(&mut decoder);
    (decoder.finish(), visited)
}

fn read_pipelined<T: Send>(
    first: Buffer,
    reader: &mut dyn Refill,
    media: Compression,
    visit: impl FnOnce(&mut dyn Refill) -> Visited<T> + Send,
) -> (Result<Tail, LayerError>, Visited<T>) {
    thread::scope(|scope| {
        let (filling, mut stored) = ring();
        if media == Compression::None {
            let visiting = scope.spawn(move || visit(&mut stored));
            filling.pump(Some(first), reader);
            return (Ok(Tail::Clean), joined(visiting));
        }
        let (inflated, mut plain) = ring();
        let inflating = scope.spawn(move || {
            let mut decoder = Decoder::new(Chunks::new(Buffer::new(BUFFER_BYTES), stored), media)?;
            inflated.pump(None, &mut decoder);
            decoder.finish()
        });
        let visiting = scope.spawn(move || visit(&mut plain));
        filling.pump(Some(first), reader);
        (joined(inflating), joined(visiting))
    })
}

fn joined<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn visit_plain<T>(
    source: &mut dyn Refill,
    digest: Option<DigestAlgorithm>,
    options: &ReadOptions,
    visit: impl FnOnce(&mut Chunks<Plain<'_>>) -> Result<T, LayerError>,
) -> Visited<T> {
    let plain = Plain { source, hasher: digest.map(Hasher::new), bytes: 0, options, failed: None };
    let mut plain = Chunks::new(Buffer::new(BUFFER_BYTES), plain);
    let outcome = visit(&mut plain);
    if outcome.is_ok() {
        plain.drain();
    }
    let (_, plain, _) = plain.into_parts();
    if let Some(error) = plain.failed {
        return Err(error);
    }
    Ok((outcome?, plain.hasher.map(Hasher::finish), plain.bytes))
}

/// The plain bytes: counted, capped, hashed if asked.
pub(crate) struct Plain<'a> {
    source: &'a mut (dyn Refill + 'a),
    hasher: Option<Hasher>,
    bytes: u64,
    options: &'a ReadOptions,
    failed: Option<LayerError>,
}

impl Refill for Plain<'_> {
    fn refill(&mut self, buffer: &mut Buffer) -> bool {
        if self.failed.is_some() || !self.source.refill(buffer) {
            return false;
        }
        let fresh = buffer.fresh();
        self.bytes += fresh.len() as u64;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(fresh);
        }
        if self.bytes > self.options.caps.plain_bytes {
            self.failed = Some(LayerError::TooLarge(self.options.caps.plain_bytes));
        } else if self.options.cancelled() {
            self.failed = Some(LayerError::Cancelled);
        }
        self.failed.is_none()
    }
}
