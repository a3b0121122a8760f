//! TimeStampReq (RFC 3161, 2.4.1).

use crate::asn1;
use crate::crypto::DigestAlgorithm;
use crate::pki::algorithm;

/// The request to an authority ([RFC 3161, 2.4.1]).
///
/// ```text
/// TimeStampReq ::= SEQUENCE {
///     version        INTEGER { v1(1) },
///     messageImprint MessageImprint,
///     reqPolicy      TSAPolicyId OPTIONAL,
///     nonce          INTEGER OPTIONAL,
///     certReq        BOOLEAN DEFAULT FALSE,
///     extensions [0] IMPLICIT Extensions OPTIONAL }
/// ```
///
/// [RFC 3161, 2.4.1]: https://www.rfc-editor.org/rfc/rfc3161#section-2.4.1
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeStampRequest {
    /// Of the imprint.
    pub digest: DigestAlgorithm,
    /// The digest to stamp.
    pub imprint: Vec<u8>,
    /// Contents octets of a number that nobody can guess, positive and in shortest form: the token must repeat it.
    pub nonce: Option<Vec<u8>>,
    /// OID of the policy to stamp under; `None`: the authority's own.
    pub policy: Option<String>,
    /// Whether the token shall bring its certificates, as PAdES needs it.
    pub certificates: bool,
}

impl TimeStampRequest {
    /// Asks for a stamp of `imprint`, certificates included.
    pub fn new(digest: DigestAlgorithm, imprint: &[u8]) -> Self {
        Self { digest, imprint: imprint.to_vec(), nonce: None, policy: None, certificates: true }
    }

    /// Sets a nonce from random bytes: as a positive INTEGER in shortest form, whatever the bytes.
    #[must_use]
    pub fn with_nonce(mut self, random: &[u8]) -> Self {
        let mut octets = vec![0x01];
        octets.extend_from_slice(random);
        self.nonce = Some(octets);
        self
    }

    /// DER TimeStampReq.
    pub fn to_der(&self) -> Vec<u8> {
        let imprint = [algorithm::write_digest(self.digest), asn1::octet_string(&self.imprint)];
        let mut fields = vec![asn1::unsigned(1), asn1::sequence(&imprint)];
        fields.extend(self.policy.as_deref().map(asn1::object_identifier));
        fields.extend(self.nonce.as_deref().map(asn1::integer));
        if self.certificates {
            fields.push(asn1::boolean(true));
        }
        asn1::sequence(&fields)
    }
}
