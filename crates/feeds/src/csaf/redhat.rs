//! Red Hat's products: which release and update channel a CPE stands for.

use plimsoll_model::ShardName;

use super::publisher::{Place, Publisher};

/// Red Hat's documents, whose platforms are named by CPE.
pub(super) static REDHAT: Publisher =
    Publisher { word: "rhel", place: |product| place_of_cpe(product.cpe.as_deref()?), names_binaries: false };

/// The release and channel that a CPE stands for (`cpe:/o:redhat:enterprise_linux:9::baseos`,
/// `cpe:/a:redhat:rhel_eus:9.4::appstream`, `cpe:2.3:…`); `None` for what is built on no release of
/// Red Hat Enterprise Linux, or does not say on which.
///
/// All repositories of a release's main stream are one, whatever their name, since documents leave
/// the name out where there is no fix. Extended support is a channel by minor release (`eus-9.4`,
/// `aus-8.2`, `e4s-9.0`, `tus-8.6`, `els-7`); a product on top of a release is one by its own name
/// (`openshift-4.16`).
#[must_use]
pub fn place_of_cpe(cpe: &str) -> Option<Place> {
    let rest = cpe.strip_prefix("cpe:/").or_else(|| cpe.strip_prefix("cpe:2.3:"))?;
    let mut parts = rest.split(':').map(|part| if part == "*" { "" } else { part });
    let (_part, vendor, product, version) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let (_update, edition) = (parts.next(), parts.next().unwrap_or_default());
    if vendor != "redhat" || !is_plain(product) || !is_plain(version) {
        return None;
    }
    let on_release = edition.strip_prefix("el").and_then(major);
    let extended = match product {
        "enterprise_linux" | "rhel_extras" | "rhel_extras_rt" | "rhel_common" | "rhel_supplementary" => {
            return Some(Place::new(major(version)?, None));
        }
        // Collections have package names of their own (`rh-python38-python`) and no images but theirs.
        "rhel_software_collections" | "rhel_dotnet" | "devtools" => {
            return Some(Place::new(on_release?, None));
        }
        "rhel_eus" | "enterprise_linux_eus" => "eus",
        "rhel_eus_long_life" | "enterprise_linux_eus_long_life" => "eus-long-life",
        "rhel_aus" | "enterprise_linux_aus" => "aus",
        "rhel_tus" | "enterprise_linux_tus" => "tus",
        "rhel_e4s" | "enterprise_linux_e4s" => "e4s",
        "rhel_els" | "enterprise_linux_els" => "els",
        _ => return Some(Place::new(on_release?, Some(format!("{product}-{version}")))),
    };
    Some(Place::new(major(version)?, Some(format!("{extended}-{version}"))))
}

fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

/// The shard of the release that a version belongs to.
fn major(version: &str) -> Option<ShardName> {
    let number = version.split('.').next()?;
    let is_release = (1..=3).contains(&number.len()) && number.bytes().all(|digit| digit.is_ascii_digit());
    is_release.then(|| ShardName::distro("rhel", Some(number)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpes_name_releases_and_channels() {
        for (cpe, expected) in [
            ("cpe:/o:redhat:enterprise_linux:9", "rhel-9"),
            ("cpe:/o:redhat:enterprise_linux:9::baseos", "rhel-9"),
            ("cpe:/a:redhat:enterprise_linux:9::appstream", "rhel-9"),
            ("cpe:/a:redhat:enterprise_linux:8::crb", "rhel-8"),
            ("cpe:/o:redhat:enterprise_linux:7::server", "rhel-7"),
            ("cpe:/o:redhat:enterprise_linux:10.0", "rhel-10"),
            ("cpe:2.3:o:redhat:enterprise_linux:10.1:*:*:*:*:*:*:*", "rhel-10"),
            ("cpe:/a:redhat:rhel_extras:7", "rhel-7"),
            ("cpe:/a:redhat:rhel_software_collections:3::el7", "rhel-7"),
            ("cpe:/a:redhat:rhel_eus:9.4::appstream", "rhel-9 eus-9.4"),
            ("cpe:/o:redhat:enterprise_linux_eus:10.2", "rhel-10 eus-10.2"),
            ("cpe:/o:redhat:rhel_aus:8.2::baseos", "rhel-8 aus-8.2"),
            ("cpe:/a:redhat:rhel_tus:8.6::appstream", "rhel-8 tus-8.6"),
            ("cpe:/a:redhat:rhel_e4s:9.0", "rhel-9 e4s-9.0"),
            ("cpe:/o:redhat:rhel_els:7", "rhel-7 els-7"),
            ("cpe:/a:redhat:openshift:4.16::el9", "rhel-9 openshift-4.16"),
            ("cpe:/a:redhat:jboss_core_services:1::el8", "rhel-8 jboss_core_services-1"),
            ("cpe:/a:redhat:openshift:4", "-"),
            ("cpe:/a:redhat:jbosseapxp", "-"),
            ("cpe:/a:redhat:openshift_devspaces:3::el8/x", "-"),
            ("cpe:/o:suse:sles:15", "-"),
            ("cpe:/o:redhat:enterprise_linux:", "-"),
            ("cpe:/", "-"),
            ("", "-"),
        ] {
            let place = place_of_cpe(cpe).map(|place| match place.channel {
                Some(channel) => format!("{} {channel}", place.shard),
                None => place.shard.to_string(),
            });
            assert_eq!(place.as_deref().unwrap_or("-"), expected, "{cpe}");
        }
    }
}
