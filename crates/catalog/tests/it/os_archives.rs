//! Archives of packages: Debian's and rpm's made by their own tools, apk's and pacman's written.

use std::process::Command;

use plimsoll_model::{EvidenceKind, GapKind, Identity, Package, PackageKind, Presence};

use crate::image::{files, lines};
use crate::reading::{has_tool, survives_damage};
use crate::rpm_made::built;

const CONTROL: &str = "Package: harbour\nSource: harbour-src (1.0)\nVersion: 2:1.1-1\nArchitecture: all\n\
                       Maintainer: Someone <someone@example.org>\nDepends: libc6\nDescription: a harbour\n more\n";

/// One of Debian's packages, made by dpkg-deb.
fn deb(compression: &str) -> Option<Vec<u8>> {
    if !has_tool("dpkg-deb") {
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let (root, file) = (folder.path().join("root"), folder.path().join("a.deb"));
    std::fs::create_dir_all(root.join("DEBIAN")).unwrap();
    std::fs::create_dir_all(root.join("usr/share")).unwrap();
    std::fs::write(root.join("DEBIAN/control"), CONTROL).unwrap();
    std::fs::write(root.join("usr/share/harbour"), vec![7; 100_000]).unwrap();
    let output = Command::new("dpkg-deb").args([compression, "--root-owner-group", "-b"]).args([&root, &file]).output();
    assert!(output.unwrap().status.success());
    Some(plimsoll_model::read_capped(std::fs::File::open(file).unwrap(), 1 << 28).unwrap())
}

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, bytes).unwrap();
    encoder.finish().unwrap()
}

fn only(path: &str, bytes: &[u8]) -> Package {
    let inventory = files(&[(path, bytes)]);
    assert!(inventory.gaps.is_empty(), "{path}: {:?}", inventory.gaps);
    assert_eq!(inventory.packages.len(), 1, "{path}");
    assert_eq!(inventory.packages[0].presence, Presence::Declared);
    assert_eq!(inventory.identity, Identity::Scratch);
    inventory.packages[0].package.clone()
}

#[test]
fn a_package_of_debians_is_read_however_it_is_compressed() {
    for compression in ["-Znone", "-Zgzip", "-Zxz", "-Zzstd"] {
        let Some(archive) = deb(compression) else { return };
        let package = only("var/cache/apt/archives/harbour_1.1-1_all.deb", &archive);
        assert_eq!((package.kind, package.evidence), (PackageKind::Deb, EvidenceKind::Declaration), "{compression}");
        assert_eq!((package.name.as_str(), package.version.as_str()), ("harbour", "2:1.1-1"));
        assert_eq!(package.source.unwrap().name, "harbour-src");
        assert_eq!(package.architecture.as_deref(), Some("all"));
        survives_damage("archives", "a.deb", &archive[..2000.min(archive.len())]);
    }
}

#[test]
fn what_is_cut_before_the_package_is_named_is_a_gap() {
    let Some(archive) = deb("-Zgzip") else { return };
    for cut in [30, 100, 150] {
        let inventory = files(&[("a.deb", &archive[..cut])]);
        assert_eq!((lines(&inventory), inventory.gaps[0].kind), (vec![], GapKind::FileUnreadable), "{cut}");
    }
    for (path, bytes) in [("a.deb", &b"no archive"[..]), ("a.rpm", b"<html>"), ("a.apk", b"PK\x03\x04")] {
        assert!(files(&[(path, bytes)]).gaps.is_empty(), "{path}");
    }
}

#[test]
fn packages_of_rpm_are_what_rpm_lists() {
    let Some(built) = built() else { return };
    let mut found: Vec<String> = built
        .archives
        .iter()
        .map(|archive| only("tmp/a.rpm", archive))
        .map(|package| format!("{} {} {}", package.name, package.version, package.architecture.unwrap()))
        .collect();
    found.sort();
    assert_eq!(found.len(), 14);
    assert!(found.contains(&"harbour 2:1.4.2~rc1-3.el9 noarch".to_owned()), "{found:?}");
    survives_damage("archives", "a.rpm", &built.archives[0]);
    let mut source = built.archives[0].clone();
    source[7] = 1;
    assert_eq!(lines(&files(&[("a.src.rpm", &source)])), [""; 0]);
}

#[test]
fn packages_of_apk_and_pacman_say_what_they_are_near_their_beginning() {
    let info = b"# made\npkgname = libharbour\npkgver = 1.2-r3\narch = x86_64\norigin = harbour\nlicense = MIT\n\
                 maintainer = Someone <someone@example.org>\npkgbase = harbour\npackager = Someone Else\n";
    let apk = [
        gzip(&tar(&[(".SIGN.RSA.key.rsa.pub", &[1; 256])])),
        gzip(&tar(&[(".PKGINFO", info)])),
        gzip(&tar(&[("usr/lib/libharbour.so", &[2; 3000])])),
    ];
    let package = only("home/build/packages/libharbour-1.2-r3.apk", &apk.concat());
    assert_eq!(
        (package.kind, package.name.as_str(), package.version.as_str()),
        (PackageKind::Apk, "libharbour", "1.2-r3")
    );
    assert_eq!(package.source.unwrap().name, "harbour");
    assert_eq!(package.vendor.as_deref(), Some("Someone <someone@example.org>"));
    let pacman = zstd::encode_all(&tar(&[(".BUILDINFO", b"a = b\n"), (".PKGINFO", info)])[..], 3).unwrap();
    let package = only("var/cache/pacman/pkg/libharbour-1.2-3-x86_64.pkg.tar.zst", &pacman);
    assert_eq!((package.kind, package.vendor.as_deref()), (PackageKind::Alpm, Some("Someone Else")));
    survives_damage("archives", "a.apk", &apk.concat());
    assert_eq!(files(&[("a.apk", b"ADBd\0\0")]).gaps[0].kind, GapKind::FileUnreadable);
    let without = files(&[("a.apk", &gzip(&tar(&[("a", b"b")])))]);
    assert_eq!(without.gaps[0].kind, GapKind::FileUnreadable);
}
