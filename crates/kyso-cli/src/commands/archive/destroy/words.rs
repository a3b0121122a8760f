//! A destruction in words: how it stands, what comes next, and why something isn't destroyed.

use kyso::Language::{self, English, Vietnamese};
use kyso::local_time::{day, in_vietnam};
use kyso_archive::{Act, Destruction, DestructionItem, DestructionState, NotDestroyed, Obstacle, Tombstone, Uuid};
use kyso_certification::retention::End;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::text::{choose, plain};

/// So many documents that can't be destroyed are named.
const NAMED: usize = 20;

/// How far it has come.
pub(super) fn state(state: DestructionState, language: Language) -> &'static str {
    let (vi, en) = match state {
        DestructionState::Proposed => ("chờ người khác phê duyệt", "waits for another person's approval"),
        DestructionState::Approved => ("đã phê duyệt, chờ quyết định", "approved, waits for the decision"),
        DestructionState::Rejected => ("không được phê duyệt", "rejected"),
        DestructionState::Decided => ("đã có quyết định, chờ thực hiện", "decided, to be carried out"),
        DestructionState::Begun => ("ĐANG THỰC HIỆN DỞ", "BEGUN AND NOT AT ITS END"),
        DestructionState::Executed => ("đã tiêu hủy", "carried out"),
    };
    choose(language, vi, en)
}

/// A line about it.
pub(super) fn line(of: &Destruction, language: Language) -> String {
    let state = state(of.state, language);
    match language {
        Vietnamese => format!("Đợt tiêu hủy {}: {} văn bản, {state}", of.number, of.items.len()),
        English => format!("Destruction {}: {} documents, {state}", of.number, of.items.len()),
    }
}

/// What has to be done next.
pub(super) fn next(of: &Destruction, language: Language) -> Option<String> {
    let number = of.number;
    let (vi, en, command) = match of.state {
        DestructionState::Proposed => {
            ("Người khác phê duyệt", "Another person approves it", format!("kyso archive destroy approve {number}"))
        }
        DestructionState::Approved => (
            "Ghi quyết định",
            "Write the decision down",
            format!("kyso archive destroy decide {number} --decision SỐ --date NGÀY"),
        ),
        DestructionState::Decided | DestructionState::Begun => {
            ("Thực hiện", "Carry it out", format!("kyso archive destroy execute {number} --decision SỐ"))
        }
        DestructionState::Executed => (
            "Giấy chứng nhận",
            "The certificate",
            format!("kyso archive destroy certificate {number} -o tieu-huy-{number}.pdf"),
        ),
        DestructionState::Rejected => return None,
    };
    Some(format!("{}: {command}", choose(language, vi, en)))
}

/// Who did what, and when.
pub(super) fn protocol(of: &Destruction, language: Language) -> Vec<String> {
    let steps = [
        (Some(&of.proposed), "Lập danh mục", "Proposed"),
        (of.approved.as_ref(), "Phê duyệt", "Approved"),
        (of.rejected.as_ref(), "Không phê duyệt", "Rejected"),
        (of.decided.as_ref(), "Ghi quyết định", "Decision written down"),
        (of.begun.as_ref(), "Thực hiện", "Carried out"),
        (of.executed.as_ref(), "Hoàn thành", "Done"),
    ];
    let mut lines = Vec::new();
    for (act, vi, en) in steps {
        let Some(Act { by, at, note }) = act else { continue };
        let note = note.as_deref().map(|note| format!(" ({})", plain(note))).unwrap_or_default();
        lines.push(format!("{}: {}, {}{note}", choose(language, vi, en), plain(by), in_vietnam(*at)));
    }
    if let Some(decision) = &of.decision {
        let (number, date, backups) = (plain(&decision.number), day(decision.date), day(decision.backups));
        lines.push(match language {
            Vietnamese => {
                format!("Quyết định số {number} ngày {date}; các bản sao lưu còn giữ phải bỏ trước hết ngày {backups}")
            }
            English => format!("Decision {number} of {date}; no backup has them after {backups}"),
        });
    }
    if let Some(certificate) = &of.certificate {
        lines.push(format!("{} SHA-256: {}", choose(language, "Giấy chứng nhận", "Certificate"), certificate.sha256));
    }
    lines
}

