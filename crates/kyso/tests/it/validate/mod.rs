//! Verdicts on signatures of every make: right ones, and each wrong in one way, with the exact indication.

use std::process::Command;

use kyso::asn1::{self, oid, tag};
use kyso::crypto::{self, DigestAlgorithm, PrivateKey, SignatureScheme};
use kyso::pki::{Certificate, algorithm};
use kyso::validate::{Consequence, Demand, Level, RoleKnowledge, RoleSource, SignatureType, Validator};
use kyso::{
    BaselineLevel, Code, Constraints, Document, Indication, Lock, Policy, PrivateKeySigner, Report, RevocationRule,
    Role, RosterEntry, SealParameters, SignatureParameters, SignatureReport, SubIndication,
};
use kyso_testpdfs::empty_page;
use kyso_testpki::{Identity, KeyType, KeyUsage, Profile, TestPki};
use proptest::prelude::*;

use crate::common::{self, assert_verdict, codes, fill, now, signed_with_room, signer};

const SHA256: DigestAlgorithm = DigestAlgorithm::Sha256;

/// A PKI, a policy that trusts it, and a document.
struct World {
    pki: TestPki,
    policy: Policy,
}

impl World {
    fn new() -> Self {
        let pki = TestPki::new(now()).unwrap();
        let mut policy = Policy::at(now());
        policy.anchors.add(&pki.root_der().unwrap()).unwrap();
        Self { pki, policy }
    }

    fn leader(&self) -> Identity {
        self.pki.issue(Profile::leader().key(KeyType::P256)).unwrap()
    }

    fn only(&self, pdf: &[u8]) -> SignatureReport {
        let [signature] = self.report(pdf).signatures.try_into().expect("one signature");
        signature
    }

    fn report(&self, pdf: &[u8]) -> Report {
        common::report(pdf, &self.policy)
    }
}

fn sign(pdf: &[u8], parameters: &SignatureParameters, signer: &PrivateKeySigner) -> Vec<u8> {
    kyso::sign(&Document::parse(pdf).unwrap(), signer, parameters, &kyso::SigningOptions::default())
        .unwrap()
        .tail
        .after(pdf)
}

fn seal_unsigned(pdf: &[u8], parameters: &SealParameters, signer: &PrivateKeySigner) -> Vec<u8> {
    kyso::dangerous::seal_unsigned(&Document::parse(pdf).unwrap(), signer, parameters, &kyso::SigningOptions::default())
        .unwrap()
        .tail
        .after(pdf)
}

/// The file with a wider page: a byte of what is covered is another.
fn altered(pdf: &[u8]) -> Vec<u8> {
    let at = pdf.windows(3).position(|window| window == b"595").expect("the width of the page");
    let mut altered = pdf.to_vec();
    altered[at] = b'6';
    altered
}

fn signed_by(identity: &Identity) -> Vec<u8> {
    sign(&empty_page(), &SignatureParameters::leader(now()), &signer(identity))
}

// A signature of any make, in the place of a right one.

/// What is put into a SignerInfo; [`Make::right`] is PAdES-B-B.
struct Make<'a> {
    identity: &'a Identity,
    digest: DigestAlgorithm,
    scheme: SignatureScheme,
    certificates: Vec<Vec<u8>>,
    /// `None`: no signed attributes. Else (type, value) beside content-type and message-digest.
    attributes: Option<Vec<(&'static str, Vec<u8>)>>,
    content_type: &'static str,
    content: Option<Vec<u8>>,
    signers: usize,
}

impl<'a> Make<'a> {
    fn right(identity: &'a Identity) -> Self {
        Self {
            identity,
            digest: SHA256,
            scheme: SignatureScheme::Ecdsa(SHA256),
            certificates: identity.chain_der.clone(),
            attributes: Some(vec![(oid::SIGNING_CERTIFICATE_V2, reference(&identity.certificate_der))]),
            content_type: oid::DATA,
            content: None,
            signers: 1,
        }
    }

