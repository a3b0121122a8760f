//! Document time-stamps (EN 319 142-1, 5.4.3; RFC 3161): what the token says of the bytes, and whether it's intact.
//!
//! Whether the authority may be trusted isn't looked at yet, so none passes.

use super::cryptography::{self, Content, Cryptography};
use super::policy::Policy;
use super::report::SubIndication;
use super::signature::Subject;
use super::verdict::Verdict;
use super::{acceptance, signing_certificate};
use crate::asn1::oid;
use crate::cms::{SignedData, SignerInfo, TstInfo};
use crate::crypto::DigestAlgorithm;
use crate::pki::Certificate;

const CLAUSE: &str = "EN 319 102-1 5.4";

/// What was found of a token.
pub(super) struct Token {
    pub(super) certificate: Option<Certificate>,
    pub(super) imprint_algorithm: Option<DigestAlgorithm>,
    pub(super) cryptography: Cryptography,
}

/// Checks the imprint against the document, and the token's own digest and signature.
pub(super) fn check(
    signed_data: &SignedData,
    signer: &SignerInfo,
    candidates: &[Certificate],
    subject: &mut Subject<'_, '_>,
    policy: &Policy,
    verdict: &mut Verdict,
) -> Token {
    let content = signed_data.content.as_deref().unwrap_or_default();
    let (imprint_algorithm, imprint_ok) = match info(signed_data, content, verdict) {
        Some(info) => (info.digest, imprint(&info, subject, verdict)),
        None => (None, false),
    };
    let certificate = signing_certificate::identify(signer, candidates, verdict);
    let own = cryptography::check(signer, Content::Inside(content), certificate.as_ref(), &mut |_| None, verdict);
    acceptance::signature_strength(signer, &policy.constraints, policy.time, verdict);
    if let Some(attributes) = &signer.signed_attributes {
        acceptance::content_type(attributes, signed_data, verdict);
    }
    verdict.open(SubIndication::Custom, "timestamp.not-validated", CLAUSE, None);
    Token {
        certificate,
        imprint_algorithm,
        cryptography: Cryptography { digest_ok: imprint_ok, signature_ok: own.signature_ok && own.digest_ok },
    }
}

fn info(signed_data: &SignedData, content: &[u8], verdict: &mut Verdict) -> Option<TstInfo> {
    if signed_data.content_type != oid::TST_INFO {
        let detail = Some(signed_data.content_type.clone());
        verdict.failed(SubIndication::FormatFailure, "timestamp.unreadable", "RFC 3161 2.4.2", detail);
        return None;
    }
    match TstInfo::parse(content) {
        Ok(info) => Some(info),
        Err(error) => {
            let detail = Some(error.to_string());
            verdict.failed(SubIndication::FormatFailure, "timestamp.unreadable", "RFC 3161 2.4.2", detail);
            None
        }
    }
}

fn imprint(info: &TstInfo, subject: &mut Subject<'_, '_>, verdict: &mut Verdict) -> bool {
    verdict.note("timestamp.time", CLAUSE, Some(info.time.to_string()));
    let Some(algorithm) = info.digest else {
        verdict.open(SubIndication::CryptoConstraintsFailureNoPoe, "algorithm.unknown", CLAUSE, None);
        return false;
    };
    let matches = subject.digest(algorithm).is_some_and(|digest| digest == info.imprint);
    if !matches {
        verdict.failed(SubIndication::HashFailure, "digest.mismatch", CLAUSE, None);
    }
    matches
}
