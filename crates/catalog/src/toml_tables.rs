//! TOML lock files, one package at a time: they are long lists of small tables.

use plimsoll_facts::{Limit, Unreadable};
use plimsoll_model::Position;
use serde::de::DeserializeOwned;

use crate::json::complaint;
use crate::positions;

/// Bytes of one table; parsed it takes many times as much.
const MAX_TABLE_BYTES: usize = 1 << 20;

/// Calls `each` for every `[[name]]` table of a lock file as tools write it, with the place of its
/// head. Its sub-tables (`[name.source]`) are found below the key `name`.
pub(crate) fn each_table<T: DeserializeOwned>(
    text: &str,
    name: &str,
    mut each: impl FnMut(Option<Position>, Result<T, Unreadable>),
) {
    let mut table: Option<(usize, &str)> = None;
    let mut at = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let begin = at;
        at += line.len();
        let header = line.trim_end();
        let inner = header.trim_start_matches('[');
        if header == inner || inner.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')) {
            continue;
        }
        if let Some((head, from)) = table.take() {
            each(positions::line(head), parse(&from[..from.len() - (text.len() - begin)]));
        }
        if header.strip_prefix("[[").and_then(|rest| rest.strip_suffix("]]")) == Some(name) {
            table = Some((number, &text[at..]));
        }
    }
    if let Some((head, from)) = table {
        each(positions::line(head), parse(from));
    }
}

fn parse<T: DeserializeOwned>(table: &str) -> Result<T, Unreadable> {
    if table.len() > MAX_TABLE_BYTES {
        return Err(Unreadable::OverLimit(Limit::Size));
    }
    toml::from_str(table).map_err(|error| complaint(&error.message()))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Row {
        name: String,
        package: Option<Sub>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Sub {
        source: Option<Source>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Source {
        url: String,
    }

    fn rows(text: &str) -> Vec<Result<Row, Unreadable>> {
        let mut rows = Vec::new();
        each_table(text, "package", |_, row| rows.push(row));
        rows
    }

    #[test]
    fn tables_end_where_the_next_begins_and_keep_their_sub_tables() {
        let text = "version = 1\n[[package]]\nname = \"a\"\ndeps = [\n  \"[[package]]\",\n]\n\n[package.source]\nurl = \"u\"\n\n\
                    [[package.files]]\nx = 1\n\n[[package]]\r\nname = \"b\"\n[metadata]\nname = 7\n[[packages]]\nname = 1\n[[package]]\nname=\"c\"";
        let rows: Vec<Row> = rows(text).into_iter().map(Result::unwrap).collect();
        assert_eq!(rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(rows[0].package.as_ref().unwrap().source.as_ref().unwrap().url, "u");
    }

    #[test]
    fn a_broken_table_leaves_the_others() {
        let rows = rows("[[package]]\nname = 1\n[[package]]\nname = \"b\"\n[[package]]\nwhat\n");
        assert_eq!(rows.iter().map(Result::is_ok).collect::<Vec<_>>(), [false, true, false]);
    }
}
