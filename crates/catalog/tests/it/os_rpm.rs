//! RPM: the three forms of its database, the list of distroless images.

use plimsoll_facts::{EntryKind, FileMeta, Sink};
use plimsoll_model::{FilePath, GapKind, InstalledPackage, Inventory, Package, Position};

use crate::image::{Line, direct, files, image, layer, lines, needs, real};
use crate::reading::{inspect, inspector, survives_anything};
use crate::rpm_made::{Value, bdb, built, header, listed, ndb, rpm, simple, sqlite};

const BDB: &str = "var/lib/rpm/Packages";
const NDB: &str = "usr/lib/sysimage/rpm/Packages.db";
const SQLITE: &str = "usr/share/rpm/rpmdb.sqlite";
const JOURNAL: &str = "usr/share/rpm/rpmdb.sqlite-wal";
const MANIFEST: &str = "var/lib/rpmmanifest/container-manifest-2";

/// As rpm lists them with [`crate::rpm_made::QUERY`].
fn as_rpm_lists(inventory: &Inventory) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "(none)".into());
    let line = |package: &Package| {
        let version = &package.version;
        let version = if version.contains(':') { version.clone() } else { format!("0:{version}") };
        let source = package.source.as_ref().map(|source| format!("{}-{}.src.rpm", source.name, source.version));
        let (architecture, vendor, license) = (&package.architecture, &package.vendor, &package.license);
        format!(
            "{} {version} {} {} {} {}",
            package.name,
            text(architecture),
            text(vendor),
            text(license),
            text(&source)
        )
    };
    let mut lines: Vec<_> = inventory.packages.iter().map(|installed| line(&installed.package)).collect();
    lines.sort();
    lines
}

fn unreadable(inventory: &Inventory) -> Vec<&str> {
    let gaps = inventory.gaps.iter().filter(|gap| gap.kind == GapKind::DatabaseUnreadable);
    gaps.map(|gap| gap.detail.as_str()).collect()
}

/// Headers of two sizes: most fit into a page, every fifth takes several.
fn headers(count: usize) -> Vec<Vec<u8>> {
    let one = |at: usize| {
        let name = format!("harbour-{at}");
        let filler = "x".repeat(if at.is_multiple_of(5) { 9000 + at } else { 100 });
        header(&[
            (1000, Value::Text(&name)),
            (1001, Value::Text("1.0")),
            (1002, Value::Text("1")),
            (1004, Value::Text(&filler)),
        ])
    };
    (0..count).map(one).collect()
}

fn expected(count: usize) -> Vec<String> {
    let mut expected: Vec<_> = (0..count).map(|at| format!("harbour-{at} 1.0-1")).collect();
    expected.sort();
    expected
}

#[test]
fn every_package_of_a_real_image_is_found() {
    let Some(image) = real("almalinux-9-micro-arm64.oci.tar") else { return };
    let database = &image["var/lib/rpm/rpmdb.sqlite"];
    let inventory = files(&[("var/lib/rpm/rpmdb.sqlite", database), ("var/lib/rpm/rpmdb.sqlite-wal", b"")]);
    assert_eq!(unreadable(&inventory), [""; 0]);
    let package = |name: &str| inventory.packages.iter().find(|found| found.package.name == name).unwrap();
    assert_eq!(inventory.packages.len(), 22);
    let libgcc = &package("libgcc").package;
    assert_eq!(libgcc.source.as_ref().unwrap().name, "gcc");
    assert_eq!(libgcc.vendor.as_deref(), Some("AlmaLinux"));
    assert_eq!(libgcc.architecture.as_deref(), Some("aarch64"));
    if crate::reading::has_tool("rpm") {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("rpmdb.sqlite"), database).unwrap();
        assert_eq!(as_rpm_lists(&inventory), listed(folder.path()));
    }
}

