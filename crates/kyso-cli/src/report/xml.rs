//! The validation report of ETSI TS 119 102-2 V1.4.1: for programs that know the standard and not this one. Several files
//! are one report, each signature naming the document that it's in.

mod names;
mod objects;

use std::io::{self, Write};

use kyso::crypto::DigestAlgorithm;
use kyso::validate::{CertificateReport, RevocationState, SignatureType, TimestampReport};
use kyso::{Indication, Severity, SignatureReport, SubIndication};
use kyso_words::{Report, Worded};

use self::objects::{Objects, base64};
use super::markup::Markup;
use super::{Basis, FileReport, Unreadable};
use crate::text::name;

const NAMESPACES: [(&str, &str); 4] = [
    ("xmlns", "http://uri.etsi.org/19102/v1.4.1#"),
    ("xmlns:ds", "http://www.w3.org/2000/09/xmldsig#"),
    ("xmlns:XAdES", "http://uri.etsi.org/01903/v1.3.2#"),
    ("xmlns:tsl", "http://uri.etsi.org/02231/v2#"),
];

/// Writes the report.
pub(crate) fn write(reports: &[FileReport], basis: Basis<'_>, sink: &mut impl Write) -> io::Result<()> {
    let mut markup = Markup::default();
    markup.literal("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    let mut writer = Writer { basis, objects: Objects::default(), signature: String::new() };
    markup.element("ValidationReport", &NAMESPACES, |markup| {
        for (file, report) in (1..).zip(reports) {
            writer.file(file, report, markup);
        }
        writer.objects.write(basis.time, markup);
        markup.element("SignatureValidator", &[], |markup| {
            markup.element("DigitalId", &[], |markup| {
                markup.leaf("tsl:Other", &[], concat!("kyso ", env!("CARGO_PKG_VERSION")));
            });
        });
    });
    sink.write_all(markup.finish().as_bytes())
}

struct Writer<'b> {
    basis: Basis<'b>,
    objects: Objects,
    /// The signature that is being written, as others refer to it.
    signature: String,
}

