//! What a template may name between braces: `{{party.name}}`. With a capital first letter (`{{Party.salutation}}`) the
//! value begins with one.

/// A value that comes from the request, the number or the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "TABLE says what each one is")]
pub enum Placeholder {
    Date,
    DateWords,
    Time,
    Place,
    NumberOrdinal,
    NumberBook,
    CertifierName,
    CertifierPosition,
    ReceiverSalutation,
    ReceiverName,
    PartyIndex,
    PartySalutation,
    PartyName,
    PartyIdKind,
    PartyIdNumber,
    PartyCapacity,
    PartiesSigned,
    WitnessIndex,
    WitnessSalutation,
    WitnessName,
    WitnessIdKind,
    WitnessIdNumber,
    InterpreterSalutation,
    InterpreterName,
    InterpreterIdKind,
    InterpreterIdNumber,
    InterpreterLanguage,
    TranslatorSalutation,
    TranslatorName,
    TranslatorIdKind,
    TranslatorIdNumber,
    TranslatorFrom,
    TranslatorInto,
    DocumentTitle,
    DocumentPages,
    TransactionTitle,
    OriginalsCount,
    OriginalsSheets,
    OriginalsPages,
    OriginalsRecipients,
    OriginalsKept,
    EarlierAct,
    EarlierNumber,
    EarlierBook,
    EarlierDate,
}

/// Where a placeholder may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// Anywhere.
    Anywhere,
    /// In a part that repeats for each party, or anywhere in a template for one party.
    Party,
    /// In a part that repeats for each party.
    EachParty,
    /// In a part that repeats for each witness.
    EachWitness,
}

use Placeholder as P;
use Scope::{Anywhere, EachParty, EachWitness, Party};

