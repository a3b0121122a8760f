//! Leader first, seal second (Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d); joint signatures; reserved fields.

use jiff::SignedDuration;
use kyso::appearance::{Appearance, InkImage};
use kyso::steps::{PreparedDocument, SigningKey, embed, prepare, prepare_seal};
use kyso::validate::Modifications;
use kyso::{
    CERTIFIER_FIELD, DocMdp, Document, Error, FieldToReserve, Indication, LeaderSignature, Lock, Place,
    PrivateKeySigner, RECEIVER_FIELD, Role, SEAL_FIELD, Signatory, SignatureParameters, SignedDocument, Signer as _,
    SigningOptions, Timestamp,
};
use kyso_pdf::SignatureField;
use kyso_pdf::geometry::Rectangle;
use kyso_testpki::{Identity, KeyType, Profile};
use kyso_tests::attacks::base::{self, number};
use kyso_tests::attacks::writer::Update;
use kyso_tests::judges::{Case, all_good};
use kyso_tests::{forge, keys, samples, shapes, signing};
use serde_json::{Value, json};

fn refused<T>(result: Result<T, Error>) -> &'static str {
    match result {
        Err(Error::Refused { rule, reason }) => {
            assert!(!reason.to_string().is_empty());
            rule.name()
        }
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("not refused"),
    }
}

fn try_to_seal(bytes: &[u8]) -> Result<SignedDocument, Error> {
    let signer = keys::signer(&keys::SEAL);
    kyso::seal(
        &Document::parse(bytes).unwrap(),
        &signer,
        &signing::plain_seal(),
        &signing::policy(),
        &kyso::Outside::default(),
    )
}

#[test]
fn no_seal_without_a_leader() {
    assert_eq!(refused(try_to_seal(&shapes::plain())), "seal.no-leader-signature");
}

#[test]
fn no_seal_over_a_changed_document() {
    let signed = signing::sign(&shapes::plain(), &signing::parameters(Role::Leader), &keys::signer(&keys::LEADER));
    let mut changed = signed.clone();
    let at = changed.windows(5).position(|window| window == b"0.2 g").unwrap();
    changed[at + 2] = b'7';
    assert_eq!(refused(try_to_seal(&changed)), "seal.no-leader-signature");
    assert!(try_to_seal(&signed).is_ok());
}

#[test]
fn no_seal_over_a_stranger() {
    let stranger = kyso_testpki::TestPki::stranger(*keys::NOW).unwrap().issue(Profile::leader()).unwrap();
    let signed = signing::sign(&shapes::plain(), &signing::parameters(Role::Leader), &keys::signer(&stranger));
    assert_eq!(refused(try_to_seal(&signed)), "seal.no-leader-signature");
}

#[test]
fn the_agency_is_no_leader() {
    let signed =
        signing::sign_unjudged(&shapes::plain(), &signing::parameters(Role::Other), &keys::signer(&keys::SEAL));
    assert_eq!(refused(try_to_seal(&signed)), "seal.no-leader-signature");
}

#[test]
fn a_person_seals_only_where_the_roster_says_so() {
    let person = keys::PKI.issue(Profile::leader()).unwrap();
    let signed = signing::sign(&shapes::plain(), &signing::parameters(Role::Leader), &keys::signer(&keys::LEADER));
    let (document, parameters) = (Document::parse(&signed).unwrap(), signing::plain_seal());
    let mut policy = signing::policy();
    policy.roster.certificates.clear();
    let seal = |policy: &kyso::Policy| {
        kyso::seal(&document, &keys::signer(&person), &parameters, policy, &kyso::Outside::default())
    };
    assert_eq!(refused(seal(&policy)), "seal.person-certificate");
    policy.roster.certificates = vec![signing::entry(&keys::LEADER, Role::Leader), signing::entry(&person, Role::Seal)];
    assert!(seal(&policy).is_ok());
}

#[test]
fn a_seal_without_a_leader_can_be_asked_for() {
    let original = shapes::plain();
    let document = Document::parse(&original).unwrap();
    let signer = keys::signer(&keys::SEAL);
    let signed = kyso::dangerous::seal_unsigned(&document, &signer, &signing::plain_seal(), &SigningOptions::default())
        .unwrap()
        .tail
        .after(&original);
    let report = kyso::verify(&signed, &signing::policy()).unwrap();
    assert_eq!(report.signatures[0].role, Role::Seal);
    assert_eq!(report.signatures[0].indication, Indication::TotalPassed);
}

#[test]
fn no_seal_where_nobody_is_trusted() {
    let signed = signing::sign(&shapes::plain(), &signing::parameters(Role::Leader), &keys::signer(&keys::LEADER));
    let (document, parameters) = (Document::parse(&signed).unwrap(), signing::plain_seal());
    let (signer, policy) = (keys::signer(&keys::SEAL), kyso::Policy::at(*keys::NOW));
    assert_eq!(
        refused(kyso::seal(&document, &signer, &parameters, &policy, &kyso::Outside::default())),
        "seal.no-trust"
    );
    let by_roster =
        kyso::dangerous::seal_by_roster(&document, &signer, &parameters, &policy, &kyso::Outside::default());
    assert_eq!(refused(by_roster), "seal.no-trust");
}

