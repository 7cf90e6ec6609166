//! Compiled programs: what they are for, which libraries they load, their build id, the package
//! they say they belong to.
//!
//! A program passes once. What is told of it stands in its first kilobytes, in its notes, and in a
//! table of names that comes before or after what refers to it; only these parts are kept. Own
//! reading of a few fields was chosen over a library of object files: such want all of a file, or
//! to jump about in it.

mod capture;
mod elf;
mod mach_o;
mod notes;
mod numbers;
mod pe;

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Stream, Unreadable, Want};
use plimsoll_model::{Gap, GapKind, Program};

use self::capture::{Captured, Seen};
use self::elf::Elf;
use self::notes::Notes;
use self::pe::Pe;
use super::{PROGRAMS, is_java_class};

/// Bytes of the beginning that tell where the rest is.
const HEAD_BYTES: usize = 4 << 10;
/// Bytes of the end in which a packer leaves its mark.
const TAIL_BYTES: u64 = 64;
/// The longest name of a library.
const MAX_NAME_BYTES: usize = 512;
/// The mark that the packer UPX leaves at both ends of what it packed.
const UPX: &[u8] = b"UPX!";

/// Reads what compiled programs say of themselves.
pub struct Programs;

impl Inspect for Programs {
    fn id(&self) -> &'static str {
        "programs"
    }

    fn revision(&self) -> u32 {
        1
    }

    fn section(&self) -> Section {
        Section::Binaries
    }

    fn patterns(&self) -> &'static [Pattern] {
        PROGRAMS
    }

    fn want(&self, _: &FileMeta<'_>, head: &[u8]) -> Want {
        if is_java_class(head) { Want::No } else { Want::Stream { overlap: 0 } }
    }

    fn stream(&self, file: &FileMeta<'_>) -> Option<Box<dyn Stream>> {
        Some(Box::new(Reader::new(file.size)))
    }
}

struct Reader {
    size_bytes: u64,
    captured: Captured,
    step: Step,
    /// The file lay in one window and was read there.
    whole: bool,
}

/// What is waited for.
enum Step {
    /// The beginning.
    Head,
    /// The dynamic section of an ELF file.
    Names(Elf),
    /// Nothing more: what is wanted is known.
    Rest,
}

impl Reader {
    fn new(size_bytes: u64) -> Self {
        let mut captured = Captured::default();
        captured.want_first(HEAD_BYTES.min(usize::try_from(size_bytes).unwrap_or(usize::MAX)));
        Self { size_bytes, captured, step: Step::Head, whole: false }
    }

    /// Goes on as far as what is known allows; what comes before `at` has passed.
    fn advance(&mut self, at: u64) {
        match &self.step {
            Step::Head if self.captured.has_first() => self.step = self.plan(),
            Step::Names(elf) if elf.plan_names(&mut self.captured, at) => self.step = Step::Rest,
            _ => {}
        }
    }

    fn plan(&mut self) -> Step {
        let captured = &mut self.captured;
        if memchr::memmem::find(captured.rest(0), UPX).is_some() {
            captured.want(self.size_bytes.saturating_sub(TAIL_BYTES).max(HEAD_BYTES as u64), TAIL_BYTES as usize);
        }
        if let Some(elf) = Elf::read(captured) {
            let Ok(elf) = elf else { return Step::Rest };
            elf.plan(captured);
            return if elf.is_dynamic() { Step::Names(elf) } else { Step::Rest };
        }
        if captured.rest(0).starts_with(b"MZ") {
            if let Some(pe) = Pe::read(captured) {
                pe.plan(captured);
            }
        } else {
            mach_o::plan(&mach_o::slices(captured, self.size_bytes), captured);
        }
        Step::Rest
    }
}

