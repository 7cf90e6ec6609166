//! SQLite's `rpmdb.sqlite-wal`: changes that were not yet carried into the database beside it.
//! They are not applied; that there are some is said. <https://www.sqlite.org/fileformat2.html#walformat>

use plimsoll_facts::{Sink, Stream, Unreadable};
use plimsoll_model::GapKind;

const HEADER_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 24;

/// Looks at the head of the file and its first frame.
#[derive(Default)]
pub(super) struct Journal {
    head: Vec<u8>,
}

impl Journal {
    /// Whether the first frame belongs to the journal's current round: SQLite leaves the frames of
    /// former rounds where they are.
    fn has_changes(&self) -> bool {
        let magic =
            self.head.starts_with(&[0x37, 0x7f, 0x06, 0x82]) || self.head.starts_with(&[0x37, 0x7f, 0x06, 0x83]);
        let salt = self.head.get(16..24);
        magic && salt.is_some() && salt == self.head.get(HEADER_BYTES + 8..HEADER_BYTES + 16)
    }
}

impl Stream for Journal {
    fn window(&mut self, _: u64, bytes: &[u8], new_from: usize, _: &mut Sink) -> Result<(), Unreadable> {
        let missing = (HEADER_BYTES + FRAME_HEADER_BYTES).saturating_sub(self.head.len());
        self.head.extend(bytes.iter().skip(new_from).take(missing));
        Ok(())
    }

    fn end(&mut self, out: &mut Sink) -> Result<(), Unreadable> {
        if self.has_changes() {
            let why = "it may hold changes that are not in the database yet; run `rpmdb --rebuilddb` in the image";
            out.unreadable_as(GapKind::DatabaseUnreadable, &Unreadable::syntax(why));
        }
        Ok(())
    }
}
