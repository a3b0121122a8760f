//! Evidence from services that are right, down or lying.

use std::time::Duration;

use kyso::error::{Failed, Service, Tried};
use kyso::pki::revocation::{Archive, RevocationStatus};
use kyso::pki::{Certificate, ocsp};
use kyso::{Error, FetchRequest, Fetcher, Material, Policy};
use kyso_connect::{Cache, Client, Clock, Fetching, Guard, Settings};
use kyso_testpki::{CrlProfile, Endpoint, Fault, Identity, OcspFault, Profile, Server, World, path};

struct Room {
    world: World,
    leader: Identity,
    issuer: Vec<u8>,
}

impl Room {
    fn new() -> Self {
        let world = World::start("2026-03-02T03:00:00Z".parse().unwrap()).unwrap();
        let leader = world.issue(Profile::leader()).unwrap();
        let issuer = world.issuing.der().unwrap();
        Self { world, leader, issuer }
    }

    fn fetching(&self, cache: Cache) -> Fetching {
        let guard = Guard::allowing(["127.0.0.1".parse().unwrap()]);
        let clock = self.world.server.clock().clone();
        Fetching::new(Client::new(Settings::new(guard)).unwrap(), cache)
            .timeout(Duration::from_millis(700))
            .pause(Duration::from_millis(1))
            .clock(Clock::new(move || clock.now()))
    }

    fn fetch(&self, request: &FetchRequest) -> Result<Material, Error> {
        self.by(&self.fetching(Cache::new()), request)
    }

    /// What serves the leader's certificate by validation's own word; of issuers' certificates nothing is asked.
    fn by(&self, fetching: &Fetching, request: &FetchRequest) -> Result<Material, Error> {
        let mut policy = Policy::at(self.world.now());
        policy.anchors.add(&self.world.root.der().unwrap()).unwrap();
        let [certificate, issuer] =
            [&self.leader.certificate_der, &self.issuer].map(|der| Certificate::parse(der).unwrap());
        let serves = kyso::serves(&policy, &certificate, &issuer);
        match request {
            FetchRequest::Issuer { .. } => fetching.fetch(request, &|_| Ok(())),
            _ => fetching.fetch(request, &serves),
        }
    }

    fn ocsp(&self, urls: &[String]) -> FetchRequest {
        let certificate = self.leader.certificate_der.clone();
        let parsed = (Certificate::parse(&certificate).unwrap(), Certificate::parse(&self.issuer).unwrap());
        let request = ocsp::request(&parsed.0, &parsed.1, None).unwrap();
        FetchRequest::Ocsp { urls: urls.to_vec(), request, certificate, issuer: self.issuer.clone() }
    }

    fn crl(&self, urls: &[String]) -> FetchRequest {
        FetchRequest::Crl { urls: urls.to_vec(), issuer: self.issuer.clone() }
    }

    fn issuer(&self, urls: &[String]) -> FetchRequest {
        FetchRequest::Issuer { urls: urls.to_vec(), certificate: self.leader.certificate_der.clone() }
    }

    fn url(&self, path: &str) -> String {
        self.world.server.url(path)
    }

    fn status(&self, material: &Material) -> RevocationStatus {
        let (leader, issuer) = (&self.leader.certificate_der, &self.issuer);
        let (leader, issuer) = (Certificate::parse(leader).unwrap(), Certificate::parse(issuer).unwrap());
        Archive::new(material).of(&leader, &issuer).evidence[0].status
    }
}

fn tried(service: Service, result: Result<Material, Error>) -> Vec<Tried> {
    match result {
        Err(Error::Outside { service: of, tried }) if of == service => tried,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_ocsp_answer_comes_by_get_where_it_can() {
    let room = Room::new();
    let material = room.fetch(&room.ocsp(&[room.url(path::OCSP)])).unwrap();
    assert_eq!(room.status(&material), RevocationStatus::Good);
    let requests = room.world.server.requests(path::OCSP);
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].method, "GET");
    assert!(!requests[0].target.contains(['+', '=']), "{}", requests[0].target);
}

#[test]
fn a_responder_that_knows_no_get_is_asked_by_post() {
    let room = Room::new();
    for fault in [Fault::Status(405), Fault::Status(404), Fault::Html, Fault::Bytes(b"no".to_vec())] {
        room.world.server.reset_counts();
        room.world.server.fault_times(path::OCSP, fault, 1);
        assert!(room.fetch(&room.ocsp(&[room.url(path::OCSP)])).is_ok());
        let methods: Vec<_> = room.world.server.requests(path::OCSP).into_iter().map(|one| one.method).collect();
        assert_eq!(methods, ["GET", "POST"]);
    }
}

