//! Cryptographic verification (EN 319 102-1, 5.2.7): the message digest and the signature value, over the bytes as they
//! were received.

use super::report::SubIndication;
use super::verdict::Verdict;
use crate::cms::{SignedAttributes, SignerInfo};
use crate::code::Code;
use crate::crypto::{self, DigestAlgorithm, Message, PublicKey, SignatureScheme};
use crate::error::Error;
use crate::pki::Certificate;

/// Cryptography alone, whatever the trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cryptography {
    /// The digest over the document is the one that was signed.
    pub(super) digest_ok: bool,
    /// The signature value verifies with the certificate's key.
    pub(super) signature_ok: bool,
}

impl Cryptography {
    /// Whether both hold.
    pub(super) fn is_intact(self) -> bool {
        self.digest_ok && self.signature_ok
    }
}

/// What was signed, by the form of the signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content<'a> {
    /// The document itself, outside of the CMS.
    Detached,
    /// adbe.pkcs7.sha1 (ISO 32000-1, 12.8.3.3.1): the document's SHA-1 digest, inside the CMS.
    Sha1Inside(&'a [u8]),
    /// Other octets inside the CMS, which must speak of the document themselves (a time-stamp's TSTInfo).
    Inside(&'a [u8]),
}

/// Checks one signer's digest and signature value. `document` gives the document's digest by an algorithm; `None` where
/// the byte range is unusable.
pub(super) fn check(
    signer: &SignerInfo,
    content: Content<'_>,
    certificate: Option<&Certificate>,
    document: &mut dyn FnMut(DigestAlgorithm) -> Option<Vec<u8>>,
    verdict: &mut Verdict,
) -> Cryptography {
    protected(signer, verdict);
    let scheme = scheme(signer, verdict);
    let digest = signer.digest().or(scheme.and_then(SignatureScheme::digest));
    if let (None, Some(digest)) = (signer.digest(), digest) {
        // The signature's own name says which it is, and the comparison is made with that.
        let named = format!("{}, {}", signer.digest_algorithm.oid, digest.name());
        verdict.warn(Code::AlgorithmDigestMisnamed, Some(named));
    }
    // Where the signature goes over the document itself, its own digest algorithm counts.
    let direct = scheme.and_then(SignatureScheme::digest).or(digest);
    let inner = match (content, &signer.signed_attributes) {
        (Content::Detached, Some(_)) => digest.and_then(&mut *document),
        (Content::Detached, None) => direct.and_then(&mut *document),
        (Content::Sha1Inside(octets) | Content::Inside(octets), _) => digest.map(|digest| digest.digest(octets)),
    };
    let stated = match content {
        Content::Sha1Inside(octets) => document(DigestAlgorithm::Sha1).is_some_and(|digest| digest == octets),
        Content::Detached | Content::Inside(_) => true,
    };
    let attributed = match &signer.signed_attributes {
        Some(attributes) => attributed(attributes, inner.as_deref(), verdict),
        None => true,
    };
    let signature_ok = match (certificate, scheme) {
        (Some(certificate), Some(scheme)) => {
            let messages = messages(signer, content, inner.as_deref());
            signature(certificate, scheme, &messages, &signer.signature, verdict)
        }
        _ => false,
    };
    // Without signed attributes nothing states a digest: the signature value itself stands for it.
    let implied = signer.signed_attributes.is_some() || signature_ok || matches!(content, Content::Sha1Inside(_));
    let digest_ok = stated && attributed && implied && inner.is_some();
    if !stated {
        verdict.failed(SubIndication::HashFailure, Code::DigestMismatch, None);
    }
    if inner.is_none() {
        // The digest algorithm stands outside of what is signed: an unknown one must not spare the comparison.
        verdict.open(SubIndication::CryptoConstraintsFailureNoPoe, Code::AlgorithmUnknown, None);
    }
    Cryptography { digest_ok, signature_ok }
}

/// The algorithms that the signer has signed are those that the signature is made by (RFC 6211, 3).
fn protected(signer: &SignerInfo, verdict: &mut Verdict) {
    let Some(attributes) = &signer.signed_attributes else { return };
    let protection = match attributes.algorithm_protection() {
        Ok(Some(protection)) => protection,
        Ok(None) => return,
        Err(error) => {
            let clause = "RFC 6211 2";
            verdict.failed(SubIndication::FormatFailure, Code::AttributeMalformed.by(clause), Some(error.to_string()));
            return;
        }
    };
    let both = [(&protection.digest, &signer.digest_algorithm), (&protection.signature, &signer.signature_algorithm)];
    for (signed, used) in both.into_iter().filter(|(signed, used)| !signed.is_same(used)) {
        let detail = Some(format!("{} ≠ {}", signed.oid, used.oid));
        verdict.failed(SubIndication::SigCryptoFailure, Code::AlgorithmNotAsSigned, detail);
    }
}

/// Whether the message-digest attribute holds this digest.
fn attributed(attributes: &SignedAttributes, digest: Option<&[u8]>, verdict: &mut Verdict) -> bool {
    match attributes.message_digest() {
        Ok(Some(stated)) if digest.is_none_or(|digest| stated == digest) => true,
        Ok(Some(_)) => {
            verdict.failed(SubIndication::HashFailure, Code::DigestMismatch, None);
            false
        }
        Ok(None) => {
            verdict.failed(SubIndication::FormatFailure, Code::MessageDigestMissing.by("RFC 5652 11.2"), None);
            false
        }
        Err(error) => {
            let clause = "RFC 5652 11.2";
            verdict.failed(SubIndication::FormatFailure, Code::AttributeMalformed.by(clause), Some(error.to_string()));
            false
        }
    }
}

/// What may have been signed: the attributes as received, or as DER orders them; without attributes, the content.
fn messages<'a>(signer: &'a SignerInfo, content: Content<'a>, document: Option<&'a [u8]>) -> Vec<Message<'a>> {
    match (&signer.signed_attributes, content) {
        (Some(attributes), _) => attributes.messages().map(Message::Bytes).collect(),
        (None, Content::Detached) => document.map(Message::Digest).into_iter().collect(),
        (None, Content::Sha1Inside(octets) | Content::Inside(octets)) => vec![Message::Bytes(octets)],
    }
}

