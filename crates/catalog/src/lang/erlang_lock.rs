//! `rebar.lock`: the packages that Erlang's rebar3 chose.
//!
//! `{<<"app">>,{pkg,<<"name">>,<<"1.0.0">>},LEVEL}`, where level 0 is what the project asks for. What
//! came from a repository (`git`) is left out: advisories speak of the registry's packages.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::PackageKind;

use super::decode_text;
use crate::erlang_terms::{Term, read_terms};
use crate::listing::{Listing, want_lock};
use crate::positions::Positions;

/// Reads `rebar.lock`.
pub struct ErlangLock;

impl Inspect for ErlangLock {
    fn id(&self) -> &'static str {
        "erlang-lock"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("rebar.lock")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        want_lock(file)
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let text = decode_text(bytes);
        let terms = read_terms(&text)?;
        // Before its version 1.1.0 the list stood alone.
        let list = match terms.first() {
            Some(Term::Tuple(versioned)) => versioned.get(1),
            list => list,
        };
        let mut listing = Listing::declared(PackageKind::Hex, out);
        let mut positions = Positions::of(text.as_bytes());
        for locked in list.ok_or_else(|| Unreadable::syntax("it is empty"))?.items() {
            let [application, source, level, ..] = locked.items() else {
                listing.broken(Unreadable::syntax("an entry that is no application, source and level"));
                continue;
            };
            let [Term::Atom("pkg"), name, version, ..] = source.items() else { continue };
            let (name, version) = (name.letters().unwrap_or_default(), version.letters().unwrap_or_default());
            listing.described(name, version, |package| {
                package.direct = Some(*level == Term::Atom("0"));
                package.position = application.letters().and_then(|letters| positions.line_of(letters));
            });
        }
        listing.finish()
    }
}
