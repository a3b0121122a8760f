//! Pages and blocks added to documents of every shape, by updates that leave the document's own bytes alone.

use kyso::appearance::{Block, InkImage};
use kyso::{DocMdp, Document, Error, Lock, Rectangle, Role, Tail};
use kyso_tests::appended::{self, WORDS, demand_clean, is_read_by_poppler, statement, tagged, text};
use kyso_tests::picture::Picture;
use kyso_tests::shapes::writer::{Layout, Objects, Xref, stream, write};
use kyso_tests::shapes::{self, USER};
use kyso_tests::{keys, samples, signing};

const DPI: u32 = 50;
/// Where blocks go, on every shape.
const AT: Rectangle = Rectangle { x: 330.0, y: 120.0, width: 110.0, height: 110.0 };

fn joined(bytes: &[u8], tail: &Tail) -> Vec<u8> {
    assert_eq!(tail.start, bytes.len() as u64);
    [bytes, &tail.bytes].concat()
}

fn appended(bytes: &[u8], password: Option<&str>, pages: &[u8]) -> Result<Vec<u8>, Error> {
    let document = Document::parse_with_password(bytes, password)?;
    kyso::append(&document, &Document::parse(pages)?).map(|tail| joined(bytes, &tail))
}

fn overlaid(bytes: &[u8], block: Block<'_, '_>) -> Result<Vec<u8>, Error> {
    kyso::overlay(&Document::parse(bytes)?, 1, AT, block).map(|tail| joined(bytes, &tail))
}

#[track_caller]
fn refused_by<T>(outcome: Result<T, Error>) -> &'static str {
    match outcome {
        Err(Error::Refused { rule, .. }) => rule.name(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("nothing is refused"),
    }
}

/// The new pages are as they were made, the old ones as they were.
fn judge(before: &[u8], after: &[u8], paper: &[u8], password: &str, name: &str) {
    assert!(after.starts_with(before), "{name}");
    let read = |bytes| Document::parse_with_password(bytes, Some(password)).unwrap();
    let (old, new) = (read(before).page_count().unwrap(), read(paper).page_count().unwrap());
    let document = Document::parse_with_password(after, Some(password)).unwrap();
    assert_eq!(document.page_count().unwrap(), old + new, "{name}");
    assert_eq!(document.recovered(), None, "{name}");
    demand_clean(after, before, password, name);
    let texts = match password.is_empty() && !is_read_by_poppler(before) {
        true => return,
        false => (text(before, password), text(after, password)),
    };
    assert!(texts.1.starts_with(&texts.0), "{name}: {texts:?}");
    assert_eq!(texts.1[texts.0.len()..].matches(WORDS).count(), new, "{name}: {}", texts.1);
    for page in 1..=old {
        let pictures = [before, after].map(|bytes| Picture::of_opened(bytes, page, DPI, password));
        assert!(pictures[0] == pictures[1], "{name}: page {page} looks different");
    }
    for page in 1..=new {
        let pictures = [Picture::of_opened(paper, page, DPI, ""), Picture::of_opened(after, old + page, DPI, password)];
        assert!(pictures[0] == pictures[1], "{name}: new page {page} looks different");
    }
}

#[test]
fn every_shape_takes_pages() {
    let paper = statement(2);
    for shape in shapes::all() {
        let once = appended(&shape.bytes, None, &paper).unwrap_or_else(|error| panic!("{}: {error}", shape.name));
        judge(&shape.bytes, &once, &paper, "", shape.name);
        let twice = appended(&once, None, &statement(1)).unwrap();
        judge(&once, &twice, &statement(1), "", shape.name);
        // And it's signed and sealed as any.
        let both = signing::signed_and_sealed(&once);
        let report = kyso::verify(&both, &signing::policy()).unwrap();
        assert!(report.signatures.iter().all(|row| row.digest_ok && row.modifications_allowed), "{}", shape.name);
    }
}

#[test]
fn encrypted_documents_take_pages() {
    let paper = statement(1);
    for file in shapes::encrypted(USER) {
        let after = appended(&file.bytes, Some(USER), &paper).unwrap_or_else(|error| panic!("{}: {error}", file.name));
        judge(&file.bytes, &after, &paper, USER, &file.name);
    }
    for (permissions, allowed) in [("--modify=all", true), ("--modify=assembly", true), ("--modify=none", false)] {
        let bytes = shapes::encrypt(&shapes::plain(), ["", "author"], &["256", permissions], "disable");
        match allowed {
            true => drop(appended(&bytes, None, &paper).unwrap()),
            false => assert_eq!(refused_by(appended(&bytes, None, &paper)), "document.permissions"),
        }
        drop(appended(&bytes, Some("author"), &paper).unwrap());
    }
}

