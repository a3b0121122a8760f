//! In which capacity a signature was made, and whether leader and seal come in their order
//! (Nghị định 30/2020/NĐ-CP, Điều 5, Điều 32).

use jiff::Timestamp;

use super::policy::{Consequence, Policy, RoleConstraints, RoleKnowledge};
use super::report::{Finding, Indication, RoleSource, Severity, SignatureReport, SignatureType, SubIndication};
use super::verdict::Verdict;
use crate::code::Code;
use crate::pki::{Certificate, IdentityKind};
use crate::role::{RECEIVER_FIELD, Role, is_kept_for};

/// A role, and how it's known.
pub(super) struct Known {
    pub(super) role: Role,
    pub(super) source: RoleSource,
    /// Chức vụ, by the roster.
    pub(super) title: Option<String>,
}

impl Known {
    /// Nobody is known to have signed.
    pub(super) fn nothing() -> Self {
        Self { role: Role::Other, source: RoleSource::None, title: None }
    }

    /// A document time-stamp's.
    pub(super) fn timestamp() -> Self {
        Self { role: Role::Timestamp, ..Self::nothing() }
    }
}

/// The roster's word where it names the certificate; else, where the policy lets it, what the certificate's names hint at.
/// `claimed` is when the signer says that it signed: the roster's dates are held against it.
pub(super) fn of(
    certificate: &Certificate,
    policy: &Policy,
    claimed: Option<Timestamp>,
    verdict: &mut Verdict,
) -> Known {
    let time = claimed.unwrap_or(policy.time);
    if let Some(entry) = policy.roster.entry(certificate, time) {
        let source = match entry.is_in_force(time) {
            true => RoleSource::Roster,
            false => RoleSource::RosterOutsideDates,
        };
        if source == RoleSource::RosterOutsideDates {
            verdict.warn(Code::RoleOutsideDates, Some(time.to_string()));
        }
        return Known { role: entry.role, source, title: entry.title.clone() };
    }
    if policy.constraints.roles.source == RoleKnowledge::Roster {
        verdict.warn(Code::RoleNotInRoster, None);
        return Known { source: RoleSource::NotInRoster, ..Known::nothing() };
    }
    let identity = certificate.identity();
    let (role, source) = match identity.kind {
        IdentityKind::Organisation => (Role::Seal, RoleSource::Certificate),
        IdentityKind::Person if identity.title.is_some() || identity.organisation.is_some() => {
            (Role::Leader, RoleSource::Certificate)
        }
        IdentityKind::Person => (Role::Other, RoleSource::Certificate),
        IdentityKind::Unknown => (Role::Other, RoleSource::None),
    };
    Known { role, source, title: None }
}

/// First the leader's signature, then the seal: says where that isn't so. Gives what concerns the whole file.
pub(super) fn order(signatures: &mut [SignatureReport]) -> Vec<Finding> {
    // Whoever signs in the receiving officer's field isn't the leader, unless the roster says so.
    let is_receivers = |signature: &&mut SignatureReport| {
        signature.field.as_deref().is_some_and(|field| is_kept_for(field, RECEIVER_FIELD))
    };
    for signature in signatures.iter_mut().filter(is_receivers) {
        if signature.role == Role::Leader && signature.role_source == RoleSource::Certificate {
            signature.role = Role::Other;
        }
    }
    let is = |role: Role| {
        move |signature: &&SignatureReport| signature.kind == SignatureType::Signature && signature.role == role
    };
    let first_leader = signatures.iter().position(|signature| is(Role::Leader)(&signature));
    let has_seal = signatures.iter().any(|signature| is(Role::Seal)(&signature));
    for (index, signature) in signatures.iter_mut().enumerate() {
        if !is(Role::Seal)(&&*signature) || first_leader.is_some_and(|leader| leader < index) {
            continue;
        }
        let code = if first_leader.is_some() { Code::RoleSealBeforeLeader } else { Code::RoleSealWithoutLeader };
        // A seal on a copy rightly stands alone; only the roster can say that this seal isn't on a copy.
        let severity = if signature.role_source.is_roster() { Severity::Warning } else { Severity::Info };
        signature.findings.push(Finding::new(severity, code, None));
        signature.findings.sort_by_key(|finding| finding.severity);
    }
    if first_leader.is_some() && !has_seal {
        return vec![Finding::new(Severity::Info, Code::RoleAwaitingSeal, None)];
    }
    Vec::new()
}

/// Says which of the roles that the policy requires no signature has that may hold. Where that refuses, nothing passes; the
/// rest concerns the whole file.
pub(super) fn required(signatures: &mut [SignatureReport], roles: &RoleConstraints) -> Vec<Finding> {
    let has = |role: Role| {
        let holds = |one: &SignatureReport| one.role == role && one.indication != Indication::TotalFailed;
        signatures.iter().any(holds)
    };
    let missing = roles.required.iter().filter(|role| !has(**role)).map(|role| match role {
        Role::Leader => Code::RoleMissingLeader,
        Role::Seal => Code::RoleMissingSeal,
        Role::Copy => Code::RoleMissingCopy,
        Role::Other | Role::Timestamp => Code::RoleMissing,
    });
    let codes: Vec<Code> = missing.collect();
    if roles.missing == Consequence::Warn {
        return codes.into_iter().map(|code| Finding::new(Severity::Warning, code, None)).collect();
    }
    let is_signature = |one: &&mut SignatureReport| one.kind == SignatureType::Signature;
    for signature in signatures.iter_mut().filter(is_signature).filter(|_| !codes.is_empty()) {
        let errors = codes.iter().map(|&code| Finding::new(Severity::Error, code, None));
        signature.findings.splice(0..0, errors);
        if signature.indication == Indication::TotalPassed {
            signature.indication = Indication::Indeterminate;
            signature.sub_indication = Some(SubIndication::SigConstraintsFailure);
        }
    }
    Vec::new()
}
