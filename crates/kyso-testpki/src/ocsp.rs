//! An OCSP responder (RFC 6960), honest or lying.

use jiff::{Span, Timestamp};
use openssl::x509::X509;

use crate::der::{
    ENUMERATED, INTEGER, OCTET_STRING, SEQUENCE, bits, context, elements, extension, generalized_time, inside, octets,
    oid, primitive, sequence, tlv, unsigned,
};
use crate::digest::sign;
use crate::{Ca, Digest, Error, Identity, Register};

const BASIC: &str = "1.3.6.1.5.5.7.48.1.1";
const NONCE: &str = "1.3.6.1.5.5.7.48.1.2";
const ARCHIVE_CUTOFF: &str = "1.3.6.1.5.5.7.48.1.6";

/// How a responder may fail the one who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OcspFault {
    /// OCSPResponseStatus: 1 malformedRequest, 2 internalError, 3 tryLater, 5 sigRequired, 6 unauthorized.
    Status(u8),
    /// The response says unknown.
    Unknown,
    /// The response says good of a revoked certificate.
    Good,
    /// The answer is of another certificate of the same issuer.
    WrongSerial,
    /// The answer is as it was so many hours ago.
    HoursAgo(i64),
    /// The answer never ends.
    NoNextUpdate,
    /// The answer's signature value isn't one.
    BadSignature,
    /// The answer answers another question.
    WrongNonce,
    /// The answer answers no question in particular.
    NoNonce,
    /// The answer doesn't bring the responder's certificate.
    NoCertificates,
    /// The answer has a critical extension that nobody knows.
    UnknownCriticalExtension,
}

/// A responder for the certificates of one CA.
#[derive(Debug, Clone)]
pub struct OcspResponder {
    /// Certificate and key: the CA's own ([`Ca::identity`]), or those of one to which it delegates.
    pub identity: Identity,
    /// Whether the responderID is the key's hash, not the name.
    pub by_key: bool,
    /// How long an answer is good, in hours.
    pub hours: i64,
    /// archiveCutoff: until when back it knows of expired certificates.
    pub archive_cutoff: Option<Timestamp>,
    /// The digest that is signed.
    pub digest: Digest,
    issuer: X509,
    register: Register,
}

impl OcspResponder {
    /// A responder for what `ca` issued and `register` knows; answers are good for a day.
    pub fn new(ca: &Ca, register: &Register, identity: Identity) -> Self {
        Self {
            identity,
            by_key: true,
            hours: 24,
            archive_cutoff: None,
            digest: Digest::Sha256,
            issuer: ca.certificate.clone(),
            register: register.clone(),
        }
    }

    /// OCSPResponse to an OCSPRequest at a time.
    ///
    /// # Errors
    /// Where OpenSSL fails. A request that can't be read is answered malformedRequest, one about another CA's
    /// certificates unauthorized.
    pub fn answer(&self, request: &[u8], time: Timestamp, fault: Option<&OcspFault>) -> Result<Vec<u8>, Error> {
        if let Some(OcspFault::Status(status)) = fault {
            return Ok(failure(*status));
        }
        let Some(request) = Request::parse(request) else { return Ok(failure(1)) };
        for id in &request.ids {
            if !self.is_responsible(id)? {
                return Ok(failure(6));
            }
        }
        let nonce = request.nonce.filter(|_| fault != Some(&OcspFault::NoNonce));
        self.respond(&request.ids, nonce, time, fault)
    }

    /// The answer about one certificate, without a nonce: what a document's archive holds.
    ///
    /// # Errors
    /// Where OpenSSL fails.
    pub fn about(&self, subject: &Identity, time: Timestamp, fault: Option<&OcspFault>) -> Result<Vec<u8>, Error> {
        self.about_serial(&subject.serial(), time, fault)
    }

    /// Answers like [`OcspResponder::about`], for a serial number.
    ///
    /// # Errors
    /// Where OpenSSL fails.
    pub fn about_serial(&self, serial: &[u8], time: Timestamp, fault: Option<&OcspFault>) -> Result<Vec<u8>, Error> {
        if let Some(OcspFault::Status(status)) = fault {
            return Ok(failure(*status));
        }
        let algorithm = Digest::Sha1.algorithm()?;
        let (name, key) = self.hashes(Digest::Sha1)?;
        let whole = sequence(&[algorithm, octets(&name), octets(&key), unsigned(serial)]);
        let Some(id) = CertId::parse(&whole) else { return Ok(failure(2)) };
        self.respond(&[id], None, time, fault)
    }

