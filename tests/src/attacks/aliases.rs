//! Changed objects that stand in two places: one where a change is allowed, and one where it's seen.

use kyso::validate::Modifications;

use super::base::{self, content, cover, edited, extended, number::*, replaced, text_field};
use super::honest::{evidence, information};
use super::writer::Update;
use super::{CHANGED, Family};
use crate::shapes::writer::{Xref, stream};

pub(super) fn cases() -> Family {
    let mut family = Family::new("aliases");
    let signed = base::signed();
    let attack = |update: Update| update.onto(signed);
    let fraud = || Update::new().stream(CONTENT, "", content("9999"));
    let pages = || Update::new().object(PAGES, edited(signed, PAGES, "[3 0 R 7 0 R]", "[7 0 R 3 0 R]"));
    let catalog =
        |update: Update, from: &str, to: &str| attack(update.object(CATALOG, edited(signed, CATALOG, from, to)));

    family.attack("content-as-metadata", CHANGED, catalog(fraud(), "/Metadata 16 0 R", "/Metadata 4 0 R"));
    family.attack("tree-as-metadata", CHANGED, catalog(pages(), "/Metadata 16 0 R", "/Metadata 2 0 R"));
    for (name, entry) in [
        ("missing", "/ModDate 300 0 R"),
        ("that-is-a-script", "/ModDate << /S /JavaScript /JS (x) >>"),
        ("of-a-wrong-generation", "/Producer 3 7 R"),
    ] {
        family.attack(format!("information-{name}"), CHANGED, {
            attack(Update::new().object(INFO, format!("<< /Title (Contract) {entry} >>")))
        });
    }
    for (name, entry) in
        [("missing", "/LastModified 300 0 R"), ("that-is-a-script", "/LastModified << /S /JavaScript >>")]
    {
        family.attack(format!("date-of-a-page-{name}"), CHANGED, {
            attack(Update::new().object(PAGE, extended(signed, PAGE, entry)))
        });
    }
    family.attack("look-of-fields-missing", CHANGED, {
        let form = edited(signed, FORM, "/DA (/Helv 0 Tf 0 g)", "/DA 300 0 R");
        attack(Update::new().object(FORM, form))
    });
    family.attack("content-as-information", CHANGED, attack(fraud().information(Some("4 0 R"))));
    family.attack("tree-as-information", CHANGED, attack(pages().information(Some("2 0 R"))));
    family.attack("tree-as-evidence", CHANGED, catalog(pages(), "/Metadata", "/DSS 2 0 R /Metadata"));
    family.attack(
        "tree-in-evidence",
        CHANGED,
        catalog(pages(), "/Metadata", "/DSS << /VRI << /A 2 0 R >> >> /Metadata"),
    );
    family.attack("layers-in-evidence", CHANGED, {
        let layers = Update::new().object(LAYERS, edited(signed, LAYERS, "/D <<", "/D << /OFF [19 0 R]"));
        catalog(layers, "/Metadata", "/DSS << /Certs [20 0 R] >> /Metadata")
    });
    family.attack("content-in-evidence", CHANGED, catalog(fraud(), "/Metadata", "/DSS << /Certs [4 0 R] >> /Metadata"));
    family.attack("resources-in-evidence", CHANGED, {
        let resources = Update::new().object(RESOURCES, edited(signed, RESOURCES, "/Cover 26 0 R", ""));
        catalog(resources, "/Metadata", "/DSS << /OCSPs 5 0 R >> /Metadata")
    });
    family.attack("tree-as-extensions", CHANGED, catalog(pages(), "/Metadata", "/Extensions 2 0 R /Metadata"));
    family.attack("resources-as-form", CHANGED, {
        // One dictionary is the form and the resources of the pages.
        let fields = String::from_utf8(base::body(signed, FORM)).unwrap();
        let fields = fields.trim().trim_start_matches("<<").trim_end_matches(">>").to_owned();
        let resources = replaced(&edited(signed, RESOURCES, "/Cover 26 0 R", ""), "<<", &format!("<< {fields}"));
        catalog(Update::new().object(RESOURCES, resources), "/AcroForm 15 0 R", "/AcroForm 5 0 R")
    });
    // The catalog alone refers to it, in two places.
    let layers = || Update::new().object(LAYERS, edited(signed, LAYERS, "/D <<", "/D << /OFF [19 0 R]"));
    family.attack("layers-as-metadata", CHANGED, catalog(layers(), "/Metadata 16 0 R", "/Metadata 20 0 R"));
    family.attack("layers-as-evidence", CHANGED, catalog(layers(), "/Metadata", "/DSS 20 0 R /Metadata"));
    family.attack("layers-as-extensions", CHANGED, catalog(layers(), "/Metadata", "/Extensions 20 0 R /Metadata"));
    family.attack("layers-in-extensions", CHANGED, {
        catalog(layers(), "/Metadata", "/Extensions << /ESIC 20 0 R >> /Metadata")
    });
    family.attack("layers-as-information", CHANGED, attack(layers().information(Some("20 0 R"))));
    family.attack("content-as-appearance", CHANGED, {
        let field = replaced(&text_field("Tran Thi B", ""), "/N 11 0 R", "/N 4 0 R");
        attack(fraud().object(TEXT_FIELD, field))
    });
    family.attack("stamp-as-appearance", CHANGED, {
        let field = replaced(&text_field("Tran Thi B", ""), "/N 11 0 R", "/N 8 0 R");
        attack(Update::new().object(STAMP, cover(150, 26, "COPY")).object(TEXT_FIELD, field))
    });
    family.attack("resources-in-an-appearance", CHANGED, {
        let look = "/Type /XObject /Subtype /Form /BBox [0 0 300 30] /Resources 5 0 R";
        let resources = edited(signed, RESOURCES, "/Cover 26 0 R", "");
        let update = Update::new().object(TEXT_FIELD, text_field("Tran Thi B", "")).object(RESOURCES, resources);
        attack(update.stream(TEXT_APPEARANCE, look, b"BT /F1 14 Tf 4 9 Td (Tran Thi B) Tj ET"))
    });
    family.attack("font-in-an-appearance", CHANGED, {
        // The field's font is the page's: a filled-in field doesn't excuse another font.
        let font = edited(signed, FONT, "/BaseFont", "/Encoding << /Differences [49 /nine] >> /BaseFont");
        attack(super::shadow_replace::filled("Tran Thi B").object(FONT, font))
    });
    family.attack("content-as-value", CHANGED, {
        let field = replaced(&text_field("x", ""), "/V (x)", "/V 4 0 R");
        attack(fraud().object(TEXT_FIELD, field))
    });
    family.attack("content-as-annotations", CHANGED, {
        let page = edited(signed, PAGE, "/Annots", "/Annots 2 0 R /Were");
        attack(pages().object(PAGE, page))
    });

    let mut shared = base::objects();
    shared.insert(RESOURCES, replaced(&shared[&RESOURCES], "/Stamp 8 0 R", "/Stamp 11 0 R"));
    let shared = base::sign(&base::written(&shared, Xref::Table));
    family.attack("appearance-that-the-page-draws", CHANGED, super::shadow_replace::filled("9999 VND").onto(&shared));
    let mut described = base::objects();
    described.insert(METADATA, stream("/Type /XObject /Subtype /Form /BBox [0 0 150 26]", b"0 0 150 26 re f"));
    described.insert(RESOURCES, replaced(&described[&RESOURCES], "/Stamp 8 0 R", "/Stamp 16 0 R"));
    let described = base::sign(&base::written(&described, Xref::Table));
    family.attack(
        "metadata-that-the-page-draws",
        CHANGED,
        Update::new().object(METADATA, cover(150, 26, "COPY")).onto(&described),
    );
    family.attack("information-that-the-page-uses", CHANGED, {
        let mut objects = base::objects();
        objects.insert(INFO, objects[&RESOURCES].clone());
        objects.insert(PAGE, replaced(&objects[&PAGE], "/Resources 5 0 R", "/Resources 9 0 R"));
        let file = base::sign(&base::written(&objects, Xref::Table));
        let resources = edited(&file, INFO, "/Cover 26 0 R", "");
        Update::new().object(INFO, resources).onto(&file)
    });
    family.attack("second-page-as-new-fields-page", CHANGED, {
        // A new signature field excuses /Annots of its page, and nothing else there.
        let page = extended(signed, PAGE, "/Rotate 180");
        let page = replaced(&page, "/Annots [", "/Annots [200 0 R ");
        let form = edited(signed, FORM, "/Fields [", "/Fields [200 0 R ");
        let field = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (New) /Rect [0 0 0 0] /F 132 /P 3 0 R >>";
        attack(Update::new().object(PAGE, page).object(FORM, form).object(FAR, field))
    });

    family.honest("evidence", Modifications::Lta, evidence(signed).onto(signed));
    family.honest("information-and-metadata", Modifications::FormFill, information().onto(signed));
    family
}
