//! Names of algorithms.

use serde::{Deserialize, Serialize};

/// A message digest. Which of them may still be used is the policy's affair, not this list's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum DigestAlgorithm {
    /// MD5: read only.
    #[serde(rename = "MD5")]
    Md5,
    /// SHA-1: read only.
    #[serde(rename = "SHA-1")]
    Sha1,
    /// SHA-224: read only.
    #[serde(rename = "SHA-224")]
    Sha224,
    /// SHA-256.
    #[serde(rename = "SHA-256")]
    Sha256,
    /// SHA-384.
    #[serde(rename = "SHA-384")]
    Sha384,
    /// SHA-512.
    #[serde(rename = "SHA-512")]
    Sha512,
    /// SHA3-256: read only.
    #[serde(rename = "SHA3-256")]
    Sha3_256,
    /// SHA3-384: read only.
    #[serde(rename = "SHA3-384")]
    Sha3_384,
    /// SHA3-512: read only.
    #[serde(rename = "SHA3-512")]
    Sha3_512,
    /// SHAKE256 with 64 octets, which goes with Ed448 (RFC 8419, 2.3): read only.
    #[serde(rename = "SHAKE256")]
    Shake256,
}

/// A signature scheme, without its digest and its key size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 (RFC 8017).
    #[serde(rename = "RSA-PKCS1v15")]
    RsaPkcs1v15,
    /// RSASSA-PSS (RFC 8017), with MGF1 of the same digest and a salt of the digest's length when we sign.
    #[serde(rename = "RSA-PSS")]
    RsaPss,
    /// ECDSA (RFC 5753).
    #[serde(rename = "ECDSA")]
    Ecdsa,
    /// Ed25519 (RFC 8419).
    #[serde(rename = "Ed25519")]
    Ed25519,
    /// Ed448 (RFC 8419): read only.
    #[serde(rename = "Ed448")]
    Ed448,
    /// DSA: read only.
    #[serde(rename = "DSA")]
    Dsa,
    /// ML-DSA (FIPS 204, RFC 9882): read only.
    #[serde(rename = "ML-DSA")]
    MlDsa,
    /// SLH-DSA (FIPS 205, RFC 9814): read only.
    #[serde(rename = "SLH-DSA")]
    SlhDsa,
}