fn signature(
    certificate: &Certificate,
    scheme: SignatureScheme,
    messages: &[Message<'_>],
    value: &[u8],
    verdict: &mut Verdict,
) -> bool {
    let lacking = certificate.key().ok().and_then(PublicKey::lacking);
    if let Some(set) = lacking.filter(|set| scheme == SignatureScheme::PostQuantum(*set)) {
        let detail = Some(format!("{set}: {}", crypto::openssl_version()));
        verdict.open(SubIndication::CryptoConstraintsFailureNoPoe, Code::AlgorithmUnavailable, detail);
        return false;
    }
    let verified = certificate.key().and_then(|key| {
        let holds = |message: &Message<'_>| crypto::verify(key, scheme, *message, value);
        messages.iter().map(holds).find(|one| *one != Ok(false)).unwrap_or(Ok(false))
    });
    match verified {
        Ok(true) => true,
        Ok(false) => {
            verdict.failed(SubIndication::SigCryptoFailure, Code::SignatureMismatch, None);
            false
        }
        Err(error) => {
            unknown(Some(error.to_string()), verdict);
            false
        }
    }
}

fn scheme(signer: &SignerInfo, verdict: &mut Verdict) -> Option<SignatureScheme> {
    match signer.scheme() {
        Ok(Some(scheme)) => Some(scheme),
        Ok(None) => {
            let names = format!("{} + {}", signer.signature_algorithm.oid, signer.digest_algorithm.oid);
            unknown(Some(names), verdict);
            None
        }
        Err(error) => {
            malformed_parameters(&error, verdict);
            None
        }
    }
}

/// An algorithm that can't be judged isn't one that the policy calls reliable.
fn unknown(detail: Option<String>, verdict: &mut Verdict) {
    verdict.open(SubIndication::CryptoConstraintsFailureNoPoe, Code::AlgorithmUnknown, detail);
}

fn malformed_parameters(error: &Error, verdict: &mut Verdict) {
    verdict.failed(SubIndication::FormatFailure, Code::AlgorithmMalformed, Some(error.to_string()));
}
