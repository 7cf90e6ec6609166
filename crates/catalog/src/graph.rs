//! The packages of one lock file and what each needs of the others.

use plimsoll_model::{Need, Position};

use crate::listing::{Details, Listing};
use crate::requirements::Requirements;

/// A package of a lock file.
#[derive(Default)]
pub(crate) struct Locked {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) license: Option<String>,
    pub(crate) position: Option<Position>,
    /// The project itself, or a folder beside it: what it needs is asked for by name. It is not listed.
    pub(crate) is_own: bool,
    /// Part of the graph, but no package that is listed.
    pub(crate) is_left_out: bool,
    /// Whether it is only there for development, where the file says so.
    pub(crate) development: Option<bool>,
    /// Whether it was asked for by name, where the file says so.
    pub(crate) direct: Option<bool>,
    pub(crate) needs: Vec<Edge>,
}

/// Something that a package needs.
pub(crate) struct Edge {
    /// The name that the file writes.
    pub(crate) name: String,
    /// Which package of the graph it is, where that can be told.
    pub(crate) to: Option<usize>,
    pub(crate) need: Need,
}

/// The packages of one lock file.
#[derive(Default)]
pub(crate) struct Graph {
    pub(crate) packages: Vec<Locked>,
}

impl Graph {
    /// Puts all packages into the listing. What the file does not say of them follows from the project's
    /// own needs, where those stand in the file.
    pub(crate) fn list(&self, listing: &mut Listing<'_>) {
        let has_own = self.packages.iter().any(|package| package.is_own && !package.needs.is_empty());
        let direct = self.direct();
        let shipped = self.reached(|need| matches!(need, Need::Always | Need::Optional));
        let reached = self.reached(|_| true);
        let listed = self.packages.iter().enumerate().filter(|(_, package)| !package.is_own && !package.is_left_out);
        for (at, package) in listed {
            let details = Details {
                license: package.license.clone(),
                requires: self.requires(package),
                direct: package.direct.or(has_own.then_some(direct[at])),
                development: package.development.unwrap_or(reached[at] && !shipped[at]),
                position: package.position,
            };
            listing.detailed(&package.name, &package.version, details);
        }
    }

    fn requires(&self, package: &Locked) -> Vec<plimsoll_model::Requirement> {
        let mut requires = Requirements::default();
        for edge in &package.needs {
            match edge.to.and_then(|to| self.packages.get(to)).filter(|to| !to.is_own) {
                Some(to) => requires.add(&to.name, Some(&to.version), edge.need),
                None => requires.add(&edge.name, None, edge.need),
            }
        }
        requires.finish()
    }

    /// For each package whether the project asks for it by name.
    fn direct(&self) -> Vec<bool> {
        let mut direct = vec![false; self.packages.len()];
        for package in self.packages.iter().filter(|package| package.is_own) {
            for to in package.needs.iter().filter_map(|edge| edge.to) {
                if let Some(direct) = direct.get_mut(to) {
                    *direct = true;
                }
            }
        }
        direct
    }

    /// For each package whether a way of such needs leads to it from the project.
    fn reached(&self, by: impl Fn(Need) -> bool) -> Vec<bool> {
        let mut reached: Vec<bool> = self.packages.iter().map(|package| package.is_own).collect();
        let mut next: Vec<usize> = (0..reached.len()).filter(|at| reached[*at]).collect();
        while let Some(package) = next.pop().and_then(|at| self.packages.get(at)) {
            for to in package.needs.iter().filter(|edge| by(edge.need)).filter_map(|edge| edge.to) {
                if reached.get(to) == Some(&false) {
                    reached[to] = true;
                    next.push(to);
                }
            }
        }
        reached
    }
}
