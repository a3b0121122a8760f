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

/// What parts a kept field's name from the number that it gets where the document has such names already.
const NUMBERED: char = '-';

/// Names of the signature fields that a result reserves for everyone else who signs it: the translator, the interpreter,
/// parties and witnesses, who have their ordinal behind it.
const OTHER_FIELDS: [&str; 4] = ["NguoiDich", "NguoiPhienDich", "NguoiYeuCau", "NguoiLamChung"];

/// Whether a field of this name is kept for what `base` names: it has that name, or the name with a number, where the
/// document had such names already.
pub fn is_kept_for(name: &str, base: &str) -> bool {
    number_of(name, base).is_some()
}

/// The field that is kept for what `base` names in the result that was prepared last. All fields of a result have one number,
/// that of its certifier's: a field with another number is the paper's, or nobody knows whose.
pub fn kept_field<'n>(names: impl IntoIterator<Item = &'n str>, base: &str) -> Option<&'n str> {
    let names: Vec<&str> = names.into_iter().collect();
    let newest = newest(&names)?;
    names.into_iter().find(|name| number_of(name, base) == Some(newest))
}

/// A name for a new field that is kept for what `base` names: with a number above those of all kept fields that the document
/// has, whatever for, so that the fields of one result have one number and no other field has it.
pub fn name_to_keep<'n>(names: impl IntoIterator<Item = &'n str>, base: &str) -> String {
    match names.into_iter().filter_map(kept).map(|(_, number)| number).max() {
        None => base.to_owned(),
        Some(number) => format!("{base}{NUMBERED}{}", number.saturating_add(1)),
    }
}

