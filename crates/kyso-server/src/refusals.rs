//! What the desk refuses, in a caller's terms: parts of the form, parameters, entries of the configuration.

use kyso::Bilingual;
use kyso::Language::{self, English, Vietnamese};
use kyso_certification::check::Finding;
use kyso_desk::{Error, FileRole, Missing};
use kyso_register::{Refusal, State};
use kyso_words::not_shown;

use crate::problem::Problem;

/// The part of the form.
fn part(file: FileRole) -> &'static str {
    match file {
        FileRole::Request | FileRole::Record | FileRole::Replacement => "request",
        FileRole::DossierCode => "request.dossier-code",
        FileRole::Document => "document",
    }
}

fn both(told: impl Fn(Language) -> String) -> Bilingual {
    Bilingual::new(told(Vietnamese), told(English))
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::from(&error)
    }
}

impl From<&Error> for Problem {
    fn from(error: &Error) -> Self {
        match error {
            Error::Library { file, error } | Error::Value { file, error } => {
                Self::from(error.clone()).field(part(*file))
            }
            Error::Signing(error) => Self::from(error.clone()),
            Error::Request(findings) => refused(findings),
            Error::NoDossierCode => Self::certification_refused(Bilingual::new(
                "Yêu cầu thiếu dossier-code (mã hồ sơ): kết quả điện tử mang mã <mã hồ sơ>-KQ(n) (Nghị định \
                 45/2020/NĐ-CP, Điều 14 khoản 3 điểm d).",
                "The request lacks dossier-code: an electronic result is known as <dossier>-KQ(n) (Nghị định \
                 45/2020/NĐ-CP, Điều 14 khoản 3 điểm d).",
            ))
            .field("request.dossier-code"),
            Error::NoRegister { kind, date } => Self::certification_refused(Bilingual::new(
                format!("Loại {kind} không có sổ chứng thực cho ngày {date}."),
                format!("Kind {kind} has no register for {date}."),
            ))
            .field("request.date"),
            Error::ResultTaken { result, number } => Self::refused(
                "result.taken",
                Bilingual::new(
                    format!(
                        "Kết quả {result} đã có số {number} với nội dung khác. Sửa yêu cầu: hãy bỏ số đó trước. Kết quả khác \
                         của cùng hồ sơ: dùng tham số result."
                    ),
                    format!(
                        "Result {result} has number {number} with other contents. To correct the request, void that number \
                         first. For another result of the same dossier, use the parameter result."
                    ),
                ),
            )
            .field("result"),
            Error::VoidedTooOften { attempts } => Self::refused(
                "result.voided-too-often",
                Bilingual::new(
                    format!("Yêu cầu này đã bị hủy số {attempts} lần; hãy xem lại trước khi cấp số nữa."),
                    format!(
                        "Numbers of this request were voided {attempts} times; look into it before another is given out."
                    ),
                ),
            ),
            Error::NotShown { page, error } => Self::refused(
                "page.not-shown",
                Bilingual::new(
                    format!(
                        "Không hiển thị được trang {page} để tìm chỗ trống ({}); hãy bỏ tham số on_last_page.",
                        not_shown(error).vi
                    ),
                    format!(
                        "Page {page} can't be shown to look for room on it ({}); leave out the parameter on_last_page.",
                        not_shown(error).en
                    ),
                ),
            )
            .field("document"),
            Error::RecordNotWhole { flaws, .. } => {
                let list = |language| {
                    let told = flaws.iter().map(|flaw| format!("{} {}", flaw.field, flaw.text.in_language(language)));
                    told.collect::<Vec<_>>().join("; ")
                };
                let detail = Bilingual::new(
                    format!("Dữ liệu đặc tả chưa đủ (Nghị định 30/2020/NĐ-CP, Phụ lục VI): {}.", list(Vietnamese)),
                    format!("The metadata isn't whole (Nghị định 30/2020/NĐ-CP, Phụ lục VI): {}.", list(English)),
                );
                Self::refused("record.not-whole", detail)
            }
            Error::OtherRecord { field, found, wanted, .. } => Self::refused(
                "record.other-result",
                Bilingual::new(
                    format!("Tệp là của kết quả khác: {field} là {found}, phải là {wanted}."),
                    format!("The file is another result's: {field} is {found} instead of {wanted}."),
                ),
            )
            .field("file"),
            Error::NotVerified(error) => Self::from(error.clone()),
            Error::Unfinished(missing) => {
                let [vi, en] = match missing {
                    Missing::Leader => ["chữ ký của người có thẩm quyền", "the leader's signature"],
                    Missing::Seal => ["chữ ký số của cơ quan (con dấu)", "the agency's seal"],
                };
                Self::result_unfinished(Bilingual::new(
                    format!("Còn thiếu {vi} nên chưa phải là kết quả (Nghị định 30/2020/NĐ-CP, Điều 5 khoản 1)."),
                    format!("{en} is missing, so it's no result yet (Nghị định 30/2020/NĐ-CP, Điều 5 khoản 1)."),
                ))
            }
            Error::Register(kyso_register::Error::Refused(refusal)) => register(refusal),
            Error::Archive(kyso_archive::Error::KeyReused) => Self::idempotency_key_reused(),
            _ => {
                tracing::error!(%error, "the desk failed");
                Self::internal()
            }
        }
    }
}

