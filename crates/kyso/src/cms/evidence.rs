//! Revocation evidence that a CMS brings itself: among its certificates, in its revocation information
//! (RFC 5652, 10.2.1; RFC 5940), and in Adobe's signed attribute (ISO 32000-2, 12.8.3.3.2).

use super::SignedData;
use crate::asn1::{self, Reader, oid, tag};
use crate::error::{Error, Subject};
use crate::material::Material;

const WHAT: Subject = Subject::RevocationInformation;

impl SignedData {
    /// Every certificate, CRL and OCSP answer in the CMS. What can't be read is left out.
    pub fn material(&self) -> Material {
        let mut material = Material { certificates: self.certificates.clone(), ..Material::default() };
        for one in &self.revocations {
            match one.first() {
                Some(&tag::SEQUENCE) => material.crls.push(one.clone()),
                _ => material.ocsp_responses.extend(ocsp_response(one).ok().flatten()),
            }
        }
        for signer in &self.signers {
            let attributes = signer.signed_attributes.iter().flat_map(|signed| signed.list());
            for attribute in attributes.filter(|one| one.oid == oid::REVOCATION_INFO_ARCHIVAL) {
                for value in &attribute.values {
                    if let Ok(archive) = archive(value) {
                        material.merge(archive);
                    }
                }
            }
        }
        material
    }
}

/// A SignedData with more certificates, CRLs and OCSP answers beside what it has: no signature goes over those fields
/// (RFC 5652, 5.1). Everything else stays as it was encoded.
///
/// # Errors
/// [`Error::Input`] where it's no SignedData.
pub(crate) fn with_material(cms: &[u8], more: &Material) -> Result<Vec<u8>, Error> {
    let mut info = Reader::new(Subject::Cms, cms).expect(tag::SEQUENCE)?.children()?;
    let kind = info.expect(tag::OBJECT_IDENTIFIER)?.raw();
    let mut fields = info.expect(tag::context(0))?.children()?.expect(tag::SEQUENCE)?.children()?;
    let mut version = fields.expect(tag::INTEGER)?.raw().to_vec();
    let digests = fields.expect(tag::SET)?.raw();
    let content = fields.expect(tag::SEQUENCE)?.raw();
    let mut list = |number: u8, more: Vec<Vec<u8>>| -> Result<Vec<u8>, Error> {
        let set = fields.optional(tag::context(number))?;
        let mut all = Vec::new();
        if let Some(set) = &set {
            all.extend(set.children()?.all()?.iter().map(|element| element.raw().to_vec()));
        }
        let before = all.len();
        for one in more {
            if !all.contains(&one) {
                all.push(one);
            }
        }
        match set {
            Some(set) if all.len() == before => Ok(set.raw().to_vec()),
            None if all.is_empty() => Ok(Vec::new()),
            _ => Ok(asn1::set_of(tag::context(number), all)),
        }
    };
    let certificates = list(0, more.certificates.clone())?;
    let answers = more.ocsp_responses.iter().map(|answer| {
        let fields = [asn1::object_identifier(oid::RI_OCSP_RESPONSE), answer.clone()];
        asn1::tlv(tag::context(1), &fields.concat())
    });
    let revocations = list(1, more.crls.iter().cloned().chain(answers).collect())?;
    if !more.ocsp_responses.is_empty() {
        // RFC 5652, 5.1: with revocation information of another kind than a CRL.
        version = asn1::unsigned(5);
    }
    let signers = fields.expect(tag::SET)?.raw();
    let signed_data = asn1::sequence(&[
        version.as_slice(),
        digests,
        content,
        certificates.as_slice(),
        revocations.as_slice(),
        signers,
    ]);
    Ok(asn1::sequence(&[kind, asn1::context(0, &signed_data).as_slice()]))
}

/// `OtherRevocationInfoFormat ::= [1] SEQUENCE { otherRevInfoFormat OBJECT IDENTIFIER, otherRevInfo ANY }`
fn ocsp_response(der: &[u8]) -> Result<Option<Vec<u8>>, Error> {
    let mut fields = Reader::new(WHAT, der).expect(tag::context(1))?.children()?;
    let kind = fields.expect(tag::OBJECT_IDENTIFIER)?.oid()?;
    (kind == oid::RI_OCSP_RESPONSE).then(|| fields.next().map(|response| response.raw().to_vec())).transpose()
}

/// `RevocationInfoArchival ::= SEQUENCE { crl [0] SEQUENCE OF CRL, ocsp [1] SEQUENCE OF OCSPResponse, … }`
fn archive(value: &[u8]) -> Result<Material, Error> {
    let mut material = Material::default();
    for field in Reader::new(WHAT, value).expect(tag::SEQUENCE)?.children()?.all()? {
        let list = match field.identifier() {
            0xA0 => &mut material.crls,
            0xA1 => &mut material.ocsp_responses,
            _ => continue,
        };
        let inside = field.children()?.expect(tag::SEQUENCE)?;
        list.extend(inside.children()?.all()?.iter().map(|one| one.raw().to_vec()));
    }
    Ok(material)
}
