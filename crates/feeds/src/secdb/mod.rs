//! The `secfixes` database of Alpine and its relatives: origin package → version → what it fixed.
//!
//! One advisory comes out for each pair of package and vulnerability in a file. A vulnerability that
//! stands under several versions of one package has one range for each: the later fix was needed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use plimsoll_model::{Advisory, AdvisoryClass, Affected, RangeEnd, Scope, ShardName, Status, VersionRange};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::feed::{Feed, Format, Shards};
use crate::stream::{Walk, walk_json};
use crate::{FeedError, FeedSummary, Record, text};

#[derive(Deserialize)]
struct RawElement {
    pkg: RawPackage,
}

#[derive(Deserialize)]
struct RawPackage {
    name: String,
    #[serde(default)]
    secfixes: Option<BTreeMap<String, Option<Vec<Option<String>>>>>,
}

/// How its files are read.
pub static FORMAT: Format = Format { folder: "secdb", parse };

/// Reads one file. Alpine's release comes from `path` (`…/v3.20/main.json`), which must agree with
/// the file's own `distroversion` where it has one.
///
/// # Errors
/// See [`FeedError`]; also when the release cannot be told.
pub fn parse(
    feed: &Feed,
    path: &str,
    bytes: &mut dyn Read,
    sink: &mut dyn FnMut(Record),
) -> Result<FeedSummary, FeedError> {
    let malformed = |why: String| FeedError::Malformed { expected: "a secfixes database", why };
    let (shard, release) = match feed.shards {
        Shards::One(name) => (ShardName::clean(name), None),
        Shards::PerRelease(_) | Shards::Several(_) => {
            let folder = path.rsplit('/').nth(1).unwrap_or_default();
            let release = folder.strip_prefix('v').unwrap_or(folder);
            let shard = ShardName::distro(feed.id, Some(release));
            if !feed.shards.holds(&shard) {
                return Err(malformed(format!("`{path}` does not say which release it is for")));
            }
            (shard, Some(folder.to_owned()))
        }
    };
    let mut database =
        Database { feed, shard, summary: FeedSummary::default(), has_packages: false, own_release: None, sink };
    walk_json(bytes, "a secfixes database", &mut database)?;
    if !database.has_packages {
        return Err(malformed("it has no `packages`".into()));
    }
    if let (Some(own), Some(release)) = (database.own_release, release)
        && own != release
    {
        return Err(malformed(format!("it is for {own}, not for {release}")));
    }
    Ok(database.summary)
}

struct Database<'s> {
    feed: &'s Feed,
    shard: ShardName,
    summary: FeedSummary,
    has_packages: bool,
    own_release: Option<String>,
    sink: &'s mut dyn FnMut(Record),
}

impl Walk for Database<'_> {
    fn descends(&mut self, path: &[String]) -> bool {
        let is_list = matches!(path, [key] if key == "packages");
        self.has_packages |= is_list;
        is_list
    }

    fn piece(&mut self, path: &[String], json: &RawValue) {
        match path {
            [_, _] => self.package(json),
            [key] if key == "distroversion" => self.own_release = serde_json::from_str(json.get()).ok(),
            _ => {}
        }
    }

    fn misfit(&mut self, _path: &[String]) {
        self.summary.note_broken("packages", "is no list");
    }
}

impl Database<'_> {
    fn package(&mut self, json: &RawValue) {
        let element: RawElement = match serde_json::from_str(json.get()) {
            Ok(element) => element,
            Err(error) => {
                let place = format!("package after {} records", self.summary.records);
                return self.summary.note_broken(&place, error.to_string());
            }
        };
        let name = match text::name(&element.pkg.name) {
            Ok(name) => name.to_owned(),
            Err(why) => return self.summary.note_broken(&element.pkg.name, why),
        };
        let mut issues: BTreeMap<String, Issue> = BTreeMap::new();
        for (version, entries) in element.pkg.secfixes.into_iter().flatten() {
            let fixed = match text::version(&version) {
                Ok(fixed) => fixed,
                Err(why) => {
                    self.summary.note_broken(&name, why);
                    continue;
                }
            };
            for entry in entries.into_iter().flatten().flatten() {
                let named = Named::read(&entry);
                if named.is_empty() {
                    self.summary.note_broken(&format!("{name} {fixed}"), format!("`{entry}` names no id"));
                }
                named.add_to(&mut issues, fixed);
            }
        }
        self.hand_over(&name, issues);
    }

    fn hand_over(&mut self, name: &str, issues: BTreeMap<String, Issue>) {
        // An id that stands beside different CVEs (one XSA for several) is an alias of none.
        let mut beside: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for (id, issue) in &issues {
            for alias in &issue.aliases {
                beside.entry(alias.clone()).or_default().insert(id);
            }
        }
        let shared: BTreeSet<String> =
            beside.into_iter().filter(|(_, ids)| ids.len() > 1).map(|(alias, _)| alias).collect();
        for (id, issue) in issues {
            let advisory = Advisory {
                cves: text::cve(&id).into_iter().collect(),
                source: self.feed.id.to_owned(),
                aliases: issue.aliases.into_iter().filter(|alias| !shared.contains(alias)).collect(),
                class: AdvisoryClass::Vulnerability,
                title: String::new(),
                severities: Vec::new(),
                published: None,
                modified: None,
                withdrawn: None,
                urls: match self.feed.id {
                    "alpine" => vec![format!("https://security.alpinelinux.org/vuln/{id}")],
                    _ => Vec::new(),
                },
                affected: vec![Affected {
                    shard: self.shard.clone(),
                    name: name.to_owned(),
                    status: if issue.fixed.is_empty() { Status::NotAffected } else { Status::Affected },
                    ranges: issue
                        .fixed
                        .into_iter()
                        .map(|fixed| VersionRange { introduced: None, end: RangeEnd::Fixed(fixed) })
                        .collect(),
                    versions: Vec::new(),
                    severities: Vec::new(),
                    fix_date: None,
                    scope: Scope::default(),
                }],
                id,
            };
            self.summary.note_advisory(&advisory);
            (self.sink)(Record::Advisory(advisory));
        }
    }
}

