//! What was changed or is malformed.

use super::{Make, SHA256, World, altered, made, signed_by, with_cms};
use crate::common::assert_verdict;
use kyso::asn1::{self, oid, tag};
use kyso::pki::algorithm;
use kyso::validate::{SignatureType, Validator};
use kyso::{Code, Document, Indication, Role, SubIndication};
use proptest::prelude::*;

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
