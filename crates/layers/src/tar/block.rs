//! A block of 512 bytes that may be a header.

use super::field::number;

/// Size of a block.
pub(crate) const BLOCK_BYTES: usize = 512;

pub(super) type Block = [u8; BLOCK_BYTES];

pub(super) fn is_zero(block: &Block) -> bool {
    block.iter().fold(0, |all, byte| all | byte) == 0
}

/// Headers carry the sum of their bytes; some old writers took them as signed.
pub(super) fn checksum_fits(block: &Block) -> bool {
    let Some(claimed) = number(&block[148..156]) else { return false };
    let spaces = 8 * u32::from(b' ');
    let unsigned = |bytes: &[u8]| bytes.iter().map(|&byte| u32::from(byte)).sum::<u32>();
    let sum = unsigned(&block[..148]) + unsigned(&block[156..]) + spaces;
    if u64::from(sum) == claimed {
        return true;
    }
    let signed = |bytes: &[u8]| bytes.iter().map(|&byte| i64::from(byte.cast_signed())).sum::<i64>();
    i64::try_from(claimed) == Ok(signed(&block[..148]) + signed(&block[156..]) + i64::from(spaces))
}
