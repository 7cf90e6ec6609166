//! Putting a finished database into its folder, so that at every moment a reader finds a whole one.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::manifest::{MANIFEST_FILE, MAX_MANIFEST_BYTES, is_shard_file};
use crate::{DbError, Manifest};

const LOCK_FILE: &str = ".lock";
const TEMPORARY: &str = ".plimsoll-";

/// A folder that one build at a time writes to; others wait.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    /// Held as long as the folder is; `None` where the file system has no locks.
    lock: Option<File>,
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

    /// Writes a file beside its place and renames it into it once it is on the disk.
    pub fn write(
        &self,
        name: &str,
        content: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
    ) -> Result<(), DbError> {
        let place = self.path.join(name);
        let temporary = new_temporary(&self.path).map_err(DbError::io(&self.path))?;
        let mut out = BufWriter::with_capacity(1 << 18, temporary);
        content(&mut out).map_err(DbError::io(&place))?;
        let temporary = out.into_inner().map_err(|error| DbError::io(&place)(error.into_error()))?;
        temporary.as_file().sync_all().map_err(DbError::io(&place))?;
        temporary.persist(&place).map_err(|error| DbError::io(&place)(error.error))?;
        Ok(())
    }

    /// Names the new shards, whose files must be there, then removes files that nobody can want any
    /// more. Those of the generation before stay: a scan that began with it may open them yet.
    pub fn publish(&self, manifest: &Manifest) -> Result<(), DbError> {
        let before = self.manifest();
        let json = manifest.to_json()?;
        self.sync();
        self.write(MANIFEST_FILE, |out| out.write_all(&json))?;
        self.sync();
        if self.lock.is_some() {
            let named = before.iter().chain([manifest]).flat_map(|manifest| &manifest.shards);
            self.remove_except(&named.map(|row| row.file.as_str()).collect());
        }
        Ok(())
    }

    fn manifest(&self) -> Option<Manifest> {
        let file = File::open(self.path.join(MANIFEST_FILE)).ok()?;
        Manifest::from_json(&plimsoll_model::read_capped(file, MAX_MANIFEST_BYTES).ok()?).ok()
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
            // Under the lock a temporary file can only be what a build that died has left.
            if name.starts_with(TEMPORARY) || (is_shard_file(name) && !named.contains(name)) {
                // A file that cannot be removed costs room, nothing else.
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

fn new_temporary(folder: &Path) -> std::io::Result<NamedTempFile> {
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
