//! Files that are packed as a whole: known by their first bytes, unpacked as they pass.

use std::io::{self, BufReader, Chain, Cursor, Read};

use flate2::read::MultiGzDecoder;

/// Most memory that unpacking one file may take for its window.
const WINDOW_LOG_MAX: u32 = 27;

/// The bytes, unpacked if they are packed by gzip, bzip2, xz or zstd. How much they may become is
/// for the format to cap.
///
/// # Errors
/// When the first bytes cannot be read.
pub fn reader<'r>(bytes: &'r mut dyn Read) -> io::Result<Box<dyn Read + 'r>> {
    let whole = sniffed(bytes)?;
    Ok(match whole.get_ref().0.get_ref().as_slice() {
        [0x1f, 0x8b, ..] => Box::new(MultiGzDecoder::new(whole)),
        [b'B', b'Z', b'h', ..] => Box::new(bzip2::read::MultiBzDecoder::new(whole)),
        [0xfd, b'7', b'z', b'X', b'Z', 0] => Box::new(liblzma::read::XzDecoder::new_multi_decoder(whole)),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            let mut decoder = zstd::Decoder::new(BufReader::with_capacity(1 << 16, whole))?;
            decoder.window_log_max(WINDOW_LOG_MAX)?;
            Box::new(decoder)
        }
        _ => Box::new(whole),
    })
}

fn sniffed(bytes: &mut dyn Read) -> io::Result<Chain<Cursor<Vec<u8>>, &mut dyn Read>> {
    let head = plimsoll_model::read_capped((&mut *bytes).take(6), 6)?;
    Ok(Cursor::new(head).chain(bytes))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn unpacked(mut bytes: &[u8]) -> io::Result<Vec<u8>> {
        plimsoll_model::read_capped(reader(&mut bytes)?, 1 << 20)
    }

    #[test]
    fn every_packing_is_known_by_its_first_bytes() {
        let plain = b"{\"vulnerabilities\": []}".repeat(50);
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&plain).unwrap();
        let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        bzip2.write_all(&plain).unwrap();
        let mut xz = liblzma::write::XzEncoder::new(Vec::new(), 1);
        xz.write_all(&plain).unwrap();
        let zstd = zstd::encode_all(plain.as_slice(), 1).unwrap();
        for packed in [gzip.finish().unwrap(), bzip2.finish().unwrap(), xz.finish().unwrap(), zstd, plain.clone()] {
            assert_eq!(unpacked(&packed).unwrap(), plain);
        }
    }

    #[test]
    fn a_cut_file_is_an_error_and_a_short_one_is_itself() {
        let packed = zstd::encode_all([7; 9000].as_slice(), 1).unwrap();
        assert!(unpacked(&packed[..packed.len() - 3]).is_err());
        for plain in [b"".as_slice(), b"{", b"BZ"] {
            assert_eq!(unpacked(plain).unwrap(), plain);
        }
    }
}
