//! Matching as a caller sees it: a written shelf of advisories, and the real feeds where they are at hand.

#![expect(clippy::unwrap_used, reason = "tests panic where they fail")]

mod channels;
mod clusters;
mod coverage;
mod cpe;
mod distributions;
mod end_of_life;
mod enrichment;
mod errata;
mod feeds;
mod first_party;
mod fixes;
mod flavours;
mod hostile;
mod languages;
mod modules;
mod order;
mod overlay;
mod owned;
mod ranges;
mod reachability;
mod rebuilders;
mod redhat;
mod severity;
mod shelf;
mod statuses;
mod upgrades;
