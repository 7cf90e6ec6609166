//! Extended headers: records `LENGTH KEY=VALUE\n`.

use std::ops::Range;

/// Most runs of a sparse file that are read.
pub(super) const MAX_RUNS: usize = 100_000;

/// What the extended headers before an entry say. Values are kept as places in the records.
#[derive(Default)]
pub(super) struct Pax {
    bytes: Vec<u8>,
    path: Option<Range<usize>>,
    link: Option<Range<usize>>,
    size: Option<u64>,
    uid: Option<u64>,
    gid: Option<u64>,
    capabilities: bool,
    pub(super) sparse: PaxSparse,
}

/// The records of GNU's three ways to keep a sparse file in an extended header.
#[derive(Default)]
pub(super) struct PaxSparse {
    name: Option<Range<usize>>,
    /// 1.0: the map stands before the data.
    pub(super) map_in_data: bool,
    pub(super) real_size: Option<u64>,
    /// 0.0 and 0.1: offsets and lengths in turn.
    pub(super) map: Vec<u64>,
}

impl Pax {
    pub(super) fn clear(&mut self) {
        if !self.bytes.is_empty() {
            *self = Self { bytes: std::mem::take(&mut self.bytes), ..Self::default() };
            self.bytes.clear();
        }
    }

    pub(super) fn path(&self) -> Option<&[u8]> {
        self.path.clone().map(|range| &self.bytes[range])
    }

    pub(super) fn link(&self) -> Option<&[u8]> {
        self.link.clone().map(|range| &self.bytes[range])
    }

    pub(super) fn sparse_name(&self) -> Option<&[u8]> {
        self.sparse.name.clone().map(|range| &self.bytes[range])
    }

    pub(super) fn size(&self) -> Option<u64> {
        self.size
    }

    pub(super) fn uid(&self) -> Option<u64> {
        self.uid
    }

    pub(super) fn gid(&self) -> Option<u64> {
        self.gid
    }

    pub(super) fn capabilities(&self) -> bool {
        self.capabilities
    }

    /// Reads one extended header; it takes the place of one before.
    pub(super) fn parse(&mut self, records: &[u8]) -> Result<(), &'static str> {
        self.clear();
        self.bytes.extend_from_slice(records);
        let mut offset = 0;
        while let Some(record) = next_record(&records[offset..])? {
            let place = |range: Range<usize>| offset + range.start..offset + range.end;
            self.take(&records[offset..], &record, place(record.value.clone()))?;
            offset += record.length;
        }
        Ok(())
    }

    fn take(&mut self, bytes: &[u8], record: &Record, place: Range<usize>) -> Result<(), &'static str> {
        let value = &bytes[record.value.clone()];
        // An empty value takes the record back, and so it stands as in the header.
        let text = (!value.is_empty()).then_some(place);
        let number = |bad: &'static str| if value.is_empty() { Ok(None) } else { decimal(value).map(Some).ok_or(bad) };
        match &bytes[record.key.clone()] {
            b"path" => self.path = text,
            b"linkpath" => self.link = text,
            b"size" => self.size = number("the size in an extended header is no number")?,
            b"uid" => self.uid = number("the user in an extended header is no number")?,
            b"gid" => self.gid = number("the group in an extended header is no number")?,
            b"SCHILY.xattr.security.capability" => self.capabilities = text.is_some(),
            b"GNU.sparse.name" => self.sparse.name = text,
            b"GNU.sparse.major" => self.sparse.map_in_data = value == b"1",
            b"GNU.sparse.realsize" | b"GNU.sparse.size" => {
                self.sparse.real_size = number("the size of a sparse file is no number")?;
            }
            b"GNU.sparse.map" => {
                self.sparse.map.clear();
                for part in value.split(|&byte| byte == b',').filter(|_| !value.is_empty()) {
                    self.sparse.push(decimal(part).ok_or("the map of a sparse file is malformed")?)?;
                }
            }
            b"GNU.sparse.offset" | b"GNU.sparse.numbytes" => {
                self.sparse.push(decimal(value).ok_or("the map of a sparse file is malformed")?)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether a global header holds what would change entries for readers that heed it.
    pub(super) fn overrules(records: &[u8]) -> bool {
        let mut rest = records;
        while let Ok(Some(record)) = next_record(rest) {
            let key = &rest[record.key.clone()];
            if matches!(key, b"path" | b"linkpath" | b"size") || key.starts_with(b"GNU.sparse.") {
                return true;
            }
            rest = &rest[record.length..];
        }
        false
    }
}

impl PaxSparse {
    fn push(&mut self, number: u64) -> Result<(), &'static str> {
        if self.map.len() >= 2 * MAX_RUNS {
            return Err("a sparse file has too many runs");
        }
        self.map.push(number);
        Ok(())
    }
}

struct Record {
    key: Range<usize>,
    value: Range<usize>,
    length: usize,
}

fn next_record(bytes: &[u8]) -> Result<Option<Record>, &'static str> {
    const MALFORMED: &str = "an extended header is malformed";
    // Some writers pad with NULs.
    if bytes.first().is_none_or(|&byte| byte == 0) {
        return Ok(None);
    }
    let space = memchr::memchr(b' ', &bytes[..bytes.len().min(20)]).ok_or(MALFORMED)?;
    let length = decimal(&bytes[..space]).and_then(|length| usize::try_from(length).ok()).ok_or(MALFORMED)?;
    let record = bytes.get(space + 1..length).ok_or(MALFORMED)?;
    let record = record.strip_suffix(b"\n").ok_or(MALFORMED)?;
    let equals = memchr::memchr(b'=', record).ok_or(MALFORMED)?;
    let begin = space + 1;
    Ok(Some(Record { key: begin..begin + equals, value: begin + equals + 1..begin + record.len(), length }))
}

/// A decimal number of at most 19 digits.
pub(super) fn decimal(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 19 {
        return None;
    }
    text.iter().try_fold(0, |value, &digit| {
        let digit = digit.checked_sub(b'0').filter(|digit| *digit < 10)?;
        Some(value * 10 + u64::from(digit))
    })
}
