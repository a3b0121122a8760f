//! Time-stamps: right ones verify, lying ones don't.

use jiff::Timestamp;
use kyso_testpki::{Digest, Ess, KeyType, Profile, Tsa, TsaFault, World};

use super::{Desk, at, now};

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
