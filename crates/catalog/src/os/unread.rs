//! Systems whose databases of packages are not read: that there is one is said, so that an image is
//! never taken for one without such packages.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::{Gap, GapKind};

/// Takes note of databases that are not read.
pub struct Unread;

/// How the path of a file begins that every such system has, and what people call the system.
const SIGNS: [(&[u8], &str); 6] = [
    (b"var/lib/pkgtools/packages/aaa_base-", "Slackware"),
    (b"var/log/packages/aaa_base-", "Slackware"),
    (b"var/db/xbps/pkgdb-", "Void Linux"),
    (b"var/lib/eopkg/package/baselayout-", "Solus"),
    (b"usr/share/clear/bundles/os-core", "Clear Linux"),
    (b"var/db/pkg/local.sqlite", "FreeBSD"),
];

impl Inspect for Unread {
    fn id(&self) -> &'static str {
        "unread"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[
            Pattern::Under("var/lib/pkgtools/packages", ""),
            Pattern::Under("var/log/packages", ""),
            Pattern::Under("var/db/xbps", ".plist"),
            Pattern::Under("var/lib/eopkg/package", "/metadata.xml"),
            Pattern::Path("usr/share/clear/bundles/os-core"),
            Pattern::Path("var/db/pkg/local.sqlite"),
        ]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        if system_of(file.path).is_some() { Want::Meta } else { Want::No }
    }
    fn whole(&self, file: &FileMeta<'_>, _: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        if let Some(system) = system_of(file.path) {
            out.gap(Gap::new(GapKind::UnsupportedSystem, system, "its database of packages is not read"));
        }
        Ok(())
    }
}

fn system_of(path: &[u8]) -> Option<&'static str> {
    SIGNS.iter().find(|(sign, _)| path.starts_with(sign)).map(|(_, system)| *system)
}
