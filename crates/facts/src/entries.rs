//! The file list of a layer, kept compactly.

use plimsoll_model::path::is_normal;
use serde::{Deserialize, Serialize};

/// What an entry of a layer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A folder.
    Directory,
    /// A symbolic link.
    Symlink,
    /// Another name of a file of the same layer.
    Hardlink,
    /// A character device.
    CharDevice,
    /// A block device.
    BlockDevice,
    /// A named pipe.
    Fifo,
    /// `.wh.NAME`: deletes NAME of the layers below. The entry's path is that of NAME.
    Whiteout,
    /// `.wh..wh..opq`: hides the folder's content of the layers below. The path is the folder's.
    Opaque,
}

/// One row of the list; paths are in the arena of [`Entries`].
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Entry {
    path: (u32, u32),
    link: (u32, u32),
    /// Size in bytes.
    pub size: u64,
    /// User id.
    pub uid: u32,
    /// Group id.
    pub gid: u32,
    /// Permission bits with setuid, setgid and sticky.
    pub mode: u16,
    /// What it is.
    pub kind: EntryKind,
    /// Whether it carries file capabilities.
    pub capabilities: bool,
}

/// A plain file that nobody wants, in a layer with very many entries: 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compact {
    /// [`crate::path_hash`] of its path.
    pub path: u64,
    /// Size in bytes.
    pub size: u64,
}

/// An entry with its paths.
#[derive(Debug, Clone, Copy)]
pub struct EntryRef<'a> {
    /// Normalised path.
    pub path: &'a [u8],
    /// Target of a symbolic link as written, or normalised path of a hard link's target.
    pub link: &'a [u8],
    /// The rest.
    pub entry: &'a Entry,
}

/// All entries of one layer, in the archive's order.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Entries {
    #[serde(with = "arena_bytes")]
    arena: Vec<u8>,
    rows: Vec<Entry>,
    compact: Vec<Compact>,
}

impl Entries {
    /// Bytes that all paths of a layer may take together.
    pub const MAX_ARENA_BYTES: usize = 256 << 20;

    /// Adds an entry; `false` if the paths of the layer take too much room.
    pub(crate) fn push(&mut self, path: &[u8], link: &[u8], mut entry: Entry) -> bool {
        if self.arena.len() + path.len() + link.len() > Self::MAX_ARENA_BYTES {
            return false;
        }
        entry.path = self.store(path);
        entry.link = self.store(link);
        self.rows.push(entry);
        true
    }

    /// Adds a plain file that nobody wants by its hash only.
    pub(crate) fn push_compact(&mut self, compact: Compact) {
        self.compact.push(compact);
    }

    pub(crate) fn shrink(&mut self) {
        self.arena.shrink_to_fit();
        self.rows.shrink_to_fit();
        self.compact.shrink_to_fit();
    }

    fn store(&mut self, bytes: &[u8]) -> (u32, u32) {
        let at = (self.arena.len() as u32, bytes.len() as u32);
        self.arena.extend_from_slice(bytes);
        at
    }

    fn text(&self, (at, len): (u32, u32)) -> &[u8] {
        self.arena.get(at as usize..(at as usize).saturating_add(len as usize)).unwrap_or_default()
    }

    /// The entry of this row, which must be below [`Self::len`].
    #[must_use]
    pub fn get(&self, row: usize) -> Option<EntryRef<'_>> {
        self.rows.get(row).map(|entry| EntryRef { path: self.text(entry.path), link: self.text(entry.link), entry })
    }

    /// All full entries in order.
    pub fn iter(&self) -> impl Iterator<Item = EntryRef<'_>> {
        self.rows.iter().map(|entry| EntryRef { path: self.text(entry.path), link: self.text(entry.link), entry })
    }

    /// The compact ones.
    #[must_use]
    pub fn compact(&self) -> &[Compact] {
        &self.compact
    }

    /// Number of full entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no full entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Number of all entries.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.rows.len() as u64 + self.compact.len() as u64
    }

    /// Whether what was decoded from a cache is sound: offsets inside, paths normalised.
    pub(crate) fn is_sound(&self) -> bool {
        self.rows.iter().all(|entry| {
            let inside = |(at, len): (u32, u32)| at as usize + len as usize <= self.arena.len();
            inside(entry.path) && inside(entry.link) && is_normal(self.text(entry.path))
        })
    }
}

impl Entry {
    /// An entry without paths, for [`crate::LayerBuilder::entry`].
    #[must_use]
    pub fn new(kind: EntryKind, size: u64, mode: u16, owner: (u32, u32), capabilities: bool) -> Self {
        Self { path: (0, 0), link: (0, 0), size, uid: owner.0, gid: owner.1, mode, kind, capabilities }
    }
}

/// Serialises the arena as one byte string instead of a sequence of numbers.
mod arena_bytes {
    use serde::de::{Error, SeqAccess, Visitor};
    use serde::{Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(bytes)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        struct Bytes;
        impl<'de> Visitor<'de> for Bytes {
            type Value = Vec<u8>;
            fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str("bytes")
            }
            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
                Ok(bytes.to_vec())
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<u8>, A::Error> {
                let mut bytes = Vec::new();
                while let Some(byte) = seq.next_element()? {
                    bytes.push(byte);
                }
                Ok(bytes)
            }
        }
        from.deserialize_bytes(Bytes)
    }
}
