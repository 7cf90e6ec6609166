//! Portage's names of packages: `>=dev-libs/openssl-3.0:0/3=[asm]`, `|| ( a/b c/d )`.

use plimsoll_model::Need;

use crate::relations::{Relations, hash_of};

/// Reads what a variable such as `RDEPEND` lists. Portage has settled its conditions (`flag? ( … )`)
/// when it installed the package.
pub(super) fn read(value: &[u8], need: Need, relations: &mut Relations) {
    let value = String::from_utf8_lossy(value);
    // The alternatives of the group that is open, and how many parentheses are open in it.
    let mut group: Option<(Vec<u64>, usize)> = None;
    for word in value.split_whitespace() {
        match (word, &mut group) {
            ("||", None) => group = Some((Vec::new(), 0)),
            ("(", Some((_, depth))) => *depth += 1,
            (")", Some((alternatives, depth))) => {
                *depth = depth.saturating_sub(1);
                if *depth == 0 {
                    relations.need_any(need, std::mem::take(alternatives));
                    group = None;
                }
            }
            (atom, group) => {
                let Some(name) = name_of(atom).map(|name| hash_of(name.as_bytes())) else { continue };
                match group {
                    Some((alternatives, _)) => alternatives.push(name),
                    None => relations.need_any(need, vec![name]),
                }
            }
        }
    }
}

/// `category/name` of an atom; `None` for what keeps another package away, and for what is no atom.
pub(super) fn name_of(atom: &str) -> Option<String> {
    let atom = atom.trim();
    let bare = atom.trim_start_matches(['<', '>', '=', '~']);
    let end = bare.find([':', '[']).unwrap_or(bare.len());
    let name = bare.get(..end)?;
    if bare.starts_with('!') || !name.contains('/') {
        return None;
    }
    let name = name.trim_end_matches('*');
    let has_version = bare.len() < atom.len();
    let name = split_version(name).filter(|_| has_version).map_or(name, |(name, _)| name);
    Some(name.to_owned())
}

/// Splits `name-version[-rN]`.
pub(super) fn split_version(full: &str) -> Option<(&str, &str)> {
    let bare = match full.rsplit_once('-') {
        Some((bare, revision)) if is_revision(revision) => bare,
        _ => full,
    };
    let (name, version) = bare.rsplit_once('-')?;
    let is_version = version.starts_with(|letter: char| letter.is_ascii_digit());
    (is_version && !name.is_empty()).then(|| (name, &full[name.len() + 1..]))
}

fn is_revision(text: &str) -> bool {
    text.strip_prefix('r').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_begins_at_its_first_number() {
        for (full, expected) in [
            ("bash-5.2_p15-r6", Some(("bash", "5.2_p15-r6"))),
            ("gtk+-2.24.33-r3", Some(("gtk+", "2.24.33-r3"))),
            ("font-adobe-100dpi-1.0.4", Some(("font-adobe-100dpi", "1.0.4"))),
            ("pkg-2-3", Some(("pkg-2", "3"))),
            ("linux-headers", None),
            ("-1", None),
            ("a-r1", None),
        ] {
            assert_eq!(split_version(full), expected, "{full}");
        }
    }

    #[test]
    fn an_atom_is_its_name() {
        for (atom, name) in [
            (">=dev-libs/openssl-3.0:0/3=[asm,-test]", Some("dev-libs/openssl")),
            ("sys-libs/zlib", Some("sys-libs/zlib")),
            ("=x11-libs/gtk+-2*:2", Some("x11-libs/gtk+")),
            ("~app/a-1_rc2-r3", Some("app/a")),
            ("app/a-2:0::gentoo", Some("app/a-2")),
            ("!!<app/a-1", None),
            ("flag?", None),
        ] {
            assert_eq!(name_of(atom).as_deref(), name, "{atom}");
        }
    }
}
