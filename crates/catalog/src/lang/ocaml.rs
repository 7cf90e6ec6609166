//! OCaml packages of opam's switches: `.opam-switch/packages/NAME.VERSION/opam`.
//!
//! Which of them a person asked for stands in the switch's `switch-state`, as `roots`.

use std::collections::BTreeMap;

use plimsoll_facts::{FileMeta, Inspect, Join, Pattern, Section, Sink, Unreadable, View, Want};
use plimsoll_model::path::{name_of, parent_of};
use plimsoll_model::{EvidenceKind, Need, Package, PackageKind};

use super::{MAX_FILE_BYTES, decode_text, field};
use crate::opam_file::{Item, read_fields};
use crate::requirements::Requirements;

/// Reads what opam installed.
pub struct Ocaml;

/// Fragment kind: a package.
const PACKAGE: u16 = 0;
/// Fragment kind: the roots of a switch, sorted.
const ROOTS: u16 = 1;

impl Inspect for Ocaml {
    fn id(&self) -> &'static str {
        "ocaml"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("opam"), Pattern::Name("switch-state")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        if switch_of(file.path).is_some() { Want::Whole { max: MAX_FILE_BYTES } } else { Want::No }
    }
    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let text = decode_text(bytes);
        let fields = read_fields(&text)?;
        if file.name() == b"switch-state" {
            let mut roots: Vec<&str> = texts(&fields, "roots").map(|root| root.text).collect();
            roots.sort_unstable();
            return put(ROOTS, &roots, out);
        }
        let folder = decode_text(name_of(parent_of(file.path)));
        let Some((name, version)) = folder.split_once('.') else {
            return Err(Unreadable::syntax("its folder is not named by package and version"));
        };
        let (Some(name), Some(version)) = (field(name), field(version)) else {
            return Err(Unreadable::syntax("its name or version is not readable"));
        };
        let mut package = Package::new(PackageKind::Opam, name, version, EvidenceKind::InstalledDatabase);
        let licenses: Vec<&str> = texts(&fields, "license").map(|license| license.text).collect();
        package.license = field(&licenses.join(" AND ")).map(str::to_owned);
        let mut requires = Requirements::default();
        texts(&fields, "depends").for_each(|item| requires.add(item.text, None, need_of(item.filter)));
        texts(&fields, "depopts").for_each(|item| requires.add(item.text, None, Need::Optional));
        package.requires = requires.finish();
        put(PACKAGE, &package, out)
    }
    fn join(&self) -> Option<&dyn Join> {
        Some(self)
    }
}

impl Join for Ocaml {
    fn packages(&self, view: &View<'_>, out: &mut Sink) -> Result<(), Unreadable> {
        let mut roots: BTreeMap<Vec<u8>, Vec<&str>> = BTreeMap::new();
        for fragment in view.fragments().filter(|fragment| fragment.kind == ROOTS) {
            let location = fragment.location();
            if let Some(switch) = switch_of(location.path.as_bytes()) {
                roots.insert(switch.to_vec(), take(fragment.bytes)?);
            }
        }
        for fragment in view.fragments().filter(|fragment| fragment.kind == PACKAGE) {
            let location = fragment.location();
            let mut package: Package = take(fragment.bytes)?;
            let roots = switch_of(location.path.as_bytes()).and_then(|switch| roots.get(switch));
            let full_name = format!("{}.{}", package.name, package.version);
            package.direct = roots.map(|roots| roots.binary_search(&full_name.as_str()).is_ok());
            out.package_at(location, package);
        }
        Ok(())
    }
}

/// The folder of the switch that a file belongs to.
fn switch_of(path: &[u8]) -> Option<&[u8]> {
    let folder = parent_of(path);
    let folder = match name_of(path) {
        b"switch-state" => folder,
        _ => {
            let packages = parent_of(folder);
            (name_of(packages) == b"packages").then(|| parent_of(packages))?
        }
    };
    (name_of(folder) == b".opam-switch").then_some(folder)
}

fn texts<'a, 'f>(fields: &'f [(&str, Vec<Item<'a>>)], name: &'f str) -> impl Iterator<Item = &'f Item<'a>> {
    fields.iter().filter(move |(field, _)| *field == name).flat_map(|(_, items)| items)
}

/// When something is needed, by the filter behind its name.
pub(super) fn need_of(filter: &str) -> Need {
    let words = || filter.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
    if words().any(|word| matches!(word, "with-test" | "with-doc" | "with-dev-setup" | "dev")) {
        Need::Development
    } else if words().any(|word| word == "build") {
        Need::Build
    } else {
        Need::Always
    }
}

fn put<T: serde::Serialize>(kind: u16, value: &T, out: &mut Sink) -> Result<(), Unreadable> {
    out.fragment(kind, postcard::to_allocvec(value).map_err(|_| Unreadable::syntax("it cannot be kept"))?);
    Ok(())
}

fn take<'a, T: serde::Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Unreadable> {
    postcard::from_bytes(bytes).map_err(|_| Unreadable::syntax("its facts are damaged"))
}
