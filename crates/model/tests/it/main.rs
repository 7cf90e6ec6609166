//! The nouns, tried on many drawn values.

mod purl;
