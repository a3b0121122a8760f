//! Textual encodings (RFC 7468): some publish PEM where RFC 5280 wants DER.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::der;

/// The bytes as one DER value: that of the first block with this label, or the first of the bytes themselves where they're
/// no text of that kind.
pub(crate) fn der(bytes: Vec<u8>, label: &str) -> Vec<u8> {
    der::first(decoded(&bytes, label).unwrap_or(bytes))
}

fn decoded(bytes: &[u8], label: &str) -> Option<Vec<u8>> {
    // DER begins with a SEQUENCE; a text may begin with a byte order mark or words for people.
    if bytes.first() == Some(&0x30) {
        return None;
    }
    let text = std::str::from_utf8(bytes).ok()?;
    let (_, rest) = text.split_once(&format!("-----BEGIN {label}-----"))?;
    let (block, _) = rest.split_once(&format!("-----END {label}-----"))?;
    let digits: String = block.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
    STANDARD.decode(digits).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pem_and_der_are_the_same() {
        let pem = "\u{feff}Our list\r\n-----BEGIN X509 CRL-----\r\nMAMC\r\nAQU=\r\n-----END X509 CRL-----\r\n";
        let bytes = vec![0x30, 3, 2, 1, 5];
        assert_eq!(der(pem.into(), "X509 CRL"), bytes);
        assert_eq!(der(bytes.clone(), "X509 CRL"), bytes);
        for other in [pem.replace("X509 CRL", "CERTIFICATE"), pem.replace("MAMC", "M*MC"), "-----BEGIN".into()] {
            assert_eq!(der(other.clone().into(), "X509 CRL"), other.as_bytes());
        }
    }
}
