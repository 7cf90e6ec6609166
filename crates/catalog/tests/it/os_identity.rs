//! Which system an image holds.

use plimsoll_model::{GapKind, Identity, Inventory};

use crate::image::{Line, files, image, layer};
use crate::reading::{survives_anything, survives_damage};

fn id_and_version(inventory: &Inventory) -> (&str, Option<&str>) {
    let distro = inventory.identity.distro().expect("a system");
    (&distro.id, distro.version.as_deref())
}

fn of(content: &[(&str, &str)]) -> Inventory {
    let content: Vec<_> = content.iter().map(|(path, text)| (*path, text.as_bytes())).collect();
    files(&content)
}

#[test]
fn os_release_is_read_as_a_shell_reads_it() {
    for text in [
        "ID=debian\nVERSION_ID=12\n",
        "ID=\"debian\"\nVERSION_ID=\"12\"\n",
        "ID='debian'\r\nVERSION_ID='12'\r\n",
        "# ID=no\n\nID=other\nID=Debian # comment\n  VERSION_ID=\"1\"\"2\"\n",
        "\u{feff}ID=deb\\ian\nVERSION_ID=12",
        "ID_LIKE=\"rhel fedora\"\nID=debian\nVERSION_ID=12\nBUG=\"unclosed\n",
    ] {
        assert_eq!(id_and_version(&of(&[("etc/os-release", text)])), ("debian", Some("12")), "{text:?}");
    }
}

#[test]
fn every_field_is_kept() {
    let text = "PRETTY_NAME=\"Some \\\"OS\\\" 1\"\nID=some\nID_LIKE=\"debian ubuntu\"\nVERSION_ID=1\nVERSION_CODENAME=\
                one\nVARIANT_ID=tiny\nCPE_NAME=\"cpe:/o:some:os:1\"\n";
    let inventory = of(&[("usr/lib/os-release", text)]);
    let distro = inventory.identity.distro().unwrap();
    assert_eq!(distro.pretty_name.as_deref(), Some("Some \"OS\" 1"));
    assert_eq!(distro.like, ["debian", "ubuntu"]);
    assert_eq!(distro.codename.as_deref(), Some("one"));
    assert_eq!(distro.variant.as_deref(), Some("tiny"));
    assert_eq!(distro.cpe.as_deref(), Some("cpe:/o:some:os:1"));
    assert_eq!(distro.path.as_bytes(), b"usr/lib/os-release");
}

#[test]
fn debian_testing_has_no_number_and_is_no_stable_release() {
    let os_release = "PRETTY_NAME=\"Debian GNU/Linux trixie/sid\"\nID=debian\nVERSION_CODENAME=trixie\n";
    let testing = of(&[("etc/os-release", os_release), ("etc/debian_version", "trixie/sid\n")]);
    assert_eq!(id_and_version(&testing), ("debian", Some("trixie/sid")));
    let without = of(&[("etc/os-release", os_release)]);
    assert_eq!(id_and_version(&without), ("debian", None));
    let stable = of(&[("etc/os-release", "ID=debian\nVERSION_ID=12\n"), ("etc/debian_version", "12.7\n")]);
    assert_eq!(id_and_version(&stable), ("debian", Some("12")));
    assert_eq!(id_and_version(&of(&[("etc/debian_version", "12.7\n")])), ("debian", Some("12")));
}

#[test]
fn a_derived_system_is_itself_and_never_what_it_is_like() {
    for (text, id, version) in [
        ("ID=kali\nID_LIKE=debian\n", "kali", None),
        ("ID=echo\nID_LIKE=debian\nVERSION_ID=1\n", "echo", Some("1")),
        ("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\nVERSION_ID=\"21\"\n", "linuxmint", Some("21")),
    ] {
        // The files of Debian that it kept say nothing of it.
        let inventory = of(&[("etc/os-release", text), ("etc/debian_version", "bookworm/sid\n")]);
        assert_eq!(id_and_version(&inventory), (id, version));
    }
}

