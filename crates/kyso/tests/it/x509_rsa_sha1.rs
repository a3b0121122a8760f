//! adbe.x509.rsa_sha1: the signatures of PDF 1.3, a bare PKCS #1 value with its certificate beside it.

use kyso::asn1::octet_string;
use kyso::crypto::{self, DigestAlgorithm, PrivateKey, SignatureScheme, hex};
use kyso::{Document, Indication, Policy, SignatureParameters, SigningOptions, SubIndication};
use kyso_testpdfs::empty_page;
use kyso_testpki::{KeyType, Profile, TestPki};

use crate::common::{fill, now, signer};

fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len(), "offsets must not move");
    let at = bytes.windows(from.len()).position(|window| window == from.as_bytes()).expect("what is replaced");
    [&bytes[..at], to.as_bytes(), &bytes[at + from.len()..]].concat()
}

#[test]
fn a_bare_value_is_verified_and_called_weak() {
    let now = now();
    let pki = TestPki::new(now).unwrap();
    let leader = pki.issue(Profile::leader().key(KeyType::Rsa(2048))).unwrap();
    let blank = "x".repeat(2 * leader.certificate_der.len());
    let mut parameters = SignatureParameters::leader(now);
    parameters.contact_info = Some(blank.clone());
    let plain = empty_page();
    let document = Document::parse(&plain).unwrap();
    let signed = kyso::sign(&document, &signer(&leader), &parameters, &SigningOptions::default()).unwrap();
    let mut file = signed.tail.after(&plain);
    file = replaced(&file, "/ETSI.CAdES.detached", "/adbe.x509.rsa_sha1 ");
    let certificate = format!("/Cert        <{}>", hex(&leader.certificate_der));
    file = replaced(&file, &format!("/ContactInfo ({blank})"), &certificate);

    let key = PrivateKey::read(leader.key_pem(None).unwrap().as_bytes(), None).unwrap();
    let contents = signed.byte_range.before.end as usize..signed.byte_range.after.start as usize;
    file = fill(file, contents, |covered| {
        octet_string(&crypto::sign(&key, SignatureScheme::RsaPkcs1v15(DigestAlgorithm::Sha1), covered).unwrap())
    });

    let mut policy = Policy::at(now);
    policy.anchors.add(&pki.root_der().unwrap()).unwrap();
    policy.material.certificates.push(pki.issuing_der().unwrap());
    let signature = kyso::verify(&file, &policy).unwrap().signatures.remove(0);
    assert!(signature.digest_ok && signature.signature_ok, "{signature:?}");
    assert_eq!(signature.indication, Indication::Indeterminate);
    assert_eq!(signature.sub_indication, Some(SubIndication::CryptoConstraintsFailureNoPoe));

    let report = kyso::verify(&replaced(&file, "0 0 595 842", "0 0 695 842"), &policy).unwrap();
    assert!(!report.signatures[0].signature_ok);
    assert_eq!(report.signatures[0].indication, Indication::TotalFailed);
}