impl Writer<'_> {
    fn file(&mut self, number: usize, file: &FileReport, markup: &mut Markup) {
        match &file.outcome {
            Err(unreadable) => self.unreadable(file, unreadable, markup),
            Ok(report) if report.signatures.is_empty() => {
                let document = self.objects.document(&file.file, Some(&report.sha256));
                let (indication, why) = match report.is_flawed() {
                    // Something stands in the place of a signature and can't be one.
                    true => (Indication::TotalFailed, "urn:etsi:019102:subindication:FORMAT_FAILURE"),
                    false => (Indication::Indeterminate, "urn:kyso:subindication:NO_SIGNATURE_FOUND"),
                };
                nothing_to_judge(&document, indication, why, file.findings(), None, markup);
            }
            Ok(report) => {
                let document = self.objects.document(&file.file, Some(&report.sha256));
                for index in 0..report.signatures.len() {
                    self.signature = format!("S-{number}-{}", index + 1);
                    self.report(file, report, index, &document, markup);
                }
            }
        }
    }

    fn unreadable(&mut self, file: &FileReport, unreadable: &Unreadable, markup: &mut Markup) {
        let document = self.objects.document(&file.file, unreadable.sha256.as_deref());
        let why = "urn:kyso:subindication:UNREADABLE_DOCUMENT";
        nothing_to_judge(&document, Indication::Indeterminate, why, [], Some(&unreadable.error), markup);
    }

    fn report(&mut self, file: &FileReport, report: &Report, index: usize, document: &str, markup: &mut Markup) {
        let Some(signature) = report.signatures.get(index) else { return };
        let later = report.signatures.get(index + 1..).unwrap_or_default();
        let stamps: Vec<&TimestampReport<Worded>> = later
            .iter()
            .filter(|one| one.kind == SignatureType::DocumentTimestamp)
            .flat_map(|one| &one.timestamps)
            .collect();
        markup.element("SignatureValidationReport", &[], |markup| {
            self.identifier(signature, markup);
            self.constraints(signature, file, markup);
            self.times(signature, &stamps, markup);
            signers_document(signature, document, markup);
            self.attributes(signature, &stamps, markup);
            self.signer(signature, markup);
            markup.element("SignatureValidationProcess", &[], |markup| {
                markup.leaf("SignatureValidationProcessID", &[], names::process(signature.process));
                markup.leaf("SignatureValidationServicePolicy", &[], &self.basis.constraints.id);
            });
            self.status(signature, markup);
        });
    }

    fn identifier(&self, signature: &SignatureReport<Worded>, markup: &mut Markup) {
        markup.element("SignatureIdentifier", &[("id", &self.signature)], |markup| {
            digest_alg_and_value(signature.digest_algorithm, &signature.document_digest, markup);
            if !signature.signature_value.is_empty() {
                markup.leaf("ds:SignatureValue", &[], &base64(&signature.signature_value));
            }
            markup.leaf("HashOnly", &[], "false");
            markup.leaf("DocHashOnly", &[], "false");
            if let Some(field) = &signature.field {
                markup.leaf("DAIdentifier", &[], field);
            }
        });
    }

    /// The policy, and each finding that decides or warns, as the constraint that it's about.
    fn constraints(&self, signature: &SignatureReport<Worded>, file: &FileReport, markup: &mut Markup) {
        markup.element("ValidationConstraintsEvaluationReport", &[], |markup| {
            markup.element("SignatureValidationPolicy", &[], |markup| {
                let policy = self.basis.constraints;
                markup.element("SignaturePolicyIdentifier", &[], |markup| {
                    markup.element("XAdES:SignaturePolicyId", &[], |markup| {
                        markup.element("XAdES:SigPolicyId", &[], |markup| {
                            markup.leaf("XAdES:Identifier", &[], &policy.id);
                        });
                        markup.element("XAdES:SigPolicyHash", &[], |markup| {
                            digest(DigestAlgorithm::Sha256, &policy.sha256, markup);
                        });
                    });
                });
                markup.leaf("PolicyName", &[], policy.title.in_language(self.basis.language));
            });
            for finding in signature.findings.iter().chain(file.findings()) {
                constraint(finding, signature.indication, markup);
            }
        });
    }

    /// What proves the best signature time; the time of validation where nothing older does.
    fn times(&mut self, signature: &SignatureReport<Worded>, stamps: &[&TimestampReport<Worded>], markup: &mut Markup) {
        markup.element("ValidationTimeInfo", &[], |markup| {
            markup.leaf("ValidationTime", &[], &self.basis.time.to_string());
            markup.element("BestSignatureTime", &[], |markup| {
                let best = signature.best_signature_time;
                markup.leaf("POETime", &[], &best.unwrap_or(self.basis.time).to_string());
                markup.leaf("TypeOfProof", &[], names::POE_BY_VALIDATION);
                let proves = |stamp: &&TimestampReport<Worded>| best.is_some() && stamp.time == best;
                let proof = signature.timestamps.iter().chain(stamps.iter().copied()).find(proves);
                if let Some(id) = proof.and_then(|stamp| self.objects.time_stamp(stamp)) {
                    reference("POEObject", &id, markup);
                }
            });
        });
    }

    fn attributes(
        &mut self,
        signature: &SignatureReport<Worded>,
        stamps: &[&TimestampReport<Worded>],
        markup: &mut Markup,
    ) {
        markup.element("SignatureAttributes", &[], |markup| {
            let claimed = signature.claimed_time.as_ref().filter(|time| time.parse::<jiff::Timestamp>().is_ok());
            if let Some(time) = claimed {
                markup.element("SigningTime", &[("Signed", "true")], |markup| markup.leaf("Time", &[], time));
            }
            if let Some(id) = self.signing_certificate(signature) {
                markup.element("SigningCertificate", &[], |markup| reference("AttributeObject", &id, markup));
            }
            if signature.digest_ok && !signature.document_digest.is_empty() {
                markup.element("MessageDigest", &[("Signed", "true")], |markup| {
                    markup.leaf("Digest", &[], &base64(&signature.document_digest));
                });
            }
            let own = match signature.kind {
                SignatureType::Signature => signature.timestamps.as_slice(),
                SignatureType::DocumentTimestamp => &[],
            };
            for stamp in own {
                self.time_stamp("SignatureTimeStamp", stamp, markup);
            }
            for stamp in stamps {
                self.time_stamp("DocTimeStamp", stamp, markup);
            }
            if let Some(sub_filter) = &signature.subfilter {
                markup.element("SubFilter", &[("Signed", "true")], |markup| {
                    markup.leaf("SubFilterElement", &[], sub_filter);
                });
            }
            let range: Vec<String> = signature.byte_range.iter().map(ToString::to_string).collect();
            markup.leaf("ByteRange", &[], &range.join(" "));
        });
    }

    fn time_stamp(&mut self, element: &'static str, stamp: &TimestampReport<Worded>, markup: &mut Markup) {
        let (Some(time), Some(id)) = (stamp.time, self.objects.time_stamp(stamp)) else { return };
        markup.element(element, &[("Signed", "false")], |markup| {
            reference("AttributeObject", &id, markup);
            markup.leaf("TimeStampValue", &[], &time.to_string());
        });
    }

    fn signing_certificate(&mut self, signature: &SignatureReport<Worded>) -> Option<String> {
        match signature.chain.first() {
            Some(certificate) => Some(self.objects.certificate(certificate)),
            None => signature.signer.as_ref().map(|signer| self.objects.fingerprint(&signer.fingerprint)),
        }
    }

    fn signer(&mut self, signature: &SignatureReport<Worded>, markup: &mut Markup) {
        let Some(id) = self.signing_certificate(signature) else { return };
        markup.element("SignerInformation", &[], |markup| {
            reference("SignerCertificate", &id, markup);
            if let Some(signer) = &signature.signer {
                markup.leaf("Signer", &[], signer.common_name.as_ref().unwrap_or(&signer.subject));
            }
        });
    }

    fn status(&mut self, signature: &SignatureReport<Worded>, markup: &mut Markup) {
        let time_stamps: Vec<String> =
            signature.timestamps.iter().filter_map(|stamp| self.objects.time_stamp(stamp)).collect();
        let evidence: Vec<String> =
            signature.chain.iter().filter_map(|certificate| self.objects.evidence(certificate)).collect();
        markup.element("SignatureValidationStatus", &[], |markup| {
            indications(signature.indication, signature.sub_indication, markup);
            markup.element("AssociatedValidationReportData", &[], |markup| {
                self.chain(&signature.chain, markup);
                for id in time_stamps.iter().chain(&evidence) {
                    reference("RelatedValidationObject", id, markup);
                }
                self.revocation(&signature.chain, markup);
                self.cryptography(signature, markup);
            });
        });
    }

    fn chain(&mut self, chain: &[CertificateReport], markup: &mut Markup) {
        let [signing, above @ ..] = chain else { return };
        markup.element("CertificateChain", &[], |markup| {
            reference("SigningCertificate", &self.objects.certificate(signing), markup);
            for certificate in above {
                let element = if certificate.is_anchor { "TrustAnchor" } else { "IntermediateCertificate" };
                reference(element, &self.objects.certificate(certificate), markup);
            }
        });
    }

    fn revocation(&mut self, chain: &[CertificateReport], markup: &mut Markup) {
        let is_revoked = |state| matches!(state, RevocationState::Revoked | RevocationState::OnHold);
        let found = chain.iter().find_map(|certificate| {
            let revocation = certificate.revocation.as_ref().filter(|revocation| is_revoked(revocation.status))?;
            Some((certificate, revocation, revocation.revoked_at?))
        });
        let Some((certificate, revocation, at)) = found else { return };
        markup.element("RevocationStatusInformation", &[], |markup| {
            reference("ValidationObjectId", &self.objects.certificate(certificate), markup);
            markup.leaf("RevocationTime", &[], &at.to_string());
            if let Some(reason) = revocation.reason {
                markup.leaf("RevocationReason", &[], &names::revocation_reason(reason));
            }
            if let Some(id) = self.objects.evidence(certificate) {
                reference("RevocationObject", &id, markup);
            }
        });
    }

    /// Whether the signature's digest is reliable at the time that is proven, and until when.
    fn cryptography(&self, signature: &SignatureReport<Worded>, markup: &mut Markup) {
        let Some(digest) = signature.digest_algorithm else { return };
        let until = self.basis.constraints.digest_until(digest);
        let holds = until.holds_at(signature.best_signature_time.unwrap_or(self.basis.time));
        markup.element("CryptoInformation", &[], |markup| {
            reference("ValidationObjectId", &self.signature, markup);
            markup.leaf("Algorithm", &[], names::digest(digest));
            markup.leaf("SecureAlgorithm", &[], if holds { "true" } else { "false" });
            if let Some(end) = until.until() {
                markup.leaf("NotAfter", &[], &end.to_string());
            }
        });
    }
}

