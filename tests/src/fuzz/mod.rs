//! One function a parser, for any bytes: it may answer with an error, but it neither panics nor takes long, and where it
//! says yes, what it says holds. `tests/src/bin/fuzz.rs` and the targets in `fuzz/` run them; regressions are replayed.

pub mod evidence;
pub mod seeds;

use std::collections::HashSet;
use std::sync::LazyLock;

use kyso::appearance::InkImage;
use kyso::asn1::{self, Reader};
use kyso::cms::signed_data::SignedData;
use kyso::cms::tst_info::TstInfo;
use kyso::crypto::{self, DigestAlgorithm, PrivateKey};
use kyso::error::Subject;
use kyso::pki::{Certificate, Name};
use kyso::{Document, Indication, Policy, PrivateKeySigner, Report, SignatureParameters, SignatureReport};
use kyso_pdf::{Dss, SignatureField, listing, text};
use kyso_testpki::KeyType;

use crate::mutations::Format;
use crate::{forge, keys, shapes, signing};

/// A function to run, and what to make inputs from.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// The target's name, as in `cargo fuzz run NAME`.
    pub name: &'static str,
    /// The function.
    pub run: fn(&[u8]),
    /// The format of the inputs.
    pub format: Format,
    /// Inputs that are well-formed, or broken in an interesting way.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// Every target.
pub const TARGETS: [Target; 16] = [
    Target { name: "verify", run: verify, format: Format::Pdf, seeds: seeds::pdfs },
    Target { name: "contents", run: contents, format: Format::Der, seeds: seeds::cms },
    Target { name: "document", run: document, format: Format::Pdf, seeds: seeds::pdfs },
    Target { name: "encrypted", run: encrypted, format: Format::Pdf, seeds: seeds::encrypted },
    Target { name: "sign", run: sign, format: Format::Pdf, seeds: seeds::to_sign },
    Target { name: "signed_data", run: signed_data, format: Format::Der, seeds: seeds::cms },
    Target { name: "tst_info", run: tst_info, format: Format::Der, seeds: seeds::tst_infos },
    Target { name: "asn1", run: asn1, format: Format::Der, seeds: seeds::der },
    Target { name: "certificate", run: certificate, format: Format::Der, seeds: seeds::certificates },
    Target { name: "crl", run: evidence::crl, format: Format::Der, seeds: evidence::crls },
    Target { name: "ocsp", run: evidence::ocsp, format: Format::Der, seeds: evidence::ocsp_responses },
    Target { name: "time_stamp", run: evidence::time_stamp, format: Format::Der, seeds: evidence::time_stamps },
    Target { name: "dss", run: evidence::dss, format: Format::Pdf, seeds: evidence::lasting_files },
    Target { name: "image", run: image, format: Format::Bytes, seeds: seeds::images },
    Target { name: "key_file", run: key_file, format: Format::Der, seeds: seeds::key_files },
    Target { name: "lasting", run: lasting, format: Format::Pdf, seeds: seeds::lasting },
];

static POLICY: LazyLock<Policy> = LazyLock::new(signing::policy);
static SIGNER: LazyLock<PrivateKeySigner> = LazyLock::new(|| keys::signer(&keys::leader(KeyType::P256)));
static PARAMETERS: LazyLock<SignatureParameters> = LazyLock::new(signing::leader_parameters);

/// Verifies the bytes as a PDF.
pub fn verify(data: &[u8]) {
    LazyLock::force(&SIGNED);
    if let Ok(report) = kyso::verify(data, &POLICY) {
        nothing_forged(data, &report);
    }
}

/// What the keys of this process have signed in the seeds: digests of what the byte ranges cover.
static SIGNED: LazyLock<HashSet<Vec<u8>>> = LazyLock::new(|| {
    let seeds = [seeds::pdfs(), vec![HOST.clone()]].concat();
    let digests = seeds.iter().filter_map(|bytes| Some((bytes, kyso::verify(bytes, &POLICY).ok()?)));
    digests
        .flat_map(|(bytes, report)| report.signatures.iter().filter_map(|row| covered(bytes, row)).collect::<Vec<_>>())
        .collect()
});

/// A signature that passes covers bytes that somebody with a key did sign.
fn nothing_forged(bytes: &[u8], report: &Report) {
    for row in report.signatures.iter().filter(|row| row.indication == Indication::TotalPassed) {
        let covered = covered(bytes, row).expect("TOTAL-PASSED, but the digest or the signature isn't right");
        assert!(SIGNED.contains(&covered), "TOTAL-PASSED over bytes that nobody signed: {row:#?}");
    }
}

/// The digest of what an intact signature covers.
fn covered(bytes: &[u8], row: &SignatureReport) -> Option<Vec<u8>> {
    let &[first, length, second, rest] = &row.byte_range[..] else { return None };
    let slice = |from: i64, length: i64| &bytes[from as usize..(from + length) as usize];
    let intact = row.digest_ok && row.signature_ok;
    intact.then(|| DigestAlgorithm::Sha256.digest(&[slice(first, length), slice(second, rest)].concat()))
}

