//! `libman.json`: files for browsers that Visual Studio's library manager fetches, from networks that serve
//! the packages of npm. <https://learn.microsoft.com/aspnet/core/client-side/libman/libman-cli>

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::PackageKind;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::node_lock::split_name;
use crate::json::{Text, document, each_item};
use crate::listing::{Details, Listing, want_lock};
use crate::positions::Positions;

/// Reads the list of the library manager.
pub struct Libman;

/// Networks whose names are npm's; those of `cdnjs` are so too but for a few of its own.
const OF_NPM: [&str; 3] = ["cdnjs", "jsdelivr", "unpkg"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct List<'a> {
    #[serde(borrow, default)]
    default_provider: Text<'a>,
    #[serde(borrow, default)]
    libraries: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Library<'a> {
    #[serde(borrow, default)]
    provider: Text<'a>,
    #[serde(borrow, default)]
    library: Text<'a>,
}

impl Inspect for Libman {
    fn id(&self) -> &'static str {
        "libman"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("libman.json")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        want_lock(file)
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let list: List<'_> = document(bytes)?;
        let mut listing = Listing::declared(PackageKind::Npm, out);
        let mut positions = Positions::of(bytes);
        each_item(list.libraries, |item: &RawValue| {
            let library: Library<'_> = match document(item.get().as_bytes()) {
                Ok(library) => library,
                Err(why) => return listing.broken(why),
            };
            let provider = library.provider.as_str().or(list.default_provider.as_str()).unwrap_or("cdnjs");
            let Some((name, version)) = library.library.as_str().and_then(split_name) else { return };
            // `owner/repository` is a repository; a folder has no version.
            let is_package = OF_NPM.contains(&provider) && (name.starts_with('@') || !name.contains('/'));
            if is_package && version != "latest" {
                let position = positions.line_of(item.get());
                listing.detailed(name, version, Details { direct: Some(true), position, ..Details::default() });
            }
        })?;
        listing.finish()
    }
}
