//! What a regular file of a folder holds.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use plimsoll_facts::Unreadable;

use crate::buffer::{BUFFER_BYTES, Buffer, PEEK_BYTES};
use crate::chunks::Refill;

/// Opens a regular file and says how long it is now. What takes its place meanwhile is not opened:
/// no link is followed, and a pipe would not block.
pub(super) fn open(path: &Path) -> io::Result<(Contents, u64)> {
    use rustix::fs::OFlags;
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC).bits();
    let file = File::options().read(true).custom_flags(flags.cast_signed()).open(path)?;
    let meta = file.metadata()?;
    if meta.is_file() {
        Ok((Contents { file, step: PEEK_BYTES, failed: false }, meta.len()))
    } else {
        Err(io::Error::other("it is no regular file any more"))
    }
}

/// The bytes of an open file.
pub(super) struct Contents {
    file: File,
    /// Bytes to read next: few at first, since most files are of interest to nobody.
    step: usize,
    failed: bool,
}

impl Refill for Contents {
    fn refill(&mut self, buffer: &mut Buffer) -> bool {
        let room = buffer.make_room();
        let room = &mut room[..self.step];
        self.step = BUFFER_BYTES;
        let mut filled = 0;
        while filled < room.len() {
            match self.file.read(&mut room[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => {
                    self.failed = true;
                    break;
                }
            }
        }
        buffer.filled(filled);
        filled > 0
    }

    fn fault(&self) -> Option<Unreadable> {
        self.failed.then(|| Unreadable::syntax("it could not be read to its end"))
    }
}

/// Whether a program carries file capabilities.
#[cfg(target_os = "linux")]
pub(super) fn has_capabilities(path: &Path, meta: &Metadata) -> bool {
    let mut value = [0_u8; 64];
    meta.mode() & 0o111 != 0 && rustix::fs::lgetxattr(path, c"security.capability", &mut value).is_ok()
}

#[cfg(not(target_os = "linux"))]
pub(super) fn has_capabilities(_: &Path, _: &Metadata) -> bool {
    false
}
