//! Judges that can't say no are none.

use kyso_tests::judges::{Case, judge};
use kyso_tests::{forge, keys, shapes, signing};

fn said(original: &[u8], signed: Vec<u8>) -> Vec<String> {
    let case = Case {
        name: "spoilt".into(),
        original: original.to_vec(),
        signed,
        signatures: 2,
        without: vec![],
        ..Case::default()
    };
    judge(&[case], &keys::PKI.root_pem().unwrap()).remove(0).wrong
}

#[test]
fn each_judge_sees_a_changed_byte() {
    let original = shapes::plain();
    let mut signed = signing::signed_and_sealed(&original);
    // In the seal's dictionary, which nobody reads but every digest covers.
    let at = signed.windows(3).rposition(|window| window == b"/M ").unwrap();
    signed[at + 6] = b'3';
    let wrong = said(&original, signed);
    for judge in ["openssl", "pdfsig", "pyhanko"] {
        assert!(wrong.iter().any(|line| line.starts_with(judge)), "{judge} said nothing: {wrong:?}");
    }
}

#[test]
fn qpdf_sees_a_damaged_tail() {
    let original = shapes::plain();
    let mut signed = signing::signed_and_sealed(&original);
    let at = signed.windows(9).rposition(|window| window == b"startxref").unwrap();
    signed[at + 10] = b'9';
    assert!(said(&original, signed).iter().any(|line| line.starts_with("qpdf")));
}

#[test]
fn a_changed_original_is_seen() {
    let original = shapes::plain();
    let mut signed = signing::signed_and_sealed(&original);
    signed[12] ^= 1;
    assert_eq!(said(&original, signed), ["the original is no prefix of the signed file"]);
}

#[test]
fn a_wider_gap_is_seen() {
    let original = shapes::plain();
    let signed = signing::signed_and_sealed(&original);
    let seal = forge::signatures(&signed).remove(1);
    let [first, length, second, rest] = seal.byte_range;
    let wider = forge::with_byte_range(&signed, &seal, [first, length, second + 1, rest - 1]);
    assert!(said(&original, wider).iter().any(|line| line.contains("hexadecimal string")));
}
