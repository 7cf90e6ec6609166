//! Red Hat's content manifests: from which repositories an image was built.

use std::collections::BTreeSet;

use serde::Deserialize;

/// Repositories read of one image; one built for every processor names some tens.
pub(super) const MAX_SETS: usize = 4_096;
/// Letters of a name.
const MAX_LETTERS: usize = 128;

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    content_sets: Option<Vec<String>>,
}

/// The names of the repositories, sorted, as they can be told: short, and on one line. `None` where the
/// file is no manifest.
pub(super) fn read(json: &[u8]) -> Option<Vec<String>> {
    let manifest: Manifest = serde_json::from_slice(json).ok()?;
    let sets: BTreeSet<String> =
        manifest.content_sets.into_iter().flatten().take(MAX_SETS).map(|set| named(&set)).collect();
    Some(sets.into_iter().collect())
}

fn named(set: &str) -> String {
    set.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).take(MAX_LETTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_on_one_line_and_each_there_once() {
        let sets = format!(r#"{{"content_sets":["b-rpms","a\nb","b-rpms","{}"]}}"#, "x".repeat(200));
        assert_eq!(read(sets.as_bytes()).unwrap(), ["a\u{fffd}b".to_owned(), "b-rpms".to_owned(), "x".repeat(128)]);
        assert_eq!(read(b"{}").unwrap(), Vec::<String>::new());
        assert_eq!(read(b"[1]"), None);
    }
}
