//! The one HTTP client: OCI distribution, logins, the feeds' fetcher, retry and caps.
