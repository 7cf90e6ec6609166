//! Decompress, hash, tar, archives inside archives, one budget: bytes to inspectors.
