//! SUSE's products as ecosystems: their names, without the word that stands before the colon.

use plimsoll_model::ShardName;

use crate::suse::product;

/// `Linux Enterprise Module for Basesystem 15 SP5`.
pub(super) fn suse(suffix: &str) -> Option<ShardName> {
    product(&format!("SUSE {suffix}")).map(|product| product.shard)
}

/// `Leap 15.6`, `Tumbleweed`.
pub(super) fn opensuse(suffix: &str) -> Option<ShardName> {
    product(&format!("openSUSE {suffix}")).map(|product| product.shard)
}
