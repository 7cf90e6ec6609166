//! Why a package was installed, as the managers above rpm note it: DNF 4's history, DNF 5's state, Zypper's
//! list. What cannot be read of them leaves it unknown.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use plimsoll_facts::{Sink, Unreadable};
use serde::Deserialize;

use crate::installed::{asked, brought, capped};
use crate::json::complaint;
use crate::lines::LineParser;
use crate::sqlite::{Database, Value};

/// DNF 4: `var/lib/dnf/history.sqlite`.
pub(super) const DNF4: &str = "var/lib/dnf/history.sqlite";
/// DNF 5: `packages.toml` of its state.
pub(super) const DNF5: &str = "usr/lib/sysimage/libdnf5/packages.toml";
/// Zypper.
pub(super) const ZYPPER: &str = "var/lib/zypp/AutoInstalled";

/// Names of one list.
const MAX_NAMES: usize = 200_000;

/// The reasons of DNF 4 by their numbers.
const DEPENDENCY: i64 = 1;
const USER: i64 = 2;
const WEAK_DEPENDENCY: i64 = 4;
const GROUP: i64 = 5;

/// Reads DNF 4's history: of several transactions with one package the last counts.
pub(super) fn history(bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
    let database = Database::open(bytes)?;
    let mut names: HashMap<i64, Vec<u8>> = HashMap::new();
    database.rows("rpm", |_, columns| {
        if let [item, Value::Bytes(name), ..] = columns
            && let Some(item) = item.as_number()
            && names.len() < MAX_NAMES
        {
            names.insert(item, capped(name).to_vec());
        }
    })?;
    let mut reasons: HashMap<&[u8], i64> = HashMap::new();
    database.rows("trans_item", |_, columns| {
        let [_, _, item, _, _, reason, ..] = columns else { return };
        if let (Some(item), Some(reason)) = (item.as_number(), reason.as_number())
            && let Some(name) = names.get(&item)
        {
            reasons.insert(name, reason);
        }
    })?;
    let by =
        |wanted: [i64; 2]| reasons.iter().filter(move |(_, reason)| wanted.contains(reason)).map(|(name, _)| *name);
    give(by([USER, GROUP]).collect(), by([DEPENDENCY, WEAK_DEPENDENCY]).collect(), out);
    Ok(())
}

#[derive(Deserialize)]
struct State {
    #[serde(default)]
    packages: BTreeMap<String, Reason>,
}

#[derive(Deserialize)]
struct Reason {
    reason: String,
}

/// Reads DNF 5's state: `"NAME.ARCHITECTURE" = { reason = "User" }`.
pub(super) fn state(bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
    let text = std::str::from_utf8(bytes).map_err(|error| complaint(&error))?;
    let state: State = toml::from_str(text).map_err(|error| complaint(&error.message()))?;
    let by = |wanted: [&'static str; 3]| {
        let found = state.packages.iter().filter(move |(_, why)| wanted.contains(&why.reason.as_str()));
        found.map(|(name, _)| name.rsplit_once('.').map_or(name.as_str(), |(name, _)| name).as_bytes())
    };
    let users = by(["User", "External User", "Group"]).take(MAX_NAMES).collect();
    give(users, by(["Dependency", "Weak Dependency", "Clean"]).take(MAX_NAMES).collect(), out);
    Ok(())
}

/// In a fixed order, so that the facts of one file are always the same.
fn give(users: BTreeSet<&[u8]>, others: BTreeSet<&[u8]>, out: &mut Sink) {
    asked(users, out);
    brought(others, out);
}

/// Zypper's list: what it brought along, a name a line.
#[derive(Default)]
pub(super) struct AutoInstalled {
    names: Vec<Vec<u8>>,
}

impl LineParser for AutoInstalled {
    fn line(&mut self, _: u32, line: &[u8], _: &mut Sink) {
        let name = line.trim_ascii();
        if !name.is_empty() && !name.starts_with(b"#") && self.names.len() < MAX_NAMES {
            self.names.push(capped(name).to_vec());
        }
    }

    fn end(&mut self, _: bool, out: &mut Sink) {
        brought(self.names.iter().map(Vec::as_slice), out);
    }
}
