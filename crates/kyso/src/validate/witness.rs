//! The leader's signature under which the seal may lie (Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d).

use jiff::{SignedDuration, Timestamp};

use super::policy::{Policy, Roster};
use super::report::{
    Coverage, Finding, Indication, Report, RoleSource, Severity, SignatureReport, SignatureType, SignerKind,
    SubIndication,
};
use crate::code::Code;
use crate::error::{Cause, Error, Objection, Reason};
use crate::pki::{Certificate, IdentityKind};
use crate::role::{LeaderSignature, Role, SEAL_FIELD, is_anothers, is_kept, is_kept_for};

/// How far a signer's clock may be ahead of the one that the policy's time is by.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// Who says whose the leader's certificate is before the agency seals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// A certification authority: the certificate leads to an anchor of the policy.
    Anchors,
    /// The policy's roster alone, by a function of `dangerous`.
    Roster,
    /// Nobody, by a function of `dangerous`.
    Waived,
}

impl Trust {
    /// Refuses a policy that trusts nobody: anybody's self-made signature would do then.
    ///
    /// # Errors
    /// [`Error::Refused`] with rule `seal.no-trust`.
    pub(crate) fn demand(self, policy: &Policy) -> Result<(), Error> {
        let missing = match self {
            Self::Anchors if policy.anchors.is_empty() => {
                "no trusted root is given, so nothing tells a leader's signature from anybody's"
            }
            Self::Roster if policy.roster.certificates.is_empty() => {
                "no trusted root and no roster is given, so nothing tells a leader's signature from anybody's"
            }
            _ => return Ok(()),
        };
        Err(Error::refused(Code::SealNoTrust, Reason::ByRule(missing)))
    }
}

/// The newest valid signature of a leader in the document that `report` is of; `sealing` is the fingerprint of the sealing
/// certificate.
///
/// By anchors it must be TOTAL-PASSED; with a roster its certificate must be there as leader. Otherwise nothing but the path
/// to an anchor may be missing, and the certificate must be in its time, neither an organisation's nor the sealing one; by
/// anchors alone, not a private person's either. Nobody certifies in a field that is kept for somebody else.
///
/// Where the document has a field for the certifier, `certifier` names it: nobody else's signature stands for the
/// certifier's. And the seal vouches for whatever else is signed: unless trust is waived, every signature holds, and its
/// certificate leads to an anchor or stands in the roster.
///
/// The time that the signer states proves nothing. It must lie within the certificate's validity, and not ahead of the policy's
/// time. The roster must give the leader the power at the time of a time-stamp over the signature; without one, at `sealed`, when
/// the seal was made; and where no seal is there yet, at the policy's time.
///
/// # Errors
/// [`Error::Refused`] naming what the best candidate lacks, or what is wrong with the whole file.
pub(crate) fn leader_signature(
    report: &Report,
    policy: &Policy,
    sealing: String,
    sealed: Option<Timestamp>,
    trust: Trust,
    certifier: Option<&str>,
) -> Result<LeaderSignature, Error> {
    if let Some(flaw) = report.findings.iter().find(|finding| finding.severity == Severity::Error) {
        return Err(Error::refused(Code::SealFlawedFile, Reason::Found(Box::new(flaw.clone()))));
    }
    let mut against = None;
    for signature in report.signatures.iter().rev().filter(|signature| signature.kind == SignatureType::Signature) {
        let Some(field) = &signature.field else { continue };
        if certifier.is_some_and(|certifier| certifier != field) {
            continue;
        }
        match objection(signature, policy, &sealing, sealed, trust) {
            None => {
                demand_unfilled(report)?;
                if trust != Trust::Waived {
                    demand_no_stranger(report, policy, &sealing)?;
                }
                return Ok(LeaderSignature::witnessed(field.clone(), report.sha256.clone(), sealing));
            }
            Some(cause) => against = Some(Objection { field: field.clone(), cause }),
        }
    }
    let reason = match (certifier, against) {
        (Some(certifier), None) => Reason::CertifierToSign { field: certifier.to_owned() },
        (_, against) => Reason::NoLeader(against),
    };
    Err(Error::refused(Code::SealNoLeaderSignature, reason))
}

