//! Sources outside whose answers don't serve: the next one is asked, the failure of each is named, and what is given out
//! verifies at the level that was asked for, by the policy that it was made by.

use jiff::{SignedDuration, Timestamp};
use kyso::error::{Service, Tried};
use kyso::pki::Certificate;
use kyso::pki::revocation::Archive;
use kyso::validate::{Level, SignatureType};
use kyso::{BaselineLevel, Code, Document, Error, Indication, Material, Policy, SignatureParameters, SubIndication};
use kyso_connect::Cache;
use kyso_testpki::{
    Addresses, Ca, CrlEntry, CrlProfile, Digest, Endpoint, Fault, Identity, KeyType, OcspFault, OcspResponder, Profile,
    Register, Scope, Tsa, TsaFault, World, path,
};
use kyso_tests::attacks::base;
use kyso_tests::connected::{Connected, policy};
use kyso_tests::keys;
use kyso_words::Words;

const LASTING: [(BaselineLevel, Level); 2] = [(BaselineLevel::Lt, Level::Lt), (BaselineLevel::Lta, Level::Lta)];
const ALL: [(BaselineLevel, Level); 3] =
    [(BaselineLevel::T, Level::T), (BaselineLevel::Lt, Level::Lt), (BaselineLevel::Lta, Level::Lta)];
/// Where an authority is served that doesn't serve.
const BAD_TSA: &str = "/bad-tsa";

fn world() -> World {
    World::start(*keys::NOW).unwrap()
}

fn leader(world: &World) -> Identity {
    world.issue(Profile::leader().key(KeyType::P256)).unwrap()
}

fn hours(world: &World, hours: i64) -> Timestamp {
    world.now() + SignedDuration::from_hours(hours)
}

fn minutes(world: &World, minutes: i64) -> Timestamp {
    world.now() + SignedDuration::from_mins(minutes)
}

fn signed_by(
    policy: &Policy,
    connected: &Connected,
    identity: &Identity,
    level: BaselineLevel,
) -> Result<Vec<u8>, Error> {
    let bytes = base::unsigned();
    let parameters = SignatureParameters::leader(policy.time).level(level);
    let document = Document::parse(&bytes).unwrap();
    let signed = kyso::sign(
        &document,
        &keys::signer(identity),
        &parameters,
        &kyso::SigningOptions::by(policy).outside(connected.outside()),
    )?
    .tail
    .after(&bytes);
    Ok(signed)
}

fn signed(world: &World, identity: &Identity, level: BaselineLevel) -> Result<Vec<u8>, Error> {
    signed_by(&policy(world), &Connected::to(world), identity, level)
}

fn renewed(world: &World, connected: &Connected, bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let document = Document::parse(bytes).unwrap();
    Ok(kyso::renew(&document, &policy(world), &connected.outside())?.tail.after(bytes))
}

fn extended(world: &World, connected: &Connected, bytes: &[u8], to: BaselineLevel) -> Result<Vec<u8>, Error> {
    let document = Document::parse(bytes).unwrap();
    Ok(kyso::extend(&document, to, &policy(world), &connected.outside())?.tail.after(bytes))
}

/// The file has the level, and passes at it by the policy that it was made by: at B-T as far as that needs no evidence.
#[track_caller]
fn assert_reached(world: &World, bytes: &[u8], level: Level, name: &str) {
    let report = kyso::verify(bytes, &policy(world)).unwrap();
    for row in &report.signatures {
        if level != Level::T {
            assert_eq!(row.indication, Indication::TotalPassed, "{name}: {row:#?}");
        }
        if row.kind == SignatureType::Signature {
            assert_eq!(row.level, level, "{name}: {row:#?}");
        }
    }
}

#[track_caller]
fn tried(result: Result<Vec<u8>, Error>, name: &str) -> (Service, Vec<Tried>) {
    match result {
        Err(Error::Outside { service, tried }) => (service, tried),
        other => panic!("{name}: {other:?}"),
    }
}

#[track_caller]
fn assert_named(tried: &[Tried], url: &str, words: &str, name: &str) {
    let one = tried.iter().find(|one| one.url == url).unwrap_or_else(|| panic!("{name}: {url}: {tried:?}"));
    let said = Words::neutral(kyso::Language::English).failed(&one.why);
    assert!(said.contains(words), "{name}: {tried:?}");
    let [vietnamese, english] =
        [kyso::Language::Vietnamese, kyso::Language::English].map(|language| Words::neutral(language).failed(&one.why));
    assert!(!vietnamese.is_empty() && vietnamese != english, "{name}: {tried:?}");
}

