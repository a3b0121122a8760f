//! Who signed in which capacity.

use super::{World, seal_unsigned, sign, signed_by};
use crate::common::{assert_verdict, codes, now, signer};
use kyso::validate::{Consequence, RoleKnowledge, RoleSource};
use kyso::{Code, Indication, Lock, Role, RosterEntry, SignatureParameters, SubIndication};
use kyso_testpdfs::empty_page;
use kyso_testpki::{Identity, KeyType, Profile};

#[test]
fn leader_and_seal_are_told_apart_and_their_order_is_checked() {
    let mut world = World::new();
    let leader = world.leader();
    let seal = world.pki.issue(Profile::seal().key(KeyType::P256)).unwrap();
    let by_leader = signed_by(&leader);
    let unsealed = world.report(&by_leader);
    assert_eq!(unsealed.findings[0].code, Code::RoleAwaitingSeal);
    let both = seal_unsigned(&by_leader, &SignatureParameters::seal(now()), &signer(&seal));
    let report = world.report(&both);
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    let roles: Vec<_> = report.signatures.iter().map(|one| (one.role, one.role_source)).collect();
    assert_eq!(roles, [(Role::Leader, RoleSource::Certificate), (Role::Seal, RoleSource::Certificate)]);
    for signature in &report.signatures {
        assert_verdict(signature, Indication::TotalPassed, None, "");
    }

    let entry = |identity: &Identity, role, title: Option<&str>| {
        let mut entry = RosterEntry::new(identity.fingerprint().to_uppercase(), role);
        entry.title = title.map(Into::into);
        entry.from = Some("2026-01-01T00:00:00Z".parse().unwrap());
        entry
    };
    world.policy.roster.certificates =
        vec![entry(&leader, Role::Leader, Some("Phó Chủ tịch")), entry(&seal, Role::Seal, None)];
    let report = world.report(&both);
    assert!(report.signatures.iter().all(|one| one.role_source == RoleSource::Roster));
    assert_eq!(report.signatures[0].signer.as_ref().unwrap().title.as_deref(), Some("Phó Chủ tịch"));

    let early = SignatureParameters::seal(now()).lock(Lock::None);
    let sealed_first = seal_unsigned(&empty_page(), &early, &signer(&seal));
    assert!(codes(&world.only(&sealed_first)).contains(&"role.seal-without-leader"));
    let reversed = world.report(&sign(&sealed_first, &SignatureParameters::leader(now()), &signer(&leader)));
    assert!(codes(&reversed.signatures[0]).contains(&"role.seal-before-leader"));
    assert!(!codes(&reversed.signatures[1]).contains(&"role.seal-before-leader"));

    world.policy.roster.certificates[0].from = Some("2026-04-01T00:00:00Z".parse().unwrap());
    assert!(codes(&world.only(&by_leader)).contains(&"role.outside-dates"));
}

#[test]
fn the_roles_that_a_policy_asks_for() {
    let mut world = World::new();
    let pdf = signed_by(&world.leader());
    let of_file =
        |world: &World| world.report(&pdf).findings.iter().map(|finding| finding.code.name()).collect::<Vec<_>>();
    world.policy.constraints.roles.required = vec![Role::Leader, Role::Seal];
    assert_verdict(&world.only(&pdf), Indication::TotalPassed, None, "");
    assert_eq!(of_file(&world), ["role.missing-seal", "role.awaiting-seal"]);
    world.policy.constraints.roles.missing = Consequence::Refuse;
    let why = Some(SubIndication::SigConstraintsFailure);
    assert_verdict(&world.only(&pdf), Indication::Indeterminate, why, "role.missing-seal");
    world.policy.constraints.roles.required = vec![Role::Leader];
    assert_verdict(&world.only(&pdf), Indication::TotalPassed, None, "");
    world.policy.constraints.roles.source = RoleKnowledge::Roster;
    assert_verdict(&world.only(&pdf), Indication::Indeterminate, why, "role.missing-leader");
    let signature = world.only(&pdf);
    assert_eq!((signature.role, signature.role_source), (Role::Other, RoleSource::NotInRoster));
    assert_eq!(serde_json::to_value(signature.role_source).unwrap(), "none");
    assert!(codes(&signature).contains(&"role.not-in-roster"));
}
