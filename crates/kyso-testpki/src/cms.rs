//! SignedData (RFC 5652, 5): what a time-stamp token is, and what a bag of certificates is.

use crate::der::{
    Element, OCTET_STRING, SEQUENCE, SET, big_number, context, directory_name, elements, inside, number, octets, oid,
    sequence, set_of, tlv,
};
use crate::digest::{Digest, sign};
use crate::{Error, Identity};

const SIGNED_DATA: &str = "1.2.840.113549.1.7.2";
const DATA: &str = "1.2.840.113549.1.7.1";
const CONTENT_TYPE: &str = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST: &str = "1.2.840.113549.1.9.4";
const CONTENT_TIME_STAMP: &str = "1.2.840.113549.1.9.16.2.20";
const SIGNING_CERTIFICATE: &str = "1.2.840.113549.1.9.16.2.12";
const SIGNING_CERTIFICATE_V2: &str = "1.2.840.113549.1.9.16.2.47";

/// Which attributes name the certificate that signs (RFC 2634, 5.4; RFC 5816).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ess {
    /// ESSCertID: by SHA-1.
    V1,
    /// ESSCertIDv2: by SHA-256.
    V2,
    /// Both ESSCertID and ESSCertIDv2.
    Both,
    /// None, which RFC 3161 forbids.
    Missing,
    /// ESSCertIDv2 of another certificate.
    Wrong,
}

/// ContentInfo of a SignedData with one signer.
pub(crate) fn signed(
    content_type: &str,
    content: &[u8],
    signer: &Identity,
    digest: Digest,
    ess: Ess,
    certificates: &[Vec<u8>],
) -> Result<Vec<u8>, Error> {
    let encapsulated = sequence(&[oid(content_type)?, tlv(context(0), &octets(content))]);
    let attributes = attributes(content_type, content, signer, digest, ess)?;
    assembled(number(3), encapsulated, attributes, signer, digest, certificates)
}

/// A detached signature over `content`, as PAdES has it, with a content time-stamp (EN 319 122-1, 5.2.8): a token over
/// the same bytes, which need not be one.
///
/// # Errors
/// Where OpenSSL fails.
pub fn detached_with_content_time_stamp(content: &[u8], signer: &Identity, token: &[u8]) -> Result<Vec<u8>, Error> {
    let digest = Digest::Sha256;
    let mut attributes = attributes(DATA, content, signer, digest, Ess::V2)?;
    attributes.push(attribute(CONTENT_TIME_STAMP, token.to_vec())?);
    assembled(number(1), sequence(&[oid(DATA)?]), attributes, signer, digest, &signer.chain_der)
}

fn attributes(
    content_type: &str,
    content: &[u8],
    signer: &Identity,
    digest: Digest,
    ess: Ess,
) -> Result<Vec<Vec<u8>>, Error> {
    let mut attributes =
        vec![attribute(CONTENT_TYPE, oid(content_type)?)?, attribute(MESSAGE_DIGEST, octets(&digest.of(content)?))?];
    if matches!(ess, Ess::V1 | Ess::Both) {
        attributes.push(attribute(SIGNING_CERTIFICATE, ess_certificate(signer, Digest::Sha1, false)?)?);
    }
    if matches!(ess, Ess::V2 | Ess::Both | Ess::Wrong) {
        let value = ess_certificate(signer, Digest::Sha256, ess == Ess::Wrong)?;
        attributes.push(attribute(SIGNING_CERTIFICATE_V2, value)?);
    }
    Ok(attributes)
}

fn assembled(
    version: Vec<u8>,
    encapsulated: Vec<u8>,
    attributes: Vec<Vec<u8>>,
    signer: &Identity,
    digest: Digest,
    certificates: &[Vec<u8>],
) -> Result<Vec<u8>, Error> {
    let attributes = set_of(attributes);
    let (signature, algorithm) = sign(&signer.key, digest, &attributes)?;
    let signed_attributes = elements(&attributes).and_then(|set| set.first().map(|set| tlv(context(0), set.value)));
    let serial = big_number(&*signer.certificate.serial_number().to_bn()?);
    let signer_info = sequence(&[
        number(1),
        sequence(&[signer.certificate.issuer_name().to_der()?, serial]),
        digest.algorithm()?,
        signed_attributes.unwrap_or_default(),
        algorithm,
        octets(&signature),
    ]);
    let mut parts = vec![version, set_of(vec![digest.algorithm()?]), encapsulated];
    if !certificates.is_empty() {
        parts.push(tlv(context(0), &certificates.concat()));
    }
    parts.push(set_of(vec![signer_info]));
    content_info(&sequence(&parts))
}

