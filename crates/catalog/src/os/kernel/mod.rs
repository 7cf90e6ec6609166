//! Linux kernels, by their images and their folders of modules, and modules that did not come with one.

mod image;
mod modinfo;

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Stream, Unreadable, Want};
use plimsoll_model::{EvidenceKind, Package, PackageKind, Requirement};

use crate::compressed::plain;
use crate::lang::field;

/// Reads kernels.
pub struct Kernel;

const FOLDERS: [&[u8]; 2] = [b"lib/modules/", b"usr/lib/modules/"];

/// Bytes of one module, compressed and plain.
const MAX_MODULE_BYTES: usize = 16 << 20;
const MAX_PLAIN_BYTES: usize = 32 << 20;

impl Inspect for Kernel {
    fn id(&self) -> &'static str {
        "kernel"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[
            Pattern::Under("boot", ""),
            Pattern::Under("lib/modules", "/vmlinuz"),
            Pattern::Under("usr/lib/modules", "/vmlinuz"),
            Pattern::Under("lib/modules", "/modules.builtin"),
            Pattern::Under("usr/lib/modules", "/modules.builtin"),
            Pattern::Under("lib/modules", ".ko"),
            Pattern::Under("usr/lib/modules", ".ko"),
            Pattern::Under("lib/modules", ".ko.gz"),
            Pattern::Under("usr/lib/modules", ".ko.gz"),
            Pattern::Under("lib/modules", ".ko.xz"),
            Pattern::Under("usr/lib/modules", ".ko.xz"),
            Pattern::Under("lib/modules", ".ko.zst"),
            Pattern::Under("usr/lib/modules", ".ko.zst"),
        ]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        match (file.name(), place(file.path)) {
            (b"modules.builtin", Some((_, b"modules.builtin"))) => Want::Meta,
            (b"modules.builtin", _) => Want::No,
            (name, _) if image::is_name(name) => Want::Stream { overlap: 0 },
            // What came with the kernel lies in a folder of this name, and is the kernel.
            (_, Some((_, below))) if !below.starts_with(b"kernel/") => Want::Whole { max: MAX_MODULE_BYTES },
            _ => Want::No,
        }
    }
    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let Some((version, _)) = place(file.path) else { return Ok(()) };
        let version = field_of(version).ok_or_else(|| Unreadable::syntax("its folder names no version of a kernel"))?;
        if file.name() == b"modules.builtin" {
            out.package(Package::new(PackageKind::Kernel, "linux", version, EvidenceKind::FileName));
            return Ok(());
        }
        let module = modinfo::read(&plain(bytes, MAX_PLAIN_BYTES)?)
            .ok_or_else(|| Unreadable::syntax("it does not say which kernel the module is for"))?;
        if module.is_in_tree {
            return Ok(());
        }
        let stem = file.name().split(|byte| *byte == b'.').next().and_then(field_of);
        let name = module.name.or(stem).ok_or_else(|| Unreadable::syntax("a module without a readable name"))?;
        let own = module.version.unwrap_or_else(|| module.kernel.clone());
        let mut package = Package::new(PackageKind::Kernel, name, own, EvidenceKind::Metadata);
        package.license = module.license;
        package.requires = vec![Requirement { version: Some(module.kernel), ..Requirement::always("linux") }];
        out.package(package);
        Ok(())
    }
    fn stream(&self, file: &FileMeta<'_>) -> Option<Box<dyn Stream>> {
        Some(Box::new(image::Image::new(file.name(), place(file.path).map(|(version, _)| version))))
    }
}

/// The kernel's version and the place in its folder, of a path below one.
fn place(path: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = FOLDERS.iter().find_map(|folder| path.strip_prefix(*folder))?;
    let slash = memchr::memchr(b'/', rest)?;
    Some((&rest[..slash], &rest[slash + 1..]))
}

fn field_of(bytes: &[u8]) -> Option<String> {
    field(std::str::from_utf8(bytes).ok()?).map(str::to_owned)
}
