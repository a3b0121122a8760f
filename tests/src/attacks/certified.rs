//! Changes that would be harmless but for what a signature says of later changes: DocMDP, FieldMDP, a field's /Lock.

use kyso::DocMdp;
use kyso::role::Role;
use kyso::sign::parameters::{Place, SignatureParameters};
use kyso::validate::report::Modifications;
use kyso_testpki::{KeyType, Profile};

use super::base::{self, checkbox, edited, number::*};
use super::honest::{evidence, information};
use super::overlays::annotation;
use super::shadow_replace::filled;
use super::writer::Update;
use super::{ANY, CHANGED, FORBIDDEN, Family, LOCKED};
use crate::shapes::writer::Xref;
use crate::{keys, signing};

/// The file with one more invisible signature, by someone else.
pub(super) fn signed_by_another(file: &[u8]) -> Vec<u8> {
    let other = keys::PKI.issue(Profile::leader().name("Phạm Thị Khác").key(KeyType::P256)).unwrap();
    signing::sign(file, &signing::parameters(Role::Leader), &keys::signer(&other))
}

/// The contract whose reserved field locks other fields, signed in that field.
fn with_lock(lock: &str) -> Vec<u8> {
    let mut objects = base::objects();
    let field = base::replaced(
        &objects[&RESERVED],
        "/T (Reserved)",
        &format!("/T (Reserved) /Lock << /Type /SigFieldLock {lock} >>"),
    );
    objects.insert(RESERVED, field);
    let parameters = SignatureParameters {
        field: Some("Reserved".into()),
        place: Place::Field,
        ..signing::parameters(Role::Leader)
    };
    signing::sign(&base::written(&objects, Xref::Table), &parameters, &keys::signer(&keys::LEADER))
}

pub(super) fn cases() -> Family {
    let mut family = Family::new("certified");
    let p1 = base::certified(DocMdp::NoChanges);
    let p2 = base::certified(DocMdp::FormFilling);
    let p3 = base::certified(DocMdp::Annotations);
    let beside = |file: &[u8]| annotation(file, "Stamp", "420 300 540 330", "", "Seen.").onto(file);
    let lower = |file: &[u8], from: &str, to: &str| {
        let value = base::leader(file).1;
        Update::new().object(value, edited(file, value, from, to)).onto(file)
    };

    family.attack("field-filled-p1", FORBIDDEN, filled("Tran Thi B").onto(p1));
    family.attack("box-checked-p1", FORBIDDEN, Update::new().object(CHECKBOX, checkbox("Yes")).onto(p1));
    family.attack("annotation-p1", FORBIDDEN, beside(p1));
    family.attack("annotation-p2", FORBIDDEN, beside(p2));
    family.attack("annotation-removed-p2", FORBIDDEN, {
        let page = edited(p2, SECOND_PAGE, "17 0 R 18 0 R", "17 0 R");
        Update::new().object(SECOND_PAGE, page).onto(p2)
    });
    family.attack("permission-raised", ANY, lower(p1, "/P 1", "/P 3"));
    family.attack("permission-dropped", ANY, lower(p1, "/DocMDP", "/DocMDX"));
    family.attack(
        "perms-removed",
        CHANGED,
        Update::new().object(CATALOG, edited(p2, CATALOG, "/Perms", "/Parms")).onto(p2),
    );
    family.attack("perms-repointed", CHANGED, {
        let value = base::leader(p2).1;
        let catalog = edited(p2, CATALOG, &format!("{value} 0 R"), "200 0 R");
        Update::new().object(CATALOG, catalog).object(FAR, base::body(p2, value)).onto(p2)
    });
    family.attack("content-p3", CHANGED, Update::new().stream(CONTENT, "", base::content("9999")).onto(p3));
    family.attack(
        "sealed-then-filled",
        FORBIDDEN,
        filled("Tran Thi B").onto(&signing::signed_and_sealed(&base::unsigned())),
    );
    family.attack("sealed-then-annotated", FORBIDDEN, beside(&signing::signed_and_sealed(&base::unsigned())));

    let (named, all, others) = (
        with_lock("/Action /Include /Fields [(buyer)]"),
        with_lock("/Action /All"),
        with_lock("/Action /Exclude /Fields [(agreed)]"),
    );
    let check = || Update::new().object(CHECKBOX, checkbox("Yes"));
    family.attack("locked-field-filled", LOCKED, filled("Tran Thi B").onto(&named));
    family.attack("locked-field-filled-all", LOCKED, filled("Tran Thi B").onto(&all));
    family.attack("locked-box-checked-all", LOCKED, check().onto(&all));
    family.attack("locked-field-filled-exclude", LOCKED, filled("Tran Thi B").onto(&others));
    family.attack(
        "locked-field-filled-by-permission",
        FORBIDDEN,
        filled("Tran Thi B").onto(&with_lock("/Action /Include /Fields [(agreed)] /P 1")),
    );
    family.attack("lock-removed-and-field-filled", CHANGED, {
        let field = edited(&named, RESERVED, "/Lock", "/Luck");
        filled("Tran Thi B").object(RESERVED, field).onto(&named)
    });

    family.honest("evidence-p1", Modifications::Lta, evidence(p1).onto(p1));
    family.honest("field-filled-p2", Modifications::FormFill, filled("Tran Thi B").onto(p2));
    family.honest("field-filled-p3", Modifications::FormFill, filled("Tran Thi B").onto(p3));
    family.honest("second-signature-p2", Modifications::FormFill, signed_by_another(p2));
    family.honest("information-p2", Modifications::FormFill, information().onto(p2));
    family.honest("another-box-checked-under-a-lock", Modifications::FormFill, check().onto(&named));
    family.honest("excepted-box-checked", Modifications::FormFill, check().onto(&others));
    family.honest("evidence-after-the-seal", Modifications::FormFill, {
        let sealed = signing::signed_and_sealed(&base::unsigned());
        evidence(&sealed).onto(&sealed)
    });
    family
}
