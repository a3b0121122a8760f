//! Generation numbers that don't fit.

use kyso::validate::Modifications;

use super::base::{self, body, content, edited, extended, number::*, replaced, text_appearance, text_field};
use super::by_hand::signed_by_hand;
use super::shadow_replace::filled;
use super::writer::{Row, Update};
use super::{ANY, CHANGED, Family};
use crate::shapes::writer::{Xref, stream};

pub(super) fn cases() -> Family {
    let mut family = Family::new("generations");
    let signed = base::signed();
    let fraud = stream("", &content("9999"));
    let attack = |update: Update| update.onto(signed);
    family.attack("next-generation", CHANGED, attack(Update::new().object_of(CONTENT, 1, &fraud)));
    family.attack("next-generation-referred-to", CHANGED, {
        let page = edited(signed, PAGE, "/Contents 4 0 R", "/Contents 4 1 R");
        attack(Update::new().object_of(CONTENT, 1, &fraud).object(PAGE, page))
    });
    let update = Update::new().object_of(CONTENT, 1, &fraud);
    let at = base::span(signed, CONTENT).start;
    let there = {
        let file = attack(update.clone());
        file.windows(9).rposition(|window| window == b"\n4 1 obj\n").unwrap() + 1
    };
    family.attack("row-of-another-generation", ANY, attack(update.clone().row(CONTENT, Row::At(there, 0))));
    family.attack("label-of-another-generation", ANY, attack(Update::new().row(CONTENT, Row::At(at, 1))));
    family.attack("last-generation", ANY, attack(Update::new().object_of(CONTENT, 65535, &fraud)));
    family.attack("page-of-the-next-generation", CHANGED, {
        let page = replaced(&body(signed, PAGE), "/Contents 4", "/Contents 21");
        let pages = edited(signed, PAGES, "3 0 R", "3 1 R");
        attack(Update::new().object_of(PAGE, 1, page).object(PAGES, pages))
    });

    // A reference of a wrong generation, met before the right one.
    family.attack("content-hidden-by-information", CHANGED, {
        attack(Update::new().object(CONTENT, &fraud).information(Some("4 7 R")))
    });
    let symbol = "<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>";
    family.attack("font-hidden-by-a-date", CHANGED, {
        let page = extended(signed, PAGE, "/LastModified 5 7 R");
        attack(Update::new().object(PAGE, page).object(FONT, symbol))
    });
    family.attack("content-hidden-by-the-page-tree", CHANGED, {
        attack(Update::new().object(PAGES, extended(signed, PAGES, "/Own 3 7 R")).object(CONTENT, &fraud))
    });
    family.attack("content-hidden-in-the-signed-file", CHANGED, {
        // We sign no such file; another program might.
        let mut objects = base::objects();
        objects.insert(CATALOG, replaced(&objects[&CATALOG], "<<", "<< /AAA 3 7 R /ZZZ 3 7 R"));
        let unsigned = base::written(&objects, Xref::Table);
        let field =
            "<< /Type /Annot /Subtype /Widget /FT /Sig /T (By hand) /Rect [0 0 0 0] /F 132 /P 3 0 R /V 220 0 R >>";
        let update = Update::new()
            .object(PAGE, base::appended(&unsigned, PAGE, "/Annots", "210 0 R"))
            .object(FORM, edited(&unsigned, FORM, "/Fields [", "/Fields [210 0 R "))
            .object(210, field);
        let file = signed_by_hand(&unsigned, update, 220);
        Update::new().object(CONTENT, &fraud).onto(&file)
    });
    family.attack("appearance-by-a-wrong-generation", CHANGED, {
        let field = replaced(&text_field("Tran Thi B", ""), "/N 11 0 R", "/N 200 7 R");
        attack(Update::new().object(TEXT_FIELD, field).object(FAR, text_appearance("Tran Thi B")))
    });
    family.attack("information-of-a-wrong-generation", CHANGED, {
        let information = "<< /Title (Contract) /ModDate (D:20260202000000Z) >>";
        attack(Update::new().object(INFO, information).information(Some("9 7 R")))
    });

    family.honest("date-of-the-page", Modifications::FormFill, {
        let page = extended(signed, PAGE, "/LastModified (D:20260202000000Z)");
        attack(filled("Tran Thi B").object(PAGE, page))
    });
    family.honest("new-appearance-of-generation-one", Modifications::FormFill, {
        let field = replaced(&text_field("Tran Thi B", ""), "/N 11 0 R", "/N 200 1 R");
        attack(Update::new().object(TEXT_FIELD, field).object_of(FAR, 1, text_appearance("Tran Thi B")))
    });
    family.honest(
        "same-generation",
        Modifications::None,
        attack(Update::new().object_of(CONTENT, 0, body(signed, CONTENT))),
    );
    family
}
