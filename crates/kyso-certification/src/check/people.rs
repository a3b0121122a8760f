//! Who certifies, who receives, who asks, who witnesses.

use jiff::civil::Date;
use kyso::local_time::day;

use super::{Findings, Rule, way};
use crate::catalogue::Catalogue;
use crate::kinds::{Kind, folded};
use crate::request::{Certifier, Id, Power, Request};
use crate::template::{PartyCount, SignatureRole, Template, Way};

/// Academic and military titles that don't belong before a signer's name.
const TITLES_BEFORE_NAMES: [&str; 12] =
    ["TS.", "ThS.", "Ths.", "GS.", "PGS.", "CN.", "KS.", "BS.", "LS.", "Tiến sĩ", "Thạc sĩ", "Giáo sư"];

pub(super) fn check(
    findings: &mut Findings,
    request: &Request,
    kind: &Kind,
    template: Option<&Template>,
    catalogue: &Catalogue,
) {
    certifier(findings, &request.certifier, request.date, kind, catalogue);
    if request.related_to_certifier {
        findings.refuse(
            Rule::CertifierRelated,
            "related-to-certifier",
            "Người thực hiện chứng thực không được chứng thực cho chính mình hoặc người thân: chuyển hồ sơ cho người khác",
            "Nobody certifies for himself or his relatives: someone else has to",
        );
    }
    let same = |name: &str| !name.trim().is_empty() && folded(name) == folded(&request.certifier.name);
    let mut names: Vec<(String, &str)> = Vec::new();
    names
        .extend(request.parties.iter().enumerate().map(|(at, one)| (format!("parties[{at}].name"), one.name.as_str())));
    let requesters = request.requesters.iter().enumerate();
    names.extend(requesters.map(|(at, one)| (format!("requesters[{at}].name"), one.name.as_str())));
    for (field, _) in names.iter().filter(|(_, name)| same(name)) {
        findings.warn(
            Rule::CertifierNamesake,
            field,
            "Người yêu cầu trùng họ tên với người thực hiện chứng thực: kiểm tra có phải là một người hay không",
            "A party has the certifier's name: make sure that they aren't the same person",
        );
    }
    receiver(findings, request, template);
    if let Some(template) = template {
        parties(findings, request, template);
        asking(findings, request, template);
    }
    let mut ids: Vec<(String, &Id)> = Vec::new();
    for (index, party) in request.parties.iter().enumerate() {
        findings.demand(!party.name.trim().is_empty(), &format!("parties[{index}].name"));
        ids.push((format!("parties[{index}].id"), &party.id));
    }
    for (index, witness) in request.witnesses.iter().enumerate() {
        findings.demand(!witness.name.trim().is_empty(), &format!("witnesses[{index}].name"));
        ids.push((format!("witnesses[{index}].id"), &witness.id));
    }
    for (index, requester) in request.requesters.iter().enumerate() {
        findings.demand(!requester.name.trim().is_empty(), &format!("requesters[{index}].name"));
        ids.extend(requester.id.iter().map(|id| (format!("requesters[{index}].id"), id)));
    }
    ids.extend(request.interpreter.iter().map(|one| ("interpreter.id".to_owned(), &one.id)));
    ids.extend(request.translator.iter().map(|one| ("translator.id".to_owned(), &one.id)));
    for (path, id) in &ids {
        identity(findings, path, id, request.date, catalogue);
    }
    for (index, (path, id)) in ids.iter().enumerate() {
        let number = id.number.reveal().trim();
        let twice = |(_, other): &&(String, &Id)| other.kind == id.kind && other.number.reveal().trim() == number;
        if let Some((first, _)) = ids.iter().take(index).find(twice).filter(|_| !number.is_empty()) {
            findings.refuse(
                Rule::PersonTwice,
                &format!("{path}.number"),
                format!("Trùng số giấy tờ tùy thân với {first}: một người không thể có mặt hai lần"),
                format!("It has the number of {first}: nobody can be there twice"),
            );
        }
    }
    witnesses(findings, request, kind);
}

