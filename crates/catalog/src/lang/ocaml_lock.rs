//! `*.opam.locked`: the packages that `opam lock` wrote down, each `"name" {= "1.0"}`.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::{Need, PackageKind};

use super::{decode_text, ocaml};
use crate::listing::{Listing, want_lock};
use crate::opam_file::read_fields;
use crate::positions::Positions;

/// Reads `*.opam.locked`.
pub struct OcamlLock;

impl Inspect for OcamlLock {
    fn id(&self) -> &'static str {
        "ocaml-lock"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Suffix(".opam.locked")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        want_lock(file)
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let text = decode_text(bytes);
        let mut positions = Positions::of(text.as_bytes());
        let mut listing = Listing::declared(PackageKind::Opam, out);
        for (_, items) in read_fields(&text)?.iter().filter(|(field, _)| *field == "depends") {
            for item in items {
                let Some(version) = item.filter.split('&').find_map(|part| part.trim().strip_prefix('=')) else {
                    continue;
                };
                listing.described(item.text, version.trim().trim_matches('"'), |package| {
                    package.development = ocaml::need_of(item.filter) == Need::Development;
                    package.position = positions.line_of(item.text);
                });
            }
        }
        listing.finish()
    }
}
