//! YAML as tools write their lock files: one key or item a line, so that a broken one leaves the others.

use plimsoll_model::Position;

use crate::lang::numbered_lines;

/// One line of `key: value`, `- item` or `- key: value`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Line<'a> {
    pub(crate) position: Position,
    /// Blanks before it; those of an item's key reach to behind the dash.
    pub(crate) indent: usize,
    /// Whether it begins an item.
    pub(crate) item: bool,
    /// Without quotes; empty for an item that is no pair.
    pub(crate) key: &'a str,
    /// Without quotes; empty where the value stands on the lines below.
    pub(crate) value: &'a str,
}

/// The lines of a document, without blank ones and comments.
pub(crate) fn yaml_lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    numbered_lines(text).filter_map(|(position, line)| {
        let mut rest = line.trim_start_matches(' ');
        let item = rest == "-" || rest.starts_with("- ");
        if item {
            rest = rest[1..].trim_start_matches(' ');
        }
        if (rest.is_empty() && !item) || rest.starts_with('#') {
            return None;
        }
        let (key, value) = pair(rest).unwrap_or(("", unquote(rest)));
        Some(Line { position, indent: line.len() - rest.len(), item, key, value })
    })
}

fn pair(text: &str) -> Option<(&str, &str)> {
    if let Some(quote) = text.chars().next().filter(|letter| matches!(letter, '"' | '\'')) {
        let (key, rest) = text[1..].split_once(quote)?;
        return Some((key, unquote(rest.strip_prefix(':')?)));
    }
    match text.split_once(": ") {
        Some((key, value)) => Some((key, unquote(value))),
        None => Some((text.strip_suffix(':')?, "")),
    }
}

fn unquote(text: &str) -> &str {
    let text = text.trim();
    let quoted = |quote: char| text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    quoted('"').or_else(|| quoted('\'')).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_values_and_items_are_told_apart() {
        let text = "a:\n  b: \"1\"\n# no\n\n  'c d': x: y\n- e\n  - f: 'g'\n-\n  \"h\"\n- \"i j (1)\":\n";
        let lines: Vec<_> = yaml_lines(text).map(|line| (line.indent, line.item, line.key, line.value)).collect();
        assert_eq!(
            lines,
            [
                (0, false, "a", ""),
                (2, false, "b", "1"),
                (2, false, "c d", "x: y"),
                (2, true, "", "e"),
                (4, true, "f", "g"),
                (1, true, "", ""),
                (2, false, "", "h"),
                (2, true, "i j (1)", ""),
            ]
        );
        assert_eq!(yaml_lines(text).nth(2).unwrap().position, Position::Line(5));
    }
}
