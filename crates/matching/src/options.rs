//! What is matched.

use plimsoll_model::Timestamp;

/// Which packages are matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchOptions {
    /// Packages of the operating system.
    pub os_packages: bool,
    /// Packages of language ecosystems.
    pub language_packages: bool,
    /// Kernels and their headers too, which no container runs.
    pub kernel_headers: bool,
    /// Packages that are only declared (lock files) count like present ones: the source is a folder.
    pub include_declared: bool,
    /// The time of the scan, for what has an end; `None` tells of no end.
    pub now: Option<Timestamp>,
}

impl Default for MatchOptions {
    fn default() -> Self {
        Self { os_packages: true, language_packages: true, kernel_headers: false, include_declared: false, now: None }
    }
}