impl Stream for Reader {
    fn window(&mut self, at: u64, bytes: &[u8], _: usize, out: &mut Sink) -> Result<(), Unreadable> {
        if at == 0 && bytes.len() as u64 == self.size_bytes {
            self.whole = true;
            return tell(bytes, self.size_bytes, out);
        }
        self.captured.pass(at, bytes);
        if !matches!(self.step, Step::Rest) {
            for _ in 0..2 {
                self.advance(at);
                self.captured.pass(at, bytes);
            }
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Sink) -> Result<(), Unreadable> {
        if self.whole { Ok(()) } else { tell(&self.captured, self.size_bytes, out) }
    }
}

/// Says what is known of a program.
fn tell(seen: &(impl Seen + ?Sized), size_bytes: u64, out: &mut Sink) -> Result<(), Unreadable> {
    if let Some(elf) = Elf::read(seen) {
        let elf = elf?;
        if !elf.is_program() {
            return Ok(());
        }
        let (mut program, notes) = elf.program(seen, size_bytes);
        program.packer = is_packed(seen, size_bytes).then(|| "upx".to_owned());
        keep(program, out);
        return said_package(notes, out);
    }
    if seen.rest(0).starts_with(b"MZ") {
        if let Some(pe) = Pe::read(seen) {
            keep(pe.program(seen, size_bytes), out);
        }
        return Ok(());
    }
    for (at, bytes) in mach_o::slices(seen, size_bytes) {
        if let Some(program) = mach_o::program(seen, at, bytes) {
            keep(program, out);
        }
    }
    Ok(())
}

fn said_package(notes: Notes, out: &mut Sink) -> Result<(), Unreadable> {
    if let Some(package) = notes.package {
        out.package(package?);
    }
    Ok(())
}

/// Whether both ends bear the packer's mark.
fn is_packed(seen: &(impl Seen + ?Sized), size_bytes: u64) -> bool {
    let head = seen.rest(0);
    let tail = seen.rest(size_bytes.saturating_sub(TAIL_BYTES));
    [&head[..head.len().min(HEAD_BYTES)], tail].iter().all(|end| memchr::memmem::find(end, UPX).is_some())
}

fn keep(program: Program, out: &mut Sink) {
    if let Some(packer) = &program.packer {
        let detail = format!("packed with {packer}: what it was built from cannot be read");
        out.gap(Gap::new(GapKind::PackedProgram, out.subject(), detail));
    }
    out.program(program);
}

#[cfg(test)]
mod tests {
    use plimsoll_model::FilePath;

    use super::capture::MAX_KEPT_BYTES;
    use super::*;

    #[test]
    fn what_is_kept_of_a_program_is_bounded_whatever_it_says() {
        const SEGMENTS: u16 = 70;
        const SIZE: u64 = 500 << 20;
        let mut head = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0\x01\0\0\0".to_vec();
        head.extend([0, 64, 0].map(u64::to_le_bytes).concat());
        head.extend([0, 0, 0, 0, 64, 0, 56, 0]);
        head.extend(SEGMENTS.to_le_bytes());
        head.resize(64, 0);
        for number in 0..SEGMENTS {
            let kind = [1, 4, 2, 4][usize::from(number % 4)];
            head.extend([kind, 0, 0, 0, 0, 0, 0, 0]);
            let at = u64::from(number) << 20;
            head.extend([at, at, at, SIZE, SIZE, 4].map(u64::to_le_bytes).concat());
        }
        let mut reader = Reader::new(SIZE);
        let mut out = Sink::new(FilePath::from("a"), Vec::new());
        let mut window = vec![1; 256 << 10];
        let first = head.len();
        window[..first].copy_from_slice(&head);
        for at in (0..128 << 20).step_by(window.len()) {
            reader.window(at, &window, 0, &mut out).unwrap();
            window[..first].fill(1);
            assert!(reader.captured.kept_bytes() <= 2 * MAX_KEPT_BYTES, "at byte {at}");
        }
        assert!(reader.captured.kept_bytes() > MAX_KEPT_BYTES / 2, "the limit was not reached");
        reader.end(&mut out).unwrap();
    }
}
