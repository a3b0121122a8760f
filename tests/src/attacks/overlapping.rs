//! Annotations over one another on many pages of the signed version itself: what the signer saw there, nobody can tell.

use kyso::validate::Modifications;

use super::Family;
use super::base;
use super::certified::signed_by_another;
use crate::shapes::writer::{Objects, Xref, stream};
use crate::{keys, signing};

const OVERLAP: &[&str] = &["annotations.overlap"];

/// In place of an annotation: the one before it is listed again.
const AGAIN: &str = "again";

/// A document of this many pages, each with these annotations.
fn pages(count: u32, annotations: impl Fn(u32) -> Vec<String>) -> Vec<u8> {
    let mut objects = Objects::new();
    let mut put = |number: u32, body: String| _ = objects.insert(number, body.into_bytes());
    let kids: Vec<String> = (0..count).map(|page| format!("{} 0 R", 10 + page)).collect();
    put(1, "<< /Type /Catalog /Pages 2 0 R >>".into());
    put(2, format!("<< /Type /Pages /Kids [{}] /Count {count} >>", kids.join(" ")));
    put(3, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".into());
    let mut next = 100;
    for page in 0..count {
        let mut list = Vec::new();
        for annotation in annotations(page) {
            if annotation != AGAIN {
                put(next, annotation);
                next += 1;
            }
            list.push(format!("{} 0 R", next - 1));
        }
        put(
            10 + page,
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> \
                 /Contents 4 0 R /Annots [{}] >>",
                list.join(" ")
            ),
        );
    }
    put(9, "<< /Title (Contract) >>".into());
    objects.insert(4, stream("", b"BT /F1 14 Tf 70 780 Td (CONTRACT) Tj ET"));
    objects.insert(5, base::cover(200, 40, "SIGN HERE"));
    base::written(&objects, Xref::Table)
}

fn annotation(subtype: &str, rect: &str, more: &str) -> String {
    format!("<< /Type /Annot /Subtype /{subtype} /Rect [{rect}] /F 4 {more} >>")
}

/// With a frame.
fn link(rect: &str) -> String {
    annotation("Link", rect, "/Border [0 0 1] /A << /S /URI /URI (https://example.org/) >>")
}

/// Without a frame, as browsers and typesetting programs write them.
fn bare_link(rect: &str) -> String {
    link(rect).replace("[0 0 1]", "[0 0 0]")
}

/// A place for a signature, which shows something.
fn signature_field(rect: &str) -> String {
    annotation("Widget", rect, "/FT /Sig /T (Place) /AP << /N 5 0 R >>")
}

fn note(rect: &str) -> String {
    annotation("FreeText", rect, "/DA (/F1 9 Tf) /Contents (Note)")
}

pub(super) fn cases() -> Family {
    let mut family = Family::new("overlapping");
    let two = |first: String, second: String| move |_| vec![first.clone(), second.clone()];
    let notes = || two(note("70 600 270 640"), note("200 620 400 660"));
    family.attack("notes-on-three-pages", OVERLAP, base::sign(&pages(3, notes())));
    family.attack("one-inside-the-other", OVERLAP, {
        base::sign(&pages(4, two(link("70 600 270 640"), note("100 610 110 620"))))
    });
    family.attack("links-on-five-pages", OVERLAP, {
        base::sign(&pages(5, two(link("70 600 270 640"), link("268 600 400 640"))))
    });
    family.attack("link-with-a-look-on-five-pages", OVERLAP, {
        let shown = |rect: &str| bare_link(rect).replace("/F 4", "/F 4 /AP << /N 5 0 R >>");
        base::sign(&pages(5, two(shown("70 600 270 640"), shown("200 600 400 640"))))
    });
    family.attack("links-with-frames-by-default", OVERLAP, {
        let framed = |rect: &str| bare_link(rect).replace("/Border [0 0 0]", "/BS << /W 0 >>");
        base::sign(&pages(5, two(framed("70 600 270 640"), framed("200 600 400 640"))))
    });
    family.attack("places-for-signatures-on-four-pages", OVERLAP, {
        base::sign(&pages(4, two(signature_field("70 600 270 640"), signature_field("200 620 400 660"))))
    });
    family.attack("three-of-ten-pages", OVERLAP, {
        let some = |page: u32| match page % 4 {
            1 => vec![note("70 600 270 640"), note("200 620 400 660")],
            _ => vec![note("70 600 270 640"), note("300 620 400 660")],
        };
        base::sign(&pages(10, some))
    });
    family.attack("among-many-others", OVERLAP, {
        let many = |_| {
            let column = (0..40).map(|row| link(&format!("70 {} 270 {}", row * 20, row * 20 + 18)));
            column.chain([note("260 311 300 312.5")]).collect()
        };
        base::sign(&pages(3, many))
    });
    family.attack("corners-turned-round", OVERLAP, {
        base::sign(&pages(3, two(note("270 640 70 600"), note("400 660 200 620"))))
    });
    family.attack("then-signed-again", OVERLAP, signed_by_another(&base::sign(&pages(3, notes()))));

    let mut honest = |name: &str, file: Vec<u8>| family.honest(name, Modifications::None, base::sign(&file));
    honest("notes-on-two-pages", pages(2, notes()));
    honest("notes-on-two-of-ten-pages", {
        let some = |page: u32| match page {
            3 | 7 => vec![note("70 600 270 640"), note("200 620 400 660")],
            _ => vec![note("70 600 270 640")],
        };
        pages(10, some)
    });
    honest("bare-links-on-nine-pages", pages(9, two(bare_link("70 600 270 640"), bare_link("200 600 400 640"))));
    honest("bare-link-inside-another", pages(9, two(bare_link("70 600 270 640"), bare_link("100 610 110 620"))));
    honest("notes-over-bare-links", pages(9, two(bare_link("70 600 270 640"), note("200 620 400 660"))));
    honest("links-edge-to-edge", pages(9, two(link("70 600 270 640"), link("270 600 400 640"))));
    honest("links-that-share-half-a-point", pages(9, two(link("70 600 270 640"), link("269.5 600 400 640"))));
    honest("hidden", pages(9, two(note("70 600 270 640"), note("70 600 270 640").replace("/F 4", "/F 2"))));
    honest("not-to-be-viewed", pages(9, two(note("70 600 270 640"), note("70 600 270 640").replace("/F 4", "/F 32"))));
    honest("without-area", pages(9, two(note("70 600 270 640"), note("100 610 100 610"))));
    honest("pop-up", pages(9, two(note("70 600 270 640"), annotation("Popup", "100 610 300 700", ""))));
    honest("reply", pages(9, two(note("70 600 270 640"), annotation("Text", "70 600 90 620", "/IRT 100 0 R"))));
    honest("listed-twice", pages(9, two(note("70 600 270 640"), AGAIN.into())));
    family.honest("seal-over-the-signature", Modifications::FormFill, {
        signing::signed_and_sealed(&pages(5, |_| vec![note("70 600 270 640")]))
    });
    family.honest("seal-over-the-signature-and-notes-on-two-pages", Modifications::FormFill, {
        let papers = pages(3, |page| match page {
            0 => Vec::new(),
            _ => vec![note("70 600 270 640"), note("200 620 400 660")],
        });
        let signed = signing::sign(&papers, &signing::leader_parameters(), &keys::signer(&keys::LEADER));
        signing::seal(&signed, &signing::seal_parameters(), &keys::signer(&keys::SEAL))
    });
    family.honest("notes-on-two-pages-then-signed-again", Modifications::FormFill, {
        signed_by_another(&base::sign(&pages(2, notes())))
    });
    family
}
