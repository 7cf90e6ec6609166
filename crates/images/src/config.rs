//! An image's configuration: platform, diff-ids, and the history that names instructions.

use plimsoll_model::{Digest, Platform, Timestamp};
use serde::Deserialize;

use crate::json::{self, Capped};
use crate::manifest::MAX_LAYERS;
use crate::{ImageError, clean, manifest};

/// Longest configuration.
pub(crate) const MAX_CONFIG: u64 = 16 << 20;
/// Most rows of a history.
const MAX_STEPS: usize = 16_384;

/// What is used of a configuration.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) platform: Option<Platform>,
    pub(crate) created: Option<Timestamp>,
    pub(crate) diff_ids: Vec<Digest>,
    instructions: Vec<Option<String>>,
    /// From before configurations had diff-ids.
    pub(crate) is_legacy: bool,
}

#[derive(Deserialize)]
struct Raw {
    #[serde(default, deserialize_with = "json::or_default")]
    os: String,
    #[serde(default, deserialize_with = "json::or_default")]
    architecture: String,
    variant: Option<String>,
    created: Option<String>,
    rootfs: Option<RootFs>,
    history: Option<Capped<Step, MAX_STEPS>>,
}

#[derive(Deserialize)]
struct RootFs {
    diff_ids: Option<Capped<Digest, MAX_LAYERS>>,
}

#[derive(Deserialize)]
struct Step {
    created_by: Option<String>,
    comment: Option<String>,
    empty_layer: Option<bool>,
}

impl Config {
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, ImageError> {
        let raw: Raw = json::parse(bytes, "the configuration")?;
        let steps = raw.history.unwrap_or_default().0;
        let layers = steps.iter().filter(|step| step.empty_layer != Some(true));
        Ok(Self {
            platform: manifest::platform(&raw.os, &raw.architecture, raw.variant.as_deref()),
            created: raw.created.as_deref().and_then(Timestamp::parse),
            diff_ids: raw.rootfs.and_then(|rootfs| rootfs.diff_ids).unwrap_or_default().0,
            instructions: layers.map(Step::instruction).collect(),
            is_legacy: false,
        })
    }

    /// What the oldest archives say instead.
    pub(crate) fn legacy(
        platform: Option<Platform>,
        created: Option<Timestamp>,
        instructions: Vec<Option<String>>,
    ) -> Self {
        Self { platform, created, diff_ids: Vec::new(), instructions, is_legacy: true }
    }

    /// The instruction of each layer, and whether the history goes with the layers at all. Where
    /// their counts differ nobody can tell which row is whose, so none is given.
    pub(crate) fn instructions(&self, layers: usize) -> (Vec<Option<String>>, bool) {
        match self.instructions.len() {
            count if count == layers => (self.instructions.clone(), true),
            count => (vec![None; layers], count == 0),
        }
    }

    /// How many rows of the history made a layer.
    pub(crate) fn history_rows(&self) -> usize {
        self.instructions.len()
    }
}

impl Step {
    fn instruction(&self) -> Option<String> {
        let written = |text: &Option<String>| text.as_deref().and_then(clean::instruction);
        written(&self.created_by).or_else(|| written(&self.comment))
    }
}