/// The leader's signature under the newest seal that holds in the document that `report` is of; `None` where no seal does.
///
/// What is asked of the seal is what [`leader_signature`] asks of the leader's signature.
///
/// # Errors
/// Those of [`leader_signature`].
pub(crate) fn under_seal(
    report: &Report,
    policy: &Policy,
    trust: Trust,
    certifier: Option<&str>,
) -> Result<Option<LeaderSignature>, Error> {
    let in_roster =
        |seal: &SignatureReport| policy.roster.certificates.is_empty() || seal.role_source == RoleSource::Roster;
    let seals = report.signatures.iter().filter(|one| one.kind == SignatureType::Signature && one.role == Role::Seal);
    let seal = seals.rev().find(|seal| seal.modifications_allowed && in_roster(seal) && passes(seal, trust));
    let Some((seal, signer)) = seal.and_then(|seal| Some((seal, seal.signer.as_ref()?))) else { return Ok(None) };
    let sealed = seal.best_signature_time.or_else(|| stated_time(seal));
    leader_signature(report, policy, signer.fingerprint.clone(), sealed, trust, certifier).map(Some)
}

/// Refuses a file in which something else came after the last signature under the seal than signatures and long-term evidence:
/// the seal vouches for all that is shown, and nobody who signed saw that. What came between two signatures, the later one
/// has signed. What a strict policy refuses, whoever is trusted.
///
/// # Errors
/// [`Error::Refused`] with rule `seal.filled-in`.
pub(crate) fn demand_unfilled(report: &Report) -> Result<(), Error> {
    let under = |one: &&SignatureReport| one.kind == SignatureType::Signature && one.role != Role::Seal;
    match report.signatures.iter().rev().find(under).filter(|one| one.is_filled_in()) {
        None => Ok(()),
        Some(signature) => {
            let field = signature.field.clone().unwrap_or_default();
            Err(Error::refused(Code::SealFilledIn, Reason::FilledIn { field }))
        }
    }
}

/// Refuses a file with a signature that doesn't hold, or whose certificate leads to no anchor and stands in no roster.
///
/// # Errors
/// [`Error::Refused`] with rule `seal.stranger`.
fn demand_no_stranger(report: &Report, policy: &Policy, sealing: &str) -> Result<(), Error> {
    let signatures = report.signatures.iter().filter(|signature| signature.kind == SignatureType::Signature);
    for signature in signatures {
        if let Some(field) = &signature.field
            && let Some(cause) = doubt(signature, policy, sealing)
        {
            return Err(Error::refused(Code::SealStranger, Reason::Stranger { field: field.clone(), cause }));
        }
    }
    Ok(())
}

/// Why the seal can't vouch for somebody's signature, whoever it is: the cause, or `Some(None)` where its certificate leads
/// nowhere; `None` where nothing speaks against it.
fn doubt(signature: &SignatureReport, policy: &Policy, sealing: &str) -> Option<Option<Cause>> {
    let Some(signer) = &signature.signer else { return Some(Some(Cause::NoCertificate)) };
    if !(signature.digest_ok && signature.signature_ok && signature.modifications_allowed) {
        return Some(Some(Cause::Broken));
    }
    // Where a person signs, the agency's seal is nobody's signature; and a power that the roster ends is over.
    let is_persons = signature.field.as_deref().is_some_and(|field| is_kept(field) && !is_kept_for(field, SEAL_FIELD));
    if is_persons && (signature.role == Role::Seal || sealing.eq_ignore_ascii_case(&signer.fingerprint)) {
        return Some(Some(Cause::SealingCertificate));
    }
    if signature.role_source == RoleSource::RosterOutsideDates {
        return Some(Some(Cause::OutsideDates));
    }
    if signature.indication == Indication::TotalPassed {
        return None;
    }
    let stands = policy.roster.lists(&signer.fingerprint);
    if !stands && signature.findings.iter().any(has_no_path) {
        return Some(None);
    }
    if !stands || !lacks_only_a_path(signature) {
        return Some(Some(not_passed(signature, |_| true)));
    }
    let is_in_time = (signer.not_before..=signer.not_after).contains(&policy.time);
    (!is_in_time).then_some(Some(Cause::CertificateNotInTime))
}

