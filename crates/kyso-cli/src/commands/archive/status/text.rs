//! The screen: what waits for a person, and then a line for each part.

use jiff::{SignedDuration, Timestamp};
use kyso::Language::{self, English, Vietnamese};
use kyso::local_time::{VIETNAM, in_vietnam};
use kyso_archive::{JobReport, JobState, LastBackup, Lasting, Status, Tally};

use super::attention::Attention;
use crate::text::{choose, plain};

/// Width of the column of labels, in characters.
const LABELS: usize = 18;

/// All lines of the screen.
pub(super) fn lines(
    status: &Status,
    backup: Option<&LastBackup>,
    attention: &[Attention],
    language: Language,
    colour: bool,
) -> Vec<String> {
    let say = |vi, en| choose(language, vi, en);
    let (red, green, bold, end) =
        if colour { ("\x1b[31m", "\x1b[32m", "\x1b[1m", "\x1b[0m") } else { ("", "", "", "") };
    let mut lines = vec![format!("{bold}{}: {}{end}", say("Kho lưu trữ", "Archive"), plain(&status.origin))];
    if let Some(to) = &status.moved_to {
        let moved = say("Kho đã chuyển sang nơi khác, ở đây chỉ đọc", "It moved elsewhere, and is only read here");
        lines.push(format!("{moved}: {}", plain(to)));
    }
    if attention.is_empty() {
        lines.push(format!(
            "{green}✔{end} {}",
            say("Không có việc nào chờ người quyết định.", "Nothing waits for a person.")
        ));
    }
    lines.extend(attention.iter().map(|one| format!("{red}✘{end} {}", one.text(language))));
    lines.push(String::new());
    let mut add = |label: &str, value: String| lines.push(format!("{label:<LABELS$} {value}"));
    add(say("Mã kho", "Id"), format!("{} ({})", status.id, made(status, language)));
    add(say("Văn bản", "Documents"), documents(status, language));
    for tally in &status.kept.by_kind {
        add("", tallied(say("loại", "kind"), say("không phải chứng thực", "no certification"), tally, language));
    }
    for tally in &status.kept.by_level {
        add("", tallied(say("mức", "level"), say("không xác định", "none"), tally, language));
    }
    let mut label = say("Lâu dài", "To last");
    for one in &status.lasting.documents {
        add(label, lasting(one, language));
        label = "";
    }
    if status.lasting.unseen > 0 && !status.lasting.documents.is_empty() {
        add(
            label,
            match language {
                Vietnamese => format!("{} văn bản chưa xem", status.lasting.unseen),
                English => format!("{} not looked at yet", count(status.lasting.unseen, "document", "documents")),
            },
        );
    }
    add(say("Nhật ký", "Log"), log(status, language));
    for anchor in &status.anchors {
        let name = anchor.witness.as_deref().map_or_else(|| say("tệp neo", "anchor file").to_owned(), plain);
        let behind = status.log.signed.saturating_sub(anchor.size);
        let at = ago(anchor.at, status.at, language);
        let line = match language {
            Vietnamese => format!("{name}: đến mục {}, {at}; còn thiếu {behind} mục", anchor.size),
            English => format!("{name}: up to {}, {at}; {behind} behind", anchor.size),
        };
        add(say("Giữ ngoài kho", "Kept outside"), line);
    }
    if let Some(newest) = status.clock.newest_event {
        add(say("Sự kiện mới nhất", "Newest event"), ago(newest, status.at, language));
    }
    if let Some(register) = &status.register {
        add(
            say("Sổ chứng thực", "Register"),
            match language {
                Vietnamese => {
                    format!("nhật ký đã ghi {} sự kiện, {}", register.events, ago(register.at, status.at, language))
                }
                English => {
                    format!("the log knows of {} events, {}", register.events, ago(register.at, status.at, language))
                }
            },
        );
    }
    add(say("Dấu thời gian", "Time-stamps"), stamp(status, language));
    add(say("Sao lưu", "Backup"), backed_up(backup, status, language));
    add(say("Yêu cầu dở dang", "Open requests"), claims(status, language));
    add(say("Bản chờ ký", "Drafts"), drafts(status, language));
    add(say("Tiêu hủy", "Destruction"), retention(status, language));
    for copy in &status.copies {
        let store =
            if copy.store == "second" { say("Bản sao thứ hai", "Second copy") } else { say("Soát kho", "Scrub") };
        let state = match copy.state.as_str() {
            "whole" => say("nguyên vẹn", "whole"),
            "damaged" => say("HỎNG", "DAMAGED"),
            "missing" => say("MẤT", "MISSING"),
            other => other,
        };
        let seen = ago(copy.oldest, status.at, language);
        add(
            store,
            match language {
                Vietnamese => format!("{} tệp {state}; tệp xem lâu nhất: {seen}", copy.objects),
                English => format!("{} objects {state}; the one seen longest ago: {seen}", copy.objects),
            },
        );
    }
    let space = status.space.map(|space| [space.free, space.total, space.reserve].map(|bytes| size(bytes, language)));
    add(
        say("Ổ đĩa", "Disk"),
        match (space, language) {
            (Some([free, total, reserve]), Vietnamese) => format!("còn {free} trong {total} (phải chừa {reserve})"),
            (Some([free, total, reserve]), English) => format!("{free} free of {total} ({reserve} kept in reserve)"),
            (None, _) => say("nơi chứa không cho biết", "not told by the store").to_owned(),
        },
    );
    let mut label = say("Việc nền", "Jobs");
    for job in &status.jobs {
        add(label, job_line(job, status.at, language));
        label = "";
    }
    if status.jobs.is_empty() {
        add(label, say("chưa có: dịch vụ chưa chạy lần nào", "none: the service hasn't run yet").to_owned());
    }
    lines
}

