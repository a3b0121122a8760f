//! Files in which a program has written wrong offsets of cross-reference sections: each revision keeps its boundary, and
//! what readers show that rebuild the file is judged too.

use kyso::validate::Coverage;
use kyso::{Code, Document, Indication, Report, Role, Severity};
use kyso_testpki::Identity;
use kyso_tests::attacks::writer::last_section;
use kyso_tests::shapes::writer::{Layout, Objects, Xref, append, stream, write};
use kyso_tests::{forge, keys, shapes, signing};

const PAGE: &str = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>";

/// A page with a drawing, by this cross-reference.
fn page(xref: Xref, startxref_error: i64) -> Vec<u8> {
    let objects = Objects::from([
        (1, b"<< /Type /Catalog /Pages 2 0 R >>".to_vec()),
        (2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec()),
        (3, PAGE.as_bytes().to_vec()),
        (4, stream("", b"0 0 9 9 re f")),
    ]);
    write(&objects, &Layout { xref, startxref_error, ..Layout::default() })
}

/// The number behind the last such keyword, off by this much; no byte moves.
fn off(bytes: &[u8], keyword: &str, by: i64) -> Vec<u8> {
    let at = bytes.windows(keyword.len()).rposition(|window| window == keyword.as_bytes()).unwrap() + keyword.len();
    let digits = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number: i64 = std::str::from_utf8(&bytes[at..at + digits]).unwrap().parse().unwrap();
    let wrong = format!("{:0digits$}", number + by);
    [&bytes[..at], wrong.as_bytes(), &bytes[at + digits..]].concat()
}

/// One more signature, by a program whose offsets of sections are off.
fn signed_by(file: &[u8], identity: &Identity, by: i64) -> Vec<u8> {
    let role = if identity.fingerprint() == keys::LEADER.fingerprint() { Role::Leader } else { Role::Other };
    let signed = signing::sign_unjudged(file, &signing::parameters(role), &keys::signer(identity));
    let wrong = off(&off(&signed, "/Prev ", by), "startxref\n", by);
    let signature = forge::signatures(&wrong).pop().unwrap();
    let cms = forge::cms(&signature.covered(&wrong), &keys::signer(identity), &identity.chain_der);
    forge::with_contents(&wrong, signature.hole(), &cms)
}

fn verify(bytes: &[u8]) -> Report {
    kyso::verify(bytes, &signing::policy()).unwrap()
}

fn codes(report: &Report) -> Vec<&'static str> {
    let own = report.signatures.iter().flat_map(|signature| &signature.findings);
    report.findings.iter().chain(own).map(|finding| finding.code.name()).collect()
}

#[test]
fn every_signature_keeps_its_revision_however_the_offsets_are_off() {
    for xref in [Xref::Table, Xref::Stream] {
        for by in [-30, -2, 1, 2, 6] {
            let unsigned = page(xref, by);
            let first = signed_by(&unsigned, &keys::LEADER, by);
            let second = signed_by(&first, &keys::OFFICER, by);
            for (file, signatures) in [(&first, 1), (&second, 2)] {
                let report = verify(file);
                assert_eq!((report.revisions, report.signatures.len()), (signatures + 1, signatures), "{xref:?} {by}");
                for signature in &report.signatures {
                    assert_eq!(signature.indication, Indication::TotalPassed, "{xref:?} {by}: {signature:#?}");
                    assert!(matches!(signature.coverage, Coverage::WholeFile | Coverage::WholeRevision));
                }
                let told = report.findings.iter().find(|finding| finding.code == Code::XrefRecovered);
                assert_eq!(told.map(|finding| finding.severity), Some(Severity::Warning), "{xref:?} {by}");
            }
        }
    }
}

#[test]
fn only_the_first_of_three_revisions_is_off() {
    for by in [-2, 1, 2] {
        let first = signed_by(&page(Xref::Table, by), &keys::LEADER, by);
        // A program that reads the file by its own way goes on from the right section.
        let second = signing::sign_unjudged(&first, &signing::parameters(Role::Other), &keys::signer(&keys::OFFICER));
        let report = verify(&second);
        assert_eq!(report.revisions, 3);
        let passed = |one: &kyso::SignatureReport| one.indication == Indication::TotalPassed;
        assert!(report.signatures.len() == 2 && report.signatures.iter().all(passed), "{by}: {report:#?}");
    }
}

