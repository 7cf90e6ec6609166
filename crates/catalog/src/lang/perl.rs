//! Perl distributions as installed: the `MYMETA.json` that cpanm and its relatives keep in
//! `.meta/NAME-VERSION/`, and `perllocal.pod`, to which every `make install` adds.
//!
//! The former names distributions, the latter their main modules, by which they are commonly named.

use std::borrow::Cow;
use std::collections::BTreeMap;

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::path::{name_of, parent_of};
use plimsoll_model::{EvidenceKind, Need, PackageKind, Position};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{MAX_FILE_BYTES, decode_text, field, numbered_lines};
use crate::json::{Text, document, each_entry, each_item};
use crate::listing::Listing;
use crate::requirements::Requirements;

/// Reads what the installers of Perl distributions left.
pub struct Perl;

/// Licences of one distribution that are kept.
const MAX_LICENSES: usize = 16;

#[derive(Deserialize)]
struct Meta<'a> {
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow, default)]
    version: Text<'a>,
    #[serde(borrow, default)]
    license: Option<&'a RawValue>,
    #[serde(borrow, default)]
    prereqs: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Phase<'a> {
    #[serde(borrow, default)]
    requires: Option<&'a RawValue>,
    #[serde(borrow, default)]
    recommends: Option<&'a RawValue>,
}

impl Inspect for Perl {
    fn id(&self) -> &'static str {
        "perl"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("MYMETA.json"), Pattern::Name("perllocal.pod")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        let is_kept = name_of(parent_of(parent_of(file.path))) == b".meta";
        if is_kept || file.name() == b"perllocal.pod" { Want::Whole { max: MAX_FILE_BYTES } } else { Want::No }
    }
    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        if file.name() == b"perllocal.pod" { read_log(&decode_text(bytes), out) } else { read_meta(bytes, out) }
    }
}

fn read_meta(bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
    let meta: Meta<'_> = document(bytes)?;
    let mut requires = Requirements::default();
    each_entry(meta.prereqs, |phase, lists: &RawValue| {
        let Ok(lists) = document::<Phase<'_>>(lists.get().as_bytes()) else { return };
        let need = match &*phase {
            "runtime" => Need::Always,
            "configure" | "build" => Need::Build,
            _ => Need::Development,
        };
        for (list, need) in [(lists.requires, need), (lists.recommends, need.max(Need::Optional))] {
            // What is no list says nothing.
            let _ = each_entry(list, |module, _: Text<'_>| {
                if module != "perl" {
                    requires.add(&distribution(&module), None, need);
                }
            });
        }
    })?;
    let mut licenses: Vec<String> = Vec::new();
    let _ = each_item(meta.license, |license: Text<'_>| {
        licenses.extend(license.0.filter(|_| licenses.len() < MAX_LICENSES).map(Cow::into_owned));
    });
    let mut listing = Listing::new(PackageKind::Cpan, EvidenceKind::InstalledDatabase, out);
    let (name, version) = (meta.name.as_str().unwrap_or_default(), meta.version.as_str().unwrap_or_default());
    listing.described(name, version, |package| {
        package.license = field(&licenses.join(" OR ")).map(str::to_owned);
        package.requires = requires.finish();
    });
    listing.finish()
}

/// Entries of `=head2 TIME: C<Module> L<Name|Name>` with `C<VERSION: 1.0>` below; the last of a module
/// counts.
fn read_log(text: &str, out: &mut Sink) -> Result<(), Unreadable> {
    let mut versions: BTreeMap<&str, (&str, Position)> = BTreeMap::new();
    let mut module = None;
    for (position, line) in numbered_lines(text) {
        if line.starts_with("=head2") {
            let link = line.split_once("C<Module> L<").map(|(_, link)| link);
            module = link.and_then(|link| link.split(['|', '>']).next()).map(|module| (module, position));
        } else if let Some(version) = line.strip_prefix("C<VERSION: ")
            && let Some((module, position)) = module
        {
            versions.insert(module, (version.trim_end_matches('>'), position));
        }
    }
    let mut listing = Listing::new(PackageKind::Cpan, EvidenceKind::Manifest, out);
    for (module, (version, position)) in versions {
        listing.described(&distribution(module), version, |package| package.position = Some(position));
    }
    listing.finish()
}

/// The distribution that a module is commonly the main one of.
fn distribution(module: &str) -> String {
    module.replace("::", "-")
}
