//! When a request is made again: pauses that grow, or as long as the host asks for.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use crate::TransportError;

/// How often a request is made, and how long to pause between.
#[derive(Debug, Clone, Copy)]
pub struct Retry {
    /// Requests in all, for what a busy or broken host answers.
    pub attempts: u32,
    /// Requests in all where there was no connection: a name that is wrong stays wrong.
    pub connection_attempts: u32,
    /// The first pause; each further one is twice as long.
    pub first_pause: Duration,
    /// The longest pause; a host that asks for a longer one is not asked again.
    pub longest_pause: Duration,
    /// The longest sum of all pauses of one request.
    pub all_pauses: Duration,
    /// How to pause. Tests put in a function that only takes note.
    pub sleep: fn(Duration),
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            attempts: 5,
            connection_attempts: 3,
            first_pause: Duration::from_millis(300),
            longest_pause: Duration::from_secs(60),
            all_pauses: Duration::from_secs(150),
            sleep: std::thread::sleep,
        }
    }
}

impl Retry {
    /// Runs `once` until it succeeds, fails for good, or patience ends; then its last error.
    pub(crate) fn run<T>(&self, mut once: impl FnMut() -> Result<T, TransportError>) -> Result<T, TransportError> {
        let mut paused = Duration::ZERO;
        let mut attempt = 1;
        loop {
            let error = match once() {
                Ok(done) => return Ok(done),
                Err(error) => error,
            };
            let Some(pause) = self.pause_after(&error, attempt) else { return Err(error) };
            paused += pause;
            if paused > self.all_pauses {
                return Err(error);
            }
            tracing::debug!(%error, attempt, pause_ms = pause.as_millis() as u64, "asking again");
            (self.sleep)(pause);
            attempt += 1;
        }
    }

    /// The pause before the next attempt; `None` where there should be none.
    fn pause_after(&self, error: &TransportError, attempt: u32) -> Option<Duration> {
        let attempts = match error {
            TransportError::Unreachable { .. } => self.connection_attempts,
            TransportError::Busy { .. } | TransportError::Broken { .. } => self.attempts,
            _ => return None,
        };
        if attempt >= attempts {
            return None;
        }
        match error {
            TransportError::Busy { wait: Some(wait), .. } => (*wait <= self.longest_pause).then_some(*wait),
            _ => Some(self.pause(attempt)),
        }
    }

    /// The pause after the given attempt, counted from 1: between half and all of what doubling
    /// gives, so that many clients that failed together do not come back together.
    pub(crate) fn pause(&self, attempt: u32) -> Duration {
        let doubled = self.first_pause.saturating_mul(1 << attempt.saturating_sub(1).min(16));
        let full = doubled.min(self.longest_pause);
        // Every `RandomState` has keys of its own: chance enough for this.
        let chance = RandomState::new().hash_one(attempt) % 1024;
        full / 2 + (full / 2048).saturating_mul(chance as u32)
    }
}
