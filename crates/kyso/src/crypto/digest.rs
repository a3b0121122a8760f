//! Message digests: SHA-2 in Rust, what is only read by OpenSSL.

use openssl::hash::MessageDigest;
use openssl::md::{Md, MdRef};
use sha2::Digest;

use super::DigestAlgorithm;
use crate::error::Error;

impl DigestAlgorithm {
    /// Every one of them.
    pub const ALL: [Self; 10] = [
        Self::Md5,
        Self::Sha1,
        Self::Sha224,
        Self::Sha256,
        Self::Sha384,
        Self::Sha512,
        Self::Sha3_256,
        Self::Sha3_384,
        Self::Sha3_512,
        Self::Shake256,
    ];

    /// The name, e.g. `SHA-256`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha224 => "SHA-224",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
            Self::Sha3_256 => "SHA3-256",
            Self::Sha3_384 => "SHA3-384",
            Self::Sha3_512 => "SHA3-512",
            Self::Shake256 => "SHAKE256",
        }
    }

    /// Length of the digest in bytes.
    pub(crate) fn output_length(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 | Self::Sha3_256 => 32,
            Self::Sha384 | Self::Sha3_384 => 48,
            Self::Sha512 | Self::Sha3_512 | Self::Shake256 => 64,
        }
    }

    /// The digest of `bytes`.
    pub fn digest(self, bytes: &[u8]) -> Vec<u8> {
        let mut hasher = self.hasher();
        hasher.update(bytes);
        hasher.finish()
    }

    /// The digest of `bytes` as lower-case hex: the form in which files are named and compared.
    pub fn hex(self, bytes: &[u8]) -> String {
        hex(&self.digest(bytes))
    }

    /// A digest to be made piece by piece.
    pub fn hasher(self) -> Hasher {
        Hasher(match self {
            Self::Sha224 => State::Sha224(sha2::Sha224::new()),
            Self::Sha256 => State::Sha256(sha2::Sha256::new()),
            Self::Sha384 => State::Sha384(sha2::Sha384::new()),
            Self::Sha512 => State::Sha512(sha2::Sha512::new()),
            Self::Md5 | Self::Sha1 | Self::Sha3_256 | Self::Sha3_384 | Self::Sha3_512 => {
                // An OpenSSL without the algorithm (a FIPS provider has no MD5) gives a digest that matches nothing.
                State::OpenSsl(openssl::hash::Hasher::new(self.message_digest()).ok())
            }
            Self::Shake256 => State::Shake256(openssl::hash::Hasher::new(self.message_digest()).ok()),
        })
    }

    pub(super) fn message_digest(self) -> MessageDigest {
        match self {
            Self::Md5 => MessageDigest::md5(),
            Self::Sha1 => MessageDigest::sha1(),
            Self::Sha224 => MessageDigest::sha224(),
            Self::Sha256 => MessageDigest::sha256(),
            Self::Sha384 => MessageDigest::sha384(),
            Self::Sha512 => MessageDigest::sha512(),
            Self::Sha3_256 => MessageDigest::sha3_256(),
            Self::Sha3_384 => MessageDigest::sha3_384(),
            Self::Sha3_512 => MessageDigest::sha3_512(),
            Self::Shake256 => MessageDigest::shake_256(),
        }
    }

    pub(super) fn md(self) -> Result<&'static MdRef, Error> {
        Md::from_nid(self.message_digest().type_())
            .ok_or_else(|| Error::Internal(format!("OpenSSL has no {}", self.name())))
    }
}

/// SHA-256 of the parts put end to end, as the array that trees of hashes are made of.
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = sha2::Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// Lower-case hex without separators.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether two digests are the same, in a time that depends on their lengths alone.
pub fn same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && openssl::memcmp::eq(one, other)
}

/// A digest that is being made. Clone it where two messages begin alike.
#[derive(Clone)]
pub struct Hasher(State);

#[derive(Clone)]
enum State {
    Sha224(sha2::Sha224),
    Sha256(sha2::Sha256),
    Sha384(sha2::Sha384),
    Sha512(sha2::Sha512),
    OpenSsl(Option<openssl::hash::Hasher>),
    /// SHAKE256, whose output length the caller chooses.
    Shake256(Option<openssl::hash::Hasher>),
}

impl Hasher {
    /// Takes in the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            State::Sha224(hasher) => hasher.update(bytes),
            State::Sha256(hasher) => hasher.update(bytes),
            State::Sha384(hasher) => hasher.update(bytes),
            State::Sha512(hasher) => hasher.update(bytes),
            State::OpenSsl(hasher) | State::Shake256(hasher) => {
                if hasher.as_mut().is_some_and(|hasher| hasher.update(bytes).is_err()) {
                    *hasher = None;
                }
            }
        }
    }

    /// The digest; empty where OpenSSL refuses the algorithm, which no digest of a document ever is.
    pub fn finish(self) -> Vec<u8> {
        match self.0 {
            State::Sha224(hasher) => hasher.finalize().to_vec(),
            State::Sha256(hasher) => hasher.finalize().to_vec(),
            State::Sha384(hasher) => hasher.finalize().to_vec(),
            State::Sha512(hasher) => hasher.finalize().to_vec(),
            State::OpenSsl(hasher) => {
                hasher.and_then(|mut hasher| hasher.finish().ok()).map(|digest| digest.to_vec()).unwrap_or_default()
            }
            State::Shake256(hasher) => {
                let mut digest = vec![0; DigestAlgorithm::Shake256.output_length()];
                let made = hasher.is_some_and(|mut hasher| hasher.finish_xof(&mut digest).is_ok());
                if made { digest } else { Vec::new() }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_makers_agree_and_lengths_hold() {
        for algorithm in DigestAlgorithm::ALL {
            let digest = algorithm.digest(b"abc");
            assert_eq!(digest.len(), algorithm.output_length(), "{}", algorithm.name());
            if algorithm == DigestAlgorithm::Shake256 {
                // FIPS 202's own example of the first octets.
                assert_eq!(digest.get(..4), Some(&[0x48, 0x33, 0x66, 0x60][..]));
                continue;
            }
            let by_openssl = openssl::hash::hash(algorithm.message_digest(), b"abc").unwrap();
            assert_eq!(digest, by_openssl.as_ref(), "{}", algorithm.name());
            algorithm.md().unwrap();
        }
        assert_eq!(sha256(&[b"a", b"", b"bc"]).to_vec(), DigestAlgorithm::Sha256.digest(b"abc"));
    }
}