/// A document of a list.
pub(super) fn item(item: &DestructionItem, language: Language) -> String {
    let number = match (&item.number, &item.book) {
        (Some(number), Some(book)) => match language {
            Vietnamese => format!("số {}, quyển {}", plain(number), plain(book)),
            English => format!("number {}, book {}", plain(number), plain(book)),
        },
        _ => choose(language, "không có số", "without a number").to_owned(),
    };
    let kind = item.kind.as_deref().map(plain).unwrap_or_else(|| "-".to_owned());
    let (date, ends) = (day(item.date), day(item.ends));
    match language {
        Vietnamese => format!("{} {kind} {number}, ngày {date}, hết hạn {ends}", item.artifact),
        English => format!("{} {kind} {number}, of {date}, kept until {ends}", item.artifact),
    }
}

/// Why a document can't be on a list.
fn obstacle(why: &Obstacle, language: Language) -> String {
    let say = |vi: String, en: String| match language {
        Vietnamese => vi,
        English => en,
    };
    match why {
        Obstacle::Missing => say("không có trong kho".into(), "isn't in the archive".into()),
        Obstacle::NotDue(End::Never) => say("lưu vĩnh viễn".into(), "is kept for ever".into()),
        Obstacle::NotDue(End::On(last)) => {
            let last = day(*last);
            say(format!("chưa hết thời hạn lưu trữ (đến hết ngày {last})"), format!("is kept until {last}"))
        }
        Obstacle::Held(hold) => say(format!("có lệnh giữ {hold}"), format!("is held by {hold}")),
        Obstacle::Locked(None) => say(
            "bị lệnh giữ ngay trong kho S3; nếu lệnh giữ đã bỏ, hãy chạy kyso archive hold apply".into(),
            "is under a legal hold of the S3 store's; where the archive's was released, run kyso archive hold apply"
                .into(),
        ),
        Obstacle::Locked(Some(until)) => {
            let until = in_vietnam(*until);
            say(format!("bị khóa trong kho S3 đến {until}"), format!("is retained by the S3 store until {until}"))
        }
        Obstacle::Listed(number) => say(format!("đã ở đợt tiêu hủy {number}"), format!("is on list {number}")),
        Obstacle::Destroyed(number) => {
            say(format!("đã tiêu hủy ở đợt {number}"), format!("was destroyed by destruction {number}"))
        }
        Obstacle::Linked(other) => say(
            format!("gắn với văn bản {other} không có trong danh mục"),
            format!("belongs to document {other}, which isn't on the list"),
        ),
        Obstacle::Drafted(draft) => say(
            format!("hồ sơ còn kết quả chờ ký ({draft})"),
            format!("a result of its dossier waits to be signed ({draft})"),
        ),
        Obstacle::Damaged(what) => say(format!("bị hỏng [{}]", plain(what)), format!("is damaged ({})", plain(what))),
        other => say(format!("không tiêu hủy được [{other:?}]"), format!("can't be destroyed ({other:?})")),
    }
}

/// Documents that can't be on a list, each with the reason.
fn named(items: &[(Uuid, Obstacle)], language: Language) -> Vec<String> {
    let first = items.iter().take(NAMED).map(|(id, why)| format!("  {id}: {}", obstacle(why, language)));
    let more = (items.len() > NAMED).then(|| format!("  … +{}", items.len() - NAMED));
    first.chain(more).collect()
}

/// What was left out of a list of all that is due, and why; nothing where nothing was.
pub(super) fn kept_off(items: &[(Uuid, Obstacle)], language: Language) -> Vec<String> {
    if items.is_empty() {
        return Vec::new();
    }
    let said = match language {
        Vietnamese => format!("Để ngoài danh mục {} văn bản hết thời hạn:", items.len()),
        English => format!("{} documents past their time were left out:", items.len()),
    };
    std::iter::once(said).chain(named(items, language)).collect()
}

