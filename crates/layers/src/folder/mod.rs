//! A directory tree, read as if it were one layer.

mod contents;
mod kernel;

use std::collections::HashMap;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use plimsoll_facts::{Entry, EntryKind, FileMeta, LayerBuilder, Plan, RowIndex};
use plimsoll_model::{FilePath, Gap, GapKind};

use self::contents::{has_capabilities, open};
use self::kernel::is_of_the_kernel;
use crate::buffer::{BUFFER_BYTES, Buffer};
use crate::chunks::{Chunks, Limited, Passing};
use crate::feed::Feed;
use crate::{Budget, Compression, LayerError, LayerRead, ReadOptions};

/// Folders in folders; deeper ones are a gap.
const MAX_DEPTH: usize = 1_000;
/// Files with several names whose first name is remembered.
const MAX_LINKED: usize = 1_000_000;
/// Bytes that are needed to tell a program by its first bytes.
const MAGIC_BYTES: usize = 4;

/// Reads a directory tree as one layer, in the order of its names.
///
/// Links are noted, never followed; devices, pipes and sockets are never opened; file systems of
/// the kernel, such as `/proc`, are left out. What cannot be read is a gap.
///
/// # Errors
/// When the folder itself cannot be read.
pub fn read_folder(
    path: &Path,
    plan: &Plan,
    budget: &Arc<Budget>,
    options: &ReadOptions,
) -> Result<LayerRead, LayerError> {
    let device = fs::metadata(path).map_err(LayerError::Read)?.dev();
    let mut walk = Walk {
        root: path,
        plan,
        options,
        builder: LayerBuilder::new(plan, options.caps.facts),
        feed: Feed::new(plan, budget, options),
        rows: Vec::new(),
        linked: HashMap::new(),
        buffer: Some(Buffer::new(BUFFER_BYTES)),
        bytes: 0,
    };
    let mut open = vec![Level { device, names: names(path).map_err(LayerError::Read)?, path: Vec::new() }];
    while let Some(level) = open.last_mut() {
        let Some(name) = level.names.pop() else {
            open.pop();
            continue;
        };
        if options.cancelled() {
            return Err(LayerError::Cancelled);
        }
        let path = if level.path.is_empty() { name } else { [&level.path, &b"/"[..], &name].concat() };
        let device = level.device;
        match walk.entry(&path, device, open.len()) {
            Step::Next => {}
            Step::Into(level) => open.push(level),
            Step::Full => break,
        }
    }
    Ok(LayerRead {
        facts: walk.builder.finish(),
        relink: Vec::new(),
        blob_digest: None,
        diff_id: None,
        blob_bytes: walk.bytes,
        plain_bytes: walk.bytes,
        media: Compression::Folder,
    })
}

/// A folder whose names are being visited.
struct Level {
    device: u64,
    /// The last one is next.
    names: Vec<Vec<u8>>,
    path: Vec<u8>,
}

enum Step {
    Next,
    Into(Level),
    Full,
}

/// The names in a folder, the first last.
fn names(folder: &Path) -> io::Result<Vec<Vec<u8>>> {
    let mut names =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().into_vec())).collect::<io::Result<Vec<_>>>()?;
    names.sort_unstable_by(|a, b| b.cmp(a));
    Ok(names)
}

struct Walk<'a> {
    root: &'a Path,
    plan: &'a Plan,
    options: &'a ReadOptions,
    builder: LayerBuilder<'a>,
    feed: Feed<'a>,
    rows: Vec<RowIndex>,
    /// The first name of files that have several, by device and number.
    linked: HashMap<(u64, u64), FilePath>,
    buffer: Option<Buffer>,
    bytes: u64,
}

