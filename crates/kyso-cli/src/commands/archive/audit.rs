//! `kyso archive audit`: whether the archive is whole, by computing everything again.

use std::path::PathBuf;

use clap::Args;
use kyso::{Bilingual, Language, both};
use kyso_archive::log::MAX_NOTE;
use kyso_archive::{Archive, Audit, Counts, Fault, Finding, Progress, Stage, Subject};

use super::{Place, refused};
use crate::arguments::Format;
use crate::commands::register::runtime;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::progress;
use crate::receipt::read_key;
use crate::text::{choose, plain};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// Checkpoints that were kept elsewhere: copies of log/checkpoint.
    #[arg(long, value_name = "FILE")]
    since: Vec<PathBuf>,
    /// `name+id+base64`, or a file that has it.
    #[arg(long, value_name = "KEY|FILE")]
    log_key: Option<PathBuf>,
    #[arg(long, value_enum, value_name = "text|json", default_value = "text")]
    format: Format,
}

/// Looks at everything. Exit code 1 where something is wrong.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let read = |path: &PathBuf| input::small(path, MAX_NOTE as u64);
    let since = arguments.since.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let key = arguments.log_key.as_deref().map(read_key).transpose()?;
    let (location, second) = (arguments.place.location()?, arguments.place.second()?);
    let (bar, language) = (progress::steps(), context.language);
    let told = |Progress { stage, done, total }: Progress| {
        let words = stage_words(stage);
        bar.set_message(choose(language, words.vi, words.en).to_owned());
        bar.set_length(total);
        bar.set_position(done);
    };
    let audit = runtime()?.block_on(async {
        let auditor = Archive::open_to_audit_at(&location, key).await?;
        let auditor = match &second {
            Some(second) => auditor.with_second(second),
            None => auditor,
        };
        let audit = auditor.audit(&since, told).await;
        auditor.close().await;
        audit
    });
    bar.finish_and_clear();
    let audit = audit.map_err(|error| refused(&error))?;
    context.print(|sink| match arguments.format {
        Format::Json => {
            let whole = audit.is_whole();
            let value =
                serde_json::json!({ "format": "kyso-archive-audit", "version": 1, "whole": whole, "audit": audit });
            writeln!(sink, "{value:#}")
        }
        Format::Text => {
            lines(&audit, &arguments.since, context).iter().try_for_each(|line| writeln!(sink, "{}", plain(line)))
        }
    })?;
    Ok(if audit.is_whole() { Exit::Done } else { Exit::Failed })
}

fn stage_words(stage: Stage) -> Bilingual<&'static str> {
    match stage {
        Stage::Rows => both("Đối chiếu cơ sở dữ liệu", "Looking at the database"),
        Stage::Log => both("Tính lại nhật ký", "Computing the log again"),
        Stage::Objects => both("Đọc lại văn bản", "Reading the documents"),
        Stage::Second => both("Đọc lại bản sao thứ hai", "Reading the second copy"),
        _ => both("Xem các tệp trong kho", "Looking at the files"),
    }
}

fn lines(audit: &Audit, since: &[PathBuf], context: &Context) -> Vec<String> {
    let vietnamese = context.language == Language::Vietnamese;
    let mut lines = Vec::new();
    for finding in &audit.problems {
        lines.push(format!("{}: {}", context.say("SAI", "WRONG"), told(finding, since, context)));
    }
    if audit.more > 0 {
        lines.push(match vietnamese {
            true => format!("SAI: còn {} điểm nữa không liệt kê.", audit.more),
            false => format!("WRONG: {} more, which aren't listed.", audit.more),
        });
    }
    for finding in &audit.notes {
        lines.push(format!("{}: {}", context.say("Lưu ý", "Note"), told(finding, since, context)));
    }
    if !audit.unchecked.is_empty() {
        let what = context.say("Lưu ý: các bảng chưa có quy tắc kiểm tra", "Note: tables without a rule here");
        lines.push(format!("{what}: {}", audit.unchecked.join(", ")));
    }
    let Counts { artifacts, versions, events, leaves, pending, checkpoints, drafts, bytes, copies, .. } = audit.counts;
    lines.push(match vietnamese {
        true => format!(
            "Đã kiểm tra: {artifacts} văn bản ({versions} phiên bản, {bytes} byte), {drafts} bản chờ ký, {events} sự kiện; nhật ký \
             {leaves} mục, {checkpoints} mốc ký, {pending} sự kiện chờ vào nhật ký."
        ),
        false => format!(
            "Looked at: {artifacts} documents ({versions} versions, {bytes} bytes), {drafts} waiting for signatures, {events} events; \
             a log of {leaves} entries, {checkpoints} signed checkpoints, {pending} events waiting for their place."
        ),
    });
    if copies > 0 {
        lines.push(match vietnamese {
            true => format!("Bản sao thứ hai: {copies} tệp văn bản còn nguyên vẹn."),
            false => format!("The second copy: {copies} files of documents are whole."),
        });
    }
    lines.push(format!("{}: {}", context.say("Khóa kiểm tra nhật ký", "The key that checks the log"), audit.log_key));
    let newest = audit.checkpoint.as_deref().map(|note| note.lines().skip(1).take(2).collect::<Vec<_>>().join(" "));
    if let Some(newest) = newest {
        lines.push(format!(
            "{}: {newest}",
            context.say("Mốc ký mới nhất (số mục, gốc)", "Newest checkpoint (size, root)")
        ));
    }
    lines.push(match (audit.is_whole(), vietnamese) {
        (true, true) => {
            "Kho lưu trữ còn nguyên vẹn. Hãy cất một bản của tệp log/checkpoint ở nơi khác để lần sau đối chiếu (--since)."
                .to_owned()
        }
        (true, false) => "The archive is whole. Keep a copy of log/checkpoint elsewhere, to hold the archive against it next time \
                          (--since)."
            .to_owned(),
        (false, true) => format!("Kho lưu trữ KHÔNG còn nguyên vẹn: {} điểm sai.", count(audit)),
        (false, false) => format!("The archive is NOT whole: {} things are wrong.", count(audit)),
    });
    lines
}

