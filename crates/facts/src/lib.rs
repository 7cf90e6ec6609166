//! What an inspector is, what a layer yields, and the pure file-first merge with its history.
