//! What the desk refuses, in the command's words: which file, what is wrong with it, which option helps.

use std::path::Path;

use kyso::Language::{English, Vietnamese};
use kyso::local_time::day;
use kyso::validate::NotVerified;
use kyso::{Bilingual, Code};
use kyso_certification::check::Finding;
use kyso_certification::metadata::Flaw;
use kyso_certification::number::CertificationNumber;
use kyso_certification::scan::Miss;
use kyso_desk::{Error, FileRole, Missing};
use kyso_words::{not_shown, not_whole};

use crate::commands::archive;
use crate::commands::register::{self, defect};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terms::words;
use crate::text::plain;

/// The files of a use case as the command line names them; the empty path where there is none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Files<'a> {
    pub(crate) request: &'a Path,
    pub(crate) document: &'a Path,
    pub(crate) record: &'a Path,
    pub(crate) replacement: &'a Path,
}

impl<'a> Files<'a> {
    /// The document is all that there is.
    pub(crate) fn document(document: &'a Path) -> Self {
        let none = Path::new("");
        Self { request: none, document, record: none, replacement: none }
    }

    fn path(&self, file: FileRole) -> &'a Path {
        match file {
            FileRole::Request => self.request,
            FileRole::DossierCode => Path::new("dossier-code"),
            FileRole::Document => self.document,
            FileRole::Record => self.record,
            FileRole::Replacement => self.replacement,
        }
    }

    fn name(&self, file: FileRole) -> String {
        plain(&self.path(file).display().to_string())
    }

    /// The desk's error for whoever typed the command.
    pub(crate) fn failure(&self, error: &Error) -> Failure {
        match error {
            Error::Library { file, error } => Failure::library(self.path(*file), error),
            Error::Value { file, error } => Failure::usage_of(self.path(*file), error),
            Error::Request(findings) => refused(findings),
            Error::NoDossierCode => Failure::new(
                Exit::Refused,
                "Yêu cầu thiếu dossier-code (mã hồ sơ): kết quả điện tử mang mã <mã hồ sơ>-KQ(n) (Nghị định 45/2020/NĐ-CP, \
                 Điều 14 khoản 3 điểm d).",
                "The request lacks dossier-code: an electronic result is known as <dossier>-KQ(n) (Nghị định 45/2020/NĐ-CP, \
                 Điều 14 khoản 3 điểm d).",
            ),
            Error::NoRegister { kind, date } => Failure::new(
                Exit::Refused,
                format!("Loại {kind} không có sổ chứng thực cho ngày {}.", day(*date)),
                format!("Kind {kind} has no register for {date}."),
            ),
            Error::ResultTaken { result, number } => taken(result, number),
            Error::VoidedTooOften { attempts } => Failure::new(
                Exit::Refused,
                format!("Yêu cầu này đã bị hủy số {attempts} lần; hãy xem lại trước khi cấp số nữa."),
                format!(
                    "Numbers of this request were voided {attempts} times; look into it before another is given out."
                ),
            ),
            Error::NotShown { page, error } => self.not_shown(*page, error),
            Error::NotWhole { page } => {
                Failure::library(self.document, &kyso::Error::refused(Code::PageUnreadable, not_whole(*page)))
            }
            Error::NoRoom => self.no_room(),
            Error::PagesNeeded => Failure::usage(
                "TRÍCH SAO cần cho biết trích trang nào: --pages 1-3,5.",
                "TRÍCH SAO needs the pages to extract: --pages 1-3,5.",
            ),
            Error::PagesOfWhole => Failure::usage(
                "SAO Y và SAO LỤC là bản sao đầy đủ; chỉ TRÍCH SAO mới có --pages.",
                "SAO Y and SAO LỤC are copies of the whole; only TRÍCH SAO takes --pages.",
            ),
            Error::LowQuality(misses) => low_quality(misses),
            Error::RecordNotWhole { file, flaws } => record_not_whole(&self.name(*file), flaws),
            Error::OtherRecord { file, field, found, wanted } => {
                let (name, found, wanted) = (self.name(*file), plain(found), plain(wanted));
                Failure::new(
                    Exit::Refused,
                    format!("{name}: dữ liệu đặc tả của kết quả khác: {field} là {found}, phải là {wanted}."),
                    format!("{name}: the record of another result: {field} is {found} instead of {wanted}."),
                )
            }
            Error::NotVerified(error) => self.unverified(error),
            Error::Unfinished(missing) => self.unfinished(missing),
            Error::NotSealed(error) => self.not_sealed(error.as_ref()),
            Error::Register(error) => register::refused(error),
            Error::Signing(error) => Failure::library(self.document, error),
            Error::Archive(error) => archive::refused(error),
            Error::Random(_) => defect(error),
        }
    }

    /// A page that the statement was to stand on.
    fn not_shown(&self, page: usize, error: &kyso_view::Error) -> Failure {
        let name = self.name(FileRole::Document);
        Failure::new(
            Exit::Outside,
            format!(
                "Không hiển thị được trang {page} của {name} để tìm chỗ trống ({}); hãy bỏ --on-last-page.",
                not_shown(error).vi
            ),
            format!(
                "Page {page} of {name} can't be shown to look for room on it ({}); leave out --on-last-page.",
                not_shown(error).en
            ),
        )
    }

    /// Page 1, which the text of the agency's signature was to stand on.
    pub(crate) fn corner_failure(&self, error: &Error) -> Failure {
        let Error::NotShown { error, .. } = error else { return self.failure(error) };
        let name = self.name(FileRole::Document);
        Failure::new(
            Exit::Outside,
            format!(
                "Không hiển thị được trang 1 của {name} để tìm chỗ trống cho chữ ký số của cơ quan ({}). Nếu vẫn phải ký, \
                 dù chữ có thể đè lên nội dung: thêm --allow-covering.",
                not_shown(error).vi
            ),
            format!(
                "Page 1 of {name} can't be shown to look for a blank place for the text of the agency's signature ({}). \
                 Where it has to be signed all the same, though the text may lie over content: add --allow-covering.",
                not_shown(error).en
            ),
        )
    }

    /// As [`corner_failure`](Self::corner_failure), where the place may be given.
    pub(crate) fn corner_of_signature(&self, error: &Error) -> Failure {
        let name = self.name(FileRole::Document);
        match error {
            Error::NoRoom => Failure::new(
                Exit::Refused,
                format!(
                    "Từ chối ký: góc trên bên phải trang 1 của {name} không có chỗ trống, chữ của chữ ký số cơ quan sẽ \
                     đè lên nội dung. Hãy quét lại có chừa lề trên, hoặc tự chọn chỗ: --page, --rect."
                ),
                format!(
                    "Refused to sign: the upper right corner of page 1 of {name} isn't blank, so the text of the agency's \
                     signature would lie over content. Scan the page again with an upper margin, or choose a place: \
                     --page, --rect."
                ),
            ),
            Error::NotShown { error, .. } => Failure::new(
                Exit::Outside,
                format!(
                    "Không hiển thị được trang 1 của {name} để tìm chỗ trống cho chữ ký số của cơ quan ({}); hãy tự chọn \
                     chỗ: --page, --rect.",
                    not_shown(error).vi
                ),
                format!(
                    "Page 1 of {name} can't be shown to look for a blank place for the text of the agency's signature \
                     ({}); choose a place: --page, --rect.",
                    not_shown(error).en
                ),
            ),
            error => self.failure(error),
        }
    }

    fn no_room(&self) -> Failure {
        let name = self.name(FileRole::Document);
        Failure::new(
            Exit::Refused,
            format!(
                "Từ chối ký: góc trên bên phải trang 1 của {name} không có chỗ trống, chữ của chữ ký số cơ quan sẽ đè lên \
                 nội dung. Hãy quét lại có chừa lề trên; nếu vẫn phải ký như vậy: thêm --allow-covering."
            ),
            format!(
                "Refused to sign: the upper right corner of page 1 of {name} isn't blank, so the text of the agency's \
                 signature would lie over content. Scan the page again with an upper margin; where it has to be signed as \
                 it is: add --allow-covering."
            ),
        )
    }

    fn unverified(&self, error: &NotVerified) -> Failure {
        match error {
            NotVerified::Document(error) => Failure::library(self.document, error),
            NotVerified::Refused(refusal) => {
                let (file, why) = (self.name(FileRole::Document), |language| words(language).not_kept(refusal));
                Failure::new(
                    Exit::Refused,
                    format!(
                        "{file}: chưa ký số hợp lệ nên không ghi vào sổ ({}); xem kyso verify {file}.",
                        why(Vietnamese)
                    ),
                    format!(
                        "{file}: not signed validly, so it isn't entered ({}); see kyso verify {file}.",
                        why(English)
                    ),
                )
            }
        }
    }

    fn not_sealed(&self, error: Option<&kyso::Error>) -> Failure {
        let file = self.name(FileRole::Document);
        let Bilingual { vi, en } = Bilingual::each(|language| plain(&words(language).not_sealed(error)));
        Failure::new(
            Exit::Refused,
            format!("{file}: chưa ký số hợp lệ nên không ghi vào sổ: {vi} Xem kyso verify {file}."),
            format!("{file}: not signed validly, so it isn't entered: {en} See kyso verify {file}."),
        )
    }

    fn unfinished(&self, missing: &Missing) -> Failure {
        let Bilingual { vi, en } = match missing {
            Missing::Leader => Bilingual::new("chữ ký của người có thẩm quyền", "the leader's signature"),
            Missing::Seal => Bilingual::new("chữ ký số của cơ quan (con dấu)", "the agency's seal"),
            Missing::Field(field) => {
                let field = plain(field);
                Bilingual::new(format!("chữ ký trong trường {field}"), format!("the signature in field {field}"))
            }
        };
        let file = self.name(FileRole::Document);
        Failure::new(
            Exit::Refused,
            format!("{file}: còn thiếu {vi} nên chưa phải là kết quả (Nghị định 30/2020/NĐ-CP, Điều 5 khoản 1)."),
            format!("{file}: {en} is missing, so it's no result yet (Nghị định 30/2020/NĐ-CP, Điều 5 khoản 1)."),
        )
    }
}

