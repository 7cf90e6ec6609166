//! Inflating blocks with a shard's dictionary.

use std::fmt;
use std::io;
use std::sync::{Mutex, OnceLock, PoisonError};

use zstd::zstd_safe::{DCtx, DDict, get_error_name};

/// A longer buffer for compressed bytes is not kept.
const MAX_KEPT_BYTES: usize = 64 << 10;

/// What it takes to inflate, for all shards of a database: making it costs more than inflating a block.
#[derive(Debug, Default)]
pub(super) struct Inflaters {
    /// Those that nobody uses at the moment.
    idle: Mutex<Vec<Inflater>>,
}

impl Inflaters {
    pub fn take(&self) -> io::Result<Inflater> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(Inflater::new, Ok)
    }

    pub fn give_back(&self, mut inflater: Inflater) {
        if inflater.packed.capacity() > MAX_KEPT_BYTES {
            inflater.packed = Vec::new();
        }
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(inflater);
    }
}

/// Inflates one block after the other.
pub(super) struct Inflater {
    context: DCtx<'static>,
    packed: Vec<u8>,
}

impl Inflater {
    fn new() -> io::Result<Self> {
        let context = DCtx::try_create().ok_or(io::ErrorKind::OutOfMemory)?;
        Ok(Self { context, packed: Vec::new() })
    }

    /// Where the compressed bytes go, so many.
    pub fn packed(&mut self, bytes: usize) -> &mut [u8] {
        self.packed.resize(bytes, 0);
        &mut self.packed
    }

    /// Fails where they do not inflate to exactly this length.
    pub fn inflate(&mut self, plain_bytes: usize, dictionary: &Dictionary) -> io::Result<Vec<u8>> {
        let mut plain = Vec::with_capacity(plain_bytes);
        let inflated = self.context.decompress_using_ddict(&mut plain, &self.packed, dictionary.ready()?);
        inflated.map_err(|code| io::Error::other(get_error_name(code)))?;
        if plain.len() == plain_bytes { Ok(plain) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
}

impl fmt::Debug for Inflater {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Inflater({} bytes)", self.packed.len())
    }
}

/// What the compressed blocks of one shard have in common.
pub(super) struct Dictionary {
    bytes: Vec<u8>,
    /// Made when first it must.
    ready: OnceLock<Option<DDict<'static>>>,
}

impl Dictionary {
    pub fn new(bytes: &[u8]) -> Self {
        Self { bytes: bytes.to_vec(), ready: OnceLock::new() }
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn ready(&self) -> io::Result<&DDict<'static>> {
        let ready = self.ready.get_or_init(|| DDict::try_create(&self.bytes));
        ready.as_ref().ok_or_else(|| io::ErrorKind::OutOfMemory.into())
    }
}

impl fmt::Debug for Dictionary {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Dictionary({} bytes)", self.bytes.len())
    }
}
