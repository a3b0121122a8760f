//! Universal signature forgery: nothing to verify where a careless verifier looks for it.

use kyso::validate::Modifications;

use super::base;
use super::{ANY, DIGEST, Family, RANGE};
use crate::forge;

const CONTENTS: &[&str] = &["contents.missing", "signature.unfinished", "signature.unreadable"];

/// The signed file with another amount.
fn with_other_amount(signed: &[u8]) -> Vec<u8> {
    let mut out = signed.to_vec();
    let at = out.windows(8).position(|window| window == b"1000 VND").unwrap();
    out[at] = b'9';
    out
}

/// That with this in place of /Contents.
fn with_contents(text: &str) -> Vec<u8> {
    let mut out = with_other_amount(base::signed());
    let hole = forge::signatures(&out).remove(0).hole();
    let key = out[..hole.start].windows(9).rposition(|window| window == b"/Contents").unwrap();
    let width = hole.end + 1 - key;
    out[key..=hole.end].copy_from_slice(format!("{text:<width$}").as_bytes());
    out
}

/// That with this in place of /ByteRange, behind a shorter /Contents.
fn with_byte_range(text: &str) -> Vec<u8> {
    let mut out = with_other_amount(base::signed_with_room());
    let signature = forge::signatures(&out).remove(0);
    let key = out[..signature.numbers.start].windows(10).rposition(|window| window == b"/ByteRange").unwrap();
    out[key..=signature.numbers.end].fill(b' ');
    let end = signature.hole().start + forge::used(&out, &signature);
    let width = signature.hole().end + 1 - end;
    let rest = format!("> {text}");
    out[end..end + width].copy_from_slice(format!("{rest:<width$}").as_bytes());
    out
}

pub(super) fn cases() -> Family {
    let mut family = Family::new("forgery");
    let signed = base::signed();
    for (name, text) in [
        ("missing", ""),
        ("key-misspelt", "/Content <00>"),
        ("null", "/Contents null"),
        ("empty-hexadecimal", "/Contents <>"),
        ("empty-literal", "/Contents ()"),
        ("one-zero", "/Contents <00>"),
        ("zeros", "/Contents <0000000000000000000000000000000000000000>"),
        ("name", "/Contents /None"),
        ("number", "/Contents 0"),
        ("array", "/Contents [<3080>]"),
        ("dangling-reference", "/Contents 999 0 R"),
        ("reference-to-a-string", "/Contents 2 0 R"),
        ("odd-digits", "/Contents <308>"),
        ("empty-sequence", "/Contents <3000>"),
        ("endless-sequence", "/Contents <3080>"),
    ] {
        family.attack(format!("contents-{name}"), CONTENTS, with_contents(text));
    }
    family.attack("contents-no-hexadecimal", ANY, with_contents("/Contents <zzzz>"));
    family.attack("contents-truncated", CONTENTS, {
        let mut out = with_other_amount(signed);
        let hole = forge::signatures(signed).remove(0).hole();
        out[hole.start + 200..hole.end].fill(b'0');
        out
    });

    let length = base::signed_with_room().len();
    for (name, text) in [
        ("missing", String::new()),
        ("null", "/ByteRange null".into()),
        ("empty", "/ByteRange []".into()),
        ("all-zero", "/ByteRange [0 0 0 0]".into()),
        ("two-numbers", format!("/ByteRange [0 {length}]")),
        ("three-numbers", format!("/ByteRange [0 {} 0]", length - 1)),
        ("negative", "/ByteRange [0 -1 -1 -1]".into()),
        ("reals", "/ByteRange [0. 1.5 2. 3.]".into()),
        ("names", "/ByteRange [/a /b /c /d]".into()),
        ("number", "/ByteRange 0".into()),
        ("dangling-reference", "/ByteRange 999 0 R".into()),
        ("huge", "/ByteRange [0 9 99999999999 9]".into()),
        ("past-64-bits", "/ByteRange [0 9 9 99999999999999999999]".into()),
        ("whole-file-and-nothing", format!("/ByteRange [0 {length} {length} 0]")),
        ("overlapping", format!("/ByteRange [0 {length} 9 {}]", length - 9)),
        ("six-numbers", format!("/ByteRange [0 9 9 9 9 {length}]")),
        ("not-from-the-start", format!("/ByteRange [9 9 {} 9]", length - 9)),
    ] {
        family.attack(format!("byte-range-{name}"), RANGE, with_byte_range(&text));
    }
    family.attack("amount-alone", DIGEST, with_other_amount(signed));
    family.honest("untouched", Modifications::None, signed.to_vec());
    family.honest("untouched-certified", Modifications::None, base::certified(kyso::DocMdp::FormFilling).to_vec());
    family
}