fn count(audit: &Audit) -> u64 {
    audit.more.saturating_add(u64::try_from(audit.problems.len()).unwrap_or(u64::MAX))
}

/// A finding, in plain words.
fn told(finding: &Finding, since: &[PathBuf], context: &Context) -> String {
    let words = fault_words(finding.code);
    let mut text =
        format!("{}: {}", choose(context.language, words.vi, words.en), about(&finding.subject, since, context));
    if let Some(detail) = &finding.detail {
        text.push_str(&format!(" [{detail}]"));
    }
    format!("{text} ({})", finding.code.code())
}

/// What a finding is about.
fn about(subject: &Subject, since: &[PathBuf], context: &Context) -> String {
    match subject {
        Subject::Object { object, artifact: Some(artifact), version: Some(version) } => match context.language {
            Language::Vietnamese => format!("văn bản {artifact}, phiên bản {version}, tệp {object}"),
            Language::English => format!("document {artifact}, version {version}, file {object}"),
        },
        Subject::Row { table, key: Some(key) } => match context.language {
            Language::Vietnamese => format!("bảng {table}, dòng {key}"),
            Language::English => format!("table {table}, row {key}"),
        },
        Subject::Row { table, key: None } => format!("{} {table}", context.say("bảng", "table")),
        Subject::Checkpoint { size, place } => {
            let given = place.strip_prefix("since ").and_then(|number| number.parse::<usize>().ok());
            let given =
                given.and_then(|number| since.get(number.checked_sub(1)?)).map(|path| path.display().to_string());
            let place = match (given, place.as_str()) {
                (Some(path), _) => path,
                (None, "checkpoint") => context.say("trong cơ sở dữ liệu", "in the database").to_owned(),
                (None, place) => place.to_owned(),
            };
            match size {
                Some(size) => format!("{place} ({size} {})", context.say("mục", "entries")),
                None => place,
            }
        }
        Subject::Leaves { first, last } if first == last => format!("{} {first}", context.say("mục", "entry")),
        Subject::Leaves { first, last } => format!("{} {first}–{last}", context.say("mục", "entries")),
        Subject::Database => "archive.sqlite3".to_owned(),
        other => other.to_string(),
    }
}

