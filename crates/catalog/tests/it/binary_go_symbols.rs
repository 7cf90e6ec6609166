//! Function tables of Go programs: written byte by byte in every layout, and real ones.

use std::path::Path;
use std::process::Command;

use plimsoll_model::{GapKind, Linked};

use crate::binary_go::{program, record};
use crate::reading::{Reading, has_tool, read, read_in_windows};

const PATH: &str = "usr/bin/program";
const GO_1_2: u32 = 0xffff_fffb;
const GO_1_16: u32 = 0xffff_fffa;
const GO_1_18: u32 = 0xffff_fff0;
const GO_1_20: u32 = 0xffff_fff1;
const NAMES: [&str; 7] = [
    "go:buildid",
    "runtime.main",
    "main.main",
    "main.main.func1",
    "golang.org/x/text/language.(*Tag).Parent",
    "gopkg.in/yaml%2ev3.Unmarshal",
    "slices.SortFunc[...]",
];

/// A function table as the linker of the version with this magic number lays it out.
fn table(magic: u32, is_big_endian: bool, pointer_bytes: usize, names: &[&str]) -> Vec<u8> {
    let order = |mut bytes: Vec<u8>| {
        if is_big_endian {
            bytes.reverse();
        }
        bytes
    };
    let mut text = Vec::new();
    for name in names {
        text.extend_from_slice(name.as_bytes());
        text.push(0);
    }
    text.resize(text.len().next_multiple_of(pointer_bytes), 0);
    let words = if magic == GO_1_16 { 7 } else { 8 };
    let first = 8 + words * pointer_bytes;
    let mut numbers = vec![names.len(), 3];
    if words == 8 {
        numbers.push(0x40_1000);
    }
    numbers.extend([
        first,
        first + text.len(),
        first + text.len() + 8,
        first + text.len() + 16,
        first + text.len() + 24,
    ]);
    let mut bytes = order(magic.to_le_bytes().to_vec());
    bytes.extend([0, 0, if is_big_endian { 4 } else { 1 }, pointer_bytes as u8]);
    for number in numbers {
        bytes.extend(order(number.to_le_bytes()[..pointer_bytes].to_vec()));
    }
    bytes.extend(text);
    bytes.resize(bytes.len() + 64, 7);
    bytes
}

fn linked(parts: &[&[u8]]) -> Option<Linked> {
    read_parts(parts).linked
}

fn read_parts(parts: &[&[u8]]) -> Reading {
    read("go", PATH, &program(parts))
}

#[test]
fn tables_of_every_layout_are_read_in_windows_of_any_size() {
    let build = record("go1.22.3", "path\ta.b/c\nmod\ta.b/c\tv1.0.0\t\n");
    for magic in [GO_1_16, GO_1_18, GO_1_20] {
        for (is_big_endian, pointer_bytes) in [(false, 8), (true, 8), (false, 4), (true, 4)] {
            let table = table(magic, is_big_endian, pointer_bytes, &NAMES);
            let bytes = program(&[&table, &build]);
            for window_bytes in [1, 7, 63, 100, 1000, 4096, 1 << 20] {
                let reading = read_in_windows("go", PATH, &[], &bytes, window_bytes);
                let which = format!("{magic:x} {is_big_endian} {pointer_bytes} {window_bytes}");
                let linked = reading.linked.expect(&which);
                assert_eq!((linked.packages.len(), linked.functions.len()), (11, 5), "{which}");
                assert!(linked.functions.contains("a.b/c.main"), "the package main has the path of the program");
                assert!(linked.has_module("golang.org/x/text") && !linked.has_module("golang.org/x/net"));
                assert!(linked.packages.contains("gopkg.in/yaml.v3"));
                assert!(linked.functions.contains("gopkg.in/yaml.v3.Unmarshal"));
                assert!(linked.functions.contains("golang.org/x/text/language.Tag.Parent"));
                assert!(!linked.functions.contains("golang.org/x/text/language.Parse"));
                assert!(reading.gaps.is_empty());
            }
        }
    }
}

