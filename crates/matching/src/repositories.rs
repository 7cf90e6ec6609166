//! The repositories that an image was built from, and which channels they are of: by the word of Red Hat's
//! table, else by the patterns of their names.

use std::collections::BTreeSet;

use plimsoll_model::{Distro, Gap, GapKind, ShardName};

use crate::Advisories;

/// Repositories that are told of where nobody knows them.
const MAX_UNKNOWN: usize = 32;
/// Bytes of a channel's name.
const MAX_NAME: usize = 64;

/// What follows from a repository that nobody knows.
const UNKNOWN: &str = "the image was built from it, and it is not known what it holds: the release's main stream was \
                       taken instead";

/// The channels that an image follows, and what could not be told of them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Followed {
    /// Sorted.
    pub channels: Vec<String>,
    pub gaps: Vec<Gap>,
}

impl Followed {
    pub fn of(distro: &Distro, advisories: &dyn Advisories) -> Self {
        let mut channels: BTreeSet<String> = distro.channels.iter().cloned().collect();
        let mut gaps = Vec::new();
        let mut failure: Option<Gap> = None;
        for repository in &distro.repositories {
            let known = advisories.repository_channels(repository).unwrap_or_else(|why| {
                let shard = ShardName::redhat_repositories().to_string();
                failure
                    .get_or_insert_with(|| Gap { count: 0, ..Gap::new(GapKind::ShardUnreadable, shard, why) })
                    .count += 1;
                None
            });
            match known.map(Stream::Channels).or_else(|| Stream::of_name(repository)) {
                Some(Stream::Main) => {}
                Some(Stream::Channels(named)) => channels.extend(named),
                None if gaps.len() < MAX_UNKNOWN => {
                    gaps.push(Gap::new(GapKind::UnknownRepository, repository, UNKNOWN));
                }
                None => {}
            }
        }
        gaps.extend(failure);
        Self { channels: channels.into_iter().collect(), gaps }
    }
}

/// What a repository is of.
#[derive(Debug, PartialEq, Eq)]
enum Stream {
    Main,
    Channels(Vec<String>),
}

impl Stream {
    /// `eus-9.2` of `rhel-9-for-x86_64-appstream-eus-rpms__9_DOT_2`, `els-7` of `rhel-7-server-els-rpms`,
    /// `openshift-4.16` of `rhocp-4.16-for-rhel-9-x86_64-rpms`. `None` where no pattern knows it.
    fn of_name(set: &str) -> Option<Self> {
        let (name, release) = set.split_once("__").unwrap_or((set, ""));
        let mut words = name.split('-');
        let (product, version) = (words.next()?, words.next()?);
        let (kind, version) = match product {
            "rhocp" => ("openshift", version.to_owned()),
            "rhel" if is_version(version) => {
                let Some(kind) = words.find(|word| matches!(*word, "eus" | "aus" | "tus" | "e4s" | "els")) else {
                    return Some(Self::Main);
                };
                let minor = release.split("__").next().unwrap_or_default().replace("_DOT_", ".");
                (kind, if minor.is_empty() { version.to_owned() } else { minor })
            }
            "ubi" if is_version(version) => return Some(Self::Main),
            // Software collections have names of their own.
            "rhel" if name.starts_with("rhel-server-rhscl-") => return Some(Self::Main),
            "codeready" if name.starts_with("codeready-builder-") => return Some(Self::Main),
            _ => return None,
        };
        is_version(&version).then(|| Self::Channels(vec![format!("{kind}-{version}")]))
    }
}

fn is_version(text: &str) -> bool {
    (1..=MAX_NAME).contains(&text.len())
        && text.starts_with(|letter: char| letter.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
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
            assert_eq!(Stream::of_name(set), Some(Stream::Channels(vec![expected.to_owned()])), "{set}");
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
            assert_eq!(Stream::of_name(set), Some(Stream::Main), "{set}");
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
            assert_eq!(Stream::of_name(set), None, "{set}");
        }
    }
}
