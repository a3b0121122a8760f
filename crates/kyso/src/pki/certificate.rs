//! One certificate (RFC 5280, 4.1), read once.

use std::sync::OnceLock;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{GeneralName, ParsedExtension, X509Extension};
use x509_parser::prelude::FromDer;

use super::point::{self, PointName};
use super::signed::Signed;
use super::{AlgorithmIdentifier, Identity, Name};
use crate::asn1::{Reader, oid, tag};
use crate::crypto::chain::Link;
use crate::crypto::{self, DigestAlgorithm, PublicKey};
use crate::error::{Error, Subject};

const AUTHORITY_INFORMATION_ACCESS: &str = "1.3.6.1.5.5.7.1.1";
const ACCESS_OCSP: &str = "1.3.6.1.5.5.7.48.1";
const ACCESS_CA_ISSUERS: &str = "1.3.6.1.5.5.7.48.2";
const EXTENDED_KEY_USAGE: &str = "2.5.29.37";
const NAME_CONSTRAINTS: &str = "2.5.29.30";
const CRL_DISTRIBUTION_POINTS: &str = "2.5.29.31";
const FRESHEST_CRL: &str = "2.5.29.46";
const QC_STATEMENTS: &str = "1.3.6.1.5.5.7.1.3";
/// id-etsi-qct-eseal (EN 319 412-5), as its DER: 0.4.0.1862.1.6.2.
const ESEAL: &[u8] = &[0x06, 0x07, 0x04, 0x00, 0x8e, 0x46, 0x01, 0x06, 0x02];

/// A certificate ([RFC 5280, 4.1]): its bytes, and what is asked of it. Two are equal where their bytes are; it's
/// serialised as its bytes.
///
/// ```text
/// Certificate ::= SEQUENCE {
///     tbsCertificate       TBSCertificate,
///     signatureAlgorithm   AlgorithmIdentifier,
///     signatureValue       BIT STRING }
///
/// TBSCertificate ::= SEQUENCE {
///     version         [0]  EXPLICIT Version DEFAULT v1,
///     serialNumber         CertificateSerialNumber,
///     signature            AlgorithmIdentifier,
///     issuer               Name,
///     validity             Validity,
///     subject              Name,
///     subjectPublicKeyInfo SubjectPublicKeyInfo,
///     issuerUniqueID  [1]  IMPLICIT UniqueIdentifier OPTIONAL,
///     subjectUniqueID [2]  IMPLICIT UniqueIdentifier OPTIONAL,
///     extensions      [3]  EXPLICIT Extensions OPTIONAL }
/// ```
///
/// [RFC 5280, 4.1]: https://www.rfc-editor.org/rfc/rfc5280#section-4.1
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "Vec<u8>", into = "Vec<u8>")]
pub struct Certificate {
    der: Vec<u8>,
    subject: Name,
    issuer: Name,
    identity: Identity,
    serial: Vec<u8>,
    not_before: Timestamp,
    not_after: Timestamp,
    public_key: Vec<u8>,
    signed: Signed,
    key_usage: Option<KeyUsage>,
    extended_key_usage: Option<Vec<String>>,
    extended_key_usage_critical: bool,
    has_ocsp_no_check: bool,
    has_name_constraints: bool,
    is_ca: bool,
    subject_key_identifier: Option<Vec<u8>>,
    authority_key_identifier: Option<Vec<u8>>,
    publishes_revocation: bool,
    crl_distribution_points: Vec<String>,
    distribution_point_names: Vec<PointName>,
    freshest_crl: Vec<String>,
    ocsp_responders: Vec<String>,
    issuer_addresses: Vec<String>,
    /// The public key, once it was asked for.
    key: OnceLock<PublicKey>,
    /// The certificate as OpenSSL holds it, once a path was searched for.
    link: OnceLock<Option<Link>>,
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}

impl TryFrom<Vec<u8>> for Certificate {
    type Error = Error;

    fn try_from(der: Vec<u8>) -> Result<Self, Error> {
        Self::parse(&der)
    }
}

impl From<Certificate> for Vec<u8> {
    fn from(certificate: Certificate) -> Self {
        certificate.der
    }
}

