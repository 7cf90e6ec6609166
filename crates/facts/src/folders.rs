//! The folders that packages were unpacked into: what lies below one belongs to its package, up to the
//! next package inside it.

use std::collections::HashMap;

use plimsoll_model::path::{name_of, parent_of};
use plimsoll_model::{FilePath, Package, PackageKind};

/// Packages by their folders.
#[derive(Default)]
pub(crate) struct Folders(HashMap<Vec<u8>, u32>);

impl Folders {
    pub(crate) fn add(&mut self, folder: Vec<u8>, package: u32) {
        self.0.insert(folder, package);
    }

    /// The package of the nearest folder of one upwards from `folder`.
    pub(crate) fn of(&self, folder: &[u8]) -> Option<u32> {
        if self.0.is_empty() {
            return None;
        }
        let mut folder = folder;
        while !folder.is_empty() {
            let found = self.0.get(folder).or_else(|| self.0.get(&gem_of_extension(folder)?));
            if let Some(package) = found {
                return Some(*package);
            }
            folder = parent_of(folder);
        }
        None
    }
}

/// The folders of a package that was found in this file; none where the file does not tell.
pub(crate) fn folders_of(package: &Package, path: &[u8]) -> Vec<Vec<u8>> {
    let (name, folder) = (name_of(path), parent_of(path));
    let folder = match package.kind {
        // A `package.json` elsewhere is an application's: its folder may be that of the whole image.
        PackageKind::Npm if name == b"package.json" && is_in_node_modules(folder) => Some(folder.to_vec()),
        PackageKind::Pypi if name_of(folder) == b"EGG-INFO" => Some(parent_of(folder).to_vec()),
        PackageKind::Cran | PackageKind::Bioconductor if name == b"DESCRIPTION" => Some(folder.to_vec()),
        PackageKind::Hex | PackageKind::Otp if name_of(folder) == b"ebin" => Some(parent_of(folder).to_vec()),
        PackageKind::Hex if name == b"hex_metadata.config" => Some(folder.to_vec()),
        PackageKind::Pub if name == b"pubspec.yaml" => Some(folder.to_vec()),
        PackageKind::Julia if name.ends_with(b"Project.toml") => Some(folder.to_vec()),
        PackageKind::Vscode if name == b"package.json" => Some(folder.to_vec()),
        PackageKind::Luarocks if name.ends_with(b".rockspec") => Some(folder.to_vec()),
        PackageKind::Swiplpack if name == b"pack.pl" => Some(folder.to_vec()),
        PackageKind::Vcpkg if name == b"vcpkg.spdx.json" => Some(folder.to_vec()),
        PackageKind::Terraform if name.starts_with(b"terraform-provider-") => Some(folder.to_vec()),
        PackageKind::WordpressTheme => Some(folder.to_vec()),
        // A plugin of one file lies beside the folders of the others.
        PackageKind::Wordpress if name_of(folder) == package.name.as_bytes() => Some(folder.to_vec()),
        PackageKind::Composer if name == b"installed.json" => {
            let below = FilePath::new(&[parent_of(folder), b"/", package.name.as_bytes()].concat());
            Some(below.as_bytes().to_vec())
        }
        PackageKind::Gem => gem_folder(path),
        // Found as the folder itself.
        PackageKind::Nix => Some(path.to_vec()),
        PackageKind::Brew if name_of(folder) == b".metadata" => Some(parent_of(folder).to_vec()),
        PackageKind::Brew => Some(folder.to_vec()),
        PackageKind::Snap if name == b"snap.yaml" => Some(parent_of(folder).to_vec()),
        _ => None,
    };
    folder.into_iter().filter(|folder| !folder.is_empty()).collect()
}

fn is_in_node_modules(folder: &[u8]) -> bool {
    let above = parent_of(folder);
    let above = if name_of(above).starts_with(b"@") { parent_of(above) } else { above };
    name_of(above) == b"node_modules"
}

/// `…/specifications/a-1.gemspec` describes `…/gems/a-1`.
fn gem_folder(path: &[u8]) -> Option<Vec<u8>> {
    let gem = name_of(path).strip_suffix(b".gemspec")?;
    let folder = parent_of(path);
    let folder = if name_of(folder) == b"default" { parent_of(folder) } else { folder };
    (name_of(folder) == b"specifications").then(|| [parent_of(folder), b"/gems/", gem].concat())
}

