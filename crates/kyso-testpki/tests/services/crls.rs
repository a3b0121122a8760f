//! CRLs: they verify, and say what they should.

use kyso_testpki::{CrlEntry, CrlProfile, KeyType, Profile, Reason, Scope, World, path};

use super::{Desk, at, now};

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
