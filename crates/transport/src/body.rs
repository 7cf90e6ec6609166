//! A body on its way: counted, capped, resumed where it breaks off.

use std::io::{self, ErrorKind, Read};
use std::time::{Duration, Instant};

use reqwest::blocking::Response;
use reqwest::header::CONTENT_RANGE;

use crate::error::{root_cause, tame};
use crate::{ClientOptions, Retry, TransportError};

/// Breaks of one body in all, however much came between them.
const MAX_RESUMES: u32 = 20;
const DISCARD_BYTES: usize = 16 << 10;

/// Asks again for the body from the given byte on.
pub(crate) type Reopen = Box<dyn FnMut(u64) -> Result<Piece, TransportError> + Send>;

/// A part of a body.
pub(crate) struct Piece {
    /// Which byte of the body comes first.
    pub(crate) starts_at: u64,
    /// The bytes.
    pub(crate) response: Response,
}

/// What a body is called, and how long it may be.
pub(crate) struct Terms {
    /// Host that was asked.
    pub(crate) host: String,
    /// What was asked for, in words.
    pub(crate) what: String,
    /// Its length, where that is known.
    pub(crate) exact_bytes: Option<u64>,
    /// The most it may have.
    pub(crate) cap_bytes: u64,
}

/// The bytes of a body. An error of `read` holds a [`TransportError`], and ends it.
pub(crate) struct Body {
    terms: Terms,
    retry: Retry,
    slow: Duration,
    reopen: Option<Reopen>,
    stream: Option<Response>,
    ended: bool,
    at: u64,
    waited: Duration,
    resumes: u32,
    /// Breaks since the last byte.
    idle_resumes: u32,
}

impl Body {
    /// The body of an answer. Without `reopen` a break is the end of it.
    pub(crate) fn new(terms: Terms, response: Response, options: &ClientOptions, reopen: Option<Reopen>) -> Self {
        Self {
            terms,
            retry: options.retry,
            slow: options.timeouts.slow_body,
            reopen,
            stream: Some(response),
            ended: false,
            at: 0,
            waited: Duration::ZERO,
            resumes: 0,
            idle_resumes: 0,
        }
    }

    /// All of it, in memory.
    pub(crate) fn into_bytes(mut self) -> Result<Vec<u8>, TransportError> {
        let mut bytes = Vec::new();
        let mut window = vec![0; DISCARD_BYTES];
        loop {
            match self.next(&mut window)? {
                0 => return Ok(bytes),
                length => bytes.extend_from_slice(&window[..length]),
            }
        }
    }

    fn next(&mut self, buffer: &mut [u8]) -> Result<usize, TransportError> {
        loop {
            if self.ended {
                return Ok(0);
            }
            let Some(stream) = &mut self.stream else { return Err(self.broken("it has failed before")) };
            // At the end one byte is still asked for, to see that none comes.
            let left = self.terms.exact_bytes.map_or(u64::MAX, |exact| exact.saturating_sub(self.at)).max(1);
            let room = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
            let begun = Instant::now();
            let got = stream.read(&mut buffer[..room]);
            self.waited += begun.elapsed();
            let complete = self.terms.exact_bytes.is_none_or(|exact| exact == self.at);
            match got {
                Ok(0) if complete => self.ended = true,
                Ok(0) => self.resume("it ends early")?,
                Ok(length) => return self.count(length).map(|()| length),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) if complete && self.terms.exact_bytes.is_some() => self.ended = true,
                Err(error) => self.resume(&tame(&root_cause(&error)))?,
            }
        }
    }

    fn count(&mut self, length: usize) -> Result<(), TransportError> {
        self.at = self.at.saturating_add(length as u64);
        self.idle_resumes = 0;
        let (host, what) = (self.terms.host.clone(), self.terms.what.clone());
        if let Some(exact) = self.terms.exact_bytes.filter(|exact| self.at > *exact) {
            return Err(TransportError::Mismatch { host, what, why: format!("it is longer than {exact} bytes") });
        }
        if self.at > self.terms.cap_bytes {
            return Err(TransportError::TooLarge { host, what, cap_bytes: self.terms.cap_bytes });
        }
        self.keep_pace()
    }

    /// A host that sends a byte now and then would keep a scan waiting for years.
    fn keep_pace(&self) -> Result<(), TransportError> {
        if self.waited > self.slow + Duration::from_secs(self.at >> 10) {
            return Err(self.broken("it comes too slowly"));
        }
        Ok(())
    }

    /// Goes on where the body broke off.
    fn resume(&mut self, why: &str) -> Result<(), TransportError> {
        self.stream = None;
        self.resumes += 1;
        self.idle_resumes += 1;
        let spent = self.resumes > MAX_RESUMES || self.idle_resumes >= self.retry.attempts;
        let Some(reopen) = self.reopen.as_mut().filter(|_| !spent) else { return Err(self.broken(why)) };
        tracing::debug!(what = self.terms.what, at = self.at, why, "resuming");
        let begun = Instant::now();
        (self.retry.sleep)(self.retry.pause(self.idle_resumes));
        let piece = reopen(self.at);
        self.waited += begun.elapsed();
        let mut piece = piece?;
        if piece.starts_at > self.at {
            return Err(self.broken("the host goes on at another place"));
        }
        let mut known = self.at - piece.starts_at;
        let mut window = [0; DISCARD_BYTES];
        while known > 0 {
            let room = usize::try_from(known).unwrap_or(usize::MAX).min(window.len());
            let begun = Instant::now();
            let got = piece.response.read(&mut window[..room]);
            self.waited += begun.elapsed();
            self.keep_pace()?;
            match got {
                Ok(length) if length > 0 => known -= length as u64,
                // The next read sees the same break and counts it.
                _ => break,
            }
        }
        if known == 0 {
            self.stream = Some(piece.response);
            return Ok(());
        }
        self.resume("it breaks off again")
    }

    fn broken(&self, why: &str) -> TransportError {
        let Terms { host, what, .. } = &self.terms;
        TransportError::Broken { host: host.clone(), what: what.clone(), at_bytes: self.at, why: why.into() }
    }
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        self.next(buffer).map_err(|error| {
            self.stream = None;
            io::Error::other(error)
        })
    }
}

/// Where a partial answer begins: `bytes 100-199/200` at 100.
pub(crate) fn range_start(response: &Response) -> Option<u64> {
    let text = response.headers().get(CONTENT_RANGE)?.to_str().ok()?;
    text.strip_prefix("bytes ")?.split_once('-')?.0.trim().parse().ok()
}
