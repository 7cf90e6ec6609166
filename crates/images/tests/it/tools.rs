//! Tools that are used where they are installed.

use std::process::Command;

/// Whether a tool is there; in CI it must be.
pub fn has_tool(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|folder| folder.join(name).is_file());
    assert!(found || std::env::var_os("CI").is_none(), "{name} is missing");
    if !found {
        println!("skipped: {name} is not installed");
    }
    found
}

pub fn skopeo_copy(from: &str, to: &str) {
    let copied = Command::new("skopeo")
        .args(["copy", "--quiet", "--insecure-policy", "--dest-tls-verify=false", from, to])
        .output()
        .unwrap();
    assert!(copied.status.success(), "{}", String::from_utf8_lossy(&copied.stderr));
}
