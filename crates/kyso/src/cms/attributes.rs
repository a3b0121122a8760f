//! Attributes of a signature (RFC 5652, 5.3 and 11; RFC 5035; EN 319 122-1).

use jiff::Timestamp;

use crate::asn1::{self, Element, Reader, oid, tag};
use crate::crypto::DigestAlgorithm;
use crate::error::{Error, Subject};
use crate::pki::{AlgorithmIdentifier, Certificate, Name};

/// `Attribute ::= SEQUENCE { attrType OBJECT IDENTIFIER, attrValues SET OF AttributeValue }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// The attribute type (attrType), in dotted form.
    pub oid: String,
    /// The attribute values, DER as received.
    pub values: Vec<Vec<u8>>,
}

impl Attribute {
    /// Reads a `SET OF Attribute`, whatever its tag.
    ///
    /// # Errors
    /// [`Error::Input`] where one is malformed.
    pub fn read_all(set: &Element<'_>) -> Result<Vec<Self>, Error> {
        let mut attributes = Vec::new();
        for element in set.children()?.all()? {
            let mut fields = element.children()?;
            let oid = fields.expect(tag::OBJECT_IDENTIFIER)?.oid()?;
            let values = fields.expect(tag::SET)?.children()?.all()?;
            attributes.push(Self { oid, values: values.iter().map(|value| value.raw().to_vec()).collect() });
        }
        Ok(attributes)
    }
}

/// The attributes that are signed, with the bytes over which the signature goes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignedAttributes {
    received: Vec<u8>,
    sorted: Vec<u8>,
    attributes: Vec<Attribute>,
}

impl SignedAttributes {
    /// Reads `[0] IMPLICIT SignedAttributes`.
    ///
    /// # Errors
    /// [`Error::Input`] where they're malformed.
    pub fn read(element: &Element<'_>) -> Result<Self, Error> {
        let parts = element.children()?.all()?.iter().map(|part| part.raw().to_vec()).collect();
        Ok(Self {
            // RFC 5652, 5.4: signed is the encoding as an explicit SET OF.
            received: asn1::tlv(tag::SET, element.contents()),
            sorted: asn1::set_of(tag::SET, parts),
            attributes: Attribute::read_all(element)?,
        })
    }

    /// The bytes that a signer may have signed: the SET as received, then, where that isn't DER's order, as DER
    /// orders it (RFC 5652, 5.4 asks for DER, whatever was sent).
    pub fn messages(&self) -> impl Iterator<Item = &[u8]> {
        std::iter::once(self.received.as_slice())
            .chain(Some(self.sorted.as_slice()).filter(|sorted| *sorted != self.received))
    }

    /// Whether the attributes came in the order that DER prescribes for a SET OF.
    pub fn is_der_order(&self) -> bool {
        self.received == self.sorted
    }

    /// All of them.
    pub fn list(&self) -> &[Attribute] {
        &self.attributes
    }

    /// Whether there is one of this type.
    pub fn has(&self, oid: &str) -> bool {
        self.attributes.iter().any(|attribute| attribute.oid == oid)
    }

    /// content-type (RFC 5652, 11.1).
    ///
    /// # Errors
    /// [`Error::Input`] where it's malformed or not single.
    pub fn content_type(&self) -> Result<Option<String>, Error> {
        self.single(oid::CONTENT_TYPE, Subject::ContentType, |value| value.oid())
    }

    /// message-digest (RFC 5652, 11.2).
    ///
    /// # Errors
    /// [`Error::Input`] where it's malformed or not single.
    pub fn message_digest(&self) -> Result<Option<Vec<u8>>, Error> {
        self.single(oid::MESSAGE_DIGEST, Subject::MessageDigest, |value| value.octets().map(Into::into))
    }

    /// signing-time (RFC 5652, 11.3): the signer's claim. PAdES forbids it (EN 319 142-1, 6.3).
    ///
    /// # Errors
    /// [`Error::Input`] where it's malformed or not single.
    pub fn signing_time(&self) -> Result<Option<Timestamp>, Error> {
        self.single(oid::SIGNING_TIME, Subject::SigningTime, asn1::timestamp)
    }