#[test]
fn no_seal_over_a_stranger_beside_the_leader() {
    let stranger = kyso_testpki::TestPki::stranger(*keys::NOW).unwrap().issue(Profile::leader()).unwrap();
    for [first, second] in [[&*keys::LEADER, &stranger], [&stranger, &*keys::LEADER]] {
        let signed = [first, second].iter().fold(shapes::plain(), |bytes, signer| {
            signing::sign(&bytes, &signing::parameters(Role::Leader), &keys::signer(signer))
        });
        assert_eq!(refused(try_to_seal(&signed)), "seal.stranger");
        let (document, parameters) = (Document::parse(&signed).unwrap(), signing::plain_seal());
        let seal = keys::signer(&keys::SEAL);
        assert!(
            kyso::dangerous::seal_untrusted(
                &document,
                &seal,
                &parameters,
                &signing::policy(),
                &kyso::Outside::default()
            )
            .is_ok()
        );
    }
}

#[test]
fn nobody_elses_signature_stands_for_the_certifiers() {
    let place = Place::Rectangle { page: 1, rectangle: signing::LEADER_AT };
    let field = FieldToReserve::new(CERTIFIER_FIELD, place);
    let plain = shapes::plain();
    let tail = kyso::reserve(&Document::parse(&plain).unwrap(), &[field]).unwrap();
    let reserved = [plain.as_slice(), &tail.bytes].concat();
    let by_leader = |field: Option<&str>| {
        let mut parameters = signing::parameters(Role::Leader);
        if let Some(field) = field {
            parameters = parameters.field(field);
        }
        signing::sign(&reserved, &parameters, &keys::signer(&keys::LEADER))
    };
    assert_eq!(refused(try_to_seal(&by_leader(None))), "seal.no-leader-signature");
    assert!(try_to_seal(&by_leader(Some(CERTIFIER_FIELD))).is_ok());
}

#[test]
fn a_roster_alone_says_whom_to_trust() {
    let stranger = kyso_testpki::TestPki::stranger(*keys::NOW).unwrap().issue(Profile::leader()).unwrap();
    let signed = |by| signing::sign(&shapes::plain(), &signing::parameters(Role::Leader), &keys::signer(by));
    let mut policy = signing::policy();
    policy.anchors = kyso::Anchors::default();
    let seal = |bytes: &[u8], policy: &kyso::Policy| {
        let (document, signer) = (Document::parse(bytes).unwrap(), keys::signer(&keys::SEAL));
        let (parameters, outside) = (signing::plain_seal(), kyso::Outside::default());
        match policy.anchors.is_empty() {
            true => kyso::dangerous::seal_by_roster(&document, &signer, &parameters, policy, &outside),
            false => kyso::seal(&document, &signer, &parameters, policy, &outside),
        }
    };
    let right = signed(&keys::LEADER);
    assert!(seal(&right, &policy).is_ok());
    let (document, signer) = (Document::parse(&right).unwrap(), keys::signer(&keys::SEAL));
    let by_rule = kyso::seal(&document, &signer, &signing::plain_seal(), &policy, &kyso::Outside::default());
    assert_eq!(refused(by_rule), "seal.no-trust");
    assert_eq!(refused(seal(&signed(&stranger), &policy)), "seal.no-leader-signature");

    // Only the path may be missing: whatever else is open is as open as with anchors.
    let mut demanding = policy.clone();
    demanding.constraints.signature.minimum_level = Some(kyso::BaselineLevel::T);
    assert_eq!(refused(seal(&right, &demanding)), "seal.no-leader-signature");

    // With both given both hold: a roster that names a stranger doesn't replace the path.
    let mut both = signing::policy();
    both.roster.certificates.push(signing::entry(&stranger, Role::Leader));
    assert_eq!(refused(seal(&signed(&stranger), &both)), "seal.no-leader-signature");

    policy.roster.certificates.retain(|entry| entry.role == Role::Seal);
    assert_eq!(refused(seal(&right, &policy)), "seal.no-leader-signature");
}

#[test]
fn a_seal_over_an_untrusted_signature_can_be_asked_for() {
    let stranger = kyso_testpki::TestPki::stranger(*keys::NOW).unwrap().issue(Profile::leader()).unwrap();
    let signed = signing::sign(&shapes::plain(), &signing::parameters(Role::Leader), &keys::signer(&stranger));
    let seal = |bytes: &[u8], policy: &kyso::Policy| {
        let document = Document::parse(bytes).unwrap();
        let (parameters, signer) = (signing::plain_seal(), keys::signer(&keys::SEAL));
        kyso::dangerous::seal_untrusted(&document, &signer, &parameters, policy, &kyso::Outside::default())
    };
    let policy = kyso::Policy::at(*keys::NOW);
    assert!(seal(&signed, &policy).is_ok());
    assert_eq!(refused(seal(&signed, &signing::policy())), "seal.no-leader-signature");
    assert_eq!(refused(seal(&shapes::plain(), &policy)), "seal.no-leader-signature");
    let mut changed = signed;
    let at = changed.windows(5).position(|window| window == b"0.2 g").unwrap();
    changed[at + 2] = b'7';
    assert_eq!(refused(seal(&changed, &policy)), "seal.no-leader-signature");
}

