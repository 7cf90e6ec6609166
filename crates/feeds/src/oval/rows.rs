//! The rows of a definition: its criteria, with what each publisher means by their comments.

use std::collections::{BTreeMap, BTreeSet};

use plimsoll_model::{Affected, RangeEnd, Scope, ShardName, Status, VersionRange};

use super::criteria::Criteria;
use super::tests::{Asked, Criterion, Tests};
use super::version::Versions;

/// Most rows of one definition.
const ROWS: usize = 100_000;

/// What a test asks of the system, where it asks nothing of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition<'t> {
    /// The product that is installed, by name.
    Product(&'t str),
    /// The processor.
    Architecture(&'t str),
    /// The module stream that is enabled, `name:stream`.
    Module(&'t str),
}

/// Where a product's packages are looked up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub shard: ShardName,
    pub channel: Option<&'static str>,
}

/// What a publisher's criteria mean.
pub(super) trait Dialect {
    /// What a test asks of the system, by its comment.
    fn condition<'t>(&self, comment: &'t str) -> Option<Condition<'t>>;
    /// Where a product's packages are looked up; `None` if this feed does not fill it.
    fn place(&self, product: &str) -> Option<Place>;
    /// Where those are that stand under no product.
    fn own_place(&self) -> Option<Place>;
    /// The channel that a fixed version belongs to.
    fn channel(&self, _version: &str) -> Option<&'static str> {
        None
    }
}

/// The rows of a definition, and what kept others from being read.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub affected: Vec<Affected>,
    /// How many statements are about products of other feeds.
    pub foreign: u64,
    pub broken: Option<String>,
}

impl Rows {
    /// Reads the criteria.
    pub fn read(criteria: &Criteria, tests: &Tests, dialect: &dyn Dialect) -> Self {
        let mut reading = Reading { tests, dialect, found: BTreeMap::new(), foreign: 0, broken: None };
        reading.walk(criteria, &System::default());
        Self { affected: merged(reading.found), foreign: reading.foreign, broken: reading.broken }
    }
}

/// What the criteria around a package ask of the system.
#[derive(Default, Clone)]
struct System<'t> {
    /// `None` as long as no product is named.
    places: Option<BTreeSet<Place>>,
    architectures: BTreeSet<&'t str>,
    module: Option<&'t str>,
}

impl<'t> System<'t> {
    fn narrow(&mut self, condition: Condition<'t>, dialect: &dyn Dialect) {
        match condition {
            Condition::Product(product) => {
                self.places.get_or_insert_default().extend(dialect.place(product));
            }
            Condition::Architecture(name) => {
                self.architectures.insert(name);
            }
            Condition::Module(stream) => self.module = Some(stream),
        }
    }
}

/// Everything of a row but its processors; the range says how far it is affected.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Statement<'t> {
    place: Place,
    name: &'t str,
    module: Option<&'t str>,
    status: Status,
    end: Option<RangeEnd>,
    exactly: Option<String>,
}

struct Reading<'t> {
    tests: &'t Tests,
    dialect: &'t dyn Dialect,
    /// With their processors; none limits nothing.
    found: BTreeMap<Statement<'t>, BTreeSet<String>>,
    foreign: u64,
    broken: Option<String>,
}

impl<'t> Reading<'t> {
    fn walk(&mut self, criteria: &'t Criteria, system: &System<'t>) {
        match criteria {
            Criteria::Test(test) if self.condition(*test).is_none() => self.package(*test, system),
            Criteria::Test(_) => {}
            Criteria::Any(nodes) => nodes.iter().for_each(|node| self.walk(node, system)),
            Criteria::All(nodes) => {
                let mut inner = system.clone();
                let (conditions, others): (Vec<_>, Vec<_>) = nodes.iter().partition(|node| self.is_condition(node));
                for node in conditions {
                    self.narrow(node, &mut inner);
                }
                for node in others {
                    self.walk(node, &inner);
                }
            }
        }
    }

