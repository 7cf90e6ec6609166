//! SUSE's products, which are told apart by their names.

use super::publisher::{Place, Publisher};
use crate::suse;

/// SUSE's documents: packages are binary ones, with their sources here and there beside them.
pub(super) static SUSE: Publisher = Publisher {
    word: "suse",
    place: |product| {
        let suse::Product { shard, channel } = suse::product(&product.name)?;
        Some(Place::new(shard, channel.map(str::to_owned)))
    },
    names_binaries: true,
};
