//! One layer: hash, inflate, hash, walk.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use anyhow::ensure;
use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

use crate::archive::{Archive, Layer};
use crate::walk::{Walk, Walked};

const BUFFER_BYTES: usize = 256 << 10;
const GZIP: &[u8] = &[0x1f, 0x8b];

/// Reads a layer of the archive and says what its tar holds.
pub fn walk(archive: &Archive, layer: &Layer) -> anyhow::Result<Walked> {
    let mut file = File::open(&archive.path)?;
    file.seek(SeekFrom::Start(layer.place.start))?;
    let blob = Hashing { inner: file.take(layer.place.size), hash: Sha256::new(), wanted: layer.digest.is_some() };
    let mut blob = BufReader::with_capacity(BUFFER_BYTES, blob);
    let zipped = blob.fill_buf()?.starts_with(GZIP);
    let mut plain = Hashing { inner: plain(&mut blob, zipped), hash: Sha256::new(), wanted: true };

    let mut walk = Walk::default();
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        match plain.read(&mut buffer)? {
            0 => break,
            count => walk.feed(&buffer[..count])?,
        }
    }

    ensure!(plain.digest() == layer.diff_id, "{} is not the diff-id of its layer", layer.diff_id);
    if let Some(digest) = &layer.digest {
        ensure!(blob.into_inner().digest() == *digest, "{digest} is not the digest of its blob");
    }
    Ok(walk.finish())
}

fn plain<'a>(blob: &'a mut impl BufRead, zipped: bool) -> Box<dyn Read + 'a> {
    if zipped { Box::new(MultiGzDecoder::new(blob)) } else { Box::new(blob) }
}

/// Hashes what is read through it.
struct Hashing<R> {
    inner: R,
    hash: Sha256,
    wanted: bool,
}

impl<R> Hashing<R> {
    fn digest(self) -> String {
        format!("sha256:{:x}", self.hash.finalize())
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        if self.wanted {
            self.hash.update(&buffer[..count]);
        }
        Ok(count)
    }
}
