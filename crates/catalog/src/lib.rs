//! Files to packages: operating systems, languages, binaries; the table CATALOGERS.
//!
//! Each row reads one kind of evidence. A new one is one file in `os/`, `lang/`, `binary/` or
//! `sbom/` and one row in [`CATALOGERS`].

pub mod binary;
mod compressed;
mod erlang_terms;
mod graph;
mod head;
mod installed;
mod json;
pub mod lang;
mod lines;
mod listing;
mod maven_project;
mod model_names;
mod opam_file;
pub mod os;
mod packed;
mod paragraphs;
mod php_serialized;
mod positions;
mod relations;
mod requirements;
pub mod sbom;
mod sqlite;
mod table;
mod toml_tables;
mod yaml_lines;

pub use table::{CATALOGERS, Cataloger, Tried, rows};
