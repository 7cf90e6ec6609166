//! A definition: what the vulnerability or patch is, and the criteria for being affected.

use plimsoll_model::Timestamp;

use super::criteria::Criteria;
use super::tests::Tests;
use crate::text;
use crate::xml::Element;

/// Most references kept.
const REFERENCES: usize = 2000;
/// Longest word or vector kept, in bytes.
const WORD_BYTES: usize = 300;

/// A definition, as far as it is read.
pub(super) struct Definition {
    /// Its own id, for messages.
    pub id: String,
    pub title: String,
    pub references: Vec<Reference>,
    /// The CVEs that the publisher's own part names, with its rating.
    pub cves: Vec<Cve>,
    /// The publisher's word.
    pub severity: String,
    /// Microsoft's: `true`, `false`, `Not Applicable`.
    pub patchable: String,
    pub issued: Option<Timestamp>,
    pub updated: Option<Timestamp>,
    pub criteria: Criteria,
}

/// A reference to something outside.
pub(super) struct Reference {
    /// Whose it is: `CVE`, `elsa`, `SUSE-SU`.
    pub source: Box<str>,
    pub id: Box<str>,
    pub url: Box<str>,
}

/// A CVE with its rating.
pub(super) struct Cve {
    pub id: Box<str>,
    /// `7.5/CVSS:3.1/AV:N/…`
    pub cvss: Box<str>,
}

impl Definition {
    /// Reads a `definition` element.
    pub fn read(element: &Element, tests: &mut Tests) -> Result<Self, String> {
        let metadata = element.child("metadata").ok_or("it says nothing of what it is about")?;
        let criteria = element.child("criteria").ok_or("it has no criteria")?;
        let advisory = metadata.child("advisory");
        let word = |text: &str| text::one_line(text, WORD_BYTES);
        // Microsoft writes beside the title what others write into the advisory.
        let of_advisory =
            |name: &str| advisory.map(|advisory| advisory.text_of(name)).unwrap_or_else(|| metadata.text_of(name));
        let date = |name: &str| {
            let date = advisory.and_then(|advisory| advisory.child(name)).and_then(|date| date.attribute("date"));
            date.and_then(Timestamp::parse)
        };
        let references = metadata.each("reference").take(REFERENCES).map(|reference| Reference {
            source: word(reference.attribute("source").unwrap_or_default()).into(),
            id: word(reference.attribute("ref_id").unwrap_or_default()).into(),
            url: word(reference.attribute("ref_url").unwrap_or_default()).into(),
        });
        let cves = advisory.into_iter().flat_map(|advisory| advisory.each("cve")).take(REFERENCES).map(|cve| Cve {
            id: word(&cve.text).into(),
            cvss: word(cve.attribute("cvss3").unwrap_or_default()).into(),
        });
        Ok(Self {
            id: word(element.attribute("id").unwrap_or_default()),
            title: text::title(Some(metadata.text_of("title")), None),
            references: references.collect(),
            cves: cves.collect(),
            severity: word(of_advisory("severity")),
            patchable: word(metadata.text_of("patchable")),
            issued: date("issued").or_else(|| Timestamp::parse(metadata.text_of("advisory_date"))),
            updated: date("updated"),
            criteria: Criteria::read(criteria, tests),
        })
    }

    /// Every CVE that it names, sorted, each once.
    pub fn all_cves(&self) -> Vec<String> {
        let references = self.references.iter().map(|reference| &*reference.id);
        let names = references.chain(self.cves.iter().map(|cve| &*cve.id));
        // SUSE writes `Mitre CVE-…` and `SUSE CVE-…`.
        let mut cves: Vec<String> =
            names.filter_map(|name| text::cve(name.rsplit(' ').next().unwrap_or_default())).collect();
        cves.sort_unstable();
        cves.dedup();
        cves
    }

    /// What it takes in memory, about.
    pub fn size_bytes(&self) -> usize {
        let references: usize = self
            .references
            .iter()
            .map(|reference| size_of::<Reference>() + reference.id.len() + reference.url.len() + 8)
            .sum();
        size_of::<Self>() + self.title.len() + references + self.cves.len() * 120 + self.criteria.count() * 24
    }
}
