//! A directory tree, read as if it were one layer.

use std::collections::HashMap;
use std::fs::{self, File, Metadata};
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use plimsoll_facts::{Entry, EntryKind, FileMeta, LayerBuilder, Plan, RowIndex, Unreadable};
use plimsoll_model::{FilePath, Gap, GapKind};

use crate::buffer::{BUFFER_BYTES, Buffer, PEEK_BYTES};
use crate::chunks::{Chunks, Limited, Passing, Refill};
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
        let (file, size) = match open(full) {
            Ok(opened) => opened,
            Err(error) => {
                self.unreadable(path, &error);
                return self.builder.entry(path, b"", entry, false);
            }
        };
        let buffer = self.buffer.take().unwrap_or_else(|| Buffer::new(BUFFER_BYTES));
        let mut chunks = Chunks::new(buffer, Contents { file, step: PEEK_BYTES, failed: false });
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

/// Whether a program carries file capabilities.
#[cfg(target_os = "linux")]
fn has_capabilities(path: &Path, meta: &Metadata) -> bool {
    let mut value = [0_u8; 64];
    meta.mode() & 0o111 != 0 && rustix::fs::lgetxattr(path, c"security.capability", &mut value).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn has_capabilities(_: &Path, _: &Metadata) -> bool {
    false
}

/// Opens a regular file and says how long it is now. What takes its place meanwhile is not opened:
/// no link is followed, and a pipe would not block.
fn open(path: &Path) -> io::Result<(File, u64)> {
    use rustix::fs::OFlags;
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC).bits();
    let file = File::options().read(true).custom_flags(flags.cast_signed()).open(path)?;
    let meta = file.metadata()?;
    if meta.is_file() { Ok((file, meta.len())) } else { Err(io::Error::other("it is no regular file any more")) }
}

struct Contents {
    file: File,
    /// Bytes to read next: few at first, since most files are of interest to nobody.
    step: usize,
    failed: bool,
}

impl Refill for Contents {
    fn refill(&mut self, buffer: &mut Buffer) -> bool {
        use std::io::Read;
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

/// Whether a mounted file system has no files but shows the kernel's state: reading some of these
/// never ends.
#[cfg(target_os = "linux")]
fn is_of_the_kernel(path: &Path) -> bool {
    // From linux/magic.h: proc, sysfs, cgroup, cgroup2, debugfs, tracefs, securityfs, devpts,
    // mqueue, pstore, bpf, configfs, fusectl, binfmt_misc, efivarfs, selinuxfs.
    const KINDS: [u64; 16] = [
        0x9fa0,
        0x6265_6572,
        0x0027_e0eb,
        0x6367_7270,
        0x6462_6720,
        0x7472_6163,
        0x7363_6673,
        0x1cd1,
        0x1980_0202,
        0x6165_676c,
        0xcafe_4a11,
        0x6265_6570,
        0x6573_5543,
        0x4249_4e4d,
        0xde5e_81e4,
        0xf97c_ff8c,
    ];
    rustix::fs::statfs(path).is_ok_and(|stat| KINDS.contains(&(stat.f_type as u64)))
}

#[cfg(not(target_os = "linux"))]
fn is_of_the_kernel(_: &Path) -> bool {
    false
}
