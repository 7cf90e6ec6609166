//! Inflating blocks with a shard's dictionary.

use std::fmt;
use std::io;
use std::sync::{Mutex, PoisonError};

use zstd::bulk::Decompressor;

/// Inflates the blocks of one shard. What it needs for that is made when first it must.
pub(super) struct Inflater {
    dictionary: Vec<u8>,
    /// Those that nobody uses at the moment.
    idle: Mutex<Vec<Decompressor<'static>>>,
}

impl Inflater {
    pub fn new(dictionary: &[u8]) -> Self {
        Self { dictionary: dictionary.to_vec(), idle: Mutex::default() }
    }

    pub fn dictionary(&self) -> &[u8] {
        &self.dictionary
    }

    /// Fails where the block does not inflate to exactly this length.
    pub fn inflate(&self, block: &[u8], plain_bytes: usize) -> io::Result<Vec<u8>> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut inflater = match idle {
            Some(inflater) => inflater,
            None => Decompressor::with_dictionary(&self.dictionary)?,
        };
        let plain = inflater.decompress(block, plain_bytes)?;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(inflater);
        if plain.len() == plain_bytes { Ok(plain) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
}

impl fmt::Debug for Inflater {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Inflater({} bytes)", self.dictionary.len())
    }
}