/// Every placeholder: its name, where it may stand, what it is.
pub(super) const TABLE: &[(&str, Placeholder, Scope, &str)] = &[
    ("date", P::Date, Anywhere, "ngày 05 tháng 3 năm 2026"),
    ("date.words", P::DateWords, Anywhere, "ngày mồng năm, tháng ba, năm hai nghìn không trăm hai mươi sáu"),
    ("time", P::Time, Anywhere, "09 giờ 30 phút; chỉ khi chứng thực ngoài trụ sở"),
    ("place", P::Place, Anywhere, "địa điểm chứng thực"),
    ("number.ordinal", P::NumberOrdinal, Anywhere, "số chứng thực: 07"),
    ("number.book", P::NumberBook, Anywhere, "quyển số: 01/2026-SCT/CK,ĐC"),
    ("certifier.name", P::CertifierName, Anywhere, "họ tên người thực hiện chứng thực"),
    ("certifier.position", P::CertifierPosition, Anywhere, "chức danh và cơ quan của người thực hiện chứng thực"),
    ("receiver.salutation", P::ReceiverSalutation, Anywhere, "ông, bà: người tiếp nhận hồ sơ"),
    ("receiver.name", P::ReceiverName, Anywhere, "họ tên người tiếp nhận hồ sơ"),
    ("party.index", P::PartyIndex, EachParty, "số thứ tự của người yêu cầu: 1, 2, …"),
    ("party.salutation", P::PartySalutation, Party, "ông, bà: người yêu cầu chứng thực"),
    ("party.name", P::PartyName, Party, "họ tên người yêu cầu chứng thực"),
    ("party.id-kind", P::PartyIdKind, Party, "loại giấy tờ tùy thân"),
    ("party.id-number", P::PartyIdNumber, Party, "số giấy tờ tùy thân"),
    ("party.capacity", P::PartyCapacity, Party, "tư cách: Bên A, …"),
    ("parties.signed", P::PartiesSigned, Anywhere, "ký; điểm chỉ; ký, điểm chỉ"),
    ("witness.index", P::WitnessIndex, EachWitness, "số thứ tự của người làm chứng"),
    ("witness.salutation", P::WitnessSalutation, EachWitness, "ông, bà: người làm chứng"),
    ("witness.name", P::WitnessName, EachWitness, "họ tên người làm chứng"),
    ("witness.id-kind", P::WitnessIdKind, EachWitness, "loại giấy tờ tùy thân của người làm chứng"),
    ("witness.id-number", P::WitnessIdNumber, EachWitness, "số giấy tờ tùy thân của người làm chứng"),
    ("interpreter.salutation", P::InterpreterSalutation, Anywhere, "ông, bà: người phiên dịch"),
    ("interpreter.name", P::InterpreterName, Anywhere, "họ tên người phiên dịch"),
    ("interpreter.id-kind", P::InterpreterIdKind, Anywhere, "loại giấy tờ tùy thân của người phiên dịch"),
    ("interpreter.id-number", P::InterpreterIdNumber, Anywhere, "số giấy tờ tùy thân của người phiên dịch"),
    ("interpreter.language", P::InterpreterLanguage, Anywhere, "ngôn ngữ được phiên dịch: tiếng Anh"),
    ("translator.salutation", P::TranslatorSalutation, Anywhere, "ông, bà: người dịch"),
    ("translator.name", P::TranslatorName, Anywhere, "họ tên người dịch"),
    ("translator.id-kind", P::TranslatorIdKind, Anywhere, "loại giấy tờ tùy thân của người dịch"),
    ("translator.id-number", P::TranslatorIdNumber, Anywhere, "số giấy tờ tùy thân của người dịch"),
    ("translator.from", P::TranslatorFrom, Anywhere, "dịch từ: tiếng Anh"),
    ("translator.into", P::TranslatorInto, Anywhere, "dịch sang: tiếng Việt"),
    ("document.title", P::DocumentTitle, Anywhere, "tên giấy tờ, văn bản"),
    ("document.pages", P::DocumentPages, Anywhere, "số trang của giấy tờ, văn bản: 02"),
    ("transaction.title", P::TransactionTitle, Anywhere, "tên giao dịch: hợp đồng ủy quyền"),
    ("originals.count", P::OriginalsCount, Anywhere, "số bản chính: 03"),
    ("originals.sheets", P::OriginalsSheets, Anywhere, "số tờ của mỗi bản chính: 02"),
    ("originals.pages", P::OriginalsPages, Anywhere, "số trang của mỗi bản chính: 04"),
    ("originals.recipients", P::OriginalsRecipients, Anywhere, "ai nhận bản chính: Bên A 01 bản, Bên B 01 bản"),
    ("originals.kept", P::OriginalsKept, Anywhere, "nơi lưu một bản chính"),
    ("earlier.act", P::EarlierAct, Anywhere, "sửa đổi, bổ sung; hủy bỏ"),
    ("earlier.number", P::EarlierNumber, Anywhere, "số chứng thực của giao dịch trước"),
    ("earlier.book", P::EarlierBook, Anywhere, "quyển số của giao dịch trước"),
    ("earlier.date", P::EarlierDate, Anywhere, "ngày chứng thực giao dịch trước"),
];

impl Placeholder {
    /// The placeholder's name between braces.
    pub fn name(self) -> &'static str {
        TABLE.iter().find(|(_, known, ..)| *known == self).map_or("", |(name, ..)| name)
    }

    /// Every placeholder with what it is, in Vietnamese, for whoever writes templates.
    pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
        TABLE.iter().map(|(name, _, _, what)| (*name, *what))
    }
}

/// The placeholder of a name, where it may stand, and whether its value shall begin with a capital letter.
pub(super) fn find(name: &str) -> Option<(Placeholder, Scope, bool)> {
    let capital = name.starts_with(|c: char| c.is_ascii_uppercase());
    let lower = match (capital, name.split_at_checked(1)) {
        (true, Some((first, rest))) => first.to_ascii_lowercase() + rest,
        _ => name.to_owned(),
    };
    let (_, placeholder, scope, _) = TABLE.iter().find(|(known, ..)| *known == lower)?;
    Some((*placeholder, *scope, capital))
}
