//! Evidence of every kind: what is taken is what somebody with the key signed.

use std::collections::HashSet;
use std::sync::LazyLock;

use kyso::asn1::{Reader, tag};
use kyso::crypto::DigestAlgorithm;
use kyso::error::Subject;
use kyso::pki::crl::Crl;
use kyso::pki::ocsp::OcspResponse;
use kyso::pki::{Certificate, revocation};
use kyso::tsp::{self, TimeStampRequest};
use kyso::{BaselineLevel, Document, Material, Policy, SignatureParameters};
use kyso_pdf::Dss;
use kyso_testpki::{CrlProfile, Identity, KeyType, OcspFault, Profile, Reason, Scope, Tsa, TsaFault, World};

use crate::outside::Services;
use crate::{keys, shapes};

struct Scene {
    world: World,
    leader: Identity,
    certificate: Certificate,
    issuer: Certificate,
    tsa: Tsa,
}

static SCENE: LazyLock<Scene> = LazyLock::new(|| {
    let world = World::start(*keys::NOW).unwrap();
    let leader = world.issue(Profile::leader().key(KeyType::P256)).unwrap();
    let other = world.issue(Profile::leader().key(KeyType::P256)).unwrap();
    world.register.revoke(&other, *keys::NOW, Some(Reason::KeyCompromise));
    world.register.hold(&leader, *keys::NOW, None);
    let certificate = Certificate::parse(&leader.certificate_der).unwrap();
    let issuer = Certificate::parse(&world.issuing.der().unwrap()).unwrap();
    let tsa = world.tsa(Profile::tsa()).unwrap();
    Scene { world, leader, certificate, issuer, tsa }
});

/// CRLs: complete, partial, delta, empty.
pub fn crls() -> Vec<Vec<u8>> {
    CRLS.clone()
}

static CRLS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let Scene { world, .. } = &*SCENE;
    let full = CrlProfile::full(&world.register, world.now());
    let day_ago = world.now() - jiff::SignedDuration::from_hours(24);
    let profiles = [
        full.clone(),
        full.clone().scope(Scope { only_user: true, ..Scope::default() }),
        full.clone().scope(Scope { indirect: true, ..Scope::default() }),
        full.next_update(None),
        CrlProfile::delta(&world.register, day_ago, world.now()),
        CrlProfile::at(world.now()),
    ];
    profiles.iter().map(|profile| world.issuing.crl(profile).unwrap()).collect()
});

/// OCSP answers, right and wrong.
pub fn ocsp_responses() -> Vec<Vec<u8>> {
    OCSP.clone()
}

static OCSP: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let Scene { world, leader, .. } = &*SCENE;
    let faults = [None, Some(OcspFault::BadSignature), Some(OcspFault::Status(3))];
    let answers = faults.iter().map(|fault| world.responder.about(leader, world.now(), fault.as_ref()).unwrap());
    answers.collect()
});

/// Time-stamp answers, right and wrong.
pub fn time_stamps() -> Vec<Vec<u8>> {
    let Scene { world, tsa, .. } = &*SCENE;
    let faults = [None, Some(TsaFault::Rejection(2)), Some(TsaFault::NoToken), Some(TsaFault::NoCertificates)];
    faults.iter().map(|fault| tsa.answer(&REQUEST.to_der(), world.now(), fault.as_ref()).unwrap()).collect()
}

static REQUEST: LazyLock<TimeStampRequest> = LazyLock::new(|| {
    let digest = DigestAlgorithm::Sha256;
    TimeStampRequest::new(digest, &digest.digest(b"stamped")).with_nonce(b"nonce")
});

/// Files with a DSS.
pub fn lasting_files() -> Vec<Vec<u8>> {
    let services = Services::start(*keys::NOW);
    let signer = keys::signer(&services.world.issue(Profile::leader().key(KeyType::P256)).unwrap());
    let mut policy = Policy::at(*keys::NOW);
    policy.anchors.add(&services.world.root.der().unwrap()).unwrap();
    let sign = |bytes: &[u8], level| {
        let parameters = SignatureParameters::leader(*keys::NOW).level(level);
        let document = Document::parse(bytes).unwrap();
        kyso::sign(&document, &signer, &parameters, &kyso::SigningOptions::by(&policy).outside(services.outside()))
            .unwrap()
            .tail
            .after(bytes)
    };
    let shapes = shapes::all();
    let chosen = shapes.iter().step_by(6).map(|shape| shape.bytes.as_slice());
    chosen.flat_map(|bytes| [sign(bytes, BaselineLevel::Lt), sign(bytes, BaselineLevel::Lta)]).collect()
}

