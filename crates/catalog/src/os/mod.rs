//! Packages of operating systems, and which system it is.
