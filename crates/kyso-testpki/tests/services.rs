//! OpenSSL as outside judge of the time-stamps, OCSP answers and CRLs: right ones pass, wrong ones don't.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test panics where something is wrong"
)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use kyso_testpki::{
    Clock, CrlEntry, CrlProfile, Digest, Ess, Fault, KeyType, OcspFault, OcspResponder, Profile, Reason, Scope, Server,
    Tsa, TsaFault, World, path,
};
use tempfile::TempDir;

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

fn now() -> Timestamp {
    at("2026-03-02T03:00:00Z")
}

/// A folder of files for the command.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        std::fs::write(self.path(name), bytes).unwrap();
        self.path(name)
    }

    fn openssl(&self, arguments: &[&str]) -> Output {
        Command::new("openssl").args(arguments).current_dir(self.0.path()).output().unwrap()
    }

    /// Does it, or says why it can't.
    fn run(&self, arguments: &[&str]) -> Output {
        let output = self.openssl(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output
    }
}

fn time_stamp_verifies(world: &World, tsa: &Tsa, time: Timestamp, digest: &str, fault: Option<&TsaFault>) -> bool {
    let desk = Desk::new();
    desk.write("data", "một hợp đồng");
    desk.write("root.pem", world.root.pem().unwrap());
    desk.write("tsa-ca.pem", world.tsa_ca.pem().unwrap());
    desk.run(&["ts", "-query", "-data", "data", digest, "-cert", "-out", "q.tsq"]);
    let answer = tsa.answer(&std::fs::read(desk.path("q.tsq")).unwrap(), time, fault).unwrap();
    desk.write("r.tsr", answer);
    let moment = time.as_second().to_string();
    let common =
        ["ts", "-verify", "-in", "r.tsr", "-CAfile", "root.pem", "-untrusted", "tsa-ca.pem", "-attime", &moment];
    let by_query = desk.openssl(&[&common[..], &["-queryfile", "q.tsq"]].concat());
    by_query.status.success()
}

#[test]
fn time_stamps_verify() {
    let world = World::start(now()).unwrap();
    for (digest, key) in [("-sha256", KeyType::P256), ("-sha512", KeyType::Rsa(2048)), ("-sha1", KeyType::P384)] {
        let tsa = world.tsa(Profile::tsa().key(key)).unwrap();
        assert!(time_stamp_verifies(&world, &tsa, now(), digest, None), "{digest} {key:?}");
    }
    let mut tsa = world.tsa(Profile::tsa()).unwrap();
    for ess in [Ess::V1, Ess::V2, Ess::Both] {
        for digest in [Digest::Sha1, Digest::Sha256, Digest::Sha384, Digest::Sha512] {
            (tsa.ess, tsa.digest) = (ess, digest);
            assert!(time_stamp_verifies(&world, &tsa, now(), "-sha256", None), "{ess:?} {digest:?}");
        }
    }
    let fraction = at("2026-03-02T03:00:00.125Z");
    assert!(time_stamp_verifies(&world, &tsa, fraction, "-sha256", None));
}

#[test]
fn new_time_stamping_authorities_come_with_the_years() {
    let world = World::start(now()).unwrap();
    for year in [2031, 2036, 2041] {
        let time = at(&format!("{year}-03-02T03:00:00Z"));
        world.travel_to(time);
        let tsa = world.install_tsa(Profile::tsa()).unwrap();
        assert!(time_stamp_verifies(&world, &tsa, time, "-sha256", None), "{year}");
        assert!(!time_stamp_verifies(&world, &tsa, at("2055-01-01T00:00:00Z"), "-sha256", None));
    }
}