#[test]
fn where_a_table_is_missing_old_cut_or_of_something_else_nothing_is_known() {
    let build = record("go1.22.3", "path\ta.b/c\nmod\ta.b/c\tv1.0.0\t\n");
    let good = table(GO_1_20, false, 8, &NAMES);
    assert!(linked(&[&good, &build]).is_some());
    assert_eq!(linked(&[&build]), None);
    assert_eq!(linked(&[&table(GO_1_2, false, 8, &NAMES), &build]), None);
    assert_eq!(linked(&[&good, &table(GO_1_2, false, 8, &NAMES), &build]), None);
    assert_eq!(linked(&[&good, &build, &build]), None, "two programs, of which one has a table");
    assert!(linked(&[&good, &good, &build, &build]).is_some());
    assert_eq!(linked(&[&table(GO_1_20, false, 8, &["main.main", "a.b/c.F"]), &build]), None, "no runtime");
    let cut = program(&[&build, &good]);
    let cut = read("go", PATH, &cut[..cut.len() - 5000 - 64 - 20]);
    assert!(cut.linked.is_none() && cut.packages.len() == 2);
    let endless = "x".repeat(70_000);
    assert_eq!(linked(&[&table(GO_1_20, false, 8, &["runtime.main", &endless]), &build]), None);
}

#[test]
fn programs_that_do_not_say_their_modules_are_named() {
    let gaps = |parts: &[&[u8]]| read_parts(parts).gaps.into_iter().map(|gap| gap.kind).collect::<Vec<_>>();
    let others = table(GO_1_20, false, 8, &NAMES);
    let own = table(GO_1_20, false, 8, &["runtime.main", "main.main", "vendor/golang.org/x/net/idna.init"]);
    assert_eq!(gaps(&[&others]), [GapKind::ModulesUnknown]);
    assert_eq!(gaps(&[&own]), []);
    assert_eq!(gaps(&[&others, &record("go1.22.3", "")]), [GapKind::ModulesUnknown]);
    assert_eq!(gaps(&[&own, &record("go1.22.3", "")]), []);
    assert_eq!(gaps(&[&others, &record("go1.22.3", "path\ta.b/c\nmod\ta.b/c\tv1.0.0\t\n")]), []);
    assert_eq!(gaps(&[b"nothing of Go's"]), []);
}

#[test]
fn damaged_tables_never_panic_and_never_say_less_than_they_hold() {
    let build = record("go1.22.3", "path\ta.b/c\nmod\ta.b/c\tv1.0.0\t\n");
    let good = program(&[&build, &table(GO_1_20, false, 8, &NAMES)]);
    let begin = memchr::memmem::find(&good, &GO_1_20.to_le_bytes()).unwrap();
    for at in begin..begin + 72 {
        for bit in 0..8 {
            let mut flipped = good.clone();
            flipped[at] ^= 1 << bit;
            let linked = read_in_windows("go", PATH, &[], &flipped, 200).linked;
            // A flipped distance may hold less than it should, but then not to the end of a name.
            assert!(linked.is_none_or(|linked| linked.functions.len() >= 4), "bit {bit} of byte {at}");
        }
    }
    plimsoll_fuzzing::check().with_iterations(1000).for_each(|bytes: &[u8]| {
        let mut hostile = program(&[&GO_1_20.to_le_bytes()]);
        hostile.truncate(hostile.len() - 5000);
        hostile.extend_from_slice(&[0, 0, 1, 8]);
        hostile.extend_from_slice(bytes);
        read_in_windows("go", PATH, &[], &hostile, 24);
    });
}

/// A project whose functions were written for this test: which of them are linked is known.
const LIBRARY: &str = "package inner

import \"strings\"

type Kept struct{ text string }

func (kept *Kept) Called() string { return strings.Repeat(kept.text, len(kept.text)) }

func (kept *Kept) Forgotten() string { return strings.ToUpper(kept.text) }

func Small(number int) int { return number*7 + 3 }

func Called(text string) *Kept { return &Kept{strings.TrimSpace(text)} }

