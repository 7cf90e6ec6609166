//! `Pipfile.lock`: objects of packages by name, `"version": "==1.0"`.

use plimsoll_facts::Unreadable;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::json::{Text, document, each_entry};
use crate::listing::{Details, Listing};
use crate::positions::Positions;

#[derive(Deserialize)]
struct Lock<'a> {
    #[serde(borrow, default)]
    default: Option<&'a RawValue>,
    #[serde(borrow, default)]
    develop: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Locked<'a> {
    #[serde(borrow, default)]
    version: Text<'a>,
    /// Only of what the project asks for by name.
    #[serde(borrow, default)]
    index: Text<'a>,
}

pub(super) fn read(bytes: &[u8], listing: &mut Listing<'_>) -> Result<(), Unreadable> {
    let lock: Lock<'_> = document(bytes)?;
    let mut positions = Positions::of(bytes);
    for (group, development) in [(lock.default, false), (lock.develop, true)] {
        each_entry(group, |name, item: &RawValue| {
            let package: Locked<'_> = match document(item.get().as_bytes()) {
                Ok(package) => package,
                Err(why) => return listing.broken(why),
            };
            // A folder or a checkout has no version.
            if let Some(version) = package.version.as_str().and_then(|version| version.strip_prefix("==")) {
                let direct = Some(package.index.as_str().is_some());
                let position = positions.line_of(item.get());
                listing.detailed(&name, version, Details { direct, development, position, ..Details::default() });
            }
        })?;
    }
    Ok(())
}
