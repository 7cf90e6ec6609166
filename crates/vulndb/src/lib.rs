//! The shard file: build, open, look up, verify.
