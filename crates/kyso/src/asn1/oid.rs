//! OBJECT IDENTIFIERs, in their dotted form.

/// id-data (RFC 5652)
pub const DATA: &str = "1.2.840.113549.1.7.1";
/// id-signedData (RFC 5652)
pub const SIGNED_DATA: &str = "1.2.840.113549.1.7.2";
/// id-ct-TSTInfo (RFC 3161)
pub const TST_INFO: &str = "1.2.840.113549.1.9.16.1.4";

/// content-type (RFC 5652, 11.1)
pub const CONTENT_TYPE: &str = "1.2.840.113549.1.9.3";
/// message-digest (RFC 5652, 11.2)
pub const MESSAGE_DIGEST: &str = "1.2.840.113549.1.9.4";
/// signing-time (RFC 5652, 11.3)
pub(crate) const SIGNING_TIME: &str = "1.2.840.113549.1.9.5";
/// signing-certificate (RFC 2634)
pub const SIGNING_CERTIFICATE: &str = "1.2.840.113549.1.9.16.2.12";
/// signing-certificate-v2 (RFC 5035)
pub const SIGNING_CERTIFICATE_V2: &str = "1.2.840.113549.1.9.16.2.47";
/// CMSAlgorithmProtection (RFC 6211, 2)
pub const ALGORITHM_PROTECTION: &str = "1.2.840.113549.1.9.52";
/// signature-time-stamp (EN 319 122-1)
pub const SIGNATURE_TIME_STAMP: &str = "1.2.840.113549.1.9.16.2.14";
/// adbe-revocationInfoArchival (ISO 32000-2, 12.8.3.3.2)
pub(crate) const REVOCATION_INFO_ARCHIVAL: &str = "1.2.840.113583.1.1.8";

/// id-pkix-ocsp-basic (RFC 6960, 4.2.1)
pub(crate) const OCSP_BASIC: &str = "1.3.6.1.5.5.7.48.1.1";
/// id-pkix-ocsp-nonce (RFC 6960, 4.4.1)
pub(crate) const OCSP_NONCE: &str = "1.3.6.1.5.5.7.48.1.2";
/// id-pkix-ocsp-crl (RFC 6960, 4.4.2)
pub(crate) const OCSP_CRL: &str = "1.3.6.1.5.5.7.48.1.3";
/// id-pkix-ocsp-nocheck (RFC 6960, 4.2.2.2.1)
pub(crate) const OCSP_NO_CHECK: &str = "1.3.6.1.5.5.7.48.1.5";
/// id-pkix-ocsp-archive-cutoff (RFC 6960, 4.4.4)
pub(crate) const OCSP_ARCHIVE_CUTOFF: &str = "1.3.6.1.5.5.7.48.1.6";
/// id-ri-ocsp-response (RFC 5940): an OCSP answer among a CMS's revocation information
pub(crate) const RI_OCSP_RESPONSE: &str = "1.3.6.1.5.5.7.16.2";

/// id-kp-timeStamping (RFC 5280, 4.2.1.12)
pub const TIME_STAMPING: &str = "1.3.6.1.5.5.7.3.8";
/// id-kp-OCSPSigning (RFC 5280, 4.2.1.12)
pub const OCSP_SIGNING: &str = "1.3.6.1.5.5.7.3.9";

/// cRLNumber (RFC 5280, 5.2.3)
pub(crate) const CRL_NUMBER: &str = "2.5.29.20";
/// reasonCode (RFC 5280, 5.3.1)
pub(crate) const REASON_CODE: &str = "2.5.29.21";
/// invalidityDate (RFC 5280, 5.3.2)
pub(crate) const INVALIDITY_DATE: &str = "2.5.29.24";
/// deltaCRLIndicator (RFC 5280, 5.2.4)
pub(crate) const DELTA_CRL_INDICATOR: &str = "2.5.29.27";
/// issuingDistributionPoint (RFC 5280, 5.2.5)
pub(crate) const ISSUING_DISTRIBUTION_POINT: &str = "2.5.29.28";
/// authorityKeyIdentifier (RFC 5280, 4.2.1.1)
pub(crate) const AUTHORITY_KEY_IDENTIFIER: &str = "2.5.29.35";
/// expiredCertsOnCRL (X.509, 9.5.2.8)
pub(crate) const EXPIRED_CERTS_ON_CRL: &str = "2.5.29.60";