/// A CA, with the places where it tells what it revoked.
#[derive(Clone, Copy)]
struct Place<'w> {
    world: &'w World,
    ca: &'w Ca,
    register: &'w Register,
    ocsp: &'static str,
}

impl Place<'_> {
    fn responder(&self, profile: Profile) -> OcspResponder {
        let usual = (hours(self.world, -24), hours(self.world, 24 * 365));
        let (from, to) = profile.validity.unwrap_or(usual);
        let identity = self.ca.issue(&profile.name("OCSP KHÁC THỬ NGHIỆM").valid(from, to)).unwrap();
        OcspResponder::new(self.ca, self.register, identity)
    }

    fn serve(&self, responder: OcspResponder) {
        self.world.server.serve(self.ocsp, Endpoint::Ocsp(responder));
    }

    fn fault(&self, fault: OcspFault) {
        self.world.server.fault(self.ocsp, Some(Fault::Ocsp(fault)));
    }
}

/// Something wrong with a source: its name, how it comes about, and what the message says.
type Wrong = (&'static str, Box<dyn Fn(Place<'_>)>, &'static str);

fn wrong_ocsp() -> Vec<Wrong> {
    fn one(name: &'static str, make: impl Fn(Place<'_>) + 'static, words: &'static str) -> Wrong {
        (name, Box::new(make), words)
    }
    let delegate = Profile::ocsp_responder;
    vec![
        one(
            "a delegate that expired",
            move |at| at.serve(at.responder(delegate().valid(hours(at.world, -48), hours(at.world, -24)))),
            "outside of its signer's validity",
        ),
        one(
            "a delegate that isn't valid yet",
            move |at| at.serve(at.responder(delegate().valid(hours(at.world, 24), hours(at.world, 48)))),
            "outside of its signer's validity",
        ),
        one(
            "a delegate that isn't one",
            move |at| at.serve(at.responder(delegate().extended_key_usage(vec!["1.3.6.1.5.5.7.3.4"], false))),
            "no right to",
        ),
        one(
            "a delegate of another CA",
            move |at| {
                let identity = at.world.root.issue(&delegate()).unwrap();
                at.serve(OcspResponder::new(at.ca, at.register, identity));
            },
            "no right to",
        ),
        one(
            "a delegate whose own list is dead",
            move |at| {
                let profile = delegate().ocsp_no_check(false).crl(at.world.server.url("/dead.crl"));
                at.serve(at.responder(profile));
            },
            "/dead.crl",
        ),
        one(
            "a delegate that was revoked",
            move |at| {
                let own = at.world.server.url("/delegates.crl");
                let responder = at.responder(delegate().ocsp_no_check(false).crl(&own));
                let entries = vec![CrlEntry::of(&responder.identity, hours(at.world, -1), None)];
                // It speaks of those alone who name it.
                let scope = Scope { point: Some(own), ..Scope::default() };
                let list = CrlProfile::at(at.world.now()).entries(entries).scope(scope);
                let list = Endpoint::Bytes("application/pkix-crl", at.ca.crl(&list).unwrap());
                at.world.server.serve("/delegates.crl", list);
                at.serve(responder);
            },
            "revoked",
        ),
        one(
            "SHA-1",
            move |at| {
                let mut responder = at.responder(delegate());
                responder.digest = Digest::Sha1;
                at.serve(responder);
            },
            "SHA-1",
        ),
        one("RSA with 1024 bits", move |at| at.serve(at.responder(delegate().key(KeyType::Rsa(1024)))), "RSA 1024"),
        one("an hour ahead", |at| at.fault(OcspFault::HoursAgo(-1)), "future"),
        one("past its next update", |at| at.fault(OcspFault::HoursAgo(100)), "too old"),
        one("unknown", |at| at.fault(OcspFault::Unknown), "doesn't know"),
        one("another serial number", |at| at.fault(OcspFault::WrongSerial), "another certificate"),
        one("a critical extension", |at| at.fault(OcspFault::UnknownCriticalExtension), "critical extension"),
        one("a wrong signature", |at| at.fault(OcspFault::BadSignature), "signature"),
        one("no certificate", |at| at.fault(OcspFault::NoCertificates), "isn't known"),
        one("try later", |at| at.fault(OcspFault::Status(3)), "tryLater"),
    ]
}

