//! Time-stamping against an authority that is right, down, slow or lying.

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use kyso::crypto::DigestAlgorithm;
use kyso::error::{Service, Tried};
use kyso::{Error, TimeStampToken, TimeStamper};
use kyso_connect::{Authority, Client, Clock, Credentials, Settings, TimeStamping};
use kyso_testpki::{Ess, Fault, Profile, Server, TsaFault, World, path};
use kyso_words::Words;
use zeroize::Zeroizing;

const IMPRINT: [u8; 32] = [7; 32];

fn world() -> World {
    World::start("2026-03-02T03:00:00Z".parse().unwrap()).unwrap()
}

fn authority(url: &str) -> Authority {
    Authority::new(url, &Client::new(Settings::default()).unwrap()).unwrap()
}

fn by(world: &World, authorities: Vec<Authority>) -> TimeStamping {
    let clock = world.server.clock().clone();
    TimeStamping::new(authorities).clock(Clock::new(move || clock.now())).rounds(2, Duration::from_millis(20))
}

fn stamp(stamping: &TimeStamping) -> Result<TimeStampToken, Error> {
    stamping.time_stamp(DigestAlgorithm::Sha256, &IMPRINT, &|_| Ok(()))
}

fn vietnamese(tried: &Tried) -> String {
    Words::neutral(kyso::Language::Vietnamese).failed(&tried.why)
}

