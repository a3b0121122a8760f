//! The authorities: a CA that issues certificates, CRLs and other CAs; and the usual pair of a root and one below it.

use jiff::{Span, Timestamp};
use openssl::asn1::Asn1Time;
use openssl::bn::{BigNum, MsbOption};
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::{
    AuthorityKeyIdentifier, BasicConstraints, KeyUsage as KeyUsageExtension, SubjectKeyIdentifier,
};
use openssl::x509::{X509, X509Builder, X509Name, X509NameBuilder, X509NameRef};

use crate::Error;
use crate::digest::Digest;
use crate::extension::{
    authority_information_access, crl_distribution_points, extended_key_usage, ocsp_no_check, permitted_names,
};
use crate::identity::{Identity, text};
use crate::key::KeyType;
use crate::profile::{Addresses, AuthorityProfile, KeyUsage, Profile};

/// A certification authority.
#[derive(Debug, Clone)]
pub struct Ca {
    /// The CA's certificate.
    pub certificate: X509,
    /// The CA's key.
    pub key: PKey<Private>,
    /// From itself up to below the root: what a certificate that it issues brings along.
    pub(crate) issuers: Vec<X509>,
}

impl Ca {
    /// A self-signed root.
    ///
    /// # Errors
    /// Where a name doesn't fit its field (64 characters), or OpenSSL fails.
    pub fn root(profile: &AuthorityProfile) -> Result<Self, Error> {
        let key = profile.key.generate()?;
        let certificate = authority(profile, &key, None)?;
        Ok(Self { certificate, key, issuers: Vec::new() })
    }

    /// A CA below this one.
    ///
    /// # Errors
    /// Where a name doesn't fit its field (64 characters), or OpenSSL fails.
    pub fn issue_authority(&self, profile: &AuthorityProfile) -> Result<Self, Error> {
        let key = profile.key.generate()?;
        let certificate = authority(profile, &key, Some(self))?;
        let mut issuers = vec![certificate.clone()];
        issuers.extend(self.issuers.iter().cloned());
        Ok(Self { certificate, key, issuers })
    }

    /// Certifies another CA's name and key by this one: a cross-certificate. The profile must name the other CA.
    ///
    /// # Errors
    /// Where a name doesn't fit its field (64 characters), or OpenSSL fails.
    pub fn cross_certify(&self, other: &Self, profile: &AuthorityProfile) -> Result<Self, Error> {
        let certificate = authority(profile, &other.key, Some(self))?;
        let mut issuers = vec![certificate.clone()];
        issuers.extend(self.issuers.iter().cloned());
        Ok(Self { certificate, key: other.key.clone(), issuers })
    }

    /// Another CA of the same names, with a key and a certificate of its own making.
    ///
    /// # Errors
    /// Where OpenSSL fails.
    pub fn impostor(&self) -> Result<Self, Error> {
        let key = KeyType::P256.generate()?;
        let name = self.certificate.subject_name();
        let validity = (years_after(Timestamp::UNIX_EPOCH, 40), years_after(Timestamp::UNIX_EPOCH, 100));
        let mut builder = unsigned(name, &key, name)?;
        set_validity(&mut builder, validity)?;
        builder.append_extension(BasicConstraints::new().critical().ca().build()?)?;
        let identifier = SubjectKeyIdentifier::new().build(&builder.x509v3_context(None, None))?;
        builder.append_extension(identifier)?;
        builder.sign(&key, Digest::Sha256.openssl())?;
        Ok(Self { certificate: builder.build(), key, issuers: Vec::new() })
    }

    /// Makes a key and a certificate for it, valid as long as the CA's own unless the profile says otherwise.
    ///
    /// # Errors
    /// Where a name doesn't fit its field (64 characters), or OpenSSL fails.
    pub fn issue(&self, profile: &Profile) -> Result<Identity, Error> {
        self.issue_for(profile, profile.key.for_holder(profile.holder)?)
    }

    /// A certificate for a key that there is already.
    ///
    /// # Errors
    /// As [`Ca::issue`].
    pub fn issue_for(&self, profile: &Profile, key: PKey<Private>) -> Result<Identity, Error> {
        let mut builder = unsigned(&*subject(profile)?, &key, self.certificate.subject_name())?;
        match profile.validity {
            Some(validity) => set_validity(&mut builder, validity)?,
            None => {
                builder.set_not_before(self.certificate.not_before())?;
                builder.set_not_after(self.certificate.not_after())?;
            }
        }
        builder.append_extension(BasicConstraints::new().critical().build()?)?;
        match profile.key_usage {
            KeyUsage::Signing => builder
                .append_extension(KeyUsageExtension::new().critical().digital_signature().non_repudiation().build()?)?,
            KeyUsage::Encipherment => {
                builder.append_extension(KeyUsageExtension::new().critical().key_encipherment().build()?)?;
            }
            KeyUsage::Absent => {}
        }
        let purposes = &profile.extended_key_usage;
        if !purposes.oids.is_empty() {
            builder.append_extension(extended_key_usage(&purposes.oids, purposes.critical)?)?;
        }
        if profile.ocsp_no_check {
            builder.append_extension(ocsp_no_check()?)?;
        }
        add_addresses(&mut builder, &profile.addresses)?;
        add_key_identifiers(&mut builder, &self.certificate)?;
        builder.sign(&self.key, profile.digest.openssl())?;
        let certificate = builder.build();
        let certificate_der = certificate.to_der()?;
        let mut chain_der = vec![certificate_der.clone()];
        for issuer in &self.issuers {
            chain_der.push(issuer.to_der()?);
        }
        Ok(Identity { chain_der, certificate, certificate_der, key, issuers: self.issuers.clone() })
    }

