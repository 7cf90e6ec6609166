//! Lists of packages that whoever built an image left in it.

pub mod bitnami;