    fn respond(
        &self,
        ids: &[CertId<'_>],
        nonce: Option<&[u8]>,
        time: Timestamp,
        fault: Option<&OcspFault>,
    ) -> Result<Vec<u8>, Error> {
        let time = match fault {
            Some(OcspFault::HoursAgo(hours)) => hours_after(time, -hours),
            _ => time,
        };
        let responder = if self.by_key {
            tlv(context(2), &octets(&key_hash(&self.identity.certificate, Digest::Sha1)?))
        } else {
            tlv(context(1), &self.identity.certificate.subject_name().to_der()?)
        };
        let singles = ids.iter().map(|id| self.single(id, time, fault)).collect::<Result<Vec<_>, _>>()?;
        let mut data = vec![responder, generalized_time(time), sequence(&singles)];
        let mut extensions = Vec::new();
        if let Some(nonce) = nonce {
            let mut nonce = nonce.to_vec();
            if let Some(last) = nonce.last_mut().filter(|_| fault == Some(&OcspFault::WrongNonce)) {
                *last ^= 1;
            }
            extensions.push(extension(NONCE, false, &nonce)?);
        }
        if fault == Some(&OcspFault::UnknownCriticalExtension) {
            extensions.push(extension("1.3.6.1.4.1.99999.7", true, &octets(&[0]))?);
        }
        if !extensions.is_empty() {
            data.push(tlv(context(1), &sequence(&extensions)));
        }
        let data = sequence(&data);
        let (mut signature, algorithm) = sign(&self.identity.key, self.digest, &data)?;
        if let Some(last) = signature.last_mut().filter(|_| fault == Some(&OcspFault::BadSignature)) {
            *last ^= 1;
        }
        let mut basic = vec![data, algorithm, bits(&signature)];
        if fault != Some(&OcspFault::NoCertificates) {
            basic.push(tlv(context(0), &tlv(SEQUENCE, &self.identity.certificate_der)));
        }
        let bytes = sequence(&[oid(BASIC)?, octets(&sequence(&basic))]);
        Ok(sequence(&[tlv(ENUMERATED, &[0]), tlv(context(0), &bytes)]))
    }

    fn single(&self, id: &CertId<'_>, time: Timestamp, fault: Option<&OcspFault>) -> Result<Vec<u8>, Error> {
        let mut whole = id.whole.to_vec();
        if let Some(last) = whole.last_mut().filter(|_| fault == Some(&OcspFault::WrongSerial)) {
            *last ^= 1;
        }
        let good = tlv(primitive(0), &[]);
        let status = match (fault, self.register.revocation(id.serial, time)) {
            (Some(OcspFault::Unknown), _) => tlv(primitive(2), &[]),
            (Some(OcspFault::Good), _) | (_, None) => good,
            (_, Some(entry)) => {
                let mut parts = vec![generalized_time(entry.at)];
                parts.extend(entry.reason.map(|reason| tlv(context(0), &tlv(ENUMERATED, &[reason as u8]))));
                tlv(context(1), &parts.concat())
            }
        };
        let mut parts = vec![whole, status, generalized_time(time)];
        if fault != Some(&OcspFault::NoNextUpdate) {
            parts.push(tlv(context(0), &generalized_time(hours_after(time, self.hours))));
        }
        if let Some(cutoff) = self.archive_cutoff {
            let value = extension(ARCHIVE_CUTOFF, false, &generalized_time(cutoff))?;
            parts.push(tlv(context(1), &sequence(&[value])));
        }
        Ok(sequence(&parts))
    }

    fn is_responsible(&self, id: &CertId<'_>) -> Result<bool, Error> {
        for digest in [Digest::Sha1, Digest::Sha256, Digest::Sha384, Digest::Sha512] {
            let (name, key) = self.hashes(digest)?;
            if id.issuer_name_hash == name && id.issuer_key_hash == key {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// issuerNameHash and issuerKeyHash (RFC 6960, 4.1.1).
    fn hashes(&self, digest: Digest) -> Result<(Vec<u8>, Vec<u8>), Error> {
        let name = digest.of(&self.issuer.subject_name().to_der()?)?;
        Ok((name, key_hash(&self.issuer, digest)?))
    }
}

/// Of the public key's bits, without tag, length and unused bits (RFC 6960, 4.2.1).
fn key_hash(certificate: &X509, digest: Digest) -> Result<Vec<u8>, Error> {
    let spki = certificate.public_key()?.public_key_to_der()?;
    let fields = inside(&spki, SEQUENCE).unwrap_or_default();
    digest.of(fields.last().and_then(|bits| bits.value.get(1..)).unwrap_or_default())
}

fn failure(status: u8) -> Vec<u8> {
    sequence(&[tlv(ENUMERATED, &[status])])
}

fn hours_after(time: Timestamp, hours: i64) -> Timestamp {
    time.checked_add(Span::new().hours(hours)).unwrap_or(time)
}

/// CertID (RFC 6960, 4.1.1).
struct CertId<'a> {
    whole: &'a [u8],
    issuer_name_hash: &'a [u8],
    issuer_key_hash: &'a [u8],
    serial: &'a [u8],
}

impl<'a> CertId<'a> {
    fn parse(der: &'a [u8]) -> Option<Self> {
        let [_, name, key, serial] = inside(der, SEQUENCE)?.try_into().ok()?;
        if name.tag != OCTET_STRING || key.tag != OCTET_STRING || serial.tag != INTEGER {
            return None;
        }
        let zeros = serial.value.iter().take_while(|&&byte| byte == 0).count();
        let serial = serial.value.get(zeros..)?;
        Some(Self { whole: der, issuer_name_hash: name.value, issuer_key_hash: key.value, serial })
    }
}

/// OCSPRequest (RFC 6960, 4.1.1).
struct Request<'a> {
    ids: Vec<CertId<'a>>,
    /// The nonce extension's value, whole.
    nonce: Option<&'a [u8]>,
}

impl<'a> Request<'a> {
    fn parse(der: &'a [u8]) -> Option<Self> {
        let request = inside(der, SEQUENCE)?;
        let to_be_signed = elements(request.first()?.value)?;
        let list = to_be_signed.iter().find(|field| field.tag == SEQUENCE)?;
        let ids = elements(list.value)?
            .iter()
            .map(|single| CertId::parse(elements(single.value)?.first()?.whole))
            .collect::<Option<Vec<_>>>()?;
        let mut nonce = None;
        if let Some(wrapped) = to_be_signed.iter().find(|field| field.tag == context(2)) {
            let nonce_oid = oid(NONCE).ok()?;
            for extension in inside(wrapped.value, SEQUENCE)? {
                let fields = elements(extension.value)?;
                if fields.first()?.whole == nonce_oid {
                    nonce = Some(fields.last()?.value);
                }
            }
        }
        (!ids.is_empty()).then_some(Self { ids, nonce })
    }
}
