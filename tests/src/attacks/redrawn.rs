//! Fields and buttons drawn anew: as PDFBox, iText and MuPDF do when they fill in a form, and as an attacker would.

use kyso::validate::Modifications;

use super::base::{self, body, checkbox, edited, number::*, replaced, text_appearance, text_field};
use super::certified::with_lock;
use super::writer::Update;
use super::{CHANGED, Family, LOCKED};
use crate::shapes::writer::{Objects, Xref, stream};

const WIDGET: u32 = 30;
const LIST: u32 = 31;
const LIST_APPEARANCE: u32 = 32;
const CHOICES: &str = "BT /Helv 10 Tf 1 0 0 1 4 46 Tm (VND) Tj ET BT 1 0 0 1 4 26 Tm (USD) Tj ET";

/// The contract with the text field's widget in an object of its own, and a list of choices.
fn objects() -> Objects {
    let mut objects = base::objects();
    let page = replaced(&objects[&PAGE], "[10 0 R 12 0 R]", "[30 0 R 12 0 R 31 0 R]");
    let form = replaced(&objects[&FORM], "17 0 R]", "17 0 R 31 0 R]");
    objects.insert(PAGE, page);
    objects.insert(FORM, form);
    objects.insert(TEXT_FIELD, field("Nguyen Van A"));
    let widget = "<< /Type /Annot /Subtype /Widget /Parent 10 0 R /F 4 /Rect [70 480 370 510] /P 3 0 R \
                  /BS << /W 0 >> /AP << /N 11 0 R >> >>";
    objects.insert(WIDGET, widget.into());
    objects.insert(LIST, list("VND"));
    objects.insert(LIST_APPEARANCE, drawn_list(&format!("0.6 0.7 0.9 rg 0 40 300 20 re f 0 g {CHOICES}")));
    objects
}

fn field(value: &str) -> Vec<u8> {
    format!("<< /FT /Tx /T (buyer) /V ({value}) /DA (/Helv 14 Tf 0 g) /Kids [30 0 R] >>").into_bytes()
}

fn list(value: &str) -> Vec<u8> {
    format!(
        "<< /Type /Annot /Subtype /Widget /FT /Ch /T (currency) /Opt [(VND) (USD)] /V ({value}) /F 4 \
         /DA (/Helv 10 Tf 0 g) /Rect [70 340 370 400] /P 3 0 R /AP << /N 32 0 R >> >>"
    )
    .into_bytes()
}

fn drawn_list(drawing: &str) -> Vec<u8> {
    let form = "/Type /XObject /Subtype /Form /BBox [0 0 300 60] /Resources << /Font << /Helv 6 0 R >> >>";
    stream(form, format!("/Tx BMC {drawing} EMC").as_bytes())
}

/// The checkbox with both its states drawn anew.
fn drawn_box(off: &str, on: &str) -> Update {
    let form = "/Type /XObject /Subtype /Form /BBox [0 0 20 20] /Resources << /Font << /ZaDb 202 0 R /F 6 0 R >> >>";
    let field = replaced(&checkbox("Yes"), "/Yes 13 0 R /Off 14 0 R", "/Yes 200 0 R /Off 201 0 R");
    Update::new()
        .object(CHECKBOX, field)
        .stream(FAR, form, on)
        .stream(FAR + 1, form, off)
        .object(FAR + 2, "<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>")
}

