//! OCSP answers: right ones verify, wrong ones don't.

use kyso_testpki::{OcspFault, OcspResponder, Profile, Reason, World};

use super::{Desk, at, now};

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
