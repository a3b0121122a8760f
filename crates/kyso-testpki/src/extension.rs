//! Extensions for which OpenSSL's bindings have no builder, written as DER.

use openssl::asn1::{Asn1Object, Asn1OctetString};
use openssl::x509::{X509Extension, X509Name};

use crate::Error;
use crate::der::{context, directory_name, oid, sequence, tlv, uri};
use crate::profile::{Addresses, DirectoryPoint};

/// cRLDistributionPoints (RFC 5280, 4.2.1.13), or freshestCRL (4.2.1.15), each with one full name, and one of another kind.
pub(crate) fn crl_distribution_points<'u>(
    dotted: &str,
    urls: impl Iterator<Item = &'u String>,
    directory: Option<&DirectoryPoint>,
) -> Result<X509Extension, Error> {
    let point = |url: &String| sequence(&[tlv(context(0), &tlv(context(0), &uri(url)))]);
    let mut points: Vec<Vec<u8>> = urls.map(point).collect();
    if let Some(directory) = directory {
        points.push(sequence(&[tlv(context(0), &directory.to_der()?)]));
    }
    extension(dotted, false, &sequence(&points))
}

/// authorityInfoAccess (RFC 5280, 4.2.2.1).
pub(crate) fn authority_information_access(addresses: &Addresses) -> Result<X509Extension, Error> {
    let ocsp = addresses.ocsp.iter().chain(&addresses.further_ocsp).map(|url| ("1.3.6.1.5.5.7.48.1", url));
    let issuers = addresses.ca_issuers.iter().map(|url| ("1.3.6.1.5.5.7.48.2", url));
    let mut methods = Vec::new();
    for (dotted, url) in ocsp.chain(issuers) {
        methods.push(sequence(&[oid(dotted)?, uri(url)]));
    }
    extension("1.3.6.1.5.5.7.1.1", false, &sequence(&methods))
}

/// id-pkix-ocsp-nocheck (RFC 6960, 4.2.2.2.1).
pub(crate) fn ocsp_no_check() -> Result<X509Extension, Error> {
    extension("1.3.6.1.5.5.7.48.1.5", false, &[0x05, 0x00])
}

/// extKeyUsage (RFC 5280, 4.2.1.12).
pub(crate) fn extended_key_usage(purposes: &[&str], critical: bool) -> Result<X509Extension, Error> {
    let purposes = purposes.iter().map(|dotted| oid(dotted)).collect::<Result<Vec<_>, _>>()?;
    extension("2.5.29.37", critical, &sequence(&purposes))
}

/// nameConstraints (RFC 5280, 4.2.1.10): only names below this one.
pub(crate) fn permitted_names(base: &X509Name) -> Result<X509Extension, Error> {
    let subtree = sequence(&[directory_name(&base.to_der()?)]);
    extension("2.5.29.30", true, &sequence(&[tlv(context(0), &subtree)]))
}

fn extension(dotted: &str, critical: bool, value: &[u8]) -> Result<X509Extension, Error> {
    let (oid, value) = (Asn1Object::from_str(dotted)?, Asn1OctetString::new_from_bytes(value)?);
    Ok(X509Extension::new_from_der(&oid, critical, &value)?)
}
