//! The licence files of the merged view.

use plimsoll_model::{FilePath, InstalledLicense, Location};

use crate::view::Tree;
use crate::{Excludes, Found};

/// The licence files of the view, by place. A file with several names is listed by the first.
pub(crate) fn of_view(tree: &Tree<'_>, excluded: Option<&Excludes<'_>>) -> Vec<InstalledLicense> {
    let mut licenses = Vec::new();
    for (path, content) in tree.contents_once(excluded) {
        for item in tree.items(content) {
            if let Found::License(text) = item.found {
                let location = Location { path: FilePath::new(path), inside: item.location.inside.clone() };
                licenses.push(InstalledLicense { text: text.clone(), location, layer: content.layer, package: None });
            }
        }
    }
    licenses.sort();
    licenses
}