/// A leader too certifies nothing by signing where the officer signs who received the request.
#[test]
fn nobody_certifies_in_anothers_field() {
    let place = Place::Rectangle { page: 1, rectangle: signing::LEADER_AT };
    let plain = shapes::plain();
    for (field, is_anothers) in
        [("NguoiTiepNhan", true), ("NguoiLamChung1", true), ("NguoiYeuCau2-2", true), ("LanhDao", false)]
    {
        let tail = kyso::reserve(&Document::parse(&plain).unwrap(), &[FieldToReserve::new(field, place.clone())]);
        let reserved = tail.unwrap().after(&plain);
        let parameters = signing::parameters(Role::Leader).field(field);
        let signed = signing::sign(&reserved, &parameters, &keys::signer(&keys::LEADER));
        match is_anothers {
            true => assert_eq!(refused(try_to_seal(&signed)), "seal.no-leader-signature", "{field}"),
            false => assert!(try_to_seal(&signed).is_ok(), "{field}"),
        }
    }
}

/// What `signer` is asked to sign, by the steps, for a seal over the leader's signature in `bytes`.
fn seal_prepared(bytes: &[u8], signer: &PrivateKeySigner, leader: &LeaderSignature) -> Result<PreparedDocument, Error> {
    let (document, key) = (Document::parse(bytes)?, SigningKey::of(signer));
    prepare_seal(&document, key, &signing::plain_seal(), leader, &SigningOptions::default())
}

fn leader_in(bytes: &[u8]) -> Result<LeaderSignature, Error> {
    let seal = keys::signer(&keys::SEAL);
    kyso::leader_signature(&Document::parse(bytes)?, &seal.certificates()[0], &signing::policy())
}

/// Neither the field nor the place nor the key of the seal gets round the rule of sealing.
#[test]
fn signing_makes_no_seal() {
    let signed = signing::sign(&shapes::plain(), &signing::parameters(Role::Leader), &keys::signer(&keys::LEADER));
    let (document, agency) = (Document::parse(&signed).unwrap(), keys::signer(&keys::SEAL));
    let nobody = SigningOptions::default();
    for signatory in [Signatory::Leader, Signatory::Copy, Signatory::Other] {
        let parameters = SignatureParameters::of(signatory, *keys::NOW);
        let over = Place::OverSignature { field: "Signature1".into() };
        let last = Lock::Document(DocMdp::NoChanges);
        for disguised in [parameters.clone().field(SEAL_FIELD), parameters.clone().lock(last), parameters.place(over)] {
            assert_eq!(
                refused(kyso::sign(&document, &agency, &disguised, &nobody)),
                "seal.no-witness",
                "{signatory:?}"
            );
            let prepared = prepare(&document, SigningKey::of(&agency), &disguised, &nobody);
            assert_eq!(refused(prepared), "seal.no-witness", "{signatory:?}");
        }
    }
    let policy = signing::policy();
    let by_roster = |signatory| {
        kyso::sign(&document, &agency, &SignatureParameters::of(signatory, *keys::NOW), &SigningOptions::by(&policy))
    };
    for signatory in [Signatory::Leader, Signatory::Other] {
        assert_eq!(refused(by_roster(signatory)), "seal.no-witness");
        let parameters = SignatureParameters::of(signatory, *keys::NOW);
        let prepared = prepare(&document, SigningKey::of(&agency), &parameters, &SigningOptions::by(&policy));
        assert_eq!(refused(prepared), "seal.no-witness");
    }
    // Without a roster the certificate's own names tell; a roster may give it another role.
    let plainly = |signatory, options: &SigningOptions<'_>| {
        kyso::sign(&document, &agency, &SignatureParameters::of(signatory, *keys::NOW), options)
    };
    let mut others = signing::policy();
    others.roster.certificates = vec![signing::entry(&keys::LEADER, Role::Leader)];
    for signatory in [Signatory::Leader, Signatory::Other] {
        assert_eq!(refused(plainly(signatory, &nobody)), "seal.no-witness", "{signatory:?}");
        assert_eq!(refused(plainly(signatory, &SigningOptions::by(&others))), "seal.no-witness", "{signatory:?}");
    }
    others.roster.certificates.push(signing::entry(&keys::SEAL, Role::Other));
    let signed = plainly(Signatory::Other, &SigningOptions::by(&others)).unwrap().tail.after(document.bytes());
    assert_eq!(kyso::verify(&signed, &others).unwrap().signatures[1].role, Role::Other);
    // The agency's picture is the seal's, on copies too.
    let picture = Appearance::Image(InkImage::seal(&samples::seal(), signing::SEAL_MM).unwrap());
    let copy = SignatureParameters::of(Signatory::Copy, *keys::NOW)
        .place(Place::Rectangle { page: 1, rectangle: signing::SEAL_AT });
    assert_eq!(refused(kyso::sign(&document, &agency, &copy.appearance(picture), &nobody)), "seal.no-witness");
    // Copies bear the agency's own signature (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần II, mục I.3).
    assert!(by_roster(Signatory::Copy).is_ok());
    // And no person's, unless the roster says that this person signs them.
    let person = |options: &SigningOptions<'_>| {
        let parameters = SignatureParameters::of(Signatory::Copy, *keys::NOW);
        kyso::sign(&document, &keys::signer(&keys::LEADER), &parameters, options)
    };
    assert_eq!(refused(person(&nobody)), "sign.copy-by-person");
    assert_eq!(refused(person(&SigningOptions::by(&policy))), "sign.copy-by-person");
    let mut copying = signing::policy();
    copying.roster.certificates = vec![signing::entry(&keys::LEADER, Role::Copy)];
    assert!(person(&SigningOptions::by(&copying)).is_ok());
}

