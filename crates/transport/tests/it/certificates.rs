//! Certificates: whose are trusted, and showing one's own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use plimsoll_transport::{Client, ClientOptions, TransportError};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};

use crate::server::{Server, answer, ok};
use crate::support::{fetch, options, pauses, reference};

/// A certificate authority of the tests.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self { issuer: CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap() }
    }

    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// Writes the authority's certificate into a folder.
    pub fn write_to(&self, folder: &Path) -> PathBuf {
        let path = folder.join("authority.pem");
        std::fs::write(&path, self.pem()).unwrap();
        path
    }

    /// A certificate for this machine and its key, in PEM.
    pub fn issue(&self) -> (String, String) {
        let (certificate, key) = self.certificate(&["127.0.0.1", "localhost"]);
        (certificate.pem(), key.serialize_pem())
    }

    fn certificate(&self, names: &[&str]) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let params = CertificateParams::new(names).unwrap();
        (params.signed_by(&key, &self.issuer).unwrap(), key)
    }

    /// A server with a certificate for this machine.
    pub fn server(&self) -> ServerConfig {
        self.server_for(&["127.0.0.1", "localhost"])
    }

    /// A server with a certificate for these names.
    pub fn server_for(&self, names: &[&str]) -> ServerConfig {
        let (chain, key) = self.identity(names);
        ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).unwrap()
    }

    /// A server for those only who show a certificate of this authority.
    pub fn exclusive_server(&self) -> ServerConfig {
        let mut roots = RootCertStore::empty();
        roots.add(self.issuer.der().clone()).unwrap();
        let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build().unwrap();
        let (chain, key) = self.identity(&["127.0.0.1"]);
        ServerConfig::builder().with_client_cert_verifier(verifier).with_single_cert(chain, key).unwrap()
    }

    fn identity(&self, names: &[&str]) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
        let (certificate, key) = self.certificate(names);
        (vec![certificate.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
    }
}

#[test]
fn a_certificate_of_an_unknown_authority_is_refused_at_once_and_never_answered_with_plain_http() {
    let server = Server::start_tls(Authority::new().server(), |_, _| ok("x"));
    let error = fetch(&Client::new(options()), &format!("https://{}/", server.host), 100).unwrap_err();
    assert!(matches!(error, TransportError::Certificate { .. }), "{error:?}");
    assert!(error.to_string().ends_with("its certificate is of an unknown authority"), "{error}");
    assert!(error.hint().unwrap().contains("--ca-file"));

    let error = Client::new(options()).manifest(&reference(&server.host, "app"), &[]).unwrap_err();
    assert!(matches!(error, TransportError::Certificate { .. }), "{error:?}");
    assert!(server.asked().is_empty() && pauses().is_empty());
}

#[test]
fn an_authority_from_a_file_is_trusted() {
    let authority = Authority::new();
    let server = Server::start_tls(authority.server(), |_, _| ok("x"));
    let folder = tempfile::tempdir().unwrap();
    let client = Client::new(ClientOptions { ca_files: vec![authority.write_to(folder.path())], ..options() });
    assert_eq!(fetch(&client, &format!("https://{}/", server.host), 100).unwrap(), b"x");
    assert_eq!(client.manifest(&reference(&server.host, "app"), &[]).unwrap().bytes, b"x");
}

#[test]
fn a_certificate_for_another_name_is_refused() {
    let authority = Authority::new();
    let server = Server::start_tls(authority.server_for(&["registry.example"]), |_, _| ok("x"));
    let folder = tempfile::tempdir().unwrap();
    let client = Client::new(ClientOptions { ca_files: vec![authority.write_to(folder.path())], ..options() });
    let error = fetch(&client, &format!("https://{}/", server.host), 100).unwrap_err();
    assert!(matches!(error, TransportError::Certificate { .. }), "{error:?}");
    assert!(error.to_string().contains("its certificate is not trusted: certificate not valid for name"), "{error}");
}

#[test]
fn an_authority_in_the_folder_of_a_host_is_trusted_for_that_host_only() {
    let authority = Authority::new();
    let (server, other) =
        (Server::start_tls(authority.server(), |_, _| ok("x")), Server::start_tls(authority.server(), |_, _| ok("x")));
    let folder = tempfile::tempdir().unwrap();
    let of_host = folder.path().join(&server.host);
    std::fs::create_dir(&of_host).unwrap();
    std::fs::write(of_host.join("ca.crt"), authority.pem()).unwrap();
    let client = Client::new(ClientOptions { certificate_folders: vec![folder.path().into()], ..options() });
    assert_eq!(fetch(&client, &format!("https://{}/", server.host), 100).unwrap(), b"x");
    let error = fetch(&client, &format!("https://{}/", other.host), 100).unwrap_err();
    assert!(matches!(error, TransportError::Certificate { .. }), "{error:?}");
}

#[test]
fn a_host_that_wants_a_certificate_gets_the_one_in_its_folder() {
    let authority = Authority::new();
    let server = Server::start_tls(authority.exclusive_server(), |_, _| ok("x"));
    let folder = tempfile::tempdir().unwrap();
    let of_host = folder.path().join(&server.host);
    std::fs::create_dir(&of_host).unwrap();
    std::fs::write(of_host.join("ca.crt"), authority.pem()).unwrap();
    let client = || Client::new(ClientOptions { certificate_folders: vec![folder.path().into()], ..options() });
    let url = format!("https://{}/", server.host);
    let error = fetch(&client(), &url, 100).unwrap_err();
    assert!(error.to_string().contains("it may want to see a certificate"), "{error}");

    let (certificate, key) = authority.issue();
    std::fs::write(of_host.join("client.cert"), certificate).unwrap();
    let error = fetch(&client(), &url, 100).unwrap_err();
    assert!(error.to_string().contains("the key of this certificate is missing"), "{error}");

    std::fs::write(of_host.join("client.key"), key).unwrap();
    assert_eq!(fetch(&client(), &url, 100).unwrap(), b"x");
}

#[test]
fn a_file_that_holds_no_certificate_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("authority.pem");
    let message = || {
        let client = Client::new(ClientOptions { ca_files: vec![path.clone()], ..options() });
        fetch(&client, "https://127.0.0.1:1/", 100).unwrap_err().to_string()
    };
    assert!(message().starts_with(&path.display().to_string()), "{}", message());
    for content in ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        std::fs::write(&path, content).unwrap();
        assert!(!message().contains("could not be reached: Connection refused"), "{}", message());
    }
}

#[test]
fn the_systems_authorities_are_those_that_ssl_cert_file_names() {
    // The variable is read by the program's own library too: only another process can show it.
    const CHILD: &str = "PLIMSOLL_TEST_URL";
    if let Ok(url) = std::env::var(CHILD) {
        let client = Client::new(ClientOptions { retry: options().retry, ..ClientOptions::from_environment() });
        assert_eq!(fetch(&client, &url, 100).unwrap(), b"x");
        return;
    }
    let authority = Authority::new();
    let server =
        Server::start_tls(authority.server(), |asked, _| if asked.target == "/f" { ok("x") } else { answer(404) });
    let folder = tempfile::tempdir().unwrap();
    let test = "certificates::the_systems_authorities_are_those_that_ssl_cert_file_names";
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test])
        .env("SSL_CERT_FILE", authority.write_to(folder.path()))
        .env(CHILD, format!("https://{}/f", server.host))
        .output()
        .unwrap();
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
    assert_eq!(server.targets(), ["GET /f"]);
}
