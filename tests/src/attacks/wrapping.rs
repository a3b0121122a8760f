//! Signature wrapping attacks: the signed bytes are all there, but elsewhere.

use kyso::validate::Modifications;

use super::base::{self, body, content, number::*, replaced};
use super::writer::{Update, last_section};
use super::{ANY, Family, RANGE};
use crate::shapes::writer::stream;
use crate::{forge, keys};

/// The signed file with the signed bytes behind /Contents moved to the end, and at the place of the signed
/// cross-reference table another one. A second /ByteRange in the hole names the stretches where they are now.
fn moved() -> Vec<u8> {
    let signed = base::signed_with_room();
    let table = last_section(signed);
    let signature = forge::signatures(signed).remove(0);
    let [_, first, second, rest] = signature.byte_range;
    let mut out = signed[..first].to_vec();
    out.push(b'<');
    out.extend_from_slice(&signed[signature.hole()][..forge::used(signed, &signature)]);
    out.extend_from_slice(b"> /ByteRange [0 ");
    let numbers = out.len();
    out.extend_from_slice(&[b' '; 40]);
    out.extend_from_slice(b"]\n>>\nendobj\n");
    let fraud = out.len();
    out.extend_from_slice(b"4 0 obj\n");
    out.extend_from_slice(&stream("", &content("9999")));
    out.extend_from_slice(b"\nendobj\n");
    assert!(out.len() < table, "the hole is too small for the attack");
    out.resize(table, b'\n');

    let rows = 1 + signed.windows(5).filter(|window| window == b" obj\n").count();
    let length = "xref\n".len() + rows * 40 + 200;
    let moved_to = table + length;
    let mut lines = b"xref\n0 1\n0000000000 65535 f \n".to_vec();
    for number in 1..rows as u32 {
        let label = format!("\n{number} 0 obj\n");
        let Some(at) = signed.windows(label.len()).rposition(|window| window == label.as_bytes()) else { continue };
        let at = match at + 1 {
            _ if number == CONTENT => fraud,
            at if at >= second => at - second + moved_to,
            at => at,
        };
        lines.extend_from_slice(format!("{number} 1\n{at:010} 00000 n \n").as_bytes());
    }
    lines.extend_from_slice(format!("trailer\n<< /Size {rows} /Root 1 0 R >>\n").as_bytes());
    assert!(lines.len() < length);
    out.extend_from_slice(&lines);
    out.resize(moved_to, b'\n');
    let text = format!("{first} {moved_to} {rest}");
    out[numbers..numbers + text.len()].copy_from_slice(text.as_bytes());
    out.extend_from_slice(&signed[second..]);
    out
}

/// Another file that holds the whole signed file in a stream, and its own field that names the signed stretches there.
fn embedded(with_zero: bool) -> Vec<u8> {
    let signed = base::signed();
    let signature = forge::signatures(signed).remove(0);
    let [_, first, second, rest] = signature.byte_range;
    let unsigned = base::unsigned();
    let shell = |start: usize| {
        let head = if with_zero {
            format!("0 0 {start} {first} {} {rest}", start + second)
        } else {
            format!("{start} {first} {} {rest}", start + second)
        };
        let hex = String::from_utf8(signed[signature.hole()].to_vec()).unwrap();
        let value = format!(
            "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange [{head}] \
             /Contents <{hex}> >>"
        );
        let page = replaced(&body(&unsigned, PAGE), "/Annots [", "/Annots [201 0 R ");
        let form = replaced(&body(&unsigned, FORM), "/Fields [", "/Fields [201 0 R ");
        Update::new()
            .stream(FAR, "/Type /Embedded", signed)
            .object(PAGE, page)
            .object(FORM, form)
            .stream(CONTENT, "", content("9999"))
            .object(
                FAR + 1,
                "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Signature1) /Rect [0 0 0 0] \
                /F 132 /P 3 0 R /V 202 0 R >>",
            )
            .object(FAR + 2, value)
            .onto(&unsigned)
    };
    let at = shell(0).windows(signed.len()).position(|window| window == signed).expect("the signed file");
    shell(at)
}

pub(super) fn cases() -> Family {
    let mut family = Family::new("wrapping");
    let signed = base::signed();
    let signature = forge::signatures(signed).remove(0);
    let [_, first, second, rest] = signature.byte_range;
    family.attack("second-stretch-moved", &["contents.ambiguous", "byte-range."], moved());
    family.attack("embedded-in-a-stream", RANGE, embedded(false));
    family.attack("embedded-in-a-stream-with-six-numbers", RANGE, embedded(true));

    let (field, value) = base::leader(signed);
    family.attack("value-copied-to-another-object", ANY, {
        let there = replaced(&body(signed, field), &format!("{value} 0 R"), "200 0 R");
        Update::new()
            .stream(CONTENT, "", content("9999"))
            .object(field, there)
            .object(FAR, body(signed, value))
            .onto(signed)
    });
    // A careless signing program's file: the signature holds, but over a part.
    let resigned = |range: [usize; 4]| {
        let changed = forge::with_byte_range(signed, &signature, range);
        let covered = forge::signatures(&changed).remove(0).covered(&changed);
        let cms = forge::cms(&covered, &keys::signer(&keys::LEADER), &keys::LEADER.chain_der);
        forge::with_contents(&changed, signature.hole(), &cms)
    };
    family.attack("end-not-covered", RANGE, resigned([0, first, second, rest - 120]));
    family.attack("nothing-behind-covered", RANGE, resigned([0, first, second, 2]));
    family.attack("start-not-covered", RANGE, resigned([9, first - 9, second, rest]));
    family.attack("hole-wider-than-contents", RANGE, resigned([0, first - 12, second, rest]));
    family.attack("bytes-in-the-hole-beside-contents", &["byte-range.", "contents."], {
        let mut out = base::signed_with_room().to_vec();
        let end = forge::signatures(&out).remove(0).hole().end;
        out[end - 60..=end].fill(b' ');
        out[end - 60] = b'>';
        out[end - 50..end - 30].copy_from_slice(b"/Reason (I owe 9999)");
        out
    });

    family.honest("digits-in-upper-case", Modifications::None, {
        let mut out = signed.to_vec();
        out[signature.hole()].make_ascii_uppercase();
        out
    });
    family.honest("signed-again-over-the-same-range", Modifications::None, resigned([0, first, second, rest]));
    family
}
