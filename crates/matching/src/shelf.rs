//! What was asked of the database during one pass, so that little is asked twice.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use plimsoll_model::{Affected, Candidate, Gap, GapKind, LifeCycle, Package, SeverityClaim, ShardName, Weakness};

use crate::Advisories;
use crate::channels::{Following, Standing};
use crate::draft::answer_of_row;
use crate::enrichment::Known;
use crate::evaluate::{Answer, Comparing};
use crate::names::Name;

/// Rows kept in memory; past that the shelf is cleared. The pass asks for one name after the other,
/// so that hardly anything is asked twice.
const ROWS_KEPT: usize = 4_096;

/// The rows under a name; `None` where the shard could not be read there.
pub(crate) type Rows = Option<Rc<Vec<Candidate>>>;

/// One name that a package is looked up by.
pub(crate) struct Lookup<'p> {
    pub shard: Cow<'p, ShardName>,
    pub name: Name<'p>,
    pub following: Following<'p>,
    pub how: Comparing,
}

/// Which rows under a name a package wants: what of the package decides.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Wants {
    everything: bool,
    name: String,
    version: String,
    drops_epoch: bool,
    architecture: Option<String>,
    module: Option<String>,
    cpes: Vec<String>,
}

/// The database behind a memory of its answers.
pub(crate) struct Shelf<'a> {
    advisories: &'a dyn Advisories,
    candidates: HashMap<ShardName, HashMap<String, Rows>>,
    wanted: HashMap<ShardName, HashMap<Wants, Rows>>,
    rows_kept: usize,
    severities: HashMap<String, Rc<[SeverityClaim]>>,
    exploited: HashMap<String, bool>,
    known: HashMap<String, Rc<Known>>,
    weaknesses: HashMap<u32, String>,
    /// The first error of each shard or list, and how many there were.
    errors: BTreeMap<String, (String, u64)>,
}

impl<'a> Shelf<'a> {
    pub fn new(advisories: &'a dyn Advisories) -> Self {
        Self {
            advisories,
            candidates: HashMap::new(),
            wanted: HashMap::new(),
            rows_kept: 0,
            severities: HashMap::new(),
            exploited: HashMap::new(),
            known: HashMap::new(),
            weaknesses: HashMap::new(),
            errors: BTreeMap::new(),
        }
    }

