//! `Package.resolved`: the packages that Swift's package manager chose, versions 1 to 3 of the format.
//!
//! A package is named by its repository. One that follows a branch has no version but its commit.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::PackageKind;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::json::{Text, document, each_readable};
use crate::listing::{Listing, want_lock};
use crate::positions::Positions;

/// Reads `Package.resolved`.
pub struct SwiftLock;

#[derive(Deserialize)]
struct Resolved<'a> {
    #[serde(borrow, default)]
    pins: Option<&'a RawValue>,
    #[serde(borrow, default)]
    object: Option<Object<'a>>,
}

/// Where version 1 has the list.
#[derive(Deserialize)]
struct Object<'a> {
    #[serde(borrow, default)]
    pins: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Pin<'a> {
    #[serde(borrow, default)]
    kind: Text<'a>,
    #[serde(borrow, default)]
    identity: Text<'a>,
    #[serde(borrow, default, alias = "repositoryURL")]
    location: Text<'a>,
    #[serde(borrow, default)]
    state: State<'a>,
}

#[derive(Default, Deserialize)]
struct State<'a> {
    #[serde(borrow, default)]
    version: Text<'a>,
    #[serde(borrow, default)]
    revision: Text<'a>,
}

impl Inspect for SwiftLock {
    fn id(&self) -> &'static str {
        "swift-lock"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("Package.resolved"), Pattern::Name(".package.resolved")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        want_lock(file)
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let resolved: Resolved<'_> = document(bytes)?;
        let pins = resolved.pins.or(resolved.object.and_then(|object| object.pins));
        let mut listing = Listing::declared(PackageKind::Swift, out);
        let mut positions = Positions::of(bytes);
        if pins.is_none() {
            listing.broken(Unreadable::syntax("it has no pins"));
        }
        each_readable(pins, |_, pin: Result<Pin<'_>, _>| match pin {
            // The project's own folders.
            Ok(pin) if pin.kind.as_str() == Some("localSourceControl") => {}
            Ok(pin) => {
                // Of a registry's package the identity says more than its empty address.
                let address = pin.location.as_str().filter(|address| !address.is_empty());
                let name = address.or(pin.identity.as_str()).unwrap_or_default();
                let version = pin.state.version.as_str().or(pin.state.revision.as_str()).unwrap_or_default();
                listing.described(&PackageKind::Swift.lookup_name(name), version, |package| {
                    package.position = positions.line_of(name);
                });
            }
            Err(why) => listing.broken(why),
        })?;
        listing.finish()
    }
}
