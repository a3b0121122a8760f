//! Signature acceptance (EN 319 102-1, 5.2.8): the attributes that PAdES asks for and forbids, and the strength of every
//! algorithm and key.

use jiff::Timestamp;

use super::policy::{Constraints, Demand, Reliability, SignatureConstraints};
use super::report::{Level, SubIndication};
use super::verdict::Verdict;
use crate::asn1::oid;
use crate::cms::{SignedAttributes, SignedData, SignerInfo};
use crate::crypto::{DigestAlgorithm, PublicKey, SignatureScheme};
use crate::level::BaselineLevel;
use crate::pki::Certificate;

const STRENGTH: &str = "TT 15/2025/TT-BKHCN, Phụ lục I";

/// The attributes of a PAdES signature (EN 319 142-1, 6.3).
pub(super) fn pades(signer: &SignerInfo, signed_data: &SignedData, verdict: &mut Verdict) {
    let clause = "EN 319 142-1 6.3";
    let Some(attributes) = &signer.signed_attributes else {
        verdict.failed(SubIndication::FormatFailure, "message-digest.missing", clause, None);
        return;
    };
    if !refers_to_certificate(attributes) {
        // EN 319 102-1, 5.2.8: a constraint on the signature's elements isn't met. The certificate was found by the
        // signer identifier, which isn't signed.
        verdict.open(SubIndication::SigConstraintsFailure, "ess.missing", clause, None);
    }
    content_type(attributes, signed_data, verdict);
    match attributes.signing_time() {
        Ok(None) => {}
        Ok(Some(time)) => verdict.warn("signing-time.present", clause, Some(time.to_string())),
        Err(error) => verdict.warn("signing-time.present", clause, Some(error.to_string())),
    }
}

/// The attributes of an adbe.pkcs7 signature (ISO 32000-2, 12.8.3.3), which needn't refer to the certificate.
pub(super) fn pkcs7(signer: &SignerInfo, signed_data: &SignedData, verdict: &mut Verdict) {
    match &signer.signed_attributes {
        Some(attributes) => {
            if !refers_to_certificate(attributes) {
                verdict.warn("ess.missing", "EN 319 142-2 4", None);
            }
            content_type(attributes, signed_data, verdict);
        }
        None => verdict.warn("ess.missing", "EN 319 142-2 4", None),
    }
}

fn refers_to_certificate(attributes: &SignedAttributes) -> bool {
    attributes.has(oid::SIGNING_CERTIFICATE) || attributes.has(oid::SIGNING_CERTIFICATE_V2)
}

/// RFC 5652, 11.1: content-type must be there, and name the content's type.
pub(super) fn content_type(attributes: &SignedAttributes, signed_data: &SignedData, verdict: &mut Verdict) {
    let clause = "RFC 5652 11.1";
    match attributes.content_type() {
        Ok(Some(stated)) if stated == signed_data.content_type => {}
        Ok(stated) => verdict.open(SubIndication::SigConstraintsFailure, "content-type.mismatch", clause, stated),
        Err(error) => {
            verdict.failed(SubIndication::FormatFailure, "attribute.malformed", clause, Some(error.to_string()));
        }
    }
    if !attributes.is_der_order() {
        verdict.warn("signed-attributes.order", "RFC 5652 5.4", None);
    }
}

/// The strength of the signature's algorithms at a control time: the earliest at which it provably existed.
///
/// CRYPTO_CONSTRAINTS_FAILURE_NO_POE: no proof of existence says that it was made while they were reliable.
pub(super) fn signature_strength(
    signer: &SignerInfo,
    constraints: &Constraints,
    control_time: Timestamp,
    verdict: &mut Verdict,
) {
    let scheme = signer.scheme().ok().flatten().and_then(SignatureScheme::digest);
    let mut digests = vec![signer.digest()];
    if scheme != signer.digest() {
        digests.push(scheme);
    }
    for digest in digests.into_iter().flatten() {
        digest_strength(digest, None, constraints, control_time, verdict);
    }
}

/// The strength of the keys on a path and of its signatures at a control time, the anchor's own signature aside: nobody
/// relies on it.
pub(super) fn path_strength(
    certificate: &Certificate,
    path: Option<&[Certificate]>,
    constraints: &Constraints,
    control_time: Timestamp,
    verdict: &mut Verdict,
) {
    let alone = [certificate.clone()];
    for (depth, certificate) in path.unwrap_or(&alone).iter().enumerate() {
        let subject = &certificate.identity().subject;
        match PublicKey::from_spki(certificate.public_key()) {
            Ok(key) => {
                let until = constraints.key_until(key.kind());
                judge("key.weak", until, control_time, format!("{}: {subject}", key.kind()), verdict);
            }
            Err(_) => judge("key.weak", Reliability::Never, control_time, subject.clone(), verdict),
        }
        let is_anchor = path.is_some_and(|path| depth + 1 == path.len());
        let algorithm = certificate.signature_algorithm();
        let digest = algorithm.signature(None).ok().flatten().and_then(SignatureScheme::digest);
        if let Some(digest) = digest.filter(|_| !is_anchor) {
            digest_strength(digest, Some(subject), constraints, control_time, verdict);
        }
    }
}

/// The strength of a digest at a control time.
pub(super) fn digest_strength(
    digest: DigestAlgorithm,
    of: Option<&str>,
    constraints: &Constraints,
    control_time: Timestamp,
    verdict: &mut Verdict,
) {
    let detail = of.map_or_else(|| digest.name().to_owned(), |subject| format!("{}: {subject}", digest.name()));
    judge("algorithm.weak", constraints.digest_until(digest), control_time, detail, verdict);
}

fn judge(code: &'static str, until: Reliability, control_time: Timestamp, detail: String, verdict: &mut Verdict) {
    if !until.holds_at(control_time) {
        verdict.open(SubIndication::CryptoConstraintsFailureNoPoe, code, STRENGTH, Some(detail));
    }
}

/// What the policy asks of a signature's level and time (EN 319 102-1, 5.2.8.4: SIG_CONSTRAINTS_FAILURE). `time_stamped`:
/// whether a valid time-stamp shows when it was made.
pub(super) fn demands(level: Level, time_stamped: bool, constraints: &SignatureConstraints, verdict: &mut Verdict) {
    let clause = "EN 319 102-1 5.2.8";
    let found = match level {
        Level::B => Some(BaselineLevel::B),
        Level::T => Some(BaselineLevel::T),
        Level::Lt => Some(BaselineLevel::Lt),
        Level::Lta => Some(BaselineLevel::Lta),
        Level::Pkcs7 | Level::Other => None,
    };
    if let Some(least) = constraints.minimum_level
        && found < Some(least)
    {
        verdict.open(SubIndication::SigConstraintsFailure, "level.too-low", clause, Some(least.name().to_owned()));
    }
    match constraints.time_stamp {
        Demand::Required if !time_stamped => {
            verdict.open(SubIndication::SigConstraintsFailure, "timestamp.required", clause, None);
        }
        Demand::Wanted if !time_stamped => verdict.warn("timestamp.wanted", clause, None),
        _ => {}
    }
}
