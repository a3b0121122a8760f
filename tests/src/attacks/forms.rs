//! Forms as real programs fill them in: several lines, combs, other letters than ASCII, choices, radio buttons.

use kyso::validate::Modifications;

use super::base::{self, edited, number::*, replaced, text_appearance, text_field};
use super::overlays::annotation;
use super::writer::{Row, Section, Update};
use super::{CHANGED, Family};
use crate::shapes::writer::{Objects, Xref};

const CHOICE: u32 = 30;
const CHOICE_APPEARANCE: u32 = 31;
const RADIO: u32 = 32;
const RADIO_ONE: u32 = 33;
const RADIO_TWO: u32 = 34;

/// The contract with a choice field and a group of two radio buttons.
fn objects() -> Objects {
    let mut objects = base::objects();
    let page = replaced(&objects[&PAGE], "12 0 R]", "12 0 R 30 0 R 33 0 R 34 0 R]");
    let form = replaced(&objects[&FORM], "12 0 R 17 0 R]", "12 0 R 17 0 R 30 0 R 32 0 R]");
    objects.insert(PAGE, page);
    objects.insert(FORM, form);
    objects.insert(CHOICE, choice("VND").into_bytes());
    objects.insert(CHOICE_APPEARANCE, text_appearance("VND"));
    objects.insert(RADIO, radio("Off").into_bytes());
    objects.insert(RADIO_ONE, button("One", "Off", 70).into_bytes());
    objects.insert(RADIO_TWO, button("Two", "Off", 110).into_bytes());
    objects
}

fn choice(value: &str) -> String {
    format!(
        "<< /Type /Annot /Subtype /Widget /FT /Ch /Ff 131072 /T (currency) /Opt [(VND) (USD)] /V ({value}) /F 4 \
         /DA (/Helv 14 Tf 0 g) /Rect [70 380 370 410] /P 3 0 R /AP << /N 31 0 R >> >>"
    )
}

fn radio(state: &str) -> String {
    format!("<< /FT /Btn /Ff 49152 /T (delivery) /V /{state} /Kids [33 0 R 34 0 R] >>")
}

fn button(name: &str, state: &str, left: u32) -> String {
    format!(
        "<< /Type /Annot /Subtype /Widget /Parent 32 0 R /AS /{state} /F 4 /Rect [{left} 340 {} 360] /P 3 0 R \
         /AP << /N << /{name} 13 0 R /Off 14 0 R >> >> >>",
        left + 20
    )
}

