//! The clock test: signed and sealed in 2026, renewed in 2031 and 2036, verified in 2046 without a network.

use kyso::validate::{Level, SignatureType};
use kyso::{BaselineLevel, Document, Indication, Policy, Report, Role, SubIndication};
use kyso_testpki::{Identity, KeyType, Profile, World, path};
use kyso_tests::attacks::base;
use kyso_tests::connected::{self, Connected};
use kyso_tests::stage::at;

fn world() -> World {
    World::start(at("2026-03-02T03:00:00Z")).unwrap()
}

/// The leader by RSA, the agency by P-256; both certificates end in 2029.
fn people(world: &World) -> (Identity, Identity) {
    (world.issue(Profile::leader()).unwrap(), world.issue(Profile::seal().key(KeyType::P256)).unwrap())
}

/// Signed and sealed at B-LTA within the hour.
fn signed_and_sealed(world: &World) -> Vec<u8> {
    let (leader, seal) = people(world);
    let connected = Connected::to(world);
    let signed = connected::sign(world, &connected, &base::unsigned(), &leader, Role::Leader, BaselineLevel::Lta);
    world.travel_to(at("2026-03-02T03:20:00Z"));
    connected::sign(world, &connected, &signed, &seal, Role::Seal, BaselineLevel::Lta)
}

fn renewed(world: &World, bytes: &[u8], time: &str) -> Vec<u8> {
    world.travel_to(at(time));
    world.install_tsa(Profile::tsa()).unwrap();
    connected::renew(world, bytes)
}

/// Offline: what the services were asked is counted.
fn verify(world: &World, bytes: &[u8], time: &str) -> Report {
    world.travel_to(at(time));
    let asked = world.server.total();
    let report = kyso::verify(bytes, &connected::policy(world)).unwrap();
    assert_eq!(world.server.total(), asked);
    report
}

fn verdicts(report: &Report) -> Vec<(Indication, Option<SubIndication>)> {
    let signatures = report.signatures.iter().filter(|one| one.kind == SignatureType::Signature);
    signatures.map(|one| (one.indication, one.sub_indication)).collect()
}

const PASSED: (Indication, Option<SubIndication>) = (Indication::TotalPassed, None);
const OPEN: (Indication, Option<SubIndication>) = (Indication::Indeterminate, Some(SubIndication::OutOfBoundsNoPoe));

#[test]
fn a_file_renewed_twice_verifies_after_twenty_years() {
    let world = world();
    let fresh = signed_and_sealed(&world);
    let report = verify(&world, &fresh, "2026-03-02T04:00:00Z");
    assert_eq!(verdicts(&report), [PASSED; 2], "{report:#?}");
    assert!(report.signatures.iter().all(|one| one.modifications_allowed));
    for signature in report.signatures.iter().filter(|one| one.kind == SignatureType::Signature) {
        assert_eq!(signature.level, Level::Lta);
        assert!(signature.best_signature_time.is_some_and(|time| time < at("2026-03-02T04:00:00Z")));
    }

    let once = renewed(&world, &fresh, "2031-01-15T00:00:00Z");
    let twice = renewed(&world, &once, "2036-01-01T00:00:00Z");
    // The last authority's certificate has to outlive the test: it's the newest, and nothing renews it.
    world.travel_to(at("2036-01-10T00:00:00Z"));
    let long = Profile::tsa().valid(at("2036-01-01T00:00:00Z"), at("2050-01-01T00:00:00Z"));
    world.install_tsa(long).unwrap();
    let thrice = connected::renew(&world, &once);

    let report = verify(&world, &thrice, "2046-03-02T03:00:00Z");
    assert_eq!(verdicts(&report), [PASSED; 2], "{report:#?}");
    for (signature, earliest) in
        report.signatures.iter().filter(|one| one.kind == SignatureType::Signature).zip([0, 20])
    {
        let best = signature.best_signature_time.unwrap();
        let expected = at("2026-03-02T03:00:00Z") + jiff::SignedDuration::from_mins(earliest);
        assert!(best >= expected && best < expected + jiff::SignedDuration::from_mins(5), "{best}");
        assert_eq!(signature.level, Level::Lta);
        assert!(signature.modifications_allowed);
    }

    assert_eq!(verdicts(&verify(&world, &fresh, "2046-03-02T03:00:00Z")), [OPEN; 2], "never renewed");
    assert_eq!(verdicts(&verify(&world, &once, "2046-03-02T03:00:00Z")), [OPEN; 2], "renewed once");
    assert_eq!(verdicts(&verify(&world, &twice, "2046-03-02T03:00:00Z")), [OPEN; 2], "the last authority expired");
    assert_eq!(verdicts(&verify(&world, &twice, "2040-03-02T03:00:00Z")), [PASSED; 2], "while it was in force");

    let altered = base::replaced(&thrice, "pays 1000 VND", "pays 9000 VND");
    for (indication, why) in verdicts(&verify(&world, &altered, "2046-03-02T03:00:00Z")) {
        assert_eq!((indication, why), (Indication::TotalFailed, Some(SubIndication::HashFailure)));
    }
}

