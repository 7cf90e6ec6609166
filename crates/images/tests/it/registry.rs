//! A real registry: `docker-registry`, filled by `skopeo`.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use plimsoll_beside::{has_tool, shared};
use plimsoll_images::{Opened, SourceSpec, open};

use crate::reading::{bytes_of, open_image, options, spec};
use crate::sample::digest;
use crate::tools::skopeo_copy;

/// A registry that ends with its test.
struct Registry {
    process: Child,
    host: String,
    _folder: tempfile::TempDir,
}

impl Registry {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let host = format!("127.0.0.1:{port}");
        let storage = folder.path().join("storage");
        let config = format!(
            "version: 0.1\nlog:\n  level: info\nstorage:\n  filesystem:\n    rootdirectory: {}\nhttp:\n  addr: {host}\n",
            storage.display()
        );
        let path = folder.path().join("config.yml");
        std::fs::write(&path, config).unwrap();
        let mut process = Command::new("docker-registry")
            .arg("serve")
            .arg(&path)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().contains("listening on")), "the registry did not start");
        // Its log must be read, or it stops when the pipe is full.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, host, _folder: folder }
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn an_image_in_a_registry_is_the_image_that_was_pushed() {
    let Some(folder) = shared("images") else { return };
    if !has_tool("docker-registry") || !has_tool("skopeo") {
        return;
    }
    let registry = Registry::start();
    let archive = folder.join("alpine-3.20.3.oci.tar");
    let name = format!("{}/library/alpine:3.20.3", registry.host);
    skopeo_copy(&format!("oci-archive:{}", archive.display()), &format!("docker://{name}"));

    let local = open_image(&spec(&archive, "", ""), None).unwrap();
    let opened = open(&SourceSpec::parse(&name).unwrap(), &options(None)).unwrap();
    let Opened::Image(image) = opened else { panic!("a registry's image is no stream") };
    assert_eq!(image.info.name, name);
    assert_eq!(image.info.source, "registry");
    assert_eq!(image.info.tags, ["3.20.3"]);
    assert_eq!(image.info.manifest_digest, local.image.info.manifest_digest);
    assert_eq!(image.info.config_digest, local.image.info.config_digest);
    assert_eq!(image.layers.len(), 1);
    assert!(!image.layers[0].local);
    // Twice, as whoever reads a layer again would.
    for _ in 0..2 {
        let bytes = bytes_of(&image.layers[0]).unwrap();
        assert_eq!(image.layers[0].digest, Some(digest(&bytes)));
    }

    let by_digest = format!("{}@{}", name.rsplit_once(':').unwrap().0, image.info.manifest_digest.unwrap());
    let opened = open(&SourceSpec::parse(&by_digest).unwrap(), &options(Some("linux/amd64"))).unwrap();
    assert!(matches!(opened, Opened::Image(again) if again.info.config_digest == image.info.config_digest));
    for (source, platform) in [(format!("{}/library/alpine:9", registry.host), None), (name, Some("linux/s390x"))] {
        let error = open(&SourceSpec::parse(&source).unwrap(), &options(platform)).err().unwrap();
        assert!(!error.to_string().is_empty());
    }
}
