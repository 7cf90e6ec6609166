//! Extensions of Visual Studio Code and its relatives: `extensions/PUBLISHER.NAME-VERSION/package.json`,
//! and those that come with the editor.
//!
//! The editor also keeps a list, `extensions.json`; it says less, and of the same folders.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::path::{name_of, parent_of};
use plimsoll_model::{EvidenceKind, Need, Package, PackageKind};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{MAX_FILE_BYTES, field};
use crate::json::{Text, document, each_item};
use crate::requirements::Requirements;

/// Reads the `package.json` of extensions.
pub struct Vscode;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Manifest<'a> {
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow, default)]
    publisher: Text<'a>,
    #[serde(borrow, default)]
    version: Text<'a>,
    #[serde(borrow, default)]
    license: Text<'a>,
    #[serde(borrow, default)]
    extension_dependencies: Option<&'a RawValue>,
    #[serde(borrow, default)]
    extension_pack: Option<&'a RawValue>,
}

impl Inspect for Vscode {
    fn id(&self) -> &'static str {
        "vscode"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("package.json")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        if is_in_extensions(file.path) { Want::Whole { max: MAX_FILE_BYTES } } else { Want::No }
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        if !is_extension(bytes) {
            return Ok(());
        }
        let manifest: Manifest<'_> = document(bytes)?;
        let (publisher, name) = (manifest.publisher.as_str(), manifest.name.as_str().and_then(field));
        let full_name = format!("{}.{}", publisher.unwrap_or_default(), name.unwrap_or_default());
        let (Some(_), Some(full_name), Some(version)) =
            (name, field(&full_name), manifest.version.as_str().and_then(field))
        else {
            return Err(Unreadable::syntax("its name or version is not readable"));
        };
        let mut package = Package::new(PackageKind::Vscode, full_name, version, EvidenceKind::Metadata);
        package.license = manifest.license.as_str().and_then(field).map(str::to_owned);
        let mut requires = Requirements::default();
        for (list, need) in [(manifest.extension_dependencies, Need::Always), (manifest.extension_pack, Need::Optional)]
        {
            each_item(list, |name: Text<'_>| requires.add(name.as_str().unwrap_or_default(), None, need))?;
        }
        package.requires = requires.finish();
        out.package(package);
        Ok(())
    }
}

/// Whether a file lies in a folder of extensions, in that of one extension.
pub(super) fn is_in_extensions(path: &[u8]) -> bool {
    name_of(parent_of(parent_of(path))) == b"extensions"
}

/// Whether a `package.json` there describes an extension: it names who published it, and the editor.
pub(super) fn is_extension(bytes: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Extension<'a> {
        #[serde(borrow, default)]
        publisher: Text<'a>,
        #[serde(borrow, default)]
        engines: Option<&'a RawValue>,
    }
    document::<Extension<'_>>(bytes).is_ok_and(|extension| {
        let names_editor = extension.engines.is_some_and(|engines| engines.get().contains("\"vscode\""));
        names_editor && extension.publisher.as_str().is_some_and(|publisher| field(publisher).is_some())
    })
}