/// `…/extensions/PLATFORM/ABI/a-1` holds what was compiled for `…/gems/a-1`.
fn gem_of_extension(folder: &[u8]) -> Option<Vec<u8>> {
    let extensions = parent_of(parent_of(parent_of(folder)));
    (name_of(extensions) == b"extensions").then(|| [parent_of(extensions), b"/gems/", name_of(folder)].concat())
}

#[cfg(test)]
mod tests {
    use plimsoll_model::EvidenceKind;

    use super::*;

    fn folder(kind: PackageKind, name: &str, path: &str) -> Option<String> {
        let package = Package::new(kind, name, "1", EvidenceKind::Metadata);
        folders_of(&package, path.as_bytes()).pop().map(|folder| String::from_utf8(folder).unwrap())
    }

    #[test]
    fn each_ecosystem_has_its_folders() {
        use PackageKind::{Bioconductor, Brew, Composer, Gem, Hex, Nix, Npm, Otp, Pypi, Snap, Vscode, Wordpress};
        for (kind, name, path, expected) in [
            (Npm, "a", "app/node_modules/a/package.json", Some("app/node_modules/a")),
            (Npm, "@s/a", "app/node_modules/@s/a/package.json", Some("app/node_modules/@s/a")),
            (Npm, "app", "app/package.json", None),
            (Npm, "app", "package.json", None),
            (Npm, "a", "app/yarn.lock", None),
            (Gem, "a", "gems/3.1.0/specifications/a-1.gemspec", Some("gems/3.1.0/gems/a-1")),
            (Gem, "a", "gems/3.1.0/specifications/default/a-1.gemspec", Some("gems/3.1.0/gems/a-1")),
            (Gem, "a", "app/a.gemspec", None),
            (Composer, "v/a", "srv/vendor/composer/installed.json", Some("srv/vendor/v/a")),
            (Pypi, "a", "lib/a-1.egg/EGG-INFO/PKG-INFO", Some("lib/a-1.egg")),
            (Pypi, "a", "lib/a-1.dist-info/METADATA", None),
            (Nix, "a", "nix/store/0-a-1", Some("nix/store/0-a-1")),
            (Brew, "a", "opt/Cellar/a/1/INSTALL_RECEIPT.json", Some("opt/Cellar/a/1")),
            (Brew, "a", "opt/Caskroom/a/.metadata/INSTALL_RECEIPT.json", Some("opt/Caskroom/a")),
            (Snap, "a", "snap/a/7/meta/snap.yaml", Some("snap/a/7")),
            (Snap, "a", "meta/snap.yaml", None),
            (Bioconductor, "a", "lib/R/library/a/DESCRIPTION", Some("lib/R/library/a")),
            (Hex, "a", "app/lib/a-1/ebin/a.app", Some("app/lib/a-1")),
            (Hex, "a", "app/mix.lock", None),
            (Otp, "ssl", "usr/lib/erlang/lib/ssl-1/ebin/ssl.app", Some("usr/lib/erlang/lib/ssl-1")),
            (Vscode, "b.a", "extensions/b.a-1/package.json", Some("extensions/b.a-1")),
            (Wordpress, "a", "wp-content/plugins/a/a.php", Some("wp-content/plugins/a")),
            (Wordpress, "a", "wp-content/plugins/a.php", None),
        ] {
            assert_eq!(folder(kind, name, path).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn a_file_belongs_to_the_nearest_folder() {
        let mut folders = Folders::default();
        for (at, folder) in ["m/node_modules/a", "m/node_modules/a/node_modules/b", "g/gems/c-1"].iter().enumerate() {
            folders.add(folder.as_bytes().to_vec(), at as u32);
        }
        for (folder, expected) in [
            ("m/node_modules/a/build/Release", Some(0)),
            ("m/node_modules/a/node_modules/b", Some(1)),
            ("m/node_modules/a/node_modules/.bin", Some(0)),
            ("g/extensions/x86_64-linux/3.1.0/c-1/c", Some(2)),
            ("m/node_modules/ab", None),
            ("", None),
        ] {
            assert_eq!(folders.of(folder.as_bytes()), expected, "{folder}");
        }
    }
}
