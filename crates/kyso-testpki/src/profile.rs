//! What a certificate shall say.

use jiff::Timestamp;

use crate::Error;
use crate::der::{context, directory_name, oid, sequence, set_of, text, tlv};
use crate::digest::Digest;
use crate::key::KeyType;

/// id-kp-timeStamping (RFC 3161, 2.3).
const TIME_STAMPING: &str = "1.3.6.1.5.5.7.3.8";
/// id-kp-OCSPSigning (RFC 6960, 4.2.2.2).
const OCSP_SIGNING: &str = "1.3.6.1.5.5.7.3.9";
/// id-kp-emailProtection (RFC 5280, 4.2.1.12).
const EMAIL_PROTECTION: &str = "1.3.6.1.5.5.7.3.4";
/// Microsoft's document signing purpose, which official-duty certificates carry.
const DOCUMENT_SIGNING: &str = "1.3.6.1.4.1.311.10.3.12";

/// Whom a certificate names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holder {
    /// A natural person: the leader.
    Person,
    /// The agency: its certificate stands for the seal.
    Organisation,
    /// A service: a time-stamping authority, an OCSP responder.
    Service,
}

/// The extKeyUsage extension (RFC 5280, 4.2.1.12); absent without purposes.
#[derive(Debug, Clone, Default)]
pub struct ExtendedKeyUsage {
    /// The purposes, dotted.
    pub oids: Vec<&'static str>,
    /// Whether the extension is critical, as a TSA's must be (RFC 3161, 2.3).
    pub critical: bool,
}

/// Where a certificate says that evidence about it is found.
#[derive(Debug, Clone, Default)]
pub struct Addresses {
    /// Where the CRL is published.
    pub crl: Option<String>,
    /// Where else: further distribution points.
    pub further_crls: Vec<String>,
    /// A further distribution point that no address names.
    pub crl_directory: Option<DirectoryPoint>,
    /// The address of the issuer's delta CRL (freshestCRL).
    pub delta_crl: Option<String>,
    /// Where OCSP answers are given.
    pub ocsp: Option<String>,
    /// Where else, in order.
    pub further_ocsp: Vec<String>,
    /// Where the issuer's certificate lies (caIssuers).
    pub ca_issuers: Option<String>,
}

/// The name of a distribution point, by a common name (RFC 5280, 4.2.1.13).
#[derive(Debug, Clone)]
pub enum DirectoryPoint {
    /// fullName: a directoryName with nothing else.
    Full(&'static str),
    /// nameRelativeToCRLIssuer
    Relative(&'static str),
}

impl DirectoryPoint {
    /// DistributionPointName
    pub(crate) fn to_der(&self) -> Result<Vec<u8>, Error> {
        let attribute = |name: &str| Ok::<_, Error>(sequence(&[oid("2.5.4.3")?, text(name)]));
        Ok(match self {
            Self::Full(name) => {
                let name = sequence(&[set_of(vec![attribute(name)?])]);
                tlv(context(0), &directory_name(&name))
            }
            Self::Relative(name) => tlv(context(1), &attribute(name)?),
        })
    }
}

/// What a CA's certificate shall say.
#[derive(Debug, Clone)]
pub struct AuthorityProfile {
    /// CN.
    pub common_name: String,
    /// From when to when it's valid.
    pub validity: (Timestamp, Timestamp),
    /// Type of the key.
    pub key: KeyType,
    /// The digest of the signature over the CA's certificate.
    pub digest: Digest,
    /// How many CAs may stand below it; `None`: none below one that isn't a root.
    pub path_length: Option<u32>,
    /// Whether the CA's key may sign CRLs.
    pub signs_crls: bool,
    /// nameConstraints: it may name only subjects of C=VN and this L.
    pub permitted_locality: Option<String>,
    /// Where evidence about it is found.
    pub addresses: Addresses,
}

impl AuthorityProfile {
    /// A CA of this name with a P-256 key.
    pub fn new(common_name: impl Into<String>, validity: (Timestamp, Timestamp)) -> Self {
        Self {
            common_name: common_name.into(),
            validity,
            key: KeyType::P256,
            digest: Digest::Sha256,
            path_length: None,
            signs_crls: true,
            permitted_locality: None,
            addresses: Addresses::default(),
        }
    }

    /// With evidence about it to be found there.
    pub fn addresses(mut self, addresses: Addresses) -> Self {
        self.addresses = addresses;
        self
    }
}

/// The keyUsage extension (RFC 5280, 4.2.1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyUsage {
    /// digitalSignature and nonRepudiation, critical: right for signing.
    Signing,
    /// keyEncipherment, critical: must not sign.
    Encipherment,
    /// No such extension.
    Absent,
}

/// What a certificate shall say. Start with [`Profile::leader`] or [`Profile::seal`].
#[derive(Debug, Clone)]
pub struct Profile {
    /// Person or organisation.
    pub holder: Holder,
    /// CN: the person's name or the agency's.
    pub common_name: String,
    /// title (2.5.4.12): chức vụ.
    pub title: Option<String>,
    /// UID: a person's number, as CAs for the public write it.
    pub user_id: Option<String>,
    /// O; empty: none.
    pub organisation: String,
    /// OU.
    pub unit: Option<String>,
    /// L.
    pub locality: String,
    /// Type of the key.
    pub key: KeyType,
    /// From when to when it's valid; `None`: from a month before the PKI's time to three years after.
    pub validity: Option<(Timestamp, Timestamp)>,
    /// What the key may do.
    pub key_usage: KeyUsage,
    /// What else it may do.
    pub extended_key_usage: ExtendedKeyUsage,
    /// id-pkix-ocsp-nocheck: a responder whose own revocation isn't asked for.
    pub ocsp_no_check: bool,
    /// What the certificate is signed with.
    pub digest: Digest,
    /// Where evidence about it is found.
    pub addresses: Addresses,
}

impl Profile {
    /// The chairman of a ward's people's committee, RSA 2048.
    pub fn leader() -> Self {
        Self {
            holder: Holder::Person,
            common_name: "Nguyễn Văn Mẫu".into(),
            title: Some("Chủ tịch".into()),
            user_id: None,
            organisation: "UBND THÀNH PHỐ THỬ NGHIỆM".into(),
            unit: Some("UBND PHƯỜNG THỬ NGHIỆM".into()),
            locality: "Thành phố Thử Nghiệm".into(),
            key: KeyType::Rsa(2048),
            validity: None,
            key_usage: KeyUsage::Signing,
            extended_key_usage: ExtendedKeyUsage { oids: vec![EMAIL_PROTECTION, DOCUMENT_SIGNING], critical: false },
            ocsp_no_check: false,
            digest: Digest::Sha256,
            addresses: Addresses::default(),
        }
    }