#[test]
fn tags_stand_beside_the_documents_own() {
    let paper = tagged("of the paper", "Nums");
    for parents in ["Nums", "Kids", "none"] {
        for xref in ["disable", "generate"] {
            let own = tagged("of the document", parents);
            let bytes = shapes::qpdf(&own, &[&format!("--object-streams={xref}")]);
            let once = appended(&bytes, None, &paper).unwrap();
            let after = appended(&once, None, &paper).unwrap();
            demand_clean(&after, &bytes, "", parents);
            let tree = appended::structure(&after);
            assert_eq!(tree.matches("\"of the paper\"").count(), 2, "{parents}: {tree}");
            assert_eq!(tree.matches("\"of the document\"").count(), 1, "{parents}: {tree}");
            assert_eq!(tree.matches("Part").count(), 2, "{parents}: {tree}");
            let document = Document::parse(&after).unwrap();
            let mut keys: Vec<i64> = Vec::new();
            for page in document.pages().unwrap() {
                keys.push(page.dictionary.get(b"StructParents").unwrap().as_i64().unwrap());
            }
            keys.dedup();
            assert!(keys.is_sorted() && keys.len() == 3, "{keys:?}");
        }
    }
}

#[test]
fn tags_come_to_a_document_without() {
    let paper = tagged("of the paper", "Kids");
    let plain = shapes::plain();
    let after = appended(&plain, None, &paper).unwrap();
    demand_clean(&after, &plain, "", "plain");
    assert!(appended::structure(&after).contains("\"of the paper\""));
    let document = Document::parse(&after).unwrap();
    assert!(!document.catalog().unwrap().has(b"MarkInfo"), "the old pages have no tags");

    let without = appended(&tagged("of the document", "Nums"), None, &shapes::plain()).unwrap();
    assert!(appended::structure(&without).contains("\"of the document\""));
}

#[test]
fn a_block_of_a_paper_brings_its_tags() {
    let source = tagged("of the paper", "Nums");
    let paper = Document::parse(&source).unwrap();
    let region = Rectangle { x: 90.0, y: 680.0, width: 150.0, height: 50.0 };
    for base in [shapes::plain(), tagged("of the document", "Kids")] {
        let after = overlaid(&base, Block::Page { paper: &paper, page: 1, region }).unwrap();
        demand_clean(&after, &base, "", "block");
        assert!(text(&after, "").contains("of the paper"));
        assert!(appended::structure(&after).contains("\"of the paper\""), "{}", appended::structure(&after));
    }
}

