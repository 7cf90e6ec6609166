//! The parts of endoflife.date's documents that are read, of both versions of its interface.

use plimsoll_model::Timestamp;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Document {
    /// `api/v1/products/full`.
    All { result: Vec<Product> },
    /// `api/v1/products/NAME`.
    One { result: Product },
    /// `api/NAME.json`.
    Releases(Vec<Release>),
}

#[derive(Deserialize)]
pub(super) struct Product {
    pub name: String,
    #[serde(default)]
    pub releases: Vec<Release>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Release {
    pub name: Option<String>,
    pub cycle: Option<String>,
    pub release_date: Option<String>,
    pub eol: Option<Moment>,
    pub eol_from: Option<Moment>,
    pub is_eol: Option<bool>,
    pub extended_support: Option<Moment>,
    pub eoes_from: Option<Moment>,
    pub is_eoes: Option<bool>,
    pub latest_release_date: Option<String>,
}

impl Release {
    pub fn latest_date(&self) -> Option<Timestamp> {
        self.latest_release_date.as_deref().and_then(Timestamp::parse)
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Moment {
    Whether(bool),
    Day(String),
}
