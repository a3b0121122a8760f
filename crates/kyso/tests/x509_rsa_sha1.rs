//! adbe.x509.rsa_sha1: the signatures of PDF 1.3, a bare PKCS #1 value with its certificate beside it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::cast_possible_truncation)]

use jiff::Timestamp;
use kyso::asn1::octet_string;
use kyso::crypto::{self, DigestAlgorithm, PrivateKey, SignatureScheme};
use kyso::sign::prepare::prepare;
use kyso::{Document, Indication, Policy, SignatureParameters, SubIndication};
use kyso_testpki::{KeyType, Profile, TestPki};

const PLAIN: &[u8] =
    b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n\
3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>\nendobj\ntrailer\n<</Root 1 0 R/Size 4>>\nstartxref\n0\n%%EOF\n";

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len(), "offsets must not move");
    let at = bytes.windows(from.len()).position(|window| window == from.as_bytes()).expect("what is replaced");
    [&bytes[..at], to.as_bytes(), &bytes[at + from.len()..]].concat()
}

#[test]
fn a_bare_value_is_verified_and_called_weak() {
    let now: Timestamp = "2026-03-02T03:00:00Z".parse().unwrap();
    let pki = TestPki::new(now).unwrap();
    let leader = pki.issue(Profile::leader().key(KeyType::Rsa(2048))).unwrap();
    let blank = "x".repeat(2 * leader.certificate_der.len());
    let mut parameters = SignatureParameters::leader(now);
    parameters.contact_info = Some(blank.clone());
    let document = Document::parse(PLAIN).unwrap();
    let prepared = prepare(&document, &parameters, DigestAlgorithm::Sha256, 300).unwrap();
    let mut file = [PLAIN, &prepared.tail.bytes].concat();
    file = replaced(&file, "/ETSI.CAdES.detached", "/adbe.x509.rsa_sha1 ");
    let certificate = format!("/Cert        <{}>", hexadecimal(&leader.certificate_der));
    file = replaced(&file, &format!("/ContactInfo ({blank})"), &certificate);

    let [before, after] = prepared.byte_range.slices(&file).unwrap();
    let covered = [before, after].concat();
    let key = PrivateKey::read(leader.key_pem(None).unwrap().as_bytes(), None).unwrap();
    let value = crypto::sign(&key, SignatureScheme::RsaPkcs1v15(DigestAlgorithm::Sha1), &covered).unwrap();
    let contents = octet_string(&value);
    let hole = prepared.byte_range.before.end as usize + 1;
    file[hole..hole + 2 * contents.len()].copy_from_slice(hexadecimal(&contents).as_bytes());

    let mut policy = Policy::at(now);
    policy.anchors.add(&pki.root_der().unwrap()).unwrap();
    policy.material.certificates.push(pki.issuing_der().unwrap());
    let signature = kyso::verify(&file, &policy).unwrap().signatures.remove(0);
    assert!(signature.digest_ok && signature.signature_ok, "{signature:?}");
    assert_eq!(signature.indication, Indication::Indeterminate);
    assert_eq!(signature.sub_indication, Some(SubIndication::CryptoConstraintsFailureNoPoe));

    let mut spoilt = file.clone();
    spoilt[20] ^= 1;
    if let Ok(report) = kyso::verify(&spoilt, &policy) {
        assert!(!report.signatures[0].signature_ok);
        assert_eq!(report.signatures[0].indication, Indication::TotalFailed);
    }
}
