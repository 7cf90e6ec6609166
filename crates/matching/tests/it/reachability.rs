//! Go: whether what an advisory names is in the programs.

use plimsoll_matching::Matched;
use plimsoll_model::{
    Candidate, FilePath, GoImport, InstalledPackage, InstalledProgram, Inventory, Linked, Location, NameSet,
    PackageKind, Presence, Program, ProgramFormat, ProgramRole, Reachability, Sighting,
};

use crate::shelf::{Shelf, Told, inventory, package, row};

const MODULE: &str = "golang.org/x/text";
const PARSE: (&str, &[&str]) = ("golang.org/x/text/language", &["Parse", "MatchStrings"]);

fn at(path: &str) -> Location {
    Location { path: FilePath::from(path), inside: Vec::new() }
}

/// A program, and what it was linked from where that is known.
fn program(path: &str, linked: Option<(&[&str], &[&str])>) -> InstalledProgram {
    let set = |names: &[&str]| names.iter().copied().collect::<NameSet>();
    InstalledProgram {
        program: Program {
            format: ProgramFormat::Elf,
            role: ProgramRole::Executable,
            architecture: Some("amd64".into()),
            size_bytes: 1,
            build_id: None,
            soname: None,
            needed: Vec::new(),
            packer: None,
        },
        location: at(path),
        layer: 0,
        owner: None,
        recognised: true,
        linked: linked.map(|(packages, functions)| Linked { packages: set(packages), functions: set(functions) }),
    }
}

fn module(name: &str, version: &str, paths: &[&str]) -> InstalledPackage {
    let mut installed = package(PackageKind::Go, name, version);
    let sighting =
        |path: &&str| Sighting { location: at(path), position: None, evidence: installed.package.evidence, layer: 0 };
    installed.sightings = paths.iter().map(sighting).collect();
    installed
}

fn image(modules: &[InstalledPackage], programs: &[InstalledProgram]) -> Inventory {
    Inventory { programs: programs.to_vec(), ..inventory("scratch", modules.iter().cloned()) }
}

fn advisory(name: &str, imports: &[(&str, &[&str])]) -> Candidate {
    let mut candidate = row("go", name, "GO-2021-0113 CVE-2021-38561", "<0.3.7");
    let import = |(path, symbols): &(&str, &[&str])| GoImport {
        path: (*path).into(),
        symbols: symbols.iter().map(|symbol| (*symbol).into()).collect(),
        goos: Vec::new(),
        goarch: Vec::new(),
    };
    candidate.affected.scope.imports = imports.iter().map(import).collect();
    candidate
}

/// The word on the only match, found or suppressed.
fn word(matched: &Matched) -> String {
    let suppressed = matched.suppressed.iter().map(|row| (&row.finding, "suppressed "));
    let matches: Vec<_> = matched.findings.iter().map(|finding| (finding, "")).chain(suppressed).collect();
    let [(finding, how)] = matches[..] else { panic!("{matches:?}") };
    match finding.reachability.as_ref().unwrap() {
        Reachability::Reachable { symbol, program } => format!("{how}{symbol} in {}", program.path),
        other => format!("{how}{}", other.name()),
    }
}

const HAS: (&[&str], &[&str]) = (
    &["golang.org/x/text/language", "golang.org/x/text/"],
    &["golang.org/x/text/language.MatchStrings", "golang.org/x/text/language.Tag.Parent"],
);
const HAS_OTHER_FUNCTIONS: (&[&str], &[&str]) =
    (&["golang.org/x/text/language", "golang.org/x/text/"], &["golang.org/x/text/language.Tag.Parent"]);
const HAS_OTHER_PACKAGES: (&[&str], &[&str]) =
    (&["golang.org/x/text/width", "golang.org/x/text/"], &["golang.org/x/text/width.Fold"]);
const HAS_OTHER_MODULES: (&[&str], &[&str]) = (&["a.b/fork/text/language"], &["a.b/fork/text/language.Parse"]);

#[test]
fn what_an_advisory_names_is_looked_for_in_every_program_that_holds_the_module() {
    let of = |programs: &[Option<(&[&str], &[&str])>]| {
        let paths = ["usr/bin/a", "usr/bin/b", "usr/bin/c"];
        let programs: Vec<_> = paths.iter().zip(programs).map(|(path, linked)| program(path, *linked)).collect();
        let paths = &paths[..programs.len()];
        let shelf = Shelf::of([advisory(MODULE, &[PARSE])]);
        word(&shelf.matched(&image(&[module(MODULE, "v0.3.6", paths)], &programs)))
    };
    assert_eq!(of(&[Some(HAS)]), "golang.org/x/text/language.MatchStrings in usr/bin/a");
    assert_eq!(of(&[None, Some(HAS)]), "golang.org/x/text/language.MatchStrings in usr/bin/b");
    assert_eq!(of(&[Some(HAS_OTHER_FUNCTIONS)]), "not-linked");
    assert_eq!(of(&[Some(HAS_OTHER_FUNCTIONS), Some(HAS_OTHER_PACKAGES)]), "not-linked");
    assert_eq!(of(&[Some(HAS_OTHER_PACKAGES)]), "suppressed package-not-linked");
    assert_eq!(of(&[Some(HAS_OTHER_PACKAGES), None]), "unknown");
    assert_eq!(of(&[Some(HAS_OTHER_FUNCTIONS), None]), "unknown");
    assert_eq!(of(&[None]), "unknown");
}

