//! `plimsoll.yaml`: options of `scan` for a whole project.
//!
//! Each key is the long name of an option (`fail-on: critical`, `exclude: [usr/share/**]`,
//! `ignore-unfixed: true`). The command line wins over the environment, which wins over the file:
//! the file's options are put in front of the command line's, and only where neither gives them.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::CommandFactory;
use serde::Deserialize;

use crate::Arguments;

/// The file in the current folder, unless `PLIMSOLL_CONFIG` names another.
const FILE: &str = "plimsoll.yaml";
const MAX_BYTES: u64 = 1 << 20;

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Value {
    Flag(bool),
    Number(i64),
    Text(String),
    List(Vec<String>),
}

/// The program's arguments with those of the file.
pub fn arguments() -> anyhow::Result<Vec<OsString>> {
    let given: Vec<OsString> = std::env::args_os().collect();
    let path = std::env::var_os("PLIMSOLL_CONFIG").map(PathBuf::from);
    let wanted = path.is_some();
    let path = path.unwrap_or_else(|| PathBuf::from(FILE));
    if given.get(1).is_none_or(|command| command != "scan") || !wanted && !path.is_file() {
        return Ok(given);
    }
    let name = path.display().to_string();
    let file = File::open(&path).with_context(|| name.clone())?;
    let bytes = plimsoll_model::read_capped(file, MAX_BYTES).with_context(|| name.clone())?;
    let text = String::from_utf8(bytes).with_context(|| name.clone())?;
    let from_file = options(&text).with_context(|| name.clone())?;
    Ok(merge(given, from_file))
}

fn options(text: &str) -> anyhow::Result<Vec<(String, Vec<OsString>)>> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let values: BTreeMap<String, Value> = serde_saphyr::from_str(text).context("it is no list of options")?;
    let command = Arguments::command();
    let scan = command.find_subcommand("scan").context("no such command")?;
    let known: Vec<&str> =
        scan.get_arguments().chain(command.get_arguments()).filter_map(clap::Arg::get_long).collect();
    let mut all = Vec::new();
    for (key, value) in values {
        if !known.contains(&key.as_str()) {
            bail!("`{key}` is no option of `plimsoll scan`");
        }
        let flag = format!("--{key}");
        let words = match value {
            Value::Flag(false) => continue,
            Value::Flag(true) => vec![flag.into()],
            Value::Number(number) => vec![format!("{flag}={number}").into()],
            Value::Text(text) => vec![format!("{flag}={text}").into()],
            Value::List(list) => list.iter().map(|item| format!("{flag}={item}").into()).collect(),
        };
        all.push((key, words));
    }
    Ok(all)
}

/// Puts in the file's options behind the command's name, but those that the command line or the
/// environment gives.
fn merge(given: Vec<OsString>, from_file: Vec<(String, Vec<OsString>)>) -> Vec<OsString> {
    let is_given = |key: &str| {
        let (flag, with_value) = (format!("--{key}"), format!("--{key}="));
        let variable = format!("PLIMSOLL_{}", key.replace('-', "_").to_uppercase());
        let on_line = given.iter().any(|word| {
            let word = word.to_string_lossy();
            *word == flag || word.starts_with(&with_value)
        });
        on_line || std::env::var_os(variable).is_some()
    };
    let extra: Vec<OsString> =
        from_file.into_iter().filter(|(key, _)| !is_given(key)).flat_map(|(_, words)| words).collect();
    let mut merged = given;
    let at = 2.min(merged.len());
    merged.splice(at..at, extra);
    merged
}

/// Whether the program's own arguments are well-formed; asserted by a test.
#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[test]
    fn the_table_of_options_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_option_of_scan_can_stand_in_the_environment() {
        let command = Arguments::command();
        let scan = command.find_subcommand("scan").unwrap();
        for option in scan.get_arguments().filter_map(|argument| Some((argument.get_long()?, argument))) {
            let (name, argument) = option;
            if !["help", "version"].contains(&name) {
                let variable = format!("PLIMSOLL_{}", name.replace('-', "_").to_uppercase());
                assert_eq!(argument.get_env().and_then(|env| env.to_str()), Some(variable.as_str()), "--{name}");
            }
        }
    }

    #[test]
    fn help_names_every_format() {
        let command = Arguments::command();
        let scan = command.find_subcommand("scan").unwrap();
        let format = scan.get_arguments().find(|argument| argument.get_long() == Some("format")).unwrap();
        let help = format.get_help().unwrap().to_string();
        assert!(plimsoll_report::FORMATS.iter().all(|format| help.contains(format.name)), "{help}");
    }

    #[test]
    fn options_of_the_file_stand_in_front_of_the_command_line() {
        let from_file = options("fail-on: critical\nignore-unfixed: true\nexclude: [a/**, b]\n").unwrap();
        let merged = merge(["plimsoll", "scan", "x.tar", "--fail-on", "low"].map(OsString::from).to_vec(), from_file);
        assert_eq!(
            merged,
            ["plimsoll", "scan", "--exclude=a/**", "--exclude=b", "--ignore-unfixed", "x.tar", "--fail-on", "low"]
        );
        assert!(Arguments::try_parse_from(merged).is_ok());
    }

    #[test]
    fn an_unknown_key_is_an_error() {
        assert!(options("fail_on: critical").is_err());
        assert!(options("- a\n- b").is_err());
    }
}
