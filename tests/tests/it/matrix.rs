//! Every type of key with every digest: signed here, verified here and by others.

use kyso::crypto::{DigestAlgorithm, SignatureAlgorithm};
use kyso::{Indication, Role};
use kyso_testpki::KeyType;
use kyso_tests::judges::{Case, all_good};
use kyso_tests::{keys, shapes, signing};

const DIGESTS: [DigestAlgorithm; 3] = [DigestAlgorithm::Sha256, DigestAlgorithm::Sha384, DigestAlgorithm::Sha512];

fn combinations() -> Vec<(KeyType, SignatureAlgorithm, DigestAlgorithm)> {
    let schemes = |key| match key {
        KeyType::Rsa(_) => vec![SignatureAlgorithm::RsaPkcs1v15, SignatureAlgorithm::RsaPss],
        KeyType::Ed25519 => vec![SignatureAlgorithm::Ed25519],
        _ => vec![SignatureAlgorithm::Ecdsa],
    };
    let digests = |key| match key {
        // RFC 8419, clause 3.1: with Ed25519 the digest is SHA-512.
        KeyType::Ed25519 => vec![DigestAlgorithm::Sha512],
        _ => DIGESTS.to_vec(),
    };
    let mut found = Vec::new();
    for key in KeyType::ALL {
        for scheme in schemes(key) {
            found.extend(digests(key).into_iter().map(|digest| (key, scheme, digest)));
        }
    }
    found
}

#[test]
fn every_key_signs_with_every_digest() {
    let original = shapes::plain();
    let mut policy = signing::policy();
    policy.roster.certificates.clear();
    let mut cases = Vec::new();
    let combinations = combinations();
    assert_eq!(combinations.len(), 28);
    for (key, scheme, digest) in combinations {
        let name = format!("{key:?} {scheme:?} {digest:?}");
        let signer = keys::signer_with(&keys::leader(key), scheme);
        let parameters = signing::parameters(Role::Leader).digest(digest);
        let signed = signing::sign(&original, &parameters, &signer);

        let report = kyso::verify(&signed, &policy).unwrap();
        let row = &report.signatures[0];
        assert_eq!(row.indication, Indication::TotalPassed, "{name}: {row:#?}");
        assert_eq!(row.signature_algorithm, Some(scheme), "{name}");
        assert_eq!(row.digest_algorithm, Some(digest), "{name}");

        // Neither NSS under pdfsig nor the CMS of OpenSSL 3.0 speaks Ed25519.
        let without = if key == KeyType::Ed25519 { vec!["pdfsig", "openssl"] } else { vec![] };
        cases.push(Case { name, original: original.clone(), signed, signatures: 1, without, ..Case::default() });
    }
    all_good(&cases, &keys::PKI.root_pem().unwrap());
}
