//! Resources that the form and the pages share: what the form gains there, no page may show.

use kyso::DocMdp;
use kyso::validate::Modifications::FormFill;

use super::base::{self, content, edited, number::*, replaced};
use super::shadow_replace::filled;
use super::writer::{Section, Update};
use super::{CHANGED, Family};
use crate::shapes::writer::{Objects, Xref, stream};

/// The fonts of form and pages.
const FONTS: u32 = 30;

/// The contract whose form and pages have these fonts together.
fn one_list_of_fonts() -> Objects {
    let mut objects = base::objects();
    let list = "<< /F1 6 0 R /F2 23 0 R /Helv 6 0 R >>";
    objects.insert(FONTS, list.as_bytes().to_vec());
    objects.insert(RESOURCES, replaced(&objects[&RESOURCES], "<< /F1 6 0 R /F2 23 0 R >>", "30 0 R"));
    objects.insert(FORM, replaced(&objects[&FORM], "<< /Helv 6 0 R >>", "30 0 R"));
    objects
}

/// The contract whose form and pages have all resources together.
fn one_dictionary() -> Objects {
    let mut objects = base::objects();
    objects.insert(RESOURCES, replaced(&objects[&RESOURCES], "/F1 6 0 R", "/F1 6 0 R /Helv 6 0 R"));
    objects.insert(FORM, replaced(&objects[&FORM], "<< /Font << /Helv 6 0 R >> >>", "5 0 R"));
    objects
}

fn written(objects: &Objects) -> Vec<u8> {
    base::written(objects, Xref::Table)
}

const BOLD: &str = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>";

