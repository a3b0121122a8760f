//! Signatures of every make that the field has, each in a PDF: right ones by every road that is read, and each wrong in
//! one way.

use std::sync::LazyLock;

use kyso::asn1::{self, oid, tag};
use kyso::{Code, Indication, Report, Role, SignatureReport};
use kyso_testpki::{Identity, KeyType};
use kyso_tests::{forge, keys, shapes, signing};
use openssl::asn1::Asn1Time;
use openssl::ecdsa::EcdsaSig;
use openssl::hash::{MessageDigest, hash, hash_xof};
use openssl::pkey::{PKey, Private};
use openssl::sign::Signer;
use openssl::x509::{X509, X509NameBuilder};

const SHA256: &str = "2.16.840.1.101.3.4.2.1";
const SHA512: &str = "2.16.840.1.101.3.4.2.3";
const ECDSA_SHA256: &str = "1.2.840.10045.4.3.2";

static P256: LazyLock<Identity> = LazyLock::new(|| keys::leader(KeyType::P256));

/// What one CMS is made of; [`right`] is PAdES-B-B.
#[derive(Clone)]
struct Make {
    certificates: Vec<Vec<u8>>,
    key: PKey<Private>,
    digest: MessageDigest,
    digest_oid: &'static str,
    /// DER of the digest's parameters.
    digest_parameters: Vec<u8>,
    signature_oid: &'static str,
    /// Values of CMSAlgorithmProtection, an attribute each.
    protections: Vec<Vec<u8>>,
    /// By subjectKeyIdentifier, not by issuer and serial number.
    by_key: bool,
    /// The attributes as they stand: not in DER's order.
    unordered: bool,
    /// The value is over the attributes in DER's order, however they stand.
    over_ordered: bool,
    /// Plain r and s (BSI TR-03111), not a SEQUENCE of them.
    plain: bool,
    content_type: &'static str,
    kind: &'static str,
}

fn right() -> Make {
    of(&P256, MessageDigest::sha256(), SHA256, ECDSA_SHA256)
}

fn of(identity: &Identity, digest: MessageDigest, digest_oid: &'static str, signature_oid: &'static str) -> Make {
    Make {
        certificates: identity.chain_der.clone(),
        key: identity.key.clone(),
        digest,
        digest_oid,
        digest_parameters: Vec::new(),
        signature_oid,
        protections: Vec::new(),
        by_key: false,
        unordered: false,
        over_ordered: false,
        plain: false,
        content_type: oid::DATA,
        kind: oid::SIGNED_DATA,
    }
}

impl Make {
    fn digest_of(&self, covered: &[u8]) -> Vec<u8> {
        if self.digest.type_() != MessageDigest::shake_256().type_() {
            return hash(self.digest, covered).unwrap().to_vec();
        }
        // RFC 8419, 2.3: 64 octets.
        let mut digest = vec![0; 64];
        hash_xof(self.digest, covered, &mut digest).unwrap();
        digest
    }

