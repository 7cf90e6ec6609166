//! Debian's `docker-registry`: without a login, with passwords, with tokens, over TLS.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use plimsoll_model::Reference;
use plimsoll_transport::{Client, ClientOptions, Login, TransportError};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, SigningKey};
use tempfile::TempDir;

use crate::certificates::Authority;
use crate::server::{Server, answer, ok};
use crate::support::{client, options, patterned, read, reference, sha256};

const MANIFEST_TYPE: &str = "application/vnd.oci.image.manifest.v1+json";

/// A registry that runs until the test ends.
pub struct Registry {
    pub host: String,
    process: Child,
    _folder: TempDir,
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Starts a registry with further lines of configuration, which may speak of files that `prepare`
/// has put into its folder. `None` where the program is not installed.
pub fn start(prepare: impl FnOnce(&Path) -> String) -> Option<Registry> {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.yml");
    let further = prepare(folder.path());
    let storage = folder.path().join("storage");
    let text = format!(
        "version: 0.1\nlog: {{level: info}}\nstorage: {{filesystem: {{rootdirectory: {}}}}}\n{further}",
        storage.display()
    );
    std::fs::write(&config, text).unwrap();
    let mut command = Command::new("docker-registry");
    command.arg("serve").arg(&config).env("OTEL_TRACES_EXPORTER", "none");
    let Ok(mut process) = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn() else {
        assert!(std::env::var_os("CI").is_none(), "docker-registry is missing");
        println!("skipped: docker-registry is not installed");
        return None;
    };
    // It chose its port itself and says which.
    let mut lines = BufReader::new(process.stderr.take().unwrap()).lines().map_while(Result::ok);
    let port = lines.by_ref().find_map(|line| {
        let port = line.split_once("listening on 127.0.0.1:")?.1;
        Some(port.chars().take_while(char::is_ascii_digit).collect::<String>())
    });
    std::thread::spawn(move || lines.for_each(drop));
    Some(Registry { host: format!("127.0.0.1:{}", port.unwrap()), process, _folder: folder })
}

pub const PLAIN: &str = "http: {addr: '127.0.0.1:0'}\n";

/// What the tests push: one layer, a configuration and a manifest.
struct Image {
    layer: Vec<u8>,
    config: Vec<u8>,
    manifest: Vec<u8>,
}

impl Image {
    fn new() -> Self {
        let (layer, config) = (patterned(3_000_000), b"{\"os\":\"linux\",\"architecture\":\"amd64\"}".to_vec());
        let mut manifest = String::new();
        write!(
            manifest,
            "{{\"schemaVersion\":2,\"mediaType\":\"{MANIFEST_TYPE}\",\
             \"config\":{{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\"{}\",\"size\":{}}},\
             \"layers\":[{{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar\",\"digest\":\"{}\",\"size\":{}}}]}}",
            sha256(&config),
            config.len(),
            sha256(&layer),
            layer.len()
        )
        .unwrap();
        Self { layer, config, manifest: manifest.into() }
    }

    /// Puts it into the registry as `team/app:latest`.
    fn push(
        &self,
        base: &str,
        authorize: impl Fn(reqwest::blocking::RequestBuilder) -> reqwest::blocking::RequestBuilder,
        http: &reqwest::blocking::Client,
    ) {
        for blob in [&self.layer, &self.config] {
            let started = authorize(http.post(format!("{base}/v2/team/app/blobs/uploads/"))).send().unwrap();
            assert_eq!(started.status(), 202, "{}", started.text().unwrap());
            let place = started.headers()["location"].to_str().unwrap().to_owned();
            let url = format!("{place}&digest={}", sha256(blob));
            assert_eq!(authorize(http.put(url)).body(blob.clone()).send().unwrap().status(), 201);
        }
        let url = format!("{base}/v2/team/app/manifests/latest");
        let put = authorize(http.put(url)).header("Content-Type", MANIFEST_TYPE).body(self.manifest.clone());
        assert_eq!(put.send().unwrap().status(), 201);
    }

