//! One file per version scheme, one exhaustive compare; could not tell is an error value.
