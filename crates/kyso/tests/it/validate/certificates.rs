//! Whose certificate signed, and whether it may.

use super::{Make, World, made, reference, signed_by, with_cms};
use crate::common::{assert_verdict, codes, now};
use kyso::asn1::{self, oid};
use kyso::validate::Level;
use kyso::{Indication, RevocationRule, Severity, SubIndication};
use kyso_testpki::{Addresses, DirectoryPoint, KeyType, KeyUsage, Profile, TestPki};

#[test]
fn the_reference_to_the_certificate() {
    let world = World::new();
    let (leader, other) = (world.leader(), world.leader());
    let without = Make { attributes: Some(Vec::new()), ..Make::right(&leader) };
    let signature = world.only(&made(&without));
    let why = Some(SubIndication::SigConstraintsFailure);
    assert_verdict(&signature, Indication::Indeterminate, why, "ess.missing");
    assert!(signature.digest_ok && signature.signature_ok);
    assert_eq!(signature.level, Level::Other);

    let to_other = Some(vec![(oid::SIGNING_CERTIFICATE_V2, reference(&other.certificate_der))]);
    let mismatch = Make { attributes: to_other, ..Make::right(&leader) };
    let why = Some(SubIndication::NoSigningCertificateFound);
    assert_verdict(&world.only(&made(&mismatch)), Indication::Indeterminate, why, "ess.mismatch");

    let enclosed_other = Make { certificates: other.chain_der.clone(), ..Make::right(&leader) };
    let signature = world.only(&made(&enclosed_other));
    assert_verdict(&signature, Indication::Indeterminate, why, "signing-certificate.missing");
    assert!(signature.signer.is_none() && signature.digest_ok && !signature.signature_ok);

    let malformed = Some(vec![(oid::SIGNING_CERTIFICATE_V2, asn1::null())]);
    let malformed = Make { attributes: malformed, ..Make::right(&leader) };
    let why = Some(SubIndication::FormatFailure);
    assert_verdict(&world.only(&made(&malformed)), Indication::TotalFailed, why, "attribute.malformed");
}

#[test]
fn certificates_that_only_the_verifier_has() {
    let mut world = World::new();
    let leader = world.leader();
    let leaf_only = Make { certificates: vec![leader.certificate_der.clone()], ..Make::right(&leader) };
    let pdf = made(&leaf_only);
    let why = Some(SubIndication::NoCertificateChainFound);
    assert_verdict(&world.only(&pdf), Indication::Indeterminate, why, "chain.none");
    world.policy.material.certificates.push(leader.chain_der[1].clone());
    assert_verdict(&world.only(&pdf), Indication::TotalPassed, None, "");
    world.policy.material.certificates.insert(0, leader.certificate_der.clone());
    let none = Make { certificates: Vec::new(), ..Make::right(&leader) };
    assert_verdict(&world.only(&made(&none)), Indication::TotalPassed, None, "");
}

#[test]
fn trust() {
    let world = World::new();
    let stranger = TestPki::stranger(now()).unwrap();
    let unknown = stranger.issue(Profile::leader().key(KeyType::P256)).unwrap();
    let signature = world.only(&signed_by(&unknown));
    let why = Some(SubIndication::NoCertificateChainFound);
    assert_verdict(&signature, Indication::Indeterminate, why, "chain.none");
    assert!(signature.digest_ok && signature.signature_ok);
    let mut with_root = Make::right(&unknown);
    with_root.certificates.push(stranger.root_der().unwrap());
    assert_verdict(&world.only(&made(&with_root)), Indication::Indeterminate, why, "chain.untrusted-root");
}

#[test]
fn time() {
    let mut world = World::new();
    let (from, to) = ("2026-03-01T00:00:00Z".parse().unwrap(), "2026-03-31T00:00:00Z".parse().unwrap());
    let leader = world.pki.issue(Profile::leader().key(KeyType::P256).valid(from, to)).unwrap();
    let pdf = signed_by(&leader);
    assert_verdict(&world.only(&pdf), Indication::TotalPassed, None, "");
    let why = Some(SubIndication::OutOfBoundsNoPoe);
    world.policy.time = "2026-04-01T00:00:00Z".parse().unwrap();
    assert_verdict(&world.only(&pdf), Indication::Indeterminate, why, "certificate.expired");
    world.policy.time = "2026-02-01T00:00:00Z".parse().unwrap();
    assert_verdict(&world.only(&pdf), Indication::Indeterminate, why, "certificate.not-yet-valid");
    // The issuing CA ends ten years on, the leader's certificate long before.
    world.policy.time = "2037-01-01T00:00:00Z".parse().unwrap();
    assert!(codes(&world.only(&pdf)).contains(&"certificate.ca-expired"));
    // The root is trusted for being an anchor, and only said to be over.
    world.policy.time = "2047-01-01T00:00:00Z".parse().unwrap();
    assert!(codes(&world.only(&pdf)).contains(&"chain.anchor-expired"));

    // A claim that the certificate's dates contradict is only a claim, but said.
    world.policy.time = "2026-03-15T00:00:00Z".parse().unwrap();
    let young = Profile::leader().key(KeyType::P256).valid("2026-03-10T00:00:00Z".parse().unwrap(), to);
    let young = world.pki.issue(young).unwrap();
    let pdf = with_cms(&leader, "ETSI.CAdES.detached", |covered| Make::right(&young).cms(covered));
    assert_verdict(&world.only(&pdf), Indication::TotalPassed, None, "certificate.claimed-time");
}

