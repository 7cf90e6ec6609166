//! Text files line by line, under a cap for the file and for each line.

use std::io::{BufRead, BufReader, Read};

use crate::FeedError;
use crate::stream::is_html;

/// Largest file, in bytes.
const FILE_CAP_BYTES: u64 = 1 << 30;
/// Longest line, in bytes.
const LINE_CAP_BYTES: u64 = 1 << 16;

/// Hands over each line with its number from 1, without its end.
///
/// # Errors
/// [`FeedError::Html`] for a web page, [`FeedError::TooLarge`] past a cap, [`FeedError::Malformed`]
/// where the last line has no end, which it would have if the file were whole, or where a line is no
/// UTF-8.
pub(crate) fn each_line(
    bytes: &mut dyn Read,
    expected: &'static str,
    mut visit: impl FnMut(u64, &str) -> Result<(), FeedError>,
) -> Result<(), FeedError> {
    let mut reader = BufReader::with_capacity(1 << 16, bytes);
    if is_html(reader.fill_buf().map_err(FeedError::Read)?) {
        return Err(FeedError::Html);
    }
    let (mut line, mut number, mut left) = (Vec::new(), 0, FILE_CAP_BYTES);
    loop {
        line.clear();
        let read = (&mut reader).take(LINE_CAP_BYTES).read_until(b'\n', &mut line).map_err(FeedError::Read)? as u64;
        if read == 0 {
            return Ok(());
        }
        number += 1;
        left = left.checked_sub(read).ok_or(FeedError::TooLarge { what: "file", cap_bytes: FILE_CAP_BYTES })?;
        if line.pop() != Some(b'\n') {
            return Err(match read {
                LINE_CAP_BYTES => FeedError::TooLarge { what: "line", cap_bytes: LINE_CAP_BYTES },
                _ => FeedError::Malformed { expected, why: format!("line {number} is cut short") },
            });
        }
        let text = std::str::from_utf8(&line)
            .map_err(|_| FeedError::Malformed { expected, why: format!("line {number} is no text") })?;
        visit(number, text.trim_end_matches('\r').trim_start_matches('\u{feff}'))?;
    }
}
