//! CRLs (RFC 5280, 5 and 6.3).

use kyso::error::Subject;
use kyso::error::evidence::{EvidenceDefect, EvidenceKind};
use kyso::pki::crl::Crl;
use kyso::pki::revocation::{self, Found, RevocationReason, RevocationStatus};
use kyso::{Material, asn1};

use super::authority::Authority;

const REVOKED: &str = "250102030405Z,keyCompromise";

fn about(authority: &Authority, name: &str, crls: &[Vec<u8>]) -> Found {
    let material = Material { crls: crls.to_vec(), ..Material::default() };
    revocation::of(&authority.certificate(name), &authority.certificate("ca"), &material)
}

fn defects(found: &Found) -> Vec<EvidenceDefect> {
    assert!(found.evidence.is_empty(), "{:?}", found.evidence);
    found.refused.iter().map(|refused| refused.defect.clone()).collect()
}

fn status(found: &Found) -> RevocationStatus {
    assert!(found.refused.is_empty(), "{:?}", found.refused);
    assert_eq!(found.evidence.len(), 1);
    found.evidence[0].status
}

fn revoked(reason: RevocationReason) -> RevocationStatus {
    RevocationStatus::Revoked { at: "2025-01-02T03:04:05Z".parse().unwrap(), reason: Some(reason) }
}

#[test]
fn a_list_says_good_or_revoked_with_date_and_reason() {
    let authority = Authority::new("crl-plain");
    authority.database(&[(0x1001, Some(REVOKED)), (0x1002, Some("250101000000Z"))]);
    authority.issue("other", "leaf", 0x1003);
    let der = authority.crl(5, "");
    let crl = Crl::parse(&der).unwrap();
    assert_eq!((crl.entry_count(), crl.number(), crl.base_number()), (2, Some(&[5][..]), None));
    assert!(crl.next_update().unwrap() > crl.this_update() && crl.authority_key_identifier().is_some());

    let found = about(&authority, "leaf", std::slice::from_ref(&der));
    assert_eq!(status(&found), revoked(RevocationReason::KeyCompromise));
    let evidence = &found.evidence[0];
    assert_eq!((evidence.kind, &*evidence.der, evidence.is_delegated), (EvidenceKind::Crl, &der[..], false));
    assert_eq!(evidence.signer, authority.certificate("ca"));
    assert_eq!(status(&about(&authority, "other", std::slice::from_ref(&der))), RevocationStatus::Good);
    // Nothing of another issuer's list, and nothing refused: it speaks of others.
    assert_eq!(
        revocation::of(&authority.certificate("other"), &authority.certificate("leaf"), &Material::default()),
        Found::default()
    );
}

#[test]
fn a_list_by_another_key_or_with_a_changed_byte_says_nothing() {
    let authority = Authority::new("crl-forged");
    authority.root("twin", "authority_ext");
    let der = authority.crl_by("twin", 1, "");
    // The authority's key identifier tells that it's another key: nobody knows whose.
    assert_eq!(defects(&about(&authority, "leaf", std::slice::from_ref(&der))), [EvidenceDefect::NoIssuer]);
    // A self-signed certificate of that name and key doesn't help: the file may have brought it.
    let material = Material {
        crls: vec![der],
        certificates: vec![authority.certificate("twin").der().to_vec()],
        ..Material::default()
    };
    let found = revocation::of(&authority.certificate("leaf"), &authority.certificate("ca"), &material);
    assert_eq!(defects(&found), [EvidenceDefect::NoIssuer]);

    let good = authority.crl(1, "");
    let mut changed = good.clone();
    let at = good.windows(9).position(|window| window == b"Authority").unwrap();
    // A digit of thisUpdate, behind the name.
    changed[at + 9 + 3] ^= 1;
    assert_eq!(defects(&about(&authority, "leaf", &[changed])), [EvidenceDefect::BadSignature]);
    for cut in [0, 1, good.len() / 2, good.len() - 1] {
        let found = about(&authority, "leaf", &[good[..cut].to_vec()]);
        assert!(matches!(defects(&found)[..], [EvidenceDefect::Unreadable(_)]));
    }
    let longer = [&good[..], &[0]].concat();
    assert!(matches!(defects(&about(&authority, "leaf", &[longer]))[..], [EvidenceDefect::Unreadable(_)]));
}

