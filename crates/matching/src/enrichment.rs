//! What is known of a finding's CVEs beside the records that hold.

use std::collections::BTreeSet;

use plimsoll_model::{Epss, Exploit, Facts, Ssvc, Standing, Timestamp, Weakness};

use crate::shelf::Shelf;

/// What the database knows of one CVE.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub epss: Option<Epss>,
    pub facts: Vec<Facts>,
}

/// What is known of the CVEs of one finding together.
#[derive(Debug, Default)]
pub(crate) struct Enrichment {
    pub epss: Option<Epss>,
    pub exploit: Option<Exploit>,
    pub ssvc: Option<Ssvc>,
    pub cwes: Vec<Weakness>,
    pub published: Option<Timestamp>,
    pub modified: Option<Timestamp>,
}

impl Enrichment {
    /// Asks for each CVE: the highest probability, the first exploit by name of the source, the newest
    /// decision, every weakness. What was rejected says nothing.
    pub fn of<'i>(cves: impl Iterator<Item = &'i str>, shelf: &mut Shelf<'_>) -> Self {
        let mut all = Self::default();
        let mut weaknesses = BTreeSet::new();
        for cve in cves {
            let known = shelf.known(cve);
            all.epss = all.epss.max(known.epss);
            for facts in known.facts.iter().filter(|facts| facts.standing != Standing::Rejected) {
                let exploit = facts.exploit.clone().map(|url| Exploit { source: facts.source.clone(), url });
                all.exploit = all.exploit.take().into_iter().chain(exploit).min();
                all.ssvc = all.ssvc.into_iter().chain(facts.ssvc).max_by_key(|ssvc| (ssvc.at, *ssvc));
                all.published = all.published.into_iter().chain(facts.published).min();
                all.modified = all.modified.max(facts.modified);
                weaknesses.extend(facts.weaknesses.iter().copied());
            }
        }
        all.cwes = weaknesses.into_iter().map(|number| shelf.weakness(number)).collect();
        all
    }
}
