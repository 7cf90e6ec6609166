//! Gentoo's packages, on written databases.

use plimsoll_model::PackageKind;

use crate::image::{direct, files, lines, needs};

/// The database of packages, each with a few of its variables.
fn database(packages: &[(&str, &[(&str, &str)])]) -> Vec<(String, Vec<u8>)> {
    let of_package = |(full, variables): &(&str, &[(&str, &str)])| {
        let file = |variable: &str, value: &str| (format!("var/db/pkg/{full}/{variable}"), value.as_bytes().to_vec());
        let own = file("PF", full.split_once('/').unwrap().1);
        std::iter::once(own).chain(variables.iter().map(|(name, value)| file(name, value))).collect::<Vec<_>>()
    };
    packages.iter().flat_map(of_package).collect()
}

fn read(database: &[(String, Vec<u8>)]) -> plimsoll_model::Inventory {
    let listed: Vec<(&str, &[u8])> = database.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect();
    files(&listed)
}

#[test]
fn a_package_is_named_by_its_folder_and_needs_its_atoms() {
    let inventory = read(&database(&[
        (
            "app-shells/bash-5.2_p15-r6",
            &[
                ("LICENSE", "GPL-3+\n"),
                ("repository", "gentoo\n"),
                ("RDEPEND", ">=sys-libs/ncurses-6.1:0= || ( x/absent ( virtual/libc x/y ) ) !!<sys-apps/portage-2.1\n"),
                ("PDEPEND", "app-shells/bash x/nothing"),
            ],
        ),
        ("sys-libs/ncurses-6.4_p20230401", &[]),
        ("virtual/libc-1-r1", &[]),
        ("sys-apps/portage-3.0", &[]),
    ]));
    assert!(inventory.gaps.is_empty(), "{:?}", inventory.gaps);
    let expected =
        ["app-shells/bash 5.2_p15-r6", "sys-apps/portage 3.0", "sys-libs/ncurses 6.4_p20230401", "virtual/libc 1-r1"];
    assert_eq!(lines(&inventory), expected);
    let bash = &inventory.packages[0].package;
    assert_eq!((bash.kind, bash.vendor.as_deref()), (PackageKind::Ebuild, Some("gentoo")));
    assert_eq!(bash.license.as_deref(), Some("GPL-3+"));
    assert_eq!(needs(&inventory, "app-shells/bash"), ["sys-libs/ncurses", "virtual/libc"]);
    assert_eq!(bash.direct, None);
}

#[test]
fn the_world_says_what_a_person_asked_for() {
    let mut files = database(&[("a/b-1", &[]), ("a/c-2", &[])]);
    files.push(("var/lib/portage/world".into(), b"a/c:2\n".to_vec()));
    assert_eq!(direct(&read(&files)), [("a/b", Some(false)), ("a/c", Some(true))]);
}

#[test]
fn files_belong_to_the_package_whose_contents_list_them() {
    let path = "usr/lib/python3.12/site-packages/six-1.16.0 x.dist-info/METADATA";
    let contents = format!("dir /usr\nobj /{path} 0123456789abcdef0123456789abcdef 1700000000\n");
    let mut files = database(&[("dev-python/six-1.16.0", &[("CONTENTS", &contents)]), ("a/b-1", &[])]);
    files.push((path.into(), b"Name: six\nVersion: 1.16.0\n".to_vec()));
    let inventory = read(&files);
    assert_eq!(lines(&inventory), ["six 1.16.0", "a/b 1", "dev-python/six 1.16.0"]);
    assert_eq!(inventory.packages[0].owner, Some(2));
}

#[test]
fn folders_that_are_no_packages_are_passed_by() {
    for path in ["-MERGING-a-1/PF", "a/-MERGING-b-1/PF", "a/b/PF", "PF", "a/b-1/c/PF", "a/\u{1}-1/PF"] {
        assert_eq!(lines(&files(&[(&format!("var/db/pkg/{path}"), b"x")])), [""; 0], "{path}");
    }
}
