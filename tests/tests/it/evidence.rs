//! Evidence that takes a second look: delta CRLs, cross-certificates, certificates that have expired, authorities of
//! another root.

use kyso::error::Service;
use kyso::validate::{Level, SignatureType};
use kyso::{BaselineLevel, Document, Error, Indication, Outside, Policy, Role, SubIndication};
use kyso_testpki::{
    Addresses, AuthorityProfile, CrlProfile, Endpoint, Identity, KeyType, Profile, Reason, Register, World, path,
};
use kyso_tests::attacks::base;
use kyso_tests::connected::{self, Connected};
use kyso_tests::stage::at;
use kyso_tests::{keys, shapes, signing};
use kyso_words::Words;

const PASSED: (Indication, Option<SubIndication>) = (Indication::TotalPassed, None);

fn world() -> World {
    World::start(at("2026-03-02T03:00:00Z")).unwrap()
}

/// A leader whose CA publishes lists alone, with what changed in between beside them.
fn leader_by_lists(world: &World) -> Identity {
    let addresses = Addresses {
        crl: Some(world.server.url(path::CRL)),
        delta_crl: Some(world.server.url(path::DELTA_CRL)),
        ..Addresses::default()
    };
    world.issue(Profile::leader().key(KeyType::P256).addresses(addresses)).unwrap()
}

fn extended(bytes: &[u8], policy: &Policy, outside: &Outside<'_>) -> Result<Vec<u8>, Error> {
    let document = Document::parse(bytes).unwrap();
    Ok(kyso::extend(&document, BaselineLevel::Lta, policy, outside)?.tail.after(bytes))
}