    /// The committee's own certificate, for its seal, RSA 2048.
    pub fn seal() -> Self {
        Self {
            holder: Holder::Organisation,
            common_name: "UBND PHƯỜNG THỬ NGHIỆM".into(),
            title: None,
            unit: None,
            ..Self::leader()
        }
    }

    /// A citizen, whose certificate a CA for the public issued: neither title nor organisation, RSA 2048.
    pub fn citizen() -> Self {
        Self {
            common_name: "TRẦN THỊ MẪU".into(),
            title: None,
            user_id: Some("CCCD:001185000001".into()),
            organisation: String::new(),
            unit: None,
            ..Self::leader()
        }
    }

    /// A time-stamping authority, P-256.
    pub fn tsa() -> Self {
        Self {
            holder: Holder::Service,
            common_name: "DẤU THỜI GIAN THỬ NGHIỆM".into(),
            key: KeyType::P256,
            extended_key_usage: ExtendedKeyUsage { oids: vec![TIME_STAMPING], critical: true },
            ..Self::seal()
        }
    }

    /// An OCSP responder to which its issuer delegates, P-256, with id-pkix-ocsp-nocheck.
    pub fn ocsp_responder() -> Self {
        Self {
            common_name: "OCSP THỬ NGHIỆM".into(),
            extended_key_usage: ExtendedKeyUsage { oids: vec![OCSP_SIGNING], critical: false },
            ocsp_no_check: true,
            ..Self::tsa()
        }
    }

    /// With another name (CN, at most 64 characters).
    pub fn name(mut self, common_name: impl Into<String>) -> Self {
        self.common_name = common_name.into();
        self
    }

    /// With a title, or none.
    pub fn title(mut self, title: Option<&str>) -> Self {
        self.title = title.map(Into::into);
        self
    }

    /// With another organisation (O).
    pub fn organisation(mut self, organisation: impl Into<String>) -> Self {
        self.organisation = organisation.into();
        self
    }

    /// With a key of another type.
    pub fn key(mut self, key: KeyType) -> Self {
        self.key = key;
        self
    }

    /// Valid from one time to another: in the past for an expired certificate, in the future for one to come.
    pub fn valid(mut self, from: Timestamp, to: Timestamp) -> Self {
        self.validity = Some((from, to));
        self
    }

    /// With another key usage.
    pub fn key_usage(mut self, key_usage: KeyUsage) -> Self {
        self.key_usage = key_usage;
        self
    }

    /// With a CRL distribution point.
    pub fn crl(mut self, url: impl Into<String>) -> Self {
        self.addresses.crl = Some(url.into());
        self
    }

    /// With an OCSP address.
    pub fn ocsp(mut self, url: impl Into<String>) -> Self {
        self.addresses.ocsp = Some(url.into());
        self
    }

    /// With evidence about it to be found there.
    pub fn addresses(mut self, addresses: Addresses) -> Self {
        self.addresses = addresses;
        self
    }

    /// With other purposes.
    pub fn extended_key_usage(mut self, oids: Vec<&'static str>, critical: bool) -> Self {
        self.extended_key_usage = ExtendedKeyUsage { oids, critical };
        self
    }

    /// With or without id-pkix-ocsp-nocheck.
    pub fn ocsp_no_check(mut self, ocsp_no_check: bool) -> Self {
        self.ocsp_no_check = ocsp_no_check;
        self
    }

    /// Signed with another digest.
    pub fn digest(mut self, digest: Digest) -> Self {
        self.digest = digest;
        self
    }
}
