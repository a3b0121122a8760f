//! OCSP (RFC 6960): what is asked, and what is answered.

use std::sync::Arc;

use jiff::Timestamp;

use super::revocation::{RevocationReason, RevocationStatus};
use super::signed::{Extension, Signed, same_number, shortest};
use super::{AlgorithmIdentifier, Certificate, Name};
use crate::asn1::{self, Element, Reader, oid, tag};
use crate::crypto::{DigestAlgorithm, SignatureScheme};
use crate::error::{Error, Reason, ResponderStatus, Subject};

const WHAT: Subject = Subject::OcspAnswer;

/// An OCSPResponse that holds a BasicOCSPResponse ([RFC 6960, 4.2.1]).
///
/// ```text
/// BasicOCSPResponse ::= SEQUENCE {
///     tbsResponseData      ResponseData,
///     signatureAlgorithm   AlgorithmIdentifier,
///     signature            BIT STRING,
///     certs            [0] EXPLICIT SEQUENCE OF Certificate OPTIONAL }
///
/// ResponseData ::= SEQUENCE {
///     version          [0] EXPLICIT Version DEFAULT v1,
///     responderID          ResponderID,
///     producedAt           GeneralizedTime,
///     responses            SEQUENCE OF SingleResponse,
///     responseExtensions [1] EXPLICIT Extensions OPTIONAL }
/// ```
///
/// [RFC 6960, 4.2.1]: https://www.rfc-editor.org/rfc/rfc6960#section-4.2.1
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OcspResponse {
    der: Arc<[u8]>,
    signed: Signed,
    /// DER of the BasicOCSPResponse, from whose start the places in `signed` count.
    basic: Vec<u8>,
    responder: ResponderId,
    produced_at: Timestamp,
    responses: Vec<SingleResponse>,
    nonce: Option<Vec<u8>>,
    certificates: Vec<Vec<u8>>,
    not_understood: Option<String>,
}

/// By whom it's signed, by its own word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResponderId {
    /// byName.
    Name(Name),
    /// byKey: SHA-1 of the responder's public key.
    Key(Vec<u8>),
}

/// The answer about one certificate ([RFC 6960, 4.2.1]).
///
/// ```text
/// SingleResponse ::= SEQUENCE {
///     certID               CertID,
///     certStatus           CertStatus,
///     thisUpdate           GeneralizedTime,
///     nextUpdate       [0] EXPLICIT GeneralizedTime OPTIONAL,
///     singleExtensions [1] EXPLICIT Extensions OPTIONAL }
/// ```
///
/// [RFC 6960, 4.2.1]: https://www.rfc-editor.org/rfc/rfc6960#section-4.2.1
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SingleResponse {
    /// Which certificate.
    pub certificate: CertificateId,
    /// The certificate's status (certStatus).
    pub status: RevocationStatus,
    /// When the status was known to be right.
    pub this_update: Timestamp,
    /// By when there is newer information.
    pub next_update: Option<Timestamp>,
    /// Since when the responder keeps what it knows of expired certificates (RFC 6960, 4.4.4).
    pub archive_cutoff: Option<Timestamp>,
}

/// `CertID ::= SEQUENCE { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateId {
    /// The digest of both hashes; `None` for one that isn't known.
    pub digest: Option<DigestAlgorithm>,
    /// Of the issuer's DER name.
    pub issuer_name_hash: Vec<u8>,
    /// Of the issuer's key: the BIT STRING's octets.
    pub issuer_key_hash: Vec<u8>,
    /// Contents octets of the serial number.
    pub serial: Vec<u8>,
}

impl CertificateId {
    /// Whether the CertID is of `certificate`, issued by the key and name of `issuer`.
    pub fn matches(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        let Some(digest) = self.digest else { return false };
        // Responders hash the issuer's name from either certificate; written in other string types they differ.
        let names = [certificate.issuer().der(), issuer.subject().der()];
        same_number(&self.serial, certificate.serial())
            && names.iter().any(|name| digest.digest(name) == self.issuer_name_hash)
            && key_octets(issuer).is_ok_and(|key| digest.digest(&key) == self.issuer_key_hash)
    }

    fn read(element: &Element<'_>) -> Result<Self, Error> {
        let mut fields = element.children()?;
        Ok(Self {
            digest: AlgorithmIdentifier::read(&fields.expect(tag::SEQUENCE)?)?.digest(),
            issuer_name_hash: fields.next()?.octets()?.into_owned(),
            issuer_key_hash: fields.next()?.octets()?.into_owned(),
            serial: fields.expect(tag::INTEGER)?.contents().to_vec(),
        })
    }
}

