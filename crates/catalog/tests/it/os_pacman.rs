//! Arch Linux's packages, on written databases.

use plimsoll_model::{GapKind, PackageKind};

use crate::image::{direct, files, lines, needs};
use crate::reading::{survives_anything, survives_damage};

const DESC: &str = "var/lib/pacman/local/lib32-openssl-1:3.1.1-1/desc";
const OPENSSL: &[u8] = b"%NAME%\nlib32-openssl\n\n%VERSION%\n1:3.1.1-1\n\n%BASE%\nlib32-openssl\n\n%DESC%\nTools\n\n\
    %ARCH%\nx86_64\n\n%PACKAGER%\nPierre Schmitz <pierre@archlinux.org>\n\n%LICENSE%\nApache-2.0\nMIT\n\n%VALIDATION%\npgp\n\n";

#[test]
fn a_package_has_its_base_architecture_packager_and_licence() {
    let inventory = files(&[(DESC, OPENSSL), ("etc/os-release", b"ID=arch\nBUILD_ID=rolling\n")]);
    assert_eq!(lines(&inventory), ["lib32-openssl 1:3.1.1-1"]);
    assert!(inventory.gaps.is_empty());
    let package = &inventory.packages[0].package;
    assert_eq!(package.kind, PackageKind::Alpm);
    assert_eq!(package.architecture.as_deref(), Some("x86_64"));
    assert_eq!(package.vendor.as_deref(), Some("Pierre Schmitz <pierre@archlinux.org>"));
    assert_eq!(package.license.as_deref(), Some("Apache-2.0"));
    assert_eq!(package.source.as_ref().unwrap().name, "lib32-openssl");
    assert_eq!(inventory.identity.distro().unwrap().id, "arch");
}

#[test]
fn files_belong_to_the_package_whose_folder_lists_them() {
    let path = "usr/lib/python3.12/site-packages/six-1.16.0.dist-info/METADATA";
    let list = format!("%FILES%\nusr/\n{path}\n\n%BACKUP%\netc/x\t0\n");
    let inventory = files(&[
        ("var/lib/pacman/local/python-six-1.16.0-9/desc", b"%NAME%\npython-six\n%VERSION%\n1.16.0-9\n"),
        ("var/lib/pacman/local/python-six-1.16.0-9/files", list.as_bytes()),
        (path, b"Name: six\nVersion: 1.16.0\n"),
    ]);
    assert_eq!(lines(&inventory), ["six 1.16.0", "python-six 1.16.0-9"]);
    assert_eq!(inventory.packages[0].owner, Some(1));
}

#[test]
fn a_package_needs_what_provides_the_names_of_its_fields() {
    let desc = |name: &str, more: &str| format!("%NAME%\n{name}\n\n%VERSION%\n1-1\n\n{more}");
    let texts = [
        desc("app", "%REASON%\n1\n\n%DEPENDS%\nlibx.so=2-64\ntool>=1\nabsent\n\n%OPTDEPENDS%\nextra: for: more\nx\n\n"),
        desc("x", "%PROVIDES%\nlibx.so=2-64\nx-git\n\n"),
        desc("tool", "%DEPENDS%\ntool\n"),
        desc("extra", ""),
    ];
    let paths: Vec<String> = (0..4).map(|at| format!("var/lib/pacman/local/p-{at}-1/desc")).collect();
    let listed: Vec<(&str, &[u8])> =
        paths.iter().zip(&texts).map(|(path, text)| (path.as_str(), text.as_bytes())).collect();
    let inventory = files(&listed);
    assert_eq!(needs(&inventory, "app"), ["(extra)", "tool", "x"]);
    assert_eq!(needs(&inventory, "tool"), [""; 0]);
    assert_eq!(direct(&inventory)[0], ("app", Some(false)));
    assert_eq!(direct(&inventory)[1], ("extra", Some(true)));
}

#[test]
fn a_package_without_a_name_or_version_is_a_gap() {
    for text in ["", "%NAME%\na\n", "%VERSION%\n1-1\n", "%NAME%\n\n%VERSION%\n\n"] {
        let inventory = files(&[(DESC, text.as_bytes())]);
        assert!(inventory.packages.is_empty());
        assert_eq!(inventory.gaps[0].kind, GapKind::DatabaseUnreadable, "{text:?}");
    }
}

#[test]
fn fuzz_the_database() {
    survives_damage("pacman", DESC, OPENSSL);
    survives_anything("pacman", DESC);
    survives_anything("pacman", "var/lib/pacman/local/a-1-1/files");
}
