//! The only user of OpenSSL and sha2: digests, keys, signatures, chains.

mod algorithm;
mod bytes;
pub mod chain;
mod digest;
mod key;
mod signature;

pub use algorithm::{DigestAlgorithm, SignatureAlgorithm};
pub use bytes::{hex, same};
pub use digest::Hasher;
pub use key::{KeyKind, Pkcs12, PrivateKey, PublicKey, certificates};
pub use signature::{Message, SignatureScheme, sign, verify};

#[cfg(test)]
mod tests;
