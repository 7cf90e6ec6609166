//! One folder per upstream: bytes to advisories; the table FEEDS.
