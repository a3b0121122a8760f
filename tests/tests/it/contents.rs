//! How a signature's value stands in the file: as a literal string, and in several fields.

use kyso::{Code, Indication, Report, Severity};
use kyso_tests::shapes::writer::{Layout, Objects, append, write};
use kyso_tests::{forge, keys, signing};

const HOLE: usize = 12_000;
const PAGE: &str =
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> /Annots [7 0 R 8 0 R 9 0 R] >>";

/// A file with three signature fields, of which these lead to object 10, by a program that isn't ours.
fn signed(fields: &[&str]) -> Vec<u8> {
    let field = |name: &str| {
        let value = if fields.contains(&name) { "/V 10 0 R" } else { "" };
        format!("<< /Type /Annot /Subtype /Widget /FT /Sig /T ({name}) /Rect [0 0 0 0] /F 132 /P 3 0 R {value} >>")
            .into_bytes()
    };
    let unsigned = write(
        &Objects::from([
            (1, b"<< /Type /Catalog /Pages 2 0 R >>".to_vec()),
            (2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec()),
            (3, PAGE.replace("/Annots [7 0 R 8 0 R 9 0 R]", "").into_bytes()),
        ]),
        &Layout::default(),
    );
    let dictionary = format!(
        "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached \
         /ByteRange [0 0000000000 0000000000 0000000000] /Contents <{}> >>",
        "0".repeat(HOLE)
    );
    let update = Objects::from([
        (1, b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [7 0 R 8 0 R 9 0 R] /SigFlags 3 >> >>".to_vec()),
        (3, PAGE.as_bytes().to_vec()),
        (7, field("One")),
        (8, field("Two")),
        (9, field("Three")),
        (10, dictionary.into_bytes()),
    ]);
    let bytes = append(&unsigned, &update, &Layout::default());
    let place = forge::signatures(&bytes).pop().unwrap();
    let start = place.numbers.end + bytes[place.numbers.end..].iter().position(|&byte| byte == b'<').unwrap();
    let end = start + HOLE + 2;
    let bytes = forge::with_byte_range(&bytes, &place, [0, start, end, bytes.len() - end]);
    let covered = [&bytes[..start], &bytes[end..]].concat();
    let cms = forge::cms(&covered, &keys::signer(&keys::LEADER), &keys::LEADER.chain_der);
    forge::with_contents(&bytes, start + 1..end - 1, &cms)
}

fn verify(bytes: &[u8]) -> Report {
    kyso::verify(bytes, &signing::policy()).unwrap()
}

/// The value, written by this function into the whole of the hole with its delimiters.
fn rewritten(bytes: &[u8], write: impl Fn(&[u8], usize) -> Vec<u8>) -> Vec<u8> {
    let hole = forge::signatures(bytes).pop().unwrap().hole();
    let digits = std::str::from_utf8(&bytes[hole.clone()]).unwrap();
    let value: Vec<u8> =
        (0..digits.len() / 2).map(|at| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).unwrap()).collect();
    let text = write(&value, hole.len() + 2);
    assert_eq!(text.len(), hole.len() + 2);
    [&bytes[..hole.start - 1], &text, &bytes[hole.end + 1..]].concat()
}

/// Escaped where it has to be, and filled up with line ends that a backslash takes away.
fn literal(value: &[u8], length: usize) -> Vec<u8> {
    let used = value.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let mut text = b"(".to_vec();
    for &byte in &value[..used] {
        match byte {
            b'(' | b')' | b'\\' | b'\r' | b'\n' => text.extend(format!("\\{byte:03o}").bytes()),
            _ => text.push(byte),
        }
    }
    while text.len() + 3 <= length {
        text.extend(b"\\\n");
    }
    text.extend(vec![b'\0'; length - 1 - text.len()]);
    text.push(b')');
    text
}

fn count(report: &Report, code: Code) -> usize {
    report.signatures.iter().flat_map(|one| &one.findings).filter(|finding| finding.code == code).count()
}

#[test]
fn a_literal_string_is_told_and_judged_like_another() {
    let bytes = rewritten(&signed(&["One"]), literal);
    let report = verify(&bytes);
    assert_eq!(report.signatures[0].indication, Indication::TotalPassed, "{report:#?}");
    let told = report.signatures[0].findings.iter().find(|finding| finding.code == Code::ContentsLiteral);
    assert_eq!(told.map(|finding| finding.severity), Some(Severity::Warning));
    let mut changed = bytes;
    changed[12] ^= 1;
    let report = verify(&changed);
    assert_eq!((report.signatures[0].indication, count(&report, Code::ContentsLiteral)), (Indication::TotalFailed, 1));
}

#[test]
fn hexadecimal_in_any_dress_is_no_literal_string() {
    let spaced = |value: &[u8], length: usize| {
        let mut text = b"<".to_vec();
        let used = value.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        for (index, byte) in value[..used].iter().enumerate() {
            text.extend(format!("{byte:02X}").bytes());
            text.extend(if index % 64 == 63 { &b"\r\n"[..] } else { b"" });
        }
        text.resize(length - 1, b' ');
        text.push(b'>');
        text
    };
    let plain = signed(&["One"]);
    let lower = plain.clone();
    let upper = rewritten(&plain, |value, _| {
        [&b"<"[..], value.iter().map(|byte| format!("{byte:02X}")).collect::<String>().as_bytes(), b">"].concat()
    });
    for bytes in [lower, upper, rewritten(&plain, spaced)] {
        let report = verify(&bytes);
        assert_eq!(report.signatures[0].indication, Indication::TotalPassed, "{report:#?}");
        assert_eq!(count(&report, Code::ContentsLiteral), 0);
    }
}

#[test]
fn one_value_in_several_fields_names_them_all() {
    for fields in [&["One", "Two"][..], &["One", "Three"], &["One", "Two", "Three"]] {
        let report = verify(&signed(fields));
        assert_eq!(report.signatures.len(), fields.len());
        for signature in &report.signatures {
            let told: Vec<_> =
                signature.findings.iter().filter(|finding| finding.code == Code::SignatureSeveralFields).collect();
            assert_eq!(told.len(), 1, "{signature:#?}");
            assert_eq!(told[0].severity, Severity::Warning);
            assert_eq!(told[0].detail.as_deref(), Some(fields.join(", ").as_str()));
        }
    }
}

#[test]
fn a_value_of_its_own_is_in_one_field() {
    let one = signed(&["Two"]);
    assert_eq!(count(&verify(&one), Code::SignatureSeveralFields), 0);
    let both = signing::sign(&one, &signing::parameters(kyso::Role::Other).field("One"), &keys::signer(&keys::OFFICER));
    let report = verify(&both);
    assert_eq!((report.signatures.len(), count(&report, Code::SignatureSeveralFields)), (2, 0));
    assert!(report.signatures.iter().all(|one| one.indication == Indication::TotalPassed), "{report:#?}");
}
