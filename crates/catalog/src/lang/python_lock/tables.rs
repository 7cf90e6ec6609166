//! The TOML locks of Poetry, uv and PDM, and the standard `pylock.toml`: a table for each package.
//! <https://packaging.python.org/en/latest/specifications/pylock-toml/>

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::listing::Listing;
use crate::toml_tables::each_table;

#[derive(Deserialize)]
struct Locked {
    name: String,
    /// Missing for a folder or a checkout.
    version: Option<String>,
    /// uv.
    #[serde(default)]
    source: Source,
    /// PDM.
    path: Option<IgnoredAny>,
    /// pylock.
    directory: Option<IgnoredAny>,
    /// Poetry's `[package.source]`, pylock's `[packages.directory]`.
    #[serde(alias = "packages", default)]
    package: Below,
}

#[derive(Default, Deserialize)]
struct Source {
    editable: Option<IgnoredAny>,
    r#virtual: Option<IgnoredAny>,
    directory: Option<IgnoredAny>,
}

#[derive(Default, Deserialize)]
struct Below {
    #[serde(default)]
    source: PoetrySource,
    directory: Option<IgnoredAny>,
}

#[derive(Default, Deserialize)]
struct PoetrySource {
    #[serde(default)]
    r#type: String,
}

impl Locked {
    /// Whether it is the project itself, or a folder beside it.
    fn is_own(&self) -> bool {
        let folders = [
            &self.source.editable,
            &self.source.r#virtual,
            &self.source.directory,
            &self.path,
            &self.directory,
            &self.package.directory,
        ];
        folders.iter().any(|folder| folder.is_some()) || self.package.source.r#type == "directory"
    }
}

pub(super) fn read(text: &str, table: &str, listing: &mut Listing<'_>) {
    each_table(text, table, |_, package: Result<Locked, _>| match package {
        Ok(package) if package.is_own() => {}
        Ok(Locked { name, version: Some(version), .. }) => listing.package(&name, &version),
        Ok(_) => {}
        Err(why) => listing.broken(why),
    });
}
