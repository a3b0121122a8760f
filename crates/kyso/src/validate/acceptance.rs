//! Signature acceptance (EN 319 102-1, 5.2.8): the attributes that PAdES asks for and forbids, and what the policy asks
//! of a signature's level and time.

use super::policy::{Demand, SignatureConstraints};
use super::report::{Level, SubIndication};
use super::verdict::Verdict;
use crate::asn1::oid;
use crate::cms::{SignedAttributes, SignedData, SignerInfo};
use crate::code::Code;
use crate::level::BaselineLevel;

/// The attributes of a PAdES signature (EN 319 142-1, 6.3).
pub(super) fn pades(signer: &SignerInfo, signed_data: &SignedData, verdict: &mut Verdict) {
    let Some(attributes) = &signer.signed_attributes else {
        verdict.failed(SubIndication::FormatFailure, Code::MessageDigestMissing, None);
        return;
    };
    if !refers_to_certificate(attributes) {
        // EN 319 102-1, 5.2.8: a constraint on the signature's elements isn't met. The certificate was found by the
        // signer identifier, which isn't signed.
        verdict.open(SubIndication::SigConstraintsFailure, Code::EssMissing, None);
    }
    content_type(attributes, signed_data, verdict);
    match attributes.signing_time() {
        Ok(None) => {}
        Ok(Some(time)) => verdict.warn(Code::SigningTimePresent, Some(time.to_string())),
        Err(error) => verdict.warn(Code::SigningTimePresent, Some(error.to_string())),
    }
}

/// The attributes of an adbe.pkcs7 signature (ISO 32000-2, 12.8.3.3), which needn't refer to the certificate.
pub(super) fn pkcs7(signer: &SignerInfo, signed_data: &SignedData, verdict: &mut Verdict) {
    match &signer.signed_attributes {
        Some(attributes) => {
            if !refers_to_certificate(attributes) {
                verdict.warn(Code::EssMissing.by("EN 319 142-2 4"), None);
            }
            content_type(attributes, signed_data, verdict);
        }
        None => verdict.warn(Code::EssMissing.by("EN 319 142-2 4"), None),
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
        Ok(stated) => verdict.open(SubIndication::SigConstraintsFailure, Code::ContentTypeMismatch, stated),
        Err(error) => {
            verdict.failed(SubIndication::FormatFailure, Code::AttributeMalformed.by(clause), Some(error.to_string()));
        }
    }
    if !attributes.is_der_order() {
        verdict.warn(Code::SignedAttributesOrder, None);
    }
}

/// What the policy asks of a signature's level and time (EN 319 102-1, 5.2.8.4: SIG_CONSTRAINTS_FAILURE). `time_stamped`:
/// whether a valid time-stamp shows when it was made.
pub(super) fn demands(level: Level, time_stamped: bool, constraints: &SignatureConstraints, verdict: &mut Verdict) {
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
        verdict.open(SubIndication::SigConstraintsFailure, Code::LevelTooLow, Some(least.name().to_owned()));
    }
    match constraints.time_stamp {
        Demand::Required if !time_stamped => {
            verdict.open(SubIndication::SigConstraintsFailure, Code::TimestampRequired, None);
        }
        Demand::Wanted if !time_stamped => verdict.warn(Code::TimestampWanted, None),
        _ => {}
    }
}