    fn cms(&self, covered: &[u8]) -> Vec<u8> {
        let key = PrivateKey::read(self.identity.key_pem(None).unwrap().as_bytes(), None).unwrap();
        let content = self.content.as_deref().unwrap_or(covered);
        let attributes = self.attributes.as_ref().map(|others| {
            let attribute = |kind: &str, value: Vec<u8>| {
                asn1::sequence(&[asn1::object_identifier(kind), asn1::set_of(tag::SET, vec![value])])
            };
            let mut all = vec![
                attribute(oid::CONTENT_TYPE, asn1::object_identifier(self.content_type)),
                attribute(oid::MESSAGE_DIGEST, asn1::octet_string(&self.digest.digest(content))),
            ];
            all.extend(others.iter().map(|(kind, value)| attribute(kind, value.clone())));
            all
        });
        let message = match &attributes {
            Some(attributes) => asn1::set_of(tag::SET, attributes.clone()),
            None => content.to_vec(),
        };
        let value = crypto::sign(&key, self.scheme, &message).unwrap();
        let certificate = Certificate::parse(&self.identity.certificate_der).unwrap();
        let digest = algorithm::write_digest(self.digest);
        let mut info = vec![
            asn1::unsigned(1),
            asn1::sequence(&[certificate.issuer().der(), &asn1::integer(certificate.serial())]),
            digest.clone(),
        ];
        info.extend(attributes.map(|attributes| asn1::set_of(tag::context(0), attributes)));
        info.extend([algorithm::write_signature(self.scheme).unwrap(), asn1::octet_string(&value)]);
        let mut encapsulated = vec![asn1::object_identifier(self.content_type)];
        encapsulated.extend(self.content.as_ref().map(|octets| asn1::context(0, &asn1::octet_string(octets))));
        let signed_data = asn1::sequence(&[
            asn1::unsigned(1),
            asn1::set_of(tag::SET, vec![digest]),
            asn1::sequence(&encapsulated),
            asn1::set_of(tag::context(0), self.certificates.clone()),
            asn1::set_of(tag::SET, vec![asn1::sequence(&info); self.signers]),
        ]);
        asn1::sequence(&[asn1::object_identifier(oid::SIGNED_DATA), asn1::context(0, &signed_data)])
    }
}

/// Value of signing-certificate-v2 for one certificate.
fn reference(certificate: &[u8]) -> Vec<u8> {
    asn1::sequence(&[asn1::sequence(&[asn1::sequence(&[asn1::octet_string(&SHA256.digest(certificate))])])])
}

/// A signed document with this SubFilter, and what `make` gives for the covered bytes in its hole.
fn with_cms(identity: &Identity, sub_filter: &str, make: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let (mut bytes, contents) = signed_with_room(identity, 6000);
    let name = b"/ETSI.CAdES.detached";
    let at = bytes.windows(name.len()).position(|window| window == name).unwrap();
    bytes[at..at + name.len()].copy_from_slice(format!("/{sub_filter:19}").as_bytes());
    if sub_filter == "ETSI.RFC3161" {
        let at = bytes.windows(10).position(|window| window == b"/Type /Sig").unwrap();
        bytes[at..at + 10].copy_from_slice(b"          ");
    }
    fill(bytes, contents, make)
}

fn made(make: &Make<'_>) -> Vec<u8> {
    with_cms(make.identity, "ETSI.CAdES.detached", |covered| make.cms(covered))
}

// What is right.

#[test]
fn every_key_type_passes() {
    let world = World::new();
    for key in KeyType::ALL {
        let signer = signer(&world.pki.issue(Profile::leader().key(key)).unwrap());
        let paddings = if matches!(key, KeyType::Rsa(_)) { vec![false, true] } else { vec![false] };
        for pss in paddings {
            let pdf = sign(&empty_page(), &SignatureParameters::leader(now()), &signer.clone().pss(pss).unwrap());
            let signature = world.only(&pdf);
            assert_verdict(&signature, Indication::TotalPassed, None, "time.not-proven");
            assert!(signature.digest_ok && signature.signature_ok && signature.modifications_allowed);
            assert_eq!(signature.level, Level::B);
            assert_eq!(signature.claimed_time.as_deref(), Some("2026-03-02T10:00:00+07:00"));
        }
    }
}

