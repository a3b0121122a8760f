//! What was being read when the bytes turned out wrong.

use std::fmt;

/// What was being read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A part of the PDF, e.g. `cross-reference table`, `object 12 0`.
    Pdf(String),
    /// Anything else.
    Subject(Subject),
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pdf(part) => part,
            Self::Subject(subject) => subject.name(),
        })
    }
}

impl From<Subject> for What {
    fn from(subject: Subject) -> Self {
        Self::Subject(subject)
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

macro_rules! subjects {
    ($($(#[$doc:meta])+ $subject:ident = $name:literal;)+) => {
        /// What is read besides PDFs. Exhaustive on purpose: whoever words errors has to word each.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Subject {
            $($(#[$doc])+ $subject,)+
        }

        impl Subject {
            /// The subject's name in English.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$subject => $name,)+
                }
            }
        }
    };
}

subjects! {
    /// The attribute with the algorithms of what is signed (RFC 6211, 2).
    AlgorithmProtection = "CMSAlgorithmProtection attribute";
    /// A certificate (RFC 5280, 4.1).
    Certificate = "certificate";
    /// A certificate among those of a PKCS#12 file.
    CertificateInPkcs12 = "certificate in the PKCS#12 file";
    /// A CMS SignedData (RFC 5652, 5.1).
    Cms = "CMS";
    /// The attribute of what is signed (RFC 5652, 11.1).
    ContentType = "content-type attribute";
    /// A certificate revocation list (RFC 5280, 5.1).
    Crl = "CRL";
    /// A name of X.500 (RFC 5280, 4.1.2.4).
    DistinguishedName = "distinguished name";
    /// An evidence record (RFC 4998, 3.1).
    EvidenceRecord = "evidence record";
    /// The extension that names delta CRLs (RFC 5280, 4.2.1.15).
    FreshestCrl = "freshestCRL";
    /// The code that is typed to look a result up.
    LookUpCode = "look-up code";
    /// The attribute with the digest of what is signed (RFC 5652, 11.2).
    MessageDigest = "message-digest attribute";
    /// An answer of OCSP (RFC 6960, 4.2.1).
    OcspAnswer = "OCSP answer";
    /// A picture.
    Picture = "picture";
    /// A key and its certificates in one file (RFC 7292).
    Pkcs12 = "PKCS#12 file";
    /// The constraints that signatures are judged by.
    Policy = "policy";
    /// A private key.
    PrivateKey = "private key";
    /// Parameters of RSASSA-PSS (RFC 4055, 3.1).
    PssParameters = "RSASSA-PSS parameters";
    /// A public key (RFC 5280, 4.1.2.7).
    PublicKey = "public key";
    /// What a QR symbol says.
    QrSymbol = "QR symbol";
    /// CRLs and OCSP answers within a signature.
    RevocationInformation = "revocation information";
    /// A scan of the agency's seal.
    ScanOfSeal = "scan of the seal";
    /// A scan of a signature by hand.
    ScanOfSignature = "scan of the signature";
    /// The picture of the agency's seal.
    SealImage = "seal image";
    /// The name of a signature scheme (RFC 5280, 4.1.1.2).
    SignatureAlgorithm = "signature algorithm";
    /// The picture of a signature by hand.
    SignatureImage = "signature image";
    /// A raw signature value.
    SignatureValue = "signature value";
    /// The signed attributes of a CMS (RFC 5652, 5.3).
    SignedAttributes = "signed attributes";
    /// The attribute that names the signing certificate (RFC 2634, 5.4).
    SigningCertificate = "signing-certificate attribute";
    /// The signing certificate's hash by any digest algorithm (RFC 5035, 3).
    SigningCertificateV2 = "signing-certificate-v2 attribute";
    /// The attribute of the claimed time (RFC 5652, 11.3).
    SigningTime = "signing-time attribute";
    /// A time-stamp token (RFC 3161, 2.4.2).
    TimeStamp = "time-stamp";
    /// A time-stamping authority's answer (RFC 3161, 2.4.2).
    TimeStampResponse = "time-stamp response";
    /// Evidence among the unsigned attributes (EN 319 122-1, A.1.1).
    ValidationValues = "validation values";
}
