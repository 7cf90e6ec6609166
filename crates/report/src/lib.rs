//! One file per output format; the table FORMATS.
