//! Changes that would be harmless but for what a signature says of later changes: DocMDP, FieldMDP, a field's /Lock.

use kyso::validate::Modifications;
use kyso::{DocMdp, Place, Role};
use kyso_testpki::{Identity, KeyType, Profile};

use super::base::{self, checkbox, edited, number::*, replaced};
use super::honest::{evidence, information};
use super::overlays::annotation;
use super::shadow_replace::filled;
use super::writer::Update;
use super::{ANY, CHANGED, FORBIDDEN, Family, LOCKED};
use crate::shapes::writer::Xref;
use crate::{forge, keys, signing};

/// The file with one more invisible signature, by someone else.
pub(super) fn signed_by_another(file: &[u8]) -> Vec<u8> {
    signed_by(file, &another())
}

/// The file with one more invisible signature.
pub(super) fn signed_by(file: &[u8], signer: &Identity) -> Vec<u8> {
    signing::sign_unjudged(file, &signing::parameters(Role::Leader), &keys::signer(signer))
}

/// Someone else. Certificates of two calls differ, and so may their lengths.
pub(super) fn another() -> Identity {
    keys::PKI.issue(Profile::leader().name("Phạm Thị Khác").key(KeyType::P256)).unwrap()
}

/// The contract whose reserved field locks other fields, signed in that field.
pub(super) fn with_lock(lock: &str) -> Vec<u8> {
    let mut objects = base::objects();
    let field = replaced(
        &objects[&RESERVED],
        "/T (Reserved)",
        &format!("/T (Reserved) /Lock << /Type /SigFieldLock {lock} >>"),
    );
    objects.insert(RESERVED, field);
    signed_in_the_reserved_field(&base::written(&objects, Xref::Table))
}

/// The certified file by a program that leaves the permission to the field's /Lock: no reference in the signature
/// repeats it.
fn with_lock_alone(lock: &str) -> Vec<u8> {
    let file = replaced(&with_lock(lock), "/Reference [", "/Referents [");
    let signature = forge::signatures(&file).remove(0);
    let cms = forge::cms(&signature.covered(&file), &keys::signer(&keys::LEADER), &keys::LEADER.chain_der);
    forge::with_contents(&file, signature.hole(), &cms)
}

/// A family of its own: what a signature's field says, and the signature doesn't repeat.
pub(super) fn locks() -> Family {
    let mut family = Family::new("locks");
    let fill = |file: &[u8]| filled("Tran Thi B").onto(file);
    let check = |file: &[u8]| Update::new().object(CHECKBOX, checkbox("Yes")).onto(file);
    let beside = |file: &[u8]| annotation(file, "Stamp", "420 300 540 330", "", "Seen.").onto(file);
    for (name, lock) in [
        ("named", "/Action /Include /Fields [(buyer)]"),
        ("all", "/Action /All"),
        ("others", "/Action /Exclude /Fields [(agreed)]"),
        ("all-under-a-lax-permission", "/Action /All /P 3"),
    ] {
        family.attack(format!("field-filled-{name}"), LOCKED, fill(&with_lock_alone(lock)));
    }
    family.attack("box-checked-all", LOCKED, check(&with_lock_alone("/Action /All")));
    for (name, lock) in [("none-and-p1", "/Action /Include /Fields [] /P 1"), ("p1-alone", "/P 1")] {
        family.attack(format!("field-filled-{name}"), FORBIDDEN, fill(&with_lock_alone(lock)));
    }
    let p2 = || with_lock_alone("/Action /Include /Fields [(agreed)] /P 2");
    family.attack("annotation-p2", FORBIDDEN, beside(&p2()));
    family.attack("lock-lifted-and-field-filled", CHANGED, {
        let file = with_lock_alone("/Action /All");
        filled("Tran Thi B").object(RESERVED, edited(&file, RESERVED, "/Lock", "/Luck")).onto(&file)
    });
    family.attack("lock-loosened-and-annotated", CHANGED, {
        let file = p2();
        let field = edited(&file, RESERVED, "/P 2", "/P 3");
        beside(&Update::new().object(RESERVED, field).onto(&file))
    });
    family.attack("laxer-lock-after-a-stricter-certification", FORBIDDEN, {
        let mut objects = base::objects();
        let lock = "/T (Reserved) /Lock << /Type /SigFieldLock /Action /Include /Fields [] /P 3 >>";
        let field = replaced(&objects[&RESERVED], "/T (Reserved)", lock);
        objects.insert(RESERVED, field);
        let certified = base::certify(&base::written(&objects, Xref::Table), DocMdp::FormFilling);
        beside(&signed_in_the_reserved_field(&certified))
    });
    family.attack("lock-of-the-second-signature", LOCKED, {
        let mut objects = base::objects();
        let lock = "/T (Reserved) /Lock << /Type /SigFieldLock /Action /Include /Fields [(buyer)] >>";
        let field = replaced(&objects[&RESERVED], "/T (Reserved)", lock);
        objects.insert(RESERVED, field);
        fill(&signed_in_the_reserved_field(&base::sign(&base::written(&objects, Xref::Table))))
    });

    family.honest(
        "another-box-checked",
        Modifications::FormFill,
        check(&with_lock_alone("/Action /Include /Fields [(buyer)]")),
    );
    family.honest(
        "excepted-box-checked",
        Modifications::FormFill,
        check(&with_lock_alone("/Action /Exclude /Fields [(agreed)]")),
    );
    family.honest("field-filled-p2", Modifications::FormFill, fill(&p2()));
    family.honest("annotation-p3", Modifications::Annotations, beside(&with_lock_alone("/P 3")));
    family.honest("evidence-p1", Modifications::Lta, {
        let file = with_lock_alone("/Action /All /P 1");
        evidence(&file).onto(&file)
    });
    family.honest("lock-of-a-field-that-nobody-signed", Modifications::FormFill, {
        let mut objects = base::objects();
        let lock = "/T (Reserved) /Lock << /Type /SigFieldLock /Action /All /P 1 >>";
        let field = replaced(&objects[&RESERVED], "/T (Reserved)", lock);
        objects.insert(RESERVED, field);
        fill(&base::sign(&base::written(&objects, Xref::Table)))
    });
    family
}

fn signed_in_the_reserved_field(file: &[u8]) -> Vec<u8> {
    let parameters = signing::parameters(Role::Leader).field("Reserved").place(Place::Field);
    signing::sign_unjudged(file, &parameters, &keys::signer(&keys::LEADER))
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
    family.attack("title-changed-p1", FORBIDDEN, {
        let title = "<< /Title (Another contract) /ModDate (D:20260202000000Z) >>";
        evidence(p1).object(INFO, title).onto(p1)
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
    family.honest("evidence-and-dates-p1", Modifications::Lta, {
        let dates = "<< /Title (Contract) /ModDate (D:20260202000000Z) /Producer (An honest program) >>";
        evidence(p1).object(INFO, dates).object(METADATA, base::metadata("2026-02-02T00:00:00Z")).onto(p1)
    });
    family.honest("dates-alone-p1", Modifications::FormFill, information().onto(p1));
    family.honest("evidence-after-dates-alone-p1", Modifications::Lta, {
        let dated = information().onto(p1);
        evidence(&dated).onto(&dated)
    });
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