/// The bits of keyUsage that are asked for ([RFC 5280, 4.2.1.3]).
///
/// ```text
/// KeyUsage ::= BIT STRING {
///     digitalSignature (0), nonRepudiation (1), keyCertSign (5), cRLSign (6), … }
/// ```
///
/// [RFC 5280, 4.2.1.3]: https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.3
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyUsage {
    /// digitalSignature.
    pub digital_signature: bool,
    /// nonRepudiation, later contentCommitment.
    pub non_repudiation: bool,
    /// keyCertSign.
    pub certificate_sign: bool,
    /// cRLSign.
    pub crl_sign: bool,
}

impl Certificate {
    /// Reads the certificates in PEM (any number, other blocks skipped) or DER (one).
    ///
    /// # Errors
    /// [`Error::Input`] where there is none, or one can't be read.
    pub fn read_all(bytes: &[u8]) -> Result<Vec<Self>, Error> {
        crypto::certificates(bytes)?.iter().map(|der| Self::parse(der)).collect()
    }

    /// Reads one DER certificate, with nothing after it.
    ///
    /// # Errors
    /// [`Error::Input`] where it's none.
    pub fn parse(der: &[u8]) -> Result<Self, Error> {
        let wrong = |message: String| Error::input(Subject::Certificate, None, message);
        let (rest, parsed) = X509Certificate::from_der(der).map_err(|error| wrong(error.to_string()))?;
        if !rest.is_empty() {
            return Err(wrong(format!("{} bytes after its end", rest.len())));
        }
        let time = |seconds| Timestamp::from_second(seconds).map_err(|error| wrong(error.to_string()));
        let (subject, issuer) = (Name::new(parsed.subject()), Name::new(parsed.issuer()));
        let states_a_seal = parsed.iter_extensions().any(|extension| {
            extension.oid.to_id_string() == QC_STATEMENTS
                && extension.value.windows(ESEAL.len()).any(|window| window == ESEAL)
        });
        let mut certificate = Self {
            identity: Identity::new(&subject, states_a_seal),
            subject,
            issuer,
            serial: parsed.raw_serial().to_vec(),
            not_before: time(parsed.validity().not_before.timestamp())?,
            not_after: time(parsed.validity().not_after.timestamp())?,
            public_key: parsed.public_key().raw.to_vec(),
            signed: signed(der)?,
            key_usage: None,
            extended_key_usage: None,
            extended_key_usage_critical: false,
            has_ocsp_no_check: false,
            has_name_constraints: false,
            is_ca: false,
            subject_key_identifier: None,
            authority_key_identifier: None,
            publishes_revocation: false,
            crl_distribution_points: Vec::new(),
            distribution_point_names: Vec::new(),
            freshest_crl: Vec::new(),
            ocsp_responders: Vec::new(),
            issuer_addresses: Vec::new(),
            key: OnceLock::new(),
            link: OnceLock::new(),
            der: der.to_vec(),
        };
        for extension in parsed.iter_extensions() {
            match extension.oid.to_id_string().as_str() {
                EXTENDED_KEY_USAGE => certificate.extended_key_usage_critical = extension.critical,
                oid::OCSP_NO_CHECK => certificate.has_ocsp_no_check = true,
                NAME_CONSTRAINTS => certificate.has_name_constraints = true,
                FRESHEST_CRL => {
                    let points = point::names(Subject::FreshestCrl, extension.value, &certificate.issuer);
                    certificate.freshest_crl = uris(&points.unwrap_or_default());
                }
                CRL_DISTRIBUTION_POINTS => {
                    let points = point::names(Subject::Certificate, extension.value, &certificate.issuer);
                    certificate.distribution_point_names = points.unwrap_or_default();
                    certificate.crl_distribution_points = uris(&certificate.distribution_point_names);
                }
                _ => {}
            }
            certificate.publishes_revocation |= publishes_revocation(extension);
            certificate.take(extension.parsed_extension());
        }
        Ok(certificate)
    }