impl OcspResponse {
    /// Reads one DER OCSPResponse. Fractions of a second, which some responders write, are read too.
    ///
    /// # Errors
    /// [`Error::Input`] where it's malformed, or where its status isn't successful: the reason names the status then.
    pub fn parse(der: &[u8]) -> Result<Self, Error> {
        let mut outside = Reader::new(WHAT, der);
        let mut fields = outside.expect(tag::SEQUENCE)?.children()?;
        if !outside.is_empty() {
            return Err(Error::input(WHAT, None, format!("{} bytes after its end", outside.rest().len())));
        }
        let status = fields.expect(tag::ENUMERATED)?;
        let code = status.unsigned()?;
        if code != 0 {
            return Err(Error::input(WHAT, None, Reason::ResponderRefuses(ResponderStatus::of(code))));
        }
        let mut wrapper = fields.expect(tag::context(0))?.children()?;
        let mut bytes = wrapper.expect(tag::SEQUENCE)?.children()?;
        let kind = bytes.expect(tag::OBJECT_IDENTIFIER)?;
        if kind.oid()? != oid::OCSP_BASIC {
            return Err(kind.error("not a BasicOCSPResponse"));
        }
        let basic = bytes.expect(tag::OCTET_STRING)?;
        // Bytes behind the response aren't signed, and would be kept as evidence.
        if !(bytes.is_empty() && wrapper.is_empty() && fields.is_empty()) {
            return Err(basic.error("more than one answer, or something behind it"));
        }
        Self::basic(der, basic.octets()?.into_owned())
    }

    fn basic(der: &[u8], basic: Vec<u8>) -> Result<Self, Error> {
        let mut fields = Reader::new(WHAT, &basic).expect(tag::SEQUENCE)?.children()?;
        let (data, signed) = Signed::read(&mut fields)?;
        let certificates = match fields.optional(tag::context(0))? {
            Some(list) => {
                let all = list.children()?.expect(tag::SEQUENCE)?.children()?.all()?;
                all.iter().map(|certificate| certificate.raw().to_vec()).collect()
            }
            None => Vec::new(),
        };
        let mut fields = data.children()?;
        fields.optional(tag::context(0))?;
        let responder = responder(&fields.next()?)?;
        let produced_at = asn1::timestamp(&fields.expect(tag::GENERALIZED_TIME)?)?;
        let mut not_understood = None;
        let mut responses = Vec::new();
        for single in fields.expect(tag::SEQUENCE)?.children()?.all()? {
            responses.push(SingleResponse::read(&single, &mut not_understood)?);
        }
        let mut nonce = None;
        if let Some(extensions) = fields.optional(tag::context(1))? {
            for extension in Extension::read_all(&extensions.children()?.expect(tag::SEQUENCE)?)? {
                match extension.oid.as_str() {
                    // An OCTET STRING inside of the extension's own; some leave it out.
                    oid::OCSP_NONCE => {
                        let inner = Reader::new(WHAT, extension.value).expect(tag::OCTET_STRING);
                        nonce = Some(inner.map_or(extension.value, |octets| octets.contents()).to_vec());
                    }
                    other if extension.critical => not_understood = Some(other.to_owned()),
                    _ => {}
                }
            }
        }
        Ok(Self {
            der: der.into(),
            signed,
            responder,
            produced_at,
            responses,
            nonce,
            certificates,
            not_understood,
            basic,
        })
    }

    /// The bytes.
    pub fn der(&self) -> &Arc<[u8]> {
        &self.der
    }

    /// By whom it's signed, by its own word.
    pub fn responder(&self) -> &ResponderId {
        &self.responder
    }

    /// The time of signing (producedAt).
    pub fn produced_at(&self) -> Timestamp {
        self.produced_at
    }

    /// The answers, one certificate each.
    pub fn responses(&self) -> &[SingleResponse] {
        &self.responses
    }

    /// The nonce that it repeats.
    pub fn nonce(&self) -> Option<&[u8]> {
        self.nonce.as_deref()
    }

    /// The certificates that it brings, as received.
    pub fn certificates(&self) -> &[Vec<u8>] {
        &self.certificates
    }

    /// OID of a critical extension that isn't understood: the answer says nothing then.
    pub(crate) fn not_understood(&self) -> Option<&str> {
        self.not_understood.as_deref()
    }

    /// The signature scheme of the response; `None` where unknown.
    pub fn scheme(&self) -> Option<SignatureScheme> {
        self.signed.scheme()
    }

    /// Whether the responderID is of this certificate.
    pub fn names(&self, responder: &Certificate) -> bool {
        match &self.responder {
            ResponderId::Name(name) => name.says_the_same(responder.subject()),
            ResponderId::Key(hash) => {
                key_octets(responder).is_ok_and(|key| DigestAlgorithm::Sha1.digest(&key) == *hash)
            }
        }
    }

