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

/// What parts a kept field's name from the number that it gets where the document has the name already.
const NUMBERED: char = '-';

/// Whether a field of this name is kept for what `base` names: it has that name, or the name with a number, where the
/// document had it already.
pub fn is_kept_for(name: &str, base: &str) -> bool {
    number_of(name, base).is_some()
}

/// The field that is kept for what `base` names: of several, the one with the highest number, which came last.
pub fn kept_field<'n>(names: impl IntoIterator<Item = &'n str>, base: &str) -> Option<&'n str> {
    let numbered = names.into_iter().filter_map(|name| Some((number_of(name, base)?, name)));
    numbered.max_by_key(|(number, _)| *number).map(|(_, name)| name)
}

/// A name for a new field that is kept for what `base` names: with a number above all that the document has.
pub fn name_to_keep<'n>(names: impl IntoIterator<Item = &'n str>, base: &str) -> String {
    match names.into_iter().filter_map(|name| number_of(name, base)).max() {
        None => base.to_owned(),
        Some(number) => format!("{base}{NUMBERED}{}", number.saturating_add(1)),
    }
}

/// 1 of `base` itself, else the number behind it, from 2 and without leading zeros.
fn number_of(name: &str, base: &str) -> Option<u64> {
    let rest = name.strip_prefix(base)?;
    if rest.is_empty() {
        return Some(1);
    }
    let digits = rest.strip_prefix(NUMBERED)?;
    let number = digits.parse::<u64>().ok().filter(|number| *number > 1)?;
    (number.to_string() == digits).then_some(number)
}

/// Names of the signature fields that a result reserves for everyone else who signs it: the translator, the interpreter,
/// parties and witnesses, who have their ordinal behind it.
const OTHER_FIELDS: [&str; 4] = ["NguoiDich", "NguoiPhienDich", "NguoiYeuCau", "NguoiLamChung"];

/// Of these fields of a result the ones in which its form demands a signature: of whoever certifies, the receiving officer, the
/// translator, the interpreter, parties, witnesses. The seal's isn't among them; nor are those of a paper whose names gave
/// ours a number.
pub(crate) fn demanded<'n>(names: &[&'n str]) -> Vec<&'n str> {
    let is_base = |name: &str| {
        let plain = name.trim_end_matches(|c: char| c.is_ascii_digit());
        [CERTIFIER_FIELD, RECEIVER_FIELD].contains(&name) || OTHER_FIELDS.contains(&plain)
    };
    let base = |name: &'n str| match name.rsplit_once(NUMBERED) {
        Some((base, _)) if is_kept_for(name, base) => base,
        _ => name,
    };
    let is_newest = |name: &str, base: &str| kept_field(names.iter().copied(), base) == Some(name);
    names.iter().copied().filter(|name| is_base(base(name)) && is_newest(name, base(name))).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_of_a_name_is_demanded() {
        let names =
            ["NguoiTiepNhan", "NguoiTiepNhan-2", "NguoiYeuCau1", "NguoiYeuCau2", "ConDau", "Ben A", "NguoiDich-x"];
        assert_eq!(demanded(&names), ["NguoiTiepNhan-2", "NguoiYeuCau1", "NguoiYeuCau2"]);
    }

    #[test]
    fn names_give_way_and_the_newest_counts() {
        let names = ["ConDau", "NguoiChungThuc", "NguoiChungThuc-2", "NguoiChungThuc-02", "NguoiChungThuc-x", "Other"];
        assert_eq!(name_to_keep(names, SEAL_FIELD), "ConDau-2");
        assert_eq!(name_to_keep(names, CERTIFIER_FIELD), "NguoiChungThuc-3");
        assert_eq!(name_to_keep(names, RECEIVER_FIELD), "NguoiTiepNhan");
        // Also above one that a stranger has numbered in advance.
        assert_eq!(name_to_keep(["ConDau-9"], SEAL_FIELD), "ConDau-10");
        assert_eq!(kept_field(names, CERTIFIER_FIELD), Some("NguoiChungThuc-2"));
        assert_eq!(kept_field(names, RECEIVER_FIELD), None);
        for name in ["NguoiChungThuc-1", "NguoiChungThuc-0", "NguoiChungThuc2", "NguoiChungThuc-", "nguoichungthuc"] {
            assert!(!is_kept_for(name, CERTIFIER_FIELD), "{name}");
        }
    }
}