/// Refuses a file in which a signature doesn't hold: evidence and time-stamps would only hide that.
///
/// # Errors
/// [`Error::Refused`] with rule `extend.broken`.
pub(crate) fn demand_intact(report: &Report) -> Result<(), Error> {
    let broken = report.signatures.iter().filter(|one| one.field.is_some()).find(|one| {
        let intact = one.digest_ok && one.signature_ok && one.modifications_allowed;
        one.indication == Indication::TotalFailed || !intact
    });
    let flaw = report.findings.iter().find(|finding| finding.severity == Severity::Error);
    let reason = match (broken, flaw) {
        (Some(broken), _) => Reason::Broken { field: broken.field.clone().unwrap_or_default() },
        (None, Some(flaw)) => Reason::Found(Box::new(flaw.clone())),
        (None, None) => return Ok(()),
    };
    Err(Error::refused(Code::ExtendBroken, reason))
}

/// Refuses a document that was signed just now in this field, where that signature doesn't hold.
///
/// # Errors
/// [`Error::Refused`].
pub(crate) fn demand_own_signature(report: &Report, field: &str) -> Result<(), Error> {
    let own = report.signatures.iter().rfind(|one| one.field.as_deref() == Some(field));
    if !own.is_some_and(|own| own.digest_ok && own.signature_ok) {
        return Err(Error::refused(Code::SignChangedMeanwhile, Reason::ChangedMeanwhile { field: field.to_owned() }));
    }
    Ok(())
}

/// The document's own flaw that speaks against its signatures, if the report has one.
pub(crate) fn flaw(report: &Report) -> Option<&Finding> {
    let of_signatures = report.signatures.iter().filter(|one| is_flawed(one)).flat_map(|one| &one.findings);
    report.findings.iter().chain(of_signatures).find(|finding| finding.severity == Severity::Error)
}

/// Whether the document keeps this signature from being valid.
fn is_flawed(signature: &SignatureReport) -> bool {
    let fails_by_bytes = matches!(
        signature.sub_indication,
        Some(SubIndication::FormatFailure | SubIndication::HashFailure | SubIndication::SigCryptoFailure)
    );
    !signature.modifications_allowed || signature.indication == Indication::TotalFailed && fails_by_bytes
}

/// The refusal to sign a document with this flaw.
pub(crate) fn refused(flaw: &Finding) -> Error {
    if is_overlap(flaw) {
        let (page, objects) = (flaw.page.unwrap_or_default(), flaw.detail.clone().unwrap_or_default());
        return Error::refused(Code::SignAnnotationsOverlap, Reason::Overlap { page, objects });
    }
    if matches!(flaw.code, Code::ContentsMissing | Code::SignatureUnfinished | Code::SignatureUnreadable) {
        return Error::refused(Code::SignFlawedFile, Reason::Flawed(Box::new(flaw.clone())));
    }
    Error::refused(Code::SignWouldNotVerify, Reason::WouldNotVerify(Box::new(flaw.clone())))
}

/// Refuses a certificate that isn't for the seal: by the roster, or, where that is empty, by whom it names.
///
/// # Errors
/// [`Error::Refused`].
pub(crate) fn demand_sealing(roster: &Roster, certificate: &Certificate, time: Timestamp) -> Result<(), Error> {
    if roster.certificates.is_empty() {
        return match certificate.identity().kind {
            IdentityKind::Person => Err(Error::refused(
                Code::SealPersonCertificate,
                Reason::ByRule(
                    "the certificate names a person, and the seal is the agency's: give the agency's key, or a roster \
                     that names this certificate for the seal",
                ),
            )),
            IdentityKind::Organisation | IdentityKind::Unknown => Ok(()),
        };
    }
    if roster.gives(Role::Seal, certificate, time) {
        return Ok(());
    }
    let reason = Reason::ByRule("the roster doesn't name this certificate for the seal at this time");
    Err(Error::refused(Code::SealNotInRoster, reason))
}

/// Refuses a certificate that a roster doesn't name as a leader's at this time.
///
/// # Errors
/// [`Error::Refused`].
pub(crate) fn demand_leading(roster: &Roster, certificate: &Certificate, time: Timestamp) -> Result<(), Error> {
    if roster.certificates.is_empty() || roster.gives(Role::Leader, certificate, time) {
        return Ok(());
    }
    let reason = Reason::ByRule("the roster doesn't name this certificate as a leader's at this time");
    Err(Error::refused(Code::SignNotInRoster, reason))
}