#[test]
fn a_list_serves_in_place_of_an_ocsp_answer_that_doesnt() {
    for (index, (name, make, words)) in wrong_ocsp().into_iter().enumerate() {
        let world = world();
        let leader = leader(&world);
        make(Place { world: &world, ca: &world.issuing, register: &world.register, ocsp: path::OCSP });
        let (level, found) = LASTING[index % LASTING.len()];
        let file = signed(&world, &leader, level).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_reached(&world, &file, found, name);
        assert_eq!(world.server.count(path::CRL), 1, "{name}");

        // Alone, it's refused, and named.
        world.server.fault(path::CRL, Some(Fault::Status(503)));
        let (service, tried) = tried(signed(&world, &leader, level), name);
        assert_eq!(service, Service::Revocation, "{name}");
        assert_named(&tried, &world.server.url(path::OCSP), words, name);
        assert_named(&tried, &world.server.url(path::CRL), "503", name);
    }
}

#[test]
fn the_second_responder_serves_in_place_of_the_first() {
    for (name, make, _) in wrong_ocsp() {
        let world = world();
        let bad = "/bad-ocsp";
        world.server.serve(bad, Endpoint::Ocsp(world.responder.clone()));
        make(Place { world: &world, ca: &world.issuing, register: &world.register, ocsp: bad });
        let addresses = Addresses {
            ocsp: Some(world.server.url(bad)),
            further_ocsp: vec![world.server.url(path::OCSP)],
            ..Addresses::default()
        };
        let leader = world.issue(Profile::leader().key(KeyType::P256).addresses(addresses)).unwrap();
        let file = signed(&world, &leader, BaselineLevel::Lt).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_reached(&world, &file, Level::Lt, name);
    }
}

/// Whoever answers for a certificate doesn't answer for its own.
#[test]
fn a_certificate_doesnt_vouch_for_itself() {
    let world = world();
    let profile = Profile::leader().key(KeyType::P256).extended_key_usage(vec!["1.3.6.1.5.5.7.3.9"], false);
    let leader = world.issue(profile).unwrap();
    let itself = OcspResponder::new(&world.issuing, &world.register, leader.clone());
    world.server.serve(path::OCSP, Endpoint::Ocsp(itself));
    let file = signed(&world, &leader, BaselineLevel::Lt).unwrap();
    assert_reached(&world, &file, Level::Lt, "by the list");
    world.server.fault(path::CRL, Some(Fault::HangUp));
    let (_, tried) = tried(signed(&world, &leader, BaselineLevel::Lt), "alone");
    assert_named(&tried, &world.server.url(path::OCSP), "speaks of itself", "alone");
}

fn wrong_lists(world: &World) -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let (ca, now) = (&world.issuing, world.now());
    let list = |profile: CrlProfile| ca.crl(&profile).unwrap();
    let scoped = |scope: Scope| list(CrlProfile::at(now).scope(scope));
    let forger = ca.impostor().unwrap().identity().unwrap().key;
    vec![
        ("an hour ahead", list(CrlProfile::at(hours(world, 1))), "future"),
        ("past its next update", list(CrlProfile::at(hours(world, -200))), "too old"),
        ("old, and without a next update", list(CrlProfile::at(hours(world, -2)).next_update(None)), "too old"),
        ("SHA-1", list(CrlProfile { digest: Digest::Sha1, ..CrlProfile::at(now) }), "SHA-1"),
        (
            "a critical extension",
            list(CrlProfile { unknown_critical_extension: true, ..CrlProfile::at(now) }),
            "critical extension",
        ),
        ("indirect", scoped(Scope { indirect: true, ..Scope::default() }), "indirect"),
        ("of CAs alone", scoped(Scope { only_ca: true, ..Scope::default() }), "cover"),
        ("of some reasons", scoped(Scope { reasons: Some(0x40), ..Scope::default() }), "cover"),
        (
            "of another partition",
            scoped(Scope { point: Some("http://other/part.crl".into()), ..Scope::default() }),
            "cover",
        ),
        ("a delta", list(CrlProfile { base: Some(1), ..CrlProfile::at(now) }), "delta"),
        ("another issuer's", world.tsa_ca.crl(&CrlProfile::at(now)).unwrap(), "another issuer"),
        ("forged", ca.crl_signed_with(&CrlProfile::at(now), &forger).unwrap(), "signature"),
        ("no list", b"<p>no list</p>".to_vec(), ""),
    ]
}

