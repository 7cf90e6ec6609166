//! The demo's image: three layers with faults that everybody knows.

use std::io::{self, Write};

use base64::Engine as _;
use flate2::Compression;
use flate2::write::GzEncoder;
use plimsoll_model::Digest;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// What the scan must find: package and vulnerability.
pub const FAULTS: &[(&str, &str)] = &[
    ("curl", "CVE-2023-38545"),
    ("libc6", "CVE-2023-4911"),
    ("lodash", "CVE-2021-23337"),
    ("org.apache.logging.log4j:log4j-core", "CVE-2021-44228"),
    ("PyYAML", "CVE-2020-14343"),
];

/// The image as an OCI archive. Byte for byte the same on every run.
pub fn build() -> io::Result<Vec<u8>> {
    let layers = [
        layer(&base())?,
        layer(&application()?)?,
        layer(&[("root/.ssh/.wh.id_ed25519".into(), Vec::new()), npm("minimist", "1.2.8")])?,
    ];
    let config = json!({
        "architecture": "amd64",
        "os": "linux",
        "created": "2023-06-12T00:00:00Z",
        // No user: the application runs as root.
        "config": { "Cmd": ["node", "/opt/app/index.js"], "Env": ["PATH=/usr/bin:/bin"], "WorkingDir": "/opt/app" },
        "rootfs": { "type": "layers", "diff_ids": layers.iter().map(|layer| layer.diff_id.as_str()).collect::<Vec<_>>() },
        "history": [
            { "created_by": "/bin/sh -c #(nop) ADD file:harbour-base in / " },
            { "created_by": "COPY . /opt/app # buildkit" },
            { "created_by": "CMD [\"node\" \"/opt/app/index.js\"]", "empty_layer": true },
            { "created_by": "RUN /bin/sh -c rm /root/.ssh/id_ed25519 && npm update minimist # buildkit" },
        ],
    });
    let config = to_bytes(&config)?;
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": descriptor("application/vnd.oci.image.config.v1+json", &config),
        "layers": layers.iter().map(|layer| descriptor("application/vnd.oci.image.layer.v1.tar+gzip", &layer.bytes)).collect::<Vec<_>>(),
    });
    let manifest = to_bytes(&manifest)?;
    let mut entry = descriptor("application/vnd.oci.image.manifest.v1+json", &manifest);
    entry["annotations"] = json!({ "org.opencontainers.image.ref.name": "harbour-app:1.0" });
    let index = to_bytes(&json!({ "schemaVersion": 2, "manifests": [entry] }))?;
    let mut files = vec![
        ("oci-layout".to_owned(), to_bytes(&json!({ "imageLayoutVersion": "1.0.0" }))?),
        ("index.json".to_owned(), index),
    ];
    let blobs = layers.into_iter().map(|layer| layer.bytes).chain([config, manifest]);
    files.extend(blobs.map(|blob| (format!("blobs/sha256/{}", digest(&blob).hex()), blob)));
    tar(&files)
}

struct Layer {
    bytes: Vec<u8>,
    diff_id: String,
}

fn layer(files: &[(String, Vec<u8>)]) -> io::Result<Layer> {
    let plain = tar(files)?;
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(&plain)?;
    Ok(Layer { bytes: packed.finish()?, diff_id: digest(&plain).to_string() })
}

/// A small Debian 12 whose packages are those of its first days.
fn base() -> Vec<(String, Vec<u8>)> {
    const PACKAGES: &[(&str, &str, &str)] = &[
        ("base-files", "12.4", ""),
        ("bash", "5.2.15-2+b2", "bash (5.2.15-2)"),
        ("curl", "7.88.1-10", ""),
        ("libc6", "2.36-9", "glibc"),
        ("libcurl4", "7.88.1-10", "curl"),
        ("libssl3", "3.0.9-1", "openssl"),
        ("openssl", "3.0.9-1", ""),
        ("zlib1g", "1:1.2.13.dfsg-1", "zlib"),
    ];
    let mut status = String::new();
    let mut files = Vec::new();
    for (name, version, source) in PACKAGES {
        let source = if source.is_empty() { String::new() } else { format!("Source: {source}\n") };
        status += &format!(
            "Package: {name}\nStatus: install ok installed\nArchitecture: amd64\n{source}Version: {version}\n\
             Maintainer: Debian {name} maintainers <{name}@packages.debian.org>\nDescription: part of the demo\n\n"
        );
        files.push((format!("var/lib/dpkg/info/{name}.list"), format!("/.\n/usr/share/doc/{name}\n").into_bytes()));
    }
    let release =
        "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\nVERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\n";
    files.push(("etc/os-release".into(), release.into()));
    files.push(("var/lib/dpkg/status".into(), status.into_bytes()));
    files
}

fn application() -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut jar = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
    let properties = "META-INF/maven/org.apache.logging.log4j/log4j-core/pom.properties";
    jar.start_file(properties, zip::write::SimpleFileOptions::default())?;
    jar.write_all(b"groupId=org.apache.logging.log4j\nartifactId=log4j-core\nversion=2.14.1\n")?;
    let jar = jar.finish()?.into_inner();
    let metadata = "Metadata-Version: 2.1\nName: PyYAML\nVersion: 5.3\nLicense: MIT\n";
    Ok(vec![
        ("opt/app/index.js".into(), b"require('lodash');\n".to_vec()),
        npm("lodash", "4.17.15"),
        npm("minimist", "1.2.0"),
        ("opt/app/lib/log4j-core-2.14.1.jar".into(), jar),
        ("usr/lib/python3/dist-packages/PyYAML-5.3.dist-info/METADATA".into(), metadata.into()),
        ("root/.ssh/id_ed25519".into(), private_key().into_bytes()),
    ])
}

fn npm(name: &str, version: &str) -> (String, Vec<u8>) {
    let text = format!("{{\"name\":\"{name}\",\"version\":\"{version}\",\"license\":\"MIT\"}}\n");
    (format!("opt/app/node_modules/{name}/package.json"), text.into_bytes())
}

/// A well-formed key that opens nothing, made here so that none stands in the source.
fn private_key() -> String {
    const PKCS8_ED25519: [u8; 16] =
        [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    let mut key = PKCS8_ED25519.to_vec();
    key.extend_from_slice(&Sha256::digest("a key that opens nothing"));
    let body = base64::engine::general_purpose::STANDARD.encode(key);
    let label = "PRIVATE KEY";
    format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
}

fn tar(files: &[(String, Vec<u8>)]) -> io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    for (path, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(if path.starts_with("root/") { 0o600 } else { 0o644 });
        header.set_mtime(0);
        archive.append_data(&mut header, path, bytes.as_slice())?;
    }
    archive.into_inner()
}

fn digest(bytes: &[u8]) -> Digest {
    Digest::Sha256(Sha256::digest(bytes).into())
}

fn descriptor(media_type: &str, bytes: &[u8]) -> Value {
    json!({ "mediaType": media_type, "digest": digest(bytes).to_string(), "size": bytes.len() })
}

fn to_bytes(value: &Value) -> io::Result<Vec<u8>> {
    Ok(serde_json::to_vec(value)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_image_is_the_same_every_time() {
        assert_eq!(build().unwrap(), build().unwrap());
    }
}