/// The reason why a signature isn't a valid leader's signature; `None` where it is.
fn objection(
    signature: &SignatureReport,
    policy: &Policy,
    sealing: &str,
    sealed: Option<Timestamp>,
    trust: Trust,
) -> Option<Cause> {
    let covered = matches!(signature.coverage, Coverage::WholeFile | Coverage::WholeRevision);
    if !(signature.digest_ok && signature.signature_ok && covered) {
        return Some(Cause::Broken);
    }
    if !signature.modifications_allowed {
        // Where no later change is named, what it signed is itself the reason.
        let is_changed = signature.findings.iter().any(|finding| finding.code == Code::ModificationsNotAllowed);
        return Some(if is_changed { Cause::Changed } else { not_passed(signature, is_overlap) });
    }
    let Some(signer) = &signature.signer else { return Some(Cause::NoCertificate) };
    if sealing.eq_ignore_ascii_case(&signer.fingerprint) {
        return Some(Cause::SealingCertificate);
    }
    if signature.field.as_deref().is_some_and(is_anothers) {
        return Some(Cause::AnothersField);
    }
    if policy.roster.certificates.is_empty() {
        if signer.kind == SignerKind::Organisation || signature.role == Role::Seal {
            return Some(Cause::Organisation);
        }
        // Such certificates are what citizens have, and lead to the same roots.
        let is_private = signature.role == Role::Other && signature.role_source == RoleSource::Certificate;
        if is_private && signer.kind == SignerKind::Person && trust == Trust::Anchors {
            return Some(Cause::PrivatePerson);
        }
    } else {
        match (signature.role, signature.role_source) {
            (Role::Leader, RoleSource::Roster) => {
                let time = signature.best_signature_time.or(sealed).unwrap_or(policy.time);
                if !policy.roster.gives_by(Role::Leader, &signer.fingerprint, time) {
                    return Some(Cause::PowerOver);
                }
            }
            (Role::Leader, RoleSource::RosterOutsideDates) => return Some(Cause::OutsideDates),
            _ => return Some(Cause::NotInRoster),
        }
    }
    let stated = stated_time(signature);
    if stated.is_some_and(|time| time > policy.time.saturating_add(AHEAD).unwrap_or(Timestamp::MAX)) {
        return Some(Cause::TimeToCome);
    }
    let times = [Some(policy.time), stated];
    if times.into_iter().flatten().any(|time| !(signer.not_before..=signer.not_after).contains(&time)) {
        return Some(Cause::CertificateNotInTime);
    }
    (!passes(signature, trust)).then(|| not_passed(signature, |_| true))
}

/// Whether validation passes it, but for a path to an anchor where none is asked for.
fn passes(signature: &SignatureReport, trust: Trust) -> bool {
    match signature.indication {
        Indication::TotalPassed => true,
        Indication::TotalFailed => false,
        Indication::Indeterminate => trust != Trust::Anchors && lacks_only_a_path(signature),
    }
}

fn is_overlap(finding: &Finding) -> bool {
    matches!(finding.code, Code::AnnotationsOverlap | Code::AnnotationsNotCompared)
}

/// When the signer says that it was made.
fn stated_time(signature: &SignatureReport) -> Option<Timestamp> {
    signature.claimed_time.as_ref().and_then(|time| time.parse().ok())
}

/// What validation finds against it, as far as it's of this kind.
fn not_passed(signature: &SignatureReport, is_of_kind: impl Fn(&Finding) -> bool) -> Cause {
    let errors = signature.findings.iter().filter(|finding| finding.severity == Severity::Error && is_of_kind(finding));
    Cause::NotPassed(errors.cloned().collect())
}

/// Whether nothing else speaks against it but that its certificate leads to no anchor.
fn lacks_only_a_path(signature: &SignatureReport) -> bool {
    let mut errors = signature.findings.iter().filter(|finding| finding.severity == Severity::Error);
    signature.sub_indication == Some(SubIndication::NoCertificateChainFound) && errors.all(has_no_path)
}

/// Whether the finding says that no path leads to a trust anchor.
fn has_no_path(finding: &Finding) -> bool {
    matches!(finding.code, Code::ChainNone | Code::ChainUntrustedRoot)
}
