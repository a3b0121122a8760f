//! Page trees that aren't as ISO 32000-2, 7.7.3 has them: read as poppler, MuPDF and PDFium read them, or refused before the
//! key is used and before anything is appended.

use kyso::{Code, Document, Error, Rectangle, Role};
use kyso_tests::first_step::{first_step, holds};
use kyso_tests::seen::drawn;
use kyso_tests::shapes::writer::{Layout, Objects, stream, write};
use kyso_tests::{shapes, signing};

const A4: &str = "/MediaBox [0 0 595 842]";

fn page(content: u32, entries: &str) -> String {
    format!("<< /Type /Page /Parent 2 0 R /Contents {content} 0 R /Resources << >> {entries} >>")
}

/// Three pages, objects 20 to 22 with contents 40 to 42, under the tree 2; and other objects.
fn document(kids: &str, count: &str, others: &[(u32, String)]) -> Vec<u8> {
    let mut objects = Objects::new();
    objects.insert(1, b"<< /Type /Catalog /Pages 2 0 R >>".to_vec());
    objects.insert(2, format!("<< /Type /Pages /Kids [{kids}] /Count {count} >>").into_bytes());
    for at in 0..3 {
        objects.insert(20 + at, page(40 + at, A4).into_bytes());
        objects.insert(40 + at, stream("", format!("0.2 g {} 700 40 40 re f", 60 + 100 * at).as_bytes()));
    }
    for (number, body) in others {
        objects.insert(*number, body.clone().into_bytes());
    }
    write(&objects, &Layout::default())
}

/// One page with these entries, under a tree with others.
fn shaped(entries: &str, inherited: &str) -> Vec<u8> {
    let root = format!("<< /Type /Pages /Kids [20 0 R] /Count 1 {inherited} >>");
    document("", "", &[(2, root), (20, page(40, entries))])
}

/// Neither signed, seen or unseen, nor appended to, stamped or extracted from.
#[track_caller]
fn refused(name: &str, bytes: &[u8]) {
    let rule = Code::DocumentPageTree;
    for parameters in [signing::leader_parameters(), signing::parameters(Role::Leader)] {
        assert_eq!(first_step(bytes, &parameters).map(drop), Err(rule.to_string()), "{name}");
    }
    let document = Document::parse(bytes).unwrap();
    let paper = shapes::plain();
    let appended = kyso::append(&document, &Document::parse(&paper).unwrap());
    assert!(matches!(&appended, Err(Error::Refused { rule: is, .. }) if *is == rule), "{name}: {appended:?}");
    let free = kyso::appearance::demand_free(&document);
    assert!(matches!(&free, Err(Error::Refused { rule: is, .. }) if *is == rule), "{name}: {free:?}");
}

/// A tree: its name, its kids, its count, and objects that are other than usual.
type Tree<'a> = (&'a str, &'a str, &'a str, &'a [(u32, &'a str)]);

