//! Generation numbers that don't fit.

use kyso::validate::Modifications;

use super::base::{self, body, content, edited, number::*, replaced, text_appearance, text_field};
use super::writer::{Row, Update};
use super::{ANY, CHANGED, Family};
use crate::shapes::writer::stream;

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
