//! adbe.x509.rsa_sha1 (ISO 32000-2, 12.8.3.2): a bare PKCS #1 signature beside its certificates, as PDF 1.3 had it.

use super::policy::Policy;
use super::report::{Level, SubIndication};
use super::signature::{Evaluation, Subject};
use super::verdict::Verdict;
use super::{acceptance, certificate};
use crate::asn1::{Reader, tag};
use crate::crypto::{self, DigestAlgorithm, Message, PublicKey, SignatureAlgorithm, SignatureScheme};
use crate::error::Error;
use crate::pki::Certificate;

const CLAUSE: &str = "ISO 32000-2 12.8.3.2";
/// What the name says, and what signers write under it all the same.
const DIGESTS: [DigestAlgorithm; 4] =
    [DigestAlgorithm::Sha1, DigestAlgorithm::Sha256, DigestAlgorithm::Sha384, DigestAlgorithm::Sha512];

/// Judges /Contents, a DER OCTET STRING, with the key of the first certificate of /Cert.
pub(super) fn evaluate(
    contents: &[u8],
    certificates: &[Vec<u8>],
    mut subject: Subject<'_, '_>,
    policy: &Policy,
    verdict: &mut Verdict,
) -> Evaluation {
    let mut evaluation = Evaluation::nothing(Level::Other);
    let value = match Reader::new("signature value", contents)
        .expect(tag::OCTET_STRING)
        .and_then(|e| Ok(e.octets()?.into_owned()))
    {
        Ok(value) => value,
        Err(error) => {
            verdict.failed(SubIndication::FormatFailure, "cms.unreadable", CLAUSE, Some(error.to_string()));
            return evaluation;
        }
    };
    let signer = match certificates.first().map(|der| Certificate::parse(der)) {
        Some(Ok(signer)) => signer,
        Some(Err(_)) | None => {
            verdict.open(SubIndication::NoSigningCertificateFound, "signing-certificate.missing", CLAUSE, None);
            return evaluation;
        }
    };
    let untrusted: Vec<Vec<u8>> = certificates.iter().chain(&policy.material.certificates).cloned().collect();
    let path = certificate::check(&signer, &untrusted, policy, verdict);
    let digest = verifying(&signer, &value, &mut subject);
    match digest {
        Ok(Some(digest)) => {
            evaluation.digest_algorithm = Some(digest);
            evaluation.cryptography.digest_ok = true;
            evaluation.cryptography.signature_ok = true;
            acceptance::digest_strength(digest, None, &policy.constraints, policy.time, verdict);
        }
        // The value is all there is: whether the document or the value is another, nobody can tell.
        Ok(None) | Err(_) => verdict.failed(SubIndication::SigCryptoFailure, "signature.mismatch", CLAUSE, None),
    }
    evaluation.signature_algorithm = Some(SignatureAlgorithm::RsaPkcs1v15);
    acceptance::path_strength(&signer, path.as_deref(), &policy.constraints, policy.time, verdict);
    verdict.note("time.not-proven", "EN 319 102-1 5.5", None);
    evaluation.certificate = Some(signer);
    evaluation
}

/// The digest under which the value is the certificate's key's over the document.
fn verifying(
    signer: &Certificate,
    value: &[u8],
    subject: &mut Subject<'_, '_>,
) -> Result<Option<DigestAlgorithm>, Error> {
    let key = PublicKey::from_spki(signer.public_key())?;
    for algorithm in DIGESTS {
        let Some(digest) = subject.digest(algorithm) else { return Ok(None) };
        if crypto::verify(&key, SignatureScheme::RsaPkcs1v15(algorithm), Message::Digest(&digest), value)? {
            return Ok(Some(algorithm));
        }
    }
    Ok(None)
}
