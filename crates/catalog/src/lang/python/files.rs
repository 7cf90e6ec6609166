//! The lists of files that installers leave beside a distribution's metadata.

use plimsoll_facts::path_hash;
use plimsoll_model::FilePath;
use plimsoll_model::path::parent_of;

/// Files of one distribution; the largest real ones have some 20,000.
const MAX_FILES: usize = 500_000;
/// The longest path that a system opens.
const MAX_PATH_BYTES: usize = 4096;

/// The hashes of the files that a `RECORD` lists, sorted. Each line begins with a path relative to the
/// folder that `*.dist-info` lies in, in quotes if there is a comma in it.
/// <https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-record-file>
pub(super) fn of_record(record: &[u8], place: &[u8]) -> Vec<u64> {
    let folder = parent_of(parent_of(place));
    hashes(
        folder,
        lines(record).map(|line| match line.strip_prefix(b"\"") {
            Some(quoted) => &quoted[..memchr::memmem::find(quoted, b"\",").unwrap_or(quoted.len())],
            None => line.split(|byte| *byte == b',').next().unwrap_or_default(),
        }),
    )
}

/// The hashes of the files that an `installed-files.txt` lists, relative to its own folder, sorted.
pub(super) fn of_list(list: &[u8], place: &[u8]) -> Vec<u64> {
    hashes(parent_of(place), lines(list))
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

fn hashes<'a>(folder: &[u8], paths: impl Iterator<Item = &'a [u8]>) -> Vec<u64> {
    let paths = paths.filter(|path| !path.is_empty() && path.len() <= MAX_PATH_BYTES).take(MAX_FILES);
    let absolute = |path: &[u8]| match path {
        [b'/', ..] => FilePath::new(path),
        _ => FilePath::new(&[folder, b"/", path].concat()),
    };
    let mut hashes: Vec<u64> = paths.map(|path| path_hash(absolute(path).as_bytes())).collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashed(paths: &[&str]) -> Vec<u64> {
        let mut hashes: Vec<u64> = paths.iter().map(|path| path_hash(path.as_bytes())).collect();
        hashes.sort_unstable();
        hashes
    }

    #[test]
    fn paths_are_relative_to_the_folder_of_packages() {
        let record =
            b"../../../bin/a,sha256=x,10\r\na/b.so,,\n\"a/c,d.py\",sha256=x,1\n/etc/a.conf,,\n\na-1.dist-info/RECORD,,";
        let paths = [
            "usr/bin/a",
            "usr/lib/python3/s/a/b.so",
            "usr/lib/python3/s/a/c,d.py",
            "etc/a.conf",
            "usr/lib/python3/s/a-1.dist-info/RECORD",
        ];
        assert_eq!(of_record(record, b"usr/lib/python3/s/a-1.dist-info/RECORD"), hashed(&paths));
        assert_eq!(
            of_list(b"../a/b.py\nPKG-INFO\n", b"s/a.egg-info/installed-files.txt"),
            hashed(&["s/a/b.py", "s/a.egg-info/PKG-INFO"])
        );
    }
}
