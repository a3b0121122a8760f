//! The time-stamp token (RFC 3161, 2.4.2; RFC 5816).

use jiff::{SignedDuration, Timestamp};

use super::TimeStampRequest;
use crate::asn1::oid;
use crate::cms::{self, SignedData, SignerInfo, TstInfo};
use crate::crypto::{self, Message};
use crate::error::{Error, Service, Subject, TimeStampFault};
use crate::material::Material;
use crate::pki::Certificate;

/// How far an authority's time may be from ours before it's absurd: clocks drift, but not by an hour.
const MAX_DIFFERENCE: SignedDuration = SignedDuration::from_mins(60);

/// A time-stamp token ([RFC 3161, 2.4.2]): its bytes, and what they say.
///
/// ```text
/// TimeStampToken ::= ContentInfo       -- SignedData with eContentType id-ct-TSTInfo
///
/// TSTInfo ::= SEQUENCE {
///     version            INTEGER { v1(1) },
///     policy             TSAPolicyId,
///     messageImprint     MessageImprint,
///     serialNumber       INTEGER,
///     genTime            GeneralizedTime,
///     accuracy           Accuracy OPTIONAL,
///     ordering           BOOLEAN DEFAULT FALSE,
///     nonce              INTEGER OPTIONAL,
///     tsa            [0] GeneralName OPTIONAL,
///     extensions     [1] IMPLICIT Extensions OPTIONAL }
/// ```
///
/// [RFC 3161, 2.4.2]: https://www.rfc-editor.org/rfc/rfc3161#section-2.4.2
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeStampToken {
    der: Vec<u8>,
    info: TstInfo,
    signed_data: SignedData,
}

impl TimeStampToken {
    /// Reads a ContentInfo, BER or DER, that holds a TSTInfo; zeros may follow, as in /Contents.
    ///
    /// # Errors
    /// [`Error::Input`] where it's no such thing.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let signed_data = SignedData::parse(bytes)?;
        if signed_data.content_type != oid::TST_INFO {
            return Err(Error::input(Subject::TimeStamp, None, format!("holds {} instead", signed_data.content_type)));
        }
        let content = signed_data.content.as_deref().unwrap_or_default();
        let info = TstInfo::parse(content)?;
        Ok(Self { der: bytes.get(..signed_data.length).unwrap_or_default().to_vec(), info, signed_data })
    }

    /// The bytes, without what followed them.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The token's statement.
    pub fn info(&self) -> &TstInfo {
        &self.info
    }

    /// The CMS that it is.
    pub fn signed_data(&self) -> &SignedData {
        &self.signed_data
    }

    /// DER certificates that it brings.
    pub fn certificates(&self) -> &[Vec<u8>] {
        &self.signed_data.certificates
    }

    /// The token with more certificates, CRLs and OCSP answers beside its own: what a validator needs once the authority's
    /// certificate has expired. A time-stamp over the whole token then covers them too (RFC 4998, 5.2).
    ///
    /// # Errors
    /// [`Error::Input`] where what comes of it can't be read again: an element of the material is none.
    pub fn with_material(&self, material: &Material) -> Result<Self, Error> {
        Self::parse(&cms::with_material(&self.der, material)?)
    }

    /// The authority's certificate, by its own word: among those that it brings, the one that the signer identifier
    /// and the ESS attribute name. Nothing else is checked.
    pub fn authority(&self) -> Option<Certificate> {
        let [signer] = self.signed_data.signers.as_slice() else { return None };
        let all = self.certificates().iter().filter_map(|der| Certificate::parse(der).ok());
        all.filter(|certificate| signer.identifier.matches(certificate)).find(|one| is_referred_to(signer, one))
    }

    /// Everything that has to hold before it's embedded: imprint, nonce and policy as asked; one signer whose
    /// certificate is here, is named by ESSCertID or ESSCertIDv2 (RFC 5816), is for time-stamping and nothing else
    /// (extended key usage, critical) and is in its time; the signature; and a time near `now`, where that is given.
    ///
    /// Whether the authority may be trusted is for the validator to say.
    ///
    /// # Errors
    /// [`Error::Outside`] with the first thing that doesn't hold.
    pub fn answers(&self, request: &TimeStampRequest, now: Option<Timestamp>) -> Result<(), Error> {
        let info = &self.info;
        demand(info.digest == Some(request.digest) && info.imprint == request.imprint, TimeStampFault::OtherImprint)?;
        demand(request.nonce.is_none() || info.nonce == request.nonce, TimeStampFault::OtherNonce)?;
        demand(
            request.policy.as_ref().is_none_or(|policy| info.policy == *policy),
            TimeStampFault::OtherPolicy(info.policy.clone()),
        )?;
        demand(info.not_understood.is_none(), TimeStampFault::Extension)?;
        let [signer] = self.signed_data.signers.as_slice() else {
            return failed(TimeStampFault::Signers);
        };
        let Some(authority) = self.authority() else {
            return failed(TimeStampFault::NoCertificate);
        };
        let usage = authority.extended_key_usage().unwrap_or_default();
        demand(
            usage == [oid::TIME_STAMPING] && authority.is_extended_key_usage_critical(),
            TimeStampFault::OtherPurpose,
        )?;
        demand(authority.is_valid_at(info.time), TimeStampFault::OutsideCertificate(info.time))?;
        demand(self.is_signed_by(signer, &authority), TimeStampFault::Signature)?;
        let difference = now.map(|now| info.time.duration_since(now).abs());
        demand(
            difference.is_none_or(|difference| difference <= MAX_DIFFERENCE),
            TimeStampFault::FarFromClock(info.time),
        )
    }

    /// Whether digest and signature value hold with this certificate's key.
    fn is_signed_by(&self, signer: &SignerInfo, authority: &Certificate) -> bool {
        let (Some(attributes), Some(digest), Ok(Some(scheme))) =
            (&signer.signed_attributes, signer.digest(), signer.scheme())
        else {
            return false;
        };
        let content = self.signed_data.content.as_deref().unwrap_or_default();
        let stated = matches!(attributes.message_digest(), Ok(Some(stated)) if stated == digest.digest(content));
        let typed = matches!(attributes.content_type(), Ok(Some(kind)) if kind == oid::TST_INFO);
        let Ok(key) = authority.key() else { return false };
        let holds = |message| crypto::verify(key, scheme, Message::Bytes(message), &signer.signature) == Ok(true);
        stated && typed && attributes.messages().any(holds)
    }
}

/// ESSCertID or ESSCertIDv2, at least one, and none that speaks of another certificate.
fn is_referred_to(signer: &SignerInfo, certificate: &Certificate) -> bool {
    let references = signer.signed_attributes.as_ref().and_then(|signed| signed.signing_certificate().ok());
    references.is_some_and(|references| {
        !references.is_empty() && references.iter().all(|reference| reference.matches(certificate.der()))
    })
}

fn demand(holds: bool, fault: TimeStampFault) -> Result<(), Error> {
    if holds { Ok(()) } else { failed(fault) }
}

fn failed(fault: TimeStampFault) -> Result<(), Error> {
    Err(Error::outside(Service::TimeStamp, fault))
}
