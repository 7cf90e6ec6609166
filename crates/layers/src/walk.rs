//! The walk over the plain archive: each entry is noted, and shown to those who ask for it.

use std::sync::Arc;

use plimsoll_facts::{Entry, EntryKind, FileMeta, LayerBuilder, LayerFacts, Plan, RowIndex};
use plimsoll_model::path::{name_of, parent_of};
use plimsoll_model::{FilePath, Gap, GapKind};

use crate::buffer::{BUFFER_BYTES, Buffer};
use crate::chunks::{Chunks, Limited, Passing};
use crate::feed::Feed;
use crate::read::Plain;
use crate::tar::{Header, Kind, Sparse, Tar, normalise, truncated};
use crate::{Budget, LayerError, ReadOptions};

/// The longest path that is kept; no file system takes one.
const PATH_CAP_BYTES: usize = 64 << 10;
/// Bytes of holes that are shown of a sparse file; a larger one becomes a gap.
const HOLES_CAP_BYTES: u64 = 1 << 30;
/// Links whose files are read again under their later names.
const RELINK_CAP: usize = 100_000;
/// Bytes that are needed to tell a program by its first bytes.
const MAGIC_BYTES: usize = 4;

/// Walks a layer's archive to its end.
pub(crate) fn walk(
    plain: &mut Chunks<Plain<'_>>,
    plan: &Plan,
    budget: &Arc<Budget>,
    options: &ReadOptions,
) -> Result<(LayerFacts, Vec<FilePath>), LayerError> {
    let mut walk = Walk {
        plan,
        builder: LayerBuilder::new(plan, options.caps.facts),
        feed: Feed::new(plan, budget, options),
        rows: Vec::new(),
        path: Vec::new(),
        link: Vec::new(),
        relink: Vec::new(),
    };
    let mut tar = Tar::default();
    while let Some(header) = tar.next(plain)? {
        if !walk.entry(&tar, header, plain)? {
            break;
        }
    }
    if tar.lone_zero_block() {
        walk.oddity("a single block of zeros stands between entries; some readers stop there");
    }
    if tar.overruled() {
        walk.oddity("a global header renames files; container runtimes do not heed it, and so it was not heeded");
    }
    Ok((walk.builder.finish(), walk.relink))
}

struct Walk<'a> {
    plan: &'a Plan,
    builder: LayerBuilder<'a>,
    feed: Feed<'a>,
    rows: Vec<RowIndex>,
    path: Vec<u8>,
    link: Vec<u8>,
    relink: Vec<FilePath>,
}