#[test]
fn an_issuer_without_crl_sign_may_not() {
    let authority = Authority::new("crl-usage");
    authority.openssl(
        "req -x509 -config openssl.cnf -key ca.key -out ca.pem -subj /C=VN/CN=Authority -days 3650 -extensions \
         no_crl_sign",
    );
    let der = authority.crl(1, "");
    assert_eq!(status(&about(&authority, "leaf", std::slice::from_ref(&der))), RevocationStatus::Good);
    authority.openssl("x509 -in ca.pem -outform DER -out ca.der");
    assert_eq!(defects(&about(&authority, "leaf", &[der])), [EvidenceDefect::NotAuthorised]);
}

#[test]
fn a_key_that_the_issuers_key_vouches_for_may() {
    let authority = Authority::new("crl-rollover");
    authority.openssl(
        "req -new -config openssl.cnf -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout new.key -out new.csr \
         -subj /C=VN/CN=Authority",
    );
    authority.openssl(
        "x509 -req -in new.csr -CA ca.pem -CAkey ca.key -set_serial 99 -days 365 -extfile openssl.cnf -extensions sub \
         -out new.pem",
    );
    authority.openssl("x509 -in new.pem -outform DER -out new.der");
    let material = Material {
        crls: vec![authority.crl_by("new", 1, "")],
        certificates: vec![authority.read("new.der")],
        ..Material::default()
    };
    let found = revocation::of(&authority.certificate("leaf"), &authority.certificate("ca"), &material);
    assert_eq!(status(&found), RevocationStatus::Good);
    assert!(found.evidence[0].is_delegated);
    let alone = Material { certificates: Vec::new(), ..material };
    let found = revocation::of(&authority.certificate("leaf"), &authority.certificate("ca"), &alone);
    assert_eq!(defects(&found), [EvidenceDefect::NoIssuer]);
}

#[test]
fn silence_counts_within_the_scope_only() {
    let authority = Authority::new("crl-scope");
    authority.issue("sub", "sub", 0x2001);
    authority.database(&[]);
    let point = |rest: &str| format!("issuingDistributionPoint = critical,@idp\n[idp]\n{rest}\n[rest]");
    let ask = |name: &str, scope: &str| about(&authority, name, &[authority.crl(1, &point(scope))]);
    let outside = [EvidenceDefect::OutOfScope];
    assert_eq!(status(&ask("leaf", "onlyuser = TRUE")), RevocationStatus::Good);
    assert_eq!(defects(&ask("sub", "onlyuser = TRUE")), outside);
    assert_eq!(status(&ask("sub", "onlyCA = TRUE")), RevocationStatus::Good);
    assert_eq!(defects(&ask("leaf", "onlyCA = TRUE")), outside);
    assert_eq!(defects(&ask("leaf", "onlyAA = TRUE")), outside);
    assert_eq!(defects(&ask("leaf", "onlysomereasons = keyCompromise")), outside);
    assert_eq!(status(&ask("leaf", "fullname = URI:http://crl.example/ca.crl")), RevocationStatus::Good);
    assert_eq!(defects(&ask("leaf", "fullname = URI:http://crl.example/part2.crl")), outside);
    assert_eq!(defects(&ask("leaf", "indirectCRL = TRUE")), [EvidenceDefect::Indirect]);
    // Who is listed is revoked, however small the scope.
    authority.database(&[(0x1001, Some(REVOKED))]);
    for scope in ["onlysomereasons = keyCompromise", "fullname = URI:http://crl.example/part2.crl"] {
        assert_eq!(status(&ask("leaf", scope)), revoked(RevocationReason::KeyCompromise));
    }
}

