//! Making signatures last: what is appended, what isn't, and what is refused.

use std::collections::HashSet;

use jiff::SignedDuration;
use kyso::error::{Parameter, Service};
use kyso::pki::Certificate;
use kyso::steps::{PreparedDocument, SigningKey, embed, embed_with_time_stamp, prepare};
use kyso::validate::{Level, Modifications, SignatureType};
use kyso::{
    Anchors, BaselineLevel, Document, Error, ExtendParameters, Goal, Indication, Outside, Policy, Report,
    SignatureParameters, Signer,
};
use kyso_pdf::{Dss, MdpReference, Object, SignatureField};
use kyso_testpki::{Identity, KeyType, Profile, Reason, TsaFault, path};
use kyso_tests::outside::Services;
use kyso_tests::{keys, shapes, signing};

const LEVELS: [(BaselineLevel, Level); 3] =
    [(BaselineLevel::T, Level::T), (BaselineLevel::Lt, Level::Lt), (BaselineLevel::Lta, Level::Lta)];

fn policy(services: &Services) -> Policy {
    let mut policy = Policy::at(services.world.now());
    policy.anchors.add(&services.world.root.der().unwrap()).unwrap();
    policy
}

/// What a verifier sees an hour later: with nothing but the file and the anchors, or, where the file has no evidence,
/// with what the services say.
fn verified(services: &Services, file: &[u8]) -> Report {
    let mut policy = policy(services);
    policy.time += SignedDuration::from_hours(1);
    if dss(file).is_none() {
        let document = Document::parse(file).unwrap();
        policy.material = kyso::gather(&document, &policy, services).unwrap().material;
        assert!(!policy.material.is_empty());
    }
    kyso::verify(file, &policy).unwrap()
}

fn leader(services: &Services) -> Identity {
    services.world.issue(Profile::leader().key(KeyType::P256)).unwrap()
}

fn at(services: &Services, level: BaselineLevel) -> SignatureParameters {
    SignatureParameters::leader(services.world.now()).level(level)
}

fn signed(services: &Services, bytes: &[u8], level: BaselineLevel, identity: &Identity) -> Result<Vec<u8>, Error> {
    let (signer, document) = (keys::signer(identity), Document::parse(bytes).unwrap());
    let signed = kyso::sign(
        &document,
        &signer,
        &at(services, level),
        &kyso::SigningOptions::by(&policy(services)).outside(services.outside()),
    )?;
    Ok(signed.tail.after(bytes))
}

fn extended(services: &Services, bytes: &[u8], to: BaselineLevel) -> Result<Vec<u8>, Error> {
    let document = Document::parse(bytes).unwrap();
    let extended = kyso::extend(&document, to, &policy(services), &services.outside())?;
    assert_eq!(extended.tail.start, bytes.len() as u64);
    Ok([bytes, &extended.tail.bytes].concat())
}

fn renewed(services: &Services, bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let document = Document::parse(bytes).unwrap();
    let renewed = kyso::renew(&document, &policy(services), &services.outside())?;
    Ok([bytes, &renewed.tail.bytes].concat())
}

fn dss(bytes: &[u8]) -> Option<Dss> {
    Dss::read(&Document::parse(bytes).unwrap()).unwrap()
}

fn rule<T>(result: Result<T, Error>) -> &'static str {
    match result {
        Err(Error::Refused { rule, .. }) => rule.name(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("not refused"),
    }
}

fn assert_lasts(report: &Report, level: Level, name: &str) {
    for row in &report.signatures {
        assert_eq!(row.indication, Indication::TotalPassed, "{name}: {row:#?}");
        // A seal behind it is form filling to a leader's signature.
        assert!(row.modifications <= Modifications::FormFill && row.modifications_allowed, "{name}: {row:#?}");
        if row.kind == SignatureType::Signature {
            assert_eq!(row.level, level, "{name}: {row:#?}");
        }
    }
}

