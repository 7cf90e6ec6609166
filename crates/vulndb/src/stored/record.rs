//! A record: an advisory without its rows, and the clusters it is about.

use plimsoll_model::{Advisory, AdvisoryClass, Cluster};
use serde::{Deserialize, Serialize};

use super::bytes::{In, Out, Packed};
use super::names::Names;
use super::words::Words;
use super::{claim, id, marked, when};

/// In the order of their numbers, in two bits.
const CLASSES: [AdvisoryClass; 3] =
    [AdvisoryClass::Vulnerability, AdvisoryClass::Malware, AdvisoryClass::Informational];
const HAS_PUBLISHED: u8 = 1 << 2;
const HAS_MODIFIED: u8 = 1 << 3;
const HAS_SEVERITIES: u8 = 1 << 4;
const HAS_URLS: u8 = 1 << 5;
const IS_PLAIN: u8 = 1 << 6;
/// A record as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredRecord {
    /// Without rows, and never withdrawn.
    pub advisory: Advisory,
    pub clusters: Vec<Cluster>,
}

impl StoredRecord {
    /// With the name of the package, where the shard has the record under one name only.
    pub fn pack(&self, words: &Words, name: Option<&str>, out: &mut Out) {
        let Self { advisory, clusters } = self;
        let flag = |is_set: bool, flag: u8| if is_set { flag } else { 0 };
        let names = self.names();
        // Most records are about one CVE, named like it or after it, and have no other name.
        let is_plain =
            names.len() == 1 && advisory.cves.len() == 1 && advisory.aliases.is_empty() && is_single(clusters);
        let class = CLASSES.iter().position(|class| *class == advisory.class).unwrap_or(0) as u8;
        out.byte(
            class
                | flag(advisory.published.is_some(), HAS_PUBLISHED)
                | flag(advisory.modified.is_some(), HAS_MODIFIED)
                | flag(!advisory.severities.is_empty(), HAS_SEVERITIES)
                | flag(!advisory.urls.is_empty(), HAS_URLS)
                | flag(is_plain, IS_PLAIN),
        );
        words.pack(&advisory.source, out);
        if is_plain {
            id::pack(&advisory.id, out);
        } else {
            self.pack_names(&names, out);
        }
        for at in [advisory.published, advisory.modified].into_iter().flatten() {
            when::pack(at, out);
        }
        if !advisory.severities.is_empty() {
            claim::pack_claims(advisory.severities.iter(), words, out);
        }
        if !advisory.urls.is_empty() {
            out.number(advisory.urls.len() as u64);
            for url in &advisory.urls {
                marked::pack(url, &names, name, out);
            }
        }
        marked::pack(&advisory.title, &names, name, out);
    }

    /// With a name under which the shard has the record; without it texts may lack it.
    pub fn unpack(words: &Words, name: &str, from: &mut In<'_>) -> Packed<Self> {
        let head = from.byte()?;
        let has = |flag: u8| head & flag != 0;
        let class = *CLASSES.get(usize::from(head & 3)).ok_or(postcard::Error::DeserializeBadEncoding)?;
        let source = words.unpack(from)?;
        let Named { names, cves, aliases, clusters } =
            if has(IS_PLAIN) { Named::plain(from)? } else { Named::unpack(from)? };
        let published = if has(HAS_PUBLISHED) { Some(when::unpack(from)?) } else { None };
        let modified = if has(HAS_MODIFIED) { Some(when::unpack(from)?) } else { None };
        let severities = if has(HAS_SEVERITIES) { claim::unpack_claims(words, from)? } else { Vec::new() };
        let urls = if has(HAS_URLS) { from.list(|from| marked::unpack(from, &names, name))? } else { Vec::new() };
        let title = marked::unpack(from, &names, name)?;
        let id = names.into_first();
        let advisory = Advisory {
            id,
            source,
            cves,
            aliases,
            class,
            title,
            severities,
            published,
            modified,
            withdrawn: None,
            urls,
            affected: Vec::new(),
        };
        Ok(Self { advisory, clusters })
    }

