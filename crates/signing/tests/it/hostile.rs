//! Texts that are no keys.

use plimsoll_signing::{KeyError, PrivateKey, PublicKey};

#[test]
fn what_is_no_key_is_an_error() {
    for text in [
        "",
        "key",
        "-----BEGIN PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\n????\n-----END PUBLIC KEY-----",
    ] {
        assert!(PublicKey::from_pem(text).is_err(), "{text}");
        assert!(PrivateKey::from_pem(&text.replace("PUBLIC", "PRIVATE")).is_err(), "{text}");
    }
    let strange = format!("-----BEGIN \x1b[2J{}-----", "x".repeat(1000));
    assert!(matches!(PublicKey::from_pem(&strange), Err(KeyError::NoPem { found: None, .. })));
}

#[test]
fn fuzz_keys() {
    let sample = PublicKey::from_raw([7; 32]).to_pem().into_bytes();
    plimsoll_fuzzing::check().with_iterations(5_000).for_each(|input: &[u8]| {
        let mut bytes = sample.clone();
        for change in input.chunks_exact(2) {
            let place = usize::from(change[0]) % bytes.len();
            bytes[place] = change[1];
        }
        for bytes in [bytes.as_slice(), input] {
            let text = String::from_utf8_lossy(bytes);
            if let Ok(key) = PublicKey::from_pem(&text) {
                assert_eq!(PublicKey::from_pem(&key.to_pem()).unwrap(), key);
            }
            let _ = PrivateKey::from_pem(&text.replace("PUBLIC", "PRIVATE"));
        }
    });
}