#[test]
fn every_level_on_every_shape_is_what_a_verifier_finds() {
    let services = Services::start(*keys::NOW);
    let identity = leader(&services);
    for (index, shape) in shapes::all().into_iter().enumerate() {
        let (level, found) = LEVELS[index % LEVELS.len()];
        let file = signed(&services, &shape.bytes, level, &identity).unwrap();
        assert!(file.starts_with(&shape.bytes));
        let report = verified(&services, &file);
        assert_lasts(&report, found, shape.name);
        let stamps = report.signatures.iter().filter(|row| row.kind == SignatureType::DocumentTimestamp).count();
        assert_eq!(stamps, usize::from(level == BaselineLevel::Lta), "{}", shape.name);
        assert_eq!(dss(&file).is_some(), level >= BaselineLevel::Lt);
    }
}

#[test]
fn encrypted_files_last_too() {
    let services = Services::start(*keys::NOW);
    let identity = leader(&services);
    for file in shapes::encrypted("").into_iter().skip(1).step_by(5) {
        let document = Document::parse_with_password(&file.bytes, Some(shapes::OWNER)).unwrap();
        let (signer, parameters) = (keys::signer(&identity), at(&services, BaselineLevel::Lta));
        let signed = kyso::sign(
            &document,
            &signer,
            &parameters,
            &kyso::SigningOptions::by(&policy(&services)).outside(services.outside()),
        )
        .unwrap();
        let bytes = signed.tail.after(&file.bytes);
        assert_lasts(&verified(&services, &bytes), Level::Lta, &file.name);
        // In the file it's encrypted like everything else.
        let evidence = dss(&bytes).unwrap().material;
        assert!(!evidence.ocsp_responses.is_empty() && !evidence.certificates.is_empty());
    }
}

/// A seal ends the document: DocMDP P=1 and all fields locked. Evidence and time-stamps may come all the same.
#[test]
fn a_sealed_document_is_extended_and_renewed() {
    let services = Services::start(*keys::NOW);
    let seal = services.world.issue(Profile::seal().key(KeyType::P256)).unwrap();
    let first = signed(&services, &shapes::plain(), BaselineLevel::T, &leader(&services)).unwrap();
    let document = Document::parse(&first).unwrap();
    let parameters = SignatureParameters::seal(services.world.now()).level(BaselineLevel::Lta);
    let signer = keys::signer(&seal);
    let sealed = kyso::seal(&document, &signer, &parameters, &policy(&services), &services.outside()).unwrap();
    let file = sealed.tail.after(&first);
    let fields = SignatureField::all(&Document::parse(&file).unwrap()).unwrap();
    let seal = fields.iter().find(|field| field.name == sealed.field).unwrap().value.clone().unwrap();
    assert_eq!(seal.docmdp(), Some(1));
    assert!(seal.references.iter().any(|one| matches!(one, MdpReference::FieldMdp(_))));
    let report = verified(&services, &file);
    assert_lasts(&report, Level::Lta, "sealed");
    assert_eq!(report.signatures[1].modifications, Modifications::Lta);
    // Leader and seal, two levels: no question was asked twice.
    let asked = services.fetched.borrow().clone();
    assert_eq!(asked.iter().collect::<HashSet<_>>().len(), asked.len());

    services.world.travel_to(services.world.now() + SignedDuration::from_hours(24 * 365 * 4));
    services.new_authority();
    let again = renewed(&services, &file).unwrap();
    assert_lasts(&verified(&services, &again), Level::Lta, "renewed");
}

/// A seal that came after the last document time-stamp brings no evidence about itself: a renewal fetches it, as extending does.
#[test]
fn a_renewal_fetches_what_a_later_signature_lacks() {
    let services = Services::start(*keys::NOW);
    let first = signed(&services, &shapes::plain(), BaselineLevel::Lta, &leader(&services)).unwrap();
    let seal = services.world.issue(Profile::seal().key(KeyType::P256)).unwrap();
    let document = Document::parse(&first).unwrap();
    for level in [BaselineLevel::B, BaselineLevel::T] {
        let (signer, name) = (keys::signer(&seal), level.name());
        let parameters = SignatureParameters::seal(services.world.now()).level(level);
        let sealed = kyso::seal(&document, &signer, &parameters, &policy(&services), &services.outside()).unwrap();
        let file = sealed.tail.after(&first);

        // Without anybody who fetches it nothing is given out.
        let whole = Document::parse(&file).unwrap();
        let alone = Outside::default().time_stamper(&services);
        let refused = kyso::renew(&whole, &policy(&services), &alone);
        assert!(matches!(refused, Err(Error::Parameters { name: Parameter::Fetcher, .. })), "{name}");
        // Nor where its place doesn't answer.
        services.down.borrow_mut().extend([path::OCSP, path::CRL]);
        let refused = kyso::renew(&whole, &policy(&services), &services.outside());
        assert!(matches!(refused, Err(Error::Outside { service: Service::Revocation, .. })), "{name}");
        services.down.borrow_mut().clear();

        let again = renewed(&services, &file).unwrap();
        let report = verified(&services, &again);
        assert_eq!(report.signatures.iter().filter(|row| row.kind == SignatureType::Signature).count(), 2, "{name}");
        assert_lasts(&report, Level::Lta, name);
    }
}

