//! Images of one layer, made byte by byte, with whatever is wrong with them.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use sha2::{Digest, Sha256};

/// The media type of layers packed by gzip.
pub const GZIP: &str = "application/vnd.oci.image.layer.v1.tar+gzip";
/// The media type of layers packed by zstd.
pub const ZSTD: &str = "application/vnd.oci.image.layer.v1.tar+zstd";

/// An OCI archive of one layer that is what its manifest says.
pub fn archive(media_type: &str, layer: &[u8]) -> Vec<u8> {
    archive_with(media_type, layer, Some(layer))
}

/// An OCI archive whose manifest names the layer `named`, and that holds the layer `held`.
pub fn archive_with(media_type: &str, named: &[u8], held: Option<&[u8]>) -> Vec<u8> {
    let config = json!({
        "architecture": "amd64",
        "os": "linux",
        "rootfs": { "type": "layers", "diff_ids": [digest(b"not looked at")] },
        "history": [{ "created_by": "ADD layer /" }],
    });
    let config = config.to_string().into_bytes();
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": descriptor("application/vnd.oci.image.config.v1+json", &config),
        "layers": [descriptor(media_type, named)],
    });
    let manifest = manifest.to_string().into_bytes();
    let entry = descriptor("application/vnd.oci.image.manifest.v1+json", &manifest);
    let index = json!({ "schemaVersion": 2, "manifests": [entry] }).to_string();
    let mut files = vec![("oci-layout".to_owned(), br#"{"imageLayoutVersion":"1.0.0"}"#.to_vec())];
    files.push(("index.json".to_owned(), index.into_bytes()));
    files.push((blob(&config), config));
    files.push((blob(&manifest), manifest));
    files.extend(held.map(|held| (blob(named), held.to_vec())));
    let mut out = Vec::new();
    for (name, bytes) in files {
        out.extend(file(name.as_bytes(), &bytes));
    }
    out.extend([0; 1024]);
    out
}

fn descriptor(media_type: &str, bytes: &[u8]) -> serde_json::Value {
    json!({ "mediaType": media_type, "digest": digest(bytes), "size": bytes.len() })
}

fn digest(bytes: &[u8]) -> String {
    format!("sha256:{:x}", Sha256::digest(bytes))
}

fn blob(bytes: &[u8]) -> String {
    format!("blobs/{}", digest(bytes).replace(':', "/"))
}

/// One block of a tar: the head of an entry.
pub fn header(name: &[u8], kind: u8, size: u64, link: &[u8]) -> [u8; 512] {
    let mut block = [0; 512];
    block[..name.len()].copy_from_slice(name);
    block[100..108].copy_from_slice(b"0000644\0");
    block[108..124].copy_from_slice(b"0000000\x000000000\0");
    block[124..136].copy_from_slice(format!("{size:011o}\0").as_bytes());
    block[136..148].copy_from_slice(b"00000000000\0");
    block[156] = kind;
    block[157..157 + link.len()].copy_from_slice(link);
    block[257..265].copy_from_slice(b"ustar\x0000");
    sign(&mut block);
    block
}

/// Writes the checksum of a head.
pub fn sign(block: &mut [u8; 512]) {
    block[148..156].fill(b' ');
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}

/// An entry of a tar with its content.
pub fn file(name: &[u8], content: &[u8]) -> Vec<u8> {
    let mut out = header(name, b'0', content.len() as u64, b"").to_vec();
    out.extend(content);
    out.resize(out.len().next_multiple_of(512), 0);
    out
}

/// A Node package that advisories are known for.
pub fn lodash() -> Vec<u8> {
    file(b"app/node_modules/lodash/package.json", br#"{"name":"lodash","version":"4.17.4"}"#)
}

/// What `write` writes, packed by gzip.
pub fn gzip(write: impl FnOnce(&mut GzEncoder<Vec<u8>>)) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    write(&mut packed);
    packed.finish().unwrap()
}

/// So many bytes of one kind.
pub fn write_many(out: &mut impl Write, byte: u8, mut count: u64) {
    let chunk = [byte; 64 << 10];
    while count > 0 {
        let now = count.min(chunk.len() as u64);
        out.write_all(&chunk[..usize::try_from(now).unwrap()]).unwrap();
        count -= now;
    }
}
