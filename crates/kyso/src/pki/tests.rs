use jiff::Timestamp;
use kyso_testpki::{Addresses, DirectoryPoint, KeyType, KeyUsage, Profile, TestPki};

use super::*;

fn now() -> Timestamp {
    "2026-03-02T03:00:00Z".parse().unwrap()
}

fn issue(profile: Profile) -> Certificate {
    let identity = TestPki::new(now()).unwrap().issue(profile.key(KeyType::P256)).unwrap();
    Certificate::parse(&identity.certificate_der).unwrap()
}

#[test]
fn a_leaders_certificate_tells_whom_it_names() {
    let certificate = issue(Profile::leader());
    let identity = certificate.identity().clone();
    assert_eq!(identity.kind, IdentityKind::Person);
    assert_eq!(identity.common_name.as_deref(), Some("Nguyễn Văn Mẫu"));
    assert_eq!(identity.organisation.as_deref(), Some("UBND THÀNH PHỐ THỬ NGHIỆM"));
    assert_eq!(identity.organisational_units, ["UBND PHƯỜNG THỬ NGHIỆM"]);
    assert_eq!(identity.title.as_deref(), Some("Chủ tịch"));
    assert!(identity.subject.contains("CN=Nguyễn Văn Mẫu"), "{}", identity.subject);
    assert!(identity.subject.ends_with("C=VN"), "{}", identity.subject);
    assert!(!certificate.is_ca() && !certificate.is_self_issued());
    let usage = certificate.key_usage().unwrap();
    assert!(usage.digital_signature && usage.non_repudiation && !usage.certificate_sign);
    assert!(certificate.serial_hex().bytes().all(|byte| byte.is_ascii_hexdigit()));
}

#[test]
fn an_agencys_certificate_is_an_organisations() {
    assert_eq!(issue(Profile::seal()).identity().kind, IdentityKind::Organisation);
    let alike = Profile::seal().name("CỤC MẪU").organisation("CỤC MẪU");
    assert_eq!(issue(alike).identity().kind, IdentityKind::Organisation);
}

#[test]
fn what_is_published_is_found() {
    let certificate = issue(Profile::leader().crl("http://crl.test/a.crl").ocsp("http://ocsp.test/"));
    assert_eq!(certificate.crl_distribution_points(), ["http://crl.test/a.crl"]);
    assert_eq!(certificate.ocsp_responders(), ["http://ocsp.test/"]);
    let silent = issue(Profile::leader().key_usage(KeyUsage::Absent));
    assert!(silent.crl_distribution_points().is_empty() && silent.ocsp_responders().is_empty());
    assert_eq!(silent.key_usage(), None);
    assert!(certificate.publishes_revocation() && !silent.publishes_revocation());
}

/// A place where nobody can be asked by HTTP is one all the same: what lies there is missing, not unpublished.
#[test]
fn a_place_without_an_address_is_published_too() {
    let publishes = |addresses: Addresses| issue(Profile::leader().addresses(addresses)).publishes_revocation();
    let some = || Some("ldap://directory.test/".to_owned());
    assert!(publishes(Addresses { crl_directory: Some(DirectoryPoint::Full("CRL 1")), ..Addresses::default() }));
    assert!(publishes(Addresses { crl: some(), ..Addresses::default() }));
    assert!(publishes(Addresses { delta_crl: some(), ..Addresses::default() }));
    assert!(publishes(Addresses { ocsp: some(), ..Addresses::default() }));
    // Where the issuer's certificate lies says nothing of its status.
    assert!(!publishes(Addresses { ca_issuers: some(), ..Addresses::default() }));
    assert!(!publishes(Addresses::default()));
    let directory = issue(
        Profile::leader()
            .addresses(Addresses { crl_directory: Some(DirectoryPoint::Full("CRL 1")), ..Addresses::default() }),
    );
    assert!(directory.crl_distribution_points().is_empty());
}

#[test]
fn validity_includes_both_ends() {
    let (from, to) = ("2026-01-01T00:00:00Z".parse().unwrap(), "2026-12-31T23:59:59Z".parse().unwrap());
    let certificate = issue(Profile::leader().valid(from, to));
    assert_eq!((certificate.not_before(), certificate.not_after()), (from, to));
    let at = |text: &str| certificate.is_valid_at(text.parse().unwrap());
    assert!(at("2026-01-01T00:00:00Z") && at("2026-12-31T23:59:59.5Z"));
    assert!(!at("2025-12-31T23:59:59.9Z") && !at("2027-01-01T00:00:00Z"));
}

#[test]
fn an_authority_is_one() {
    let root = Certificate::parse(&TestPki::new(now()).unwrap().root_der().unwrap()).unwrap();
    assert!(root.is_ca() && root.is_self_issued());
}

#[test]
fn bytes_after_a_certificate_are_not_passed_over() {
    let mut der = issue(Profile::leader()).der().to_vec();
    der.push(0);
    assert!(Certificate::parse(&der).is_err());
    assert!(Certificate::parse(&[]).is_err());
}
