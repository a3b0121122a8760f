//! What several topics need: a signer, a signature of any make in the place of a right one, a verdict.

use jiff::Timestamp;
use kyso::crypto::hex;
use kyso::validate::Validator;
use kyso::{
    Document, Indication, Policy, PrivateKeySigner, Report, SignatureParameters, SignatureReport, SigningOptions,
    SubIndication,
};
use kyso_testpdfs::empty_page;
use kyso_testpki::Identity;

/// When everything here happens.
pub(crate) fn now() -> Timestamp {
    "2026-03-02T03:00:00Z".parse().unwrap()
}

pub(crate) fn signer(identity: &Identity) -> PrivateKeySigner {
    let certificates = identity.certificate_pem().unwrap() + &identity.chain_pem().unwrap();
    PrivateKeySigner::from_pem(identity.key_pem(None).unwrap().as_bytes(), None, certificates.as_bytes()).unwrap()
}

/// An empty page with a leader's signature for which `room` bytes are kept: the place of /Contents in the file, from `<`
/// to behind `>`.
pub(crate) fn signed_with_room(identity: &Identity, room: usize) -> (Vec<u8>, std::ops::Range<usize>) {
    let parameters = SignatureParameters::leader(now()).reserved(room);
    let pdf = empty_page();
    let document = Document::parse(&pdf).unwrap();
    let signed = kyso::sign(&document, &signer(identity), &parameters, &SigningOptions::default()).unwrap();
    (signed.tail.after(&pdf), signed.byte_range.before.end as usize..signed.byte_range.after.start as usize)
}

/// Puts what `make` gives for the covered bytes into /Contents.
pub(crate) fn fill(mut pdf: Vec<u8>, contents: std::ops::Range<usize>, make: impl FnOnce(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let cms = make(&[&pdf[..contents.start], &pdf[contents.end..]].concat());
    let mut digits = hex(&cms);
    let room = contents.len() - 2;
    assert!(digits.len() <= room);
    digits.extend(std::iter::repeat_n('0', room - digits.len()));
    pdf[contents.start + 1..contents.end - 1].copy_from_slice(digits.as_bytes());
    pdf
}

pub(crate) fn report(pdf: &[u8], policy: &Policy) -> Report {
    Validator::new(&Document::parse(pdf).unwrap(), policy).report().unwrap()
}

pub(crate) fn codes(signature: &SignatureReport) -> Vec<&str> {
    signature.findings.iter().map(|finding| finding.code.name()).collect()
}

/// An empty `code` asks for none.
#[track_caller]
pub(crate) fn assert_verdict(
    signature: &SignatureReport,
    indication: Indication,
    sub: Option<SubIndication>,
    code: &str,
) {
    let verdict = (signature.indication, signature.sub_indication);
    assert_eq!(verdict, (indication, sub), "{:#?}", signature.findings);
    assert!(code.is_empty() || codes(signature).contains(&code), "{:?}", codes(signature));
}