impl Walk<'_> {
    /// Takes one entry and passes over its bytes; `false` if there are too many.
    fn entry(&mut self, tar: &Tar, header: Header, plain: &mut Chunks<Plain<'_>>) -> Result<bool, LayerError> {
        let end = plain.passed() + header.stored;
        let padding = header.padding;
        let more = self.note(tar, header, plain);
        let rest = end.saturating_sub(plain.passed());
        if !plain.skip(rest) {
            return Err(truncated(plain.passed()));
        }
        plain.skip_padding(padding);
        Ok(more)
    }

    fn note(&mut self, tar: &Tar, header: Header, plain: &mut Chunks<Plain<'_>>) -> bool {
        if tar.path().len() > PATH_CAP_BYTES || tar.link().len() > PATH_CAP_BYTES {
            let shown = FilePath::new(&tar.path()[..tar.path().len().min(200)]);
            let detail = format!("its path or link is longer than {PATH_CAP_BYTES} bytes; no system can unpack it");
            self.builder.gap(Gap::file(GapKind::FileUnreadable, &shown, detail));
            return true;
        }
        normalise(tar.path(), &mut self.path);
        if let Some(oddity) = header.oddity {
            self.builder.gap(Gap::file(GapKind::ArchiveOddity, &FilePath::new(&self.path), oddity));
        }
        let entry = |kind| Entry::new(kind, 0, header.mode, header.owner, header.capabilities);
        if Mark::of(name_of(&self.path)).is_some() {
            return self.mark(&header);
        }
        if self.path.is_empty() {
            if header.kind != Kind::Directory {
                self.oddity("an entry without a name");
            }
            return true;
        }
        let kind = match header.kind {
            Kind::File => return self.file(header, plain),
            Kind::Hardlink => {
                normalise(tar.link(), &mut self.link);
                self.note_link();
                return self.builder.entry(&self.path, &self.link, entry(EntryKind::Hardlink), false);
            }
            Kind::Symlink => {
                return self.builder.entry(&self.path, tar.link(), entry(EntryKind::Symlink), false);
            }
            Kind::Directory => EntryKind::Directory,
            Kind::CharDevice => EntryKind::CharDevice,
            Kind::BlockDevice => EntryKind::BlockDevice,
            Kind::Fifo => EntryKind::Fifo,
            Kind::Unknown => {
                let detail = "an entry of a type that container runtimes do not know";
                self.builder.gap(Gap::file(GapKind::ArchiveOddity, &FilePath::new(&self.path), detail));
                return true;
            }
        };
        self.builder.entry(&self.path, b"", entry(kind), false)
    }

    /// Notes what the last path's name says of the layers below.
    fn mark(&mut self, header: &Header) -> bool {
        let entry = |kind| Entry::new(kind, 0, header.mode, header.owner, false);
        let folder = parent_of(&self.path);
        match Mark::of(name_of(&self.path)) {
            Some(Mark::Opaque) => self.builder.entry(folder, b"", entry(EntryKind::Opaque), false),
            Some(Mark::Whiteout(hidden)) => {
                let path = if folder.is_empty() { hidden.to_vec() } else { [folder, b"/", hidden].concat() };
                self.builder.entry(&path, b"", entry(EntryKind::Whiteout), false)
            }
            Some(Mark::Nothing) => {
                self.oddity("a whiteout that names no file");
                true
            }
            Some(Mark::Bookkeeping) | None => true,
        }
    }

    fn file(&mut self, mut header: Header, plain: &mut Chunks<Plain<'_>>) -> bool {
        let map = header.sparse.take();
        let mut stored = Limited::new(plain, header.stored);
        let Some(map) = map else { return self.show(&header, &mut stored) };
        if map.real_size() - header.stored > HOLES_CAP_BYTES {
            self.plan.by_path(&self.path, &mut self.rows);
            if !self.rows.is_empty() {
                let detail = "it consists of more empty space than is read";
                self.builder.gap(Gap::file(GapKind::FileTooLarge, &FilePath::new(&self.path), detail));
            }
            let entry = Entry::new(EntryKind::File, header.size, header.mode, header.owner, header.capabilities);
            return self.builder.entry(&self.path, b"", entry, !self.rows.is_empty());
        }
        let mut whole = Chunks::new(Buffer::new(BUFFER_BYTES), Sparse::new(&mut stored, map));
        self.show(&header, &mut whole)
    }

    fn show(&mut self, header: &Header, bytes: &mut dyn Passing) -> bool {
        self.plan.by_path(&self.path, &mut self.rows);
        if self.plan.looks_at_magic()
            && header.size >= MAGIC_BYTES as u64
            && let Ok(head) = bytes.peek(MAGIC_BYTES)
        {
            self.plan.by_magic(head, &mut self.rows);
        }
        let entry = Entry::new(EntryKind::File, header.size, header.mode, header.owner, header.capabilities);
        if !self.builder.entry(&self.path, b"", entry, !self.rows.is_empty()) {
            return false;
        }
        if !self.rows.is_empty() {
            let file = FileMeta {
                path: &self.path,
                inside: &[],
                kind: EntryKind::File,
                mode: u32::from(header.mode),
                owner: header.owner,
                size: header.size,
            };
            self.feed.file(&file, &self.rows, bytes, &mut self.builder);
        }
        true
    }

    /// A link's file was shown under its first name only. If its later name is wanted by others,
    /// the layer must be read again.
    fn note_link(&mut self) {
        self.plan.by_path(&self.path, &mut self.rows);
        if self.rows.is_empty() {
            return;
        }
        let mut asked = Vec::new();
        self.plan.by_path(&self.link, &mut asked);
        if self.rows.iter().all(|row| asked.contains(row)) {
            return;
        }
        let link = FilePath::new(&self.path);
        if self.relink.len() < RELINK_CAP {
            self.relink.push(link);
        } else {
            let detail = "another name of this file is of interest, and the layer has too many such links";
            self.builder.gap(Gap::file(GapKind::LinkUnread, &link, detail));
        }
    }

    fn oddity(&mut self, detail: &str) {
        self.builder.gap(Gap::new(GapKind::ArchiveOddity, "", detail));
    }
}

/// What a file's name says of the layers below.
enum Mark<'a> {
    Opaque,
    Whiteout(&'a [u8]),
    /// Of the file system that the layer was made with.
    Bookkeeping,
    Nothing,
}

impl<'a> Mark<'a> {
    fn of(name: &'a [u8]) -> Option<Self> {
        let hidden = name.strip_prefix(b".wh.")?;
        Some(match hidden {
            b".wh..opq" => Self::Opaque,
            b"" | b"." | b".." => Self::Nothing,
            _ if hidden.starts_with(b".wh.") => Self::Bookkeeping,
            _ => Self::Whiteout(hidden),
        })
    }
}
