//! Debian's copyright files: which licences they name.
//!
//! A machine-readable one (`Format: …/copyright-format/1.0`) has a `License:` field in each paragraph.
//! An older one is prose that points to the texts in `/usr/share/common-licenses`.

use crate::{Expression, expression};

/// Fields read of one file.
const MAX_FIELDS: usize = 4096;
/// Licences of one file; what is read of it must be read again as an expression.
const MAX_LICENSES: usize = 40;
/// Bytes of them together.
const MAX_BYTES: usize = 1500;

/// The licences that a copyright file names, and how sure that is in percent; `None` where it names
/// none that can be told.
pub(crate) fn read(text: &str) -> Option<(Expression, u8)> {
    let is_machine_readable = text.lines().take(20).any(|line| {
        let lower = line.to_lowercase();
        lower.starts_with("format") && lower.contains("copyright-format") || lower.starts_with("format-specification:")
    });
    let (mut found, confidence) = if is_machine_readable { (fields(text), 100) } else { (common_licenses(text), 70) };
    shorten(&mut found);
    match found.len() {
        0 => None,
        1 => found.pop().map(|only| (only, confidence)),
        _ => Some((Expression::All(found), confidence)),
    }
}

/// Leaves out the last ones where they are too many.
fn shorten(found: &mut Vec<Expression>) {
    let (mut licenses, mut bytes) = (0, 0);
    let fits = |part: &Expression| {
        licenses += part.licenses().len();
        bytes += part.to_string().len();
        licenses <= MAX_LICENSES && bytes <= MAX_BYTES
    };
    let kept = found.iter().map(fits).take_while(|fits| *fits).count();
    found.truncate(kept);
}

/// What the `License:` fields name, each once. A paragraph that stands alone explains a name that
/// another one uses.
fn fields(text: &str) -> Vec<Expression> {
    let mut found: Vec<Expression> = Vec::new();
    let values = text.lines().filter_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case("license").then_some(value.trim())
    });
    for value in values.take(MAX_FIELDS).filter(|value| !value.is_empty()) {
        let Some(named) = expression(value) else { continue };
        let parts = match named {
            Expression::All(parts) => parts,
            other => vec![other],
        };
        for part in parts {
            if !found.contains(&part) && found.len() <= MAX_LICENSES {
                found.push(part);
            }
        }
    }
    found
}

/// The texts that prose points to. Whether a later version may be chosen too, the words before it say.
fn common_licenses(text: &str) -> Vec<Expression> {
    const FOLDER: &str = "/usr/share/common-licenses/";
    let words: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut found: Vec<Expression> = Vec::new();
    let mut from = 0;
    for (at, _) in words.match_indices(FOLDER).take(MAX_FIELDS) {
        let rest = &words[at + FOLDER.len()..];
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && !"-.".contains(letter));
        let name = rest[..end.unwrap_or(rest.len())].trim_end_matches('.');
        let before = &words[from..at];
        from = at + FOLDER.len();
        let later = before.contains("any later version") && !name.starts_with("Apache") && !name.starts_with("BSD");
        let versioned = name.bytes().any(|byte| byte.is_ascii_digit());
        // A link without a version means the newest text.
        let named = match (name, versioned) {
            ("GPL", _) => if later { "GPL-1.0-or-later" } else { "GPL-3.0-only" }.to_owned(),
            ("LGPL", _) => if later { "LGPL-2.0-or-later" } else { "LGPL-3.0-only" }.to_owned(),
            ("BSD", _) => "BSD-3-Clause".to_owned(),
            (name, true) if later => format!("{name}+"),
            (name, _) => name.to_owned(),
        };
        if let Some(named) = expression(&named).filter(Expression::is_known)
            && !found.contains(&named)
        {
            found.push(named);
        }
    }
    found
}