#[test]
fn packages_of_a_real_image_need_what_rpm_says() {
    let Some(image) = real("almalinux-9-micro-arm64.oci.tar") else { return };
    if !crate::reading::has_tool("rpm") {
        return;
    }
    let database = &image["var/lib/rpm/rpmdb.sqlite"];
    let inventory = files(&[("var/lib/rpm/rpmdb.sqlite", database)]);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("rpmdb.sqlite"), database).unwrap();
    let ask = |arguments: &[&str]| -> Vec<String> {
        let output = rpm(folder.path()).args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
    };
    let mut edges = 0;
    for package in inventory.packages.iter().map(|installed| &installed.package) {
        let names = ask(&["-q", "--qf", "[%{REQUIRENAME}\n]", &package.name]);
        let names: Vec<&str> = names.iter().map(String::as_str).filter(|name| !name.starts_with("rpmlib(")).collect();
        let mut providers: Vec<String> = Vec::new();
        for name in names {
            providers.extend(ask(&["-q", "--qf", "%{NAME}\n", "--whatprovides", name]));
        }
        providers.retain(|name| *name != package.name && !name.starts_with("no package provides"));
        providers.sort();
        providers.dedup();
        assert_eq!(needs(&inventory, &package.name), providers, "{}", package.name);
        edges += providers.len();
    }
    assert!(edges > 20, "{edges}");
}

#[test]
fn a_package_needs_capabilities_files_and_expressions() {
    let package = |name, required: &[&str], flags: &[u32], provided: &[&str], recommended: &[&str]| {
        header(&[
            (1000, Value::Text(name)),
            (1001, Value::Text("1")),
            (1002, Value::Text("1")),
            (1047, Value::Texts(provided)),
            (1048, Value::Numbers(flags)),
            (1049, Value::Texts(required)),
            (5046, Value::Texts(recommended)),
        ])
    };
    let shell = header(&[
        (1000, Value::Text("shell")),
        (1001, Value::Text("1")),
        (1002, Value::Text("1")),
        (1116, Value::Numbers(&[0])),
        (1117, Value::Texts(&["sh"])),
        (1118, Value::Texts(&["/usr/bin/"])),
    ]);
    let headers = [
        package(
            "app",
            &["rpmlib(Files)", "/bin/sh", "libc.so.6(GLIBC_2.34)(64bit)", "(absent or tool >= 2 or z)", "app", "z"],
            &[1 << 24, 0, 0, 0, 0, 1 << 19],
            &["app"],
            &["docs", "(langpack if shell)"],
        ),
        package(
            "tool",
            &["(z and docs)", "(libc.so.6(GLIBC_2.34)(64bit) with z)", "((z or a) and b)"],
            &[0, 0, 0],
            &[],
            &[],
        ),
        package("glibc", &[], &[], &["libc.so.6(GLIBC_2.34)(64bit)", "nobody-asks"], &[]),
        simple("docs", "1", "1"),
        simple("langpack", "1", "1"),
        simple("z", "1", "1"),
        shell,
    ];
    let inventory = files(&[(NDB, &ndb(&headers))]);
    assert_eq!(needs(&inventory, "app"), ["(docs)", "glibc", "(langpack)", "shell", "tool", "(z)"]);
    assert_eq!(needs(&inventory, "tool"), ["docs", "glibc", "z"]);
    assert_eq!(needs(&inventory, "shell"), [""; 0]);
}

