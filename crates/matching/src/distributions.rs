//! The table of distributions: which shard answers, by which names, in which order of versions.

use plimsoll_model::{PackageKind, ShardName};
use plimsoll_versions::Scheme;

use crate::channels::{ChannelRule, Mark};

/// How a distribution's version leads to a shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Release {
    /// One shard whatever the version: it rolls.
    Rolling,
    /// By the first number: `9.4` is `9`.
    Major,
    /// As Debian: by the first number; `trixie/sid`, which is no release yet, and `sid` are `sid`.
    Debian,
    /// As Alpine: by the first two numbers; `edge` and what is built from it (`3.21_alpha2024`) are `edge`.
    Alpine,
    /// By the first two numbers: `5.0`, `22.04`.
    TwoNumbers,
    /// As Amazon Linux: by the first number, except that the years of Amazon Linux 1 (`2018.03`) are `1`.
    Amazon,
    /// The whole version, as the feed writes it (`24.03-LTS-SP1`).
    Whole,
    /// As BellSoft: by the first number, or `stream`, which rolls.
    MajorOrStream,
    /// Known by name, but no feed is read for it.
    NotCovered,
}

/// By which of its names a package is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameKey {
    /// The source (or origin) package's, with the source's version.
    Source,
    /// The package's own.
    Binary,
    /// Both; one finding is kept.
    Both,
    /// Both, and rows about source packages are marked by the architecture `src`: others are about
    /// binary packages of their name alone.
    Marked,
}

/// What several fixed versions of one row mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeveralFixes {
    /// Builds of one fix: whoever has the oldest is safe.
    OldestIsSafe,
    /// Builds of one fix for several minor releases: whoever has that of his own (`.el9_2`) or the
    /// last of all is safe.
    OneForEachMinor,
    /// Each was needed: only the last one is the fix.
    LastIsNeeded,
    /// Fixes of several branches: whoever has that of his own branch is safe, and the one nearest
    /// above the installed version is shown.
    OneForEachBranch,
}

/// How a package tells that the distribution built it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Builders {
    /// The vendor field begins with one of these, in any case; another vendor is a stranger.
    Vendor(&'static [&'static str]),
    /// The maintainer has an address in one of these domains. Another address tells nothing:
    /// volunteers use their own.
    MaintainersAt(&'static [&'static str]),
    /// Maintainers are volunteers with addresses of their own, so only a known publisher's address
    /// or version is a stranger's.
    Volunteers,
}

/// One distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Distribution {
    /// `ID` of os-release. `ID_LIKE` never leads here: a derivative has fixes of its own.
    pub id: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// Which of an image's packages are its own kind.
    pub kind: PackageKind,
    /// How its version leads to a shard.
    pub release: Release,
    /// How its versions are ordered.
    pub scheme: Scheme,
    /// By which names its feed knows packages.
    pub key: NameKey,
    /// What several fixed versions mean in its feed.
    pub several_fixes: SeveralFixes,
    /// Who builds its packages.
    pub builders: Builders,
    /// How its packages tell by their versions which channels they follow.
    pub channels: &'static [ChannelRule],
    /// Whether rows of a channel that is not followed are told of: a subscription away. Otherwise a
    /// channel is another release, which says nothing of this one.
    pub channels_are_open: bool,
    /// `ID` of the distribution that it rebuilds. Where the shard of the same release is there, what
    /// that one discloses counts for every vulnerability that the distribution's own feed does not
    /// know for the package.
    pub over: Option<&'static str>,
    /// What the names of its shards begin with, where that is not its `ID`.
    pub shards: Option<&'static str>,
}

const DEBIAN: Distribution = Distribution {
    id: "debian",
    title: "Debian",
    kind: PackageKind::Deb,
    release: Release::Debian,
    scheme: Scheme::Deb,
    key: NameKey::Source,
    several_fixes: SeveralFixes::LastIsNeeded,
    builders: Builders::MaintainersAt(&["debian.org", "alioth-lists.debian.net", "debian.net"]),
    channels: &[],
    channels_are_open: true,
    over: None,
    shards: None,
};

