//! Signing and verifying.

use plimsoll_signing::{KeyId, PrivateKey, PublicKey};

/// The first test of RFC 8032, section 7.1: an empty message.
const RFC_PUBLIC: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
const RFC_SIGNATURE: &str = "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";

fn unhex(text: &str) -> Vec<u8> {
    text.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

#[test]
fn the_specification_s_own_example_verifies() {
    let key = PublicKey::from_raw(unhex(RFC_PUBLIC).try_into().unwrap());
    assert!(key.verifies(b"", &unhex(RFC_SIGNATURE)));
    assert!(!key.verifies(b"x", &unhex(RFC_SIGNATURE)));
}

#[test]
fn a_signature_holds_for_its_message_and_key_and_no_other() {
    let (key, other) = (PrivateKey::generate().unwrap(), PrivateKey::generate().unwrap());
    let signature = key.sign(b"the manifest").unwrap();
    assert!(key.public().verifies(b"the manifest", &signature));
    assert!(!key.public().verifies(b"the manifesT", &signature));
    assert!(!other.public().verifies(b"the manifest", &signature));
    for at in 0..signature.len() {
        let mut flipped = signature;
        flipped[at] ^= 1;
        assert!(!key.public().verifies(b"the manifest", &flipped), "byte {at}");
    }
    for length in [0, 1, 63] {
        assert!(!key.public().verifies(b"the manifest", &signature[..length]));
    }
    assert!(!key.public().verifies(b"the manifest", &[&signature[..], &[0]].concat()));
}

#[test]
fn a_key_s_name_is_of_its_public_half() {
    let key = PublicKey::from_raw([0; 32]);
    // The start of SHA-256 of 32 zero bytes.
    assert_eq!(key.id().to_string(), "66687aadf862bd77");
    assert_eq!("66687aadf862bd77".parse::<KeyId>().unwrap(), key.id());
    for text in ["", "66687AADF862BD77", "66687aadf862bd7", "66687aadf862bd770", "+6687aadf862bd77"] {
        assert!(text.parse::<KeyId>().is_err(), "{text}");
    }
}

#[test]
fn a_private_key_is_never_shown() {
    let key = PrivateKey::generate().unwrap();
    assert_eq!(format!("{key:?}"), format!("PrivateKey(of {})", key.public().id()));
}