    /// The references to the signing certificate in the signing-certificate attributes: the first entry of each version that is
    /// there (the others speak of its issuers).
    ///
    /// # Errors
    /// [`Error::Input`] where one is malformed, not single, or empty.
    pub fn signing_certificate(&self) -> Result<Vec<SigningCertificateReference>, Error> {
        let first = self.single(oid::SIGNING_CERTIFICATE, Subject::SigningCertificate, |value| {
            SigningCertificateReference::read(value, false)
        })?;
        let second = self.single(oid::SIGNING_CERTIFICATE_V2, Subject::SigningCertificateV2, |value| {
            SigningCertificateReference::read(value, true)
        })?;
        Ok(first.into_iter().chain(second).collect())
    }

    /// CMSAlgorithmProtection (RFC 6211, 2).
    ///
    /// # Errors
    /// [`Error::Input`] where it's malformed or not single.
    pub fn algorithm_protection(&self) -> Result<Option<AlgorithmProtection>, Error> {
        self.single(oid::ALGORITHM_PROTECTION, Subject::AlgorithmProtection, AlgorithmProtection::read)
    }

    fn single<T>(
        &self,
        oid: &str,
        what: Subject,
        read: impl Fn(&Element<'_>) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        let mut values = self.attributes.iter().filter(|attribute| attribute.oid == oid).map(|one| &one.values);
        let Some(found) = values.next() else { return Ok(None) };
        let ([value], None) = (found.as_slice(), values.next()) else {
            return Err(Error::input(what, None, "must be there once, with one value"));
        };
        read(&Reader::new(what, value).next()?).map(Some)
    }
}

/// The algorithms of a signature, as the signer has signed them ([RFC 6211, 2]): nobody can put others in their place
/// afterwards.
///
/// ```text
/// CMSAlgorithmProtection ::= SEQUENCE {
///     digestAlgorithm        DigestAlgorithmIdentifier,
///     signatureAlgorithm [1] SignatureAlgorithmIdentifier OPTIONAL,
///     macAlgorithm       [2] MessageAuthenticationCodeAlgorithm OPTIONAL }
/// ```
///
/// [RFC 6211, 2]: https://www.rfc-editor.org/rfc/rfc6211#section-2
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlgorithmProtection {
    /// digestAlgorithm.
    pub digest: AlgorithmIdentifier,
    /// signatureAlgorithm, which a SignedData must have; macAlgorithm is AuthenticatedData's.
    pub signature: AlgorithmIdentifier,
}

impl AlgorithmProtection {
    fn read(value: &Element<'_>) -> Result<Self, Error> {
        if value.identifier() != tag::SEQUENCE {
            return Err(value.error("not a SEQUENCE"));
        }
        let mut fields = value.children()?;
        let digest = AlgorithmIdentifier::read(&fields.expect(tag::SEQUENCE)?)?;
        let signature = AlgorithmIdentifier::read(&fields.expect(tag::context(1))?)?;
        match fields.rest().is_empty() {
            true => Ok(Self { digest, signature }),
            false => Err(value.error("more than a digest and a signature algorithm")),
        }
    }
}

/// A certificate by its issuer's name and its serial number ([RFC 5652, 10.2.4]).
///
/// ```text
/// IssuerAndSerialNumber ::= SEQUENCE {
///     issuer               Name,
///     serialNumber         INTEGER }
/// ```
///
/// [RFC 5652, 10.2.4]: https://www.rfc-editor.org/rfc/rfc5652#section-10.2.4
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerAndSerialNumber {
    /// DER name.
    pub issuer: Vec<u8>,
    /// Contents octets of the INTEGER.
    pub serial: Vec<u8>,
}

impl IssuerAndSerialNumber {
    /// Whether issuer and serial number are those of this certificate. Two names are equal if their bytes are, or they
    /// say the same (RFC 5280, 7.1).
    pub fn matches(&self, certificate: &Certificate) -> bool {
        let issuer = certificate.issuer();
        certificate.serial() == self.serial
            && (issuer.der() == self.issuer || Name::parse(&self.issuer).is_ok_and(|name| name.says_the_same(issuer)))
    }
}

/// A certificate by its digest: `ESSCertIDv2` ([RFC 5035, 4]), and `ESSCertID` (RFC 2634), which has no hashAlgorithm.
///
/// ```text
/// ESSCertIDv2 ::= SEQUENCE {
///     hashAlgorithm        AlgorithmIdentifier DEFAULT { id-sha256 },
///     certHash             OCTET STRING,
///     issuerSerial         SEQUENCE {
///         issuer               GeneralNames,
///         serialNumber         INTEGER } OPTIONAL }
/// ```
///
/// [RFC 5035, 4]: https://www.rfc-editor.org/rfc/rfc5035#section-4
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningCertificateReference {
    /// The digest; `None` for one that isn't known.
    pub digest: Option<DigestAlgorithm>,
    /// Over the whole DER certificate.
    pub hash: Vec<u8>,
    /// The certificate by its issuer, where that is given too.
    pub issuer_serial: Option<IssuerAndSerialNumber>,
}

impl SigningCertificateReference {
    /// From the attribute's value: `SEQUENCE { certs SEQUENCE OF ESSCertID(v2), policies OPTIONAL }`.
    fn read(value: &Element<'_>, second_version: bool) -> Result<Self, Error> {
        let mut fields = value.children()?.expect(tag::SEQUENCE)?.children()?.expect(tag::SEQUENCE)?.children()?;
        let digest = match fields.optional(tag::SEQUENCE)? {
            Some(algorithm) if second_version => AlgorithmIdentifier::read(&algorithm)?.digest(),
            Some(other) => return Err(other.error("a digest algorithm in version 1")),
            None if second_version => Some(DigestAlgorithm::Sha256),
            None => Some(DigestAlgorithm::Sha1),
        };
        let hash = fields.next()?.octets()?.into_owned();
        let issuer_serial = fields.optional(tag::SEQUENCE)?.map(|element| issuer_serial(&element)).transpose()?;
        Ok(Self { digest, hash, issuer_serial: issuer_serial.flatten() })
    }

