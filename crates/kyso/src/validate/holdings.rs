//! What a CMS holds that helps to validate: certificates, CRLs and OCSP answers in its own fields, in the attributes that
//! carry such (EN 319 122-1, A.1; ISO 32000-2, 12.8.3.3.2), and in the time-stamp tokens inside it.

use std::borrow::Cow;

use crate::asn1::{self, Element, Reader, oid, tag};
use crate::cms::{Attribute, SignedData, SignerInfo};
use crate::error::Error;
use crate::pki::Material;

/// id-aa-ets-certValues
const CERTIFICATE_VALUES: &str = "1.2.840.113549.1.9.16.2.23";
/// id-aa-ets-revocationValues
const REVOCATION_VALUES: &str = "1.2.840.113549.1.9.16.2.24";
/// id-ri-ocsp-response (RFC 5940)
const OCSP_RESPONSE: &str = "1.3.6.1.5.5.7.16.2";
/// id-pkix-ocsp-basic (RFC 6960)
const OCSP_BASIC: &str = "1.3.6.1.5.5.7.48.1.1";
/// id-aa-ets-contentTimestamp (EN 319 122-1, 5.2.8)
const CONTENT_TIME_STAMP: &str = "1.2.840.113549.1.9.16.2.20";
/// `[1]` of a RevocationInfoChoice: otherRevInfo
const OTHER_REVOCATION_INFO: u8 = tag::context(1);

/// Most tokens that are read out of one CMS: a signature has one, rarely three.
pub(super) const MAX_TOKENS: usize = 16;
/// How deep tokens in tokens are followed.
const MAX_DEPTH: usize = 3;

/// The material of a CMS and of the tokens inside it. What can't be read isn't there.
pub(super) fn of(signed_data: &SignedData) -> Material {
    let mut material = Material::default();
    for signed_data in with_tokens(signed_data) {
        material.certificates.extend(signed_data.certificates.iter().cloned());
        for revocation in &signed_data.revocations {
            take_revocation_info(revocation, &mut material);
        }
        for signer in &signed_data.signers {
            attributes(signer).for_each(|attribute| take_attribute(attribute, &mut material));
        }
    }
    material
}

/// A CMS and the time-stamp tokens inside its signers' attributes.
pub(super) fn with_tokens(signed_data: &SignedData) -> Vec<Cow<'_, SignedData>> {
    let mut all = vec![(Cow::Borrowed(signed_data), 0)];
    let mut next = 0;
    while let Some((holder, depth)) = all.get(next) {
        let (room, depth) = ((MAX_TOKENS + 1).saturating_sub(all.len()), *depth);
        let tokens: Vec<SignedData> = holder
            .signers
            .iter()
            .filter(|_| depth < MAX_DEPTH)
            .flat_map(attributes)
            .filter(|attribute| [oid::SIGNATURE_TIME_STAMP, CONTENT_TIME_STAMP].contains(&attribute.oid.as_str()))
            .flat_map(|attribute| &attribute.values)
            .take(room)
            .filter_map(|der| SignedData::parse(der).ok())
            .collect();
        all.extend(tokens.into_iter().map(|token| (Cow::Owned(token), depth + 1)));
        next += 1;
    }
    all.into_iter().map(|(one, _)| one).collect()
}

/// DER time-stamp tokens over the content, among the signed attributes (EN 319 122-1, 5.2.8).
pub(super) fn content_time_stamps(signer: &SignerInfo) -> impl Iterator<Item = &[u8]> {
    let signed = signer.signed_attributes.iter().flat_map(|signed| signed.list());
    signed.filter(|one| one.oid == CONTENT_TIME_STAMP).flat_map(|one| one.values.iter().map(Vec::as_slice))
}

fn attributes(signer: &SignerInfo) -> impl Iterator<Item = &Attribute> {
    signer.signed_attributes.iter().flat_map(|signed| signed.list()).chain(&signer.unsigned_attributes)
}

/// `RevocationInfoChoice ::= CHOICE { crl CertificateList, other [1] SEQUENCE { format, info } }`
fn take_revocation_info(der: &[u8], material: &mut Material) {
    if der.first() != Some(&OTHER_REVOCATION_INFO) {
        material.crls.push(der.to_vec());
    } else if let Ok(Some(response)) = other_revocation_info(der) {
        material.ocsp_responses.push(response);
    }
}

fn other_revocation_info(der: &[u8]) -> Result<Option<Vec<u8>>, Error> {
    let mut fields = Reader::new("revocation information", der).next()?.children()?;
    let is_ocsp = fields.expect(tag::OBJECT_IDENTIFIER)?.oid()? == OCSP_RESPONSE;
    Ok(is_ocsp.then(|| fields.rest().to_vec()))
}

fn take_attribute(attribute: &Attribute, material: &mut Material) {
    for value in &attribute.values {
        let element = Reader::new("attribute", value).next();
        let read = element.and_then(|element| match attribute.oid.as_str() {
            CERTIFICATE_VALUES => {
                material.certificates.extend(raw(&element)?);
                Ok(())
            }
            REVOCATION_VALUES => take_lists(&element, material, basic_response),
            oid::REVOCATION_INFO_ARCHIVAL => take_lists(&element, material, |der| der.to_vec()),
            _ => Ok(()),
        });
        // What can't be read proves nothing, and harms nothing.
        drop(read);
    }
}

/// `SEQUENCE { [0] SEQUENCE OF CertificateList OPTIONAL, [1] SEQUENCE OF … OPTIONAL, [2] … OPTIONAL }`
fn take_lists(
    element: &Element<'_>,
    material: &mut Material,
    response: impl Fn(&[u8]) -> Vec<u8>,
) -> Result<(), Error> {
    let mut fields = element.children()?;
    if let Some(lists) = fields.optional(tag::context(0))? {
        material.crls.extend(raw(&lists.children()?.next()?)?);
    }
    if let Some(responses) = fields.optional(tag::context(1))? {
        let responses = raw(&responses.children()?.next()?)?;
        material.ocsp_responses.extend(responses.iter().map(|der| response(der)));
    }
    Ok(())
}

fn raw(list: &Element<'_>) -> Result<Vec<Vec<u8>>, Error> {
    Ok(list.children()?.all()?.iter().map(|element| element.raw().to_vec()).collect())
}

/// A BasicOCSPResponse as a successful OCSPResponse (RFC 6960, 4.2.1).
fn basic_response(der: &[u8]) -> Vec<u8> {
    let bytes = asn1::sequence(&[asn1::object_identifier(OCSP_BASIC), asn1::octet_string(der)]);
    const ENUMERATED: u8 = 0x0a;
    asn1::sequence(&[asn1::tlv(ENUMERATED, &[0]), asn1::context(0, &bytes)])
}
