//! The budget of memory for files that are held whole, all layers together.
//!
//! Waiting cannot deadlock. A thread that holds nothing waits in line for its lease; one that
//! holds an archive and needs room for a member of it is never made to wait for memory, since that
//! might be held by another in the same place. It gets the room beyond the total, but only one
//! thread at a time does: the others wait for it to finish, and it waits for nobody. So no more
//! than the total is held, and what one file holds inside its archive.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// A semaphore of bytes.
#[derive(Debug)]
pub struct Budget {
    total: usize,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    free: usize,
    /// Those who wait are served in their order, so that a large lease is not overtaken for ever.
    next_ticket: u64,
    serving: u64,
    /// Whether somebody holds a lease inside a lease.
    nested: bool,
}

/// Bytes that may be held until this is dropped.
#[derive(Debug)]
pub struct Lease {
    budget: Arc<Budget>,
    bytes: usize,
    nested: bool,
}

impl Budget {
    /// A budget of this many bytes.
    #[must_use]
    pub fn new(bytes: usize) -> Arc<Self> {
        let state = State { free: bytes, next_ticket: 0, serving: 0, nested: false };
        Arc::new(Self { total: bytes, state: Mutex::new(state), changed: Condvar::new() })
    }

    /// All bytes.
    #[must_use]
    pub fn total(&self) -> usize {
        self.total
    }

    /// Waits for this many bytes; `None` if there will never be as many. The calling thread must
    /// hold no other lease.
    #[must_use]
    pub fn lease(self: &Arc<Self>, bytes: usize) -> Option<Lease> {
        if bytes > self.total {
            return None;
        }
        let mut state = self.lock();
        let ticket = state.next_ticket;
        state.next_ticket += 1;
        while state.serving != ticket || state.free < bytes {
            state = self.wait(state);
        }
        state.serving += 1;
        state.free -= bytes;
        self.changed.notify_all();
        Some(Lease { budget: Arc::clone(self), bytes, nested: false })
    }

    /// As [`Self::lease`], for a thread that holds one lease from it already, and none from this.
    #[must_use]
    pub fn lease_inside(self: &Arc<Self>, bytes: usize) -> Option<Lease> {
        if bytes > self.total {
            return None;
        }
        let mut state = self.lock();
        while state.nested {
            state = self.wait(state);
        }
        state.nested = true;
        Some(Lease { budget: Arc::clone(self), bytes, nested: true })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut state = self.budget.lock();
        if self.nested {
            state.nested = false;
        } else {
            state.free += self.bytes;
        }
        self.budget.changed.notify_all();
    }
}
