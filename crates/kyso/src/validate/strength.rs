//! Cryptographic constraints (EN 319 102-1, 5.2.8): which algorithms and keys are too weak at a time, what they were used
//! for, and until when they were reliable. A proof that the thing is older than that mends it.

use jiff::Timestamp;

use super::poe::{Id, id};
use super::policy::{Constraints, Reliability};
use crate::cms::SignerInfo;
use crate::code::Code;
use crate::crypto::{DigestAlgorithm, SignatureScheme};
use crate::pki::Certificate;
use crate::pki::revocation::RevocationEvidence;

/// One algorithm or key, used for one thing.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Weakness {
    /// The object that rests on the algorithm: a signature by its value, a certificate or evidence by its DER.
    pub(super) object: Id,
    /// The end of reliability; `None`: never reliable.
    pub(super) until: Option<Timestamp>,
    /// The finding's code.
    pub(super) code: Code,
    /// Which algorithm or key, and whose.
    pub(super) detail: String,
}

impl Weakness {
    /// Whether the algorithm was reliable at a proven time.
    pub(super) fn is_mended_by(&self, proven: Timestamp) -> bool {
        self.until.is_some_and(|until| proven < until)
    }
}

/// The constraints at one time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Strength<'a> {
    pub(super) constraints: &'a Constraints,
    pub(super) time: Timestamp,
}

impl Strength<'_> {
    /// Of a signature's own algorithms, and of the key that made it.
    pub(super) fn of_signature(self, signer: &SignerInfo, certificate: Option<&Certificate>) -> Vec<Weakness> {
        let object = id(&signer.signature);
        let scheme = signer.scheme().ok().flatten().and_then(SignatureScheme::digest);
        let mut digests = vec![signer.digest()];
        if scheme != signer.digest() {
            digests.push(scheme);
        }
        let digests = digests.into_iter().flatten().filter_map(|digest| self.digest(digest, None, object));
        digests.chain(certificate.and_then(|certificate| self.key(certificate, object))).collect()
    }

    /// Of the issuers' signatures on a path and of their keys; the anchor's own signature aside, on which nobody relies.
    pub(super) fn of_path(self, path: &[Certificate]) -> Vec<Weakness> {
        path.iter().zip(path.iter().skip(1)).flat_map(|(one, issuer)| self.of_certificate(one, issuer)).collect()
    }

    /// Of an issuer's signature on a certificate, and of its key.
    pub(super) fn of_certificate(self, certificate: &Certificate, issuer: &Certificate) -> Vec<Weakness> {
        let object = id(certificate.der());
        let scheme = certificate.signature_algorithm().signature(None).ok().flatten();
        let subject = &certificate.identity().subject;
        let digest = scheme.and_then(SignatureScheme::digest);
        let digest = digest.and_then(|digest| self.digest(digest, Some(subject), object));
        digest.into_iter().chain(self.key(issuer, object)).collect()
    }

    /// Of the signature on evidence, and of its signer's key.
    pub(super) fn of_evidence(self, evidence: &RevocationEvidence) -> Vec<Weakness> {
        let object = id(&evidence.der);
        let subject = &evidence.signer.identity().subject;
        let digest = evidence.scheme.and_then(SignatureScheme::digest);
        let digest = digest.and_then(|digest| self.digest(digest, Some(subject), object));
        digest.into_iter().chain(self.key(&evidence.signer, object)).collect()
    }

    /// Of a digest that names an object.
    pub(super) fn digest(self, digest: DigestAlgorithm, of: Option<&str>, object: Id) -> Option<Weakness> {
        let detail = || of.map_or_else(|| digest.name().to_owned(), |subject| format!("{}: {subject}", digest.name()));
        self.judge(self.constraints.digest_until(digest), object, Code::AlgorithmWeak, detail)
    }

    /// Of a certificate's key that made or confirms an object.
    pub(super) fn key(self, certificate: &Certificate, object: Id) -> Option<Weakness> {
        let subject = &certificate.identity().subject;
        match certificate.key() {
            Ok(key) => {
                let until = self.constraints.key_until(key.kind());
                self.judge(until, object, Code::KeyWeak, || format!("{}: {subject}", key.kind()))
            }
            Err(_) => self.judge(Reliability::Never, object, Code::KeyWeak, || subject.clone()),
        }
    }

    fn judge(self, until: Reliability, object: Id, code: Code, detail: impl Fn() -> String) -> Option<Weakness> {
        let weakness = || Weakness { object, until: until.until(), code, detail: detail() };
        (!until.holds_at(self.time)).then(weakness)
    }
}