fn made(status: &Status, language: Language) -> String {
    match language {
        Vietnamese => format!("lập {}", in_vietnam(status.created)),
        English => format!("made {}", in_vietnam(status.created)),
    }
}

fn documents(status: &Status, language: Language) -> String {
    let (kept, bytes) = (&status.kept, size(status.kept.bytes, language));
    match language {
        Vietnamese => format!("{} văn bản, {} phiên bản, {bytes}", kept.artifacts, kept.versions),
        English => format!(
            "{}, {}, {bytes}",
            count(kept.artifacts, "document", "documents"),
            count(kept.versions, "version", "versions")
        ),
    }
}

fn tallied(what: &str, none: &str, tally: &Tally, language: Language) -> String {
    let name = tally.name.as_deref().map_or_else(|| none.to_owned(), |name| format!("{what} {}", plain(name)));
    format!("{name}: {} ({})", tally.artifacts, size(tally.bytes, language))
}

/// What the rules ask of some documents, what they have, and by when that is to be renewed.
fn lasting(one: &Lasting, language: Language) -> String {
    let say = |vi, en| choose(language, vi, en);
    let wanted = match one.wanted.as_str() {
        "evidence" => say("chỉ hồ sơ bằng chứng", "evidence records alone").to_owned(),
        level => format!("{} {}", say("cần", "asked"), plain(level)),
    };
    let level = one.level.as_deref().map_or_else(|| say("không xác định", "none").to_owned(), plain);
    let state = match (one.is_due, one.renew.map(day)) {
        (true, None) => say("chờ bổ sung", "to be raised").to_owned(),
        (true, Some(day)) => format!("{} {day}", say("đến hạn gia hạn từ", "to be renewed since")),
        (false, Some(day)) => format!("{} {day}", say("gia hạn từ", "to be renewed from")),
        (false, None) => say("không phải gia hạn", "nothing to renew").to_owned(),
    };
    let failing = match (one.failing, language) {
        (0, _) => String::new(),
        (failing, Vietnamese) => format!("; {failing} chưa làm được"),
        (failing, English) => format!("; {failing} failing"),
    };
    format!("{wanted}, {} {level}: {}, {state}{failing}", say("có", "has"), one.artifacts)
}

/// A day in Vietnam.
fn day(at: Timestamp) -> String {
    VIETNAM.to_datetime(at).date().to_string()
}

fn log(status: &Status, language: Language) -> String {
    let log = &status.log;
    let signed = match (log.signed_at, language) {
        (Some(at), Vietnamese) => format!("điểm kiểm tra ở mục {}, ký {}", log.signed, ago(at, status.at, language)),
        (Some(at), English) => format!("checkpoint at {}, signed {}", log.signed, ago(at, status.at, language)),
        (None, Vietnamese) => "chưa có điểm kiểm tra".to_owned(),
        (None, English) => "no checkpoint yet".to_owned(),
    };
    match language {
        Vietnamese => format!("{} mục; {signed}; {} sự kiện chờ", log.size, log.pending),
        English => format!("{}; {signed}; {} pending", count(log.size, "entry", "entries"), log.pending),
    }
}

/// The newest time-stamp over what is kept.
fn stamp(status: &Status, language: Language) -> String {
    match (&status.stamp, language) {
        (None, Vietnamese) => "chưa có".to_owned(),
        (None, English) => "none yet".to_owned(),
        (Some(stamp), Vietnamese) => format!("{} dấu, mới nhất {}", stamp.count, ago(stamp.at, status.at, language)),
        (Some(stamp), English) => {
            let stamps = count(stamp.count, "time-stamp", "time-stamps");
            format!("{stamps}, the newest {}", ago(stamp.at, status.at, language))
        }
    }
}