#[test]
fn what_is_no_page_among_the_kids_is_refused() {
    let direct = page(41, A4);
    let cases: &[Tree<'_>] = &[
        ("null", "20 0 R null 21 0 R 22 0 R", "3", &[]),
        ("null that counts", "20 0 R null 21 0 R 22 0 R", "4", &[]),
        ("a reference to null", "20 0 R 90 0 R 21 0 R", "2", &[(90, "null")]),
        ("a reference to nothing", "20 0 R 95 0 R 21 0 R", "2", &[]),
        ("a number", "20 0 R 7 21 0 R", "2", &[]),
        ("a reference to a number", "20 0 R 90 0 R 21 0 R", "2", &[(90, "7")]),
        ("a stream", "20 0 R 40 0 R 21 0 R", "2", &[]),
        ("an array", "20 0 R [21 0 R] 22 0 R", "3", &[]),
        ("a reference to an array", "20 0 R 90 0 R 22 0 R", "3", &[(90, "[21 0 R]")]),
        ("a reference to a reference", "20 0 R 90 0 R 22 0 R", "3", &[(90, "21 0 R")]),
        ("a page that is no object of its own", &format!("20 0 R {direct} 22 0 R"), "3", &[]),
        ("the first page that is none", &format!("{direct} 21 0 R 22 0 R"), "3", &[]),
        ("a node that is none", "20 0 R << /Type /Pages /Kids [21 0 R 22 0 R] /Count 2 >>", "3", &[]),
        ("a font", "20 0 R 90 0 R", "2", &[(90, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")]),
    ];
    for (name, kids, count, others) in cases {
        let others: Vec<_> = others.iter().map(|(number, body)| (*number, (*body).to_owned())).collect();
        refused(name, &document(kids, count, &others));
    }
}

#[test]
fn a_wrong_count_is_refused() {
    for count in ["2", "5", "0", "-3", "(3)", "null"] {
        refused(count, &document("20 0 R 21 0 R 22 0 R", count, &[]));
    }
    for count in ["1", "5", "0", "null"] {
        let branch = format!("<< /Type /Pages /Parent 2 0 R /Kids [20 0 R 21 0 R] /Count {count} >>");
        refused(&format!("{count} of a branch"), &document("90 0 R 22 0 R", "3", &[(90, branch)]));
    }
    holds("by reference", &document("20 0 R 21 0 R 22 0 R", "90 0 R", &[(90, "3".into())]));
}

#[test]
fn pages_with_kids_and_nodes_without_are_refused() {
    for kids in ["/Kids []", "/Kids null", "/Kids 5", "/Kids [22 0 R]"] {
        let page = page(41, &format!("{A4} {kids}"));
        refused(kids, &document("20 0 R 21 0 R 22 0 R", "3", &[(21, page)]));
    }
    for kind in ["/Pages", "/Template", "/Foo", "(Page)"] {
        let page = page(41, A4).replace("/Type /Page ", &format!("/Type {kind} "));
        refused(kind, &document("20 0 R 21 0 R 22 0 R", "3", &[(21, page)]));
    }
    let node = "<< /Type /Page /Parent 2 0 R /Kids [21 0 R 22 0 R] /Count 2 >>";
    refused("a node called a page", &document("20 0 R 90 0 R", "3", &[(90, node.into())]));
    refused("no tree but a page", &document("", "", &[(2, page(40, A4))]));
}

#[test]
fn what_all_readers_read_alike_is_signed() {
    let untyped = page(41, A4).replace("/Type /Page ", "");
    holds("a page without a type", &document("20 0 R 21 0 R 22 0 R", "3", &[(21, untyped)]));
    let node = "<< /Parent 2 0 R /Kids [21 0 R 22 0 R] /Count 2 >>";
    holds("a node without a type", &document("20 0 R 90 0 R", "3", &[(90, node.into())]));
    let empty = "<< /Type /Pages /Parent 2 0 R /Kids [] /Count 0 >>";
    holds("an empty node", &document("20 0 R 90 0 R 21 0 R", "2", &[(90, empty.into())]));
    let lists = "<< /Type /Pages /Kids 91 0 R /Count 2 >>";
    holds("kids by reference", &document("", "", &[(2, lists.into()), (91, "[20 0 R 21 0 R]".into())]));
    for parent in ["", "/Parent 20 0 R", "/Parent 95 0 R"] {
        let page = page(41, A4).replace("/Parent 2 0 R", parent);
        holds(parent, &document("20 0 R 21 0 R 22 0 R", "3", &[(21, page)]));
    }
}

/// MuPDF finds pages down to here, poppler and PDFium deeper.
#[test]
fn a_tree_may_be_as_deep_as_others_read() {
    let deep = |depth: u32| {
        let mut others: Vec<(u32, String)> = (0..depth)
            .map(|at| {
                let parent = if at == 0 { 2 } else { 99 + at };
                let kid = if at + 1 == depth { 20 } else { 101 + at };
                (100 + at, format!("<< /Type /Pages /Parent {parent} 0 R /Kids [{kid} 0 R] /Count 1 >>"))
            })
            .collect();
        others.push((20, page(40, A4).replace("/Parent 2 0 R", &format!("/Parent {} 0 R", 99 + depth))));
        document("100 0 R", "1", &others)
    };
    holds("80", &deep(80));
    holds("99", &deep(99));
    assert!(first_step(&deep(100), &signing::leader_parameters()).is_err());
    let drawings = drawn(&[deep(99)]).remove(0);
    assert!(drawings.values().all(|found| found.as_ref().is_some_and(|boxes| boxes.len() == 1)), "{drawings:?}");
}

/// PDFium and MuPDF take what a page inherits from its /Parent, poppler from the nodes that list it.
#[test]
fn a_page_whose_parent_is_another_inherits_the_same_or_is_refused() {
    let small = "<< /Type /Pages /MediaBox [0 0 300 300] /Kids [20 0 R] /Count 1 >>";
    let root = format!("<< /Type /Pages /Kids [20 0 R] /Count 1 {A4} >>");
    let other = page(40, "").replace("/Parent 2 0 R", "/Parent 90 0 R");
    let file = document("", "", &[(2, root.clone()), (20, other.clone()), (90, small.into())]);
    refused("another size", &file);
    let turned = small.replace("/MediaBox [0 0 300 300]", &format!("{A4} /Rotate 90"));
    refused("another turn", &document("", "", &[(2, root.clone()), (20, other.clone()), (90, turned)]));
    let same = small.replace("/MediaBox [0 0 300 300]", A4);
    holds("the same size", &document("", "", &[(2, root), (20, other), (90, same)]));
}

#[test]
fn boxes_and_turns_that_readers_read_differently_are_refused() {
    for entries in [
        "/MediaBox [0 0 400 500 9]",
        "/MediaBox [0 0 595 0]",
        "/MediaBox [(0) 0 595 842]",
        "/MediaBox [0 0 595 842] /CropBox [0 900 560 1842]",
        "/MediaBox [0 0 595 842] /CropBox [595 0 900 842]",
        "/MediaBox [0 0 595 842] /Rotate 45",
        "/MediaBox [0 0 595 842] /Rotate 90.0",
        "/MediaBox [0 0 595 842] /UserUnit 0",
        "/MediaBox [0 0 595 842] /UserUnit -1",
    ] {
        refused(entries, &shaped(entries, ""));
    }
    refused("null over what is inherited", &shaped("/MediaBox null", A4));
    refused("no turn over one that is inherited", &shaped(&format!("{A4} /Rotate null"), "/Rotate 90"));
    refused("a crop box that is inherited", &shaped(A4, "/CropBox [1000 1000 1400 1500]"));
    for (entries, inherited) in [
        ("", A4),
        ("/MediaBox null", ""),
        ("/MediaBox [595 842 0 0]", ""),
        ("/MediaBox [0 0 595 842] /CropBox [0 0 0 0]", ""),
        ("/MediaBox [0 0 595 842] /Rotate -90", ""),
        ("/MediaBox [0 0 595 842] /Rotate 720", ""),
    ] {
        holds(entries, &shaped(entries, inherited));
    }
}

/// Without /MediaBox all three readers show Letter.
#[test]
fn a_page_without_a_size_is_letter() {
    let bytes = shaped("", "");
    let page = Document::parse(&bytes).unwrap().page(1).unwrap();
    assert_eq!(page.size(), (612.0, 792.0));
    holds("no size", &bytes);
    let beyond = Rectangle { x: 40.0, y: 750.0, width: 200.0, height: 80.0 };
    let parameters = signing::leader_parameters().place(kyso::Place::Rectangle { page: 1, rectangle: beyond });
    assert!(first_step(&bytes, &parameters).is_err());
}
