//! The table of OSV's ecosystems: which packages each speaks of, and which shard answers for them.

use plimsoll_model::{PackageKind, ShardName};
use plimsoll_versions::Scheme;

use super::ubuntu;
use crate::suse::{Product, product};

/// What an ecosystem's name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ecosystem {
    pub shard: ShardName,
    /// The language ecosystem; `None` for a distribution.
    pub kind: Option<PackageKind>,
    /// The order of its versions, where records list them one by one.
    pub scheme: Option<Scheme>,
    /// The update channel that the name itself tells.
    pub channel: Option<String>,
}

/// What an ecosystem speaks of.
#[derive(Debug, Clone, Copy)]
enum Speaks {
    /// Packages of a language or a tool. A suffix names a registry other than the usual one (Maven,
    /// VSCode): the names are the same.
    OfPackages(PackageKind),
    /// Packages of the distribution with this `ID`, which has no releases.
    OfRolling(&'static str),
    /// Packages of the distribution with this `ID`; the suffix is the `VERSION_ID` of its images.
    OfReleases(&'static str),
    /// Packages of a distribution whose suffix has a form of its own.
    OfSuffix(fn(&str) -> Option<ShardName>),
    /// Packages of Ubuntu, whose suffix names channels too.
    OfUbuntu,
    /// Packages of the products of this family, whose suffix names the product.
    OfSuse(&'static str),
    /// Nothing that is read from OSV, for this reason.
    NotHere(&'static str),
}

use Speaks::{NotHere, OfPackages, OfReleases, OfRolling, OfSuffix, OfSuse, OfUbuntu};

/// Every ecosystem that the schema names (1.7), in its order, by the name before the suffix.
static ECOSYSTEMS: &[(&str, Speaks)] = &[
    ("AlmaLinux", OfReleases("almalinux")),
    ("Alpaquita", OfReleases("alpaquita")),
    ("Alpine", OfSuffix(alpine)),
    ("Android", NotHere("parts of telephones, which no image holds")),
    ("Azure Linux", NotHere("read from Microsoft's own feed")),
    ("BellSoft Hardened Containers", OfReleases("bellsoft-hardened-containers")),
    ("Bioconductor", OfPackages(PackageKind::Bioconductor)),
    ("Bitnami", OfPackages(PackageKind::Bitnami)),
    ("Chainguard", OfRolling("chainguard")),
    ("CleanStart", OfRolling("cleanstart")),
    ("ConanCenter", OfPackages(PackageKind::Conan)),
    ("CRAN", OfPackages(PackageKind::Cran)),
    ("crates.io", OfPackages(PackageKind::Cargo)),
    ("Debian", OfReleases("debian")),
    ("Docker Hardened Images", OfSuffix(docker)),
    ("Echo", OfRolling("echo")),
    ("FreeBSD", NotHere("ports and base system of FreeBSD, which no Linux image holds")),
    ("GHC", OfPackages(PackageKind::Ghc)),
    ("GIT", NotHere("commits, which say nothing of a package's version")),
    ("GitHub Actions", OfPackages(PackageKind::GithubActions)),
    ("Go", OfPackages(PackageKind::Go)),
    ("Hackage", OfPackages(PackageKind::Hackage)),
    ("Hex", OfPackages(PackageKind::Hex)),
    ("Julia", OfPackages(PackageKind::Julia)),
    // Its components are known by their Go modules.
    ("Kubernetes", OfPackages(PackageKind::Go)),
    ("Linux", NotHere("the kernel, which an image does not run")),
    ("Mageia", OfReleases("mageia")),
    ("Maven", OfPackages(PackageKind::Maven)),
    ("MinimOS", OfRolling("minimos")),
    ("npm", OfPackages(PackageKind::Npm)),
    ("NuGet", OfPackages(PackageKind::Nuget)),
    ("opam", OfPackages(PackageKind::Opam)),
    // `24.03-LTS-SP1`, as an image's release is read too.
    ("openEuler", OfReleases("openeuler")),
    ("openSUSE", OfSuse("openSUSE")),
    ("OSS-Fuzz", NotHere("projects by the names that a fuzzing service gave them, which no package has")),
    ("Packagist", OfPackages(PackageKind::Composer)),
    ("Photon OS", OfReleases("photon")),
    ("Pub", OfPackages(PackageKind::Pub)),
    ("PyPI", OfPackages(PackageKind::Pypi)),
    ("Red Hat", NotHere("read from Red Hat's own feed")),
    ("Red Hat Lightwell", NotHere("rebuilt libraries of one vendor, which no catalog tells apart")),
    ("Rocky Linux", OfReleases("rocky")),
    ("Root", OfSuffix(root)),
    ("RubyGems", OfPackages(PackageKind::Gem)),
    ("SUSE", OfSuse("SUSE")),
    ("SwiftURL", OfPackages(PackageKind::Swift)),
    ("TuxCare", NotHere("rebuilt packages of one vendor, which no catalog tells apart")),
    ("Ubuntu", OfUbuntu),
    ("VSCode", OfPackages(PackageKind::Vscode)),
    ("Wolfi", OfRolling("wolfi")),
];

/// The ecosystems of the schema that are not read from OSV, each with the reason.
pub fn not_read() -> impl Iterator<Item = (&'static str, &'static str)> {
    ECOSYSTEMS.iter().filter_map(|(name, speaks)| match speaks {
        NotHere(why) => Some((*name, *why)),
        _ => None,
    })
}

impl Ecosystem {
    /// Reads a name as it stands in a record, with its suffix: `PyPI`, `AlmaLinux:8`,
    /// `Ubuntu:22.04:LTS`. `None` when no shard holds it.
    pub fn read(name: &str) -> Option<Self> {
        let (base, suffix) = match name.split_once(':') {
            Some((base, suffix)) => (base.trim(), suffix.trim()),
            None => (name.trim(), ""),
        };
        let (_, speaks) = ECOSYSTEMS.iter().find(|(known, _)| *known == base)?;
        // Without a release a record would have to stand in the shard of every release.
        let released = Some(suffix).filter(|suffix| !suffix.is_empty());
        let of = |shard| Self { shard, kind: None, scheme: None, channel: None };
        Some(match speaks {
            OfPackages(kind) => Self {
                kind: Some(*kind),
                scheme: Scheme::of_purl_type(kind.purl_type()),
                ..of(ShardName::language(*kind)?)
            },
            // Echo has language packages too, in ecosystems with a suffix.
            OfRolling(_) if released.is_some() => return None,
            OfRolling(id) => of(ShardName::distro(id, None)),
            OfReleases(id) => of(ShardName::distro(id, Some(released?))),
            OfSuffix(read) => of(read(released?)?),
            OfUbuntu => {
                let (release, channel) = ubuntu::release(released?)?;
                Self { scheme: Some(Scheme::Deb), channel, ..of(ShardName::distro("ubuntu", Some(release))) }
            }
            OfSuse(family) => {
                let Product { shard, channel } = product(&format!("{family} {}", released?))?;
                Self { channel: channel.map(str::to_owned), ..of(shard) }
            }
            NotHere(_) => return None,
        })
    }
}

/// `v3.18`, `edge`.
fn alpine(suffix: &str) -> Option<ShardName> {
    Some(ShardName::distro("alpine", Some(suffix.strip_prefix('v').unwrap_or(suffix))))
}

/// `Debian:13`, `Alpine:3.22`: what the image was built from.
fn docker(suffix: &str) -> Option<ShardName> {
    built_from("dhi", suffix, &["debian", "alpine"])
}

/// `Debian:12`, `Alpine:3.18`, `Ubuntu:22.04`: whose packages were rebuilt. Libraries (`PyPI`, `npm`)
/// are no packages of a distribution.
fn root(suffix: &str) -> Option<ShardName> {
    built_from("root", suffix, &["debian", "alpine", "ubuntu"])
}

fn built_from(builder: &str, suffix: &str, distributions: &[&str]) -> Option<ShardName> {
    let (base, release) = suffix.split_once(':')?;
    let base = distributions.iter().find(|known| known.eq_ignore_ascii_case(base))?;
    let release = release.strip_prefix('v').unwrap_or(release);
    let is_release = release.starts_with(|letter: char| letter.is_ascii_digit());
    is_release.then(|| ShardName::distro(&format!("{builder}-{base}"), Some(release)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed_for_path;

    #[test]
    fn names_with_their_suffixes_lead_to_the_shards_that_images_ask_for() {
        for (name, shard) in [
            ("PyPI", "pypi"),
            ("crates.io", "crates-io"),
            ("Maven:https://repo.example", "maven"),
            ("VSCode:https://open-vsx.org", "vscode"),
            ("GitHub Actions", "github-actions"),
            ("Kubernetes", "go"),
            ("AlmaLinux:8", "almalinux-8"),
            ("Rocky Linux:9", "rocky-9"),
            ("Debian:12", "debian-12"),
            ("Alpine:v3.18", "alpine-3.18"),
            ("Alpine:edge", "alpine-edge"),
            ("Ubuntu:22.04:LTS", "ubuntu-22.04"),
            ("Ubuntu:23.10", "ubuntu-23.10"),
            ("openEuler:24.03-LTS-SP1", "openeuler-24.03-lts-sp1"),
            ("Mageia:9", "mageia-9"),
            ("Photon OS:5.0", "photon-5.0"),
            ("Ubuntu:Pro:18.04:LTS", "ubuntu-18.04"),
            ("Ubuntu:Pro:FIPS-updates:22.04:LTS", "ubuntu-22.04"),
            ("Echo", "echo"),
            ("CleanStart", "cleanstart"),
            ("Alpaquita:stream", "alpaquita-stream"),
            ("Alpaquita:23", "alpaquita-23"),
            ("BellSoft Hardened Containers:25", "bellsoft-hardened-containers-25"),
            ("Docker Hardened Images:Debian:13", "dhi-debian-13"),
            ("Docker Hardened Images:Alpine:3.22", "dhi-alpine-3.22"),
            ("Root:Debian:12", "root-debian-12"),
            ("Root:Alpine:3.18", "root-alpine-3.18"),
            ("Root:Ubuntu:22.04", "root-ubuntu-22.04"),
            ("Wolfi", "wolfi"),
            ("SUSE:Linux Enterprise Module for Basesystem 15 SP5", "sles-15.5"),
            ("SUSE:Linux Micro 6.0", "sl-micro-6.0"),
            ("openSUSE:Leap 15.6", "opensuse-leap-15.6"),
            ("openSUSE:Tumbleweed", "opensuse-tumbleweed"),
        ] {
            assert_eq!(Ecosystem::read(name).map(|found| found.shard.to_string()).as_deref(), Some(shard), "{name}");
        }
        for name in [
            "Root:PyPI",
            "Root:Debian",
            "Root",
            "Docker Hardened Images",
            "Docker Hardened Images:Fedora:40",
            "Echo:PyPI",
            "Ubuntu",
            "Ubuntu:jammy",
            "pypi",
            "Debian",
            "Debian:",
            "AlmaLinux",
            "Linux",
            "Unheard Of:1",
            "",
            ":",
        ] {
            assert_eq!(Ecosystem::read(name), None, "{name}");
        }
    }

    #[test]
    fn each_name_stands_once_and_in_order() {
        let names: Vec<String> = ECOSYSTEMS.iter().map(|(name, _)| name.to_lowercase()).collect();
        assert!(names.is_sorted_by(|left, right| left < right));
    }

    #[test]
    fn every_ecosystem_of_packages_has_a_feed_of_its_own() {
        for (name, speaks) in ECOSYSTEMS {
            if let OfPackages(kind) = speaks {
                let shard = ShardName::language(*kind).unwrap();
                let feed = feed_for_path(&format!("osv/{name}/all.zip")).unwrap_or_else(|| panic!("{name}"));
                assert!(feed.shards.holds(&shard), "{name}");
            }
        }
    }

    #[test]
    fn the_guide_gives_the_reason_for_each_that_is_not_read() {
        let guide = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/feeds.md");
        let guide = plimsoll_model::read_capped(std::fs::File::open(guide).unwrap(), 1 << 20).unwrap();
        let guide = String::from_utf8(guide).unwrap();
        let is_in_table = |line: &&str| line.starts_with("| ") && not_read().any(|row| **line == line_of(row));
        for row in not_read() {
            assert!(guide.contains(&line_of(row)), "{}", line_of(row));
        }
        let section = guide.split("### Ecosystems of OSV").nth(1).unwrap().split("\n## ").next().unwrap();
        let rows = section.lines().filter(|line| line.starts_with("| ")).skip(1);
        assert_eq!(rows.clone().filter(is_in_table).count(), rows.count(), "{section}");
    }

    fn line_of((name, why): (&str, &str)) -> String {
        format!("| {name} | {why} |")
    }
}
