//! ELF: what the program headers, the notes and the dynamic section say.
//! <https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html>
//!
//! The section table stands at a file's end and may be stripped; the program headers stand at its
//! beginning, and all that is wanted here is found through them.

use plimsoll_facts::Unreadable;
use plimsoll_model::{Program, ProgramFormat, ProgramRole};

use super::MAX_NAME_BYTES;
use super::capture::{Captured, Seen};
use super::notes::Notes;
use super::numbers::Numbers;

/// Program headers that are read; real programs have a dozen.
const MAX_SEGMENTS: usize = 512;
/// Bytes of one dynamic section or note segment.
const MAX_SEGMENT_BYTES: usize = 64 << 10;
/// Bytes of the beginning in which the names of libraries are looked for.
const MAX_FIRST_BYTES: usize = 1 << 20;
/// Libraries of one program; real ones stay below 200.
const MAX_NEEDED: usize = 2_000;

const LOAD: u32 = 1;
const DYNAMIC: u32 = 2;
const INTERPRETER: u32 = 3;
const NOTE: u32 = 4;

/// An ELF header and the program headers behind it.
pub(super) struct Elf {
    numbers: Numbers,
    kind: u16,
    machine: u16,
    segments: Vec<Segment>,
}

#[derive(Clone, Copy)]
struct Segment {
    kind: u32,
    at: u64,
    address: u64,
    bytes: u64,
    align: u64,
}

impl Elf {
    /// Reads the headers; `None` for what is no ELF file.
    ///
    /// # Errors
    /// Says why the program headers could not be read.
    pub(super) fn read(seen: &(impl Seen + ?Sized)) -> Option<Result<Self, Unreadable>> {
        let head = seen.rest(0);
        let [0x7f, b'E', b'L', b'F', class @ (1 | 2), order @ (1 | 2), ..] = head else { return None };
        let numbers = Numbers { big: *order == 2, wide: *class == 2 };
        let kind = numbers.half(head, 16)?;
        let machine = numbers.half(head, 18)?;
        let (table, size, count) = if numbers.wide { (32, 54, 56) } else { (28, 42, 44) };
        let table = numbers.address(head, table)?;
        let size = numbers.half(head, size)?;
        let count = usize::from(numbers.half(head, count)?).min(MAX_SEGMENTS);
        let segments = (0..count)
            .map(|number| {
                let at = table.checked_add(number as u64 * u64::from(size))?;
                Segment::read(numbers, seen.get(at, if numbers.wide { 56 } else { 32 })?)
            })
            .collect::<Option<Vec<_>>>();
        Some(match segments {
            Some(segments) => Ok(Self { numbers, kind, machine, segments }),
            None => Err(Unreadable::syntax("its program headers are not where its header says")),
        })
    }

    /// Asks for what will be read, of a file that is passing.
    pub(super) fn plan(&self, captured: &mut Captured) {
        let first = self.of(LOAD).find(|segment| segment.at == 0);
        let first = first.map_or(0, |segment| usize::try_from(segment.bytes).unwrap_or(usize::MAX));
        captured.want_first(first.min(MAX_FIRST_BYTES));
        for segment in self.of(NOTE).chain(self.of(DYNAMIC)) {
            captured.want(segment.at, usize::try_from(segment.bytes).unwrap_or(usize::MAX).min(MAX_SEGMENT_BYTES));
        }
    }

    /// Once the dynamic section has passed: asks for the names that it refers to, should they come later.
    pub(super) fn plan_names(&self, captured: &mut Captured, passed: u64) -> bool {
        let Some(dynamic) = Dynamic::read(self, captured) else { return false };
        if let Some(names) = dynamic.names.filter(|at| *at >= passed) {
            captured.want(names, dynamic.names_bytes.min(MAX_FIRST_BYTES));
        }
        true
    }

    /// What the file says of itself, and its notes.
    pub(super) fn program(&self, seen: &(impl Seen + ?Sized), size_bytes: u64) -> (Program, Notes) {
        let dynamic = Dynamic::read(self, seen).unwrap_or_default();
        let name = |offset: &u64| seen.text(dynamic.names?.checked_add(*offset)?, MAX_NAME_BYTES);
        let soname = dynamic.soname.as_ref().and_then(name);
        let mut notes = Notes::default();
        for segment in self.of(NOTE) {
            let bytes = seen.rest(segment.at);
            let length = usize::try_from(segment.bytes).unwrap_or(usize::MAX).min(bytes.len());
            notes.read(self.numbers, segment.align, &bytes[..length]);
        }
        let program = Program {
            format: ProgramFormat::Elf,
            role: self.role(&dynamic),
            architecture: self.architecture().map(str::to_owned),
            size_bytes,
            build_id: notes.build_id.take(),
            needed: dynamic.needed.iter().filter_map(name).collect(),
            soname,
            packer: None,
        };
        (program, notes)
    }

