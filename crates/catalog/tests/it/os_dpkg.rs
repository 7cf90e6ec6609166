//! Debian's packages: dpkg, distroless, opkg.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use plimsoll_model::{EvidenceKind, Gap, GapKind, Inventory, Need, PackageKind, Position};

use crate::image::{Line, direct, files, image, layer, lines, needs};
use crate::reading::{has_tool, survives_anything, survives_damage};

const STATUS: &str = "var/lib/dpkg/status";

fn status(text: &str) -> Inventory {
    files(&[(STATUS, text.as_bytes())])
}

fn paragraph(name: &str, more: &str) -> String {
    format!("Package: {name}\nVersion: 1.0-1\nArchitecture: amd64\n{more}\n")
}

fn unreadable(inventory: &Inventory) -> Vec<&Gap> {
    inventory.gaps.iter().filter(|gap| gap.kind == GapKind::DatabaseUnreadable).collect()
}

#[test]
fn a_package_has_source_architecture_and_maintainer() {
    let inventory = status(
        "Package: libssl3\nStatus: install ok installed\nPriority: optional\nMaintainer: Debian OpenSSL Team \
         <a@b.org>\nArchitecture: amd64\nSource: openssl (3.0.11-1~deb12u1)\nVersion: 3.0.11-1~deb12u2+b1\nDescription: \
         text\n Package: not-this\n .\n\tVersion: 9\n\n",
    );
    assert_eq!(lines(&inventory), ["libssl3 3.0.11-1~deb12u2+b1"]);
    assert!(inventory.gaps.is_empty(), "{:?}", inventory.gaps);
    let package = &inventory.packages[0].package;
    assert_eq!((package.kind, package.evidence), (PackageKind::Deb, EvidenceKind::InstalledDatabase));
    assert_eq!(package.architecture.as_deref(), Some("amd64"));
    assert_eq!(package.vendor.as_deref(), Some("Debian OpenSSL Team <a@b.org>"));
    let source = package.source.as_ref().unwrap();
    assert_eq!((source.name.as_str(), source.version.as_str()), ("openssl", "3.0.11-1~deb12u1"));
}

#[test]
fn every_form_of_the_source_field_is_read() {
    for (field, name, version) in [
        ("", "a", "1.0-1"),
        ("Source: b\n", "b", "1.0-1"),
        ("Source: b (2:3-4)\n", "b", "2:3-4"),
        ("source:b(3)\n", "b", "3"),
        ("Source: b ()\n", "b", "1.0-1"),
        ("Source: b (3\n", "b", "3"),
    ] {
        let inventory = status(&paragraph("a", field));
        let source = inventory.packages[0].package.source.clone().unwrap();
        assert_eq!((source.name.as_str(), source.version.as_str()), (name, version), "{field:?}");
    }
}

#[test]
fn only_packages_whose_files_are_there_count() {
    for (state, present) in [
        ("install ok installed", true),
        ("hold ok installed", true),
        ("install reinstreq half-installed", true),
        ("install ok unpacked", true),
        ("install ok half-configured", true),
        ("install ok triggers-awaited", true),
        ("install ok triggers-pending", true),
        ("deinstall ok config-files", false),
        ("purge ok not-installed", false),
        ("unknown ok not-installed", false),
    ] {
        let inventory = status(&paragraph("a", &format!("Status: {state}\n")));
        assert_eq!(inventory.packages.len(), usize::from(present), "{state}");
        assert!(inventory.gaps.is_empty(), "{state}");
    }
}

#[test]
fn a_package_that_cannot_be_named_is_a_gap_and_the_others_stay() {
    let broken = ["Version: 1\n\n", "Package: x\n\n", "Package: x\u{1b}[31m\nVersion: 1\n\n", "what is this\n\n"];
    for broken in broken {
        let inventory = status(&format!("{}{broken}{}", paragraph("a", ""), paragraph("b", "")));
        assert_eq!(lines(&inventory), ["a 1.0-1", "b 1.0-1"]);
        assert_eq!(unreadable(&inventory).len(), 1, "{broken:?}");
    }
}

