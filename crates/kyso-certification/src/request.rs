//! A request for one certification: what a lời chứng is filled from, and what the law's rules are checked on. One request
//! takes one number: several copies of one original share it, a transaction has one however many originals and parties it
//! has; another paper is another request (Nghị định 23/2015/NĐ-CP, Điều 20 khoản 3; Thông tư 01/2020/TT-BTP, Điều 4).

use jiff::civil::{Date, DateTime, Time};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

use super::data::{Flaw, Source, date_time_or_none, day, day_or_none, time_or_none};
use super::fee::fee;
use super::identity::IdNumber;
use super::kinds::Kind;
use super::template::Way;

/// A request for one certification, in JSON or TOML.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Request {
    /// The kind's code, e.g. `CK`.
    pub kind: String,
    /// The template's variant, e.g. `one-person-one-stop`.
    pub variant: String,
    /// The day of the certification.
    #[serde(deserialize_with = "day")]
    pub date: Date,
    /// When the request came in, Vietnam's time; the deadline counts from it.
    #[serde(default, deserialize_with = "date_time_or_none", skip_serializing_if = "Option::is_none")]
    pub received: Option<DateTime>,
    /// The deadline was extended: by as much as the law allows, or by a written agreement to a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Extension>,
    /// The place of certification.
    pub place: Place,
    /// Who certifies.
    pub certifier: Certifier,
    /// The officer who received the request, where he signs or is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receiver: Option<Receiver>,
    /// The requesters: who signed, the transaction's parties, the testator, heirs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<Party>,
    /// The requesters whom the lời chứng doesn't name, as on copies: the register and the record name them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requesters: Vec<Requester>,
    /// The translator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub translator: Option<Translator>,
    /// Witnesses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub witnesses: Vec<Person>,
    /// The interpreter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interpreter: Option<Interpreter>,
    /// The paper that is certified.
    pub document: Paper,
    /// How many copies are certified under the number; the one that the office keeps isn't counted.
    #[serde(default = "one")]
    pub copies: u32,
    /// The transaction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction: Option<Transaction>,
    /// The transaction that is amended or cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier: Option<Earlier>,
    /// Whether the certifier, his spouse or a relative of his is a party (Điều 9 khoản 3).
    #[serde(default)]
    pub related_to_certifier: bool,
    /// The dossier's code at the one-stop desk (mã hồ sơ).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dossier_code: Option<String>,
}

fn one() -> u32 {
    1
}

/// How a deadline was extended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Extension {
    /// By as many working days as the law allows for much work (Điều 21).
    MuchWork,
    /// By a written agreement (Điều 21, 37).
    Agreed {
        /// The day agreed on.
        #[serde(deserialize_with = "day")]
        until: Date,
    },
}

/// The place of certification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Place {
    /// As the lời chứng says after "Tại".
    pub name: String,
    /// Whether the place is outside the office (Điều 10): hour and minute are needed then.
    #[serde(default)]
    pub outside: bool,
    /// Hour and minute.
    #[serde(default, deserialize_with = "time_or_none", skip_serializing_if = "Option::is_none")]
    pub time: Option<Time>,
}

/// Who certifies (người thực hiện chứng thực).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Certifier {
    /// The full name (họ, chữ đệm và tên), without academic titles.
    pub name: String,
    /// The office by which he certifies, e.g. `chairman`, `delegate`.
    pub office: String,
    /// The title (chức danh), e.g. "Phó Chủ tịch".
    pub title: String,
    /// The agency, e.g. "Ủy ban nhân dân xã Bình Minh, tỉnh Mẫu".
    pub agency: String,
    /// In whose place he signs.
    #[serde(default)]
    pub power: Power,
    /// The lines above the signature, in capitals: "TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"
    /// (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.7).
    pub signature_lines: Vec<String>,
    /// The delegation or assignment (văn bản ủy quyền, phân công).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegation: Option<Delegation>,
}

/// In whose place someone signs (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Power {
    /// The certifier's own power.
    #[default]
    #[serde(rename = "")]
    Own,
    /// A collective's (thay mặt).
    #[serde(rename = "TM.")]
    OnBehalf,
    /// As acting head (quyền).
    #[serde(rename = "Q.")]
    Acting,
    /// The head's, as his deputy (ký thay).
    #[serde(rename = "KT.")]
    ForHead,
    /// By order (thừa lệnh).
    #[serde(rename = "TL.")]
    ByOrder,
    /// By delegation (thừa ủy quyền).
    #[serde(rename = "TUQ.")]
    ByDelegation,
}

impl Power {
    /// Every one.
    pub const ALL: [Self; 6] =
        [Self::Own, Self::OnBehalf, Self::Acting, Self::ForHead, Self::ByOrder, Self::ByDelegation];

    /// The words before a title; empty for the certifier's own power.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Own => "",
            Self::OnBehalf => "TM.",
            Self::Acting => "Q.",
            Self::ForHead => "KT.",
            Self::ByOrder => "TL.",
            Self::ByDelegation => "TUQ.",
        }
    }
}

/// A delegation or assignment (văn bản ủy quyền, phân công).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Delegation {
    /// Number and symbol of the document.
    pub number: String,
    /// The date of the delegation.
    #[serde(deserialize_with = "day")]
    pub date: Date,
    /// The first day of the power.
    #[serde(deserialize_with = "day")]
    pub from: Date,
    /// The last day of the power, where it has one.
    #[serde(default, deserialize_with = "day_or_none", skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// How someone is addressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Salutation {
    /// Ông.
    Ong,
    /// Bà.
    Ba,
}

impl Salutation {
    /// The word within a sentence.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ong => "ông",
            Self::Ba => "bà",
        }
    }
}