const UBUNTU: Distribution = Distribution {
    id: "ubuntu",
    title: "Ubuntu",
    release: Release::TwoNumbers,
    builders: Builders::MaintainersAt(&["ubuntu.com", "canonical.com", "debian.org", "debian.net"]),
    channels: &[
        paid("esm-infra"),
        paid("esm-apps"),
        paid("esm-infra-legacy"),
        paid("pro"),
        certified("fips"),
        certified("fips-updates"),
        certified("fips-preview"),
    ],
    ..DEBIAN
};

/// Builds of Ubuntu's paid maintenance: `1.1.1-1ubuntu2.1~18.04.23+esm3`, `2.6.8-1~ubuntu14.04.0~esm1`.
const fn paid(channel: &'static str) -> ChannelRule {
    ChannelRule { channel, mark: Mark::Text("esm"), is_flavour: false }
}

/// Builds of Ubuntu's certified libraries: `3.0.2-0ubuntu1.10+Fips1`, `1.1.1f-1ubuntu2.fips.2.8`.
const fn certified(channel: &'static str) -> ChannelRule {
    ChannelRule { channel, mark: Mark::Text("fips"), is_flavour: true }
}

/// Rebuilt from Debian by someone who has advisories of their own, in one shard.
const ECHO: Distribution =
    Distribution { id: "echo", title: "Echo", release: Release::Rolling, builders: Builders::Volunteers, ..DEBIAN };

/// Docker Hardened Images on Debian.
const DOCKER_ON_DEBIAN: Distribution = Distribution {
    id: "dhi",
    title: "Docker Hardened Images",
    release: Release::Major,
    builders: Builders::MaintainersAt(&["docker.com", "debian.org"]),
    shards: Some("dhi-debian"),
    ..DEBIAN
};

const DOCKER_ON_ALPINE: Distribution = Distribution {
    id: "dhi",
    title: "Docker Hardened Images",
    builders: Builders::MaintainersAt(&["docker.com", "alpinelinux.org"]),
    shards: Some("dhi-alpine"),
    ..ALPINE
};

const ALPINE: Distribution = Distribution {
    id: "alpine",
    title: "Alpine Linux",
    kind: PackageKind::Apk,
    release: Release::Alpine,
    scheme: Scheme::Apk,
    key: NameKey::Source,
    several_fixes: SeveralFixes::LastIsNeeded,
    builders: Builders::Volunteers,
    channels: &[],
    channels_are_open: true,
    over: None,
    shards: None,
};

const ALMALINUX: Distribution = Distribution {
    id: "almalinux",
    title: "AlmaLinux",
    kind: PackageKind::Rpm,
    release: Release::Major,
    scheme: Scheme::Rpm,
    key: NameKey::Binary,
    several_fixes: SeveralFixes::OldestIsSafe,
    builders: Builders::Vendor(&["AlmaLinux"]),
    channels: &[],
    channels_are_open: true,
    over: Some("rhel"),
    shards: None,
};

const RHEL: Distribution = Distribution {
    id: "rhel",
    title: "Red Hat Enterprise Linux",
    key: NameKey::Marked,
    several_fixes: SeveralFixes::OneForEachMinor,
    builders: Builders::Vendor(&["Red Hat"]),
    channels: &[ChannelRule { channel: "eus-", mark: Mark::MinorRelease(".el"), is_flavour: false }],
    channels_are_open: false,
    over: None,
    ..ALMALINUX
};

/// CentOS Linux and Stream: the main stream of the same release. Builds of Stream are ahead of it, so
/// that a fix is there as soon as its version is.
const CENTOS: Distribution = Distribution {
    id: "centos",
    title: "CentOS",
    builders: Builders::Vendor(&["CentOS"]),
    channels: &[],
    shards: Some("rhel"),
    ..RHEL
};

const ROCKY: Distribution = Distribution {
    id: "rocky",
    title: "Rocky Linux",
    key: NameKey::Both,
    builders: Builders::Vendor(&["Rocky"]),
    over: None,
    ..ALMALINUX
};

const AMAZON: Distribution = Distribution {
    id: "amzn",
    title: "Amazon Linux",
    release: Release::Amazon,
    builders: Builders::Vendor(&["Amazon"]),
    over: None,
    ..ALMALINUX
};

const FEDORA: Distribution =
    Distribution { id: "fedora", title: "Fedora", builders: Builders::Vendor(&["Fedora Project"]), ..AMAZON };