#[test]
fn a_database_cut_anywhere_but_between_packages_says_so() {
    let text: String =
        (0..200).map(|number| paragraph(&format!("package-{number}"), "Status: install ok installed\n")).collect();
    assert_eq!(status(&text).packages.len(), 200);
    for cut in (1..text.len()).step_by(1 << 10) {
        let inventory = status(&text[..cut]);
        let between = text[..cut].ends_with("\n\n");
        assert_eq!(unreadable(&inventory).is_empty(), between, "cut at {cut}");
        let whole = text[..cut].matches("\n\n").count();
        assert!((whole..=whole + 1).contains(&inventory.packages.len()), "cut at {cut}");
    }
}

#[test]
fn distroless_packages_stand_in_a_file_each_with_or_without_sums() {
    let control =
        "Package: libc6\nVersion: 2.36-9\nArchitecture: amd64\nSource: glibc\nMaintainer: GNU Libc Maintainers";
    let sums = "0123456789abcdef0123456789abcdef  usr/lib/python3/dist-packages/six-1.16.0.egg-info\n";
    let egg_info = "Name: six\nVersion: 1.16.0\n";
    let inventory = files(&[
        ("var/lib/dpkg/status.d/bGliYzY=", control.as_bytes()),
        ("var/lib/dpkg/status.d/bGliYzY=.md5sums", sums.as_bytes()),
        ("var/lib/dpkg/status.d/base", b"Package: base-files\nVersion: 12.4\n"),
        ("usr/lib/python3/dist-packages/six-1.16.0.egg-info", egg_info.as_bytes()),
    ]);
    assert_eq!(lines(&inventory), ["base-files 12.4", "libc6 2.36-9", "six 1.16.0"]);
    assert!(inventory.gaps.is_empty(), "{:?}", inventory.gaps);
    assert_eq!(inventory.packages[2].owner, Some(1));
}

#[test]
fn files_belong_to_the_package_whose_list_names_them() {
    let metadata = b"Name: requests\nVersion: 2.28.1\n";
    let path = "usr/lib/python3/dist-packages/requests-2.28.1.egg-info/PKG-INFO";
    let list = format!("/.\n/usr\n/usr/lib\n/{path}\n");
    let status_text = paragraph("python3-requests", "") + &paragraph("other", "");
    let with_list = |name: &str| {
        let list = (format!("var/lib/dpkg/info/{name}"), list.as_bytes());
        files(&[(STATUS, status_text.as_bytes()), (&list.0, list.1), (path, metadata)])
    };
    for name in ["python3-requests.list", "python3-requests:amd64.list"] {
        let inventory = with_list(name);
        assert_eq!(lines(&inventory), ["other 1.0-1", "python3-requests 1.0-1", "requests 2.28.1"]);
        assert_eq!(inventory.packages[2].owner, Some(1), "{name}");
    }
    assert_eq!(with_list("removed.list").packages[2].owner, None);
}

#[test]
fn opkg_packages_are_read() {
    for path in ["usr/lib/opkg/status", "var/lib/opkg/status"] {
        let text = "Package: busybox\nVersion: 1.36.1-1\nStatus: install user installed\nArchitecture: x86_64\n";
        assert_eq!(lines(&files(&[(path, text.as_bytes())])), ["busybox 1.36.1-1"]);
    }
}

#[test]
fn files_of_opkgs_packages_are_theirs() {
    let status = "Package: python3-six\nVersion: 1.16.0-1\nStatus: install user installed\n\n";
    let path = "usr/lib/python3.11/site-packages/six-1.16.0.dist-info/METADATA";
    for folder in ["usr/lib/opkg", "var/lib/opkg"] {
        let list = format!("/usr/bin/six\t0777\tsix3\n/{path}\t0644\n");
        let inventory = files(&[
            (&format!("{folder}/status"), status.as_bytes()),
            (&format!("{folder}/info/python3-six.list"), list.as_bytes()),
            (path, b"Name: six\nVersion: 1.16.0\n"),
        ]);
        assert_eq!(lines(&inventory), ["python3-six 1.16.0-1", "six 1.16.0"]);
        assert_eq!(inventory.packages[1].owner, Some(0), "{folder}");
    }
}

#[test]
fn an_upgrade_in_a_higher_layer_leaves_one_package() {
    let old = paragraph("a", "");
    let new = old.replace("1.0-1", "1.0-2");
    let inventory =
        image(&[layer(&[Line::File(STATUS, old.as_bytes())]), layer(&[Line::File(STATUS, new.as_bytes())])]);
    let versions: Vec<_> =
        inventory.packages.iter().map(|package| (package.package.version.as_str(), package.presence.name())).collect();
    assert_eq!(versions, [("1.0-1", "shadowed"), ("1.0-2", "present")]);
}

