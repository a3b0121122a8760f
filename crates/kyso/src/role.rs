//! Who signs in which capacity (Nghị định 30/2020/NĐ-CP, Điều 32 and Phụ lục I).

use serde::{Deserialize, Serialize};

/// The capacity in which a signature is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The authorised person's signature, chữ ký số của người có thẩm quyền.
    Leader,
    /// The agency's signature, which stands for the seal, dấu của cơ quan.
    Seal,
    /// The agency's signature on an electronic copy (sao y, sao lục, trích sao) or a separate attachment.
    Copy,
    /// Anyone else's.
    Other,
    /// A document time-stamp.
    Timestamp,
}

/// Name of the signature field that a result reserves for its certifier, the leader (người chứng thực).
pub const CERTIFIER_FIELD: &str = "NguoiChungThuc";
/// Name of the signature field that a result reserves for the officer who received the request (người tiếp nhận hồ sơ).
pub const RECEIVER_FIELD: &str = "NguoiTiepNhan";
/// Name of the signature field that a result reserves for the agency's seal (con dấu). Sealing without a place fills it.
pub const SEAL_FIELD: &str = "ConDau";

/// Names of the signature fields that a result reserves for everyone else who signs it: the translator, the interpreter,
/// parties and witnesses, who have their ordinal behind it.
const OTHER_FIELDS: [&str; 4] = ["NguoiDich", "NguoiPhienDich", "NguoiYeuCau", "NguoiLamChung"];

/// Whether a result reserves a signature field of this name for somebody whom its form demands: whoever certifies,
/// the receiving officer, the translator, the interpreter, a party, a witness. The seal's isn't among them.
pub(crate) fn is_demanded(field: &str) -> bool {
    let name = field.trim_end_matches(|c: char| c.is_ascii_digit());
    [CERTIFIER_FIELD, RECEIVER_FIELD].contains(&field) || OTHER_FIELDS.contains(&name)
}

/// Proof that validation found a leader's signature under which the agency's seal may lie
/// (Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d): in one document, for one certificate of the agency's.
///
/// Only validation makes one ([`leader_signature`](crate::leader_signature)), and only sealing takes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaderSignature {
    field: String,
    document_sha256: String,
    certificate_sha256: String,
}

impl LeaderSignature {
    /// Only `validate` calls this, after the signature held.
    pub(crate) fn witnessed(field: String, document_sha256: String, certificate_sha256: String) -> Self {
        Self { field, document_sha256, certificate_sha256 }
    }

    /// The fully qualified name of the leader's signature field.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// SHA-256 of the document in which it was found, lower-case hex: the witness speaks of no other document.
    pub fn document_sha256(&self) -> &str {
        &self.document_sha256
    }

    /// SHA-256 of the certificate that may seal over it, lower-case hex.
    pub fn certificate_sha256(&self) -> &str {
        &self.certificate_sha256
    }
}
