//! The only user of OpenSSL and sha2: digests, keys, signatures, chains.

mod algorithm;
pub mod chain;
mod digest;
mod ed25519;
mod hmac;
mod key;
mod post_quantum;
mod signature;

pub use algorithm::{DigestAlgorithm, SignatureAlgorithm};
pub use digest::{Hasher, hex, same, sha256};
pub use ed25519::{Ed25519Key, ed25519_verify};
pub use hmac::hmac_sha256;
pub use key::{KeyKind, Pkcs12, PrivateKey, PublicKey, bundle, certificates};
pub use post_quantum::{PostQuantum, openssl_version};
pub use signature::{Message, SignatureScheme, sign, verify};

#[cfg(test)]
mod tests;