/// A finding of the law. Those whose own words name the command's options are in other words.
pub(crate) fn told(finding: &Finding, language: Language) -> String {
    let [vietnamese, english] = match (finding.rule, finding.is_refusal()) {
        ("template.draft", true) => [
            "Mẫu lời chứng là bản nháp, chưa đối chiếu với văn bản; nếu vẫn dùng: tham số allow_draft = true.",
            "The wording is a draft that wasn't compared with the law's text; to use it: parameter allow_draft = true.",
        ],
        ("template.draft", false) => [
            "Mẫu lời chứng là bản nháp, chưa đối chiếu với văn bản.",
            "The wording is a draft that wasn't compared with the law's text.",
        ],
        ("template.none", _) => [
            "Loại chứng thực này chưa có mẫu lời chứng: thêm mẫu vào thư mục templates trong cấu hình của dịch vụ.",
            "This kind has no template: add one to the directory templates of the service's configuration.",
        ],
        ("calendar.no-year", _) => [
            "Lịch ngày nghỉ chưa có năm này: thêm vào calendar.toml trong thư mục templates của cấu hình.",
            "The calendar lacks this year: add it to calendar.toml in the directory templates of the configuration.",
        ],
        _ => return finding.in_language(language),
    };
    match language {
        Vietnamese => vietnamese.to_owned(),
        English => english.to_owned(),
    }
}

/// Every refusal of the law, not only the first.
fn refused(findings: &[Finding]) -> Problem {
    let refusals = || findings.iter().filter(|finding| finding.is_refusal());
    let detail = both(|language| refusals().map(|finding| told(finding, language)).collect::<Vec<_>>().join("\n"));
    let field = refusals().next().map_or("request".to_owned(), |first| format!("request.{}", first.field));
    Problem::certification_refused(detail).field(field)
}

/// The register's refusals, by their own names; those whose words name the command's options in other words.
fn register(refusal: &Refusal) -> Problem {
    let own = |language| refusal.text(language);
    let (detail, field) = match refusal {
        Refusal::OtherYear { date, today } => (
            Bilingual::new(
                format!(
                    "Ngày chứng thực {date} không thuộc năm nay ({}); nếu đúng vậy: tham số other_year = true.",
                    today.year()
                ),
                format!("{date} isn't in this year ({}); if that is meant: parameter other_year = true.", today.year()),
            ),
            "request.date",
        ),
        Refusal::OutOfOrder { date, newest } => (
            Bilingual::new(
                format!(
                    "Ngày chứng thực {date} sớm hơn ngày của số mới nhất trong sổ ({newest}); nếu đúng vậy: tham số \
                     out_of_order = true."
                ),
                format!(
                    "{date} is earlier than the newest entry's date ({newest}); if that is meant: parameter out_of_order = \
                     true."
                ),
            ),
            "request.date",
        ),
        Refusal::State { number, state } => {
            let [vi, en] = match state {
                State::Allotted => ["mới cấp số", "is allotted, no file was prepared"],
                State::Rendered => ["đã có bản chờ ký", "waits for its signatures"],
                State::Issued => ["đã trả kết quả", "is issued"],
                State::Void => ["đã bỏ, không dùng lại", "is void, and never used again"],
                State::Cancelled => ["đã hủy bỏ", "is cancelled"],
            };
            (
                Bilingual::new(
                    format!("Số {number} {vi}: không làm được việc này."),
                    format!("Number {number} {en}: this can't be done."),
                ),
                "number",
            )
        }
        Refusal::Future { .. } | Refusal::NoSymbol { .. } | Refusal::Closed { .. } => (both(own), "request.date"),
        Refusal::Row { .. } => (both(own), "request"),
        Refusal::OtherDocument(_) | Refusal::IssuedOther(_) => (both(own), "file"),
        _ => (both(own), "number"),
    };
    Problem::refused(refusal.rule(), detail).field(field)
}
