//! Oracle Linux: one definition for each erratum, with its packages by release, processor and module.

use std::io::Read;

use plimsoll_model::{Advisory, AdvisoryClass, Affected, ShardName};

use super::definition::Definition;
use super::rows::{Condition, Dialect, Place};
use crate::feed::{Feed, Format};
use crate::{FeedError, FeedSummary, Record, score, text};

/// How its files are read.
pub static FORMAT: Format = Format { folder: "oval", parse };

/// Who makes its claims: the system's `ID`.
const CLAIMS_BY: &str = "ol";

/// Reads the errata of one release.
///
/// # Errors
/// See [`FeedError`].
pub fn parse(
    feed: &Feed,
    path: &str,
    bytes: &mut dyn Read,
    sink: &mut dyn FnMut(Record),
) -> Result<FeedSummary, FeedError> {
    let oracle = Oracle { feed, release: release(path) };
    super::read(bytes, &oracle, &|definition, affected| advisory(feed, definition, affected), sink)
}

struct Oracle<'f> {
    feed: &'f Feed,
    /// Of the file, for criteria that name none.
    release: Option<&'f str>,
}

impl Oracle<'_> {
    fn place_of(&self, release: &str) -> Option<Place> {
        let shard = ShardName::distro("ol", Some(release));
        self.feed.shards.holds(&shard).then_some(Place { shard, channel: None })
    }
}

impl Dialect for Oracle<'_> {
    fn condition<'t>(&self, comment: &'t str) -> Option<Condition<'t>> {
        if let Some(name) = comment.strip_prefix("Oracle Linux arch is ") {
            return Some(Condition::Architecture(name.trim()));
        }
        if let Some(stream) = comment.strip_prefix("Module ").and_then(|rest| rest.strip_suffix(" is enabled")) {
            return Some(Condition::Module(stream.trim()));
        }
        let product = comment.strip_suffix(" is installed")?;
        product.starts_with("Oracle Linux ").then_some(Condition::Product(product))
    }

    fn place(&self, product: &str) -> Option<Place> {
        self.place_of(product.strip_prefix("Oracle Linux ")?.trim())
    }

    fn own_place(&self) -> Option<Place> {
        self.place_of(self.release?)
    }

    /// Builds of Ksplice and of the validated modules have versions of their own.
    fn channel(&self, version: &str) -> Option<&'static str> {
        if version.contains(".ksplice") {
            return Some("ksplice");
        }
        version.contains("_fips").then_some("fips")
    }
}

/// `9` of `oracle/com.oracle.elsa-ol9.xml.bz2`.
fn release(path: &str) -> Option<&str> {
    path.rsplit('/').next()?.split_once("-ol")?.1.split('.').next()
}

fn advisory(feed: &Feed, definition: &Definition, mut affected: Vec<Affected>) -> Result<Advisory, String> {
    // `ELSA-2024-3166:  openssl security update (LOW)`
    let (of_title, rest) = definition.title.split_once(':').unwrap_or((&definition.title, ""));
    let erratum = definition.references.iter().find(|reference| reference.source.eq_ignore_ascii_case("elsa"));
    let id = erratum.map_or(of_title, |reference| &*reference.id).trim();
    if !text::is_id(id) {
        return Err("it has no erratum's id".into());
    }
    for row in &mut affected {
        widen(&mut row.scope.architectures);
    }
    super::date_fixes(&mut affected, definition.issued);
    let cves = definition.all_cves();
    let is_security = id.starts_with("ELSA-") || !cves.is_empty();
    Ok(Advisory {
        id: id.to_owned(),
        source: feed.id.to_owned(),
        cves,
        aliases: Vec::new(),
        class: if is_security { AdvisoryClass::Vulnerability } else { AdvisoryClass::Informational },
        title: rest.trim().to_owned(),
        severities: score::from_word(&definition.severity, CLAIMS_BY).into_iter().collect(),
        published: definition.issued,
        modified: definition.updated,
        withdrawn: None,
        urls: text::urls(definition.references.iter().map(|reference| &*reference.url)),
        affected,
    })
}

/// The criteria name the system's processor; packages of the 32-bit one are installed on both.
fn widen(architectures: &mut Vec<String>) {
    if architectures.iter().any(|name| matches!(name.as_str(), "x86_64" | "i386")) {
        architectures.extend(["i386", "i586", "i686"].map(str::to_owned));
        architectures.sort_unstable();
        architectures.dedup();
    }
}
