//! Packages inside compiled programs.
