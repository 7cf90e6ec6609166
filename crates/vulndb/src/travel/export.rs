//! Publishing a database as files: a folder for a web server, or one file for the air gap.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Seek, Write};
use std::path::Path;

use super::archive::Header;
use super::folder::FolderCarrier;
use super::packed::{PACKED, pack};
use super::patch::{delta_file, from_before};
use super::{TravelError, Wanted};
use crate::folder::Folder;
use crate::{DbError, MANIFEST_FILE, ShardRow, SignedManifest};

/// What was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// Shards in it.
    pub shards: usize,
    /// Bytes of them, packed.
    pub packed_bytes: u64,
    /// Bytes of them, unpacked.
    pub plain_bytes: u64,
}

/// Writes `manifest.json` and each wanted shard, packed, into a folder; what is there already is
/// not packed again. Beside a shard that has changed lies the delta from the one that was published
/// before. The folder may be given out by any web server while this runs.
///
/// # Errors
/// When a wanted shard is missing, or something cannot be read or written.
pub fn export_folder(database: &Path, wanted: &Wanted, out: &Path) -> Result<Exported, TravelError> {
    let manifest = SignedManifest::read(database)?;
    let rows = wanted.rows(manifest.manifest())?;
    let folder = Folder::lock(out)?;
    let before = SignedManifest::read(out).ok();
    let published = FolderCarrier::new(out);
    let mut exported = Exported { shards: rows.len(), packed_bytes: 0, plain_bytes: 0 };
    for row in &rows {
        exported.plain_bytes += row.size_bytes;
    }
    for packed in rows.chunks(packers()) {
        let packed = pack_all(packed, |row| {
            let place = out.join(format!("{}{PACKED}", row.file));
            if let Ok(about) = place.metadata() {
                return Ok(about.len());
            }
            let delta = before.as_ref().and_then(|old| from_before(database, row, old.manifest(), &published));
            if let Some((old, delta)) = delta {
                folder.write::<DbError>(&delta_file(row, &old), |out| out.write(&delta))?;
            }
            let mut counted = 0;
            folder.write(&format!("{}{PACKED}", row.file), |out| {
                out.filled(|out| {
                    let mut out = Counting { out, sum: 0 };
                    let packed = pack_shard(database, row, &mut out);
                    counted = out.sum;
                    packed
                })
            })?;
            Ok(counted)
        })?;
        exported.packed_bytes += packed.into_iter().sum::<u64>();
    }
    folder.publish(&manifest)?;
    Ok(exported)
}

/// Writes one file: a tar archive of what [`export_folder`] writes. The same database gives the same
/// bytes.
///
/// # Errors
/// When a wanted shard is missing, or something cannot be read or written.
pub fn export_file(database: &Path, wanted: &Wanted, out: &Path) -> Result<Exported, TravelError> {
    let manifest = SignedManifest::read(database)?;
    let rows = wanted.rows(manifest.manifest())?;
    let mut exported = Exported { shards: rows.len(), packed_bytes: 0, plain_bytes: 0 };
    let parent = out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let unwritable = || DbError::io(out);
    let temporary = tempfile::NamedTempFile::new_in(parent).map_err(unwritable())?;
    let mut archive = BufWriter::with_capacity(1 << 18, temporary);
    let mut add = |name: &str, size: u64, content: &mut dyn io::Read| -> Result<(), TravelError> {
        let header = Header { name: name.into(), size_bytes: size }.to_bytes();
        archive.write_all(&header).map_err(unwritable())?;
        let copied = io::copy(content, &mut archive).map_err(unwritable())?;
        archive.write_all(&[0; 512][..padding(copied)]).map_err(unwritable())?;
        Ok(())
    };
    let mut json = manifest.json();
    add(MANIFEST_FILE, json.len() as u64, &mut json)?;
    for some in rows.chunks(packers()) {
        let files = pack_all(some, |row| {
            let mut file = tempfile::tempfile_in(parent).map_err(DbError::io(parent))?;
            pack_shard(database, row, &mut file).map_err(|error| TravelError::shard(&row.name, error))?;
            let size = file.stream_position().map_err(DbError::io(parent))?;
            file.rewind().map_err(DbError::io(parent))?;
            Ok((file, size))
        })?;
        for (row, (mut file, size)) in some.iter().zip(files) {
            add(&format!("{}{PACKED}", row.file), size, &mut file)?;
            exported.packed_bytes += size;
            exported.plain_bytes += row.size_bytes;
        }
    }
    archive.write_all(&[0; 1024]).map_err(unwritable())?;
    let temporary = archive.into_inner().map_err(|error| DbError::io(out)(error.into_error()))?;
    temporary.as_file().sync_all().map_err(unwritable())?;
    readable(temporary.as_file()).map_err(unwritable())?;
    temporary.persist(out).map_err(|error| DbError::io(out)(error.error))?;
    Ok(exported)
}

/// Packs some shards side by side; the results in their order.
pub(super) fn pack_all<T: Send>(
    rows: &[&ShardRow],
    each: impl Fn(&ShardRow) -> Result<T, TravelError> + Sync,
) -> Result<Vec<T>, TravelError> {
    std::thread::scope(|threads| {
        let packing: Vec<_> = rows.iter().map(|row| threads.spawn(|| each(row))).collect();
        let died = |_| TravelError::Database(DbError::Encode("packing ended early".into()));
        packing.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| Err(died(panic)))).collect()
    })
}

/// Shards that are packed at once.
pub(super) fn packers() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from).min(8)
}

/// Packs the file of a shard. Its digest is not checked: whoever installs it does that.
pub(super) fn pack_shard(database: &Path, row: &ShardRow, out: &mut dyn Write) -> io::Result<()> {
    let file = File::open(database.join(&row.file))?;
    let found = file.metadata()?.len();
    if found != row.size_bytes {
        return Err(io::Error::other(format!("{} has {found} bytes, not {}", row.file, row.size_bytes)));
    }
    pack(&mut BufReader::with_capacity(1 << 17, file), row.size_bytes, out)
}

fn padding(size: u64) -> usize {
    (512 - (size % 512) as usize) % 512
}

/// Temporary files are for their owner alone; what is exported is a file like any other.
#[cfg(unix)]
fn readable(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &File) -> io::Result<()> {
    Ok(())
}

struct Counting<'a> {
    out: &'a mut dyn Write,
    sum: u64,
}

impl Write for Counting<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.sum += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