    fn cms(&self, covered: &[u8]) -> Vec<u8> {
        let certificate = X509::from_der(&self.certificates[0]).unwrap();
        let digest = asn1::sequence(&[asn1::object_identifier(self.digest_oid), self.digest_parameters.clone()]);
        let attribute =
            |kind, value| asn1::sequence(&[asn1::object_identifier(kind), asn1::set_of(tag::SET, vec![value])]);
        let reference = asn1::octet_string(&hash(MessageDigest::sha256(), &self.certificates[0]).unwrap());
        let reference = asn1::sequence(&[asn1::sequence(&[asn1::sequence(&[reference])])]);
        let mut attributes = vec![
            attribute(oid::CONTENT_TYPE, asn1::object_identifier(self.content_type)),
            attribute(oid::MESSAGE_DIGEST, asn1::octet_string(&self.digest_of(covered))),
            attribute(oid::SIGNING_CERTIFICATE_V2, reference),
        ];
        let protection = |value: &Vec<u8>| attribute(oid::ALGORITHM_PROTECTION, value.clone());
        attributes.extend(self.protections.iter().map(protection));
        let ordered = asn1::set_of(tag::SET, attributes.clone());
        attributes.sort();
        attributes.reverse();
        let unordered = attributes.concat();
        let ordered_contents = ordered[ordered.len() - unordered.len()..].to_vec();
        let standing = if self.unordered { unordered } else { ordered_contents };
        let message = if self.over_ordered { ordered } else { asn1::tlv(tag::SET, &standing) };
        let identifier = if self.by_key {
            asn1::tlv(0x80, certificate.subject_key_id().unwrap().as_slice())
        } else {
            let serial = certificate.serial_number().to_bn().unwrap().to_vec();
            let positive = if serial[0] & 0x80 == 0 { serial } else { [vec![0], serial].concat() };
            asn1::sequence(&[certificate.issuer_name().to_der().unwrap(), asn1::tlv(tag::INTEGER, &positive)])
        };
        let info = asn1::sequence(&[
            asn1::unsigned(if self.by_key { 3 } else { 1 }),
            identifier,
            digest.clone(),
            asn1::tlv(tag::context(0), &standing),
            asn1::sequence(&[asn1::object_identifier(self.signature_oid)]),
            asn1::octet_string(&self.value(&message)),
        ]);
        let signed_data = asn1::sequence(&[
            asn1::unsigned(1),
            asn1::set_of(tag::SET, vec![digest]),
            asn1::sequence(&[asn1::object_identifier(oid::DATA)]),
            asn1::set_of(tag::context(0), self.certificates.clone()),
            asn1::set_of(tag::SET, vec![info]),
        ]);
        asn1::sequence(&[asn1::object_identifier(self.kind), asn1::context(0, &signed_data)])
    }

    fn value(&self, message: &[u8]) -> Vec<u8> {
        let mut signer = match self.key.id() {
            openssl::pkey::Id::ED448 => Signer::new_without_digest(&self.key).unwrap(),
            _ => Signer::new(self.digest, &self.key).unwrap(),
        };
        let value = signer.sign_oneshot_to_vec(message).unwrap();
        if !self.plain {
            return value;
        }
        let both = EcdsaSig::from_der(&value).unwrap();
        [both.r().to_vec_padded(32).unwrap(), both.s().to_vec_padded(32).unwrap()].concat()
    }
}

/// A file with what `make` gives for the covered bytes in its hole, and these bytes behind it.
fn file(make: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let parameters = signing::parameters(Role::Leader).reserved(8000);
    let signed = signing::sign(&shapes::plain(), &parameters, &keys::signer(&P256));
    let signature = forge::signatures(&signed).remove(0);
    forge::with_contents(&signed, signature.hole(), &make(&signature.covered(&signed)))
}

fn report(file: &[u8], anchor: Option<&[u8]>) -> Report {
    let mut policy = signing::policy();
    if let Some(anchor) = anchor {
        policy.anchors.add(anchor).unwrap();
    }
    kyso::verify(file, &policy).unwrap()
}

fn only(file: &[u8]) -> SignatureReport {
    let [signature] = report(file, None).signatures.try_into().expect("one signature");
    signature
}

#[track_caller]
fn assert_found(signature: &SignatureReport, indication: Indication, code: &str) {
    let codes: Vec<&str> = signature.findings.iter().map(|finding| finding.code.name()).collect();
    assert_eq!(signature.indication, indication, "{codes:?}");
    assert!(code.is_empty() || codes.contains(&code), "{codes:?} without {code}");
    let intact = signature.digest_ok && signature.signature_ok;
    assert!(intact || indication != Indication::TotalPassed, "{codes:?}");
}

/// The outer elements of a CMS with lengths that only an end mark ends, as streaming signers write them.
fn indefinite(der: &[u8], depth: usize) -> Vec<u8> {
    let header = if der[1] & 0x80 == 0 { 2 } else { 2 + usize::from(der[1] & 0x7f) };
    let mut inside = Vec::new();
    let mut rest = &der[header..];
    while !rest.is_empty() {
        let length = match rest[1] {
            short @ 0..=0x7f => 2 + usize::from(short),
            long => {
                let count = usize::from(long & 0x7f);
                2 + count + rest[2..2 + count].iter().fold(0, |sum, &byte| sum << 8 | usize::from(byte))
            }
        };
        let (element, more) = rest.split_at(length);
        let constructed = element[0] & 0x20 != 0;
        inside.extend(if constructed && depth > 0 { indefinite(element, depth - 1) } else { element.to_vec() });
        rest = more;
    }
    [&[der[0], 0x80], &inside[..], &[0, 0]].concat()
}

