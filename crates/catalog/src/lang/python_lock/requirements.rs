//! `requirements.txt`: what is pinned with `==`. A range says nothing of what is installed.
//! <https://pip.pypa.io/en/stable/reference/requirements-file-format/>

use crate::listing::{Details, Listing};
use crate::positions;

pub(super) fn read(text: &str, listing: &mut Listing<'_>) {
    let mut continued = false;
    for (index, line) in text.lines().enumerate() {
        // Only options (`--hash=…`) go on after the first line of a requirement.
        let is_first = !std::mem::replace(&mut continued, line.trim_end().ends_with('\\'));
        if is_first && let Some((name, version)) = pinned(line) {
            listing.detailed(name, version, Details { position: positions::line(index), ..Details::default() });
        }
    }
}

/// `name[extras] == 1.0 ; marker --hash=… # comment`
pub(in crate::lang) fn pinned(line: &str) -> Option<(&str, &str)> {
    let end = line.find(" #").unwrap_or(line.len());
    let requirement = line[..end].split([';', '\\']).next()?.trim();
    if requirement.starts_with(['#', '-']) || requirement.contains('@') {
        return None;
    }
    let name_end = requirement.find(['[', '=', '<', '>', '!', '~', ' ', '(', ','])?;
    let (name, rest) = requirement.split_at(name_end);
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    if name.is_empty() || !name.chars().all(is_name) {
        return None;
    }
    let rest = rest.trim_start();
    let rest = rest.strip_prefix('[').map_or(Some(rest), |extras| Some(extras.split_once(']')?.1))?;
    let clauses = rest.split(" --").next()?.trim().trim_start_matches('(').trim_end_matches(')');
    clauses.split(',').find_map(|clause| {
        let version = clause.trim().strip_prefix("==")?.trim_start_matches('=').trim();
        (!version.is_empty() && !version.contains(['*', ' '])).then_some((name, version))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_exact_pins_are_read() {
        for (line, expected) in [
            ("a==1.0", Some(("a", "1.0"))),
            ("a[x,y] == 1.0", Some(("a", "1.0"))),
            ("  A_b.c===1.0 ; python_version < '3'", Some(("A_b.c", "1.0"))),
            ("a==1.0 --hash=sha256:00", Some(("a", "1.0"))),
            ("a==1.0 # why", Some(("a", "1.0"))),
            ("a==1.0 \\", Some(("a", "1.0"))),
            ("a (==1.0)", Some(("a", "1.0"))),
            ("a!=0.9,==1.0", Some(("a", "1.0"))),
            ("a", None),
            ("a>=1.0", None),
            ("a==1.*", None),
            ("a @ https://b.org/a-1.0.whl", None),
            ("# a==1.0", None),
            ("-r other.txt", None),
            ("-e ./a==1.0", None),
            ("https://b.org/a==1.0", None),
            ("==1.0", None),
            ("", None),
        ] {
            assert_eq!(pinned(line), expected, "{line}");
        }
    }
}