#[test]
fn each_distribution_point_is_asked() {
    let world = world();
    let (bad, good) = ("/bad.crl", world.server.url(path::CRL));
    let first = Addresses { crl: Some(world.server.url(bad)), ..Addresses::default() };
    let both = Addresses { further_crls: vec![good], ..first.clone() };
    let issue = |addresses| world.issue(Profile::leader().key(KeyType::P256).addresses(addresses)).unwrap();
    let (alone, both) = (issue(first), issue(both));
    for (index, (name, list, words)) in wrong_lists(&world).into_iter().enumerate() {
        world.server.serve(bad, Endpoint::Bytes("application/pkix-crl", list));
        let (level, found) = LASTING[index % LASTING.len()];
        let file = signed(&world, &both, level).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_reached(&world, &file, found, name);
        let (service, tried) = tried(signed(&world, &alone, level), name);
        assert_eq!(service, Service::Revocation, "{name}");
        assert_named(&tried, &world.server.url(bad), words, name);
    }
}

/// What was fetched and refused lies in no directory, and what lies there is judged again.
#[test]
fn a_refused_answer_is_never_kept() {
    for (name, make, _) in wrong_ocsp() {
        let world = world();
        let leader = leader(&world);
        let place = Place { world: &world, ca: &world.issuing, register: &world.register, ocsp: path::OCSP };
        make(place);
        world.server.fault(path::CRL, Some(Fault::Status(503)));
        let directory = tempfile::tempdir().unwrap();
        let connected = || Connected::by(&world, &[path::TSA], Cache::in_directory(directory.path()).unwrap());
        assert!(signed_by(&policy(&world), &connected(), &leader, BaselineLevel::Lt).is_err(), "{name}");
        for file in std::fs::read_dir(directory.path()).unwrap() {
            let kept = std::fs::read(file.unwrap().path()).unwrap();
            let archive = Archive::new(&Material { ocsp_responses: vec![kept], ..Material::default() });
            let [of, issuer] =
                [&leader.certificate_der, &world.issuing.der().unwrap()].map(|der| Certificate::parse(der).unwrap());
            assert!(archive.of(&of, &issuer).evidence.is_empty(), "{name}");
        }
        world.server.fault(path::OCSP, None);
        place.serve(world.responder.clone());
        let file = signed_by(&policy(&world), &connected(), &leader, BaselineLevel::Lt).unwrap();
        assert_reached(&world, &file, Level::Lt, name);
        // Now it's kept, and asked for no more.
        world.server.fault(path::OCSP, Some(Fault::Status(503)));
        signed_by(&policy(&world), &connected(), &leader, BaselineLevel::Lt).unwrap();
    }
}

/// An authority that doesn't serve: its name, how it's made, from which level on, and what the message says.
type WrongAuthority = (&'static str, fn(&World), BaselineLevel, &'static str);

fn install(world: &World, tsa: Tsa) {
    world.server.serve(BAD_TSA, Endpoint::TimeStamps(tsa));
}

fn tsa(world: &World) -> Tsa {
    world.tsa(Profile::tsa()).unwrap()
}

/// One whose evidence lies elsewhere.
fn tsa_at(world: &World, crl: &str) -> Tsa {
    let addresses = Addresses {
        crl: Some(world.server.url(crl)),
        ca_issuers: Some(world.server.url(path::TSA_ISSUER)),
        ..Addresses::default()
    };
    let profile = Profile::tsa().valid(hours(world, -24), hours(world, 24 * 365)).addresses(addresses);
    Tsa::new(world.tsa_ca.issue(&profile).unwrap())
}

fn list_for_tsa(world: &World, profile: CrlProfile) {
    let list = world.tsa_ca.crl(&profile).unwrap();
    world.server.serve("/own.crl", Endpoint::Bytes("application/pkix-crl", list));
    install(world, tsa_at(world, "/own.crl"));
}