    /// Whether it is something that runs or is linked, not the memory of a program that died.
    pub(super) fn is_program(&self) -> bool {
        matches!(self.kind, 1..=3)
    }

    /// Whether it has a dynamic section.
    pub(super) fn is_dynamic(&self) -> bool {
        self.of(DYNAMIC).next().is_some()
    }

    fn of(&self, kind: u32) -> impl Iterator<Item = &Segment> {
        self.segments.iter().filter(move |segment| segment.kind == kind)
    }

    /// Libraries can name an interpreter too (the C library does), position-independent programs look
    /// like libraries: the linker's flag tells, and where it is missing that nobody else can load it.
    fn role(&self, dynamic: &Dynamic) -> ProgramRole {
        let starts = self.of(INTERPRETER).next().is_some() && dynamic.soname.is_none();
        match self.kind {
            1 => ProgramRole::Object,
            2 => ProgramRole::Executable,
            _ if dynamic.is_executable || starts => ProgramRole::Executable,
            _ => ProgramRole::Library,
        }
    }

    fn architecture(&self) -> Option<&'static str> {
        let Numbers { big, wide } = self.numbers;
        Some(match (self.machine, wide, big) {
            (3, false, false) => "386",
            (62, true, false) => "amd64",
            (40, false, false) => "arm",
            (183, true, false) => "arm64",
            (243, true, false) => "riscv64",
            (258, true, false) => "loong64",
            (21, true, true) => "ppc64",
            (21, true, false) => "ppc64le",
            (22, true, true) => "s390x",
            (8, false, true) => "mips",
            (8, false, false) => "mipsle",
            (8, true, true) => "mips64",
            (8, true, false) => "mips64le",
            _ => return None,
        })
    }

    /// Where in the file an address is.
    fn place(&self, address: u64) -> Option<u64> {
        let of = |segment: &Segment| {
            let into = address.checked_sub(segment.address).filter(|into| *into < segment.bytes)?;
            segment.at.checked_add(into)
        };
        self.of(LOAD).find_map(of)
    }
}

impl Segment {
    fn read(numbers: Numbers, bytes: &[u8]) -> Option<Self> {
        let [at, address, size, align] = if numbers.wide { [8, 16, 32, 48] } else { [4, 8, 16, 28] };
        Some(Self {
            kind: numbers.word(bytes, 0)?,
            at: numbers.address(bytes, at)?,
            address: numbers.address(bytes, address)?,
            bytes: numbers.address(bytes, size)?,
            align: numbers.address(bytes, align)?,
        })
    }
}

/// The dynamic section: offsets of names, and where the names are.
#[derive(Default)]
struct Dynamic {
    needed: Vec<u64>,
    soname: Option<u64>,
    names: Option<u64>,
    names_bytes: usize,
    is_executable: bool,
}

impl Dynamic {
    fn read(elf: &Elf, seen: &(impl Seen + ?Sized)) -> Option<Self> {
        let segment = elf.of(DYNAMIC).next()?;
        let numbers = elf.numbers;
        let entry = if numbers.wide { 16 } else { 8 };
        let length = usize::try_from(segment.bytes).ok()?.min(MAX_SEGMENT_BYTES);
        let mut dynamic = Self::default();
        for pair in seen.get(segment.at, length)?.chunks_exact(entry) {
            let (tag, value) = (numbers.address(pair, 0)?, numbers.address(pair, entry / 2)?);
            match tag {
                0 => break,
                1 if dynamic.needed.len() < MAX_NEEDED => dynamic.needed.push(value),
                5 => dynamic.names = elf.place(value),
                10 => dynamic.names_bytes = usize::try_from(value).unwrap_or(usize::MAX),
                14 => dynamic.soname = Some(value),
                0x6fff_fffb => dynamic.is_executable = value & 0x0800_0000 != 0,
                _ => {}
            }
        }
        Some(dynamic)
    }
}
