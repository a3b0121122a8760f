//! The statement of a time-stamp token (RFC 3161, 2.4.2).

use jiff::{SignedDuration, Timestamp};

use crate::asn1::{self, Element, Reader, tag};
use crate::crypto::DigestAlgorithm;
use crate::error::{Error, Subject};
use crate::pki::AlgorithmIdentifier;

/// `TSTInfo`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
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
    /// How far from the true time it may be, either way, where the authority says.
    pub accuracy: Option<SignedDuration>,
    /// Whether tokens of this authority can be put in order by their times alone.
    pub ordering: bool,
    /// Contents octets of the nonce that was asked for.
    pub nonce: Option<Vec<u8>>,
    /// DER GeneralName of the authority, where it gives one.
    pub tsa: Option<Vec<u8>>,
    /// OID of a critical extension: none is understood (RFC 3161, 2.4.2).
    pub not_understood: Option<String>,
}

impl TstInfo {
    /// Reads the eContent of a token.
    ///
    /// # Errors
    /// [`Error::Input`] where it's malformed.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let mut fields = Reader::new(Subject::TimeStamp, bytes).expect(tag::SEQUENCE)?.children()?;
        let version = fields.expect(tag::INTEGER)?;
        if version.unsigned()? != 1 {
            return Err(version.error("not version 1"));
        }
        let policy = fields.expect(tag::OBJECT_IDENTIFIER)?.oid()?;
        let mut imprint = fields.expect(tag::SEQUENCE)?.children()?;
        let digest = AlgorithmIdentifier::read(&imprint.expect(tag::SEQUENCE)?)?.digest();
        let imprint = imprint.next()?.octets()?.into_owned();
        let serial = fields.expect(tag::INTEGER)?.contents().to_vec();
        let time = asn1::timestamp(&fields.expect(tag::GENERALIZED_TIME)?)?;
        let accuracy = fields.optional(tag::SEQUENCE)?.map(|element| accuracy(&element)).transpose()?;
        let ordering = fields.optional(tag::BOOLEAN)?.map(|element| element.boolean()).transpose()?;
        let nonce = fields.optional(tag::INTEGER)?.map(|element| element.contents().to_vec());
        let tsa = match fields.optional(tag::context(0))? {
            Some(explicit) => Some(explicit.children()?.next()?.raw().to_vec()),
            None => None,
        };
        let mut not_understood = None;
        if let Some(extensions) = fields.optional(tag::context(1))? {
            for extension in extensions.children()?.all()? {
                let mut parts = extension.children()?;
                let oid = parts.expect(tag::OBJECT_IDENTIFIER)?.oid()?;
                if parts.optional(tag::BOOLEAN)?.map(|critical| critical.boolean()).transpose()? == Some(true) {
                    not_understood = Some(oid);
                }
            }
        }
        let ordering = ordering.unwrap_or(false);
        Ok(Self { policy, digest, imprint, serial, time, accuracy, ordering, nonce, tsa, not_understood })
    }
}

/// `Accuracy ::= SEQUENCE { seconds INTEGER OPTIONAL, millis [0] (1..999) OPTIONAL, micros [1] (1..999) OPTIONAL }`
fn accuracy(element: &Element<'_>) -> Result<SignedDuration, Error> {
    let mut fields = element.children()?;
    let mut part = |identifier| -> Result<i64, Error> {
        fields.optional(identifier)?.map_or(Ok(0), |part| part.unsigned().map(i64::from))
    };
    let (seconds, millis, micros) = (part(tag::INTEGER)?, part(0x80)?, part(0x81)?);
    if millis > 999 || micros > 999 {
        return Err(element.error("an accuracy of more than 999 milliseconds or microseconds"));
    }
    Ok(SignedDuration::from_secs(seconds) + SignedDuration::from_millis(millis) + SignedDuration::from_micros(micros))
}
