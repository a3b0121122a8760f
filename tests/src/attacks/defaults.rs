//! Optional keys given with their default value, and with another; the order of fields; layers copied.

use kyso::DocMdp;
use kyso::validate::Modifications::{self, FormFill};

use super::base::{self, cover, edited, extended, number::*, replaced};
use super::by_hand::signed_by_hand;
use super::shadow_replace::filled;
use super::writer::{Section, Update};
use super::{CHANGED, Family};
use crate::shapes::writer::{Objects, Xref};

const VALUE: u32 = FAR + 20;

fn signed(objects: &Objects) -> Vec<u8> {
    base::sign(&base::written(objects, Xref::Table))
}

/// The reserved field signed by a program that says these keys too.
fn signed_with(file: &[u8], more: &str) -> Vec<u8> {
    let field = edited(file, RESERVED, "<<", &format!("<< {more} /V {VALUE} 0 R /AP << /N 201 0 R >>"));
    signed_by_hand(file, Update::new().object(RESERVED, field).object(FAR + 1, cover(130, 60, "UBND")), VALUE)
}

pub(super) fn cases() -> Family {
    let mut family = Family::new("defaults");
    let mut bare = base::objects();
    bare.insert(RESERVED, replaced(&bare[&RESERVED], "/Type /Annot", ""));
    let bare = signed(&bare);
    let usual = base::signed();
    family.honest("type-of-a-field", FormFill, signed_with(&bare, "/Type /Annot"));
    for (name, more) in [
        ("flags-of-a-field", "/Ff 0"),
        ("highlighting", "/H /I"),
        ("border", "/Border [0 0 1]"),
        ("style-of-the-border", "/BS << /Type /Border /W 1 /S /S >>"),
        ("alignment", "/Q 0"),
        ("characteristics", "/MK << /R 0 >>"),
    ] {
        family.honest(name, FormFill, signed_with(usual, more));
    }
    family.honest("type-left-out", FormFill, {
        let field = edited(usual, RESERVED, "/Type /Annot", &format!("/V {VALUE} 0 R /AP << /N 201 0 R >>"));
        signed_by_hand(usual, Update::new().object(RESERVED, field).object(FAR + 1, cover(130, 60, "UBND")), VALUE)
    });
    family.honest("flags-of-a-filled-field", FormFill, {
        let field = base::text_field("Tran Thi B", "/Q 0 /H /I /Border [0 0 1]");
        filled("Tran Thi B").object(TEXT_FIELD, field).onto(usual)
    });
    family.honest("of-the-catalog", Modifications::None, {
        Update::new()
            .object(CATALOG, extended(usual, CATALOG, "/PageMode /UseNone /PageLayout /SinglePage"))
            .onto(usual)
    });
    family.honest("of-the-layers", Modifications::None, {
        let layers = edited(usual, LAYERS, "/D <<", "/D << /BaseState /ON /ListMode /AllPages");
        let layer = edited(usual, LAYER, "/Type /OCG", "/Type /OCG /Intent /View");
        Update::new().object(LAYERS, layers).object(LAYER, layer).onto(usual)
    });
    family.honest("boxes-of-a-page", Modifications::None, {
        let boxes = "/CropBox [0 0 595 842] /TrimBox [0 0 595 842] /BleedBox [0 0 595 842]";
        Update::new().object(PAGE, extended(usual, PAGE, boxes)).onto(usual)
    });
    family.honest("of-a-page-and-of-the-form", Modifications::None, {
        let page = extended(usual, PAGE, "/UserUnit 1.0 /Rotate 0");
        Update::new().object(PAGE, page).object(FORM, extended(usual, FORM, "/Q 0 /NeedAppearances false")).onto(usual)
    });
    family.honest("of-a-picture", Modifications::None, {
        let stamp = edited(usual, STAMP, "/Subtype /Form", "/Subtype /Form /FormType 1 /Matrix [1 0 0 1 0 0]");
        Update::new().object(STAMP, stamp).onto(usual)
    });
    family.honest("of-a-picture-by-stream", Modifications::None, {
        let stamp = edited(usual, IMAGE, "/Subtype /Image", "/Subtype /Image /Interpolate false /ImageMask false");
        Update::new().object(IMAGE, stamp).section(Section::Stream(FAR + 50)).onto(usual)
    });
    family.honest("length-with-a-number-of-its-own", Modifications::None, {
        let content = base::body(usual, CONTENT);
        let length = base::content("1000").len();
        let content = replaced(&content, &format!("/Length {length}"), "/Length 200 0 R");
        Update::new().object(CONTENT, content).object(FAR, length.to_string()).onto(usual)
    });
    family.honest("tab-order-with-a-new-field-p2", FormFill, {
        let file = base::certified(DocMdp::FormFilling);
        let update = super::overlays::field(file, "Sig", "420 300 540 330", "/V 220 0 R", cover(120, 30, "UBND"));
        let page = replaced(&base::appended(file, PAGE, "/Annots", "200 0 R"), "<<", "<< /Tabs /S");
        signed_by_hand(file, update.object(PAGE, page), VALUE)
    });
    family.honest("tab-order-p3", FormFill, {
        let file = base::certified(DocMdp::Annotations);
        Update::new().object(PAGE, extended(file, PAGE, "/Tabs /R")).onto(file)
    });

    for (name, more) in [
        ("other-flags-of-a-field", "/Ff 1"),
        ("other-highlighting", "/H /P"),
        ("wide-border", "/Border [0 0 40]"),
        ("wide-style-of-the-border", "/BS << /W 40 /S /S >>"),
        ("action", "/A << /S /JavaScript /JS (x) >>"),
    ] {
        family.attack(name, CHANGED, signed_with(usual, more));
    }
    family.attack("flags-that-it-inherited-otherwise", CHANGED, {
        // Above it the form says that it must be filled in; on its own it says that it needn't.
        let mut objects = base::objects();
        objects.insert(FORM, replaced(&objects[&FORM], "17 0 R]", "30 0 R]"));
        objects.insert(30, b"<< /T (people) /Ff 2 /Kids [17 0 R] >>".to_vec());
        objects.insert(RESERVED, replaced(&objects[&RESERVED], "<<", "<< /Parent 30 0 R"));
        signed_with(&signed(&objects), "/Ff 0")
    });
    family.attack(
        "unit-of-a-page",
        CHANGED,
        Update::new().object(PAGE, extended(usual, PAGE, "/UserUnit 2")).onto(usual),
    );
    family.attack("layers-off-by-default", CHANGED, {
        Update::new().object(LAYERS, edited(usual, LAYERS, "/D <<", "/D << /BaseState /OFF")).onto(usual)
    });
    family.attack("box-of-a-page", CHANGED, {
        Update::new().object(PAGE, extended(usual, PAGE, "/TrimBox [0 0 300 842]")).onto(usual)
    });
    family.attack("full-screen", CHANGED, {
        Update::new().object(CATALOG, extended(usual, CATALOG, "/PageMode /FullScreen")).onto(usual)
    });
    family.attack("matrix-of-a-picture", CHANGED, {
        let stamp = edited(usual, STAMP, "/Subtype /Form", "/Subtype /Form /Matrix [1 0 0 1 0 60]");
        Update::new().object(STAMP, stamp).onto(usual)
    });
    for (said, file) in [("p1", base::certified(DocMdp::NoChanges)), ("p2", base::certified(DocMdp::FormFilling))] {
        let tabs =
            |order: &str| Update::new().object(PAGE, extended(file, PAGE, &format!("/Tabs /{order}"))).onto(file);
        family.attack(format!("tab-order-{said}"), &["modifications.page"], tabs("R"));
        family.attack(format!("tab-order-by-structure-{said}"), &["modifications.page"], tabs("S"));
    }
    family.attack("tab-order-changed", CHANGED, {
        let mut objects = base::objects();
        objects.insert(PAGE, replaced(&objects[&PAGE], "<<", "<< /Tabs /R"));
        let file = signed(&objects);
        Update::new().object(PAGE, edited(&file, PAGE, "/Tabs /R", "/Tabs /C")).onto(&file)
    });
    // A layer that was turned off, and a copy of it that the list of layers has instead.
    let mut objects = base::objects();
    objects.insert(LAYERS, replaced(&objects[&LAYERS], "/D <<", "/D << /OFF [19 0 R]"));
    let hidden = signed(&objects);
    let copied = || {
        let layers = "<< /OCGs [200 0 R] /D << /OFF [200 0 R] /Order [200 0 R] >> >>";
        Update::new().object(FAR, base::body(&hidden, LAYER)).object(FAR + 1, layers)
    };
    family.attack("layer-copied", CHANGED, {
        let catalog = edited(&hidden, CATALOG, "/OCProperties 20 0 R", "/OCProperties 201 0 R");
        copied().object(CATALOG, catalog).onto(&hidden)
    });
    family.attack("layer-copied-in-the-pages-resources", CHANGED, {
        let resources = edited(&hidden, RESOURCES, "/Layer 19 0 R", "/Layer 200 0 R");
        let page = edited(&hidden, PAGE, "/Resources 5 0 R", "/Resources 202 0 R");
        let update = Update::new().object(FAR, base::body(&hidden, LAYER)).object(FAR + 2, resources);
        update.object(PAGE, page).onto(&hidden)
    });
    family
}
