//! Applications of Erlang's OTP, as installed: `lib/cowboy-2.9.0/ebin/cowboy.app`.
//!
//! Releases of Erlang and Elixir programs hold nothing else of their packages. What belongs to OTP says
//! `runtime_dependencies`, what belongs to Elixir is known by name; any other application has the name
//! of its package in the registry of both languages, Hex.
//! <https://www.erlang.org/doc/man/app>

use std::collections::HashSet;

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::path::{name_of, parent_of};
use plimsoll_model::{EvidenceKind, Need, Package, PackageKind, Requirement};

use super::{decode_text, field, hex};
use crate::erlang_terms::{Term, read_terms};
use crate::requirements::Requirements;

/// Reads the descriptions of installed applications.
pub struct Otp;

/// Real ones stay below 64 KiB, though they list all their modules.
const MAX_BYTES: usize = 1 << 20;
const OF_ELIXIR: [&str; 6] = ["elixir", "eex", "ex_unit", "iex", "logger", "mix"];

impl Inspect for Otp {
    fn id(&self) -> &'static str {
        "otp"
    }
    fn revision(&self) -> u32 {
        2
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Suffix(".app")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        if name_of(parent_of(file.path)) == b"ebin" { Want::Whole { max: MAX_BYTES } } else { Want::No }
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let text = decode_text(bytes);
        let terms = read_terms(&text)?;
        let Some([Term::Atom("application"), name, properties]) = terms.first().map(Term::items) else {
            return Err(Unreadable::syntax("it describes no application"));
        };
        let version = properties.property("vsn").and_then(Term::letters);
        let (Some(name), Some(version)) = (name.letters().and_then(field), version.and_then(field)) else {
            return Err(Unreadable::syntax("its name or version is not readable"));
        };
        let of_system = OF_ELIXIR.contains(&name) || properties.property("runtime_dependencies").is_some();
        // That an application is named as its package is a convention.
        let (kind, evidence) = if of_system {
            (PackageKind::Otp, EvidenceKind::Metadata)
        } else {
            (PackageKind::Hex, EvidenceKind::Manifest)
        };
        let mut package = Package::new(kind, name, version, evidence);
        package.license = hex::licenses(properties.property("licenses"));
        package.requires = requirements(properties);
        out.package(package);
        Ok(())
    }
}

fn requirements(properties: &Term<'_>) -> Vec<Requirement> {
    let names = |key: &str| -> Vec<&str> {
        let list = properties.property(key).map_or(&[][..], Term::items);
        list.iter().filter_map(|name| field(name.letters()?)).collect()
    };
    let optional: HashSet<&str> = names("optional_applications").into_iter().collect();
    let mut requires = Requirements::default();
    for name in names("applications").into_iter().chain(names("included_applications")) {
        requires.add(name, None, if optional.contains(name) { Need::Optional } else { Need::Always });
    }
    requires.finish()
}