#[test]
fn ber_with_indefinite_lengths() {
    for depth in 0..3 {
        let signature = only(&file(|covered| indefinite(&right().cms(covered), depth)));
        assert_found(&signature, Indication::TotalPassed, "time.not-proven");
    }
    // Cut inside, there is nothing to decode.
    let cut = report(&file(|covered| indefinite(&right().cms(covered), 2)[..600].to_vec()), None);
    assert!(cut.signatures.is_empty() && cut.is_flawed(), "{cut:#?}");
}

#[test]
fn a_signer_named_by_key_identifier() {
    let make = Make { by_key: true, ..right() };
    assert_found(&only(&file(|covered| make.cms(covered))), Indication::TotalPassed, "");
}

#[test]
fn attributes_out_of_order() {
    for over_ordered in [false, true] {
        let make = Make { unordered: true, over_ordered, ..right() };
        let signature = only(&file(|covered| make.cms(covered)));
        assert_found(&signature, Indication::TotalPassed, "signed-attributes.order");
    }
    let signature = only(&file(|covered| right().cms(covered)));
    assert!(signature.findings.iter().all(|finding| finding.code != Code::SignedAttributesOrder));
}

#[test]
fn digests_of_the_sha_3_family() {
    let rsa = &*keys::LEADER;
    for (digest, digest_oid, ecdsa, pkcs1) in [
        (MessageDigest::sha3_256(), "2.16.840.1.101.3.4.2.8", "2.16.840.1.101.3.4.3.10", "2.16.840.1.101.3.4.3.14"),
        (MessageDigest::sha3_384(), "2.16.840.1.101.3.4.2.9", "2.16.840.1.101.3.4.3.11", "2.16.840.1.101.3.4.3.15"),
        (MessageDigest::sha3_512(), "2.16.840.1.101.3.4.2.10", "2.16.840.1.101.3.4.3.12", "2.16.840.1.101.3.4.3.16"),
    ] {
        for make in [of(&P256, digest, digest_oid, ecdsa), of(rsa, digest, digest_oid, pkcs1)] {
            let mut bytes = file(|covered| make.cms(covered));
            assert_found(&only(&bytes), Indication::TotalPassed, "");
            bytes[12] ^= 1;
            assert_found(&only(&bytes), Indication::TotalFailed, "digest.mismatch");
        }
    }
}

#[test]
fn plain_ecdsa() {
    let make = Make { plain: true, signature_oid: "0.4.0.127.0.7.1.1.4.1.3", ..right() };
    assert_found(&only(&file(|covered| make.cms(covered))), Indication::TotalPassed, "");
    // The same value under the name of the other form.
    let make = Make { plain: true, ..right() };
    assert_found(&only(&file(|covered| make.cms(covered))), Indication::TotalFailed, "signature.mismatch");
    let make = Make { signature_oid: "0.4.0.127.0.7.1.1.4.1.3", ..right() };
    assert_found(&only(&file(|covered| make.cms(covered))), Indication::TotalFailed, "signature.mismatch");
}

/// A certificate that is its own anchor: the test PKI issues none for this key.
fn ed448() -> (PKey<Private>, Vec<u8>) {
    let key = PKey::generate_ed448().unwrap();
    let mut name = X509NameBuilder::new().unwrap();
    name.append_entry_by_text("CN", "Ed448").unwrap();
    let name = name.build();
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    builder.set_serial_number(&openssl::bn::BigNum::from_u32(77).unwrap().to_asn1_integer().unwrap()).unwrap();
    builder.set_subject_name(&name).unwrap();
    builder.set_issuer_name(&name).unwrap();
    builder.set_pubkey(&key).unwrap();
    builder.set_not_before(&Asn1Time::from_unix(keys::NOW.as_second() - 3600).unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::from_unix(keys::NOW.as_second() + 86_400).unwrap()).unwrap();
    builder.sign(&key, MessageDigest::null()).unwrap();
    (key, builder.build().to_der().unwrap())
}

