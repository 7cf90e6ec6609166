//! Tools that are used where they are installed.

use std::process::Command;

pub fn skopeo_copy(from: &str, to: &str) {
    let copied = Command::new("skopeo")
        .args(["copy", "--quiet", "--insecure-policy", "--dest-tls-verify=false", from, to])
        .output()
        .unwrap();
    assert!(copied.status.success(), "{}", String::from_utf8_lossy(&copied.stderr));
}
