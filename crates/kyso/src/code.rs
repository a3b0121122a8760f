//! The stable names of all that the library finds and of all that it refuses, one line a code.
//!
//! A code is data: whoever shows it to a person words it (`kyso-words`), and nothing decides by its name. Names are a
//! contract: codes are added, never renamed.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::finding::Severity;
use crate::finding::Severity::{Error, Info, Warning};

/// `Variant = "name", [severities], [clauses]` of what is found, the usual severity and clause first, and
/// `Variant = "name"` of what is refused and never found.
macro_rules! codes {
    (
        findings { $($found:ident = $found_name:literal, [$($severity:ident),+], [$($clause:literal),+];)+ }
        refusals { $($refused:ident = $refused_name:literal;)+ }
    ) => {
        /// The stable name of a finding or a refusal. Exhaustive on purpose: whoever words codes has to word each.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = concat!("`", $found_name, "`")] $found,)+
            $(#[doc = concat!("`", $refused_name, "`")] $refused,)+
        }

        impl Code {
            /// Every code: what is found, then what is refused only.
            pub const ALL: &[Self] = &[$(Self::$found,)+ $(Self::$refused,)+];

            /// The code's dotted name, e.g. `byte-range.gap`: the value of `code` in reports and problem details.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$found => $found_name,)+
                    $(Self::$refused => $refused_name,)+
                }
            }

            /// How bad it may be as a finding, the usual severity first. None of what is refused only.
            pub const fn severities(self) -> &'static [Severity] {
                match self {
                    $(Self::$found => &[$($severity),+],)+
                    $(Self::$refused => &[],)+
                }
            }

            /// The clauses or articles that ask for it, the usual one first. None of what is refused only.
            pub const fn clauses(self) -> &'static [&'static str] {
                match self {
                    $(Self::$found => &[$($clause),+],)+
                    $(Self::$refused => &[],)+
                }
            }
        }
    };
}

