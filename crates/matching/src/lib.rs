//! Packages and candidate advisories to findings. Pure.