/// Every refusal, not only the first.
fn refused(findings: &[Finding]) -> Failure {
    let worded = |language| {
        let refusals = findings.iter().filter(|finding| finding.is_refusal());
        refusals.map(|finding| plain(&finding.in_words(words(language)))).collect::<Vec<_>>().join("\n     ")
    };
    Failure::worded(Exit::Refused, worded)
}

/// Another request under the code of a result that has its number.
fn taken(result: &str, number: &CertificationNumber) -> Failure {
    Failure::new(
        Exit::Refused,
        format!(
            "Kết quả {result} đã có số {number} với nội dung khác. Sửa yêu cầu: hãy bỏ số đó trước (kyso register void). \
             Kết quả khác của cùng hồ sơ: dùng --result N."
        ),
        format!(
            "Result {result} has number {number} with other contents. To correct the request, void that number first \
             (kyso register void). For another result of the same dossier, use --result N."
        ),
    )
}

fn low_quality(misses: &[Miss]) -> Failure {
    let list = |language| {
        let worded = |miss: &Miss| plain(&words(language).message_on(miss.page, miss.code, Some(&miss.measured)));
        misses.iter().map(|miss| format!("\n  - {}", worded(miss))).collect::<String>()
    };
    Failure::new(
        Exit::Refused,
        format!(
            "Từ chối sao: bản số hóa chưa đạt yêu cầu.{}\nNếu bản giấy không còn để quét lại: thêm --allow-low-quality.",
            list(Vietnamese)
        ),
        format!(
            "Refused to copy: the scan isn't good enough.{}\nWhere the paper can't be scanned again: add --allow-low-quality.",
            list(English)
        ),
    )
}

fn record_not_whole(name: &str, flaws: &[Flaw]) -> Failure {
    let list = |worded: fn(&Flaw) -> &str| {
        flaws.iter().map(|flaw| format!("{} {}", flaw.field, worded(flaw))).collect::<Vec<_>>().join("; ")
    };
    Failure::new(
        Exit::Refused,
        format!(
            "{name}: dữ liệu đặc tả chưa đủ (Nghị định 30/2020/NĐ-CP, Phụ lục VI): {}.",
            list(|flaw| &flaw.text.vi)
        ),
        format!(
            "{name}: the metadata isn't whole (Nghị định 30/2020/NĐ-CP, Phụ lục VI): {}.",
            list(|flaw| &flaw.text.en)
        ),
    )
}
