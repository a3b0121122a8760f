//! What a strict policy expects after a signature: long-term evidence, and the signatures that follow in the course of a
//! result (Nghị định 30/2020/NĐ-CP, Điều 32): after the receiving officer's the leader's, after the leader's the agency's
//! seal. Nothing else.

use std::collections::BTreeSet;

use super::report::{
    Coverage, Finding, Indication, RoleSource, Severity, SignatureReport, SignatureType, SignerKind, SignerReport,
    SubIndication,
};
use crate::code::Code;
use crate::pki::same_text;
use crate::role::{RECEIVER_FIELD, Role};

/// Says which signatures are followed by one that isn't expected. `came` has, for each signature, the fields that were signed
/// after it; `trusts`: whether the policy trusts anybody at all.
pub(super) fn judge(signatures: &mut [SignatureReport], came: &[BTreeSet<String>], trusts: bool) {
    let strangers: Vec<Option<String>> = came
        .iter()
        .enumerate()
        .map(|(index, fields)| fields.iter().find(|field| !is_expected(signatures, index, field, trusts)).cloned())
        .collect();
    for (signature, stranger) in signatures.iter_mut().zip(strangers) {
        let Some(stranger) = stranger.filter(|_| signature.modifications_allowed) else { continue };
        signature.modifications_allowed = false;
        let found = [
            Finding::new(Severity::Error, Code::SignatureNotExpected, Some(stranger)),
            Finding::new(Severity::Error, Code::ModificationsNotAllowed, None),
        ];
        signature.findings.splice(0..0, found);
        if signature.indication == Indication::TotalPassed {
            signature.indication = Indication::Indeterminate;
            signature.sub_indication = Some(SubIndication::SigConstraintsFailure);
        }
    }
}

/// Whether what was signed in this field may follow the signature at `index`.
fn is_expected(signatures: &[SignatureReport], index: usize, field: &str, trusts: bool) -> bool {
    let Some(place) = signatures.iter().position(|one| one.field.as_deref() == Some(field)) else { return false };
    let (Some(next), Some(before)) = (signatures.get(place), signatures.get(..=index)) else { return false };
    // A seal lies over the leader's signature; anybody may have signed before the leader.
    let earlier = signatures.get(..place).unwrap_or_default().iter();
    let is_beneath = |one: &&SignatureReport| one.kind == SignatureType::Signature && step(one) + 1 >= step(next);
    let beneath: Vec<&SignatureReport> = earlier.filter(is_beneath).collect();
    place > index && before.iter().all(|one| step(one) < step(next)) && is_of_the_agency(next, &beneath, trusts)
}

/// Which step of a result's course a signature is.
fn step(signature: &SignatureReport) -> usize {
    match signature.role {
        Role::Other | Role::Timestamp => 0,
        // Whoever signs in the receiving officer's field has received the request by it, whatever else he may do.
        Role::Leader if signature.field.as_deref() == Some(RECEIVER_FIELD) => 0,
        Role::Leader => 1,
        Role::Seal | Role::Copy => 2,
    }
}

/// Whether there's a signature beneath it, and the roster names its certificate; or, where that is silent, whether it passes and
/// is of one agency with a signature beneath.
fn is_of_the_agency(signature: &SignatureReport, beneath: &[&SignatureReport], trusts: bool) -> bool {
    let covers = matches!(signature.coverage, Coverage::WholeFile | Coverage::WholeRevision);
    let is_whole = covers && signature.digest_ok && signature.signature_ok;
    if signature.kind != SignatureType::Signature || !is_whole || signature.indication == Indication::TotalFailed {
        return false;
    }
    match signature.role_source {
        RoleSource::Roster => !beneath.is_empty(),
        // Where nobody is trusted nothing passes, and that is said of the whole file.
        RoleSource::Certificate => {
            let passes = signature.indication == Indication::TotalPassed || !trusts;
            passes && beneath.iter().any(|one| is_one_agency(one, signature))
        }
        RoleSource::RosterOutsideDates | RoleSource::NotInRoster | RoleSource::None => false,
    }
}

/// Whether both certificates name one agency: an agency's own by its CN, a person's by O and OU. Agencies of one province have
/// that province as their O, so it says nothing of two persons who have an OU, nor of two agencies.
fn is_one_agency(beneath: &SignatureReport, signature: &SignatureReport) -> bool {
    let (Some(beneath), Some(signer)) = (&beneath.signer, &signature.signer) else { return false };
    let share =
        |ones: &[&str], others: &[&str]| ones.iter().any(|one| others.iter().any(|other| same_text(one, other)));
    match signer.kind {
        SignerKind::Organisation => {
            let own: Vec<&str> = signer.common_name.as_deref().into_iter().collect();
            share(&own, &wide(beneath))
        }
        SignerKind::Person | SignerKind::Unknown => share(&narrow(beneath), &narrow(signer)),
    }
}

/// Every organisation that a person's certificate names.
fn wide(signer: &SignerReport) -> Vec<&str> {
    let units = signer.units.iter().map(String::as_str);
    signer.organisation.as_deref().into_iter().chain(units).collect()
}

/// The smallest organisations that it names.
fn narrow(signer: &SignerReport) -> Vec<&str> {
    match signer.units.is_empty() {
        true => signer.organisation.as_deref().into_iter().collect(),
        false => signer.units.iter().map(String::as_str).collect(),
    }
}