pub(super) fn cases() -> Family {
    use Modifications::{Annotations, FormFill};
    let mut family = Family::new("forms");
    let signed = base::sign(&base::written(&objects(), Xref::Table));
    let fill = |update: Update| update.onto(&signed);
    let drawn = |value: &str, drawing: &str| {
        let form = "/Type /XObject /Subtype /Form /BBox [0 0 300 30] /Resources << /Font << /Helv 6 0 R >> >>";
        let field = Update::new().object(TEXT_FIELD, replaced(&text_field("-", ""), "(-)", value));
        fill(field.stream(TEXT_APPEARANCE, form, format!("/Tx BMC q 1 1 298 28 re W n {drawing} Q EMC")))
    };

    family.attack("choice-shows-more-than-its-value", CHANGED, {
        fill(Update::new().object(CHOICE, choice("USD")).object(CHOICE_APPEARANCE, text_appearance("9999 USD")))
    });
    family.attack("choice-shows-another", CHANGED, {
        fill(Update::new().object(CHOICE, choice("VND")).object(CHOICE_APPEARANCE, text_appearance("USD")))
    });
    family.attack("choice-with-other-options", CHANGED, {
        let other = choice("EUR").replace("(USD)", "(EUR)");
        fill(Update::new().object(CHOICE, other).object(CHOICE_APPEARANCE, text_appearance("EUR")))
    });
    family.attack("radio-shows-another", CHANGED, {
        fill(Update::new().object(RADIO, radio("One")).object(RADIO_TWO, button("Two", "Two", 110)))
    });
    family.attack("radio-shows-both", CHANGED, {
        let update = Update::new().object(RADIO, radio("One")).object(RADIO_ONE, button("One", "One", 70));
        fill(update.object(RADIO_TWO, button("Two", "Two", 110)))
    });
    family.attack("radio-moved", CHANGED, {
        let update = Update::new().object(RADIO, radio("One"));
        fill(update.object(RADIO_ONE, button("One", "One", 110)).object(RADIO_TWO, button("Two", "Off", 70)))
    });

    family.attack("radio-value-alone", CHANGED, fill(Update::new().object(RADIO, radio("One"))));
    family.attack("radio-in-no-state", CHANGED, fill(Update::new().object(RADIO, radio("Three"))));
    let box_of = |from: &str, to: &str| {
        let mut objects = objects();
        objects.insert(CHECKBOX, base::checkbox("Yes"));
        let signed = base::sign(&base::written(&objects, Xref::Table));
        Update::new().object(CHECKBOX, edited(&signed, CHECKBOX, from, to)).onto(&signed)
    };
    family.attack("box-without-its-state", CHANGED, box_of("/AS /Yes ", ""));
    family.attack("box-whose-state-is-a-reference", CHANGED, {
        Update::new().object(FAR, "/Yes").onto(&box_of("/AS /Yes ", "/AS 200 0 R "))
    });
    family.attack("box-whose-state-is-taken-away", CHANGED, box_of("/V /Yes /AS /Yes ", "/V /Off "));
    family.attack("box-without-its-look", CHANGED, box_of("/Yes 13 0 R ", ""));
    family.attack("box-without-looks", CHANGED, box_of("/Yes 13 0 R /Off 14 0 R", ""));
    family.honest("box-unchecked", FormFill, box_of("/V /Yes /AS /Yes", "/V /Off /AS /Off"));
    let locked = |more: &str| {
        let mut objects = objects();
        objects.insert(TEXT_FIELD, text_field("Nguyen Van A", &format!("/Ff 1 {more}")));
        let signed = base::sign(&base::written(&objects, Xref::Table));
        let field = edited(&signed, TEXT_FIELD, "(Nguyen Van A)", "(Tran Thi B)");
        Update::new().object(TEXT_FIELD, field).object(TEXT_APPEARANCE, text_appearance("Tran Thi B")).onto(&signed)
    };
    family.attack("read-only", CHANGED, locked(""));
    family.honest("calculated", FormFill, locked("/AA << /C << /S /JavaScript /JS (event.value = 1) >> >>"));
    // Export values, and what the choices are called.
    let pairs = |marked: &str| {
        let offers = |choice: String| choice.replace("[(VND) (USD)]", "[[(1) (VND)] [(2) (USD)]]");
        let mut objects = objects();
        objects.insert(CHOICE, offers(choice("1")).into_bytes());
        let signed = base::sign(&base::written(&objects, Xref::Table));
        let field = offers(choice("2")).replace("/F 4", &format!("/F 4 /I [{marked}]"));
        Update::new().object(CHOICE, field).object(CHOICE_APPEARANCE, text_appearance("USD")).onto(&signed)
    };
    family.attack("choice-marks-another", CHANGED, pairs("0"));
    family.honest("choice-by-its-export-value", FormFill, pairs("1"));
    // Who draws the fields, the viewer or the program that filled them in.
    let redrawn = |flag: &str, shown: &str, now: &str| {
        let mut objects = objects();
        objects.insert(TEXT_APPEARANCE, text_appearance(shown));
        objects.insert(FORM, replaced(&objects[&FORM], "/DA", &format!("/NeedAppearances {flag} /DA")));
        let signed = base::sign(&base::written(&objects, Xref::Table));
        let form = edited(&signed, FORM, &format!("/NeedAppearances {flag}"), now);
        Update::new().object(FORM, form).onto(&signed)
    };
    family.attack("viewers-no-longer-draw-another-value", CHANGED, redrawn("true", "Le Van C", ""));
    family.attack("viewers-draw-another-value", CHANGED, redrawn("false", "Le Van C", "/NeedAppearances true"));
    family.attack("viewers-draw-what-nobody-filled-in", CHANGED, {
        redrawn("false", "Nguyen Van A", "/NeedAppearances true")
    });
    family.honest("viewers-draw-the-same", FormFill, {
        let form = edited(&signed, FORM, "/DA", "/NeedAppearances true /DA");
        fill(Update::new().object(FORM, form).object(TEXT_FIELD, text_field("Tran Thi B", "")))
    });
    family.honest("viewers-no-longer-draw-the-same", Modifications::None, redrawn("true", "Nguyen Van A", ""));
    family.attack("font-of-the-form-with-other-letters", CHANGED, {
        let form = edited(&signed, FORM, "/Helv 6 0 R", "/Helv 200 0 R");
        let font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Differences [49 /nine] >> >>";
        fill(Update::new().object(FORM, form).object(FAR, font))
    });
    family.honest("font-added-to-the-form", Modifications::None, {
        let form = edited(&signed, FORM, "/Helv 6 0 R", "/Helv 6 0 R /ZaDb 200 0 R");
        let font = "<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>";
        fill(Update::new().object(FORM, form).object(FAR, font))
    });
    // Lines that don't fit into their field.
    let lines = |flags: &str, down: u32| {
        let mut objects = objects();
        objects.insert(TEXT_FIELD, text_field("-", flags));
        let signed = base::sign(&base::written(&objects, Xref::Table));
        let field = edited(&signed, TEXT_FIELD, "(-)", "(Tran Thi B\\rHa Noi\\rHue)");
        let form = "/Type /XObject /Subtype /Form /BBox [0 0 300 30] /Resources << /Font << /Helv 6 0 R >> >>";
        let text = format!("BT /Helv 10 Tf 4 18 Td (Tran Thi B) Tj 0 -12 Td (Ha Noi) Tj 0 -{down} Td (Hue) Tj ET");
        Update::new().object(TEXT_FIELD, field).stream(TEXT_APPEARANCE, form, text).onto(&signed)
    };
    family.honest("more-lines-than-fit", FormFill, lines("/Ff 4096", 12));
    family.attack("line-below-a-field-of-one", CHANGED, lines("", 12));
    family.attack("line-far-below", CHANGED, lines("/Ff 4096", 90));
    // Signature fields by their names.
    let below = |field: &str, name: &str| {
        let form = edited(&signed, FORM, "17 0 R", "17 0 R 200 0 R");
        let page = base::appended(&signed, PAGE, "/Annots", "201 0 R");
        let kid = format!(
            "<< /Type /Annot /Subtype /Widget {field} /T ({name}) /Parent 200 0 R /F 132 /Rect [0 0 0 0] /P 3 0 R >>"
        );
        let update = Update::new().object(FORM, form).object(PAGE, page).object(201, kid);
        fill(update.object(FAR, "<< /T (Signatures) /Kids [201 0 R] >>"))
    };
    family.honest("signature-field-below-a-new-name", FormFill, below("/FT /Sig", "Second"));
    family.attack("text-field-below-a-new-name", CHANGED, below("/FT /Tx /V (9999)", "Amount"));
    family.attack("signature-field-named-as-a-text-field", CHANGED, {
        let form = edited(&signed, FORM, "17 0 R", "17 0 R 200 0 R");
        let page = base::appended(&signed, PAGE, "/Annots", "200 0 R");
        let field = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (buyer) /F 132 /Rect [0 0 0 0] /P 3 0 R >>";
        fill(Update::new().object(FORM, form).object(PAGE, page).object(FAR, field))
    });

    family.honest("choice-made", FormFill, {
        fill(Update::new().object(CHOICE, choice("USD")).object(CHOICE_APPEARANCE, text_appearance("USD")))
    });
    family.honest("radio-set", FormFill, {
        fill(Update::new().object(RADIO, radio("One")).object(RADIO_ONE, button("One", "One", 70)))
    });
    family.honest("radio-set-all-restated", FormFill, {
        let update = Update::new().object(RADIO, radio("Two")).object(RADIO_ONE, button("One", "Off", 70));
        fill(update.object(RADIO_TWO, button("Two", "Two", 110)))
    });
    family.honest("two-lines", FormFill, {
        drawn("(Tran Thi B\\rHa Noi)", "BT /Helv 10 Tf 0 g 4 18 Td (Tran Thi B) Tj 0 -12 Td (Ha Noi) Tj ET")
    });
    family.honest("comb", FormFill, {
        drawn("(1234)", "BT /Helv 14 Tf 0 g 20 9 Td (1) Tj 75 0 Td (2) Tj 75 0 Td (3) Tj 75 0 Td (4) Tj ET")
    });
    family.honest("kerned", FormFill, drawn("(Tran Thi B)", "BT /Helv 14 Tf 4 9 Td [(T) 80 (ran) -250 (Thi B)] TJ ET"));
    family.honest("blue-on-a-tinted-box", FormFill, {
        drawn("(Tran Thi B)", "0.9 g 0 0 300 30 re f BT /Helv 14 Tf 0 0 0.6 rg 4 9 Td (Tran Thi B) Tj ET")
    });
    family.honest("other-letters", FormFill, {
        let form = "/Type /XObject /Subtype /Form /BBox [0 0 300 30] /Resources << /Font << /Helv 200 0 R >> >>";
        let value = "<FEFF004E0067007500790 0EA006E>".replace(' ', "");
        let update = Update::new().object(TEXT_FIELD, replaced(&text_field("-", ""), "(-)", &value));
        let update = update.stream(TEXT_APPEARANCE, form, b"/Tx BMC BT /Helv 14 Tf 4 9 Td (Nguy\xean) Tj ET EMC");
        fill(update.object(FAR, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"))
    });
    family.honest("cleared", FormFill, drawn("()", ""));
    family.honest("with-a-date", FormFill, {
        let field = text_field("Tran Thi B", "/M (D:20260202000000Z)");
        fill(Update::new().object(TEXT_FIELD, field).object(TEXT_APPEARANCE, text_appearance("Tran Thi B")))
    });
    family.honest("old-appearance-freed", FormFill, {
        let field = replaced(&text_field("Tran Thi B", ""), "/N 11 0 R", "/N 200 0 R");
        let update = Update::new().object(TEXT_FIELD, field).object(FAR, text_appearance("Tran Thi B"));
        fill(update.row(TEXT_APPEARANCE, Row::Free))
    });
    family.honest("all-in-one-object-stream", FormFill, {
        let (field, choice) = (text_field("Tran Thi B", ""), choice("USD"));
        let update = Update::new().section(Section::Stream(FAR));
        let update = update.packed(FAR + 1, &[(TEXT_FIELD, &field), (CHOICE, choice.as_bytes())]);
        fill(
            update
                .object(TEXT_APPEARANCE, text_appearance("Tran Thi B"))
                .object(CHOICE_APPEARANCE, text_appearance("USD")),
        )
    });

    // A field that no appearance was drawn for: the viewer does it, then the program that fills it in.
    let mut bare = base::objects();
    bare.insert(TEXT_FIELD, replaced(&replaced(&bare[&TEXT_FIELD], "/AP << /N 11 0 R >>", ""), "(Nguyen Van A)", "()"));
    bare.insert(FORM, replaced(&bare[&FORM], "/DA", "/NeedAppearances true /DA"));
    bare.remove(&TEXT_APPEARANCE);
    let bare = base::sign(&base::written(&bare, Xref::Table));
    family.honest("first-appearance", FormFill, {
        let update = Update::new().object(TEXT_FIELD, text_field("Tran Thi B", ""));
        let update = update.object(TEXT_APPEARANCE, text_appearance("Tran Thi B"));
        update.object(FORM, edited(&bare, FORM, "/NeedAppearances true", "/NeedAppearances false")).onto(&bare)
    });

    let mut apart = base::objects();
    apart.insert(PAGE, replaced(&apart[&PAGE], "[10 0 R 12 0 R]", "40 0 R"));
    apart.insert(FORM, replaced(&apart[&FORM], "[10 0 R 12 0 R 17 0 R]", "41 0 R"));
    apart.insert(40, b"[10 0 R 12 0 R]".to_vec());
    apart.insert(41, b"[10 0 R 12 0 R 17 0 R]".to_vec());
    let apart = base::sign(&base::written(&apart, Xref::Table));
    family.honest("arrays-of-their-own", FormFill, super::shadow_replace::filled("Tran Thi B").onto(&apart));
    family.honest("arrays-of-their-own-signed-again", FormFill, super::certified::signed_by_another(&apart));
    family.honest("arrays-of-their-own-annotated", Annotations, {
        // Signing gave the page a list of its own.
        let page = edited(&apart, PAGE, "12 0 R", "12 0 R 200 0 R");
        let note = "<< /Type /Annot /Subtype /Text /Rect [520 500 540 520] /Contents (Seen.) /P 3 0 R >>";
        Update::new().object(PAGE, page).object(FAR, note).onto(&apart)
    });
    family.honest("comment-deleted", Annotations, {
        let commented = annotation(&base::unsigned(), "Text", "420 300 540 330", "", "Seen.").onto(&base::unsigned());
        let commented = base::sign(&commented);
        let page = edited(&commented, PAGE, "200 0 R", "");
        Update::new().object(PAGE, page).onto(&commented)
    });
    family
}