#[test]
fn what_the_tests_make_themselves_is_right() {
    let world = World::new();
    let leader = world.leader();
    assert_verdict(&world.only(&made(&Make::right(&leader))), Indication::TotalPassed, None, "");
}

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
fn adbe_signatures_are_read() {
    let world = World::new();
    let leader = world.leader();
    let with_attributes = Make { attributes: Some(Vec::new()), ..Make::right(&leader) };
    let bare = Make { attributes: None, ..Make::right(&leader) };
    for make in [&with_attributes, &bare] {
        let pdf = with_cms(&leader, "adbe.pkcs7.detached", |covered| make.cms(covered));
        let signature = world.only(&pdf);
        assert_verdict(&signature, Indication::TotalPassed, None, "ess.missing");
        assert_eq!(signature.level, Level::Pkcs7);
        let changed = altered(&pdf);
        assert!(!world.only(&changed).digest_ok);
        assert_eq!(world.only(&changed).indication, Indication::TotalFailed);
    }
    for attributes in [None, Some(Vec::new())] {
        let inside = |covered: &[u8]| {
            let content = Some(DigestAlgorithm::Sha1.digest(covered));
            Make { attributes: attributes.clone(), content, ..Make::right(&leader) }.cms(covered)
        };
        let pdf = with_cms(&leader, "adbe.pkcs7.sha1", inside);
        assert_verdict(&world.only(&pdf), Indication::TotalPassed, None, "");
        let changed = altered(&pdf);
        let why = Some(SubIndication::HashFailure);
        assert_verdict(&world.only(&changed), Indication::TotalFailed, why, "digest.mismatch");
        assert!(world.only(&changed).signature_ok);
    }
}

/// `openssl cms` signs as other software does: with signing-time and S/MIME capabilities.
#[test]
fn what_openssl_signs_is_read() {
    let world = World::new();
    let identity = world.pki.issue(Profile::leader()).unwrap();
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("by-openssl");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("key.pem"), identity.key_pem(None).unwrap()).unwrap();
    std::fs::write(folder.join("certificate.pem"), identity.certificate_pem().unwrap()).unwrap();
    std::fs::write(folder.join("chain.pem"), identity.chain_pem().unwrap()).unwrap();
    let run = |options: &str, covered: &[u8]| {
        std::fs::write(folder.join("covered"), covered).unwrap();
        let arguments = format!(
            "cms -sign -binary -in covered -signer certificate.pem -certfile chain.pem -inkey key.pem -outform DER -out cms.der {options}"
        );
        let made = Command::new("openssl").current_dir(&folder).args(arguments.trim().split(' ')).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        std::fs::read(folder.join("cms.der")).unwrap()
    };
    for options in ["", "-noattr", "-keyid", "-md sha512 -keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:20"] {
        let pdf = with_cms(&identity, "adbe.pkcs7.detached", |covered| run(options, covered));
        let signature = world.only(&pdf);
        assert_verdict(&signature, Indication::TotalPassed, None, "ess.missing");
        assert!(signature.digest_ok && signature.signature_ok, "{options}");
    }
    let cades = with_cms(&identity, "ETSI.CAdES.detached", |covered| run("-cades", covered));
    let signature = world.only(&cades);
    assert_verdict(&signature, Indication::TotalPassed, None, "signing-time.present");
    assert_eq!(signature.level, Level::Other, "PAdES-B-B forbids signing-time");
    let inside = with_cms(&identity, "adbe.pkcs7.detached", |covered| run("-nodetach", &covered[..100]));
    let why = Some(SubIndication::FormatFailure);
    assert_verdict(&world.only(&inside), Indication::TotalFailed, why, "cms.content-inside");
}

// What is wrong in one way.

#[test]
fn a_changed_document_and_a_changed_value() {
    let world = World::new();
    let pdf = signed_by(&world.leader());
    let changed = altered(&pdf);
    let signature = world.only(&changed);
    assert_verdict(&signature, Indication::TotalFailed, Some(SubIndication::HashFailure), "digest.mismatch");
    assert!(!signature.digest_ok && signature.signature_ok);

    let leader = world.leader();
    let wrong_value = with_cms(&leader, "ETSI.CAdES.detached", |covered| {
        let mut cms = Make::right(&leader).cms(covered);
        let last = cms.len() - 1;
        cms[last] ^= 1;
        cms
    });
    let signature = world.only(&wrong_value);
    assert_verdict(&signature, Indication::TotalFailed, Some(SubIndication::SigCryptoFailure), "signature.mismatch");
    assert!(signature.digest_ok && !signature.signature_ok);
}

