//! Images made for tests, and all the ways to store them.

use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use plimsoll_model::Digest;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

pub const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";
pub const OCI_CONFIG: &str = "application/vnd.oci.image.config.v1+json";
pub const OCI_LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

/// One member of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Member {
    File(Vec<u8>),
    Symlink(String),
    HardLink(String),
}

pub type Members = Vec<(String, Member)>;

/// An image: plain layers and what its configuration says.
#[derive(Debug, Clone)]
pub struct Sample {
    pub layers: Vec<Vec<u8>>,
    pub platform: (&'static str, &'static str),
    pub instructions: Vec<&'static str>,
}

impl Sample {
    /// Two layers, of which the second stands twice.
    pub fn app() -> Self {
        let again = tar(&[file("opt/app/index.js", b"require('lodash')\n".repeat(200))]);
        Self {
            layers: vec![tar(&[file("etc/os-release", b"ID=debian\n")]), again.clone(), again],
            platform: ("linux", "amd64"),
            instructions: vec!["ADD file:base in /", "COPY . /opt", "COPY . /opt # again"],
        }
    }

    pub fn of_platform(os: &'static str, architecture: &'static str) -> Self {
        let layers = vec![tar(&[file("platform", format!("{os}/{architecture}"))])];
        Self { layers, platform: (os, architecture), instructions: vec!["ADD platform /"] }
    }

    pub fn config(&self) -> Vec<u8> {
        let mut history: Vec<Value> = self.instructions.iter().map(|text| json!({ "created_by": text })).collect();
        history.insert(1.min(history.len()), json!({ "created_by": "ENV A=B", "empty_layer": true }));
        to_bytes(&json!({
            "os": self.platform.0,
            "architecture": self.platform.1,
            "created": "2024-05-06T07:08:09Z",
            "config": { "Cmd": ["sh"] },
            "rootfs": { "type": "layers", "diff_ids": self.layers.iter().map(|plain| digest(plain).to_string()).collect::<Vec<_>>() },
            "history": history,
        }))
    }

    pub fn manifest(&self) -> Vec<u8> {
        let layers: Vec<Value> = self.layers.iter().map(|plain| descriptor(OCI_LAYER, &gzip(plain))).collect();
        to_bytes(&json!({
            "schemaVersion": 2,
            "mediaType": OCI_MANIFEST,
            "config": descriptor(OCI_CONFIG, &self.config()),
            "layers": layers,
        }))
    }

    /// The blobs, each once.
    pub fn blobs(&self) -> Members {
        let mut blobs: Vec<Vec<u8>> = self.layers.iter().map(|plain| gzip(plain)).collect();
        blobs.extend([self.config(), self.manifest()]);
        let mut members = Members::new();
        for blob in blobs {
            let member = (blob_name(&blob), Member::File(blob));
            if !members.contains(&member) {
                members.push(member);
            }
        }
        members
    }

    /// The entry of an index.
    pub fn entry(&self) -> Value {
        descriptor(OCI_MANIFEST, &self.manifest())
    }

    /// The entry, with the platform.
    pub fn entry_for_platform(&self) -> Value {
        let mut entry = self.entry();
        entry["platform"] = json!({ "os": self.platform.0, "architecture": self.platform.1 });
        entry
    }
}

