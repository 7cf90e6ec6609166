//! Names of files, as the table writes them.
//!
//! `#` stands for digits and dots, or nothing; `*` for any name of a folder; `{version}` for a version.

use super::version::version_length;

/// What stood for the holes of a glob.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Filled<'a> {
    /// For `#`, without dots at its ends.
    pub(super) digits: &'a str,
    /// For `{version}`.
    pub(super) version: Option<&'a str>,
}

/// Whether a path ends with the glob, folder by folder.
pub(super) fn matches<'a>(glob: &str, path: &'a [u8]) -> Option<Filled<'a>> {
    let mut filled = Filled::default();
    let mut names = path.rsplit(|byte| *byte == b'/');
    for part in glob.rsplit('/') {
        let name = names.next()?;
        if part != "*" {
            name_matches(part, name, &mut filled)?;
        }
    }
    Some(filled)
}

fn name_matches<'a>(glob: &str, name: &'a [u8], filled: &mut Filled<'a>) -> Option<()> {
    let name = std::str::from_utf8(name).ok()?;
    if let Some((before, after)) = glob.split_once("{version}") {
        let rest = name.strip_prefix(before)?.strip_suffix(after)?;
        (version_length(rest.as_bytes(), 2)? == rest.len()).then_some(())?;
        filled.version = Some(rest);
        return Some(());
    }
    let mut rest = name;
    let mut parts = glob.split('#');
    rest = rest.strip_prefix(parts.next()?)?;
    for part in parts {
        let end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(rest.len());
        // What follows the digits may begin with a dot itself.
        let end =
            (0..=end).rev().find(|end| rest[*end..].starts_with(part) && (!part.is_empty() || *end == rest.len()))?;
        if filled.digits.is_empty() {
            filled.digits = rest[..end].trim_matches('.');
        }
        rest = &rest[end + part.len()..];
    }
    rest.is_empty().then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fill_the_holes_of_globs() {
        for (glob, path, expected) in [
            ("nginx", "usr/sbin/nginx", Some("")),
            ("nginx", "usr/sbin/nginx2", None),
            ("python#", "usr/bin/python3.11", Some("3.11")),
            ("python#", "usr/bin/python", Some("")),
            ("python#", "usr/bin/python3.11-config", None),
            ("libpython#.so#", "usr/lib/libpython3.11.so.1.0", Some("3.11")),
            ("libpython#.so#", "usr/lib/libpython3.so", Some("3")),
            ("libcrypto.so#", "usr/lib/libcrypto.so.3", Some("3")),
            ("libcrypto.so#", "usr/lib/libcrypto.so", Some("")),
            ("wp-includes/version.php", "srv/wp-includes/version.php", Some("")),
            ("wp-includes/version.php", "srv/wp/version.php", None),
            ("releases/*/OTP_VERSION", "usr/lib/erlang/releases/25/OTP_VERSION", Some("")),
        ] {
            assert_eq!(matches(glob, path.as_bytes()).map(|filled| filled.digits), expected, "{glob} {path}");
        }
        let version = |glob, path: &'static str| matches(glob, path.as_bytes()).and_then(|filled| filled.version);
        assert_eq!(version("lib/elasticsearch-{version}.jar", "a/lib/elasticsearch-8.1.0.jar"), Some("8.1.0"));
        assert_eq!(version("elasticsearch-{version}.jar", "a/elasticsearch-core-8.1.0.jar"), None);
        assert_eq!(version("fxr/{version}/libhostfxr.so", "host/fxr/8.0.1/libhostfxr.so"), Some("8.0.1"));
    }
}