/// The newest backup that was taken on this computer.
fn backed_up(backup: Option<&LastBackup>, status: &Status, language: Language) -> String {
    let Some(LastBackup { at, place, log_size, damaged, .. }) = backup else {
        return choose(language, "chưa có bản nào được lập từ máy này", "none was taken on this computer").to_owned();
    };
    let (at, place) = (ago(*at, status.at, language), plain(&place.display().to_string()));
    let behind = status.log.size.saturating_sub(*log_size);
    let lacks = match (damaged, language) {
        (0, _) => String::new(),
        (damaged, Vietnamese) => format!("; THIẾU {damaged} tệp"),
        (damaged, English) => format!("; {} MISSING", count(*damaged, "file", "files")),
    };
    match language {
        Vietnamese => format!("{at}, ở {place}; từ đó thêm {behind} mục nhật ký{lacks}"),
        English => format!("{at}, in {place}; {} since{lacks}", count(behind, "log entry", "log entries")),
    }
}

fn claims(status: &Status, language: Language) -> String {
    let claims = &status.claims;
    match (claims.oldest, language) {
        (None, Vietnamese) => "không có".to_owned(),
        (None, English) => "none".to_owned(),
        (Some(oldest), Vietnamese) => format!(
            "{}, cũ nhất {}; {} không còn ai làm (chờ gửi lại)",
            claims.open,
            ago(oldest, status.at, language),
            claims.left
        ),
        (Some(oldest), English) => format!(
            "{}, the oldest {}; nobody is at work on {} of them (they wait to be sent again)",
            claims.open,
            ago(oldest, status.at, language),
            claims.left
        ),
    }
}

fn drafts(status: &Status, language: Language) -> String {
    let (drafts, bytes) = (&status.drafts, size(status.drafts.bytes, language));
    match (drafts.oldest, language) {
        (None, Vietnamese) => "không có".to_owned(),
        (None, English) => "none".to_owned(),
        (Some(oldest), Vietnamese) => {
            format!("{} bản, {bytes}, cũ nhất {}", drafts.count, ago(oldest, status.at, language))
        }
        (Some(oldest), English) => {
            format!("{}, {bytes}, the oldest {}", drafts.count, ago(oldest, status.at, language))
        }
    }
}

fn retention(status: &Status, language: Language) -> String {
    let of = &status.retention;
    match language {
        Vietnamese => format!(
            "{} văn bản hết thời hạn, {} lệnh giữ; danh mục: {} chờ phê duyệt, {} chờ quyết định, {} chờ thực hiện, {} làm dở; \
             đã tiêu hủy {}",
            of.due, of.holds, of.proposed, of.approved, of.decided, of.begun, of.destroyed
        ),
        English => format!(
            "{} past their time, {}; lists: {} to approve, {} to decide, {} to carry out, {} begun; {} destroyed",
            count(of.due, "document", "documents"),
            count(of.holds, "hold", "holds"),
            of.proposed,
            of.approved,
            of.decided,
            of.begun,
            of.destroyed
        ),
    }
}

fn job_line(job: &JobReport, now: Timestamp, language: Language) -> String {
    let say = |vi, en| choose(language, vi, en);
    let subject = if job.subject.is_empty() { String::new() } else { format!(" {}", plain(&job.subject)) };
    let mut line = format!("{}{subject}: ", job_name(&job.kind, language));
    line.push_str(&match job.state {
        JobState::Stuck => say("BỊ KẸT", "STUCK").to_owned(),
        JobState::Running => say("đang làm", "running").to_owned(),
        JobState::Idle | JobState::Waiting => match job.done {
            Some(done) => format!("{} {}", say("xong", "done"), ago(done, now, language)),
            None => say("chưa làm", "not done yet").to_owned(),
        },
    });
    if let Some(due) = job.due.filter(|_| job.state == JobState::Waiting) {
        line.push_str(&format!("; {} {}", say("lần tới", "next"), ahead(due, now, language)));
    }
    if let Some(error) = &job.error {
        let tries = say("lần thử hỏng", "failed tries");
        line.push_str(&format!("; {} {tries} [{}]", job.tries, plain(error)));
    }
    line
}