/// RFC 8419 has SHAKE256 beside Ed448, and says its length (3.1); others are met.
#[test]
fn ed448_keys() {
    for (digest, digest_oid, digest_parameters) in [
        (MessageDigest::shake_256(), oid::SHAKE256_LEN, asn1::unsigned(512)),
        (MessageDigest::shake_256(), oid::SHAKE256, Vec::new()),
        (MessageDigest::sha512(), SHA512, Vec::new()),
    ] {
        let (key, certificate) = ed448();
        let make = of(&P256, digest, digest_oid, oid::ED448);
        let make = Make { key, certificates: vec![certificate.clone()], digest_parameters, ..make };
        let mut bytes = file(|covered| make.cms(covered));
        let judge = |bytes: &[u8]| report(bytes, Some(&certificate)).signatures.remove(0);
        let signature = judge(&bytes);
        assert!(signature.digest_ok && signature.signature_ok, "{:#?}", signature.findings);
        assert_ne!(signature.indication, Indication::TotalFailed);
        bytes[12] ^= 1;
        assert_found(&judge(&bytes), Indication::TotalFailed, "digest.mismatch");
    }
}

/// The length is part of the digest's name: another digest isn't compared, and never passes.
#[test]
fn shake256_of_another_length_is_not_known() {
    for parameters in [Vec::new(), asn1::null(), asn1::unsigned(256), asn1::unsigned(1024), asn1::octet_string(&[2, 0])]
    {
        let (key, certificate) = ed448();
        let make = of(&P256, MessageDigest::shake_256(), oid::SHAKE256_LEN, oid::ED448);
        let make = Make { key, certificates: vec![certificate.clone()], digest_parameters: parameters.clone(), ..make };
        let signature = report(&file(|covered| make.cms(covered)), Some(&certificate)).signatures.remove(0);
        assert_found(&signature, Indication::Indeterminate, "algorithm.unknown");
        assert!(!signature.digest_ok, "{parameters:?}");
    }
}

/// CMSAlgorithmProtection of these algorithms.
fn protection(digest: &[u8], signature: &[u8]) -> Vec<u8> {
    asn1::sequence(&[asn1::sequence(&[digest.to_vec()]), asn1::tlv(tag::context(1), signature)])
}

#[test]
fn algorithms_that_are_signed_are_those_that_are_used() {
    let named = asn1::object_identifier;
    let with_null = |oid| [named(oid), asn1::null()].concat();
    for value in [
        protection(&named(SHA256), &named(ECDSA_SHA256)),
        protection(&with_null(SHA256), &named(ECDSA_SHA256)),
        protection(&with_null(SHA256), &with_null(ECDSA_SHA256)),
    ] {
        let make = Make { protections: vec![value], ..right() };
        let mut bytes = file(|covered| make.cms(covered));
        assert_found(&only(&bytes), Indication::TotalPassed, "");
        bytes[12] ^= 1;
        assert_found(&only(&bytes), Indication::TotalFailed, "digest.mismatch");
    }
    let rsa = of(&keys::LEADER, MessageDigest::sha256(), SHA256, "1.2.840.113549.1.1.11");
    let make = Make { protections: vec![protection(&named(SHA256), &with_null("1.2.840.113549.1.1.11"))], ..rsa };
    assert_found(&only(&file(|covered| make.cms(covered))), Indication::TotalPassed, "");
}

#[test]
fn algorithms_that_are_signed_otherwise_fail() {
    let named = asn1::object_identifier;
    for (digest, signature) in [
        (SHA512, ECDSA_SHA256),
        ("1.3.14.3.2.26", ECDSA_SHA256),
        (SHA256, "1.2.840.10045.4.3.4"),
        (SHA256, "1.2.840.113549.1.1.11"),
        (SHA256, "1.2.840.10045.2.1"),
        ("1.2.3.4", "1.2.3.5"),
    ] {
        let make = Make { protections: vec![protection(&named(digest), &named(signature))], ..right() };
        assert_found(&only(&file(|covered| make.cms(covered))), Indication::TotalFailed, "algorithm.not-as-signed");
    }
    let parameters = [named(SHA256), asn1::unsigned(1)].concat();
    let make = Make { protections: vec![protection(&parameters, &named(ECDSA_SHA256))], ..right() };
    assert_found(&only(&file(|covered| make.cms(covered))), Indication::TotalFailed, "algorithm.not-as-signed");
}

