//! SignedData (RFC 5652, 5), as received, and as PAdES wants it written.

use super::attributes::{self, Attribute, IssuerAndSerialNumber, SignedAttributes};
use crate::asn1::{self, Element, Reader, oid, tag};
use crate::crypto::{DigestAlgorithm, SignatureAlgorithm, SignatureScheme};
use crate::error::{Error, Parameter, Subject};
use crate::pki::Certificate;
use crate::pki::algorithm::{self, AlgorithmIdentifier};

const WHAT: Subject = Subject::Cms;
/// Most signers that are read: PAdES has one.
const MAX_SIGNERS: usize = 16;
/// Most certificates of one CMS: a chain has a handful, a collection of cross-certificates some dozen.
const MAX_CERTIFICATES: usize = 512;

/// A SignedData of whatever make ([RFC 5652, 5.1]).
///
/// ```text
/// SignedData ::= SEQUENCE {
///     version              CMSVersion,
///     digestAlgorithms     SET OF DigestAlgorithmIdentifier,
///     encapContentInfo     SEQUENCE {
///         eContentType         OBJECT IDENTIFIER,
///         eContent         [0] EXPLICIT OCTET STRING OPTIONAL },
///     certificates     [0] IMPLICIT CertificateSet OPTIONAL,
///     crls             [1] IMPLICIT RevocationInfoChoices OPTIONAL,
///     signerInfos          SET OF SignerInfo }
/// ```
///
/// [RFC 5652, 5.1]: https://www.rfc-editor.org/rfc/rfc5652#section-5.1
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignedData {
    /// eContentType.
    pub content_type: String,
    /// eContent; `None` where the signature is detached.
    pub content: Option<Vec<u8>>,
    /// The certificates, as received. None of them is trusted for being here.
    pub certificates: Vec<Vec<u8>>,
    /// Certificate revocation lists and other revocation information, as received.
    pub revocations: Vec<Vec<u8>>,
    /// The signers.
    pub signers: Vec<SignerInfo>,
    /// Length of the CMS in bytes.
    pub length: usize,
    /// Bytes after it in what was read.
    pub trailing: Trailing,
}

/// The bytes that follow a CMS in /Contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trailing {
    /// Nothing.
    None,
    /// Zeros that fill the hole.
    Zeros(usize),
    /// Something else, which no signature has to do with.
    Other(usize),
}

/// One SignerInfo ([RFC 5652, 5.3]).
///
/// ```text
/// SignerInfo ::= SEQUENCE {
///     version              CMSVersion,
///     sid                  SignerIdentifier,
///     digestAlgorithm      DigestAlgorithmIdentifier,
///     signedAttrs      [0] IMPLICIT SET OF Attribute OPTIONAL,
///     signatureAlgorithm   SignatureAlgorithmIdentifier,
///     signature            OCTET STRING,
///     unsignedAttrs    [1] IMPLICIT SET OF Attribute OPTIONAL }
/// ```
///
/// [RFC 5652, 5.3]: https://www.rfc-editor.org/rfc/rfc5652#section-5.3
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignerInfo {
    /// Which certificate, by the signer's word.
    pub identifier: SignerIdentifier,
    /// digestAlgorithm.
    pub digest_algorithm: AlgorithmIdentifier,
    /// The signed attributes, if there are any.
    pub signed_attributes: Option<SignedAttributes>,
    /// signatureAlgorithm.
    pub signature_algorithm: AlgorithmIdentifier,
    /// The signature value.
    pub signature: Vec<u8>,
    /// The unsigned attributes.
    pub unsigned_attributes: Vec<Attribute>,
}

/// Whose certificate belongs to a signature ([RFC 5652, 5.3]).
///
/// ```text
/// SignerIdentifier ::= CHOICE {
///     issuerAndSerialNumber    IssuerAndSerialNumber,
///     subjectKeyIdentifier [0] SubjectKeyIdentifier }
/// ```
///
/// [RFC 5652, 5.3]: https://www.rfc-editor.org/rfc/rfc5652#section-5.3
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignerIdentifier {
    /// By issuer and serial number.
    IssuerAndSerialNumber(IssuerAndSerialNumber),
    /// By subjectKeyIdentifier.
    SubjectKeyIdentifier(Vec<u8>),
}

impl SignerIdentifier {
    /// Whether the signer identifier (sid) names this certificate.
    pub fn matches(&self, certificate: &Certificate) -> bool {
        match self {
            Self::IssuerAndSerialNumber(both) => both.matches(certificate),
            Self::SubjectKeyIdentifier(identifier) => {
                certificate.subject_key_identifier() == Some(identifier.as_slice())
            }
        }
    }
}

