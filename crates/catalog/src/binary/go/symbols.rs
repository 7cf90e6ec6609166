//! The names of the functions that a Go program was linked from, out of its function table.
//!
//! The table (`.gopclntab`; the runtime needs it, so stripping leaves it) begins with a header: a magic
//! number, two zeros, the size of the smallest instruction and that of a pointer, then the numbers of
//! functions and files and the distances from the header to the table's parts. The first part has the
//! names, each ended by a zero byte: of every function in the program, and of those that were inlined
//! into others. It is hashed name by name while it passes. Up to Go 1.15 the table has no part for
//! names: then nothing is known.
//! <https://go.dev/src/runtime/symtab.go>

use std::collections::HashSet;

use plimsoll_model::{Linked, NameSet};

use super::names::read_name;

/// The largest part with names that is read; the largest known programs have 20 MiB.
const MAX_NAMES_BYTES: u64 = 32 << 20;
const MAX_NAME_BYTES: usize = 64 << 10;
/// Functions of one file, as many as go into 6 MiB.
const MAX_FUNCTIONS: usize = 1_500_000;
/// Functions of packages `main`; the largest known programs have 1,000.
const MAX_OF_MAIN: usize = 20_000;
const MAIN: &[u8] = b"main";
/// Magic, zeros and two sizes.
const BEGIN_BYTES: usize = 8;
/// Bytes between the header and the names, which are only there to align them.
const MAX_SPACE_BYTES: u64 = 64;
/// The table is aligned like a pointer, and these are four bytes at least.
const ALIGN: usize = 4;
/// Bytes looked over at once for anything like a magic number.
const BLOCK_BYTES: usize = 64;

/// Reads the tables of one file while it passes.
#[derive(Default)]
pub(super) struct Symbols {
    state: State,
    tables: usize,
    /// A table that could not be read: what else is in the program is not known.
    is_broken: bool,
    packages: HashSet<u32>,
    functions: Vec<u32>,
    /// Functions of the packages `main`, which advisories know by another path.
    of_main: Vec<Vec<u8>>,
    last_package: Vec<u8>,
    /// A package that is not of the standard library.
    has_others: bool,
}

#[derive(Default)]
enum State {
    #[default]
    Searching,
    /// A header's first bytes, and how many more it has.
    Header {
        header: Vec<u8>,
        left: usize,
    },
    /// Names come after so many bytes.
    Before {
        skip: u64,
        names: Names,
    },
    Names(Names),
}

/// The names of one table while they pass.
struct Names {
    /// Bytes of them that have not come yet.
    left: u64,
    /// The beginning of a name that a window's edge has cut.
    cut: Vec<u8>,
    /// How many there must be at least: every function of the table has a name of its own.
    wanted: u64,
}

impl Symbols {
    /// `bytes` begins at byte `at` of the file; the first `new_from` of them were shown before.
    pub fn window(&mut self, at: u64, bytes: &[u8], new_from: usize) {
        let mut next = new_from.min(bytes.len());
        if matches!(self.state, State::Searching) {
            next = next.saturating_sub(BEGIN_BYTES - 1);
        }
        while next < bytes.len() {
            match std::mem::replace(&mut self.state, State::Searching) {
                State::Searching => {
                    let Some((begin, layout)) = find_begin(at, bytes, next) else { return };
                    self.state = State::Header { header: Vec::new(), left: layout.header_bytes() };
                    next = begin;
                }
                State::Header { mut header, left } => {
                    let step = left.min(bytes.len() - next);
                    header.extend_from_slice(&bytes[next..next + step]);
                    next += step;
                    match left - step {
                        0 => self.begin_table(&header),
                        left => self.state = State::Header { header, left },
                    }
                }
                State::Before { skip, names } => {
                    let step = skip.min((bytes.len() - next) as u64);
                    next += step as usize;
                    self.state = match skip - step {
                        0 => State::Names(names),
                        skip => State::Before { skip, names },
                    };
                }
                State::Names(mut names) => {
                    let step = names.left.min((bytes.len() - next) as u64);
                    let end = next + step as usize;
                    self.names(&mut names, &bytes[next..end]);
                    names.left -= step;
                    next = end;
                    if names.left > 0 {
                        self.state = State::Names(names);
                    } else {
                        self.tables += 1;
                        self.is_broken |= names.wanted > 0;
                    }
                }
            }
        }
    }

