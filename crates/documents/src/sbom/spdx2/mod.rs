//! SPDX 2, in two of its spellings.
//! <https://spdx.github.io/spdx-spec/v2.3/>

pub(super) mod json;
pub(super) mod tag_value;

use plimsoll_model::Need;

use super::bom::RelationKind;
use super::builder::Builder;
use super::component::Component;

/// How a document refers to itself.
const DOCUMENT: &str = "SPDXRef-DOCUMENT";

/// One relationship, in the words of SPDX.
fn relate(into: &mut Builder, from: &str, word: &str, to: &str) {
    use RelationKind::{Contains, MadeFrom, Needs};
    let (from, to) = (from.trim(), to.trim());
    let (kind, is_reverse) = match word.trim().to_ascii_uppercase().as_str() {
        "DESCRIBES" => return into.root(to),
        "DESCRIBED_BY" => return into.root(from),
        "DEPENDS_ON" | "HAS_PREREQUISITE" | "STATIC_LINK" | "DYNAMIC_LINK" => (Needs(Need::Always), false),
        "DEPENDENCY_OF" | "RUNTIME_DEPENDENCY_OF" | "PREREQUISITE_FOR" => (Needs(Need::Always), true),
        "OPTIONAL_DEPENDENCY_OF" | "PROVIDED_DEPENDENCY_OF" => (Needs(Need::Optional), true),
        "BUILD_DEPENDENCY_OF" | "BUILD_TOOL_OF" => (Needs(Need::Build), true),
        "DEV_DEPENDENCY_OF" | "DEV_TOOL_OF" | "TEST_DEPENDENCY_OF" | "TEST_TOOL_OF" => (Needs(Need::Development), true),
        "CONTAINS" => (Contains, false),
        "CONTAINED_BY" => (Contains, true),
        "GENERATED_FROM" => (MadeFrom, false),
        "GENERATES" => (MadeFrom, true),
        _ => return,
    };
    // Who relates the document itself to a package means what it describes.
    if from == DOCUMENT || to == DOCUMENT {
        return;
    }
    if is_reverse { into.relation(to, from, kind) } else { into.relation(from, to, kind) }
}

/// One external reference, in the words of SPDX.
fn refer<'a>(component: &mut Component<'a>, word: &str, locator: std::borrow::Cow<'a, str>) {
    match word.trim().to_ascii_lowercase().as_str() {
        "purl" => component.purl(locator),
        "cpe22type" | "cpe23type" => component.cpe(&locator),
        _ => {}
    }
}

/// What made a document: `Tool: syft-1.18.1`.
fn creator(into: &mut Builder, creator: &str) {
    if let Some(tool) = creator.trim().strip_prefix("Tool:") {
        into.tool(tool.trim(), None);
    }
}

/// What tools write into free text: `PkgType: debian`, or where they read a package.
fn remark(component: &mut Component<'_>, text: &str) {
    if let Some((key, value)) = text.split_once(": ")
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric())
    {
        component.property(&format!("aquasecurity:trivy:{key}"), value);
    }
}

/// `acquired package info from installed python package manifest file: /a/METADATA, /a/RECORD`.
fn acquired(component: &mut Component<'_>, text: &str) {
    if let Some((_, paths)) = text.strip_prefix("acquired package info").and_then(|rest| rest.split_once(": ")) {
        paths.split(", ").filter(|path| path.starts_with('/')).for_each(|path| component.occurrence(path, None));
    }
}
