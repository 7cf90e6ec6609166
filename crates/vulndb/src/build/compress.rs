//! Compressing blocks, with a dictionary where a shard is large enough to repay one.

use std::fmt;

use zstd::bulk;

use crate::DbError;

const LEVEL: i32 = 12;
/// Blocks that repay a dictionary.
const LEAST_BLOCKS: usize = 12;
/// Length of a dictionary.
const DICTIONARY_BYTES: usize = 24 << 10;
/// Bytes that it is made from, taken evenly from all blocks.
const SAMPLE_BYTES: usize = 2 << 20;
/// Pieces that a block is cut into as a sample.
const PIECE_BYTES: usize = 256;

/// Compresses the blocks of a shard.
pub(super) struct Compressor {
    dictionary: Vec<u8>,
    with: Option<bulk::Compressor<'static>>,
}

impl fmt::Debug for Compressor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Compressor({} bytes)", self.dictionary.len())
    }
}

impl Compressor {
    /// Learns what the blocks have in common.
    pub fn train(blocks: &[&[u8]]) -> Self {
        let mut dictionary = Vec::new();
        if blocks.len() >= LEAST_BLOCKS {
            let all_bytes: usize = blocks.iter().map(|block| block.len()).sum();
            let step = all_bytes.div_ceil(SAMPLE_BYTES).max(1);
            let (mut samples, mut sizes) = (Vec::new(), Vec::new());
            for block in blocks.iter().step_by(step) {
                for piece in block.chunks(PIECE_BYTES) {
                    samples.extend_from_slice(piece);
                    sizes.push(piece.len());
                }
            }
            // Where nothing can be learnt it goes without.
            dictionary = zstd::dict::from_continuous(&samples, &sizes, DICTIONARY_BYTES).unwrap_or_default();
        }
        let with = bulk::Compressor::with_dictionary(LEVEL, &dictionary).ok();
        Self { dictionary, with }
    }

    /// The compressed block; `None` where that would be no shorter.
    pub fn compress(&mut self, block: &[u8]) -> Result<Option<Vec<u8>>, DbError> {
        let with = self.with.as_mut().ok_or_else(|| DbError::encode("no room to compress"))?;
        let packed = with.compress(block).map_err(DbError::encode)?;
        Ok(Some(packed).filter(|packed| packed.len() < block.len()))
    }

    pub fn into_dictionary(self) -> Vec<u8> {
        self.dictionary
    }
}