/// A signed file whose /Contents can be exchanged.
static HOST: LazyLock<Vec<u8>> =
    LazyLock::new(|| signing::sign(&shapes::plain(), &signing::parameters(kyso::Role::Leader), &*SIGNER));

/// Verifies a signed PDF with the bytes as its CMS.
pub fn contents(data: &[u8]) {
    let hole = forge::signatures(&HOST).remove(0).hole();
    let fits = &data[..data.len().min(hole.len() / 2)];
    verify(&forge::with_contents(&HOST, hole, fits));
}

/// Reads the bytes as a PDF and walks all that the library offers of it.
pub fn document(data: &[u8]) {
    if let Ok(document) = Document::parse(data) {
        walk(&document);
    }
}

/// Parses with a password.
pub fn encrypted(data: &[u8]) {
    if let Ok(document) = Document::parse_with_password(data, Some(shapes::USER)) {
        walk(&document);
    }
}

fn walk(document: &Document<'_>) {
    let mut end = 0;
    for revision in document.revisions() {
        assert!(end <= revision.end && revision.end <= document.bytes().len() as u64, "revisions out of order");
        end = revision.end;
    }
    let _ = (document.version(), document.recovered(), document.catalog(), SignatureField::all(document));
    if let Ok(count) = document.page_count() {
        let _ = document.page(count);
    }
    if let Ok(page) = document.page(1) {
        let _ = (page.size(), page.content(document), text::lines(document, &page));
        let _ = (page.demand_readable(document), kyso_certification::extract(document, &[1]));
    }
    let _ = (listing::unlisted_object(document), listing::object_with_wrong_row(document));
    let _ = text::find_anchor(document, "CHỦ TỊCH");
}

/// Signs the bytes as a PDF. What comes out is the same bytes and a tail, and the signature holds.
pub fn sign(data: &[u8]) {
    let Ok(document) = Document::parse(data) else { return };
    let Ok(signed) = kyso::sign(&document, &*SIGNER, &PARAMETERS, &kyso::SigningOptions::default()) else { return };
    let bytes = signed.tail.after(data);
    assert!(bytes.starts_with(data), "the original isn't the prefix");
    let again = Document::parse(&bytes).expect("what was signed can't be read");
    assert_eq!(again.page_count().ok(), document.page_count().ok(), "signing changed the pages");
    let report = kyso::verify(&bytes, &POLICY).expect("what was signed can't be verified");
    let row = report.signatures.iter().find(|row| row.field.as_ref() == Some(&signed.field));
    let row = row.unwrap_or_else(|| panic!("no signature in field {}: {report:#?}", signed.field));
    assert!(row.digest_ok && row.signature_ok, "what was signed doesn't verify: {row:#?}");
}

/// Reads the bytes as a CMS with a signature.
pub fn signed_data(data: &[u8]) {
    let _ = SignedData::parse(data);
}

/// Reads the bytes as a time-stamp's TSTInfo.
pub fn tst_info(data: &[u8]) {
    let _ = TstInfo::parse(data);
}

/// Walks the bytes as BER, and reads each element as whatever it may be.
pub fn asn1(data: &[u8]) {
    let mut left = vec![Reader::new(Subject::Cms, data)];
    while let Some(mut reader) = left.pop() {
        while let Ok(element) = reader.next() {
            assert!(element.raw().ends_with(element.contents()) || element.raw().ends_with(&[0, 0]));
            let _ = (element.octets(), element.unsigned(), element.oid(), asn1::timestamp(&element));
            left.extend(element.children());
        }
    }
}

/// Reads the bytes as a certificate, and as a name.
pub fn certificate(data: &[u8]) {
    if let Ok(certificate) = Certificate::parse(data) {
        assert_eq!(certificate.der(), data);
        assert!(certificate.subject().says_the_same(certificate.subject()), "a name differs from itself");
        let _ = (certificate.identity(), certificate.serial_hex(), certificate.is_self_issued());
        let _ = crypto::PublicKey::from_certificate(data);
    }
    let _ = Name::parse(data);
}

/// Reads the bytes as the picture of a signature and of a seal.
pub fn image(data: &[u8]) {
    let _ = InkImage::signature(data, signing::SIGNATURE_MM);
    let _ = InkImage::seal(data, signing::SEAL_MM);
}

/// Opens the bytes as a key file of every kind.
pub fn key_file(data: &[u8]) {
    let _ = PrivateKeySigner::from_pkcs12(data, keys::PASSWORD);
    let _ = PrivateKey::read(data, Some(keys::PASSWORD));
    let _ = PrivateKeySigner::from_pem(data, Some(keys::PASSWORD), data);
    let _ = crypto::certificates(data);
}

/// Verifies the bytes as a PDF with long-term evidence, five years on; and reads its DSS.
pub fn lasting(data: &[u8]) {
    if let Ok(document) = Document::parse(data) {
        let _ = Dss::read(&document);
    }
    let _ = kyso::verify(data, &seeds::LATER);
}
