//! Revocation evidence that a CMS brings itself: among its certificates, in its revocation information
//! (RFC 5652, 10.2.1; RFC 5940), and in Adobe's signed attribute (ISO 32000-2, 12.8.3.3.2).

use super::SignedData;
use crate::asn1::{Reader, oid, tag};
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
