//! One CSAF document: an advisory for each vulnerability that it is about.

use plimsoll_model::{Advisory, AdvisoryClass, SeverityClaim, Timestamp};

use super::publisher::Publisher;
use super::raw::{RawCsaf, RawDocument, RawNote, RawReference, RawVulnerability, Text, each};
use super::rows::rows;
use super::tree::Tree;
use super::word::Words;
use crate::feed::Feed;
use crate::{FeedSummary, Record, score, text};

/// Most vulnerabilities of one document; the largest collective advisories name some hundreds.
const MAX_VULNERABILITIES: usize = 10_000;
/// The deletion of a document that does not say when it was deleted: whatever is known of it.
const ALWAYS: Timestamp = Timestamp(i64::MAX);

/// Reads a document and hands over its records: what it says takes the place of what was said of its
/// vulnerabilities before.
///
/// # Errors
/// Why nothing can be made of the document.
pub(super) fn read(
    feed: &Feed,
    publisher: &'static Publisher,
    json: &[u8],
    summary: &mut FeedSummary,
    sink: &mut dyn FnMut(Record),
) -> Result<(), String> {
    let raw: RawCsaf<'_> = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    let tracking = &raw.document.tracking;
    let id = tracking.id.trim();
    if !text::is_id(id) {
        return Err("the id has characters that no id has".into());
    }
    let changed = tracking.current_release_date.as_deref().and_then(Timestamp::parse);
    let deletion = |at| Record::Deleted { source: feed.id.to_owned(), id: id.to_owned(), at };
    if tracking.status.as_deref().is_some_and(|status| status.eq_ignore_ascii_case("deleted")) {
        summary.records = summary.records.saturating_add(1);
        summary.data_from = summary.data_from.max(changed);
        sink(deletion(changed.unwrap_or(ALWAYS)));
        return Ok(());
    }
    let mut tree = Tree::read(raw.product_tree.as_ref().unwrap_or(&Default::default()), publisher)?;
    let mut advisories = Vec::new();
    let mut foreign_rows = 0_u64;
    let mut broken = None;
    each(raw.vulnerabilities, |vulnerability: RawVulnerability<'_>| {
        if advisories.len() == MAX_VULNERABILITIES {
            return Err(format!("it names more than {MAX_VULNERABILITIES} vulnerabilities"));
        }
        let words = Words::read(&vulnerability, &tree, publisher.word)?;
        let general = general(&raw.document, &vulnerability, publisher)?;
        let status = vulnerability.product_status.as_ref();
        let rows = rows(status.unwrap_or(&Default::default()), &mut tree, &words, &general)?;
        foreign_rows = foreign_rows.saturating_add(rows.foreign);
        if let Some(first) = rows.first_broken {
            broken.get_or_insert_with(|| match rows.broken {
                1 => first.clone(),
                count => format!("{count} products were left out; {first}"),
            });
        }
        advisories.push(Advisory {
            affected: rows.affected,
            severities: general,
            modified: changed,
            ..about(feed, id, &raw.document, &vulnerability)?
        });
        Ok(())
    })?;
    summary.foreign_rows = summary.foreign_rows.saturating_add(foreign_rows);
    if let Some(why) = broken {
        summary.note_broken(id, why);
    }
    if let Some(changed) = changed {
        // The moment before: the document itself stands.
        sink(deletion(Timestamp(changed.0.saturating_sub(1))));
    }
    advisories.retain(|advisory| !advisory.affected.is_empty());
    if advisories.is_empty() {
        summary.foreign = summary.foreign.saturating_add(1);
        summary.data_from = summary.data_from.max(changed);
    }
    for advisory in advisories {
        summary.note_advisory(&advisory);
        sink(Record::Advisory(advisory));
    }
    Ok(())
}

/// Everything of an advisory but its rows and severities.
fn about(
    feed: &Feed,
    id: &str,
    document: &RawDocument<'_>,
    vulnerability: &RawVulnerability<'_>,
) -> Result<Advisory, String> {
    let cve = vulnerability.cve.as_deref().and_then(text::cve).or_else(|| text::cve(id));
    let mut addresses = Vec::new();
    for (list, is_document) in [(vulnerability.references, false), (document.references, true)] {
        each(list, |reference: RawReference<'_>| {
            let is_own = reference.category.as_deref() == Some("self");
            if let Some(url) = reference.url.filter(|_| is_own != is_document && addresses.len() < 16) {
                addresses.push((!is_own, url.to_string()));
            }
            Ok(())
        })?;
    }
    addresses.sort_by_key(|(is_other, _)| *is_other);
    let mut summary_note = None;
    each(vulnerability.notes, |note: RawNote<'_>| {
        if summary_note.is_none() && note.category.as_deref() == Some("summary") {
            summary_note = note.text.map(|text| text::one_line(&text, text::TITLE_BYTES));
        }
        Ok(())
    })?;
    let titles = [vulnerability.title.as_ref(), document.title.as_ref()].into_iter().flatten();
    let mut titles = titles.map(|title| text::title(Some(title), None));
    // Some have no title but their id.
    let title = titles.find(|title| !title.is_empty() && !title.ends_with(id));
    let date = |text: &Option<Text<'_>>| text.as_deref().and_then(Timestamp::parse);
    Ok(Advisory {
        id: id.to_owned(),
        source: feed.id.to_owned(),
        cves: cve.into_iter().collect(),
        aliases: Vec::new(),
        class: AdvisoryClass::Vulnerability,
        title: title.or(summary_note).unwrap_or_default(),
        severities: Vec::new(),
        published: date(&vulnerability.release_date).or_else(|| date(&document.tracking.initial_release_date)),
        modified: None,
        withdrawn: None,
        urls: text::urls(addresses.iter().map(|(_, url)| url.as_str())),
        affected: Vec::new(),
    })
}

/// The severity of a vulnerability as a whole: the rating of the document, with the first score.
fn general(
    document: &RawDocument<'_>,
    vulnerability: &RawVulnerability<'_>,
    publisher: &Publisher,
) -> Result<Vec<SeverityClaim>, String> {
    let rating = document.aggregate_severity.as_ref().and_then(|severity| severity.text.as_deref());
    let rating = rating.and_then(|word| score::from_word(word, publisher.word));
    let mut claims = Words::first_scores(vulnerability.scores, publisher.word)?;
    match rating {
        Some(rating) if claims.is_empty() => claims.push(rating),
        Some(rating) => claims.iter_mut().for_each(|claim| claim.severity = rating.severity),
        None => {}
    }
    Ok(claims)
}
