//! The table of feeds: where each upstream's files are, how they lie in a mirror, what they fill.

use plimsoll_model::ShardName;

use crate::{
    Feed, Origin, Place, Shards, arch, csaf, cvelist, cwe, debian, echo, eol, epss, gentoo, ghsa, kev, nvd, osv, oval,
    photon, redhat_repositories, secdb, ubuntu_tracker, updateinfo,
};

/// The feed that a mirror's file belongs to.
#[must_use]
pub fn feed_for_path(mirror_path: &str) -> Option<&'static Feed> {
    FEEDS.iter().find(|feed| feed.owns(mirror_path))
}

/// The feeds that fill a shard, in table order.
pub fn feeds_for_shard(shard: &ShardName) -> impl Iterator<Item = &'static Feed> {
    FEEDS.iter().filter(move |feed| feed.shards.holds(shard))
}

macro_rules! osv {
    ($id:literal, $title:literal, $ecosystem:literal, $shards:expr) => {
        osv!($id, $title, $ecosystem, $ecosystem, $shards)
    };
    // The ecosystem is defined, but OSV publishes no records of it.
    ($id:literal, $title:literal, $ecosystem:literal, nowhere, $shards:expr) => {
        osv!(from Origin::Nowhere, $id, $title, $ecosystem, $shards)
    };
    // The fourth is the ecosystem as an address writes it.
    ($id:literal, $title:literal, $ecosystem:literal, $encoded:literal, $shards:expr) => {
        osv!(
            from Origin::File(Place {
                url: concat!("https://osv-vulnerabilities.storage.googleapis.com/", $encoded, "/all.zip"),
                mirror: concat!("osv/", $ecosystem, "/all.zip"),
            }),
            $id, $title, $ecosystem, $shards
        )
    };
    (from $origin:expr, $id:literal, $title:literal, $ecosystem:literal, $shards:expr) => {
        Feed {
            id: $id,
            title: $title,
            format: &osv::FORMAT,
            origin: $origin,
            follow: None,
            layout: &[concat!("osv/", $ecosystem, "/all.zip")],
            shards: $shards,
            large: false,
        }
    };
}

macro_rules! rolling {
    ($id:literal, $title:literal, $url:literal) => {
        Feed {
            id: $id,
            title: $title,
            format: &secdb::FORMAT,
            origin: Origin::File(Place { url: $url, mirror: concat!($id, "/security.json") }),
            follow: None,
            layout: &[concat!($id, "/security.json")],
            shards: Shards::One($id),
            large: false,
        }
    };
}

macro_rules! amazon {
    ($id:literal, $title:literal, $release:literal, $shard:literal, [$($url:literal => $mirror:literal),*]) => {
        Feed {
            id: $id,
            title: $title,
            format: &updateinfo::FORMAT,
            origin: Origin::Files(&[
                $(Place { url: $url, mirror: concat!("amazon/", $release, "/", $mirror) }),*
            ]),
            follow: Some(updateinfo::follow),
            layout: &[
                concat!("amazon/", $release, "/*/*/updateinfo.xml"),
                concat!("amazon/", $release, "/*/*/updateinfo.xml.*"),
            ],
            shards: Shards::One($shard),
            large: false,
        }
    };
}

macro_rules! azure {
    // The third is the distribution as its files are called.
    ($id:literal, $title:literal, $name:literal, $releases:expr) => {
        Feed {
            id: $id,
            title: $title,
            format: &oval::azure::FORMAT,
            origin: Origin::PerRelease {
                place: Place {
                    url: concat!(
                        "https://raw.githubusercontent.com/microsoft/AzureLinuxVulnerabilityData/main/",
                        $name,
                        "-{release}-oval.xml"
                    ),
                    mirror: concat!("azurelinux/", $name, "-{release}-oval.xml"),
                },
                releases: $releases,
                repositories: &[""],
                written: str::to_owned,
            },
            follow: None,
            layout: &[concat!("azurelinux/", $name, "-*-oval.xml")],
            shards: Shards::PerRelease(concat!($id, "-")),
            large: false,
        }
    };
}

