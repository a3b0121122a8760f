//! The only user of OpenSSL and sha2: digests, keys, signatures, chains.

mod algorithm;
pub mod chain;
mod digest;
mod key;
mod signature;

pub use algorithm::{DigestAlgorithm, SignatureAlgorithm};
pub use digest::{Hasher, hex, same};
pub use key::{KeyKind, Pkcs12, PrivateKey, PublicKey, bundle, certificates};
pub use signature::{Message, SignatureScheme, sign, verify};

#[cfg(test)]
mod tests;
