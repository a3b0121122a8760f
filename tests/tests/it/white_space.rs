//! White space behind a file's last end: a note, and no change; and what is appended to such a file.

use kyso::validate::{Coverage, Level, SignatureType};
use kyso::{BaselineLevel, Code, Document, Indication, Policy, Report, Role, Severity, SignatureParameters};
use kyso_testpki::{KeyType, Profile};
use kyso_tests::outside::Services;
use kyso_tests::{forge, keys, shapes, signing};

const ENDS: [&[u8]; 8] = [b"\n", b"\r\n", b" ", b"\0", b"\t\x0c", b"\r\n\r\n\r\n", &[0; 700], &[b' '; 5000]];

fn signed() -> Vec<u8> {
    signing::sign(&shapes::plain(), &signing::parameters(Role::Leader), &keys::signer(&keys::LEADER))
}

fn verify(bytes: &[u8]) -> Report {
    kyso::verify(bytes, &signing::policy()).unwrap()
}

#[track_caller]
fn assert_passed(bytes: &[u8], signatures: usize, what: &dyn std::fmt::Debug) -> Report {
    let report = verify(bytes);
    assert_eq!(report.signatures.len(), signatures);
    assert!(!report.is_flawed(), "{what:?}: {report:#?}");
    for signature in &report.signatures {
        assert_eq!(signature.indication, Indication::TotalPassed, "{what:?}: {signature:#?}");
        assert!(signature.modifications_allowed);
        assert!(matches!(signature.coverage, Coverage::WholeFile | Coverage::WholeRevision));
    }
    report
}

#[test]
fn white_space_is_a_note() {
    let signed = signed();
    for end in ENDS {
        let report = assert_passed(&[&signed, end].concat(), 1, &end.len());
        let told: Vec<_> = report.signatures[0]
            .findings
            .iter()
            .filter(|finding| finding.code == Code::CoverageWhiteSpace)
            .map(|finding| (finding.severity, finding.detail.clone()))
            .collect();
        assert_eq!(told, [(Severity::Info, Some(end.len().to_string()))]);
    }
    let clean = assert_passed(&signed, 1, &"nothing");
    assert!(clean.signatures[0].findings.iter().all(|finding| finding.code != Code::CoverageWhiteSpace));
}

#[test]
fn any_other_byte_is_none() {
    let signed = signed();
    for end in [&b"x"[..], b"\n%", b"\n\x0b", b" \x01", b"\n%%EOF\n", b"\r\n\r\n.", "\u{feff}".as_bytes(), &[0xa0]] {
        for end in [end.to_vec(), [&[b'\n'; 3000], end].concat(), [end, &[b'\n'; 3000]].concat()] {
            let report = verify(&[&signed, &end[..]].concat());
            let signature = &report.signatures[0];
            assert!(!signature.modifications_allowed, "{end:?}: {signature:#?}");
            assert_eq!(signature.indication, Indication::Indeterminate);
        }
    }
}

/// A portal appends a line end after each who signs.
#[test]
fn what_is_signed_and_sealed_over_white_space_verifies() {
    for end in ENDS {
        let first = [&signed(), end].concat();
        let sealed = signing::seal(&first, &signing::plain_seal(), &keys::signer(&keys::SEAL));
        assert!(sealed.starts_with(&first), "nothing that's written is rewritten");
        assert_passed(&sealed, 2, &end.len());
        assert_passed(&[&sealed, end].concat(), 2, &end.len());
        let by_officer = signing::sign(&first, &signing::parameters(Role::Other), &keys::signer(&keys::OFFICER));
        let all = signing::seal(&[&by_officer, end].concat(), &signing::plain_seal(), &keys::signer(&keys::SEAL));
        assert_passed(&[&all, end].concat(), 3, &end.len());
        shapes::qpdf(&all, &[]);
    }
}

/// Some programs sign the white space that they were given, or that they wrote, with the rest.
#[test]
fn white_space_that_was_signed_is_part_of_the_revision() {
    for end in [&b"\n"[..], b"\r\n\r\n", b" \n", &[0; 30]] {
        let signed = [&signed(), end].concat();
        let place = forge::signatures(&signed).pop().unwrap();
        let [first, length, second, rest] = place.byte_range;
        let wider = forge::with_byte_range(&signed, &place, [first, length, second, rest + end.len()]);
        let place = forge::signatures(&wider).pop().unwrap();
        let cms = forge::cms(&place.covered(&wider), &keys::signer(&keys::LEADER), &keys::LEADER.chain_der);
        let wider = forge::with_contents(&wider, place.hole(), &cms);
        assert_passed(&wider, 1, &end);
        let both = signing::sign(&wider, &signing::parameters(Role::Other), &keys::signer(&keys::OFFICER));
        assert_passed(&both, 2, &end);
    }
    // Not so where it's anything else.
    let signed = [&signed(), &b"\nx"[..]].concat();
    let place = forge::signatures(&signed).pop().unwrap();
    let [first, length, second, rest] = place.byte_range;
    let wider = forge::with_byte_range(&signed, &place, [first, length, second, rest + 2]);
    let place = forge::signatures(&wider).pop().unwrap();
    let cms = forge::cms(&place.covered(&wider), &keys::signer(&keys::LEADER), &keys::LEADER.chain_der);
    let wider = forge::with_contents(&wider, place.hole(), &cms);
    let both = signing::sign_unjudged(&wider, &signing::parameters(Role::Other), &keys::signer(&keys::OFFICER));
    assert_eq!(verify(&both).signatures[0].indication, Indication::TotalFailed);
}

#[test]
fn evidence_that_is_added_behind_white_space_counts() {
    let services = Services::start(*keys::NOW);
    let identity = services.world.issue(Profile::leader().key(KeyType::P256)).unwrap();
    let mut policy = Policy::at(services.world.now());
    policy.anchors.add(&services.world.root.der().unwrap()).unwrap();
    let plain = shapes::plain();
    let document = Document::parse(&plain).unwrap();
    let parameters = SignatureParameters::leader(services.world.now());
    let options = kyso::SigningOptions::by(&policy).outside(services.outside());
    let signed = kyso::sign(&document, &keys::signer(&identity), &parameters, &options).unwrap().tail.after(&plain);
    for end in [&b"\r\n"[..], &[0; 40], b" \n \n"] {
        let file = [&signed, end].concat();
        let document = Document::parse(&file).unwrap();
        let extended = kyso::extend(&document, BaselineLevel::Lta, &policy, &services.outside()).unwrap();
        assert_eq!(extended.tail.start, file.len() as u64);
        let lasting = [&file, &extended.tail.bytes, end].concat();
        let report = kyso::verify(&lasting, &policy).unwrap();
        for one in &report.signatures {
            assert_eq!(one.indication, Indication::TotalPassed, "{end:?}: {one:#?}");
        }
        let own = report.signatures.iter().find(|one| one.kind == SignatureType::Signature).unwrap();
        assert_eq!((own.level, report.signatures.len()), (Level::Lta, 2));
        // And evidence once more, over the white space behind the time-stamp.
        let document = Document::parse(&lasting).unwrap();
        let renewed = kyso::renew(&document, &policy, &services.outside()).unwrap();
        let report = kyso::verify(&[&lasting, &renewed.tail.bytes[..]].concat(), &policy).unwrap();
        assert!(report.signatures.iter().all(|one| one.indication == Indication::TotalPassed), "{report:#?}");
    }
}
