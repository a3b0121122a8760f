//! What a person has to decide, by what the archive says of itself.

use jiff::{SignedDuration, Timestamp};
use kyso::{Bilingual, Language};
use kyso_archive::{JobReport, JobState, Status};

use super::text::{count, job_name, size, when};
use crate::text::plain;

/// So many tries that failed are no accident.
const MANY_TRIES: u32 = 3;
/// Events have their places within seconds while the service runs.
const PATIENCE: SignedDuration = SignedDuration::from_mins(1);
/// Free space is told of before nothing is begun any more.
const SOON: u64 = 2;

/// Something for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Attention {
    /// A job that failed too often, or that only a person can do.
    Stuck(JobReport),
    /// A job that fails.
    Failing(JobReport),
    /// So many objects are damaged or missing in a store.
    Objects { store: String, state: String, objects: u64 },
    /// The clock is behind what was written: nothing is signed.
    Clock { newest: Timestamp, now: Timestamp },
    /// There's little room.
    Space { free: u64, reserve: u64 },
    /// Events wait for their places in the log.
    Log { pending: u64, since: Timestamp },
    /// So many documents have no row in the search index, and so many of its rows are no document's.
    Index { documents: u64, astray: u64 },
    /// Events have their places, and no checkpoint over them.
    Unsigned { events: u64, since: Timestamp },
    /// What is published of the log isn't what was signed here.
    Published(String),
    /// The row of the register's newest head isn't what the log has.
    Register(String),
    /// So many documents can't be raised or renewed, with one's reason.
    Lasting { failing: u64, error: String },
    /// So many destructions were begun and aren't at their end.
    Destruction { begun: u64 },
    /// So many requests were begun more than thirty days ago and never finished.
    Void { claims: u64 },
}

/// Everything that waits for a person, the worst first.
pub(super) fn attention(status: &Status) -> Vec<Attention> {
    let mut all = Vec::new();
    let bad = status.copies.iter().filter(|copy| copy.state != "whole");
    all.extend(bad.map(|copy| Attention::Objects {
        store: copy.store.clone(),
        state: copy.state.clone(),
        objects: copy.objects,
    }));
    let clock = &status.clock;
    if let Some(newest) = clock.newest_event.max(clock.newest_time_stamp).filter(|_| clock.is_behind) {
        all.push(Attention::Clock { newest, now: status.at });
    }
    if let Some(space) = status.space.filter(|space| space.free < space.reserve.saturating_mul(SOON)) {
        all.push(Attention::Space { free: space.free, reserve: space.reserve });
    }
    let stuck = status.jobs.iter().filter(|job| job.state == JobState::Stuck);
    all.extend(stuck.cloned().map(Attention::Stuck));
    let failing = status.jobs.iter().filter(|job| job.state != JobState::Stuck && job.tries >= MANY_TRIES);
    all.extend(failing.filter(|job| job.error.is_some()).cloned().map(Attention::Failing));
    if let Some(since) = status.log.pending_since
        && status.at.duration_since(since) > PATIENCE
    {
        all.push(Attention::Log { pending: status.log.pending, since });
    }
    if status.kept.unindexed > 0 || status.kept.astray > 0 {
        all.push(Attention::Index { documents: status.kept.unindexed, astray: status.kept.astray });
    }
    if let Some(why) = &status.log.fault {
        all.push(Attention::Published(why.clone()));
    }
    if let Some(since) = status.log.unsigned_since
        && status.at.duration_since(since) > PATIENCE
    {
        all.push(Attention::Unsigned { events: status.log.unsigned, since });
    }
    if let Some(why) = &status.register_fault {
        all.push(Attention::Register(why.clone()));
    }
    let failing = status.lasting.failing();
    if failing > 0 {
        let error = status.lasting.documents.iter().find_map(|one| one.error.clone()).unwrap_or_default();
        all.push(Attention::Lasting { failing, error });
    }
    if status.retention.begun > 0 {
        all.push(Attention::Destruction { begun: status.retention.begun });
    }
    if status.claims.void > 0 {
        all.push(Attention::Void { claims: status.claims.void });
    }
    all
}

