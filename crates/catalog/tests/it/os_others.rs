//! Chisel, Bottlerocket, Homebrew, snaps: written files in the documented formats.

use plimsoll_catalog::rows;
use plimsoll_facts::{MergeOptions, merge};
use plimsoll_model::{GapKind, Inventory, OwnedFile, PackageKind, Requirement};

use crate::image::{Line, files, layer, lines};

fn gaps(inventory: &Inventory) -> Vec<GapKind> {
    inventory.gaps.iter().map(|gap| gap.kind).collect()
}

fn manifest(lines: &[&str]) -> Vec<u8> {
    zstd::encode_all(lines.join("\n").as_bytes(), 1).unwrap()
}

const WALL: &str = r#"{"jsonwall":"1.0","schema":"1.0","count":3}"#;
const OPENSSL: &str = r#"{"kind":"package","name":"libssl3t64","version":"3.0.13-0ubuntu3.4","arch":"amd64"}"#;

#[test]
fn slices_are_debian_packages_with_their_files() {
    let path = r#"{"kind":"path","path":"/usr/lib/six-1.16.0.egg-info","slices":["python3-six_libs"]}"#;
    let six = r#"{"kind":"package","name":"python3-six","version":"1.16.0-4","arch":"all"}"#;
    let inventory = files(&[
        ("var/lib/chisel/manifest.wall", &manifest(&[WALL, OPENSSL, path, six, ""])),
        ("usr/lib/six-1.16.0.egg-info", b"Name: six\nVersion: 1.16.0\n"),
    ]);
    assert_eq!(lines(&inventory), ["libssl3t64 3.0.13-0ubuntu3.4", "python3-six 1.16.0-4", "six 1.16.0"]);
    let openssl = &inventory.packages[0].package;
    assert_eq!((openssl.kind, openssl.architecture.as_deref()), (PackageKind::Deb, Some("amd64")));
    assert_eq!(inventory.packages[2].owner, Some(1));
    // Ubuntu's feeds go by source, which the manifest does not name: that is said.
    assert_eq!(gaps(&inventory), [GapKind::NoIdentity]);
}

#[test]
fn where_dpkg_has_a_database_its_word_counts() {
    let status = "Package: libssl3t64\nVersion: 3.0.13-0ubuntu3.4\nArchitecture: amd64\nSource: openssl\n\n";
    let wall = manifest(&[WALL, OPENSSL, ""]);
    let inventory = files(&[("var/lib/chisel/manifest.wall", &wall), ("var/lib/dpkg/status", status.as_bytes())]);
    assert_eq!(inventory.packages.len(), 1);
    assert_eq!(inventory.packages[0].package.source.as_ref().unwrap().name, "openssl");
    assert_eq!(inventory.packages[0].sightings.len(), 2);
}

#[test]
fn a_damaged_manifest_keeps_what_was_read() {
    let nameless = r#"{"kind":"package","name":"","version":"1"}"#;
    let whole = manifest(&[WALL, OPENSSL, nameless, "nonsense", OPENSSL, ""]);
    let inventory = files(&[("var/lib/chisel/manifest.wall", &whole)]);
    assert_eq!(lines(&inventory), ["libssl3t64 3.0.13-0ubuntu3.4"]);
    assert_eq!(gaps(&inventory), [GapKind::DatabaseUnreadable, GapKind::NoIdentity]);
    assert!(inventory.gaps[0].detail.starts_with("2 of its lines"), "{:?}", inventory.gaps);
    for cut in 4..whole.len() - 1 {
        let inventory = files(&[("var/lib/chisel/manifest.wall", &whole[..cut])]);
        assert!(gaps(&inventory).contains(&GapKind::DatabaseUnreadable), "cut at {cut}");
    }
    assert!(!lines(&files(&[("a/manifest.wall", &whole)])).is_empty());
    assert!(files(&[("a/manifest.wall", b"no zstd")]).gaps.is_empty());
}