#[test]
fn a_package_needs_the_installed_ones_that_its_fields_lead_to() {
    let inventory = status(
        &[
            paragraph(
                "app",
                "Depends: absent | tool (>= 1) | other, base:any\nPre-Depends: libc\nRecommends: base, mail\n",
            ),
            paragraph("tool", "Depends: tool, absent\nSuggests: app [amd64],\n other <!nocheck>\n"),
            paragraph("other", "Depends: libc,\n base\n"),
            paragraph("base", ""),
            paragraph("libc6", "Provides: libc (= 2.36), libc-dev\n"),
            paragraph("exim", "Provides: mail\n"),
            paragraph("gone", "Status: deinstall ok config-files\nProvides: absent\n"),
        ]
        .concat(),
    );
    assert_eq!(needs(&inventory, "app"), ["base", "(exim)", "libc6", "tool"]);
    assert_eq!(needs(&inventory, "tool"), ["(app)", "(other)"]);
    assert_eq!(needs(&inventory, "other"), ["base", "libc6"]);
    assert_eq!(needs(&inventory, "base"), [""; 0]);
}

#[test]
fn distroless_packages_need_each_other_across_their_files() {
    let inventory = files(&[
        ("var/lib/dpkg/status.d/a", b"Package: a\nVersion: 1\nDepends: c\n"),
        ("var/lib/dpkg/status.d/b", b"Package: b\nVersion: 1\nProvides: c\n"),
    ]);
    assert_eq!(needs(&inventory, "a"), ["b"]);
}

#[test]
fn apt_knows_which_packages_a_person_asked_for() {
    let text = paragraph("a", "") + &paragraph("b", "");
    assert_eq!(direct(&status(&text)), [("a", None), ("b", None)]);
    let states = "Package: b\nArchitecture: amd64\nAuto-Installed: 1\n\nPackage: a\nAuto-Installed: 0\n\n";
    let inventory = files(&[(STATUS, text.as_bytes()), ("var/lib/apt/extended_states", states.as_bytes())]);
    assert_eq!(direct(&inventory), [("a", Some(true)), ("b", Some(false))]);
    let opkg = "Package: c\nVersion: 1\nAuto-Installed: yes\n\nPackage: d\nVersion: 1\n\n";
    assert_eq!(direct(&files(&[("usr/lib/opkg/status", opkg.as_bytes())])), [("c", Some(false)), ("d", None)]);
}

#[test]
fn a_package_stands_at_its_first_line() {
    let inventory = status(&[paragraph("a", ""), "\n".into(), paragraph("b", "")].concat());
    let places: Vec<_> = inventory.packages.iter().map(|package| package.sightings[0].position).collect();
    assert_eq!(places, [Some(Position::Line(1)), Some(Position::Line(6))]);
}

/// For each package the groups of which one is needed, as apt resolves them: `true` where it always is.
fn as_apt_resolves(listed: &str) -> BTreeMap<&str, Vec<(bool, BTreeSet<&str>)>> {
    let mut packages: BTreeMap<&str, Vec<(bool, BTreeSet<&str>)>> = BTreeMap::new();
    let (mut package, mut goes_on, mut counts) = ("", false, false);
    for line in listed.lines() {
        if !line.starts_with([' ', '|']) {
            (package, goes_on, counts) = (line, false, false);
            packages.entry(package).or_default();
            continue;
        }
        let groups = packages.get_mut(package).unwrap();
        let Some((field, name)) = line.trim_start_matches([' ', '|']).split_once(": ") else {
            // One that provides the virtual package above.
            if counts {
                groups.last_mut().unwrap().1.insert(line.trim());
            }
            continue;
        };
        counts = matches!(field, "Depends" | "PreDepends" | "Recommends" | "Suggests");
        if counts {
            if !std::mem::replace(&mut goes_on, line.starts_with(" |")) {
                groups.push((field.ends_with("Depends"), BTreeSet::new()));
            }
            groups.last_mut().unwrap().1.insert(name);
        }
    }
    packages
}