/// The agency's key may lie elsewhere and answer days later: the seal is by the rule all the same.
#[test]
fn a_seal_in_two_phases_is_as_one_in_one() {
    let signed = signing::sign(&shapes::plain(), &signing::parameters(Role::Leader), &keys::signer(&keys::LEADER));
    let leader = leader_in(&signed).unwrap();
    assert_eq!(leader.field(), "Signature1");
    let agency = keys::signer(&keys::SEAL);
    let stored = serde_json::to_string(&seal_prepared(&signed, &agency, &leader).unwrap()).unwrap();

    let prepared: PreparedDocument = serde_json::from_str(&stored).unwrap();
    let value = agency.sign(prepared.to_be_signed()).unwrap();
    let sealed = embed(&Document::parse(&signed).unwrap(), prepared, &value).unwrap().tail.after(&signed);
    assert_eq!(sealed, signing::seal(&signed, &signing::plain_seal(), &agency));
    let report = kyso::verify(&sealed, &signing::policy()).unwrap();
    assert!(report.signatures.iter().map(|row| row.role).eq([Role::Leader, Role::Seal]));
    assert!(report.signatures.iter().all(|row| row.indication == Indication::TotalPassed), "{report:#?}");
}

#[test]
fn a_witness_is_only_of_what_a_seal_may_lie_over() {
    assert_eq!(refused(leader_in(&shapes::plain())), "seal.no-leader-signature");
    let stranger = kyso_testpki::TestPki::stranger(*keys::NOW).unwrap().issue(Profile::leader()).unwrap();
    let signed = signing::sign(&shapes::plain(), &signing::parameters(Role::Leader), &keys::signer(&stranger));
    assert_eq!(refused(leader_in(&signed)), "seal.no-leader-signature");

    let signed = signing::sign(&shapes::plain(), &signing::parameters(Role::Leader), &keys::signer(&keys::LEADER));
    let (document, leaders) = (Document::parse(&signed).unwrap(), keys::signer(&keys::LEADER));
    let by_leader = kyso::leader_signature(&document, &leaders.certificates()[0], &signing::policy());
    assert_eq!(refused(by_leader), "seal.not-in-roster");
    let nobody = kyso::Policy::at(*keys::NOW);
    let seal = keys::signer(&keys::SEAL);
    assert_eq!(refused(kyso::leader_signature(&document, &seal.certificates()[0], &nobody)), "seal.no-trust");
}

#[test]
fn a_witness_speaks_of_one_document_and_one_certificate() {
    let by = |bytes: &[u8]| signing::sign(bytes, &signing::parameters(Role::Leader), &keys::signer(&keys::LEADER));
    let signed = by(&shapes::plain());
    let leader = leader_in(&signed).unwrap();
    let other = [&signed[..], b"\n"].concat();
    let agency = keys::signer(&keys::SEAL);
    assert_eq!(refused(seal_prepared(&other, &agency, &leader)), "seal.no-witness");
    assert_eq!(refused(seal_prepared(&shapes::plain(), &agency, &leader)), "seal.no-witness");
    // As long as the one that was looked at, and another.
    let mut changed = signed.clone();
    let at = changed.windows(5).position(|window| window == b"0.2 g").unwrap();
    changed[at + 2] = b'7';
    assert_eq!(refused(seal_prepared(&changed, &agency, &leader)), "seal.no-witness");

    // Found for the agency's key, it lets no other one seal.
    assert_eq!(refused(seal_prepared(&signed, &keys::signer(&keys::LEADER), &leader)), "seal.no-witness");
}

