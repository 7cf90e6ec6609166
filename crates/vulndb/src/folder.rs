//! Putting a finished database into its folder, so that at every moment a reader finds a whole one.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::manifest::{MANIFEST_FILE, is_shard_file};
use crate::{DbError, SignedManifest};

const LOCK_FILE: &str = ".lock";
const TEMPORARY: &str = ".plimsoll-";
const SHARD: &str = ".shard";

/// A folder that one writer at a time writes to; others wait.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// Held as long as the folder is; `None` where the file system has no locks.
    lock: Option<File>,
}

/// A file on its way.
#[derive(Debug)]
pub(crate) struct Fresh {
    place: PathBuf,
    out: BufWriter<NamedTempFile>,
}

impl Fresh {
    /// Writes a piece.
    pub fn write(&mut self, piece: &[u8]) -> Result<(), DbError> {
        self.filled(|out| out.write_all(piece))
    }

    /// Lets something write itself.
    pub fn filled(&mut self, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), DbError> {
        content(&mut self.out).map_err(DbError::io(&self.place))
    }

    /// Renames it into its place once it is on the disk.
    fn finish(self) -> Result<(), DbError> {
        let Self { place, out } = self;
        let temporary = out.into_inner().map_err(|error| DbError::io(&place)(error.into_error()))?;
        temporary.as_file().sync_all().map_err(DbError::io(&place))?;
        temporary.persist(&place).map_err(|error| DbError::io(&place)(error.error))?;
        Ok(())
    }
}

impl Folder {
    pub fn lock(path: &Path) -> Result<Self, DbError> {
        fs::create_dir_all(path).map_err(DbError::io(path))?;
        let file = path.join(LOCK_FILE);
        let lock =
            OpenOptions::new().write(true).create(true).truncate(false).open(&file).map_err(DbError::io(&file))?;
        let is_locked = lock.lock().is_ok();
        Ok(Self { path: path.to_path_buf(), lock: is_locked.then_some(lock) })
    }

    /// Writes a file beside its place and renames it into it once it is on the disk. Where `content`
    /// fails, nothing is there.
    pub fn write<E: From<DbError>>(
        &self,
        name: &str,
        content: impl FnOnce(&mut Fresh) -> Result<(), E>,
    ) -> Result<(), E> {
        let temporary = new_temporary(&self.path).map_err(DbError::io(&self.path))?;
        let mut fresh = Fresh { place: self.path.join(name), out: BufWriter::with_capacity(1 << 18, temporary) };
        content(&mut fresh)?;
        Ok(fresh.finish()?)
    }

    /// Names the new shards, whose files must be there, then removes files that nobody can want any
    /// more. Those of the generation before stay: a scan that began with it may open them yet.
    pub fn publish(&self, manifest: &SignedManifest) -> Result<(), DbError> {
        let before = SignedManifest::read(&self.path).ok();
        self.replace(manifest)?;
        if self.lock.is_some() {
            let named = before.iter().chain([manifest]).flat_map(|manifest| &manifest.manifest().shards);
            self.remove_except(&named.map(|row| row.file.as_str()).collect());
        }
        Ok(())
    }

    /// Puts another manifest into the place of the one that is there, and removes nothing.
    pub fn replace(&self, manifest: &SignedManifest) -> Result<(), DbError> {
        self.sync();
        self.write(MANIFEST_FILE, |out| out.write(manifest.json()))?;
        self.sync();
        Ok(())
    }

    /// A rename is on the disk once its folder is. Not every system can do that, and none needs it
    /// to be right while it runs.
    fn sync(&self) {
        if let Ok(folder) = File::open(&self.path) {
            let _ = folder.sync_all();
        }
    }

    fn remove_except(&self, named: &BTreeSet<&str>) {
        for entry in fs::read_dir(&self.path).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let Some(name) = name.to_str() else { continue };
            // A packed shard and a delta begin with the name of the shard's file.
            let shard = name.find(SHARD).and_then(|at| name.get(..at + SHARD.len())).unwrap_or(name);
            // Under the lock a temporary file can only be what a writer that died has left.
            if name.starts_with(TEMPORARY) || (is_shard_file(shard) && !named.contains(shard)) {
                // A file that cannot be removed costs room, nothing else.
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

fn new_temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // A database is no secret: others may share it, as far as the umask lets them.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}
