//! Step 2: the signed attributes and their digest.

use serde::{Deserialize, Serialize};

use crate::crypto::{DigestAlgorithm, SignatureAlgorithm};

/// What a key has to sign. A process may store it and go on days later: a leader's phone can take its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToBeSigned {
    /// The digest for the document, the signed attributes and the signature.
    pub digest_algorithm: DigestAlgorithm,
    /// The scheme that the signature value must be of.
    pub signature_algorithm: SignatureAlgorithm,
    /// DER certificates: the signer's first, then its issuers, without the root.
    pub certificates: Vec<Vec<u8>>,
    /// DER of the signed attributes as `SET OF Attribute` (RFC 5652, 5.4): the message for schemes that hash
    /// themselves (Ed25519).
    pub signed_attributes: Vec<u8>,
    /// `digest_algorithm` over `signed_attributes`: what a token or a remote service signs.
    pub digest: Vec<u8>,
}
