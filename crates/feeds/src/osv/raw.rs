//! OSV records as they are written: any version of the schema, every field optional but the id.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

#[derive(Deserialize)]
pub(super) struct Record<'a> {
    pub id: String,
    #[serde(default, deserialize_with = "list")]
    pub aliases: Vec<String>,
    #[serde(default, deserialize_with = "list")]
    pub upstream: Vec<String>,
    #[serde(default, deserialize_with = "list")]
    pub related: Vec<String>,
    pub summary: Option<String>,
    pub details: Option<String>,
    pub published: Option<String>,
    pub modified: Option<String>,
    pub withdrawn: Option<String>,
    #[serde(default, deserialize_with = "list")]
    pub severity: Vec<Severity>,
    #[serde(default, deserialize_with = "list")]
    pub references: Vec<Reference>,
    #[serde(default, borrow, deserialize_with = "list")]
    pub affected: Vec<Affected<'a>>,
    #[serde(borrow)]
    pub database_specific: Option<&'a RawValue>,
}

#[derive(Deserialize)]
pub(super) struct Severity {
    #[serde(rename = "type")]
    pub kind: Option<String>,
    #[serde(default)]
    pub score: serde_json::Value,
}

#[derive(Deserialize)]
pub(super) struct Reference {
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub url: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Affected<'a> {
    pub package: Option<Package>,
    #[serde(default, deserialize_with = "list")]
    pub severity: Vec<Severity>,
    #[serde(default, deserialize_with = "list")]
    pub ranges: Vec<Range>,
    #[serde(default, deserialize_with = "list")]
    pub versions: Vec<String>,
    #[serde(borrow)]
    pub ecosystem_specific: Option<&'a RawValue>,
    #[serde(borrow)]
    pub database_specific: Option<&'a RawValue>,
}

#[derive(Deserialize)]
pub(super) struct Package {
    pub ecosystem: String,
    pub name: String,
    pub purl: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Range {
    #[serde(rename = "type")]
    pub kind: Option<String>,
    #[serde(default, deserialize_with = "list")]
    pub events: Vec<Event>,
}

#[derive(Deserialize)]
pub(super) struct Event {
    pub introduced: Option<String>,
    pub fixed: Option<String>,
    pub last_affected: Option<String>,
    pub limit: Option<String>,
}

/// `database_specific` of a record or row, as far as it is read. Its shape is each database's own.
#[derive(Deserialize, Default)]
pub(super) struct DatabaseSpecific {
    #[serde(default)]
    pub severity: serde_json::Value,
    #[serde(default)]
    pub cvss: serde_json::Value,
    #[serde(default)]
    pub cvss_score: serde_json::Value,
    #[serde(default)]
    pub cvss_type: serde_json::Value,
    #[serde(default)]
    pub informational: serde_json::Value,
    /// GitHub's word for what it is: `reviewed`, `malware`.
    #[serde(default, rename = "type")]
    pub kind: serde_json::Value,
    #[serde(default)]
    pub cwe_ids: serde_json::Value,
}

impl DatabaseSpecific {
    /// Reads it; what has another shape says nothing that is understood here.
    pub fn read(json: Option<&RawValue>) -> Self {
        json.and_then(|json| serde_json::from_str(json.get()).ok()).unwrap_or_default()
    }
}

/// A list that may also be written as `null`.
pub(super) fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    Option::<Vec<T>>::deserialize(from).map(Option::unwrap_or_default)
}