pub(super) fn cases() -> Family {
    let mut family = Family::new("shared-resources");
    let fonts = base::certify(&written(&one_list_of_fonts()), DocMdp::FormFilling);
    let all = base::certify(&written(&one_dictionary()), DocMdp::FormFilling);
    let font_added = |file: &[u8], more: &str| {
        let list = edited(file, FONTS, "/Helv 6 0 R", &format!("/Helv 6 0 R {more}"));
        filled("Tran Thi B").object(FONTS, list).object(FAR, BOLD)
    };
    let added = |file: &[u8], from: &str, to: &str| {
        let resources = edited(file, RESOURCES, from, to);
        filled("Tran Thi B").object(RESOURCES, resources).object(FAR, BOLD)
    };
    family.honest("font-added-to-the-list", FormFill, font_added(&fonts, "/HeBo 200 0 R").onto(&fonts));
    family.honest("font-added-to-the-list-by-stream", FormFill, {
        font_added(&fonts, "/HeBo 200 0 R").section(Section::Stream(FAR + 50)).onto(&fonts)
    });
    family.honest("font-added-to-all-resources", FormFill, {
        added(&all, "/F1 6 0 R", "/F1 6 0 R /HeBo 200 0 R").onto(&all)
    });
    family.honest("encoding-added-to-all-resources", FormFill, {
        added(&all, "/XObject", "/ColorSpace << /Own /DeviceGray >> /XObject").onto(&all)
    });
    family.honest("list-written-in-another-way", FormFill, {
        // A number for what was direct, and the default of a key.
        let mut objects = one_list_of_fonts();
        objects.insert(TEXT_APPEARANCE, {
            let look = "/Type /XObject /Subtype /Form /BBox [0 0 300 30] /Resources << /Font 30 0 R >>";
            stream(look, b"/Tx BMC BT /Helv 14 Tf 0 g 4 9 Td (Nguyen Van A) Tj ET EMC")
        });
        let file = base::sign(&written(&objects));
        let list = edited(&file, FONTS, "/F1 6 0 R", "/F1 6 0 R /Nothing null");
        filled("Tran Thi B").object(FONTS, list).onto(&file)
    });
    family.honest("metadata-of-the-page-too", FormFill, {
        let mut objects = base::objects();
        objects.insert(PAGE, replaced(&objects[&PAGE], "<<", "<< /Metadata 16 0 R"));
        let file = base::sign(&written(&objects));
        Update::new().object(METADATA, base::metadata("2026-02-02T00:00:00Z")).onto(&file)
    });

    let drawing = |more: &str| {
        let mut objects = one_dictionary();
        let mut shown = content("1000");
        shown.extend_from_slice(more.as_bytes());
        objects.insert(CONTENT, stream("", &shown));
        base::sign(&written(&objects))
    };
    family.attack("picture-that-the-page-waited-for", CHANGED, {
        let file = drawing("\nq 1 0 0 1 60 730 cm /Later Do Q");
        let update = added(&file, "/Stamp 8 0 R", "/Stamp 8 0 R /Later 26 0 R");
        update.onto(&file)
    });
    family.attack("picture-that-the-page-waited-for-by-an-escaped-name", CHANGED, {
        let file = drawing("\nq 1 0 0 1 60 730 cm /L#61ter Do Q");
        added(&file, "/Stamp 8 0 R", "/Stamp 8 0 R /Later 26 0 R").onto(&file)
    });
    family.attack("font-that-the-page-waited-for", CHANGED, {
        let file = drawing("\nBT /Fnt 14 Tf 70 520 Td (And 8999 more.) Tj ET");
        added(&file, "/F1 6 0 R", "/F1 6 0 R /Fnt 200 0 R").onto(&file)
    });
    family.attack("category-that-the-page-waited-for", CHANGED, {
        let file = drawing("\n/Later gs");
        added(&file, "/XObject", "/ExtGState << /Later << /ca 0 >> >> /XObject").onto(&file)
    });
    // A form of the page by the name of metadata, which the catalog or /Info may renew.
    let named = |metadata: &str| {
        let mut objects = base::objects();
        objects.insert(RESOURCES, replaced(&objects[&RESOURCES], "/Cover 26 0 R", "/Metadata 26 0 R"));
        objects.insert(CATALOG, replaced(&objects[&CATALOG], "/Metadata 16 0 R", metadata));
        let text = String::from_utf8(content("1000")).unwrap().replace("/Cover Do", "/Metadata Do");
        objects.insert(CONTENT, stream("", text.as_bytes()));
        written(&objects)
    };
    let lie = || Update::new().object(COVER, base::cover(340, 30, "The buyer pays 9999 VND to the seller."));
    family.attack("form-by-the-name-of-metadata", CHANGED, lie().onto(&base::sign(&named("/Metadata 26 0 R"))));
    family.attack("form-by-the-name-of-metadata-p1", CHANGED, {
        lie().onto(&base::certify(&named("/Metadata 26 0 R"), DocMdp::NoChanges))
    });
    family.attack("form-by-the-name-of-metadata-as-information", CHANGED, {
        lie().information(Some("26 0 R")).onto(&base::sign(&named("/Metadata 16 0 R")))
    });
    family.attack("font-by-the-name-of-metadata", CHANGED, {
        let mut objects = base::objects();
        objects.insert(RESOURCES, replaced(&objects[&RESOURCES], "/F2 23 0 R", "/F2 23 0 R /Metadata 27 0 R"));
        objects.insert(CATALOG, replaced(&objects[&CATALOG], "/Metadata 16 0 R", "/Metadata 27 0 R"));
        objects.insert(27, b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_vec());
        let file = base::sign(&written(&objects));
        Update::new().object(27, BOLD).onto(&file)
    });
    family.attack("name-that-the-stamp-waited-for", CHANGED, {
        let mut objects = one_dictionary();
        objects.insert(STAMP, stream("/Type /XObject /Subtype /Form /BBox [0 0 150 26]", b"/Later Do"));
        let file = base::sign(&written(&objects));
        added(&file, "/Stamp 8 0 R", "/Stamp 8 0 R /Later 26 0 R").onto(&file)
    });
    family.attack("default-colour-space", CHANGED, {
        added(&all, "/XObject", "/ColorSpace << /DefaultGray [/Indexed /DeviceRGB 0 <ffffff>] >> /XObject").onto(&all)
    });
    family.attack("font-replaced-in-the-list", CHANGED, {
        let list = edited(&fonts, FONTS, "/F1 6 0 R", "/F1 200 0 R");
        filled("Tran Thi B").object(FONTS, list).object(FAR, BOLD).onto(&fonts)
    });
    family.attack("font-taken-out-of-the-list", CHANGED, {
        filled("Tran Thi B").object(FONTS, edited(&fonts, FONTS, "/F2 23 0 R", "")).onto(&fonts)
    });
    family.attack("stamp-replaced-in-all-resources", CHANGED, {
        added(&all, "/Stamp 8 0 R", "/Stamp 26 0 R").onto(&all)
    });
    family.attack("layers-of-the-catalog-as-resources", CHANGED, {
        // One dictionary is the form's resources and the layers: more names there are other layers.
        let mut objects = base::objects();
        objects.insert(FORM, replaced(&objects[&FORM], "<< /Font << /Helv 6 0 R >> >>", "20 0 R"));
        let file = base::sign(&written(&objects));
        let layers = edited(&file, LAYERS, "<<", "<< /ExtGState << /a << /ca 1 >> >>");
        filled("Tran Thi B").object(LAYERS, layers).onto(&file)
    });
    family
}