/// What a store gives back is taken as it was prepared, or not at all.
#[test]
fn a_prepared_document_that_was_changed_in_its_store_is_refused() {
    let signed = signing::sign(&shapes::plain(), &signing::parameters(Role::Leader), &keys::signer(&keys::LEADER));
    let (agency, person) = (keys::signer(&keys::SEAL), keys::signer(&keys::LEADER));
    let prepared = seal_prepared(&signed, &agency, &leader_in(&signed).unwrap()).unwrap();
    let stored = serde_json::to_value(&prepared).unwrap();
    let read = |value: &Value| serde_json::from_value::<PreparedDocument>(value.clone());
    assert_eq!(read(&stored).unwrap(), prepared);

    for whole in ["", "/hole", "/hole/tail", "/hole/byte_range", "/to_be_signed"] {
        let names: Vec<String> = stored.pointer(whole).unwrap().as_object().unwrap().keys().cloned().collect();
        for name in names {
            let mut less = stored.clone();
            less.pointer_mut(whole).unwrap().as_object_mut().unwrap().remove(&name);
            assert!(read(&less).is_err(), "without {whole}/{name}");
        }
    }
    let another: Vec<u8> = person.certificates()[0].der().to_vec();
    let digit = format!("/hole/tail/bytes/{}", prepared.byte_range().before.end - prepared.tail().start + 1);
    for (place, value) in [
        ("/hole/reserved", json!(prepared.tail().bytes.len())),
        ("/hole/tail/start", json!(prepared.tail().start + 1)),
        (digit.as_str(), json!(b'1')),
        ("/hole/byte_range/before/start", json!(1)),
        ("/hole/byte_range/before/end", json!(prepared.byte_range().before.end - 1)),
        ("/hole/byte_range/after/start", json!(u64::MAX)),
        ("/hole/byte_range/after/end", json!(prepared.byte_range().after.end - 1)),
        ("/to_be_signed/certificates/0", json!(another)),
        ("/to_be_signed/certificates", json!([])),
        ("/to_be_signed/digest_algorithm", json!("SHA-512")),
        ("/to_be_signed/digest/0", json!(prepared.to_be_signed().digest[0] ^ 1)),
        ("/to_be_signed/signed_attributes", json!([])),
    ] {
        let mut changed = stored.clone();
        *changed.pointer_mut(place).unwrap() = value;
        assert!(read(&changed).is_err(), "{place}");
    }

    // What the state alone doesn't tell is found out when the value comes.
    let value = agency.sign(prepared.to_be_signed()).unwrap();
    let with = |document: &[u8], state: PreparedDocument| embed(&Document::parse(document).unwrap(), state, &value);
    assert!(with(&signed, prepared.clone()).is_ok());
    for (place, value) in [
        ("/hole/tail/bytes/5", json!(prepared.tail().bytes[5] ^ 1)),
        ("/field", json!("AnotherField")),
        ("/field", json!("Signature1")),
    ] {
        let mut changed = stored.clone();
        *changed.pointer_mut(place).unwrap() = value;
        assert_eq!(refused(with(&signed, read(&changed).unwrap())), "sign.changed-meanwhile", "{place}");
    }
    let mut another = signed.clone();
    let at = another.windows(5).position(|window| window == b"0.2 g").unwrap();
    another[at + 2] = b'7';
    assert_eq!(refused(with(&another, prepared)), "sign.changed-meanwhile");
}

/// The steps judge as signing does, before the key is used.
#[test]
fn the_steps_refuse_what_signing_refuses() {
    let signed = signing::sign(&shapes::plain(), &signing::parameters(Role::Leader), &keys::signer(&keys::LEADER));
    let mut changed = signed;
    let at = changed.windows(5).position(|window| window == b"0.2 g").unwrap();
    changed[at + 2] = b'7';
    let (leader, policy) = (keys::signer(&keys::LEADER), signing::policy());
    let both = |bytes: &[u8], parameters: &SignatureParameters, options: &SigningOptions<'_>| {
        let (document, key) = (Document::parse(bytes).unwrap(), SigningKey::of(&leader));
        let by_steps = refused(prepare(&document, key, parameters, options));
        assert_eq!(by_steps, refused(kyso::sign(&document, &leader, parameters, options)));
        by_steps
    };
    let parameters = signing::parameters(Role::Leader);
    assert_eq!(both(&changed, &parameters, &SigningOptions::default()), "sign.would-not-verify");
    let mut nobody = policy.clone();
    nobody.roster.certificates.retain(|entry| entry.role == Role::Seal);
    assert_eq!(both(&shapes::plain(), &parameters, &SigningOptions::by(&nobody)), "sign.not-in-roster");
    let late = SignatureParameters::leader(*keys::NOW + SignedDuration::from_hours(24 * 365 * 50));
    assert_eq!(both(&shapes::plain(), &late, &SigningOptions::default()), "certificate.expired");
}

#[test]
fn a_file_that_was_cut_off_is_not_signed() {
    let whole = shapes::plain();
    let cut = &whole[..whole.len() * 3 / 4];
    let document = Document::parse(cut).unwrap();
    let result = kyso::sign(
        &document,
        &keys::signer(&keys::LEADER),
        &signing::parameters(Role::Leader),
        &SigningOptions::default(),
    );
    assert_eq!(refused(result), "document.cut-off");
}

