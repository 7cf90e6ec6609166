//! Mach-O, alone or several in one fat file: what it is for and which libraries it loads.
//! <https://github.com/apple-oss-distributions/xnu/blob/main/EXTERNAL_HEADERS/mach-o/loader.h>

use plimsoll_model::{Program, ProgramFormat, ProgramRole};

use super::MAX_NAME_BYTES;
use super::capture::{Captured, Seen};
use super::notes::digits;
use super::numbers::Numbers;

/// Programs of one fat file.
const MAX_SLICES: u32 = 16;
/// Bytes of one program's commands.
const MAX_COMMAND_BYTES: usize = 64 << 10;
/// Commands of one program.
const MAX_COMMANDS: u32 = 4_000;

const LOADS: [u32; 4] = [0xc, 0x20, 0x8000_0018, 0x8000_001f];
const OWN_NAME: u32 = 0xd;
const UUID: u32 = 0x1b;

/// Where in the file its programs are: start and length.
pub(super) fn slices(seen: &(impl Seen + ?Sized), size_bytes: u64) -> Vec<(u64, u64)> {
    const N: Numbers = Numbers::BIG;
    if !seen.rest(0).starts_with(b"\xca\xfe\xba\xbe") {
        return vec![(0, size_bytes)];
    }
    let count = N.word(seen.rest(0), 4).unwrap_or(0).min(MAX_SLICES);
    let slice = |number: u32| {
        let entry = seen.get(8 + u64::from(number) * 20, 20)?;
        Some((u64::from(N.word(entry, 8)?), u64::from(N.word(entry, 12)?)))
    };
    (0..count).map_while(slice).collect()
}

/// Asks for what will be read, of a file that is passing.
pub(super) fn plan(slices: &[(u64, u64)], captured: &mut Captured) {
    for &(at, bytes) in slices {
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX).min(MAX_COMMAND_BYTES);
        if at == 0 { captured.want_first(bytes) } else { captured.want(at, bytes) }
    }
}

/// What the program at `at` says of itself; `None` if there is none.
pub(super) fn program(seen: &(impl Seen + ?Sized), at: u64, size_bytes: u64) -> Option<Program> {
    let bytes = seen.rest(at);
    let numbers = match bytes.first_chunk()? {
        b"\xfe\xed\xfa\xce" => Numbers { big: true, wide: false },
        b"\xfe\xed\xfa\xcf" => Numbers { big: true, wide: true },
        b"\xce\xfa\xed\xfe" => Numbers { big: false, wide: false },
        b"\xcf\xfa\xed\xfe" => Numbers { big: false, wide: true },
        _ => return None,
    };
    let role = match numbers.word(bytes, 12)? {
        1 => ProgramRole::Object,
        2 | 5 => ProgramRole::Executable,
        6..=9 | 11 => ProgramRole::Library,
        _ => return None,
    };
    let mut program = Program {
        format: ProgramFormat::MachO,
        role,
        architecture: architecture(numbers.word(bytes, 4)?).map(str::to_owned),
        size_bytes,
        build_id: None,
        soname: None,
        needed: Vec::new(),
        packer: None,
    };
    let mut next = if numbers.wide { 32 } else { 28 };
    for _ in 0..numbers.word(bytes, 16)?.min(MAX_COMMANDS) {
        let Some((kind, length)) = numbers.word(bytes, next).zip(numbers.word(bytes, next + 4)) else { break };
        let Some(command) = bytes.get(next..).and_then(|rest| rest.get(..length as usize)) else { break };
        let name = || command.text(u64::from(numbers.word(command, 8)?), MAX_NAME_BYTES);
        match kind {
            OWN_NAME => program.soname = name(),
            UUID => program.build_id = command.get(8..24).map(digits),
            _ if LOADS.contains(&kind) => program.needed.extend(name()),
            _ => {}
        }
        next += (length as usize).max(8);
    }
    Some(program)
}

fn architecture(processor: u32) -> Option<&'static str> {
    Some(match processor {
        7 => "386",
        0x0100_0007 => "amd64",
        12 => "arm",
        0x0100_000c => "arm64",
        0x0100_0012 => "ppc64",
        _ => return None,
    })
}