const WRONG_AUTHORITIES: [WrongAuthority; 13] = [
    (
        "SHA-1",
        |world| {
            let mut tsa = tsa(world);
            tsa.digest = Digest::Sha1;
            install(world, tsa);
        },
        BaselineLevel::T,
        "SHA-1",
    ),
    (
        "RSA with 1024 bits",
        |world| install(world, world.tsa(Profile::tsa().key(KeyType::Rsa(1024))).unwrap()),
        BaselineLevel::T,
        "RSA 1024",
    ),
    (
        "a certificate signed with SHA-1",
        |world| install(world, world.tsa(Profile::tsa().digest(Digest::Sha1)).unwrap()),
        BaselineLevel::T,
        "SHA-1",
    ),
    (
        "a clock ten minutes ahead",
        |world| {
            install(world, tsa(world));
            world.server.fault(BAD_TSA, Some(Fault::Tsa(TsaFault::GenTime(minutes(world, 10)))));
        },
        BaselineLevel::T,
        "10 minutes ahead",
    ),
    (
        "a clock ten minutes behind",
        |world| {
            install(world, tsa(world));
            world.server.fault(BAD_TSA, Some(Fault::Tsa(TsaFault::GenTime(minutes(world, -10)))));
        },
        BaselineLevel::T,
        "10 minutes behind",
    ),
    (
        "a purpose that isn't critical",
        |world| {
            let profile = Profile::tsa().extended_key_usage(vec!["1.3.6.1.5.5.7.3.8"], false);
            install(world, world.tsa(profile).unwrap());
        },
        BaselineLevel::T,
        "time-stamping alone",
    ),
    ("a root that nobody trusts", |world| install(world, other_world_tsa(world)), BaselineLevel::T, "trust"),
    (
        "revoked",
        |world| {
            let tsa = tsa(world);
            world.tsa_register.revoke(&tsa.identity, hours(world, -1), None);
            install(world, tsa);
        },
        BaselineLevel::Lt,
        "revoked",
    ),
    ("a list that is dead", |world| install(world, tsa_at(world, "/dead.crl")), BaselineLevel::Lt, "/dead.crl"),
    (
        "a list that is over",
        |world| list_for_tsa(world, CrlProfile::at(hours(world, -200))),
        BaselineLevel::Lt,
        "too old",
    ),
    (
        "a list from the future",
        |world| list_for_tsa(world, CrlProfile::at(hours(world, 2))),
        BaselineLevel::Lt,
        "future",
    ),
    (
        "a list signed with SHA-1",
        |world| list_for_tsa(world, CrlProfile { digest: Digest::Sha1, ..CrlProfile::at(world.now()) }),
        BaselineLevel::Lt,
        "SHA-1",
    ),
    (
        "a list of other certificates",
        |world| {
            let scope = Scope { only_ca: true, ..Scope::default() };
            list_for_tsa(world, CrlProfile::at(world.now()).scope(scope));
        },
        BaselineLevel::Lt,
        "cover",
    ),
];

fn other_world_tsa(world: &World) -> Tsa {
    let other = kyso_testpki::TestPki::stranger(world.now()).unwrap();
    Tsa::new(other.issue(Profile::tsa()).unwrap())
}

#[test]
fn the_next_authority_stamps_in_place_of_one_that_doesnt_serve() {
    for (name, make, from, words) in WRONG_AUTHORITIES {
        let world = world();
        let leader = leader(&world);
        make(&world);
        for (level, found) in ALL.into_iter().filter(|(level, _)| *level >= from) {
            let both = Connected::by(&world, &[BAD_TSA, path::TSA], Cache::new());
            let file = signed_by(&policy(&world), &both, &leader, level)
                .unwrap_or_else(|error| panic!("{name}, {level:?}: {error}"));
            assert_reached(&world, &file, found, name);

            let alone = Connected::by(&world, &[BAD_TSA], Cache::new());
            let (service, tried) = tried(signed_by(&policy(&world), &alone, &leader, level), name);
            assert_eq!(service, Service::TimeStamp, "{name}");
            assert_named(&tried, &world.server.url(BAD_TSA), words, name);
        }
    }
}

#[test]
fn extending_and_renewing_ask_the_next_authority_too() {
    for (name, make, ..) in WRONG_AUTHORITIES {
        let world = world();
        let leader = leader(&world);
        make(&world);
        let file = signed(&world, &leader, BaselineLevel::Lta).unwrap();
        let both = Connected::by(&world, &[BAD_TSA, path::TSA], Cache::new());
        let alone = Connected::by(&world, &[BAD_TSA], Cache::new());
        let again = renewed(&world, &both, &file).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_reached(&world, &again, Level::Lta, name);
        let (_, failed) = tried(renewed(&world, &alone, &file), name);
        assert_named(&failed, &world.server.url(BAD_TSA), "", name);

        let plain = signed(&world, &leader, BaselineLevel::B).unwrap();
        let raised = extended(&world, &both, &plain, BaselineLevel::Lta).unwrap();
        assert_reached(&world, &raised, Level::Lta, name);
        let (_, failed) = tried(extended(&world, &alone, &plain, BaselineLevel::Lta), name);
        assert_named(&failed, &world.server.url(BAD_TSA), "", name);
    }
}

