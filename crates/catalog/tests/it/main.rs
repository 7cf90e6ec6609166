//! Catalogers on real and hostile files, through the inspector trait and the merge.

mod table;
