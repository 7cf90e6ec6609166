//! The whole program, run as users run it, on real images.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on should panic, and reads its own files"
)]

mod advisories;
mod bad_input;
mod built_images;
mod changes;
mod commands;
mod evidence;
mod image;
mod java_index;
mod layering;
mod many_at_once;
mod overlay;
mod program;
mod registry;
mod shared_images;
mod travel;
mod update;
