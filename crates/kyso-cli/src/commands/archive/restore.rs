//! `kyso archive restore` and `kyso archive drill`: an archive made again from a backup, proved, with a report of who did it, when, and what
//! came of it (QCVN 12:2026/BCA, 3.21.2.3 and 3.21.2.4).

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use kyso::Language;
use kyso::local_time::in_vietnam;
use kyso_archive::{Archive, Error, Restoration, Restoring};
use kyso_register::Register;

use super::backup::{Officer, tell_unreadable, watched};
use super::{Place, refused};
use crate::arguments::Format;
use crate::commands::register::{Location, defect, reported, runtime};
use crate::context::{Context, tell};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::private::warn_of_loose;
use crate::text::plain;
use crate::trust::TrustArguments;

#[derive(Debug, Args)]
pub(super) struct Restore {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    from: Taken,
}

#[derive(Debug, Args)]
pub(super) struct Drill {
    #[command(flatten)]
    from: Taken,
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,
    #[arg(long, value_name = "OUT")]
    report: Option<PathBuf>,
}

/// What is restored, by whom, and by what it's judged.
#[derive(Debug, Args)]
struct Taken {
    #[arg(value_name = "DIR")]
    source: PathBuf,
    #[command(flatten)]
    officer: Officer,
    #[arg(long, value_name = "DIR")]
    keys: Option<PathBuf>,
    #[arg(long, value_name = "NAME")]
    backup: Option<String>,
    #[command(flatten)]
    trust: TrustArguments,
    #[arg(long, value_enum, value_name = "text|json", default_value = "text")]
    format: Format,
}

impl Taken {
    fn how(&self, context: &Context) -> Result<Restoring, Failure> {
        Ok(Restoring {
            by: self.officer.by.clone(),
            name: self.backup.clone(),
            keys: self.keys.clone(),
            policy: self.trust.trusted(context.now)?.policy,
        })
    }
}

/// Restores, and leaves the report beside what was restored.
pub(super) fn run(arguments: &Restore, context: &Context) -> Result<Exit, Failure> {
    let (from, location) = (&arguments.from, arguments.place.location_to_destroy()?);
    let directory = location.directory();
    let how = from.how(context)?;
    let (bar, watch) = watched();
    let done = runtime()?.block_on(Archive::restore_at(&from.source, &location, &how, watch));
    bar.finish_and_clear();
    if matches!(done, Err(Error::Exists(_))) {
        // The archive came back before, and its register may have been cut off.
        return match register(&arguments.place, directory)? {
            Some(events) => told_of_register(events, from, context).map(|()| Exit::Done),
            None => Err(done.err().map_or_else(|| defect("it exists"), |error| refused(&error))),
        };
    }
    let restoration = done.map_err(|error| refused(&error))?;
    warn_of_loose(directory, context);
    let register = register(&arguments.place, directory);
    let report = directory.join(format!("restored-{}", restoration.started.strftime("%Y%m%dT%H%M%SZ")));
    written(&report, &restoration, context)?;
    let exit = said(&restoration, from, context)?;
    // The archive is back and its report is written, whatever becomes of the register.
    if let Some(events) = register? {
        told_of_register(events, from, context)?;
    }
    Ok(exit)
}

fn told_of_register(events: u64, from: &Taken, context: &Context) -> Result<(), Failure> {
    let moved = context
        .say("Sổ chứng thực đã trở lại cơ sở dữ liệu, số sự kiện", "The register is in its database again, events");
    match from.format {
        Format::Json => {
            tell(format_args!("{moved}: {events}"));
            Ok(())
        }
        Format::Text => context.print(|sink| writeln!(sink, "{moved}: {events}")),
    }
}

/// Moves the register that the backup had to where the configuration says; how many events it has. None where it stays a file, or was moved
/// before.
fn register(place: &Place, directory: &Path) -> Result<Option<u64>, Failure> {
    let Location::Grown(grown) = place.register()? else { return Ok(None) };
    if !Register::is_in(directory) || directory.join("register.moved").exists() {
        return Ok(None);
    }
    let (definitions, there) = (directory.join("registers.toml"), grown.directory.join("registers.toml"));
    if definitions.is_file() && !there.exists() {
        std::fs::copy(&definitions, &there).map_err(|error| Failure::writing(&there, &error))?;
    }
    let moved = runtime()?.block_on(Register::move_up(directory, &grown, Arc::new(|_, _| ())));
    moved.map(|moved| Some(moved.events)).map_err(reported)
}