#[test]
fn lying_time_stamps_do_not_verify() {
    let world = World::start(now()).unwrap();
    let tsa = world.tsa(Profile::tsa()).unwrap();
    let old = tsa.answer(b"no request", now(), None).unwrap();
    for fault in [
        TsaFault::WrongImprint,
        TsaFault::WrongNonce,
        TsaFault::NoNonce,
        TsaFault::Ess(Ess::Missing),
        TsaFault::Ess(Ess::Wrong),
        TsaFault::BadSignature,
        TsaFault::NoCertificates,
        TsaFault::Rejection(0),
        TsaFault::Rejection(15),
        TsaFault::NoToken,
        TsaFault::Replay(old),
    ] {
        assert!(!time_stamp_verifies(&world, &tsa, now(), "-sha256", Some(&fault)), "{fault:?}");
    }
    let time_stamping = "1.3.6.1.5.5.7.3.8";
    for (what, profile) in [
        ("not critical", Profile::tsa().extended_key_usage(vec![time_stamping], false)),
        ("and more", Profile::tsa().extended_key_usage(vec![time_stamping, "1.3.6.1.5.5.7.3.4"], true)),
        ("for something else", Profile::tsa().extended_key_usage(vec!["1.3.6.1.5.5.7.3.4"], true)),
        ("for nothing", Profile::tsa().extended_key_usage(vec![], false)),
        ("expired", Profile::tsa().valid(at("2020-01-01T00:00:00Z"), at("2026-01-01T00:00:00Z"))),
    ] {
        let tsa = world.tsa(profile).unwrap();
        assert!(!time_stamp_verifies(&world, &tsa, now(), "-sha256", None), "{what}");
    }
}

