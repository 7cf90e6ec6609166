//! Packages and candidate advisories to findings. Pure.
//!
//! [`match_inventory`] goes over an inventory once. For each package it chooses the shard that
//! answers for it (an operating-system package by [`DISTRIBUTIONS`], a language package by its
//! ecosystem), asks [`Advisories`] for the rows under the package's names, decides of each row
//! whether it holds, and folds what holds into one finding for each vulnerability with every
//! source kept as evidence. What could not be told is a gap in the coverage, never a "no".
//!
//! To add a distribution: one row in [`DISTRIBUTIONS`].

mod advisories;
mod channels;
mod cpe;
mod dismissed;
mod distributions;
mod draft;
mod end_of_life;
mod enrichment;
mod evaluate;
mod finding;
mod inventory;
mod ledger;
mod names;
mod options;
mod order;
mod origin;
mod owned;
mod reachability;
mod rebuilders;
mod repositories;
mod road;
mod rows;
mod scope;
mod severity;
mod shelf;
mod skipped;
mod system;
mod upgrades;

pub use advisories::Advisories;
pub use channels::{ChannelRule, Mark, OVERLAY};
pub use distributions::{Builders, DISTRIBUTIONS, Distribution, NameKey, Release, SeveralFixes, distribution};
pub use inventory::{Matched, match_inventory};
pub use options::MatchOptions;
pub use rows::{Row, Says, rows_about};
pub use severity::{TRUSTED_FOR_DISTRIBUTIONS, TRUSTED_FOR_LANGUAGES};
pub use upgrades::upgrades;
