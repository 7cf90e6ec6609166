//! SUSE and openSUSE: one definition for each CVE (fixed, unfixed and not affected) or, in the
//! documents of patches, for each update.

use std::io::Read;

use plimsoll_model::{Advisory, AdvisoryClass, Affected, SeverityClaim};

use super::definition::Definition;
use super::rows::{Condition, Dialect, Place};
use crate::feed::{Feed, Format};
use crate::{FeedError, FeedSummary, Record, score, suse, text};

/// How its files are read.
pub static FORMAT: Format = Format { folder: "oval", parse };

/// Reads the definitions of one line of products.
///
/// # Errors
/// See [`FeedError`].
pub fn parse(
    feed: &Feed,
    _path: &str,
    bytes: &mut dyn Read,
    sink: &mut dyn FnMut(Record),
) -> Result<FeedSummary, FeedError> {
    super::read(bytes, &Suse { feed }, &|definition, affected| advisory(feed, definition, affected), sink)
}

/// The file that holds a release: all service packs of one number are in one.
#[must_use]
pub fn line_of_release(release: &str) -> String {
    match release.split_once('.') {
        Some((major @ ("11" | "12" | "15"), _)) => major.to_owned(),
        _ => release.to_owned(),
    }
}

struct Suse<'f> {
    feed: &'f Feed,
}

impl Dialect for Suse<'_> {
    fn condition<'t>(&self, comment: &'t str) -> Option<Condition<'t>> {
        let product = comment.strip_suffix(" is installed")?;
        let is_product = product.starts_with("SUSE ") || product.starts_with("openSUSE ");
        is_product.then_some(Condition::Product(product))
    }

    fn place(&self, product: &str) -> Option<Place> {
        let suse::Product { shard, channel } = suse::product(product)?;
        self.feed.shards.holds(&shard).then_some(Place { shard, channel })
    }

    fn own_place(&self) -> Option<Place> {
        None
    }
}

fn advisory(feed: &Feed, definition: &Definition, mut affected: Vec<Affected>) -> Result<Advisory, String> {
    // A CVE's definition lists the updates that fixed it, but not which of them fixed what.
    let is_update = |id: &str| id.starts_with("SUSE-") || id.starts_with("openSUSE-");
    let update = definition.references.iter().map(|reference| &*reference.id).find(|id| is_update(id));
    let cve = text::cve(definition.title.trim());
    let Some(id) = cve.as_deref().or(update).filter(|id| text::is_id(id)) else {
        return Err("it names neither a CVE nor an update".into());
    };
    let cves = if cve.is_some() { vec![id.to_owned()] } else { definition.all_cves() };
    if cve.is_none() {
        super::date_fixes(&mut affected, definition.issued);
    }
    let is_security = !cves.is_empty() || id.contains("-SU-");
    Ok(Advisory {
        id: id.to_owned(),
        source: feed.id.to_owned(),
        class: if is_security { AdvisoryClass::Vulnerability } else { AdvisoryClass::Informational },
        title: title(&definition.title, id),
        severities: severity(feed, definition).into_iter().collect(),
        cves,
        aliases: Vec::new(),
        published: definition.issued,
        modified: definition.updated,
        withdrawn: None,
        urls: text::urls(definition.references.iter().map(|reference| &*reference.url)),
        affected,
    })
}

/// The title, unless it is only the id.
fn title(title: &str, id: &str) -> String {
    if title == id { String::new() } else { title.to_owned() }
}

/// SUSE's own word, with its vector where one CVE has one. The word counts: SUSE rates a flaw as it
/// is in its builds.
fn severity(feed: &Feed, definition: &Definition) -> Option<SeverityClaim> {
    let word = score::from_word(&definition.severity, feed.id);
    let [cve] = definition.cves.as_slice() else { return word };
    let vector = cve.cvss.split_once('/').and_then(|(_, vector)| score::from_vector(vector, feed.id));
    match (word, vector) {
        (Some(word), Some(vector)) => Some(SeverityClaim { severity: word.severity, ..vector }),
        (word, vector) => word.or(vector),
    }
}
