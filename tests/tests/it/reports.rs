//! The exact verdict on each way to spoil a signed file: indication, sub-indication, findings and exit code of
//! `kyso verify`, as golden reports.

use std::ops::Range;

use jiff::{SignedDuration, Timestamp};
use kyso::{Role, Signer};
use kyso_pdf::SignatureField;
use kyso_testpki::{Identity, KeyType, KeyUsage, Profile, TestPki};
use kyso_tests::{forge, golden, keys, shapes, signing, tool};
use serde_json::{Value, json};

/// What changes from run to run, or says nothing of the verdict.
const BLANKED: [&str; 10] = [
    "file",
    "sha256",
    "serial",
    "fingerprint",
    "claimed_time",
    "best_signature_time",
    "not_before",
    "not_after",
    "bytes",
    "next",
];

fn blank(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.remove("message");
            map.remove("detail");
            for (key, value) in map.iter_mut() {
                if BLANKED.contains(&key.as_str()) && !value.is_null() {
                    *value = json!("…");
                } else if key == "byte_range" {
                    *value = json!(value.as_array().map_or(0, Vec::len));
                } else {
                    blank(value);
                }
            }
        }
        Value::Array(rows) => rows.iter_mut().for_each(blank),
        Value::String(text) => *text = text.split(' ').map(timeless).collect::<Vec<_>>().join(" "),
        _ => {}
    }
}

/// A word of a sentence, unless it's a day (31/12/2026) or a time of day (23:59).
fn timeless(word: &str) -> &str {
    let shape: String = word.chars().map(|letter| if letter.is_ascii_digit() { '0' } else { letter }).collect();
    if matches!(shape.as_str(), "00/00/0000" | "00:00") { "…" } else { word }
}

/// Runs `kyso verify` and holds its report and exit code against the golden one.
fn report(name: &str, bytes: &[u8]) {
    report_at(name, bytes, *keys::NOW, &keys::PKI);
}

fn report_at(name: &str, bytes: &[u8], at: Timestamp, trusted: &TestPki) {
    let folder = tempfile::tempdir().unwrap();
    let (file, root) = (folder.path().join("file.pdf"), folder.path().join("root.pem"));
    std::fs::write(&file, bytes).unwrap();
    std::fs::write(&root, trusted.root_pem().unwrap()).unwrap();
    let done = tool::kyso()
        .args(["verify", "--format", "json", "--lang", "en", "--at", &at.to_string(), "--trust"])
        .args([&root, &file])
        .output()
        .unwrap();
    let mut reports: Value = serde_json::from_slice(&done.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&done.stderr)));
    blank(&mut reports);
    let text = serde_json::to_string_pretty(&json!({ "exit": done.status.code(), "reports": reports })).unwrap();
    golden::same_text(&format!("reports/{name}.json"), &format!("{text}\n"));
}

fn leader() -> Box<dyn Signer> {
    Box::new(keys::signer(&keys::LEADER))
}

/// The plain file with the leader's invisible signature.
fn signed() -> Vec<u8> {
    signing::sign(&shapes::plain(), &signing::parameters(Role::Leader), &*leader())
}

/// Another file of the same length with the same leader's signature.
fn signed_otherwise() -> Vec<u8> {
    let mut other = shapes::plain();
    let at = other.windows(5).position(|window| window == b"0.2 g").unwrap();
    other[at + 2] = b'7';
    signing::sign(&other, &signing::parameters(Role::Leader), &*leader())
}

/// `signed()`, whose CMS is another over the same bytes.
fn with_cms(make: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let bytes = signed();
    let signature = forge::signatures(&bytes).remove(0);
    forge::with_contents(&bytes, signature.hole(), &make(&signature.covered(&bytes)))
}

/// The plain file signed by an identity, at the time of the tests.
fn signed_by(identity: &Identity, claimed_time: Timestamp) -> Vec<u8> {
    let mut parameters = signing::parameters(Role::Leader);
    parameters.claimed_time = claimed_time;
    signing::sign(&shapes::plain(), &parameters, &keys::signer(identity))
}

fn days(days: i64) -> Timestamp {
    *keys::NOW + SignedDuration::from_hours(24 * days)
}

#[test]
fn signed_and_sealed() {
    report("signed-and-sealed", &signing::signed_and_sealed(&shapes::plain()));
}

#[test]
fn not_signed() {
    report("not-signed", &shapes::plain());
}

#[test]
fn no_pdf() {
    report("no-pdf", b"PK\x03\x04 this is an office file, not a PDF");
}

#[test]
fn bytes_appended() {
    let mut bytes = signed();
    bytes.extend_from_slice(b"\n% appended\n");
    report("bytes-appended", &bytes);
}

#[test]
fn revision_appended() {
    let note = [(4, shapes::writer::stream("", b"0 g 0 0 595 842 re f"))].into();
    let bytes = shapes::writer::append(&signed(), &note, &shapes::writer::Layout::default());
    report("revision-appended", &bytes);
}

