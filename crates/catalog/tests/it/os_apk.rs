//! Alpine's packages, on real images and on hostile databases.

use plimsoll_model::{Gap, GapKind, Inventory};

use crate::image::{Line, direct, files, image, layer, lines, needs, real};
use crate::reading::{survives_anything, survives_damage};

const INSTALLED: &str = "lib/apk/db/installed";
const DATABASE: &str = "C:Q1abc=\nP:libssl3\nV:3.3.2-r1\nA:x86_64\nS:100\nL:Apache-2.0\no:openssl\nm:Someone \
                        <a@b.org>\nt:1\nD:so:libc.musl-x86_64.so.1\nF:usr\nF:usr/lib\nR:libssl.so.3\na:0:0:755\n\nP:py3-six\nV:1.16.0-r9\no:py3-six\nF:usr/lib/python3.12/site-packages/six-1.16.0.dist-info\nR:METADATA\n\n";

fn unreadable(inventory: &Inventory) -> Vec<&Gap> {
    inventory.gaps.iter().filter(|gap| gap.kind == GapKind::DatabaseUnreadable).collect()
}

#[test]
fn a_package_has_origin_architecture_maintainer_and_licence() {
    for path in [INSTALLED, "usr/lib/apk/db/installed"] {
        let inventory = files(&[(path, DATABASE.as_bytes())]);
        assert_eq!(lines(&inventory), ["libssl3 3.3.2-r1", "py3-six 1.16.0-r9"]);
        assert!(inventory.gaps.is_empty());
        let package = &inventory.packages[0].package;
        assert_eq!(package.architecture.as_deref(), Some("x86_64"));
        assert_eq!(package.vendor.as_deref(), Some("Someone <a@b.org>"));
        assert_eq!(package.license.as_deref(), Some("Apache-2.0"));
        let source = package.source.as_ref().unwrap();
        assert_eq!((source.name.as_str(), source.version.as_str()), ("openssl", "3.3.2-r1"));
    }
}

#[test]
fn a_package_without_origin_is_its_own_source() {
    let inventory = files(&[(INSTALLED, b"P:a\nV:1-r0\n\n")]);
    assert_eq!(inventory.packages[0].package.source.as_ref().unwrap().name, "a");
}

#[test]
fn files_belong_to_the_package_that_lists_them() {
    let path = "usr/lib/python3.12/site-packages/six-1.16.0.dist-info/METADATA";
    let inventory = files(&[(INSTALLED, DATABASE.as_bytes()), (path, b"Name: six\nVersion: 1.16.0\n")]);
    assert_eq!(lines(&inventory), ["libssl3 3.3.2-r1", "py3-six 1.16.0-r9", "six 1.16.0"]);
    assert_eq!(inventory.packages[2].owner, Some(1));
}

#[test]
fn a_removed_database_takes_its_packages_along() {
    let inventory = image(&[layer(&[Line::File(INSTALLED, DATABASE.as_bytes())]), layer(&[Line::Whiteout("lib/apk")])]);
    assert!(inventory.packages.iter().all(|package| package.presence.name() == "shadowed"));
}

#[test]
fn real_alpine_images_are_read_whole() {
    for (name, version, packages, musl) in [
        ("alpine-3.9.6.oci.tar", "3.9", 14, "1.1.20-r5"),
        ("alpine-3.14.10.oci.tar", "3.14", 14, "1.2.2-r4"),
        ("alpine-3.20.3.oci.tar", "3.20", 14, "1.2.5-r0"),
    ] {
        let Some(content) = real(name) else { return };
        let content: Vec<_> = content.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect();
        let inventory = files(&content);
        assert!(inventory.gaps.is_empty(), "{:?}", inventory.gaps);
        let distro = inventory.identity.distro().unwrap();
        assert_eq!(distro.id, "alpine");
        assert!(distro.version.as_ref().unwrap().starts_with(version), "{:?}", distro.version);
        assert_eq!(inventory.packages.len(), packages, "{name}");
        assert!(lines(&inventory).contains(&format!("musl {musl}")), "{name}: {:?}", lines(&inventory));
        let text = String::from_utf8_lossy(content.iter().find(|(path, _)| *path == INSTALLED).unwrap().1).into_owned();
        assert_eq!(inventory.packages.len(), text.lines().filter(|line| line.starts_with("P:")).count());
    }
}

