//! The URIs of ETSI TS 119 102-2.

use kyso::Indication;
use kyso::crypto::DigestAlgorithm;
use kyso::validate::Process;

/// 4.4.7: shown by the validation itself.
pub(super) const POE_BY_VALIDATION: &str = "urn:etsi:019102:poetype:validation";
/// 4.2.5.4.
pub(super) const CONSTRAINT_APPLIED: &str = "urn:etsi:019102:constraintStatus:applied";

/// 4.2.4.2, of a signature.
pub(super) fn indication(indication: Indication) -> &'static str {
    match indication {
        Indication::TotalPassed => "urn:etsi:019102:mainindication:total-passed",
        Indication::Indeterminate => "urn:etsi:019102:mainindication:indeterminate",
        Indication::TotalFailed => "urn:etsi:019102:mainindication:total-failed",
    }
}

/// 4.2.4.2, of a building block, a time-stamp's among them.
pub(super) fn of_block(indication: Indication) -> &'static str {
    match indication {
        Indication::TotalPassed => "urn:etsi:019102:mainindication:passed",
        Indication::Indeterminate => "urn:etsi:019102:mainindication:indeterminate",
        Indication::TotalFailed => "urn:etsi:019102:mainindication:failed",
    }
}

/// 4.2.11.
pub(super) fn process(process: Process) -> &'static str {
    match process {
        Process::Basic => "urn:etsi:019102:validationprocess:Basic",
        Process::Time => "urn:etsi:019102:validationprocess:LTVM",
        Process::LongTerm => "urn:etsi:019102:validationprocess:LTA",
    }
}

/// 4.2.12.4, of a reason of RFC 5280, 5.3.1.
pub(super) fn revocation_reason(reason: &str) -> String {
    format!("urn:etsi:019102:revocationReason:{reason}")
}

/// RFC 9231, 2.1.
pub(super) fn digest(digest: DigestAlgorithm) -> &'static str {
    match digest {
        DigestAlgorithm::Md5 => "http://www.w3.org/2001/04/xmldsig-more#md5",
        DigestAlgorithm::Sha1 => "http://www.w3.org/2000/09/xmldsig#sha1",
        DigestAlgorithm::Sha224 => "http://www.w3.org/2001/04/xmldsig-more#sha224",
        DigestAlgorithm::Sha256 => "http://www.w3.org/2001/04/xmlenc#sha256",
        DigestAlgorithm::Sha384 => "http://www.w3.org/2001/04/xmldsig-more#sha384",
        DigestAlgorithm::Sha512 => "http://www.w3.org/2001/04/xmlenc#sha512",
        DigestAlgorithm::Sha3_256 => "http://www.w3.org/2007/05/xmldsig-more#sha3-256",
        DigestAlgorithm::Sha3_384 => "http://www.w3.org/2007/05/xmldsig-more#sha3-384",
        DigestAlgorithm::Sha3_512 => "http://www.w3.org/2007/05/xmldsig-more#sha3-512",
        DigestAlgorithm::Shake256 => "urn:oid:2.16.840.1.101.3.4.2.12",
        _ => "urn:kyso:digest:unknown",
    }
}