/// What OpenSSL says of the responder's answer about a certificate, if the answer is good.
fn ocsp_says(
    world: &World,
    responder: &OcspResponder,
    about: &kyso_testpki::Identity,
    fault: Option<&OcspFault>,
) -> Option<String> {
    let desk = Desk::new();
    desk.write("root.pem", world.root.pem().unwrap());
    desk.write("issuer.pem", world.issuing.pem().unwrap());
    desk.write("leaf.pem", about.certificate_pem().unwrap());
    desk.run(&["ocsp", "-issuer", "issuer.pem", "-cert", "leaf.pem", "-nonce", "-reqout", "q.der"]);
    let answer = responder.answer(&std::fs::read(desk.path("q.der")).unwrap(), now(), fault).unwrap();
    desk.write("r.der", answer);
    let moment = now().as_second().to_string();
    let said = desk.openssl(&[
        "ocsp",
        "-no_nonce",
        "-issuer",
        "issuer.pem",
        "-cert",
        "leaf.pem",
        "-reqin",
        "q.der",
        "-respin",
        "r.der",
        "-CAfile",
        "root.pem",
        "-verify_other",
        "issuer.pem",
        "-attime",
        &moment,
        "-validity_period",
        "999999999",
    ]);
    let (out, error) = (String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    let is_good = said.status.success() && error.contains("Response verify OK") && !error.contains("nonce");
    println!("{out}{error}");
    is_good.then(|| out.lines().next().unwrap_or_default().to_owned())
}

#[test]
fn ocsp_answers_verify() {
    let world = World::start(now()).unwrap();
    let (good, lost) = (world.issue(Profile::leader()).unwrap(), world.issue(Profile::seal()).unwrap());
    world.register.revoke(&lost, at("2026-03-01T00:00:00Z"), Some(Reason::KeyCompromise));
    let held = world.issue(Profile::seal()).unwrap();
    world.register.hold(&held, at("2026-02-01T00:00:00Z"), Some(at("2026-02-05T00:00:00Z")));

    let own = OcspResponder::new(&world.issuing, &world.register, world.issuing.identity().unwrap());
    let checked =
        Profile::ocsp_responder().ocsp_no_check(false).valid(at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"));
    let checked = OcspResponder::new(&world.issuing, &world.register, world.issuing.issue(&checked).unwrap());
    for mut responder in [world.responder.clone(), own, checked] {
        for by_key in [true, false] {
            responder.by_key = by_key;
            assert_eq!(ocsp_says(&world, &responder, &good, None).as_deref(), Some("leaf.pem: good"));
            assert_eq!(ocsp_says(&world, &responder, &lost, None).as_deref(), Some("leaf.pem: revoked"));
            assert_eq!(ocsp_says(&world, &responder, &held, None).as_deref(), Some("leaf.pem: good"));
        }
    }
    let said = ocsp_says(&world, &world.responder, &lost, Some(&OcspFault::Good));
    assert_eq!(said.as_deref(), Some("leaf.pem: good"), "a lie with a good signature");
    let said = ocsp_says(&world, &world.responder, &good, Some(&OcspFault::Unknown));
    assert_eq!(said.as_deref(), Some("leaf.pem: unknown"));
}

#[test]
fn wrong_ocsp_answers_do_not_verify() {
    let world = World::start(now()).unwrap();
    let leaf = world.issue(Profile::leader()).unwrap();
    for fault in [
        OcspFault::Status(1),
        OcspFault::Status(3),
        OcspFault::Status(6),
        OcspFault::BadSignature,
        OcspFault::NoCertificates,
    ] {
        assert_eq!(ocsp_says(&world, &world.responder, &leaf, Some(&fault)), None, "{fault:?}");
    }
    let said = ocsp_says(&world, &world.responder, &leaf, Some(&OcspFault::WrongSerial));
    assert_ne!(said.as_deref(), Some("leaf.pem: good"));
    let not_for_that = world.issue(Profile::seal()).unwrap();
    let unauthorised = OcspResponder::new(&world.issuing, &world.register, not_for_that);
    assert_eq!(ocsp_says(&world, &unauthorised, &leaf, None), None, "no OCSPSigning");
    let foreign = world.tsa_responder.identity.clone();
    let foreign = OcspResponder::new(&world.issuing, &world.register, foreign);
    assert_eq!(ocsp_says(&world, &foreign, &leaf, None), None, "another CA's responder");
    let stranger = world.issue(Profile::leader()).unwrap();
    assert_eq!(ocsp_says(&world, &world.tsa_responder, &stranger, None), None, "another CA's certificates");
}

#[test]
fn the_nonce_comes_back_unless_it_should_not() {
    let world = World::start(now()).unwrap();
    let leaf = world.issue(Profile::leader()).unwrap();
    let desk = Desk::new();
    desk.write("issuer.pem", world.issuing.pem().unwrap());
    desk.write("leaf.pem", leaf.certificate_pem().unwrap());
    desk.run(&["ocsp", "-issuer", "issuer.pem", "-cert", "leaf.pem", "-nonce", "-reqout", "q.der"]);
    let request = std::fs::read(desk.path("q.der")).unwrap();
    // Tag and length of an OCTET STRING of 16 bytes; it ends the request.
    let nonce = &request[request.len() - 18..];
    assert_eq!(nonce[..2], [0x04, 0x10]);
    let comes_back = |fault: Option<&OcspFault>| {
        let answer = world.responder.answer(&request, now(), fault).unwrap();
        answer.windows(nonce.len()).any(|window| window == nonce)
    };
    assert!(comes_back(None));
    assert!(!comes_back(Some(&OcspFault::WrongNonce)));
    assert!(!comes_back(Some(&OcspFault::NoNonce)));
}

/// Whether the certificate passes with this CRL (and delta), as OpenSSL sees it.
fn passes(world: &World, leaf: &kyso_testpki::Identity, crl: &[u8], delta: Option<&[u8]>) -> Result<(), String> {
    let desk = Desk::new();
    desk.write("root.pem", world.root.pem().unwrap());
    desk.write("issuer.pem", world.issuing.pem().unwrap());
    desk.write("leaf.pem", leaf.certificate_pem().unwrap());
    desk.write("full.der", crl);
    desk.run(&["crl", "-inform", "DER", "-in", "full.der", "-out", "crls.pem"]);
    let mut arguments = vec!["verify", "-crl_check", "-CAfile", "root.pem", "-untrusted", "issuer.pem"];
    arguments.extend(["-CRLfile", "crls.pem"]);
    if let Some(delta) = delta {
        desk.write("delta.der", delta);
        desk.run(&["crl", "-inform", "DER", "-in", "delta.der", "-out", "delta.pem"]);
        arguments.extend(["-CRLfile", "delta.pem", "-use_deltas", "-extended_crl"]);
    }
    let moment = now().as_second().to_string();
    arguments.extend(["-attime", &moment, "leaf.pem"]);
    let said = desk.openssl(&arguments);
    if said.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&said.stderr).into_owned()) }
}

fn signature_verifies(crl: &[u8], issuer: &str) -> bool {
    let desk = Desk::new();
    desk.write("crl.der", crl);
    desk.write("issuer.pem", issuer);
    let said = desk.openssl(&["crl", "-inform", "DER", "-in", "crl.der", "-CAfile", "issuer.pem", "-noout", "-verify"]);
    String::from_utf8_lossy(&said.stderr).contains("verify OK")
}