    fn assert_pulled(&self, client: &Client, host: &str) {
        let of = reference(host, "team/app");
        let manifest = client.manifest(&of, &[MANIFEST_TYPE]).unwrap();
        assert_eq!((manifest.bytes.as_slice(), manifest.media_type.as_str()), (&*self.manifest, MANIFEST_TYPE));
        let by_digest = Reference { tag: None, digest: Some(manifest.digest), ..of.clone() };
        assert_eq!(client.manifest(&by_digest, &[MANIFEST_TYPE]).unwrap(), manifest);
        let config = client.blob_bytes(&of, &sha256(&self.config), self.config.len() as u64, 1 << 20).unwrap();
        assert_eq!(config, self.config);
        let layer = client.blob(&of, &sha256(&self.layer), self.layer.len() as u64).unwrap();
        assert!(read(layer).unwrap() == self.layer);
    }
}

#[test]
fn an_image_is_pulled_without_a_login() {
    let Some(registry) = start(|_| PLAIN.into()) else { return };
    let image = Image::new();
    image.push(&format!("http://{}", registry.host), |request| request, &reqwest::blocking::Client::new());
    image.assert_pulled(&client(), &registry.host);
    image.assert_pulled(&client(), &registry.host.replace("127.0.0.1", "localhost"));

    let absent = client().manifest(&reference(&registry.host, "team/absent"), &[]).unwrap_err();
    assert!(matches!(absent, TransportError::NotFound { .. }), "{absent}");
    let absent = client().blob(&reference(&registry.host, "team/app"), &sha256(b"absent"), 6).unwrap_err();
    assert!(matches!(absent, TransportError::NotFound { .. }), "{absent}");
}

#[test]
fn a_layer_is_resumed_where_the_real_registry_is_cut_off() {
    let Some(registry) = start(|_| PLAIN.into()) else { return };
    let image = Image::new();
    image.push(&format!("http://{}", registry.host), |request| request, &reqwest::blocking::Client::new());
    // A proxy of the tests, which hands on a part of the layer and hangs up.
    let behind = format!("http://{}", registry.host);
    let http = reqwest::blocking::Client::new();
    let server = Server::start(move |asked, number| {
        let mut request = http.get(format!("{behind}{}", asked.target));
        if let Some(range) = asked.header("range") {
            request = request.header("Range", range);
        }
        let response = request.send().unwrap();
        let mut given = answer(response.status().as_u16());
        if let Some(range) = response.headers().get("content-range") {
            given = given.header("Content-Range", range.to_str().unwrap());
        }
        let given = given.body(response.bytes().unwrap().to_vec());
        if number == 1 { given.cut(1_234_567) } else { given }
    });
    let layer = client().blob(&reference(&server.host, "team/app"), &sha256(&image.layer), 3_000_000).unwrap();
    assert!(read(layer).unwrap() == image.layer);
    assert_eq!(server.asked()[2].range_start(), Some(1_234_567));
}

/// A file of passwords for `name`; `None` where the program that makes it is not installed.
pub fn passwords(folder: &Path) -> Option<String> {
    let Ok(made) = Command::new("htpasswd").args(["-nbB", "name", "geheim"]).output() else {
        assert!(std::env::var_os("CI").is_none(), "htpasswd is missing");
        println!("skipped: htpasswd is not installed");
        return None;
    };
    let path = folder.join("htpasswd");
    std::fs::write(&path, made.stdout).unwrap();
    Some(format!("auth: {{htpasswd: {{realm: tests, path: {}}}}}\n", path.display()))
}

pub fn login(password: &str) -> Option<Login> {
    Some(Login { registry: None, username: "name".into(), password: password.into() })
}

#[test]
fn an_image_is_pulled_with_a_password() {
    let secrets = tempfile::tempdir().unwrap();
    let Some(auth) = passwords(secrets.path()) else { return };
    let Some(registry) = start(|_| format!("{PLAIN}{auth}")) else { return };
    let image = Image::new();
    let base = format!("http://{}", registry.host);
    image.push(&base, |request| request.basic_auth("name", Some("geheim")), &reqwest::blocking::Client::new());

    image.assert_pulled(&Client::new(ClientOptions { login: login("geheim"), ..options() }), &registry.host);

    let file = secrets.path().join("config.json");
    let both = BASE64_STANDARD.encode("name:geheim");
    std::fs::write(&file, format!("{{\"auths\":{{\"{}\":{{\"auth\":\"{both}\"}}}}}}", registry.host)).unwrap();
    image.assert_pulled(&Client::new(ClientOptions { login_files: vec![file], ..options() }), &registry.host);

    let of = reference(&registry.host, "team/app");
    let nobody = client().manifest(&of, &[]).unwrap_err();
    assert!(matches!(nobody, TransportError::Denied { status: 401, .. }), "{nobody}");
    let wrong = Client::new(ClientOptions { login: login("wrong"), ..options() }).manifest(&of, &[]).unwrap_err();
    assert!(matches!(wrong, TransportError::Login { .. }), "{wrong}");
}

#[test]
fn an_image_is_pulled_over_tls_with_the_authority_of_its_folder() {
    let authority = Authority::new();
    let started = start(|folder| {
        let (certificate, key) = authority.issue();
        std::fs::write(folder.join("host.crt"), certificate).unwrap();
        std::fs::write(folder.join("host.key"), key).unwrap();
        let folder = folder.display();
        format!("http: {{addr: '127.0.0.1:0', tls: {{certificate: {folder}/host.crt, key: {folder}/host.key}}}}\n")
    });
    let Some(registry) = started else { return };
    let certificates = tempfile::tempdir().unwrap();
    let of_host = certificates.path().join(&registry.host);
    std::fs::create_dir(&of_host).unwrap();
    std::fs::write(of_host.join("ca.crt"), authority.pem()).unwrap();

    let root = reqwest::Certificate::from_pem(authority.pem().as_bytes()).unwrap();
    let http = reqwest::blocking::Client::builder().tls_certs_only([root]).build().unwrap();
    let image = Image::new();
    image.push(&format!("https://{}", registry.host), |request| request, &http);
    let options = ClientOptions { certificate_folders: vec![certificates.path().into()], ..options() };
    image.assert_pulled(&Client::new(options), &registry.host);

    let stranger = client().manifest(&reference(&registry.host, "team/app"), &[]).unwrap_err();
    assert!(matches!(stranger, TransportError::Certificate { .. }), "{stranger}");
}

/// Signs tokens as the registry's specification wants them: with a certificate that it trusts.
/// <https://distribution.github.io/distribution/spec/auth/jwt/>
pub struct Tokens {
    key: KeyPair,
    pub certificate: rcgen::Certificate,
}

impl Tokens {
    pub fn new() -> Self {
        let key = KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
        let certificate = CertificateParams::new(Vec::new()).unwrap().self_signed(&key).unwrap();
        Self { key, certificate }
    }