#[test]
fn blocks_stand_upright_where_they_were_asked_for() {
    let seal = InkImage::seal(&samples::seal(), signing::SEAL_MM).unwrap();
    let broken = [
        ("scaled", "2 0 0 2 50 50 cm 0 1 0 rg 0 0 20 20 re f"),
        ("clipped", "0 0 10 10 re W n 0 1 0 rg 0 0 20 20 re f"),
        ("excess", "q Q Q 0.5 0 0 0.5 0 0 cm 0 1 0 rg 100 100 200 200 re f Q Q"),
        ("open", "q q 3 0 0 3 0 0 cm BT /P BMC 1 0 0 1 9 9 Tm"),
        ("half a path", "0 1 0 rg 0 0 50 50 re"),
    ];
    let mut files: Vec<(String, Vec<u8>)> =
        shapes::all().into_iter().map(|shape| (shape.name.to_owned(), shape.bytes)).collect();
    for (name, content) in broken {
        let mut objects: Objects = [
            (1, b"<< /Type /Catalog /Pages 2 0 R >>".to_vec()),
            (2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 /Resources << /XObject << >> >> >>".to_vec()),
            (3, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>".to_vec()),
        ]
        .into();
        objects.insert(4, stream("", content.as_bytes()));
        files.push((name.to_owned(), write(&objects, &Layout { xref: Xref::Stream, ..Layout::default() })));
    }
    for (name, bytes) in files {
        let after = overlaid(&bytes, Block::Picture(&seal)).unwrap_or_else(|error| panic!("{name}: {error}"));
        demand_clean(&after, &bytes, "", &name);
        if !is_read_by_poppler(&bytes) {
            continue;
        }
        let (old, new) = (Picture::of_page(&bytes, 100), Picture::of_page(&after, 100));
        let red = |[red, green, blue]: [u8; 3]| red > 140 && green < 110 && blue < 110;
        let bounds = new.bounds(red).unwrap_or_else(|| panic!("{name}: nothing is seen"));
        // Poppler knows no UserUnit.
        let unit = if name == "user-unit" { 1.44 } else { 0.72 };
        let points = |pixels: u32| f64::from(pixels) * unit;
        let centre = (points(bounds.0 + bounds.2) / 2.0, points(new.height) - points(bounds.1 + bounds.3) / 2.0);
        let wanted = AT.centre();
        assert!((centre.0 - wanted.0).abs() < 1.5 && (centre.1 - wanted.1).abs() < 1.5, "{name}: {centre:?}");
        // Outside of it nothing changed.
        let outside = |picture: &Picture| {
            let mut picture = picture.clone();
            for (number, pixel) in picture.pixels.chunks_exact_mut(3).enumerate() {
                let (x, y) = (number as u32 % new.width, number as u32 / new.width);
                let (x, y) = (points(x), points(new.height) - points(y));
                if x > AT.x - 3.0 && x < AT.right() + 3.0 && y > AT.y - 3.0 && y < AT.top() + 3.0 {
                    pixel.fill(0);
                }
            }
            picture
        };
        assert!(outside(&old) == outside(&new), "{name}: something else changed");
    }
}

#[test]
fn signed_documents_take_nothing() {
    let paper = statement(1);
    let seal = InkImage::seal(&samples::seal(), signing::SEAL_MM).unwrap();
    let certified = signing::parameters(Role::Leader).lock(Lock::Certify(DocMdp::Annotations));
    for parameters in [signing::parameters(Role::Leader), signing::leader_parameters(), certified] {
        let signed = signing::sign(&shapes::plain(), &parameters, &keys::signer(&keys::LEADER));
        assert_eq!(refused_by(appended(&signed, None, &paper)), "append.signed");
        assert_eq!(refused_by(overlaid(&signed, Block::Picture(&seal))), "append.signed");
    }
    // An empty field is no signature.
    let reserved = shapes::all().into_iter().find(|shape| shape.name == "empty-field").unwrap();
    appended(&reserved.bytes, None, &paper).unwrap();
}

#[test]
fn a_signature_that_only_a_page_shows_is_one() {
    let mut objects: Objects = [
        (1, "<< /Type /Catalog /Pages 2 0 R >>"),
        (2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"),
        (3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Annots [5 0 R] >>"),
        (5, "<< /Type /Annot /Subtype /Widget /FT /Sig /T (a) /Rect [0 0 9 9] /V << /Type /Sig /Contents <00> >> >>"),
    ]
    .map(|(number, body): (u32, &str)| (number, body.as_bytes().to_vec()))
    .into();
    assert_eq!(refused_by(appended(&write(&objects, &Layout::default()), None, &statement(1))), "append.signed");
    objects.insert(1, b"<< /Type /Catalog /Pages 2 0 R /Perms << /DocMDP << /Type /Sig >> >> >>".to_vec());
    objects.insert(3, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>".to_vec());
    assert_eq!(refused_by(appended(&write(&objects, &Layout::default()), None, &statement(1))), "append.signed");
}

#[test]
fn forms_that_are_drawn_anew_and_broken_files_take_nothing() {
    let page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>".to_vec();
    let of = |catalog: &str, pages: &str| {
        let objects: Objects =
            [(1, catalog.as_bytes().to_vec()), (2, pages.as_bytes().to_vec()), (3, page.clone())].into();
        write(&objects, &Layout::default())
    };
    let tree = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>";
    let xfa = of("<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [] /XFA [(template) 3 0 R] >> >>", tree);
    assert_eq!(refused_by(appended(&xfa, None, &statement(1))), "append.xfa");
    let dynamic = of("<< /Type /Catalog /Pages 2 0 R /NeedsRendering true >>", tree);
    assert_eq!(refused_by(appended(&dynamic, None, &statement(1))), "document.xfa");
    let single = of("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Page /MediaBox [0 0 9 9] >>");
    assert_eq!(refused_by(appended(&single, None, &statement(1))), "document.page-tree");
    let cut = shapes::plain();
    let cut = &cut[..cut.len() - 60];
    assert_eq!(refused_by(appended(cut, None, &statement(1))), "document.cut-off");
    let off = Rectangle { x: 500.0, ..AT };
    let plain = shapes::plain();
    let paper = statement(1);
    let paper = Document::parse(&paper).unwrap();
    let block = Block::Page { paper: &paper, page: 1, region: AT };
    let document = Document::parse(&plain).unwrap();
    assert!(matches!(kyso::overlay(&document, 1, off, block), Err(Error::Parameters { .. })));
    assert!(matches!(kyso::overlay(&document, 2, AT, block), Err(Error::Parameters { .. })));
}
