//! What honest programs do to signed files.

use kyso::validate::Modifications;
use kyso::{DocMdp, Lock, Place};

use super::Family;
use super::base::{self, extended, metadata, number::*};
use super::certified::signed_by_another;
use super::shadow_replace::filled;
use super::stamp::time_stamped;
use super::writer::{Section, Update};
use crate::shapes::writer::Xref;
use crate::{keys, signing};

/// A DSS with the signer's certificate, written by hand.
pub(super) fn evidence(file: &[u8]) -> Update {
    let dss = "<< /Type /DSS /Certs [211 0 R] /VRI << /0123456789ABCDEF0123456789ABCDEF01234567 212 0 R >> >>";
    Update::new()
        .object(CATALOG, extended(file, CATALOG, "/DSS 210 0 R"))
        .object(210, dss)
        .stream(211, "", &keys::LEADER.chain_der[0])
        .object(212, "<< /Type /VRI /Cert [211 0 R] /TU (D:20260102000000Z) >>")
}

/// New dates in /Info and in the metadata.
pub(super) fn information() -> Update {
    Update::new()
        .object(INFO, "<< /Title (Contract) /ModDate (D:20260202000000Z) /Producer (An honest program) >>")
        .object(METADATA, metadata("2026-02-02T00:00:00Z"))
}

/// Signed by the leader, visibly, and sealed over that.
fn sealed(file: &[u8], lock: Lock) -> Vec<u8> {
    let leader = signing::leader_parameters().lock(lock);
    let signed = signing::sign_unjudged(file, &leader, &keys::signer(&keys::LEADER));
    signing::seal(&signed, &signing::seal_parameters(), &keys::signer(&keys::SEAL))
}

pub(super) fn cases() -> Family {
    let mut family = Family::new("honest");
    let signed = base::signed();
    let unsigned = base::unsigned();
    use Modifications::{FormFill, Lta, None};

    family.honest("seal-over-the-signature", FormFill, sealed(&unsigned, Lock::None));
    family.honest("seal-over-the-signature-p2", FormFill, sealed(&unsigned, Lock::Certify(DocMdp::FormFilling)));
    family.honest("seal-over-the-text", FormFill, {
        let over = kyso::Rectangle { x: 60.0, y: 690.0, width: 110.0, height: 110.0 };
        let place = Place::Rectangle { page: 1, rectangle: over };
        let parameters = signing::seal_parameters().place(place);
        signing::seal(signed, &parameters, &keys::signer(&keys::SEAL))
    });
    family.honest("signature-in-the-reserved-field", FormFill, {
        let parameters = signing::leader_parameters().field("Reserved").place(Place::Field);
        signing::sign_unjudged(signed, &parameters, &keys::signer(&keys::SEAL))
    });
    family.honest("second-signature", FormFill, signed_by_another(signed));
    family.honest("second-signature-compressed", FormFill, signed_by_another(base::signed_compressed()));
    family.honest("field-reserved-later", FormFill, {
        let document = kyso::Document::parse(signed).unwrap();
        let place = Place::Rectangle { page: 1, rectangle: signing::LEADER_AT };
        let field = kyso::FieldToReserve::new("Later", place);
        [signed, &kyso::reserve(&document, &[field]).unwrap().bytes].concat()
    });

    family.honest("evidence", Lta, evidence(signed).onto(signed));
    family.honest("evidence-by-stream", Lta, evidence(signed).section(Section::Stream(FAR)).onto(signed));
    family.honest("evidence-twice", Lta, {
        let first = evidence(signed).onto(signed);
        let dss = base::edited(&first, 210, "/Certs [211 0 R]", "/Certs [211 0 R 213 0 R]");
        Update::new().object(210, dss).stream(213, "", &keys::SEAL.chain_der[0]).onto(&first)
    });
    family.honest("evidence-in-the-catalog", Lta, {
        let dss = "/DSS << /Certs [211 0 R] >>";
        let update = Update::new().object(CATALOG, extended(signed, CATALOG, dss));
        update.stream(211, "", &keys::LEADER.chain_der[0]).onto(signed)
    });
    family.honest("evidence-and-extensions", Lta, {
        let dss = "/DSS 210 0 R /Extensions << /ESIC << /BaseVersion /1.7 /ExtensionLevel 5 >> >>";
        Update::new()
            .object(CATALOG, extended(signed, CATALOG, dss))
            .object(210, "<< /Type /DSS /Certs [211 0 R] >>")
            .stream(211, "", &keys::LEADER.chain_der[0])
            .onto(signed)
    });
    family.honest(
        "evidence-and-time-stamp",
        Lta,
        time_stamped(&evidence(signed).onto(signed), "0 0 0 0", Option::None),
    );
    family.honest("evidence-after-a-second-signature", FormFill, {
        let twice = signed_by_another(signed);
        evidence(&twice).onto(&twice)
    });

    family.honest("information", FormFill, information().onto(signed));
    family.honest("information-added", FormFill, {
        let bare =
            base::sign(&crate::shapes::writer::write(&base::objects(), &crate::shapes::writer::Layout::default()));
        Update::new().object(FAR, "<< /ModDate (D:20260202000000Z) >>").information(Some("200 0 R")).onto(&bare)
    });
    family.honest("metadata-new-object", FormFill, {
        let catalog = base::edited(signed, CATALOG, "/Metadata 16 0 R", "/Metadata 200 0 R");
        Update::new().object(CATALOG, catalog).object(FAR, metadata("2026-02-02T00:00:00Z")).onto(signed)
    });
    family.honest("field-filled-and-information", FormFill, {
        let first = filled("Tran Thi B").onto(signed);
        information().onto(&first)
    });
    family.honest("field-filled-then-signed-again", FormFill, signed_by_another(&filled("Tran Thi B").onto(signed)));
    for (name, xref) in [("stream", Xref::Stream), ("compressed", Xref::Compressed), ("hybrid", Xref::Hybrid)] {
        let file = base::sign(&base::written(&base::objects(), xref));
        let update =
            filled("Tran Thi B").section(if xref == Xref::Hybrid { Section::Table } else { Section::Stream(FAR) });
        family.honest(format!("field-filled-in-a-file-by-{name}"), FormFill, update.onto(&file));
    }
    family.honest("restated-after-sealing", FormFill, {
        let file = signing::signed_and_sealed(&unsigned);
        Update::new().object(CONTENT, base::body(&file, CONTENT)).onto(&file)
    });
    family.honest("no-changes", None, base::signed_visibly().to_vec());
    family
}
