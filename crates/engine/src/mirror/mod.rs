//! The feeds' files as they were fetched, kept between updates.
//!
//! An update asks each host only for what changed, goes on where the last one broke off, and puts a
//! new file in the old one's place only once it was read to its end. So a host that answers with
//! half a file, with a web page, or with a feed that has lost most of its records costs nothing but
//! a sentence in the status.

mod state;
mod sync;

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use plimsoll_feeds::Feed;
use plimsoll_model::Timestamp;
use plimsoll_transport::Client;

use self::state::State;
use crate::Wanted;

const LOCK_FILE: &str = ".lock";

/// A folder of the feeds' files, laid out as `plimsoll_feeds::FEEDS` says. One update at a time holds
/// it; others wait.
#[derive(Debug)]
pub struct Mirror {
    root: PathBuf,
    state: State,
    /// Held as long as the mirror is; `None` where the file system has no locks.
    _lock: Option<File>,
}

/// How an update fetches.
#[derive(Debug)]
pub struct Fetching<'a> {
    /// The client.
    pub client: &'a Client,
    /// The base address of a mirror that is asked in the place of the feeds' own hosts, without a
    /// slash at the end.
    pub base: Option<String>,
    /// Take a file even if it is older than the one there is, or has lost more than half of its
    /// records.
    pub accept_less: bool,
    /// The time, for the status.
    pub now: Option<Timestamp>,
}

/// What is being done, for whoever watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'s> {
    /// A file is asked for.
    Asking {
        /// Its place in the mirror.
        path: &'s str,
    },
    /// Bytes of it came.
    Received {
        /// So many are there.
        bytes: u64,
        /// So many it has, where the host says so.
        of: Option<u64>,
    },
    /// It is read, to see whether it is whole.
    Checking {
        /// Its place in the mirror.
        path: &'s str,
    },
}

/// What became of one feed's files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Synced {
    /// Files that came and were taken.
    pub new: u64,
    /// Files that are as they were.
    pub unchanged: u64,
    /// Bytes that came.
    pub received_bytes: u64,
    /// Files that were not taken, with the reason; what was there before stays.
    pub failures: Vec<(String, String)>,
}

impl Mirror {
    /// Opens a mirror, or begins one.
    ///
    /// # Errors
    /// When the folder cannot be made or written. A damaged note of what was fetched is no error:
    /// everything is then fetched again.
    pub fn open(root: &Path) -> io::Result<Self> {
        fs::create_dir_all(root)?;
        let lock = OpenOptions::new().write(true).create(true).truncate(false).open(root.join(LOCK_FILE))?;
        let is_locked = lock.lock().is_ok();
        Ok(Self { root: root.to_path_buf(), state: State::read(root), _lock: is_locked.then_some(lock) })
    }

    /// The folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Brings one feed up to date. What goes wrong stands in the result and stops no other feed.
    pub fn sync(
        &mut self,
        feed: &Feed,
        wanted: Wanted<'_>,
        fetching: &Fetching<'_>,
        watch: &mut dyn FnMut(Step<'_>),
    ) -> Synced {
        sync::feed(self, feed, wanted.downloads(feed), fetching, watch)
    }

    /// When a file was last known to be what its host has; `None` where it never came.
    #[must_use]
    pub fn checked(&self, mirror_path: &str) -> Option<Timestamp> {
        self.state.files.get(mirror_path).and_then(|known| known.checked)
    }
}