fn nothing_to_judge<'f>(
    document: &str,
    indication: Indication,
    why: &str,
    findings: impl IntoIterator<Item = &'f Worded>,
    words: Option<&str>,
    markup: &mut Markup,
) {
    markup.element("SignatureValidationReport", &[], |markup| {
        markup.element("ValidationConstraintsEvaluationReport", &[], |markup| {
            findings.into_iter().for_each(|finding| constraint(finding, indication, markup));
        });
        markup.element("SignersDocument", &[], |markup| {
            reference("SignersDocumentRepresentation", document, markup);
        });
        markup.element("SignatureValidationStatus", &[], |markup| {
            markup.leaf("MainIndication", &[], names::indication(indication));
            markup.leaf("SubIndication", &[], why);
        });
        if let Some(words) = words {
            markup.leaf("OtherInformation", &[], words);
        }
    });
}

fn constraint(finding: &Worded, indication: Indication, markup: &mut Markup) {
    if finding.severity == Severity::Info {
        return;
    }
    markup.element("ValidationConstraint", &[], |markup| {
        markup.leaf("ValidationConstraintIdentifier", &[], &format!("urn:kyso:constraint:{}", finding.code));
        markup.element("ConstraintStatus", &[], |markup| markup.leaf("Status", &[], names::CONSTRAINT_APPLIED));
        if finding.severity == Severity::Error {
            markup.element("ValidationStatus", &[], |markup| {
                // A passed signature in a file that has changed since.
                let indication = indication.max(Indication::Indeterminate);
                markup.leaf("MainIndication", &[], names::of_block(indication));
            });
        }
        let place = finding.object.map(|object| format!(" [object {object}]")).unwrap_or_default();
        let clause = Some(finding.clause).filter(|clause| !clause.is_empty()).map(|clause| format!(" ({clause})"));
        markup.leaf("Indications", &[], &format!("{}{}{place}", finding.message, clause.unwrap_or_default()));
    });
}