#[test]
fn the_repositories_decide_alpines_release() {
    let os_release = ("etc/os-release", "ID=alpine\nVERSION_ID=3.20.3\n");
    for (repositories, version) in [
        ("https://a.org/alpine/v3.20/main\nhttps://a.org/alpine/v3.20/community\n", "3.20.3"),
        ("https://a.org/alpine/v3.18/main\n", "3.18"),
        ("https://a.org/alpine/edge/main\nhttps://a.org/alpine/edge/community\n", "edge"),
        (
            "https://a.org/alpine/v3.20/main\n@edge https://a.org/alpine/edge/main\n#https://a.org/alpine/edge/main\n",
            "3.20.3",
        ),
        ("https://a.org/alpine/v3.20/main/\nhttps://a.org/alpine/edge/testing\n", "3.20.3"),
        ("/media/cdrom/apks\nhttps://a.org/os\n", "3.20.3"),
        ("", "3.20.3"),
    ] {
        let inventory = of(&[os_release, ("etc/apk/repositories", repositories)]);
        assert_eq!(id_and_version(&inventory), ("alpine", Some(version)), "{repositories}");
    }
    let wolfi = [
        ("etc/os-release", "ID=wolfi\nVERSION_ID=\"20230201\"\n"),
        ("etc/apk/repositories", "https://a.org/v3.9/main\n"),
    ];
    assert_eq!(id_and_version(&of(&wolfi)), ("wolfi", Some("20230201")));
}

