//! Keys in files: ours, OpenSSL's, and what is none.

#![expect(clippy::disallowed_methods, reason = "a test reads its own files")]

use std::path::Path;
use std::process::Command;

use plimsoll_signing::{KeyError, PrivateKey, PublicKey};

#[test]
fn a_key_reads_back_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    let key = PrivateKey::generate().unwrap();
    key.write(&path).unwrap();
    let read = PrivateKey::read(&path).unwrap();
    assert_eq!(read.public(), key.public());
    assert!(key.public().verifies(b"x", &read.sign(b"x").unwrap()));
    let public = folder.path().join("key.pub");
    std::fs::write(&public, key.public().to_pem()).unwrap();
    assert_eq!(PublicKey::read(&public).unwrap(), key.public());
}

#[cfg(unix)]
#[test]
fn only_its_owner_may_read_a_private_key() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    PrivateKey::generate().unwrap().write(&path).unwrap();
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_file_that_is_there_is_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    std::fs::write(&path, "precious").unwrap();
    assert!(matches!(PrivateKey::generate().unwrap().write(&path), Err(KeyError::Io { .. })));
    assert_eq!(path.metadata().unwrap().len(), 8);
}

#[test]
fn each_half_in_the_place_of_the_other_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (private, public) = (folder.path().join("key"), folder.path().join("key.pub"));
    let key = PrivateKey::generate().unwrap();
    key.write(&private).unwrap();
    std::fs::write(&public, key.public().to_pem()).unwrap();
    let error = PublicKey::read(&private).unwrap_err().to_string();
    assert!(error.ends_with("key: there is no `PUBLIC KEY` in PEM, but a `PRIVATE KEY`"), "{error}");
    let error = PrivateKey::read(&public).unwrap_err().to_string();
    assert!(error.contains("but a `PUBLIC KEY`"), "{error}");
}

#[test]
fn a_key_file_of_any_size_is_refused_within_bounds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    std::fs::write(&path, " ".repeat(65 << 10)).unwrap();
    assert!(matches!(PrivateKey::read(&path), Err(KeyError::Io { .. })));
    assert!(matches!(PublicKey::read(&folder.path().join("absent")), Err(KeyError::Io { .. })));
}

fn openssl(arguments: &[&str]) -> bool {
    Command::new("openssl").args(arguments).output().is_ok_and(|output| output.status.success())
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn openssl_and_this_program_read_each_other_s_keys_and_signatures() {
    if !openssl(&["version"]) {
        assert!(std::env::var_os("CI").is_none(), "openssl is missing");
        println!("skipped: openssl is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (theirs, public) = (folder.path().join("theirs"), folder.path().join("theirs.pub"));
    assert!(openssl(&["genpkey", "-algorithm", "ed25519", "-out", text(&theirs)]));
    assert!(openssl(&["pkey", "-in", text(&theirs), "-pubout", "-out", text(&public)]));
    let key = PrivateKey::read(&theirs).unwrap();
    assert_eq!(PublicKey::read(&public).unwrap(), key.public());
    assert_eq!(std::fs::read(&public).unwrap(), key.public().to_pem().as_bytes());

    let (ours, message, signature) =
        (folder.path().join("ours"), folder.path().join("message"), folder.path().join("signature"));
    let key = PrivateKey::generate().unwrap();
    key.write(&ours).unwrap();
    std::fs::write(&message, "the manifest").unwrap();
    let sign = ["pkeyutl", "-sign", "-rawin", "-inkey", text(&ours), "-in", text(&message), "-out", text(&signature)];
    assert!(openssl(&sign));
    assert_eq!(std::fs::read(&signature).unwrap(), key.sign(b"the manifest").unwrap());

    let other = folder.path().join("rsa");
    assert!(openssl(&["genpkey", "-algorithm", "rsa", "-pkeyopt", "rsa_keygen_bits:2048", "-out", text(&other)]));
    let error = PrivateKey::read(&other).unwrap_err();
    assert!(error.to_string().ends_with("it is no Ed25519 key"), "{error}");
}
