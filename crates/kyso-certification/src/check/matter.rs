//! What is certified: the paper, the transaction, where.

use super::{Findings, Rule};
use crate::catalogue::Catalogue;
use crate::kinds::{FeeRule, Kind};
use crate::request::{Earlier, Request, Transaction, Translator};
use crate::template::{Placeholder, Template};

pub(super) fn check(
    findings: &mut Findings,
    request: &Request,
    kind: &Kind,
    template: Option<&Template>,
    catalogue: &Catalogue,
) {
    place(findings, request, kind);
    findings.demand(!request.document.title.trim().is_empty(), "document.title");
    findings.demand(request.document.pages > 0, "document.pages");
    if let Some(sheets) = request.document.sheets {
        sheets_and_pages(findings, "document.sheets", sheets, request.document.pages);
    }
    if request.copies == 0 && matches!(kind.fee, FeeRule::PerPage { .. }) {
        findings.demand(false, "copies");
    }
    if kind.signature_of_paper {
        signature_of_paper(findings, request, catalogue);
    }
    let names = |placeholder| template.is_some_and(|template| template.names(placeholder));
    let has_transaction = names(Placeholder::TransactionTitle) || names(Placeholder::OriginalsCount);
    match &request.transaction {
        Some(transaction) => self::transaction(findings, transaction),
        None => findings.demand(!has_transaction, "transaction"),
    }
    match &request.earlier {
        Some(earlier) => self::earlier(findings, earlier, request, catalogue),
        None => findings.demand(!names(Placeholder::EarlierNumber), "earlier"),
    }
    match &request.translator {
        Some(translator) => self::translator(findings, translator),
        None => findings.demand(!names(Placeholder::TranslatorName), "translator"),
    }
    if names(Placeholder::PartyCapacity) {
        for (index, party) in request.parties.iter().enumerate() {
            let there = party.capacity.as_ref().is_some_and(|capacity| !capacity.trim().is_empty());
            findings.demand(there, &format!("parties[{index}].capacity"));
        }
    }
    if let Some(interpreter) = &request.interpreter {
        findings.demand(!interpreter.name.trim().is_empty(), "interpreter.name");
        findings.demand(!interpreter.language.trim().is_empty(), "interpreter.language");
    }
}

/// Điều 10: outside the office for some kinds only, with place, hour and minute.
fn place(findings: &mut Findings, request: &Request, kind: &Kind) {
    findings.demand(!request.place.name.trim().is_empty(), "place.name");
    if !request.place.outside {
        return;
    }
    if !kind.outside {
        findings.refuse(
            Rule::PlaceOutside,
            "place.outside",
            format!("Loại {} chỉ chứng thực tại trụ sở; ngoài trụ sở chỉ có di chúc, giao dịch, chữ ký", kind.code),
            format!(
                "Kind {} is certified at the office; outside it only wills, transactions and signatures are",
                kind.code
            ),
        );
    }
    if request.place.time.is_none() {
        findings.refuse(
            Rule::PlaceTime,
            "place.time",
            "Chứng thực ngoài trụ sở phải ghi rõ giờ, phút",
            "Outside the office hour and minute have to be recorded",
        );
    }
}

/// Điều 25 khoản 4: no signature on a transaction, but for letters of authority of a closed list.
fn signature_of_paper(findings: &mut Findings, request: &Request, catalogue: &Catalogue) {
    let list = || catalogue.kinds.authorities.iter().map(|one| one.code.as_str()).collect::<Vec<_>>().join(", ");
    match &request.document.authority {
        Some(code) if catalogue.kinds.authority(code).is_none() => findings.refuse(
            Rule::SignatureAuthority,
            "document.authority",
            format!("“{code}” không có trong danh mục giấy ủy quyền được chứng thực chữ ký: {}", list()),
            format!("“{code}” isn't in the list of letters of authority whose signature may be certified: {}", list()),
        ),
        None if request.document.is_transaction => findings.refuse(
            Rule::SignatureTransaction,
            "document.is-transaction",
            format!(
                "Không chứng thực chữ ký trên giấy tờ có nội dung giao dịch: làm thủ tục chứng thực giao dịch, hoặc nêu \
                 loại giấy ủy quyền ở document.authority: {}",
                list()
            ),
            format!(
                "The signature on a transaction isn't certified: certify it as a transaction, or name the letter of \
                 authority in document.authority: {}",
                list()
            ),
        ),
        _ => {}
    }
}

