//! What a CA may name.

use std::path::Path;

use kyso_testpki::{Profile, World};

use super::{Desk, at, now};

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
