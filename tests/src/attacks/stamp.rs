//! Document time-stamps, with tokens that OpenSSL makes.

use std::process::Command;
use std::sync::LazyLock;

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::PKey;
use openssl::sha::sha256;
use openssl::x509::extension::{ExtendedKeyUsage, KeyUsage};
use openssl::x509::{X509, X509NameBuilder};

use super::base::{appended, edited, number::*};
use super::writer::Update;
use crate::{forge, keys};

/// Digits in the hole.
const DIGITS: usize = 12_000;

/// The file with a document time-stamp in a field of its own on page 1.
pub(super) fn time_stamped(file: &[u8], rectangle: &str, look: Option<Vec<u8>>) -> Vec<u8> {
    let appearance = if look.is_some() { "/AP << /N 222 0 R >>" } else { "" };
    let field = format!(
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Stamp) /Rect [{rectangle}] /F 132 /P 3 0 R /V 221 0 R \
         {appearance} >>"
    );
    let (room, hole) = (" ".repeat(40), "0".repeat(DIGITS));
    let value = format!(
        "<< /Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161 /ByteRange [0 0 0 0{room}] \
         /Contents <{hole}> >>"
    );
    let mut update = Update::new()
        .object(PAGE, appended(file, PAGE, "/Annots", "220 0 R"))
        .object(FORM, edited(file, FORM, "/Fields [", "/Fields [220 0 R "))
        .object(220, field)
        .object(221, value);
    if let Some(look) = look {
        update = update.object(222, look);
    }
    let open = update.onto(file);
    let before = open.windows(9 + DIGITS).rposition(|window| window.ends_with(hole.as_bytes())).unwrap() + 8;
    let after = before + DIGITS + 2;
    let signature = forge::signatures(&open).pop().unwrap();
    let ranged = forge::with_byte_range(&open, &signature, [0, before, after, open.len() - after]);
    let signature = forge::signatures(&ranged).pop().unwrap();
    forge::with_contents(&ranged, signature.hole(), &token(&signature.covered(&ranged)))
}

/// A time-stamping authority's key and certificate, as PEM.
static AUTHORITY: LazyLock<(Vec<u8>, Vec<u8>)> = LazyLock::new(|| {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let key = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
    let mut name = X509NameBuilder::new().unwrap();
    name.append_entry_by_text("CN", "Time-stamping authority of the tests").unwrap();
    let name = name.build();
    let mut certificate = X509::builder().unwrap();
    certificate.set_version(2).unwrap();
    certificate.set_serial_number(&BigNum::from_u32(1).unwrap().to_asn1_integer().unwrap()).unwrap();
    certificate.set_subject_name(&name).unwrap();
    certificate.set_issuer_name(&name).unwrap();
    certificate.set_pubkey(&key).unwrap();
    // Before any time that a test judges at, however long the test has run.
    certificate.set_not_before(&Asn1Time::from_unix(keys::NOW.as_second() - 86_400).unwrap()).unwrap();
    certificate.set_not_after(&Asn1Time::days_from_now(30).unwrap()).unwrap();
    certificate.append_extension(KeyUsage::new().critical().digital_signature().build().unwrap()).unwrap();
    certificate.append_extension(ExtendedKeyUsage::new().critical().time_stamping().build().unwrap()).unwrap();
    certificate.sign(&key, MessageDigest::sha256()).unwrap();
    (key.private_key_to_pem_pkcs8().unwrap(), certificate.build().to_pem().unwrap())
});

/// A time-stamp token (RFC 3161) over these bytes.
fn token(covered: &[u8]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("key.pem"), &AUTHORITY.0).unwrap();
    std::fs::write(path("certificate.pem"), &AUTHORITY.1).unwrap();
    let configuration = format!(
        "[tsa]\ndefault_tsa = here\n[here]\nserial = {}\nsigner_digest = sha256\ndigests = sha256\n\
         default_policy = 1.2.3.4\ness_cert_id_alg = sha256\n",
        path("serial")
    );
    std::fs::write(path("tsa.cnf"), configuration).unwrap();
    let digest: String = sha256(covered).iter().map(|byte| format!("{byte:02x}")).collect();
    let openssl = |arguments: &[&str]| {
        let done = Command::new("openssl").arg("ts").args(arguments).output().expect("openssl must be installed");
        assert!(done.status.success(), "openssl ts: {}", String::from_utf8_lossy(&done.stderr));
    };
    openssl(&["-query", "-digest", &digest, "-sha256", "-cert", "-out", &path("query")]);
    openssl(&[
        "-reply",
        "-config",
        &path("tsa.cnf"),
        "-queryfile",
        &path("query"),
        "-signer",
        &path("certificate.pem"),
        "-inkey",
        &path("key.pem"),
        "-token_out",
        "-out",
        &path("token"),
    ]);
    std::fs::read(path("token")).unwrap()
}
