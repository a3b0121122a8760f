//! Annotations that lead elsewhere or do something: permission 3 names no kinds, and isn't meant for all.

use kyso::DocMdp;
use kyso::validate::Modifications::Annotations;

use super::base::{self, appended, edited, number::*, replaced};
use super::overlays::annotation;
use super::writer::{Section, Update};
use super::{CHANGED, FORBIDDEN, Family};
use crate::shapes::writer::{Objects, Xref};

const LINK: u32 = 30;
const WEB: &str = "/A << /S /URI /URI (https://example.vn/) >>";

/// A link on page 1, over the text or beside.
fn link(file: &[u8], rectangle: &str, more: &str) -> Update {
    let page = appended(file, PAGE, "/Annots", "200 0 R");
    let link = format!("<< /Type /Annot /Subtype /Link /Rect [{rectangle}] /P 3 0 R {more} >>");
    Update::new().object(PAGE, page).object(FAR, link)
}

/// The contract with a link on page 1.
fn linked() -> Vec<u8> {
    let mut objects: Objects = base::objects();
    let own = format!("<< /Type /Annot /Subtype /Link /Rect [70 300 190 320] /Border [0 0 0] {WEB} >>");
    objects.insert(LINK, own.into_bytes());
    objects.insert(PAGE, replaced(&objects[&PAGE], "/Annots [", "/Annots [30 0 R "));
    base::written(&objects, Xref::Table)
}

pub(super) fn cases() -> Family {
    let mut family = Family::new("links");
    let p3 = base::certified(DocMdp::Annotations);
    let beside = "420 300 540 330";
    let over = "60 730 400 760";
    for (name, more) in [
        ("to-the-web", WEB),
        ("to-the-web-with-a-line", "/Border [0 0 1] /A << /S /URI /URI (https://example.vn/) >>"),
        ("to-a-page", "/Border [0 0 0] /Dest [7 0 R /Fit]"),
        ("to-a-page-by-action", "/BS << /W 0 >> /A << /Type /Action /S /GoTo /D [7 0 R /Fit] >>"),
        ("to-another-file", "/A << /S /GoToR /F (law.pdf) /D [0 /Fit] >>"),
    ] {
        family.honest(name, Annotations, link(p3, beside, more).onto(p3));
    }
    family.honest(
        "over-the-text-without-a-line",
        Annotations,
        link(p3, over, &format!("/Border [0 0 0] {WEB}")).onto(p3),
    );
    family.honest("by-stream", Annotations, link(p3, beside, WEB).section(Section::Stream(FAR + 50)).onto(p3));
    family.honest("watermark-beside", Annotations, annotation(p3, "Watermark", beside, "", "Draft").onto(p3));
    family.honest("attachment-beside", Annotations, {
        annotation(p3, "FileAttachment", beside, "/FS << /Type /Filespec /F (a.txt) >>", "a.txt").onto(p3)
    });
    let linked_p3 = base::certify(&linked(), DocMdp::Annotations);
    let removed = |file: &[u8]| Update::new().object(PAGE, edited(file, PAGE, "30 0 R", "")).onto(file);
    let led_elsewhere = |file: &[u8]| {
        let other = edited(file, LINK, "https://example.vn/", "https://example.org/");
        Update::new().object(LINK, other).onto(file)
    };
    family.honest("removed", Annotations, removed(&linked_p3));
    family.honest("led-elsewhere", Annotations, led_elsewhere(&linked_p3));

    for (said, file) in [("p2", base::certified(DocMdp::FormFilling)), ("p1", base::certified(DocMdp::NoChanges))] {
        family.attack(format!("to-the-web-{said}"), FORBIDDEN, link(file, beside, WEB).onto(file));
    }
    let nothing_said = base::signed();
    family.attack("to-the-web-no-docmdp", CHANGED, link(nothing_said, beside, WEB).onto(nothing_said));
    let signed = base::sign(&linked());
    family.attack("removed-no-docmdp", CHANGED, removed(&signed));
    family.attack("led-elsewhere-no-docmdp", CHANGED, led_elsewhere(&signed));
    for (name, more) in [
        ("script", "/A << /S /JavaScript /JS (app.alert\\(1\\)) >>"),
        ("program", "/A << /S /Launch /F (cmd.exe) >>"),
        ("form-sent", "/A << /S /SubmitForm /F (https://example.vn/) >>"),
        ("layer-switched", "/A << /S /SetOCGState /State [/OFF 19 0 R] >>"),
        ("script-behind", "/A << /S /URI /URI (https://example.vn/) /Next << /S /JavaScript /JS (x) >> >>"),
        ("script-under-the-mouse", "/Dest [7 0 R /Fit] /AA << /E << /S /JavaScript /JS (x) >> >>"),
    ] {
        family.attack(name, CHANGED, link(p3, beside, more).onto(p3));
    }
    family.attack("line-that-hides-the-text", CHANGED, {
        link(p3, "60 744 400 746", &format!("/Border [0 0 30] /C [1 1 1] {WEB}")).onto(p3)
    });
    family.attack("look-that-hides-the-text", CHANGED, {
        annotation(p3, "Link", over, WEB, "The buyer pays 9999 VND to the seller.").onto(p3)
    });
    family.attack("watermark-printed-elsewhere", CHANGED, {
        let place = "/FixedPrint << /Type /FixedPrint /Matrix [1 0 0 1 60 730] >>";
        annotation(p3, "Watermark", beside, place, "9999").onto(p3)
    });
    family.attack("film", CHANGED, annotation(p3, "Screen", beside, "/A << /S /Rendition /OP 0 >>", "").onto(p3));
    family.attack("without-a-number", CHANGED, {
        let stamp = "<< /Type /Annot /Subtype /Stamp /Rect [60 730 400 760] /F 4 /AP << /N 201 0 R >> >>";
        let page = appended(p3, PAGE, "/Annots", stamp);
        Update::new().object(PAGE, page).object(FAR + 1, base::cover(340, 30, "9999")).onto(p3)
    });
    family.attack("field-under-another-kind", CHANGED, {
        annotation(p3, "Link", beside, "/FT /Tx /T (x) /AA << /K << /S /JavaScript /JS (x) >> >>", "x").onto(p3)
    });
    family
}