/// A token from before one that the file has already contradicts it.
#[test]
fn an_authority_whose_time_contradicts_the_file_is_passed_over() {
    let at = |world: &World, ahead| {
        install(world, tsa(world));
        world.server.fault(BAD_TSA, Some(Fault::Tsa(TsaFault::GenTime(minutes(world, ahead)))));
    };
    let by = |world: &World, authorities: &[&str]| Connected::by(world, authorities, Cache::new());
    for level in [BaselineLevel::T, BaselineLevel::Lta] {
        let world = world();
        let leader = leader(&world);
        at(&world, 4);
        let ahead = by(&world, &[BAD_TSA]);
        let file = signed_by(&policy(&world), &ahead, &leader, level).unwrap();
        at(&world, -4);
        let (both, alone) = (by(&world, &[BAD_TSA, path::TSA]), by(&world, &[BAD_TSA]));
        let sealed = |connected: &Connected| match level {
            BaselineLevel::Lta => renewed(&world, connected, &file),
            _ => extended(&world, connected, &file, BaselineLevel::Lta),
        };
        assert_reached(&world, &sealed(&both).unwrap(), Level::Lta, "both");
        let (service, tried) = tried(sealed(&alone), "alone");
        assert_eq!(service, Service::TimeStamp);
        assert_named(&tried, &world.server.url(BAD_TSA), "is before", "alone");
    }
}

/// Where nobody is trusted, what needs no trust is looked at all the same.
#[test]
fn without_trust_a_time_stamp_must_still_be_strong_and_in_time() {
    for (name, make, from, words) in WRONG_AUTHORITIES {
        let world = world();
        let leader = leader(&world);
        make(&world);
        let nobody = Policy::at(world.now());
        let alone = Connected::by(&world, &[BAD_TSA], Cache::new());
        let result = signed_by(&nobody, &alone, &leader, BaselineLevel::T);
        if from == BaselineLevel::T && name != "a root that nobody trusts" {
            assert_named(&tried(result, name).1, &world.server.url(BAD_TSA), words, name);
        } else {
            assert_reached(&world, &result.unwrap_or_else(|error| panic!("{name}: {error}")), Level::T, name);
        }
    }
}

/// An authority may leave its CA's certificate out: at B-T too it's got where it's published.
#[test]
fn an_authority_needs_to_bring_no_more_than_its_own_certificate() {
    let world = world();
    let mut bare = tsa(&world);
    bare.certificates.truncate(1);
    install(&world, bare);
    let leader = leader(&world);
    for (level, found) in ALL {
        let connected = Connected::by(&world, &[BAD_TSA], Cache::new());
        let file = signed_by(&policy(&world), &connected, &leader, level).unwrap();
        assert_reached(&world, &file, found, "bare");
    }
}

/// The signer's own certificate is nobody else's fault.
#[test]
fn what_is_wrong_with_the_signers_certificate_isnt_blamed_on_an_authority() {
    let world = world();
    let stranger = kyso_testpki::TestPki::stranger(world.now()).unwrap();
    let stranger = stranger.issue(Profile::leader().key(KeyType::P256)).unwrap();
    assert_reached(&world, &signed(&world, &stranger, BaselineLevel::T).unwrap(), Level::T, "B-T asks nothing of it");
    match signed(&world, &stranger, BaselineLevel::Lt) {
        Err(Error::Refused { rule: Code::ExtendNoPath, .. }) => {}
        other => panic!("{other:?}"),
    }
    let weak = world.issue(Profile::leader().key(KeyType::P256).digest(Digest::Sha1)).unwrap();
    match signed(&world, &weak, BaselineLevel::Lta) {
        Err(error @ Error::Refused { rule: Code::ExtendNotAttained, .. }) => {
            assert!(error.to_string().contains("SHA-1") && error.to_string().contains("Nguyễn Văn Mẫu"), "{error}");
        }
        other => panic!("{other:?}"),
    }
}

