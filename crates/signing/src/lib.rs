//! Ed25519 keys: make them, keep them in files, sign, verify.
//!
//! A private key is a PKCS#8 file and a public key an SPKI file, both in PEM, as `openssl genpkey
//! -algorithm ed25519` writes them too. A key is named by its [`KeyId`]; whoever verifies never
//! trusts that name, only the signature.

mod error;
mod id;
mod pem;
mod private;
mod public;

pub use error::KeyError;
pub use id::KeyId;
pub use private::PrivateKey;
pub use public::PublicKey;

/// Bytes of a signature.
pub const SIGNATURE_BYTES: usize = 64;
