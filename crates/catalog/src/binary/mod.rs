//! Packages inside compiled programs.

pub mod classifier;
pub mod go;
pub mod program;
pub mod rust;

use plimsoll_facts::{Magic, Pattern};

/// Compiled programs of every system.
pub(crate) const PROGRAMS: &[Pattern] =
    &[Pattern::Magic(Magic::Elf), Pattern::Magic(Magic::Pe), Pattern::Magic(Magic::MachO)];

/// Whether a file that begins like Mach-O is a Java class: both begin with `cafebabe`. A fat
/// binary goes on with its count of architectures, a class with its format version, 45 at least.
pub(crate) fn is_java_class(head: &[u8]) -> bool {
    match head {
        [0xca, 0xfe, 0xba, 0xbe, high, low, major_high, major_low, ..] => {
            let word = u32::from_be_bytes([*high, *low, *major_high, *major_low]);
            word & 0xffff >= 45
        }
        _ => false,
    }
}
