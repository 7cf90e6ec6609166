//! `cpanfile.snapshot`: the distributions that Carton installed.
//!
//! `NAME-VERSION`, and indented below it `provides:` with its modules and `requirements:` with those
//! that it needs.

use std::collections::HashMap;

use plimsoll_facts::{FileMeta, Inspect, Limit, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::{Need, PackageKind, Position};

use super::{MAX_PACKAGES, decode_text, numbered_lines};
use crate::listing::{Listing, want_lock};
use crate::requirements::Requirements;

/// Reads `cpanfile.snapshot`.
pub struct PerlLock;

struct Distribution<'a> {
    name: &'a str,
    version: &'a str,
    position: Position,
    needs: Vec<&'a str>,
}

impl Inspect for PerlLock {
    fn id(&self) -> &'static str {
        "perl-lock"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("cpanfile.snapshot")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        want_lock(file)
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let text = decode_text(bytes);
        let (distributions, provided) = read(&text)?;
        let mut listing = Listing::declared(PackageKind::Cpan, out);
        if !text.contains("DISTRIBUTIONS") {
            listing.broken(Unreadable::syntax("it has no list of distributions"));
        }
        for distribution in distributions {
            listing.described(distribution.name, distribution.version, |package| {
                let mut requires = Requirements::default();
                // What Perl itself brings is in no distribution of the file.
                let needed = distribution.needs.iter().filter_map(|module| provided.get(module));
                needed.for_each(|(name, version)| requires.add(name, Some(version), Need::Always));
                package.requires = requires.finish();
                package.position = Some(distribution.position);
            });
        }
        listing.finish()
    }
}

/// Which distribution provides a module: its name and version.
type Provided<'a> = HashMap<&'a str, (&'a str, &'a str)>;

/// The distributions, and what provides their modules.
fn read(text: &str) -> Result<(Vec<Distribution<'_>>, Provided<'_>), Unreadable> {
    let (mut distributions, mut provided) = (Vec::<Distribution<'_>>::new(), HashMap::new());
    let mut list = "";
    for (position, line) in numbered_lines(text) {
        if distributions.len() + provided.len() > MAX_PACKAGES {
            return Err(Unreadable::OverLimit(Limit::Count));
        }
        let word = line.trim_start();
        let name = word.split(' ').next().unwrap_or_default();
        match (line.len() - word.len(), distributions.last_mut()) {
            (2, _) => {
                let (name, version) = word.rsplit_once('-').unwrap_or((word, ""));
                let version = version.trim_start_matches('v');
                distributions.push(Distribution { name, version, position, needs: Vec::new() });
            }
            (4, _) => list = name,
            (6, Some(distribution)) if list == "provides:" => {
                provided.insert(name, (distribution.name, distribution.version));
            }
            (6, Some(distribution)) if list == "requirements:" => distribution.needs.push(name),
            _ => {}
        }
    }
    Ok((distributions, provided))
}
