//! Keys as files, and signatures that hold for one message only.

#![expect(clippy::print_stdout, reason = "tests say what they skip")]

mod files;
mod hostile;
mod signatures;
