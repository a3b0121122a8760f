//! What the desk refuses, in a caller's terms: parts of the form, parameters, entries of the configuration.

use kyso::Bilingual;
use kyso::Language::{English, Vietnamese};
use kyso::local_time::day;
use kyso_certification::check::Finding;
use kyso_desk::{Error, FileRole, Missing};
use kyso_register::Refusal;
use kyso_words::{not_shown, not_whole};

use crate::problem::{Code, Problem};
use crate::terms::words;

/// The part of the form.
fn part(file: FileRole) -> &'static str {
    match file {
        FileRole::Request | FileRole::Record | FileRole::Replacement => "request",
        FileRole::DossierCode => "request.dossier-code",
        FileRole::Document => "document",
    }
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
                Self::from((**error).clone()).field(part(*file))
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
                format!("Loại {kind} không có sổ chứng thực cho ngày {}.", day(*date)),
                format!("Kind {kind} has no register for {date}."),
            ))
            .field("request.date"),
            Error::ResultTaken { result, number } => Self::refused(
                Code::ResultTaken.name(),
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
                Code::ResultVoidedTooOften.name(),
                Bilingual::new(
                    format!("Yêu cầu này đã bị hủy số {attempts} lần; hãy xem lại trước khi cấp số nữa."),
                    format!(
                        "Numbers of this request were voided {attempts} times; look into it before another is given out."
                    ),
                ),
            ),
            Error::NotWhole { page } => {
                Self::from(kyso::Error::refused(kyso::Code::PageUnreadable, not_whole(*page))).field("document")
            }
            Error::NotShown { page, error } => Self::refused(
                Code::PageNotShown.name(),
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
                    let messages = flaws.iter().map(|flaw| format!("{} {}", flaw.field, flaw.text.in_language(language)));
                    messages.collect::<Vec<_>>().join("; ")
                };
                let detail = Bilingual::new(
                    format!("Dữ liệu đặc tả chưa đủ (Nghị định 30/2020/NĐ-CP, Phụ lục VI): {}.", list(Vietnamese)),
                    format!("The metadata isn't whole (Nghị định 30/2020/NĐ-CP, Phụ lục VI): {}.", list(English)),
                );
                Self::refused(Code::RecordNotWhole.name(), detail)
            }
            Error::OtherRecord { field, found, wanted, .. } => Self::refused(
                Code::RecordOtherResult.name(),
                Bilingual::new(
                    format!("Tệp là của kết quả khác: {field} là {found}, phải là {wanted}."),
                    format!("The file is another result's: {field} is {found} instead of {wanted}."),
                ),
            )
            .field("file"),
            Error::NotVerified(error) => Self::from(error.clone()),
            Error::Unfinished(missing) => {
                let Bilingual { vi, en } = match missing {
                    Missing::Leader => Bilingual::new("chữ ký của người có thẩm quyền", "the leader's signature"),
                    Missing::Seal => Bilingual::new("chữ ký số của cơ quan (con dấu)", "the agency's seal"),
                    Missing::Field(field) => Bilingual::new(
                        format!("chữ ký trong trường {field}"),
                        format!("the signature in field {field}"),
                    ),
                };
                Self::result_unfinished(Bilingual::new(
                    format!("Còn thiếu {vi} nên chưa phải là kết quả (Nghị định 30/2020/NĐ-CP, Điều 5 khoản 1)."),
                    format!("{en} is missing, so it's no result yet (Nghị định 30/2020/NĐ-CP, Điều 5 khoản 1)."),
                ))
            }
            Error::NotSealed(error) => {
                let Bilingual { vi, en } = Bilingual::each(|language| words(language).not_sealed(error.as_ref()));
                Self::not_kept(Bilingual::new(
                    format!("Chưa ký số hợp lệ nên không ghi vào sổ: {vi}"),
                    format!("Not signed validly, so it isn't entered: {en}"),
                ))
            }
            Error::Register(kyso_register::Error::Refused(refusal)) => register(refusal),
            Error::Archive(error) => error.into(),
            // Copies and the command's own corner aren't asked for here; whatever else fails is the server's.
            Error::NoRoom
            | Error::PagesNeeded
            | Error::PagesOfWhole
            | Error::LowQuality(_)
            | Error::Register(_)
            | Error::Random(_) => {
                tracing::error!(%error, "the desk failed");
                Self::internal()
            }
        }
    }
}

/// Every refusal of the law, not only the first.
fn refused(findings: &[Finding]) -> Problem {
    let refusals = || findings.iter().filter(|finding| finding.is_refusal());
    let messages =
        |language| refusals().map(|finding| finding.in_words(words(language))).collect::<Vec<_>>().join("\n");
    let field = refusals().next().map_or("request".to_owned(), |first| format!("request.{}", first.field));
    Problem::certification_refused(Bilingual::each(messages)).field(field)
}

/// The register's refusals, by their own names.
fn register(refusal: &Refusal) -> Problem {
    let field = match refusal {
        Refusal::OtherYear { .. }
        | Refusal::OutOfOrder { .. }
        | Refusal::Future { .. }
        | Refusal::NoSymbol { .. }
        | Refusal::Closed { .. } => "request.date",
        Refusal::Clock { .. } => "confirm_clock",
        Refusal::Row { .. } => "request",
        Refusal::OtherDocument(_) | Refusal::IssuedOther(_) | Refusal::FileIssued { .. } => "file",
        Refusal::UnknownRegister { .. }
        | Refusal::RequestReused { .. }
        | Refusal::RequestVoid { .. }
        | Refusal::NoEntry(_)
        | Refusal::NoRequest(_)
        | Refusal::State { .. }
        | Refusal::EmptyBook { .. }
        | Refusal::Pending { .. }
        | Refusal::YearNotOver { .. }
        | Refusal::NotClosed { .. }
        | Refusal::Redefined(_)
        | Refusal::RedefinedMeanwhile
        | Refusal::Twice { .. }
        | Refusal::Taken { .. } => "number",
    };
    Problem::refused(refusal.rule().name(), Bilingual::each(|language| refusal.text(words(language)))).field(field)
}
