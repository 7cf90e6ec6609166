//! A database in a registry: pulled from there, and pushed.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, Write};
use std::path::Path;
use std::sync::OnceLock;

use plimsoll_model::{Digest, Reference};
use plimsoll_transport::Client;
use sha2::{Digest as _, Sha256};

use super::artifact::{Artifact, Descriptor, EMPTY, MANIFEST_TYPE};
use super::carrier::{Arrival, Carrier, Parcel};
use super::export::{pack_all, pack_shard, packers};
use super::patch::from_before;
use super::{TravelError, Wanted};
use crate::manifest::MAX_MANIFEST_BYTES;
use crate::{DbError, Manifest, ShardRow, SignedManifest};

/// Takes a database from a registry.
#[derive(Debug)]
pub struct RegistryCarrier {
    client: Client,
    reference: Reference,
    /// With the digest of its manifest.
    artifact: OnceLock<(Artifact, Digest)>,
}

impl RegistryCarrier {
    /// The artifact of this reference.
    #[must_use]
    pub fn new(client: Client, reference: Reference) -> Self {
        Self { client, reference, artifact: OnceLock::new() }
    }

    fn no_database(&self, why: impl Into<String>) -> TravelError {
        TravelError::NoDatabase { place: self.name(), why: why.into() }
    }

    /// The artifact, asked for once, so that all that is pulled is of one push.
    fn artifact(&self) -> Result<&(Artifact, Digest), TravelError> {
        if let Some(known) = self.artifact.get() {
            return Ok(known);
        }
        let answer = self.client.manifest(&self.reference, &[MANIFEST_TYPE])?;
        let artifact = Artifact::read(&answer.bytes).map_err(|why| self.no_database(why))?;
        Ok(self.artifact.get_or_init(|| (artifact, answer.digest)))
    }
}

impl Carrier for RegistryCarrier {
    fn name(&self) -> String {
        self.reference.to_string()
    }

    fn manifest(&self, mark: Option<&str>) -> Result<Arrival, TravelError> {
        let (artifact, digest) = self.artifact()?;
        let now = digest.to_string();
        if mark == Some(now.as_str()) {
            return Ok(Arrival::Unchanged);
        }
        let signed = artifact.signed_manifest().ok_or_else(|| self.no_database("its first layer is no manifest"))?;
        let json = self.client.blob_bytes(&self.reference, &signed.digest, signed.size, MAX_MANIFEST_BYTES)?;
        Ok(Arrival::Manifest { json, mark: Some(now) })
    }

    fn shard(&self, row: &ShardRow) -> Result<Parcel, TravelError> {
        let (artifact, _) = self.artifact()?;
        let packed = artifact.packed_shard(row);
        let packed = packed.ok_or_else(|| TravelError::shard(&row.name, "it has not been pushed to the registry"))?;
        let bytes = self.client.blob(&self.reference, &packed.digest, packed.size)?;
        Ok(Parcel { bytes: Box::new(bytes), packed: true })
    }

    fn delta(&self, row: &ShardRow, old: &Digest) -> Result<Option<Parcel>, TravelError> {
        let (artifact, _) = self.artifact()?;
        let Some(delta) = artifact.delta(row, old) else { return Ok(None) };
        let bytes = self.client.blob(&self.reference, &delta.digest, delta.size)?;
        Ok(Some(Parcel { bytes: Box::new(bytes), packed: false }))
    }
}

/// What was pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// The artifact's digest.
    pub digest: Digest,
    /// Shards in it.
    pub shards: usize,
    /// Bytes of them, packed.
    pub packed_bytes: u64,
    /// Bytes that the registry did not have yet, the manifests not counted.
    pub sent_bytes: u64,
}