impl Attention {
    /// Its stable name.
    fn code(&self) -> &'static str {
        match self {
            Self::Stuck(_) => "job.stuck",
            Self::Failing(_) => "job.failing",
            Self::Objects { .. } => "objects.damaged",
            Self::Clock { .. } => "clock.behind",
            Self::Space { .. } => "space.low",
            Self::Log { .. } => "log.behind",
            Self::Index { .. } => "index.changed",
            Self::Unsigned { .. } => "log.unsigned",
            Self::Published(_) => "log.damaged",
            Self::Register(_) => "register.damaged",
            Self::Lasting { .. } => "lasting.failing",
            Self::Destruction { .. } => "destruction.begun",
            Self::Void { .. } => "claims.void",
        }
    }

    /// For programs: the code, and the words for a person.
    pub(super) fn json(&self) -> serde_json::Value {
        let Bilingual { vi, en } = Bilingual::each(|language| self.text(language));
        serde_json::json!({ "code": self.code(), "vi": vi, "en": en })
    }

    /// What it is, and what to do.
    pub(super) fn text(&self, language: Language) -> String {
        let words = match self {
            Self::Stuck(job) | Self::Failing(job) => return of_job(job, language),
            Self::Objects { store, state, objects } => {
                let (vi, en) = match state.as_str() {
                    "missing" => ("bị mất", "are missing"),
                    _ => ("bị hỏng", "are damaged"),
                };
                let place =
                    if store == "second" { ("bản sao thứ hai", "the second copy") } else { ("kho", "the store") };
                Bilingual::new(
                    format!("{objects} tệp {vi} ở {}: hãy khôi phục từ bản sao lưu.", place.0),
                    format!("{objects} objects {en} in {}: restore them from a backup.", place.1),
                )
            }
            Self::Clock { newest, now } => Bilingual::new(
                format!(
                    "Đồng hồ chỉ {}, còn kho đã ghi lúc {}: không ký gì. Hãy chỉnh đồng hồ, hoặc nếu đồng hồ đúng: kyso archive \
                     clock --confirm --by TÊN",
                    when(*now),
                    when(*newest)
                ),
                format!(
                    "The clock says {}, and the archive has written at {}: nothing is signed. Set the clock, or where it's right: \
                     kyso archive clock --confirm --by NAME",
                    when(*now),
                    when(*newest)
                ),
            ),
            Self::Space { free, reserve } => Bilingual::new(
                format!(
                    "Ổ đĩa chỉ còn {}; dưới {} thì không ký, không lưu được nữa: hãy giải phóng ổ đĩa.",
                    size(*free, language),
                    size(*reserve, language)
                ),
                format!(
                    "The disk has only {} left; below {} nothing is signed or kept any more: make room.",
                    size(*free, language),
                    size(*reserve, language)
                ),
            ),
            Self::Log { pending, since } => Bilingual::new(
                format!("{pending} sự kiện chờ vào nhật ký từ {}: dịch vụ có đang chạy không?", when(*since)),
                format!(
                    "{} for the log since {}: does the service run?",
                    count(*pending, "event waits", "events wait"),
                    when(*since)
                ),
            ),
            Self::Index { documents: 0, astray } => Bilingual::new(
                format!(
                    "{astray} dòng của chỉ mục tìm kiếm không thuộc văn bản nào: hãy chạy kyso archive audit, rồi kyso archive reconcile."
                ),
                format!(
                    "{} no document's: run kyso archive audit, then kyso archive reconcile.",
                    count(*astray, "row of the search index is", "rows of the search index are")
                ),
            ),
            Self::Index { documents, .. } => Bilingual::new(
                format!(
                    "{documents} văn bản không còn trong chỉ mục tìm kiếm: hãy chạy kyso archive audit, rồi kyso archive reconcile."
                ),
                format!(
                    "{} no row in the search index: run kyso archive audit, then kyso archive reconcile.",
                    count(*documents, "document has", "documents have")
                ),
            ),
            Self::Unsigned { events, since } => Bilingual::new(
                format!("{events} mục nhật ký từ {} chưa được ký: hãy xem vì sao dịch vụ không ký được.", when(*since)),
                format!(
                    "{} unsigned since {}: see why the service can't sign the log.",
                    count(*events, "entry of the log is", "entries of the log are"),
                    when(*since)
                ),
            ),
            Self::Published(why) => Bilingual::new(
                format!(
                    "Phần nhật ký đã công bố không phải phần kho đã ký [{}]: hãy chạy kyso archive audit; khởi động lại thì kho không mở.",
                    plain(why)
                ),
                format!(
                    "What is published of the log isn't what was signed here ({}): run kyso archive audit; started again, the archive \
                     doesn't open.",
                    plain(why)
                ),
            ),
            Self::Register(why) => Bilingual::new(
                format!(
                    "Đầu sổ chứng thực ghi trong kho không phải đầu sổ mà nhật ký có [{}]: dịch vụ không cấp số. Hãy chạy kyso archive \
                     audit, rồi khôi phục từ bản sao lưu.",
                    plain(why)
                ),
                format!(
                    "The row of the register's head isn't what the log has ({}): the service gives no numbers out. Run kyso archive \
                     audit, then restore it from a backup.",
                    plain(why)
                ),
            ),
            Self::Lasting { failing, error } => Bilingual::new(
                format!(
                    "{failing} văn bản chưa bổ sung, gia hạn được theo mức đã định [{}]; sẽ tự thử lại: hãy xem nguyên nhân.",
                    plain(error)
                ),
                format!(
                    "{} be raised or renewed as the rules ask ({}); it's tried again by itself: look at the reason.",
                    count(*failing, "document can't", "documents can't"),
                    plain(error)
                ),
            ),
            Self::Destruction { begun } => Bilingual::new(
                format!("{begun} đợt tiêu hủy làm dở: hãy chạy lại kyso archive destroy execute."),
                format!(
                    "{} begun and not at the end: run kyso archive destroy execute again.",
                    count(*begun, "destruction was", "destructions were")
                ),
            ),
            Self::Void { claims } => Bilingual::new(
                format!("{claims} yêu cầu bỏ dở đã quá 30 ngày: người gửi có thể gửi lại với cùng Idempotency-Key."),
                format!(
                    "{} begun more than 30 days ago and never finished: who sent it may send it again under its Idempotency-Key.",
                    count(*claims, "request was", "requests were")
                ),
            ),
        };
        words.in_language(language).to_owned()
    }
}