    /// The CA itself as a holder of its key: a CA may answer OCSP requests with the key that it issues with.
    ///
    /// # Errors
    /// Where OpenSSL fails.
    pub fn identity(&self) -> Result<Identity, Error> {
        let certificate_der = self.certificate.to_der()?;
        Ok(Identity {
            chain_der: vec![certificate_der.clone()],
            certificate: self.certificate.clone(),
            certificate_der,
            key: self.key.clone(),
            issuers: self.issuers.iter().skip(1).cloned().collect(),
        })
    }

    /// The CA's certificate, PEM.
    ///
    /// # Errors
    /// Where OpenSSL fails.
    pub fn pem(&self) -> Result<String, Error> {
        Ok(text(self.certificate.to_pem()?))
    }

    /// The CA's certificate, DER.
    ///
    /// # Errors
    /// Where OpenSSL fails.
    pub fn der(&self) -> Result<Vec<u8>, Error> {
        Ok(self.certificate.to_der()?)
    }
}

/// A root, and the CA under it that issues.
#[derive(Debug, Clone)]
pub struct TestPki {
    now: Timestamp,
    /// The root.
    pub root: Ca,
    /// The CA that issues.
    pub issuing: Ca,
}

impl TestPki {
    /// A new PKI, in force around `now`: the root from 10 years before to 20 after, the issuing CA from 5 before
    /// to 10 after. Its CAs have P-256 keys, which take no time to make.
    ///
    /// # Errors
    /// Where OpenSSL fails.
    pub fn new(now: Timestamp) -> Result<Self, Error> {
        Self::named(now, "THỬ NGHIỆM")
    }

    /// Another PKI, of which nobody has heard: its names differ from [`TestPki::new`]'s.
    ///
    /// # Errors
    /// Where OpenSSL fails.
    pub fn stranger(now: Timestamp) -> Result<Self, Error> {
        Self::named(now, "THỬ NGHIỆM NGƯỜI LẠ")
    }

    fn named(now: Timestamp, label: &str) -> Result<Self, Error> {
        let years = |from, to| (years_after(now, from), years_after(now, to));
        let root_name = format!("CA GỐC {label} - KHÔNG CÓ GIÁ TRỊ");
        let root = Ca::root(&AuthorityProfile::new(root_name, years(-10, 20)))?;
        let issuing_name = format!("CA CẤP PHÁT {label} - KHÔNG CÓ GIÁ TRỊ");
        let issuing = root.issue_authority(&AuthorityProfile::new(issuing_name, years(-5, 10)))?;
        Ok(Self { now, root, issuing })
    }

    /// Makes a key and a certificate for it.
    ///
    /// # Errors
    /// Where a name doesn't fit its field (64 characters), or OpenSSL fails.
    pub fn issue(&self, profile: Profile) -> Result<Identity, Error> {
        let validity = profile.validity.unwrap_or((days_after(self.now, -30), years_after(self.now, 3)));
        self.issuing.issue(&Profile { validity: Some(validity), ..profile })
    }

    /// The root, PEM: what `--trust` takes.
    ///
    /// # Errors
    /// Where OpenSSL fails.
    pub fn root_pem(&self) -> Result<String, Error> {
        self.root.pem()
    }

    /// The root, DER: a trust anchor.
    ///
    /// # Errors
    /// Where OpenSSL fails.
    pub fn root_der(&self) -> Result<Vec<u8>, Error> {
        self.root.der()
    }

    /// The CA that issues, PEM.
    ///
    /// # Errors
    /// Where OpenSSL fails.
    pub fn issuing_pem(&self) -> Result<String, Error> {
        self.issuing.pem()
    }

    /// The CA that issues, DER.
    ///
    /// # Errors
    /// Where OpenSSL fails.
    pub fn issuing_der(&self) -> Result<Vec<u8>, Error> {
        self.issuing.der()
    }
}