macro_rules! suse {
    // The third is the line of products as its files are called, before the release.
    ($id:literal, $title:literal, $line:literal, $releases:expr, $written:expr) => {
        Feed {
            origin: Origin::PerRelease {
                place: Place {
                    url: concat!(
                        "https://ftp.suse.com/pub/projects/security/oval/",
                        $line,
                        ".{release}-affected.xml.gz"
                    ),
                    mirror: concat!("suse/", $line, ".{release}-affected.xml.gz"),
                },
                releases: $releases,
                repositories: &[""],
                written: $written,
            },
            ..suse!($id, $title, $line, Shards::PerRelease(concat!($id, "-")))
        }
    };
    ($id:literal, $title:literal, $line:literal, $shards:expr) => {
        Feed {
            id: $id,
            title: $title,
            format: &oval::suse::FORMAT,
            origin: Origin::File(Place {
                url: concat!("https://ftp.suse.com/pub/projects/security/oval/", $line, "-affected.xml.gz"),
                mirror: concat!("suse/", $line, "-affected.xml.gz"),
            }),
            follow: None,
            layout: &[
                concat!("suse/", $line, "*.xml"),
                concat!("suse/", $line, "*.xml.bz2"),
                concat!("suse/", $line, "*.xml.gz"),
            ],
            shards: $shards,
            large: true,
        }
    };
}