/// Pushes a database to a registry, under the reference's tag. What the artifact of that tag has
/// already is neither packed nor sent again.
///
/// # Errors
/// When a shard is missing, or the registry does not take it.
pub fn push(database: &Path, client: &Client, to: &Reference) -> Result<Pushed, TravelError> {
    let signed = SignedManifest::read(database)?;
    let rows = Wanted::Everything.rows(signed.manifest())?;
    if let Some(row) = rows.iter().find(|row| !row.is_in(database)) {
        return Err(DbError::Missing { shard: row.name.clone(), file: row.file.clone() }.into());
    }
    // No artifact yet, or one of something else: then all is new.
    let published = RegistryCarrier::new(client.clone(), to.clone());
    let before = Before::of(&published);
    send(client, to, &Descriptor::empty(), EMPTY)?;
    let mut layers = vec![Descriptor::signed(signed.json())];
    send(client, to, &layers[0], signed.json())?;
    let (mut packed_bytes, mut sent_bytes) = (0, 0);
    for some in rows.chunks(packers()) {
        for parts in pack_all(some, |row| push_shard(database, client, to, before.as_ref(), row))? {
            packed_bytes += parts.first().map_or(0, |(shard, _)| shard.size);
            sent_bytes += parts.iter().filter(|(_, sent)| *sent).map(|(part, _)| part.size).sum::<u64>();
            layers.extend(parts.into_iter().map(|(part, _)| part));
        }
    }
    let json = serde_json::to_vec_pretty(&Artifact::new(signed.manifest(), layers)).map_err(DbError::encode)?;
    let digest = client.push_manifest(to, MANIFEST_TYPE, &json)?;
    Ok(Pushed { digest, shards: rows.len(), packed_bytes, sent_bytes })
}

/// What the tag names before a push.
struct Before<'a> {
    carrier: &'a RegistryCarrier,
    artifact: &'a Artifact,
    manifest: Option<Manifest>,
}

impl<'a> Before<'a> {
    fn of(carrier: &'a RegistryCarrier) -> Option<Self> {
        let (artifact, _) = carrier.artifact().ok()?;
        let manifest = match carrier.manifest(None) {
            Ok(Arrival::Manifest { json, .. }) => Manifest::from_json(&json).ok(),
            _ => None,
        };
        Some(Self { carrier, artifact, manifest })
    }
}

/// Pushes one shard, and the delta to it where there is one: their blobs, and which of them were sent.
fn push_shard(
    database: &Path,
    client: &Client,
    to: &Reference,
    before: Option<&Before<'_>>,
    row: &ShardRow,
) -> Result<Vec<(Descriptor, bool)>, TravelError> {
    if let Some(known) = before.and_then(|before| before.artifact.packed_shard(row))
        && client.has_blob(to, &known.digest)?
    {
        return Ok(vec![(Descriptor::shard(row, known.digest, known.size), false)]);
    }
    let unreadable = |error: io::Error| TravelError::shard(&row.name, error);
    let mut packed = Hashed { out: tempfile::tempfile().map_err(unreadable)?, hash: Sha256::new(), length: 0 };
    pack_shard(database, row, &mut packed).map_err(unreadable)?;
    let Hashed { out, hash, length } = packed;
    let digest = Digest::Sha256(hash.finalize().into());
    let open = || {
        let mut file = out.try_clone()?;
        file.rewind()?;
        Ok(Box::new(file) as Box<dyn Read + Send>)
    };
    let sent = client.push_blob(to, &digest, length, &open)?;
    let mut parts = vec![(Descriptor::shard(row, digest, length), sent)];
    let manifest = before.and_then(|before| Some((before.carrier, before.manifest.as_ref()?)));
    if let Some((old, bytes)) = manifest.and_then(|(carrier, before)| from_before(database, row, before, carrier)) {
        let delta = Descriptor::delta(row, &old, &bytes);
        let sent = send(client, to, &delta, &bytes)?;
        parts.push((delta, sent));
    }
    Ok(parts)
}

fn send(client: &Client, to: &Reference, blob: &Descriptor, bytes: &[u8]) -> Result<bool, TravelError> {
    let open = || Ok(Box::new(Cursor::new(bytes.to_vec())) as Box<dyn Read + Send>);
    Ok(client.push_blob(to, &blob.digest, blob.size, &open)?)
}

/// Hashes and counts what is written to a file.
struct Hashed {
    out: File,
    hash: Sha256,
    length: u64,
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
