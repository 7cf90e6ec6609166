//! Catalogers on real and hostile files, through the inspector trait and the merge.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "tests panic where they fail and say what they skip"
)]

mod binary_classifiers;
mod binary_go;
mod binary_go_symbols;
mod binary_program;
mod binary_rust;
mod golden;
mod hostile;
mod image;
mod java_made;
mod lang_java;
mod lang_node;
mod lang_others;
mod lang_python;
mod lang_younger;
mod locks;
mod models;
mod names;
mod os_apk;
mod os_archives;
mod os_dpkg;
mod os_identity;
mod os_kernel;
mod os_nix;
mod os_others;
mod os_pacman;
mod os_portage;
mod os_rpm;
mod reading;
mod rpm_made;
mod sboms;
mod table;