#[test]
fn key_usage() {
    let world = World::new();
    let wrong = world.pki.issue(Profile::leader().key(KeyType::P256).key_usage(KeyUsage::Encipherment)).unwrap();
    let right = world.leader();
    let pdf = with_cms(&right, "ETSI.CAdES.detached", |covered| Make::right(&wrong).cms(covered));
    let why = Some(SubIndication::ChainConstraintsFailure);
    assert_verdict(&world.only(&pdf), Indication::Indeterminate, why, "certificate.key-usage");
}

#[test]
fn revocation() {
    let mut world = World::new();
    let silent = signed_by(&world.leader());
    assert_verdict(&world.only(&silent), Indication::TotalPassed, None, "revocation.not-published");
    let why = Some(SubIndication::TryLater);
    for profile in [Profile::leader().crl("http://crl.test/"), Profile::leader().ocsp("http://ocsp.test/")] {
        let published = world.pki.issue(profile.key(KeyType::P256)).unwrap();
        let signature = world.only(&signed_by(&published));
        assert_verdict(&signature, Indication::Indeterminate, why, "revocation.not-checked");
    }
    world.policy.constraints.revocation.rule = RevocationRule::Always;
    assert_verdict(&world.only(&silent), Indication::Indeterminate, why, "revocation.not-checked");
}

/// As Vietnamese law is read: a CA that publishes nothing is named, and evidence that's published and not there is missing,
/// wherever it's published. What is published is the CA's word, which nobody takes away: the certificate is signed.
#[test]
fn revocation_by_the_agencies_policy() {
    let mut world = World::new();
    world.policy.constraints = kyso::Constraints::built_in("vn-agency").unwrap();
    world.policy.constraints.roles.required.clear();
    let of = |addresses: Addresses| world.pki.issue(Profile::leader().key(KeyType::P256).addresses(addresses)).unwrap();
    let silent = world.only(&signed_by(&of(Addresses::default())));
    assert_verdict(&silent, Indication::TotalPassed, None, "revocation.not-published");
    let told = silent.findings.iter().find(|finding| finding.code.name() == "revocation.not-published").unwrap();
    assert!(told.severity == Severity::Warning && told.detail.is_some(), "{told:?}");
    let url = || Some("http://a.test/".to_owned());
    let why = Some(SubIndication::TryLater);
    for (name, addresses) in [
        ("list", Addresses { crl: url(), ..Addresses::default() }),
        ("responder", Addresses { ocsp: url(), ..Addresses::default() }),
        ("changes of a list", Addresses { delta_crl: url(), ..Addresses::default() }),
        (
            "list in a directory",
            Addresses { crl_directory: Some(DirectoryPoint::Full("CRL 1")), ..Addresses::default() },
        ),
    ] {
        let signature = world.only(&signed_by(&of(addresses)));
        // Of the authority, whose certificate names no place, it's said all the same.
        let signer = signature.signer.as_ref().unwrap().subject.clone();
        let is_of_signer = |one: &kyso::Finding| one.detail.as_ref() == Some(&signer);
        let mut told = signature.findings.iter().filter(|one| one.code.name() == "revocation.not-published");
        assert!(!told.any(is_of_signer), "{name}: {:?}", signature.findings);
        assert_verdict(&signature, Indication::Indeterminate, why, "revocation.not-checked");
    }
    // Taken out of the certificate, the CA's signature over it holds no longer.
    let published = of(Addresses { crl: url(), ..Addresses::default() });
    let mut stripped = published.clone();
    // 2.5.29.31 becomes an extension that nobody knows.
    let certificate = &mut stripped.certificate_der;
    let at = certificate.windows(5).position(|window| window == [0x06, 0x03, 0x55, 0x1d, 0x1f]).unwrap();
    certificate[at + 4] = 0x7f;
    stripped.chain_der[0] = stripped.certificate_der.clone();
    let pdf = with_cms(&published, "ETSI.CAdES.detached", |covered| Make::right(&stripped).cms(covered));
    let signature = world.only(&pdf);
    assert_ne!(signature.indication, Indication::TotalPassed, "{:?}", signature.findings);
}