/// The signed part of a CRL, or of an answer's BasicOCSPResponse.
fn signed_part(der: &[u8]) -> Option<Vec<u8>> {
    Some(Reader::new(Subject::Cms, der).next().ok()?.children().ok()?.next().ok()?.raw().to_vec())
}

fn basic(der: &[u8]) -> Option<Vec<u8>> {
    let bytes = Reader::new(Subject::Cms, der)
        .next()
        .ok()?
        .children()
        .ok()?
        .all()
        .ok()?
        .get(1)?
        .children()
        .ok()?
        .next()
        .ok()?;
    let octets = bytes.children().ok()?.all().ok()?;
    let octets = octets.iter().find(|one| one.identifier() & !tag::CONSTRUCTED == tag::OCTET_STRING)?;
    signed_part(&octets.octets().ok()?)
}

/// Reads the bytes as a CRL, and takes it as evidence only if the issuer signed this list.
pub fn crl(data: &[u8]) {
    static SIGNED: LazyLock<HashSet<Vec<u8>>> =
        LazyLock::new(|| CRLS.iter().filter_map(|der| signed_part(der)).collect());
    let Scene { certificate, issuer, .. } = &*SCENE;
    if let Ok(crl) = Crl::parse(data) {
        assert_eq!(&**crl.der(), data);
        let _ = (crl.entry(certificate.serial()), crl.scheme(), crl.verify(issuer));
    }
    // With a base for deltas.
    let material = Material { crls: vec![data.to_vec(), CRLS[0].clone()], ..Material::default() };
    for evidence in revocation::of(certificate, issuer, &material).evidence {
        assert!(SIGNED.contains(&signed_part(&evidence.der).unwrap()), "evidence that nobody signed");
    }
}

/// Reads the bytes as an OCSP answer, and takes it as evidence only if the responder signed this answer.
pub fn ocsp(data: &[u8]) {
    static SIGNED: LazyLock<HashSet<Vec<u8>>> = LazyLock::new(|| OCSP.iter().filter_map(|der| basic(der)).collect());
    let Scene { certificate, issuer, .. } = &*SCENE;
    if let Ok(response) = OcspResponse::parse(data) {
        let _ = (response.names(issuer), response.verify(issuer), response.scheme());
    }
    let material = Material { ocsp_responses: vec![data.to_vec()], ..Material::default() };
    for evidence in revocation::of(certificate, issuer, &material).evidence {
        assert!(SIGNED.contains(&basic(&evidence.der).unwrap()), "evidence that nobody signed");
    }
}

/// Reads the bytes as an answer of a time-stamping authority: a token that answers says what was asked.
pub fn time_stamp(data: &[u8]) {
    let Ok(token) = tsp::read_response(data) else { return };
    let _ = (token.authority(), token.signed_data().material());
    if token.answers(&REQUEST, None).is_ok() {
        assert_eq!((&token.info().imprint, &token.info().nonce), (&REQUEST.imprint, &REQUEST.nonce));
        let own = Certificate::parse(&SCENE.tsa.identity.certificate_der).unwrap();
        // The other fields are signed, and this authority signed one time alone.
        assert!(token.authority() != Some(own) || token.info().time == SCENE.world.now(), "a forged time");
    }
}

/// Reads the DSS of a file: nothing in it twice, and each stream where it says.
pub fn dss(data: &[u8]) {
    let Ok(document) = Document::parse(data) else { return };
    let Ok(Some(dss)) = Dss::read(&document) else { return };
    let lists = [&dss.material.certificates, &dss.material.crls, &dss.material.ocsp_responses];
    for list in lists {
        assert_eq!(list.iter().collect::<HashSet<_>>().len(), list.len(), "twice in a DSS");
    }
    assert!(dss.certificate_ids.len() <= dss.material.certificates.len());
    let archive = revocation::Archive::new(&dss.material);
    let _ = archive.of(&SCENE.certificate, &SCENE.issuer);
}
