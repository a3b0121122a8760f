//! Hybrid updates whose two cross-references disagree: which one a reader takes depends on the reader.

use kyso::validate::Modifications;

use super::base::{self, body, content, number::*, span, text_appearance, text_field};
use super::writer::{Row, Section, Update, last_section};
use super::{ANY, Family};
use crate::shapes::writer::{Xref, stream};

pub(super) fn cases() -> Family {
    let mut family = Family::new("hybrid");
    let plain = base::signed();
    let of_hybrid = base::sign(&base::written(&base::objects(), Xref::Hybrid));
    for (name, file) in [("plain", plain), ("hybrid", &of_hybrid[..])] {
        let fraud = stream("", &content("9999"));
        let hybrid = || Update::new().section(Section::Hybrid(FAR));
        let signed_row = Row::At(span(file, CONTENT).start, 0);
        family.attack(format!("hidden-row-other-in-a-{name}-file"), ANY, hybrid().hidden(CONTENT, &fraud).onto(file));
        family.attack(
            format!("hidden-row-other-table-free-in-a-{name}-file"),
            ANY,
            hybrid().hidden(CONTENT, &fraud).row(CONTENT, Row::Free).onto(file),
        );
        family.attack(
            format!("hidden-row-other-table-signed-in-a-{name}-file"),
            ANY,
            hybrid().hidden(CONTENT, &fraud).row(CONTENT, signed_row).onto(file),
        );
        family.attack(
            format!("table-other-hidden-row-signed-in-a-{name}-file"),
            ANY,
            hybrid().object(CONTENT, &fraud).hidden_row(CONTENT, signed_row).onto(file),
        );
        family.attack(
            format!("table-other-hidden-row-free-in-a-{name}-file"),
            ANY,
            hybrid().object(CONTENT, &fraud).hidden_row(CONTENT, Row::Free).onto(file),
        );
        family.attack(format!("table-free-in-a-{name}-file"), ANY, hybrid().row(CONTENT, Row::Free).onto(file));
        family.attack(format!("hidden-free-in-a-{name}-file"), ANY, hybrid().hidden_row(CONTENT, Row::Free).onto(file));
        family.attack(
            format!("hidden-section-nowhere-in-a-{name}-file"),
            ANY,
            Update::new().object(CONTENT, &fraud).trailer("/XRefStm 99999999").onto(file),
        );
        family.attack(format!("hidden-section-the-table-itself-in-a-{name}-file"), ANY, {
            let own = last_section(&Update::new().object(CONTENT, &fraud).onto(file));
            Update::new().object(CONTENT, &fraud).trailer(&format!("/XRefStm {own}")).onto(file)
        });

        family.honest(format!("field-filled-in-a-{name}-file"), Modifications::FormFill, {
            let field = text_field("Tran Thi B", "");
            let update = hybrid().packed(FAR + 1, &[(TEXT_FIELD, &field)]).row(TEXT_FIELD, Row::Free);
            update.object(TEXT_APPEARANCE, text_appearance("Tran Thi B")).onto(file)
        });
        family.honest(
            format!("both-as-signed-in-a-{name}-file"),
            Modifications::None,
            hybrid().object(CONTENT, body(file, CONTENT)).onto(file),
        );
    }
    family
}