/// Restores into a directory of its own, which goes away.
pub(super) fn drill(arguments: &Drill, context: &Context) -> Result<Exit, Failure> {
    let from = &arguments.from;
    let how = from.how(context)?;
    let above = arguments.scratch.clone().unwrap_or_else(std::env::temp_dir);
    let scratch = tempfile::Builder::new().prefix("kyso-drill-").tempdir_in(&above);
    let scratch = scratch.map_err(|error| Failure::writing(&above, &error))?;
    let (bar, watch) = watched();
    let done = runtime()?.block_on(Archive::drill(&from.source, scratch.path(), &how, watch));
    bar.finish_and_clear();
    let at = scratch.path().to_owned();
    let removed = scratch.close();
    let restoration = done.map_err(|error: Error| refused(&error))?;
    removed.map_err(|error| Failure::writing(&at, &error))?;
    if let Some(report) = &arguments.report {
        written(report, &restoration, context)?;
    }
    said(&restoration, from, context)
}

/// Writes the report as NAME.json and NAME.txt; what is there already stays.
fn written(name: &Path, restoration: &Restoration, context: &Context) -> Result<(), Failure> {
    let json = json(restoration);
    let text = lines(restoration, context).join("\n");
    for (ending, content) in [("json", json), ("txt", text)] {
        let mut path = name.as_os_str().to_owned();
        path.push(format!(".{ending}"));
        let path = PathBuf::from(path);
        let failed = |error: std::io::Error| Failure::writing(&path, &error);
        let above = path.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut draft = tempfile::NamedTempFile::new_in(above).map_err(failed)?;
        draft.write_all(format!("{content}\n").as_bytes()).map_err(failed)?;
        draft.as_file().sync_all().map_err(failed)?;
        draft.persist_noclobber(&path).map_err(|error| failed(error.error))?;
    }
    Ok(())
}

fn json(restoration: &Restoration) -> String {
    format!(
        "{:#}",
        serde_json::json!({ "format": "kyso-archive-restoration", "version": 1, "restoration": restoration })
    )
}

fn said(restoration: &Restoration, from: &Taken, context: &Context) -> Result<Exit, Failure> {
    tell_unreadable(&restoration.unreadable, context);
    context.print(|sink| match from.format {
        Format::Json => writeln!(sink, "{}", json(restoration)),
        Format::Text => lines(restoration, context).iter().try_for_each(|line| writeln!(sink, "{line}")),
    })?;
    Ok(if restoration.whole { Exit::Done } else { Exit::Failed })
}

/// The report in words.
fn lines(restoration: &Restoration, context: &Context) -> Vec<String> {
    let r = restoration;
    let say = |vi: &'static str, en: &'static str| context.say(vi, en);
    let mut lines = vec![
        say("BIÊN BẢN KHÔI PHỤC KHO LƯU TRỮ", "REPORT OF A RESTORATION").to_owned(),
        format!("{}: {}", say("Người thực hiện", "Done by"), plain(&r.by)),
        format!("{}: {}", say("Bắt đầu", "Begun"), in_vietnam(r.started)),
        format!("{}: {}", say("Kết thúc", "Done"), in_vietnam(r.ended)),
        format!("{}: {}", say("Mã kho", "The archive's id"), plain(&r.archive)),
        format!(
            "{}: {}, {} {}, {} {}",
            say("Bản sao lưu", "The backup"),
            plain(&r.backup),
            say("lập lúc", "made at"),
            in_vietnam(r.made),
            say("bởi", "by"),
            plain(&r.made_by)
        ),
        format!("SHA-256: {}", r.list_sha256),
        match context.language {
            Language::Vietnamese => format!(
                "Tệp: {}, {} byte, mọi mã băm đều khớp. Nhật ký: {} mục, đúng gốc đã ký.",
                r.files, r.bytes, r.log_size
            ),
            Language::English => format!(
                "Files: {}, {} bytes, every digest as it was. Log: {} entries, with the root that was signed.",
                r.files, r.bytes, r.log_size
            ),
        },
        match context.language {
            Language::Vietnamese => format!(
                "Văn bản: {}, {} phiên bản. Đã mở {} phiên bản: {} hợp lệ, {} chưa kết luận được, {} không hợp lệ. Siêu dữ liệu: {}.",
                r.artifacts, r.versions, r.opened, r.passed, r.indeterminate, r.failed, r.described
            ),
            Language::English => format!(
                "Documents: {}, {} versions. Opened {} versions: {} passed, {} can't be decided, {} failed. Metadata: {}.",
                r.artifacts, r.versions, r.opened, r.passed, r.indeterminate, r.failed, r.described
            ),
        },
    ];
    let damaged = say("Không còn nguyên vẹn", "Not whole");
    lines.extend(r.damaged.iter().map(|(what, why)| format!("{damaged}: {} ({})", plain(what), plain(why))));
    let destroyed =
        say("Đã tiêu hủy sau khi sao lưu, nay tiêu hủy lại", "Destroyed since the backup, and destroyed again");
    lines.extend(r.destroyed.iter().map(|id| format!("{destroyed}: {id}")));
    let state = match r.whole {
        true => say("Kết quả: khôi phục trọn vẹn.", "State: everything was restored."),
        false => say("Kết quả: CÓ PHẦN KHÔNG CÒN NGUYÊN VẸN.", "State: SOME OF IT ISN'T WHOLE."),
    };
    lines.push(state.to_owned());
    lines
}
