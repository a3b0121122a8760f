//! Reports made of little, and reports made of others.

use jiff::Timestamp;

use super::{
    CertificateReport, Coverage, Finding, Indication, Level, Modifications, Process, Report, RevocationReport,
    RevocationState, RoleSource, SignatureReport, SignatureType, SignerKind, SignerReport, SubIndication,
    TimestampKind, TimestampReport,
};
use crate::role::Role;

impl SignatureReport {
    /// Of a signature of which nothing is known but its kind and its field.
    pub fn new(field: Option<String>, kind: SignatureType) -> Self {
        Self {
            field,
            kind,
            subfilter: None,
            role: Role::Other,
            role_source: RoleSource::None,
            signer: None,
            claimed_time: None,
            best_signature_time: None,
            level: Level::Other,
            digest_algorithm: None,
            signature_algorithm: None,
            byte_range: Vec::new(),
            coverage: Coverage::Invalid,
            digest_ok: false,
            signature_ok: false,
            modifications: Modifications::Other,
            only_signatures_later: false,
            modifications_allowed: false,
            docmdp: None,
            indication: Indication::Indeterminate,
            sub_indication: Some(SubIndication::Custom),
            findings: Vec::new(),
            process: Process::Basic,
            chain: Vec::new(),
            timestamps: Vec::new(),
            missing: Vec::new(),
            document_digest: Vec::new(),
            signature_value: Vec::new(),
        }
    }
}

impl<F> SignatureReport<F> {
    /// Whether something else came after this signature than signatures and long-term evidence: a form filled in, an
    /// annotation, or worse. One that covers nothing stands at no place in the file, and nothing comes after it; and what comes
    /// after a time-stamp nobody signed.
    pub fn is_filled_in(&self) -> bool {
        let is_placed = self.kind == SignatureType::Signature && self.coverage != Coverage::Invalid;
        is_placed && self.modifications > Modifications::Lta && !self.only_signatures_later
    }
}

impl Report {
    /// Of a file with these signatures, of whose bytes nothing is known.
    pub fn new(signatures: Vec<SignatureReport>, findings: Vec<Finding>) -> Self {
        Self { sha256: String::new(), bytes: 0, revisions: 1, encrypted: false, signatures, findings }
    }
}

impl SignerReport {
    /// Of a certificate with this subject, valid from one time until another; neither a person's nor an organisation's as far
    /// as is known.
    pub fn new(subject: impl Into<String>, not_before: Timestamp, not_after: Timestamp) -> Self {
        Self {
            subject: subject.into(),
            common_name: None,
            organisation: None,
            title: None,
            serial: String::new(),
            kind: SignerKind::Unknown,
            issuer: String::new(),
            not_before,
            not_after,
            fingerprint: String::new(),
            units: Vec::new(),
        }
    }
}

impl CertificateReport {
    /// Of a certificate with this subject, valid from one time until another, which is no anchor.
    pub fn new(subject: impl Into<String>, not_before: Timestamp, not_after: Timestamp) -> Self {
        Self {
            subject: subject.into(),
            fingerprint: String::new(),
            not_before,
            not_after,
            is_anchor: false,
            revocation: None,
            der: Vec::new(),
        }
    }
}

impl RevocationReport {
    /// Of a certificate of which nothing but its status is known.
    pub fn new(status: RevocationState) -> Self {
        Self {
            status,
            source: None,
            this_update: None,
            next_update: None,
            produced_at: None,
            signer: None,
            revoked_at: None,
            reason: None,
            evidence: None,
        }
    }
}

impl TimestampReport {
    /// Of a token of which nothing is known but what it's about.
    pub fn new(kind: TimestampKind) -> Self {
        Self {
            kind,
            time: None,
            policy: None,
            tsa: None,
            imprint_ok: false,
            signature_ok: false,
            digest_algorithm: None,
            signature_algorithm: None,
            indication: Indication::Indeterminate,
            sub_indication: Some(SubIndication::Custom),
            process: Process::Basic,
            chain: Vec::new(),
            token: Vec::new(),
            findings: Vec::new(),
        }
    }
}

impl<F> Report<F> {
    /// A copy of the report with each finding converted.
    pub fn map<G>(self, mut change: impl FnMut(F) -> G) -> Report<G> {
        let Self { sha256, bytes, revisions, encrypted, signatures, findings } = self;
        let signatures = signatures.into_iter().map(|signature| signature.map(&mut change)).collect();
        let findings = findings.into_iter().map(change).collect();
        Report { sha256, bytes, revisions, encrypted, signatures, findings }
    }
}

impl<F> SignatureReport<F> {
    fn map<G>(self, mut change: impl FnMut(F) -> G) -> SignatureReport<G> {
        SignatureReport {
            field: self.field,
            kind: self.kind,
            subfilter: self.subfilter,
            role: self.role,
            role_source: self.role_source,
            signer: self.signer,
            claimed_time: self.claimed_time,
            best_signature_time: self.best_signature_time,
            level: self.level,
            digest_algorithm: self.digest_algorithm,
            signature_algorithm: self.signature_algorithm,
            byte_range: self.byte_range,
            coverage: self.coverage,
            digest_ok: self.digest_ok,
            signature_ok: self.signature_ok,
            modifications: self.modifications,
            only_signatures_later: self.only_signatures_later,
            modifications_allowed: self.modifications_allowed,
            docmdp: self.docmdp,
            indication: self.indication,
            sub_indication: self.sub_indication,
            findings: self.findings.into_iter().map(&mut change).collect(),
            process: self.process,
            chain: self.chain,
            timestamps: self.timestamps.into_iter().map(|timestamp| timestamp.map(&mut change)).collect(),
            missing: self.missing.into_iter().map(change).collect(),
            document_digest: self.document_digest,
            signature_value: self.signature_value,
        }
    }
}

impl<F> TimestampReport<F> {
    fn map<G>(self, change: impl FnMut(F) -> G) -> TimestampReport<G> {
        TimestampReport {
            kind: self.kind,
            time: self.time,
            policy: self.policy,
            tsa: self.tsa,
            imprint_ok: self.imprint_ok,
            signature_ok: self.signature_ok,
            digest_algorithm: self.digest_algorithm,
            signature_algorithm: self.signature_algorithm,
            indication: self.indication,
            sub_indication: self.sub_indication,
            process: self.process,
            chain: self.chain,
            token: self.token,
            findings: self.findings.into_iter().map(change).collect(),
        }
    }
}