#[test]
fn a_package_needs_whatever_provides_the_names_of_its_field() {
    let database = "P:app\nV:1-r0\nD:so:libc.musl-x86_64.so.1 lib>=2 cmd:tool=1-r0 pc:zlib !old absent\n\n\
                    P:musl\nV:1-r0\np:so:libc.musl-x86_64.so.1=1 so:other\n\n\
                    P:lib\nV:2-r0\nD:/bin/sh app\n\nP:old\nV:1-r0\n\n\
                    P:tools\nV:1-r0\np:cmd:tool=1-r0 pc:zlib=1 /bin/sh tools\nD:tools cmd:tool\n\n";
    let inventory = files(&[(INSTALLED, database.as_bytes())]);
    assert_eq!(needs(&inventory, "app"), ["lib", "musl", "tools"]);
    assert_eq!(needs(&inventory, "lib"), ["app", "tools"]);
    assert_eq!(needs(&inventory, "tools"), [""; 0]);
}

#[test]
fn the_world_says_what_a_person_asked_for() {
    let inventory = files(&[(INSTALLED, DATABASE.as_bytes()), ("etc/apk/world", b"py3-six>1@edge\n!libssl3\n")]);
    assert_eq!(direct(&inventory), [("libssl3", Some(false)), ("py3-six", Some(true))]);
    assert!(files(&[(INSTALLED, DATABASE.as_bytes())]).packages.iter().all(|found| found.package.direct.is_none()));
}

#[test]
fn requirements_of_real_images_are_all_met() {
    for name in ["alpine-3.9.6.oci.tar", "alpine-3.20.3.oci.tar"] {
        let Some(content) = real(name) else { return };
        let inventory = files(&[(INSTALLED, &content[INSTALLED]), ("etc/apk/world", &content["etc/apk/world"])]);
        let text = String::from_utf8_lossy(&content[INSTALLED]);
        let plain = |word: &str| word.split(['=', '<', '>', '~']).next().unwrap().to_owned();
        let field = |record: &str, tag: &str| -> Vec<String> {
            let lines = record.lines().filter_map(|line| line.strip_prefix(tag));
            lines.flat_map(str::split_whitespace).filter(|word| !word.starts_with('!')).map(plain).collect()
        };
        let records: Vec<(String, Vec<String>, Vec<String>)> = text
            .split("\n\n")
            .filter(|record| record.contains("P:"))
            .map(|record| {
                let own = field(record, "P:").remove(0);
                (own.clone(), field(record, "D:"), [vec![own], field(record, "p:")].concat())
            })
            .collect();
        for (own, needed, _) in &records {
            let provider = |name: &String| {
                let found = records.iter().find(|(_, _, offered)| offered.contains(name));
                found.unwrap_or_else(|| panic!("{own} needs {name}")).0.clone()
            };
            let mut expected: Vec<String> = needed.iter().map(provider).filter(|name| name != own).collect();
            expected.sort();
            expected.dedup();
            assert_eq!(needs(&inventory, own), expected, "{own}");
        }
        let asked = inventory.packages.iter().filter(|found| found.package.direct == Some(true)).count();
        assert!((3..8).contains(&asked), "{name}: {:?}", direct(&inventory));
    }
}

#[test]
fn a_real_database_cut_anywhere_but_between_packages_says_so() {
    let Some(content) = real("alpine-3.20.3.oci.tar") else { return };
    let database = &content[INSTALLED];
    for cut in (1..database.len()).step_by(1 << 10) {
        let inventory = files(&[(INSTALLED, &database[..cut])]);
        assert_eq!(unreadable(&inventory).is_empty(), database[..cut].ends_with(b"\n\n"), "cut at {cut}");
    }
}

#[test]
fn a_package_that_cannot_be_named_is_a_gap_and_the_others_stay() {
    for broken in ["V:1\n\n", "P:x\n\n", "P:x\u{7}\nV:1\n\n", "nonsense\n\n"] {
        let inventory = files(&[(INSTALLED, format!("{broken}{DATABASE}").as_bytes())]);
        assert_eq!(inventory.packages.len(), 2);
        assert_eq!(unreadable(&inventory).len(), 1, "{broken:?}");
    }
}

#[test]
fn damaged_databases_never_panic() {
    survives_damage("apk", INSTALLED, DATABASE.as_bytes());
    survives_anything("apk", INSTALLED);
    let endless = [b"P:a\nV:1\nF:".as_slice(), &[b'f'; 1 << 19], b"\n", &b"R:a\n".repeat(20_000), b"\n"].concat();
    assert_eq!(lines(&files(&[(INSTALLED, &endless)])), ["a 1"]);
}
