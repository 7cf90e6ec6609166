//! Cuts a file into pages of the length that its first bytes tell.

use plimsoll_facts::{Limit, Unreadable};

/// What is done with the pages.
pub(super) trait PageReader {
    /// The length of a page (at least [`FIRST_BYTES`]), by the first bytes of the file.
    fn page_bytes(&mut self, first: &[u8]) -> Result<usize, Unreadable>;
    /// A page; the first is number 0.
    fn page(&mut self, number: u32, page: &[u8]) -> Result<(), Unreadable>;
}

/// Bytes of the file by which the length of a page is told.
pub(super) const FIRST_BYTES: usize = 512;

/// The cutter.
#[derive(Default)]
pub(super) struct Pages {
    page_bytes: usize,
    next: u32,
    pending: Vec<u8>,
}

impl Pages {
    /// The next bytes of the file.
    pub(super) fn feed(&mut self, mut bytes: &[u8], reader: &mut impl PageReader) -> Result<(), Unreadable> {
        if self.page_bytes == 0 {
            self.fill(&mut bytes, FIRST_BYTES);
            if self.pending.len() < FIRST_BYTES {
                return Ok(());
            }
            self.page_bytes = reader.page_bytes(&self.pending)?.max(FIRST_BYTES);
        }
        if !self.pending.is_empty() {
            self.fill(&mut bytes, self.page_bytes);
            if self.pending.len() < self.page_bytes {
                return Ok(());
            }
            let page = std::mem::take(&mut self.pending);
            self.give(&page, reader)?;
        }
        let mut pages = bytes.chunks_exact(self.page_bytes);
        for page in &mut pages {
            self.give(page, reader)?;
        }
        self.pending.extend_from_slice(pages.remainder());
        Ok(())
    }

    /// How many whole pages there were, and whether nothing was left over.
    pub(super) fn end(&self) -> (u32, bool) {
        (self.next, self.pending.is_empty())
    }

    fn fill(&mut self, bytes: &mut &[u8], to: usize) {
        let (new, rest) = bytes.split_at(bytes.len().min(to.saturating_sub(self.pending.len())));
        self.pending.extend_from_slice(new);
        *bytes = rest;
    }

    fn give(&mut self, page: &[u8], reader: &mut impl PageReader) -> Result<(), Unreadable> {
        let number = self.next;
        self.next = number.checked_add(1).ok_or(Unreadable::OverLimit(Limit::Count))?;
        reader.page(number, page)
    }
}
