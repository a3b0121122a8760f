//! Pages added, removed, moved, exchanged.

use kyso::validate::Modifications;

use super::base::{self, body, content, edited, number::*};
use super::writer::{Row, Section, Update};
use super::{ANY, CHANGED, Family};

const NEW_PAGE: &str = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources 5 0 R /Contents 201 0 R >>";

pub(super) fn cases() -> Family {
    let mut family = Family::new("pages");
    let signed = base::signed();
    let attack = |update: Update| update.onto(signed);
    let kids = |kids: &str, count: u32| {
        let pages = edited(signed, PAGES, "[3 0 R 7 0 R] /Count 2", &format!("[{kids}] /Count {count}"));
        Update::new().object(PAGES, pages)
    };
    let with_page = |update: Update| update.object(FAR, NEW_PAGE).stream(FAR + 1, "", content("9999"));
    family.attack("page-added-behind", CHANGED, attack(with_page(kids("3 0 R 7 0 R 200 0 R", 3))));
    family.attack("page-added-in-front", CHANGED, attack(with_page(kids("200 0 R 3 0 R 7 0 R", 3))));
    family.attack(
        "page-added-by-stream",
        CHANGED,
        attack(with_page(kids("3 0 R 7 0 R 200 0 R", 3)).section(Section::Stream(FAR + 5))),
    );
    family.attack("page-exchanged", CHANGED, attack(with_page(kids("200 0 R 7 0 R", 2))));
    family.attack("page-removed", CHANGED, attack(kids("3 0 R", 1)));
    family.attack("page-out-of-the-count", CHANGED, attack(kids("3 0 R 7 0 R", 1)));
    family.attack("page-freed", CHANGED, attack(Update::new().row(SECOND_PAGE, Row::Free)));
    family.attack("pages-swapped", CHANGED, attack(kids("7 0 R 3 0 R", 2)));
    family.attack("page-doubled", ANY, attack(kids("3 0 R 3 0 R 7 0 R", 3)));
    family.attack("page-under-a-new-node", CHANGED, {
        let update = with_page(kids("202 0 R 7 0 R", 2));
        attack(update.object(FAR + 2, "<< /Type /Pages /Parent 2 0 R /Kids [200 0 R] /Count 1 >>"))
    });
    family.attack("tree-repointed", CHANGED, {
        let catalog = edited(signed, CATALOG, "/Pages 2 0 R", "/Pages 202 0 R");
        let update = with_page(Update::new().object(CATALOG, catalog));
        attack(update.object(FAR + 2, "<< /Type /Pages /Kids [200 0 R 7 0 R] /Count 2 >>"))
    });
    family.attack("catalog-repointed", ANY, {
        let update = with_page(Update::new().root(FAR + 3));
        let update = update.object(FAR + 2, "<< /Type /Pages /Kids [200 0 R 7 0 R] /Count 2 >>");
        attack(update.object(FAR + 3, edited(signed, CATALOG, "/Pages 2 0 R", "/Pages 202 0 R")))
    });
    family.attack("page-became-a-node", CHANGED, {
        let update = with_page(Update::new().object(PAGE, "<< /Type /Pages /Parent 2 0 R /Kids [200 0 R] /Count 1 >>"));
        attack(update)
    });
    family.attack(
        "inherited-box-added",
        CHANGED,
        attack(Update::new().object(PAGES, edited(signed, PAGES, "/Kids", "/Rotate 180 /Kids"))),
    );

    family.honest("tree-restated", Modifications::None, attack(Update::new().object(PAGES, body(signed, PAGES))));
    family.honest(
        "pages-restated",
        Modifications::None,
        attack(Update::new().object(PAGE, body(signed, PAGE)).object(SECOND_PAGE, body(signed, SECOND_PAGE))),
    );
    family
}