/// Điều 5; Nghị định 30/2020/NĐ-CP on how a signer's power and title are written.
fn certifier(findings: &mut Findings, certifier: &Certifier, date: Date, kind: &Kind, catalogue: &Catalogue) {
    for (value, field) in [
        (&certifier.name, "certifier.name"),
        (&certifier.title, "certifier.title"),
        (&certifier.agency, "certifier.agency"),
    ] {
        findings.demand(!value.trim().is_empty(), field);
    }
    if let Some(title) = TITLES_BEFORE_NAMES.iter().find(|title| certifier.name.trim_start().starts_with(*title)) {
        findings.refuse(
            Rule::CertifierAcademicTitle,
            "certifier.name",
            format!("Trước họ tên người ký không ghi học hàm, học vị (“{title}”)"),
            format!("No academic title stands before a signer's name (“{title}”)"),
        );
    }
    signature_lines(findings, certifier);

    let Some(office) = catalogue.kinds.office(&certifier.office) else {
        let known = catalogue.kinds.offices.iter().map(|office| office.code.as_str()).collect::<Vec<_>>().join(", ");
        findings.refuse(
            Rule::CertifierOffice,
            "certifier.office",
            format!("Không có thẩm quyền “{}”; được dùng: {known}", certifier.office),
            format!("There is no office “{}”; known are: {known}", certifier.office),
        );
        return;
    };
    if !kind.certifiers.contains(&office.code) {
        findings.refuse(
            Rule::CertifierNotForKind,
            "certifier.office",
            format!("{} không có thẩm quyền chứng thực loại {}", office.name.vi, kind.code),
            format!("{} may not certify kind {}", office.name.en, kind.code),
        );
    }
    if !office.titles.is_empty()
        && !office.titles.iter().any(|title| certifier.title.trim().starts_with(title.as_str()))
    {
        let titles = office.titles.join(", ");
        findings.refuse(
            Rule::CertifierTitle,
            "certifier.title",
            format!("Chức danh “{}” không phải của {} ({titles})", certifier.title, office.name.vi),
            format!("Title “{}” isn't one of: {titles}", certifier.title),
        );
    }
    match &certifier.delegation {
        None if office.delegation => findings.refuse(
            Rule::CertifierDelegation,
            "certifier.delegation",
            "Thiếu văn bản ủy quyền hoặc phân công (số, ngày, thời hạn): chỉ Chủ tịch không cần",
            "The delegation or assignment (number, date, term) is missing: the chairman alone needs none",
        ),
        None => {}
        Some(delegation) => {
            findings.demand(!delegation.number.trim().is_empty(), "certifier.delegation.number");
            let ended = delegation.until.is_some_and(|until| until < date);
            if delegation.from > date || ended || delegation.date > date {
                let until = delegation.until.map_or_else(|| "…".to_owned(), day);
                let term = format!("{} – {until}", day(delegation.from));
                findings.refuse(
                    Rule::CertifierDelegationTerm,
                    "certifier.delegation",
                    format!(
                        "Ngày chứng thực {} ngoài thời hạn ủy quyền, phân công ({term}; văn bản ngày {})",
                        day(date),
                        day(delegation.date)
                    ),
                    format!(
                        "The day {} is outside the delegation's term ({term}; document of {})",
                        day(date),
                        day(delegation.date)
                    ),
                );
            }
        }
    }
}

/// The lines above the signature: capitals, known prefixes, the power that the request names.
fn signature_lines(findings: &mut Findings, certifier: &Certifier) {
    let lines = certifier.signature_lines.iter().map(|line| line.trim()).collect::<Vec<_>>();
    findings.demand(!lines.is_empty() && lines.iter().all(|line| !line.is_empty()), "certifier.signature-lines");
    let field = |index: usize| format!("certifier.signature-lines[{index}]");
    for (index, line) in lines.iter().enumerate() {
        if line.to_uppercase() != **line {
            findings.refuse(
                Rule::CertifierCapitals,
                &field(index),
                format!("Quyền hạn, chức vụ viết in hoa: “{line}”"),
                format!("Power and title are in capitals: “{line}”"),
            );
        }
        let prefix = line.split_once('.').map(|(prefix, _)| format!("{prefix}."));
        let unknown =
            |prefix: &String| !prefix.contains(' ') && Power::ALL.iter().all(|power| power.prefix() != prefix);
        if let Some(prefix) = prefix.filter(unknown) {
            findings.refuse(
                Rule::CertifierPrefix,
                &field(index),
                format!("“{prefix}” không phải TM., Q., KT., TL., TUQ."),
                format!("“{prefix}” is none of TM., Q., KT., TL., TUQ."),
            );
        }
    }
    let wanted = certifier.power.prefix();
    // TM. stands before the collective's name, whoever signs for it.
    let other = |line: &str| {
        Power::ALL.iter().any(|power| {
            !matches!(power, Power::Own | Power::OnBehalf)
                && power.prefix() != wanted
                && line.starts_with(power.prefix())
        })
    };
    let lacking = !wanted.is_empty() && !lines.iter().any(|line| line.starts_with(wanted));
    if lacking || lines.iter().any(|line| other(line)) {
        findings.refuse(
            Rule::CertifierPower,
            "certifier.power",
            format!("Quyền hạn “{wanted}” không khớp các dòng chức vụ: {}", lines.join(" / ")),
            format!("Power “{wanted}” doesn't fit the lines of the title: {}", lines.join(" / ")),
        );
    }
}

