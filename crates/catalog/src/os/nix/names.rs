//! Names in a store: `pnwavbd40h8qnd02ka9l29k9h6dip1aq-openssl-3.0.13-dev`.

use crate::lang::field;

/// Name and version of a package in a store.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct StoreName {
    pub(super) name: String,
    pub(super) version: String,
}

const HASH_LETTERS: &[u8] = b"0123456789abcdfghijklmnpqrsvwxyz";
const HASH_LENGTH: usize = 32;

/// The parts of one build, as Nix's own packages name them; `out` is not written.
const OUTPUTS: [&str; 15] = [
    "bin", "data", "debug", "dev", "devdoc", "dist", "doc", "info", "lib", "man", "npm", "static", "terminfo", "test",
    "tools",
];

/// What is no package, though its name has a version: derivations, sources, patches, locks.
const NO_PACKAGES: [&str; 19] = [
    ".drv", ".tar", ".tar.gz", ".tar.xz", ".tar.bz2", ".tar.zst", ".tar.lz", ".tgz", ".zip", ".gem", ".crate",
    ".patch", ".diff", ".lock", ".chroot", ".check", ".sh", ".json", "-source",
];

/// Reads a name. The version begins behind the first dash that no letter follows, as Nix has it.
pub(super) fn store_name(full: &[u8]) -> Option<StoreName> {
    let (hash, rest) = full.split_at_checked(HASH_LENGTH)?;
    let rest = std::str::from_utf8(rest.strip_prefix(b"-")?).ok()?;
    if !hash.iter().all(|letter| HASH_LETTERS.contains(letter)) || NO_PACKAGES.iter().any(|end| rest.ends_with(end)) {
        return None;
    }
    let bytes = rest.as_bytes();
    let dash = (1..bytes.len()).find(|&at| bytes[at] == b'-' && bytes.get(at + 1).is_some_and(u8::is_ascii_digit))?;
    let (name, version) = (&rest[..dash], &rest[dash + 1..]);
    let version = match version.rsplit_once('-') {
        Some((version, output)) if OUTPUTS.contains(&output) => version,
        _ => version,
    };
    Some(StoreName { name: field(name)?.to_owned(), version: field(version)?.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_apart_as_nix_does() {
        for (name, expected) in [
            ("openssl-3.0.13", Some(("openssl", "3.0.13"))),
            ("openssl-3.0.13-dev", Some(("openssl", "3.0.13"))),
            ("harbour-2.0-rc1", Some(("harbour", "2.0-rc1"))),
            ("python3.12-requests-2.32.3", Some(("python3.12-requests", "2.32.3"))),
            ("glibc-2.40-66", Some(("glibc", "2.40-66"))),
            ("libX11-1.8.9-man", Some(("libX11", "1.8.9"))),
            ("bash52-001", Some(("bash52", "001"))),
            ("openssl-3.0.13.drv", None),
            ("openssl-3.0.13.tar.gz", None),
            ("stdenv-linux", None),
            ("fix-1.0.patch", None),
            ("source", None),
            ("", None),
        ] {
            let full = format!("pnwavbd40h8qnd02ka9l29k9h6dip1aq-{name}");
            let found = store_name(full.as_bytes());
            let found = found.as_ref().map(|found| (found.name.as_str(), found.version.as_str()));
            assert_eq!(found, expected, "{name}");
        }
        for full in ["openssl-3.0.13", ".links", "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee-a-1", "\u{fc}-1"] {
            assert_eq!(store_name(full.as_bytes()), None, "{full}");
        }
    }
}
