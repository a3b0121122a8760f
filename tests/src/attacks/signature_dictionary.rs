//! The signature's own dictionary and field replaced, altered or taken out.

use kyso::validate::Modifications;

use super::base::{self, body, content, edited, number::*, replaced};
use super::certified::signed_by_another;
use super::writer::{Row, Section, Update};
use super::{ANY, CHANGED, DIGEST, Family};
use crate::forge;

pub(super) fn cases() -> Family {
    let mut family = Family::new("signature-dictionary");
    let signed = base::signed_visibly();
    let (field, value) = base::leader(signed);
    let attack = |update: Update| update.onto(signed);
    let lied = edited(signed, value, "/Reason <", "/Reason (I owe 9999) /Was <");
    let pointing = |to: &str| edited(signed, field, &format!("/V {value} 0 R"), to);

    family.attack(
        "reason-altered-by-update",
        &["byte-range.", "modifications."],
        attack(Update::new().object(value, &lied)),
    );
    family.attack(
        "reason-altered-by-stream",
        &["byte-range.", "modifications."],
        attack(Update::new().section(Section::Stream(FAR)).object(value, &lied)),
    );
    family.attack(
        "reason-altered-in-an-object-stream",
        &["contents.compressed", "modifications."],
        attack(Update::new().section(Section::Stream(FAR)).packed(FAR + 1, &[(value, &lied)])),
    );
    family.attack(
        "value-repointed-to-a-copy",
        &["byte-range.", "modifications."],
        attack(Update::new().object(field, pointing("/V 200 0 R")).object(FAR, &lied)),
    );
    family.attack("value-copied-into-the-field", &["byte-range.", "modifications."], {
        let direct = format!("/V {}", String::from_utf8(lied.clone()).unwrap());
        attack(Update::new().object(field, pointing(&direct)))
    });
    family.attack("restated-unchanged", ANY, attack(Update::new().object(value, body(signed, value))));
    family.attack(
        "value-without-byte-range-or-contents",
        ANY,
        attack(Update::new().object(value, "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached >>")),
    );
    for (name, key) in [("reason", "/Reason <"), ("location", "/Location <"), ("time", "/M (")] {
        family.attack(format!("{name}-altered-in-place"), DIGEST, {
            let mut out = signed.to_vec();
            let at = out.windows(key.len()).rposition(|window| window == key.as_bytes()).unwrap();
            let at = at + key.len() + 6;
            out[at] = if out[at] == b'1' { b'2' } else { b'1' };
            out
        });
    }

    family.attack("value-taken-out", ANY, attack(Update::new().object(field, pointing("/V null"))));
    family.attack("value-freed", ANY, attack(Update::new().row(value, Row::Free)));
    family.attack(
        "value-freed-and-content-changed",
        ANY,
        attack(Update::new().row(value, Row::Free).stream(CONTENT, "", content("9999"))),
    );
    family.attack("field-freed", ANY, attack(Update::new().row(field, Row::Free)));
    family.attack("field-out-of-the-form", ANY, {
        let form = edited(signed, FORM, &format!(" {field} 0 R"), "");
        attack(Update::new().object(FORM, form).stream(CONTENT, "", content("9999")))
    });
    family.attack("form-out-of-the-catalog", ANY, {
        let catalog = edited(signed, CATALOG, "/AcroForm 15 0 R", "");
        attack(Update::new().object(CATALOG, catalog).stream(CONTENT, "", content("9999")))
    });
    family.attack(
        "field-renamed",
        CHANGED,
        attack(Update::new().object(field, edited(signed, field, "/T (", "/T (Other"))),
    );
    family.attack(
        "field-no-longer-a-signature",
        ANY,
        attack(Update::new().object(field, edited(signed, field, "/FT /Sig", "/FT /Tx"))),
    );
    family.attack(
        "widget-moved",
        CHANGED,
        attack(Update::new().object(field, edited(signed, field, "/Rect [", "/Rect [70 700 300 800] /Was ["))),
    );
    family.attack(
        "widget-hidden",
        CHANGED,
        attack(Update::new().object(field, edited(signed, field, "/F 132", "/F 2"))),
    );
    family.attack("widget-looks-otherwise", CHANGED, {
        let other = edited(signed, field, "/AP <<", "/AP << /N 200 0 R >> /Was <<");
        attack(Update::new().object(field, other).object(FAR, base::cover(130, 60, "Le Van C")))
    });
    family.attack("appearance-emptied", CHANGED, {
        let appearance = body(signed, field);
        let text = String::from_utf8_lossy(&appearance).into_owned();
        let number: u32 = text.split("/N ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
        attack(Update::new().object(number, base::cover(130, 60, "Le Van C")))
    });
    family.attack("contents-of-another-signature", &["digest.mismatch", "cms.unreadable", "ess."], {
        let twice = signed_by_another(signed);
        let holes: Vec<_> = forge::signatures(&twice).iter().map(forge::Signed::hole).collect();
        let other: Vec<u8> = twice[holes[1].clone()].to_vec();
        let mut out = signed.to_vec();
        let width = holes[0].len().min(other.len());
        out[holes[0].clone()].fill(b'0');
        out[holes[0].start..holes[0].start + width].copy_from_slice(&other[..width]);
        out
    });

    family.honest("field-restated", Modifications::None, attack(Update::new().object(field, body(signed, field))));
    family.honest(
        "row-where-it-was",
        Modifications::None,
        attack(Update::new().row(value, Row::At(base::span(signed, value).start, 0))),
    );
    family.honest("second-signature-beside", Modifications::FormFill, signed_by_another(signed));
    family.attack("second-signature-with-the-first-ones-reason-altered", ANY, {
        let twice = signed_by_another(signed);
        Update::new().object(value, replaced(&body(&twice, value), "/Reason <", "/Reason (I owe) /Was <")).onto(&twice)
    });
    family
}
