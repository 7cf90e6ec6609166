//! What an index of Java archives is made from: a list, or a folder of jars.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use plimsoll_vulndb::java::{self, Coordinates};
use sha1::{Digest, Sha1};

/// Folders below the one that is named.
const MAX_DEPTH: usize = 40;
/// Longest line of a list.
const MAX_LINE_BYTES: u64 = 4096;

/// The SHA-1 of an archive, and what it is.
pub type Jar = ([u8; 20], Coordinates);

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Jars {
    /// The archives.
    pub jars: Vec<Jar>,
    /// Lines, or files, that do not say which archive of what they are.
    pub left_out: u64,
}

/// Reads a list of lines `SHA-1 group:artifact:version` (`#` begins a remark), or the jars of a folder that
/// is laid out like a Maven repository: `org/example/artifact/1.0/artifact-1.0.jar`.
///
/// # Errors
/// When it cannot be read.
pub fn read_jars(path: &Path) -> io::Result<Jars> {
    let mut read = Jars::default();
    if path.is_dir() {
        folder(path, &mut Vec::new(), &mut read)?;
        return Ok(read);
    }
    let mut lines = BufReader::with_capacity(1 << 18, File::open(path)?);
    let mut line = Vec::new();
    loop {
        line.clear();
        if (&mut lines).take(MAX_LINE_BYTES).read_until(b'\n', &mut line)? == 0 {
            return Ok(read);
        }
        match java::read_line(&String::from_utf8_lossy(&line)) {
            Ok(jar) => read.jars.extend(jar),
            Err(_) => read.left_out += 1,
        }
    }
}

fn folder(path: &Path, parts: &mut Vec<String>, read: &mut Jars) -> io::Result<()> {
    let mut entries: Vec<_> = std::fs::read_dir(path)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type()?;
        if kind.is_dir() && parts.len() < MAX_DEPTH {
            parts.push(name);
            folder(&entry.path(), parts, read)?;
            parts.pop();
        } else if kind.is_file() && name.ends_with(".jar") {
            match coordinates(parts, &name) {
                Some(coordinates) => read.jars.push((digest(&entry.path())?, coordinates)),
                None => read.left_out += 1,
            }
        }
    }
    Ok(())
}

/// By the folders in which a jar lies; none where it is not called like them.
fn coordinates(folders: &[String], file: &str) -> Option<Coordinates> {
    let [group @ .., artifact, version] = folders else { return None };
    let is_called_so = file.starts_with(&format!("{artifact}-{version}"));
    (is_called_so && !group.is_empty())
        .then(|| Coordinates { name: format!("{}:{artifact}", group.join(".")), version: version.clone() })
}

fn digest(path: &Path) -> io::Result<[u8; 20]> {
    let (mut file, mut hash) = (File::open(path)?, Sha1::new());
    let mut buffer = vec![0; 1 << 18];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hash.finalize().into()),
            count => hash.update(buffer.get(..count).unwrap_or_default()),
        }
    }
}
