//! The database as a caller sees it: what goes in comes out, and nothing else ever does.

#![expect(clippy::unwrap_used, reason = "tests panic where they fail")]

mod changes;
mod clusters;
mod corpus;
mod damage;
mod deleted;
mod delta;
mod enrichment;
mod folder;
mod java;
mod laws;
mod manifest;
mod sample;
mod search;
mod shards;
mod travel;
