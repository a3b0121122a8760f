//! Evidence that is renewed or taken away, and what lies in the file unseen because of it.

use kyso::DocMdp;
use kyso::validate::Modifications::{FormFill, Lta};

use super::base::{self, edited, extended, number::*, replaced};
use super::certified::signed_by_another;
use super::writer::{Row, Section, Update};
use super::{CHANGED, Family};
use crate::keys;

const STORE: u32 = 210;
const CERTIFICATE: u32 = 211;
const OF_SIGNATURE: u32 = 212;
const CERTIFICATES: u32 = 213;
const BY_SIGNATURE: u32 = 214;
const OF_ONE: u32 = 215;
const HASH: &str = "0123456789ABCDEF0123456789ABCDEF01234567";

/// A DSS each part of which is an object of its own.
fn stored(file: &[u8], of_one: u32) -> Vec<u8> {
    Update::new()
        .object(CATALOG, extended(file, CATALOG, "/DSS 210 0 R"))
        .object(STORE, "<< /Type /DSS /Certs 213 0 R /VRI 214 0 R >>")
        .stream(CERTIFICATE, "", &keys::LEADER.chain_der[0])
        .object(OF_SIGNATURE, format!("<< /Cert {of_one} 0 R >>"))
        .object(CERTIFICATES, "[211 0 R]")
        .object(BY_SIGNATURE, format!("<< /{HASH} 212 0 R >>"))
        .object(OF_ONE, "[211 0 R]")
        .onto(file)
}

/// The DSS renewed by a program that writes all of it anew and gives the old streams back.
fn renewed() -> Update {
    Update::new()
        .object(CERTIFICATES, "[230 0 R]")
        .object(BY_SIGNATURE, format!("<< /{HASH} 231 0 R >>"))
        .stream(230, "", &keys::LEADER.chain_der[0])
        .object(231, "<< /Cert 232 0 R >>")
        .object(232, "[230 0 R]")
        .row(CERTIFICATE, Row::Free)
}

pub(super) fn cases() -> Family {
    let mut family = Family::new("evidence");
    let file = stored(base::signed(), OF_ONE);
    let again = signed_by_another(&file);
    family.honest("renewed-and-the-old-freed", FormFill, renewed().onto(&again));
    family.honest("renewed-and-the-old-freed-by-stream", FormFill, {
        renewed().section(Section::Stream(FAR + 50)).onto(&again)
    });
    family.honest("renewed-twice", FormFill, {
        let once = renewed().onto(&again);
        let update =
            Update::new().object(CERTIFICATES, "[240 0 R]").object(BY_SIGNATURE, format!("<< /{HASH} 241 0 R >>"));
        let update = update.stream(240, "", &keys::LEADER.chain_der[0]).object(241, "<< /Cert [240 0 R] >>");
        update.row(230, Row::Free).row(232, Row::Free).onto(&once)
    });
    family.honest("renewed-where-all-share-an-array", FormFill, {
        renewed().onto(&signed_by_another(&stored(base::signed(), CERTIFICATES)))
    });
    family.honest("renewed-and-nothing-freed", Lta, {
        let update = Update::new().object(CERTIFICATES, "[211 0 R 230 0 R]");
        update.stream(230, "", &keys::SEAL.chain_der[0]).onto(&file)
    });
    family.honest("old-picture-freed-with-its-frame", FormFill, {
        // The field's old form and what it drew are gone, unseen.
        let mut objects = base::objects();
        let look = "/Type /XObject /Subtype /Form /BBox [0 0 300 30] /Resources 30 0 R";
        let text = b"/Tx BMC BT /Helv 14 Tf 0 g 4 9 Td (Nguyen Van A) Tj ET EMC";
        objects.insert(TEXT_APPEARANCE, crate::shapes::writer::stream(look, text));
        objects.insert(30, b"<< /Font << /Helv 6 0 R >> /XObject 31 0 R >>".to_vec());
        objects.insert(31, b"<< /X 32 0 R >>".to_vec());
        objects.insert(32, base::cover(10, 10, ""));
        let file = base::sign(&base::written(&objects, crate::shapes::writer::Xref::Table));
        super::shadow_replace::filled("Tran Thi B").row(32, Row::Free).onto(&file)
    });
    family.honest("taken-away", Lta, Update::new().object(STORE, "<< /Type /DSS /Certs 213 0 R >>").onto(&file));

    let certified = |permission| stored(base::certified(permission), OF_ONE);
    let without =
        |file: &[u8], number: u32, from: &str| Update::new().object(number, edited(file, number, from, "")).onto(file);
    family.attack("vri-removed-p1", &["modifications.evidence-removed"], {
        without(&certified(DocMdp::NoChanges), STORE, "/VRI 214 0 R")
    });
    family.attack("vri-removed-p2", &["modifications.evidence-removed"], {
        without(&certified(DocMdp::FormFilling), STORE, "/VRI 214 0 R")
    });
    family.attack("vri-emptied-p2", &["modifications.evidence-removed"], {
        without(&certified(DocMdp::FormFilling), BY_SIGNATURE, &format!("/{HASH} 212 0 R"))
    });
    family.honest("vri-of-another-signature-p2", Lta, {
        let file = certified(DocMdp::FormFilling);
        let other = HASH.replace("0123", "3210");
        Update::new().object(BY_SIGNATURE, format!("<< /{other} 212 0 R >>")).onto(&file)
    });
    family.attack("certificates-removed-p1", &["modifications.evidence-removed"], {
        let file = certified(DocMdp::NoChanges);
        let update = Update::new().object(CERTIFICATES, "[]").object(OF_SIGNATURE, "<< /OCSP [211 0 R] >>");
        update.onto(&file)
    });
    family.honest("certificates-by-signature-p1", Lta, without(&certified(DocMdp::NoChanges), CERTIFICATES, "211 0 R"));
    family.attack("store-removed", CHANGED, without(&again, CATALOG, "/DSS 210 0 R"));
    family.attack("freed-and-still-named", CHANGED, Update::new().row(CERTIFICATE, Row::Free).onto(&again));
    family.attack("renewed-and-the-stamp-freed", CHANGED, renewed().row(STAMP, Row::Free).onto(&again));
    family.attack("renewed-and-the-content-freed", CHANGED, {
        // A stream that only the old evidence named, and the page.
        let mut objects = base::objects();
        objects.insert(PAGE, replaced(&objects[&PAGE], "/Contents 4 0 R", "/Contents [4 0 R 40 0 R]"));
        objects.insert(40, crate::shapes::writer::stream("", b"BT /F1 14 Tf 70 520 Td (And no less.) Tj ET"));
        let signed = base::sign(&base::written(&objects, crate::shapes::writer::Xref::Table));
        let file = stored(&signed, OF_ONE);
        let file = Update::new().object(CERTIFICATES, "[211 0 R 40 0 R]").onto(&file);
        renewed().row(40, Row::Free).onto(&signed_by_another(&file))
    });
    family.attack("evidence-written-anew-in-place", CHANGED, {
        Update::new().stream(CERTIFICATE, "", &keys::SEAL.chain_der[0]).onto(&again)
    });
    family
}