#[test]
fn a_manifest_that_grows_without_bound_is_given_up() {
    let bomb = zstd::encode_all(&vec![b' '; 130 << 20][..], 1).unwrap();
    assert!(bomb.len() < 1 << 20);
    let inventory = files(&[("var/lib/chisel/manifest.wall", &bomb)]);
    assert!(gaps(&inventory).contains(&GapKind::DatabaseUnreadable));
}

#[test]
fn bottlerockets_inventory_is_one_of_rpm_packages() {
    let text = r#"{"Content": [
        {"Name": "kernel-6.1", "Publisher": "Bottlerocket", "Version": "6.1.109", "Release": "1.br1", "Epoch": "0",
         "Architecture": "x86_64"},
        {"Name": "containerd", "Publisher": "Bottlerocket", "Version": "1.7.22", "Release": "1.br1", "Epoch": "2"},
        {"Name": "old", "Version": "1.0"}, {"Version": "1"}, {"Name": 7, "Version": {}}]}"#;
    for folder in ["", "x86_64-bottlerocket-linux-gnu/sys-root/", "aarch64-bottlerocket-linux-gnu/sys-root/"] {
        let place = |path: &str| format!("{folder}{path}");
        let inventory = files(&[
            (&place("usr/share/bottlerocket/application-inventory.json"), text.as_bytes()),
            (&place("usr/lib/os-release"), b"ID=bottlerocket\nVERSION_ID=1.26.1\n"),
        ]);
        assert_eq!(lines(&inventory), ["containerd 2:1.7.22-1.br1", "kernel-6.1 6.1.109-1.br1", "old 1.0"]);
        let kernel = &inventory.packages[1].package;
        assert_eq!((kernel.kind, kernel.vendor.as_deref()), (PackageKind::Rpm, Some("Bottlerocket")));
        assert_eq!(gaps(&inventory), [GapKind::DatabaseUnreadable]);
        assert_eq!(inventory.identity.distro().unwrap().id, "bottlerocket", "{folder}");
    }
    assert_eq!(lines(&files(&[("srv/application-inventory.json", text.as_bytes())])), [""; 0]);
}

#[test]
fn a_formula_needs_what_it_declares() {
    let receipt = r#"{"installed_on_request": true, "arch": "x86_64", "source": {"tap": "homebrew/core"},
        "runtime_dependencies": [
            {"full_name": "user/tap/brotli", "version": "1.1.0", "declared_directly": true},
            {"full_name": "openssl@3", "version": "3.3.2", "pkg_version": "3.3.2_1", "declared_directly": true},
            {"full_name": "ca-certificates", "version": "1", "declared_directly": false}]}"#;
    let path = "home/linuxbrew/.linuxbrew/Cellar/curl/8.10.1_1/INSTALL_RECEIPT.json";
    let inventory = files(&[(path, receipt.as_bytes())]);
    assert_eq!(lines(&inventory), ["curl 8.10.1_1"]);
    let curl = &inventory.packages[0].package;
    assert_eq!((curl.direct, curl.vendor.as_deref()), (Some(true), Some("homebrew/core")));
    let needed = |name: &str, version: &str| Requirement { version: Some(version.into()), ..Requirement::always(name) };
    assert_eq!(curl.requires, [needed("brotli", "1.1.0"), needed("openssl@3", "3.3.2_1")]);
    // A receipt that cannot be read is a gap; the formula is there nevertheless.
    let inventory = files(&[(path, &receipt.as_bytes()[..90])]);
    assert_eq!((lines(&inventory), gaps(&inventory)), (vec!["curl 8.10.1_1".into()], vec![GapKind::FileUnreadable]));
}

