//! The text of every code. Where a code has none, this doesn't compile.

mod certificate;
mod changes;
mod copies;
mod course;
mod format;
mod papers;
mod revocation;
mod time;

use super::{Entry, qr, rules};
use Texts::{One, Two};
use kyso::Code;

/// What a code says.
#[derive(Debug, Clone, Copy)]
pub(super) enum Texts {
    /// As a finding, or as a refusal: it's never the other.
    One(Entry),
    /// As either.
    Two { found: Entry, refused: Entry },
}

impl Texts {
    pub(super) const fn found(self) -> Entry {
        match self {
            One(text) | Two { found: text, .. } => text,
        }
    }

    pub(super) const fn refused(self) -> Entry {
        match self {
            One(text) | Two { refused: text, .. } => text,
        }
    }
}

/// The texts of a code.
pub(super) const fn texts(code: Code) -> Texts {
    match code {
        Code::ByteRangeMissing => One(format::BYTE_RANGE_MISSING),
        Code::ByteRangeShape => One(format::BYTE_RANGE_SHAPE),
        Code::ByteRangeOverlap => One(format::BYTE_RANGE_OVERLAP),
        Code::ByteRangeGap => One(format::BYTE_RANGE_GAP),
        Code::SignatureMoved => One(format::SIGNATURE_MOVED),
        Code::ByteRangeStart => One(format::BYTE_RANGE_START),
        Code::ByteRangeEnd => One(format::BYTE_RANGE_END),
        Code::ByteRangeBeyond => One(format::BYTE_RANGE_BEYOND),
        Code::ContentsMissing => One(format::CONTENTS_MISSING),
        Code::SignatureUnfinished => One(format::SIGNATURE_UNFINISHED),
        Code::SignatureUnreadable => One(format::SIGNATURE_UNREADABLE),
        Code::ContentsAmbiguous => One(format::CONTENTS_AMBIGUOUS),
        Code::ContentsCompressed => One(format::CONTENTS_COMPRESSED),
        Code::SubfilterUnknown => One(format::SUBFILTER_UNKNOWN),
        Code::SignaturesTooMany => One(format::SIGNATURES_TOO_MANY),
        Code::SignatureUnreached => One(format::SIGNATURE_UNREACHED),
        Code::DocumentUnfinishedUpdate => {
            Two { found: format::DOCUMENT_UNFINISHED_UPDATE, refused: rules::DOCUMENT_UNFINISHED_UPDATE }
        }
        Code::XrefRecovered => One(format::XREF_RECOVERED),
        Code::CmsUnreadable => One(format::CMS_UNREADABLE),
        Code::CmsSeveralSigners => One(format::CMS_SEVERAL_SIGNERS),
        Code::CmsTrailingBytes => One(format::CMS_TRAILING_BYTES),
        Code::CmsContentInside => One(format::CMS_CONTENT_INSIDE),
        Code::CmsContentMissing => One(format::CMS_CONTENT_MISSING),
        Code::MessageDigestMissing => One(format::MESSAGE_DIGEST_MISSING),
        Code::AttributeMalformed => One(format::ATTRIBUTE_MALFORMED),
        Code::ContentTypeMismatch => One(format::CONTENT_TYPE_MISMATCH),
        Code::SignedAttributesOrder => One(format::SIGNED_ATTRIBUTES_ORDER),
        Code::SigningTimePresent => One(format::SIGNING_TIME_PRESENT),
        Code::EssMissing => One(format::ESS_MISSING),
        Code::EssMismatch => One(format::ESS_MISMATCH),
        Code::EssIssuerSerial => One(format::ESS_ISSUER_SERIAL),
        Code::EssWeakDigest => One(format::ESS_WEAK_DIGEST),
        Code::DigestMismatch => One(certificate::DIGEST_MISMATCH),
        Code::SignatureMismatch => One(certificate::SIGNATURE_MISMATCH),
        Code::AlgorithmDigestMisnamed => One(certificate::ALGORITHM_DIGEST_MISNAMED),
        Code::AlgorithmUnknown => One(certificate::ALGORITHM_UNKNOWN),
        Code::AlgorithmMalformed => One(certificate::ALGORITHM_MALFORMED),
        Code::AlgorithmWeak => One(certificate::ALGORITHM_WEAK),
        Code::KeyWeak => One(certificate::KEY_WEAK),
        Code::SigningCertificateMissing => One(certificate::SIGNING_CERTIFICATE_MISSING),
        Code::SigningCertificateIdentifier => One(certificate::SIGNING_CERTIFICATE_IDENTIFIER),
        Code::ChainNone => One(certificate::CHAIN_NONE),
        Code::ChainUntrustedRoot => One(certificate::CHAIN_UNTRUSTED_ROOT),
        Code::ChainBadSignature => One(certificate::CHAIN_BAD_SIGNATURE),
        Code::ChainNotAnIssuer => One(certificate::CHAIN_NOT_AN_ISSUER),
        Code::ChainConstraint => One(certificate::CHAIN_CONSTRAINT),
        Code::ChainUnreadable => One(certificate::CHAIN_UNREADABLE),
        Code::ChainOther => One(certificate::CHAIN_OTHER),
        Code::ChainAnchorExpired => One(certificate::CHAIN_ANCHOR_EXPIRED),
        Code::CertificateExpired => {
            Two { found: certificate::CERTIFICATE_EXPIRED, refused: rules::CERTIFICATE_EXPIRED }
        }
        Code::CertificateNotYetValid => {
            Two { found: certificate::CERTIFICATE_NOT_YET_VALID, refused: rules::CERTIFICATE_NOT_YET_VALID }
        }
        Code::CertificateClaimedTime => One(certificate::CERTIFICATE_CLAIMED_TIME),
        Code::CertificateCaExpired => One(certificate::CERTIFICATE_CA_EXPIRED),
        Code::CertificateKeyUsage => {
            Two { found: certificate::CERTIFICATE_KEY_USAGE, refused: rules::CERTIFICATE_KEY_USAGE }
        }
        Code::CertificateExpiredSince => One(certificate::CERTIFICATE_EXPIRED_SINCE),
        Code::AlgorithmWeakSince => One(certificate::ALGORITHM_WEAK_SINCE),
        Code::RevocationNotChecked => One(revocation::REVOCATION_NOT_CHECKED),
        Code::RevocationNotPublished => One(revocation::REVOCATION_NOT_PUBLISHED),
        Code::RevocationRevoked => One(revocation::REVOCATION_REVOKED),
        Code::RevocationCaRevoked => One(revocation::REVOCATION_CA_REVOKED),
        Code::RevocationOnHold => One(revocation::REVOCATION_ON_HOLD),
        Code::RevocationLater => One(revocation::REVOCATION_LATER),
        Code::RevocationStale => One(revocation::REVOCATION_STALE),
        Code::RevocationIssuerExpired => One(revocation::REVOCATION_ISSUER_EXPIRED),
        Code::RevocationRefused => One(revocation::REVOCATION_REFUSED),
        Code::BudgetReached => One(revocation::BUDGET_REACHED),
        Code::TimeNotProven => One(time::TIME_NOT_PROVEN),
        Code::TimeProven => One(time::TIME_PROVEN),
        Code::TimeBeforeCertificate => One(time::TIME_BEFORE_CERTIFICATE),
        Code::TimeAfterRevocation => One(time::TIME_AFTER_REVOCATION),
        Code::TimeAfterCertificate => One(time::TIME_AFTER_CERTIFICATE),
        Code::TimestampUnreadable => One(time::TIMESTAMP_UNREADABLE),
        Code::TimestampType => One(time::TIMESTAMP_TYPE),
        Code::TimestampTime => One(time::TIMESTAMP_TIME),
        Code::TimestampImprint => One(time::TIMESTAMP_IMPRINT),
        Code::TimestampNoReference => One(time::TIMESTAMP_NO_REFERENCE),
        Code::TimestampKeyUsage => One(time::TIMESTAMP_KEY_USAGE),
        Code::TimestampOutsideCertificate => One(time::TIMESTAMP_OUTSIDE_CERTIFICATE),
        Code::TimestampFuture => One(time::TIMESTAMP_FUTURE),
        Code::TimestampExtension => One(time::TIMESTAMP_EXTENSION),
        Code::TimestampPolicy => One(time::TIMESTAMP_POLICY),
        Code::TimestampAccuracy => One(time::TIMESTAMP_ACCURACY),
        Code::TimestampOrder => One(time::TIMESTAMP_ORDER),
        Code::TimestampDelay => One(time::TIMESTAMP_DELAY),
        Code::TimeClaimedLater => One(time::TIME_CLAIMED_LATER),
        Code::TimestampOfAnother => One(time::TIMESTAMP_OF_ANOTHER),
        Code::TimestampNotValid => One(time::TIMESTAMP_NOT_VALID),
        Code::PastHeldUntil => One(time::PAST_HELD_UNTIL),
        Code::PastNoPoe => One(time::PAST_NO_POE),
        Code::PastProvenTooLate => One(time::PAST_PROVEN_TOO_LATE),
        Code::PastIssuerNotProven => One(time::PAST_ISSUER_NOT_PROVEN),
        Code::MissingTimeStamp => One(time::MISSING_TIME_STAMP),
        Code::MissingDss => One(time::MISSING_DSS),
        Code::MissingCertificate => One(time::MISSING_CERTIFICATE),
        Code::MissingRevocation => One(time::MISSING_REVOCATION),
        Code::MissingDocumentTimeStamp => One(time::MISSING_DOCUMENT_TIME_STAMP),
        Code::ModificationsCatalog => One(changes::MODIFICATIONS_CATALOG),
        Code::ModificationsPage => One(changes::MODIFICATIONS_PAGE),
        Code::ModificationsPageTree => One(changes::MODIFICATIONS_PAGE_TREE),
        Code::ModificationsContent => One(changes::MODIFICATIONS_CONTENT),
        Code::ModificationsFont => One(changes::MODIFICATIONS_FONT),
        Code::ModificationsForm => One(changes::MODIFICATIONS_FORM),
        Code::ModificationsField => One(changes::MODIFICATIONS_FIELD),
        Code::ModificationsFieldAppearance => One(changes::MODIFICATIONS_FIELD_APPEARANCE),
        Code::ModificationsSignature => One(changes::MODIFICATIONS_SIGNATURE),
        Code::ModificationsNoSignature => One(changes::MODIFICATIONS_NO_SIGNATURE),
        Code::ModificationsSignatureTwice => One(changes::MODIFICATIONS_SIGNATURE_TWICE),
        Code::ModificationsSignatureCovers => One(changes::MODIFICATIONS_SIGNATURE_COVERS),
        Code::ModificationsAnnotation => One(changes::MODIFICATIONS_ANNOTATION),
        Code::ModificationsAnnotationCovers => One(changes::MODIFICATIONS_ANNOTATION_COVERS),
        Code::ModificationsAnnotationRemoved => One(changes::MODIFICATIONS_ANNOTATION_REMOVED),
        Code::ModificationsDefinedLater => One(changes::MODIFICATIONS_DEFINED_LATER),
        Code::ModificationsShared => One(changes::MODIFICATIONS_SHARED),
        Code::AnnotationsOverlap => One(changes::ANNOTATIONS_OVERLAP),
        Code::AnnotationsNotCompared => One(changes::ANNOTATIONS_NOT_COMPARED),
        Code::ModificationsBetween => One(changes::MODIFICATIONS_BETWEEN),
        Code::ModificationsAmbiguous => One(changes::MODIFICATIONS_AMBIGUOUS),
        Code::CoverageLaterBytes => One(course::COVERAGE_LATER_BYTES),
        Code::ModificationsOther => One(course::MODIFICATIONS_OTHER),
        Code::ModificationsNotAllowed => One(course::MODIFICATIONS_NOT_ALLOWED),
        Code::ModificationsAnnotations => One(course::MODIFICATIONS_ANNOTATIONS),
        Code::ModificationsUnreadable => One(course::MODIFICATIONS_UNREADABLE),
        Code::ModificationsFormFill => One(course::MODIFICATIONS_FORM_FILL),
        Code::ModificationsLta => One(course::MODIFICATIONS_LTA),
        Code::DocmdpViolated => One(course::DOCMDP_VIOLATED),
        Code::FieldmdpViolated => One(course::FIELDMDP_VIOLATED),
        Code::LevelTooLow => One(course::LEVEL_TOO_LOW),
        Code::TimestampRequired => One(course::TIMESTAMP_REQUIRED),
        Code::TimestampWanted => One(course::TIMESTAMP_WANTED),
        Code::RoleNotInRoster => One(course::ROLE_NOT_IN_ROSTER),
        Code::RoleMissingLeader => One(course::ROLE_MISSING_LEADER),
        Code::RoleMissingSeal => One(course::ROLE_MISSING_SEAL),
        Code::RoleMissingCopy => One(course::ROLE_MISSING_COPY),
        Code::RoleMissing => One(course::ROLE_MISSING),
        Code::RoleAwaitingSeal => One(course::ROLE_AWAITING_SEAL),
        Code::RoleSealWithoutLeader => One(course::ROLE_SEAL_WITHOUT_LEADER),
        Code::RoleSealBeforeLeader => One(course::ROLE_SEAL_BEFORE_LEADER),
        Code::RoleOutsideDates => One(course::ROLE_OUTSIDE_DATES),
        Code::ScanPdfVersion => One(copies::SCAN_PDF_VERSION),
        Code::ScanResolution => One(copies::SCAN_RESOLUTION),
        Code::ScanResolutionForArchives => One(copies::SCAN_RESOLUTION_FOR_ARCHIVES),
        Code::ScanColour => One(copies::SCAN_COLOUR),
        Code::ScanPageSize => One(copies::SCAN_PAGE_SIZE),
        Code::PaperFitted => One(papers::PAPER_FITTED),
        Code::PaperLargePage => One(papers::PAPER_LARGE_PAGE),
        Code::PaperEmptyField => One(papers::PAPER_EMPTY_FIELD),
        Code::PaperPortfolio => One(papers::PAPER_PORTFOLIO),
        Code::PaperXfa => One(papers::PAPER_XFA),
        Code::PaperAttachments => One(papers::PAPER_ATTACHMENTS),
        Code::PaperScript => One(papers::PAPER_SCRIPT),
        Code::ExtractSignature => One(copies::EXTRACT_SIGNATURE),
        Code::ExtractLink => One(copies::EXTRACT_LINK),
        Code::ExtractAnnotation => One(copies::EXTRACT_ANNOTATION),
        Code::QrThisDocument => One(qr::THIS_DOCUMENT),
        Code::QrAnotherDocument => One(qr::ANOTHER_DOCUMENT),
        Code::QrNotSeen => One(qr::NOT_SEEN),
        Code::SealNoLeaderSignature => One(rules::SEAL_NO_LEADER_SIGNATURE),
        Code::SealNoTrust => One(rules::SEAL_NO_TRUST),
        Code::SealStranger => One(rules::SEAL_STRANGER),
        Code::SealNoWitness => One(rules::SEAL_NO_WITNESS),
        Code::SealFlawedFile => One(rules::SEAL_FLAWED_FILE),
        Code::SignFlawedFile => One(rules::SIGN_FLAWED_FILE),
        Code::SignAnnotationsOverlap => One(rules::SIGN_ANNOTATIONS_OVERLAP),
        Code::SignWouldNotVerify => One(rules::SIGN_WOULD_NOT_VERIFY),
        Code::SignChangedMeanwhile => One(rules::SIGN_CHANGED_MEANWHILE),
        Code::PageRepeated => One(rules::PAGE_REPEATED),
        Code::DocumentKeyTwice => One(rules::DOCUMENT_KEY_TWICE),
        Code::SealNotInRoster => One(rules::SEAL_NOT_IN_ROSTER),
        Code::SignNotInRoster => One(rules::SIGN_NOT_IN_ROSTER),
        Code::SealPersonCertificate => One(rules::SEAL_PERSON_CERTIFICATE),
        Code::KeyTooWeak => One(rules::KEY_TOO_WEAK),
        Code::DocumentCutOff => One(rules::DOCUMENT_CUT_OFF),
        Code::DocumentWrongRow => One(rules::DOCUMENT_WRONG_ROW),
        Code::DocumentUnlistedObjects => One(rules::DOCUMENT_UNLISTED_OBJECTS),
        Code::DocumentEncrypted => One(rules::DOCUMENT_ENCRYPTED),
        Code::DocumentPassword => One(rules::DOCUMENT_PASSWORD),
        Code::DocumentPermissions => One(rules::DOCUMENT_PERMISSIONS),
        Code::DocumentLocked => One(rules::DOCUMENT_LOCKED),
        Code::DocumentTooLarge => One(rules::DOCUMENT_TOO_LARGE),
        Code::DocumentXfa => One(rules::DOCUMENT_XFA),
        Code::StatementDraft => One(rules::STATEMENT_DRAFT),
        Code::DocumentPortfolio => One(rules::DOCUMENT_PORTFOLIO),
        Code::PageTooLarge => One(rules::PAGE_TOO_LARGE),
        Code::StatementRoom => One(rules::STATEMENT_ROOM),
        Code::StatementNumber => One(rules::STATEMENT_NUMBER),
        Code::StatementMissing => One(rules::STATEMENT_MISSING),
        Code::PageUnreadable => One(rules::PAGE_UNREADABLE),
        Code::AppendSigned => One(rules::APPEND_SIGNED),
        Code::AppendXfa => One(rules::APPEND_XFA),
        Code::CertifyNotFirst => One(rules::CERTIFY_NOT_FIRST),
        Code::FieldLocked => One(rules::FIELD_LOCKED),
        Code::FieldSigned => One(rules::FIELD_SIGNED),
        Code::FieldNotSeen => One(rules::FIELD_NOT_SEEN),
        Code::FormNeedAppearances => One(rules::FORM_NEED_APPEARANCES),
        Code::ExtendBroken => One(rules::EXTEND_BROKEN),
        Code::ExtendNoSignature => One(rules::EXTEND_NO_SIGNATURE),
        Code::ExtendNoPath => One(rules::EXTEND_NO_PATH),
        Code::ExtendRevoked => One(rules::EXTEND_REVOKED),
        Code::ExtendExpired => One(rules::EXTEND_EXPIRED),
        Code::ExtendNotAttained => One(rules::EXTEND_NOT_ATTAINED),
        Code::RenewNothing => One(rules::RENEW_NOTHING),
    }
}