/// DNF 4's history of these names and reasons, in the order of its transactions.
fn history(items: &[(&str, u32)]) -> Option<Vec<u8>> {
    if !crate::reading::has_tool("python3") {
        return None;
    }
    let script = r#"
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("PRAGMA page_size = 512")
db.execute("CREATE TABLE rpm (item_id INTEGER UNIQUE NOT NULL, name TEXT NOT NULL, epoch INTEGER NOT NULL, version TEXT NOT NULL, release TEXT NOT NULL, arch TEXT NOT NULL)")
db.execute("CREATE TABLE trans_item (id INTEGER PRIMARY KEY AUTOINCREMENT, trans_id INTEGER, item_id INTEGER, repo_id INTEGER, action INTEGER NOT NULL, reason INTEGER NOT NULL, state INTEGER NOT NULL)")
for at, item in enumerate(sys.argv[2:]):
    name, reason = item.split("=")
    db.execute("INSERT INTO rpm VALUES (?, ?, 0, '1', ?, 'noarch')", [at + 1, name, str(at)])
    db.execute("INSERT INTO trans_item VALUES (NULL, 1, ?, 1, 1, ?, 1)", [at + 1, int(reason)])
db.commit()
"#;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.sqlite");
    let mut command = std::process::Command::new("python3");
    command.args(["-c", script]).arg(&path).args(items.iter().map(|(name, reason)| format!("{name}={reason}")));
    assert!(command.status().unwrap().success());
    Some(plimsoll_model::read_capped(std::fs::File::open(path).unwrap(), 1 << 20).unwrap())
}

#[test]
fn dnf_and_zypper_know_which_packages_a_person_asked_for() {
    let database = ndb(&["a", "b", "c", "d"].map(|name| simple(name, "1", "1")));
    let read = |path: &str, bytes: &[u8]| files(&[(NDB, &database), (path, bytes)]);
    let expected = [("a", Some(true)), ("b", Some(false)), ("c", None), ("d", Some(true))];
    if let Some(history) = history(&[("a", 1), ("b", 4), ("a", 2), ("d", 5), ("x", 1), ("c", 0)]) {
        assert_eq!(direct(&read("var/lib/dnf/history.sqlite", &history)), expected);
    }
    let state = b"version = \"1.0\"\n[packages]\n\"a.noarch\" = {reason = \"User\"}\n\
                  \"b.x86_64\" = {reason = \"Weak Dependency\"}\n\"d.noarch\" = {reason = \"Group\"}\n";
    assert_eq!(direct(&read("usr/lib/sysimage/libdnf5/packages.toml", state)), expected);
    let zypper = b"# made by libzypp\n\nb\nc\n";
    let expected = [("a", Some(true)), ("b", Some(false)), ("c", Some(false)), ("d", Some(true))];
    assert_eq!(direct(&read("var/lib/zypp/AutoInstalled", zypper)), expected);
    for path in ["var/lib/dnf/history.sqlite", "usr/lib/sysimage/libdnf5/packages.toml"] {
        let inventory = read(path, b"neither");
        assert_eq!(inventory.gaps[0].kind, GapKind::FileUnreadable);
        assert!(direct(&inventory).iter().all(|(_, direct)| direct.is_none()));
    }
}

#[test]
fn a_database_of_rpm_holds_what_rpm_lists() {
    let Some(built) = built() else { return };
    let inventory = files(&[(SQLITE, &built.database)]);
    assert_eq!(unreadable(&inventory), [""; 0]);
    assert_eq!(built.listed.len(), 11);
    assert_eq!(as_rpm_lists(&inventory), built.listed);
    let module = |installed: &InstalledPackage| installed.package.module.clone();
    assert!(inventory.packages.iter().all(|package| module(package).as_deref() == Some("harbour:4")));
}

#[test]
fn all_forms_hold_the_same() {
    let Some(built) = built() else { return };
    let by_ndb = files(&[(NDB, &ndb(&built.headers))]);
    assert_eq!(by_ndb.packages.len(), 14);
    // But for where in the file they stand.
    let packages = |inventory: &Inventory| -> Vec<Package> {
        let package = |installed: &InstalledPackage| Package { position: None, ..installed.package.clone() };
        inventory.packages.iter().map(package).collect()
    };
    for big_endian in [false, true] {
        let Some(database) = bdb(&built.headers, big_endian, 4096) else { return };
        let by_bdb = files(&[(BDB, &database)]);
        assert_eq!(unreadable(&by_bdb), [""; 0]);
        assert_eq!(packages(&by_bdb), packages(&by_ndb));
    }
    let Some(database) = sqlite(&built.headers, 4096) else { return };
    assert_eq!(packages(&files(&[(SQLITE, &database)])), packages(&by_ndb));
}

