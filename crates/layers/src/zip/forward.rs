//! An archive that is walked over its local headers as it passes.

use plimsoll_facts::{EntryKind, FileMeta, LayerBuilder, RowIndex, Unreadable, path_hash};

use super::local::{END, LOCAL, LOCAL_BYTES, Member, RECORD, is_local_header};
use super::{Measure, descriptor, way_to};
use crate::buffer::PEEK_BYTES;
use crate::chunks::{Limited, Passing, skip};
use crate::feed::Feed;
use crate::tar::normalise;

/// Bytes in front of the archive that are searched for its beginning: a shell script or a launcher.
const PREFIX_CAP_BYTES: usize = 1 << 20;

const STORED: u16 = 0;
const DEFLATED: u16 = 8;

impl Feed<'_> {
    pub(super) fn walk_forward(
        &mut self,
        file: &FileMeta<'_>,
        bytes: &mut dyn Passing,
        members: &mut u64,
        out: &mut LayerBuilder<'_>,
    ) -> Result<(), Unreadable> {
        pass_over_prefix(bytes)?;
        let (mut walked, mut listed) = (Tally::default(), Tally::default());
        while bytes.peek(4)?.starts_with(&LOCAL) {
            self.bounds.count_member()?;
            *members += 1;
            let member = Member::local(bytes)?;
            let measure = self.pass_member(file, &member, bytes, out)?;
            walked.add(&member.name, measure);
        }
        while bytes.peek(4)?.starts_with(&RECORD) {
            let record = Member::record(bytes)?;
            listed.add(&record.name, record.measure);
        }
        // The directory's end, or its 64-bit form.
        if !bytes.peek(4)?.starts_with(b"PK") {
            return Err(Unreadable::syntax("something stands between its members that is none"));
        }
        if walked != listed {
            return Err(Unreadable::syntax("its members are not those that its directory lists"));
        }
        Ok(())
    }

    /// Shows a member to those who want it and passes over it.
    fn pass_member(
        &mut self,
        file: &FileMeta<'_>,
        member: &Member,
        bytes: &mut dyn Passing,
        out: &mut LayerBuilder<'_>,
    ) -> Result<Measure, Unreadable> {
        let (mut path, mut rows) = (Vec::new(), Vec::new());
        normalise(&member.name, &mut path);
        if !member.name.ends_with(b"/") {
            self.plan.by_member_path(&path, &mut rows);
        }
        let inside = if rows.is_empty() { Vec::new() } else { way_to(file, &path) };
        let meta = FileMeta { inside: &inside, kind: EntryKind::File, size: member.measure.size, ..*file };
        if member.is_open() {
            return self.pass_open(&meta, &rows, member, bytes, out);
        }
        let Measure { compressed, size, .. } = member.measure;
        let mut data = Limited::new(bytes, compressed);
        if !rows.is_empty() {
            let outcome = match member.method {
                _ if member.encrypted => Err(Unreadable::Encrypted),
                STORED if compressed == size => {
                    self.show(&meta, &rows, Some(size), &mut data, out);
                    Ok(())
                }
                STORED => Err(Unreadable::syntax("its length is not what the archive says")),
                DEFLATED => {
                    let claimed = (!member.sizes_follow).then_some(member.measure);
                    self.show_deflated(&meta, &rows, &mut data, claimed, out).map(drop)
                }
                other => Err(Unreadable::syntax(format!("compression method {other} is not supported"))),
            };
            if let Err(why) = outcome {
                self.unreadable(&meta, &rows, &why, out);
            }
        }
        let left = data.left();
        skip(bytes, left)?;
        if member.sizes_follow { descriptor::pass_over(bytes, compressed, None) } else { Ok(member.measure) }
    }

    /// As [`Self::pass_member`], where only the data tells its own end.
    fn pass_open(
        &mut self,
        meta: &FileMeta<'_>,
        rows: &[RowIndex],
        member: &Member,
        bytes: &mut dyn Passing,
        out: &mut LayerBuilder<'_>,
    ) -> Result<Measure, Unreadable> {
        match member.method {
            _ if member.encrypted => Err(Unreadable::Encrypted),
            DEFLATED => {
                let measure = self.show_deflated(meta, rows, bytes, None, out)?;
                let claimed = descriptor::pass_over(bytes, measure.compressed, Some(measure.size))?;
                if claimed.crc != measure.crc {
                    self.unreadable(meta, rows, &Unreadable::syntax("its checksum is not what the archive says"), out);
                }
                Ok(claimed)
            }
            // Folders are written so.
            STORED => descriptor::pass_over(bytes, 0, Some(0))
                .map_err(|_| Unreadable::syntax("nothing tells where a stored member ends")),
            other => Err(Unreadable::syntax(format!("compression method {other} is not supported"))),
        }
    }
}

/// Members as a number and a sum that knows no order.
#[derive(Default, PartialEq, Eq)]
struct Tally {
    count: u64,
    sum: u64,
}

impl Tally {
    fn add(&mut self, name: &[u8], measure: Measure) {
        let sizes = u64::from(measure.crc) ^ measure.compressed.rotate_left(32) ^ measure.size.rotate_left(13);
        self.count += 1;
        self.sum = self.sum.wrapping_add(path_hash(name) ^ sizes.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    }
}

fn pass_over_prefix(bytes: &mut dyn Passing) -> Result<(), Unreadable> {
    let nowhere = || Unreadable::syntax("no zip archive begins in it");
    let mut passed = 0;
    while passed <= PREFIX_CAP_BYTES {
        let hand = bytes.peek(PEEK_BYTES)?;
        if passed == 0 && hand.starts_with(&END) {
            return Ok(());
        }
        let begin = memchr::memmem::find_iter(hand, &LOCAL).find(|&at| is_local_header(&hand[at..]));
        if let Some(begin) = begin {
            bytes.advance(begin);
            return Ok(());
        }
        // A header may be cut by the end of what is at hand.
        let step = hand.len().saturating_sub(LOCAL_BYTES - 1);
        if step == 0 {
            return Err(nowhere());
        }
        bytes.advance(step);
        passed += step;
    }
    Err(nowhere())
}