#[test]
fn nothing_is_written_twice_nor_fetched_twice() {
    let services = Services::start(*keys::NOW);
    let mut file = signed(&services, &shapes::plain(), BaselineLevel::Lta, &leader(&services)).unwrap();
    let asked = services.fetched.borrow().clone();
    assert_eq!(asked.iter().collect::<HashSet<_>>().len(), asked.len());
    // One OCSP answer each for the signer and the authority, one CRL for the CAs of both.
    let evidence = dss(&file).unwrap().material;
    assert_eq!((evidence.ocsp_responses.len(), evidence.crls.len()), (2, 1));
    let before = file.len();
    assert_eq!(extended(&services, &file, BaselineLevel::Lta).unwrap().len(), before);
    assert_eq!(extended(&services, &file, BaselineLevel::Lt).unwrap().len(), before);
    assert_eq!(services.fetched.borrow().len(), asked.len());
    for _ in 0..2 {
        services.world.travel_to(services.world.now() + SignedDuration::from_hours(24 * 30));
        file = renewed(&services, &file).unwrap();
    }
    let document = Document::parse(&file).unwrap();
    let mut seen = HashSet::new();
    let mut streams = 0;
    let dss = Dss::read(&document).unwrap().unwrap();
    for id in [dss.certificate_ids, dss.crl_ids, dss.ocsp_ids].concat() {
        let Object::Stream(stream) = document.object(id).unwrap() else { panic!("{id:?}") };
        assert_eq!(stream.dict.get(b"Filter").unwrap().as_name().unwrap(), b"FlateDecode");
        assert!(seen.insert(document.take_decoded(&mut stream.clone()).unwrap()), "{id:?} stands there twice");
        streams += 1;
    }
    assert_eq!(memchr_count(&file, b"/Filter /FlateDecode") + memchr_count(&file, b"/Filter/FlateDecode"), streams);
    assert!(dss.vri.is_empty());
}

fn memchr_count(bytes: &[u8], what: &[u8]) -> usize {
    bytes.windows(what.len()).filter(|window| *window == what).count()
}

#[test]
fn a_file_signed_elsewhere_is_raised_level_by_level() {
    let services = Services::start(*keys::NOW);
    let signer = keys::signer(&leader(&services));
    let parameters = SignatureParameters::leader(services.world.now());
    let plain = signing::sign(&shapes::plain(), &parameters, &signer);
    let mut file = plain.clone();
    for (level, found) in LEVELS {
        file = extended(&services, &file, level).unwrap();
        assert_lasts(&verified(&services, &file), found, level.name());
        let length = file.len();
        assert_eq!(extended(&services, &file, level).unwrap().len(), length, "{} is there", level.name());
    }
    for (level, found) in LEVELS {
        let direct = extended(&services, &plain, level).unwrap();
        assert!(direct.starts_with(&plain));
        assert_lasts(&verified(&services, &direct), found, level.name());
    }
    assert!(matches!(
        extended(&services, &plain, BaselineLevel::B),
        Err(Error::Parameters { name: Parameter::Level, .. })
    ));
}

