//! Compiled programs: real ones of the compilers that are here, and ones written byte by byte.

use std::path::Path;
use std::process::Command;

use plimsoll_model::{EvidenceKind, GapKind, PackageKind, Program, ProgramFormat, ProgramRole};

use crate::golden::files;
use crate::image::{Line, image, layer_with_binaries, lines};
use crate::reading::{Reading, has_tool, read, read_in_windows, survives_anything, survives_damage};

const PATH: &str = "usr/bin/program";
const WINDOWS: [usize; 5] = [1000, 4096, 4097, 65_536, 1 << 24];

fn run(folder: &Path, tool: &str, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let output =
        Command::new(tool).args(arguments).current_dir(folder).envs(variables.iter().copied()).output().unwrap();
    assert!(output.status.success(), "{tool}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn bytes_of(path: &Path) -> Vec<u8> {
    plimsoll_model::read_capped(std::fs::File::open(path).unwrap(), 1 << 28).unwrap()
}

/// The one program of a file, the same whatever the windows.
fn program(bytes: &[u8]) -> Program {
    let whole = read(ID, PATH, bytes).programs;
    for window_bytes in WINDOWS {
        assert_eq!(read_in_windows(ID, PATH, &[], bytes, window_bytes).programs, whole, "windows of {window_bytes}");
    }
    whole.into_iter().next().unwrap()
}

const ID: &str = "programs";
const NOTE: &str = r#"{"type":"deb","os":"debian","name":"hello","version":"2.10-3","architecture":"amd64","osCpe":"cpe:/o:debian:debian_linux:12"}"#;

#[test]
fn programs_of_the_c_compiler_are_told_apart() {
    if !has_tool("cc") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("main.c"), "int puts(const char*); int main(void) { return puts(\"a\"); }\n").unwrap();
    std::fs::write(folder.join("part.c"), "int part(void) { return 1; }\n").unwrap();
    let cc = |arguments: &[&str]| run(folder, "cc", arguments, &[]);
    cc(&["-c", "-o", "part.o", "part.c"]);
    cc(&["-shared", "-fPIC", "-Wl,-soname,libpart.so.7", "-o", "libpart.so.7.1", "part.c"]);
    let link = ["-Wl,--no-as-needed", "main.c", "./libpart.so.7.1", "-lm"];
    for (name, flags) in [("pie", &["-pie", "-fPIE"][..]), ("fixed", &["-no-pie"]), ("stripped", &["-s"])] {
        let note = format!("--package-metadata={NOTE}");
        cc(&[&["-o", name], flags, &link, &["-Wl,--build-id=0x00ff10", "-Xlinker", &note]].concat());
        let bytes = bytes_of(&folder.join(name));
        let [package] = read(ID, PATH, &bytes).packages.try_into().unwrap();
        assert_eq!((package.kind, package.evidence), (PackageKind::Deb, EvidenceKind::BuildInfo));
        assert_eq!((package.name.as_str(), package.version.as_str()), ("hello", "2.10-3"));
        let program = program(&bytes);
        assert_eq!((program.format, program.role), (ProgramFormat::Elf, ProgramRole::Executable), "{name}");
        assert_eq!(program.build_id.as_deref(), Some("00ff10"));
        assert!(program.needed.contains(&"libpart.so.7".to_owned()), "{:?}", program.needed);
        assert!(program.needed.iter().any(|name| name.starts_with("libc.so")), "{:?}", program.needed);
        assert_eq!((program.soname, program.packer), (None, None));
    }
    let library = program(&bytes_of(&folder.join("libpart.so.7.1")));
    assert_eq!((library.role, library.soname.as_deref()), (ProgramRole::Library, Some("libpart.so.7")));
    let object = program(&bytes_of(&folder.join("part.o")));
    assert_eq!((object.role, object.needed.len()), (ProgramRole::Object, 0));
}

#[test]
fn programs_of_other_systems_are_read() {
    if !has_tool("go") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("go.mod"), "module example.com/app\n\ngo 1.18\n").unwrap();
    std::fs::write(folder.join("main.go"), "package main\n\nfunc main() { println(1) }\n").unwrap();
    let build = |system, processor| {
        let variables =
            [("GOOS", system), ("GOARCH", processor), ("CGO_ENABLED", "0"), ("GOFLAGS", ""), ("GOTOOLCHAIN", "local")];
        run(folder, "go", &["build", "-trimpath", "-o", "program", "."], &variables);
        program(&bytes_of(&folder.join("program")))
    };
    for (system, processor, format) in [
        ("linux", "amd64", ProgramFormat::Elf),
        ("windows", "amd64", ProgramFormat::Pe),
        ("darwin", "amd64", ProgramFormat::MachO),
    ] {
        let program = build(system, processor);
        assert_eq!((program.format, program.role), (format, ProgramRole::Executable), "{system}/{processor}");
        assert_eq!(program.architecture.as_deref(), Some(processor));
        match format {
            ProgramFormat::Elf => assert_eq!(program.build_id.unwrap().matches('/').count(), 3, "Go's own form"),
            ProgramFormat::Pe => assert_eq!(program.needed, ["kernel32.dll"]),
            ProgramFormat::MachO => assert!(program.needed.contains(&"/usr/lib/libSystem.B.dylib".to_owned())),
        }
    }
}

#[test]
fn names_that_stand_behind_the_dynamic_section_are_found() {
    let bytes = elf(&[(1, 0x5000), (14, 0x5000 + 8), (1, 0x5000 + 18)], 200_000, b"liba.so\0libown.so\0libb.so\0");
    let program = program(&bytes);
    assert_eq!(program.needed, ["liba.so", "libb.so"]);
    assert_eq!(program.soname.as_deref(), Some("libown.so"));
}

