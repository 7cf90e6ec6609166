//! Content-addressed files that many processes write at once without a lock.
//!
//! A file is written beside its place and renamed into it, so a reader sees all of it or nothing.
//! Each carries a checksum: what is damaged counts as absent and is made again.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use xxhash_rust::xxh3::xxh3_64;

const MAGIC: &[u8; 8] = b"plimsol1";
/// No file of the cache inflates to more than this.
const MAX_PLAIN_BYTES: u64 = 1 << 30;

/// A folder of cached values.
#[derive(Debug, Clone)]
pub struct Store {
    root: PathBuf,
}

/// What a store holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// Number of files.
    pub files: u64,
    /// Their size in bytes.
    pub bytes: u64,
}

impl Store {
    /// A store in this folder, which need not exist yet.
    #[must_use]
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// The folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The value of a key (`facts/ab/abcd….packages`), or `None` where it is absent or damaged.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Vec<u8>> {
        let mut file = File::open(self.root.join(key)).ok()?;
        let mut head = [0; 16];
        file.read_exact(&mut head).ok()?;
        if &head[..8] != MAGIC {
            return None;
        }
        let plain = plimsoll_model::read_capped(zstd::Decoder::new(&file).ok()?, MAX_PLAIN_BYTES).ok()?;
        if xxh3_64(&plain).to_le_bytes() != head[8..] {
            return None;
        }
        // Pruning removes what was not used for the longest time.
        let _ = file.set_modified(SystemTime::now());
        Some(plain)
    }

    /// Keeps a value under a key. The first one stays where two write the same key: both are equal.
    ///
    /// # Errors
    /// When the folder cannot be written; the scan goes on without the cache.
    pub fn put(&self, key: &str, plain: &[u8]) -> io::Result<()> {
        let path = self.root.join(key);
        let folder = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder)?;
        let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(folder)?;
        file.write_all(MAGIC)?;
        file.write_all(&xxh3_64(plain).to_le_bytes())?;
        zstd::stream::copy_encode(plain, &mut file, 1)?;
        file.persist(&path).map_err(|error| error.error)?;
        Ok(())
    }

    /// How much the store holds.
    #[must_use]
    pub fn usage(&self) -> Usage {
        let mut usage = Usage::default();
        self.visit(&mut |_, bytes, _| {
            usage.files += 1;
            usage.bytes += bytes;
        });
        usage
    }

    /// Removes what was not used for the longest time until at most `cap_bytes` are left, and
    /// files that a process left half written over an hour ago. Returns what was removed.
    #[must_use]
    pub fn prune(&self, cap_bytes: u64) -> Usage {
        let mut files = Vec::new();
        self.visit(&mut |path, bytes, used| files.push((used, bytes, path)));
        files.sort();
        let mut left: u64 = files.iter().map(|(_, bytes, _)| bytes).sum();
        let mut removed = Usage::default();
        for (used, bytes, path) in files {
            let unfinished = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(".new-"));
            let abandoned = unfinished && used.elapsed().is_ok_and(|age| age.as_secs() > 3600);
            if (left > cap_bytes && !unfinished || abandoned) && fs::remove_file(&path).is_ok() {
                left -= bytes;
                removed.files += 1;
                removed.bytes += bytes;
            }
        }
        removed
    }

    /// Every value's file; what lies beside the folders of values is none.
    fn visit(&self, each: &mut dyn FnMut(PathBuf, u64, SystemTime)) {
        let mut folders = vec![(self.root.clone(), 0)];
        while let Some((folder, depth)) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let Ok(about) = entry.metadata() else { continue };
                if about.is_dir() && depth < 4 {
                    folders.push((entry.path(), depth + 1));
                } else if about.is_file() && depth > 0 {
                    each(entry.path(), about.len(), about.modified().unwrap_or(SystemTime::UNIX_EPOCH));
                }
            }
        }
    }
}
