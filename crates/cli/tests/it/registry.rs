//! Images from Debian's own registry, which wants a login.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use plimsoll_beside::{has_tool, shared};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::advisories::small_database;
use crate::program::{Program, Ran};

pub const USER: &str = "mate";
pub const PASSWORD: &str = "starboard";

/// A registry of one test, on a port of its own.
pub struct Registry {
    server: Child,
    folder: TempDir,
    pub host: String,
}

impl Registry {
    /// `None` with a word about it where the tools are missing.
    pub fn start() -> Option<Self> {
        if !["docker-registry", "htpasswd", "skopeo", "curl"].into_iter().all(has_tool) {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let logins = folder.path().join("htpasswd");
        succeed(Command::new("htpasswd").args(["-cbB", "-C", "4"]).arg(&logins).args([USER, PASSWORD]));
        // Someone else may take a port between its choice and its use.
        (0..10).find_map(|_| Self::on_free_port(&folder)).map(|(server, host)| Self { server, folder, host })
    }

    fn on_free_port(folder: &TempDir) -> Option<(Child, String)> {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let root = folder.path().display();
        let config = format!(
            "version: 0.1\nlog: {{level: error}}\nhttp: {{addr: '127.0.0.1:{port}'}}\n\
             storage: {{filesystem: {{rootdirectory: '{root}/data'}}}}\n\
             auth: {{htpasswd: {{realm: harbour, path: '{root}/htpasswd'}}}}\n"
        );
        fs::write(folder.path().join("config.yml"), config).unwrap();
        let mut server = Command::new("docker-registry");
        server.arg("serve").arg(folder.path().join("config.yml")).stdout(Stdio::null()).stderr(Stdio::null());
        let mut server = server.spawn().unwrap();
        let host = format!("localhost:{port}");
        let until = Instant::now() + Duration::from_secs(30);
        while Instant::now() < until && server.try_wait().unwrap().is_none() {
            let answer = curl(&host, "").arg("--fail").output().unwrap();
            if answer.status.success() && server.try_wait().unwrap().is_none() {
                return Some((server, host));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = server.kill();
        let _ = server.wait();
        None
    }

    /// Pushes an OCI archive; its manifest as it came to lie there.
    fn push(&self, archive: &Path, name: &str) -> Manifest {
        let digest = self.folder.path().join("digest");
        let mut copy = Command::new("skopeo");
        copy.args(["copy", "--quiet", "--dest-tls-verify=false", "--preserve-digests"]);
        copy.args(["--dest-creds", &format!("{USER}:{PASSWORD}")]).arg("--digestfile").arg(&digest);
        copy.arg(format!("oci-archive:{}", archive.display())).arg(format!("docker://{}/{name}", self.host));
        succeed(&mut copy);
        let digest = fs::read_to_string(digest).unwrap().trim().to_owned();
        let repository = name.split(':').next().unwrap();
        let bytes = self.get(&format!("{repository}/manifests/{digest}"));
        let media_type =
            serde_json::from_slice::<Value>(&bytes).unwrap()["mediaType"].as_str().unwrap_or(MANIFEST).to_owned();
        Manifest { digest, size: bytes.len(), media_type }
    }

    fn get(&self, path: &str) -> Vec<u8> {
        let accept = format!("Accept: {MANIFEST}, {INDEX}");
        let answer = curl(&self.host, path).args(["--fail", "--header", &accept]).output().unwrap();
        assert!(answer.status.success(), "{path}: {answer:?}");
        answer.stdout
    }

    fn put_index(&self, name: &str, manifests: &[(&Manifest, &str)]) {
        let rows = manifests.iter().map(|(manifest, architecture)| {
            json!({
                "mediaType": manifest.media_type, "digest": manifest.digest, "size": manifest.size,
                "platform": { "os": "linux", "architecture": architecture },
            })
        });
        let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": rows.collect::<Vec<_>>() });
        let mut put = curl(&self.host, name);
        put.args([
            "--fail",
            "--request",
            "PUT",
            "--header",
            &format!("Content-Type: {INDEX}"),
            "--data",
            &index.to_string(),
        ]);
        succeed(&mut put);
    }

    /// A scan as somebody who has the password.
    fn scan(&self, program: &Program, arguments: &[&str]) -> (Value, Ran) {
        let ran = self.run(program, PASSWORD, arguments);
        (serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", ran.stderr)), ran)
    }

    pub fn run(&self, program: &Program, password: &str, arguments: &[&str]) -> Ran {
        let options = ["scan", "--format", "json", "--no-cache", "--db", "db", "--username", USER];
        let mut command = online(program, &[&options[..], arguments].concat());
        Ran::from(command.env("PLIMSOLL_PASSWORD", password).output().unwrap())
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

struct Manifest {
    digest: String,
    size: usize,
    media_type: String,
}

/// Other tests keep the program off the network.
pub fn online(program: &Program, arguments: &[&str]) -> Command {
    let mut command = program.command(arguments);
    command.env_remove("PLIMSOLL_OFFLINE");
    command
}

fn curl(host: &str, path: &str) -> Command {
    let mut curl = Command::new("curl");
    curl.args([
        "--silent",
        "--noproxy",
        "*",
        "--user",
        &format!("{USER}:{PASSWORD}"),
        &format!("http://{host}/v2/{path}"),
    ]);
    curl
}

fn succeed(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The demo's image and a small database in the program's home; the image.
fn demo(program: &Program) -> PathBuf {
    small_database(program);
    assert_eq!(program.run(&["demo", "--keep", "demo.tar", "--quiet"]).code, 0);
    program.home().join("demo.tar")
}

#[test]
fn an_image_is_the_same_by_tag_by_digest_and_from_its_archive() {
    let Some(registry) = Registry::start() else { return };
    let program = Program::new();
    let archive = demo(&program);
    let pushed = registry.push(&archive, "fleet/harbour:1.0");
    let (from_archive, code) = program.scan(&["demo.tar", "--no-cache", "--db", "db"]);
    for reference in ["fleet/harbour:1.0", &format!("fleet/harbour@{}", pushed.digest)] {
        let source = format!("{}/{reference}", registry.host);
        for source in [source.clone(), format!("registry:{source}")] {
            let (report, ran) = registry.scan(&program, &[&source]);
            assert_eq!(ran.code, code, "{source}: {}", ran.stderr);
            for part in ["packages", "findings", "suppressed", "system"] {
                assert_eq!(report[part], from_archive[part], "{source}: {part}");
            }
            assert_eq!(report["image"]["manifest_digest"], pushed.digest.as_str());
            assert!(report["image"]["layers"].as_array().unwrap().iter().all(|layer| layer["verified"] == true));
        }
    }
}

#[test]
fn nothing_is_written_to_disk_on_the_way() {
    let Some(registry) = Registry::start() else { return };
    let program = Program::new();
    registry.push(&demo(&program), "harbour:1.0");
    let other = Program::new();
    let source = format!("{}/harbour:1.0", registry.host);
    let database = program.home().join("db");
    let options = ["--no-cache", "--username", USER, "--db", database.to_str().unwrap()];
    let mut command = online(&other, &[&["scan", &source], &options[..]].concat());
    let ran = Ran::from(command.env("PLIMSOLL_PASSWORD", PASSWORD).env("TMPDIR", other.home()).output().unwrap());
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert_eq!(fs::read_dir(other.home()).unwrap().count(), 0);
}

#[test]
fn a_wrong_password_or_none_is_an_error_with_a_hint() {
    let Some(registry) = Registry::start() else { return };
    let program = Program::new();
    registry.push(&demo(&program), "harbour:1.0");
    let source = format!("{}/harbour:1.0", registry.host);
    let wrong = registry.run(&program, "larboard", &[&source]);
    let none = Ran::from(online(&program, &["scan", &source, "--db", "db"]).output().unwrap());
    for ran in [wrong, none] {
        assert_eq!(ran.code, 2, "{}", ran.stdout);
        assert!(ran.stderr.contains("error: ") && ran.stderr.contains("hint: "), "{}", ran.stderr);
        assert!(!ran.stderr.contains("larboard"), "a password is shown: {}", ran.stderr);
    }
}

#[test]
fn a_login_of_docker_is_used() {
    let Some(registry) = Registry::start() else { return };
    let program = Program::new();
    registry.push(&demo(&program), "harbour:1.0");
    // `docker login` keeps user:password in base 64.
    let config = json!({ "auths": { registry.host.as_str(): { "auth": "bWF0ZTpzdGFyYm9hcmQ=" } } });
    let source = format!("{}/harbour:1.0", registry.host);
    for folder in [".docker", "elsewhere"] {
        let folder = program.home().join(folder);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("config.json"), config.to_string()).unwrap();
        let mut command = online(&program, &["scan", &source, "--no-cache", "--db", "db"]);
        if folder.ends_with("elsewhere") {
            command.env("DOCKER_CONFIG", &folder);
        }
        let ran = Ran::from(command.output().unwrap());
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        fs::remove_dir_all(folder).unwrap();
    }
}

#[test]
fn what_is_not_there_is_an_error() {
    let Some(registry) = Registry::start() else { return };
    let program = Program::new();
    small_database(&program);
    for reference in ["harbour:1.0", "harbour", &format!("harbour@sha256:{}", "0".repeat(64))] {
        let ran = registry.run(&program, PASSWORD, &[&format!("{}/{reference}", registry.host)]);
        assert_eq!(ran.code, 2, "{}", ran.stdout);
        assert!(ran.stderr.contains("error: "), "{}", ran.stderr);
    }
}

#[test]
fn the_platform_chooses_from_an_index() {
    let Some(images) = shared("images") else { return };
    let Some(registry) = Registry::start() else { return };
    let program = Program::new();
    small_database(&program);
    let intel = registry.push(&images.join("alpine-3.20.3.oci.tar"), "fleet:intel");
    let arm = registry.push(&images.join("almalinux-9-micro-arm64.oci.tar"), "fleet:arm");
    registry.put_index("fleet/manifests/all", &[(&intel, "amd64"), (&arm, "arm64")]);
    let source = format!("{}/fleet:all", registry.host);
    for (platform, system) in [(None, "alpine"), (Some("linux/amd64"), "alpine"), (Some("linux/arm64"), "almalinux")] {
        let mut arguments = vec![source.as_str()];
        arguments.extend(platform.into_iter().flat_map(|platform| ["--platform", platform]));
        let (report, _) = registry.scan(&program, &arguments);
        assert_eq!(report["system"]["id"], system, "{platform:?}");
        assert_eq!(report["image"]["platform"], platform.unwrap_or("linux/amd64"));
    }
    let ran = registry.run(&program, PASSWORD, &[&source, "--platform", "linux/s390x"]);
    assert_eq!(ran.code, 2, "{}", ran.stdout);
    assert!(ran.stderr.contains("linux/arm64"), "the error names what there is: {}", ran.stderr);
}
