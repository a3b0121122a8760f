//! Changes after a signature that are allowed and told nevertheless: what a person should look at.

use kyso::{DocMdp, Severity};
use kyso_tests::attacks::base::{self, number::*};
use kyso_tests::attacks::writer::Update;
use kyso_tests::shapes::writer::stream;
use kyso_tests::signing;

/// A finding's severity, code and detail.
type Told = (Severity, &'static str, Option<String>);

/// Whether the first signature passes, and the warnings and errors about later changes with their details.
fn told(file: &[u8]) -> (bool, Vec<Told>) {
    let report = kyso::verify(file, &signing::policy()).unwrap();
    let first = &report.signatures[0];
    let told = first.findings.iter().filter(|finding| finding.severity != Severity::Info);
    let told = told.filter(|finding| finding.code.name().starts_with("modifications."));
    let told = told.map(|finding| (finding.severity, finding.code.name(), finding.detail.clone())).collect();
    (first.modifications_allowed, told)
}

fn metadata(xmp: &[u8]) -> Vec<u8> {
    Update::new().object(METADATA, stream("/Type /Metadata /Subtype /XML", xmp)).onto(base::signed())
}

const PLAIN: &str = "<?xpacket begin=''?><x:xmpmeta xmlns:x='adobe:ns:meta/'></x:xmpmeta><?xpacket end='w'?>";

#[test]
fn metadata_with_a_document_type_or_entities_are_warned_of() {
    assert_eq!(told(&metadata(PLAIN.as_bytes())), (true, vec![]));
    let declared = [
        "<?xml version='1.0'?><!DOCTYPE x SYSTEM 'https://example.vn/x.dtd'><x/>",
        "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'Hà Nội'>]><x>&a;</x>",
        "<!ENTITY a SYSTEM 'file:///etc/hostname'>",
    ];
    for xmp in declared {
        let utf_16: Vec<u8> = xmp.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let utf_16_backwards: Vec<u8> = xmp.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [xmp.as_bytes().to_vec(), utf_16, utf_16_backwards] {
            assert_eq!(
                told(&metadata(&bytes)),
                (true, vec![(Severity::Warning, "modifications.metadata", None)]),
                "{xmp}"
            );
        }
    }
    // What can't be read may say anything.
    let broken = stream("/Type /Metadata /Subtype /XML /Filter /NoSuchFilter", b"anything");
    let file = Update::new().object(METADATA, broken).onto(base::signed());
    assert_eq!(told(&file), (true, vec![(Severity::Warning, "modifications.metadata", None)]));
}

#[test]
fn evidence_taken_away_is_told_where_it_is_allowed() {
    let stored = |file: &[u8]| {
        let update = Update::new().object(CATALOG, base::extended(file, CATALOG, "/DSS 210 0 R"));
        let update = update.object(210, "<< /Certs [211 0 R] /OCSPs [211 0 R] /VRI << /AB << /Cert [211 0 R] >> >> >>");
        update.stream(211, "", b"a certificate").onto(file)
    };
    let without = |file: &[u8], dss: &str| Update::new().object(210, dss).onto(file);
    for (dss, gone) in [
        ("<< /Certs [211 0 R] /OCSPs [211 0 R] >>", "/DSS /VRI"),
        ("<< /Certs [211 0 R] /OCSPs [211 0 R] /VRI << >> >>", "/DSS /VRI"),
        ("<< /Certs [211 0 R] /OCSPs [] /VRI << /AB << /Cert [211 0 R] >> >> >>", "/DSS /OCSPs"),
        ("<< /OCSPs [211 0 R] /VRI << /AB << /OCSP [211 0 R] >> >> >>", "/DSS /Certs"),
    ] {
        let gone = |severity| vec![(severity, "modifications.evidence-removed", Some(gone.to_owned()))];
        let file = without(&stored(base::signed()), dss);
        assert_eq!(told_of_evidence(&file), (true, gone(Severity::Warning)), "{dss}");
        for permission in [DocMdp::NoChanges, DocMdp::FormFilling] {
            let file = without(&stored(base::certified(permission)), dss);
            assert_eq!(told_of_evidence(&file), (false, gone(Severity::Error)), "{dss}");
        }
        let file = without(&stored(base::certified(DocMdp::Annotations)), dss);
        assert_eq!(told_of_evidence(&file), (true, gone(Severity::Warning)), "{dss}");
    }
    // The evidence of one signature is gone, that of another came: programs do so, and people should know.
    let of_another = "<< /Certs [211 0 R] /OCSPs [211 0 R] /VRI << /CD << /Cert [211 0 R] >> >> >>";
    let file = without(&stored(base::certified(DocMdp::NoChanges)), of_another);
    let gone = (Severity::Warning, "modifications.evidence-removed", Some("/DSS /VRI /AB".to_owned()));
    assert_eq!(told_of_evidence(&file), (true, vec![gone]));
    // Each part renewed, none gone.
    let renewed = "<< /Certs [212 0 R] /OCSPs [212 0 R] /CRLs [212 0 R] /VRI << /AB << /CRL [212 0 R] >> >> >>";
    let file = stored(base::certified(DocMdp::NoChanges));
    let file = Update::new().object(210, renewed).stream(212, "", b"a newer one").onto(&file);
    assert_eq!(told_of_evidence(&file), (true, vec![]));
}

/// As [`told`], of evidence alone.
fn told_of_evidence(file: &[u8]) -> (bool, Vec<Told>) {
    let (allowed, mut told) = told(file);
    told.retain(|(_, code, _)| *code == "modifications.evidence-removed");
    (allowed, told)
}

#[test]
fn links_that_lead_out_are_warned_of_under_permission_3() {
    let p3 = base::certified(DocMdp::Annotations);
    let link = |action: &str| {
        let link = format!("<< /Type /Annot /Subtype /Link /Rect [420 300 540 330] /Border [0 0 0] {action} >>");
        let page = base::appended(p3, PAGE, "/Annots", "200 0 R");
        told(&Update::new().object(PAGE, page).object(FAR, link).onto(p3))
    };
    let warned = |target: &str| (true, vec![(Severity::Warning, "modifications.link", Some(target.to_owned()))]);
    assert_eq!(link("/Dest [7 0 R /Fit]"), (true, vec![]));
    assert_eq!(link("/A << /S /GoTo /D [7 0 R /Fit] >>"), (true, vec![]));
    assert_eq!(link("/A << /S /URI /URI (https://example.vn/) >>"), warned("https://example.vn/"));
    assert_eq!(link("/A << /S /GoToR /F (law.pdf) /D [0 /Fit] >>"), warned("law.pdf"));
    assert_eq!(link("/A << /S /GoToR /F << /F (a.pdf) /UF (law.pdf) >> /D [0 /Fit] >>"), warned("law.pdf"));
    assert!(!link("/A << /S /JavaScript /JS (x) >>").0);
}

#[test]
fn a_signature_attached_later_is_named() {
    let cases = kyso_tests::attacks::all();
    for case in cases.iter().filter(|case| case.family == "attached") {
        let report = kyso::verify(&case.bytes, &signing::policy()).unwrap();
        let codes = report.signatures.iter().flat_map(|row| &row.findings).map(|finding| finding.code.name());
        let named = codes.filter(|code| *code == "modifications.signature-attached").count() > 0;
        assert_eq!(named, matches!(case.expected, kyso_tests::attacks::Expected::Flagged(_)), "{}", case.name);
    }
}