#[test]
fn a_module_that_took_anothers_place_and_one_without_functions_are_unknown() {
    let shelf = Shelf::of([advisory(MODULE, &[PARSE])]);
    let image = image(&[module(MODULE, "v0.3.6", &["a"])], &[program("a", Some(HAS_OTHER_MODULES))]);
    assert_eq!(word(&shelf.matched(&image)), "unknown");
}

#[test]
fn where_no_function_is_named_the_package_counts_and_where_nothing_is_named_it_is_unknown() {
    let image = image(&[module(MODULE, "v0.3.6", &["a"])], &[program("a", Some(HAS))]);
    let of = |imports: &[(&str, &[&str])]| word(&Shelf::of([advisory(MODULE, imports)]).matched(&image));
    assert_eq!(of(&[("golang.org/x/text/language", &[])]), "golang.org/x/text/language in a");
    assert_eq!(of(&[("golang.org/x/text/width", &[])]), "suppressed package-not-linked");
    assert_eq!(of(&[("golang.org/x/text/width", &[]), PARSE]), "golang.org/x/text/language.MatchStrings in a");
    assert_eq!(of(&[("example.com/other", &[])]), "unknown", "a package of another module says nothing");
    assert_eq!(of(&[]), "unknown");
}

#[test]
fn a_package_that_is_not_linked_is_suppressed_with_its_reason_and_never_dropped() {
    let shelf = Shelf::of([advisory(MODULE, &[PARSE])]);
    let programs = [program("usr/bin/a", Some(HAS_OTHER_PACKAGES)), program("usr/bin/b", Some(HAS_OTHER_PACKAGES))];
    let matched = shelf.matched(&image(&[module(MODULE, "v0.3.6", &["usr/bin/a", "usr/bin/b"])], &programs));
    let [suppressed] = &matched.suppressed[..] else { panic!("{matched:?}") };
    assert_eq!((suppressed.finding.id.as_str(), suppressed.reason.as_str()), ("CVE-2021-38561", "package-not-linked"));
    assert_eq!(
        suppressed.detail,
        "the packages of the module that the advisory names are not linked into usr/bin/a and another program"
    );
    assert!(matched.findings.is_empty());
}

#[test]
fn records_that_name_nothing_have_no_say_where_others_do() {
    let whole = row("go", MODULE, "GHSA-ppp9-7jff-5vj2 CVE-2021-38561", "<0.3.7");
    let shelf = Shelf::of([whole, advisory(MODULE, &[PARSE])]);
    let of = |linked| word(&shelf.matched(&image(&[module(MODULE, "v0.3.6", &["a"])], &[program("a", Some(linked))])));
    assert_eq!(of(HAS), "golang.org/x/text/language.MatchStrings in a");
    assert_eq!(of(HAS_OTHER_FUNCTIONS), "not-linked");
    assert_eq!(of(HAS_OTHER_PACKAGES), "suppressed package-not-linked");
}

#[test]
fn the_standard_library_is_asked_alike() {
    let mut http = advisory("stdlib", &[("net/http", &["Server.Serve"])]);
    http.affected.ranges = row("go", "stdlib", "GO-1", "<1.21.4").affected.ranges;
    let shelf = Shelf::of([http]);
    let of =
        |linked| word(&shelf.matched(&image(&[module("stdlib", "1.21.3", &["a"])], &[program("a", Some(linked))])));
    let serves: (&[&str], &[&str]) = (&["net/http", "net/", "runtime"], &["net/http.Server.Serve"]);
    let asks: (&[&str], &[&str]) = (&["net/http", "net/", "runtime"], &["net/http.Client.Do"]);
    assert_eq!(of(serves), "net/http.Server.Serve in a");
    assert_eq!(of(asks), "not-linked");
    assert_eq!(of((&["runtime"], &["runtime.main"])), "suppressed package-not-linked");
}

#[test]
fn of_what_a_higher_layer_removed_nothing_is_known_whatever_stands_there_now() {
    let mut shadowed = module(MODULE, "v0.3.6", &["a"]);
    shadowed.presence = Presence::Shadowed;
    let shelf = Shelf::of([advisory(MODULE, &[PARSE])]);
    let matched = shelf.matched(&image(&[shadowed], &[program("a", Some(HAS_OTHER_PACKAGES))]));
    assert_eq!(word(&matched), "unknown");
}

#[test]
fn packages_of_other_kinds_have_no_word_on_it() {
    let shelf = Shelf::of([row("npm", "a", "CVE-2020-1", "<2.0.0")]);
    let matched = shelf.matched(&inventory("scratch", [package(PackageKind::Npm, "a", "1.0.0")]));
    assert_eq!(matched.findings[0].reachability, None);
}

#[test]
fn of_two_alike_the_one_that_is_linked_comes_first() {
    let other = |id: &str, symbols| {
        let mut candidate = advisory(MODULE, &[("golang.org/x/text/language", symbols)]);
        candidate.advisory.id = id.into();
        candidate.clusters = row("go", MODULE, id, "<0.3.7").clusters;
        candidate
    };
    let shelf = Shelf::of([other("CVE-2021-1", &["Forgotten"]), other("CVE-2021-2", &["MatchStrings"])]);
    let matched = shelf.matched(&image(&[module(MODULE, "v0.3.6", &["a"])], &[program("a", Some(HAS))]));
    assert_eq!(matched.found(), ["CVE-2021-2 0 0.3.7", "CVE-2021-1 0 0.3.7"]);
}
