//! Shadow attacks of the replacing kind: fonts, pictures and appearances that mean something else than when signed.

use kyso::validate::Modifications;

use super::base::{self, body, checkbox, cover, edited, number::*, replaced, text_appearance, text_field};
use super::writer::{Section, Update};
use super::{CHANGED, Family};
use crate::shapes::writer::stream;

/// The text field filled in as a viewer does it.
pub(super) fn filled(value: &str) -> Update {
    Update::new().object(TEXT_FIELD, text_field(value, "")).object(TEXT_APPEARANCE, text_appearance(value))
}

pub(super) fn cases() -> Family {
    let mut family = Family::new("shadow-replace");
    let signed = base::signed();
    let attack = |update: Update| update.onto(signed);
    family.attack("font-with-other-digits", CHANGED, {
        let font = edited(signed, FONT, "/BaseFont", "/Encoding << /Differences [49 /nine 48 /eight] >> /BaseFont");
        attack(Update::new().object(FONT, font))
    });
    family.attack("font-with-other-digits-in-resources", CHANGED, {
        let font = edited(signed, FONT, "/BaseFont", "/Encoding << /Differences [49 /nine 48 /eight] >> /BaseFont");
        let resources = edited(signed, RESOURCES, "/F1 6 0 R", "/F1 200 0 R");
        attack(Update::new().object(RESOURCES, resources).object(FAR, font))
    });
    family.attack("font-added-to-object-stream", CHANGED, {
        let font = edited(signed, FONT, "/BaseFont", "/Encoding << /Differences [49 /nine] >> /BaseFont");
        attack(Update::new().section(Section::Stream(FAR)).packed(FAR + 1, &[(FONT, &font)]))
    });
    family.attack("glyph", CHANGED, attack(Update::new().stream(GLYPH, "", b"1000 0 0 0 800 800 d1 0 0 200 200 re f")));
    family.attack("glyph-in-the-font", CHANGED, {
        let font = edited(signed, GLYPHS, "/b 24 0 R", "/b 200 0 R");
        attack(Update::new().object(GLYPHS, font).stream(FAR, "", b"1000 0 0 0 800 800 d1 0 0 100 800 re f"))
    });
    family.attack("form-xobject", CHANGED, attack(Update::new().object(STAMP, cover(150, 26, "COPY"))));
    family.attack("form-xobject-in-resources", CHANGED, {
        let resources = edited(signed, RESOURCES, "/Stamp 8 0 R", "/Stamp 200 0 R");
        attack(Update::new().object(RESOURCES, resources).object(FAR, cover(150, 26, "COPY")))
    });
    family.attack("picture", CHANGED, {
        let image = "/Type /XObject /Subtype /Image /Width 2 /Height 2 /ColorSpace /DeviceGray /BitsPerComponent 8";
        attack(Update::new().stream(IMAGE, image, [0xff, 0x10, 0x10, 0xff]))
    });
    family.attack("resources-in-the-page", CHANGED, {
        let resources = "/Resources << /Font << /F1 6 0 R /F2 23 0 R >> /XObject << /Stamp 8 0 R /Picture 25 0 R >> >>";
        attack(Update::new().object(PAGE, edited(signed, PAGE, "/Resources 5 0 R", resources)))
    });

    family.attack(
        "field-looks-otherwise",
        CHANGED,
        attack(Update::new().object(TEXT_APPEARANCE, text_appearance("Le Van C"))),
    );
    family.attack("field-looks-otherwise-by-another-appearance", CHANGED, {
        let field = edited(signed, TEXT_FIELD, "/N 11 0 R", "/N 200 0 R");
        attack(Update::new().object(TEXT_FIELD, field).object(FAR, text_appearance("Le Van C")))
    });
    family.attack("field-grown-over-the-text", CHANGED, {
        let field = replaced(&text_field("Tran Thi B", ""), "[70 480 370 510]", "[60 480 500 780]");
        attack(Update::new().object(TEXT_FIELD, field).object(TEXT_APPEARANCE, cover(300, 30, "Tran Thi B")))
    });
    family.attack(
        "field-hidden",
        CHANGED,
        attack(Update::new().object(TEXT_FIELD, edited(signed, TEXT_FIELD, "/F 4", "/F 2"))),
    );
    family.attack("field-of-another-kind", CHANGED, {
        let field = replaced(&text_field("Tran Thi B", ""), "/FT /Tx", "/FT /Ch");
        attack(Update::new().object(TEXT_FIELD, field).object(TEXT_APPEARANCE, text_appearance("Tran Thi B")))
    });
    family.attack("field-renamed", CHANGED, {
        let field = replaced(&text_field("Nguyen Van A", ""), "(buyer)", "(seller)");
        attack(Update::new().object(TEXT_FIELD, field))
    });
    family.attack("field-with-a-script", CHANGED, {
        let script = "/AA << /K << /S /JavaScript /JS (event.value = 1) >> >>";
        attack(
            Update::new()
                .object(TEXT_FIELD, text_field("Tran Thi B", script))
                .object(TEXT_APPEARANCE, text_appearance("Tran Thi B")),
        )
    });
    family.attack("field-filled-and-content-its-appearance", CHANGED, {
        let field = edited(signed, TEXT_FIELD, "(Nguyen Van A)", "(Tran Thi B)");
        let field = replaced(&field, "/N 11 0 R", "/N 8 0 R");
        attack(Update::new().object(TEXT_FIELD, field).object(STAMP, cover(150, 26, "Tran Thi B")))
    });
    let drawn = |drawing: &str| {
        let form = "/Type /XObject /Subtype /Form /BBox [0 0 300 30] /Resources << /Font << /Helv 6 0 R >> >>";
        let update = Update::new().object(TEXT_FIELD, text_field("Tran Thi B", ""));
        attack(update.stream(TEXT_APPEARANCE, form, format!("/Tx BMC {drawing} EMC")))
    };
    let value = "BT /Helv 14 Tf 0 g 4 9 Td (Tran Thi B) Tj ET";
    let other = "0 G 3 w 10 5 m 10 25 l 30 25 l S";
    family.attack("value-and-strokes", CHANGED, drawn(&format!("{value} {other}")));
    family.attack("value-invisible", CHANGED, drawn(&format!("{} {other}", value.replace("4 9 Td", "3 Tr 4 9 Td"))));
    family.attack("value-white", CHANGED, drawn(&format!("{} {other}", value.replace("0 g", "1 g"))));
    family.attack("value-out-of-the-box", CHANGED, drawn(&format!("{} {other}", value.replace("4 9 Td", "4 900 Td"))));
    family.attack("value-tiny", CHANGED, drawn(&format!("{} {other}", value.replace("14 Tf", "0.01 Tf"))));
    family.attack("value-clipped", CHANGED, drawn(&format!("q 0 0 1 1 re W n {value} Q {other}")));
    family.attack("value-under-a-white-box", CHANGED, drawn(&format!("{value} 1 g 0 0 300 30 re f {other}")));
    family.attack("value-in-a-lying-font", CHANGED, {
        // By its codes the text is the value; its glyphs are other letters.
        let map = "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange \
                   2 beginbfchar <4c> <005400720061006e0020005400680069> <43> <00200042> endbfchar endcmap end";
        let form = "/Type /XObject /Subtype /Form /BBox [0 0 300 30] /Resources << /Font << /Helv 200 0 R >> >>";
        let update = Update::new().object(TEXT_FIELD, text_field("Tran Thi B", ""));
        let update = update.stream(TEXT_APPEARANCE, form, "/Tx BMC BT /Helv 14 Tf 4 9 Td (LC) Tj ET EMC");
        let font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 201 0 R >>";
        attack(update.object(FAR, font).stream(FAR + 1, "", map))
    });
    family.attack("rich-value-says-otherwise", CHANGED, {
        attack(Update::new().object(TEXT_FIELD, text_field("Nguyen Van A", "/RV (<p>Le Van C</p>)")))
    });
    family.attack("box-checked-without-its-value", CHANGED, {
        attack(Update::new().object(CHECKBOX, replaced(&checkbox("Off"), "/AS /Off", "/AS /Yes")))
    });
    family.attack("box-checked-with-another-appearance", CHANGED, {
        attack(Update::new().object(CHECKBOX, replaced(&checkbox("Yes"), "/Yes 13 0 R", "/Yes 8 0 R")))
    });
    family.attack("unchecked-box-looks-checked", CHANGED, {
        let form = "/Type /XObject /Subtype /Form /BBox [0 0 20 20]";
        attack(Update::new().object(UNCHECKED, stream(form, b"0 G 1 1 18 18 re S 3 3 m 17 17 l S 3 17 m 17 3 l S")))
    });
    family.attack("all-fields-redrawn-by-the-viewer", CHANGED, {
        let form = edited(signed, FORM, "/DA (/Helv 0 Tf 0 g)", "/DA (/Helv 0 Tf 1 g) /NeedAppearances true");
        attack(Update::new().object(FORM, form))
    });
    family.attack("form-of-another-technique", CHANGED, {
        let form = edited(signed, FORM, "/DA", "/XFA 200 0 R /DA");
        attack(Update::new().object(FORM, form).stream(FAR, "", b"<xdp:xdp xmlns:xdp=\"http://ns.adobe.com/xdp/\"/>"))
    });

    family.honest("field-filled", Modifications::FormFill, attack(filled("Tran Thi B")));
    family.honest("field-filled-with-a-new-appearance", Modifications::FormFill, {
        let field = edited(signed, TEXT_FIELD, "(Nguyen Van A)", "(Tran Thi B)");
        let field = replaced(&field, "/N 11 0 R", "/N 200 0 R");
        attack(Update::new().object(TEXT_FIELD, field).object(FAR, text_appearance("Tran Thi B")))
    });
    family.honest(
        "field-filled-by-stream",
        Modifications::FormFill,
        attack(filled("Tran Thi B").section(Section::Stream(FAR))),
    );
    family.honest("field-filled-in-an-object-stream", Modifications::FormFill, {
        let field = text_field("Tran Thi B", "");
        let update = Update::new().section(Section::Stream(FAR)).packed(FAR + 1, &[(TEXT_FIELD, &field)]);
        attack(update.object(TEXT_APPEARANCE, text_appearance("Tran Thi B")))
    });
    family.honest("box-checked", Modifications::FormFill, attack(Update::new().object(CHECKBOX, checkbox("Yes"))));
    family.honest(
        "field-restated",
        Modifications::None,
        attack(Update::new().object(TEXT_FIELD, body(signed, TEXT_FIELD))),
    );
    family.honest("twice-filled", Modifications::FormFill, filled("Le Van C").onto(&attack(filled("Tran Thi B"))));
    family
}
