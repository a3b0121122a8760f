//! What a time-stamp token says (RFC 3161, 2.4.2).

use jiff::Timestamp;

use crate::asn1::{self, Reader, tag};
use crate::crypto::DigestAlgorithm;
use crate::error::Error;
use crate::pki::AlgorithmIdentifier;

/// `TSTInfo`, as far as a verifier asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TstInfo {
    /// The time-stamping policy's OID.
    pub policy: String,
    /// Digest of the message imprint; `None` for one that isn't known.
    pub digest: Option<DigestAlgorithm>,
    /// The digest that was stamped.
    pub imprint: Vec<u8>,
    /// Contents octets of the token's serial number.
    pub serial: Vec<u8>,
    /// The time, by the authority's word.
    pub time: Timestamp,
}

impl TstInfo {
    /// Reads the eContent of a token.
    ///
    /// # Errors
    /// [`Error::Input`] where it's malformed.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let mut fields = Reader::new("time-stamp", bytes).expect(tag::SEQUENCE)?.children()?;
        let version = fields.expect(tag::INTEGER)?;
        if version.unsigned()? != 1 {
            return Err(version.error("not version 1"));
        }
        let policy = fields.expect(tag::OBJECT_IDENTIFIER)?.oid()?;
        let mut imprint = fields.expect(tag::SEQUENCE)?.children()?;
        let digest = AlgorithmIdentifier::read(&imprint.expect(tag::SEQUENCE)?)?.digest();
        Ok(Self {
            policy,
            digest,
            imprint: imprint.next()?.octets()?.into_owned(),
            serial: fields.expect(tag::INTEGER)?.contents().to_vec(),
            time: asn1::timestamp(&fields.next()?)?,
        })
    }
}
