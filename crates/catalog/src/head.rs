//! Files of which only the beginning is read, however long they are.

use plimsoll_facts::{Sink, Stream, Unreadable};

/// Reads the beginning of a file; the bool says whether that is all of it.
pub(crate) type ReadHead = Box<dyn FnMut(&[u8], bool, &mut Sink) -> Result<(), Unreadable> + Send>;

/// Gathers the beginning and lets the rest pass.
pub(crate) struct Head {
    bytes: Vec<u8>,
    max: usize,
    read: Option<ReadHead>,
}

impl Head {
    /// At most `max` bytes of it.
    pub(crate) fn new(max: usize, read: ReadHead) -> Self {
        Self { bytes: Vec::new(), max, read: Some(read) }
    }
}

impl Stream for Head {
    fn window(&mut self, _: u64, bytes: &[u8], new_from: usize, out: &mut Sink) -> Result<(), Unreadable> {
        if self.read.is_none() {
            return Ok(());
        }
        let new = bytes.get(new_from..).unwrap_or_default();
        let room = self.max - self.bytes.len();
        self.bytes.extend_from_slice(&new[..new.len().min(room)]);
        if new.len() <= room {
            return Ok(());
        }
        let bytes = std::mem::take(&mut self.bytes);
        self.read.take().map_or(Ok(()), |mut read| read(&bytes, false, out))
    }

    fn end(&mut self, out: &mut Sink) -> Result<(), Unreadable> {
        self.read.take().map_or(Ok(()), |mut read| read(&self.bytes, true, out))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use plimsoll_model::FilePath;

    use super::*;

    fn read_in_windows(file: &[u8], window: usize) -> (Vec<u8>, bool) {
        let seen = Arc::new(Mutex::new((Vec::new(), false)));
        let to = seen.clone();
        let read = move |bytes: &[u8], whole: bool, _: &mut Sink| {
            *to.lock().unwrap() = (bytes.to_vec(), whole);
            Ok(())
        };
        let mut head = Head::new(4, Box::new(read));
        let mut out = Sink::new(FilePath::from("a"), Vec::new());
        for part in file.chunks(window) {
            head.window(0, part, 0, &mut out).unwrap();
        }
        head.end(&mut out).unwrap();
        Arc::try_unwrap(seen).unwrap().into_inner().unwrap()
    }

    #[test]
    fn the_beginning_is_read_once_and_whether_it_is_all_is_said() {
        for window in 1..8 {
            assert_eq!(read_in_windows(b"abc", window), (b"abc".to_vec(), true));
            assert_eq!(read_in_windows(b"abcd", window), (b"abcd".to_vec(), true));
            assert_eq!(read_in_windows(b"abcdefgh", window), (b"abcd".to_vec(), false));
        }
    }
}
