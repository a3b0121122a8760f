//! Right signatures of every make, and what OpenSSL and older programs make.

use std::process::Command;

use super::{Make, World, altered, made, sign, with_cms};
use crate::common::{assert_verdict, now, signer};
use kyso::crypto::DigestAlgorithm;
use kyso::validate::Level;
use kyso::{Indication, SignatureParameters, SubIndication};
use kyso_testpdfs::empty_page;
use kyso_testpki::{KeyType, Profile};

#[test]
fn every_key_type_passes() {
    let world = World::new();
    for key in KeyType::ALL {
        let signer = signer(&world.pki.issue(Profile::leader().key(key)).unwrap());
        let paddings = if matches!(key, KeyType::Rsa(_)) { vec![false, true] } else { vec![false] };
        for pss in paddings {
            let pdf = sign(&empty_page(), &SignatureParameters::leader(now()), &signer.clone().pss(pss).unwrap());
            let signature = world.only(&pdf);
            assert_verdict(&signature, Indication::TotalPassed, None, "time.not-proven");
            assert!(signature.digest_ok && signature.signature_ok && signature.modifications_allowed);
            assert_eq!(signature.level, Level::B);
            assert_eq!(signature.claimed_time.as_deref(), Some("2026-03-02T10:00:00+07:00"));
        }
    }
}

#[test]
fn what_the_tests_make_themselves_is_right() {
    let world = World::new();
    let leader = world.leader();
    assert_verdict(&world.only(&made(&Make::right(&leader))), Indication::TotalPassed, None, "");
}

#[test]
fn adbe_signatures_are_read() {
    let world = World::new();
    let leader = world.leader();
    let with_attributes = Make { attributes: Some(Vec::new()), ..Make::right(&leader) };
    let bare = Make { attributes: None, ..Make::right(&leader) };
    for make in [&with_attributes, &bare] {
        let pdf = with_cms(&leader, "adbe.pkcs7.detached", |covered| make.cms(covered));
        let signature = world.only(&pdf);
        assert_verdict(&signature, Indication::TotalPassed, None, "ess.missing");
        assert_eq!(signature.level, Level::Pkcs7);
        let changed = altered(&pdf);
        assert!(!world.only(&changed).digest_ok);
        assert_eq!(world.only(&changed).indication, Indication::TotalFailed);
    }
    for attributes in [None, Some(Vec::new())] {
        let inside = |covered: &[u8]| {
            let content = Some(DigestAlgorithm::Sha1.digest(covered));
            Make { attributes: attributes.clone(), content, ..Make::right(&leader) }.cms(covered)
        };
        let pdf = with_cms(&leader, "adbe.pkcs7.sha1", inside);
        assert_verdict(&world.only(&pdf), Indication::TotalPassed, None, "");
        let changed = altered(&pdf);
        let why = Some(SubIndication::HashFailure);
        assert_verdict(&world.only(&changed), Indication::TotalFailed, why, "digest.mismatch");
        assert!(world.only(&changed).signature_ok);
    }
}

/// `openssl cms` signs as other software does: with signing-time and S/MIME capabilities.
#[test]
fn what_openssl_signs_is_read() {
    let world = World::new();
    let identity = world.pki.issue(Profile::leader()).unwrap();
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("by-openssl");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("key.pem"), identity.key_pem(None).unwrap()).unwrap();
    std::fs::write(folder.join("certificate.pem"), identity.certificate_pem().unwrap()).unwrap();
    std::fs::write(folder.join("chain.pem"), identity.chain_pem().unwrap()).unwrap();
    let run = |options: &str, covered: &[u8]| {
        std::fs::write(folder.join("covered"), covered).unwrap();
        let arguments = format!(
            "cms -sign -binary -in covered -signer certificate.pem -certfile chain.pem -inkey key.pem -outform DER -out cms.der {options}"
        );
        let made = Command::new("openssl").current_dir(&folder).args(arguments.trim().split(' ')).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        std::fs::read(folder.join("cms.der")).unwrap()
    };
    for options in ["", "-noattr", "-keyid", "-md sha512 -keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:20"] {
        let pdf = with_cms(&identity, "adbe.pkcs7.detached", |covered| run(options, covered));
        let signature = world.only(&pdf);
        assert_verdict(&signature, Indication::TotalPassed, None, "ess.missing");
        assert!(signature.digest_ok && signature.signature_ok, "{options}");
    }
    let cades = with_cms(&identity, "ETSI.CAdES.detached", |covered| run("-cades", covered));
    let signature = world.only(&cades);
    assert_verdict(&signature, Indication::TotalPassed, None, "signing-time.present");
    assert_eq!(signature.level, Level::Other, "PAdES-B-B forbids signing-time");
    let inside = with_cms(&identity, "adbe.pkcs7.detached", |covered| run("-nodetach", &covered[..100]));
    let why = Some(SubIndication::FormatFailure);
    assert_verdict(&world.only(&inside), Indication::TotalFailed, why, "cms.content-inside");
}
