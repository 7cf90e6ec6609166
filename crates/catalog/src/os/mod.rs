//! Packages of operating systems, and which system it is.

pub mod apk;
pub mod dpkg;
pub mod identity;
pub mod pacman;
pub mod rpm;
