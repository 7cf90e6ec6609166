//! SUSE's product names: which shard a product's packages belong to, and whether its fixes are for
//! subscribers only.

use plimsoll_model::ShardName;

/// What a product stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Product {
    /// `sles-15.5`, `sle-micro-5.5`, `sl-micro-6.0`, `opensuse-leap-15.6`, `opensuse-tumbleweed`.
    pub shard: ShardName,
    /// The channel of its fixes.
    pub channel: Option<&'static str>,
}

/// Reads a product's name: `SUSE Linux Enterprise Server 15 SP5-LTSS`, `openSUSE Leap 15.6`.
///
/// The modules and extensions of SUSE Linux Enterprise are parts of one system. `None` where no
/// shard holds the product: systems of another kind (SAP, HPC), and products that are no system.
pub(crate) fn product(name: &str) -> Option<Product> {
    let (family, rest) = name.trim().split_once(' ')?;
    let system = |id: &str, release: &str| {
        is_number(release).then(|| Product { shard: ShardName::distro(id, Some(release)), channel: None })
    };
    match family {
        "openSUSE" if rest == "Tumbleweed" => {
            Some(Product { shard: ShardName::distro("opensuse-tumbleweed", None), channel: None })
        }
        "openSUSE" => system("opensuse-leap", rest.strip_prefix("Leap ")?),
        "SUSE" => match rest.rsplit_once(' ')? {
            ("Linux Enterprise Micro", release) => system("sle-micro", release),
            ("Linux Micro" | "Linux Micro Extras", release) => system("sl-micro", release),
            _ => enterprise(rest),
        },
        _ => None,
    }
}

/// A part of SUSE Linux Enterprise: `Linux Enterprise Module for Basesystem 15 SP5`.
fn enterprise(name: &str) -> Option<Product> {
    let (before, last) = name.rsplit_once(' ')?;
    let (release, phase) = last.split_once('-').map_or((last, None), |(release, phase)| (release, Some(phase)));
    let (part, release) = match release.strip_prefix("SP") {
        Some(pack) => {
            let (part, major) = before.rsplit_once(' ')?;
            (part, format!("{major}.{pack}"))
        }
        None => (before, release.to_owned()),
    };
    if !is_number(&release) {
        return None;
    }
    let channel = match (part, phase) {
        (part, None) if is_part(part) => None,
        ("Linux Enterprise Server", Some("LTSS")) => Some("ltss"),
        ("Linux Enterprise Server LTSS Extended Security", None) => Some("ltss-extended-security"),
        _ => return None,
    };
    Some(Product { shard: ShardName::distro("sles", Some(&release)), channel })
}

fn is_part(name: &str) -> bool {
    let extensions = [
        "Linux Enterprise Server",
        "Linux Enterprise Desktop",
        "Linux Enterprise High Availability Extension",
        "Linux Enterprise Software Development Kit",
        "Linux Enterprise Workstation Extension",
        "Package Hub",
    ];
    name.starts_with("Linux Enterprise Module for ") || extensions.contains(&name)
}

fn is_number(release: &str) -> bool {
    release.split('.').all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str) -> Option<String> {
        product(name).map(|product| match product.channel {
            Some(channel) => format!("{} {channel}", product.shard),
            None => product.shard.to_string(),
        })
    }

    #[test]
    fn products_lead_to_the_shards_that_images_ask_for() {
        for (name, expected) in [
            ("SUSE Linux Enterprise Server 15 SP5", "sles-15.5"),
            ("SUSE Linux Enterprise Server 15", "sles-15"),
            ("SUSE Linux Enterprise Server 16.0", "sles-16.0"),
            ("SUSE Linux Enterprise Server 11 SP4", "sles-11.4"),
            ("SUSE Linux Enterprise Module for Basesystem 15 SP5", "sles-15.5"),
            ("SUSE Linux Enterprise Module for Python 3 15 SP6", "sles-15.6"),
            ("SUSE Linux Enterprise Software Development Kit 12 SP5", "sles-12.5"),
            ("SUSE Package Hub 15 SP5", "sles-15.5"),
            ("SUSE Linux Enterprise Server 15 SP1-LTSS", "sles-15.1 ltss"),
            ("SUSE Linux Enterprise Server 15-LTSS", "sles-15 ltss"),
            ("SUSE Linux Enterprise Server LTSS Extended Security 12 SP5", "sles-12.5 ltss-extended-security"),
            ("SUSE Linux Enterprise Micro 5.5", "sle-micro-5.5"),
            ("SUSE Linux Micro 6.0", "sl-micro-6.0"),
            ("openSUSE Leap 15.6", "opensuse-leap-15.6"),
            ("openSUSE Tumbleweed", "opensuse-tumbleweed"),
        ] {
            assert_eq!(read(name).as_deref(), Some(expected), "{name}");
        }
    }

    #[test]
    fn products_that_are_no_system_of_a_shard_lead_nowhere() {
        for name in [
            "",
            "SUSE",
            "SUSE ",
            "SUSE Manager Server 4.3",
            "SUSE Linux Enterprise Server for SAP Applications 15 SP5",
            "SUSE Linux Enterprise High Performance Computing 15 SP5-LTSS",
            "SUSE Linux Enterprise Server 15 SP2-BCL",
            "SUSE Linux Enterprise Server SP5",
            "SUSE Linux Enterprise Server 15 SP",
            "SUSE Linux Enterprise Server 15 SP../..",
            "SUSE Linux Enterprise Micro five",
            "openSUSE Leap",
            "openSUSE Leap Micro 5.5",
            "openSUSE Leap 15.",
            "Ubuntu 22.04",
        ] {
            assert_eq!(read(name), None, "{name}");
        }
    }
}
