//! A published folder behind a web server.

use plimsoll_model::{Digest, read_capped};
use plimsoll_transport::{Client, Conditional, Fetched, TransportError};

use super::TravelError;
use super::carrier::{Arrival, Carrier, Parcel};
use super::packed::{PACKED, largest_frame};
use super::patch::delta_file;
use crate::manifest::MAX_MANIFEST_BYTES;
use crate::{MANIFEST_FILE, ShardRow};

/// Takes a database from the address of a folder that [`super::export_folder`] wrote.
#[derive(Debug)]
pub struct WebCarrier {
    client: Client,
    base: String,
}

impl WebCarrier {
    /// The folder at this address.
    #[must_use]
    pub fn new(client: Client, base: &str) -> Self {
        Self { client, base: base.trim_end_matches('/').to_owned() }
    }

    fn url(&self, file: &str) -> String {
        format!("{}/{file}", self.base)
    }
}

impl Carrier for WebCarrier {
    /// The address, without what it may hold of a login or a secret query.
    fn name(&self) -> String {
        let (scheme, rest) = self.base.split_once("://").unwrap_or(("https", &self.base));
        let place = rest.split(['?', '#']).next().unwrap_or_default();
        let (host, path) = place.split_once('/').unwrap_or((place, ""));
        let host = host.rsplit('@').next().unwrap_or_default();
        format!("{scheme}://{host}/{path}")
    }

    fn manifest(&self, mark: Option<&str>) -> Result<Arrival, TravelError> {
        let known = Conditional { etag: mark.map(str::to_owned), last_modified: None };
        match self.client.fetch(&self.url(MANIFEST_FILE), &known, MAX_MANIFEST_BYTES)? {
            Fetched::Unchanged => Ok(Arrival::Unchanged),
            Fetched::Body { reader, etag, .. } => {
                let no_database =
                    |why: std::io::Error| TravelError::NoDatabase { place: self.name(), why: why.to_string() };
                let json = read_capped(reader, MAX_MANIFEST_BYTES).map_err(no_database)?;
                Ok(Arrival::Manifest { json, mark: etag })
            }
        }
    }

    fn delta(&self, row: &ShardRow, old: &Digest) -> Result<Option<Parcel>, TravelError> {
        match self.client.fetch(&self.url(&delta_file(row, old)), &Conditional::default(), row.size_bytes) {
            Ok(Fetched::Body { reader, .. }) => Ok(Some(Parcel { bytes: reader, packed: false })),
            Ok(Fetched::Unchanged) | Err(TransportError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn shard(&self, row: &ShardRow) -> Result<Parcel, TravelError> {
        let url = self.url(&format!("{}{PACKED}", row.file));
        match self.client.fetch(&url, &Conditional::default(), largest_frame(row.size_bytes))? {
            Fetched::Body { reader, .. } => Ok(Parcel { bytes: reader, packed: true }),
            Fetched::Unchanged => Err(TravelError::shard(&row.name, "the host says that it is unchanged")),
        }
    }
}