/// What a package's entries say of one vulnerability. Without a fixed version they only say that the
/// package was never affected (version `0`).
#[derive(Default)]
struct Issue {
    aliases: BTreeSet<String>,
    fixed: BTreeSet<String>,
}

/// The ids of one entry, which may hold several and a remark: `CVE-2017-2620 XSA-209`,
/// `CVE-2018-16229 (DCCP)`.
struct Named {
    cves: BTreeSet<String>,
    others: BTreeSet<String>,
}

impl Named {
    fn read(entry: &str) -> Self {
        let mut named = Self { cves: BTreeSet::new(), others: BTreeSet::new() };
        let mut words = entry.split_whitespace().peekable();
        while let Some(word) = words.next() {
            // Old slips of the pen: `CVE_2019-2201`, `CVE 2018-16859`.
            let word = match (word, words.peek()) {
                ("CVE", Some(number)) => format!("CVE-{number}"),
                _ => word.replacen("CVE_", "CVE-", 1),
            };
            if let Some(cve) = text::cve(without_part(&word)) {
                named.cves.insert(cve);
            } else if is_other_id(&word) {
                named.others.insert(word);
            }
        }
        named
    }

    fn is_empty(&self) -> bool {
        self.cves.is_empty() && self.others.is_empty()
    }

    /// One CVE: the other ids are its aliases. Several: each stands alone. None: the first id leads.
    fn add_to(self, issues: &mut BTreeMap<String, Issue>, fixed: &str) {
        let is_single = self.cves.len() == 1;
        let mut others = self.others.into_iter();
        let (ids, aliases): (Vec<String>, BTreeSet<String>) = if self.cves.is_empty() {
            (others.next().into_iter().collect(), others.collect())
        } else {
            (self.cves.into_iter().collect(), if is_single { others.collect() } else { BTreeSet::new() })
        };
        for id in ids {
            let issue = issues.entry(id).or_default();
            issue.aliases.extend(aliases.iter().cloned());
            if fixed != "0" {
                issue.fixed.insert(fixed.to_owned());
            }
        }
    }
}

/// `CVE-2017-17434` of `CVE-2017-17434-1` (the first half of its fix) and of `CVE-2017-17434.patch`.
fn without_part(word: &str) -> &str {
    let Some(number) = word.match_indices('-').nth(1).map(|(hyphen, _)| hyphen + 1) else { return word };
    let digits = word.bytes().skip(number).take_while(u8::is_ascii_digit).count();
    if word.starts_with("CVE-") { &word[..number + digits] } else { word }
}

/// `GHSA-…`, `XSA-209`, `TALOS-2017-0394`, `wnpa-sec-2018-01`: letters, a hyphen, and more; small
/// letters only with a digit somewhere, as remarks have hyphens too.
fn is_other_id(word: &str) -> bool {
    let Some((prefix, _)) = word.split_once('-') else { return false };
    text::is_id(word)
        && prefix != "CVE"
        && prefix.len() >= 2
        && prefix.bytes().all(|byte| byte.is_ascii_alphabetic())
        && (prefix.bytes().all(|byte| byte.is_ascii_uppercase()) || word.bytes().any(|byte| byte.is_ascii_digit()))
}

/// How addresses write a release: `v3.20`, `edge`.
pub(crate) fn folder_of_release(release: &str) -> String {
    if release.starts_with(|letter: char| letter.is_ascii_digit()) { format!("v{release}") } else { release.to_owned() }
}
