//! Step 3: the key.

use super::to_be_signed::ToBeSigned;
use crate::crypto::SignatureAlgorithm;
use crate::error::Error;

/// A key with its certificates: in this process, on a token, or at a remote service.
pub trait Signer {
    /// DER certificates, the signer's first, then its issuers as far as they are known.
    fn certificates(&self) -> &[Vec<u8>];

    /// The scheme of the signatures that it makes.
    fn algorithm(&self) -> SignatureAlgorithm;

    /// The raw signature value: PKCS#1 octets, DER `ECDSA-Sig-Value`, or 64 bytes for Ed25519.
    ///
    /// # Errors
    /// [`Error::Signer`] when the key says no.
    fn sign(&self, to_be_signed: &ToBeSigned) -> Result<SignatureValue, Error>;
}

/// The octets of a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureValue(pub Vec<u8>);
