//! Sources: registries, archives, folders.
