//! The witness that a document may be kept.

use std::sync::Arc;

use super::policy::Policy;
use super::report::{Indication, Report, Severity, SignatureType};
use crate::code::Code;
use crate::crypto::DigestAlgorithm;
use crate::error::Error;

/// Why there's no witness. Exhaustive on purpose: whoever tells it has to tell each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotVerified {
    /// The bytes may not be kept: verification says so.
    #[error("not archived: {0}")]
    Refused(#[from] Refusal),
    /// The bytes can't be read as PDF.
    #[error(transparent)]
    Document(#[from] Error),
}

/// A finding of verification that forbids keeping a document. Exhaustive on purpose: whoever words it has to word each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The document has no signature.
    #[error("it bears no signature")]
    Unsigned,
    /// Something is wrong with the file itself.
    #[error("the file isn't sound: {code} ({detail})")]
    Flawed {
        /// The finding's code.
        code: Code,
        /// The subject of the finding.
        detail: String,
    },
    /// A signature in it is TOTAL-FAILED.
    #[error("the signature {} is TOTAL-FAILED ({reason})", field.as_deref().unwrap_or("without a field"))]
    Failed {
        /// The signature's field.
        field: Option<String>,
        /// The sub-indication, as EN 319 102-1 names it.
        reason: String,
    },
    /// Something was changed after a signature that doesn't allow it.
    #[error("what was changed after the signature {} is not allowed", field.as_deref().unwrap_or("without a field"))]
    Changed {
        /// The signature's field.
        field: Option<String>,
    },
}

/// A signed document that verification doesn't forbid to keep. Cheap to clone: the bytes are shared.
#[derive(Debug, Clone)]
pub struct VerifiedArtifact {
    bytes: Arc<Vec<u8>>,
    sha256: String,
    report: Report,
}

impl VerifiedArtifact {
    /// Verifies the bytes and refuses what may not be kept: no signature, one that is TOTAL-FAILED, a change that a
    /// signature doesn't allow, or something that passes for a signature and is none. INDETERMINATE may be kept: what is missing (an anchor, revocation data) can still
    /// be found, the document can't.
    ///
    /// # Errors
    /// [`NotVerified::Document`] where the bytes are no PDF, [`NotVerified::Refused`] where verification forbids it.
    pub fn verify(bytes: Vec<u8>, policy: &Policy) -> Result<Self, NotVerified> {
        let report = super::verify(&bytes, policy)?;
        Ok(Self::judged(bytes, report)?)
    }

    fn judged(bytes: Vec<u8>, report: Report) -> Result<Self, Refusal> {
        if let Some(flaw) = report.findings.iter().find(|finding| finding.severity == Severity::Error) {
            return Err(Refusal::Flawed { code: flaw.code, detail: flaw.detail.clone().unwrap_or_default() });
        }
        if !report.signatures.iter().any(|signature| signature.kind == SignatureType::Signature) {
            return Err(Refusal::Unsigned);
        }
        for signature in &report.signatures {
            if signature.indication == Indication::TotalFailed {
                let reason = signature.sub_indication.map(|reason| reason.to_string()).unwrap_or_default();
                return Err(Refusal::Failed { field: signature.field.clone(), reason });
            }
            if !signature.modifications_allowed {
                return Err(Refusal::Changed { field: signature.field.clone() });
            }
        }
        Ok(Self { sha256: DigestAlgorithm::Sha256.hex(&bytes), bytes: Arc::new(bytes), report })
    }

    /// The document.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// SHA-256 of the bytes, lower-case hex.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The report of the verification.
    pub fn report(&self) -> &Report {
        &self.report
    }
}

impl AsRef<[u8]> for VerifiedArtifact {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::role::Role;
    use crate::validate::report::{Coverage, Finding, Level, Modifications, SignatureReport, SubIndication};

    fn report(signatures: Vec<SignatureReport>) -> Report {
        Report::new(signatures, Vec::new())
    }

    fn signature() -> SignatureReport {
        let mut signature = SignatureReport::new(Some("Signature1".into()), SignatureType::Signature);
        signature.role = Role::Leader;
        signature.level = Level::B;
        signature.coverage = Coverage::WholeFile;
        (signature.digest_ok, signature.signature_ok) = (true, true);
        (signature.modifications, signature.modifications_allowed) = (Modifications::None, true);
        signature.sub_indication = Some(SubIndication::NoCertificateChainFound);
        signature
    }

    fn judged(change: impl Fn(&mut SignatureReport)) -> Result<VerifiedArtifact, Refusal> {
        let mut second = signature();
        change(&mut second);
        VerifiedArtifact::judged(b"x".to_vec(), report(vec![signature(), second]))
    }

    #[test]
    fn indeterminate_is_kept() {
        assert!(judged(|_| ()).is_ok());
    }

    #[test]
    fn one_failed_signature_refuses_the_whole() {
        let refusal = judged(|signature| {
            signature.indication = Indication::TotalFailed;
            signature.sub_indication = Some(SubIndication::HashFailure);
        });
        let expected = Refusal::Failed { field: Some("Signature1".into()), reason: "HASH_FAILURE".into() };
        assert_eq!(refusal.unwrap_err(), expected);
    }

    #[test]
    fn a_change_that_is_not_allowed_refuses_the_whole() {
        let refusal = judged(|signature| signature.modifications_allowed = false);
        assert_eq!(refusal.unwrap_err(), Refusal::Changed { field: Some("Signature1".into()) });
    }

    #[test]
    fn a_flaw_of_the_file_refuses_the_whole() {
        let mut report = report(vec![signature()]);
        report.findings.push(Finding {
            severity: Severity::Error,
            code: Code::SignatureUnreadable,
            clause: "",
            object: None,
            page: None,
            detail: Some("Signature2".into()),
        });
        let refusal = VerifiedArtifact::judged(b"x".to_vec(), report).unwrap_err();
        assert_eq!(refusal, Refusal::Flawed { code: Code::SignatureUnreadable, detail: "Signature2".into() });
    }

    #[test]
    fn a_time_stamp_alone_is_no_signature() {
        let mut stamp = signature();
        stamp.kind = SignatureType::DocumentTimestamp;
        for signatures in [vec![], vec![stamp]] {
            assert_eq!(VerifiedArtifact::judged(b"x".to_vec(), report(signatures)).unwrap_err(), Refusal::Unsigned);
        }
    }
}