#[test]
fn the_seal_ends_the_document() {
    let sealed = signing::signed_and_sealed(&shapes::plain());
    let document = Document::parse(&sealed).unwrap();
    refused(kyso::sign(
        &document,
        &keys::signer(&keys::LEADER),
        &signing::parameters(Role::Leader),
        &SigningOptions::default(),
    ));

    let report = kyso::verify(&sealed, &signing::policy()).unwrap();
    let [leader, seal] = &report.signatures[..] else { panic!("{report:#?}") };
    assert_eq!((leader.role, seal.role), (Role::Leader, Role::Seal));
    assert_eq!(leader.modifications, Modifications::FormFill);
    assert_eq!(seal.modifications, Modifications::None);
    assert!(leader.modifications_allowed && seal.modifications_allowed);
}

#[test]
fn a_document_certified_for_form_filling_takes_leader_and_seal() {
    let certified = signing::sign(
        &shapes::plain(),
        &signing::parameters(Role::Leader).lock(Lock::Certify(DocMdp::FormFilling)),
        &keys::signer(&keys::LEADER),
    );
    let sealed = signing::seal(&certified, &signing::plain_seal(), &keys::signer(&keys::SEAL));
    let report = kyso::verify(&sealed, &signing::policy()).unwrap();
    assert_eq!(report.signatures[0].docmdp, Some(2));
    assert!(report.signatures.iter().all(|row| row.indication == Indication::TotalPassed), "{report:#?}");
    let case = Case { name: "certified".into(), original: certified, signed: sealed, signatures: 1, ..Case::default() };
    all_good(&[case], &keys::PKI.root_pem().unwrap());
}

#[test]
fn a_document_certified_against_changes_takes_none() {
    let certified = signing::sign(
        &shapes::plain(),
        &signing::parameters(Role::Leader).lock(Lock::Certify(DocMdp::NoChanges)),
        &keys::signer(&keys::LEADER),
    );
    refused(try_to_seal(&certified));
    let document = Document::parse(&certified).unwrap();
    refused(kyso::sign(
        &document,
        &keys::signer(&keys::LEADER),
        &signing::parameters(Role::Leader),
        &SigningOptions::default(),
    ));
}

#[test]
fn two_leaders_sign_jointly_before_the_seal() {
    let original = shapes::plain();
    let second = keys::PKI.issue(Profile::leader().name("Trần Thị Mẫu Hai").key(KeyType::P256)).unwrap();
    let once = signing::sign(&original, &signing::parameters(Role::Leader), &keys::signer(&keys::LEADER));
    let twice = signing::sign(&once, &signing::parameters(Role::Leader), &keys::signer(&second));
    let sealed = signing::seal(&twice, &signing::plain_seal(), &keys::signer(&keys::SEAL));
    let report = kyso::verify(&sealed, &signing::policy()).unwrap();
    assert_eq!(report.signatures.len(), 3);
    assert!(report.signatures.iter().all(|row| row.indication == Indication::TotalPassed), "{report:#?}");
    let case = Case { name: "joint".into(), original, signed: sealed, signatures: 3, ..Case::default() };
    all_good(&[case], &keys::PKI.root_pem().unwrap());
}

#[test]
fn fields_reserved_first_are_signed_later() {
    let original = shapes::plain();
    let field = |name: &str, rectangle| FieldToReserve::new(name, Place::Rectangle { page: 1, rectangle });
    let fields = [field("Leader", signing::LEADER_AT), field("Seal", signing::SEAL_AT)];
    let tail = kyso::reserve(&Document::parse(&original).unwrap(), &fields).unwrap();
    let reserved = [&original[..], &tail.bytes].concat();
    let empty = SignatureField::all(&Document::parse(&reserved).unwrap()).unwrap();
    let names: Vec<_> = empty.iter().map(|field| (&*field.name, field.value.is_some())).collect();
    assert_eq!(names, [("Leader", false), ("Seal", false)]);

    let leader = signing::leader_parameters().field("Leader").place(Place::Field);
    let signed = signing::sign(&reserved, &leader, &keys::signer(&keys::LEADER));
    let sealed = signing::seal(
        &signed,
        &signing::seal_parameters().field("Seal").place(Place::Field),
        &keys::signer(&keys::SEAL),
    );
    let report = kyso::verify(&sealed, &signing::policy()).unwrap();
    assert!(report.signatures.iter().all(|row| row.indication == Indication::TotalPassed), "{report:#?}");
    assert!(report.signatures.iter().map(|row| row.field.as_deref()).eq([Some("Leader"), Some("Seal")]));
    let again = Document::parse(&sealed).unwrap();
    refused(kyso::sign(&again, &keys::signer(&keys::LEADER), &leader, &SigningOptions::default()));
    let case = Case { name: "reserved".into(), original: reserved, signed: sealed, signatures: 2, ..Case::default() };
    all_good(&[case], &keys::PKI.root_pem().unwrap());
}