#[test]
fn a_long_address_is_asked_by_post() {
    let room = Room::new();
    let path = format!("/{}", "o".repeat(200));
    room.world.server.serve(&path, Endpoint::Ocsp(room.world.responder.clone()));
    room.fetch(&room.ocsp(&[room.url(&path)])).unwrap();
    assert_eq!(room.world.server.requests(&path)[0].method, "POST");
}

#[test]
fn an_ocsp_answer_that_is_none_isnt_handed_on() {
    let room = Room::new();
    for (fault, expected) in [
        (OcspFault::Status(6), "unauthorized"),
        (OcspFault::Status(3), "tryLater"),
        (OcspFault::Unknown, "doesn't know"),
        (OcspFault::WrongSerial, "another certificate"),
        (OcspFault::HoursAgo(100), "revocation.stale"),
        (OcspFault::HoursAgo(-1), "from the future"),
        (OcspFault::BadSignature, "signature"),
        (OcspFault::NoCertificates, "isn't known"),
    ] {
        room.world.server.fault(path::OCSP, Some(Fault::Ocsp(fault.clone())));
        let tried = tried(Service::Ocsp, room.fetch(&room.ocsp(&[room.url(path::OCSP)])));
        assert!(tried[0].why.to_string().contains(expected), "{fault:?}: {tried:?}");
    }
}

#[test]
fn what_is_revoked_is_told_so() {
    let room = Room::new();
    room.world.register.revoke(&room.leader, room.world.now(), None);
    for request in [room.ocsp(&[room.url(path::OCSP)]), room.crl(&[room.url(path::CRL)])] {
        let material = room.fetch(&request).unwrap();
        assert!(matches!(room.status(&material), RevocationStatus::Revoked { .. }), "{request:?}");
    }
}

#[test]
fn a_crl_is_taken_in_der_and_pem_whole_or_delta() {
    let room = Room::new();
    let der = room.world.issuing.crl(&CrlProfile::at(room.world.now())).unwrap();
    let base64 = openssl::base64::encode_block(&der);
    let pem = format!("-----BEGIN X509 CRL-----\n{base64}\n-----END X509 CRL-----\n");
    room.world.server.serve("/pem", Endpoint::Bytes("text/plain", pem.into_bytes()));
    for path in [path::CRL, "/pem", path::DELTA_CRL] {
        // What a delta adds to isn't here.
        let fetching = room.fetching(Cache::new());
        let material = fetching.fetch(&room.crl(&[room.url(path)]), &|_| Ok(())).unwrap();
        assert_eq!((material.crls.len(), material.crls[0][0]), (1, 0x30), "{path}");
    }
}

#[test]
fn a_crl_that_is_none_isnt_handed_on() {
    let room = Room::new();
    let world = &room.world;
    let other = world.tsa_ca.crl(&CrlProfile::at(world.now())).unwrap();
    let key = world.issuing.impostor().unwrap().identity().unwrap().key;
    let forged = world.issuing.crl_signed_with(&CrlProfile::at(world.now()), &key).unwrap();
    let past = "2026-01-01T00:00:00Z".parse().unwrap();
    let old = world.issuing.crl(&CrlProfile::at(past).next_update(Some(past))).unwrap();
    for (answer, expected) in [
        (other, "another issuer"),
        (forged, "signature"),
        (old, "revocation.stale"),
        (b"no list".to_vec(), ""),
        (Vec::new(), ""),
    ] {
        world.server.serve("/wrong", Endpoint::Bytes("application/pkix-crl", answer));
        let tried = tried(Service::Crl, room.fetch(&room.crl(&[room.url("/wrong")])));
        assert!(tried[0].why.to_string().contains(expected), "{tried:?}");
    }
}

#[test]
fn an_issuers_certificate_is_taken_in_every_form() {
    let room = Room::new();
    for path in [path::ISSUER, path::ISSUER_PEM, path::ISSUER_P7C] {
        let material = room.fetch(&room.issuer(&[room.url(path)])).unwrap();
        assert!(material.certificates.contains(&room.issuer), "{path}");
    }
    let tried = tried(Service::Issuer, room.fetch(&room.issuer(&[room.url(path::TSA_ISSUER), room.url(path::CRL)])));
    assert!(tried[0].why.to_string().contains("isn't the issuer's"), "{tried:?}");
    assert_eq!(tried.len(), 2);
}

