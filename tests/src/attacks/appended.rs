//! Bytes behind the last %%EOF, and between two revisions, that belong to none.

use kyso::validate::Modifications;

use super::base::{self, content, number::*};
use super::certified::{another, signed_by, signed_by_another};
use super::shadow_replace::filled;
use super::writer::{Section, Update, last_section};
use super::{ANY, Family, LATER_BYTES};
use crate::shapes::writer::{Layout, object, stream, write};
use crate::{forge, keys};

/// A ZIP archive with one empty file in it.
const ZIP: &[u8] = b"PK\x03\x04\x0a\0\0\0\0\0\0\0!\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0aPK\x01\x02\x14\x03\x0a\0\0\0\0\0\0\0!\0\
    \0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\xa4\x81\0\0\0\0aPK\x05\x06\0\0\0\0\x01\0\x01\0/\0\0\0\x1f\0\0\0\0\0";

/// The file with bytes behind it and one more signature, by a program that doesn't look at such bytes as ours does.
fn signed_over(file: &[u8], behind: &[u8], end: &[u8]) -> Vec<u8> {
    let comment = format!("%{:>1$}", "\n", behind.len() - 1);
    let other = another();
    let mut signed = signed_by(&[file, comment.as_bytes(), end].concat(), &other);
    signed[file.len()..file.len() + behind.len()].copy_from_slice(behind);
    let signature = forge::signatures(&signed).pop().expect("a signature");
    let cms = forge::cms(&signature.covered(&signed), &keys::signer(&other), &other.chain_der);
    forge::with_contents(&signed, signature.hole(), &cms)
}

pub(super) fn cases() -> Family {
    let mut family = Family::new("appended");
    let signed = base::signed();
    let fraud = object(4, &stream("", &content("9999")));
    let html = b"<html><body>The buyer pays 9999 VND.</body></html>\n".to_vec();
    let old = last_section(signed);
    for (name, bytes) in [
        ("comment", b"% nothing to see here\n".to_vec()),
        ("object", fraud.clone()),
        ("half-an-update", [&fraud[..], b"27 0 obj\n<< /Type /An"].concat()),
        ("zip", ZIP.to_vec()),
        ("page-of-the-web", html.clone()),
        ("second-end-marker", format!("startxref\n{old}\n%%EOF\n").into_bytes()),
        ("object-and-end-marker", [&fraud, &*format!("startxref\n{old}\n%%EOF\n").into_bytes()].concat()),
    ] {
        family.attack(format!("{name}-behind"), LATER_BYTES, [signed, &bytes].concat());
    }

    // White space is nothing to any reader (ISO 32000-2, table 1); whatever stands in it isn't.
    for (name, bytes) in [
        ("letter-in-white-space", b"\r\n \0\0x\0 \n".to_vec()),
        ("vertical-tab", b"\n\x0b\n".to_vec()),
        ("no-break-space", "\u{a0}\n".into()),
        ("object-in-much-white-space", [&vec![b' '; 2000], &fraud[..], &vec![b'\n'; 2000]].concat()),
    ] {
        family.attack(format!("{name}-behind"), LATER_BYTES, [signed, &bytes].concat());
    }
    family.attack("white-space-and-then-an-update", ANY, {
        Update::new().stream(CONTENT, "", content("9999")).onto(&[signed, b"\r\n\0\0 \n"].concat())
    });

    let zip_between = [signed, ZIP].concat();
    family.attack("object-between", ANY, filled("Tran Thi B").onto(&[signed, &fraud].concat()));
    family.attack("object-between-signatures", ANY, {
        signed_over(signed, &fraud, format!("startxref\n{old}\n%%EOF\n").as_bytes())
    });
    family.attack("zip-between-signatures", ANY, signed_by_another(&zip_between));
    family.attack("page-of-the-web-between", ANY, filled("Tran Thi B").onto(&[signed, &html].concat()));
    family.attack(
        "object-inside-the-update",
        ANY,
        filled("Tran Thi B").unlisted(CONTENT, stream("", &content("9999"))).onto(signed),
    );
    family.attack("whole-update-out-of-the-chain", ANY, {
        let fraud = Update::new().stream(CONTENT, "", content("9999")).onto(signed);
        filled("Tran Thi B").previous(Some(old as i64)).onto(&fraud)
    });
    family.attack("false-end-between", ANY, {
        let false_end = [signed, b"startxref\n0\n%%EOF\n"].concat();
        filled("Tran Thi B").previous(Some(old as i64)).section(Section::Table).onto(&[&false_end, &fraud[..]].concat())
    });

    for (name, bytes) in
        [("zeros", vec![0; 512]), ("line-ends", b"\r\n\r\n".to_vec()), ("much-white-space", vec![b' '; 5000])]
    {
        family.honest(format!("{name}-behind"), Modifications::None, [signed, &bytes].concat());
    }
    family.honest(
        "zeros-between-signatures",
        Modifications::FormFill,
        signed_by_another(&[signed, &[0; 64][..]].concat()),
    );
    family.honest(
        "blank-line-between",
        Modifications::FormFill,
        filled("Tran Thi B").onto(&[signed, b"\r\n"].concat()),
    );
    family.honest(
        "comment-of-binary-bytes-between",
        Modifications::FormFill,
        filled("Tran Thi B").onto(&[signed, b"%\xe2\xe3\xcf\xd3\n"].concat()),
    );
    family.honest("footer-that-was-signed", Modifications::None, {
        let layout = Layout { after: b"\nfooter of a mail program\n", ..Layout::default() };
        base::sign(&write(&base::objects(), &layout))
    });
    family.honest("archive-that-was-signed", Modifications::None, {
        let layout = Layout { after: ZIP, ..Layout::default() };
        base::sign(&write(&base::objects(), &layout))
    });
    family
}
