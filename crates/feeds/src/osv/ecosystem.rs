//! OSV's ecosystem names: which kind of package, and which shard.

use plimsoll_model::{PackageKind, ShardName};

/// What an ecosystem's name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ecosystem {
    pub shard: ShardName,
    /// The language ecosystem; `None` for a distribution.
    pub kind: Option<PackageKind>,
}

impl Ecosystem {
    /// Reads a name as it stands in a record, with its suffix: `PyPI`, `AlmaLinux:8`,
    /// `Ubuntu:22.04:LTS`. `None` when no shard holds it.
    pub fn read(name: &str) -> Option<Self> {
        let (base, release) = match name.split_once(':') {
            Some((base, release)) => (base.trim(), Some(release.trim())),
            None => (name.trim(), None),
        };
        if let Some(kind) = language(base) {
            // A suffix names a registry other than the usual one (Maven), or a language (SwiftURL):
            // the names are the same.
            return ShardName::language(kind).map(|shard| Self { shard, kind: Some(kind) });
        }
        let shard = match (base, release) {
            ("Ubuntu", Some(release)) => ubuntu(release)?,
            ("Wolfi", _) => ShardName::distro("wolfi", None),
            ("Chainguard", _) => ShardName::distro("chainguard", None),
            ("MinimOS", _) => ShardName::distro("minimos", None),
            ("Echo", _) => ShardName::distro("echo", None),
            ("Alpine", Some(release)) => ShardName::distro("alpine", Some(release.trim_start_matches('v'))),
            (_, Some(release)) => ShardName::distro(numbered(base)?, Some(release)),
            // Without a release such a record would have to stand in the shard of every release.
            (_, None) => return None,
        };
        Some(Self { shard, kind: None })
    }
}

fn language(base: &str) -> Option<PackageKind> {
    Some(match base {
        "PyPI" => PackageKind::Pypi,
        "npm" => PackageKind::Npm,
        "Maven" => PackageKind::Maven,
        "Go" => PackageKind::Go,
        "crates.io" => PackageKind::Cargo,
        "RubyGems" => PackageKind::Gem,
        "NuGet" => PackageKind::Nuget,
        "Packagist" => PackageKind::Composer,
        "Bitnami" => PackageKind::Bitnami,
        _ => return None,
    })
}

/// Distributions whose suffix is the `VERSION_ID` of their images.
fn numbered(base: &str) -> Option<&'static str> {
    Some(match base {
        "AlmaLinux" => "almalinux",
        "Rocky Linux" => "rocky",
        "Debian" => "debian",
        "Mageia" => "mageia",
        "Photon OS" => "photon",
        _ => return None,
    })
}

/// `22.04`, `22.04:LTS`, and the paid channels `Pro:22.04:LTS`, `Pro:FIPS:22.04:LTS`, which have
/// shards of their own: their fixes count only where the image has the channel.
fn ubuntu(suffix: &str) -> Option<ShardName> {
    let parts: Vec<&str> = suffix.split(':').filter(|part| *part != "LTS").collect();
    let (release, channels) = parts.split_last()?;
    if channels.is_empty() {
        return Some(ShardName::distro("ubuntu", Some(release)));
    }
    let channel = channels.join("-").to_lowercase();
    Some(ShardName::distro(&format!("ubuntu-{channel}"), Some(release)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_their_suffixes_lead_to_the_shards_that_images_ask_for() {
        for (name, shard) in [
            ("PyPI", "pypi"),
            ("crates.io", "crates-io"),
            ("Maven:https://repo.example", "maven"),
            ("AlmaLinux:8", "almalinux-8"),
            ("Rocky Linux:9", "rocky-9"),
            ("Debian:12", "debian-12"),
            ("Alpine:v3.18", "alpine-3.18"),
            ("Alpine:edge", "alpine-edge"),
            ("Ubuntu:22.04:LTS", "ubuntu-22.04"),
            ("Ubuntu:23.10", "ubuntu-23.10"),
            ("Ubuntu:Pro:18.04:LTS", "ubuntu-pro-18.04"),
            ("Ubuntu:Pro:FIPS-updates:22.04:LTS", "ubuntu-pro-fips-updates-22.04"),
            ("Wolfi", "wolfi"),
        ] {
            assert_eq!(Ecosystem::read(name).map(|found| found.shard.to_string()).as_deref(), Some(shard), "{name}");
        }
        for name in ["SwiftURL", "Debian", "Hex", "", ":", "Linux"] {
            assert_eq!(Ecosystem::read(name), None, "{name}");
        }
    }
}