#[test]
fn the_reference_to_the_certificate() {
    let world = World::new();
    let (leader, other) = (world.leader(), world.leader());
    let without = Make { attributes: Some(Vec::new()), ..Make::right(&leader) };
    let signature = world.only(&made(&without));
    let why = Some(SubIndication::SigConstraintsFailure);
    assert_verdict(&signature, Indication::Indeterminate, why, "ess.missing");
    assert!(signature.digest_ok && signature.signature_ok);
    assert_eq!(signature.level, Level::Other);

    let to_other = Some(vec![(oid::SIGNING_CERTIFICATE_V2, reference(&other.certificate_der))]);
    let mismatch = Make { attributes: to_other, ..Make::right(&leader) };
    let why = Some(SubIndication::NoSigningCertificateFound);
    assert_verdict(&world.only(&made(&mismatch)), Indication::Indeterminate, why, "ess.mismatch");

    let enclosed_other = Make { certificates: other.chain_der.clone(), ..Make::right(&leader) };
    let signature = world.only(&made(&enclosed_other));
    assert_verdict(&signature, Indication::Indeterminate, why, "signing-certificate.missing");
    assert!(signature.signer.is_none() && signature.digest_ok && !signature.signature_ok);

    let malformed = Some(vec![(oid::SIGNING_CERTIFICATE_V2, asn1::null())]);
    let malformed = Make { attributes: malformed, ..Make::right(&leader) };
    let why = Some(SubIndication::FormatFailure);
    assert_verdict(&world.only(&made(&malformed)), Indication::TotalFailed, why, "attribute.malformed");
}

#[test]
fn certificates_that_only_the_verifier_has() {
    let mut world = World::new();
    let leader = world.leader();
    let leaf_only = Make { certificates: vec![leader.certificate_der.clone()], ..Make::right(&leader) };
    let pdf = made(&leaf_only);
    let why = Some(SubIndication::NoCertificateChainFound);
    assert_verdict(&world.only(&pdf), Indication::Indeterminate, why, "chain.none");
    world.policy.material.certificates.push(leader.chain_der[1].clone());
    assert_verdict(&world.only(&pdf), Indication::TotalPassed, None, "");
    world.policy.material.certificates.insert(0, leader.certificate_der.clone());
    let none = Make { certificates: Vec::new(), ..Make::right(&leader) };
    assert_verdict(&world.only(&made(&none)), Indication::TotalPassed, None, "");
}

#[test]
fn trust() {
    let world = World::new();
    let stranger = TestPki::stranger(now()).unwrap();
    let unknown = stranger.issue(Profile::leader().key(KeyType::P256)).unwrap();
    let signature = world.only(&signed_by(&unknown));
    let why = Some(SubIndication::NoCertificateChainFound);
    assert_verdict(&signature, Indication::Indeterminate, why, "chain.none");
    assert!(signature.digest_ok && signature.signature_ok);
    let mut with_root = Make::right(&unknown);
    with_root.certificates.push(stranger.root_der().unwrap());
    assert_verdict(&world.only(&made(&with_root)), Indication::Indeterminate, why, "chain.untrusted-root");
}

#[test]
fn time() {
    let mut world = World::new();
    let (from, to) = ("2026-03-01T00:00:00Z".parse().unwrap(), "2026-03-31T00:00:00Z".parse().unwrap());
    let leader = world.pki.issue(Profile::leader().key(KeyType::P256).valid(from, to)).unwrap();
    let pdf = signed_by(&leader);
    assert_verdict(&world.only(&pdf), Indication::TotalPassed, None, "");
    let why = Some(SubIndication::OutOfBoundsNoPoe);
    world.policy.time = "2026-04-01T00:00:00Z".parse().unwrap();
    assert_verdict(&world.only(&pdf), Indication::Indeterminate, why, "certificate.expired");
    world.policy.time = "2026-02-01T00:00:00Z".parse().unwrap();
    assert_verdict(&world.only(&pdf), Indication::Indeterminate, why, "certificate.not-yet-valid");
    // The issuing CA ends ten years on, the leader's certificate long before.
    world.policy.time = "2037-01-01T00:00:00Z".parse().unwrap();
    assert!(codes(&world.only(&pdf)).contains(&"certificate.ca-expired"));
    // The root is trusted for being an anchor, and only said to be over.
    world.policy.time = "2047-01-01T00:00:00Z".parse().unwrap();
    assert!(codes(&world.only(&pdf)).contains(&"chain.anchor-expired"));

    // A claim that the certificate's dates contradict is only a claim, but said.
    world.policy.time = "2026-03-15T00:00:00Z".parse().unwrap();
    let young = Profile::leader().key(KeyType::P256).valid("2026-03-10T00:00:00Z".parse().unwrap(), to);
    let young = world.pki.issue(young).unwrap();
    let pdf = with_cms(&leader, "ETSI.CAdES.detached", |covered| Make::right(&young).cms(covered));
    assert_verdict(&world.only(&pdf), Indication::TotalPassed, None, "certificate.claimed-time");
}

