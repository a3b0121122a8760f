//! References that led nowhere when the file was signed, and lead somewhere now.

use kyso::validate::Modifications;

use super::base::{self, content, cover, number::*, replaced};
use super::by_hand::signed_by_hand;
use super::certified::signed_by_another;
use super::honest::evidence;
use super::shadow_replace::filled;
use super::writer::{Row, Section, Update, biggest_size};
use super::{CHANGED, Family};
use crate::shapes::writer::{Xref, stream};

/// The signed contract with `from` replaced by `to` in an object: `to` refers to object 200, which isn't there.
fn with(number: u32, from: &str, to: &str) -> Vec<u8> {
    let mut objects = base::objects();
    let body = replaced(&objects[&number], from, to);
    objects.insert(number, body);
    base::sign(&base::written(&objects, Xref::Table))
}

pub(super) fn cases() -> Family {
    let mut family = Family::new("dangling");
    let lie = || cover(340, 30, "The buyer pays 9999 VND to the seller.");
    let overlay = "<< /Type /Annot /Subtype /Stamp /Rect [60 730 400 760] /F 4 /P 3 0 R /AP << /N 201 0 R >> >>";
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources 5 0 R /Contents 4 0 R >>";
    let script = "<< /S /JavaScript /JS (app.alert\\(1\\)) >>";

    let in_contents = with(PAGE, "/Contents 4 0 R", "/Contents [4 0 R 200 0 R]");
    let paint =
        || Update::new().object(FAR, stream("", b"1 g 60 730 340 30 re f 0 g BT /F1 14 Tf 70 740 Td (nothing) Tj ET"));
    family.attack("content", CHANGED, paint().onto(&in_contents));
    family.attack("content-by-stream", CHANGED, paint().section(Section::Stream(FAR + 9)).onto(&in_contents));
    family.attack("form-xobject", CHANGED, {
        let file = with(RESOURCES, "/Cover 26 0 R", "/Cover 200 0 R");
        Update::new().object(FAR, lie()).onto(&file)
    });
    family.attack("font", CHANGED, {
        let file = with(RESOURCES, "/F1 6 0 R", "/F1 200 0 R");
        let font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Differences [49 /nine] >> >>";
        Update::new().object(FAR, font).onto(&file)
    });
    family.attack("glyph", CHANGED, {
        let file = with(GLYPHS, "/b 24 0 R", "/b 200 0 R");
        Update::new().stream(FAR, "", b"1000 0 0 0 800 800 d1 0 0 800 800 re f").onto(&file)
    });
    family.attack("annotation", CHANGED, {
        let file = with(PAGE, "/Annots [", "/Annots [200 0 R ");
        Update::new().object(FAR, overlay).object(FAR + 1, lie()).onto(&file)
    });
    family.attack("annotations-of-a-page", CHANGED, {
        let file = with(SECOND_PAGE, "/Annots [17 0 R 18 0 R]", "/Annots 200 0 R");
        Update::new().object(FAR, "[202 0 R]").object(FAR + 2, overlay).object(FAR + 1, lie()).onto(&file)
    });
    family.attack("appearance", CHANGED, {
        let file = with(NOTE, "/N 22 0 R", "/N 200 0 R");
        Update::new().object(FAR, lie()).onto(&file)
    });
    family.attack("page", CHANGED, {
        // We sign no such file; another program might.
        let mut objects = base::objects();
        let pages = replaced(&objects[&PAGES], "[3 0 R 7 0 R] /Count 2", "[3 0 R 7 0 R 200 0 R] /Count 3");
        objects.insert(PAGES, pages);
        let unsigned = base::written(&objects, Xref::Table);
        let field =
            "<< /Type /Annot /Subtype /Widget /FT /Sig /T (By hand) /Rect [0 0 0 0] /F 132 /P 3 0 R /V 220 0 R >>";
        let update = Update::new()
            .object(PAGE, base::appended(&unsigned, PAGE, "/Annots", "210 0 R"))
            .object(FORM, base::edited(&unsigned, FORM, "/Fields [", "/Fields [210 0 R "))
            .object(210, field);
        let file = signed_by_hand(&unsigned, update, 220);
        Update::new().object(FAR, page).onto(&file)
    });
    family.attack("layers", CHANGED, {
        let file = with(CATALOG, "/OCProperties 20 0 R", "/OCProperties 200 0 R");
        Update::new().object(FAR, "<< /OCGs [19 0 R] /D << /OFF [19 0 R] >> >>").onto(&file)
    });
    family.attack("script-on-opening", CHANGED, {
        let file = with(CATALOG, "/Metadata", "/OpenAction 200 0 R /Metadata");
        Update::new().object(FAR, script).onto(&file)
    });
    family.attack("softly-masked-picture", CHANGED, {
        let file = with(IMAGE, "/Width", "/SMask 200 0 R /Width");
        let mask = "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8";
        Update::new().stream(FAR, mask, [0]).onto(&file)
    });
    family.attack("in-an-object-stream", CHANGED, {
        let file = with(CATALOG, "/OCProperties 20 0 R", "/OCProperties 200 0 R");
        let layers = b"<< /OCGs [19 0 R] /D << /OFF [19 0 R] >> >>";
        Update::new().section(Section::Stream(FAR + 2)).packed(FAR + 1, &[(FAR, layers)]).onto(&file)
    });
    family.attack("used-by-an-honest-looking-appearance", CHANGED, {
        // The new appearance of a filled field is at the dangling number: the page draws it, too.
        let file = with(RESOURCES, "/Cover 26 0 R", "/Cover 200 0 R");
        let field = replaced(&base::text_field("Tran Thi B", ""), "/N 11 0 R", "/N 200 0 R");
        Update::new().object(TEXT_FIELD, field).object(FAR, lie()).onto(&file)
    });

    // Some readers look for objects in the whole file where they meet a reference to nothing: in streams' data too.
    let pieces = with(CATALOG, "/Metadata", "/PieceInfo 300 0 R /Metadata");
    family.attack("content-in-the-data-of-a-certificate", CHANGED, {
        let inner = [&b"\n4 0 obj\n"[..], &stream("", &content("9999")), b"\nendobj\n"].concat();
        evidence(&pieces).stream(211, "", inner).onto(&pieces)
    });
    family.attack("content-in-the-data-of-a-certificate-beside-a-form", CHANGED, {
        // The reference to nothing comes with the update.
        let signed = base::signed();
        let inner = [&b"\n4 0 obj\n"[..], &stream("", &content("9999")), b"\nendobj\n"].concat();
        let form = base::edited(signed, FORM, "/Helv 6 0 R", "/Helv 6 0 R /Own 300 0 R");
        evidence(signed).stream(211, "", inner).object(FORM, form).onto(signed)
    });
    family.attack("content-in-the-data-of-a-certificate-beside-a-number-that-is-free", CHANGED, {
        let inner = [&b"\n4 0 obj\n"[..], &stream("", &content("9999")), b"\nendobj\n"].concat();
        evidence(&pieces).stream(211, "", inner).row(300, Row::Free).onto(&pieces)
    });
    // A reference to nothing says no more than no entry, to whoever follows the rows (ISO 32000-1, 7.3.10); but an object of its
    // number may lie somewhere in the file.
    let another_value = |hidden: bool| {
        let mut objects = base::objects();
        objects.insert(TEXT_APPEARANCE, base::text_appearance("Le Van C"));
        let unsigned = base::written(&objects, Xref::Table);
        let information = base::body(&unsigned, INFO);
        let hiding = Update::new().object(INFO, information).unlisted(300, "true");
        base::sign(&if hidden { hiding.onto(&unsigned) } else { unsigned })
    };
    let viewers_draw =
        |file: &[u8]| Update::new().object(FORM, base::edited(file, FORM, "/DA", "/NeedAppearances 300 0 R /DA"));
    let (hiding, plain) = (another_value(true), another_value(false));
    family.attack(
        "viewers-draw-another-value-by-an-object-without-a-row",
        CHANGED,
        viewers_draw(&hiding).onto(&hiding),
    );
    family.attack("viewers-draw-another-value-by-an-object-that-is-free", CHANGED, {
        viewers_draw(&hiding).row(300, Row::Free).onto(&hiding)
    });
    family.attack("viewers-draw-another-value-by-a-new-object-without-a-row", CHANGED, {
        viewers_draw(&plain).unlisted(300, "true").onto(&plain)
    });
    family.attack("viewers-draw-another-value-by-the-data-of-a-certificate", CHANGED, {
        let form = base::edited(&plain, FORM, "/DA", "/NeedAppearances 300 0 R /DA");
        evidence(&plain).stream(211, "", b"\n300 0 obj\ntrue\nendobj\n").object(FORM, form).onto(&plain)
    });
    family.honest("viewers-told-to-draw-by-nothing", Modifications::None, viewers_draw(&plain).onto(&plain));
    family.honest("font-of-the-form-that-is-nothing", Modifications::None, {
        let form = base::edited(&plain, FORM, "/Helv 6 0 R", "/Helv 6 0 R /Own 300 0 R");
        Update::new().object(FORM, form).onto(&plain)
    });
    family.honest("evidence-where-something-is-missing", Modifications::Lta, evidence(&pieces).onto(&pieces));
    for (name, section) in [("table", Xref::Table), ("stream", Xref::Stream)] {
        // The numbers that a careless program would give to a second signature's objects.
        family.honest(format!("second-signature-beside-the-next-numbers-by-{name}"), Modifications::FormFill, {
            let first = base::sign(&base::written(&base::objects(), section));
            let next = biggest_size(&first);
            let dangling: Vec<String> = [0, 1, 2, 4, 9].iter().map(|more| format!("{} 0 R", next + more)).collect();
            let mut objects = base::objects();
            let page =
                replaced(&objects[&PAGE], "/Contents 4 0 R", &format!("/Contents [4 0 R {}]", dangling.join(" ")));
            objects.insert(PAGE, page);
            signed_by_another(&base::sign(&base::written(&objects, section)))
        });
    }
    family.honest("still-dangling", Modifications::FormFill, filled("Tran Thi B").onto(&in_contents));
    family.honest("still-dangling-and-others-new", Modifications::FormFill, {
        let field = replaced(&base::text_field("Tran Thi B", ""), "/N 11 0 R", "/N 201 0 R");
        let update = Update::new().object(TEXT_FIELD, field);
        update.object(FAR + 1, base::text_appearance("Tran Thi B")).onto(&in_contents)
    });
    family.honest(
        "content-restated",
        Modifications::None,
        Update::new().stream(CONTENT, "", content("1000")).onto(&in_contents),
    );
    family
}
