//! The layer reader on real archives, hostile ones, and all that a layer can hold.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod budget;
mod compression;
mod folder;
mod hostile;
mod inspectors;
mod links;
mod make;
mod oracle;
mod tar;
mod zip;
