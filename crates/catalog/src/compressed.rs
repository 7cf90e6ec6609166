//! Small files that are compressed, by whichever program; their first bytes tell.

use std::io::Read;

use plimsoll_facts::{Limit, Unreadable};

use crate::json::complaint;

/// Memory that an xz or zstd file may ask for.
const MAX_WINDOW_BYTES: u64 = 64 << 20;
const MAX_WINDOW_LOG: u32 = 26;

/// The plain bytes, all of them if they are no more than `max`.
pub(crate) fn plain(bytes: &[u8], max: usize) -> Result<Vec<u8>, Unreadable> {
    let head = head(bytes, max.saturating_add(1))?;
    match head {
        (plain, _) if plain.len() > max => Err(Unreadable::OverLimit(Limit::Size)),
        (plain, None) => Ok(plain),
        (_, Some(why)) => Err(why),
    }
}

/// The first plain bytes of a file, at most `max`, of which perhaps only the first bytes are here; with
/// why there are not more.
pub(crate) fn head(bytes: &[u8], max: usize) -> Result<(Vec<u8>, Option<Unreadable>), Unreadable> {
    let mut reader: Box<dyn Read + '_> = match bytes {
        [0x1f, 0x8b, ..] => Box::new(flate2::bufread::MultiGzDecoder::new(bytes)),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(bytes).map_err(|error| complaint(&error))?;
            decoder.window_log_max(MAX_WINDOW_LOG).map_err(|error| complaint(&error))?;
            Box::new(decoder)
        }
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => {
            let stream = liblzma::stream::Stream::new_stream_decoder(MAX_WINDOW_BYTES, 0);
            let stream = stream.map_err(|error| complaint(&error))?;
            Box::new(liblzma::bufread::XzDecoder::new_stream(bytes, stream))
        }
        _ => Box::new(bytes),
    };
    let mut plain = Vec::new();
    let mut part = vec![0; 32 << 10];
    while plain.len() < max {
        let room = part.len().min(max - plain.len());
        match reader.read(part.get_mut(..room).unwrap_or_default()) {
            Ok(0) => break,
            Ok(length) => plain.extend_from_slice(part.get(..length).unwrap_or_default()),
            Err(error) => return Ok((plain, Some(complaint(&error)))),
        }
    }
    Ok((plain, None))
}