/// Every feed.
pub static FEEDS: &[Feed] = &[
    Feed {
        id: "ghsa",
        title: "GitHub's reviewed advisories, from their repository",
        format: &ghsa::FORMAT,
        origin: Origin::File(Place {
            url: "https://github.com/github/advisory-database/archive/refs/heads/main.tar.gz",
            mirror: "ghsa/advisory-database.tar.gz",
        }),
        follow: None,
        layout: &[
            "ghsa/advisory-database.tar.gz",
            "ghsa/advisory-database.tar",
            "ghsa/advisory-database.zip",
            "ghsa/advisory-database/advisories/github-reviewed/*/*/*/*.json",
            "ghsa/advisories/github-reviewed/*/*/*/*.json",
        ],
        shards: Shards::Several(&[
            Shards::One("go"),
            Shards::One("pypi"),
            Shards::One("npm"),
            Shards::One("maven"),
            Shards::One("crates-io"),
            Shards::One("rubygems"),
            Shards::One("nuget"),
            Shards::One("packagist"),
            Shards::One("pub"),
            Shards::One("hex"),
            Shards::One("swift"),
            Shards::One("github-actions"),
        ]),
        large: true,
    },
    osv!("osv-go", "Go modules (Go vulnerability database, GitHub)", "Go", Shards::One("go")),
    osv!("osv-pypi", "Python packages (PyPA, GitHub)", "PyPI", Shards::One("pypi")),
    osv!("osv-npm", "Node packages (GitHub, OpenSSF malicious packages)", "npm", Shards::One("npm")),
    osv!("osv-maven", "Java artifacts (GitHub)", "Maven", Shards::One("maven")),
    osv!("osv-crates-io", "Rust crates (RustSec, GitHub)", "crates.io", Shards::One("crates-io")),
    osv!("osv-rubygems", "Ruby gems (GitHub, RubySec)", "RubyGems", Shards::One("rubygems")),
    osv!("osv-nuget", ".NET packages (GitHub)", "NuGet", Shards::One("nuget")),
    osv!("osv-packagist", "PHP packages (GitHub, FriendsOfPHP)", "Packagist", Shards::One("packagist")),
    osv!("osv-pub", "Dart packages (GitHub)", "Pub", Shards::One("pub")),
    osv!("osv-hex", "Erlang and Elixir packages (GitHub, Erlang Ecosystem Foundation)", "Hex", Shards::One("hex")),
    osv!("osv-swift", "Swift packages (GitHub)", "SwiftURL", Shards::One("swift")),
    osv!("osv-hackage", "Haskell packages (Haskell Security Response Team)", "Hackage", Shards::One("hackage")),
    osv!("osv-ghc", "Haskell's compiler (Haskell Security Response Team)", "GHC", Shards::One("ghc")),
    osv!("osv-cran", "R packages (R Consortium)", "CRAN", Shards::One("cran")),
    osv!("osv-bioconductor", "R packages of Bioconductor", "Bioconductor", nowhere, Shards::One("bioconductor")),
    osv!("osv-conan", "C and C++ packages of Conan", "ConanCenter", nowhere, Shards::One("conan")),
    osv!("osv-julia", "Julia packages (JuliaLang)", "Julia", Shards::One("julia")),
    osv!("osv-opam", "OCaml packages (OCaml Security Team)", "opam", Shards::One("opam")),
    osv!("osv-vscode", "Extensions of Visual Studio Code", "VSCode", Shards::One("vscode")),
    osv!(
        "osv-github-actions",
        "GitHub Actions (GitHub)",
        "GitHub Actions",
        "GitHub%20Actions",
        Shards::One("github-actions")
    ),
    osv!("osv-kubernetes", "Components of Kubernetes", "Kubernetes", nowhere, Shards::One("go")),
    osv!("osv-bitnami", "Bitnami components", "Bitnami", Shards::One("bitnami")),
    osv!("osv-almalinux", "AlmaLinux errata", "AlmaLinux", Shards::PerRelease("almalinux-")),
    osv!("osv-ubuntu", "Ubuntu vulnerabilities and notices", "Ubuntu", Shards::PerRelease("ubuntu-")),
    osv!("osv-echo", "Echo advisories", "Echo", Shards::One("echo")),
    osv!("osv-cleanstart", "CleanStart advisories", "CleanStart", Shards::One("cleanstart")),
    osv!("osv-alpaquita", "Alpaquita advisories (BellSoft)", "Alpaquita", Shards::PerRelease("alpaquita-")),
    osv!(
        "osv-bellsoft",
        "BellSoft Hardened Containers advisories",
        "BellSoft Hardened Containers",
        "BellSoft%20Hardened%20Containers",
        Shards::PerRelease("bellsoft-hardened-containers-")
    ),
    osv!(
        "osv-docker",
        "Docker Hardened Images advisories",
        "Docker Hardened Images",
        "Docker%20Hardened%20Images",
        Shards::Several(&[Shards::PerRelease("dhi-debian-"), Shards::PerRelease("dhi-alpine-")])
    ),
    osv!(
        "osv-root",
        "Root's rebuilt packages",
        "Root",
        Shards::Several(&[
            Shards::PerRelease("root-debian-"),
            Shards::PerRelease("root-alpine-"),
            Shards::PerRelease("root-ubuntu-")
        ])
    ),
    osv!("osv-rocky", "Rocky Linux errata", "Rocky Linux", "Rocky%20Linux", Shards::PerRelease("rocky-")),
    osv!("osv-openeuler", "openEuler errata", "openEuler", Shards::PerRelease("openeuler-")),
    osv!("osv-mageia", "Mageia errata", "Mageia", Shards::PerRelease("mageia-")),
    osv!("osv-photon", "Photon OS errata", "Photon OS", nowhere, Shards::PerRelease("photon-")),
    osv!(
        "osv-suse",
        "SUSE updates",
        "SUSE",
        Shards::Several(&[
            Shards::PerRelease("sles-"),
            Shards::PerRelease("sle-micro-"),
            Shards::PerRelease("sl-micro-")
        ])
    ),
    osv!(
        "osv-opensuse",
        "openSUSE updates",
        "openSUSE",
        Shards::Several(&[Shards::PerRelease("opensuse-leap-"), Shards::One("opensuse-tumbleweed")])
    ),
    // One architecture's errata name the packages of all.
    amazon!("amazon-1", "Amazon Linux 1 errata", "1", "amzn-1", [
        "https://repo.us-west-2.amazonaws.com/2018.03/updates/x86_64/mirror.list" => "updates/x86_64/mirror.list"
    ]),
    amazon!("amazon-2", "Amazon Linux 2 errata, with the extras", "2", "amzn-2", [
        "https://cdn.amazonlinux.com/2/core/latest/x86_64/mirror.list" => "core/x86_64/mirror.list",
        "https://cdn.amazonlinux.com/2/extras-catalog.json" => "extras-catalog.json"
    ]),
    amazon!("amazon-2023", "Amazon Linux 2023 errata", "2023", "amzn-2023", [
        "https://cdn.amazonlinux.com/al2023/core/mirrors/latest/x86_64/mirror.list" => "core/x86_64/mirror.list"
    ]),
    Feed {
        id: "fedora",
        title: "Fedora errata",
        format: &updateinfo::FORMAT,
        origin: Origin::PerRelease {
            place: Place {
                url: "https://dl.fedoraproject.org/pub/fedora/linux/updates/{release}/Everything/{repository}/repodata/repomd.xml",
                mirror: "fedora/{release}/{repository}/repomd.xml",
            },
            releases: &["42", "43"],
            repositories: &["x86_64"],
            written: str::to_owned,
        },
        follow: Some(updateinfo::follow),
        layout: &["fedora/*/*/updateinfo.xml", "fedora/*/*/updateinfo.xml.*"],
        shards: Shards::PerRelease("fedora-"),
        large: false,
    },
    Feed {
        id: "rocky",
        title: "Rocky Linux errata of the repositories",
        format: &updateinfo::FORMAT,
        origin: Origin::PerRelease {
            place: Place {
                url: "https://dl.rockylinux.org/pub/rocky/{release}/{repository}/os/repodata/repomd.xml",
                mirror: "rocky/{release}/{repository}/repomd.xml",
            },
            releases: &["8", "9", "10"],
            repositories: &["BaseOS/x86_64", "BaseOS/aarch64", "AppStream/x86_64", "AppStream/aarch64"],
            written: str::to_owned,
        },
        follow: Some(updateinfo::follow),
        layout: &["rocky/*/*/*/updateinfo.xml", "rocky/*/*/*/updateinfo.xml.*"],
        shards: Shards::PerRelease("rocky-"),
        large: false,
    },
    Feed {
        id: "bottlerocket",
        title: "Bottlerocket advisories",
        format: &updateinfo::FORMAT,
        origin: Origin::File(Place {
            url: "https://advisories.bottlerocket.aws/updateinfo.xml.gz",
            mirror: "bottlerocket/updateinfo.xml.gz",
        }),
        follow: None,
        layout: &["bottlerocket/updateinfo.xml", "bottlerocket/updateinfo.xml.*"],
        shards: Shards::One("bottlerocket"),
        large: false,
    },
    Feed {
        id: "photon",
        title: "Photon OS CVEs",
        format: &photon::FORMAT,
        origin: Origin::PerRelease {
            place: Place {
                url: "https://packages.broadcom.com/photon/photon_cve_metadata/cve_data_photon{release}.json",
                mirror: "photon/cve_data_photon{release}.json",
            },
            releases: &["3.0", "4.0", "5.0"],
            repositories: &[""],
            written: str::to_owned,
        },
        follow: None,
        layout: &["photon/cve_data_photon*.json"],
        shards: Shards::PerRelease("photon-"),
        large: false,
    },
    Feed {
        id: "arch",
        title: "Arch Linux security tracker",
        format: &arch::FORMAT,
        origin: Origin::File(Place { url: "https://security.archlinux.org/issues/all.json", mirror: "arch/all.json" }),
        follow: None,
        layout: &["arch/all.json"],
        shards: Shards::One("arch"),
        large: false,
    },
    Feed {
        id: "gentoo",
        title: "Gentoo security advisories",
        format: &gentoo::FORMAT,
        origin: Origin::File(Place {
            url: "https://gitweb.gentoo.org/data/glsa.git/snapshot/glsa-master.tar.gz",
            mirror: "gentoo/glsa-master.tar.gz",
        }),
        follow: None,
        layout: &["gentoo/glsa-master.tar.gz", "gentoo/glsa-*.xml"],
        shards: Shards::One("gentoo"),
        large: false,
    },
    Feed {
        id: "debian",
        title: "Debian security tracker",
        format: &debian::FORMAT,
        origin: Origin::File(Place {
            url: "https://security-tracker.debian.org/tracker/data/json",
            mirror: "debian/data.json",
        }),
        follow: None,
        layout: &["debian/data.json"],
        shards: Shards::PerRelease("debian-"),
        large: false,
    },
    Feed {
        id: "ubuntu-tracker",
        title: "Ubuntu CVE tracker",
        format: &ubuntu_tracker::FORMAT,
        origin: Origin::Nowhere,
        follow: None,
        layout: &[
            "ubuntu-cve-tracker/*.tar.gz",
            "ubuntu-cve-tracker/*.tar.xz",
            "ubuntu-cve-tracker/*.tar",
            "ubuntu-cve-tracker/active/CVE-*",
            "ubuntu-cve-tracker/retired/CVE-*",
            "ubuntu-cve-tracker/ignored/CVE-*",
        ],
        shards: Shards::PerRelease("ubuntu-"),
        large: true,
    },
    Feed {
        id: "echo",
        title: "Echo advisories, from its own service",
        format: &echo::FORMAT,
        origin: Origin::File(Place { url: "https://advisory.echohq.com/data.json", mirror: "echo/data.json" }),
        follow: None,
        layout: &["echo/data.json"],
        shards: Shards::One("echo"),
        large: false,
    },
    Feed {
        id: "alpine",
        title: "Alpine security database",
        format: &secdb::FORMAT,
        origin: Origin::PerRelease {
            place: Place {
                url: "https://secdb.alpinelinux.org/{release}/{repository}.json",
                mirror: "alpine-secdb/{release}/{repository}.json",
            },
            releases: &[
                "3.3", "3.4", "3.5", "3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.15",
                "3.16", "3.17", "3.18", "3.19", "3.20", "3.21", "3.22", "3.23", "edge",
            ],
            repositories: &["main", "community"],
            written: secdb::folder_of_release,
        },
        follow: None,
        layout: &["alpine-secdb/*/*.json"],
        shards: Shards::PerRelease("alpine-"),
        large: false,
    },
    rolling!("wolfi", "Wolfi security database", "https://packages.wolfi.dev/os/security.json"),
    rolling!("chainguard", "Chainguard security database", "https://packages.cgr.dev/chainguard/security.json"),
    rolling!("minimos", "MinimOS security database", "https://packages.mini.dev/advisories/secdb/security.json"),
    azure!("azurelinux", "Azure Linux", "azurelinux", &["3.0"]),
    azure!("mariner", "CBL-Mariner", "cbl-mariner", &["1.0", "2.0"]),
    Feed {
        id: "oracle",
        title: "Oracle Linux errata",
        format: &oval::oracle::FORMAT,
        origin: Origin::PerRelease {
            place: Place {
                url: "https://linux.oracle.com/security/oval/com.oracle.elsa-ol{release}.xml.bz2",
                mirror: "oracle/com.oracle.elsa-ol{release}.xml.bz2",
            },
            releases: &["5", "6", "7", "8", "9", "10"],
            repositories: &[""],
            written: str::to_owned,
        },
        follow: None,
        layout: &["oracle/com.oracle.elsa-*.xml", "oracle/com.oracle.elsa-*.xml.bz2"],
        shards: Shards::PerRelease("ol-"),
        large: false,
    },
    suse!("sles", "SUSE Linux Enterprise", "suse.linux.enterprise.server", &["12", "15"], oval::suse::line_of_release),
    suse!(
        "sle-micro",
        "SUSE Linux Enterprise Micro",
        "suse.linux.enterprise.micro",
        &["5.1", "5.2", "5.3", "5.4", "5.5"],
        str::to_owned
    ),
    suse!("sl-micro", "SUSE Linux Micro", "suse.linux.micro", &["6.0", "6.1"], str::to_owned),
    suse!(
        "opensuse-leap",
        "openSUSE Leap",
        "opensuse.leap",
        &["15.0", "15.1", "15.2", "15.3", "15.4", "15.5", "15.6"],
        str::to_owned
    ),
    suse!("opensuse-tumbleweed", "openSUSE Tumbleweed", "opensuse.tumbleweed", Shards::One("opensuse-tumbleweed")),
    Feed {
        id: "redhat",
        title: "Red Hat's word on each vulnerability (CSAF VEX)",
        format: &csaf::REDHAT,
        origin: Origin::File(Place {
            url: "https://security.access.redhat.com/data/csaf/v2/vex/archive_latest.txt",
            mirror: "redhat/csaf/v2/vex/archive_latest.txt",
        }),
        follow: Some(csaf::follow),
        // `vex-feed` is what the newer generator writes.
        layout: &[
            "redhat/csaf/v2/vex/csaf_vex_*.tar.zst",
            "redhat/csaf/v2/vex/deletions.csv",
            "redhat/csaf/v2/vex/*/cve-*.json",
            "redhat/csaf/v2/vex-feed/csaf_vex_*.tar.zst",
            "redhat/csaf/v2/vex-feed/deletions.csv",
            "redhat/csaf/v2/vex-feed/*/cve-*.json",
        ],
        shards: Shards::PerRelease("rhel-"),
        large: true,
    },
    Feed {
        id: "suse-csaf",
        title: "SUSE's word on each vulnerability (CSAF VEX)",
        format: &csaf::SUSE,
        origin: Origin::File(Place {
            url: "https://ftp.suse.com/pub/projects/security/csaf-vex.tar.bz2",
            mirror: "suse/csaf-vex.tar.bz2",
        }),
        follow: None,
        layout: &["suse/csaf-vex.tar*", "suse/csaf-vex/*.json"],
        shards: Shards::Several(&[
            Shards::PerRelease("sles-"),
            Shards::PerRelease("sle-micro-"),
            Shards::PerRelease("sl-micro-"),
            Shards::PerRelease("opensuse-leap-"),
            Shards::One("opensuse-tumbleweed"),
        ]),
        large: true,
    },
    Feed {
        id: "redhat-repositories",
        title: "Channels of repositories (Red Hat)",
        format: &redhat_repositories::FORMAT,
        origin: Origin::File(Place {
            url: "https://security.access.redhat.com/data/metrics/repository-to-cpe.json",
            mirror: "redhat/repository-to-cpe.json",
        }),
        follow: None,
        layout: &["redhat/repository-to-cpe.json"],
        shards: Shards::One("redhat-repositories"),
        large: false,
    },
    Feed {
        id: "kev",
        title: "Known exploited vulnerabilities (CISA)",
        format: &kev::FORMAT,
        origin: Origin::File(Place {
            url: "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json",
            mirror: "kev/known_exploited_vulnerabilities.json",
        }),
        follow: None,
        layout: &["kev/known_exploited_vulnerabilities.json"],
        shards: Shards::One("kev"),
        large: false,
    },
    Feed {
        id: "nvd",
        title: "National Vulnerability Database",
        format: &nvd::FORMAT,
        origin: Origin::PerRelease {
            place: Place {
                url: "https://nvd.nist.gov/feeds/json/cve/2.0/nvdcve-2.0-{release}.json.gz",
                mirror: "nvd/nvdcve-2.0-{release}.json.gz",
            },
            releases: &[
                "2002", "2003", "2004", "2005", "2006", "2007", "2008", "2009", "2010", "2011", "2012", "2013", "2014",
                "2015", "2016", "2017", "2018", "2019", "2020", "2021", "2022", "2023", "2024", "2025", "2026",
            ],
            repositories: &[""],
            written: str::to_owned,
        },
        follow: None,
        layout: &["nvd/*.json", "nvd/*.json.gz"],
        shards: Shards::Several(&[Shards::One("cpe"), Shards::One("facts"), Shards::One("severities")]),
        large: true,
    },
    Feed {
        id: "cvelist",
        title: "CVE list (numbering authorities, CISA)",
        format: &cvelist::FORMAT,
        origin: Origin::File(Place {
            url: "https://github.com/CVEProject/cvelistV5/archive/refs/heads/main.zip",
            mirror: "cvelist/cvelistV5-main.zip",
        }),
        follow: None,
        layout: &["cvelist/*.zip", "cvelist/cves/*/*/CVE-*.json"],
        shards: Shards::Several(&[Shards::One("facts"), Shards::One("severities")]),
        large: true,
    },
    Feed {
        id: "epss",
        title: "Exploit Prediction Scoring System (FIRST)",
        format: &epss::FORMAT,
        origin: Origin::File(Place {
            url: "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz",
            mirror: "epss/epss_scores-current.csv.gz",
        }),
        follow: None,
        layout: &["epss/epss_scores-*.csv.gz", "epss/epss_scores-*.csv"],
        shards: Shards::One("epss"),
        large: false,
    },
    Feed {
        id: "eol",
        title: "End-of-life dates (endoflife.date)",
        format: &eol::FORMAT,
        origin: Origin::File(Place { url: "https://endoflife.date/api/v1/products/full", mirror: "eol/products.json" }),
        follow: None,
        layout: &["eol/*.json"],
        shards: Shards::One("eol"),
        large: false,
    },
    Feed {
        id: "distro-info",
        title: "End-of-life dates (distro-info)",
        format: &eol::FORMAT,
        origin: Origin::Files(&[
            Place {
                url: "https://salsa.debian.org/debian/distro-info-data/-/raw/main/debian.csv",
                mirror: "distro-info/debian.csv",
            },
            Place {
                url: "https://salsa.debian.org/debian/distro-info-data/-/raw/main/ubuntu.csv",
                mirror: "distro-info/ubuntu.csv",
            },
        ]),
        follow: None,
        layout: &["distro-info/*.csv"],
        shards: Shards::One("eol"),
        large: false,
    },
    Feed {
        id: "cwe",
        title: "Names of weaknesses (MITRE)",
        format: &cwe::FORMAT,
        origin: Origin::File(Place {
            url: "https://cwe.mitre.org/data/xml/cwec_latest.xml.zip",
            mirror: "cwe/cwec_latest.xml.zip",
        }),
        follow: None,
        layout: &["cwe/cwec_*.xml.zip"],
        shards: Shards::One("cwe"),
        large: false,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_fit_for_options() {
        let mut ids: Vec<&str> = FEEDS.iter().map(|feed| feed.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), FEEDS.len());
        let is_fit = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        assert!(ids.iter().all(|id| id.bytes().all(is_fit)));
    }

    #[test]
    fn every_download_lies_where_its_own_feed_and_no_other_finds_it() {
        for feed in FEEDS {
            let downloads = feed.downloads();
            assert_eq!(downloads.is_empty(), matches!(feed.origin, Origin::Nowhere), "{}", feed.id);
            for download in downloads {
                let owners: Vec<&str> =
                    FEEDS.iter().filter(|other| other.owns(&download.mirror_path)).map(|other| other.id).collect();
                // An index need not be a file of the feed: who reads a mirror folder reads what it names.
                let is_unread_index = download.is_index && owners.is_empty();
                assert!(is_unread_index || owners == [feed.id], "{}: {owners:?}", download.mirror_path);
                assert!(download.url.starts_with("https://") && !download.url.contains(' '), "{}", download.url);
            }
        }
    }

    #[test]
    fn a_star_stands_for_one_component_and_never_for_a_folder_more() {
        let alpine = FEEDS.iter().find(|feed| feed.id == "alpine").unwrap();
        assert!(alpine.owns("alpine-secdb/v3.20/main.json"));
        for other in [
            "alpine-secdb/main.json",
            "alpine-secdb/v3.20/x/main.json",
            "alpine-secdb/v3.20/main.json/x",
            "alpine-secdb/v3.20/.json",
        ] {
            assert!(!alpine.owns(other), "{other}");
        }
    }

    #[test]
    fn an_alpine_release_newer_than_the_table_is_still_found() {
        let alpine = FEEDS.iter().find(|feed| feed.id == "alpine").unwrap();
        let downloads = alpine.downloads_for(&ShardName::distro("alpine", Some("3.99")));
        assert_eq!(downloads[0].url, "https://secdb.alpinelinux.org/v3.99/main.json");
        assert_eq!(downloads[1].mirror_path, "alpine-secdb/v3.99/community.json");
        let edge = alpine.downloads_for(&ShardName::distro("alpine", Some("edge")));
        assert_eq!(edge[0].mirror_path, "alpine-secdb/edge/main.json");
        assert!(alpine.downloads_for(&ShardName::distro("debian", Some("12"))).is_empty());
    }

    #[test]
    fn every_folder_of_this_crate_reads_some_feed() {
        let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut folders: Vec<String> = std::fs::read_dir(source)
            .unwrap()
            .map(Result::unwrap)
            .filter(|entry| entry.file_type().unwrap().is_dir())
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect();
        folders.sort_unstable();
        let mut listed: Vec<&str> = FEEDS.iter().map(|feed| feed.format.folder).collect();
        listed.sort_unstable();
        listed.dedup();
        assert_eq!(folders, listed);
    }

    #[test]
    fn the_guide_names_every_feed_and_where_it_lies() {
        let guide = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/feeds.md");
        let guide = plimsoll_model::read_capped(std::fs::File::open(guide).unwrap(), 1 << 20).unwrap();
        let guide = String::from_utf8(guide).unwrap();
        for feed in FEEDS {
            assert!(guide.lines().any(|line| line.starts_with(&format!("| `{}` |", feed.id))), "{}", feed.id);
        }
    }

    #[test]
    fn every_language_shard_has_a_feed() {
        for kind in plimsoll_model::PackageKind::ALL {
            if let Some(shard) = ShardName::language(*kind) {
                assert!(feeds_for_shard(&shard).count() >= 1, "{shard}");
            }
        }
    }
}
