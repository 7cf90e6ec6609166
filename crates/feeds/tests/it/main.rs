//! Feeds as a caller sees them: real files where they are at hand, written records everywhere.

mod corpus;
mod debian;
mod hostile;
mod kev;
mod osv;
mod reading;
mod secdb;
