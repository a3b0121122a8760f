//! What a certificate shall say.

use jiff::Timestamp;

use crate::key::KeyType;

/// Whom a certificate names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holder {
    /// A natural person: the leader.
    Person,
    /// The agency: its certificate stands for the seal.
    Organisation,
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
    /// O.
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
    /// Where the CRL is published.
    pub crl: Option<String>,
    /// Where OCSP answers are given.
    pub ocsp: Option<String>,
}

impl Profile {
    /// The chairman of a ward's people's committee, RSA 2048.
    pub fn leader() -> Self {
        Self {
            holder: Holder::Person,
            common_name: "Nguyễn Văn Mẫu".into(),
            title: Some("Chủ tịch".into()),
            organisation: "UBND THÀNH PHỐ THỬ NGHIỆM".into(),
            unit: Some("UBND PHƯỜNG THỬ NGHIỆM".into()),
            locality: "Thành phố Thử Nghiệm".into(),
            key: KeyType::Rsa(2048),
            validity: None,
            key_usage: KeyUsage::Signing,
            crl: None,
            ocsp: None,
        }
    }

    /// That committee itself, RSA 2048.
    pub fn seal() -> Self {
        Self {
            holder: Holder::Organisation,
            common_name: "UBND PHƯỜNG THỬ NGHIỆM".into(),
            title: None,
            unit: None,
            ..Self::leader()
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
        self.crl = Some(url.into());
        self
    }

    /// With an OCSP address.
    pub fn ocsp(mut self, url: impl Into<String>) -> Self {
        self.ocsp = Some(url.into());
        self
    }
}