impl SignerInfo {
    /// The digest over the content; `None` for one that isn't known.
    pub fn digest(&self) -> Option<DigestAlgorithm> {
        self.digest_algorithm.digest()
    }

    /// The signature scheme; `None` for one that isn't known.
    ///
    /// # Errors
    /// [`Error::Input`] where its parameters are malformed.
    pub fn scheme(&self) -> Result<Option<SignatureScheme>, Error> {
        self.signature_algorithm.signature(self.digest())
    }

    /// DER time-stamp tokens over the signature value (EN 319 122-1, 5.3).
    pub(crate) fn signature_time_stamps(&self) -> impl Iterator<Item = &[u8]> {
        let attributes = self.unsigned_attributes.iter().filter(|one| one.oid == oid::SIGNATURE_TIME_STAMP);
        attributes.flat_map(|attribute| attribute.values.iter().map(Vec::as_slice))
    }
}

impl SignedData {
    /// Reads a ContentInfo of type SignedData, BER or DER, and says what follows it.
    ///
    /// # Errors
    /// [`Error::Input`] with the byte offset where it's malformed, [`Error::Budget`] where it's too large.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let mut outside = Reader::new(WHAT, bytes);
        let info = outside.expect(tag::SEQUENCE)?;
        let mut info_fields = info.children()?;
        let kind = info_fields.expect(tag::OBJECT_IDENTIFIER)?;
        if kind.oid()? != oid::SIGNED_DATA {
            return Err(kind.error("not a SignedData"));
        }
        let mut fields = info_fields.expect(tag::context(0))?.children()?.expect(tag::SEQUENCE)?.children()?;
        fields.expect(tag::INTEGER)?;
        fields.expect(tag::SET)?;
        let (content_type, content) = content(&fields.expect(tag::SEQUENCE)?)?;
        let certificates = match fields.optional(tag::context(0))? {
            // Other choices than Certificate are attribute certificates and the like.
            Some(set) => raw(&set, |element| element.identifier() == tag::SEQUENCE)?,
            None => Vec::new(),
        };
        let revocations = match fields.optional(tag::context(1))? {
            Some(set) => raw(&set, |_| true)?,
            None => Vec::new(),
        };
        if certificates.len() > MAX_CERTIFICATES {
            let limit = MAX_CERTIFICATES as u64;
            return Err(Error::Budget { budget: "certificates in one CMS", limit, offset: None });
        }
        let mut signers = Vec::new();
        for element in fields.expect(tag::SET)?.children()?.all()? {
            if signers.len() == MAX_SIGNERS {
                return Err(Error::Budget {
                    budget: "signers in one CMS",
                    limit: MAX_SIGNERS as u64,
                    offset: Some(element.offset() as u64),
                });
            }
            signers.push(signer(&element)?);
        }
        let rest = outside.rest();
        let trailing = match rest.len() {
            0 => Trailing::None,
            count if rest.iter().all(|byte| *byte == 0) => Trailing::Zeros(count),
            count => Trailing::Other(count),
        };
        Ok(Self { content_type, content, certificates, revocations, signers, length: info.raw().len(), trailing })
    }
}

/// `EncapsulatedContentInfo`, and PKCS #7's ContentInfo, whose content may be of any type.
fn content(element: &Element<'_>) -> Result<(String, Option<Vec<u8>>), Error> {
    let mut fields = element.children()?;
    let kind = fields.expect(tag::OBJECT_IDENTIFIER)?.oid()?;
    let Some(explicit) = fields.optional(tag::context(0))? else { return Ok((kind, None)) };
    let inside = explicit.children()?.next()?;
    let octets = if inside.identifier() & !tag::CONSTRUCTED == tag::OCTET_STRING {
        inside.octets()?.into_owned()
    } else {
        inside.contents().to_vec()
    };
    Ok((kind, Some(octets)))
}

fn raw(set: &Element<'_>, keep: impl Fn(&Element<'_>) -> bool) -> Result<Vec<Vec<u8>>, Error> {
    Ok(set.children()?.all()?.iter().filter(|element| keep(element)).map(|element| element.raw().to_vec()).collect())
}