#[test]
fn page_changed_after_the_seal() {
    let sealed = signing::signed_and_sealed(&shapes::plain());
    let page = [(4, shapes::writer::stream("", b"0 g 0 0 595 842 re f"))].into();
    report("page-changed-after-the-seal", &shapes::writer::append(&sealed, &page, &shapes::writer::Layout::default()));
}

#[test]
fn note_added_after_the_seal() {
    let sealed = signing::signed_and_sealed(&shapes::plain());
    let document = kyso::Document::parse(&sealed).unwrap();
    let widgets: Vec<String> =
        SignatureField::all(&document).unwrap().iter().map(|field| format!("{} 0 R", field.id.0)).collect();
    let page = format!(
        "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox [0 0 595 842] /Resources << >> /Annots [{} 900 0 R] >>",
        widgets.join(" ")
    );
    let note = "<< /Type /Annot /Subtype /Text /Rect [80 500 100 520] /Contents (paid) >>";
    let objects = [(3, page.into_bytes()), (900, note.as_bytes().to_vec())].into();
    report("note-added-after-the-seal", &shapes::writer::append(&sealed, &objects, &shapes::writer::Layout::default()));
}

#[test]
fn truncated() {
    let bytes = signing::signed_and_sealed(&shapes::plain());
    report("truncated", &bytes[..bytes.len() - 60]);
}

#[test]
fn truncated_to_the_leaders_revision() {
    let bytes = signing::signed_and_sealed(&shapes::plain());
    let [_, _, second, rest] = forge::signatures(&bytes)[0].byte_range;
    report("truncated-to-the-leaders-revision", &bytes[..second + rest]);
}

#[test]
fn contents_swapped() {
    let (one, other) = (signed(), signed_otherwise());
    let (here, there) = (forge::signatures(&one).remove(0).hole(), forge::signatures(&other).remove(0).hole());
    assert_eq!(here, there);
    let mut swapped = one.clone();
    swapped[here].copy_from_slice(&other[there]);
    assert_ne!(swapped, one);
    report("contents-swapped", &swapped);
}

/// The hole in the byte range is wider than /Contents, and the signature over the rest is right.
#[test]
fn gap_widened() {
    let bytes = signed();
    let signature = forge::signatures(&bytes).remove(0);
    let hole: Range<usize> = signature.hole();
    let [first, length, second, rest] = signature.byte_range;
    let widened = forge::with_byte_range(&bytes, &signature, [first, length, second + 4, rest - 4]);
    let covered = forge::signatures(&widened).remove(0).covered(&widened);
    let cms = forge::cms(&covered, &*leader(), &keys::LEADER.chain_der);
    report("gap-widened", &forge::with_contents(&widened, hole, &cms));
}

#[test]
fn ess_attribute_dropped() {
    let issuer = keys::PKI.issuing_der().unwrap();
    report("ess-attribute-dropped", &with_cms(|covered| forge::cms_without_ess(covered, &keys::LEADER, &issuer)));
}

/// The signature names another person's certificate than the key's.
#[test]
fn wrong_certificate() {
    let other = keys::PKI.issue(Profile::leader().name("Lê Văn Khác").key(KeyType::P256)).unwrap();
    let signer = keys::signer(&keys::leader(KeyType::P256));
    report("wrong-certificate", &with_cms(|covered| forge::cms(covered, &signer, &other.chain_der)));
}

/// The signature names a certificate that isn't there.
#[test]
fn certificate_missing() {
    report("certificate-missing", &with_cms(|covered| forge::cms_without_certificates(covered, &keys::LEADER)));
}

#[test]
fn certificate_expired() {
    let identity = keys::PKI.issue(Profile::leader().valid(days(-400), days(-35))).unwrap();
    report("certificate-expired", &signed_by(&identity, days(-100)));
}

#[test]
fn certificate_not_yet_valid() {
    let identity = keys::PKI.issue(Profile::leader().valid(days(35), days(400))).unwrap();
    report("certificate-not-yet-valid", &signed_by(&identity, days(100)));
}

#[test]
fn certificate_for_encryption_only() {
    let identity = keys::PKI.issue(Profile::leader().key_usage(KeyUsage::Encipherment)).unwrap();
    let issuer = keys::PKI.issuing_der().unwrap();
    report("certificate-for-encryption-only", &with_cms(|covered| forge::cms_without_ess(covered, &identity, &issuer)));
}

#[test]
fn unknown_root() {
    report_at("unknown-root", &signed(), *keys::NOW, &TestPki::stranger(*keys::NOW).unwrap());
}

#[test]
fn byte_changed() {
    let mut bytes = signed();
    let at = bytes.windows(5).position(|window| window == b"0.2 g").unwrap();
    bytes[at + 2] = b'7';
    report("byte-changed", &bytes);
}
