//! Incremental saving attacks: an update that changes what is seen, with and without its cross-reference.

use kyso::Role;
use kyso::validate::Modifications;
use kyso_testpki::{KeyType, Profile};

use super::base::{self, body, content, edited, extended, number::*};
use super::writer::{Row, Section, Update, last_section};
use super::{ANY, CHANGED, Family, LATER_BYTES};
use crate::shapes::writer::stream;
use crate::{keys, signing};

/// The update that every variant hides in its own way: the buyer pays more.
fn fraud() -> Update {
    Update::new().stream(CONTENT, "", content("9999"))
}

pub(super) fn cases() -> Family {
    let mut family = Family::new("incremental");
    let signed = base::signed();
    let old = last_section(signed) as i64;
    family.attack("content-by-table", CHANGED, fraud().onto(signed));
    family.attack("content-by-stream", CHANGED, fraud().section(Section::Stream(FAR)).onto(signed));
    family.attack("content-by-hybrid", CHANGED, {
        let update = Update::new().section(Section::Hybrid(FAR)).hidden(CONTENT, stream("", &content("9999")));
        update.row(CONTENT, Row::Free).onto(signed)
    });
    family.attack(
        "no-cross-reference-old-startxref",
        LATER_BYTES,
        fraud().section(Section::Nothing).startxref(old).onto(signed),
    );
    family.attack(
        "no-cross-reference-no-startxref",
        LATER_BYTES,
        fraud().section(Section::Nothing).end("").onto(signed),
    );
    family.attack(
        "no-cross-reference-startxref-zero",
        ANY,
        fraud().section(Section::Nothing).startxref(0).onto(signed),
    );
    family.attack("trailer-only", ANY, fraud().section(Section::TrailerOnly).startxref(0).onto(signed));
    family.attack(
        "trailer-only-old-startxref",
        LATER_BYTES,
        fraud().section(Section::TrailerOnly).startxref(old).onto(signed),
    );
    family.attack("startxref-beyond-the-file", ANY, fraud().startxref(99_999_999).onto(signed));
    family.attack("no-end-marker", CHANGED, fraud().end("").onto(signed));

    let (field, value) = base::leader(signed);
    family.attack("signature-copied-behind", ANY, {
        let update = fraud().object(value, body(signed, value)).object(field, body(signed, field));
        update.onto(signed)
    });
    family.attack("content-added-to-page", CHANGED, {
        let page = edited(signed, PAGE, "/Contents 4 0 R", "/Contents [4 0 R 200 0 R]");
        Update::new().object(PAGE, page).stream(FAR, "", b"1 g 60 730 400 24 re f").onto(signed)
    });
    family.attack("content-replaced-in-page", CHANGED, {
        let page = edited(signed, PAGE, "/Contents 4 0 R", "/Contents 200 0 R");
        Update::new().object(PAGE, page).stream(FAR, "", content("9999")).onto(signed)
    });
    family.attack(
        "page-cropped",
        CHANGED,
        Update::new().object(PAGE, extended(signed, PAGE, "/CropBox [0 700 595 842]")).onto(signed),
    );
    family.attack(
        "page-turned",
        CHANGED,
        Update::new().object(PAGE, extended(signed, PAGE, "/Rotate 180")).onto(signed),
    );
    let script = "<< /S /JavaScript /JS (app.alert\\(1\\)) >>";
    family.attack(
        "script-on-opening",
        CHANGED,
        Update::new().object(CATALOG, extended(signed, CATALOG, &format!("/OpenAction {script}"))).onto(signed),
    );
    family.attack(
        "script-on-page",
        CHANGED,
        Update::new().object(PAGE, extended(signed, PAGE, &format!("/AA << /O {script} >>"))).onto(signed),
    );
    family.attack("attachment-added", CHANGED, {
        let names = "/Names << /EmbeddedFiles << /Names [(a.txt) 200 0 R] >> >>";
        let update = Update::new().object(CATALOG, extended(signed, CATALOG, names));
        let update = update.object(FAR, "<< /Type /Filespec /F (a.txt) /EF << /F 201 0 R >> >>");
        update.stream(FAR + 1, "/Type /EmbeddedFile", b"other terms").onto(signed)
    });
    family.attack("changed-then-signed-by-another", CHANGED, {
        let other = keys::PKI.issue(Profile::leader().name("Phạm Thị Khác").key(KeyType::P256)).unwrap();
        signing::sign_unjudged(&fraud().onto(signed), &signing::parameters(Role::Leader), &keys::signer(&other))
    });
    family.attack("changed-in-the-first-of-two-updates", CHANGED, {
        let first = fraud().onto(signed);
        Update::new().object(INFO, body(signed, INFO)).onto(&first)
    });

    family.honest("no-update", Modifications::None, signed.to_vec());
    family.honest("empty-update", Modifications::None, Update::new().onto(signed));
    family.honest(
        "restated-by-table",
        Modifications::None,
        Update::new().object(CONTENT, body(signed, CONTENT)).onto(signed),
    );
    family.honest("restated-by-stream", Modifications::None, {
        let update = Update::new().section(Section::Stream(FAR)).object(CONTENT, body(signed, CONTENT));
        update.object(PAGE, body(signed, PAGE)).onto(signed)
    });
    family
}