fn signer(element: &Element<'_>) -> Result<SignerInfo, Error> {
    let mut fields = element.children()?;
    fields.expect(tag::INTEGER)?;
    let identifier = match fields.next()? {
        both if both.identifier() == tag::SEQUENCE => {
            let mut parts = both.children()?;
            SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
                issuer: parts.expect(tag::SEQUENCE)?.raw().to_vec(),
                serial: parts.expect(tag::INTEGER)?.integer()?.to_vec(),
            })
        }
        key if key.identifier() & !tag::CONSTRUCTED == 0x80 => {
            SignerIdentifier::SubjectKeyIdentifier(key.octets()?.into_owned())
        }
        other => return Err(other.error("not a signer identifier")),
    };
    let digest_algorithm = AlgorithmIdentifier::read(&fields.expect(tag::SEQUENCE)?)?;
    let signed = fields.optional(tag::context(0))?;
    let signature_algorithm = AlgorithmIdentifier::read(&fields.expect(tag::SEQUENCE)?)?;
    let signature = fields.next()?.octets()?.into_owned();
    let unsigned = fields.optional(tag::context(1))?;
    Ok(SignerInfo {
        identifier,
        digest_algorithm,
        signed_attributes: signed.map(|element| SignedAttributes::read(&element)).transpose()?,
        signature_algorithm,
        signature,
        unsigned_attributes: unsigned.map(|set| Attribute::read_all(&set)).transpose()?.unwrap_or_default(),
    })
}

/// The contents of a PAdES signature but for the signature value.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// Over the document and the signed attributes.
    pub digest: DigestAlgorithm,
    /// Of the signature value.
    pub signature: SignatureAlgorithm,
    /// The signer's first.
    pub certificates: &'a [Certificate],
    /// DER `SET OF Attribute`, as [`attributes::write_signed`] makes it.
    pub signed_attributes: &'a [u8],
    /// DER time-stamp token over the signature value, for the unsigned attributes (EN 319 122-1, 5.3).
    pub time_stamp: Option<&'a [u8]>,
}

/// DER ContentInfo for /Contents: detached, version 1, one signer.
///
/// # Errors
/// [`Error::Parameters`] where the scheme can only be read or there's no certificate, [`Error::Input`] where the signed
/// attributes are none.
pub fn assemble(parts: &Parts<'_>, value: &[u8]) -> Result<Vec<u8>, Error> {
    let signer = signer_certificate(parts.certificates)?;
    let algorithm = SignatureScheme::to_sign(parts.signature, parts.digest)
        .and_then(algorithm::write_signature)
        .ok_or_else(|| Error::parameters(Parameter::SignatureAlgorithm, "it's read, but never written"))?;
    let digest = algorithm::write_digest(parts.digest);
    let identifier = asn1::sequence(&[signer.issuer().der(), &asn1::integer(signer.serial())]);
    let attributes = Reader::new(Subject::SignedAttributes, parts.signed_attributes).expect(tag::SET)?;
    let mut fields = vec![
        asn1::unsigned(1),
        identifier,
        digest.clone(),
        asn1::tlv(tag::context(0), attributes.contents()),
        algorithm,
        asn1::octet_string(value),
    ];
    if let Some(token) = parts.time_stamp {
        let values = asn1::set_of(tag::SET, vec![token.to_vec()]);
        let attribute = asn1::sequence(&[asn1::object_identifier(oid::SIGNATURE_TIME_STAMP), values]);
        fields.push(asn1::set_of(tag::context(1), vec![attribute]));
    }
    let signer_info = asn1::sequence(&fields);
    let signed_data = asn1::sequence(&[
        asn1::unsigned(1),
        asn1::set_of(tag::SET, vec![digest]),
        asn1::sequence(&[asn1::object_identifier(oid::DATA)]),
        asn1::set_of(tag::context(0), parts.certificates.iter().map(|one| one.der().to_vec()).collect()),
        asn1::set_of(tag::SET, vec![signer_info]),
    ]);
    Ok(asn1::sequence(&[asn1::object_identifier(oid::SIGNED_DATA), asn1::context(0, &signed_data)]))
}

/// The most bytes that [`assemble`] gives for a key, known before anything is signed. It's exact but for ECDSA, whose
/// values vary by a few bytes.
///
/// # Errors
/// As [`assemble`].
pub fn size(
    digest: DigestAlgorithm,
    signature: SignatureAlgorithm,
    certificates: &[Certificate],
) -> Result<usize, Error> {
    let signer = signer_certificate(certificates)?;
    let signed_attributes = attributes::write_signed(&vec![0; digest.output_length()], signer);
    let longest = vec![0; signer.key()?.signature_length()];
    let parts = Parts { digest, signature, certificates, signed_attributes: &signed_attributes, time_stamp: None };
    assemble(&parts, &longest).map(|der| der.len())
}

fn signer_certificate(certificates: &[Certificate]) -> Result<&Certificate, Error> {
    certificates.first().ok_or_else(|| Error::parameters(Parameter::Certificates, "the signer's is missing"))
}
