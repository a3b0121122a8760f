//! Overlays made of pieces that hide nothing alone, of characters of odd fonts, of what the page itself has; and fields that
//! were laid over the text before it was signed.

use kyso::validate::Modifications;

use super::base::{self, appended, checkbox, edited, number::*, replaced, text_appearance, text_field};
use super::overlays::annotation;
use super::writer::Update;
use super::{CHANGED, Family};
use crate::shapes::writer::{Objects, Xref, stream};

/// Over the line with the amount.
const LINE: &str = "60 730 400 760";
const FORM: &str = "/Type /XObject /Subtype /Form /BBox [0 0 340 30]";

/// The contract with the text field and the checkbox over the line with the amount, transparent.
fn with_fields_over_the_text() -> Objects {
    let mut objects = base::objects();
    objects.insert(TEXT_FIELD, over(&text_field("", "")));
    objects.insert(TEXT_APPEARANCE, text_appearance(""));
    objects.insert(CHECKBOX, over(&checkbox("Off")));
    objects.insert(UNCHECKED, stream("/Type /XObject /Subtype /Form /BBox [0 0 20 20]", b""));
    objects
}

fn over(field: &[u8]) -> Vec<u8> {
    let at = |from: &str, to: &str| {
        let has = field.windows(from.len()).any(|window| window == from.as_bytes());
        has.then(|| replaced(field, from, to))
    };
    at("[70 480 370 510]", "[60 732 360 762]").or_else(|| at("[70 430 90 450]", "[168 735 188 755]")).unwrap()
}

fn filled_with(drawing: &str) -> Update {
    let form = "/Type /XObject /Subtype /Form /BBox [0 0 300 30] /Resources << /Font << /Helv 6 0 R >> >>";
    let text = "BT /Helv 14 Tf 0 g 10 8 Td (The buyer pays 9 VND) Tj ET";
    Update::new().object(TEXT_FIELD, over(&text_field("The buyer pays 9 VND", ""))).stream(
        TEXT_APPEARANCE,
        form,
        format!("/Tx BMC {drawing} {text} EMC"),
    )
}

/// A look of the field that draws this.
fn filled_look(drawing: &str) -> Vec<u8> {
    stream("/Type /XObject /Subtype /Form /BBox [0 0 300 30]", drawing.as_bytes())
}

