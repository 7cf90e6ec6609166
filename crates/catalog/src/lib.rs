//! Files to packages: operating systems, languages, binaries; the table CATALOGERS.
