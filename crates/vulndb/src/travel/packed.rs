//! Shards as they travel: one zstd frame each.

use std::io::{self, BufReader, Read, Write};

use zstd::stream::raw::CParameter;
use zstd::stream::read::Decoder;
use zstd::stream::write::Encoder;

/// What a packed shard's file name ends with, behind the name of the shard's file.
pub(super) const PACKED: &str = ".zst";
/// Slow to pack, which is done once, and as quick to unpack as any.
const LEVEL: i32 = 19;
/// 8 MiB: what each shard that is being unpacked takes in memory.
const WINDOW_LOG: u32 = 23;

/// Packs `size_bytes` bytes. The same bytes give the same frame.
pub(super) fn pack(plain: &mut dyn Read, size_bytes: u64, out: &mut dyn Write) -> io::Result<()> {
    let mut encoder = Encoder::new(out, LEVEL)?;
    encoder.set_parameter(CParameter::WindowLog(WINDOW_LOG))?;
    encoder.include_checksum(false)?;
    encoder.set_pledged_src_size(Some(size_bytes))?;
    encoder.include_contentsize(true)?;
    io::copy(plain, &mut encoder)?;
    encoder.finish()?;
    Ok(())
}

/// Unpacks at most `size_bytes` bytes and one, so that more is noticed and never read.
pub(super) fn unpack<R: Read>(packed: R, size_bytes: u64) -> io::Result<impl Read + use<R>> {
    // A frame of nothing but empty blocks would go on for ever.
    let packed = packed.take(largest_frame(size_bytes));
    let mut decoder = Decoder::with_buffer(BufReader::with_capacity(1 << 17, packed))?.single_frame();
    decoder.window_log_max(WINDOW_LOG)?;
    Ok(decoder.take(size_bytes.saturating_add(1)))
}

/// No frame that holds so much is larger.
pub(super) fn largest_frame(size_bytes: u64) -> u64 {
    size_bytes.saturating_add(size_bytes / 64).saturating_add(64 << 10)
}
