//! Red Hat's content manifests: from which repositories an image was built, and so which channels it
//! follows.

use std::collections::BTreeSet;

use serde::Deserialize;

/// Repositories read of one file; one built for every processor names some tens.
const MAX_SETS: usize = 4_096;
/// Bytes of a channel's name.
const MAX_NAME: usize = 64;
/// Repositories that are named where nobody knows them, and letters of each name.
const MAX_UNKNOWN: usize = 32;
const MAX_LETTERS: usize = 128;

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    content_sets: Option<Vec<String>>,
}

/// What a manifest says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Repositories {
    /// The channels that the repositories are of, sorted; the main stream is none.
    pub channels: Vec<String>,
    /// Names of repositories of which it is not known what channel they are, sorted, the first
    /// thirty-two of them.
    pub unknown: Vec<String>,
}

/// Reads a manifest; `None` where the file is none.
pub(super) fn repositories(json: &[u8]) -> Option<Repositories> {
    let manifest: Manifest = serde_json::from_slice(json).ok()?;
    let mut channels = BTreeSet::new();
    let mut unknown = BTreeSet::new();
    for set in manifest.content_sets.into_iter().flatten().take(MAX_SETS) {
        match stream(&set) {
            Some(Stream::Main) => {}
            Some(Stream::Channel(channel)) => drop(channels.insert(channel)),
            None => drop(unknown.insert(named(&set))),
        }
    }
    let unknown = unknown.into_iter().take(MAX_UNKNOWN).collect();
    Some(Repositories { channels: channels.into_iter().collect(), unknown })
}

/// What a repository is of.
#[derive(Debug, PartialEq, Eq)]
enum Stream {
    Main,
    Channel(String),
}

/// `eus-9.2` of `rhel-9-for-x86_64-appstream-eus-rpms__9_DOT_2`, `els-7` of `rhel-7-server-els-rpms`,
/// `openshift-4.16` of `rhocp-4.16-for-rhel-9-x86_64-rpms`. `None` where no pattern knows it.
fn stream(set: &str) -> Option<Stream> {
    let (name, release) = set.split_once("__").unwrap_or((set, ""));
    let mut words = name.split('-');
    let (product, version) = (words.next()?, words.next()?);
    let (kind, version) = match product {
        "rhocp" => ("openshift", version.to_owned()),
        "rhel" if is_version(version) => {
            let Some(kind) = words.find(|word| matches!(*word, "eus" | "aus" | "tus" | "e4s" | "els")) else {
                return Some(Stream::Main);
            };
            let minor = release.split("__").next().unwrap_or_default().replace("_DOT_", ".");
            (kind, if minor.is_empty() { version.to_owned() } else { minor })
        }
        "ubi" if is_version(version) => return Some(Stream::Main),
        // Software collections have names of their own.
        "rhel" if name.starts_with("rhel-server-rhscl-") => return Some(Stream::Main),
        "codeready" if name.starts_with("codeready-builder-") => return Some(Stream::Main),
        _ => return None,
    };
    is_version(&version).then(|| Stream::Channel(format!("{kind}-{version}")))
}

fn is_version(text: &str) -> bool {
    (1..=MAX_NAME).contains(&text.len())
        && text.starts_with(|letter: char| letter.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// A name as it can be told: short, and on one line.
fn named(set: &str) -> String {
    set.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).take(MAX_LETTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_of_extended_support_and_products_name_their_channel() {
        for (set, expected) in [
            ("rhel-9-for-x86_64-appstream-eus-rpms__9_DOT_2", "eus-9.2"),
            ("rhel-8-for-x86_64-baseos-aus-rpms__8_DOT_4", "aus-8.4"),
            ("rhel-9-for-aarch64-baseos-e4s-source-rpms__9_DOT_0", "e4s-9.0"),
            ("rhel-7-server-eus-rpms__7_DOT_6__x86_64", "eus-7.6"),
            ("rhel-7-server-els-rpms", "els-7"),
            ("rhocp-4.16-for-rhel-9-x86_64-rpms", "openshift-4.16"),
        ] {
            assert_eq!(stream(set), Some(Stream::Channel(expected.to_owned())), "{set}");
        }
    }

    #[test]
    fn repositories_of_the_main_stream_are_no_channel() {
        for set in [
            "rhel-9-for-x86_64-baseos-rpms",
            "rhel-10-for-aarch64-appstream-source-rpms",
            "rhel-7-server-optional-rpms",
            "rhel-server-rhscl-7-rpms",
            "ubi-9-appstream-rpms",
            "codeready-builder-for-rhel-9-x86_64-rpms",
        ] {
            assert_eq!(stream(set), Some(Stream::Main), "{set}");
        }
    }

    #[test]
    fn repositories_that_no_pattern_knows_are_told_apart_from_the_main_stream() {
        for set in [
            "openstack-17.1-for-rhel-9-x86_64-rpms",
            "fast-datapath-for-rhel-9-x86_64-rpms",
            "rhel-9-for-x86_64-eus-rpms__../..",
            "rhocp-four-for-rhel-9-x86_64-rpms",
            "rhel-atomic-7-cdk-3.0-rpms",
            "rhel",
            "",
        ] {
            assert_eq!(stream(set), None, "{set}");
        }
        let many: Vec<String> = (0..100).map(|number| format!("\"own-{number}\\n{}\"", "x".repeat(200))).collect();
        let read = repositories(format!(r#"{{"content_sets":[{}]}}"#, many.join(",")).as_bytes()).unwrap();
        assert_eq!(read.unknown.len(), MAX_UNKNOWN);
        assert!(read.unknown.iter().all(|name| name.chars().count() == MAX_LETTERS && !name.contains('\n')));
    }
}