    fn begin_table(&mut self, header: &[u8]) {
        match read_header(header) {
            Header::Nothing => {}
            Header::Unreadable => self.is_broken = true,
            Header::Table { skip, bytes, functions } => {
                let names = Names { left: bytes, cut: Vec::new(), wanted: functions };
                self.state = State::Before { skip, names };
            }
        }
    }

    fn names(&mut self, names: &mut Names, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some(end) = memchr::memchr(0, rest) {
            if names.cut.is_empty() {
                self.name(&rest[..end]);
            } else {
                names.cut.extend_from_slice(&rest[..end]);
                self.name(&names.cut);
                names.cut.clear();
            }
            names.wanted -= u64::from(names.wanted > 0);
            rest = &rest[end + 1..];
        }
        names.cut.extend_from_slice(rest);
        self.is_broken |= names.cut.len() > MAX_NAME_BYTES;
        if self.is_broken {
            names.cut.clear();
        }
    }

    fn name(&mut self, name: &[u8]) {
        self.is_broken |= name.len() > MAX_NAME_BYTES || self.functions.len() + self.packages.len() >= MAX_FUNCTIONS;
        if self.is_broken {
            return;
        }
        let Some(name) = read_name(name) else { return };
        // Functions of one package stand together.
        if *name.package != self.last_package[..] {
            self.last_package.clear();
            self.last_package.extend_from_slice(&name.package);
            if self.packages.insert(NameSet::hash(&name.package)) {
                self.has_others |= !is_standard(&name.package);
                self.packages.extend(folders(&name.package).map(NameSet::hash));
            }
        }
        match name.function {
            Some(function) if *name.package == *MAIN => match self.of_main.len() < MAX_OF_MAIN {
                true => self.of_main.push(function[MAIN.len()..].to_vec()),
                false => self.is_broken = true,
            },
            Some(function) => self.functions.push(NameSet::hash(&function)),
            None => {}
        }
    }

    /// Whether the file has the function table of a Go program: none is without the runtime.
    pub fn has_table(&self) -> bool {
        self.is_broken || self.tables > 0 && self.has_package(b"runtime")
    }

    fn has_package(&self, path: &[u8]) -> bool {
        self.packages.contains(&NameSet::hash(path))
    }

    /// Whether every function of the file is of the standard library, of Go's own commands, or of `main`.
    pub fn are_all_standard(&self) -> bool {
        self.tables > 0 && !self.is_broken && !self.has_others
    }

    /// What the file's programs were linked from, whose packages `main` have these paths; `None` where it
    /// is not known of each of them.
    pub fn finish(mut self, programs: usize, paths_of_main: &[String]) -> Option<Linked> {
        let all_read = matches!(self.state, State::Searching) && !self.is_broken && self.tables >= programs.max(1);
        if !all_read || !self.has_table() || !self.has_package(MAIN) {
            return None;
        }
        for path in paths_of_main {
            self.packages.insert(NameSet::hash(path.as_bytes()));
            self.packages.extend(folders(path.as_bytes()).map(NameSet::hash));
            let of_main = self.of_main.iter();
            self.functions.extend(of_main.map(|name| NameSet::hash(&[path.as_bytes(), name].concat())));
        }
        Some(Linked {
            packages: NameSet::of_hashes(self.packages.into_iter().collect()),
            functions: NameSet::of_hashes(self.functions),
        })
    }
}

/// `a.b/` and `a.b/c/` of `a.b/c/d`.
fn folders(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    memchr::memchr_iter(b'/', path).map(|slash| &path[..=slash])
}

/// Paths whose first part has no dot are Go's own.
fn is_standard(package: &[u8]) -> bool {
    let own = [&b"vendor/"[..], b"cmd/"].iter().any(|folder| package.starts_with(folder));
    own || !package.split(|byte| *byte == b'/').next().unwrap_or_default().contains(&b'.')
}

