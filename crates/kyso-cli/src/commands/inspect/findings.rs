//! What `inspect` tells of a file; the serialised form is its JSON.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kyso::cms::signed_data::SignedData;
use kyso::crypto::hex;
use kyso::pki::{Certificate, IdentityKind};
use kyso::validate::SignerKind;
use kyso::{Document, Error, Rectangle};
use kyso_certification::embedded_metadata::EmbeddedMetadata;
use kyso_pdf::{SignatureDictionary, SignatureField};
use serde::Serialize;

/// A file.
#[derive(Debug, Serialize)]
pub(super) struct Contents {
    pub(super) file: String,
    pub(super) bytes: usize,
    pub(super) version: String,
    pub(super) encrypted: bool,
    /// What had to be mended to read it.
    pub(super) recovered: Option<String>,
    pub(super) pages: Option<usize>,
    /// The end of each revision, in bytes from the start of the file.
    pub(super) revisions: Vec<u64>,
    pub(super) fields: Vec<Field>,
    /// The certifications that the file's XMP states.
    pub(super) certifications: Vec<Certification>,
}

/// What the XMP of a file, or of a page of it, says of a certification.
#[derive(Debug, Serialize)]
pub(super) struct Certification {
    /// The page that says it; none where the whole file does.
    pub(super) page: Option<usize>,
    pub(super) properties: BTreeMap<String, String>,
}

/// A signature field.
#[derive(Debug, Serialize)]
pub(super) struct Field {
    pub(super) name: String,
    /// Object number and generation.
    pub(super) object: String,
    pub(super) page: Option<usize>,
    /// On the page as seen.
    pub(super) rectangle: Option<Rectangle>,
    pub(super) signature: Option<Signature>,
}

/// A signature dictionary.
#[derive(Debug, Serialize)]
pub(super) struct Signature {
    pub(super) filter: Option<String>,
    pub(super) subfilter: Option<String>,
    pub(super) byte_range: Vec<i64>,
    /// Where the string of /Contents begins and ends, with its delimiters.
    pub(super) contents: Option<[u64; 2]>,
    /// Which revision the byte range ends, from 1.
    pub(super) revision: Option<usize>,
    pub(super) time: Option<String>,
    pub(super) name: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) location: Option<String>,
    pub(super) docmdp: Option<i64>,
    pub(super) certificates: Vec<CertificateContents>,
    /// Why the certificates can't be read.
    pub(super) error: Option<String>,
}

/// A certificate that a signature carries. Nothing here says that it's to be trusted.
#[derive(Debug, Serialize)]
pub(super) struct CertificateContents {
    pub(super) subject: String,
    pub(super) issuer: String,
    pub(super) serial: String,
    pub(super) not_before: Timestamp,
    pub(super) not_after: Timestamp,
    pub(super) kind: SignerKind,
    pub(super) ca: bool,
    /// SHA-256, lower-case hex: what a roster names.
    pub(super) sha256: String,
}

impl Contents {
    pub(super) fn of(file: &str, document: &Document<'_>) -> Result<Self, Error> {
        let revisions = document.revisions().iter().map(|revision| revision.end).collect::<Vec<_>>();
        let fields = SignatureField::all(document)?;
        Ok(Self {
            file: file.to_owned(),
            bytes: document.bytes().len(),
            version: document.version(),
            encrypted: document.is_encrypted(),
            recovered: document.recovered().map(Into::into),
            pages: document.page_count().ok(),
            certifications: EmbeddedMetadata::of(document)
                .unwrap_or_default()
                .into_iter()
                .map(Certification::from)
                .collect(),
            fields: fields.iter().map(|field| Field::of(field, document)).collect(),
            revisions,
        })
    }
}

impl From<EmbeddedMetadata> for Certification {
    fn from(metadata: EmbeddedMetadata) -> Self {
        Self { page: metadata.page, properties: metadata.properties.into_iter().collect() }
    }
}

impl Field {
    fn of(field: &SignatureField, document: &Document<'_>) -> Self {
        Self {
            name: field.name.clone(),
            object: format!("{} {}", field.id.0, field.id.1),
            page: field.page,
            rectangle: field.rectangle,
            signature: field.value.as_ref().map(|value| Signature::of(value, document)),
        }
    }
}

impl Signature {
    fn of(signature: &SignatureDictionary, document: &Document<'_>) -> Self {
        let (certificates, error) = match certificates(signature) {
            Ok(certificates) => (certificates, None),
            Err(error) => (Vec::new(), Some(error.to_string())),
        };
        let end = match signature.byte_range.as_slice() {
            &[_, _, start, length] => start.checked_add(length).and_then(|end| u64::try_from(end).ok()),
            _ => None,
        };
        let ends = |end| document.revisions().iter().position(|r| r.end == end || r.marker_end == end);
        Self {
            filter: signature.filter.clone(),
            subfilter: signature.sub_filter.clone(),
            byte_range: signature.byte_range.clone(),
            contents: signature.contents_span.as_ref().map(|span| [span.start, span.end]),
            revision: end.and_then(ends).map(|index| index + 1),
            time: signature.time.clone(),
            name: signature.name.clone(),
            reason: signature.reason.clone(),
            location: signature.location.clone(),
            docmdp: signature.docmdp(),
            certificates,
            error,
        }
    }
}

/// The signature's own certificates: in its CMS, or in /Cert.
fn certificates(signature: &SignatureDictionary) -> Result<Vec<CertificateContents>, Error> {
    if !signature.certificates.is_empty() {
        return signature.certificates.iter().map(|der| CertificateContents::of(der)).collect();
    }
    let cms = SignedData::parse(&signature.contents)?;
    cms.certificates.iter().map(|der| CertificateContents::of(der)).collect()
}

impl CertificateContents {
    fn of(der: &[u8]) -> Result<Self, Error> {
        let certificate = Certificate::parse(der)?;
        Ok(Self {
            subject: certificate.subject().to_string(),
            issuer: certificate.issuer().to_string(),
            serial: certificate.serial_hex(),
            not_before: certificate.not_before(),
            not_after: certificate.not_after(),
            kind: match certificate.identity().kind {
                IdentityKind::Person => SignerKind::Person,
                IdentityKind::Organisation => SignerKind::Organisation,
                IdentityKind::Unknown => SignerKind::Unknown,
            },
            ca: certificate.is_ca(),
            sha256: hex(&certificate.fingerprint()),
        })
    }
}