/// MD5
pub const MD5: &str = "1.2.840.113549.2.5";
/// SHA-1
pub(crate) const SHA1: &str = "1.3.14.3.2.26";
/// SHA-224
pub(crate) const SHA224: &str = "2.16.840.1.101.3.4.2.4";
/// SHA-256
pub const SHA256: &str = "2.16.840.1.101.3.4.2.1";
/// SHA-384
pub(crate) const SHA384: &str = "2.16.840.1.101.3.4.2.2";
/// SHA-512
pub const SHA512: &str = "2.16.840.1.101.3.4.2.3";
/// SHA3-256
pub(crate) const SHA3_256: &str = "2.16.840.1.101.3.4.2.8";
/// SHA3-384
pub(crate) const SHA3_384: &str = "2.16.840.1.101.3.4.2.9";
/// SHA3-512
pub(crate) const SHA3_512: &str = "2.16.840.1.101.3.4.2.10";
/// id-shake256 (RFC 8702), with 64 octets of output where it digests a message.
pub const SHAKE256: &str = "2.16.840.1.101.3.4.2.12";
/// id-shake256-len (RFC 8419, 2.3), whose parameters say how many bits of output
pub const SHAKE256_LEN: &str = "2.16.840.1.101.3.4.2.18";

/// rsaEncryption (RFC 8017): the digest is named beside it
pub(crate) const RSA_ENCRYPTION: &str = "1.2.840.113549.1.1.1";
/// id-mgf1 (RFC 8017)
pub(crate) const MGF1: &str = "1.2.840.113549.1.1.8";
/// id-RSASSA-PSS (RFC 8017)
pub(crate) const RSASSA_PSS: &str = "1.2.840.113549.1.1.10";
/// id-ecPublicKey, which some write for ECDSA: the digest is named beside it
pub(crate) const EC_PUBLIC_KEY: &str = "1.2.840.10045.2.1";
/// id-dsa: the digest is named beside it
pub(crate) const DSA: &str = "1.2.840.10040.4.1";
/// id-Ed25519 (RFC 8410)
pub const ED25519: &str = "1.3.101.112";
/// id-Ed448 (RFC 8410)
pub const ED448: &str = "1.3.101.113";

/// The contents octets of the dotted form (X.690, 8.19). Arcs that are no numbers count as zero.
pub(super) fn encode(dotted: &str) -> Vec<u8> {
    let mut arcs = dotted.split('.').map(|arc| arc.parse::<u64>().unwrap_or_default());
    let first = arcs.next().unwrap_or_default() * 40 + arcs.next().unwrap_or_default();
    let mut out = Vec::new();
    for arc in std::iter::once(first).chain(arcs) {
        let groups = (u64::BITS - arc.leading_zeros()).div_ceil(7).max(1);
        for group in (0..groups).rev() {
            let seven = u8::try_from(arc >> (7 * group) & 0x7f).unwrap_or_default();
            out.push(if group == 0 { seven } else { 0x80 | seven });
        }
    }
    out
}

/// The dotted form of contents octets; `None` where they are malformed.
pub(super) fn decode(contents: &[u8]) -> Option<String> {
    if contents.last()? & 0x80 != 0 {
        return None;
    }
    let mut arcs = Vec::new();
    let mut arc = 0u64;
    for octet in contents {
        arc = arc.checked_mul(128)? | u64::from(octet & 0x7f);
        if octet & 0x80 == 0 {
            arcs.push(std::mem::take(&mut arc));
        }
    }
    let joined = *arcs.first()?;
    let first = (joined / 40).min(2);
    let rest = arcs.iter().skip(1).map(|arc| format!(".{arc}")).collect::<String>();
    Some(format!("{first}.{}{rest}", joined - first * 40))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sha256_is_written_as_nist_gives_it() {
        assert_eq!(encode(SHA256), [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01]);
        assert_eq!(encode(ED25519), [0x2b, 0x65, 0x70]);
    }

    #[test]
    fn dotted_forms_survive_the_round() {
        for dotted in [RSASSA_PSS, SHA1, "2.999.3", "0.4.0.127.0.7.1.1.4.1.3", "1.2.18446744073709551615"] {
            assert_eq!(decode(&encode(dotted)).as_deref(), Some(dotted));
        }
    }

    #[test]
    fn malformed_ones_are_refused() {
        assert_eq!(decode(&[]), None);
        assert_eq!(decode(&[0x2a, 0x86]), None);
        assert_eq!(decode(&[0xff; 12]), None);
    }
}
