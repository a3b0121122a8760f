//! The validation objects (ETSI TS 119 102-2, 4.4): each once, known by the SHA-256 of its bytes.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use kyso::Indication;
use kyso::crypto::{DigestAlgorithm, hex};
use kyso::validate::{CertificateReport, EvidenceSource, TimestampKind, TimestampReport};
use kyso_words::Worded;

use super::{digest, indications_of_block, names, reference};
use crate::report::markup::Markup;

/// Objects of more bytes are named by their digest alone: a national authority's CRL has megabytes.
const MAX_INCLUDED: usize = 64 << 10;

/// Every object that something refers to.
#[derive(Default)]
pub(super) struct Objects(BTreeMap<String, Object>);

struct Object {
    kind: &'static str,
    /// Empty where only the digest is known.
    der: Vec<u8>,
    /// SHA-256; empty where a file can't be read.
    digest: Vec<u8>,
    file: Option<String>,
    stamp: Option<Stamp>,
}

/// What a time-stamp says and is worth.
struct Stamp {
    time: Option<Timestamp>,
    kind: TimestampKind,
    report: TimestampReport<Worded>,
    chain: Vec<String>,
}

impl Objects {
    pub(super) fn document(&mut self, file: &str, sha256: Option<&str>) -> String {
        let digest = sha256.map(bytes).unwrap_or_default();
        let id = format!("D-{}", hex(&DigestAlgorithm::Sha256.digest(&[file.as_bytes(), &digest].concat())));
        self.add(id, "urn:etsi:019102:validationObject:signedData", Vec::new(), digest, |object| {
            object.file = Some(file.to_owned());
        })
    }

    pub(super) fn certificate(&mut self, certificate: &CertificateReport) -> String {
        let (kind, digest) = ("urn:etsi:019102:validationObject:certificate", bytes(&certificate.fingerprint));
        self.add(format!("C-{}", certificate.fingerprint), kind, certificate.der.clone(), digest, |_| {})
    }

    /// A certificate of which only the SHA-256 is known.
    pub(super) fn fingerprint(&mut self, sha256: &str) -> String {
        let kind = "urn:etsi:019102:validationObject:certificate";
        self.add(format!("C-{sha256}"), kind, Vec::new(), bytes(sha256), |_| {})
    }

    /// The evidence by which a certificate's status is known.
    pub(super) fn evidence(&mut self, certificate: &CertificateReport) -> Option<String> {
        let revocation = certificate.revocation.as_ref()?;
        let evidence = revocation.evidence.as_deref()?;
        let (mark, kind) = match revocation.source? {
            EvidenceSource::Crl => ("R", "urn:etsi:019102:validationObject:CRL"),
            EvidenceSource::Ocsp => ("O", "urn:etsi:019102:validationObject:OCSPResponse"),
        };
        let digest = DigestAlgorithm::Sha256.digest(evidence);
        let der = Some(evidence).filter(|der| der.len() <= MAX_INCLUDED).unwrap_or_default().to_vec();
        Some(self.add(format!("{mark}-{}", hex(&digest)), kind, der, digest, |_| {}))
    }

    pub(super) fn time_stamp(&mut self, stamp: &TimestampReport<Worded>) -> Option<String> {
        if stamp.token.is_empty() {
            return None;
        }
        let chain = stamp.chain.iter().map(|certificate| self.certificate(certificate)).collect();
        for certificate in &stamp.chain {
            self.evidence(certificate);
        }
        let digest = DigestAlgorithm::Sha256.digest(&stamp.token);
        let (id, kind) = (format!("T-{}", hex(&digest)), "urn:etsi:019102:validationObject:timestamp");
        Some(self.add(id, kind, stamp.token.clone(), digest, |object| {
            object.stamp = Some(Stamp { time: stamp.time, kind: stamp.kind, report: stamp.clone(), chain });
        }))
    }

    fn add(
        &mut self,
        id: String,
        kind: &'static str,
        der: Vec<u8>,
        digest: Vec<u8>,
        complete: impl FnOnce(&mut Object),
    ) -> String {
        let object = self.0.entry(id.clone()).or_insert_with(|| {
            let mut object = Object { kind, der: Vec::new(), digest, file: None, stamp: None };
            complete(&mut object);
            object
        });
        if object.der.is_empty() {
            object.der = der;
        }
        id
    }

    /// The list, all of it there at the time of validation.
    pub(super) fn write(&self, time: Timestamp, markup: &mut Markup) {
        markup.element("SignatureValidationObjects", &[], |markup| {
            for (id, object) in &self.0 {
                markup.element("ValidationObject", &[("id", id)], |markup| object.write(time, markup));
            }
        });
    }
}

impl Object {
    fn write(&self, time: Timestamp, markup: &mut Markup) {
        markup.leaf("ObjectType", &[], self.kind);
        markup.element("ValidationObjectRepresentation", &[], |markup| {
            if !self.der.is_empty() && self.der.len() <= MAX_INCLUDED {
                markup.leaf("base64", &[], &base64(&self.der));
            }
            if !self.digest.is_empty() {
                markup
                    .element("DigestAlgAndValue", &[], |markup| digest(DigestAlgorithm::Sha256, &self.digest, markup));
            }
            if let Some(file) = &self.file {
                markup.leaf("URI", &[], &uri(file));
            }
        });
        markup.element("POE", &[], |markup| {
            markup.leaf("POETime", &[], &time.to_string());
            markup.leaf("TypeOfProof", &[], names::POE_BY_VALIDATION);
        });
        if let Some(stamp) = &self.stamp {
            stamp.write(markup);
        }
    }
}

impl Stamp {
    fn write(&self, markup: &mut Markup) {
        // A token over the content says that the signature is newer: it proves the existence of no signature.
        let proves = self.report.indication == Indication::TotalPassed && self.kind != TimestampKind::Content;
        if let Some(time) = self.time.filter(|_| proves) {
            markup.element("POEProvisioning", &[], |markup| markup.leaf("POETime", &[], &time.to_string()));
        }
        markup.element("ValidationReport", &[], |markup| {
            markup.element("SignatureValidationProcess", &[], |markup| {
                markup.leaf("SignatureValidationProcessID", &[], names::process(self.report.process));
            });
            markup.element("SignatureValidationStatus", &[], |markup| {
                indications_of_block(self.report.indication, self.report.sub_indication, markup);
                let [signing, above @ ..] = self.chain.as_slice() else { return };
                markup.element("AssociatedValidationReportData", &[], |markup| {
                    markup.element("CertificateChain", &[], |markup| {
                        reference("SigningCertificate", signing, markup);
                        for (id, certificate) in above.iter().zip(self.report.chain.iter().skip(1)) {
                            let element = if certificate.is_anchor { "TrustAnchor" } else { "IntermediateCertificate" };
                            reference(element, id, markup);
                        }
                    });
                });
            });
        });
    }
}

pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// The bytes of lower-case hex.
fn bytes(hex: &str) -> Vec<u8> {
    let pair = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
    (0..hex.len()).step_by(2).map_while(pair).collect()
}

/// A file's name as a relative reference (RFC 3986, 4.2).
fn uri(file: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let mut uri = String::new();
    for byte in file.bytes() {
        if keep(byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_become_references() {
        assert_eq!(uri("hồ sơ/kết quả (1).pdf"), "h%E1%BB%93%20s%C6%A1/k%E1%BA%BFt%20qu%E1%BA%A3%20%281%29.pdf");
        assert_eq!(bytes("00ff1"), [0, 255]);
    }
}
