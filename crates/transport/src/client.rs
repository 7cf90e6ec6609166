//! The client: options, connections, and what it has learnt about hosts.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::ClientOptions;
use crate::connect::Connections;
use crate::login::Logins;
use crate::registry::Registries;

/// The one HTTP client. Cheap to make and to clone; clones share connections and logins. May be
/// used from many threads at once, but not from within asynchronous code.
#[derive(Clone)]
pub struct Client {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) options: ClientOptions,
    pub(crate) connections: Connections,
    pub(crate) registries: Registries,
    pub(crate) logins: Logins,
}

impl Client {
    /// A client that connects once it is asked for something.
    #[must_use]
    pub fn new(options: ClientOptions) -> Self {
        let inner = Inner {
            options,
            connections: Connections::default(),
            registries: Registries::default(),
            logins: Logins::default(),
        };
        Self { inner: Arc::new(inner) }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Client").field("options", &self.inner.options).finish_non_exhaustive()
    }
}

/// Locks what the client has learnt. A thread that panicked leaves nothing half done there.
pub(crate) fn hold<T>(learnt: &Mutex<T>) -> MutexGuard<'_, T> {
    learnt.lock().unwrap_or_else(PoisonError::into_inner)
}
