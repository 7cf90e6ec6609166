//! Where plimsoll keeps its things on this machine.

use std::path::PathBuf;

use etcetera::{BaseStrategy, choose_base_strategy};

/// The cache of facts: `$XDG_CACHE_HOME/plimsoll`. `None` where no home is known.
pub fn default_cache() -> Option<PathBuf> {
    choose_base_strategy().ok().map(|base| base.cache_dir().join("plimsoll"))
}

/// The advisory database: `$XDG_DATA_HOME/plimsoll/db`. `None` where no home is known.
pub fn default_database() -> Option<PathBuf> {
    choose_base_strategy().ok().map(|base| base.data_dir().join("plimsoll").join("db"))
}

/// What is pulled from one published database: a folder of `$XDG_DATA_HOME/plimsoll/pulled`.
pub fn pulled_database(name: &str) -> Option<PathBuf> {
    choose_base_strategy().ok().map(|base| base.data_dir().join("plimsoll").join("pulled").join(name))
}
