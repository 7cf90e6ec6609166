//! A moment in whole seconds since 1970-01-01T00:00:00Z.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Seconds since the Unix epoch, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Reads RFC 3339 (`2026-08-21T00:00:00Z`, with any offset or fraction) or a bare date.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(at) = text.parse::<jiff::Timestamp>() {
            return Some(Self(at.as_second()));
        }
        let date: jiff::civil::Date = text.parse().ok()?;
        Some(Self(date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second()))
    }

    /// `2026-08-21`.
    #[must_use]
    pub fn date(self) -> String {
        let mut text = self.to_string();
        text.truncate(text.find('T').unwrap_or(text.len()));
        text
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_second(self.0) {
            Ok(at) => write!(out, "{at}"),
            Err(_) => write!(out, "{}s", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_read_and_print() {
        let at = Timestamp::parse("2026-08-21T02:00:00.5+02:00").unwrap();
        assert_eq!(at.to_string(), "2026-08-21T00:00:00Z");
        assert_eq!(Timestamp::parse("2026-08-21"), Some(at));
        assert_eq!(at.date(), "2026-08-21");
        assert_eq!(Timestamp::parse("yesterday"), None);
    }
}