const BOTTLEROCKET: Distribution = Distribution {
    id: "bottlerocket",
    title: "Bottlerocket",
    release: Release::Rolling,
    builders: Builders::Vendor(&["Bottlerocket"]),
    ..AMAZON
};

const PHOTON: Distribution = Distribution {
    id: "photon",
    title: "Photon OS",
    release: Release::TwoNumbers,
    key: NameKey::Source,
    several_fixes: SeveralFixes::LastIsNeeded,
    builders: Builders::Vendor(&["VMware", "Broadcom"]),
    ..AMAZON
};

const OPENEULER: Distribution = Distribution {
    id: "openeuler",
    title: "openEuler",
    release: Release::Whole,
    key: NameKey::Source,
    builders: Builders::Vendor(&["openEuler", "http://openeuler.org", "https://openeuler.org"]),
    ..AMAZON
};

const MAGEIA: Distribution = Distribution {
    id: "mageia",
    title: "Mageia",
    key: NameKey::Source,
    builders: Builders::Vendor(&["Mageia"]),
    ..AMAZON
};

const ARCH: Distribution = Distribution {
    id: "arch",
    title: "Arch Linux",
    kind: PackageKind::Alpm,
    release: Release::Rolling,
    scheme: Scheme::Pacman,
    key: NameKey::Binary,
    several_fixes: SeveralFixes::LastIsNeeded,
    builders: Builders::MaintainersAt(&["archlinux.org"]),
    ..AMAZON
};

const GENTOO: Distribution = Distribution {
    id: "gentoo",
    title: "Gentoo",
    kind: PackageKind::Ebuild,
    scheme: Scheme::Portage,
    builders: Builders::Volunteers,
    ..ARCH
};

const ORACLE: Distribution = Distribution {
    id: "ol",
    title: "Oracle Linux",
    builders: Builders::Vendor(&["Oracle"]),
    channels: &[
        ChannelRule { channel: "fips", mark: Mark::Text("_fips"), is_flavour: true },
        ChannelRule { channel: "ksplice", mark: Mark::Text(".ksplice"), is_flavour: true },
    ],
    over: None,
    ..ALMALINUX
};

const AZURE: Distribution = Distribution {
    id: "azurelinux",
    title: "Azure Linux",
    release: Release::TwoNumbers,
    key: NameKey::Source,
    several_fixes: SeveralFixes::LastIsNeeded,
    builders: Builders::Vendor(&["Microsoft"]),
    over: None,
    ..ALMALINUX
};

/// Binary names stand in OVAL, source names in OSV. A package may come from either builder: SUSE's
/// own stand in Leap, the community's in the Package Hub.
const SLES: Distribution = Distribution {
    id: "sles",
    title: "SUSE Linux Enterprise",
    release: Release::Whole,
    key: NameKey::Both,
    several_fixes: SeveralFixes::LastIsNeeded,
    builders: Builders::Vendor(&["SUSE", "openSUSE"]),
    over: None,
    ..ALMALINUX
};

const fn rolling(id: &'static str, title: &'static str) -> Distribution {
    Distribution { id, title, release: Release::Rolling, ..ALPINE }
}

const fn bellsoft(id: &'static str, title: &'static str) -> Distribution {
    Distribution { id, title, release: Release::MajorOrStream, ..ALPINE }
}

const fn not_covered(id: &'static str, title: &'static str, kind: PackageKind) -> Distribution {
    Distribution { id, title, kind, release: Release::NotCovered, ..DEBIAN }
}

