//! What tests use where it is there: real data beside the checkout, tools of the machine.
//!
//! Where something is missing, a test says that it was skipped and returns. With `CI` set it fails
//! instead: nothing is skipped there without anybody noticing.

use std::path::{Path, PathBuf};

/// A file or folder of the real data that lie beside the checkout (`feeds`, `images/busybox.oci.tar`).
///
/// # Panics
/// Where it is missing and `CI` is set.
#[must_use]
pub fn shared(path: &str) -> Option<PathBuf> {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(path);
    is_there(place.exists(), path).then_some(place)
}

/// Whether a tool is installed.
///
/// # Panics
/// Where it is missing and `CI` is set.
#[must_use]
pub fn has_tool(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    is_there(std::env::split_paths(&path).any(|folder| folder.join(name).is_file()), name)
}

/// Says whether something was found, and tells of it where it was not.
///
/// # Panics
/// Where it was not and `CI` is set.
#[must_use]
pub fn is_there(found: bool, what: &str) -> bool {
    assert!(found || std::env::var_os("CI").is_none(), "{what} is missing");
    if !found {
        #[expect(clippy::print_stderr, reason = "a test that was skipped says so")]
        {
            eprintln!("skipped: {what} is missing");
        }
    }
    found
}
