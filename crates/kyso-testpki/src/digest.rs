//! Digest algorithms, and signatures with their AlgorithmIdentifier.

use openssl::hash::{MessageDigest, hash};
use openssl::pkey::{Id, PKey, Private};
use openssl::sign::Signer;

use crate::Error;
use crate::der::{oid, sequence, tlv};

/// A digest algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digest {
    /// SHA-1: for tokens and certificates of old.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Digest {
    pub(crate) fn openssl(self) -> MessageDigest {
        match self {
            Self::Sha1 => MessageDigest::sha1(),
            Self::Sha256 => MessageDigest::sha256(),
            Self::Sha384 => MessageDigest::sha384(),
            Self::Sha512 => MessageDigest::sha512(),
        }
    }

    /// The digest of these bytes.
    ///
    /// # Errors
    /// Where OpenSSL fails.
    pub fn of(self, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        Ok(hash(self.openssl(), bytes)?.to_vec())
    }

    /// AlgorithmIdentifier with NULL parameters, as RFC 3161 requests carry it.
    pub(crate) fn algorithm(self) -> Result<Vec<u8>, Error> {
        let dotted = match self {
            Self::Sha1 => "1.3.14.3.2.26",
            Self::Sha256 => "2.16.840.1.101.3.4.2.1",
            Self::Sha384 => "2.16.840.1.101.3.4.2.2",
            Self::Sha512 => "2.16.840.1.101.3.4.2.3",
        };
        Ok(sequence(&[oid(dotted)?, tlv(0x05, &[])]))
    }
}

/// A signature over `bytes`, and the AlgorithmIdentifier that names how it was made.
pub(crate) fn sign(key: &PKey<Private>, digest: Digest, bytes: &[u8]) -> Result<(Vec<u8>, Vec<u8>), Error> {
    let algorithm = match (key.id(), digest) {
        (Id::ED25519, _) => sequence(&[oid("1.3.101.112")?]),
        (Id::RSA, digest) => {
            let dotted = match digest {
                Digest::Sha1 => "1.2.840.113549.1.1.5",
                Digest::Sha256 => "1.2.840.113549.1.1.11",
                Digest::Sha384 => "1.2.840.113549.1.1.12",
                Digest::Sha512 => "1.2.840.113549.1.1.13",
            };
            sequence(&[oid(dotted)?, tlv(0x05, &[])])
        }
        (_, digest) => sequence(&[oid(match digest {
            Digest::Sha1 => "1.2.840.10045.4.1",
            Digest::Sha256 => "1.2.840.10045.4.3.2",
            Digest::Sha384 => "1.2.840.10045.4.3.3",
            Digest::Sha512 => "1.2.840.10045.4.3.4",
        })?]),
    };
    let mut signer =
        if key.id() == Id::ED25519 { Signer::new_without_digest(key)? } else { Signer::new(digest.openssl(), key)? };
    Ok((signer.sign_oneshot_to_vec(bytes)?, algorithm))
}