    fn take(&mut self, extension: &ParsedExtension<'_>) {
        match extension {
            ParsedExtension::KeyUsage(usage) => {
                self.key_usage = Some(KeyUsage {
                    digital_signature: usage.digital_signature(),
                    non_repudiation: usage.non_repudiation(),
                    certificate_sign: usage.key_cert_sign(),
                    crl_sign: usage.crl_sign(),
                });
            }
            ParsedExtension::ExtendedKeyUsage(usage) => {
                let named = [
                    (usage.any, "2.5.29.37.0"),
                    (usage.server_auth, "1.3.6.1.5.5.7.3.1"),
                    (usage.client_auth, "1.3.6.1.5.5.7.3.2"),
                    (usage.code_signing, "1.3.6.1.5.5.7.3.3"),
                    (usage.email_protection, "1.3.6.1.5.5.7.3.4"),
                    (usage.time_stamping, oid::TIME_STAMPING),
                    (usage.ocsp_signing, oid::OCSP_SIGNING),
                ];
                let known = named.iter().filter(|(there, _)| *there).map(|(_, oid)| (*oid).to_owned());
                self.extended_key_usage = Some(known.chain(usage.other.iter().map(|oid| oid.to_id_string())).collect());
            }
            ParsedExtension::BasicConstraints(constraints) => self.is_ca = constraints.ca,
            ParsedExtension::SubjectKeyIdentifier(identifier) => {
                self.subject_key_identifier = Some(identifier.0.to_vec());
            }
            ParsedExtension::AuthorityKeyIdentifier(identifier) => {
                self.authority_key_identifier = identifier.key_identifier.as_ref().map(|key| key.0.to_vec());
            }
            ParsedExtension::AuthorityInfoAccess(access) => {
                for description in access.iter() {
                    let list = match description.access_method.to_id_string().as_str() {
                        ACCESS_OCSP => &mut self.ocsp_responders,
                        ACCESS_CA_ISSUERS => &mut self.issuer_addresses,
                        _ => continue,
                    };
                    list.extend(address(&description.access_location));
                }
            }
            _ => {}
        }
    }

    /// The bytes.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-256 of the bytes: what a roster names.
    pub fn fingerprint(&self) -> Vec<u8> {
        DigestAlgorithm::Sha256.digest(&self.der)
    }

    /// Whom it names.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The subject's name.
    pub fn subject(&self) -> &Name {
        &self.subject
    }

    /// The issuer's name.
    pub fn issuer(&self) -> &Name {
        &self.issuer
    }

    /// Contents octets of the serial number, as received.
    pub fn serial(&self) -> &[u8] {
        &self.serial
    }

    /// The serial number in lower-case hex, without the sign octet.
    pub fn serial_hex(&self) -> String {
        let octets = match self.serial.as_slice() {
            [0, rest @ ..] if !rest.is_empty() => rest,
            all => all,
        };
        crypto::hex(octets)
    }

    /// The start of the certificate's validity (notBefore).
    pub fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// Until when, that second included.
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// Whether `time` lies in its validity, both ends included (RFC 5280, 4.1.2.5).
    pub(crate) fn is_valid_at(&self, time: Timestamp) -> bool {
        self.not_before <= time && time.as_second() <= self.not_after.as_second()
    }

    /// DER SubjectPublicKeyInfo.
    pub fn public_key(&self) -> &[u8] {
        &self.public_key
    }

    /// The public key, read when it's first asked for.
    ///
    /// # Errors
    /// [`Error::Input`] where OpenSSL can't read it.
    pub fn key(&self) -> Result<&PublicKey, Error> {
        if let Some(key) = self.key.get() {
            return Ok(key);
        }
        let key = PublicKey::from_spki(&self.public_key)?;
        Ok(self.key.get_or_init(|| key))
    }

    /// The certificate as paths are built of it, read on first use; `None` where OpenSSL can't read it.
    pub(crate) fn link(&self) -> Option<&Link> {
        self.link.get_or_init(|| Link::read(&self.der)).as_ref()
    }

    /// Whether this certificate issued the other, by names, key identifiers and key usage (RFC 5280, 4.1.2.4, 4.2.1.1
    /// and 4.2.1.3). The signature isn't verified.
    pub fn has_issued(&self, other: &Self) -> bool {
        other.names_as_issuer(self)
            && self.key_usage.is_none_or(|usage| usage.certificate_sign)
            && other.names_as_key(self)
    }

    /// The algorithm of the issuer's signature (signatureAlgorithm).
    pub fn signature_algorithm(&self) -> &AlgorithmIdentifier {
        self.signed.algorithm()
    }

    /// Whether the key of `issuer` signed it. Names and dates aren't checked.
    ///
    /// # Errors
    /// [`Error::Input`] or [`Error::Parameters`] where the algorithm isn't known or doesn't fit the key.
    pub fn is_signed_by(&self, issuer: &Self) -> Result<bool, Error> {
        self.signed.verify(&self.der, issuer)
    }

    /// Whether the name of its issuer is that of `issuer` (RFC 5280, 7.1).
    pub fn names_as_issuer(&self, issuer: &Self) -> bool {
        self.issuer.says_the_same(&issuer.subject)
    }