#[test]
fn key_usage() {
    let world = World::new();
    let wrong = world.pki.issue(Profile::leader().key(KeyType::P256).key_usage(KeyUsage::Encipherment)).unwrap();
    let right = world.leader();
    let pdf = with_cms(&right, "ETSI.CAdES.detached", |covered| Make::right(&wrong).cms(covered));
    let why = Some(SubIndication::ChainConstraintsFailure);
    assert_verdict(&world.only(&pdf), Indication::Indeterminate, why, "certificate.key-usage");
}

#[test]
fn revocation() {
    let mut world = World::new();
    let silent = signed_by(&world.leader());
    assert_verdict(&world.only(&silent), Indication::TotalPassed, None, "revocation.not-published");
    let why = Some(SubIndication::TryLater);
    for profile in [Profile::leader().crl("http://crl.test/"), Profile::leader().ocsp("http://ocsp.test/")] {
        let published = world.pki.issue(profile.key(KeyType::P256)).unwrap();
        let signature = world.only(&signed_by(&published));
        assert_verdict(&signature, Indication::Indeterminate, why, "revocation.not-checked");
    }
    world.policy.constraints.revocation.rule = RevocationRule::Always;
    assert_verdict(&world.only(&silent), Indication::Indeterminate, why, "revocation.not-checked");
}

#[test]
fn weak_algorithms_and_keys() {
    let world = World::new();
    let leader = world.leader();
    let why = Some(SubIndication::CryptoConstraintsFailureNoPoe);
    let sha1 = Make { digest: DigestAlgorithm::Sha1, ..Make::right(&leader) };
    let signature = world.only(&made(&sha1));
    assert_verdict(&signature, Indication::Indeterminate, why, "algorithm.weak");
    assert!(signature.digest_ok && signature.signature_ok);
    let short = world.pki.issue(Profile::leader().key(KeyType::Rsa(1024))).unwrap();
    let scheme = SignatureScheme::RsaPkcs1v15(SHA256);
    let pdf = with_cms(&leader, "ETSI.CAdES.detached", |covered| Make { scheme, ..Make::right(&short) }.cms(covered));
    assert_verdict(&world.only(&pdf), Indication::Indeterminate, why, "key.weak");
}

#[test]
fn what_was_weak_later_was_good_before() {
    let mut world = World::new();
    let leader = world.leader();
    let pdf = made(&Make { digest: DigestAlgorithm::Sha1, ..Make::right(&leader) });
    let text = Constraints::built_in_text("default").unwrap();
    let with_end = |end: &str| Constraints::from_toml(&text.replace("\"2014-01-01\"", end)).unwrap();
    world.policy.constraints = with_end("2026-03-02T03:00:01Z");
    assert_verdict(&world.only(&pdf), Indication::TotalPassed, None, "");
    world.policy.constraints = with_end("2026-03-02T03:00:00Z");
    let why = Some(SubIndication::CryptoConstraintsFailureNoPoe);
    assert_verdict(&world.only(&pdf), Indication::Indeterminate, why, "algorithm.weak");
}

#[test]
fn the_level_and_the_time_stamp_that_a_policy_asks_for() {
    let mut world = World::new();
    let leader = world.leader();
    let pdf = signed_by(&leader);
    let pkcs7 = with_cms(&leader, "adbe.pkcs7.detached", |covered| Make::right(&leader).cms(covered));
    let why = Some(SubIndication::SigConstraintsFailure);
    world.policy.constraints.signature.minimum_level = Some(BaselineLevel::B);
    assert_verdict(&world.only(&pdf), Indication::TotalPassed, None, "");
    assert_verdict(&world.only(&pkcs7), Indication::Indeterminate, why, "level.too-low");
    world.policy.constraints.signature.minimum_level = Some(BaselineLevel::T);
    assert_verdict(&world.only(&pdf), Indication::Indeterminate, why, "level.too-low");
    world.policy.constraints.signature.minimum_level = None;
    world.policy.constraints.signature.time_stamp = Demand::Wanted;
    assert_verdict(&world.only(&pdf), Indication::TotalPassed, None, "timestamp.wanted");
    world.policy.constraints.signature.time_stamp = Demand::Required;
    assert_verdict(&world.only(&pdf), Indication::Indeterminate, why, "timestamp.required");
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
    assert_eq!((signature.role, signature.role_source), (Role::Other, RoleSource::None));
    assert!(codes(&signature).contains(&"role.not-in-roster"));
}