    /// Whether this reference names the certificate (DER). The hash alone decides (RFC 5035, 4).
    pub fn matches(&self, certificate: &[u8]) -> bool {
        self.digest.is_some_and(|digest| digest.digest(certificate) == self.hash)
    }
}

/// `IssuerSerial ::= SEQUENCE { issuer GeneralNames, serialNumber INTEGER }`, where the issuer is a directory name.
fn issuer_serial(element: &Element<'_>) -> Result<Option<IssuerAndSerialNumber>, Error> {
    let mut fields = element.children()?;
    let names = fields.expect(tag::SEQUENCE)?.children()?.all()?;
    let serial = fields.expect(tag::INTEGER)?.contents().to_vec();
    let directory = names.iter().find(|name| name.identifier() == tag::context(4));
    Ok(directory.map(|name| IssuerAndSerialNumber { issuer: name.contents().to_vec(), serial }))
}

/// DER of the signed attributes of PAdES-B-B (EN 319 142-1, 6.3): content-type, message-digest,
/// signing-certificate-v2, and no signing-time.
pub fn write_signed(document_digest: &[u8], certificate: &Certificate) -> Vec<u8> {
    let attribute =
        |oid, value: Vec<u8>| asn1::sequence(&[asn1::object_identifier(oid), asn1::set_of(tag::SET, vec![value])]);
    // The default, SHA-256, may not be written in DER.
    let issuer_serial = asn1::sequence(&[
        asn1::sequence(&[asn1::context(4, certificate.issuer().der())]),
        asn1::integer(certificate.serial()),
    ]);
    let reference = asn1::sequence(&[asn1::octet_string(&certificate.fingerprint()), issuer_serial]);
    let signing_certificate = asn1::sequence(&[asn1::sequence(&[reference])]);
    asn1::set_of(
        tag::SET,
        vec![
            attribute(oid::CONTENT_TYPE, asn1::object_identifier(oid::DATA)),
            attribute(oid::MESSAGE_DIGEST, asn1::octet_string(document_digest)),
            attribute(oid::SIGNING_CERTIFICATE_V2, signing_certificate),
        ],
    )
}