/// The failure for what isn't destroyed. Nothing was.
pub(in crate::commands::archive) fn refusal(why: &NotDestroyed) -> Failure {
    let new = |vi: String, en: String| Failure::new(Exit::Refused, vi, en);
    match why {
        NotDestroyed::Unknown(number) => Failure::usage(
            format!("Không có đợt tiêu hủy {number}; xem kyso archive destroy list."),
            format!("There's no destruction {number}; see kyso archive destroy list."),
        ),
        NotDestroyed::NoHold(id) => Failure::usage(
            format!("Không có lệnh giữ {id} đang còn hiệu lực; xem kyso archive hold list."),
            format!("There's no open hold {id}; see kyso archive hold list."),
        ),
        NotDestroyed::Empty => new(
            "Danh mục trống: không có văn bản nào hết thời hạn lưu trữ.".into(),
            "The list is empty: no document is past its time.".into(),
        ),
        NotDestroyed::TooMany(count) => Failure::usage(
            format!("{count} văn bản là quá nhiều cho một danh mục; hãy chia thành nhiều đợt."),
            format!("{count} documents are too many for one list; make several."),
        ),
        NotDestroyed::Text(what) => {
            let vi = match *what {
                "name" => "Tên người thực hiện",
                "ground" => "Lý do giữ",
                "reason" => "Lý do",
                "decision" => "Số quyết định",
                _ => "Ghi chú",
            };
            Failure::usage(
                format!("{vi} còn trống, quá dài hoặc có ký tự điều khiển."),
                format!("The {what} is missing, too long, or has control characters."),
            )
        }
        NotDestroyed::Date(date) => Failure::usage(
            format!(
                "Ngày {} không hợp lệ: quyết định không ở tương lai, không trước ngày lập danh mục, và bản sao lưu không bỏ trước quyết định.",
                day(*date)
            ),
            format!("{date} can't be: a decision isn't of the future or older than its list, and backups aren't gone before it."),
        ),
        NotDestroyed::Items(items) => Failure::worded(Exit::Refused, |language| {
            let mut lines = vec![match language {
                Vietnamese => format!("Chưa tiêu hủy, chưa lập danh mục: {} văn bản không được tiêu hủy.", items.len()),
                English => format!("Nothing was listed or destroyed: {} of the documents can't be.", items.len()),
            }];
            lines.extend(named(items, language));
            lines.join("\n")
        }),
        NotDestroyed::SamePerson(by) => {
            let by = plain(by);
            new(
                format!("{by} đã lập danh mục này; phải do người khác phê duyệt."),
                format!("{by} proposed this list; another person has to approve it."),
            )
        }
        NotDestroyed::State { number, state: at } => new(
            format!("Chưa làm được: đợt tiêu hủy {number} {}.", state(*at, Vietnamese)),
            format!("Not now: destruction {number} is {}.", state(*at, English)),
        ),
        NotDestroyed::SecondStore => new(
            "Bản sao thứ hai còn giữ các văn bản này; hãy nêu thư mục của nó bằng --second, hoặc dùng tệp cấu hình có [archive] second. \
             Chưa tiêu hủy gì."
                .into(),
            "The second copy has these documents; name its directory with --second, or use the configuration that has [archive] \
             second. Nothing was destroyed."
                .into(),
        ),
        NotDestroyed::Earlier(path) => {
            let path = plain(&path.display().to_string());
            new(
                format!(
                    "{path} của kho cũ vẫn còn và có dữ liệu phải xóa; kho mới không cần tệp này nữa, hãy xóa nó trước."
                ),
                format!(
                    "{path} of the earlier archive is still there and has what would be erased; nothing needs it any more: remove it first."
                ),
            )
        }
        other => new(format!("Không tiêu hủy được [{other}]."), format!("It can't be destroyed: {other}.")),
    }
}

/// The failure for a document that was destroyed.
pub(in crate::commands::archive) fn destroyed(of: &Tombstone) -> Failure {
    let (number, at) = (plain(&of.decision), in_vietnam(of.at));
    Failure::new(
        Exit::Refused,
        format!(
            "Văn bản {} đã tiêu hủy theo quyết định số {number} (giấy chứng nhận tiêu hủy {}, {at}).",
            of.artifact, of.destruction
        ),
        format!(
            "Document {} was destroyed by decision {number} (certificate of destruction {}, {at}).",
            of.artifact, of.destruction
        ),
    )
}