/// Every distribution that is known by name, with and without a feed.
pub static DISTRIBUTIONS: &[Distribution] = &[
    DEBIAN,
    UBUNTU,
    ECHO,
    DOCKER_ON_DEBIAN,
    DOCKER_ON_ALPINE,
    ALPINE,
    rolling("wolfi", "Wolfi"),
    rolling("chainguard", "Chainguard"),
    rolling("minimos", "MinimOS"),
    rolling("cleanstart", "CleanStart"),
    bellsoft("alpaquita", "BellSoft Alpaquita"),
    bellsoft("bellsoft-hardened-containers", "BellSoft Hardened Containers"),
    RHEL,
    CENTOS,
    ALMALINUX,
    ROCKY,
    AMAZON,
    FEDORA,
    BOTTLEROCKET,
    PHOTON,
    OPENEULER,
    MAGEIA,
    ARCH,
    GENTOO,
    ORACLE,
    AZURE,
    Distribution { id: "mariner", title: "CBL-Mariner", ..AZURE },
    SLES,
    Distribution { id: "sle-micro", title: "SUSE Linux Enterprise Micro", ..SLES },
    Distribution { id: "sl-micro", title: "SUSE Linux Micro", ..SLES },
    Distribution { id: "opensuse-leap", title: "openSUSE Leap", ..SLES },
    Distribution { id: "opensuse-tumbleweed", title: "openSUSE Tumbleweed", release: Release::Rolling, ..SLES },
    not_covered("raspbian", "Raspberry Pi OS", PackageKind::Deb),
    not_covered("kali", "Kali Linux", PackageKind::Deb),
    not_covered("linuxmint", "Linux Mint", PackageKind::Deb),
    not_covered("rapidfort", "RapidFort", PackageKind::Deb),
    not_covered("seal", "Seal", PackageKind::Deb),
    not_covered("postmarketos", "postmarketOS", PackageKind::Apk),
    not_covered("openwrt", "OpenWrt", PackageKind::Deb),
    not_covered("sled", "SUSE Linux Enterprise Desktop", PackageKind::Rpm),
    not_covered("suse-microos", "SUSE Linux Enterprise Micro 5.0", PackageKind::Rpm),
    not_covered("opensuse-microos", "openSUSE MicroOS", PackageKind::Rpm),
    not_covered("eurolinux", "EuroLinux", PackageKind::Rpm),
];

/// The row of an `ID`, the first where it has one for each kind of package.
#[must_use]
pub fn distribution(id: &str) -> Option<&'static Distribution> {
    rows_of(id).next()
}

/// The rows of an `ID`, one for each kind of package.
pub(crate) fn rows_of(id: &str) -> impl Iterator<Item = &'static Distribution> {
    DISTRIBUTIONS.iter().filter(move |row| row.id.eq_ignore_ascii_case(id))
}

impl Distribution {
    /// The shard that answers for a version; `None` where no feed is read or the version names no
    /// release.
    #[must_use]
    pub fn shard(&self, version: Option<&str>) -> Option<ShardName> {
        let version = version.map(str::trim).filter(|version| !version.is_empty());
        let release = match self.release {
            Release::NotCovered => return None,
            Release::Rolling => return Some(ShardName::distro(self.shards_begin(), None)),
            Release::Major => numbers(version?, 1)?,
            Release::TwoNumbers => numbers(version?, 2)?,
            Release::Amazon => match numbers(version?, 1)? {
                year if ("2010"..="2018").contains(&year) => "1",
                release => release,
            },
            Release::Whole => version?,
            Release::MajorOrStream => match version? {
                "stream" => "stream",
                version => numbers(version, 1)?,
            },
            Release::Debian => match version? {
                "sid" | "unstable" | "testing" => "sid",
                codenames if codenames.ends_with("/sid") => "sid",
                version => numbers(version, 1)?,
            },
            Release::Alpine => match version? {
                version if version == "edge" || version.contains("_alpha") => "edge",
                version => numbers(version, 2)?,
            },
        };
        Some(ShardName::distro(self.shards_begin(), Some(release)))
    }

    fn shards_begin(&self) -> &'static str {
        self.shards.unwrap_or(self.id)
    }

    /// The shard of the same release of the distribution that this one rebuilds.
    #[must_use]
    pub fn shard_below(&self, shard: &ShardName) -> Option<ShardName> {
        let release = shard.as_str().strip_prefix(self.shards_begin())?.strip_prefix('-');
        self.over.map(|id| ShardName::distro(id, release))
    }
}

/// The first `count` numbers of a version that is made of numbers and dots, up to a suffix that
/// begins with `_`; `None` for anything else.
fn numbers(version: &str, count: usize) -> Option<&str> {
    let plain = version.split('_').next().unwrap_or_default();
    let is_number = |part: &str| !part.is_empty() && part.len() <= 8 && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts = plain.split('.').take_while(|part| is_number(part)).count();
    if parts < count || parts != plain.split('.').count() {
        return None;
    }
    let end = plain.match_indices('.').nth(count - 1).map_or(plain.len(), |(at, _)| at);
    Some(&plain[..end])
}
