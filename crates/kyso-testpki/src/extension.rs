//! Extensions for which OpenSSL's bindings have no builder: the pointers to revocation data (RFC 5280, 4.2.1.13
//! and 4.2.2.1), written as DER.

use openssl::asn1::{Asn1Object, Asn1OctetString};
use openssl::x509::X509Extension;

use crate::Error;

const SEQUENCE: u8 = 0x30;
const OBJECT_IDENTIFIER: u8 = 0x06;
const CONTEXT_0: u8 = 0xa0;
const GENERAL_NAME_URI: u8 = 0x86;
/// id-ad-ocsp, 1.3.6.1.5.5.7.48.1.
const ID_AD_OCSP: [u8; 8] = [0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01];

pub(crate) fn crl_distribution_point(url: &str) -> Result<X509Extension, Error> {
    let full_name = tlv(CONTEXT_0, &tlv(GENERAL_NAME_URI, url.as_bytes()));
    let point = tlv(SEQUENCE, &tlv(CONTEXT_0, &full_name));
    extension("2.5.29.31", &tlv(SEQUENCE, &point))
}

pub(crate) fn ocsp_address(url: &str) -> Result<X509Extension, Error> {
    let mut access = tlv(OBJECT_IDENTIFIER, &ID_AD_OCSP);
    access.extend(tlv(GENERAL_NAME_URI, url.as_bytes()));
    extension("1.3.6.1.5.5.7.1.1", &tlv(SEQUENCE, &tlv(SEQUENCE, &access)))
}

fn extension(oid: &str, value: &[u8]) -> Result<X509Extension, Error> {
    let (oid, value) = (Asn1Object::from_str(oid)?, Asn1OctetString::new_from_bytes(value)?);
    Ok(X509Extension::new_from_der(&oid, false, &value)?)
}

fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = value.len().to_be_bytes();
    let significant = length.iter().copied().skip_while(|&byte| byte == 0).collect::<Vec<_>>();
    let mut out = vec![tag];
    match significant.as_slice() {
        [] => out.push(0),
        [short] if *short < 0x80 => out.push(*short),
        long => {
            // At most eight bytes of length: this can't be cut.
            out.push(0x80 | u8::try_from(long.len()).unwrap_or(8));
            out.extend_from_slice(long);
        }
    }
    out.extend_from_slice(value);
    out
}