#[test]
fn crls_verify_and_say_what_they_should() {
    let world = World::start(now()).unwrap();
    let with_delta = |profile: Profile| {
        let mut addresses = world.addresses();
        addresses.delta_crl = Some(world.server.url(path::DELTA_CRL));
        world.issue(profile.addresses(addresses)).unwrap()
    };
    let [good, lost, late, held] = [(); 4].map(|()| with_delta(Profile::leader().key(KeyType::P256)));
    let day_ago = at("2026-03-01T03:00:00Z");
    world.register.revoke(&lost, at("2026-02-01T00:00:00Z"), Some(Reason::KeyCompromise));
    world.register.revoke(&late, at("2026-03-02T00:00:00Z"), None);
    world.register.hold(&held, at("2026-02-10T00:00:00Z"), Some(at("2026-03-02T01:00:00Z")));

    let full = world.issuing.crl(&CrlProfile::full(&world.register, day_ago)).unwrap();
    let delta = world.issuing.crl(&CrlProfile::delta(&world.register, day_ago, now())).unwrap();
    let issuer = world.issuing.pem().unwrap();
    assert!(signature_verifies(&full, &issuer) && signature_verifies(&delta, &issuer));

    passes(&world, &good, &full, None).unwrap();
    assert!(passes(&world, &lost, &full, None).unwrap_err().contains("revoked"));
    passes(&world, &late, &full, None).unwrap();
    assert!(passes(&world, &held, &full, None).unwrap_err().contains("revoked"));
    passes(&world, &good, &full, Some(&delta)).unwrap();
    assert!(passes(&world, &lost, &full, Some(&delta)).is_err());
    assert!(passes(&world, &late, &full, Some(&delta)).unwrap_err().contains("revoked"));
    passes(&world, &held, &full, Some(&delta)).unwrap();

    let today = world.issuing.crl(&CrlProfile::full(&world.register, now())).unwrap();
    passes(&world, &held, &today, None).unwrap();
    assert!(passes(&world, &late, &today, None).is_err());
}

