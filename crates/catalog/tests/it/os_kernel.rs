//! Kernels and modules, on written heads and sections.

use plimsoll_model::{EvidenceKind, GapKind, Requirement};

use crate::image::{files, lines};

const VERSION: &str = "6.1.0-50-amd64";

/// The head of a kernel for x86 that says this version.
fn kernel(version: &str) -> Vec<u8> {
    let mut head = vec![0; 0x4400];
    head[0x202..0x206].copy_from_slice(b"HdrS");
    head[0x20e..0x210].copy_from_slice(&0x4200u16.to_le_bytes());
    [head, format!("{version} (someone@example.org) #1 SMP\0").into_bytes(), vec![1; 100_000]].concat()
}

fn module(texts: &[&str]) -> Vec<u8> {
    let section = texts.iter().flat_map(|text| [text.as_bytes(), b"\0"].concat());
    [b"\x7fELF\0".to_vec(), vec![0; 4000], section.collect(), vec![0; 4000]].concat()
}

#[test]
fn a_kernel_is_one_package_wherever_it_shows() {
    let inventory = files(&[
        (&format!("boot/vmlinuz-{VERSION}"), &kernel(VERSION)),
        (&format!("usr/lib/modules/{VERSION}/modules.builtin"), b""),
        (&format!("usr/lib/modules/{VERSION}/vmlinuz"), &kernel(VERSION)),
        (&format!("boot/config-{VERSION}"), b"CONFIG_X=y"),
    ]);
    assert_eq!(lines(&inventory), [format!("linux {VERSION}")]);
    assert_eq!(
        (inventory.packages[0].sightings.len(), inventory.packages[0].package.evidence),
        (3, EvidenceKind::BuildInfo)
    );
    assert!(inventory.gaps.is_empty());
}

#[test]
fn where_the_header_says_nothing_the_name_does() {
    assert_eq!(lines(&files(&[("boot/vmlinuz-5.15.0-arm64", b"MZ\0\0zimg")])), ["linux 5.15.0-arm64"]);
    assert_eq!(lines(&files(&[("boot/vmlinuz-5.15.0", &kernel("6.0"))])), ["linux 6.0"]);
    for (path, bytes) in
        [("boot/vmlinuz", &b"MZ"[..]), ("boot/vmlinuz-rescue", b""), ("boot/vmlinuz", &kernel("\u{1}"))]
    {
        let inventory = files(&[(path, bytes)]);
        assert_eq!((inventory.packages.len(), inventory.gaps[0].kind), (0, GapKind::FileUnreadable), "{path}");
    }
}

#[test]
fn modules_from_elsewhere_are_packages_and_those_of_the_kernel_are_not() {
    let vermagic = format!("vermagic={VERSION} SMP mod_unload ");
    let own = module(&["license=GPL", "intree=Y", "name=fat", &vermagic]);
    let other = module(&["version=2.4.1", "license=Dual MIT/GPL", "name=harbour_cam", "depends=videodev", &vermagic]);
    let place = |path: &str| format!("lib/modules/{VERSION}/{path}");
    let inventory = files(&[
        (&place("kernel/fs/fat.ko"), b"not read"),
        (&place("updates/fat.ko"), &own),
        (&place("updates/dkms/harbour-cam.ko.zst"), &zstd::encode_all(&other[..], 1).unwrap()),
        (&place("extra/plain.ko"), &module(&[&vermagic])),
    ]);
    assert_eq!(lines(&inventory), ["harbour_cam 2.4.1".to_owned(), format!("plain {VERSION}")]);
    let module = &inventory.packages[0].package;
    assert_eq!(module.license.as_deref(), Some("Dual MIT/GPL"));
    assert_eq!(module.requires, [Requirement { version: Some(VERSION.into()), ..Requirement::always("linux") }]);
}

#[test]
fn a_module_that_cannot_be_read_is_a_gap() {
    let bomb = zstd::encode_all(&vec![0; 40 << 20][..], 1).unwrap();
    for bytes in [&b"\x7fELF"[..], b"", b"\x28\xb5\x2f\xfd\0", &bomb] {
        let inventory = files(&[(&format!("lib/modules/{VERSION}/extra/a.ko"), bytes)]);
        assert_eq!((inventory.packages.len(), inventory.gaps.len()), (0, 1));
    }
}