pub(super) fn cases() -> Family {
    use Modifications::FormFill;
    let mut family = Family::new("redrawn");
    let signed = base::sign(&base::written(&objects(), Xref::Table));
    let fill = |update: Update| update.onto(&signed);
    let drawn = |drawing: &str| {
        let form = "/Type /XObject /Subtype /Form /BBox [0 0 300 30] /Resources << /Font << /Helv 6 0 R >> >>";
        let filled = Update::new().object(TEXT_FIELD, field("Tran Thi B"));
        fill(filled.stream(TEXT_APPEARANCE, form, format!("/Tx BMC q 1 1 298 28 re W n {drawing} Q EMC")))
    };
    let text = "BT /Helv 14 Tf 4 9 Td (Tran Thi B) Tj ET";
    let strokes = "0 G 3 w";

    family.attack("black-on-black", CHANGED, drawn(&format!("0 g 0 0 300 30 re f {text}")));
    family.attack("white-by-colour-space", CHANGED, drawn(&format!("/DeviceRGB cs 1 1 1 sc {text} {strokes}")));
    family.attack("in-a-colour-space-of-its-own", CHANGED, drawn(&format!("/Cs1 cs 0 sc {text}")));
    family.attack("in-a-pattern", CHANGED, drawn(&format!("/Pattern cs /P1 scn {text}")));
    family.attack("upside-down", CHANGED, drawn(&format!("1 0 0 -1 0 30 cm {text}")));
    family.attack("clipped-by-two-boxes", CHANGED, drawn(&format!("0 0 1 1 re 299 29 1 1 re W n {text}")));
    family.attack("covered-in-its-row", CHANGED, drawn(&format!("{text} 1 g 0 9 300 9 re f")));
    family.attack("appearance-alone", CHANGED, {
        fill(Update::new().object(TEXT_APPEARANCE, text_appearance("Tran Thi B")))
    });
    family.attack("white-by-default-appearance", CHANGED, {
        let field = replaced(&field("Tran Thi B"), "0 g", "1 g");
        fill(Update::new().object(TEXT_FIELD, field).object(TEXT_APPEARANCE, text_appearance("Tran Thi B")))
    });
    family.attack("tiny-by-default-appearance", CHANGED, {
        let field = replaced(&field("Tran Thi B"), "14 Tf", "0.1 Tf");
        fill(Update::new().object(TEXT_FIELD, field).object(TEXT_APPEARANCE, text_appearance("Tran Thi B")))
    });
    family.attack("border-over-everything", CHANGED, {
        let widget = edited(&signed, WIDGET, "/W 0", "/W 300");
        fill(Update::new().object(WIDGET, widget))
    });
    family.attack("hidden-by-a-flag", CHANGED, {
        fill(Update::new().object(WIDGET, edited(&signed, WIDGET, "/F 4", "/F 6")))
    });
    family.attack("no-longer-printed", CHANGED, {
        fill(Update::new().object(WIDGET, edited(&signed, WIDGET, "/F 4", "/F 0")))
    });
    family.attack("made-a-password", CHANGED, {
        let field = replaced(&field("Tran Thi B"), "/FT /Tx", "/FT /Tx /Ff 8192");
        fill(Update::new().object(TEXT_FIELD, field).object(TEXT_APPEARANCE, text_appearance("****")))
    });
    family.attack("list-shows-another", CHANGED, {
        let rows =
            format!("0.1 g 0 20 300 20 re f 1 g {}", CHOICES.replace("(VND)", "(EUR)").replace("(USD)", "(EUR)"));
        fill(Update::new().object(LIST, list("USD")).object(LIST_APPEARANCE, drawn_list(&rows)))
    });
    let (frame, mark) = ("0 G 1 1 18 18 re S", "0 g BT /ZaDb 18 Tf 2 4 Td (4) Tj ET");
    let both = format!("{frame} {mark}");
    let cross = format!("{frame} 0 0 m 20 20 l S 0 20 m 20 0 l S");
    for (name, off, on) in [
        ("unchecked-box-redrawn-as-checked", &*cross, &*both),
        ("checked-box-redrawn-as-unchecked", frame, frame),
        ("checked-box-redrawn-all-black", frame, "0 g 0 0 20 20 re f"),
        ("checked-box-redrawn-with-a-text", frame, "BT /F 6 Tf 2 4 Td (NOT) Tj ET"),
        ("checked-box-redrawn-with-another-font", frame, "BT /F 18 Tf 2 4 Td (4) Tj ET"),
        ("checked-box-redrawn-with-a-white-mark", frame, "1 g BT /ZaDb 18 Tf 2 4 Td (4) Tj ET"),
        ("checked-box-redrawn-with-the-pages-stamp", frame, "/Stamp Do"),
        ("checked-box-redrawn-in-a-layer", frame, "/OC /L BDC 3 3 m 17 17 l S EMC"),
        ("checked-box-redrawn-with-dashes-that-are-gone", frame, "[1 1000] 500 d 3 3 m 17 17 l S"),
        ("checked-box-redrawn-without-area", frame, "3 3 m 17 17 l f"),
        ("checked-box-redrawn-within-a-frame", frame, "0 0 20 20 re 3 3 14 14 re W* n 4 4 m 16 16 l S"),
    ] {
        family.attack(name, CHANGED, fill(drawn_box(off, on)));
    }
    for (name, entries) in [
        ("checked-box-redrawn-by-a-void-matrix", "/BBox [0 0 20 20] /Matrix [0 0 0 0 0 0]"),
        ("checked-box-redrawn-by-a-flat-matrix", "/BBox [0 0 20 20] /Matrix [1 0 0 0 0 0]"),
        ("checked-box-redrawn-in-a-box-of-five-numbers", "/BBox [0 0 20 20 9]"),
        ("checked-box-redrawn-as-an-optional-one", "/BBox [0 0 20 20] /OC << /Type /OCMD /VE [/Not [/Or]] >>"),
    ] {
        let form = format!("/Type /XObject /Subtype /Form {entries}");
        family.attack(name, CHANGED, fill(drawn_box(frame, &cross).stream(FAR, &form, &cross)));
    }
    family.honest("checkbox-with-a-cross-by-its-identity", FormFill, {
        let form = "/Type /XObject /Subtype /Form /BBox [0 0 20 20] /Matrix [1 0 0 1 0 0]";
        fill(drawn_box(frame, &cross).stream(FAR, form, &cross))
    });
    for (name, cut) in [
        ("letters-spread-out-of-the-box", "BT 400 Tc /Helv 14 Tf 4 9 Td (Tran Thi B) Tj ET"),
        ("letters-kerned-out-of-the-box", "BT /Helv 14 Tf 4 9 Td [(Tran) -40000 (Thi B)] TJ ET"),
        ("second-word-out-of-the-box", "BT /Helv 14 Tf 4 9 Td (Tran) Tj 295 0 Td (Thi B) Tj ET"),
        ("raised-out-of-the-box", "BT 500 Ts /Helv 14 Tf 4 9 Td (Tran Thi B) Tj ET"),
        ("squeezed-letters", "BT 0.5 Tz /Helv 14 Tf 4 9 Td (Tran Thi B) Tj ET"),
        ("cut-off-at-the-edge", "BT /Helv 14 Tf 270 9 Td (Tran Thi B) Tj ET"),
        ("letters-larger-than-the-box", "BT /Helv 300 Tf 4 9 Td (Tran Thi B) Tj ET"),
        ("words-on-each-other", "BT /Helv 14 Tf 4 9 Td (Tran) Tj 0 0 Td (Thi B) Tj ET"),
        ("in-a-layer", "/OC /L BDC BT /Helv 14 Tf 4 9 Td (Tran Thi B) Tj ET EMC"),
        ("half-on-black", "0 g 40 0 260 30 re f BT /Helv 14 Tf 4 9 Td (Tran Thi B) Tj ET"),
        ("a-line-that-reads-as-a-letter", "80 9 m 80 19 l S BT /Helv 14 Tf 4 9 Td (Tran Thi B) Tj ET"),
    ] {
        family.attack(name, CHANGED, drawn(cut));
    }
    for (name, bounds) in [("box-without-area", "[0 0 0 0]"), ("squeezed-box", "[0 0 30000 30]")] {
        let form = replaced(&text_appearance("Tran Thi B"), "[0 0 300 30]", bounds);
        family.attack(name, CHANGED, {
            fill(Update::new().object(TEXT_FIELD, field("Tran Thi B")).object(TEXT_APPEARANCE, form))
        });
    }
    for (name, looks) in [
        ("text-as-a-state", "/AP << /N << /On 200 0 R >> >> /AS /On"),
        ("another-text-under-the-mouse", "/AP << /N 11 0 R /R 200 0 R >>"),
    ] {
        family.attack(name, CHANGED, {
            let widget = edited(&signed, WIDGET, "/AP << /N 11 0 R >>", looks);
            let update = Update::new().object(TEXT_FIELD, field("Tran Thi B")).object(WIDGET, widget);
            fill(update.object(TEXT_APPEARANCE, text_appearance("Tran Thi B")).object(FAR, text_appearance("Le Van C")))
        });
    }
    family.attack("large-by-default-appearance", CHANGED, {
        let field = replaced(&field("Tran Thi B"), "14 Tf", "300 Tf");
        fill(Update::new().object(TEXT_FIELD, field).object(WIDGET, edited(&signed, WIDGET, "/AP << /N 11 0 R >>", "")))
    });
    family.attack("locked-and-its-appearance-alone", LOCKED, {
        let locked = with_lock("/Action /All");
        let moved = replaced(&text_appearance("Nguyen Van A"), "4 9 Td", "9 9 Td");
        Update::new().object(TEXT_APPEARANCE, moved).onto(&locked)
    });

    family.honest("as-pdfbox-draws", FormFill, {
        let paper = "/DeviceRGB cs 0.8 0.843 1 sc 0 0 300 30 re f /DeviceRGB CS 0.1 0.1 0.1 SC 0.5 0.5 299 29 re s";
        drawn(&format!("{paper} {}", text.replace("4 9 Td", "/DeviceRGB cs 0.1 0.1 0.1 sc 4 9 Td")))
    });
    family.honest("as-mupdf-draws", FormFill, {
        drawn("1 0 0 -1 0 30 cm q 2 1 290 60 re W n BT /Helv 14 Tf 1 0 0 -1 4 20 Tm [(Tran Thi B)] TJ ET Q")
    });
    family.honest("as-mupdf-says-how", FormFill, {
        let field = replaced(&field("Tran Thi B"), "/Helv 14 Tf 0 g", "0 0 0 rg /Helv 12 Tf");
        let update = Update::new().object(TEXT_FIELD, field).object(WIDGET, edited(&signed, WIDGET, "/W 0", "/W 1"));
        fill(update.object(TEXT_APPEARANCE, text_appearance("Tran Thi B")))
    });
    family.honest("light-on-dark", FormFill, drawn(&format!("0 0 0.4 rg 0 0 300 30 re f 1 g {text}")));
    family.honest("as-openpdf-draws-a-bevel", FormFill, {
        let light = "1 g 1 1 m 1 29 l 299 29 l 298 28 l 2 28 l 2 2 l 1 1 l f";
        let dark = "0.6 g 1 1 m 299 1 l 299 29 l 298 28 l 298 2 l 2 2 l 1 1 l f";
        drawn(&format!("0.9 g 0 0 300 30 re f 0 G 1 w 0.5 0.5 299 29 re S {light} {dark} 0 g {text}"))
    });
    family.honest("underlined-as-a-border", FormFill, drawn(&format!("0 G 1 w 0 0.5 m 300 0.5 l S {text}")));
    family.honest("what-a-widget-should-have-said", FormFill, {
        let mut objects = objects();
        objects.insert(WIDGET, replaced(&replaced(&objects[&WIDGET], "/Type /Annot ", ""), "/P 3 0 R ", ""));
        let signed = base::sign(&base::written(&objects, Xref::Table));
        let said = "/Type /Annot /P 3 0 R /NM (w) /H /N /Rect [70.001 480 370 510]";
        let widget = edited(&signed, WIDGET, "/Rect [70 480 370 510]", said);
        let update = Update::new().object(TEXT_FIELD, field("Tran Thi B")).object(WIDGET, widget);
        update.object(TEXT_APPEARANCE, text_appearance("Tran Thi B")).onto(&signed)
    });
    family.honest("under-its-old-number", FormFill, {
        let update = Update::new().object(TEXT_FIELD, field("Tran Thi B"));
        fill(update.object(TEXT_APPEARANCE, text_appearance("Tran Thi B")))
    });
    family.honest("filled-in-for-good", FormFill, {
        let field = replaced(&field("Tran Thi B"), "/FT /Tx", "/FT /Tx /Ff 1 /Q 1");
        let update = Update::new().object(TEXT_FIELD, field).object(WIDGET, edited(&signed, WIDGET, "/F 4", "/F 68"));
        fill(update.object(TEXT_APPEARANCE, text_appearance("Tran Thi B")))
    });
    family.honest("list-as-itext-draws", FormFill, {
        let rows = "0.04 0.14 0.42 rg 1 40 298 19 re f BT 1 0 0 1 4 46 Tm /Helv 10 Tf 1 g (USD) Tj ET";
        fill(Update::new().object(LIST, list("USD")).object(LIST_APPEARANCE, drawn_list(rows)))
    });
    family.honest("box-redrawn", FormFill, fill(drawn_box(frame, &both)));
    family.honest("box-redrawn-with-a-cross", FormFill, fill(drawn_box(frame, &cross)));
    family.honest("box-without-looks-for-the-mouse", FormFill, {
        let mut objects = objects();
        let looks = replaced(&objects[&CHECKBOX], "/AP << /N", "/AP << /D << /Yes 13 0 R /Off 14 0 R >> /N");
        objects.insert(CHECKBOX, looks);
        drawn_box(frame, &both).onto(&base::sign(&base::written(&objects, Xref::Table)))
    });
    family.honest("locked-by-its-flag-alone", FormFill, {
        let locked = with_lock("/Action /All");
        let field = text_field("Nguyen Van A", "/Ff 1");
        assert_ne!(body(&locked, TEXT_FIELD), field);
        Update::new().object(TEXT_FIELD, field).onto(&locked)
    });
    family
}
