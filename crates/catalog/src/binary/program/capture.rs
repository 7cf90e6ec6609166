//! Parts of a file that are kept while it passes.

/// Bytes of one file that are kept at most, all parts together.
pub(super) const MAX_KEPT_BYTES: usize = 2 << 20;
/// Parts of one file.
const MAX_PARTS: usize = 48;

/// What of a file is known: the part that is read from a place on.
pub(super) trait Seen {
    /// The known bytes from `at` on, up to the next that is not known; empty if that is `at` itself.
    fn rest(&self, at: u64) -> &[u8];

    /// `count` bytes at `at`, if all are known.
    fn get(&self, at: u64, count: usize) -> Option<&[u8]> {
        self.rest(at).get(..count)
    }

    /// The text at `at` up to the zero behind it, if it is one line of at most `max` bytes.
    fn text(&self, at: u64, max: usize) -> Option<String> {
        let bytes = self.rest(at);
        let end = memchr::memchr(0, &bytes[..bytes.len().min(max + 1)])?;
        let text = std::str::from_utf8(&bytes[..end]).ok()?;
        (!text.is_empty() && !text.contains(char::is_control)).then(|| text.to_owned())
    }
}

impl Seen for [u8] {
    fn rest(&self, at: u64) -> &[u8] {
        usize::try_from(at).ok().and_then(|at| self.get(at..)).unwrap_or_default()
    }
}

/// The parts of a file that somebody asked for, as far as they have passed.
#[derive(Debug, Default)]
pub(super) struct Captured {
    parts: Vec<Part>,
    wanted_bytes: usize,
}

#[derive(Debug)]
struct Part {
    at: u64,
    wanted: usize,
    bytes: Vec<u8>,
}

impl Captured {
    /// Asks for `count` bytes at `at`, of which none may have passed; less where the limit is near.
    pub(super) fn want(&mut self, at: u64, count: usize) {
        let wanted = count.min(MAX_KEPT_BYTES - self.wanted_bytes);
        if wanted > 0 && self.parts.len() < MAX_PARTS {
            self.wanted_bytes += wanted;
            self.parts.push(Part { at, wanted, bytes: Vec::new() });
        }
    }

    /// Asks for the first `count` bytes. What was asked of the beginning before is taken over.
    pub(super) fn want_first(&mut self, count: usize) {
        match self.parts.first_mut() {
            Some(first) => {
                let more = count.saturating_sub(first.wanted).min(MAX_KEPT_BYTES - self.wanted_bytes);
                first.wanted += more;
                self.wanted_bytes += more;
            }
            None => self.want(0, count),
        }
    }

    /// Whether all of the beginning that was asked for has passed.
    pub(super) fn has_first(&self) -> bool {
        self.parts.first().is_some_and(Part::is_whole)
    }

    /// Keeps what is wanted of bytes that begin at `at`.
    pub(super) fn pass(&mut self, at: u64, bytes: &[u8]) {
        for part in self.parts.iter_mut().filter(|part| !part.is_whole()) {
            let next = part.at + part.bytes.len() as u64;
            let Some(from) = next.checked_sub(at).and_then(|from| usize::try_from(from).ok()) else { continue };
            if let Some(rest) = bytes.get(from..) {
                let count = rest.len().min(part.wanted - part.bytes.len());
                part.bytes.extend_from_slice(&rest[..count]);
            }
        }
    }

    /// Bytes that are kept.
    #[cfg(test)]
    pub(super) fn kept_bytes(&self) -> usize {
        self.parts.iter().map(|part| part.bytes.capacity()).sum()
    }
}

impl Part {
    fn is_whole(&self) -> bool {
        self.bytes.len() >= self.wanted
    }
}

impl Seen for Captured {
    fn rest(&self, at: u64) -> &[u8] {
        let of_part = |part: &'_ Part| usize::try_from(at.checked_sub(part.at)?).ok();
        let known = self.parts.iter().filter_map(|part| part.bytes.get(of_part(part)?..));
        known.max_by_key(|bytes| bytes.len()).unwrap_or_default()
    }
}