/// A bag of certificates, as caIssuers may point at (RFC 5280, 4.2.2.1: "certs-only").
///
/// # Errors
/// Where OpenSSL fails.
pub fn certificates_only(certificates: &[Vec<u8>]) -> Result<Vec<u8>, Error> {
    let parts =
        [number(1), tlv(SET, &[]), sequence(&[oid(DATA)?]), tlv(context(0), &certificates.concat()), tlv(SET, &[])];
    content_info(&sequence(&parts))
}

const SIGNATURE_TIME_STAMP: &str = "1.2.840.113549.1.9.16.2.14";

/// The signature value of a SignedData with one signer.
pub fn signature_value(cms: &[u8]) -> Option<Vec<u8>> {
    let signature = SignerFields::read(cms)?.signer.into_iter().rfind(|field| field.tag == OCTET_STRING)?;
    Some(signature.value.to_vec())
}

/// The SignedData with one more signature time-stamp (EN 319 122-1, 5.3), which need not be one of its signature.
pub fn with_time_stamp(cms: &[u8], token: &[u8]) -> Option<Vec<u8>> {
    let SignerFields { content_type, mut before, mut signer } = SignerFields::read(cms)?;
    let old = signer.pop_if(|field| field.tag == context(1));
    let mut attributes: Vec<Vec<u8>> = match old {
        Some(old) => elements(old.value)?.iter().map(|attribute| attribute.whole.to_vec()).collect(),
        None => Vec::new(),
    };
    attributes.push(attribute(SIGNATURE_TIME_STAMP, token.to_vec()).ok()?);
    attributes.sort();
    let mut fields: Vec<Vec<u8>> = signer.iter().map(|field| field.whole.to_vec()).collect();
    fields.push(tlv(context(1), &attributes.concat()));
    before.push(set_of(vec![sequence(&fields)]));
    Some(sequence(&[content_type, tlv(context(0), &sequence(&before))]))
}

/// A ContentInfo of a SignedData with one signer, taken apart.
struct SignerFields<'a> {
    content_type: Vec<u8>,
    /// SignedData's fields up to the signers.
    before: Vec<Vec<u8>>,
    /// SignerInfo's fields.
    signer: Vec<Element<'a>>,
}

impl<'a> SignerFields<'a> {
    fn read(cms: &'a [u8]) -> Option<Self> {
        let [content_type, wrapped] = inside(cms, SEQUENCE)?.try_into().ok()?;
        let mut fields = inside(wrapped.value, SEQUENCE)?;
        let [signer] = inside(fields.pop()?.whole, SET)?.try_into().ok()?;
        let before = fields.iter().map(|field| field.whole.to_vec()).collect();
        Some(Self { content_type: content_type.whole.to_vec(), before, signer: elements(signer.value)? })
    }
}

fn content_info(signed_data: &[u8]) -> Result<Vec<u8>, Error> {
    Ok(sequence(&[oid(SIGNED_DATA)?, tlv(context(0), signed_data)]))
}

fn attribute(dotted: &str, value: Vec<u8>) -> Result<Vec<u8>, Error> {
    Ok(sequence(&[oid(dotted)?, set_of(vec![value])]))
}

/// SigningCertificate, or SigningCertificateV2 whose hashAlgorithm is its default, SHA-256.
fn ess_certificate(signer: &Identity, digest: Digest, wrong: bool) -> Result<Vec<u8>, Error> {
    let mut hash = digest.of(&signer.certificate_der)?;
    if wrong {
        hash.reverse();
    }
    let issuer = sequence(&[directory_name(&signer.certificate.issuer_name().to_der()?)]);
    let issuer_serial = sequence(&[issuer, big_number(&*signer.certificate.serial_number().to_bn()?)]);
    let certificate = sequence(&[octets(&hash), issuer_serial]);
    Ok(sequence(&[sequence(&[certificate])]))
}
