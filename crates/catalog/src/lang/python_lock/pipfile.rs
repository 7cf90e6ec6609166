//! `Pipfile.lock`: objects of packages by name, `"version": "==1.0"`.

use plimsoll_facts::Unreadable;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::json::{Text, document, each_entry};
use crate::listing::Listing;

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
}

pub(super) fn read(bytes: &[u8], listing: &mut Listing<'_>) -> Result<(), Unreadable> {
    let lock: Lock<'_> = document(bytes)?;
    for group in [lock.default, lock.develop] {
        each_entry(group, |name, package: Locked<'_>| {
            // A folder or a checkout has no version.
            if let Some(version) = package.version.as_str().and_then(|version| version.strip_prefix("==")) {
                listing.package(&name, version);
            }
        })?;
    }
    Ok(())
}
