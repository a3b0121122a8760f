//! A catalog under another number: it says what it said, or it's another.

use kyso::DocMdp;
use kyso::validate::Modifications::{FormFill, Lta};

use super::base::{self, body, content, edited, number::*, replaced};
use super::certified::signed_by_another;
use super::writer::{Row, Section, Update};
use super::{CHANGED, Family};
use crate::keys;

/// The catalog under number 200, with something in it replaced.
fn moved(file: &[u8], from: &str, to: &str) -> Update {
    Update::new().object(FAR, edited(file, CATALOG, from, to)).root(FAR)
}

pub(super) fn cases() -> Family {
    let mut family = Family::new("renumbered");
    let signed = base::signed();
    let same = "/Type /Catalog";
    let with_evidence = |file: &[u8]| {
        let update = moved(file, same, "/Type /Catalog /DSS 210 0 R").object(210, "<< /Type /DSS /Certs [211 0 R] >>");
        update.stream(211, "", &keys::LEADER.chain_der[0])
    };
    family.honest("as-it-was", kyso::validate::Modifications::None, moved(signed, same, same).onto(signed));
    family.honest("with-evidence", Lta, with_evidence(signed).onto(signed));
    family.honest(
        "with-evidence-by-stream",
        Lta,
        with_evidence(signed).section(Section::Stream(FAR + 50)).onto(signed),
    );
    family.honest("in-an-object-stream", kyso::validate::Modifications::None, {
        let catalog = body(signed, CATALOG);
        let update = Update::new().packed(FAR + 1, &[(FAR, &catalog)]).root(FAR);
        update.section(Section::Stream(FAR + 50)).onto(signed)
    });
    family.honest("and-the-old-one-freed", Lta, with_evidence(signed).row(CATALOG, Row::Free).onto(signed));
    family.honest("and-signed-again", FormFill, signed_by_another(&with_evidence(signed).onto(signed)));
    family.honest("certified-p1", Lta, {
        let file = base::certified(DocMdp::NoChanges);
        with_evidence(file).onto(file)
    });
    family.honest("and-a-field-filled", FormFill, {
        let update = super::shadow_replace::filled("Tran Thi B").object(FAR, body(signed, CATALOG)).root(FAR);
        update.onto(signed)
    });

    family.attack("with-another-form", CHANGED, {
        let form = edited(signed, FORM, "/Fields [10 0 R 12 0 R", "/Fields [12 0 R 10 0 R");
        moved(signed, "/AcroForm 15 0 R", "/AcroForm 201 0 R").object(FAR + 1, form).onto(signed)
    });
    family.attack("without-the-form", CHANGED, moved(signed, "/AcroForm 15 0 R", "").onto(signed));
    family.attack("with-a-script", CHANGED, {
        moved(signed, same, "/Type /Catalog /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>").onto(signed)
    });
    family.attack("with-names", CHANGED, {
        let names = "/Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (app.alert\\(1\\)) >>] >> >>";
        moved(signed, same, &format!("/Type /Catalog {names}")).onto(signed)
    });
    family.attack("with-other-pages", CHANGED, {
        let pages = edited(signed, PAGES, "[3 0 R 7 0 R]", "[7 0 R 3 0 R]");
        moved(signed, "/Pages 2 0 R", "/Pages 201 0 R").object(FAR + 1, pages).onto(signed)
    });
    family.attack("with-layers-turned-off", CHANGED, {
        let layers = edited(signed, LAYERS, "/D <<", "/D << /OFF [19 0 R]");
        moved(signed, "/OCProperties 20 0 R", "/OCProperties 201 0 R").object(FAR + 1, layers).onto(signed)
    });
    family.attack("with-the-content-changed", CHANGED, {
        moved(signed, same, same).stream(CONTENT, "", content("9999")).onto(signed)
    });
    family.attack("where-resources-were", CHANGED, {
        let catalog = replaced(&body(signed, CATALOG), "<<", "<< /Font << /F1 6 0 R >>");
        Update::new().object(RESOURCES, catalog).root(RESOURCES).onto(signed)
    });
    family.attack("another-of-the-signed-version", CHANGED, {
        // It was signed with a second catalog that opens with another page, and that no reader came to.
        let mut objects = base::objects();
        let other = replaced(&objects[&CATALOG], "<<", "<< /OpenAction [7 0 R /Fit]");
        objects.insert(30, other);
        let file = base::sign(&base::written(&objects, crate::shapes::writer::Xref::Table));
        Update::new().root(30).onto(&file)
    });
    family.attack("without-the-certification", CHANGED, {
        let file = base::certified(DocMdp::FormFilling);
        moved(file, "/Perms", "/Parms").onto(file)
    });
    family
}