#[test]
fn a_first_revision_without_a_section_keeps_the_later_ones() {
    let unsigned = page(Xref::Table, 0);
    let signed = signing::sign(&unsigned, &signing::parameters(Role::Leader), &keys::signer(&keys::LEADER));
    let at = unsigned.windows(5).position(|window| window == b"xref\n").unwrap();
    let mut garbled = signed;
    garbled[at] = b'#';
    let signature = forge::signatures(&garbled).pop().unwrap();
    let cms = forge::cms(&signature.covered(&garbled), &keys::signer(&keys::LEADER), &keys::LEADER.chain_der);
    let garbled = forge::with_contents(&garbled, signature.hole(), &cms);
    let sealed = signed_by(&garbled, &keys::OFFICER, 0);
    let report = verify(&sealed);
    let passed = |one: &kyso::SignatureReport| one.indication == Indication::TotalPassed;
    assert!(report.signatures.len() == 2 && report.signatures.iter().all(passed), "{report:#?}");
}

#[test]
fn what_is_changed_later_is_seen_through_wrong_offsets() {
    let fraud = Objects::from([(4, stream("", b"1 0 0 rg 0 0 500 500 re f"))]);
    for by in [-2, 0, 1, 6] {
        let signed = signed_by(&page(Xref::Table, by), &keys::LEADER, by);
        let changed = append(&signed, &fraud, &Layout::default());
        let both = off(&off(&changed, "/Prev ", by), "startxref\n", by);
        for file in [&changed, &both] {
            let report = verify(file);
            assert!(!report.signatures[0].modifications_allowed, "{by}: {report:#?}");
        }
    }
}

/// Readers that follow the chain leave an update out; readers that rebuild the file show it.
#[test]
fn what_only_rebuilding_readers_show_is_not_passed() {
    let signed = signed_by(&page(Xref::Table, 0), &keys::LEADER, 0);
    let section = last_section(&signed) as i64;
    let fraud = append(&signed, &Objects::from([(4, stream("", b"1 0 0 rg 0 0 500 500 re f"))]), &Layout::default());
    let honest = append(&fraud, &Objects::from([(40, b"(nothing)".to_vec())]), &Layout::default());
    let around = off(&honest, "/Prev ", section - last_section(&fraud) as i64);
    assert_eq!(around.len(), honest.len(), "the offsets have as many digits");
    for by in [0, 2, -3] {
        let report = verify(&off(&around, "startxref\n", by));
        assert!(!report.signatures[0].modifications_allowed, "{by}: {report:#?}");
    }
    // The newer section stands before the older one: who rebuilds the file takes the one for the other.
    let newer = |next: i64| {
        let newer = append(&signed, &Objects::from([(4, stream("", b"0 0 9 9 re f"))]), &Layout::default());
        off(&newer, "/Prev ", next - section)
    };
    let older =
        append(&newer(section), &Objects::from([(4, stream("", b"1 0 0 rg 0 0 500 500 re f"))]), &Layout::default());
    let at = last_section(&older) as i64;
    let tail = &older[newer(section).len()..];
    let older = [&newer(at)[..], &off(tail, "/Prev ", section - last_section(&newer(section)) as i64)].concat();
    let to_newer = last_section(&newer(section)) as i64 - at;
    for by in [2, -3] {
        let file = off(&older, "startxref\n", to_newer + by);
        let report = verify(&file);
        assert!(!report.signatures[0].modifications_allowed, "{by}: {:?}", codes(&report));
    }
}

/// What is signed next is found by other readers: where nobody has signed, the update lists all objects itself.
#[test]
fn an_update_over_broken_links_is_read_by_all() {
    let update = |file: &[u8]| append(file, &Objects::from([(40, b"(new)".to_vec())]), &Layout::default());
    let broken = off(&update(&page(Xref::Table, 0)), "/Prev ", 2);
    assert!(Document::parse(&broken).unwrap().recovered().is_some());
    let signed = signing::sign(&broken, &signing::parameters(Role::Leader), &keys::signer(&keys::LEADER));
    let read = Document::parse(&signed).unwrap();
    assert_eq!(read.recovered(), None, "other readers rebuild nothing");
    assert_eq!(verify(&signed).signatures[0].indication, Indication::TotalPassed);
    shapes::qpdf(&signed, &[]);
}