#[test]
fn algorithms_that_are_signed_twice_or_not_readably_fail() {
    let named = asn1::object_identifier;
    let value = protection(&named(SHA256), &named(ECDSA_SHA256));
    let digest = asn1::sequence(&[named(SHA256)]);
    let malformed = [
        asn1::null(),
        asn1::octet_string(&value),
        asn1::tlv(tag::SEQUENCE, &[]),
        // Without a signature algorithm, with a MAC's (AuthenticatedData), with both.
        digest.clone(),
        asn1::sequence(std::slice::from_ref(&digest)),
        asn1::sequence(&[digest.clone(), asn1::tlv(tag::context(2), &named(SHA256))]),
        asn1::sequence(&[
            digest.clone(),
            asn1::tlv(tag::context(1), &named(ECDSA_SHA256)),
            asn1::tlv(tag::context(2), &named(SHA256)),
        ]),
        asn1::sequence(&[named(SHA256), asn1::tlv(tag::context(1), &named(ECDSA_SHA256))]),
    ];
    let lists =
        [vec![value.clone(), value.clone()], vec![value.clone(), protection(&named(SHA512), &named(ECDSA_SHA256))]];
    for protections in malformed.into_iter().map(|one| vec![one]).chain(lists) {
        let make = Make { protections, ..right() };
        assert_found(&only(&file(|covered| make.cms(covered))), Indication::TotalFailed, "attribute.malformed");
    }
}

#[test]
fn wrong_identifiers() {
    use Indication::{Indeterminate, TotalFailed, TotalPassed};
    let cases: [(&str, Make, Indication, &str); 6] = [
        (
            "a digest that nobody knows",
            Make { digest_oid: "1.2.3.4", ..right() },
            TotalPassed,
            "algorithm.digest-misnamed",
        ),
        (
            "a signature's name for a digest",
            Make { digest_oid: ECDSA_SHA256, ..right() },
            TotalPassed,
            "algorithm.digest-misnamed",
        ),
        (
            "a signature that nobody knows",
            Make { signature_oid: "1.2.3.4", ..right() },
            Indeterminate,
            "algorithm.unknown",
        ),
        (
            "a digest's name for a signature",
            Make { signature_oid: SHA256, ..right() },
            Indeterminate,
            "algorithm.unknown",
        ),
        ("another digest than the value's", Make { digest_oid: SHA512, ..right() }, TotalFailed, "digest.mismatch"),
        (
            "another signature than the value's",
            Make { signature_oid: "1.2.840.10045.4.3.4", ..right() },
            TotalFailed,
            "signature.mismatch",
        ),
    ];
    // What the signature's own algorithm says of its digest is what is compared.
    for (name, make, indication, code) in cases {
        let signature = only(&file(|covered| make.cms(covered)));
        println!("{name}");
        assert_found(&signature, indication, code);
    }
    let make = Make { content_type: oid::SIGNED_DATA, ..right() };
    assert_ne!(only(&file(|covered| make.cms(covered))).indication, TotalPassed);
    let make = Make { kind: oid::DATA, ..right() };
    let report = report(&file(|covered| make.cms(covered)), None);
    assert!(report.signatures.is_empty() && report.is_flawed(), "{report:#?}");
}

#[test]
fn what_stands_behind_the_cms() {
    let padded = |behind: &[u8]| only(&file(|covered| [&right().cms(covered), behind].concat()));
    assert_found(&padded(b"\0\0\0"), Indication::TotalPassed, "");
    let clean = padded(b"");
    assert!(clean.findings.iter().all(|finding| finding.code != Code::CmsTrailingBytes));
    for behind in [&b"\0\0 "[..], b"\xff", b"\x30\x03\x02\x01\x01"] {
        assert_found(&padded(behind), Indication::TotalPassed, "cms.trailing-bytes");
    }
}