#[test]
fn a_renewal_that_comes_too_late_saves_nothing() {
    let world = world();
    let fresh = signed_and_sealed(&world);
    world.travel_to(at("2031-06-01T00:00:00Z"));
    world.install_tsa(Profile::tsa()).unwrap();
    let document = Document::parse(&fresh).unwrap();
    let connected = Connected::to(&world);
    match kyso::renew(&document, &connected::policy(&world), &connected.outside()) {
        // Refusing it is as good as a file that says no more than before.
        Err(error) => println!("refused: {error}"),
        Ok(renewed) => {
            let bytes = [fresh.as_slice(), &renewed.tail.bytes].concat();
            assert_eq!(verdicts(&verify(&world, &bytes, "2032-03-02T03:00:00Z")), [OPEN; 2]);
        }
    }
}

#[test]
fn a_file_that_others_signed_is_extended_and_renewed() {
    let world = world();
    let (leader, _) = people(&world);
    let connected = Connected::to(&world);
    let stamped = connected::sign(&world, &connected, &base::unsigned(), &leader, Role::Leader, BaselineLevel::T);
    let document = Document::parse(&stamped).unwrap();
    let extended =
        kyso::extend(&document, BaselineLevel::Lta, &connected::policy(&world), &connected.outside()).unwrap();
    assert_eq!(extended.level, BaselineLevel::Lta);
    let lasting = [stamped.as_slice(), &extended.tail.bytes].concat();
    assert_eq!(verdicts(&verify(&world, &lasting, "2030-03-02T03:00:00Z")), [PASSED]);
    assert_eq!(verdicts(&verify(&world, &stamped, "2030-03-02T03:00:00Z")), [OPEN]);
}

#[test]
fn each_answer_is_fetched_once_for_leader_and_seal() {
    let world = world();
    signed_and_sealed(&world);
    for path in [path::OCSP, path::TSA_OCSP, path::ROOT_CRL, path::CRL, path::TSA_CRL, path::ISSUER, path::TSA_ISSUER] {
        let requests = world.server.requests(path);
        let mut asked: Vec<_> = requests.iter().map(|request| (&request.target, &request.body)).collect();
        asked.sort();
        asked.dedup();
        assert_eq!(asked.len(), requests.len(), "{path}: asked twice");
    }
    assert_eq!(world.server.count(path::OCSP), 2, "the leader, the seal");
    assert!(world.server.count(path::TSA) >= 4);
}

#[test]
fn a_revoked_leader_gets_no_long_term_signature() {
    let world = world();
    let (leader, _) = people(&world);
    world.register.revoke(&leader, at("2026-03-01T00:00:00Z"), Some(kyso_testpki::Reason::KeyCompromise));
    let connected = Connected::to(&world);
    let bytes = base::unsigned();
    let document = Document::parse(&bytes).unwrap();
    let parameters = kyso::SignatureParameters::leader(world.now()).level(BaselineLevel::Lt);
    let signer = kyso_tests::keys::signer(&leader);
    let policy: Policy = connected::policy(&world);
    let error =
        kyso::sign(&document, &signer, &parameters, &kyso::SigningOptions::by(&policy).outside(connected.outside()))
            .unwrap_err();
    assert!(error.to_string().contains("revoked"), "{error}");
}