/// A little-endian ELF library with 64 bits whose names stand at `names_at`, behind its dynamic section.
fn elf(entries: &[(u64, u64)], names_at: u64, names: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x7fELF\x02\x01\x01".to_vec();
    bytes.resize(16, 0);
    bytes.extend([3, 0, 62, 0, 1, 0, 0, 0]);
    let words = |bytes: &mut Vec<u8>, words: &[u64]| words.iter().for_each(|word| bytes.extend(word.to_le_bytes()));
    words(&mut bytes, &[0, 64, 0]);
    bytes.extend([0, 0, 0, 0, 64, 0, 56, 0, 2, 0, 0, 0, 0, 0, 0, 0]);
    let length = names.len() as u64;
    bytes.extend([1, 0, 0, 0, 4, 0, 0, 0]);
    words(&mut bytes, &[names_at, 0x10_0000, 0x10_0000, length, length, 4096]);
    bytes.extend([2, 0, 0, 0, 6, 0, 0, 0]);
    let dynamic_bytes = (entries.len() as u64 + 3) * 16;
    words(&mut bytes, &[100_000, 0x9000, 0x9000, dynamic_bytes, dynamic_bytes, 8]);
    bytes.resize(100_000, 0);
    for (tag, value) in entries {
        words(&mut bytes, &[*tag, value - 0x5000]);
    }
    words(&mut bytes, &[5, 0x10_0000, 10, length, 0, 0]);
    bytes.resize(names_at as usize, 0);
    bytes.extend_from_slice(names);
    bytes.resize(bytes.len() + 100_000, 0);
    bytes
}

#[test]
fn what_only_begins_like_a_program_is_none() {
    let nothing = |bytes: &[u8]| {
        let reading = read(ID, PATH, bytes);
        assert!(reading.programs.is_empty() && reading.packages.is_empty());
        reading.gaps
    };
    assert!(nothing(b"MZ is how this text begins, and it goes on for longer than a header does, on and on").is_empty());
    assert!(nothing(b"\xca\xfe\xba\xbe\0\0\0\x02").is_empty());
    assert!(nothing(b"\x7fELF is not enough").is_empty());
    let mut cut = elf(&[], 200_000, b"liba.so\0");
    cut.truncate(100);
    assert_eq!(nothing(&cut)[0].kind, GapKind::FileUnreadable);
    let mut of_a_crash = elf(&[], 200_000, b"liba.so\0");
    of_a_crash[16] = 4;
    assert!(nothing(&of_a_crash).is_empty());
}

#[test]
fn the_note_of_a_program_counts_where_no_package_owns_it() {
    const LIBRARY: &str = "usr/lib/libpart.so.7.1";
    let (_, _, library) = files(ID).into_iter().find(|(path, ..)| path == LIBRARY).unwrap();
    let status =
        b"Package: libpart7\nStatus: install ok installed\nArchitecture: amd64\nSource: hello\nVersion: 2.10-3\n";
    let database = [
        Line::File("var/lib/dpkg/status", status),
        Line::File("var/lib/dpkg/info/libpart7.list", b"/usr\n/usr/lib\n/usr/lib/libpart.so.7.1\n"),
    ];
    let alone = layer_with_binaries(&[Line::File(LIBRARY, &library)]);
    let installed = layer_with_binaries(&[database.as_slice(), &[Line::File(LIBRARY, &library)]].concat());
    assert_eq!(lines(&image(std::slice::from_ref(&alone))), ["hello 2.10-3"]);
    let owned = image(std::slice::from_ref(&installed));
    assert_eq!(lines(&owned), ["libpart7 2.10-3"]);
    assert_eq!((owned.programs.len(), owned.programs[0].owner), (1, Some(0)));
    // What a later layer puts in its place is nobody's.
    let at = memchr::memmem::find(&library, b"2.10-3").unwrap();
    let newer = [&library[..at], b"2.10-4", &library[at + 6..]].concat();
    let replaced = layer_with_binaries(&[Line::File(LIBRARY, &newer)]);
    assert_eq!(lines(&image(&[installed, replaced])), ["hello 2.10-4", "libpart7 2.10-3"]);
}

#[test]
fn a_packed_program_is_named_as_such() {
    let mut bytes = elf(&[], 200_000, b"liba.so\0");
    bytes[200..204].copy_from_slice(b"UPX!");
    assert!(read(ID, PATH, &bytes).gaps.is_empty(), "the mark may stand in any file that speaks of it");
    let tail = bytes.len() - 36;
    bytes[tail..tail + 4].copy_from_slice(b"UPX!");
    assert_eq!(program(&bytes).packer.as_deref(), Some("upx"));
    for window_bytes in WINDOWS {
        let Reading { gaps, .. } = read_in_windows(ID, PATH, &[], &bytes, window_bytes);
        assert_eq!((gaps[0].kind, gaps[0].subject.as_str()), (GapKind::PackedProgram, PATH));
    }
}

#[test]
fn damaged_programs_never_panic() {
    let mut good = elf(&[(1, 0x5000), (14, 0x5007)], 110_000, b"liba.so\0libown.so\0");
    good.truncate(111_000);
    survives_damage(ID, PATH, &good);
    survives_anything(ID, PATH);
    for magic in ["\x7fELF\x02\x01", "\x7fELF\x01\x02", "MZ", "\u{0}"] {
        let magic = if magic == "\0" { b"\xcf\xfa\xed\xfe".to_vec() } else { magic.as_bytes().to_vec() };
        plimsoll_fuzzing::check().with_iterations(500).for_each(|bytes: &[u8]| {
            read_in_windows(ID, PATH, &[], &[&magic, bytes].concat(), 64);
        });
    }
}
