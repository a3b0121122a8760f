//! What stands behind a file's last end: an update that broke off, or bytes that don't matter.

use kyso::{Code, Document, Error, Indication, Severity};
use kyso_tests::{keys, shapes, signing};

fn behind(bytes: &[u8]) -> Vec<u8> {
    [&shapes::plain()[..], bytes].concat()
}

fn signed(file: &[u8]) -> Result<Vec<u8>, Error> {
    let document = Document::parse(file).unwrap();
    let signed = kyso::sign(
        &document,
        &keys::signer(&keys::LEADER),
        &signing::leader_parameters(),
        &kyso::SigningOptions::default(),
    )?;
    Ok(signed.tail.after(file))
}

#[test]
fn an_update_that_broke_off_is_told_and_not_signed() {
    let whole = signed(&shapes::plain()).unwrap();
    let tail = &whole[shapes::plain().len()..];
    let marker = tail.windows(9).rposition(|window| window == b"startxref").unwrap();
    let rows = tail.windows(6).rposition(|window| window == b"\nxref\n").unwrap();
    // In the middle of an object, behind one, in the middle of the table, before the last line.
    for end in [40, 200, rows + 3, rows + 30, marker] {
        let file = behind(&tail[..end]);
        let report = kyso::verify(&file, &signing::policy()).unwrap();
        let told = report.findings.iter().find(|finding| finding.code == Code::DocumentUnfinishedUpdate);
        assert_eq!(told.map(|finding| finding.severity), Some(Severity::Warning), "{end}: {report:#?}");
        match signed(&file) {
            Err(Error::Refused { rule, .. }) => assert_eq!(rule, Code::DocumentUnfinishedUpdate, "{end}"),
            other => panic!("{end}: {other:?}"),
        }
    }
}

#[test]
fn other_bytes_behind_the_end_are_signed_over() {
    let junk: [&[u8]; 6] = [
        b"\r\n",
        b"\0\0\0\0",
        b"<html><body>Not 1 obj found</body></html>\n",
        b"\n-- \nfooter of a mail program\n",
        b"PK\x03\x04archive",
        b"%%EOF\n",
    ];
    for bytes in junk {
        let file = signed(&behind(bytes)).unwrap_or_else(|error| panic!("{bytes:?}: {error}"));
        let report = kyso::verify(&file, &signing::policy()).unwrap();
        assert_eq!(report.signatures[0].indication, Indication::TotalPassed, "{report:#?}");
        assert!(report.findings.iter().all(|finding| finding.code != Code::DocumentUnfinishedUpdate));
    }
}