#[test]
fn pages_of_any_size_are_read() {
    let headers = headers(60);
    for page_bytes in [512, 1024, 8192, 65536] {
        for big_endian in [false, true] {
            let Some(database) = bdb(&headers, big_endian, page_bytes) else { return };
            let inventory = files(&[(BDB, &database)]);
            assert_eq!((lines(&inventory), unreadable(&inventory)), (expected(60), vec![]), "{page_bytes}");
        }
        let Some(database) = sqlite(&headers, page_bytes) else { return };
        let inventory = files(&[(SQLITE, &database)]);
        assert_eq!((lines(&inventory), unreadable(&inventory)), (expected(60), vec![]), "{page_bytes}");
    }
}

#[test]
fn deleted_rows_do_not_come_back() {
    let headers = headers(40);
    let Some(database) = sqlite(&headers, 1024) else { return };
    assert!(memchr::memmem::find(&database, b"deleted-1\0").is_some());
    assert!(lines(&files(&[(SQLITE, &database)])).iter().all(|line| line.starts_with("harbour-")));
}

#[test]
fn windows_may_end_anywhere() {
    let headers = headers(30);
    let mut databases = vec![(NDB, ndb(&headers))];
    databases.extend(bdb(&headers, false, 512).map(|database| (BDB, database)));
    databases.extend(sqlite(&headers, 512).map(|database| (SQLITE, database)));
    for (path, database) in databases {
        let read = |window_bytes: usize| {
            let size = database.len() as u64;
            let path = path.as_bytes();
            let file = FileMeta { path, inside: &[], kind: EntryKind::File, mode: 0o644, owner: (0, 0), size };
            let mut sink = Sink::new(FilePath::new(path), Vec::new());
            assert!(inspect(inspector("rpm"), &file, &database, window_bytes, &mut sink));
            sink.into_items()
        };
        let whole = read(1 << 30);
        for window_bytes in [1, 13, 511, 512, 513, 4096, 65536] {
            assert_eq!(read(window_bytes), whole, "{path} by {window_bytes}");
        }
    }
}

#[test]
fn a_header_says_who_built_the_package_from_what() {
    let header = header(&[
        (1000, Value::Text("bind-libs")),
        (1001, Value::Text("9.16.23")),
        (1002, Value::Text("1.el9")),
        (1003, Value::Numbers(&[32])),
        (1014, Value::Text("MPLv2.0")),
        (1015, Value::Text("Some Packager")),
        (1022, Value::Text("x86_64")),
        (1044, Value::Text("bind-utils-extra-9.16.23-1.el9.src.rpm")),
        (5096, Value::Text("bind:9.16:9050020:abcd")),
    ]);
    let inventory = files(&[(NDB, &ndb(&[header]))]);
    let package = &inventory.packages[0].package;
    assert_eq!((package.name.as_str(), package.version.as_str()), ("bind-libs", "32:9.16.23-1.el9"));
    assert_eq!(package.architecture.as_deref(), Some("x86_64"));
    assert_eq!(package.vendor.as_deref(), Some("Some Packager"));
    assert_eq!(package.module.as_deref(), Some("bind:9.16"));
    let source = package.source.as_ref().unwrap();
    assert_eq!((source.name.as_str(), source.version.as_str()), ("bind-utils-extra", "9.16.23-1.el9"));
}

