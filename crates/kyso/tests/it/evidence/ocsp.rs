//! OCSP answers (RFC 6960).

use kyso::Material;
use kyso::asn1::{self, tag, tlv};
use kyso::crypto::{self, DigestAlgorithm, PrivateKey, SignatureScheme};
use kyso::error::Subject;
use kyso::error::evidence::{EvidenceDefect, EvidenceKind};
use kyso::pki::ocsp;
use kyso::pki::ocsp::OcspResponse;
use kyso::pki::revocation::{self, Found, RevocationReason, RevocationStatus};

use super::authority::Authority;

fn about(authority: &Authority, name: &str, answer: &[u8]) -> Found {
    let material = Material { ocsp_responses: vec![answer.to_vec()], ..Material::default() };
    revocation::of(&authority.certificate(name), &authority.certificate("ca"), &material)
}

fn defect(found: &Found) -> EvidenceDefect {
    assert!(found.evidence.is_empty(), "{:?}", found.evidence);
    assert_eq!(found.refused.len(), 1);
    found.refused[0].defect.clone()
}

#[test]
fn the_issuer_itself_answers() {
    let authority = Authority::new("ocsp-issuer");
    authority.issue("other", "leaf", 0x1002);
    authority.database(&[(0x1001, None), (0x1002, Some("250102030405Z,superseded"))]);
    let answer = authority.ocsp("leaf", "ca", "");
    let found = about(&authority, "leaf", &answer);
    let [evidence] = &found.evidence[..] else { panic!("{found:?}") };
    assert_eq!((evidence.kind, evidence.status), (EvidenceKind::Ocsp, RevocationStatus::Good));
    assert_eq!((evidence.is_delegated, evidence.no_check), (false, false));
    assert!(evidence.next_update.unwrap() > evidence.this_update && evidence.produced_at >= evidence.this_update);
    // What it says of one certificate it doesn't say of another.
    assert_eq!(about(&authority, "other", &answer), Found::default());

    let revoked = about(&authority, "other", &authority.ocsp("other", "ca", "")).evidence[0].status;
    let at = "2025-01-02T03:04:05Z".parse().unwrap();
    assert_eq!(revoked, RevocationStatus::Revoked { at, reason: Some(RevocationReason::Superseded) });
    authority.database(&[]);
    let unknown = about(&authority, "leaf", &authority.ocsp("leaf", "ca", "-sha256")).evidence[0].status;
    assert_eq!(unknown, RevocationStatus::Unknown);
}

#[test]
fn a_delegate_answers_if_its_issuer_said_so() {
    let authority = Authority::new("ocsp-delegate");
    authority.database(&[(0x1001, None)]);
    authority.issue("responder", "responder", 0x3001);
    authority.issue("checked", "checked_responder", 0x3002);
    authority.issue("nobody", "leaf", 0x3003);
    authority.root("twin", "authority_ext");
    authority.issue_by("twin", "foreign", "responder", 0x3004);
    for options in ["", "-resp_key_id", "-sha256", "-sha384"] {
        let found = about(&authority, "leaf", &authority.ocsp("leaf", "responder", options));
        let evidence = &found.evidence[0];
        assert!(evidence.is_delegated && evidence.no_check && evidence.status == RevocationStatus::Good);
        assert_eq!(evidence.signer, authority.certificate("responder"));
    }
    assert!(!about(&authority, "leaf", &authority.ocsp("leaf", "checked", "")).evidence[0].no_check);
    for wrong in ["nobody", "foreign"] {
        let answer = authority.ocsp("leaf", wrong, "");
        assert_eq!(defect(&about(&authority, "leaf", &answer)), EvidenceDefect::NotAuthorised, "{wrong}");
    }
    // Without its certificate in the answer it's looked for in the material.
    let answer = authority.ocsp("leaf", "responder", "-resp_no_certs");
    assert_eq!(defect(&about(&authority, "leaf", &answer)), EvidenceDefect::NoIssuer);
    let material = Material {
        ocsp_responses: vec![answer],
        certificates: vec![authority.read("responder.der")],
        ..Material::default()
    };
    let found = revocation::of(&authority.certificate("leaf"), &authority.certificate("ca"), &material);
    assert!(found.evidence[0].is_delegated);
}

#[test]
fn a_changed_or_cut_answer_says_nothing() {
    let authority = Authority::new("ocsp-changed");
    authority.database(&[(0x1001, Some("250102030405Z,superseded"))]);
    let answer = authority.ocsp("leaf", "ca", "");
    let at = answer.windows(15).position(|window| window == b"20250102030405Z").unwrap();
    let mut changed = answer.clone();
    changed[at + 3] = b'9';
    assert_eq!(defect(&about(&authority, "leaf", &changed)), EvidenceDefect::BadSignature);
    for cut in [0, 1, 5, answer.len() / 2, answer.len() - 1] {
        assert!(matches!(defect(&about(&authority, "leaf", &answer[..cut])), EvidenceDefect::Unreadable(_)));
    }
    for (code, name) in [(1, "malformedRequest"), (3, "tryLater"), (6, "unauthorized")] {
        let refusal = asn1::sequence(&[tlv(tag::ENUMERATED, &[code])]);
        let error = OcspResponse::parse(&refusal).unwrap_err().to_string();
        assert!(error.contains(name), "{error}");
    }
}