#[test]
fn a_delta_adds_to_its_base_and_takes_from_it() {
    let authority = Authority::new("crl-delta");
    authority.issue("held", "leaf", 0x1002);
    authority.issue("fresh", "leaf", 0x1003);
    authority.database(&[(0x1002, Some("250102030405Z,certificateHold"))]);
    let base = authority.crl(3, "");
    let delta = |number: u32, entries: &[(u32, Option<&str>)]| {
        authority.database(entries);
        authority.crl(number, "2.5.29.27 = critical,DER:02:01:03")
    };
    let released = delta(5, &[(0x1002, Some("250202030405Z,removeFromCRL")), (0x1003, Some(REVOKED))]);
    let newest = |name: &str, crls: &[Vec<u8>]| {
        let found = about(&authority, name, crls);
        let delta = found.evidence.iter().find(|evidence| evidence.base.is_some()).expect("a delta").clone();
        assert_eq!(delta.base.as_deref(), Some(&base[..]));
        delta.status
    };
    let both = [base.clone(), released.clone()];
    assert_eq!(status(&about(&authority, "held", &both[..1])), revoked(RevocationReason::CertificateHold));
    assert_eq!(newest("held", &both), RevocationStatus::Good);
    assert_eq!(newest("fresh", &both), revoked(RevocationReason::KeyCompromise));
    assert_eq!(newest("leaf", &both), RevocationStatus::Good);
    let silent = delta(6, &[]);
    assert_eq!(newest("held", &[base.clone(), silent.clone()]), revoked(RevocationReason::CertificateHold));

    assert_eq!(
        defects(&about(&authority, "held", std::slice::from_ref(&released))),
        [EvidenceDefect::DeltaWithoutBase]
    );
    // A base that is older than the delta's own, one that is newer, one of another key.
    authority.database(&[]);
    authority.root("twin", "authority_ext");
    for wrong in [authority.crl(2, ""), authority.crl(9, ""), authority.crl_by("twin", 3, "")] {
        let found = about(&authority, "held", &[wrong, released.clone()]);
        assert!(found.refused.iter().any(|one| one.index == 1 && one.defect == EvidenceDefect::DeltaWithoutBase));
    }
    // A complete list can't release anyone.
    authority.database(&[(0x1002, Some("250202030405Z,removeFromCRL"))]);
    assert!(matches!(defects(&about(&authority, "held", &[authority.crl(4, "")]))[..], [EvidenceDefect::Malformed(_)]));
}

#[test]
fn a_critical_extension_that_nobody_understands_refuses_the_list() {
    let authority = Authority::new("crl-critical");
    let found = about(&authority, "leaf", &[authority.crl(1, "1.2.3.4 = critical,DER:05:00")]);
    assert_eq!(defects(&found), [EvidenceDefect::Malformed("critical extension 1.2.3.4".into())]);
    assert_eq!(status(&about(&authority, "leaf", &[authority.crl(1, "1.2.3.4 = DER:05:00")])), RevocationStatus::Good);
    let expired = "2.5.29.60 = DER:18:0F:32:30:32:30:30:31:30:31:30:30:30:30:30:30:5A";
    let found = about(&authority, "leaf", &[authority.crl(1, expired)]);
    assert_eq!(found.evidence[0].expired_certs_on_crl, Some("2020-01-01T00:00:00Z".parse().unwrap()));
}

/// Six hundred thousand entries, 20 MB: walked, not unpacked.
#[test]
fn a_huge_list_is_read_within_bounds() {
    let authority = Authority::new("crl-huge");
    let small = authority.crl(1, "");
    let list = asn1::Reader::new(Subject::Crl, &small).next().unwrap().children().unwrap().all().unwrap();
    let fields = list[0].children().unwrap().all().unwrap();
    let entry = |number: u32| {
        let serial = [&[1][..], &number.to_be_bytes(), &[0; 5]].concat();
        asn1::sequence(&[asn1::integer(&serial), asn1::tlv(0x17, b"250102030405Z")])
    };
    let entries: Vec<Vec<u8>> = (0..600_000).map(entry).collect();
    let mut inner: Vec<Vec<u8>> = fields[..5].iter().map(|field| field.raw().to_vec()).collect();
    inner.push(asn1::sequence(&entries));
    let huge = asn1::sequence(&[&asn1::sequence(&inner)[..], list[1].raw(), list[2].raw()]);
    let crl = Crl::parse(&huge).unwrap();
    assert_eq!(crl.entry_count(), 600_000);
    let last = [&[1][..], &599_999u32.to_be_bytes(), &[0; 5]].concat();
    assert!(crl.entry(&last).unwrap().is_some() && crl.entry(&[1, 2, 3]).unwrap().is_none());
    assert_eq!(defects(&about(&authority, "leaf", &[huge])), [EvidenceDefect::BadSignature]);
}