/// An OCI layout of an index and of blobs.
pub fn oci(entries: &[Value], blobs: impl IntoIterator<Item = Members>) -> Members {
    let mut members = vec![
        file("oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#),
        file("index.json", to_bytes(&json!({ "schemaVersion": 2, "manifests": entries }))),
    ];
    members.extend(blobs.into_iter().flatten());
    members
}

/// An OCI layout of images, each under its names.
pub fn oci_images(images: &[(&Sample, &[&str])]) -> Members {
    let entries: Vec<Value> = images
        .iter()
        .flat_map(|(image, names)| {
            names.iter().map(|name| {
                let mut entry = image.entry();
                entry["annotations"] = json!({ "org.opencontainers.image.ref.name": name });
                entry
            })
        })
        .collect();
    oci(&entries, images.iter().map(|(image, _)| image.blobs()))
}

/// What Docker 1.10 to 24 saves. Repeated layers are links to the first.
pub fn docker(images: &[(&Sample, &[&str])]) -> Members {
    let mut members = Members::new();
    let mut list = Vec::new();
    for (at, (image, tags)) in images.iter().enumerate() {
        let mut names: Vec<String> = Vec::new();
        for (number, plain) in image.layers.iter().enumerate() {
            let name = format!("{at}{number}{}/layer.tar", "0f".repeat(31));
            let first = image.layers.iter().position(|other| other == plain).unwrap();
            let member = match names.get(first) {
                Some(first) => Member::Symlink(format!("../{first}")),
                None => Member::File(plain.clone()),
            };
            members.push((name.replace("layer.tar", "VERSION"), Member::File(b"1.0".to_vec())));
            members.push((name.clone(), member));
            names.push(name);
        }
        let config = format!("{}.json", digest(&image.config()).hex());
        members.push((config.clone(), Member::File(image.config())));
        list.push(json!({ "Config": config, "RepoTags": tags, "Layers": names }));
    }
    members.push(file("manifest.json", to_bytes(&Value::from(list))));
    members
}

/// What Docker 25 and later save: an OCI layout of plain layers, and `manifest.json`.
pub fn docker_25(image: &Sample, tag: &str) -> Members {
    let layers: Vec<Value> =
        image.layers.iter().map(|plain| descriptor("application/vnd.oci.image.layer.v1.tar", plain)).collect();
    let config = image.config();
    let manifest = to_bytes(&json!({
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": descriptor(OCI_CONFIG, &config),
        "layers": layers,
    }));
    let mut entry = descriptor(OCI_MANIFEST, &manifest);
    entry["annotations"] = json!({
        "io.containerd.image.name": format!("docker.io/library/{tag}"),
        "org.opencontainers.image.ref.name": tag.rsplit(':').next().unwrap(),
    });
    let list = json!([{
        "Config": blob_name(&config),
        "RepoTags": [tag],
        "Layers": image.layers.iter().map(|plain| blob_name(plain)).collect::<Vec<_>>(),
    }]);
    let blobs = image.layers.iter().cloned().chain([config, manifest]);
    let mut members: Members = blobs.map(|blob| (blob_name(&blob), Member::File(blob))).collect();
    members.sort_by(|a, b| a.0.cmp(&b.0));
    members.dedup();
    members.push(file("index.json", to_bytes(&json!({ "schemaVersion": 2, "manifests": [entry] }))));
    members.push(file("manifest.json", to_bytes(&list)));
    members.push(file("oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#));
    members
}

/// What Docker before 1.10 saved.
pub fn docker_legacy(image: &Sample, repository: &str, tag: &str) -> Members {
    let mut members = Members::new();
    let mut parent = String::new();
    for (at, (plain, instruction)) in image.layers.iter().zip(&image.instructions).enumerate() {
        let id = digest(format!("{at}").as_bytes()).hex();
        let mut about = json!({
            "id": id,
            "created": "2014-05-06T07:08:09Z",
            "os": image.platform.0,
            "architecture": image.platform.1,
            "container_config": { "Cmd": instruction.split(' ').collect::<Vec<_>>() },
        });
        if !parent.is_empty() {
            about["parent"] = parent.into();
        }
        members.push((format!("{id}/VERSION"), Member::File(b"1.0".to_vec())));
        members.push((format!("{id}/json"), Member::File(to_bytes(&about))));
        members.push((format!("{id}/layer.tar"), Member::File(plain.clone())));
        parent = id;
    }
    members.push(file("repositories", to_bytes(&json!({ repository: { tag: parent } }))));
    members
}

pub fn file(name: &str, bytes: impl Into<Vec<u8>>) -> (String, Member) {
    (name.to_owned(), Member::File(bytes.into()))
}

pub fn tar(members: &[(String, Member)]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, member) in members {
        let mut header = tar::Header::new_gnu();
        header.set_mode(0o644);
        header.set_mtime(0);
        match member {
            Member::File(bytes) => {
                header.set_size(bytes.len() as u64);
                archive.append_data(&mut header, name, bytes.as_slice()).unwrap();
            }
            Member::Symlink(target) | Member::HardLink(target) => {
                let kind = match member {
                    Member::HardLink(_) => tar::EntryType::Link,
                    _ => tar::EntryType::Symlink,
                };
                header.set_entry_type(kind);
                header.set_size(0);
                archive.append_link(&mut header, name, target).unwrap();
            }
        }
    }
    archive.into_inner().unwrap()
}

/// Writes an archive into a folder.
pub fn save(folder: &Path, bytes: &[u8]) -> PathBuf {
    let path = folder.join("image.tar");
    std::fs::write(&path, bytes).unwrap();
    path
}

/// Writes the members as files.
pub fn unpack(folder: &Path, members: &[(String, Member)]) {
    for (name, member) in members {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let Member::File(bytes) = member else { panic!("a layout has no links") };
        std::fs::write(path, bytes).unwrap();
    }
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

pub fn digest(bytes: &[u8]) -> Digest {
    Digest::Sha256(Sha256::digest(bytes).into())
}

pub fn blob_name(bytes: &[u8]) -> String {
    format!("blobs/sha256/{}", digest(bytes).hex())
}

pub fn descriptor(media_type: &str, bytes: &[u8]) -> Value {
    json!({ "mediaType": media_type, "digest": digest(bytes).to_string(), "size": bytes.len() })
}

pub fn to_bytes(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}
