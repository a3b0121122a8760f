//! PDFs of every shape: read, signed, sealed, and looked at by the outside judges.

use kyso::{Document, Indication, Place};
use kyso_pdf::SignatureField;
use kyso_tests::judges::{Case, all_good};
use kyso_tests::{keys, shapes, signing};

#[test]
fn every_shape_is_read() {
    for shape in shapes::all() {
        let document = Document::parse(&shape.bytes).unwrap_or_else(|error| panic!("{}: {error}", shape.name));
        let pages = if shape.name == "nested-page-tree" { 2 } else { 1 };
        assert_eq!(document.page_count().unwrap(), pages, "{}", shape.name);
        assert_eq!(document.recovered().is_some(), shape.name.starts_with("startxref"), "{}", shape.name);
        let fields: Vec<String> = SignatureField::all(&document).unwrap().into_iter().map(|field| field.name).collect();
        assert_eq!(fields, Vec::from_iter(shape.field), "{}", shape.name);
        let expected = match shape.name {
            "rotated-90" | "rotated-270" => (842.0, 595.0),
            "cropbox-off-zero" | "boxes-upside-down" => (515.0, 742.0),
            "cropbox-rotated" => (742.0, 515.0),
            "inherited-page-attributes" => (822.0, 575.0),
            "user-unit" => (1190.0, 1684.0),
            _ => (595.0, 842.0),
        };
        assert_eq!(document.page(1).unwrap().size(), expected, "{}", shape.name);
        assert!(document.page(1).unwrap().content(&document).unwrap().starts_with(b"0.2 g"), "{}", shape.name);
    }
}

#[test]
fn every_shape_is_signed_and_sealed() {
    let mut cases = Vec::new();
    for shape in shapes::all() {
        let mut leader = signing::leader_parameters();
        if let Some(field) = shape.field {
            leader = leader.field(field).place(Place::Field);
        }
        let signed = signing::sign(&shape.bytes, &leader, &keys::signer(&keys::LEADER));
        let sealed = signing::seal(&signed, &signing::seal_parameters(), &keys::signer(&keys::SEAL));
        assert!(sealed.starts_with(&shape.bytes), "{}", shape.name);

        let report = kyso::verify(&sealed, &signing::policy()).unwrap();
        assert_eq!(report.signatures.len(), 2, "{}", shape.name);
        for row in &report.signatures {
            assert_eq!(row.indication, Indication::TotalPassed, "{}: {row:#?}", shape.name);
            assert!(row.modifications_allowed, "{}: {row:#?}", shape.name);
        }
        if let Some(field) = shape.field {
            assert_eq!(report.signatures[0].field.as_deref(), Some(field), "{}", shape.name);
        }
        assert_eq!(style(&sealed), style(&shape.bytes), "{}: the tail has the file's own style", shape.name);
        cases.push(Case {
            name: shape.name.to_owned(),
            original: shape.bytes,
            signed: sealed,
            signatures: 2,
            // Poppler doesn't see a field whose widget is another object, whoever signs it.
            without: if shape.name == "empty-field-widget-apart" { vec!["pdfsig"] } else { vec![] },
            ..Case::default()
        });
    }
    all_good(&cases, &keys::PKI.root_pem().unwrap());
}

/// Whether the newest cross-reference section is a stream.
fn style(bytes: &[u8]) -> bool {
    let at = bytes.windows(8).rposition(|window| window == b"\ntrailer");
    let stream = bytes.windows(10).rposition(|window| window == b"/Type /XRe" || window == b"/Type/XRef");
    stream > at
}
