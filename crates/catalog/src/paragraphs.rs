//! Fields in paragraphs, as Debian began to write them: `Key: value`, longer values indented below,
//! a blank line after each paragraph. R, GHC and vcpkg write so too.

use std::borrow::Cow;

use plimsoll_model::Position;

use crate::lang::numbered_lines;

/// Fields of one paragraph that are read; real ones have some dozens.
const MAX_FIELDS: usize = 1000;

/// One paragraph.
#[derive(Debug)]
pub(crate) struct Paragraph<'a> {
    /// Its first line.
    pub(crate) position: Position,
    fields: Vec<(&'a str, Cow<'a, str>)>,
}

impl Paragraph<'_> {
    /// A field's value, its lines joined by a blank; the first of several. Empty ones count as absent.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        let value = self.fields.iter().find(|(name, _)| *name == key).map(|(_, value)| value.trim());
        value.filter(|value| !value.is_empty())
    }
}

/// The paragraphs of a file; lines of another form are left out.
pub(crate) fn paragraphs(text: &str) -> impl Iterator<Item = Paragraph<'_>> {
    let mut lines = numbered_lines(text).peekable();
    std::iter::from_fn(move || {
        while lines.next_if(|(_, line)| line.is_empty()).is_some() {}
        let (position, _) = *lines.peek()?;
        let lines = std::iter::from_fn(|| lines.next_if(|(_, line)| !line.is_empty()));
        Some(Paragraph { position, fields: fields_of(lines) })
    })
}

/// All fields of a file, where blank lines mean nothing.
pub(crate) fn fields(text: &str) -> Paragraph<'_> {
    Paragraph { position: Position::Line(1), fields: fields_of(numbered_lines(text)) }
}

fn fields_of<'a>(lines: impl Iterator<Item = (Position, &'a str)>) -> Vec<(&'a str, Cow<'a, str>)> {
    let mut fields: Vec<(&str, Cow<'_, str>)> = Vec::new();
    for (_, line) in lines {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                let value = value.to_mut();
                value.push(' ');
                value.push_str(line.trim_start());
            }
        } else if let Some((key, value)) = line.split_once(':')
            && fields.len() < MAX_FIELDS
        {
            fields.push((key, Cow::Borrowed(value)));
        }
    }
    fields
}

/// The names of a list of requirements: `a (>= 1), b`.
pub(crate) fn listed_names(list: &str) -> impl Iterator<Item = &str> {
    let names = list.split(',').map(|item| item.trim_start().split([' ', '(', '\t']).next().unwrap_or_default());
    names.filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_end_at_blank_lines_and_values_go_on_where_they_are_indented() {
        let text = "\nA: 1\nB:\n    x y,\n\tz\nnothing\n\n\r\nA: 2\nA: 3\n";
        let all: Vec<_> = paragraphs(text).collect();
        assert_eq!(all.len(), 2);
        assert_eq!((all[0].get("A"), all[0].get("B"), all[0].get("C")), (Some("1"), Some("x y, z"), None));
        assert_eq!((all[1].get("A"), all[1].position), (Some("2"), Position::Line(9)));
        assert_eq!(fields("A: 1\n\nB:\n  2\n").get("B"), Some("2"));
    }

    #[test]
    fn requirements_are_named_without_their_versions() {
        let names: Vec<_> = listed_names("R (>= 3.5), methods,\n rlang(>= 1.0),").collect();
        assert_eq!(names, ["R", "methods", "rlang"]);
    }
}