#[test]
fn the_next_place_is_asked_and_four_at_most() {
    let room = Room::new();
    let down = Server::nowhere("/down").unwrap();
    let inner = "http://169.254.169.254/latest/".to_owned();
    let ldap = "ldap://ca.vn/cn=x".to_owned();
    // Where nobody can be asked isn't counted,
    let mut urls = vec![ldap, inner, down.clone(), down.clone(), down.clone(), room.url(path::CRL)];
    assert!(room.fetch(&room.crl(&urls)).is_ok());
    // though an end comes to that too.
    urls.splice(0..0, std::iter::repeat_n(down, 11));
    assert_eq!(tried(Service::Crl, room.fetch(&room.crl(&urls))).len(), 16);
    let five = ["/1", "/2", "/3", "/4", path::CRL].map(|path| room.url(path));
    assert_eq!(tried(Service::Crl, room.fetch(&room.crl(&five))).len(), 4);
    assert!(tried(Service::Crl, room.fetch(&room.crl(&[])))[0].url.is_empty());
}

#[test]
fn each_answer_is_asked_for_once_a_run() {
    let room = Room::new();
    let fetching = room.fetching(Cache::new());
    for _ in 0..3 {
        for request in [
            room.ocsp(&[room.url(path::OCSP)]),
            room.crl(&[room.url(path::CRL)]),
            room.issuer(&[room.url(path::ISSUER)]),
            room.crl(&[room.url("/nothing-there")]),
        ] {
            let _ = room.by(&fetching, &request);
        }
    }
    assert_eq!(room.world.server.total(), 4);
}

#[test]
fn a_directory_answers_until_the_next_update() {
    let room = Room::new();
    let directory = tempfile::tempdir().unwrap();
    let ask = || {
        let fetching = room.fetching(Cache::in_directory(directory.path()).unwrap());
        room.by(&fetching, &room.ocsp(&[room.url(path::OCSP)])).unwrap();
        room.by(&fetching, &room.crl(&[room.url(path::CRL)])).unwrap();
        room.world.server.total()
    };
    assert_eq!((ask(), ask()), (2, 2));
    room.world.travel_to("2027-03-02T03:00:00Z".parse().unwrap());
    assert_eq!(ask(), 4);
    for file in std::fs::read_dir(directory.path()).unwrap() {
        std::fs::write(file.unwrap().path(), "damaged").unwrap();
    }
    assert_eq!(ask(), 6);
}

/// What validation wouldn't rely on is neither handed on nor kept, and what was kept and serves no longer is dropped.
#[test]
fn what_is_refused_is_never_kept() {
    let room = Room::new();
    let directory = tempfile::tempdir().unwrap();
    let kept = || std::fs::read_dir(directory.path()).unwrap().count();
    let fetching = || room.fetching(Cache::in_directory(directory.path()).unwrap());
    let rolled = room.world.issuing.impostor().unwrap().crl(&CrlProfile::at(room.world.now())).unwrap();
    room.world.server.serve("/rolled", Endpoint::Bytes("application/pkix-crl", rolled));
    for _ in 0..2 {
        assert!(room.by(&fetching(), &room.crl(&[room.url("/rolled")])).is_err());
    }
    assert_eq!((room.world.server.count("/rolled"), kept()), (2, 0));

    let ocsp = room.ocsp(&[room.url(path::OCSP)]);
    room.by(&fetching(), &ocsp).unwrap();
    assert_eq!(kept(), 1);
    // Whoever asks for another certificate has no use for it, and it isn't asked for twice in a run.
    let one_run = fetching();
    room.world.server.reset_counts();
    for _ in 0..2 {
        let nothing_serves = |_: &Material| Err(Failed::OtherCertificate);
        assert!(one_run.fetch(&ocsp, &nothing_serves).is_err());
    }
    // By GET, and by POST.
    assert_eq!((room.world.server.total(), kept()), (2, 0));
}

#[test]
fn a_slow_or_endless_place_is_left() {
    let room = Room::new();
    for fault in [Fault::Slow(Duration::from_secs(5)), Fault::Huge(1 << 40), Fault::Cut, Fault::HangUp] {
        room.world.server.fault(path::CRL, Some(fault));
        assert_eq!(tried(Service::Crl, room.fetch(&room.crl(&[room.url(path::CRL)]))).len(), 1);
    }
}
