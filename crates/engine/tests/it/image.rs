//! Small OCI archives, and scans of them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use plimsoll_engine::{AdvisorySource, Cache, Progress, ScanError, ScanOptions, Scanner, SourceOptions, Store, Supply};
use plimsoll_images::SourceSpec;
use plimsoll_matching::MatchOptions;
use plimsoll_model::{Digest, ScanReport};
use plimsoll_policy::Gate;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// A layer as an uncompressed tar.
pub fn layer(files: &[(&str, &str)]) -> Vec<u8> {
    tar(&files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect::<Vec<_>>())
}

/// A layer with one installed Node package.
pub fn node(name: &str, version: &str) -> Vec<u8> {
    layer(&[(
        &format!("app/node_modules/{name}/package.json"),
        &format!(r#"{{"name":"{name}","version":"{version}"}}"#),
    )])
}

/// An image under construction.
#[derive(Default)]
pub struct Image {
    pub layers: Vec<Vec<u8>>,
    pub annotations: Value,
    /// The image that it was built from, by an attestation beside it.
    pub built_from: Option<Digest>,
    /// What the manifest says in place of the layers' true digests.
    pub lie: Option<(usize, Digest)>,
}

impl Image {
    pub fn of(layers: &[&[u8]]) -> Self {
        Self { layers: layers.iter().map(|layer| layer.to_vec()).collect(), ..Self::default() }
    }

    /// Writes the archive; returns its path and the manifest's digest.
    pub fn write(&self, folder: &Path, name: &str) -> (PathBuf, Digest) {
        let diff_ids: Vec<String> = self.layers.iter().map(|layer| digest(layer).to_string()).collect();
        let config = bytes(&json!({
            "architecture": "amd64", "os": "linux",
            "rootfs": { "type": "layers", "diff_ids": diff_ids },
            "history": self.layers.iter().enumerate().map(|(at, _)| json!({ "created_by": format!("RUN step {at}") })).collect::<Vec<_>>(),
        }));
        let mut rows: Vec<Value> =
            self.layers.iter().map(|layer| descriptor("application/vnd.oci.image.layer.v1.tar", layer)).collect();
        if let Some((at, claimed)) = &self.lie {
            rows[*at]["digest"] = json!(claimed.to_string());
        }
        let manifest = bytes(&json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": descriptor("application/vnd.oci.image.config.v1+json", &config),
            "layers": rows,
            "annotations": if self.annotations.is_null() { json!({}) } else { self.annotations.clone() },
        }));
        let mut entries = vec![descriptor("application/vnd.oci.image.manifest.v1+json", &manifest)];
        let attestation = self.built_from.map(|base| attestation(&digest(&manifest), &base));
        entries.extend(attestation.iter().map(|(entry, _)| entry.clone()));
        let index = bytes(&json!({ "schemaVersion": 2, "manifests": entries }));
        let mut files = vec![
            ("oci-layout".to_owned(), bytes(&json!({ "imageLayoutVersion": "1.0.0" }))),
            ("index.json".to_owned(), index),
        ];
        for (at, layer) in self.layers.iter().enumerate() {
            let name = self.lie.filter(|(liar, _)| *liar == at).map_or_else(|| digest(layer), |(_, claimed)| claimed);
            files.push((format!("blobs/sha256/{}", name.hex()), layer.clone()));
        }
        for blob in [&config, &manifest].into_iter().chain(attestation.iter().flat_map(|(_, blobs)| blobs)) {
            files.push((format!("blobs/sha256/{}", digest(blob).hex()), blob.clone()));
        }
        let path = folder.join(name);
        std::fs::write(&path, tar(&files)).unwrap();
        (path, digest(&manifest))
    }
}

/// An attestation manifest as BuildKit writes it: its entry in the index, and its blobs.
fn attestation(about: &Digest, base: &Digest) -> (Value, Vec<Vec<u8>>) {
    let statement = bytes(&json!({
        "_type": "https://in-toto.io/Statement/v0.1",
        "predicateType": "https://slsa.dev/provenance/v0.2",
        "predicate": { "materials": [
            { "uri": "https://example.org/source.git", "digest": { "sha1": "00" } },
            { "uri": "pkg:docker/base@1?platform=linux%2Famd64", "digest": { "sha256": base.hex() } },
        ] },
    }));
    let config = bytes(&json!({}));
    let mut layer = descriptor("application/vnd.in-toto+json", &statement);
    layer["annotations"] = json!({ "in-toto.io/predicate-type": "https://slsa.dev/provenance/v0.2" });
    let manifest = bytes(&json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": descriptor("application/vnd.oci.image.config.v1+json", &config),
        "layers": [layer],
    }));
    let mut entry = descriptor("application/vnd.oci.image.manifest.v1+json", &manifest);
    entry["platform"] = json!({ "os": "unknown", "architecture": "unknown" });
    entry["annotations"] = json!({
        "vnd.docker.reference.type": "attestation-manifest",
        "vnd.docker.reference.digest": about.to_string(),
    });
    (entry, vec![statement, config, manifest])
}

pub fn digest(bytes: &[u8]) -> Digest {
    Digest::Sha256(Sha256::digest(bytes).into())
}

fn bytes(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

fn descriptor(media_type: &str, bytes: &[u8]) -> Value {
    json!({ "mediaType": media_type, "digest": digest(bytes).to_string(), "size": bytes.len() })
}

fn tar(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (path, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, path, bytes.as_slice()).unwrap();
    }
    archive.into_inner().unwrap()
}

/// Options for an archive, all else by default.
pub fn options(path: &Path) -> ScanOptions {
    let name = Some(path.file_stem().unwrap().to_string_lossy().into_owned());
    ScanOptions {
        source: SourceOptions { name, ..SourceOptions::new(archive(path)) },
        matching: MatchOptions::default(),
        licenses: None,
        gate: Gate::default(),
        severities: None,
    }
}

pub fn archive(path: &Path) -> SourceSpec {
    SourceSpec::OciArchive { path: path.to_path_buf(), tag: None }
}

/// A scan with the starter advisories and a cache in `folder`.
pub fn scan(folder: &Path, options: &ScanOptions) -> Result<ScanReport, ScanError> {
    let advisories = AdvisorySource::starter().unwrap();
    let cache = Some(Cache::new(Store::new(folder.join("cache"))));
    Scanner { advisories: Supply::Ready(&advisories), cache, progress: Arc::new(Progress::default()) }.scan(options)
}
