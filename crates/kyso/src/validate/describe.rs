//! The findings and evidence of a validation, as the report has them.

use std::sync::Arc;

use super::certificate::Checked;
use super::long_term::tell_unsettled;
use super::report::{
    CertificateReport, EvidenceSource, Process, RevocationReport, RevocationState, SignerKind, SignerReport,
    TimestampKind, TimestampReport,
};
use super::revocation::{State, Status};
use super::signature::{Evaluation, Token};
use super::timestamp::Worth;
use super::trouble::Trouble;
use super::verdict::Verdict;
use crate::code::Code;
use crate::crypto::hex;
use crate::pki::revocation::{EvidenceKind, RevocationReason, RevocationStatus};
use crate::pki::{Certificate, IdentityKind};

/// The most bytes of a certificate that a report holds.
const MAX_CERTIFICATE: usize = 64 << 10;

/// The signer, with the roster's title where it gives one.
pub(super) fn signer(certificate: &Certificate, title: Option<String>) -> SignerReport {
    let identity = certificate.identity().clone();
    SignerReport {
        subject: identity.subject,
        common_name: identity.common_name,
        organisation: identity.organisation,
        title: title.or(identity.title),
        serial: certificate.serial_hex(),
        kind: match identity.kind {
            IdentityKind::Person => SignerKind::Person,
            IdentityKind::Organisation => SignerKind::Organisation,
            IdentityKind::Unknown => SignerKind::Unknown,
        },
        issuer: certificate.issuer().to_string(),
        not_before: certificate.not_before(),
        not_after: certificate.not_after(),
        fingerprint: hex(&certificate.fingerprint()),
        units: identity.organisational_units,
    }
}

/// The path that a certificate was judged by.
pub(super) fn chain(checked: &Checked) -> Vec<CertificateReport> {
    let one = |(depth, certificate): (usize, &Certificate)| CertificateReport {
        subject: certificate.identity().subject.clone(),
        fingerprint: hex(&certificate.fingerprint()),
        not_before: certificate.not_before(),
        not_after: certificate.not_after(),
        is_anchor: depth + 1 == checked.path.len(),
        revocation: checked.statuses.get(depth).map(revocation),
        der: Some(certificate.der()).filter(|der| der.len() <= MAX_CERTIFICATE).unwrap_or_default().to_vec(),
    };
    checked.path.iter().enumerate().map(one).collect()
}

fn revocation(status: &Status) -> RevocationReport {
    let evidence = status.item().map(|item| &item.evidence);
    let (revoked_at, reason) = match evidence.map(|evidence| evidence.status) {
        Some(RevocationStatus::Revoked { at, reason }) => (Some(at), reason),
        _ => (None, None),
    };
    RevocationReport {
        status: match status.state {
            State::NotPublished => RevocationState::NotPublished,
            State::Missing => RevocationState::Missing,
            State::Good(_) => RevocationState::Good,
            State::Revoked { .. } => RevocationState::Revoked,
            State::OnHold { .. } => RevocationState::OnHold,
        },
        source: evidence.map(|evidence| match evidence.kind {
            EvidenceKind::Crl => EvidenceSource::Crl,
            EvidenceKind::Ocsp => EvidenceSource::Ocsp,
        }),
        this_update: evidence.map(|evidence| evidence.this_update),
        next_update: evidence.and_then(|evidence| evidence.next_update),
        produced_at: evidence.map(|evidence| evidence.produced_at),
        signer: evidence.map(|evidence| evidence.signer.identity().subject.clone()),
        revoked_at,
        reason: reason.map(RevocationReason::name),
        evidence: evidence.map(|evidence| Arc::clone(&evidence.der)),
    }
}

/// A token inside a signature, and what it's worth.
pub(super) fn token(token: &Token, worth: &Worth) -> TimestampReport {
    let mut verdict = token.verdict.clone();
    let process = settle(&token.evaluation, worth, &mut verdict);
    timestamp(token.kind, &token.evaluation, &verdict, process)
}

/// A document time-stamp, as the token that it is.
pub(super) fn document_time_stamp(evaluation: &Evaluation, verdict: &Verdict, process: Process) -> TimestampReport {
    // Findings about its place in the file stand beside it.
    TimestampReport { findings: Vec::new(), ..timestamp(TimestampKind::Document, evaluation, verdict, process) }
}

fn timestamp(kind: TimestampKind, evaluation: &Evaluation, verdict: &Verdict, process: Process) -> TimestampReport {
    let (indication, sub_indication, findings) = verdict.clone().conclude();
    TimestampReport {
        kind,
        time: evaluation.info.as_ref().map(|info| info.time),
        policy: evaluation.info.as_ref().map(|info| info.policy.clone()),
        tsa: evaluation.certificate.as_ref().map(|certificate| signer(certificate, None)),
        imprint_ok: evaluation.cryptography.digest_ok,
        signature_ok: evaluation.cryptography.signature_ok,
        digest_algorithm: evaluation.digest_algorithm,
        signature_algorithm: evaluation.signature_algorithm,
        indication,
        sub_indication,
        process,
        chain: chain(&evaluation.checked),
        token: evaluation.encoded.clone(),
        findings,
    }
}

/// Says what a time-stamp's worth rests on, or what stays open about it.
pub(super) fn settle(evaluation: &Evaluation, worth: &Worth, verdict: &mut Verdict) -> Process {
    let mut open: Vec<&Trouble> = evaluation.checked.troubles.iter().collect();
    open.sort_by_key(|trouble| trouble.rank());
    match worth {
        Worth::Now => Process::Basic,
        Worth::Past(settled) => {
            open.iter().for_each(|trouble| trouble.tell_settled(verdict));
            verdict.note(Code::PastHeldUntil, Some(settled.control_time.to_string()));
            Process::LongTerm
        }
        Worth::Nothing(None) => {
            open.iter().for_each(|trouble| trouble.tell(verdict));
            Process::Basic
        }
        Worth::Nothing(Some(why)) => {
            tell_unsettled(why, &open, None, verdict);
            Process::LongTerm
        }
    }
}