/// A page with the places of a result, in this order.
fn result() -> Vec<u8> {
    let place = |x: f64| Place::Rectangle { page: 1, rectangle: Rectangle { x, y: 200.0, width: 120.0, height: 60.0 } };
    let places = [(RECEIVER_FIELD, 60.0), (CERTIFIER_FIELD, 200.0), (SEAL_FIELD, 340.0)];
    let fields = places.map(|(name, x)| FieldToReserve::new(name, place(x)));
    let plain = shapes::plain();
    let tail = kyso::reserve(&Document::parse(&plain).unwrap(), &fields).unwrap();
    [plain, tail.bytes].concat()
}

/// Signed in a field by a key.
fn in_field(bytes: &[u8], field: &str, role: Role, by: &Identity) -> Vec<u8> {
    in_field_at(*keys::NOW, bytes, field, role, by)
}

fn in_field_at(time: Timestamp, bytes: &[u8], field: &str, role: Role, by: &Identity) -> Vec<u8> {
    let mut parameters = signing::parameters(role).field(field);
    parameters.claimed_time = time;
    signing::sign_unjudged(bytes, &parameters, &keys::signer(by))
}

/// Whatever stands in the officer's field, the seal would vouch for it.
#[test]
fn no_seal_over_another_signature_that_does_not_hold() {
    let officer = |profile: Profile| keys::PKI.issue(profile.name("Lê Thị Mẫu").key(KeyType::P256)).unwrap();
    let day = |days: i64| *keys::NOW + SignedDuration::from_hours(24 * days);
    let right = officer(Profile::leader());
    let at = |time: Timestamp, officer: &Identity| in_field_at(time, &result(), RECEIVER_FIELD, Role::Other, officer);
    let before = |officer: &Identity| at(*keys::NOW, officer);
    let bare = {
        let signed = before(&right);
        let [place] = forge::signatures(&signed).try_into().unwrap();
        let cms = forge::cms_without_certificates(&place.covered(&signed), &right);
        forge::with_contents(&signed, place.hole(), &cms)
    };
    for (kind, bytes) in [
        ("without a certificate", bare),
        ("whose certificate is over", at(day(-2), &officer(Profile::leader().valid(day(-30), day(-1))))),
        ("whose certificate isn't valid yet", at(day(2), &officer(Profile::leader().valid(day(1), day(30))))),
        ("whose certificate is nobody's", {
            let stranger = kyso_testpki::TestPki::stranger(*keys::NOW).unwrap();
            before(&stranger.issue(Profile::leader()).unwrap())
        }),
    ] {
        let signed = in_field(&bytes, CERTIFIER_FIELD, Role::Leader, &keys::LEADER);
        assert_eq!(refused(try_to_seal(&signed)), "seal.stranger", "{kind}");
    }
    let signed = in_field(&before(&right), CERTIFIER_FIELD, Role::Leader, &keys::LEADER);
    assert!(try_to_seal(&signed).is_ok());
}

/// A time-stamp says when, and not who.
#[test]
fn a_time_stamp_signs_for_nobody() {
    let signed = in_field(&result(), RECEIVER_FIELD, Role::Other, &keys::LEADER);
    let (kind, stamp) = ("/SubFilter /ETSI.CAdES.detached", "/SubFilter /ETSI.RFC3161");
    let stamped = String::from_utf8_lossy(&signed).find(kind).map(|_| {
        let at = signed.windows(kind.len()).position(|window| window == kind.as_bytes()).unwrap();
        let stamp = format!("{stamp:<width$}", width = kind.len());
        [&signed[..at], stamp.as_bytes(), &signed[at + kind.len()..]].concat()
    });
    let signed = in_field(&stamped.unwrap(), CERTIFIER_FIELD, Role::Leader, &keys::LEADER);
    assert_eq!(kyso::missing_signatures(&Document::parse(&signed).unwrap()).unwrap(), [RECEIVER_FIELD]);
    assert_eq!(refused(try_to_seal(&signed)), "seal.empty-field");
}

/// A certifier's field of one's own excuses nobody, and isn't made where there's a place.
#[test]
fn a_place_of_ones_own_is_no_place_of_the_result() {
    let result = result();
    let document = Document::parse(&result).unwrap();
    let leader = keys::signer(&keys::LEADER);
    for name in ["NguoiChungThuc-5", "NguoiTiepNhan-2", "NguoiDich"] {
        let parameters = signing::parameters(Role::Other).new_field(name);
        let made = kyso::sign(&document, &leader, &parameters, &SigningOptions::default());
        assert!(made.is_err_and(|error| error.to_string().contains(name)), "{name}");
    }
    assert!(
        kyso::sign(&document, &leader, &signing::parameters(Role::Other).new_field("Khac"), &SigningOptions::default())
            .is_ok()
    );
    // As another program would make it.
    let place = Place::Rectangle { page: 1, rectangle: Rectangle { x: 60.0, y: 60.0, width: 120.0, height: 60.0 } };
    let tail = kyso::reserve(&document, &[FieldToReserve::new("NguoiChungThuc-5", place)]).unwrap();
    let with_another = [result.as_slice(), &tail.bytes].concat();
    let signed = in_field(&with_another, "NguoiChungThuc-5", Role::Leader, &keys::LEADER);
    assert_eq!(refused(try_to_seal(&signed)), "seal.empty-field");
}

