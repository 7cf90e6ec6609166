//! Archives inside the layer: their members are shown as files.
//!
//! One that fits is held and read by its central directory, as Java reads it. A larger one is
//! walked forward over its local headers as it passes, and compared with the directory that comes
//! last. A member is inflated only if somebody wants it, or if nothing else tells where it ends.

mod descriptor;
mod directory;
mod forward;
mod inflating;
mod local;
mod tee;

use std::cell::Cell;
use std::rc::Rc;

use plimsoll_facts::{FileMeta, LayerBuilder, Limit, RowIndex, Unpacked, Unreadable};
use plimsoll_model::FilePath;
use sha1::{Digest, Sha1};

use crate::Caps;
use crate::buffer::PEEK_BYTES;
use crate::chunks::{Chunks, Passing};
use crate::feed::{Feed, give, sink};
use crate::stream::Streaming;
pub(crate) use inflating::Inflaters;
use inflating::Inflating;
use tee::Tee;

/// What may still be read of one file of the layer, in all archives inside it.
#[derive(Default)]
pub(crate) struct Bounds {
    members: u64,
    bytes: Allowance,
}

/// Bytes of members that may still be shown; shared with those who inflate them.
pub(crate) type Allowance = Rc<Cell<u64>>;

impl Bounds {
    /// The bounds of a file, in a layer whose members may take no more than `layer_bytes`.
    pub(crate) fn new(caps: &Caps, file_bytes: u64, layer_bytes: u64) -> Self {
        let bytes = caps.inflated_bytes.max(file_bytes.saturating_mul(caps.inflated_ratio));
        Self { members: caps.members, bytes: Rc::new(bytes.min(layer_bytes).into()) }
    }

    /// Bytes that are left.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.get()
    }

    fn count_member(&mut self) -> Result<(), Unreadable> {
        self.members = self.members.checked_sub(1).ok_or(Unreadable::OverLimit(Limit::Count))?;
        Ok(())
    }
}

/// Takes bytes from an allowance.
fn take(allowance: &Cell<u64>, bytes: u64) -> Result<(), Unreadable> {
    let left = allowance.get();
    allowance.set(left.saturating_sub(bytes));
    if bytes > left { Err(Unreadable::OverLimit(Limit::Size)) } else { Ok(()) }
}

/// What an inflated member turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Measure {
    crc: u32,
    compressed: u64,
    size: u64,
}

impl Feed<'_> {
    /// Shows the members of an archive that lies in one piece.
    pub(crate) fn unpack_slice(
        &mut self,
        file: &FileMeta<'_>,
        rows: &[RowIndex],
        bytes: &[u8],
        out: &mut LayerBuilder<'_>,
    ) {
        let mut members = 0;
        let outcome = self.check_depth(file).and_then(|()| self.read_directory(file, bytes, &mut members, out));
        let sha1 = Some(Sha1::digest(bytes).into());
        self.unpacked(file, rows, &outcome, Unpacked { sha1, members, complete: true }, out);
    }

    /// Shows the members of an archive while it passes, and all its bytes to `streams`.
    ///
    /// # Errors
    /// When the bytes end too early.
    pub(crate) fn unpack_passing(
        &mut self,
        file: &FileMeta<'_>,
        rows: &[RowIndex],
        bytes: &mut dyn Passing,
        streams: &mut [Streaming],
        out: &mut LayerBuilder<'_>,
    ) -> Result<(), Unreadable> {
        let mut members = 0;
        let mut tee = Tee::new(bytes, streams);
        let outcome = self.check_depth(file).and_then(|()| self.walk_forward(file, &mut tee, &mut members, out));
        let (sha1, passed) = match tee.finish() {
            Ok(sha1) => (Some(sha1), Ok(())),
            Err(why) => (None, Err(why)),
        };
        let outcome = outcome.and(passed.clone());
        self.unpacked(file, rows, &outcome, Unpacked { sha1, members, complete: true }, out);
        passed
    }

    fn check_depth(&self, file: &FileMeta<'_>) -> Result<(), Unreadable> {
        if file.inside.len() < self.caps().depth { Ok(()) } else { Err(Unreadable::OverLimit(Limit::Depth)) }
    }

    fn unpacked(
        &self,
        file: &FileMeta<'_>,
        rows: &[RowIndex],
        outcome: &Result<(), Unreadable>,
        archive: Unpacked,
        out: &mut LayerBuilder<'_>,
    ) {
        if let Err(why) = outcome {
            self.unreadable(file, rows, why, out);
        }
        let archive = Unpacked { complete: outcome.is_ok(), ..archive };
        for &row in rows {
            let mut found = sink(file);
            self.plan.rows()[usize::from(row)].unpacked(file, &archive, &mut found);
            give(row, found, out);
        }
    }

    /// Shows a deflated member to `rows`, or just finds its end. `claimed` is what the archive
    /// says it will turn out to be.
    fn show_deflated(
        &mut self,
        file: &FileMeta<'_>,
        rows: &[RowIndex],
        deflated: &mut dyn Passing,
        claimed: Option<Measure>,
        out: &mut LayerBuilder<'_>,
    ) -> Result<Measure, Unreadable> {
        let (buffer, mut inflater) = self.inflaters.take();
        let source = Inflating::new(deflated, &mut inflater, Rc::clone(&self.bounds.bytes), self.options);
        let mut plain = Chunks::new(buffer, source);
        if !rows.is_empty() {
            let at_hand = plain.peek(PEEK_BYTES).len() as u64;
            // A buffer that was not filled holds all there is.
            let all_at_hand = plain.ended() || at_hand < inflating::ROOM_BYTES as u64;
            let exact = claimed.map(|claimed| claimed.size).or_else(|| all_at_hand.then_some(at_hand));
            let file = FileMeta { size: exact.unwrap_or(at_hand), ..*file };
            self.show(&file, rows, exact, &mut plain, out);
        }
        // The rest is not wanted, but only all of it tells whether the checksum fits.
        plain.drain();
        let (buffer, source, _) = plain.into_parts();
        let measure = source.finish();
        self.inflaters.put_back(buffer, inflater);
        let measure = measure?;
        if claimed.is_some_and(|claimed| (claimed.crc, claimed.size) != (measure.crc, measure.size)) {
            return Err(Unreadable::syntax("its checksum or length is not what the archive says"));
        }
        Ok(measure)
    }
}

/// The way to a member, for [`FileMeta::inside`].
fn way_to(file: &FileMeta<'_>, member: &[u8]) -> Vec<FilePath> {
    let mut inside = file.inside.to_vec();
    inside.push(FilePath::new(member));
    inside
}