/// A list that was in effect when the signature was stamped, or was issued later, is what validation takes: its next update
/// may have passed since.
#[test]
fn a_list_from_after_the_time_stamp_serves_though_it_is_over() {
    let world = world();
    let leader = leader(&world);
    let file = signed(&world, &leader, BaselineLevel::T).unwrap();
    let list = world.issuing.crl(&CrlProfile::at(hours(&world, 24))).unwrap();
    world.server.serve(path::CRL, Endpoint::Bytes("application/pkix-crl", list));
    world.server.fault(path::OCSP, Some(Fault::HangUp));
    world.travel_to(hours(&world, 24 * 10));
    let connected = Connected::to(&world);
    let file = extended(&world, &connected, &file, BaselineLevel::Lt).unwrap();
    assert_reached(&world, &file, Level::Lt, "over since");

    // One that was over before the signature was stamped says nothing of it.
    let old = world.issuing.crl(&CrlProfile::at(hours(&world, -24 * 20))).unwrap();
    world.server.serve(path::CRL, Endpoint::Bytes("application/pkix-crl", old));
    let late = signed(&world, &leader, BaselineLevel::T).unwrap();
    let (_, tried) = tried(extended(&world, &Connected::to(&world), &late, BaselineLevel::Lt), "over before");
    assert_named(&tried, &world.server.url(path::CRL), "too old", "over before");
}

/// How evidence comes anew.
type Anew = (&'static str, fn(Place<'_>));

/// A delegate's certificate ends, and nothing proves that it was there before: its answer doesn't serve any longer, and
/// evidence is asked for anew, wherever it's needed.
#[test]
fn evidence_whose_signer_has_come_to_its_end_is_asked_for_anew() {
    let ways: [Anew; 3] = [
        ("by the next delegate", |at| at.serve(at.responder(Profile::ocsp_responder()))),
        ("by a new list", |at| at.fault(OcspFault::Status(6))),
        ("by a list from before the answer", |at| {
            at.fault(OcspFault::Status(6));
            let list = at.ca.crl(&CrlProfile::at(hours(at.world, -2))).unwrap();
            at.world.server.serve(path::CRL, Endpoint::Bytes("application/pkix-crl", list));
        }),
    ];
    for (name, make) in ways {
        let world = world();
        let leader = leader(&world);
        let place = Place { world: &world, ca: &world.issuing, register: &world.register, ocsp: path::OCSP };
        let short = Profile::ocsp_responder().valid(hours(&world, -24), minutes(&world, 10));
        place.serve(place.responder(short));
        let file = signed(&world, &leader, BaselineLevel::Lt).unwrap();
        assert_reached(&world, &file, Level::Lt, "before");
        let sealed_before = signed(&world, &leader, BaselineLevel::Lta).unwrap();
        let seal = world.issue(Profile::seal().key(KeyType::P256)).unwrap();
        let later = {
            let document = Document::parse(&sealed_before).unwrap();
            let parameters = SignatureParameters::seal(world.now()).level(BaselineLevel::Lt);
            let (policy, signer, connected) = (policy(&world), keys::signer(&seal), Connected::to(&world));
            let sealed = kyso::seal(&document, &signer, &parameters, &policy, &connected.outside()).unwrap();
            sealed.tail.after(&sealed_before)
        };

        world.travel_to(minutes(&world, 20));
        let verdict = |file: &[u8], policy: &Policy| kyso::verify(file, policy).unwrap().signatures.remove(0);
        let row = verdict(&file, &policy(&world));
        assert_eq!(row.sub_indication, Some(SubIndication::RevocationOutOfBoundsNoPoe), "{name}: {row:#?}");
        make(place);

        let document = Document::parse(&file).unwrap();
        let connected = Connected::to(&world);
        let mut online = policy(&world);
        let gathered = kyso::gather(&document, &online, connected.outside().fetcher.unwrap()).unwrap();
        online.material.merge(gathered.material);
        let row = verdict(&file, &online);
        assert_eq!(row.indication, Indication::TotalPassed, "{name}: {row:#?}");

        // A renewal sees to a seal that came after the last document time-stamp too.
        let again = renewed(&world, &Connected::to(&world), &later).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_reached(&world, &again, Level::Lta, name);

        for (to, level) in LASTING {
            let again = extended(&world, &Connected::to(&world), &file, to).unwrap();
            assert!(again.len() > file.len(), "{name}");
            assert_reached(&world, &again, level, name);
            // Now it has what it needs.
            let length = again.len();
            assert_eq!(extended(&world, &Connected::to(&world), &again, to).unwrap().len(), length, "{name}");
        }
        let parameters = SignatureParameters::seal(world.now());
        let (policy_now, signer) = (policy(&world), keys::signer(&seal));
        kyso::seal(&document, &signer, &parameters, &policy_now, &Connected::to(&world).outside())
            .unwrap_or_else(|error| panic!("{name}: {error}"));

        // What a time-stamp covered in time stays proven, and nobody is asked.
        world.server.reset_counts();
        let length = sealed_before.len();
        let connected = Connected::to(&world);
        assert_eq!(extended(&world, &connected, &sealed_before, BaselineLevel::Lta).unwrap().len(), length, "{name}");
        assert_eq!(world.server.count(path::OCSP) + world.server.count(path::CRL), 0, "{name}");
        assert_reached(&world, &sealed_before, Level::Lta, name);
    }
}