#[test]
fn a_package_stands_where_its_record_begins() {
    let headers = headers(30);
    let mut databases = vec![(NDB, ndb(&headers))];
    databases.extend(bdb(&headers, true, 4096).map(|database| (BDB, database)));
    databases.extend(sqlite(&headers, 4096).map(|database| (SQLITE, database)));
    for (path, database) in databases {
        let inventory = files(&[(path, &database)]);
        for package in inventory.packages.iter().map(|installed| &installed.package) {
            let Some(Position::Offset(at)) = package.position else { panic!("{path}: {}", package.name) };
            let rest = &database[usize::try_from(at).unwrap()..];
            let name = format!("{}\0", package.name);
            let found = memchr::memmem::find(&rest[..rest.len().min(4096)], name.as_bytes());
            assert!(found.is_some(), "{path}: {} at {at}", package.name);
        }
    }
}

#[test]
fn public_keys_are_no_packages() {
    let inventory = files(&[(NDB, &ndb(&[simple("gpg-pubkey", "8483c65d", "5ccc5b19"), simple("a", "1", "2")]))]);
    assert_eq!(lines(&inventory), ["a 1-2"]);
}

#[test]
fn files_of_a_package_are_its_own() {
    let owner = header(&[
        (1000, Value::Text("python3-requests")),
        (1001, Value::Text("2.25.1")),
        (1002, Value::Text("6.el9")),
        (1029, Value::Bytes(&[0, 0, 0, 2])),
        (1037, Value::Numbers(&[0, 0, 1 << 6, 0])),
        (1116, Value::Numbers(&[1, 0, 2, 3])),
        (1117, Value::Texts(&["METADATA", "python", "METADATA", "METADATA"])),
        (
            1118,
            Value::Texts(&[
                "/usr/bin/",
                "/usr/lib/a-1.dist-info/",
                "/usr/lib/b-1.dist-info/",
                "/usr/lib/c-1.dist-info/",
            ]),
        ),
    ]);
    let metadata = |name: &str| format!("Name: {name}\nVersion: 1\n\n").into_bytes();
    let inventory = files(&[
        (NDB, &ndb(&[owner])),
        ("usr/lib/a-1.dist-info/METADATA", &metadata("a")),
        ("usr/lib/b-1.dist-info/METADATA", &metadata("b")),
        ("usr/lib/c-1.dist-info/METADATA", &metadata("c")),
    ]);
    let owned = |name: &str| inventory.packages.iter().find(|package| package.package.name == name).unwrap().owner;
    assert!(owned("a").is_some());
    assert!(owned("b").is_none(), "a ghost was not shipped");
    assert!(owned("c").is_none(), "it was not installed");
}

#[test]
fn a_header_that_cannot_be_read_leaves_the_others() {
    let without_version = header(&[(1000, Value::Text("b")), (1002, Value::Text("1"))]);
    let mut too_long = simple("c", "1", "1");
    too_long[4..8].copy_from_slice(&u32::MAX.to_be_bytes());
    let mut outside = simple("d", "1", "1");
    outside[16..20].copy_from_slice(&u32::MAX.to_be_bytes());
    let headers = [simple("a", "1", "1"), without_version, too_long, outside, vec![], simple("z\u{1b}[m", "1", "1")];
    let inventory = files(&[(NDB, &ndb(&headers))]);
    assert_eq!(lines(&inventory), ["a 1-1"]);
    let expected = "5 of its records could not be read; the first: a package without a readable version";
    assert_eq!(unreadable(&inventory), [expected]);
    if let Some(database) = bdb(&headers, true, 512) {
        let inventory = files(&[(BDB, &database)]);
        assert_eq!(lines(&inventory), ["a 1-1"]);
        assert!(unreadable(&inventory)[0].starts_with("5 of its records"), "{:?}", unreadable(&inventory));
    }
}