fn signers_document(signature: &SignatureReport<Worded>, document: &str, markup: &mut Markup) {
    markup.element("SignersDocument", &[], |markup| {
        match signature.digest_algorithm.filter(|_| !signature.document_digest.is_empty()) {
            None => reference("SignersDocumentRepresentation", document, markup),
            algorithm => {
                digest_alg_and_value(algorithm, &signature.document_digest, markup);
                reference("SignersDocumentRef", document, markup);
            }
        }
    });
}

fn indications(indication: Indication, sub_indication: Option<SubIndication>, markup: &mut Markup) {
    markup.leaf("MainIndication", &[], names::indication(indication));
    sub_indication_of(sub_indication, markup);
}

fn indications_of_block(indication: Indication, sub_indication: Option<SubIndication>, markup: &mut Markup) {
    markup.leaf("MainIndication", &[], names::of_block(indication));
    sub_indication_of(sub_indication, markup);
}

fn sub_indication_of(sub_indication: Option<SubIndication>, markup: &mut Markup) {
    if let Some(sub_indication) = sub_indication {
        let sub_indication = format!("urn:etsi:019102:subindication:{}", name(&sub_indication));
        markup.leaf("SubIndication", &[], &sub_indication);
    }
}

fn reference(element: &'static str, id: &str, markup: &mut Markup) {
    markup.empty(element, &[("VOReference", id)]);
}

fn digest_alg_and_value(algorithm: Option<DigestAlgorithm>, value: &[u8], markup: &mut Markup) {
    let Some(algorithm) = algorithm.filter(|_| !value.is_empty()) else { return };
    markup.element("DigestAlgAndValue", &[], |markup| digest(algorithm, value, markup));
}

fn digest(algorithm: DigestAlgorithm, value: &[u8], markup: &mut Markup) {
    markup.empty("ds:DigestMethod", &[("Algorithm", names::digest(algorithm))]);
    markup.leaf("ds:DigestValue", &[], &base64(value));
}

#[cfg(test)]
mod tests;
