//! Requests that are made up, to show and to try a template with. Whoever is in them is called Mẫu (sample), and no place
//! in them is real.

use jiff::civil::{Date, date, time};

use super::catalogue::Catalogue;
use super::identity::IdNumber;
use super::number::CertificationNumber;
use super::request::{
    Act, Certifier, Delegation, Earlier, Id, Interpreter, Paper, Party, Person, Place, Power, Receiver, Recipient,
    Request, Requester, Salutation, Transaction, Translator,
};
use super::template::{Condition, PartyCount, Placeholder, SignatureRole, Template, Way};

/// How much is in a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// As little as there can be.
    Short,
    /// Long names, many parties, witnesses, an interpreter, a deputy who signs outside the office where all that may be.
    Long,
}

const LONG_NAME: &str = "Công Tằng Tôn Nữ Hoàng Thị Nguyễn Ngọc Quỳnh Trâm Anh Phương Mẫu";

/// A request that fills a template.
pub fn request(template: &Template, catalogue: &Catalogue, size: Size) -> Request {
    let long = size == Size::Long;
    let kind = template.kinds.first().and_then(|code| catalogue.kinds.kind(code));
    let date = day(template);
    let may_be_outside =
        long && kind.is_some_and(|kind| kind.outside) && !template.is_signed_by(SignatureRole::Receiver);
    let needs = |placeholder| template.names(placeholder);
    let has = |condition| template.parts.iter().any(|part| part.when == Some(condition));
    let transaction = needs(Placeholder::TransactionTitle) || needs(Placeholder::OriginalsCount);
    Request {
        kind: template.kinds.first().cloned().unwrap_or_default(),
        variant: template.variant.clone(),
        date,
        received: Some(date.at(9, 15, 0, 0)),
        extension: None,
        place: Place {
            name: match may_be_outside {
                true => "thôn Đông, xã Bình Minh, tỉnh Mẫu".into(),
                false => "Trung tâm Phục vụ hành chính công xã Bình Minh, tỉnh Mẫu".into(),
            },
            outside: may_be_outside,
            time: may_be_outside.then(|| time(9, 30, 0, 0)),
        },
        certifier: if long { deputy() } else { chairman() },
        receiver: template.is_signed_by(SignatureRole::Receiver).then(|| Receiver {
            salutation: Salutation::Ba,
            name: if long { LONG_NAME.into() } else { "Lê Thị Mẫu".into() },
        }),
        parties: parties(template, long),
        requesters: requesters(template, long),
        translator: needs(Placeholder::TranslatorName).then(|| translator(long)),
        witnesses: match long && has(Condition::Witnesses) {
            true => vec![person(Salutation::Ong, "Hoàng Văn Mẫu", 901), person(Salutation::Ba, "Vũ Thị Mẫu", 902)],
            false => Vec::new(),
        },
        interpreter: (long && has(Condition::Interpreter)).then(|| Interpreter {
            salutation: Salutation::Ong,
            name: "Y Bhiă Mẫu".into(),
            id: id(903),
            language: "tiếng Ê Đê".into(),
        }),
        document: Paper {
            title: if long {
                "Bằng tốt nghiệp và bảng điểm toàn khóa học của Trường Đại học Mẫu".into()
            } else {
                "Giấy MẪU".into()
            },
            pages: if long { 12 } else { 1 },
            sheets: Some(if long { 6 } else { 1 }),
            is_transaction: false,
            authority: None,
        },
        copies: if long { 5 } else { 1 },
        transaction: transaction.then(|| self::transaction(template, long)),
        earlier: needs(Placeholder::EarlierNumber).then(|| Earlier {
            act: if long { Act::Cancellation } else { Act::Amendment },
            number: "07".into(),
            book: "01/2025-SCT/HĐ,GD".into(),
            date: date_before(date),
        }),
        related_to_certifier: false,
        dossier_code: None,
    }
}

/// A number for it.
pub fn number(request: &Request, catalogue: &Catalogue) -> CertificationNumber {
    let symbol = catalogue.kinds.kind(&request.kind).and_then(|kind| catalogue.kinds.symbol(kind, request.date));
    CertificationNumber {
        symbol: symbol.unwrap_or("SCT/MẪU").to_owned(),
        year: request.date.year(),
        ordinal: 128,
        book: 1,
    }
}

/// A working day on which the template is in use.
fn day(template: &Template) -> Date {
    let usual = date(2026, 3, 5);
    match template.effective_until {
        Some(until) if until < usual => until,
        _ => usual.max(template.effective_from),
    }
}

fn date_before(date: Date) -> Date {
    Date::new(date.year() - 1, 4, 24).unwrap_or(date)
}

fn chairman() -> Certifier {
    Certifier {
        name: "Nguyễn Văn Mẫu".into(),
        office: "chairman".into(),
        title: "Chủ tịch".into(),
        agency: "Ủy ban nhân dân xã Bình Minh, tỉnh Mẫu".into(),
        power: Power::OnBehalf,
        signature_lines: vec!["TM. ỦY BAN NHÂN DÂN".into(), "CHỦ TỊCH".into()],
        delegation: None,
    }
}

