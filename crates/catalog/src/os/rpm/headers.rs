//! What the records of a database held, until it is known which of them count.

use std::collections::HashSet;

use plimsoll_facts::{Limit, Sink, Stream, Unreadable};
use plimsoll_model::{Gap, GapKind, Position};

use super::header::{self, Record};
use crate::installed::Installed;
use crate::relations::Relations;

/// One form of the database, as its bytes pass.
pub(super) trait Database: Send {
    /// The next bytes of the file.
    fn bytes(&mut self, bytes: &[u8], headers: &mut Headers) -> Result<(), Unreadable>;
    /// The file has ended: says what was missing, and drops what are only remnants.
    fn end(&mut self, headers: &mut Headers) -> Result<(), Unreadable>;
}

/// The most bytes of one record, and of all records of a database that are unfinished at a time.
pub(super) const MAX_PENDING_BYTES: usize = 32 << 20;

/// Records of one database.
const MAX_RECORDS: usize = 200_000;
/// Hashes of owned files that wait; further packages own none.
const MAX_FILES: usize = 1_000_000;
/// Names of capabilities that wait; further packages need and offer none.
const MAX_NAMES: usize = 2_000_000;

/// The records read so far.
#[derive(Default)]
pub(super) struct Headers {
    /// By the page (or whatever the database calls it) that decides whether they count.
    found: Vec<(u32, Result<Record, Unreadable>)>,
    files: usize,
    names: usize,
    broken: u64,
    why: Option<Unreadable>,
}

impl Headers {
    /// A record that begins at this byte of the file, or on the page that does.
    pub(super) fn add(&mut self, key: u32, at: u64, blob: &[u8]) -> Result<(), Unreadable> {
        match header::read(blob) {
            Ok(Some(mut record)) => {
                record.package.position = Some(Position::Offset(at));
                self.put(key, Ok(record))
            }
            Ok(None) => Ok(()),
            Err(why) => self.put(key, Err(why)),
        }
    }

    /// A record that could not be read.
    pub(super) fn add_broken(&mut self, key: u32, why: Unreadable) -> Result<(), Unreadable> {
        self.put(key, Err(why))
    }

    /// Something of the database that could not be read, whatever it held.
    pub(super) fn broken(&mut self, why: Unreadable) {
        self.broken += 1;
        self.why.get_or_insert(why);
    }

    /// Drops the records of other keys.
    pub(super) fn retain(&mut self, live: &HashSet<u32>) {
        self.found.retain(|(key, _)| live.contains(key));
    }

    fn put(&mut self, key: u32, mut record: Result<Record, Unreadable>) -> Result<(), Unreadable> {
        if self.found.len() >= MAX_RECORDS {
            return Err(Unreadable::OverLimit(Limit::Count));
        }
        if let Ok(Record { files, relations, .. }) = &mut record {
            self.files += files.len();
            if self.files > MAX_FILES {
                self.files -= files.len();
                *files = Vec::new();
            }
            self.names += relations.len();
            if self.names > MAX_NAMES {
                self.names -= relations.len();
                *relations = Relations::default();
            }
        }
        self.found.push((key, record));
        Ok(())
    }

    fn give(&mut self, out: &mut Sink) {
        let mut installed = Installed::default();
        let found = std::mem::take(&mut self.found);
        let records = found.iter().filter_map(|(_, record)| record.as_ref().ok());
        let needed: HashSet<u64> = records.flat_map(|record| record.relations.needed()).collect();
        for (_, record) in found {
            match record {
                Ok(Record { package, mut relations, files }) => {
                    relations.offer_only(&needed);
                    files.iter().filter(|file| needed.contains(file)).for_each(|file| relations.offer_hash(*file));
                    let name = package.name.clone();
                    installed.package(package, relations, out);
                    installed.owner(&name, files, out);
                }
                Err(why) => self.broken(why),
            }
        }
        installed.finish(out);
        if let Some(why) = self.why.take() {
            let detail = match self.broken {
                1 => format!("one of its records could not be read: {why}"),
                count => format!("{count} of its records could not be read; the first: {why}"),
            };
            out.gap(Gap::new(GapKind::DatabaseUnreadable, out.subject(), detail));
        }
    }
}

/// Feeds a database and hands on what it held. What was read before an error stays.
pub(super) struct Reading<D> {
    database: D,
    headers: Headers,
    failed: Option<Unreadable>,
}

impl<D: Database> Reading<D> {
    pub(super) fn new(database: D) -> Self {
        Self { database, headers: Headers::default(), failed: None }
    }
}

impl<D: Database> Stream for Reading<D> {
    fn window(&mut self, _: u64, bytes: &[u8], new_from: usize, _: &mut Sink) -> Result<(), Unreadable> {
        if self.failed.is_none() {
            let new = bytes.get(new_from..).unwrap_or_default();
            self.failed = self.database.bytes(new, &mut self.headers).err();
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Sink) -> Result<(), Unreadable> {
        let ended = self.database.end(&mut self.headers);
        self.headers.give(out);
        if let Some(why) = self.failed.take().or(ended.err()) {
            out.unreadable_as(GapKind::DatabaseUnreadable, &why);
        }
        Ok(())
    }
}
