//! First-party or not: who built an operating-system package.

use plimsoll_model::Package;

use crate::{Builders, Distribution};

/// Who built a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The distribution, by the package's own word.
    Distribution,
    /// Nothing says so, and nothing says otherwise: it is compared, but it answers for no other
    /// package.
    Unsaid,
    /// Someone else, whose builds the distribution's fixes say nothing about.
    Stranger,
}

/// What strangers write into their versions, and no distribution of the table does. PGDG has to be
/// told by this: its maintainers have Debian's own addresses.
const VERSION_MARKS: [&str; 16] = [
    "pgdg",
    "nodesource",
    "root.io",
    "+maria~",
    "~stretch",
    "~buster",
    "~bullseye",
    "~bookworm",
    "~trixie",
    "~bionic",
    "~focal",
    "~jammy",
    "~noble",
    "ubuntu",
    ".remi",
    "+0~20",
];

/// Domains, or single addresses, of publishers who offer packages for distributions that are not
/// theirs.
const PUBLISHERS: [&str; 43] = [
    "adoptium.net",
    "amazon.com",
    "anydesk.com",
    "azul.com",
    "bell-sw.com",
    "citusdata.com",
    "clickhouse.com",
    "cloudflare.com",
    "cockroachlabs.com",
    "code.google.com",
    "confluent.io",
    "couchbase.com",
    "cudatools@nvidia.com",
    "datadoghq.com",
    "developer.download.nvidia.com",
    "docker.com",
    "elastic.co",
    "f5.com",
    "github.com",
    "gitlab.com",
    "grafana.com",
    "hashicorp.com",
    "influxdata.com",
    "jenkins-ci.org",
    "linux-packages@google.com",
    "mariadb.com",
    "mariadb.org",
    "microsoft.com",
    "mongodb.com",
    "neo4j.com",
    "newrelic.com",
    "nginx.com",
    "nginx.org",
    "nodesource.com",
    "oracle.com",
    "percona.com",
    "puppet.com",
    "redis.com",
    "redis.io",
    "root.io",
    "seal.security",
    "timescale.com",
    "varnish-software.com",
];

/// Tells who built a package of the distribution's kind.
pub(crate) fn origin(package: &Package, distribution: &Distribution) -> Origin {
    // What one distribution writes into its versions is strange only elsewhere.
    let mut marks = VERSION_MARKS.iter().filter(|mark| **mark != distribution.id);
    if marks.any(|mark| package.version.contains(mark)) {
        return Origin::Stranger;
    }
    let vendor = package.vendor.as_deref().map(str::trim).filter(|vendor| !vendor.is_empty());
    match (distribution.builders, vendor) {
        (Builders::Vendor(own), Some(vendor)) => {
            let begins = |prefix: &&str| {
                vendor.get(..prefix.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(prefix))
            };
            if own.iter().any(begins) { Origin::Distribution } else { Origin::Stranger }
        }
        (Builders::MaintainersAt(own), Some(maintainer)) if is_at(maintainer, own) => Origin::Distribution,
        (_, Some(maintainer)) if is_at(maintainer, &PUBLISHERS) => Origin::Stranger,
        (Builders::Volunteers, _) => Origin::Distribution,
        (Builders::MaintainersAt(_), Some(_)) | (_, None) => Origin::Unsaid,
    }
}

/// Whether a maintainer (`Name <user@host>`, `Name <https://host/…>`, `user@host`) has one of the
/// addresses, or one in one of the domains.
fn is_at(maintainer: &str, places: &[&str]) -> bool {
    let address = maintainer.rsplit('<').next().unwrap_or_default();
    let address = address.split('>').next().unwrap_or_default().trim();
    let address = address.split_once("://").map_or(address, |(_, rest)| rest.split('/').next().unwrap_or_default());
    places.iter().any(|place| {
        let Some(start) = address.len().checked_sub(place.len()) else { return false };
        address.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(place))
            && (start == 0 || matches!(address.as_bytes()[start - 1], b'.' | b'@'))
    })
}
