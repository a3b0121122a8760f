//! Who signed, in which order, whether it holds, and what is locked (Điều 5, Điều 13, Điều 32).

use super::facts::Facts;
use super::row::{Profile, Row};
use super::rule::Rule::{SigningFields, SigningLock, SigningOrder, SigningRoles, SigningValid};
use kyso::is_kept_for;
use kyso::validate::RoleSource;
use kyso::{Bilingual, CERTIFIER_FIELD, Indication, Role, SEAL_FIELD, SignatureReport, both};
use kyso_words::{self as words, Hint};

pub(super) fn rows(facts: &Facts<'_>, profile: Profile) -> Vec<Row> {
    let mut rows = Vec::new();
    if profile == Profile::Issued {
        rows.push(order(facts));
    }
    rows.extend([roles(facts, profile), fields(facts), valid(facts)]);
    if profile == Profile::Issued {
        rows.push(lock(facts));
    }
    rows
}

/// First the leader, then the seal, and nobody after it.
fn order(facts: &Facts<'_>) -> Row {
    let first = |role: Role| facts.signed.iter().position(|one| one.report.role == role);
    match (first(Role::Leader), first(Role::Seal)) {
        (None, None) => SigningOrder.fail("Văn bản chưa có chữ ký số", "Nobody has signed"),
        (None, Some(_)) => SigningOrder.fail(
            "Có con dấu nhưng chưa có chữ ký của người có thẩm quyền",
            "There is a seal, but no leader's signature",
        ),
        (Some(_), None) => SigningOrder.fail(
            "Đã có chữ ký của người có thẩm quyền, chưa đóng dấu",
            "The leader has signed; the seal is still to come",
        ),
        (Some(leader), Some(seal)) if seal < leader => SigningOrder.fail(
            "Con dấu được đóng trước chữ ký của người có thẩm quyền",
            "The seal was applied before the leader signed",
        ),
        (_, Some(seal)) if seal + 1 < facts.signed.len() => SigningOrder.fail(
            "Có chữ ký được ký sau con dấu; con dấu phải là chữ ký cuối",
            "There is a signature after the seal, which must be the last",
        ),
        _ => SigningOrder.pass(
            "Người có thẩm quyền ký trước, cơ quan đóng dấu sau",
            "The leader signed first, then the agency sealed",
        ),
    }
}

fn is_right_way_round(facts: &Facts<'_>) -> bool {
    order(facts).status == super::Status::Pass
}

fn roles(facts: &Facts<'_>, profile: Profile) -> Row {
    let wanted: &[Role] = match profile {
        Profile::Issued => &[Role::Leader, Role::Seal],
        Profile::Copy | Profile::Attachment => &[Role::Copy, Role::Seal],
    };
    let who: Vec<&SignatureReport> =
        facts.signed.iter().map(|one| one.report).filter(|one| wanted.contains(&one.role)).collect();
    if let Some(outside) = who.iter().find(|one| one.role_source == RoleSource::RosterOutsideDates) {
        let field = outside.field.as_deref().unwrap_or_default();
        return SigningRoles.fail(
            format!("Chữ ký trong trường {field} được ký ngoài thời hạn thẩm quyền ghi trong danh sách"),
            format!("The signature in field {field} was made outside the dates that the roster gives"),
        );
    }
    let mut all = facts.signed.iter().map(|one| one.report);
    if let Some(unknown) = all.find(|one| one.role_source == RoleSource::NotInRoster) {
        let field = unknown.field.as_deref().unwrap_or_default();
        return SigningRoles.fail(
            format!("Chứng thư của chữ ký trong trường {field} không có trong danh sách của cơ quan"),
            format!("The certificate of the signature in field {field} isn't in the agency's roster"),
        );
    }
    if who.is_empty() {
        return SigningRoles
            .skip("Chưa có chữ ký nào để xét vai trò", "There is no signature whose role could be judged");
    }
    let named = |one: &&SignatureReport| match &one.signer {
        Some(signer) => signer.common_name.clone().unwrap_or_else(|| signer.subject.clone()),
        None => String::new(),
    };
    let Bilingual { vi, en } = Bilingual::each(|language| {
        let one = |one: &&SignatureReport| format!("{}: {}", words::role(one.role, language), named(one));
        who.iter().map(one).collect::<Vec<_>>().join("; ")
    });
    if who.iter().all(|one| one.role_source == RoleSource::Roster) {
        return SigningRoles.pass(format!("{vi} (theo danh sách)"), format!("{en} (by the roster)"));
    }
    let roster = facts.terms.hint(Hint::Roster);
    SigningRoles.skip(
        format!("{vi}; chỉ đoán theo tên trong chứng thư, hãy cho danh sách{}", roster.vi),
        format!("{en}; guessed by the certificates' names: give the roster{}", roster.en),
    )
}

