//! What is remembered between scans: facts of layers, merged inventories, chains of base images.

use plimsoll_facts::{FORM, Inspect, LayerFacts, Section, SectionFacts, fingerprint};
use plimsoll_model::{Digest, Inventory};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::store::Store;

/// Bytes that the cache may take unless told otherwise.
pub const DEFAULT_CAP_BYTES: u64 = 2 << 30;

/// The cache. Facts are kept only under digests that were computed over the bytes.
#[derive(Debug, Clone)]
pub struct Cache {
    store: Store,
}

/// The name under which a merged inventory is kept: the ordered digests of its layers, the
/// inspectors' fingerprints, and what the user left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InventoryKey(String);

impl InventoryKey {
    pub(crate) fn new(chain: &[Digest], rows: &[&'static dyn Inspect], excludes: &[String]) -> Self {
        let prints = Section::INSPECTED.map(|section| fingerprint(rows, section));
        Self(hash(&format!("{FORM} {chain:?} {prints:?} {excludes:?}")))
    }
}

/// An image that was scanned, which may be the base of others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BaseImage {
    /// Its name when it was scanned first.
    pub(crate) name: String,
    /// The verified digests of its layers, lowest first.
    pub(crate) chain: Vec<Digest>,
}

impl Cache {
    /// A cache in this store.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// What is known of a layer: its entries and those sections that today's inspectors would
    /// fill the same way.
    pub(crate) fn layer(&self, digest: &Digest, rows: &[&'static dyn Inspect]) -> Option<LayerFacts> {
        let mut facts = LayerFacts::decode_entries(&self.store.get(&entries_key(digest))?).ok()?;
        for section in Section::INSPECTED {
            let print = fingerprint(rows, section);
            let bytes = self.store.get(&section_key(digest, section, print));
            facts.sections.extend(bytes.and_then(|bytes| SectionFacts::decode(&bytes).ok()));
        }
        Some(facts)
    }

    /// Keeps the facts of a layer whose digest was computed. A cache that cannot be written is no
    /// reason to fail.
    pub(crate) fn keep_layer(&self, digest: &Digest, facts: &LayerFacts) {
        let _ = self.store.put(&entries_key(digest), &facts.encode_entries());
        for section in &facts.sections {
            let _ = self.store.put(&section_key(digest, section.section, section.fingerprint), &section.encode());
        }
    }

    pub(crate) fn inventory(&self, key: &InventoryKey) -> Option<Inventory> {
        postcard::from_bytes(&self.store.get(&inventory_path(key))?).ok()
    }

    pub(crate) fn keep_inventory(&self, key: &InventoryKey, inventory: &Inventory) {
        if let Ok(bytes) = postcard::to_stdvec(inventory) {
            let _ = self.store.put(&inventory_path(key), &bytes);
        }
    }

    /// The longest known image whose layers are the lowest ones of this chain, but not all.
    pub(crate) fn base_of(&self, chain: &[Digest]) -> Option<BaseImage> {
        (1..chain.len()).rev().find_map(|length| self.base(&base_key(&hash(&format!("{:?}", &chain[..length])))))
    }

    /// The known image of this manifest or index. An index leads to the platform that was scanned first.
    pub(crate) fn base_of_manifest(&self, manifest: &Digest) -> Option<BaseImage> {
        self.base(&base_key(&manifest.hex()))
    }

    /// Remembers an image as a base of images to come, by its chain, its manifest and the index that led
    /// to it. The first name stays.
    pub(crate) fn keep_base(&self, chain: &[Digest], manifests: &[Option<Digest>], name: &str) {
        if chain.is_empty() {
            return;
        }
        let image = BaseImage { name: name.chars().take(500).collect(), chain: chain.to_vec() };
        let by_manifest = manifests.iter().flatten().map(Digest::hex);
        for key in std::iter::once(hash(&format!("{chain:?}"))).chain(by_manifest).map(|name| base_key(&name)) {
            if self.store.get(&key).is_none()
                && let Ok(bytes) = postcard::to_stdvec(&image)
            {
                let _ = self.store.put(&key, &bytes);
            }
        }
    }

    fn base(&self, key: &str) -> Option<BaseImage> {
        postcard::from_bytes(&self.store.get(key)?).ok()
    }
}

/// Keys are made from what strangers wrote, so their hash must withstand collisions.
fn hash(text: &str) -> String {
    Digest::Sha256(Sha256::digest(text.as_bytes()).into()).hex()
}

fn entries_key(digest: &Digest) -> String {
    let hex = digest.hex();
    format!("facts/{}/{hex}.entries-{FORM}", &hex[..2])
}

fn section_key(digest: &Digest, section: Section, fingerprint: u64) -> String {
    let hex = digest.hex();
    format!("facts/{}/{hex}.{}-{fingerprint:016x}", &hex[..2], section.name())
}

fn inventory_path(key: &InventoryKey) -> String {
    format!("inventories/{}/{}", &key.0[..2], key.0)
}

fn base_key(name: &str) -> String {
    format!("bases/{}/{name}", &name[..2])
}
