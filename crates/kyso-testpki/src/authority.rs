//! The authorities: a root, and the CA under it that issues.

use jiff::{Span, Timestamp};
use openssl::asn1::Asn1Time;
use openssl::bn::{BigNum, MsbOption};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage as KeyUsageExtension, SubjectKeyIdentifier,
};
use openssl::x509::{X509, X509Builder, X509Name, X509NameBuilder};

use crate::Error;
use crate::extension::{crl_distribution_point, ocsp_address};
use crate::identity::{Identity, text};
use crate::key::KeyType;
use crate::profile::{KeyUsage, Profile};

/// Microsoft's document signing purpose, which official-duty certificates carry.
const DOCUMENT_SIGNING: &str = "1.3.6.1.4.1.311.10.3.12";

/// A root, and the CA under it that issues.
#[derive(Debug, Clone)]
pub struct TestPki {
    now: Timestamp,
    root: X509,
    issuing: X509,
    issuing_key: PKey<Private>,
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
        let root_key = KeyType::P256.generate()?;
        let root_name = authority_name(&format!("CA GỐC {label} - KHÔNG CÓ GIÁ TRỊ"))?;
        let root = authority(&root_name, &root_key, None, (years_after(now, -10), years_after(now, 20)))?;
        let issuing_key = KeyType::P256.generate()?;
        let issuing_name = authority_name(&format!("CA CẤP PHÁT {label} - KHÔNG CÓ GIÁ TRỊ"))?;
        let issuing = authority(
            &issuing_name,
            &issuing_key,
            Some((&root, &root_key)),
            (years_after(now, -5), years_after(now, 10)),
        )?;
        Ok(Self { now, root, issuing, issuing_key })
    }

    /// Makes a key and a certificate for it.
    ///
    /// # Errors
    /// Where a name doesn't fit its field (64 characters), or OpenSSL fails.
    pub fn issue(&self, profile: Profile) -> Result<Identity, Error> {
        let key = profile.key.for_holder(profile.holder)?;
        let validity = profile.validity.unwrap_or((days_after(self.now, -30), years_after(self.now, 3)));
        let mut builder = unsigned(&subject(&profile)?, &key, self.issuing.subject_name(), validity)?;
        builder.append_extension(BasicConstraints::new().critical().build()?)?;
        match profile.key_usage {
            KeyUsage::Signing => builder
                .append_extension(KeyUsageExtension::new().critical().digital_signature().non_repudiation().build()?)?,
            KeyUsage::Encipherment => {
                builder.append_extension(KeyUsageExtension::new().critical().key_encipherment().build()?)?;
            }
            KeyUsage::Absent => {}
        }
        builder.append_extension(ExtendedKeyUsage::new().email_protection().other(DOCUMENT_SIGNING).build()?)?;
        if let Some(url) = &profile.crl {
            builder.append_extension(crl_distribution_point(url)?)?;
        }
        if let Some(url) = &profile.ocsp {
            builder.append_extension(ocsp_address(url)?)?;
        }
        add_key_identifiers(&mut builder, &self.issuing)?;
        builder.sign(&self.issuing_key, MessageDigest::sha256())?;
        let certificate = builder.build();
        let certificate_der = certificate.to_der()?;
        Ok(Identity {
            chain_der: vec![certificate_der.clone(), self.issuing.to_der()?],
            certificate,
            certificate_der,
            key,
            issuers: vec![self.issuing.clone()],
        })
    }

    /// The root, PEM: what `--trust` takes.
    ///
    /// # Errors
    /// Where OpenSSL fails.
    pub fn root_pem(&self) -> Result<String, Error> {
        Ok(text(self.root.to_pem()?))
    }

    /// The root, DER: a trust anchor.
    ///
    /// # Errors
    /// Where OpenSSL fails.
    pub fn root_der(&self) -> Result<Vec<u8>, Error> {
        Ok(self.root.to_der()?)
    }

    /// The CA that issues, PEM.
    ///
    /// # Errors
    /// Where OpenSSL fails.
    pub fn issuing_pem(&self) -> Result<String, Error> {
        Ok(text(self.issuing.to_pem()?))
    }

    /// The CA that issues, DER.
    ///
    /// # Errors
    /// Where OpenSSL fails.
    pub fn issuing_der(&self) -> Result<Vec<u8>, Error> {
        Ok(self.issuing.to_der()?)
    }
}

/// A self-signed certificate, or one that `issuer` signs.
fn authority(
    name: &X509Name,
    key: &PKey<Private>,
    issuer: Option<(&X509, &PKey<Private>)>,
    validity: (Timestamp, Timestamp),
) -> Result<X509, Error> {
    let issuer_name = issuer.map_or(&**name, |(certificate, _)| certificate.subject_name());
    let mut builder = unsigned(name, key, issuer_name, validity)?;
    let mut constraints = BasicConstraints::new();
    constraints.critical().ca();
    if issuer.is_some() {
        constraints.pathlen(0);
    }
    builder.append_extension(constraints.build()?)?;
    builder.append_extension(KeyUsageExtension::new().critical().key_cert_sign().crl_sign().build()?)?;
    match issuer {
        Some((certificate, issuer_key)) => {
            add_key_identifiers(&mut builder, certificate)?;
            builder.sign(issuer_key, MessageDigest::sha256())?;
        }
        None => {
            let identifier = SubjectKeyIdentifier::new().build(&builder.x509v3_context(None, None))?;
            builder.append_extension(identifier)?;
            builder.sign(key, MessageDigest::sha256())?;
        }
    }
    Ok(builder.build())
}

fn unsigned(
    subject: &X509Name,
    key: &PKey<Private>,
    issuer: &openssl::x509::X509NameRef,
    (from, to): (Timestamp, Timestamp),
) -> Result<X509Builder, Error> {
    let mut serial = BigNum::new()?;
    serial.rand(127, MsbOption::ONE, false)?;
    let mut builder = X509::builder()?;
    builder.set_version(2)?;
    builder.set_serial_number(&*serial.to_asn1_integer()?)?;
    builder.set_subject_name(subject)?;
    builder.set_issuer_name(issuer)?;
    builder.set_pubkey(key)?;
    builder.set_not_before(&*Asn1Time::from_unix(from.as_second())?)?;
    builder.set_not_after(&*Asn1Time::from_unix(to.as_second())?)?;
    Ok(builder)
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

/// A person: C, L, O, OU, title, CN. An organisation: C, L, O, CN.
fn subject(profile: &Profile) -> Result<X509Name, Error> {
    let mut entries = vec![(Nid::COUNTRYNAME, "VN"), (Nid::LOCALITYNAME, profile.locality.as_str())];
    entries.push((Nid::ORGANIZATIONNAME, &profile.organisation));
    entries.extend(profile.unit.as_deref().map(|unit| (Nid::ORGANIZATIONALUNITNAME, unit)));
    entries.extend(profile.title.as_deref().map(|title| (Nid::TITLE, title)));
    entries.push((Nid::COMMONNAME, &profile.common_name));
    let mut name = X509NameBuilder::new()?;
    for (field, value) in entries {
        name.append_entry_by_nid(field, value)?;
    }
    Ok(name.build())
}

/// Years of 365 days: a timestamp has no calendar. Saturates at the ends of time.
fn years_after(time: Timestamp, years: i64) -> Timestamp {
    days_after(time, years * 365)
}

fn days_after(time: Timestamp, days: i64) -> Timestamp {
    let end = if days < 0 { Timestamp::MIN } else { Timestamp::MAX };
    time.checked_add(Span::new().hours(days * 24)).unwrap_or(end)
}