    /// Whether the key of `responder` signed it. Whether that one may is another question.
    ///
    /// # Errors
    /// [`Error::Input`] or [`Error::Parameters`] where the algorithm isn't known or doesn't fit the key.
    pub fn verify(&self, responder: &Certificate) -> Result<bool, Error> {
        self.signed.verify(&self.basic, responder)
    }
}

impl SingleResponse {
    fn read(element: &Element<'_>, not_understood: &mut Option<String>) -> Result<Self, Error> {
        let mut fields = element.children()?;
        let certificate = CertificateId::read(&fields.expect(tag::SEQUENCE)?)?;
        let status = fields.next()?;
        let status = match status.identifier() {
            0x80 => RevocationStatus::Good,
            0xA1 => {
                let mut parts = status.children()?;
                let at = asn1::timestamp(&parts.next()?)?;
                let reason = match parts.optional(tag::context(0))? {
                    Some(reason) => Some(RevocationReason::read(&reason.children()?.expect(tag::ENUMERATED)?)?),
                    None => None,
                };
                RevocationStatus::Revoked { at, reason }
            }
            0x82 => RevocationStatus::Unknown,
            _ => return Err(status.error("not a certificate's status")),
        };
        let this_update = asn1::timestamp(&fields.expect(tag::GENERALIZED_TIME)?)?;
        let next_update = match fields.optional(tag::context(0))? {
            Some(time) => Some(asn1::timestamp(&time.children()?.expect(tag::GENERALIZED_TIME)?)?),
            None => None,
        };
        let mut single = Self { certificate, status, this_update, next_update, archive_cutoff: None };
        if let Some(extensions) = fields.optional(tag::context(1))? {
            for extension in Extension::read_all(&extensions.children()?.expect(tag::SEQUENCE)?)? {
                match extension.oid.as_str() {
                    oid::OCSP_ARCHIVE_CUTOFF => {
                        let value = Reader::new(WHAT, extension.value).next()?;
                        single.archive_cutoff = Some(asn1::timestamp(&value)?);
                    }
                    oid::OCSP_CRL | oid::REASON_CODE | oid::INVALIDITY_DATE => {}
                    other if extension.critical => *not_understood = Some(other.to_owned()),
                    _ => {}
                }
            }
        }
        Ok(single)
    }
}

/// `ResponderID ::= CHOICE { byName [1] Name, byKey [2] OCTET STRING }`
fn responder(element: &Element<'_>) -> Result<ResponderId, Error> {
    let inside = element.children()?.next()?;
    match element.identifier() {
        0xA1 => Name::parse(inside.raw()).map(ResponderId::Name),
        0xA2 => Ok(ResponderId::Key(inside.octets()?.into_owned())),
        _ => Err(element.error("not a responder's name or key")),
    }
}

/// The octets of subjectPublicKey, without tag, length and unused bits: what CertID and ResponderID hash.
fn key_octets(certificate: &Certificate) -> Result<Vec<u8>, Error> {
    let mut fields = Reader::new(Subject::PublicKey, certificate.public_key()).expect(tag::SEQUENCE)?.children()?;
    fields.expect(tag::SEQUENCE)?;
    Ok(fields.expect(tag::BIT_STRING)?.bits()?.to_vec())
}

/// DER OCSPRequest for one certificate (RFC 6960, 4.1.1), unsigned. The CertID is hashed with SHA-1, the one digest that
/// every responder takes (RFC 5019, 2.1.1): it names a certificate and protects nothing.
///
/// # Errors
/// [`Error::Input`] where the issuer's key can't be read.
pub fn request(certificate: &Certificate, issuer: &Certificate, nonce: Option<&[u8]>) -> Result<Vec<u8>, Error> {
    let digest = DigestAlgorithm::Sha1;
    let algorithm = asn1::sequence(&[asn1::object_identifier(oid::SHA1), asn1::null()]);
    let id = asn1::sequence(&[
        algorithm,
        asn1::octet_string(&digest.digest(certificate.issuer().der())),
        asn1::octet_string(&digest.digest(&key_octets(issuer)?)),
        asn1::integer(shortest(certificate.serial())),
    ]);
    let mut fields = vec![asn1::sequence(&[asn1::sequence(&[id])])];
    if let Some(nonce) = nonce {
        let value = asn1::octet_string(&asn1::octet_string(nonce));
        let extension = asn1::sequence(&[asn1::object_identifier(oid::OCSP_NONCE), value]);
        fields.push(asn1::context(2, &asn1::sequence(&[extension])));
    }
    Ok(asn1::sequence(&[asn1::sequence(&fields)]))
}