    /// Every id once, its own first.
    fn names(&self) -> Vec<&str> {
        let Self { advisory, clusters } = self;
        let mut names = vec![advisory.id.as_str()];
        let others = advisory.cves.iter().chain(&advisory.aliases).map(String::as_str);
        for name in others.chain(clusters.iter().flat_map(Cluster::ids)) {
            if names.len() > 64 || !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    fn pack_names(&self, names: &[&str], out: &mut Out) {
        let Self { advisory, clusters } = self;
        let place = |name: &str| names.iter().position(|known| *known == name).unwrap_or(0) as u64;
        out.number(names.len() as u64);
        for name in names {
            id::pack(name, out);
        }
        for list in [&advisory.cves, &advisory.aliases] {
            out.number(list.len() as u64);
            for name in list {
                out.number(place(name));
            }
        }
        out.number(clusters.len() as u64);
        for cluster in clusters {
            out.number(cluster.aliases.len() as u64);
            for name in cluster.ids() {
                out.number(place(name));
            }
        }
    }
}

/// Whether the clusters are one that has one name.
fn is_single(clusters: &[Cluster]) -> bool {
    matches!(clusters, [cluster] if cluster.aliases.is_empty())
}

/// The names of a record, and what they name.
struct Named {
    names: Names,
    cves: Vec<String>,
    aliases: Vec<String>,
    clusters: Vec<Cluster>,
}

impl Named {
    fn plain(from: &mut In<'_>) -> Packed<Self> {
        let names = Names::unpack_one(from)?;
        let id = names.get(0).unwrap_or_default();
        let (cves, cluster) = (vec![id.to_owned()], Cluster { id: id.to_owned(), aliases: Vec::new() });
        Ok(Self { cves, aliases: Vec::new(), clusters: vec![cluster], names })
    }

    fn unpack(from: &mut In<'_>) -> Packed<Self> {
        let names = Names::unpack(from)?;
        let cves = from.list(|from| names.numbered(from))?;
        let aliases = from.list(|from| names.numbered(from))?;
        let clusters = from.list(|from| {
            // The number of aliases stands before the id, which is none of them.
            let aliases = from.small()? as usize;
            let id = names.numbered(from)?;
            let aliases = from.list_of(aliases, |from| names.numbered(from))?;
            Ok(Cluster { id, aliases })
        })?;
        Ok(Self { names, cves, aliases, clusters })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> StoredRecord {
        let advisory = Advisory {
            id: "GHSA-jfh8-c2jp-5v3q".into(),
            source: "osv-npm".into(),
            cves: vec!["CVE-2021-44228".into(), "CVE-2021-4".into()],
            aliases: vec!["X-1".into()],
            class: AdvisoryClass::Malware,
            title: "CVE-2021-44228 in left-pad and X-1".into(),
            severities: Vec::new(),
            published: None,
            modified: None,
            withdrawn: None,
            urls: vec![
                "https://a.example/GHSA-jfh8-c2jp-5v3q?CVE-2021-44228".into(),
                "https://b.example/\u{1}CVE-2021-44228".into(),
                String::new(),
                "\0".into(),
                "left-pad\u{9}".into(),
            ],
            affected: Vec::new(),
        };
        let clusters = vec![
            Cluster { id: "CVE-2021-44228".into(), aliases: vec!["GO-1".into()] },
            Cluster { id: "CVE-2021-4".into(), aliases: Vec::new() },
        ];
        StoredRecord { advisory, clusters }
    }

    #[test]
    fn texts_that_hold_ids_names_and_marks_come_back() {
        let (record, words) = (record(), Words::default());
        for (name, known) in [(None, ""), (Some("left-pad"), "left-pad"), (Some("CVE"), "CVE"), (Some("a"), "a")] {
            let mut out = Out::default();
            record.pack(&words, name, &mut out);
            assert_eq!(StoredRecord::unpack(&words, known, &mut In::new(&out.0, 5000)).unwrap(), record);
        }
        let mut out = Out::default();
        record.pack(&words, None, &mut out);
        assert!(StoredRecord::unpack(&words, "", &mut In::new(&out.0, 500)).is_err(), "what it grows to is bounded");
    }
}