#[test]
fn one_wrapper_holds_one_answer() {
    let authority = Authority::new("ocsp-wrapper");
    authority.database(&[(0x1001, None)]);
    let answer = authority.ocsp("leaf", "ca", "");
    let children = |der: &[u8]| -> Vec<Vec<u8>> {
        let element = asn1::Reader::new(Subject::Cms, der).next().unwrap();
        element.children().unwrap().all().unwrap().iter().map(|one| one.raw().to_vec()).collect()
    };
    let outer = children(&answer);
    let [status, wrapper] = outer.as_slice() else { panic!("{outer:?}") };
    let bytes = children(wrapper).concat();
    assert_eq!(about(&authority, "leaf", &asn1::sequence(&outer)).evidence.len(), 1);
    let twice = tlv(tag::context(0), &[bytes.clone(), bytes].concat());
    for more in [vec![status.clone(), twice], vec![status.clone(), wrapper.clone(), wrapper.clone()]] {
        assert!(matches!(defect(&about(&authority, "leaf", &asn1::sequence(&more))), EvidenceDefect::Unreadable(_)));
    }
}

#[test]
fn the_command_understands_what_is_asked() {
    let authority = Authority::new("ocsp-request");
    authority.database(&[(0x1001, None)]);
    let (leaf, issuer) = (authority.certificate("leaf"), authority.certificate("ca"));
    authority.write("request.der", ocsp::request(&leaf, &issuer, Some(b"sixteen octets!!")).unwrap());
    let said = authority.openssl(
        "ocsp -index index.txt -CA ca.pem -rsigner ca.pem -rkey ca.key -reqin request.der -respout answer.der -ndays 1 \
         -req_text",
    );
    assert!(said.contains("Serial Number: 1001") && said.contains("OCSP Nonce"), "{said}");
    let answer = authority.read("answer.der");
    assert_eq!(OcspResponse::parse(&answer).unwrap().nonce(), Some(&b"sixteen octets!!"[..]));
    assert_eq!(about(&authority, "leaf", &answer).evidence[0].status, RevocationStatus::Good);
    authority.write("plain.der", ocsp::request(&leaf, &issuer, None).unwrap());
    assert!(!authority.openssl("ocsp -reqin plain.der -req_text -noverify").contains("Nonce"));
}

/// One answer, as its fields say.
struct Crafted {
    produced_at: &'static [u8],
    statuses: Vec<Vec<u8>>,
    extensions: Vec<Vec<u8>>,
}

fn craft(authority: &Authority, crafted: &Crafted) -> Vec<u8> {
    let request = ocsp::request(&authority.certificate("leaf"), &authority.certificate("ca"), None).unwrap();
    let inside = |der: &[u8]| asn1::Reader::new(Subject::Cms, der).next().unwrap().contents().to_vec();
    // OCSPRequest, TBSRequest, SEQUENCE OF Request, Request: then the CertID.
    let id = inside(&inside(&inside(&inside(&request))));
    let single = |status: &Vec<u8>| {
        asn1::sequence(&[id.clone(), status.clone(), tlv(tag::GENERALIZED_TIME, b"20261123134126.481793Z")])
    };
    let mut data = vec![
        asn1::context(1, authority.certificate("ca").subject().der()),
        tlv(tag::GENERALIZED_TIME, crafted.produced_at),
        asn1::sequence(&crafted.statuses.iter().map(single).collect::<Vec<_>>()),
    ];
    if !crafted.extensions.is_empty() {
        data.push(asn1::context(1, &asn1::sequence(&crafted.extensions)));
    }
    let data = asn1::sequence(&data);
    let key = PrivateKey::read(&authority.read("ca.key"), None).unwrap();
    let scheme = SignatureScheme::Ecdsa(DigestAlgorithm::Sha256);
    let value = crypto::sign(&key, scheme, &data).unwrap();
    let algorithm = kyso::pki::algorithm::write_signature(scheme).unwrap();
    let bits = tlv(tag::BIT_STRING, &[&[0][..], &value].concat());
    let basic = asn1::octet_string(&asn1::sequence(&[data, algorithm, bits]));
    let bytes = asn1::sequence(&[asn1::object_identifier("1.3.6.1.5.5.7.48.1.1"), basic]);
    asn1::sequence(&[tlv(tag::ENUMERATED, &[0]), asn1::context(0, &bytes)])
}

#[test]
fn fractions_of_a_second_and_odd_answers() {
    let authority = Authority::new("ocsp-crafted");
    let good = tlv(0x80, &[]);
    let revoked = tlv(0xA1, &tlv(tag::GENERALIZED_TIME, b"20250102030405Z"));
    let crafted =
        Crafted { produced_at: b"20261123134126.481793Z", statuses: vec![good.clone()], extensions: Vec::new() };
    let found = about(&authority, "leaf", &craft(&authority, &crafted));
    assert_eq!(found.evidence[0].produced_at, "2026-11-23T13:41:26.481793Z".parse().unwrap());
    assert_eq!(found.evidence[0].next_update, None);

    let twice = Crafted { statuses: vec![good.clone(), good.clone()], ..crafted };
    assert_eq!(about(&authority, "leaf", &craft(&authority, &twice)).evidence[0].status, RevocationStatus::Good);
    let torn = Crafted { statuses: vec![good, revoked], ..twice };
    assert!(matches!(defect(&about(&authority, "leaf", &craft(&authority, &torn))), EvidenceDefect::Malformed(_)));
    let extension =
        asn1::sequence(&[asn1::object_identifier("1.2.3.4"), asn1::boolean(true), asn1::octet_string(&[5, 0])]);
    let odd = Crafted { statuses: vec![tlv(0x80, &[])], extensions: vec![extension], ..torn };
    assert_eq!(
        defect(&about(&authority, "leaf", &craft(&authority, &odd))),
        EvidenceDefect::Malformed("critical extension 1.2.3.4".into())
    );
}