#[test]
fn ubuntu_pros_enabled_services_are_the_channels_of_the_image() {
    let os_release = ("etc/os-release", "ID=ubuntu\nVERSION_ID=\"22.04\"\n");
    let channels = |status: &str| {
        let inventory = of(&[os_release, ("var/lib/ubuntu-advantage/status.json", status)]);
        (inventory.identity.distro().unwrap().channels.clone(), inventory.gaps.len())
    };
    let services = r#""services":[{"name":"fips-updates","status":"disabled"},{"name":"esm-infra","status":"enabled"},
        {"name":"esm-apps","status":"enabled","entitled":"yes"},{"name":"../x","status":"enabled"},{"name":"cis"}]"#;
    let attached = format!(r#"{{"attached":true,{services}}}"#);
    assert_eq!(channels(&attached), (vec!["esm-apps".to_owned(), "esm-infra".to_owned()], 0));
    assert_eq!(channels(&format!(r#"{{"attached":false,{services}}}"#)), (vec![], 0));
    assert_eq!(channels(r#"{"attached":false,"services":[{"name":"esm-apps","available":"yes"}]}"#), (vec![], 0));
    assert_eq!(channels(r#"{"services":7}"#), (vec![], 1), "what cannot be read is said");
}

#[test]
fn red_hats_content_sets_are_the_repositories_of_the_image() {
    let manifest = |sets: &str| format!(r#"{{"metadata":{{"icm_version":1}},"content_sets":[{sets}]}}"#);
    let base = manifest(r#""rhel-9-for-x86_64-baseos-rpms","rhel-9-for-x86_64-appstream-rpms""#);
    let own = manifest(r#""rhel-9-for-x86_64-baseos-rpms","rhel-9-for-x86_64-appstream-eus-rpms__9_DOT_2""#);
    let newer = manifest(r#""rhocp-4.16-for-rhel-9-x86_64-rpms""#);
    let repositories = |own: &str| {
        let inventory = of(&[
            ("etc/os-release", "ID=rhel\nVERSION_ID=\"9.2\"\n"),
            ("root/buildinfo/content_manifests/rhel-els-container-9.2-483.json", &base),
            ("root/buildinfo/content_manifests/own-container-1-1.json", own),
            ("usr/share/buildinfo/content-sets.json", &newer),
        ]);
        (inventory.identity.distro().unwrap().repositories.clone(), inventory.gaps.len())
    };
    let (all, gaps) = repositories(&own);
    let expected = [
        "rhel-9-for-x86_64-appstream-eus-rpms__9_DOT_2",
        "rhel-9-for-x86_64-appstream-rpms",
        "rhel-9-for-x86_64-baseos-rpms",
        "rhocp-4.16-for-rhel-9-x86_64-rpms",
    ];
    assert_eq!((all, gaps), (expected.map(str::to_owned).into(), 0));
    assert_eq!(repositories("{\"content_sets\":null}").0.len(), 3);
    assert_eq!(repositories("7").1, 1, "what cannot be read is said");
}

#[test]
fn a_service_pack_of_openeuler_is_part_of_its_release() {
    for (version, name, expected) in [
        ("24.03", "openEuler 24.03 (LTS-SP1)", "24.03-LTS-SP1"),
        ("22.03", "openEuler 22.03 (LTS)", "22.03-LTS"),
        ("23.09", "openEuler 23.09", "23.09"),
        ("24.03", "openEuler 24.03 (Preview)", "24.03"),
        ("24.03", "openEuler 24.03 (LTS", "24.03"),
    ] {
        let text = format!("NAME=\"openEuler\"\nID=\"openEuler\"\nVERSION_ID=\"{version}\"\nPRETTY_NAME=\"{name}\"\n");
        assert_eq!(id_and_version(&of(&[("etc/os-release", &text)])), ("openeuler", Some(expected)), "{name}");
    }
    let other = "ID=other\nVERSION_ID=24.03\nPRETTY_NAME=\"other 24.03 (LTS-SP1)\"\n";
    assert_eq!(id_and_version(&of(&[("etc/os-release", other)])), ("other", Some("24.03")));
}

#[test]
fn release_files_stand_in_where_there_is_no_os_release() {
    for (path, text, id, version) in [
        ("etc/centos-release", "CentOS release 6.10 (Final)\n", "centos", "6.10"),
        ("etc/redhat-release", "Red Hat Enterprise Linux Server release 6.10 (Santiago)\n", "rhel", "6.10"),
        ("etc/system-release", "Amazon Linux AMI release 2018.03\n", "amzn", "2018.03"),
        ("etc/SuSE-release", "SUSE Linux Enterprise Server 11 (x86_64)\nVERSION = 11\n", "sles", "11"),
        ("etc/oracle-release", "Oracle Linux Server release 6.10\n", "ol", "6.10"),
        ("etc/alpine-release", "3.4.6\n", "alpine", "3.4.6"),
        ("etc/openEuler-release", "openEuler release 22.03 (LTS)\n", "openeuler", "22.03-LTS"),
    ] {
        assert_eq!(id_and_version(&of(&[(path, text)])), (id, Some(version)), "{path}");
    }
    let both =
        [("etc/redhat-release", "CentOS Linux release 7.9\n"), ("etc/rocky-release", "Rocky Linux release 8.9\n")];
    assert_eq!(id_and_version(&of(&both)), ("rocky", Some("8.9")));
}

#[test]
fn a_linked_os_release_is_the_file_it_points_to() {
    let usual = image(&[layer(&[
        Line::Symlink("etc/os-release", "../usr/lib/os-release"),
        Line::File("usr/lib/os-release", b"ID=debian\nVERSION_ID=12\n"),
    ])]);
    assert_eq!(id_and_version(&usual), ("debian", Some("12")));
    let editions = image(&[layer(&[
        Line::Symlink("etc/os-release", "../usr/lib/os-release"),
        Line::Symlink("usr/lib/os-release", "./os.release.d/os-release-container"),
        Line::File("usr/lib/os.release.d/os-release-container", b"ID=fedora\nVERSION_ID=30\n"),
        Line::File("usr/lib/os.release.d/os-release-cloud", b"ID=other\nVERSION_ID=1\n"),
    ])]);
    assert_eq!(id_and_version(&editions), ("fedora", Some("30")));
    let own_wins = of(&[("etc/os-release", "ID=derived\n"), ("usr/lib/os-release", "ID=debian\nVERSION_ID=12\n")]);
    assert_eq!(id_and_version(&own_wins), ("derived", None));
}

#[test]
fn a_higher_layer_may_change_the_system_and_take_it_away() {
    let lower = || layer(&[Line::File("etc/os-release", b"ID=debian\nVERSION_ID=11\n")]);
    let upgraded = image(&[lower(), layer(&[Line::File("etc/os-release", b"ID=debian\nVERSION_ID=12\n")])]);
    assert_eq!(id_and_version(&upgraded), ("debian", Some("12")));
}

#[test]
fn distroless_scratch_and_unknown_systems_are_told_apart() {
    let distroless = of(&[
        ("usr/lib/os-release", "PRETTY_NAME=\"Distroless\"\nID=\"debian\"\nVERSION_ID=\"12\"\n"),
        ("var/lib/dpkg/status.d/tzdata", "Package: tzdata\nVersion: 2024a-0+deb12u1\n"),
    ]);
    assert_eq!(id_and_version(&distroless), ("debian", Some("12")));
    assert_eq!(of(&[("app", "")]).identity, Identity::Scratch);
    assert_eq!(of(&[("lib/apk/db/installed", "P:a\nV:1\n\n")]).identity, Identity::Unknown);
}

#[test]
fn a_file_that_names_no_system_is_a_gap() {
    for (path, text) in [("etc/os-release", "NAME=x\n"), ("etc/redhat-release", "Something 9\n")] {
        let inventory = of(&[(path, text)]);
        assert_eq!(inventory.identity, Identity::Scratch);
        assert_eq!(inventory.gaps[0].kind, GapKind::FileUnreadable, "{path}");
    }
}

#[test]
fn damaged_release_files_never_panic() {
    survives_damage("system-identity", "etc/os-release", b"ID=\"debian\"\nVERSION_ID='12'\n");
    for path in [
        "etc/os-release",
        "etc/apk/repositories",
        "etc/redhat-release",
        "etc/debian_version",
        "var/lib/ubuntu-advantage/status.json",
        "root/buildinfo/content_manifests/ubi9-container-9.4-1214.json",
        "usr/share/buildinfo/content-sets.json",
    ] {
        survives_anything("system-identity", path);
    }
}