    /// A token for some actions on `team/app`.
    pub fn sign(&self, actions: &str) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let chain = BASE64_STANDARD.encode(self.certificate.der());
        let header = format!("{{\"typ\":\"JWT\",\"alg\":\"RS256\",\"x5c\":[\"{chain}\"]}}");
        let claims = format!(
            "{{\"iss\":\"tests\",\"sub\":\"name\",\"aud\":\"registry\",\"exp\":{},\"nbf\":{},\"iat\":{now},\"jti\":\"1\",\
             \"access\":[{{\"type\":\"repository\",\"name\":\"team/app\",\"actions\":[{actions}]}}]}}",
            now + 300,
            now - 300
        );
        let encode = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
        let signed = format!("{}.{}", encode(&header), encode(&claims));
        let signature = BASE64_URL_SAFE_NO_PAD.encode(self.key.sign(signed.as_bytes()).unwrap());
        format!("{signed}.{signature}")
    }
}

#[test]
fn an_image_is_pulled_with_tokens() {
    let tokens = Tokens::new();
    let (pem, pull, push) = (tokens.certificate.pem(), tokens.sign("\"pull\""), tokens.sign("\"pull\",\"push\""));
    let server = Server::start(move |asked, _| match asked.header("authorization") {
        Some("Basic bmFtZTpnZWhlaW0=") => ok(format!("{{\"token\":\"{pull}\",\"expires_in\":300}}")),
        _ => answer(401),
    });
    let realm = server.url("/token");
    let started = start(|folder| {
        std::fs::write(folder.join("roots.pem"), pem).unwrap();
        let roots = folder.join("roots.pem");
        let roots = roots.display();
        format!(
            "{PLAIN}auth: {{token: {{realm: '{realm}', service: registry, issuer: tests, rootcertbundle: {roots}}}}}\n"
        )
    });
    let Some(registry) = started else { return };
    let image = Image::new();
    let base = format!("http://{}", registry.host);
    image.push(&base, |request| request.bearer_auth(&push), &reqwest::blocking::Client::new());

    image.assert_pulled(&Client::new(ClientOptions { login: login("geheim"), ..options() }), &registry.host);
    assert_eq!(server.targets(), ["GET /token?scope=repository%3Ateam%2Fapp%3Apull&service=registry"]);

    let of = reference(&registry.host, "team/app");
    let nobody = client().manifest(&of, &[]).unwrap_err();
    assert!(matches!(nobody, TransportError::Denied { status: 401, .. }), "{nobody}");
    let wrong = Client::new(ClientOptions { login: login("wrong"), ..options() }).manifest(&of, &[]).unwrap_err();
    assert!(matches!(wrong, TransportError::Login { .. }), "{wrong}");
    // The token is good for one repository only.
    let other = Reference { repository: "team/other".into(), ..of };
    let other = Client::new(ClientOptions { login: login("geheim"), ..options() }).manifest(&other, &[]).unwrap_err();
    assert!(matches!(other, TransportError::Denied { status: 401, .. }), "{other}");
}
