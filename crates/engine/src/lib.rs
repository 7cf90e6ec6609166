//! The Scanner: the only glue. The layer pass, the caches, the scan.