/// The officer who received the request (người tiếp nhận hồ sơ).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Receiver {
    /// The form of address.
    pub salutation: Salutation,
    /// The full name.
    pub name: String,
}

/// The paper that shows who someone is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Id {
    /// The sort of document by the code of `kinds.toml`, e.g. `the-can-cuoc`.
    pub kind: String,
    /// The document's number, masked wherever a person reads it.
    pub number: IdNumber,
    /// The last day of its validity, where it has one.
    #[serde(default, deserialize_with = "day_or_none", skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Date>,
}

/// Someone who is named with a paper that shows who he is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Person {
    /// The form of address.
    pub salutation: Salutation,
    /// The full name.
    pub name: String,
    /// The identity document.
    pub id: Id,
}

/// Someone who asks for the certification (người yêu cầu chứng thực).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Party {
    /// The form of address.
    pub salutation: Salutation,
    /// The full name.
    pub name: String,
    /// The identity document.
    pub id: Id,
    /// In what capacity, e.g. "Bên A".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<String>,
    /// The way of signing.
    #[serde(default)]
    pub way: Way,
    /// Whether the party can't read or hear, so that witnesses are needed (Điều 36 khoản 3).
    #[serde(default)]
    pub needs_witnesses: bool,
}

/// Someone who asks for a certification that names nobody (người yêu cầu chứng thực bản sao). A copy's book has the name
/// alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Requester {
    /// The full name, or the organisation's.
    pub name: String,
    /// The identity document, where the requester showed one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
}

/// The translator (người dịch).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Translator {
    /// The form of address.
    pub salutation: Salutation,
    /// The full name.
    pub name: String,
    /// The identity document.
    pub id: Id,
    /// From which language, e.g. "tiếng Anh".
    pub from: String,
    /// Into which language, e.g. "tiếng Việt".
    pub into: String,
    /// Whether the translator is one of the justice office's (cộng tác viên dịch thuật).
    #[serde(default)]
    pub collaborator: bool,
}

/// The interpreter (người phiên dịch).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Interpreter {
    /// The form of address.
    pub salutation: Salutation,
    /// The full name.
    pub name: String,
    /// The identity document.
    pub id: Id,
    /// The other language, e.g. "tiếng Ê Đê".
    pub language: String,
}

/// The paper that is certified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Paper {
    /// The paper's title, for the register and the archive, e.g. "Giấy ủy quyền".
    pub title: String,
    /// How many pages it has; a copy's fee goes by those of the original.
    pub pages: u32,
    /// How many sheets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheets: Option<u32>,
    /// Whether the paper's content is a contract or transaction: the signature on one isn't certified, but for letters
    /// of authority of a closed list (Điều 25 khoản 4).
    #[serde(default)]
    pub is_transaction: bool,
    /// Which of that list, by the code of `kinds.toml`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
}

/// A transaction (giao dịch).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Transaction {
    /// The transaction's name as the lời chứng gives it, e.g. "Hợp đồng tặng cho quyền sử dụng đất".
    pub title: String,
    /// How many originals (bản chính) there are, with the one that is kept.
    pub originals: u32,
    /// How many sheets (tờ) each has.
    pub sheets: u32,
    /// How many pages (trang) each has.
    pub pages: u32,
    /// Who gets how many of them.
    pub recipients: Vec<Recipient>,
    /// The place where the office keeps an original.
    pub kept_at: String,
}

/// Who gets originals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Recipient {
    /// Who, e.g. "Bên A".
    pub name: String,
    /// How many.
    pub count: u32,
}

/// An earlier certification of a transaction, that is amended or cancelled (Điều 38).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Earlier {
    /// What is done to it.
    pub act: Act,
    /// The ordinal of the earlier number, e.g. "07".
    pub number: String,
    /// The book of the earlier certification, e.g. "01/2025-SCT/HĐ,GD".
    pub book: String,
    /// The date of the earlier certification.
    #[serde(deserialize_with = "day")]
    pub date: Date,
}

/// What is done to an earlier transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Sửa đổi, bổ sung.
    Amendment,
    /// Hủy bỏ.
    Cancellation,
}

impl Request {
    /// Whom the register names as asking for it: the translator, the parties, or those whom the lời chứng doesn't name.
    pub fn asked_by(&self) -> Vec<(&str, Option<&Id>)> {
        let requesters = self.requesters.iter().map(|one| (one.name.as_str(), one.id.as_ref()));
        let parties = self.parties.iter().map(|party| (party.name.as_str(), Some(&party.id)));
        match &self.translator {
            Some(translator) => vec![(translator.name.as_str(), Some(&translator.id))],
            None => parties.chain(requesters).collect(),
        }
    }

    /// The fee in đồng; the copy that the office keeps is free.
    pub fn fee(&self, kind: &Kind) -> u64 {
        fee(kind.fee, self.document.pages, self.copies)
    }

    /// The code of its administrative procedure (TTHC). Of a kind with two, the first is for the justice office's own
    /// translators (cộng tác viên), the second for others.
    pub fn procedure<'k>(&self, kind: &'k Kind) -> Option<&'k str> {
        let outsider = self.translator.as_ref().is_some_and(|translator| !translator.collaborator);
        let procedures = &kind.procedures;
        procedures.get(usize::from(outsider)).or(procedures.first()).map(String::as_str)
    }

    /// Reads a request from TOML; `file` is its name in errors.
    ///
    /// # Errors
    /// A [`Flaw`] that names the line and the key.
    pub fn from_toml(file: &str, text: &str) -> Result<Self, Flaw> {
        Source { file, text: &composed(text) }.read()
    }
}

/// A text with its Vietnamese letters composed (NFC): as some systems write them, letter and tone apart, names that look
/// the same would differ.
pub fn composed(text: &str) -> String {
    text.nfc().collect()
}
