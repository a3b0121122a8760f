//! PDFs of every shape: read, signed, sealed, and looked at by the outside judges.

use kyso::pdf::Document;
use kyso_tests::shapes;

#[test]
fn every_shape_is_read() {
    for shape in shapes::all() {
        let document = Document::parse(&shape.bytes).unwrap_or_else(|error| panic!("{}: {error}", shape.name));
        let pages = if shape.name == "nested-page-tree" { 2 } else { 1 };
        assert_eq!(document.page_count().unwrap(), pages, "{}", shape.name);
        assert_eq!(document.recovered().is_some(), shape.name.starts_with("startxref"), "{}", shape.name);
        let fields: Vec<String> = document.signature_fields().unwrap().into_iter().map(|field| field.name).collect();
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