/// What a kind of job is called; by its own name where it's of another version of the program.
pub(super) fn job_name(kind: &str, language: Language) -> String {
    let (vi, en) = match kind {
        "sequence" => ("ghi nhật ký", "sequence the log"),
        "recover" => ("phục hồi sau sự cố", "recover after a crash"),
        "unkept" => ("tệp chưa nhận", "object without a row"),
        "drafts" => ("dọn bản chờ ký", "remove old drafts"),
        "register-head" => ("ghi đầu sổ", "log the register's head"),
        "access-head" => ("ghi đầu nhật ký truy cập", "log the access log's heads"),
        "manifests" => ("ghi bản kê bên cạnh văn bản", "write manifests beside the documents"),
        "scrub" => ("đọc lại và sửa văn bản hỏng", "read documents again and mend them"),
        "evidence" => ("đóng dấu thời gian, gia hạn bằng chứng", "time-stamp what is new, renew evidence"),
        "anchor" => ("ghi điểm kiểm tra ra tệp neo", "write the checkpoint to the anchor"),
        "witness" => ("nhờ nhân chứng ký điểm kiểm tra", "have a witness sign the checkpoint"),
        "lasting" => ("bổ sung, gia hạn mức lâu dài", "raise and renew what lasts inside"),
        "copy" => ("chép sang kho thứ hai", "copy to the second store"),
        other => return plain(other),
    };
    choose(language, vi, en).to_owned()
}

/// So many of something, in English.
pub(super) fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A time as people in Vietnam read it.
pub(super) fn when(time: Timestamp) -> String {
    in_vietnam(time)
}

/// Bytes in the unit in which they're read best.
pub(super) fn size(bytes: u64, language: Language) -> String {
    let mut unit = "B";
    let (mut whole, mut tenths) = (bytes, 0);
    for larger in ["KB", "MB", "GB", "TB", "PB"] {
        if whole < 1000 {
            break;
        }
        (whole, tenths, unit) = (whole / 1000, whole % 1000 / 100, larger);
    }
    match (unit, language) {
        ("B", _) => format!("{whole} B"),
        (_, Vietnamese) => format!("{whole},{tenths} {unit}"),
        (_, English) => format!("{whole}.{tenths} {unit}"),
    }
}

/// How long ago a time is.
fn ago(time: Timestamp, now: Timestamp, language: Language) -> String {
    let (length, is_now) = duration(now.duration_since(time), language);
    match (is_now, language) {
        (true, Vietnamese) => "vừa xong".to_owned(),
        (true, English) => "just now".to_owned(),
        (false, Vietnamese) => format!("{length} trước"),
        (false, English) => format!("{length} ago"),
    }
}

/// How long it is until a time.
fn ahead(time: Timestamp, now: Timestamp, language: Language) -> String {
    let (length, is_now) = duration(time.duration_since(now), language);
    match (is_now, language) {
        (true, Vietnamese) => "ngay bây giờ".to_owned(),
        (true, English) => "now".to_owned(),
        (false, Vietnamese) => format!("sau {length}"),
        (false, English) => format!("in {length}"),
    }
}

/// A length of time in its largest unit, and whether it's nothing to speak of.
fn duration(length: SignedDuration, language: Language) -> (String, bool) {
    let seconds = length.as_secs().max(0);
    let units = [(86_400, "ngày", "day"), (3600, "giờ", "hour"), (60, "phút", "minute"), (1, "giây", "second")];
    let unit = units.into_iter().find(|(unit, ..)| seconds >= *unit);
    let Some((unit, vi, en)) = unit else { return (String::new(), true) };
    let count = seconds / unit;
    match language {
        Vietnamese => (format!("{count} {vi}"), false),
        English => (format!("{count} {en}{}", if count == 1 { "" } else { "s" }), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        for (bytes, vietnamese, english) in [
            (0, "0 B", "0 B"),
            (999, "999 B", "999 B"),
            (1000, "1,0 KB", "1.0 KB"),
            (1_234_567, "1,2 MB", "1.2 MB"),
            (u64::MAX, "18446,7 PB", "18446.7 PB"),
        ] {
            assert_eq!((size(bytes, Vietnamese).as_str(), size(bytes, English).as_str()), (vietnamese, english));
        }
    }

    #[test]
    fn times_are_told_by_their_largest_unit() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let past = |seconds| now - SignedDuration::from_secs(seconds);
        for (seconds, vietnamese, english) in [
            (0, "vừa xong", "just now"),
            (-5, "vừa xong", "just now"),
            (59, "59 giây trước", "59 seconds ago"),
            (60, "1 phút trước", "1 minute ago"),
            (7200, "2 giờ trước", "2 hours ago"),
            (86_400 * 31, "31 ngày trước", "31 days ago"),
        ] {
            assert_eq!(
                (ago(past(seconds), now, Vietnamese), ago(past(seconds), now, English)),
                (vietnamese.into(), english.into())
            );
        }
        assert_eq!(ahead(now + SignedDuration::from_secs(90), now, Vietnamese), "sau 1 phút");
        assert_eq!(ahead(past(1), now, English), "now");
    }
}