#[test]
fn a_database_cut_short_is_never_silent() {
    let headers = headers(30);
    let mut databases = vec![(NDB, ndb(&headers))];
    for big_endian in [false, true] {
        databases.extend(bdb(&headers, big_endian, 1024).map(|database| (BDB, database)));
    }
    databases.extend(sqlite(&headers, 1024).map(|database| (SQLITE, database)));
    databases.extend(built().map(|built| (SQLITE, built.database.clone())));
    for (path, database) in databases {
        for cut in (0..database.len()).step_by(1024).chain([database.len() - 1]) {
            let inventory = files(&[(path, &database[..cut])]);
            assert!(!unreadable(&inventory).is_empty(), "{path} at {cut}");
        }
    }
}

#[test]
fn changes_that_are_still_in_the_journal_are_said() {
    let mut journal = vec![0x37, 0x7f, 0x06, 0x82];
    journal.extend_from_slice(&[0, 45, 226, 24, 0, 0, 16, 0, 0, 0, 0, 1]);
    journal.extend_from_slice(b"saltsalt sumsum ");
    assert!(unreadable(&files(&[(JOURNAL, &journal)])).is_empty(), "no frame");
    journal.extend_from_slice(b"pagesizesaltsaltsumsum  ");
    assert_eq!(unreadable(&files(&[(JOURNAL, &journal)])).len(), 1);
    journal[40] ^= 1;
    assert!(unreadable(&files(&[(JOURNAL, &journal)])).is_empty(), "a frame of a former round");
    assert!(files(&[(JOURNAL, b"")]).gaps.is_empty());
}

#[test]
fn a_folder_that_is_a_link_is_one_database() {
    let database = ndb(&[simple("a", "1", "1")]);
    let lower = layer(&[Line::Symlink("var/lib/rpm", "../../usr/lib/sysimage/rpm"), Line::File(NDB, &database)]);
    let upgraded = ndb(&[simple("a", "2", "1")]);
    let upper = layer(&[Line::File("var/lib/rpm/Packages.db", &upgraded)]);
    let present = |inventory: &Inventory| -> Vec<String> {
        let present = inventory.packages.iter().filter(|package| package.ended.is_none());
        present.map(|package| format!("{} {}", package.package.version, package.sightings.len())).collect()
    };
    assert_eq!(present(&image(std::slice::from_ref(&lower))), ["1-1 1"]);
    assert_eq!(present(&image(&[lower, upper])), ["2-1 1"]);
}

#[test]
fn distroless_lists_are_read() {
    let text = "mariner-release\t2.0-12.cm2\t1653816591\t1653753130\tMicrosoft Corporation\t(none)\t580\tnoarch\t0\tmariner-release-2.0-12.cm2.src.rpm\n\
                openssl-libs\t1.1.1k-15.cm2\t1653816591\t1653628955\tMicrosoft Corporation\t(none)\t10855265\tx86_64\t3\topenssl-1.1.1k-15.cm2.src.rpm\n";
    let inventory = files(&[(MANIFEST, text.as_bytes())]);
    assert_eq!(lines(&inventory), ["mariner-release 2.0-12.cm2", "openssl-libs 3:1.1.1k-15.cm2"]);
    let package = &inventory.packages[1].package;
    assert_eq!(package.vendor.as_deref(), Some("Microsoft Corporation"));
    assert_eq!(package.source.as_ref().unwrap().name, "openssl");
    assert!(unreadable(&inventory).is_empty());
    let cut = files(&[(MANIFEST, &text.as_bytes()[..text.len() - 8])]);
    assert_eq!((lines(&cut).len(), unreadable(&cut).len()), (1, 1));
}

#[test]
fn other_files_by_these_names_are_gaps() {
    for path in [BDB, NDB, SQLITE] {
        for bytes in [&b""[..], b"text", &[0; 600], &[0xff; 5000]] {
            assert_eq!(unreadable(&files(&[(path, bytes)])).len(), 1, "{path}");
        }
    }
}

