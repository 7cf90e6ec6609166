//! The client against servers of this machine: ones that the tests bring, and Debian's registry.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "tests panic where they fail and say what they skip"
)]

mod certificates;
mod fetching;
mod hostile;
mod login_files;
mod logins;
mod mirrors;
mod patience;
mod proxies;
mod pushing;
mod real_push;
mod real_registry;
mod redirects;
mod registries;
mod resuming;
mod server;
mod support;