/// A self-signed certificate, or one that `issuer` signs.
fn authority(profile: &AuthorityProfile, key: &PKey<Private>, issuer: Option<&Ca>) -> Result<X509, Error> {
    let name = authority_name(&profile.common_name)?;
    let issuer_name = issuer.map_or(&*name, |issuer| issuer.certificate.subject_name());
    let mut builder = unsigned(&name, key, issuer_name)?;
    set_validity(&mut builder, profile.validity)?;
    let mut constraints = BasicConstraints::new();
    constraints.critical().ca();
    if let Some(length) = profile.path_length.or(issuer.map(|_| 0)) {
        constraints.pathlen(length);
    }
    builder.append_extension(constraints.build()?)?;
    let mut usage = KeyUsageExtension::new();
    usage.critical().key_cert_sign();
    if profile.signs_crls {
        usage.crl_sign();
    }
    builder.append_extension(usage.build()?)?;
    if let Some(locality) = &profile.permitted_locality {
        let mut base = X509NameBuilder::new()?;
        base.append_entry_by_nid(Nid::COUNTRYNAME, "VN")?;
        base.append_entry_by_nid(Nid::LOCALITYNAME, locality)?;
        builder.append_extension(permitted_names(&base.build())?)?;
    }
    add_addresses(&mut builder, &profile.addresses)?;
    match issuer {
        Some(issuer) => {
            add_key_identifiers(&mut builder, &issuer.certificate)?;
            builder.sign(&issuer.key, profile.digest.openssl())?;
        }
        None => {
            let identifier = SubjectKeyIdentifier::new().build(&builder.x509v3_context(None, None))?;
            builder.append_extension(identifier)?;
            builder.sign(key, profile.digest.openssl())?;
        }
    }
    Ok(builder.build())
}

fn unsigned(subject: &X509NameRef, key: &PKey<Private>, issuer: &X509NameRef) -> Result<X509Builder, Error> {
    let mut serial = BigNum::new()?;
    serial.rand(127, MsbOption::ONE, false)?;
    let mut builder = X509::builder()?;
    builder.set_version(2)?;
    builder.set_serial_number(&*serial.to_asn1_integer()?)?;
    builder.set_subject_name(subject)?;
    builder.set_issuer_name(issuer)?;
    builder.set_pubkey(key)?;
    Ok(builder)
}

fn set_validity(builder: &mut X509Builder, (from, to): (Timestamp, Timestamp)) -> Result<(), Error> {
    builder.set_not_before(&*Asn1Time::from_unix(from.as_second())?)?;
    builder.set_not_after(&*Asn1Time::from_unix(to.as_second())?)?;
    Ok(())
}

fn add_addresses(builder: &mut X509Builder, addresses: &Addresses) -> Result<(), Error> {
    if addresses.crl.is_some() || addresses.crl_directory.is_some() {
        let points = addresses.crl.iter().chain(&addresses.further_crls);
        builder.append_extension(crl_distribution_points("2.5.29.31", points, addresses.crl_directory.as_ref())?)?;
    }
    if addresses.delta_crl.is_some() {
        builder.append_extension(crl_distribution_points("2.5.29.46", addresses.delta_crl.iter(), None)?)?;
    }
    if addresses.ocsp.is_some() || addresses.ca_issuers.is_some() {
        builder.append_extension(authority_information_access(addresses)?)?;
    }
    Ok(())
}

fn add_key_identifiers(builder: &mut X509Builder, issuer: &X509) -> Result<(), Error> {
    let subject_key = SubjectKeyIdentifier::new().build(&builder.x509v3_context(Some(issuer), None))?;
    builder.append_extension(subject_key)?;
    let issuer_key = AuthorityKeyIdentifier::new().keyid(true).build(&builder.x509v3_context(Some(issuer), None))?;
    builder.append_extension(issuer_key)?;
    Ok(())
}

fn authority_name(common_name: &str) -> Result<X509Name, Error> {
    let mut name = X509NameBuilder::new()?;
    name.append_entry_by_nid(Nid::COUNTRYNAME, "VN")?;
    name.append_entry_by_nid(Nid::ORGANIZATIONNAME, "KYSO THỬ NGHIỆM")?;
    name.append_entry_by_nid(Nid::COMMONNAME, common_name)?;
    Ok(name.build())
}

/// A person: C, L, O, OU, title, UID, CN. An organisation: C, L, O, CN.
fn subject(profile: &Profile) -> Result<X509Name, Error> {
    let mut entries = vec![(Nid::COUNTRYNAME, "VN"), (Nid::LOCALITYNAME, profile.locality.as_str())];
    let organisation = Some(profile.organisation.as_str()).filter(|name| !name.is_empty());
    entries.extend(organisation.map(|name| (Nid::ORGANIZATIONNAME, name)));
    entries.extend(profile.unit.as_deref().map(|unit| (Nid::ORGANIZATIONALUNITNAME, unit)));
    entries.extend(profile.title.as_deref().map(|title| (Nid::TITLE, title)));
    entries.extend(profile.user_id.as_deref().map(|id| (Nid::USERID, id)));
    entries.push((Nid::COMMONNAME, &profile.common_name));
    let mut name = X509NameBuilder::new()?;
    for (field, value) in entries {
        name.append_entry_by_nid(field, value)?;
    }
    Ok(name.build())
}

/// Years of 365 days: a timestamp has no calendar. Saturates at the ends of time.
pub(crate) fn years_after(time: Timestamp, years: i64) -> Timestamp {
    days_after(time, years * 365)
}

pub(crate) fn days_after(time: Timestamp, days: i64) -> Timestamp {
    let end = if days < 0 { Timestamp::MIN } else { Timestamp::MAX };
    time.checked_add(Span::new().hours(days * 24)).unwrap_or(end)
}