#[test]
fn format() {
    let world = World::new();
    let leader = world.leader();
    let why = Some(SubIndication::FormatFailure);
    let two = Make { signers: 2, ..Make::right(&leader) };
    assert_verdict(&world.only(&made(&two)), Indication::TotalFailed, why, "cms.several-signers");
    let none = Make { signers: 0, ..Make::right(&leader) };
    assert_verdict(&world.only(&made(&none)), Indication::TotalFailed, why, "cms.several-signers");
    let rubbish = with_cms(&leader, "ETSI.CAdES.detached", |_| b"rubbish".to_vec());
    let report = world.report(&rubbish);
    assert!(report.signatures.is_empty() && report.is_flawed(), "{report:#?}");
    assert_eq!(report.findings[0].code, Code::SignatureUnreadable);
    let bare = Make { attributes: None, ..Make::right(&leader) };
    assert_verdict(&world.only(&made(&bare)), Indication::TotalFailed, why, "message-digest.missing");
    let trailing = with_cms(&leader, "ETSI.CAdES.detached", |covered| {
        [Make::right(&leader).cms(covered), b"hidden".to_vec()].concat()
    });
    assert_verdict(&world.only(&trailing), Indication::TotalPassed, None, "cms.trailing-bytes");
    let unknown = with_cms(&leader, "kyso.unknown", |covered| Make::right(&leader).cms(covered));
    let why = Some(SubIndication::Custom);
    assert_verdict(&world.only(&unknown), Indication::Indeterminate, why, "subfilter.unknown");
}

#[test]
fn a_document_time_stamp_by_a_signers_certificate_never_passes() {
    let world = World::new();
    let authority = world.leader();
    let token = |covered: &[u8]| {
        let imprint = asn1::sequence(&[algorithm::write_digest(SHA256), asn1::octet_string(&SHA256.digest(covered))]);
        let info = asn1::sequence(&[
            asn1::unsigned(1),
            asn1::object_identifier("1.2.3.4"),
            imprint,
            asn1::unsigned(7),
            asn1::tlv(tag::GENERALIZED_TIME, b"20260302030405.25Z"),
        ]);
        Make { content: Some(info), content_type: oid::TST_INFO, ..Make::right(&authority) }.cms(covered)
    };
    let pdf = with_cms(&authority, "ETSI.RFC3161", token);
    let stamp = world.only(&pdf);
    assert_eq!((stamp.kind, stamp.role), (SignatureType::DocumentTimestamp, Role::Timestamp));
    let why = Some(SubIndication::ChainConstraintsFailure);
    assert_verdict(&stamp, Indication::Indeterminate, why, "timestamp.key-usage");
    assert!(stamp.digest_ok && stamp.signature_ok, "{:?}", stamp.findings);
    let changed = altered(&pdf);
    let stamp = world.only(&changed);
    assert_verdict(&stamp, Indication::TotalFailed, Some(SubIndication::HashFailure), "digest.mismatch");
    assert!(!stamp.digest_ok && stamp.signature_ok);
    let no_token = with_cms(&authority, "ETSI.RFC3161", |covered| Make::right(&authority).cms(covered));
    let why = Some(SubIndication::FormatFailure);
    assert_verdict(&world.only(&no_token), Indication::TotalFailed, why, "timestamp.unreadable");
}

#[test]
fn what_is_appended_is_not_passed() {
    let world = World::new();
    let pdf = signed_by(&world.leader());
    let mut appended = pdf.clone();
    appended.extend_from_slice(b"% more\n");
    let signature = world.only(&appended);
    assert!(!signature.modifications_allowed);
    assert_eq!(signature.indication, Indication::Indeterminate);
    assert!(signature.digest_ok && signature.signature_ok);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever single byte is changed inside of what is covered: never passed, never a panic.
    #[test]
    fn no_changed_byte_passes(position in any::<prop::sample::Index>(), change in 1u8..) {
        thread_local! {
            static SIGNED: (World, Vec<u8>) = {
                let world = World::new();
                let pdf = signed_by(&world.leader());
                (world, pdf)
            };
        }
        SIGNED.with(|(world, pdf)| {
            let range = world.only(pdf).byte_range;
            let covered: Vec<usize> =
                (0..range[1] as usize).chain(range[2] as usize..pdf.len()).collect();
            let mut changed = pdf.clone();
            changed[*position.get(&covered)] ^= change;
            let report = Document::parse(&changed).map_err(kyso::Error::from).and_then(|document| Validator::new(&document, &world.policy).report());
            let passed = report.is_ok_and(|report| {
                report.signatures.iter().any(|signature| signature.indication == Indication::TotalPassed)
            });
            prop_assert!(!passed);
            Ok(())
        })?;
    }
}
