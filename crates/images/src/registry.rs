//! Images in registries.

use std::fmt;
use std::io::Read;
use std::sync::Arc;

use plimsoll_model::{Digest, Reference};
use plimsoll_transport::Client;

use crate::assemble::{self, Origin};
use crate::blob::Bytes;
use crate::blobs::Blobs;
use crate::config::MAX_CONFIG;
use crate::files::Located;
use crate::manifest::Descriptor;
use crate::select::{self, Twins};
use crate::{Image, ImageError, OpenOptions, media, verify};

/// What a registry may answer with. Schema 1 is not asked for, but recognised.
const ACCEPT: &[&str] = &[media::OCI_INDEX, media::OCI_MANIFEST, media::DOCKER_LIST, media::DOCKER_MANIFEST];

/// Opens an image: its manifest and configuration are fetched and verified, its layers not yet.
pub(crate) fn open(reference: &Reference, options: &OpenOptions) -> Result<Image, ImageError> {
    let client = Client::new(options.registry.clone());
    let answer = client.manifest(reference, ACCEPT)?;
    let root = Descriptor::of_answer(answer.media_type, answer.digest, answer.bytes.len() as u64);
    let repository = Arc::new(Repository { client, reference: reference.clone() });
    let blobs = RemoteBlobs { repository, first: (answer.digest, answer.bytes) };
    let mut gaps = Vec::new();
    let chosen = select::choose(&blobs, vec![root], options.platform.as_ref(), Twins::First, &mut gaps)?;
    let tags = reference.tag.iter().cloned().collect();
    let origin = Origin { name: reference.familiar(), source: "registry", tags };
    assemble::of_manifest(&blobs, chosen, origin, gaps)
}

/// A repository of a registry.
struct Repository {
    client: Client,
    reference: Reference,
}

/// A blob that is fetched when it is opened.
#[derive(Clone)]
pub(crate) struct RemoteBlob {
    repository: Arc<Repository>,
    digest: Digest,
    size_bytes: u64,
}

impl RemoteBlob {
    pub(crate) fn open(&self) -> Result<Box<dyn Read + Send>, ImageError> {
        let Repository { client, reference } = &*self.repository;
        Ok(Box::new(client.blob(reference, &self.digest, self.size_bytes)?))
    }
}

impl fmt::Debug for RemoteBlob {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} of {}", self.digest, self.repository.reference)
    }
}

struct RemoteBlobs {
    repository: Arc<Repository>,
    /// What the reference led to.
    first: (Digest, Vec<u8>),
}

impl Blobs for RemoteBlobs {
    fn manifest(&self, wanted: &Descriptor) -> Result<Vec<u8>, ImageError> {
        if wanted.digest == self.first.0 {
            return Ok(self.first.1.clone());
        }
        let Repository { client, reference } = &*self.repository;
        let reference = Reference { digest: Some(wanted.digest), ..reference.clone() };
        let bytes = client.manifest(&reference, ACCEPT)?.bytes;
        verify::size(&wanted.digest, wanted.size, bytes.len() as u64)?;
        Ok(bytes)
    }

    fn config(&self, wanted: &Descriptor) -> Result<Vec<u8>, ImageError> {
        let Repository { client, reference } = &*self.repository;
        Ok(client.blob_bytes(reference, &wanted.digest, wanted.size, MAX_CONFIG)?)
    }

    fn layer(&self, wanted: &Descriptor) -> Result<Option<Located>, ImageError> {
        let Descriptor { digest, size: size_bytes, .. } = *wanted;
        let bytes = Bytes::Remote(RemoteBlob { repository: Arc::clone(&self.repository), digest, size_bytes });
        Ok(Some(Located { member: digest.to_string(), size_bytes, bytes }))
    }

    fn holds(&self, _: &Digest) -> Result<bool, ImageError> {
        Ok(true)
    }

    fn is_local(&self) -> bool {
        false
    }
}
