//! Reading input of unknown size under a cap.

use std::io::{self, Read};

/// Reads all of `source`, or fails with [`io::ErrorKind::FileTooLarge`] once it is longer than
/// `cap_bytes`. Never allocates more than the cap and one buffer.
///
/// # Errors
/// What the source says, or `FileTooLarge`.
pub fn read_capped(source: impl Read, cap_bytes: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    #[expect(clippy::disallowed_methods, reason = "this is the capped reader that the ban points to")]
    source.take(cap_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > cap_bytes {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("longer than the cap of {cap_bytes} bytes")));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cap_itself_is_allowed_and_one_more_is_not() {
        assert_eq!(read_capped(&[7; 4][..], 4).unwrap(), [7; 4]);
        assert_eq!(read_capped(io::repeat(7), 4).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
    }
}