    pub fn advisories(&self) -> &'a dyn Advisories {
        self.advisories
    }

    /// The rows under a name; `None` where the shard could not be read there.
    pub fn candidates(&mut self, shard: &ShardName, name: &str) -> Rows {
        if let Some(known) = self.candidates.get(shard).and_then(|known| known.get(name)) {
            return known.clone();
        }
        let found = self.advisories.candidates(shard, name);
        let found = self.taken(shard, found);
        self.candidates.entry(shard.clone()).or_default().insert(name.to_owned(), found.clone());
        found
    }

    /// The rows under a name that say something of a package; `None` where the shard could not be read
    /// there. Rows of the base that its version is past are among them only for `everything`: they
    /// matter where lower rows hold.
    pub fn rows_about(&mut self, package: &Package, lookup: &Lookup<'_>, everything: bool) -> Rows {
        let Lookup { shard, name, following, how } = lookup;
        let wants = Wants {
            everything,
            name: name.name.clone(),
            version: name.version.to_owned(),
            drops_epoch: name.drops_epoch,
            architecture: package.architecture.clone(),
            module: package.module.clone(),
            cpes: package.cpes.clone(),
        };
        if let Some(known) = self.wanted.get(&**shard).and_then(|known| known.get(&wants)) {
            return known.clone();
        }
        let mut is_wanted = |row: &Affected| {
            let Some(standing) = following.standing(row) else { return false };
            let takes_place = standing >= Standing::Channel || everything && standing == Standing::Base;
            let answer = answer_of_row(row, package, name.version, *how);
            answer.is_some_and(|answer| takes_place || answer != Answer::Unaffected)
        };
        let found = self.advisories.candidates_where(shard, &name.name, &mut is_wanted);
        let found = self.taken(shard, found);
        self.wanted.entry(shard.clone().into_owned()).or_default().insert(wants, found.clone());
        found
    }

    /// Notes what could not be read, and makes room for what was.
    fn taken(&mut self, shard: &ShardName, found: Result<Vec<Candidate>, String>) -> Rows {
        let found = found.map_err(|why| note(&mut self.errors, shard.as_str(), why)).ok().map(Rc::new);
        // An empty answer takes room too.
        let rows = found.as_ref().map_or(1, |rows| rows.len().max(1));
        if self.rows_kept.saturating_add(rows) > ROWS_KEPT {
            self.candidates.clear();
            self.wanted.clear();
            self.rows_kept = 0;
        }
        self.rows_kept += rows;
        found
    }

    /// What any source says of the severity of the first of the ids that anyone scored.
    pub fn severities<'i>(&mut self, ids: impl Iterator<Item = &'i str>) -> Rc<[SeverityClaim]> {
        for id in ids {
            if !self.severities.contains_key(id) {
                let claims = self.advisories.severities(id).unwrap_or_else(|why| {
                    note(&mut self.errors, "severities", why);
                    Vec::new()
                });
                self.severities.insert(id.to_owned(), Rc::from(claims));
            }
            if let Some(claims) = self.severities.get(id).filter(|claims| !claims.is_empty()) {
                return Rc::clone(claims);
            }
        }
        Rc::from([])
    }

    pub fn is_exploited(&mut self, cve: &str) -> bool {
        if let Some(known) = self.exploited.get(cve) {
            return *known;
        }
        let is_exploited = self.advisories.known_exploited(cve).unwrap_or_else(|why| {
            note(&mut self.errors, ShardName::kev().as_str(), why);
            false
        });
        self.exploited.insert(cve.to_owned(), is_exploited);
        is_exploited
    }

    /// What is known of a CVE beside advisories.
    pub fn known(&mut self, cve: &str) -> Rc<Known> {
        if let Some(known) = self.known.get(cve) {
            return Rc::clone(known);
        }
        let epss = self.advisories.epss(cve).map_err(|why| note(&mut self.errors, ShardName::epss().as_str(), why));
        let facts = self.advisories.facts(cve).map_err(|why| note(&mut self.errors, ShardName::facts().as_str(), why));
        let known = Rc::new(Known { epss: epss.ok().flatten(), facts: facts.unwrap_or_default() });
        self.known.insert(cve.to_owned(), Rc::clone(&known));
        known
    }

    /// A kind of weakness with its name, as far as that is known.
    pub fn weakness(&mut self, number: u32) -> Weakness {
        if !self.weaknesses.contains_key(&number) {
            let name = self.advisories.weakness(number);
            let name = name.map_err(|why| note(&mut self.errors, ShardName::cwe().as_str(), why));
            self.weaknesses.insert(number, name.ok().flatten().unwrap_or_default());
        }
        Weakness { number, name: self.weaknesses.get(&number).cloned().unwrap_or_default() }
    }

    /// The releases of a product.
    pub fn life_cycles(&mut self, product: &str) -> Vec<LifeCycle> {
        let cycles = self.advisories.life_cycles(product);
        cycles.map_err(|why| note(&mut self.errors, ShardName::eol().as_str(), why)).unwrap_or_default()
    }

    /// Whether any vulnerability was looked for on the list of exploited ones.
    pub fn asked_exploited(&self) -> bool {
        !self.exploited.is_empty()
    }

    /// What could not be read.
    pub fn into_gaps(self) -> impl Iterator<Item = Gap> {
        self.errors.into_iter().map(|(shard, (why, count))| {
            let mut gap = Gap::new(GapKind::ShardUnreadable, shard, why);
            gap.count = count;
            gap
        })
    }
}

fn note(errors: &mut BTreeMap<String, (String, u64)>, place: &str, why: String) {
    let (_, count) = errors.entry(place.to_owned()).or_insert((why, 0));
    *count = count.saturating_add(1);
}
