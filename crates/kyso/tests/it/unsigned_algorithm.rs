//! The digest algorithm stands in the SignerInfo outside of what is signed: an attacker may name another.

use kyso::{Document, Indication, Policy, PrivateKeySigner, SignatureParameters};
use kyso_testpdfs::empty_page;
use kyso_testpki::{KeyType, Profile, TestPki};

use crate::common::now;

/// The OIDs of SHA-256, SHA-384 and SHA-512 in hexadecimal DER, but for the last byte.
const SHA_2: &str = "06096086480165030402";

#[test]
fn an_unknown_digest_algorithm_spares_no_comparison() {
    let now = now();
    let pki = TestPki::new(now).unwrap();
    let mut policy = Policy::at(now);
    policy.anchors.add(&pki.root_der().unwrap()).unwrap();
    let plain = empty_page();
    for key in [KeyType::Ed25519, KeyType::P256, KeyType::Rsa(2048)] {
        let identity = pki.issue(Profile::leader().key(key)).unwrap();
        let signer = PrivateKeySigner::from_pkcs12(&identity.pkcs12("x").unwrap(), "x").unwrap();
        let parameters = SignatureParameters::leader(now);
        let right =
            kyso::sign(&Document::parse(&plain).unwrap(), &signer, &parameters, &kyso::SigningOptions::default())
                .unwrap()
                .tail
                .after(&plain);
        assert_eq!(kyso::verify(&right, &policy).unwrap().signatures[0].indication, Indication::TotalPassed);

        let text = String::from_utf8(right).unwrap();
        let places: Vec<usize> = text.match_indices(SHA_2).map(|(at, _)| at + SHA_2.len()).collect();
        assert!(places.len() >= 2, "digestAlgorithms and the SignerInfo's");
        for only in 0..=places.len() {
            let mut forged = text.clone().into_bytes();
            for (index, at) in places.iter().enumerate() {
                if only == places.len() || only == index {
                    forged[*at..][..2].copy_from_slice(b"63");
                }
            }
            for change_document in [false, true] {
                if change_document {
                    let at = text.find("595").unwrap();
                    forged[at] = b'6';
                }
                let signature = &kyso::verify(&forged, &policy).unwrap().signatures[0];
                let passed = signature.indication == Indication::TotalPassed;
                assert!(
                    !passed || (signature.digest_ok && signature.signature_ok && !change_document),
                    "{key:?} {only}"
                );
            }
        }
    }
}