func Forgotten(text string) string { return strings.ToLower(text) }

func Each[T any](list []T, what func(T)) {
\tfor _, one := range list {
\t\twhat(one)
\t}
}
";
const MAIN: &str = "package main

import (
\t\"os\"

\t\"example.com/app/inner.v2\"
)

func main() {
\tprintln(inner.Called(os.Args[0]).Called(), inner.Small(len(os.Args)))
\tinner.Each(os.Args, func(one string) { println(one) })
}
";

/// What marks symbols that are no functions, or that the compiler made; functions of `main` have another
/// path.
const NOT_ASKED_FOR: [&str; 13] = [
    ".abi",
    "-fm",
    "[",
    "\u{b7}",
    "func",
    "go:",
    "init",
    "main.",
    "runtime.etext",
    "runtime.text",
    "type..",
    "type:",
    "wrap",
];

fn go(folder: &Path, arguments: &[&str], system: &str, processor: &str) -> String {
    let output = Command::new("go")
        .args(arguments)
        .current_dir(folder)
        .envs([("GOFLAGS", ""), ("GOPROXY", "off"), ("CGO_ENABLED", "0"), ("GOTOOLCHAIN", "local")])
        .envs([("GOOS", system), ("GOARCH", processor)])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn real_programs_are_read_as_their_own_symbol_table_says() {
    if !has_tool("go") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("inner.v2")).unwrap();
    for (name, text) in
        [("go.mod", "module example.com/app\n\ngo 1.18\n"), ("main.go", MAIN), ("inner.v2/inner.go", LIBRARY)]
    {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    for (system, processor, options) in [
        ("linux", "amd64", &["-trimpath"][..]),
        ("linux", "amd64", &["-buildmode=pie"]),
        ("windows", "amd64", &[]),
        ("darwin", "amd64", &[]),
        ("linux", "s390x", &[]),
    ] {
        let which = format!("{system} {processor} {options:?}");
        let build = |flags: &str, name: &str| {
            let arguments = [&["build", "-buildvcs=false", flags, "-o", name], options, &["."]].concat();
            go(folder.path(), &arguments, system, processor);
        };
        build("-ldflags=", "whole");
        build("-ldflags=-s -w", "stripped");
        let open = |name: &str| {
            let file = std::fs::File::open(folder.path().join(name)).unwrap();
            plimsoll_model::read_capped(file, 1 << 28).unwrap()
        };
        let reading = read("go", PATH, &open("stripped"));
        let linked = reading.linked.expect(&which);
        for (function, is_in) in [
            ("Called", true),
            ("Kept.Called", true),
            ("Each", true),
            ("Small", true),
            ("Forgotten", false),
            ("Kept.Forgotten", false),
        ] {
            let name = format!("example.com/app/inner.v2.{function}");
            assert_eq!(linked.functions.contains(&name), is_in, "{which} {function}");
        }
        assert!(linked.packages.contains("example.com/app/inner.v2") && linked.packages.contains("runtime"));
        assert!(!linked.packages.contains("net/http"));
        assert_eq!(read("go", PATH, &open("whole")).linked, Some(linked.clone()), "{which}");
        assert!(linked.functions.contains("example.com/app.main"), "{which}");
        let symbols = go(folder.path(), &["tool", "nm", "whole"], "linux", "amd64");
        let functions: Vec<&str> = symbols
            .lines()
            .filter_map(|line| line.trim_start().split_once(' ').map(|(_, rest)| rest))
            .filter_map(|line| line.strip_prefix("T "))
            .collect();
        assert!(functions.len() > 500, "{which} {}", functions.len());
        for name in functions {
            let plain = name.replace("(*", "").replace([')'], "");
            let is_made = NOT_ASKED_FOR.iter().any(|part| plain.contains(part));
            let has_package =
                plain.split('/').next_back().is_some_and(|last| last.find('.').is_some_and(|dot| dot > 0));
            if has_package && !is_made {
                let plain = plain.replace("%2e", ".");
                assert!(linked.functions.contains(&plain), "{which} {name}");
            }
        }
    }
}