#[test]
fn the_packages_of_this_machine_need_what_apt_says() {
    if !has_tool("apt-cache") || !has_tool("dpkg-query") {
        return;
    }
    let file = std::fs::File::open(format!("/{STATUS}")).unwrap();
    let inventory = files(&[(STATUS, &plimsoll_model::read_capped(file, 1 << 28).unwrap())]);
    let mut command = Command::new("apt-cache");
    command.args(["depends", "-o", "Dir::State::Lists=/nonexistent"]);
    let output = command.args(inventory.packages.iter().map(|installed| &installed.package.name)).output().unwrap();
    let listed = String::from_utf8(output.stdout).unwrap();
    let installed: BTreeSet<&str> =
        inventory.packages.iter().map(|installed| installed.package.name.as_str()).collect();
    let resolved = as_apt_resolves(&listed);
    let mut edges = 0;
    for package in inventory.packages.iter().map(|installed| &installed.package) {
        let Some(groups) = resolved.get(package.name.as_str()) else { continue };
        for requirement in &package.requires {
            let by_apt = |(always, names): &(bool, BTreeSet<&str>)| {
                (requirement.need != Need::Always || *always) && names.contains(requirement.name.as_str())
            };
            assert!(groups.iter().any(by_apt), "{} needs {requirement:?}; apt: {groups:?}", package.name);
        }
        for (always, names) in groups {
            let found = package.requires.iter().any(|requirement| {
                (!*always || requirement.need == Need::Always) && names.contains(requirement.name.as_str())
            });
            let unmet = names.iter().all(|name| *name == package.name || !installed.contains(name));
            assert!(found || unmet, "{} needs one of {names:?}: {:?}", package.name, package.requires);
        }
        edges += package.requires.len();
    }
    assert!(edges > inventory.packages.len(), "{edges}");
}

#[test]
fn this_machine_is_read_as_dpkg_reads_it() {
    if !has_tool("dpkg-query") {
        return;
    }
    let format = "-f=${Package} ${Version} ${Architecture} ${source:Package} ${source:Version} ${db:Status-Status}\n";
    let output = Command::new("dpkg-query").args(["-W", format]).output().unwrap();
    let listed = String::from_utf8(output.stdout).unwrap();
    let expected: BTreeSet<_> = listed
        .lines()
        .filter_map(|line| line.rsplit_once(' '))
        .filter(|(_, state)| !matches!(*state, "config-files" | "not-installed"))
        .map(|(package, _)| package.to_owned())
        .collect();
    let file = std::fs::File::open("/var/lib/dpkg/status").unwrap();
    let inventory = files(&[(STATUS, &plimsoll_model::read_capped(file, 1 << 28).unwrap())]);
    assert!(inventory.gaps.is_empty(), "{:?}", inventory.gaps);
    let line = |package: &plimsoll_model::Package| {
        let source = package.source.as_ref().unwrap();
        let architecture = package.architecture.as_deref().unwrap();
        format!("{} {} {architecture} {} {}", package.name, package.version, source.name, source.version)
    };
    let found: BTreeSet<_> = inventory.packages.iter().map(|installed| line(&installed.package)).collect();
    assert_eq!(found, expected);
}

#[test]
fn damaged_databases_never_panic() {
    let good = paragraph("a", "Source: b (1)\nStatus: install ok installed\n").repeat(3);
    survives_damage("dpkg", STATUS, good.as_bytes());
    for path in [STATUS, "var/lib/dpkg/info/a.list", "var/lib/dpkg/status.d/a.md5sums"] {
        survives_anything("dpkg", path);
    }
}

#[test]
fn endless_fields_and_lines_stay_bounded_and_are_named() {
    let endless_line = format!("{}Package: x\nVersion: {}\n\n", paragraph("a", ""), "1".repeat(2 << 20));
    let inventory = status(&endless_line);
    assert_eq!(lines(&inventory), ["a 1.0-1"]);
    assert!(!unreadable(&inventory).is_empty());

    let long_field = format!("Maintainer: {}\n", "m".repeat(1000));
    let many: String = (0..40_000).map(|number| paragraph(&number.to_string(), &long_field)).collect();
    let inventory = status(&many);
    assert!(inventory.packages.len() < 40_000);
    assert_eq!(unreadable(&inventory).len(), 1);
}