impl Walk<'_> {
    fn entry(&mut self, path: &[u8], device: u64, depth: usize) -> Step {
        let full = self.root.join(std::ffi::OsStr::from_bytes(path));
        let meta = match fs::symlink_metadata(&full) {
            Ok(meta) => meta,
            Err(error) => return self.unreadable(path, &error),
        };
        let kind = meta.file_type();
        let more = if kind.is_dir() {
            return self.folder(path, &full, &meta, device, depth);
        } else if kind.is_symlink() {
            match fs::read_link(&full) {
                Ok(target) => self.note(path, target.as_os_str().as_bytes(), EntryKind::Symlink, &meta),
                Err(error) => return self.unreadable(path, &error),
            }
        } else if kind.is_file() {
            self.file(path, &full, &meta)
        } else if kind.is_char_device() {
            self.note(path, b"", EntryKind::CharDevice, &meta)
        } else if kind.is_block_device() {
            self.note(path, b"", EntryKind::BlockDevice, &meta)
        } else if kind.is_fifo() {
            self.note(path, b"", EntryKind::Fifo, &meta)
        } else {
            // A socket is nothing that an image could hold.
            true
        };
        if more { Step::Next } else { Step::Full }
    }

    fn folder(&mut self, path: &[u8], full: &Path, meta: &Metadata, device: u64, depth: usize) -> Step {
        if !self.note(path, b"", EntryKind::Directory, meta) {
            return Step::Full;
        }
        if meta.dev() != device && is_of_the_kernel(full) {
            let detail = "a file system of the kernel; its files are none";
            self.builder.gap(Gap::file(GapKind::ArchiveOddity, &FilePath::new(path), detail));
            return Step::Next;
        }
        if depth >= MAX_DEPTH {
            let detail = format!("folders are nested deeper than {MAX_DEPTH}; this one was not read");
            self.builder.gap(Gap::file(GapKind::LimitReached, &FilePath::new(path), detail));
            return Step::Next;
        }
        match names(full) {
            Ok(names) => Step::Into(Level { device: meta.dev(), names, path: path.to_vec() }),
            Err(error) => self.unreadable(path, &error),
        }
    }

    fn file(&mut self, path: &[u8], full: &Path, meta: &Metadata) -> bool {
        self.plan.by_path(path, &mut self.rows);
        if meta.nlink() > 1 && !self.is_first_name(path, meta) {
            return true;
        }
        let entry = entry(EntryKind::File, meta, has_capabilities(full, meta));
        if self.rows.is_empty() && !self.plan.looks_at_magic() {
            return self.builder.entry(path, b"", entry, false);
        }
        let (contents, size) = match open(full) {
            Ok(opened) => opened,
            Err(error) => {
                self.unreadable(path, &error);
                return self.builder.entry(path, b"", entry, false);
            }
        };
        let buffer = self.buffer.take().unwrap_or_else(|| Buffer::new(BUFFER_BYTES));
        let mut chunks = Chunks::new(buffer, contents);
        let more = self.show(path, entry, size, &mut Limited::new(&mut chunks, size));
        self.bytes += chunks.passed();
        if let Some(progress) = &self.options.progress {
            progress.fetch_add(chunks.passed(), Ordering::Relaxed);
        }
        let (mut buffer, _, _) = chunks.into_parts();
        buffer.clear();
        self.buffer = Some(buffer);
        more
    }

    fn show(&mut self, path: &[u8], entry: Entry, size: u64, bytes: &mut dyn Passing) -> bool {
        if self.plan.looks_at_magic()
            && size >= MAGIC_BYTES as u64
            && let Ok(head) = bytes.peek(MAGIC_BYTES)
        {
            self.plan.by_magic(head, &mut self.rows);
        }
        let wanted = !self.rows.is_empty();
        if !self.builder.entry(path, b"", entry, wanted) {
            return false;
        }
        if wanted {
            let file = FileMeta {
                path,
                inside: &[],
                kind: EntryKind::File,
                mode: entry.mode.into(),
                owner: (entry.uid, entry.gid),
                size,
            };
            self.feed.file(&file, &self.rows, bytes, &mut self.builder);
        }
        true
    }

    /// Notes a further name of a file as a link, unless it is wanted by others than the first was.
    fn is_first_name(&mut self, path: &[u8], meta: &Metadata) -> bool {
        let id = (meta.dev(), meta.ino());
        let Some(first) = self.linked.get(&id) else {
            if self.linked.len() < MAX_LINKED {
                self.linked.insert(id, FilePath::new(path));
            }
            return true;
        };
        let mut asked = Vec::new();
        self.plan.by_path(first.as_bytes(), &mut asked);
        if !self.rows.iter().all(|row| asked.contains(row)) {
            self.linked.insert(id, FilePath::new(path));
            return true;
        }
        self.builder.entry(path, first.as_bytes(), entry(EntryKind::Hardlink, meta, false), false);
        false
    }

    fn note(&mut self, path: &[u8], link: &[u8], kind: EntryKind, meta: &Metadata) -> bool {
        self.builder.entry(path, link, entry(kind, meta, false), false)
    }

    fn unreadable(&mut self, path: &[u8], error: &io::Error) -> Step {
        let detail = format!("it could not be read: {error}");
        self.builder.gap(Gap::file(GapKind::FileUnreadable, &FilePath::new(path), detail));
        Step::Next
    }
}

fn entry(kind: EntryKind, meta: &Metadata, capabilities: bool) -> Entry {
    let size = if kind == EntryKind::File { meta.len() } else { 0 };
    Entry::new(kind, size, (meta.mode() & 0o7777) as u16, (meta.uid(), meta.gid()), capabilities)
}