#[test]
fn pages_that_lead_in_circles_end() {
    let headers = headers(6);
    let Some(good) = bdb(&headers, false, 512) else { return };
    for target in 0..good.len() as u32 / 512 {
        let mut bad = good.clone();
        for page in bad.chunks_exact_mut(512).filter(|page| page[25] == 7) {
            page[16..20].copy_from_slice(&target.to_le_bytes());
        }
        assert!(files(&[(BDB, &bad)]).packages.len() <= 6);
    }
    let Some(good) = sqlite(&headers, 512) else { return };
    for target in 1..=good.len() as u32 / 512 {
        let mut bad = good.clone();
        for page in bad.chunks_exact_mut(512).skip(1).filter(|page| page[0] == 0) {
            page[..4].copy_from_slice(&target.to_be_bytes());
        }
        assert!(files(&[(SQLITE, &bad)]).packages.len() <= 6);
    }
}

#[test]
fn records_that_never_end_are_given_up() {
    let Some(good) = bdb(&headers(6), false, 512) else { return };
    // Overflow pages that nobody waits for, more than are held.
    let mut page = good.chunks_exact(512).find(|page| page[25] == 7).unwrap().to_vec();
    page[12..16].copy_from_slice(&1u32.to_le_bytes());
    let mut bad = good.clone();
    let pages = (40u32 << 20) / 512;
    bad[32..36].copy_from_slice(&(good.len() as u32 / 512 + pages).to_le_bytes());
    for number in 0..pages {
        page[8..12].copy_from_slice(&(good.len() as u32 / 512 + number).to_le_bytes());
        page[16..20].copy_from_slice(&(good.len() as u32 / 512 + number).to_le_bytes());
        bad.extend_from_slice(&page);
    }
    let inventory = files(&[(BDB, &bad)]);
    assert_eq!(lines(&inventory), expected(6), "what was read before stays");
    assert_eq!(unreadable(&inventory), ["the limit on size was reached"]);
}

#[test]
fn damaged_databases_never_panic() {
    let headers = headers(6);
    let mut databases = vec![(NDB, ndb(&headers))];
    databases.extend(bdb(&headers, false, 512).map(|database| (BDB, database)));
    databases.extend(sqlite(&headers, 512).map(|database| (SQLITE, database)));
    for (path, good) in databases {
        for at in (0..good.len()).step_by(97) {
            let mut bad = good.clone();
            bad[at] ^= 1 << (at % 8);
            files(&[(path, &bad)]);
        }
        // Whole fields at their extremes find what single bits do not.
        plimsoll_fuzzing::check().with_iterations(500).with_type::<(u16, u8, u32)>().for_each(|(at, value, more)| {
            let mut bad = good.clone();
            for at in [usize::from(*at), *more as usize] {
                let at = at % (bad.len() - 4);
                bad[at..at + 4].fill(if value % 3 == 0 { 0xff } else { *value });
            }
            files(&[(path, &bad)]);
        });
    }
}

#[test]
fn arbitrary_bytes_never_panic() {
    for path in [BDB, NDB, SQLITE, JOURNAL, MANIFEST] {
        survives_anything("rpm", path);
    }
}

#[test]
fn arbitrary_headers_never_panic() {
    plimsoll_fuzzing::check().with_iterations(3_000).with_type::<Vec<(u8, u8, u16, u16)>>().for_each(|entries| {
        let tags = [1000, 1001, 1002, 1003, 1029, 1037, 1044, 1116, 1117, 1118, 5096];
        let mut bytes = [(entries.len() as u32 + 1).to_be_bytes(), 600u32.to_be_bytes()].concat();
        for (tag, kind, offset, count) in entries.iter().chain([&(0, 6, 0, 1)]) {
            let tag = tags[usize::from(*tag) % tags.len()];
            for number in [tag, u32::from(kind % 10), u32::from(offset % 700), u32::from(*count)] {
                bytes.extend_from_slice(&number.to_be_bytes());
            }
        }
        bytes.extend(b"abc-1.src.rpm\0\0\0\0\0\0\x01".iter().cycle().take(600));
        files(&[(NDB, &ndb(&[bytes]))]);
    });
}
