//! What an inspector is: it names the files it wants, and says what is in them.

use plimsoll_model::{FilePath, Location};
use serde::{Deserialize, Serialize};

use crate::{EntryKind, Sink, View};

/// A file as an inspector sees it before its bytes.
#[derive(Debug, Clone, Copy)]
pub struct FileMeta<'a> {
    /// Normalised path in the layer, without a leading slash; of the outermost archive for members.
    pub path: &'a [u8],
    /// The way through nested archives, outermost first, ending with the member itself; empty for
    /// a plain file of the layer.
    pub inside: &'a [FilePath],
    /// What kind of entry.
    pub kind: EntryKind,
    /// Permission bits, with setuid, setgid and sticky.
    pub mode: u32,
    /// User and group ids.
    pub owner: (u32, u32),
    /// Size in bytes, plain.
    pub size: u64,
}

impl FileMeta<'_> {
    /// The innermost path: of the member, or of the file itself.
    #[must_use]
    pub fn innermost(&self) -> &[u8] {
        self.inside.last().map_or(self.path, FilePath::as_bytes)
    }

    /// The last component of the innermost path.
    #[must_use]
    pub fn name(&self) -> &[u8] {
        plimsoll_model::path::name_of(self.innermost())
    }
}

/// Bytes at the start of a file that tell its format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Magic {
    /// `\x7fELF`.
    Elf,
    /// Mach-O of any width and byte order, and fat binaries.
    MachO,
    /// `MZ`.
    Pe,
    /// A program of AIX for 64 bits (XCOFF), with the header that only programs have.
    Xcoff,
}

impl Magic {
    /// Whether a file that begins with `head` has this format.
    #[must_use]
    pub fn matches(self, head: &[u8]) -> bool {
        match self {
            Self::Elf => head.starts_with(b"\x7fELF"),
            Self::Pe => head.starts_with(b"MZ"),
            Self::Xcoff => head.starts_with(b"\x01\xf7") && head.get(16..18) == Some(b"\0\x78"),
            Self::MachO => matches!(
                head.first_chunk(),
                Some(
                    b"\xfe\xed\xfa\xce"
                        | b"\xfe\xed\xfa\xcf"
                        | b"\xce\xfa\xed\xfe"
                        | b"\xcf\xfa\xed\xfe"
                        | b"\xca\xfe\xba\xbe"
                )
            ),
        }
    }
}

/// Which files an inspector wants to be asked about. All patterns of all inspectors are compiled
/// into one matcher ([`crate::Plan`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// This path exactly (no leading slash).
    Path(&'static str),
    /// Any file whose last component is this.
    Name(&'static str),
    /// Any file whose last component ends with this, in any ASCII case.
    Suffix(&'static str),
    /// Any file below this folder (at any depth) whose path ends with this; an empty end means all.
    Under(&'static str, &'static str),
    /// Any file directly in a folder of this name whose own name ends with this, in any ASCII case.
    In(&'static str, &'static str),
    /// Any file that begins with these bytes.
    Magic(Magic),
}

/// An archive format that can be opened so that its members are seen as files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Zip: jar, war, ear, whl, egg, …
    Zip,
}

/// What an inspector wants of a file, having seen its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// Nothing.
    No,
    /// Only that it exists: [`Inspect::whole`] is called with no bytes.
    Meta,
    /// All of it in one buffer. A file longer than `max` bytes becomes a gap instead.
    Whole {
        /// Cap in bytes.
        max: usize,
    },
    /// All of it, in windows that overlap by this many bytes; no cap.
    Stream {
        /// Bytes of the last window that are shown again before the new ones.
        overlap: usize,
    },
    /// Its members, as files; [`Inspect::unpacked`] is called at the end.
    Unpack(Format),
}

/// A limit that was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Bytes of one file or record.
    Size,
    /// Nesting.
    Depth,
    /// Number of items.
    Count,
}

/// Why an inspector could not read a file. It becomes a gap in the coverage; what was found
/// before stays.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Not of the format.
    #[error("{}{why}", at.map(|at| format!("at byte {at}: ")).unwrap_or_default())]
    Syntax {
        /// Where, in bytes from the start; `None` where that is not known.
        at: Option<u64>,
        /// What was wrong.
        why: String,
    },
    /// It ends too early.
    #[error("it ends too early")]
    Truncated,
    /// It is encrypted.
    #[error("it is encrypted")]
    Encrypted,
    /// A cap was reached.
    #[error("the limit on {} was reached", match .0 { Limit::Size => "size", Limit::Depth => "depth", Limit::Count => "count" })]
    OverLimit(Limit),
}

impl Unreadable {
    /// A syntax error of which nobody knows the place.
    pub fn syntax(why: impl Into<String>) -> Self {
        Self::Syntax { at: None, why: why.into() }
    }
}