fn transaction(findings: &mut Findings, transaction: &Transaction) {
    findings.demand(!transaction.title.trim().is_empty(), "transaction.title");
    findings.demand(!transaction.kept_at.trim().is_empty(), "transaction.kept-at");
    findings.demand(transaction.pages > 0, "transaction.pages");
    findings.demand(transaction.sheets > 0, "transaction.sheets");
    sheets_and_pages(findings, "transaction.sheets", transaction.sheets, transaction.pages);
    for (index, recipient) in transaction.recipients.iter().enumerate() {
        findings.demand(!recipient.name.trim().is_empty(), &format!("transaction.recipients[{index}].name"));
        findings.demand(recipient.count > 0, &format!("transaction.recipients[{index}].count"));
    }
    findings.demand(!transaction.recipients.is_empty(), "transaction.recipients");
    let given = transaction.recipients.iter().fold(1_u32, |sum, one| sum.saturating_add(one.count));
    if given != transaction.originals {
        findings.refuse(
            Rule::TransactionOriginals,
            "transaction.originals",
            format!("Có {} bản chính, nhưng cấp và lưu cộng lại là {given} (lưu 01 bản chính)", transaction.originals),
            format!("There are {} originals, but {given} are given out and kept (one is kept)", transaction.originals),
        );
    }
}

/// A sheet has two sides at most.
fn sheets_and_pages(findings: &mut Findings, field: &str, sheets: u32, pages: u32) {
    if sheets > pages || u64::from(pages) > 2 * u64::from(sheets) {
        findings.warn(
            Rule::PagesSheets,
            field,
            format!("{pages} trang trên {sheets} tờ: mỗi tờ có một hoặc hai trang, hãy đếm lại"),
            format!("{pages} pages on {sheets} sheets: a sheet has one or two, count again"),
        );
    }
}

fn earlier(findings: &mut Findings, earlier: &Earlier, request: &Request, catalogue: &Catalogue) {
    findings.demand(!earlier.number.trim().is_empty(), "earlier.number");
    findings.demand(!earlier.book.trim().is_empty(), "earlier.book");
    if earlier.date > request.date {
        let (vi, en) =
            ("Giao dịch được sửa đổi có ngày sau ngày chứng thực này", "The amended transaction is of a later day");
        findings.refuse(Rule::EarlierDate, "earlier.date", vi, en);
    }
    // Books are written "01/2025-SCT/HĐ,GD": old and new symbols are known alike.
    let symbol = earlier.book.split_once('-').map(|(_, symbol)| symbol.trim());
    if symbol.is_some_and(|symbol| catalogue.kinds.register_of_symbol(symbol).is_none()) {
        findings.warn(
            Rule::EarlierSymbol,
            "earlier.book",
            format!("Không nhận ra ký hiệu sổ trong “{}”", earlier.book),
            format!("The register's symbol in “{}” isn't known", earlier.book),
        );
    }
}

fn translator(findings: &mut Findings, translator: &Translator) {
    findings.demand(!translator.name.trim().is_empty(), "translator.name");
    findings.demand(!translator.from.trim().is_empty(), "translator.from");
    findings.demand(!translator.into.trim().is_empty(), "translator.into");
    if !translator.from.trim().is_empty()
        && translator.from.trim().to_lowercase() == translator.into.trim().to_lowercase()
    {
        findings.refuse(
            Rule::TranslatorLanguages,
            "translator.into",
            "Dịch từ và sang cùng một ngôn ngữ",
            "It's translated from and into the same language",
        );
    }
}
