//! Where the layers are in an OCI archive or a docker-archive.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::PathBuf;

use anyhow::{Context, ensure};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::walk::{BLOCK, Header};

/// A document longer than this is no manifest.
const DOCUMENT_BYTES: u64 = 4 << 20;

/// An archive and its layers, the largest first.
pub struct Archive {
    pub path: PathBuf,
    pub layers: Vec<Layer>,
}

/// Bytes of the archive, and the digests they must have.
pub struct Layer {
    pub place: Place,
    /// Of the blob; a docker-archive names none.
    pub digest: Option<String>,
    pub diff_id: String,
}

#[derive(Clone, Copy)]
pub struct Place {
    pub start: u64,
    pub size: u64,
}

#[derive(Deserialize)]
struct Index {
    manifests: Vec<Descriptor>,
}

#[derive(Deserialize)]
struct Manifest {
    config: Descriptor,
    layers: Vec<Descriptor>,
}

#[derive(Deserialize)]
struct Descriptor {
    digest: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DockerImage {
    config: String,
    layers: Vec<String>,
}

#[derive(Deserialize)]
struct Config {
    rootfs: RootFs,
}

#[derive(Deserialize)]
struct RootFs {
    diff_ids: Vec<String>,
}

impl Archive {
    pub fn open(path: PathBuf) -> anyhow::Result<Self> {
        let mut members = Members::read(File::open(&path).with_context(|| path.display().to_string())?)?;
        let mut layers =
            if members.places.contains_key("index.json") { oci(&mut members)? } else { docker(&mut members)? };
        layers.sort_by_key(|layer| std::cmp::Reverse(layer.place.size));
        Ok(Self { path, layers })
    }
}

fn oci(members: &mut Members) -> anyhow::Result<Vec<Layer>> {
    let index: Index = members.document("index.json")?;
    let manifest = index.manifests.first().context("the index is empty")?;
    let manifest: Manifest = members.document(&blob(&manifest.digest))?;
    let config: Config = members.document(&blob(&manifest.config.digest))?;
    ensure!(manifest.layers.len() == config.rootfs.diff_ids.len(), "manifest and configuration differ in layers");
    let layers = manifest.layers.into_iter().zip(config.rootfs.diff_ids);
    layers
        .map(|(layer, diff_id)| {
            Ok(Layer { place: members.place(&blob(&layer.digest))?, digest: Some(layer.digest), diff_id })
        })
        .collect()
}

fn docker(members: &mut Members) -> anyhow::Result<Vec<Layer>> {
    let images: Vec<DockerImage> = members.document("manifest.json")?;
    let image = images.into_iter().next().context("manifest.json names no image")?;
    let config: Config = members.document(&image.config)?;
    let layers = image.layers.iter().zip(config.rootfs.diff_ids);
    layers.map(|(path, diff_id)| Ok(Layer { place: members.place(path)?, digest: None, diff_id })).collect()
}

fn blob(digest: &str) -> String {
    format!("blobs/{}", digest.replace(':', "/"))
}

/// The files of the archive by name.
struct Members {
    file: BufReader<File>,
    places: HashMap<String, Place>,
}

impl Members {
    fn read(file: File) -> anyhow::Result<Self> {
        let mut members = Self { file: BufReader::new(file), places: HashMap::new() };
        let mut block = [0; BLOCK];
        let mut start = 0;
        while members.file.read_exact(&mut block).is_ok() {
            let Some(header) = Header::read(&block)? else { break };
            start += BLOCK as u64;
            members.places.insert(header.name(), Place { start, size: header.size });
            start += header.padded_size();
            members.file.seek(SeekFrom::Start(start))?;
        }
        Ok(members)
    }

    fn place(&self, name: &str) -> anyhow::Result<Place> {
        self.places.get(name).copied().with_context(|| format!("{name} is not in the archive"))
    }

    fn document<T: DeserializeOwned>(&mut self, name: &str) -> anyhow::Result<T> {
        let place = self.place(name)?;
        ensure!(place.size <= DOCUMENT_BYTES, "{name} is too long");
        self.file.seek(SeekFrom::Start(place.start))?;
        serde_json::from_reader(self.file.by_ref().take(place.size)).with_context(|| name.to_owned())
    }
}
