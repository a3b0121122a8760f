use std::slice::from_ref;

use kyso_testpki::{Identity, KeyType, Profile, TestPki};
use openssl::ecdsa::EcdsaSig;

use super::chain::{self, Link, PathProblem, Purpose};
use super::*;

fn pki() -> TestPki {
    TestPki::new("2026-03-02T03:00:00Z".parse().unwrap()).unwrap()
}

const NOW: i64 = 1_772_420_400;

fn private(identity: &Identity) -> PrivateKey {
    PrivateKey::read(identity.key_pem(None).unwrap().as_bytes(), None).unwrap()
}

#[test]
fn a_signature_holds_for_its_message_key_and_scheme_only() {
    let pki = pki();
    let identity = pki.issue(Profile::leader()).unwrap();
    let (key, digest) = (private(&identity), DigestAlgorithm::Sha256);
    let pss = |salt_length| SignatureScheme::RsaPss { digest, mask: digest, salt_length };
    let (value, hash) = (sign(&key, pss(32), b"message").unwrap(), digest.digest(b"message"));
    let check = |scheme, message, value: &[u8]| verify(key.public(), scheme, message, value);
    assert_eq!(check(pss(32), Message::Bytes(b"message"), &value), Ok(true));
    assert_eq!(check(pss(32), Message::Digest(&hash), &value), Ok(true));
    assert_eq!(check(pss(20), Message::Bytes(b"message"), &value), Ok(false));
    assert_eq!(check(pss(32), Message::Bytes(b"other"), &value), Ok(false));
    assert_eq!(check(pss(32), Message::Digest(b"short"), &value), Ok(false));
    assert_eq!(check(pss(32), Message::Bytes(b"message"), &value[1..]), Ok(false));
    assert_eq!(check(SignatureScheme::RsaPkcs1v15(digest), Message::Bytes(b"message"), &value), Ok(false));
    assert!(check(SignatureScheme::Ecdsa(digest), Message::Bytes(b"message"), &value).is_err());
    let other = private(&pki.issue(Profile::seal()).unwrap());
    assert_eq!(verify(other.public(), pss(32), Message::Bytes(b"message"), &value), Ok(false));
}

#[test]
fn plain_ecdsa_is_read() {
    let identity = pki().issue(Profile::leader().key(KeyType::P256)).unwrap();
    let (key, digest) = (private(&identity), DigestAlgorithm::Sha256);
    let der = sign(&key, SignatureScheme::Ecdsa(digest), b"message").unwrap();
    let parts = EcdsaSig::from_der(&der).unwrap();
    let mut plain = parts.r().to_vec_padded(32).unwrap();
    plain.extend(parts.s().to_vec_padded(32).unwrap());
    let check =
        |value: &[u8]| verify(key.public(), SignatureScheme::EcdsaPlain(digest), Message::Bytes(b"message"), value);
    assert_eq!(check(&plain), Ok(true));
    assert_eq!(check(&plain[1..]), Ok(false));
    assert_eq!(check(&[]), Ok(false));
    assert_eq!(check(&der), Ok(false));
}

#[test]
fn ed25519_needs_the_message_itself() {
    let key = private(&pki().issue(Profile::leader().key(KeyType::Ed25519)).unwrap());
    let value = sign(&key, SignatureScheme::Ed25519, b"message").unwrap();
    assert_eq!(verify(key.public(), SignatureScheme::Ed25519, Message::Bytes(b"message"), &value), Ok(true));
    assert_eq!(verify(key.public(), SignatureScheme::Ed25519, Message::Bytes(b"other"), &value), Ok(false));
    assert!(verify(key.public(), SignatureScheme::Ed25519, Message::Digest(b"message"), &value).is_err());
}

/// The path as DER; what can't be read is left out.
fn path(
    certificate: &[u8],
    untrusted: &[Vec<u8>],
    anchors: &[Vec<u8>],
    time: Option<i64>,
) -> Result<Vec<Vec<u8>>, chain::PathError> {
    let links = |ders: &[Vec<u8>]| ders.iter().filter_map(|der| Link::read(der)).collect::<Vec<_>>();
    let (untrusted, anchors) = (links(untrusted), links(anchors));
    let (untrusted, anchors): (Vec<&Link>, Vec<&Link>) = (untrusted.iter().collect(), anchors.iter().collect());
    chain::build(&Link::read(certificate).unwrap(), &untrusted, &anchors, time, Purpose::Any)
}

#[test]
fn a_path_ends_at_any_anchor() {
    let pki = pki();
    let leader = pki.issue(Profile::leader().key(KeyType::P256)).unwrap();
    let (root, issuing) = (pki.root_der().unwrap(), leader.chain_der[1].clone());
    let build = |untrusted: &[Vec<u8>], anchors: &[Vec<u8>]| {
        path(&leader.certificate_der, untrusted, anchors, Some(NOW)).map_err(|error| error.problem)
    };
    let rubbish = vec![1, 2, 3];
    let (leaf, from_file) = (leader.certificate_der.clone(), [rubbish.clone(), issuing.clone()]);
    let whole = vec![leaf.clone(), issuing.clone(), root.clone()];
    assert_eq!(build(&from_file, &[rubbish, root.clone()]), Ok(whole));
    assert_eq!(build(&[], from_ref(&issuing)), Ok(vec![leaf.clone(), issuing.clone()]));
    assert_eq!(build(&[], from_ref(&leaf)), Ok(vec![leaf]));
    assert_eq!(build(&[], from_ref(&root)), Err(PathProblem::NoIssuer));
    assert_eq!(build(&[issuing.clone(), root], &[]), Err(PathProblem::UntrustedRoot));
    assert_eq!(build(&[issuing], &[]), Err(PathProblem::NoIssuer));
}

#[test]
fn time_is_an_argument() {
    let pki = pki();
    let (from, to) = ("2026-01-01T00:00:00Z".parse().unwrap(), "2026-02-01T00:00:00Z".parse().unwrap());
    let leader = pki.issue(Profile::leader().key(KeyType::P256).valid(from, to)).unwrap();
    let anchors = [pki.root_der().unwrap()];
    let build = |time| path(&leader.certificate_der, &leader.chain_der, &anchors, time);
    assert_eq!(build(Some(NOW)).unwrap_err().problem, PathProblem::Expired);
    assert_eq!(build(Some(NOW)).unwrap_err().depth, 0);
    assert_eq!(build(Some(1_767_000_000)).unwrap_err().problem, PathProblem::NotYetValid);
    assert_eq!(build(Some(1_768_000_000)).unwrap().len(), 3);
    assert_eq!(build(None).unwrap().len(), 3);
}

#[test]
fn a_leaf_is_no_issuer_and_a_damaged_signature_is_seen() {
    let pki = pki();
    let leader = pki.issue(Profile::leader().key(KeyType::P256)).unwrap();
    let mut forged = leader.certificate_der.clone();
    let last = forged.len() - 1;
    forged[last] ^= 1;
    let error = path(&forged, &leader.chain_der, &[pki.root_der().unwrap()], Some(NOW)).unwrap_err();
    assert_eq!((error.problem, error.depth), (PathProblem::BadSignature, 0));
    assert!(Link::read(b"rubbish").is_none());
}
