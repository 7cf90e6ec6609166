//! An organisation's own advisories: OSV records that add to what the feeds say, or correct it.
//!
//! What a record does stands in its `database_specific`, with the reason that is shown wherever it
//! silences a feed: `{"plimsoll": {"action": "dismiss", "reason": "the parser is not built in"}}`.

use plimsoll_model::{Advisory, ShardName, Status};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::target::Target;
use super::{convert, raw};
use crate::text;

/// The channel of rows that take the place of the feeds', as [`plimsoll_model::Scope::channel`].
pub const CHANNEL: &str = "overlay";

/// What a record does to what the feeds say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It stands beside them: one more advisory.
    #[default]
    Add,
    /// Its ranges take the place of theirs, for the vulnerabilities and packages that it names.
    Replace,
    /// The versions that it names, or all, are not affected.
    Dismiss,
}

/// A record of an overlay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverlayRecord {
    /// What it says. Of one that replaces or dismisses, the title is the reason.
    pub advisory: Advisory,
    /// What is wrong with a row that had to be left out.
    pub left_out: Option<String>,
}

#[derive(Deserialize, Default)]
struct Specific {
    #[serde(default)]
    plimsoll: Option<Wish>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Wish {
    #[serde(default)]
    action: Action,
    #[serde(default)]
    reason: String,
}

/// Reads a record. `source` becomes [`Advisory::source`]; `shard_of` is asked for ecosystems that OSV
/// has no name for (`amzn:2023`).
///
/// # Errors
/// What is wrong with it, as the end of a sentence.
pub fn overlay_record(
    source: &str,
    json: &[u8],
    shard_of: &dyn Fn(&str) -> Option<ShardName>,
) -> Result<OverlayRecord, String> {
    let raw: raw::Record<'_> = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    let wish = wish(raw.database_specific)?;
    let reason = text::one_line(&wish.reason, text::TITLE_BYTES);
    if wish.action != Action::Add && reason.is_empty() {
        return Err("it silences what feeds say and gives no reason (database_specific.plimsoll.reason)".into());
    }
    let target = Target::overlay(source, wish.action == Action::Dismiss, shard_of);
    let mut converted = convert::advisory(target, &raw)?;
    if converted.foreign_rows > 0 {
        converted.broken_row.get_or_insert_with(|| unknown(&raw, &target));
    }
    let mut advisory = converted.advisory;
    if advisory.affected.is_empty() {
        return Err(converted.broken_row.unwrap_or_else(|| "it names no package".into()));
    }
    if wish.action != Action::Add {
        advisory.title = reason;
        for row in &mut advisory.affected {
            row.scope.channel = Some(CHANNEL.to_owned());
            if wish.action == Action::Dismiss {
                row.status = Status::NotAffected;
            }
        }
    }
    Ok(OverlayRecord { advisory, left_out: converted.broken_row })
}

fn wish(specific: Option<&RawValue>) -> Result<Wish, String> {
    let Some(specific) = specific else { return Ok(Wish::default()) };
    let specific: Specific =
        serde_json::from_str(specific.get()).map_err(|error| format!("database_specific.plimsoll: {error}"))?;
    Ok(specific.plimsoll.unwrap_or_default())
}

fn unknown(raw: &raw::Record<'_>, target: &Target<'_>) -> String {
    let mut names = raw.affected.iter().filter_map(|row| row.package.as_ref()).map(|package| &package.ecosystem);
    match names.find(|name| target.ecosystem(name).is_none()) {
        Some(name) => format!("no shard answers for the ecosystem {:?}", text::one_line(name, 100)),
        None => "an affected entry names no package".into(),
    }
}
