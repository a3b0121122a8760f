//! The only user of OpenSSL and sha2: digests, signatures, chains.

mod algorithm;

pub use algorithm::{DigestAlgorithm, SignatureAlgorithm};