fn of_job(job: &JobReport, language: Language) -> String {
    let name = job_name(&job.kind, language);
    let error = plain(job.error.as_deref().unwrap_or_default());
    let subject = if job.subject.is_empty() { String::new() } else { format!(" {}", plain(&job.subject)) };
    match (job.kind.as_str(), job.state, language) {
        ("unkept", _, Language::Vietnamese) => {
            format!("Tệp{subject} đã ký mà chưa có trong sổ của kho, và không tự nhận được [{error}]: hãy xem tệp đó.")
        }
        ("unkept", _, Language::English) => {
            format!("Object{subject} was signed and has no row, and can't be taken up ({error}): look at it.")
        }
        ("scrub", JobState::Stuck, Language::Vietnamese) if !job.subject.is_empty() => {
            format!(
                "Dữ liệu của văn bản{subject} trong kho không còn như lúc lưu [{error}]: hãy chạy kyso archive audit, rồi khôi phục từ \
                 bản sao lưu; thông báo này hết khi lần kiểm tra sau thấy lại nguyên vẹn."
            )
        }
        ("scrub", JobState::Stuck, Language::English) if !job.subject.is_empty() => {
            format!(
                "The rows of document{subject} aren't what was kept ({error}): run kyso archive audit, then restore from a backup; this \
                 is told until a scrub finds them whole."
            )
        }
        (_, JobState::Stuck, Language::Vietnamese) => {
            format!(
                "Việc \"{name}\"{subject} bị kẹt sau {} lần thử [{error}]: sửa nguyên nhân rồi khởi động lại dịch vụ.",
                job.tries
            )
        }
        (_, JobState::Stuck, Language::English) => {
            format!(
                "Job \"{name}\"{subject} is stuck after {} tries ({error}): mend the cause and restart the service.",
                job.tries
            )
        }
        (_, _, Language::Vietnamese) => {
            format!("Việc \"{name}\"{subject} đã hỏng {} lần liền [{error}]; sẽ tự thử lại.", job.tries)
        }
        (_, _, Language::English) => {
            format!(
                "Job \"{name}\"{subject} failed {} times in a row ({error}); it's tried again by itself.",
                job.tries
            )
        }
    }
}