fn deputy() -> Certifier {
    Certifier {
        name: "Nguyễn Phúc Vĩnh Hoàng Trần Lê Văn Mẫu".into(),
        office: "delegate".into(),
        title: "Phó Chủ tịch".into(),
        agency: "Ủy ban nhân dân xã Bình Minh, tỉnh Mẫu".into(),
        power: Power::ForHead,
        signature_lines: vec!["TM. ỦY BAN NHÂN DÂN".into(), "KT. CHỦ TỊCH".into(), "PHÓ CHỦ TỊCH".into()],
        delegation: Some(Delegation {
            number: "15/QĐ-UBND".into(),
            date: date(2020, 1, 2),
            from: date(2020, 1, 2),
            until: None,
        }),
    }
}

fn id(number: u32) -> Id {
    Id { kind: "the-can-cuoc".into(), number: IdNumber::new(format!("{number:012}")), valid_until: None }
}

fn person(salutation: Salutation, name: &str, number: u32) -> Person {
    Person { salutation, name: name.to_owned(), id: id(number) }
}

fn translator(long: bool) -> Translator {
    Translator {
        salutation: Salutation::Ba,
        name: if long { LONG_NAME.into() } else { "Đỗ Thị Mẫu".into() },
        id: id(904),
        from: "tiếng Anh".into(),
        into: "tiếng Việt".into(),
        collaborator: true,
    }
}

fn parties(template: &Template, long: bool) -> Vec<Party> {
    let count = match (template.parties, long) {
        (PartyCount::None, _) => 0,
        (PartyCount::One, _) => 1,
        (PartyCount::Many | PartyCount::Any, false) => 2,
        (PartyCount::Many | PartyCount::Any, true) => 30,
    };
    let ways = if template.ways.is_empty() { &[Way::Signature][..] } else { &template.ways };
    let middle = ["Thị", "Văn", "Ngọc", "Minh", "Thu", "Đức"];
    let family = ["Trần", "Phạm", "Hoàng", "Võ", "Đặng", "Bùi", "Đỗ"];
    (0..count)
        .zip(middle.iter().cycle())
        .zip(family.iter().cycle())
        .zip(ways.iter().cycle())
        .map(|(((index, middle), family), way): (((u32, _), _), _)| {
            let salutation = if index % 2 == 0 { Salutation::Ba } else { Salutation::Ong };
            let side = if index % 2 == 0 { "Bên A" } else { "Bên B" };
            Party {
                salutation,
                name: if long && index == 0 {
                    LONG_NAME.into()
                } else {
                    format!("{family} {middle} Mẫu {}", letter(index))
                },
                id: id(index + 1),
                capacity: Some(side.to_owned()),
                way: if long { *way } else { ways.first().copied().unwrap_or_default() },
                needs_witnesses: false,
            }
        })
        .collect()
}

/// Requesters for copies, whose statement names nobody.
fn requesters(template: &Template, long: bool) -> Vec<Requester> {
    match (template.parties, template.names(Placeholder::TranslatorName), long) {
        (PartyCount::None, false, false) => vec![Requester { name: "Trần Thị Mẫu".into(), id: None }],
        (PartyCount::None, false, true) => vec![Requester { name: LONG_NAME.into(), id: Some(id(905)) }],
        _ => Vec::new(),
    }
}

/// A, B, …, Z, AA, …
fn letter(index: u32) -> String {
    let last = char::from_u32(u32::from('A') + index % 26).unwrap_or('A');
    if index < 26 { last.to_string() } else { format!("{}{last}", letter(index / 26 - 1)) }
}

fn transaction(template: &Template, long: bool) -> Transaction {
    let title = match template.kinds.first().map(String::as_str) {
        Some("GD-DICHUC") => "di chúc",
        Some("GD-TUCHOI") => "văn bản từ chối nhận di sản",
        Some("GD-PHANCHIA") => "văn bản thỏa thuận phân chia di sản",
        _ if long => "hợp đồng tặng cho quyền sử dụng đất, quyền sở hữu nhà ở và tài sản khác gắn liền với đất",
        _ => "hợp đồng cho thuê nhà ở",
    };
    let recipients = match template.parties {
        PartyCount::One => vec![Recipient { name: "người lập".into(), count: 1 }],
        _ => vec![Recipient { name: "Bên A".into(), count: 1 }, Recipient { name: "Bên B".into(), count: 1 }],
    };
    Transaction {
        title: title.to_owned(),
        originals: u32::try_from(recipients.len()).unwrap_or(1) + 1,
        sheets: if long { 6 } else { 2 },
        pages: if long { 12 } else { 3 },
        recipients,
        kept_at: "Ủy ban nhân dân xã Bình Minh".into(),
    }
}