#[test]
fn wrong_crls_are_wrong() {
    let world = World::start(now()).unwrap();
    let leaf = world.issue(Profile::leader()).unwrap();
    let plain = CrlProfile::at(now());
    let verdict = |profile: &CrlProfile| passes(&world, &leaf, &world.issuing.crl(profile).unwrap(), None);
    verdict(&plain).unwrap();

    let other_key = world.issuing.crl_signed_with(&plain, &world.root.key).unwrap();
    assert!(passes(&world, &leaf, &other_key, None).is_err());
    assert!(!signature_verifies(&other_key, &world.issuing.pem().unwrap()));
    let impostor = world.issuing.impostor().unwrap().crl(&plain).unwrap();
    assert!(!signature_verifies(&impostor, &world.issuing.pem().unwrap()));

    let stale = CrlProfile::at(at("2026-01-01T00:00:00Z"));
    assert!(verdict(&stale).unwrap_err().contains("expired"));
    assert!(verdict(&CrlProfile::at(at("2026-04-01T00:00:00Z"))).unwrap_err().contains("not yet valid"));
    let scoped = |scope: Scope| verdict(&plain.clone().scope(scope));
    scoped(Scope { only_user: true, ..Scope::default() }).unwrap();
    scoped(Scope { point: Some(world.server.url(path::CRL)), ..Scope::default() }).unwrap();
    assert!(scoped(Scope { only_ca: true, ..Scope::default() }).is_err());
    assert!(scoped(Scope { only_attribute: true, ..Scope::default() }).is_err());
    assert!(scoped(Scope { point: Some("http://127.0.0.1/elsewhere".into()), ..Scope::default() }).is_err());
    assert!(scoped(Scope { reasons: Some(0x40), ..Scope::default() }).is_err());
    assert!(verdict(&CrlProfile { unknown_critical_extension: true, ..plain.clone() }).is_err());
    let other_entry = CrlEntry::of(&world.responder.identity, now(), Some(Reason::Superseded));
    verdict(&plain.clone().entries(vec![other_entry])).unwrap();
    let text = |profile: &CrlProfile| {
        let desk = Desk::new();
        desk.write("crl.der", world.issuing.crl(profile).unwrap());
        String::from_utf8(desk.run(&["crl", "-inform", "DER", "-in", "crl.der", "-noout", "-text"]).stdout).unwrap()
    };
    let indirect = Scope { indirect: true, reasons: Some(0x60), ..Scope::default() };
    let said = text(&CrlProfile { expired_certs_on_crl: Some(now()), ..plain.clone().scope(indirect) });
    for wanted in
        ["Indirect CRL", "Key Compromise, CA Compromise", "2.5.29.60", "X509v3 CRL Number", "X509v3 Authority Key"]
    {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
    let bare = CrlProfile { number: None, authority_key_identifier: false, ..plain.next_update(None) };
    let said = text(&bare);
    assert!(said.contains("Next Update: NONE") && !said.contains("CRL extensions"), "{said}");
}

/// Status, headers and body.
fn ask(url: &str, media_type: &str, body: Option<&[u8]>) -> Option<(u16, String, Vec<u8>)> {
    let (host, target) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let method = if body.is_some() { "POST" } else { "GET" };
    let body = body.unwrap_or_default();
    let head = format!(
        "{method} /{target} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
    let mut received = Vec::new();
    stream.read_to_end(&mut received).ok()?;
    let end = received.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8(received[..end].to_vec()).unwrap();
    Some((head.split(' ').nth(1)?.parse().ok()?, head, received[end + 4..].to_vec()))
}

fn query(desk: &Desk) -> Vec<u8> {
    desk.write("data", "x");
    desk.run(&["ts", "-query", "-data", "data", "-sha256", "-cert", "-out", "q.tsq"]);
    std::fs::read(desk.path("q.tsq")).unwrap()
}

#[test]
fn everything_is_served_and_counted() {
    let world = World::start(now()).unwrap();
    let leaf = world.issue(Profile::leader()).unwrap();
    let desk = Desk::new();
    let server = &world.server;
    let (status, head, answer) =
        ask(&server.url(path::TSA), "application/timestamp-query", Some(&query(&desk))).unwrap();
    assert!(status == 200 && head.contains("application/timestamp-reply"), "{head}");
    desk.write("r.tsr", answer);
    let text = desk.run(&["ts", "-reply", "-in", "r.tsr", "-text"]).stdout;
    assert!(String::from_utf8_lossy(&text).contains("Time stamp: Mar  2 03:00:00 2026 GMT"));
    assert_eq!(server.count(path::TSA), 1);
    assert_eq!(server.requests(path::TSA)[0].method, "POST");

    desk.write("issuer.pem", world.issuing.pem().unwrap());
    desk.write("leaf.pem", leaf.certificate_pem().unwrap());
    desk.run(&["ocsp", "-issuer", "issuer.pem", "-cert", "leaf.pem", "-no_nonce", "-reqout", "q.der"]);
    let request = std::fs::read(desk.path("q.der")).unwrap();
    let (_, _, posted) = ask(&server.url(path::OCSP), "application/ocsp-request", Some(&request)).unwrap();
    let encoded = openssl::base64::encode_block(&request);
    for encoded in [encoded.clone(), encoded.replace('/', "%2F").replace('+', "%2B").replace('=', "%3D")] {
        let (status, head, got) = ask(&format!("{}/{encoded}", server.url(path::OCSP)), "", None).unwrap();
        assert!(status == 200 && head.contains("application/ocsp-response"), "{head}");
        // An ECDSA signature's length varies by a few bytes.
        assert!(got.len().abs_diff(posted.len()) < 8 && got[0] == 0x30);
    }
    assert_eq!(server.count(path::OCSP), 3);

    for (path, media_type) in [
        (path::CRL, "application/pkix-crl"),
        (path::DELTA_CRL, "application/pkix-crl"),
        (path::ROOT_CRL, "application/pkix-crl"),
        (path::TSA_CRL, "application/pkix-crl"),
        (path::ISSUER, "application/pkix-cert"),
        (path::ISSUER_P7C, "application/pkcs7-mime"),
    ] {
        let (status, head, body) = ask(&server.url(path), "", None).unwrap();
        assert!(status == 200 && head.contains(media_type) && body[0] == 0x30, "{path}: {head}");
        assert_eq!(server.count(path), 1);
    }
    let (_, _, bag) = ask(&server.url(path::ISSUER_P7C), "", None).unwrap();
    desk.write("bag.p7c", bag);
    let listed = desk.run(&["pkcs7", "-inform", "DER", "-in", "bag.p7c", "-print_certs", "-noout"]).stdout;
    assert_eq!(String::from_utf8_lossy(&listed).matches("subject=").count(), 2);
    assert_eq!(ask(&server.url("/nothing"), "", None).unwrap().0, 404);
    assert_eq!(ask(&server.url(path::TSA), "", None).unwrap().0, 405);
    server.reset_counts();
    assert_eq!(server.total(), 0);

    world.travel_to(at("2031-03-02T03:00:00Z"));
    let (_, _, crl) = ask(&server.url(path::CRL), "", None).unwrap();
    desk.write("crl.der", crl);
    let text = desk.run(&["crl", "-inform", "DER", "-in", "crl.der", "-noout", "-lastupdate"]).stdout;
    assert!(String::from_utf8_lossy(&text).contains("Mar  2 03:00:00 2031 GMT"));
}

#[test]
fn faults_are_as_announced() {
    let world = World::start(now()).unwrap();
    let desk = Desk::new();
    let (server, query) = (&world.server, query(&desk));
    let tsa = || ask(&server.url(path::TSA), "application/timestamp-query", Some(&query));
    let right = tsa().unwrap().2;
    let with = |fault: Fault| {
        server.fault(path::TSA, Some(fault));
        tsa()
    };
    assert!(with(Fault::HangUp).is_none());
    assert_eq!(with(Fault::Status(500)).unwrap().0, 500);
    let (status, head, body) = with(Fault::Html).unwrap();
    assert!(status == 200 && head.contains("text/html") && body.starts_with(b"<!DOCTYPE"));
    let (_, head, body) = with(Fault::Huge(3 << 20)).unwrap();
    assert!(head.contains("timestamp-reply") && body.len() == 3 << 20);
    let (_, head, _) = with(Fault::Redirect("file:///etc/passwd".into())).unwrap();
    assert!(head.contains("302") && head.contains("Location: file:///etc/passwd"));
    let (_, head, body) = with(Fault::Cut).unwrap();
    assert!(head.contains(&format!("Content-Length: {}", body.len() + 100)));
    assert_eq!(with(Fault::Bytes(b"junk".to_vec())).unwrap().2, b"junk");
    assert!(with(Fault::Tsa(TsaFault::Rejection(0))).unwrap().2.len() < 64);
    let started = Instant::now();
    assert!(with(Fault::Slow(Duration::from_millis(300))).is_some());
    assert!(started.elapsed() >= Duration::from_millis(300));
    server.fault_times(path::TSA, Fault::Status(503), 2);
    assert_eq!([tsa(), tsa(), tsa()].map(|answer| answer.unwrap().0), [503, 503, 200]);
    server.fault(path::TSA, None);
    assert!(tsa().unwrap().2.len().abs_diff(right.len()) < 8);
    assert!(ask(&Server::nowhere("/tsa").unwrap(), "", None).is_none());
    server.remove(path::TSA);
    assert_eq!(tsa().unwrap().0, 404);
}

#[test]
fn names_may_be_constrained() {
    let world = World::start(now()).unwrap();
    let validity = (at("2026-01-01T00:00:00Z"), at("2030-01-01T00:00:00Z"));
    let mut profile = kyso_testpki::AuthorityProfile::new("CA HẸP", validity);
    profile.permitted_locality = Some("Thành phố Thử Nghiệm".into());
    let narrow = world.root.issue_authority(&profile).unwrap();
    let verify = |identity: &kyso_testpki::Identity| {
        let desk = Desk::new();
        desk.write("root.pem", world.root.pem().unwrap());
        desk.write("chain.pem", identity.chain_pem().unwrap());
        desk.write("leaf.pem", identity.certificate_pem().unwrap());
        let moment = now().as_second().to_string();
        let chain: &Path = Path::new("chain.pem");
        let arguments = ["verify", "-attime", &moment, "-CAfile", "root.pem", "-untrusted"];
        desk.openssl(&[&arguments[..], &[chain.to_str().unwrap(), "leaf.pem"]].concat()).status.success()
    };
    assert!(verify(&narrow.issue(&Profile::leader()).unwrap()));
    let mut elsewhere = Profile::leader();
    elsewhere.locality = "Tỉnh Khác".into();
    assert!(!verify(&narrow.issue(&elsewhere).unwrap()));
}

#[test]
fn services_are_for_this_machine_alone_and_may_follow_its_clock() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        assert!(Server::listen(address.parse().unwrap(), Clock::system()).is_err(), "{address}");
    }
    let world = World::on(Server::listen("127.0.0.1:0".parse().unwrap(), Clock::system()).unwrap()).unwrap();
    let (before, then) = (Timestamp::now(), world.now());
    assert!(before <= then && then <= Timestamp::now());
    let taken = Server::listen(world.server.address(), Clock::system()).unwrap_err();
    assert_eq!(taken.kind(), std::io::ErrorKind::AddrInUse);
    world.travel_to(before);
    assert_eq!(world.now(), before);
}