codes! {
    findings {
        // The form of a signature, in the PDF and as CMS.
        ByteRangeMissing = "byte-range.missing", [Error], ["ISO 32000-2 12.8.1"];
        ByteRangeShape = "byte-range.shape", [Error], ["ISO 32000-2 12.8.1"];
        ByteRangeOverlap = "byte-range.overlap", [Error], ["ISO 32000-2 12.8.1"];
        ByteRangeGap = "byte-range.gap", [Error], ["ISO 32000-2 12.8.1"];
        SignatureMoved = "signature.moved", [Error], ["ISO 32000-2 12.8.1"];
        ByteRangeStart = "byte-range.start", [Error], ["ISO 32000-2 12.8.1"];
        ByteRangeEnd = "byte-range.end", [Error], ["ISO 32000-2 12.8.1"];
        ByteRangeBeyond = "byte-range.beyond", [Error], ["ISO 32000-2 12.8.1"];
        ContentsMissing = "contents.missing", [Error], ["EN 319 102-1 5.2.2"];
        SignatureUnfinished = "signature.unfinished", [Error], ["EN 319 102-1 5.2.2"];
        SignatureUnreadable = "signature.unreadable", [Error], ["EN 319 102-1 5.2.2"];
        ContentsAmbiguous = "contents.ambiguous", [Error], ["ISO 32000-2 12.8.1"];
        ContentsCompressed = "contents.compressed", [Error], ["ISO 32000-2 12.8.1"];
        ContentsLiteral = "contents.literal", [Warning], ["ISO 32000-2 12.8.1"];
        SubfilterUnknown = "subfilter.unknown", [Error], ["EN 319 142-1 6.3"];
        SignaturesTooMany = "signatures.too-many", [Error], ["EN 319 102-1 5.1.3"];
        SignatureUnreached = "signature.unreached", [Warning], ["ISO 32000-2 12.7.5.5"];
        SignatureSeveralFields = "signature.several-fields", [Warning], ["ISO 32000-2 12.7.5.5"];
        DocumentCutOff = "document.cut-off", [Warning], ["ISO 32000-2 7.5.5"];
        DocumentUnfinishedUpdate = "document.unfinished-update", [Warning], ["ISO 32000-2 7.5.6"];
        XrefRecovered = "xref.recovered", [Warning], ["ISO 32000-2 7.5.4"];
        CmsUnreadable = "cms.unreadable", [Error], ["EN 319 102-1 5.2.2", "ISO 32000-2 12.8.3.2"];
        CmsSeveralSigners = "cms.several-signers", [Error], ["EN 319 142-1 4.1"];
        CmsTrailingBytes = "cms.trailing-bytes", [Warning], ["ISO 32000-2 12.8.1"];
        CmsContentInside = "cms.content-inside", [Error], ["ISO 32000-2 12.8.3.3"];
        CmsContentMissing = "cms.content-missing", [Error], ["ISO 32000-1 12.8.3.3.1"];
        MessageDigestMissing = "message-digest.missing", [Error], ["EN 319 142-1 6.3", "RFC 5652 11.2"];
        AttributeMalformed = "attribute.malformed", [Error], ["EN 319 102-1 5.2.3", "RFC 5652 11.1", "RFC 5652 11.2", "RFC 6211 2"];
        ContentTypeMismatch = "content-type.mismatch", [Error], ["RFC 5652 11.1"];
        SignedAttributesOrder = "signed-attributes.order", [Warning], ["RFC 5652 5.4"];
        SigningTimePresent = "signing-time.present", [Warning], ["EN 319 142-1 6.3"];
        EssMissing = "ess.missing", [Error, Warning], ["EN 319 142-1 6.3", "EN 319 142-2 4"];
        EssMismatch = "ess.mismatch", [Error], ["EN 319 102-1 5.2.3"];
        EssIssuerSerial = "ess.issuer-serial", [Warning], ["EN 319 102-1 5.2.3"];
        EssWeakDigest = "ess.weak-digest", [Warning], ["EN 319 142-1 6.3"];
        // Cryptography, the signer's certificate and its path.
        DigestMismatch = "digest.mismatch", [Error], ["EN 319 102-1 5.2.7", "EN 319 102-1 5.4"];
        SignatureMismatch = "signature.mismatch", [Error], ["EN 319 102-1 5.2.7", "ISO 32000-2 12.8.3.2"];
        AlgorithmDigestMisnamed = "algorithm.digest-misnamed", [Warning], ["RFC 5652 5.3"];
        AlgorithmNotAsSigned = "algorithm.not-as-signed", [Error], ["RFC 6211 3"];
        AlgorithmUnknown = "algorithm.unknown", [Error], ["EN 319 102-1 5.2.7", "EN 319 102-1 5.4"];
        AlgorithmUnavailable = "algorithm.unavailable", [Error], ["EN 319 102-1 5.2.7", "EN 319 102-1 5.2.6"];
        AlgorithmMalformed = "algorithm.malformed", [Error], ["EN 319 102-1 5.2.7"];
        AlgorithmWeak = "algorithm.weak", [Error], ["TT 15/2025/TT-BKHCN, Phụ lục I"];
        KeyWeak = "key.weak", [Error], ["TT 15/2025/TT-BKHCN, Phụ lục I"];
        SigningCertificateMissing = "signing-certificate.missing", [Error], ["EN 319 102-1 5.2.3", "ISO 32000-2 12.8.3.2"];
        SigningCertificateIdentifier = "signing-certificate.identifier", [Warning], ["RFC 5652 5.3"];
        ChainNone = "chain.none", [Error], ["EN 319 102-1 5.2.6"];
        ChainUntrustedRoot = "chain.untrusted-root", [Error], ["EN 319 102-1 5.2.6"];
        ChainBadSignature = "chain.bad-signature", [Error], ["EN 319 102-1 5.2.6"];
        ChainNotAnIssuer = "chain.not-an-issuer", [Error], ["EN 319 102-1 5.2.6"];
        ChainConstraint = "chain.constraint", [Error], ["EN 319 102-1 5.2.6"];
        ChainUnreadable = "chain.unreadable", [Error], ["EN 319 102-1 5.2.6"];
        ChainOther = "chain.other", [Error], ["EN 319 102-1 5.2.6"];
        ChainAnchorExpired = "chain.anchor-expired", [Warning], ["RFC 5280 6.1.1"];
        CertificateExpired = "certificate.expired", [Error], ["EN 319 102-1 5.2.6"];
        CertificateNotYetValid = "certificate.not-yet-valid", [Error], ["EN 319 102-1 5.2.6"];
        CertificateClaimedTime = "certificate.claimed-time", [Warning], ["TT 15/2025/TT-BKHCN, Phụ lục II"];
        CertificateCaExpired = "certificate.ca-expired", [Error], ["EN 319 102-1 5.2.6"];
        CertificateKeyUsage = "certificate.key-usage", [Error], ["EN 319 102-1 5.2.6.4"];
        CertificateExpiredSince = "certificate.expired-since", [Info], ["EN 319 102-1 5.5.4"];
        AlgorithmWeakSince = "algorithm.weak-since", [Info], ["EN 319 102-1 5.5.4"];
        // Revocation, and the evidence for it.
        RevocationNotChecked = "revocation.not-checked", [Error], ["EN 319 102-1 5.2.5"];
        RevocationNotPublished = "revocation.not-published", [Warning], ["EN 319 102-1 5.2.5"];
        RevocationRevoked = "revocation.revoked", [Error], ["EN 319 102-1 5.2.6.4"];
        RevocationCaRevoked = "revocation.ca-revoked", [Error], ["EN 319 102-1 5.2.6.4"];
        RevocationOnHold = "revocation.on-hold", [Error], ["EN 319 102-1 5.2.6.4"];
        RevocationLater = "revocation.later", [Info], ["EN 319 102-1 5.5.4"];
        RevocationStale = "revocation.stale", [Error], ["EN 319 102-1 5.2.5"];
        RevocationIssuerExpired = "revocation.issuer-expired", [Error], ["EN 319 102-1 5.2.6.4"];
        RevocationRefused = "revocation.refused", [Warning], ["RFC 5280 6.3"];
        BudgetReached = "budget.reached", [Warning], ["EN 319 102-1 5.1.3"];
        // Time: time-stamps, what they prove, and what the bytes lack to last.
        TimeNotProven = "time.not-proven", [Info], ["EN 319 102-1 5.5"];
        TimeProven = "time.proven", [Info], ["EN 319 102-1 5.5.4"];
        TimeBeforeCertificate = "time.before-certificate", [Error], ["EN 319 102-1 5.5.4", "EN 319 102-1 5.6.2.4"];
        TimeAfterRevocation = "time.after-revocation", [Error], ["EN 319 102-1 5.3.4"];
        TimeAfterCertificate = "time.after-certificate", [Error], ["EN 319 102-1 5.3.4"];
        TimestampUnreadable = "timestamp.unreadable", [Error], ["RFC 3161 2.4.2"];
        TimestampType = "timestamp.type", [Warning], ["ISO 32000-2 12.8.5"];
        TimestampTime = "timestamp.time", [Info], ["EN 319 102-1 5.4"];
        TimestampImprint = "timestamp.imprint", [Error], ["EN 319 102-1 5.4"];
        TimestampNoReference = "timestamp.no-reference", [Error], ["RFC 5816 2.2.1"];
        TimestampKeyUsage = "timestamp.key-usage", [Error], ["RFC 3161 2.3"];
        TimestampOutsideCertificate = "timestamp.outside-certificate", [Error], ["EN 319 102-1 5.4"];
        TimestampFuture = "timestamp.future", [Error], ["EN 319 102-1 5.4"];
        TimestampExtension = "timestamp.extension", [Error], ["RFC 3161 2.4.2"];
        TimestampPolicy = "timestamp.policy", [Error], ["RFC 3161 2.4.2"];
        TimestampAccuracy = "timestamp.accuracy", [Error], ["RFC 3161 2.4.2"];
        TimestampOrder = "timestamp.order", [Error], ["EN 319 102-1 5.5.4"];
        TimestampDelay = "timestamp.delay", [Error], ["EN 319 102-1 5.5.4"];
        TimeClaimedLater = "time.claimed-later", [Warning], ["EN 319 102-1 5.5.4"];
        TimestampOfAnother = "timestamp.of-another", [Warning], ["EN 319 102-1 5.5.4"];
        TimestampNotValid = "timestamp.not-valid", [Warning], ["EN 319 102-1 5.5.4"];
        TimestampNoProof = "timestamp.no-proof", [Warning], ["EN 319 102-1 5.6.3.4"];
        PastHeldUntil = "past.held-until", [Info], ["EN 319 102-1 5.6.2.4"];
        PastNoPoe = "past.no-poe", [Warning], ["EN 319 102-1 5.6.2.2"];
        PastProvenTooLate = "past.proven-too-late", [Warning], ["EN 319 102-1 5.6.2.4"];
        PastIssuerNotProven = "past.issuer-not-proven", [Error], ["EN 319 102-1 5.6.2.4"];
        MissingTimeStamp = "missing.time-stamp", [Info], ["EN 319 142-1 6.3"];
        MissingDss = "missing.dss", [Info], ["EN 319 142-1 6.3"];
        MissingCertificate = "missing.certificate", [Info], ["EN 319 142-1 6.3"];
        MissingRevocation = "missing.revocation", [Info], ["EN 319 142-1 6.3"];
        MissingDocumentTimeStamp = "missing.document-time-stamp", [Info], ["EN 319 142-1 6.3"];
        // Evidence records.
        EvidenceUnreadable = "evidence.unreadable", [Error], ["RFC 4998 3.1"];
        EvidenceUnsupported = "evidence.unsupported", [Error], ["RFC 4998 3.1"];
        EvidenceAlgorithmUnknown = "evidence.algorithm-unknown", [Error], ["RFC 4998 3.1"];
        EvidenceAlgorithmUnlisted = "evidence.algorithm-unlisted", [Error], ["RFC 4998 3.1"];
        EvidenceSeveralAlgorithms = "evidence.several-algorithms", [Error], ["RFC 4998 5.3"];
        EvidenceOtherObject = "evidence.other-object", [Error], ["RFC 4998 4.3"];
        EvidenceOtherPredecessor = "evidence.other-predecessor", [Error], ["RFC 4998 5.3"];
        EvidenceBrokenPath = "evidence.broken-path", [Error], ["RFC 4998 4.3"];
        EvidenceToken = "evidence.token", [Error], ["RFC 4998 5.3"];
        EvidenceRenewedTooLate = "evidence.renewed-too-late", [Error], ["RFC 4998 5.3"];
        EvidenceAlgorithmEnded = "evidence.algorithm-ended", [Error], ["RFC 4998 5.3"];
        EvidenceProven = "evidence.proven", [Info], ["RFC 4998 5.3"];
        // What changed after a signature.
        ModificationsCatalog = "modifications.catalog", [Error], ["ISO 32000-2 12.8.2.2"];
        ModificationsPage = "modifications.page", [Error], ["ISO 32000-2 12.8.2.2"];
        ModificationsPageTree = "modifications.page-tree", [Error], ["ISO 32000-2 12.8.2.2"];
        ModificationsContent = "modifications.content", [Error], ["ISO 32000-2 12.8.2.2"];
        ModificationsFont = "modifications.font", [Error], ["ISO 32000-2 12.8.2.2"];
        ModificationsForm = "modifications.form", [Error], ["ISO 32000-2 12.8.2.2"];
        ModificationsField = "modifications.field", [Error], ["ISO 32000-2 12.8.2.2"];
        ModificationsFieldAppearance = "modifications.field-appearance", [Error], ["ISO 32000-2 12.8.2.2"];
        ModificationsSignature = "modifications.signature", [Error], ["ISO 32000-2 12.8.2.2"];
        ModificationsNoSignature = "modifications.no-signature", [Error], ["ISO 32000-2 12.8.2.2"];
        ModificationsSignatureTwice = "modifications.signature-twice", [Error], ["ISO 32000-2 12.8.2.2"];
        ModificationsSignatureCovers = "modifications.signature-covers", [Error], ["ISO 32000-2 12.8.2.2"];
        ModificationsAnnotation = "modifications.annotation", [Error], ["ISO 32000-2 12.8.2.2"];
        ModificationsAnnotationCovers = "modifications.annotation-covers", [Error], ["ISO 32000-2 12.8.2.2"];
        ModificationsAnnotationRemoved = "modifications.annotation-removed", [Error], ["ISO 32000-2 12.8.2.2"];
        ModificationsDefinedLater = "modifications.defined-later", [Error], ["ISO 32000-2 12.8.2.2"];
        ModificationsShared = "modifications.shared", [Error], ["ISO 32000-2 12.8.2.2"];
        ModificationsSignatureAttached = "modifications.signature-attached", [Error], ["ISO 32000-2 12.8.2.2"];
        ModificationsEvidenceRemoved = "modifications.evidence-removed", [Error, Warning], ["ISO 32000-2 12.8.2.2"];
        ModificationsEmptyFieldShown = "modifications.empty-field-shown", [Warning], ["ISO 32000-2 12.7.5.5"];
        ModificationsMetadata = "modifications.metadata", [Warning], ["ISO 32000-2 14.3.2"];
        ModificationsLink = "modifications.link", [Warning], ["ISO 32000-2 12.8.2.2"];
        AnnotationsOverlap = "annotations.overlap", [Error, Warning], ["ISO 32000-2 12.5"];
        AnnotationsNotCompared = "annotations.not-compared", [Error, Warning], ["ISO 32000-2 12.5"];
        ModificationsBetween = "modifications.between", [Error], ["ISO 32000-2 12.8.2.2"];
        ModificationsAmbiguous = "modifications.ambiguous", [Error], ["ISO 32000-2 12.8.2.2"];
        // What happened and when: later changes, what the policy requires, leader and seal.
        CoverageLaterBytes = "coverage.later-bytes", [Error], ["ISO 32000-2 12.8.2.2"];
        CoverageWhiteSpace = "coverage.white-space", [Info], ["ISO 32000-2 7.5.5"];
        ModificationsOther = "modifications.other", [Error], ["ISO 32000-2 12.8.2.2"];
        ModificationsNotAllowed = "modifications.not-allowed", [Error], ["ISO 32000-2 12.8.2.2"];
        ModificationsAnnotations = "modifications.annotations", [Info], ["ISO 32000-2 12.8.2.2"];
        ModificationsUnreadable = "modifications.unreadable", [Error], ["ISO 32000-2 12.8.2.2"];
        ModificationsFormFill = "modifications.form-fill", [Info], ["ISO 32000-2 12.8.2.2"];
        ModificationsLta = "modifications.lta", [Info], ["ISO 32000-2 12.8.2.2"];
        DocmdpViolated = "docmdp.violated", [Error], ["ISO 32000-2 12.8.2.2"];
        SignatureNotExpected = "signature.not-expected", [Error], ["ISO 32000-2 12.8.2.2"];
        FieldmdpViolated = "fieldmdp.violated", [Error], ["ISO 32000-2 12.8.2.4"];
        LevelTooLow = "level.too-low", [Error], ["EN 319 102-1 5.2.8"];
        TimestampRequired = "timestamp.required", [Error], ["EN 319 102-1 5.2.8"];
        TimestampWanted = "timestamp.wanted", [Warning], ["EN 319 102-1 5.2.8"];
        RoleNotInRoster = "role.not-in-roster", [Warning], ["NĐ 30/2020/NĐ-CP Điều 32"];
        RoleMissingLeader = "role.missing-leader", [Error, Warning], ["NĐ 30/2020/NĐ-CP Điều 5.1"];
        RoleMissingSeal = "role.missing-seal", [Error, Warning], ["NĐ 30/2020/NĐ-CP Điều 5.1"];
        RoleMissingCopy = "role.missing-copy", [Error, Warning], ["NĐ 30/2020/NĐ-CP Điều 5.1"];
        RoleMissing = "role.missing", [Error, Warning], ["NĐ 30/2020/NĐ-CP Điều 5.1"];
        RoleAwaitingSeal = "role.awaiting-seal", [Info], ["NĐ 30/2020/NĐ-CP Điều 5.1"];
        RoleSealWithoutLeader = "role.seal-without-leader", [Warning, Info], ["NĐ 30/2020/NĐ-CP Điều 32.2d"];
        RoleSealBeforeLeader = "role.seal-before-leader", [Warning, Info], ["NĐ 30/2020/NĐ-CP Điều 32.2d"];
        RoleOutsideDates = "role.outside-dates", [Warning], ["NĐ 30/2020/NĐ-CP Phụ lục I, I.II.7b"];
        // Scanned papers and extracts: what an electronic copy is made of.
        ScanPdfVersion = "scan.pdf-version", [Error], ["Nghị định 30/2020/NĐ-CP, Phụ lục I, phần II, mục I.2"];
        ScanResolution = "scan.resolution", [Error], ["Nghị định 30/2020/NĐ-CP, Phụ lục I, phần II, mục I.2"];
        ScanResolutionForArchives = "scan.resolution-for-archives", [Warning], ["Công văn 7197/BKHCN"];
        ScanColour = "scan.colour", [Error], ["Nghị định 30/2020/NĐ-CP, Phụ lục I, phần II, mục I.2"];
        ScanPageSize = "scan.page-size", [Error, Warning], ["Nghị định 30/2020/NĐ-CP, Phụ lục I, phần II, mục I.2"];
        PaperFitted = "paper.fitted", [Warning], ["NĐ 30/2020/NĐ-CP, Phụ lục I, phần I, mục I"];
        PaperLargePage = "paper.large-page", [Warning], ["NĐ 30/2020/NĐ-CP, Phụ lục I, phần I, mục I"];
        PaperOtherSize = "paper.other-size", [Warning], ["NĐ 30/2020/NĐ-CP, Phụ lục I, phần I, mục I"];
        PaperEmptyField = "paper.empty-field", [Warning], [""];
        PaperRequiredField = "paper.required-field", [Warning], ["ISO 32000-2 table 227"];
        PaperPortfolio = "paper.portfolio", [Warning], [""];
        PaperXfa = "paper.xfa", [Warning], [""];
        PaperAttachments = "paper.attachments", [Warning], [""];
        PaperScript = "paper.script", [Warning], [""];
        ExtractAnnotation = "extract.annotation", [Info], [""];
        ExtractLink = "extract.link", [Info], [""];
        ExtractSignature = "extract.signature", [Info], [""];
        // The QR symbols that are seen on the pages.
        QrThisDocument = "qr.this-document", [Info], [""];
        QrAnotherDocument = "qr.another-document", [Error, Warning], [""];
        QrChangedDocument = "qr.changed-document", [Warning], [""];
        QrNotSeen = "qr.not-seen", [Warning], [""];
        // What an archive's receipt shows of a file.
        ReceiptHolds = "receipt.holds", [Info], [""];
        ReceiptUnreadable = "receipt.unreadable", [Error], ["C2SP tlog-proof"];
        ReceiptRecord = "receipt.record", [Error], [""];
        ReceiptKind = "receipt.kind", [Error], [""];
        ReceiptOtherFile = "receipt.other-file", [Error], [""];
        ReceiptCheckpoint = "receipt.checkpoint", [Error], ["C2SP tlog-checkpoint"];
        ReceiptNotInLog = "receipt.not-in-log", [Error], ["RFC 9162 2.1.3.2"];
        ReceiptSignature = "receipt.signature", [Error], ["C2SP signed-note"];
        ReceiptUnknownLog = "receipt.unknown-log", [Error], ["C2SP signed-note"];
        ReceiptOrigin = "receipt.other-origin", [Error], ["C2SP tlog-checkpoint"];
        ReceiptWitnesses = "receipt.witnesses", [Error], ["C2SP tlog-cosignature"];
    }
    refusals {
        SealNoLeaderSignature = "seal.no-leader-signature";
        SealNoTrust = "seal.no-trust";
        SealStranger = "seal.stranger";
        SealNoWitness = "seal.no-witness";
        SealEmptyField = "seal.empty-field";
        SealFilledIn = "seal.filled-in";
        SealFlawedFile = "seal.flawed-file";
        SignFlawedFile = "sign.flawed-file";
        SignAnnotationsOverlap = "sign.annotations-overlap";
        SignWouldNotVerify = "sign.would-not-verify";
        SignChangedMeanwhile = "sign.changed-meanwhile";
        PageRepeated = "page.repeated";
        DocumentKeyTwice = "document.key-twice";
        SealNotInRoster = "seal.not-in-roster";
        SignNotInRoster = "sign.not-in-roster";
        SignCopyByPerson = "sign.copy-by-person";
        SealPersonCertificate = "seal.person-certificate";
        KeyTooWeak = "key.too-weak";
        DocumentWrongRow = "document.wrong-row";
        DocumentUnlistedObjects = "document.unlisted-objects";
        DocumentEncrypted = "document.encrypted";
        DocumentPageTree = "document.page-tree";
        DocumentPassword = "document.password";
        DocumentPermissions = "document.permissions";
        DocumentLocked = "document.locked";
        DocumentTooLarge = "document.too-large";
        DocumentXfa = "document.xfa";
        DocumentPortfolio = "document.portfolio";
        PageTooLarge = "page.too-large";
        StatementDraft = "statement.draft";
        StatementRoom = "statement.room";
        StatementNumber = "statement.number";
        StatementMissing = "statement.missing";
        PageLosesAnnotation = "page.loses-annotation";
        PageUnreadable = "page.unreadable";
        AppendSigned = "append.signed";
        AppendXfa = "append.xfa";
        CertifyNotFirst = "certify.not-first";
        FieldLocked = "field.locked";
        FieldSigned = "field.signed";
        FieldNotSeen = "field.not-seen";
        FieldSeedValue = "field.seed-value";
        FormNeedAppearances = "form.need-appearances";
        ExtendBroken = "extend.broken";
        ExtendNoSignature = "extend.no-signature";
        ExtendNoPath = "extend.no-path";
        ExtendRevoked = "extend.revoked";
        ExtendExpired = "extend.expired";
        ExtendNotAttained = "extend.not-attained";
        RenewNothing = "renew.nothing";
    }
}