pub(super) fn cases() -> Family {
    use Modifications::{Annotations, FormFill};
    let mut family = Family::new("pieces");
    let signed = base::signed();
    let drawn = |subtype: &str, more: &str, look: &str| {
        annotation(signed, subtype, LINE, "", "").stream(FAR + 1, &format!("{FORM} {more}"), look).onto(signed)
    };
    let without = |more: &str| {
        let page = appended(signed, PAGE, "/Annots", "200 0 R");
        Update::new().object(PAGE, page).object(FAR, format!("<< /Type /Annot /P 3 0 R /F 4 {more} >>")).onto(signed)
    };
    let every = |step: usize, to: usize, each: &dyn Fn(usize) -> String| -> String {
        (0..to).step_by(step).map(each).collect::<Vec<_>>().join(" ")
    };

    let tiles = every(3, 340, &|x| every(3, 30, &|y| format!("{x} {y} 3 3 re")));
    family.attack("tiles", CHANGED, drawn("Stamp", "", &format!("1 g {} f", tiles.replace("re", "re f"))));
    family.attack("tiles-in-one-path", CHANGED, drawn("Stamp", "", &format!("1 g {tiles} f")));
    family.attack("triangles", CHANGED, drawn("Stamp", "", "1 g 0 0 m 340 0 l 340 30 l f 0 0 m 0 30 l 340 30 l f"));
    let hatch = every(3, 31, &|y| format!("0 {y} m 340 {y} l S"));
    family.attack("hatch", CHANGED, drawn("Ink", "", &format!("1 G 3.5 w {hatch}")));
    family.attack("hatch-in-one-path", CHANGED, drawn("Ink", "", &format!("1 G 3.5 w {} S", hatch.replace(" S", ""))));
    family.attack("hatch-of-hairs", CHANGED, {
        let hairs = (0..120).map(|y| format!("0 {0} m 340 {0} l S", f64::from(y) / 4.0)).collect::<Vec<_>>().join(" ");
        drawn("Ink", "", &format!("1 G 0.4 w {hairs}"))
    });
    family.attack("slanting-hatch", CHANGED, {
        let hatch = every(4, 370, &|x| format!("{} 0 m {x} 30 l S", i64::try_from(x).unwrap() - 30));
        drawn("Ink", "", &format!("1 G 3.5 w {hatch}"))
    });
    family.attack("one-slanting-stroke", CHANGED, drawn("Line", "", "1 G 40 w -20 0 m 360 30 l S"));
    family.attack("hatch-without-appearance", CHANGED, {
        let strokes = every(3, 31, &|y| format!("[60 {0} 400 {0}]", 730 + y));
        without(&format!("/Subtype /Ink /Rect [{LINE}] /C [1] /BS << /W 3.5 >> /InkList [{strokes}]"))
    });
    family.attack("wide-border-without-appearance", CHANGED, {
        without(&format!("/Subtype /Square /Rect [{LINE}] /C [1] /Border [0 0 60]"))
    });
    family.attack("squares-of-a-font", CHANGED, {
        let font = "/Resources << /Font << /Z << /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >> >> >>";
        drawn("FreeText", font, "BT 1 g /Z 28 Tf 0 6 Td (nonqnonqnonqnonq) Tj ET")
    });
    family.attack("one-letter-over-and-over", CHANGED, {
        let font = "/Resources << /Font << /F 6 0 R >> >>";
        drawn("FreeText", font, "BT 1 g /F 28 Tf -20 Tc 0 6 Td (MMMMMMMMMMMMMMMMMMMMMMMMMMMM) Tj ET")
    });
    family.attack("box-of-a-drawn-font", CHANGED, {
        let font = "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 0 0] /FontMatrix [1 0 0 1 0 0] /FirstChar 97 \
             /LastChar 97 /Widths [1] /Encoding << /Type /Encoding /Differences [97 /a] >> \
             /CharProcs << /a 203 0 R >> /Resources << >> >>";
        let update = annotation(signed, "Stamp", LINE, "", "").object(FAR + 2, font);
        let look = format!("{FORM} /Resources << /Font << /T 202 0 R >> >>");
        let update = update.stream(FAR + 1, &look, "BT 1 g /T 10 Tf (a) Tj ET");
        update.stream(FAR + 3, "", "1 0 0 0 34 3 d1 0 0 34 3 re f").onto(signed)
    });
    family.attack("the-pages-own-cover", CHANGED, drawn("Stamp", "", "q 1 0 0 1 0 2 cm /Cover Do Q"));
    family.attack("the-pages-own-cover-under-other-resources", CHANGED, {
        drawn("Stamp", "/Resources << /XObject << >> >>", "q 1 0 0 1 0 2 cm /Cover Do Q")
    });
    family.attack("empty-signature-field-with-paper", CHANGED, {
        let page = appended(signed, PAGE, "/Annots", "200 0 R");
        let form = edited(signed, base::number::FORM, "/Fields [", "/Fields [200 0 R ");
        let field = format!(
            "<< /Type /Annot /Subtype /Widget /FT /Sig /T (New) /Rect [{LINE}] /F 4 /P 3 0 R /MK << /BG [1] >> >>"
        );
        Update::new().object(PAGE, page).object(base::number::FORM, form).object(FAR, field).onto(signed)
    });
    family.attack("signature-field-of-the-same-name", CHANGED, {
        let page = appended(signed, PAGE, "/Annots", "200 0 R");
        let form = edited(signed, base::number::FORM, "/Fields [", "/Fields [200 0 R ");
        let field = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Signature1) /Rect [0 0 0 0] /F 132 /P 3 0 R >>";
        Update::new().object(PAGE, page).object(base::number::FORM, form).object(FAR, field).onto(signed)
    });
    let prepared = base::sign(&base::written(&with_fields_over_the_text(), Xref::Table));
    family.attack("field-over-text-filled-with-paper", CHANGED, filled_with("1 g 0 0 300 30 re f").onto(&prepared));
    family.attack("box-over-text-redrawn-with-paper", CHANGED, {
        let look = "1 g 0 0 20 20 re f 0 G 0 0 m 20 20 l S 0 20 m 20 0 l S";
        let update = Update::new().object(CHECKBOX, over(&checkbox("Yes")));
        update.stream(CHECKED, "/Type /XObject /Subtype /Form /BBox [0 0 20 20]", look).onto(&prepared)
    });
    family.attack("value-without-its-appearance", CHANGED, {
        Update::new().object(TEXT_FIELD, text_field("Tran Thi B", "")).onto(signed)
    });

    family.honest("strike-out", Annotations, drawn("StrikeOut", "", "1 0 0 RG 1 w 10 14 m 330 14 l S"));
    family.honest("two-lines-and-a-circle", Annotations, {
        drawn("Ink", "", "1 0 0 RG 1.5 w 10 4 m 330 6 l S 10 6 m 330 4 l S 100 15 m 100 40 200 40 200 15 c 200 -10 100 -10 100 15 c S")
    });
    family.honest("frame-around-the-text", Annotations, {
        drawn("Square", "", "0 0 1 rg 0 0 340 30 re 2 2 336 26 re f*")
    });
    family.honest("ticks-without-appearance", Annotations, {
        without("/Subtype /Ink /Rect [60 730 400 760] /C [1 0 0] /InkList [[70 740 75 735 90 755]]")
    });
    family.honest("words-over-and-over-beside", Annotations, {
        let beside = annotation(signed, "FreeText", "400 300 560 330", "", "");
        let font = format!("{FORM} /Resources << /Font << /F 6 0 R >> >>");
        beside.stream(FAR + 1, &font, "BT 0 g /F 14 Tf 2 8 Td (AAAAAAA!!!!!) Tj ET").onto(signed)
    });
    family.honest("field-over-text-filled-without-paper", FormFill, filled_with("").onto(&prepared));
    // Paper that a viewer would draw is none where the signed look draws something else.
    let papered = |more: Option<&str>| {
        let mut objects = with_fields_over_the_text();
        let field = replaced(&objects[&TEXT_FIELD], "/F 4", "/F 4 /MK << /BG [1] >>");
        let field = if more.is_none() { replaced(&field, "/AP << /N 11 0 R >>", "") } else { field };
        objects.insert(TEXT_FIELD, field);
        objects.insert(TEXT_APPEARANCE, filled_look(more.unwrap_or_default()));
        let signed = base::sign(&base::written(&objects, Xref::Table));
        let filled = filled_with("1 g 0 0 300 30 re f");
        let field = replaced(&over(&text_field("The buyer pays 9 VND", "")), "/F 4", "/F 4 /MK << /BG [1] >>");
        filled.object(TEXT_FIELD, field).onto(&signed)
    };
    family.attack("field-said-to-have-paper-filled", CHANGED, papered(Some("")));
    family.honest("field-with-paper-over-text-filled", FormFill, papered(Some("1 g 0 0 300 30 re f")));
    family.honest("field-with-paper-without-look-filled", FormFill, papered(None));
    family
}
