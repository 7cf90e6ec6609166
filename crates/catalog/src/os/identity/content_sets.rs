//! Red Hat's content manifests: from which repositories an image was built, and so which channels it
//! follows.

use serde::Deserialize;

/// Repositories read of one file; one built for every processor names some tens.
const MAX_SETS: usize = 4_096;
/// Bytes of a channel's name.
const MAX_NAME: usize = 64;

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    content_sets: Option<Vec<String>>,
}

/// The channels that the repositories are of, sorted; the main stream is none. `None` where the file is
/// no manifest.
pub(super) fn channels(json: &[u8]) -> Option<Vec<String>> {
    let manifest: Manifest = serde_json::from_slice(json).ok()?;
    let sets = manifest.content_sets.into_iter().flatten().take(MAX_SETS);
    let mut channels: Vec<String> = sets.filter_map(|set| channel(&set)).collect();
    channels.sort_unstable();
    channels.dedup();
    Some(channels)
}

/// `eus-9.2` of `rhel-9-for-x86_64-appstream-eus-rpms__9_DOT_2`, `els-7` of `rhel-7-server-els-rpms`,
/// `openshift-4.16` of `rhocp-4.16-for-rhel-9-x86_64-rpms`.
fn channel(set: &str) -> Option<String> {
    let (name, release) = set.split_once("__").unwrap_or((set, ""));
    let mut words = name.split('-');
    let (product, version) = (words.next()?, words.next()?);
    let (kind, version) = match product {
        "rhocp" => ("openshift", version.to_owned()),
        "rhel" => {
            let kind = words.find(|word| matches!(*word, "eus" | "aus" | "tus" | "e4s" | "els"))?;
            let minor = release.split("__").next().unwrap_or_default().replace("_DOT_", ".");
            (kind, if minor.is_empty() { version.to_owned() } else { minor })
        }
        _ => return None,
    };
    let is_version = version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    (is_version && version.len() <= MAX_NAME).then(|| format!("{kind}-{version}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_of_extended_support_and_products_name_their_channel() {
        for (set, expected) in [
            ("rhel-9-for-x86_64-appstream-eus-rpms__9_DOT_2", Some("eus-9.2")),
            ("rhel-8-for-x86_64-baseos-aus-rpms__8_DOT_4", Some("aus-8.4")),
            ("rhel-9-for-aarch64-baseos-e4s-source-rpms__9_DOT_0", Some("e4s-9.0")),
            ("rhel-7-server-eus-rpms__7_DOT_6__x86_64", Some("eus-7.6")),
            ("rhel-7-server-els-rpms", Some("els-7")),
            ("rhocp-4.16-for-rhel-9-x86_64-rpms", Some("openshift-4.16")),
            ("rhel-9-for-x86_64-baseos-rpms", None),
            ("ubi-9-appstream-rpms", None),
            ("codeready-builder-for-rhel-9-x86_64-rpms", None),
            ("rhel-9-for-x86_64-eus-rpms__../..", None),
            ("", None),
        ] {
            assert_eq!(channel(set).as_deref(), expected, "{set}");
        }
    }
}
