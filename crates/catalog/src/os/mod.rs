//! Packages of operating systems, and which system it is.

pub mod apk;
pub mod archives;
pub mod bottlerocket;
pub mod brew;
pub mod chisel;
pub mod dpkg;
pub mod identity;
pub mod kernel;
pub mod nix;
pub mod pacman;
pub mod portage;
pub mod rpm;
pub mod snap;
pub mod unread;