#[test]
fn missing_issuers_are_fetched_and_responders_fall_back_to_lists() {
    let services = Services::start(*keys::NOW);
    let mut identity = leader(&services);
    // A card that brings its own certificate only.
    identity.chain_der.truncate(1);
    services.down.borrow_mut().push(path::OCSP);
    let file = signed(&services, &shapes::plain(), BaselineLevel::Lt, &identity).unwrap();
    let evidence = dss(&file).unwrap().material;
    assert!(evidence.crls.len() >= 2, "{}", evidence.crls.len());
    assert_lasts(&verified(&services, &file), Level::Lt, "fallback");
    services.down.borrow_mut().push(path::CRL);
    match signed(&services, &shapes::plain(), BaselineLevel::Lt, &identity) {
        Err(Error::Outside { tried, .. }) => assert_eq!(tried.len(), 2),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_time_stamp_that_lies_is_never_passed_off() {
    let services = Services::start(*keys::NOW);
    let identity = leader(&services);
    for fault in [
        TsaFault::WrongImprint,
        TsaFault::BadSignature,
        TsaFault::NoCertificates,
        TsaFault::NoToken,
        TsaFault::Rejection(14),
        TsaFault::GenTime("2001-01-01T00:00:00Z".parse().unwrap()),
    ] {
        let name = format!("{fault:?}");
        *services.fault.borrow_mut() = Some(fault);
        for level in [BaselineLevel::T, BaselineLevel::Lta] {
            let result = signed(&services, &shapes::plain(), level, &identity);
            assert!(matches!(result, Err(Error::Outside { .. })), "{name}");
        }
    }
    *services.fault.borrow_mut() = None;
    let document_bytes = shapes::plain();
    let document = Document::parse(&document_bytes).unwrap();
    let (signer, parameters) = (keys::signer(&identity), at(&services, BaselineLevel::T));
    assert!(matches!(
        kyso::sign(&document, &signer, &parameters, &kyso::SigningOptions::default()),
        Err(Error::Parameters { name: Parameter::Level, .. })
    ));
    let asked = *services.stamped.borrow();
    kyso::sign(&document, &signer, &at(&services, BaselineLevel::B), &kyso::SigningOptions::default()).unwrap();
    assert_eq!(*services.stamped.borrow(), asked);
}

/// Days may lie between the steps, and the time-stamp comes with the value.
#[test]
fn two_phases_reach_b_t() {
    let services = Services::start(*keys::NOW);
    let signer = keys::signer(&leader(&services));
    let bytes = shapes::plain();
    let document = Document::parse(&bytes).unwrap();
    let parameters = at(&services, BaselineLevel::T);
    let key = SigningKey::of(&signer);
    assert!(matches!(
        prepare(&document, key, &parameters, &kyso::SigningOptions::default()),
        Err(Error::Parameters { name: Parameter::Level, .. })
    ));
    let options = kyso::SigningOptions::default().outside(services.outside());
    let stored = serde_json::to_string(&prepare(&document, key, &parameters, &options).unwrap()).unwrap();

    let prepared: PreparedDocument = serde_json::from_str(&stored).unwrap();
    let value = signer.sign(prepared.to_be_signed()).unwrap();
    assert!(matches!(
        embed(&document, prepared.clone(), &value),
        Err(Error::Parameters { name: Parameter::Level, .. })
    ));
    let mut wrong = value.clone();
    wrong.0[10] ^= 1;
    let asked = *services.stamped.borrow();
    let embed_stamped = |prepared: PreparedDocument, value| {
        embed_with_time_stamp(&document, prepared, value, &policy(&services), &services.outside())
    };
    assert!(matches!(embed_stamped(prepared.clone(), &wrong), Err(Error::Signer { .. })));
    assert_eq!(*services.stamped.borrow(), asked, "nobody stamps what is no signature");
    let nobody = Outside::default();
    assert!(matches!(
        embed_with_time_stamp(&document, prepared.clone(), &value, &policy(&services), &nobody),
        Err(Error::Parameters { name: Parameter::Level, .. })
    ));
    // Whom the policy doesn't trust doesn't stamp.
    let mut stranger = policy(&services);
    stranger.anchors = Anchors::default();
    stranger.anchors.add(&kyso_testpki::TestPki::stranger(*keys::NOW).unwrap().root_der().unwrap()).unwrap();
    let refused = embed_with_time_stamp(&document, prepared.clone(), &value, &stranger, &services.outside());
    assert!(matches!(refused, Err(Error::Outside { service: Service::TimeStamp, .. })), "{refused:?}");
    let file = embed_stamped(prepared, &value).unwrap().tail.after(&bytes);
    assert_lasts(&verified(&services, &file), Level::T, "two phases");
}

#[test]
fn what_can_not_last_is_refused() {
    let services = Services::start(*keys::NOW);
    let identity = leader(&services);
    assert_eq!(rule(extended(&services, &shapes::plain(), BaselineLevel::Lta)), "extend.no-signature");
    let file = signed(&services, &shapes::plain(), BaselineLevel::T, &identity).unwrap();
    assert_eq!(rule(renewed(&services, &file)), "renew.nothing");

    // A changed byte of what is covered.
    let mut broken = file.clone();
    broken[20] ^= 1;
    if Document::parse(&broken).is_ok() {
        assert_eq!(rule(extended(&services, &broken, BaselineLevel::Lta)), "extend.broken");
    }
    let document = Document::parse(&file).unwrap();
    let nobody = Policy::at(services.world.now());
    let result = kyso::extend(&document, BaselineLevel::Lta, &nobody, &services.outside());
    assert_eq!(rule(result), "extend.no-path");
    let alone = Outside::default().time_stamper(&services);
    let result = kyso::extend(&document, BaselineLevel::Lt, &policy(&services), &alone);
    assert!(matches!(result, Err(Error::Parameters { name: Parameter::Fetcher, .. })));
    let alone = Outside::default().fetcher(&services);
    let result = kyso::extend(&document, BaselineLevel::Lta, &policy(&services), &alone);
    assert!(matches!(result, Err(Error::Parameters { name: Parameter::Level, .. })));

    let earlier = services.world.now() - SignedDuration::from_hours(48);
    services.world.register.revoke(&identity, earlier, Some(Reason::KeyCompromise));
    assert_eq!(rule(extended(&services, &file, BaselineLevel::Lt)), "extend.revoked");
    assert_eq!(rule(signed(&services, &shapes::plain(), BaselineLevel::Lta, &identity)), "extend.revoked");
}

#[test]
fn vri_is_written_where_it_is_asked_for() {
    let services = Services::start(*keys::NOW);
    let file = signed(&services, &shapes::plain(), BaselineLevel::T, &leader(&services)).unwrap();
    let with_vri = |bytes: &[u8], level| {
        let parameters = ExtendParameters::to(Goal::Every(level)).vri(true);
        let document = Document::parse(bytes).unwrap();
        kyso::extend(&document, parameters, &policy(&services), &services.outside()).unwrap().tail.after(bytes)
    };
    let lt = with_vri(&file, BaselineLevel::Lt);
    assert_eq!(dss(&lt).unwrap().vri.len(), 1);
    assert_eq!(with_vri(&lt, BaselineLevel::Lt).len(), lt.len(), "it's there");
    let file = with_vri(&file, BaselineLevel::Lta);
    assert_lasts(&verified(&services, &file), Level::Lta, "VRI");
    let dss = dss(&file).unwrap();
    assert_eq!(dss.vri.len(), 1);
    let (key, vri) = dss.vri.first_key_value().unwrap();
    assert!(key.len() == 40 && dss.ocsp_ids.iter().any(|id| vri.ids.contains(id)));
    let all = dss.material.certificates.iter().map(|der| Certificate::parse(der).unwrap());
    assert!(all.into_iter().any(|certificate| certificate.is_self_issued()), "the anchor stands there too");

    let mut parameters = at(&services, BaselineLevel::Lt);
    parameters.vri = true;
    let (signer, bytes) = (keys::signer(&leader(&services)), shapes::plain());
    let document = Document::parse(&bytes).unwrap();
    let signed = kyso::sign(
        &document,
        &signer,
        &parameters,
        &kyso::SigningOptions::by(&policy(&services)).outside(services.outside()),
    )
    .unwrap();
    let signed = signed.tail.after(&bytes);
    assert_lasts(&verified(&services, &signed), Level::Lt, "signed with VRI");
    assert_eq!(self::dss(&signed).unwrap().vri.len(), 1);
}