    fn condition(&self, test: Criterion) -> Option<Condition<'t>> {
        self.dialect.condition(self.tests.comment(test))
    }

    /// Whether nothing in it asks for a package.
    fn is_condition(&self, criteria: &Criteria) -> bool {
        match criteria {
            Criteria::Test(test) => self.condition(*test).is_some(),
            Criteria::All(nodes) | Criteria::Any(nodes) => {
                !nodes.is_empty() && nodes.iter().all(|node| self.is_condition(node))
            }
        }
    }

    fn narrow(&self, criteria: &'t Criteria, system: &mut System<'t>) {
        match criteria {
            Criteria::Test(test) => {
                if let Some(condition) = self.condition(*test) {
                    system.narrow(condition, self.dialect);
                }
            }
            Criteria::All(nodes) | Criteria::Any(nodes) => nodes.iter().for_each(|node| self.narrow(node, system)),
        }
    }

    fn package(&mut self, test: Criterion, system: &System<'t>) {
        let asked = match self.tests.asked(test) {
            Ok(asked) => asked,
            Err(why) => {
                self.broken.get_or_insert(why);
                return;
            }
        };
        let (name, status, versions, own): (_, _, _, &[String]) = match asked {
            Asked::Aside => return,
            Asked::Never { name } => (name, Status::NotAffected, None, &[]),
            Asked::Versions { name, versions, architectures } => {
                (name, Status::Affected, Some(versions), architectures)
            }
        };
        let (end, exactly) = match versions {
            None => (None, None),
            Some(Versions::UpTo(end)) => (Some(end), None),
            Some(Versions::Exactly(version)) => (None, Some(version)),
        };
        let architectures: Vec<String> = match own {
            [] => system.architectures.iter().map(|name| (*name).to_owned()).collect(),
            own => own.to_vec(),
        };
        let own_place;
        let places = match &system.places {
            Some(places) => places,
            None => {
                own_place = self.dialect.own_place().into_iter().collect();
                &own_place
            }
        };
        if places.is_empty() {
            self.foreign = self.foreign.saturating_add(1);
        }
        for place in places {
            if self.found.len() >= ROWS {
                self.broken.get_or_insert_with(|| format!("it has more than {ROWS} rows"));
                return;
            }
            let fix = match &end {
                Some(RangeEnd::Fixed(fix)) => self.dialect.channel(fix),
                _ => None,
            };
            let place = Place { shard: place.shard.clone(), channel: place.channel.or(fix) };
            let (end, exactly) = (end.clone(), exactly.clone());
            let statement = Statement { place, name, module: system.module, status, end, exactly };
            match self.found.entry(statement) {
                std::collections::btree_map::Entry::Vacant(new) => {
                    new.insert(architectures.iter().cloned().collect());
                }
                std::collections::btree_map::Entry::Occupied(mut known) => {
                    // Said once without a limit, it holds everywhere.
                    if architectures.is_empty() {
                        known.get_mut().clear();
                    } else if !known.get().is_empty() {
                        known.get_mut().extend(architectures.iter().cloned());
                    }
                }
            }
        }
    }
}

/// One row for each package within the same limits, with all its ranges side by side.
fn merged(found: BTreeMap<Statement<'_>, BTreeSet<String>>) -> Vec<Affected> {
    let mut rows: Vec<Affected> = Vec::new();
    for (statement, architectures) in found {
        let Statement { place, name, module, status, end, exactly } = statement;
        let scope = Scope {
            architectures: architectures.into_iter().collect(),
            module: module.map(|module| crate::text::one_line(module, 100)),
            channel: place.channel.map(str::to_owned),
            ..Scope::default()
        };
        let range = end.map(|end| VersionRange { introduced: None, end });
        match rows.last_mut() {
            Some(last)
                if (&last.shard, last.name.as_str(), last.status, &last.scope)
                    == (&place.shard, name, status, &scope) =>
            {
                last.ranges.extend(range);
                last.versions.extend(exactly);
            }
            _ => rows.push(Affected {
                shard: place.shard,
                name: name.to_owned(),
                status,
                ranges: range.into_iter().collect(),
                versions: exactly.into_iter().collect(),
                severities: Vec::new(),
                fix_date: None,
                scope,
            }),
        }
    }
    rows
}
