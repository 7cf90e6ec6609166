//! Packages of programming languages.
