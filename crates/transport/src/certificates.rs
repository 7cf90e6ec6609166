//! Certificate authorities, and certificates by which this client shows itself to a host.
//!
//! The folders are laid out as Docker and the containers tools do it: in `<folder>/<host[:port]>/`
//! each `*.crt` is an authority, each `*.cert` with the `*.key` of the same name is for showing.
//! <https://docs.docker.com/engine/security/certificates/>

use std::fs::File;
use std::path::{Path, PathBuf};

use plimsoll_model::read_capped;
use reqwest::{Certificate, Identity};

use crate::host::is_host;
use crate::registry::DOCKER_HUB_HOSTS;
use crate::{ClientOptions, TransportError};

/// A bundle of every public authority is a quarter of this.
const MAX_PEM_BYTES: u64 = 1 << 20;
const MAX_FILES: usize = 100;

/// The folders that hold something for this host.
pub(crate) fn folders(options: &ClientOptions, host: &str) -> Vec<PathBuf> {
    if !is_host(host) {
        return Vec::new();
    }
    let with_port = format!("{host}:443");
    let names: &[&str] = if DOCKER_HUB_HOSTS.contains(&host) { DOCKER_HUB_HOSTS } else { &[host, &with_port] };
    let all = options.certificate_folders.iter().flat_map(|folder| names.iter().map(|name| folder.join(name)));
    all.filter(|folder| folder.is_dir()).collect()
}

/// The authorities that are trusted beside the system's, everywhere and for the host of `folders`.
pub(crate) fn authorities(options: &ClientOptions, folders: &[PathBuf]) -> Result<Vec<Certificate>, TransportError> {
    let mut files = options.ca_files.clone();
    for folder in folders {
        files.extend(files_with(folder, "crt")?);
    }
    let mut all = Vec::new();
    for path in files {
        let certificates =
            Certificate::from_pem_bundle(&read(&path)?).map_err(|_| wrong(&path, "it is no certificate in PEM"))?;
        if certificates.is_empty() {
            return Err(wrong(&path, "it holds no certificate in PEM"));
        }
        all.extend(certificates);
    }
    Ok(all)
}

/// The first certificate with its key.
pub(crate) fn identity(folders: &[PathBuf]) -> Result<Option<Identity>, TransportError> {
    let mut shown = Vec::new();
    for folder in folders {
        shown.extend(files_with(folder, "cert")?);
    }
    let Some(path) = shown.first() else { return Ok(None) };
    let key = path.with_extension("key");
    if !key.is_file() {
        return Err(wrong(path, "the key of this certificate is missing; it ends in `.key`"));
    }
    let mut pem = read(path)?;
    pem.push(b'\n');
    pem.extend(read(&key)?);
    let identity = Identity::from_pem(&pem);
    identity.map(Some).map_err(|_| wrong(path, "it and its key are no certificate and private key in PEM"))
}

fn files_with(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, TransportError> {
    let entries = std::fs::read_dir(folder).map_err(|error| wrong(folder, &error.to_string()))?;
    let paths = entries.take(MAX_FILES).filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let mut paths: Vec<PathBuf> = paths.filter(|path| path.extension().is_some_and(|end| end == extension)).collect();
    paths.sort();
    Ok(paths)
}

fn read(path: &Path) -> Result<Vec<u8>, TransportError> {
    File::open(path).and_then(|file| read_capped(file, MAX_PEM_BYTES)).map_err(|error| wrong(path, &error.to_string()))
}

fn wrong(path: &Path, why: &str) -> TransportError {
    TransportError::Configuration { path: path.into(), why: why.into() }
}