fn fault_words(fault: Fault) -> Bilingual<&'static str> {
    match fault {
        Fault::DatabaseDamaged => both("tệp cơ sở dữ liệu bị hỏng", "the database's file is damaged"),
        Fault::SchemaChanged => both("cấu trúc cơ sở dữ liệu bị sửa", "the database's schema was changed"),
        Fault::TableUnreadable => both("không đọc được bảng", "a table can't be read"),
        Fault::ArchiveOther => {
            both("cơ sở dữ liệu và nơi chứa văn bản thuộc hai kho khác nhau", "database and store are of two archives")
        }
        Fault::ArchiveChanged => both("thông tin nhận biết kho bị sửa", "what says which archive it is was changed"),
        Fault::ArchiveMissing => both("mất thông tin nhận biết kho", "what says which archive it is is missing"),
        Fault::KeyOther => {
            both("khóa nhật ký của kho không phải khóa đã cho", "the archive's log key isn't the one given")
        }
        Fault::RowChanged => both("dữ liệu bị sửa", "a row was changed"),
        Fault::RowMissing => both("mất dữ liệu", "a row is missing"),
        Fault::RowUnknown => both("dữ liệu không rõ nguồn gốc", "a row that nothing speaks of"),
        Fault::LinkCircle => both(
            "văn bản thay thế hoặc đính chính vòng tròn, không rõ văn bản nào còn hiệu lực",
            "documents replace or correct each other in a circle: none of them is the one that holds",
        ),
        Fault::RecordChanged => both("bản ghi sự kiện bị sửa", "the record of an event was changed"),
        Fault::EventChanged => both("sự kiện bị sửa", "an event was changed"),
        Fault::StampMissing => both("dấu thời gian chưa có tệp trong kho", "a time-stamp has no file in the store yet"),
        Fault::StampChanged => both("tệp dấu thời gian bị sửa", "a time-stamp's file was changed"),
        Fault::EventBackdated => both(
            "sự kiện ghi lùi giờ mà không ai xác nhận đồng hồ",
            "an event is dated back, and nobody confirmed the clock",
        ),
        Fault::EventUnlogged => both("sự kiện không có trong nhật ký", "an event isn't in the log"),
        Fault::LeafChanged => both("mục nhật ký bị sửa", "an entry of the log was changed"),
        Fault::LeafMissing => both("nhật ký bị thiếu mục", "the log has a gap"),
        Fault::TileChanged => both("tệp băm của nhật ký bị sửa", "hashes of the log were changed"),
        Fault::TileMissing => both("mất tệp băm của nhật ký", "hashes of the log are missing"),
        Fault::TileUnsigned => {
            both("tệp nhật ký của một cỡ chưa ký (ngắt giữa chừng)", "a file of the log of a size that wasn't signed")
        }
        Fault::BundleChanged => both("tệp mục của nhật ký bị sửa", "entries of the log were changed"),
        Fault::BundleMissing => both("mất tệp mục của nhật ký", "entries of the log are missing"),
        Fault::CheckpointForged => {
            both("mốc ký không phải do khóa của nhật ký ký", "a checkpoint that the log's key hasn't signed")
        }
        Fault::CheckpointWrong => both("mốc ký không khớp nhật ký", "a checkpoint doesn't fit the log"),
        Fault::CheckpointMissing => both("mất mốc ký đã công bố", "the published checkpoint is missing"),
        Fault::CheckpointBehind => both("mốc ký đã công bố bị đưa về bản cũ", "the published checkpoint was put back"),
        Fault::LogRolledBack => {
            both("kho bị đưa về bản cũ so với mốc ký", "the archive was put back behind a checkpoint")
        }
        Fault::LogForked => {
            both("nhật ký bị viết lại khác với mốc ký", "the log was written anew, otherwise than a checkpoint")
        }
        Fault::ObjectMissing => both("mất văn bản", "a document is missing"),
        Fault::ObjectDamaged => both("văn bản bị hỏng hoặc bị sửa", "a document is damaged or was changed"),
        Fault::ObjectUnreadable => both("không đọc được văn bản", "a document can't be read"),
        Fault::ObjectUnknown => both("tệp lạ ở nơi chứa văn bản", "a file among the documents that belongs to nothing"),
        Fault::ObjectHidden => both(
            "văn bản bị xóa khỏi kho S3 bằng dấu xóa, các bản cũ vẫn còn",
            "an object was deleted from the S3 store: a delete marker hides it, and its versions are there still",
        ),
        Fault::ObjectVersions => both(
            "tên chỉ được ghi một lần mà có nhiều bản trong kho S3; bản mới nhất đã được kiểm tra",
            "a name that is given once has several versions in the S3 store; the newest was looked at",
        ),
        Fault::ObjectUnfinished => {
            both("văn bản của yêu cầu chưa xong, dịch vụ sẽ nhận lại", "a document of a request that isn't finished")
        }
        Fault::CopyMissing => both("mất tệp ở bản sao thứ hai", "a file of the second copy is missing"),
        Fault::CopyDamaged => {
            both("tệp ở bản sao thứ hai bị hỏng hoặc bị sửa", "a file of the second copy is damaged or was changed")
        }
        Fault::CopyUnreadable => both("không đọc được bản sao thứ hai", "the second copy can't be read"),
        Fault::ManifestMissing => both(
            "mất bản kê trong kho; đọc soát sẽ ghi lại nếu dữ liệu còn nguyên",
            "a manifest is missing; a scrub writes it again where its rows are whole",
        ),
        Fault::ManifestChanged => both(
            "bản kê trong kho bị sửa; đọc soát sẽ ghi lại nếu dữ liệu còn nguyên",
            "a manifest was changed; a scrub writes it again where its rows are whole",
        ),
        Fault::DraftMissing => both("mất bản chờ ký", "what waits for its signatures is missing"),
        Fault::DraftDamaged => both("bản chờ ký bị hỏng", "what waits for its signatures is damaged"),
        Fault::DraftUnknown => {
            both("bản chờ ký không còn dòng dữ liệu", "what waited for its signatures, without a row")
        }
        Fault::DestructionUnfounded => {
            both("tiêu hủy không có căn cứ", "destroyed without list, approval and decision")
        }
        Fault::DestroyedLeft => both("văn bản đã tiêu hủy mà còn sót", "something is left of what was destroyed"),
        Fault::CertificateMissing => both("mất giấy chứng nhận tiêu hủy", "a certificate of destruction is missing"),
        Fault::CertificateChanged => {
            both("giấy chứng nhận tiêu hủy bị sửa", "a certificate of destruction isn't what it was")
        }
        Fault::IndexChanged => {
            both("chỉ mục tìm kiếm sai, có thể lập lại", "the search index is wrong; it can be made again")
        }
        Fault::FileUnknown => both("tệp lạ trong kho", "a file where none belongs"),
        Fault::FileUnreadable => both("không đọc được tệp", "a file can't be read"),
        // The faults may grow.
        _ => both("không nguyên vẹn", "it isn't whole"),
    }
}
