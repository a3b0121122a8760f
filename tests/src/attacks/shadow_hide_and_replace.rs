//! Shadow attacks that hide and replace: what will be shown later is among the signed bytes already, unseen.

use kyso::validate::Modifications;

use super::base::{self, content, edited, number::*, span};
use super::writer::{Row, Section, Update, object_stream};
use super::{CHANGED, Family};
use crate::shapes::writer::{Objects, Xref, stream};

const OTHER_CONTENT: u32 = 30;
const OTHER_PAGE: u32 = 31;
const OTHER_PAGES: u32 = 32;
const OTHER_CATALOG: u32 = 33;
const OTHER_PACK: u32 = 34;

/// The contract with another one in it that no reader shows.
fn prepared() -> Objects {
    let mut objects = base::objects();
    let mut put = |number: u32, body: Vec<u8>| _ = objects.insert(number, body);
    put(OTHER_CONTENT, stream("", &content("9999")));
    put(
        OTHER_PAGE,
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources 5 0 R /Contents 30 0 R >>".to_vec(),
    );
    put(OTHER_PAGES, b"<< /Type /Pages /Kids [31 0 R 7 0 R] /Count 2 >>".to_vec());
    put(OTHER_CATALOG, b"<< /Type /Catalog /Pages 32 0 R /AcroForm 15 0 R >>".to_vec());
    let page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources 5 0 R /Contents 30 0 R >>";
    put(OTHER_PACK, object_stream(&[(PAGE, page)]));
    objects
}

/// A contract, changed before it was signed: the signed bytes hold its first wording, too.
fn reworded() -> Vec<u8> {
    let mut objects = base::objects();
    objects.insert(CONTENT, stream("", &content("9999")));
    let first = base::written(&objects, Xref::Table);
    base::sign(&Update::new().stream(CONTENT, "", content("1000")).onto(&first))
}

pub(super) fn cases() -> Family {
    let mut family = Family::new("shadow-hide-and-replace");
    let signed = base::sign(&base::written(&prepared(), Xref::Table));
    let attack = |update: Update| update.onto(&signed);
    family.attack(
        "contents-repointed",
        CHANGED,
        attack(Update::new().object(PAGE, edited(&signed, PAGE, "/Contents 4", "/Contents 30"))),
    );
    family.attack(
        "kids-repointed",
        CHANGED,
        attack(Update::new().object(PAGES, edited(&signed, PAGES, "3 0 R", "31 0 R"))),
    );
    family.attack(
        "pages-repointed",
        CHANGED,
        attack(Update::new().object(CATALOG, edited(&signed, CATALOG, "/Pages 2", "/Pages 32"))),
    );
    family.attack("root-repointed", CHANGED, attack(Update::new().root(OTHER_CATALOG)));
    family.attack(
        "root-repointed-by-stream",
        CHANGED,
        attack(Update::new().section(Section::Stream(FAR)).root(OTHER_CATALOG)),
    );
    family.attack(
        "page-from-an-object-stream",
        CHANGED,
        attack(Update::new().section(Section::Stream(FAR)).row(PAGE, Row::In(OTHER_PACK, 0))),
    );

    let reworded = reworded();
    let label = format!("\n{CONTENT} 0 obj\n");
    let first = reworded.windows(label.len()).position(|window| window == label.as_bytes()).unwrap() + 1;
    let second = span(&reworded, CONTENT).start;
    assert_ne!(first, second);
    family.attack("row-to-the-first-wording", CHANGED, Update::new().row(CONTENT, Row::At(first, 0)).onto(&reworded));
    family.attack(
        "row-to-the-first-wording-by-stream",
        CHANGED,
        Update::new().section(Section::Stream(FAR)).row(CONTENT, Row::At(first, 0)).onto(&reworded),
    );

    let mut hiding = base::objects();
    let inside = [b"q\n4 0 obj\n".to_vec(), stream("", &content("9999")), b"\nendobj\nQ".to_vec()].concat();
    hiding.insert(OTHER_CONTENT, stream(&format!("/Filter /None /DL {}", inside.len()), &inside));
    let hiding = base::sign(&base::written(&hiding, Xref::Table));
    let within = hiding.windows(6).position(|window| window == b"q\n4 0 ").unwrap() + 2;
    family.attack("row-into-a-stream", CHANGED, Update::new().row(CONTENT, Row::At(within, 0)).onto(&hiding));

    family.honest(
        "row-where-it-was",
        Modifications::None,
        Update::new().row(CONTENT, Row::At(second, 0)).onto(&reworded),
    );
    family.honest("all-that-was-prepared", Modifications::None, signed.clone());
    family
}