#[test]
fn files_in_the_folders_of_formulae_and_snaps_are_theirs() {
    let layers = [layer(&[
        Line::File("home/linuxbrew/.linuxbrew/Cellar/curl/8.10.1/INSTALL_RECEIPT.json", b"{}"),
        Line::File("home/linuxbrew/.linuxbrew/Cellar/curl/8.10.1/bin/curl", b""),
        Line::File("snap/hello/42/meta/snap.yaml", b"name: hello\nversion: '2.10'\n"),
        Line::File("snap/hello/42/bin/hello", b""),
        Line::File("usr/bin/other", b""),
    ])];
    let inventory = merge(&layers, &rows(), MergeOptions { files: true, ..MergeOptions::default() });
    let name = |file: &OwnedFile| inventory.packages[file.package as usize].package.name.clone();
    let owned: Vec<_> = inventory.files.iter().map(|file| (file.path.to_string(), name(file))).collect();
    let programs: Vec<_> = owned.iter().filter(|(path, _)| path.contains("/bin/")).map(|(_, name)| name).collect();
    assert_eq!(programs, ["curl", "hello"]);
}

#[test]
fn the_version_of_a_cask_stands_in_its_receipt() {
    let receipt = r#"{"source": {"tap": "homebrew/cask", "version": "131.0.2"}}"#;
    let path = "opt/homebrew/Caskroom/firefox/.metadata/INSTALL_RECEIPT.json";
    assert_eq!(lines(&files(&[(path, receipt.as_bytes())])), ["firefox 131.0.2"]);
    assert_eq!(lines(&files(&[("srv/INSTALL_RECEIPT.json", receipt.as_bytes())])), [""; 0]);
}

#[test]
fn a_snap_is_what_its_yaml_says() {
    let yaml = "name: hello\nversion: '2.10'\nlicense: GPL-3.0\nbase: core22\narchitectures: [amd64]\n";
    for path in ["snap/hello/42/meta/snap.yaml", "meta/snap.yaml"] {
        let inventory = files(&[(path, yaml.as_bytes())]);
        assert_eq!(lines(&inventory), ["hello 2.10"]);
        let snap = &inventory.packages[0].package;
        assert_eq!((snap.kind, snap.license.as_deref()), (PackageKind::Snap, Some("GPL-3.0")));
        assert_eq!(snap.requires, [Requirement::always("core22")]);
    }
    for broken in ["name: hello\n", "version: 1\n", "- a\n", "name: [", "\u{feff}\u{0}"] {
        assert_eq!(gaps(&files(&[("meta/snap.yaml", broken.as_bytes())])), [GapKind::FileUnreadable], "{broken:?}");
    }
}

#[test]
fn a_base_snap_lists_the_debian_packages_it_was_made_of() {
    let list = "||/ Name Version Architecture Description\n+++-====-===\n\
                ii  libssl3:amd64 3.0.2-0ubuntu1.18 amd64 Secure\nrc  old 1.0 all gone\nii  cut\n";
    let inventory = files(&[("usr/share/snappy/dpkg.list", list.as_bytes())]);
    assert_eq!(lines(&inventory), ["libssl3 3.0.2-0ubuntu1.18"]);
    assert_eq!(gaps(&inventory), [GapKind::NoIdentity]);
}

#[test]
fn a_snap_that_is_not_unpacked_is_said() {
    let inventory = files(&[("var/lib/snapd/snaps/core22_1234.snap", b"hsqs")]);
    assert_eq!(gaps(&inventory), [GapKind::FileUnreadable]);
}

#[test]
fn a_system_whose_packages_are_not_read_is_said() {
    for (path, system) in [
        ("var/log/packages/aaa_base-15.0-x86_64-4", "Slackware"),
        ("var/lib/pkgtools/packages/aaa_base-15.1-x86_64-1", "Slackware"),
        ("var/db/xbps/pkgdb-0.38.plist", "Void Linux"),
        ("var/lib/eopkg/package/baselayout-1.9-68/metadata.xml", "Solus"),
        ("usr/share/clear/bundles/os-core", "Clear Linux"),
        ("var/db/pkg/local.sqlite", "FreeBSD"),
    ] {
        let inventory = files(&[(path, b"")]);
        assert_eq!((gaps(&inventory), inventory.gaps[0].subject.as_str()), (vec![GapKind::UnsupportedSystem], system));
    }
    assert!(files(&[("var/log/packages/installed.txt", b"")]).gaps.is_empty());
}
