//! What a module says of itself: the section `.modinfo`, texts `key=value` with zero bytes between them.

use super::field_of;

/// The section is sought around the one text that every module has.
const KERNEL: &[u8] = b"vermagic=";
/// Bytes of the section before and behind that text; real ones stay below 64 KiB.
const AROUND_BYTES: usize = 256 << 10;

/// A module.
pub(super) struct Module {
    pub(super) name: Option<String>,
    pub(super) version: Option<String>,
    pub(super) license: Option<String>,
    /// The version of the kernel that it was built for.
    pub(super) kernel: String,
    /// Whether it came with the kernel.
    pub(super) is_in_tree: bool,
}

/// Reads a module; `None` where it does not say what kernel it is for.
pub(super) fn read(module: &[u8]) -> Option<Module> {
    let anchor = memchr::memmem::find(module, KERNEL)?;
    let section = &module[anchor.saturating_sub(AROUND_BYTES)..module.len().min(anchor + AROUND_BYTES)];
    let texts = || section.split(|byte| *byte == 0);
    let value = |key: &[u8]| texts().find_map(|text| field_of(text.strip_prefix(key)?));
    let kernel = value(KERNEL)?.split(' ').next()?.to_owned();
    Some(Module {
        name: value(b"name="),
        version: value(b"version="),
        license: value(b"license="),
        is_in_tree: texts().any(|text| text == b"intree=Y"),
        kernel,
    })
}
