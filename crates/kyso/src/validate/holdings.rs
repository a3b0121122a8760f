//! What a CMS holds that helps to validate, the time-stamp tokens inside it included, and the attributes that CAdES has for
//! it (EN 319 122-1, A.1).

use std::borrow::Cow;

use crate::asn1::{self, Element, Reader, oid, tag};
use crate::cms::{Attribute, SignedData, SignerInfo};
use crate::error::{Error, Subject};
use crate::pki::Material;

/// id-aa-ets-certValues
const CERTIFICATE_VALUES: &str = "1.2.840.113549.1.9.16.2.23";
/// id-aa-ets-revocationValues
const REVOCATION_VALUES: &str = "1.2.840.113549.1.9.16.2.24";
/// id-aa-ets-contentTimestamp (EN 319 122-1, 5.2.8)
const CONTENT_TIME_STAMP: &str = "1.2.840.113549.1.9.16.2.20";

/// Most tokens that are read out of one CMS: a signature has one, rarely three.
pub(super) const MAX_TOKENS: usize = 16;
/// How deep tokens in tokens are followed.
const MAX_DEPTH: usize = 3;

/// The material of a CMS and of the tokens inside it. What can't be read isn't there.
pub(super) fn of(signed_data: &SignedData) -> Material {
    let mut material = Material::default();
    for signed_data in with_tokens(signed_data) {
        material.merge(signed_data.material());
        for attribute in signed_data.signers.iter().flat_map(attributes) {
            for value in &attribute.values {
                if let Ok(values) = values(&attribute.oid, value) {
                    material.merge(values);
                }
            }
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

/// `CertificateValues ::= SEQUENCE OF Certificate`,
/// `RevocationValues ::= SEQUENCE { [0] SEQUENCE OF CertificateList, [1] SEQUENCE OF BasicOCSPResponse, … }`
fn values(kind: &str, value: &[u8]) -> Result<Material, Error> {
    let mut material = Material::default();
    let element = || Reader::new(Subject::ValidationValues, value).expect(tag::SEQUENCE);
    match kind {
        CERTIFICATE_VALUES => material.certificates = raw(&element()?)?,
        REVOCATION_VALUES => {
            let mut fields = element()?.children()?;
            if let Some(lists) = fields.optional(tag::context(0))? {
                material.crls = raw(&lists.children()?.next()?)?;
            }
            if let Some(responses) = fields.optional(tag::context(1))? {
                let responses = raw(&responses.children()?.next()?)?;
                material.ocsp_responses = responses.iter().map(|der| response(der)).collect();
            }
        }
        _ => {}
    }
    Ok(material)
}

fn raw(list: &Element<'_>) -> Result<Vec<Vec<u8>>, Error> {
    Ok(list.children()?.all()?.iter().map(|element| element.raw().to_vec()).collect())
}

/// A BasicOCSPResponse as a successful OCSPResponse (RFC 6960, 4.2.1).
fn response(basic: &[u8]) -> Vec<u8> {
    let bytes = asn1::sequence(&[asn1::object_identifier(oid::OCSP_BASIC), asn1::octet_string(basic)]);
    asn1::sequence(&[asn1::tlv(tag::ENUMERATED, &[0]), asn1::context(0, &bytes)])
}