impl Code {
    /// Of what is found and refused by the same name, and of what is refused only: why nothing was written.
    pub const fn is_refusal(self) -> bool {
        self.severities().is_empty()
            || matches!(
                self,
                Self::CertificateExpired
                    | Self::CertificateNotYetValid
                    | Self::CertificateKeyUsage
                    | Self::DocumentCutOff
                    | Self::DocumentUnfinishedUpdate
            )
    }

    /// The code of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }

    /// As the usual clause has it.
    pub(crate) fn clause(self) -> &'static str {
        self.clauses().first().copied().unwrap_or_default()
    }

    /// As another of its clauses has it.
    pub const fn by(self, clause: &'static str) -> Cited {
        Cited { code: self, clause }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl From<kyso_pdf::extract::Lost> for Code {
    fn from(lost: kyso_pdf::extract::Lost) -> Self {
        match lost {
            kyso_pdf::extract::Lost::Annotation => Self::ExtractAnnotation,
            kyso_pdf::extract::Lost::Link => Self::ExtractLink,
            kyso_pdf::extract::Lost::Signature => Self::ExtractSignature,
        }
    }
}

impl From<kyso_pdf::Rule> for Code {
    fn from(rule: kyso_pdf::Rule) -> Self {
        match rule {
            kyso_pdf::Rule::AppendSigned => Self::AppendSigned,
            kyso_pdf::Rule::AppendXfa => Self::AppendXfa,
            kyso_pdf::Rule::DocumentCutOff => Self::DocumentCutOff,
            kyso_pdf::Rule::DocumentEncrypted => Self::DocumentEncrypted,
            kyso_pdf::Rule::DocumentKeyTwice => Self::DocumentKeyTwice,
            kyso_pdf::Rule::DocumentPageTree => Self::DocumentPageTree,
            kyso_pdf::Rule::DocumentPassword => Self::DocumentPassword,
            kyso_pdf::Rule::DocumentPermissions => Self::DocumentPermissions,
            kyso_pdf::Rule::DocumentTooLarge => Self::DocumentTooLarge,
            kyso_pdf::Rule::DocumentUnfinishedUpdate => Self::DocumentUnfinishedUpdate,
            kyso_pdf::Rule::DocumentUnlistedObjects => Self::DocumentUnlistedObjects,
            kyso_pdf::Rule::DocumentWrongRow => Self::DocumentWrongRow,
            kyso_pdf::Rule::DocumentXfa => Self::DocumentXfa,
            kyso_pdf::Rule::FormNeedAppearances => Self::FormNeedAppearances,
            kyso_pdf::Rule::PageLosesAnnotation => Self::PageLosesAnnotation,
            kyso_pdf::Rule::PageUnreadable => Self::PageUnreadable,
        }
    }
}

/// A code, and which of its clauses asks for it here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cited {
    /// The code.
    pub code: Code,
    /// The clause or article.
    pub clause: &'static str,
}

impl From<Code> for Cited {
    fn from(code: Code) -> Self {
        Self { code, clause: code.clause() }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_dotted_words_and_each_is_given_once() {
        let is_word = |word: &str| {
            word.starts_with(|c: char| c.is_ascii_lowercase())
                && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        };
        for code in Code::ALL {
            let words = code.name().split('.').collect::<Vec<_>>();
            assert!(words.len() == 2 && words.iter().all(|word| is_word(word)), "{code}");
            assert_eq!(Code::named(code.name()), Some(*code));
        }
        assert_eq!(Code::ALL.iter().map(|code| code.name()).collect::<BTreeSet<_>>().len(), Code::ALL.len());
        assert_eq!(Code::named("no.such-code"), None);
    }
}