/// Điều 24 khoản 3; Thông tư 01/2020/TT-BTP, Điều 20: at the one-stop desk two sign.
fn receiver(findings: &mut Findings, request: &Request, template: Option<&Template>) {
    let wanted = template.is_some_and(|template| template.is_signed_by(SignatureRole::Receiver));
    match &request.receiver {
        None if wanted => findings.demand(false, "receiver"),
        Some(receiver) if wanted => {
            findings.demand(!receiver.name.trim().is_empty(), "receiver.name");
            if folded(&receiver.name) == folded(&request.certifier.name) {
                findings.warn(
                    Rule::ReceiverIsCertifier,
                    "receiver.name",
                    "Người tiếp nhận hồ sơ trùng họ tên với người thực hiện chứng thực",
                    "Receiving officer and certifier have the same name",
                );
            }
        }
        _ => {}
    }
}

/// How many, how they signed.
fn parties(findings: &mut Findings, request: &Request, template: &Template) {
    let count = request.parties.len();
    let (fits, vi, en) = match template.parties {
        PartyCount::None => (count == 0, "không nêu người yêu cầu", "names no party"),
        PartyCount::One => (count == 1, "nêu đúng một người", "names exactly one"),
        PartyCount::Many => (count >= 2, "nêu từ hai người trở lên", "names two or more"),
        PartyCount::Any => (count >= 1, "nêu ít nhất một người", "names one or more"),
    };
    if !fits {
        findings.refuse(
            Rule::PartiesCount,
            "parties",
            format!("Mẫu {} {vi}, yêu cầu có {count}: chọn biến thể khác hoặc sửa danh sách", template.id),
            format!("Template {} {en}, the request has {count}: choose another variant, or mend the list", template.id),
        );
    }
    for (index, party) in request.parties.iter().enumerate() {
        if !template.ways.is_empty() && !template.ways.contains(&party.way) {
            let is = way(party.way);
            findings.refuse(
                Rule::PartiesWay,
                &format!("parties[{index}].way"),
                format!("Mẫu {} không dùng cho người {}: chọn biến thể khác", template.id, is.vi),
                format!("Template {} isn't for someone who signs {}: choose another variant", template.id, is.en),
            );
        }
    }
}

/// The register's book names those who ask for it, whether the lời chứng does or not.
fn asking(findings: &mut Findings, request: &Request, template: &Template) {
    let named_there = template.parties != PartyCount::None || request.translator.is_some();
    let (rule, vi, en) = match (named_there, request.requesters.is_empty()) {
        (false, true) => (
            Rule::RequestersMissing,
            "Thiếu requesters: sổ chứng thực ghi họ tên người yêu cầu, kể cả khi lời chứng không nêu",
            "requesters is missing: the register names those who ask for it, even where the lời chứng doesn't",
        ),
        (true, false) => (
            Rule::RequestersTwice,
            "Lời chứng này đã nêu người yêu cầu (parties hoặc translator): bỏ requesters",
            "This lời chứng names those who ask for it (parties or translator): leave requesters out",
        ),
        _ => return,
    };
    findings.refuse(rule, "requesters", vi, en);
}

/// The accepted papers, and numbers that can be theirs.
fn identity(findings: &mut Findings, path: &str, id: &Id, date: Date, catalogue: &Catalogue) {
    let number = id.number.reveal().trim();
    findings.demand(!number.is_empty(), &format!("{path}.number"));
    let Some(document) = catalogue.kinds.identity_document(&id.kind) else {
        let known =
            catalogue.kinds.identity_documents.iter().map(|one| one.code.as_str()).collect::<Vec<_>>().join(", ");
        findings.refuse(
            Rule::IdentityKind,
            &format!("{path}.kind"),
            format!("“{}” không phải giấy tờ tùy thân được chấp nhận: {known}", id.kind),
            format!("“{}” is no accepted identity document: {known}", id.kind),
        );
        return;
    };
    let digits = |count: usize| number.len() == count && number.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(count) = document.digits.filter(|count| !number.is_empty() && !digits(*count)) {
        findings.refuse(
            Rule::IdentityNumber,
            &format!("{path}.number"),
            format!("Số {} ({}) phải có {count} chữ số", document.name.vi.to_lowercase(), id.number),
            format!("The number of {} ({}) has {count} digits", document.name.en, id.number),
        );
    }
    if id.valid_until.is_some_and(|until| until < date) {
        findings.refuse(
            Rule::IdentityExpired,
            &format!("{path}.valid-until"),
            format!("{} đã hết hạn sử dụng vào ngày chứng thực", document.name.vi),
            format!("{} has expired on the day of the certification", document.name.en),
        );
    }
}

/// Two witnesses where a party can't read, hear, sign or give a fingerprint.
fn witnesses(findings: &mut Findings, request: &Request, kind: &Kind) {
    let needing = |party: &crate::request::Party| party.needs_witnesses || party.way == Way::Neither;
    if kind.witnesses && request.parties.iter().any(needing) && request.witnesses.len() < 2 {
        findings.refuse(
            Rule::WitnessesTwo,
            "witnesses",
            "Cần hai người làm chứng khi có người không đọc, nghe, ký, điểm chỉ được",
            "Two witnesses are needed where someone can't read, hear, sign or give a fingerprint",
        );
    }
}
