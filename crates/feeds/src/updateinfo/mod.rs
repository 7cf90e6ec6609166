//! `updateinfo.xml` of RPM repositories: errata, with the packages that bring each fix.
//!
//! Read as Amazon Linux, Fedora, Rocky Linux and Bottlerocket write it. The release stands in the
//! file's place in the mirror.

mod extras;
mod packages;
mod repository;

use std::collections::BTreeSet;
use std::io::Read;

use plimsoll_model::{Advisory, AdvisoryClass, FixDate, FixDateKind, SeverityClaim, ShardName, Timestamp};

use crate::feed::{Feed, Format, Shards};
use crate::xml::{Element, each_child};
use crate::{FeedError, FeedSummary, Record, score, text};
use extras::Extra;

pub use repository::follow;

/// How its files are read.
pub static FORMAT: Format = Format { folder: "updateinfo", parse };

const EXPECTED: &str = "a repository's updateinfo";

/// Reads the errata of one repository.
///
/// # Errors
/// See [`FeedError`].
pub fn parse(
    feed: &Feed,
    path: &str,
    bytes: &mut dyn Read,
    sink: &mut dyn FnMut(Record),
) -> Result<FeedSummary, FeedError> {
    let repository = Repository::at(feed, path)?;
    let mut summary = FeedSummary::default();
    let mut updates = 0_u64;
    each_child(bytes, "updates", EXPECTED, &mut |update| {
        if update.name != "update" {
            return;
        }
        updates += 1;
        match repository.advisory(&update) {
            Ok(Some((advisory, broken_row))) => {
                if let Some(why) = broken_row {
                    summary.note_broken(&advisory.id, why);
                }
                summary.note_advisory(&advisory);
                sink(Record::Advisory(advisory));
            }
            Ok(None) => summary.foreign += 1,
            Err(why) => {
                let id = update.text_of("id");
                let place = if id.is_empty() { format!("update {updates}") } else { id.to_owned() };
                summary.note_broken(&place, why);
            }
        }
    })?;
    // A repository may have no update yet: one of the extras, or a release in its first days.
    Ok(summary)
}

/// Which repository a file is of.
struct Repository<'f> {
    feed: &'f Feed,
    shard: ShardName,
    /// `ID` of the distribution, whose word the severities are.
    distribution: String,
    extra: Option<Extra<'f>>,
}

impl<'f> Repository<'f> {
    /// By its place: `<feed>/<release>/<repository>/…`.
    fn at(feed: &'f Feed, path: &'f str) -> Result<Self, FeedError> {
        let mut components = path.split('/').skip(1);
        let (release, repository) = (components.next().unwrap_or_default(), components.next().unwrap_or_default());
        let shard = match feed.shards {
            Shards::One(name) => ShardName::clean(name),
            Shards::PerRelease(prefix) => ShardName::clean(&format!("{prefix}{release}")),
            Shards::Several(_) => ShardName::clean(""),
        };
        if !feed.shards.holds(&shard) {
            let why = format!("its place `{}` names no release", text::one_line(path, 100));
            return Err(FeedError::Malformed { expected: EXPECTED, why });
        }
        let distribution = shard.as_str().split('-').next().unwrap_or_default().to_owned();
        Ok(Self { feed, distribution, shard, extra: Extra::of(repository) })
    }

    /// The advisory, and what is wrong with a package that had to be left out; `None` where the update
    /// is about no vulnerability or brings no package.
    fn advisory(&self, update: &Element) -> Result<Option<(Advisory, Option<String>)>, String> {
        let id = update.text_of("id");
        if !text::is_id(id) {
            return Err("the id is missing or has characters that no id has".into());
        }
        let is_security = update.attribute("type").is_some_and(|kind| kind.eq_ignore_ascii_case("security"));
        let cves = cves(update, is_security);
        if !is_security && cves.is_empty() {
            return Ok(None);
        }
        let issued = date(update, "issued");
        let fix_date = issued.map(|at| FixDate { kind: FixDateKind::Advisory, at });
        let packages::Rows { affected, broken } = packages::rows(update, &self.shard, fix_date, self.extra.as_ref());
        if affected.is_empty() {
            return broken.map_or(Ok(None), Err);
        }
        let advisory = Advisory {
            id: id.to_owned(),
            source: self.feed.id.to_owned(),
            aliases: if cves.is_empty() { only_alias(update).into_iter().collect() } else { Vec::new() },
            cves,
            class: AdvisoryClass::Vulnerability,
            title: text::title(Some(update.text_of("title")), Some(update.text_of("description"))),
            severities: self.severity(update).into_iter().collect(),
            published: issued,
            modified: date(update, "updated").or(issued),
            withdrawn: None,
            urls: urls(id, update),
            affected,
        };
        Ok(Some((advisory, broken)))
    }

    /// Fedora writes `None` where nobody judged, and once wrote `urgent` for the worst.
    fn severity(&self, update: &Element) -> Option<SeverityClaim> {
        match update.text_of("severity").to_ascii_lowercase().as_str() {
            "none" | "unspecified" => None,
            "urgent" => score::from_word("critical", &self.distribution),
            word => score::from_word(word, &self.distribution),
        }
    }
}

/// The day of an `issued` or `updated`: most write the hour too, each in another way.
fn date(update: &Element, name: &str) -> Option<Timestamp> {
    let date = update.child(name)?.attribute("date")?;
    Timestamp::parse(date).or_else(|| Timestamp::parse(date.get(..10)?))
}

fn references(update: &Element) -> impl Iterator<Item = &Element> {
    update.child("references").into_iter().flat_map(|references| references.each("reference"))
}

/// The CVEs: by the references' ids, and by their titles, where Fedora has them (`CVE-2024-1234 curl:
/// …`). A security update that names none there may do so in its own title, or else in its text.
fn cves(update: &Element, is_security: bool) -> Vec<String> {
    let mut cves = BTreeSet::new();
    for reference in references(update) {
        for place in ["id", "title"] {
            cves.extend(reference.attribute(place).into_iter().flat_map(text::cves_in));
        }
    }
    for place in ["title", "description"] {
        if is_security && cves.is_empty() {
            cves.extend(text::cves_in(update.text_of(place)));
        }
    }
    cves.into_iter().collect()
}

/// The other name of an update without a CVE: the one GitHub advisory that it refers to.
fn only_alias(update: &Element) -> Option<String> {
    let mut ids = references(update).filter_map(|reference| reference.attribute("id"));
    let mut ghsa = ids.by_ref().filter(|id| id.starts_with("GHSA-") && text::is_id(id));
    let first = ghsa.next()?;
    ghsa.all(|id| id == first).then(|| first.to_owned())
}

/// The advisory's own page first.
fn urls(id: &str, update: &Element) -> Vec<String> {
    let own = match id.split_once('-').map(|(prefix, _)| prefix) {
        Some("FEDORA") => Some(format!("https://bodhi.fedoraproject.org/updates/{id}")),
        Some("RLSA" | "RLBA" | "RLEA" | "RXSA") => Some(format!("https://errata.rockylinux.org/{id}")),
        _ => None,
    };
    let of = |wanted: bool| {
        references(update)
            .filter(move |reference| (reference.attribute("type") == Some("self")) == wanted)
            .filter_map(|reference| reference.attribute("href"))
    };
    text::urls(own.as_deref().into_iter().chain(of(true)).chain(of(false)))
}