fn tried(result: Result<TimeStampToken, Error>) -> Vec<Tried> {
    match result {
        Err(Error::Outside { service: Service::TimeStamp, tried }) => tried,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_token_is_got_over_what_was_sent_and_with_a_new_nonce_each_time() {
    let world = world();
    let stamping = by(&world, vec![authority(&world.server.url(path::TSA))]);
    let (one, other) = (stamp(&stamping).unwrap(), stamp(&stamping).unwrap());
    assert_eq!(one.info().imprint, IMPRINT);
    assert_eq!(one.info().time, world.now());
    assert_ne!(one.info().nonce, other.info().nonce);
    assert!(one.info().nonce.as_ref().is_some_and(|nonce| nonce.len() >= 8));
    assert!(one.authority().is_some());
    let request = &world.server.requests(path::TSA)[0];
    assert_eq!(request.method, "POST");
    assert_eq!(request.header("content-type"), Some("application/timestamp-query"));
    assert_eq!(request.header("authorization"), None);
}

#[test]
fn the_next_authority_is_asked_where_one_fails() {
    let world = world();
    let (down, good) = (Server::nowhere("/tsa").unwrap(), world.server.url(path::TSA));
    assert!(stamp(&by(&world, vec![authority(&down), authority(&good)])).is_ok());
    assert_eq!(world.server.count(path::TSA), 1);
}

#[test]
fn each_authority_that_failed_is_told_with_its_reason() {
    let world = world();
    let (down, good) = (Server::nowhere("/tsa?key=secret").unwrap(), world.server.url(path::TSA));
    world.server.fault(path::TSA, Some(Fault::Tsa(TsaFault::Rejection(2))));
    let tried = tried(stamp(&by(&world, vec![authority(&down), authority(&good)])));
    assert_eq!(tried.len(), 2, "{tried:?}");
    assert_eq!((tried[0].url.as_str(), tried[1].url.as_str()), (down.split('?').next().unwrap(), good.as_str()));
    assert!(
        tried[0].why.to_string().starts_with("no connection") && vietnamese(&tried[0]).starts_with("không kết nối")
    );
    assert!(
        tried[1].why.to_string().contains("badRequest") && vietnamese(&tried[1]).contains("badRequest"),
        "{tried:?}"
    );
}

/// Whatever it says, no token of a lying authority is handed on, and the same one isn't asked again.
#[test]
fn a_lie_is_no_token() {
    let world = world();
    let stamping = by(&world, vec![authority(&world.server.url(path::TSA))]);
    let hours = |hours| world.now() + SignedDuration::from_hours(hours);
    for (fault, expected) in [
        (TsaFault::WrongImprint, "other data"),
        (TsaFault::WrongNonce, "nonce"),
        (TsaFault::NoNonce, "nonce"),
        (TsaFault::GenTime(hours(2)), "clock"),
        (TsaFault::GenTime(hours(-2)), "clock"),
        (TsaFault::Ess(Ess::Wrong), "certificate"),
        (TsaFault::Ess(Ess::Missing), "certificate"),
        (TsaFault::BadSignature, "signature"),
        (TsaFault::NoCertificates, "certificate"),
        (TsaFault::Rejection(0), "badAlg"),
        (TsaFault::NoToken, "TimeStampResp"),
    ] {
        world.server.fault(path::TSA, Some(Fault::Tsa(fault.clone())));
        world.server.reset_counts();
        let tried = tried(stamp(&stamping));
        assert!(tried[0].why.to_string().contains(expected), "{fault:?}: {tried:?}");
        assert_eq!(world.server.count(path::TSA), 1, "{fault:?}");
    }
}

#[test]
fn an_old_answer_is_no_token() {
    let world = world();
    let stamping = by(&world, vec![authority(&world.server.url(path::TSA))]);
    let tsa = world.install_tsa(Profile::tsa()).unwrap();
    stamp(&stamping).unwrap();
    let old = tsa.answer(&world.server.requests(path::TSA)[0].body, world.now(), None).unwrap();
    world.server.fault(path::TSA, Some(Fault::Tsa(TsaFault::Replay(old))));
    assert!(tried(stamp(&stamping))[0].why.to_string().contains("nonce"));
}

#[test]
fn whats_no_answer_is_no_token() {
    let world = world();
    let stamping = by(&world, vec![authority(&world.server.url(path::TSA))]).timeout(Duration::from_millis(700));
    for (fault, expected) in [
        (Fault::HangUp, "was closed"),
        (Fault::Cut, "was closed"),
        (Fault::Status(404), "HTTP 404"),
        (Fault::Status(401), "login"),
        (Fault::Status(503), "HTTP 503"),
        (Fault::Html, "text/html"),
        (Fault::Huge(1 << 40), "larger than the limit"),
        (Fault::Bytes(Vec::new()), "TimeStampResp"),
        (Fault::Bytes(b"\x30\x03\x02\x01\x00".to_vec()), "TimeStampResp"),
        (Fault::Slow(Duration::from_secs(5)), "no answer within 0.7 s"),
        (Fault::Drip(Duration::from_millis(30)), "no answer within 0.7 s"),
        (Fault::Redirect("file:///etc/passwd".into()), "HTTP 302"),
    ] {
        world.server.fault(path::TSA, Some(fault.clone()));
        let started = Instant::now();
        let tried = tried(stamp(&stamping));
        assert!(tried[0].why.to_string().contains(expected), "{fault:?}: {tried:?}");
        assert!(started.elapsed() < Duration::from_secs(4), "{fault:?}: {:?}", started.elapsed());
    }
}

#[test]
fn what_passes_is_tried_again() {
    let world = world();
    let stamping = by(&world, vec![authority(&world.server.url(path::TSA))]);
    world.server.fault_times(path::TSA, Fault::Status(503), 1);
    assert!(stamp(&stamping).is_ok());
    assert_eq!(world.server.count(path::TSA), 2);
    world.server.fault_times(path::TSA, Fault::HangUp, 2);
    world.server.reset_counts();
    assert!(stamp(&stamping).is_err());
    assert_eq!(world.server.count(path::TSA), 2);
}

/// Between two rounds lies a pause of half to all of what was set, and not the same one each time.
#[test]
fn pauses_differ_by_chance() {
    let world = world();
    let stamping = by(&world, vec![authority(&world.server.url(path::TSA))]).rounds(2, Duration::from_millis(200));
    let mut pauses = Vec::new();
    for _ in 0..4 {
        world.server.fault_times(path::TSA, Fault::Status(503), 1);
        let started = Instant::now();
        stamp(&stamping).unwrap();
        pauses.push(started.elapsed());
    }
    assert!(pauses.iter().all(|pause| *pause >= Duration::from_millis(100)), "{pauses:?}");
    pauses.sort();
    assert!(pauses[3] - pauses[0] > Duration::from_millis(1), "{pauses:?}");
}

#[test]
fn policy_user_and_digest_are_as_asked() {
    let world = world();
    let credentials = Credentials::new("phường", Zeroizing::new("mật khẩu".into()));
    let authority = authority(&world.server.url(path::TSA)).credentials(credentials);
    let stamping =
        by(&world, vec![authority]).over(DigestAlgorithm::Sha512).policy(Some("1.3.6.1.4.1.99999.1.1".into()));
    assert_eq!(TimeStamper::digest(&stamping), DigestAlgorithm::Sha512);
    let token = stamping.time_stamp(DigestAlgorithm::Sha512, &[9; 64], &|_| Ok(())).unwrap();
    assert_eq!(token.info().policy, "1.3.6.1.4.1.99999.1.1");
    // base64 of "phường:mật khẩu"
    let header = world.server.requests(path::TSA)[0].header("authorization").map(str::to_owned);
    assert_eq!(header.as_deref(), Some("Basic cGjGsOG7nW5nOm3huq10IGto4bqpdQ=="));
    world.server.fault(path::TSA, Some(Fault::Tsa(TsaFault::WrongPolicy)));
    assert!(tried(stamp(&stamping))[0].why.to_string().contains("policy"));
    let shown = format!("{stamping:?}");
    assert!(!shown.contains("khẩu"), "{shown}");
}

#[test]
fn no_authority_is_no_token() {
    assert_eq!(tried(stamp(&by(&world(), Vec::new()))).len(), 1);
}
