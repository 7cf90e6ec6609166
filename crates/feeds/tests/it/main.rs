//! Feeds as a caller sees them: real files where they are at hand, written records everywhere.

#![expect(clippy::unwrap_used, reason = "tests panic where they fail")]

mod arch;
mod corpus;
mod csaf;
mod cvelist;
mod cwe;
mod debian;
mod echo;
mod eol;
mod epss;
mod gentoo;
mod ghsa;
mod hostile;
mod kev;
mod nvd;
mod osv;
mod osv_distributions;
mod osv_errata;
mod oval;
mod overlay;
mod photon;
mod reading;
mod redhat_repositories;
mod secdb;
mod ubuntu_tracker;
mod updateinfo;