/// A list of so many bytes, but a few.
fn list_of(world: &World, ca: &Ca, bytes: usize) -> Vec<u8> {
    let entry = |number: usize| CrlEntry {
        serial: [&[0x55; 1000], number.to_be_bytes().as_slice()].concat(),
        at: hours(world, -24),
        reason: None,
        invalid_since: None,
    };
    let one = |count: usize| ca.crl(&CrlProfile::at(world.now()).entries((0..count).map(entry).collect())).unwrap();
    let (few, more) = (one(1000).len(), one(2000).len());
    let list = one(bytes.saturating_sub(few) * 1000 / (more - few) + 1000);
    assert!(list.len().abs_diff(bytes) < 2048, "{} {bytes}", list.len());
    list
}

#[test]
fn a_list_up_to_the_bound_is_read_back_after_every_renewal() {
    let world = world();
    let addresses = Addresses { crl: Some(world.server.url("/large.crl")), ..Addresses::default() };
    let leader = world.issue(Profile::leader().key(KeyType::P256).addresses(addresses)).unwrap();
    let list = list_of(&world, &world.issuing, (16 << 20) - 4096);
    world.server.serve("/large.crl", Endpoint::Bytes("application/pkix-crl", list));
    let mut file = signed(&world, &leader, BaselineLevel::Lta).unwrap();
    assert_reached(&world, &file, Level::Lta, "signed");
    for _ in 0..2 {
        world.travel_to(hours(&world, 24));
        file = renewed(&world, &Connected::to(&world), &file).unwrap();
    }
    assert_reached(&world, &file, Level::Lta, "renewed");
    let length = file.len();
    assert_eq!(extended(&world, &Connected::to(&world), &file, BaselineLevel::Lta).unwrap().len(), length);
}

#[test]
fn a_list_above_the_bound_is_refused_and_the_next_source_asked() {
    let world = world();
    let first = Addresses { crl: Some(world.server.url("/large.crl")), ..Addresses::default() };
    let both = Addresses { further_crls: vec![world.server.url(path::CRL)], ..first.clone() };
    let issue = |addresses| world.issue(Profile::leader().key(KeyType::P256).addresses(addresses)).unwrap();
    let (alone, both) = (issue(first), issue(both));
    let list = list_of(&world, &world.issuing, (16 << 20) + 4096);
    world.server.serve("/large.crl", Endpoint::Bytes("application/pkix-crl", list));
    assert_reached(&world, &signed(&world, &both, BaselineLevel::Lt).unwrap(), Level::Lt, "the second");
    let (_, failed) = tried(signed(&world, &alone, BaselineLevel::Lt), "alone");
    assert_named(&failed, &world.server.url("/large.crl"), "larger than the limit", "alone");

    // Each for itself is within the bound; together they are more than a file may hold.
    for (path, ca) in [("/large.crl", &world.issuing), ("/own.crl", &world.tsa_ca)] {
        world.server.serve(path, Endpoint::Bytes("application/pkix-crl", list_of(&world, ca, 11 << 20)));
    }
    install(&world, tsa_at(&world, "/own.crl"));
    let connected = Connected::by(&world, &[BAD_TSA], Cache::new());
    let (_, failed) = tried(signed_by(&policy(&world), &connected, &alone, BaselineLevel::Lt), "together");
    assert_named(&failed, &world.server.url("/large.crl"), "a smaller CRL", "together");
    let file = signed_by(&policy(&world), &connected, &both, BaselineLevel::Lt).unwrap();
    assert_reached(&world, &file, Level::Lt, "the second, together");
}
