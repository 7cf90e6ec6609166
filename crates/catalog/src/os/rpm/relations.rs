//! rpm's capabilities: names, libraries (`libc.so.6(GLIBC_2.34)(64bit)`), files, and expressions of them.
//! <https://rpm-software-management.github.io/rpm/manual/boolean_dependencies.html>

use plimsoll_model::Need;

use crate::installed::owned;
use crate::relations::{Relations, hash_of};

/// A flag of a requirement: nothing breaks without it.
pub(super) const MISSING_IS_FINE: u32 = 1 << 19;

/// The hash of a capability; of a file that of its path, so that whoever owns it answers to it.
pub(super) fn capability(name: &[u8]) -> u64 {
    if name.starts_with(b"/") { owned(name) } else { hash_of(name) }
}

/// Reads one requirement.
pub(super) fn need(need: Need, name: &[u8], relations: &mut Relations) {
    if name.starts_with(b"rpmlib(") {
        return;
    }
    match name.strip_prefix(b"(").and_then(|inner| inner.strip_suffix(b")")) {
        Some(expression) => need_expression(need, expression, relations),
        None => relations.need_any(need, alternatives(name)),
    }
}

/// An expression of one level: `a or b`, `a and b >= 2`, `a if b`. What stands in parentheses of its
/// own is left out: rpm has found all to be true, so only an edge of the graph is missing.
fn need_expression(need: Need, expression: &[u8], relations: &mut Relations) {
    let mut any: Vec<u64> = Vec::new();
    let mut is_operand = true;
    for word in expression.split(|byte| *byte == b' ') {
        match word {
            b"or" => is_operand = true,
            b"and" | b"with" => {
                relations.need_any(need, std::mem::take(&mut any));
                is_operand = true;
            }
            b"if" | b"unless" | b"else" | b"without" => break,
            _ if std::mem::take(&mut is_operand) => {
                if word.starts_with(b"(") {
                    break;
                }
                any.extend(alternatives(word));
            }
            _ => {}
        }
    }
    relations.need_any(need, any);
}

/// The names by which a capability may be known. `/bin` and its like are links into `/usr` now.
fn alternatives(name: &[u8]) -> Vec<u64> {
    let merged = [&b"/bin/"[..], b"/sbin/", b"/lib/", b"/lib64/"].iter().any(|folder| name.starts_with(folder));
    let moved = merged.then(|| owned(&[b"usr", name].concat()));
    std::iter::once(capability(name)).chain(moved).collect()
}
