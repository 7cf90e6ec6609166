//! Hex packages in the folders of Erlang and Elixir projects: the `hex_metadata.config` of what was
//! unpacked there, `deps/NAME/` or `_build/default/lib/NAME/`.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::{EvidenceKind, Need, Package, PackageKind, Requirement};

use super::{MAX_FILE_BYTES, decode_text, field};
use crate::erlang_terms::{Term, read_terms};
use crate::requirements::Requirements;

/// Reads the metadata of Hex packages.
pub struct Hex;

impl Inspect for Hex {
    fn id(&self) -> &'static str {
        "hex"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("hex_metadata.config")]
    }
    fn want(&self, _: &FileMeta<'_>, _: &[u8]) -> Want {
        Want::Whole { max: MAX_FILE_BYTES }
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let text = decode_text(bytes);
        // A pair after the other, as if they were one list.
        let fields = Term::List(read_terms(&text)?);
        let named = |key: &str| fields.property(key).and_then(Term::letters).and_then(field);
        let (Some(name), Some(version)) = (named("name"), named("version")) else {
            return Err(Unreadable::syntax("its name or version is not readable"));
        };
        let mut package = Package::new(PackageKind::Hex, name, version, EvidenceKind::Metadata);
        package.license = licenses(fields.property("licenses"));
        package.requires = requirements(fields.property("requirements"));
        out.package(package);
        Ok(())
    }
}

/// A list of licences, all of which apply.
pub(super) fn licenses(list: Option<&Term<'_>>) -> Option<String> {
    let licenses = list.map_or(&[][..], Term::items).iter();
    let licenses: Vec<&str> = licenses.filter_map(|license| field(license.letters()?)).collect();
    field(&licenses.join(" AND ")).map(str::to_owned)
}

/// `{<<"NAME">>, [{<<"optional">>, false}, …]}`, or in older files the list alone with the name in it.
fn requirements(list: Option<&Term<'_>>) -> Vec<Requirement> {
    let mut requires = Requirements::default();
    for item in list.map_or(&[][..], Term::items) {
        let (name, facts) = match item.items() {
            [name @ (Term::Text(_) | Term::Atom(_)), facts] => (Some(name), facts),
            _ => (item.property("name"), item),
        };
        let optional = facts.property("optional") == Some(&Term::Atom("true"));
        let need = if optional { Need::Optional } else { Need::Always };
        requires.add(name.and_then(Term::letters).unwrap_or_default(), None, need);
    }
    requires.finish()
}