/// What the signer states is nobody's proof: not of a time to come, nor of one in which the power wasn't yet, or was still.
#[test]
fn a_stated_time_proves_no_power() {
    let at = |days: i64| *keys::NOW + SignedDuration::from_hours(24 * days);
    let signed = |claimed: Timestamp| {
        let mut parameters = signing::parameters(Role::Leader);
        parameters.claimed_time = claimed;
        signing::sign_unjudged(&shapes::plain(), &parameters, &keys::signer(&keys::LEADER))
    };
    let seal = |bytes: &[u8], from: Option<Timestamp>, until: Option<Timestamp>| {
        let mut policy = signing::policy();
        for entry in &mut policy.roster.certificates {
            if entry.role == Role::Leader {
                (entry.from, entry.until) = (from, until);
            }
        }
        let (document, signer) = (Document::parse(bytes).unwrap(), keys::signer(&keys::SEAL));
        kyso::seal(&document, &signer, &signing::plain_seal(), &policy, &kyso::Outside::default())
    };
    let refusals = [
        seal(&signed(at(2)), None, None),
        seal(&signed(at(-2)), None, Some(at(-1))),
        seal(&signed(at(2)), Some(at(1)), None),
    ];
    for refusal in refusals {
        assert_eq!(refused(refusal), "seal.no-leader-signature");
    }
    assert!(seal(&signed(at(-2)), Some(at(-3)), Some(at(1))).is_ok());
    assert!(seal(&signed(*keys::NOW + SignedDuration::from_mins(4)), None, None).is_ok());
}

/// Between whoever signed last and the seal comes nothing but signatures and evidence: no empty field, no other title.
#[test]
fn no_seal_over_what_came_after_the_leader() {
    let signed = base::sign(&base::unsigned());
    assert!(try_to_seal(&signed).is_ok());
    let place = Place::Rectangle { page: 1, rectangle: Rectangle { x: 60.0, y: 60.0, width: 120.0, height: 60.0 } };
    let tail = kyso::reserve(&Document::parse(&signed).unwrap(), &[FieldToReserve::new("Moi", place)]).unwrap();
    assert_eq!(refused(try_to_seal(&[signed.as_slice(), &tail.bytes].concat())), "seal.filled-in");
    let titled = "2026-03-02</xmp:ModifyDate><dc:title>Hop dong</dc:title><xmp:ModifyDate>2026-03-02";
    let renewed = |xmp: Vec<u8>| Update::new().object(number::METADATA, xmp).onto(&signed);
    assert_eq!(refused(try_to_seal(&renewed(base::metadata(titled)))), "seal.filled-in");
    assert!(try_to_seal(&renewed(base::metadata("2026-03-02"))).is_ok());
}

/// Where a person signs, the agency's seal stands for nobody, and a power that is over signs nothing.
#[test]
fn the_officers_place_takes_an_officers_signature() {
    let officer = keys::PKI.issue(Profile::leader().name("Lê Thị Mẫu").key(KeyType::P256)).unwrap();
    let signed = |by: &Identity| {
        let signed = in_field(&result(), RECEIVER_FIELD, Role::Other, by);
        in_field(&signed, CERTIFIER_FIELD, Role::Leader, &keys::LEADER)
    };
    let seal = |bytes: &[u8], until: Option<Timestamp>| {
        let mut policy = signing::policy();
        let mut entry = signing::entry(&officer, Role::Other);
        entry.until = until;
        policy.roster.certificates.push(entry);
        let (document, signer) = (Document::parse(bytes).unwrap(), keys::signer(&keys::SEAL));
        kyso::seal(&document, &signer, &signing::plain_seal(), &policy, &kyso::Outside::default())
    };
    assert_eq!(refused(seal(&signed(&keys::SEAL), None)), "seal.stranger");
    let yesterday = *keys::NOW - SignedDuration::from_hours(24);
    assert_eq!(refused(seal(&signed(&officer), Some(yesterday))), "seal.stranger");
    assert!(seal(&signed(&officer), None).is_ok());
}

/// What stands behind a signature was never signed; the next signature doesn't make it a comment.
#[test]
fn nobody_signs_behind_bytes_that_nobody_signed() {
    let signed = signing::sign(&shapes::plain(), &signing::parameters(Role::Leader), &keys::signer(&keys::LEADER));
    for rest in ["% comment\n", "\n%%EOF\n", "x"] {
        let bytes = [signed.as_slice(), rest.as_bytes()].concat();
        let document = Document::parse(&bytes).unwrap();
        let again = kyso::sign(
            &document,
            &keys::signer(&keys::OFFICER),
            &signing::parameters(Role::Other),
            &SigningOptions::default(),
        );
        assert!(again.is_err(), "{rest:?}");
    }
    let bytes = [signed.as_slice(), b"\r\n\n"].concat();
    let document = Document::parse(&bytes).unwrap();
    let parameters = signing::parameters(Role::Other);
    assert!(kyso::sign(&document, &keys::signer(&keys::OFFICER), &parameters, &SigningOptions::default()).is_ok());
}
