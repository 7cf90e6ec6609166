//! An archive that is compressed as a whole.

use std::io::{self, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

/// The largest zstd window, as a power of two: 32 MiB.
const MAX_WINDOW_LOG: u32 = 25;
const BUFFER_BYTES: usize = 128 << 10;

/// How an archive is compressed, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    Plain,
    Gzip,
    Zstd,
    /// A compression that nobody ships images in, by its name.
    Other(&'static str),
}

impl Packing {
    /// Bytes that tell.
    pub(crate) const MAGIC_BYTES: usize = 6;

    pub(crate) fn of(first: &[u8]) -> Self {
        match first {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            // A skippable frame in front, as zstd's own parallel tools write it.
            [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Self::Other("xz"),
            [b'B', b'Z', b'h', ..] => Self::Other("bzip2"),
            _ => Self::Plain,
        }
    }
}

/// The plain bytes of a stream of that packing.
pub(crate) fn unpack(packed: impl Read + Send + 'static, packing: Packing) -> io::Result<Box<dyn Read + Send>> {
    let packed = BufReader::with_capacity(BUFFER_BYTES, packed);
    Ok(match packing {
        Packing::Plain => Box::new(packed),
        Packing::Gzip => Box::new(MultiGzDecoder::new(packed)),
        Packing::Zstd => {
            let mut plain = zstd::Decoder::with_buffer(packed)?;
            plain.window_log_max(MAX_WINDOW_LOG)?;
            Box::new(Windowed(plain))
        }
        Packing::Other(name) => {
            return Err(io::Error::new(
                io::ErrorKind::Unsupported,
                format!("it is compressed with {name}; unpack it first, gzip and zstd are read as they are"),
            ));
        }
    })
}

/// Says in words what zstd means by `Frame requires too much memory for decoding`.
struct Windowed<R>(R);

impl<R: Read> Read for Windowed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|error| match error.to_string() {
            text if text.contains("too much memory") => {
                io::Error::other("its zstd window is larger than 32 MiB; compress it again without --long")
            }
            _ => error,
        })
    }
}
