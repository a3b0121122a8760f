//! Shadow attacks of the hiding kind: what lay over the text, or beside it, when it was signed is gone.

use kyso::validate::Modifications;

use super::base::{self, body, edited, number::*, replaced};
use super::writer::{Row, Section, Update};
use super::{CHANGED, Family};
use crate::shapes::writer::stream;

/// The contract with an annotation, number 30, that covers a clause of page 1.
fn with_covering_annotation() -> Vec<u8> {
    let mut objects = base::objects();
    let page = replaced(&objects[&PAGE], "/Annots [", "/Annots [30 0 R ");
    objects.insert(PAGE, page);
    let note = "<< /Type /Annot /Subtype /Stamp /Rect [60 730 400 760] /F 4 /P 3 0 R /AP << /N 31 0 R >> >>";
    objects.insert(30, note.into());
    objects.insert(31, base::cover(340, 30, "The buyer pays nothing."));
    base::sign(&base::written(&objects, crate::shapes::writer::Xref::Table))
}

pub(super) fn cases() -> Family {
    let mut family = Family::new("shadow-hide");
    let signed = base::signed();
    let attack = |update: Update| update.onto(signed);
    family.attack("cover-freed-by-table", CHANGED, attack(Update::new().row(COVER, Row::Free)));
    family.attack(
        "cover-freed-by-stream",
        CHANGED,
        attack(Update::new().section(Section::Stream(FAR)).row(COVER, Row::Free)),
    );
    let empty = "/Type /XObject /Subtype /Form /BBox [0 0 330 26]";
    family.attack("cover-emptied", CHANGED, attack(Update::new().stream(COVER, empty, b"")));
    family.attack(
        "cover-without-area",
        CHANGED,
        attack(Update::new().object(COVER, edited(signed, COVER, "330 26]", "0 0]"))),
    );
    family.attack(
        "cover-of-no-kind",
        CHANGED,
        attack(Update::new().object(COVER, edited(signed, COVER, "/Subtype /Form", "/Subtype /None"))),
    );
    family.attack("cover-in-a-hidden-layer", CHANGED, {
        let cover = edited(signed, COVER, "/BBox", "/OC 200 0 R /BBox");
        let layers = edited(signed, LAYERS, "/OCGs [19 0 R] /D <<", "/OCGs [19 0 R 200 0 R] /D << /OFF [200 0 R]");
        let update = Update::new().object(COVER, cover).object(LAYERS, layers);
        attack(update.object(FAR, "<< /Type /OCG /Name (Cover) >>"))
    });
    family.attack(
        "cover-out-of-the-resources",
        CHANGED,
        attack(Update::new().object(RESOURCES, edited(signed, RESOURCES, "/Cover 26 0 R", ""))),
    );
    family.attack(
        "cover-in-the-resources-another",
        CHANGED,
        attack(Update::new().object(RESOURCES, edited(signed, RESOURCES, "/Cover 26", "/Cover 14"))),
    );
    family.attack(
        "layer-off",
        CHANGED,
        attack(Update::new().object(LAYERS, edited(signed, LAYERS, "/D <<", "/D << /OFF [19 0 R]"))),
    );
    family.attack(
        "layer-off-by-base-state",
        CHANGED,
        attack(Update::new().object(LAYERS, edited(signed, LAYERS, "/D <<", "/D << /BaseState /OFF"))),
    );
    family.attack("layers-repointed", CHANGED, {
        let catalog = edited(signed, CATALOG, "/OCProperties 20 0 R", "/OCProperties 200 0 R");
        let layers = edited(signed, LAYERS, "/D <<", "/D << /OFF [19 0 R]");
        attack(Update::new().object(CATALOG, catalog).object(FAR, layers))
    });
    family.attack("picture-made-transparent", CHANGED, {
        let mask = "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8";
        let picture = edited(signed, IMAGE, "/Width", "/SMask 200 0 R /Width");
        attack(Update::new().object(IMAGE, picture).stream(FAR, mask, [0]))
    });

    let covered = with_covering_annotation();
    let page = edited(&covered, PAGE, "/Annots [30 0 R ", "/Annots [");
    family.attack("annotation-removed-from-page", CHANGED, Update::new().object(PAGE, page).onto(&covered));
    family.attack("annotation-freed", CHANGED, Update::new().row(30, Row::Free).onto(&covered));
    family.attack(
        "annotation-hidden",
        CHANGED,
        Update::new().object(30, edited(&covered, 30, "/F 4", "/F 2")).onto(&covered),
    );
    family.attack("annotation-emptied", CHANGED, Update::new().object(31, stream(empty, b"")).onto(&covered));
    family.attack(
        "annotation-moved",
        CHANGED,
        Update::new().object(30, edited(&covered, 30, "730 400 760", "30 400 60")).onto(&covered),
    );

    family.honest("cover-restated", Modifications::None, attack(Update::new().object(COVER, body(signed, COVER))));
    family.honest("layers-restated", Modifications::None, attack(Update::new().object(LAYERS, body(signed, LAYERS))));
    family.honest(
        "annotation-restated",
        Modifications::None,
        Update::new().object(30, body(&covered, 30)).onto(&covered),
    );
    family
}