fn rule<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    match result {
        Err(Error::Refused { rule, .. }) => rule.name(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_delta_crl_is_fetched_with_its_list_and_kept_with_it() {
    let world = world();
    let leader = leader_by_lists(&world);
    // The full list is of an hour ago; since then the leader's card was lost.
    let list = CrlProfile::full(&world.register, at("2026-03-02T02:00:00Z"));
    let list = world.issuing.crl(&list).unwrap();
    world.server.serve(path::CRL, Endpoint::Bytes("application/pkix-crl", list));
    let connected = Connected::to(&world);
    let bytes = connected::sign(&world, &connected, &base::unsigned(), &leader, Role::Leader, BaselineLevel::Lta);
    assert_eq!((world.server.count(path::CRL), world.server.count(path::DELTA_CRL)), (1, 1));
    let report = kyso::verify(&bytes, &connected::policy(&world)).unwrap();
    let signature = &report.signatures[0];
    assert_eq!((signature.indication, signature.sub_indication), PASSED, "{signature:#?}");
    assert_eq!(signature.level, Level::Lta);
    let revocation = signature.chain[0].revocation.as_ref().unwrap();
    assert_eq!(revocation.this_update, Some(world.now()), "the delta says it, not the list of an hour ago");

    world.register.revoke(&leader, at("2026-03-02T02:30:00Z"), Some(Reason::KeyCompromise));
    let document_bytes = base::unsigned();
    let document = Document::parse(&document_bytes).unwrap();
    let signer = keys::signer(&leader);
    let parameters = kyso::SignatureParameters::leader(world.now()).level(BaselineLevel::Lt);
    let connected = Connected::to(&world);
    let result = kyso::sign(
        &document,
        &signer,
        &parameters,
        &kyso::SigningOptions::by(&connected::policy(&world)).outside(connected.outside()),
    );
    assert_eq!(rule(result.map(|_| ())), "extend.revoked");

    // The same for a verifier that asks.
    let basic = signing::sign(&document_bytes, &kyso::SignatureParameters::leader(world.now()), &signer);
    let mut policy = connected::policy(&world);
    let document = Document::parse(&basic).unwrap();
    let gathered = kyso::gather(&document, &policy, connected.outside().fetcher.unwrap()).unwrap();
    policy.material = gathered.material;
    let report = kyso::verify(&basic, &policy).unwrap();
    assert_eq!(report.signatures[0].sub_indication, Some(SubIndication::RevokedNoPoe));
}

#[test]
fn a_delta_crl_that_cannot_be_had_leaves_the_list() {
    let world = world();
    let leader = leader_by_lists(&world);
    world.server.fault(path::DELTA_CRL, Some(kyso_testpki::Fault::Status(404)));
    let connected = Connected::to(&world);
    let bytes = connected::sign(&world, &connected, &base::unsigned(), &leader, Role::Leader, BaselineLevel::Lta);
    let report = kyso::verify(&bytes, &connected::policy(&world)).unwrap();
    assert_eq!((report.signatures[0].indication, report.signatures[0].level), (Indication::TotalPassed, Level::Lta));
    assert_eq!(world.server.count(path::DELTA_CRL), 1);
}

/// What an issuer says once a certificate has expired is silent about it: a file that got its evidence then would never
/// verify, so none is made.
#[test]
fn a_certificate_that_has_expired_gets_no_evidence_that_says_nothing() {
    let world = world();
    let leader = world.issue(Profile::leader().key(KeyType::P256)).unwrap();
    let connected = Connected::to(&world);
    let bytes = connected::sign(&world, &connected, &base::unsigned(), &leader, Role::Leader, BaselineLevel::T);
    let lasting = connected::sign(&world, &connected, &base::unsigned(), &leader, Role::Leader, BaselineLevel::Lt);
    world.travel_to(at("2030-03-02T03:00:00Z"));
    let connected = Connected::to(&world);
    let policy = connected::policy(&world);
    assert_eq!(rule(extended(&bytes, &policy, &connected.outside())), "extend.expired");
    // With evidence from its time it's another matter.
    let extended = extended(&lasting, &policy, &connected.outside()).unwrap();
    let report = kyso::verify(&extended, &policy).unwrap();
    assert_eq!((report.signatures[0].indication, report.signatures[0].level), (Indication::TotalPassed, Level::Lta));
}

/// Two roots vouch for one CA, and one of them is trusted: whichever certificate of the CA comes first.
#[test]
fn a_cross_certificate_leads_to_the_root_that_is_trusted() {
    let world = world();
    let years = (at("2020-01-01T00:00:00Z"), at("2046-01-01T00:00:00Z"));
    let bridge = AuthorityProfile::new("CA GỐC KHÁC THỬ NGHIỆM - KHÔNG CÓ GIÁ TRỊ", years);
    let bridge = kyso_testpki::Ca::root(&bridge).unwrap();
    let register = Register::default();
    world.server.serve("/bridge.crl", Endpoint::Crl(bridge.clone(), register));
    let below = Addresses { crl: Some(world.server.url("/bridge.crl")), ..Addresses::default() };
    let crossed = |name: &str, until| {
        let name = format!("{name} THỬ NGHIỆM - KHÔNG CÓ GIÁ TRỊ");
        AuthorityProfile::new(name, (years.0, at(until))).addresses(below.clone())
    };
    // One ends before the root's own certificate of the CA, one after it.
    for until in ["2030-01-01T00:00:00Z", "2045-01-01T00:00:00Z"] {
        let issuing = bridge.cross_certify(&world.issuing, &crossed("CA CẤP PHÁT", until)).unwrap();
        let stamping = bridge.cross_certify(&world.tsa_ca, &crossed("CA DẤU THỜI GIAN", until)).unwrap();
        let leader = world.issue(Profile::leader().key(KeyType::P256)).unwrap();
        let connected = Connected::to(&world);
        let bytes = connected::sign(&world, &connected, &base::unsigned(), &leader, Role::Leader, BaselineLevel::T);
        let mut policy = Policy::at(world.now());
        policy.anchors.add(&bridge.der().unwrap()).unwrap();
        policy.material.certificates = vec![issuing.der().unwrap(), stamping.der().unwrap()];
        let extended = extended(&bytes, &policy, &connected.outside()).unwrap();
        policy.material = kyso::Material::default();
        policy.time = at("2029-06-02T03:00:00Z");
        let report = kyso::verify(&extended, &policy).unwrap();
        let signature = &report.signatures[0];
        assert_eq!((signature.indication, signature.sub_indication), PASSED, "{signature:#?}");
        assert_eq!(signature.level, Level::Lta);
        assert_eq!(signature.chain.len(), 3);
    }
}

#[test]
fn a_renewal_by_an_authority_of_another_root_needs_that_root() {
    let (world, other) = (world(), World::start(at("2030-03-02T03:00:00Z")).unwrap());
    let leader = world.issue(Profile::leader().key(KeyType::P256)).unwrap();
    let bytes =
        connected::sign(&world, &Connected::to(&world), &base::unsigned(), &leader, Role::Leader, BaselineLevel::Lta);
    world.travel_to(other.now());
    let (here, there) = (Connected::to(&world), Connected::to(&other));
    let mut outside = here.outside();
    outside.time_stamper = there.outside().time_stamper;
    let document = Document::parse(&bytes).unwrap();
    let mut policy = connected::policy(&world);
    match kyso::renew(&document, &policy, &outside) {
        Err(Error::Outside { service: Service::TimeStamp, tried }) => {
            assert!(
                Words::neutral(kyso::Language::English).failed(&tried[0].why).contains("root isn't trusted"),
                "{tried:?}"
            );
        }
        other => panic!("{other:?}"),
    }
    policy.anchors.add(&other.root.der().unwrap()).unwrap();
    let renewed = kyso::renew(&document, &policy, &outside).unwrap().tail.after(&bytes);
    policy.time = at("2032-03-02T03:00:00Z");
    let verdict = |policy: &Policy| {
        let report = kyso::verify(&renewed, policy).unwrap();
        (report.signatures[0].indication, report.signatures[0].sub_indication)
    };
    assert_eq!(verdict(&policy), PASSED);
    policy.anchors = connected::policy(&world).anchors;
    assert_eq!(verdict(&policy), (Indication::Indeterminate, Some(SubIndication::OutOfBoundsNoPoe)));
}

/// A leader's signature at B-B under a seal at B-LT, and the other way round: each has the level that it has.
#[test]
fn signatures_of_one_file_have_levels_of_their_own() {
    let world = world();
    let leader = world.issue(Profile::leader().key(KeyType::P384)).unwrap();
    let deputy = world.issue(Profile::leader().key(KeyType::Ed25519)).unwrap();
    let sign = |bytes: &[u8], identity: &Identity, level| {
        connected::sign(&world, &Connected::to(&world), bytes, identity, Role::Other, level)
    };
    let levels = |bytes: &[u8]| {
        let report = kyso::verify(bytes, &connected::policy(&world)).unwrap();
        assert!(report.signatures.iter().all(|one| one.modifications_allowed), "{report:#?}");
        let people = report.signatures.into_iter().filter(|one| one.kind == SignatureType::Signature);
        people.map(|one| (one.level, one.indication)).collect::<Vec<_>>()
    };
    let (passed, open) = (Indication::TotalPassed, Indication::Indeterminate);
    let first = sign(&base::unsigned(), &leader, BaselineLevel::Lta);
    assert_eq!(levels(&sign(&first, &deputy, BaselineLevel::B)), [(Level::Lta, passed), (Level::B, open)]);
    assert_eq!(levels(&sign(&first, &deputy, BaselineLevel::Lt)), [(Level::Lta, passed), (Level::Lt, passed)]);
    // What a later one needs to last comes with evidence for the first.
    let first = sign(&base::unsigned(), &leader, BaselineLevel::B);
    assert_eq!(levels(&sign(&first, &deputy, BaselineLevel::T)), [(Level::B, open), (Level::T, open)]);
    assert_eq!(levels(&sign(&first, &deputy, BaselineLevel::Lta)), [(Level::Lta, passed), (Level::Lta, passed)]);
}

fn opened(bytes: &[u8]) -> Document<'_> {
    Document::parse_with_password(bytes, Some(shapes::OWNER)).unwrap()
}

#[test]
fn an_encrypted_file_is_extended_and_renewed() {
    let world = world();
    let leader = world.issue(Profile::leader().key(KeyType::P256)).unwrap();
    let signer = keys::signer(&leader);
    for file in shapes::encrypted("").into_iter().step_by(4) {
        let parameters = kyso::SignatureParameters::leader(world.now());
        let mut bytes = kyso::sign(&opened(&file.bytes), &signer, &parameters, &kyso::SigningOptions::default())
            .unwrap()
            .tail
            .after(&file.bytes);
        let mut policy = connected::policy(&world);
        policy.password = Some(shapes::OWNER.to_owned().into());
        let connected = Connected::to(&world);
        for level in [BaselineLevel::Lt, BaselineLevel::Lta] {
            bytes = kyso::extend(&opened(&bytes), level, &policy, &connected.outside()).unwrap().tail.after(&bytes);
        }
        bytes = kyso::renew(&opened(&bytes), &policy, &connected.outside()).unwrap().tail.after(&bytes);
        policy.time = at("2030-03-02T03:00:00Z");
        let signature = &kyso::verify(&bytes, &policy).unwrap().signatures[0];
        assert_eq!((signature.indication, signature.level), (Indication::TotalPassed, Level::Lta), "{}", file.name);
        assert!(signature.modifications_allowed, "{}", file.name);
    }
}