/// Parts of a layer's facts that are cached apart, since runs differ in what they ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Section {
    /// The file list.
    Entries,
    /// Packages from package databases, metadata and lock files.
    Packages,
    /// Packages from compiled programs.
    Binaries,
    /// Licences from licence files.
    Licenses,
}

impl Section {
    /// The sections that inspectors fill.
    pub const INSPECTED: [Self; 3] = [Self::Packages, Self::Binaries, Self::Licenses];

    /// Lower-case name, used in file names of the cache.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Entries => "entries",
            Self::Packages => "packages",
            Self::Binaries => "binaries",
            Self::Licenses => "licenses",
        }
    }
}

/// An archive that was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unpacked {
    /// SHA-1 of the archive's bytes, where they were all seen.
    pub sha1: Option<[u8; 20]>,
    /// Members seen.
    pub members: u64,
    /// Whether all members were seen; if not, a gap says why.
    pub complete: bool,
}

/// One kind of evidence: which files it is in and how to read them.
pub trait Inspect: Sync {
    /// Stable kebab-case id, unique in the table; part of the cache's fingerprint.
    fn id(&self) -> &'static str;
    /// Raised whenever the output for the same bytes changes; part of the cache's fingerprint.
    fn revision(&self) -> u32;
    /// Where its facts are kept.
    fn section(&self) -> Section;
    /// The files of the image it wants to be asked about.
    fn patterns(&self) -> &'static [Pattern];
    /// The members of opened archives it wants to be asked about; paths are those inside the archive.
    fn patterns_inside(&self) -> &'static [Pattern] {
        &[]
    }
    /// What it wants of a file that matched; `head` is at most its first 4 KiB, less only if the
    /// file is shorter.
    fn want(&self, file: &FileMeta<'_>, head: &[u8]) -> Want;
    /// Reads a whole file ([`Want::Whole`]), or takes note of one ([`Want::Meta`], no bytes).
    ///
    /// # Errors
    /// Says why the file could not be read; what was put into `out` before stays.
    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let _ = (file, bytes, out);
        Ok(())
    }
    /// A reader for [`Want::Stream`].
    fn stream(&self, file: &FileMeta<'_>) -> Option<Box<dyn Stream>> {
        let _ = file;
        None
    }
    /// Called when an archive that it wanted unpacked has been read.
    fn unpacked(&self, file: &FileMeta<'_>, archive: &Unpacked, out: &mut Sink) {
        let _ = (file, archive, out);
    }
    /// How its fragments become packages; `None` where it yields packages itself.
    fn join(&self) -> Option<&dyn Join> {
        None
    }
}

/// Reads one file window by window.
pub trait Stream: Send {
    /// `bytes` begins at byte `at` of the file; the first `new_from` of them were shown before.
    ///
    /// # Errors
    /// Says why the file could not be read; the stream is not called again.
    fn window(&mut self, at: u64, bytes: &[u8], new_from: usize, out: &mut Sink) -> Result<(), Unreadable>;
    /// The file has ended.
    ///
    /// # Errors
    /// Says what was missing.
    fn end(&mut self, out: &mut Sink) -> Result<(), Unreadable>;
}

/// Turns the fragments of the merged view into packages. Runs again for each layer that changed
/// one of the inspector's fragments.
pub trait Join: Sync {
    /// Folders whose names say something, whatever is in them: it also runs again for each layer that
    /// has an entry below one. [`View::names_in`] lists them.
    fn folders(&self) -> &'static [&'static str] {
        &[]
    }
    /// Puts the packages of this view into `out`, with [`Sink::package_at`]; a system's identity
    /// with [`Sink::distro`].
    ///
    /// # Errors
    /// Says why they could not be told; what was put into `out` before stays.
    fn packages(&self, view: &View<'_>, out: &mut Sink) -> Result<(), Unreadable>;
    /// Says which package owns which files. `wanted` tells whether anybody asks for a file of this
    /// [`crate::path_hash`]; `out` takes the hash and the owner's name.
    ///
    /// # Errors
    /// Says why they could not be told.
    fn owners(
        &self,
        view: &View<'_>,
        wanted: &dyn Fn(u64) -> bool,
        out: &mut dyn FnMut(u64, &str),
    ) -> Result<(), Unreadable> {
        let _ = (view, wanted, out);
        Ok(())
    }
    /// Says which files belong to packages that were found at a place, where those bring lists of their
    /// files along. `out` takes the [`crate::path_hash`] of a file, the place of its package, and the
    /// package's name where that place has several, else nothing.
    ///
    /// # Errors
    /// Says why they could not be told.
    fn files(
        &self,
        view: &View<'_>,
        wanted: &dyn Fn(u64) -> bool,
        out: &mut dyn FnMut(u64, &Location, &str),
    ) -> Result<(), Unreadable> {
        let _ = (view, wanted, out);
        Ok(())
    }
}