/// The number of the result that was prepared last: its certifier's, or the highest where no certifier is asked for. A result
/// keeps a place for the seal beside its certifier's: a certifier's field alone, whatever its number, is none of a result's
/// where another has one.
fn newest(names: &[&str]) -> Option<u64> {
    let of = |base: &'static str| names.iter().filter_map(move |name| number_of(name, base));
    let sealed = of(CERTIFIER_FIELD).filter(|number| of(SEAL_FIELD).any(|seal| seal == *number)).max();
    let highest = || names.iter().filter_map(|name| kept(name)).map(|(_, number)| number).max();
    sealed.or_else(|| of(CERTIFIER_FIELD).max()).or_else(highest)
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

/// Of a field's name that a result may have reserved: the name without its number, and the number.
fn kept(name: &str) -> Option<(&str, u64)> {
    let base = match name.rsplit_once(NUMBERED) {
        Some((base, _)) if is_kept_for(name, base) => base,
        _ => name,
    };
    let plain = base.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let is_reserved = [CERTIFIER_FIELD, RECEIVER_FIELD, SEAL_FIELD].contains(&base) || OTHER_FIELDS.contains(&plain);
    Some((base, number_of(name, base)?)).filter(|_| is_reserved)
}

/// Whether a result may have reserved a field of this name, for whomever.
pub fn is_kept(name: &str) -> bool {
    kept(name).is_some()
}

/// Whether a result keeps a field of this name for somebody else than whoever certifies: who signs there doesn't certify.
pub(crate) fn is_anothers(name: &str) -> bool {
    kept(name).is_some_and(|(base, _)| base != CERTIFIER_FIELD)
}

/// Of these fields of a result the ones in which its form demands a signature: of whoever certifies, the receiving officer, the
/// translator, the interpreter, parties, witnesses. The seal's isn't among them; nor are those of a paper whose names gave
/// ours a number.
pub(crate) fn demanded<'n>(names: &[&'n str]) -> Vec<&'n str> {
    let newest = newest(names);
    let is_demanded =
        |name: &&str| kept(name).is_some_and(|(base, number)| base != SEAL_FIELD && Some(number) == newest);
    names.iter().copied().filter(is_demanded).collect()
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
    fn what_the_newest_result_asks_for_is_demanded() {
        let names =
            ["NguoiTiepNhan", "NguoiTiepNhan-2", "NguoiYeuCau1-2", "ConDau-2", "Ben A", "NguoiDich", "NguoiDich-x"];
        assert_eq!(demanded(&names), ["NguoiTiepNhan-2", "NguoiYeuCau1-2"]);
        assert_eq!(demanded(&["NguoiTiepNhan", "NguoiYeuCau1", "NguoiYeuCau2", "ConDau"]).len(), 3);
        assert_eq!(demanded(&["Ben A", "ConDau"]), [""; 0]);
        // Nobody is excused by a certifier's field of its own.
        let result = ["NguoiTiepNhan", "NguoiChungThuc", "ConDau", "NguoiChungThuc-5"];
        assert_eq!(demanded(&result), ["NguoiTiepNhan", "NguoiChungThuc"]);
        assert_eq!(kept_field(result, CERTIFIER_FIELD), Some("NguoiChungThuc"));
        assert_eq!(demanded(&["NguoiTiepNhan", "NguoiChungThuc", "NguoiChungThuc-2"]), ["NguoiChungThuc-2"]);
    }

    #[test]
    fn a_field_for_somebody_else_is_known_by_its_name() {
        for name in ["NguoiTiepNhan", "NguoiTiepNhan-3", "NguoiYeuCau1", "NguoiYeuCau2-4", "NguoiLamChung1", "ConDau"] {
            assert!(is_anothers(name), "{name}");
        }
        for name in ["NguoiChungThuc", "NguoiChungThuc-2", "Signature1", "LanhDao", "NguoiTiepNhanX", "Nguoi", ""] {
            assert!(!is_anothers(name), "{name}");
        }
    }

    #[test]
    fn names_give_way_together() {
        let names = ["ConDau", "NguoiChungThuc", "NguoiChungThuc-2", "NguoiChungThuc-02", "NguoiChungThuc-x", "Other"];
        for base in [SEAL_FIELD, CERTIFIER_FIELD, RECEIVER_FIELD] {
            assert_eq!(name_to_keep(names, base), format!("{base}-3"));
        }
        // Also above one that a stranger has numbered in advance, and for a name that the paper hasn't.
        assert_eq!(name_to_keep(["ConDau-9"], CERTIFIER_FIELD), "NguoiChungThuc-10");
        assert_eq!(name_to_keep(["NguoiDich"], SEAL_FIELD), "ConDau-2");
        assert_eq!(name_to_keep(["Ben A"], SEAL_FIELD), "ConDau");
        for name in ["NguoiChungThuc-1", "NguoiChungThuc-0", "NguoiChungThuc2", "NguoiChungThuc-", "nguoichungthuc"] {
            assert!(!is_kept_for(name, CERTIFIER_FIELD), "{name}");
        }
        assert!(!is_kept_for("NguoiChungThuc-18446744073709551616", CERTIFIER_FIELD));
        // However high a paper's number is, ours is another or the same name, which nobody can reserve.
        assert_eq!(name_to_keep(["ConDau-999999"], SEAL_FIELD), "ConDau-1000000");
        assert!(is_kept_for("ConDau-1000000", SEAL_FIELD));
        let highest = "ConDau-18446744073709551615";
        assert_eq!(name_to_keep([highest], SEAL_FIELD), highest);
    }

    #[test]
    fn the_seals_field_has_the_certifiers_number() {
        // A field that somebody numbered higher isn't the seal's.
        let names = ["ConDau-5", "NguoiChungThuc", "ConDau"];
        assert_eq!(kept_field(names, SEAL_FIELD), Some("ConDau"));
        let names = ["NguoiChungThuc", "ConDau", "NguoiChungThuc-2", "ConDau-2", "ConDau-3"];
        assert_eq!(kept_field(names, CERTIFIER_FIELD), Some("NguoiChungThuc-2"));
        assert_eq!(kept_field(names, SEAL_FIELD), Some("ConDau-2"));
        assert_eq!(kept_field(["NguoiChungThuc-2", "ConDau"], SEAL_FIELD), None);
        assert_eq!(kept_field(["ConDau"], SEAL_FIELD), Some("ConDau"));
        assert_eq!(kept_field(["Other"], SEAL_FIELD), None);
    }
}