    /// Whether the key identifier of its issuer is that of `issuer`, where both say one (RFC 5280, 4.2.1.1).
    pub(crate) fn names_as_key(&self, issuer: &Self) -> bool {
        let both = self.authority_key_identifier.as_ref().zip(issuer.subject_key_identifier.as_ref());
        both.is_none_or(|(named, own)| named == own)
    }

    /// Whether it constrains the names in certificates below it (nameConstraints, RFC 5280, 4.2.1.10).
    pub(crate) fn has_name_constraints(&self) -> bool {
        self.has_name_constraints
    }

    /// keyUsage, if it says.
    pub fn key_usage(&self) -> Option<KeyUsage> {
        self.key_usage
    }

    /// OIDs of extendedKeyUsage, if it says.
    pub fn extended_key_usage(&self) -> Option<&[String]> {
        self.extended_key_usage.as_deref()
    }

    /// Whether extendedKeyUsage is critical, as a time-stamping authority's must be (RFC 3161, 2.3).
    pub(crate) fn is_extended_key_usage_critical(&self) -> bool {
        self.extended_key_usage_critical
    }

    /// Whether the certificate is exempt from revocation checks by its issuer's word (id-pkix-ocsp-nocheck; RFC 6960,
    /// 4.2.2.2.1): an OCSP responder's, for as long as it's valid.
    pub(crate) fn has_ocsp_no_check(&self) -> bool {
        self.has_ocsp_no_check
    }

    /// Whether the certificate is a CA's (basicConstraints).
    pub fn is_ca(&self) -> bool {
        self.is_ca
    }

    /// subjectKeyIdentifier, if it says.
    pub(crate) fn subject_key_identifier(&self) -> Option<&[u8]> {
        self.subject_key_identifier.as_deref()
    }

    /// keyIdentifier of authorityKeyIdentifier, if it says.
    pub fn authority_key_identifier(&self) -> Option<&[u8]> {
        self.authority_key_identifier.as_deref()
    }

    /// Whether subject and issuer have one name: a root, by all that PAdES asks.
    pub fn is_self_issued(&self) -> bool {
        self.subject.says_the_same(&self.issuer)
    }

    /// Whether it says that its issuer publishes evidence on it, be it where nobody can be asked: in a directory (RFC 5280,
    /// 4.2.1.13), as a delta CRL, by OCSP. Only its issuer can say so, and nobody can take that away: it's signed.
    pub(crate) fn publishes_revocation(&self) -> bool {
        self.publishes_revocation
    }

    /// The addresses of the issuer's CRLs (cRLDistributionPoints).
    pub fn crl_distribution_points(&self) -> &[String] {
        &self.crl_distribution_points
    }

    /// The names of the issuer's distribution points.
    pub(super) fn distribution_point_names(&self) -> &[PointName] {
        &self.distribution_point_names
    }

    /// The addresses of the issuer's delta CRLs (freshestCRL).
    pub(crate) fn freshest_crl(&self) -> &[String] {
        &self.freshest_crl
    }

    /// The addresses of the issuer's OCSP responders.
    pub(crate) fn ocsp_responders(&self) -> &[String] {
        &self.ocsp_responders
    }

    /// The addresses of the issuer's certificate (caIssuers).
    pub(crate) fn issuer_addresses(&self) -> &[String] {
        &self.issuer_addresses
    }
}

/// `Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue }`
fn signed(der: &[u8]) -> Result<Signed, Error> {
    let mut fields = Reader::new(Subject::Certificate, der).expect(tag::SEQUENCE)?.children()?;
    Signed::read(&mut fields).map(|(_, signed)| signed)
}

/// Whether an extension names a place of evidence, in whatever form; one that can't be read may.
fn publishes_revocation(extension: &X509Extension<'_>) -> bool {
    match extension.oid.to_id_string().as_str() {
        CRL_DISTRIBUTION_POINTS | FRESHEST_CRL => true,
        AUTHORITY_INFORMATION_ACCESS => match extension.parsed_extension() {
            ParsedExtension::AuthorityInfoAccess(access) => {
                access.iter().any(|description| description.access_method.to_id_string() == ACCESS_OCSP)
            }
            _ => true,
        },
        _ => false,
    }
}

fn uris(points: &[PointName]) -> Vec<String> {
    points.iter().flat_map(|point| point.uris.iter().cloned()).collect()
}

fn address(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::URI(uri) => Some((*uri).to_owned()),
        _ => None,
    }
}
