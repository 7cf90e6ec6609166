//! Catalogers on real and hostile files, through the inspector trait and the merge.

mod lang_go;
mod lang_node;
mod lang_python;
mod lang_reading;
mod table;
