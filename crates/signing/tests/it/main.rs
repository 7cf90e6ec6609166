//! Keys as files, and signatures that hold for one message only.

#![expect(clippy::unwrap_used, reason = "tests panic where they fail")]

mod files;
mod hostile;
mod signatures;