/// Where a table may begin in bytes that begin at `at`, from `from` on: at its magic number of either
/// byte order, aligned, with two zeros and two possible sizes behind it.
fn find_begin(at: u64, bytes: &[u8], from: usize) -> Option<(usize, Layout)> {
    let misaligned = ((at + from as u64) % ALIGN as u64) as usize;
    let mut next = from + (ALIGN - misaligned) % ALIGN;
    loop {
        let block = bytes.get(next..)?;
        // Most blocks have no such word, which is seen faster of all its words together.
        if let Some(block) = block.first_chunk::<BLOCK_BYTES>() {
            let (words, _) = block.as_chunks::<ALIGN>();
            let like_magic = |word: &[u8; ALIGN]| is_like_magic(u32::from_le_bytes(*word));
            if !words.iter().fold(false, |any, word| any | like_magic(word)) {
                next += BLOCK_BYTES;
                continue;
            }
        }
        let places = (next..next + BLOCK_BYTES).step_by(ALIGN);
        for place in places {
            let begin = bytes.get(place..)?.first_chunk::<BEGIN_BYTES>()?;
            if let Some(layout) = Layout::of(begin) {
                return Some((place, layout));
            }
        }
        next += BLOCK_BYTES;
    }
}

/// Whether a word is one of the magic numbers, in either byte order, or differs from one in few bits.
fn is_like_magic(word: u32) -> bool {
    word | 0x0b == 0xffff_fffb || word | 0x0b00_0000 == 0xfbff_ffff
}

/// How a table's numbers are written.
#[derive(Debug, Clone, Copy)]
struct Layout {
    is_big_endian: bool,
    pointer_bytes: usize,
    /// Up to Go 1.15: no part for names.
    is_old: bool,
    /// Words behind the first bytes: two numbers, since Go 1.18 the place of the first instruction (or a
    /// zero in its stead), and five distances.
    words: usize,
}

/// The distances from the header to the table's parts, of which the names are the first.
const DISTANCES: usize = 5;

impl Layout {
    fn of(begin: &[u8; BEGIN_BYTES]) -> Option<Self> {
        let [a, b, c, d, 0, 0, instruction_bytes @ (1 | 2 | 4), pointer_bytes @ (4 | 8)] = *begin else { return None };
        let _ = instruction_bytes;
        let (is_big_endian, magic) = match (a, d) {
            (0xff, low) => (true, [a, b, c, low]),
            (low, _) => (false, [d, c, b, low]),
        };
        let (is_old, words) = match u32::from_be_bytes(magic) {
            0xffff_fffb => (true, 1),
            0xffff_fffa => (false, 2 + DISTANCES),
            0xffff_fff0 | 0xffff_fff1 => (false, 3 + DISTANCES),
            _ => return None,
        };
        Some(Self { is_big_endian, pointer_bytes: usize::from(pointer_bytes), is_old, words })
    }

    fn header_bytes(self) -> usize {
        BEGIN_BYTES + self.words * self.pointer_bytes
    }

    fn word(self, header: &[u8], number: usize) -> Option<u64> {
        let begin = BEGIN_BYTES + number * self.pointer_bytes;
        let bytes = header.get(begin..begin + self.pointer_bytes)?;
        let join = |word: u64, byte: &u8| word << 8 | u64::from(*byte);
        Some(if self.is_big_endian { bytes.iter().fold(0, join) } else { bytes.iter().rev().fold(0, join) })
    }
}

enum Header {
    /// Bytes that only look like one.
    Nothing,
    /// A table without a part for names, or with one that is too long.
    Unreadable,
    /// The names of so many functions, and of others; they begin so many bytes behind the header.
    Table { skip: u64, bytes: u64, functions: u64 },
}

fn read_header(header: &[u8]) -> Header {
    let Some(layout) = header.first_chunk().and_then(Layout::of) else { return Header::Nothing };
    let words: Vec<u64> = (0..layout.words).filter_map(|number| layout.word(header, number)).collect();
    let functions = words.first().copied().unwrap_or_default();
    if !(1..MAX_NAMES_BYTES).contains(&functions) {
        return Header::Nothing;
    }
    if layout.is_old {
        return Header::Unreadable;
    }
    let Some([first, second, others @ ..]) = words.last_chunk::<DISTANCES>() else { return Header::Nothing };
    let bytes = second.saturating_sub(*first);
    let skip = first.checked_sub(layout.header_bytes() as u64);
    match skip.filter(|skip| *skip <= MAX_SPACE_BYTES) {
        Some(skip) if functions <= bytes / 2 && others.is_sorted() && others[0] >= *second => {
            if bytes <= MAX_NAMES_BYTES { Header::Table { skip, bytes, functions } } else { Header::Unreadable }
        }
        _ => Header::Nothing,
    }
}
