//! PE: what it is for and which DLLs it loads.
//! <https://learn.microsoft.com/en-us/windows/win32/debug/pe-format>

use plimsoll_model::{Program, ProgramFormat, ProgramRole};

use super::MAX_NAME_BYTES;
use super::capture::{Captured, Seen};
use super::numbers::Numbers;

/// Sections that are read; the format knows 96.
const MAX_SECTIONS: usize = 96;
/// Bytes from the import table on in which the DLLs' names are looked for.
const MAX_IMPORT_BYTES: usize = 256 << 10;
/// DLLs of one program.
const MAX_IMPORTS: usize = 2_000;

const N: Numbers = Numbers::LITTLE;

/// The headers of a PE file.
pub(super) struct Pe {
    machine: u16,
    traits: u16,
    sections: Vec<Section>,
    imports: u32,
}

struct Section {
    name: [u8; 8],
    address: u32,
    at: u32,
    bytes: u32,
}

impl Pe {
    /// Reads the headers; `None` for what is no PE file.
    pub(super) fn read(seen: &(impl Seen + ?Sized)) -> Option<Self> {
        let start = u64::from(N.word(seen.get(0, 64)?, 60)?);
        let header = seen.get(start, 24)?;
        if !header.starts_with(b"PE\0\0") {
            return None;
        }
        let count = usize::from(N.half(header, 6)?).min(MAX_SECTIONS);
        let optional_bytes = N.half(header, 20)?;
        let optional = seen.get(start + 24, usize::from(optional_bytes))?;
        let directories = if N.half(optional, 0) == Some(0x20b) { 112 } else { 96 };
        let table = start + 24 + u64::from(optional_bytes);
        let section = |number: usize| {
            let bytes = seen.get(table + number as u64 * 40, 40)?;
            Some(Section {
                name: *bytes.first_chunk()?,
                address: N.word(bytes, 12)?,
                bytes: N.word(bytes, 16)?,
                at: N.word(bytes, 20)?,
            })
        };
        Some(Self {
            machine: N.half(header, 4)?,
            traits: N.half(header, 22)?,
            sections: (0..count).map_while(section).collect(),
            imports: N.word(optional, directories + 8).unwrap_or(0),
        })
    }

    /// Asks for what will be read, of a file that is passing.
    pub(super) fn plan(&self, captured: &mut Captured) {
        if let Some((at, bytes)) = self.place(self.imports) {
            captured.want(at, (bytes as usize).min(MAX_IMPORT_BYTES));
        }
    }

    /// What the file says of itself.
    pub(super) fn program(&self, seen: &(impl Seen + ?Sized), size_bytes: u64) -> Program {
        let is_packed = self.sections.iter().any(|section| section.name.starts_with(b"UPX"));
        Program {
            format: ProgramFormat::Pe,
            role: match self.traits {
                traits if traits & 0x2000 != 0 => ProgramRole::Library,
                traits if traits & 2 != 0 => ProgramRole::Executable,
                _ => ProgramRole::Object,
            },
            architecture: self.architecture().map(str::to_owned),
            size_bytes,
            build_id: None,
            soname: None,
            needed: self.libraries(seen),
            packer: is_packed.then(|| "upx".to_owned()),
        }
    }

    fn architecture(&self) -> Option<&'static str> {
        Some(match self.machine {
            0x014c => "386",
            0x8664 => "amd64",
            0x01c0 | 0x01c4 => "arm",
            0xaa64 => "arm64",
            _ => return None,
        })
    }

    /// Each entry of the import table holds the address of a name; one of zeros ends it.
    fn libraries(&self, seen: &(impl Seen + ?Sized)) -> Vec<String> {
        let Some((table, _)) = self.place(self.imports) else { return Vec::new() };
        let entry = |number: usize| {
            let name = N.word(seen.get(table.checked_add(number as u64 * 20)?, 20)?, 12)?;
            self.place(name)
        };
        let entries = (0..MAX_IMPORTS).map_while(entry);
        entries.filter_map(|(name, _)| seen.text(name, MAX_NAME_BYTES)).collect()
    }

    /// Where in the file an address is, and how many bytes of its section follow.
    fn place(&self, address: u32) -> Option<(u64, u32)> {
        let of = |section: &Section| {
            let into = address.checked_sub(section.address).filter(|into| *into < section.bytes)?;
            Some((u64::from(section.at) + u64::from(into), section.bytes - into))
        };
        self.sections.iter().filter(|_| address != 0).find_map(of)
    }
}