/// Everyone for whom a place was kept has signed: what is locked can't be signed any more. Leader and seal may have signed
/// elsewhere.
fn fields(facts: &Facts<'_>) -> Row {
    let elsewhere = |name: &str| {
        is_kept_for(name, CERTIFIER_FIELD) && facts.leader().is_some()
            || is_kept_for(name, SEAL_FIELD) && facts.seal().is_some()
    };
    let empty: Vec<_> = facts.empty.iter().filter(|(name, _)| !elsewhere(name)).collect();
    let of_paper = &facts.empty_of_paper;
    if empty.is_empty() && !of_paper.is_empty() {
        let names = of_paper.join(", ");
        return SigningFields.pass(
            format!("Mọi chỗ ký của cơ quan đều có chữ ký; ô ký có sẵn trên giấy tờ để trống: {names}"),
            format!("Every place that the agency kept has a signature; the paper's own are empty: {names}"),
        );
    }
    if empty.is_empty() {
        return SigningFields
            .pass("Mọi chỗ ký đã chừa đều có chữ ký", "Every place that was kept for a signature has one");
    }
    let names = empty.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
    SigningFields
        .fail(format!("Còn chỗ ký chưa có ai ký: {names}"), format!("Nobody has signed in: {names}"))
        .at(empty.iter().filter_map(|(_, mark)| mark.clone()))
}

fn valid(facts: &Facts<'_>) -> Row {
    let reports = || facts.report.signatures.iter();
    let failed = |one: &&SignatureReport| one.indication == Indication::TotalFailed || !one.modifications_allowed;
    if facts.report.signatures.is_empty() {
        return SigningValid.skip("Chưa có chữ ký số", "There is no signature");
    }
    let verify = facts.terms.hint(Hint::SeeVerification);
    if let Some(one) = reports().find(failed) {
        let field = one.field.as_deref().unwrap_or_default();
        return SigningValid.fail(
            format!("Chữ ký trong trường {field} không hợp lệ{}", verify.vi),
            format!("The signature in field {field} isn't valid{}", verify.en),
        );
    }
    if facts.report.is_flawed() {
        return SigningValid
            .fail(format!("Tệp có lỗi khi kiểm tra chữ ký{}", verify.vi), format!("The file is flawed{}", verify.en));
    }
    if let Some(one) = facts.report.undecided() {
        let field = one.field.as_deref().unwrap_or_default();
        let [trust, also] = [Hint::Trust, Hint::AlsoVerification].map(|hint| facts.terms.hint(hint));
        return SigningValid.skip(
            format!("Chữ ký trong trường {field} chưa kết luận được; hãy cho CA tin cậy{}{}", trust.vi, also.vi),
            format!("The signature in field {field} can't be decided; give trusted CAs{}{}", trust.en, also.en),
        );
    }
    SigningValid.pass("Mọi chữ ký hợp lệ", "Every signature is valid")
}

fn lock(facts: &Facts<'_>) -> Row {
    let Some(seal) = facts.seal().filter(|_| is_right_way_round(facts)) else {
        return SigningLock.skip("Chỉ xét khi đã ký và đóng dấu đúng thứ tự", "Judged once signed and sealed in order");
    };
    let holds = seal.report.docmdp == Some(1);
    SigningLock.demand(
        holds,
        both("Con dấu ".into(), "The seal ".into()),
        both("khóa tài liệu: không được sửa gì nữa", "ends the document: no more changes"),
        both(
            "không khóa tài liệu (DocMDP 1): vẫn còn sửa, ký thêm được",
            "doesn't lock the document (DocMDP 1): it can still be changed",
        ),
    )
}
