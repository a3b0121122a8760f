//! `kyso archive backup`: a copy of archive and register as they are at one moment, taken beside the service.

use std::cell::RefCell;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use clap::Args;
use kyso_archive::{
    Archive, AskedBeside, BackedUp, BackingUp, BackupPlace, BesideArchive, BesideHead, BesideTaken, Error, RegisterNow,
    Watch,
};
use kyso_register::Head;

use super::{Place, refused};
use crate::arguments::Format;
use crate::commands::register::{Location, reported};
use crate::context::{Context, tell};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress;
use crate::text::plain;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
    #[arg(value_name = "DIR")]
    destination: PathBuf,
    #[command(flatten)]
    officer: Officer,
    #[arg(long, value_name = "N")]
    keep: Option<NonZeroUsize>,
    #[arg(long)]
    full: bool,
    #[arg(long, value_enum, value_name = "text|json", default_value = "text")]
    format: Format,
}

/// Who does it.
#[derive(Debug, Args)]
pub(super) struct Officer {
    #[arg(long, value_name = "NAME", env = "KYSO_OFFICER", hide_env = true)]
    pub(super) by: String,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let location = arguments.place.location()?;
    demand_apart(location.directory(), &arguments.destination)?;
    let register = arguments.place.register()?;
    let (opened, directory) = (Archive::open_to_back_up_at(&location), location.directory().to_owned());
    arguments.place.with(context, opened, |archive| async move {
        let place = BackupPlace::open(&arguments.destination).map_err(|error| not_a_place(&error))?;
        // The library hands errors of others on as they're told; here they're told in both languages.
        let failed: Rc<RefCell<Option<Failure>>> = Rc::default();
        let beside = RegisterBeside { register, failed: failed.clone() };
        let how = BackingUp {
            by: arguments.officer.by.clone(),
            keep: arguments.keep,
            full: arguments.full,
            beside: Some(Box::new(beside)),
            marked_in: Some(directory),
        };
        let (bar, watch) = watched();
        let taken = archive.back_up(&place, how, watch).await;
        bar.finish_and_clear();
        if let Some(failure) = failed.take() {
            return Err(failure);
        }
        let taken = taken.map_err(|error| refused(&error))?;
        said(&taken, arguments, context)?;
        Ok(if taken.damaged.is_empty() { Exit::Done } else { Exit::Failed })
    })
}

/// Why nothing is backed up into a directory.
fn not_a_place(error: &Error) -> Failure {
    let Error::Exists(at) = error else { return refused(error) };
    let path = plain(&at.display().to_string());
    Failure::usage(
        format!("{path} có kho lưu trữ, hoặc khóa của kho; hãy chọn thư mục khác."),
        format!("{path} has an archive, or the keys of one; choose another directory."),
    )
}

/// The register, which lies beside the archive.
struct RegisterBeside {
    register: Location,
    /// Why it couldn't be had.
    failed: Rc<RefCell<Option<Failure>>>,
}

impl RegisterBeside {
    async fn told<T>(
        &self,
        asked: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Box<dyn std::error::Error + Send + Sync>> {
        asked.await.map_err(|failure| {
            self.failed.replace(Some(failure));
            "the register".into()
        })
    }
}

impl BesideArchive for RegisterBeside {
    fn register_since<'a>(&'a self, then: &'a BesideHead) -> AskedBeside<'a, RegisterNow> {
        Box::pin(self.told(register_since(&self.register, then)))
    }

    fn take<'a>(&'a self, temporary: &'a Path) -> AskedBeside<'a, BesideTaken> {
        Box::pin(self.told(of_register(&self.register, temporary)))
    }
}

/// The register as it is now, beside what a backup has of it.
async fn register_since(register: &Location, then: &BesideHead) -> Result<RegisterNow, Failure> {
    let Some(register) = register.read().await.map_err(reported)? else {
        return Ok(RegisterNow::Otherwise { events: 0 });
    };
    let now = async {
        Ok(match register.was_at(then.events, &then.chain).await? {
            true => RegisterNow::GoneOn,
            false => RegisterNow::Otherwise { events: register.head().await?.events.unwrap_or_default() },
        })
    };
    let now = now.await.map_err(reported);
    register.close().await;
    now
}

/// The register as it is now, and its definitions, in the directory; what each is called in the backup.
async fn of_register(register: &Location, temporary: &Path) -> Result<BesideTaken, Failure> {
    let mut beside = BesideTaken::default();
    if let Some(register) = register.read().await.map_err(reported)? {
        let snapshot = temporary.join("register.sqlite3");
        let taken = register.snapshot(&snapshot).await.map_err(reported);
        register.close().await;
        let Head { events, chain, .. } = taken?;
        beside.register = events.map(|events| BesideHead { events, chain });
        beside.files.push((snapshot, "register.sqlite3".to_owned()));
    }
    let definitions = register.directory().join("registers.toml");
    if definitions.is_file() {
        let copy = temporary.join("registers.toml");
        std::fs::copy(&definitions, &copy).map_err(|error| Failure::writing(&copy, &error))?;
        beside.files.push((copy, "registers.toml".to_owned()));
    }
    Ok(beside)
}

/// A bar, and what moves it.
pub(super) fn watched() -> (indicatif::ProgressBar, Watch) {
    let bar = progress::of_copies();
    let moved = bar.clone();
    let watch: Watch = Arc::new(move |progress| {
        moved.set_length(progress.total);
        moved.set_position(progress.done);
    });
    (bar, watch)
}

/// A backup inside what it's a backup of, or around it, is none.
fn demand_apart(archive: &Path, destination: &Path) -> Result<(), Failure> {
    let whole = |path: &Path| {
        let nearest = path.ancestors().find_map(|above| Some((above, above.canonicalize().ok()?)));
        nearest.map(|(above, whole)| whole.join(path.strip_prefix(above).unwrap_or(path)))
    };
    let is_apart =
        match (whole(archive), whole(&std::path::absolute(destination).unwrap_or_else(|_| destination.into()))) {
            (Some(archive), Some(destination)) => {
                !destination.starts_with(&archive) && !archive.starts_with(&destination)
            }
            _ => true,
        };
    if is_apart {
        return Ok(());
    }
    Err(Failure::usage(
        "Bản sao lưu phải nằm ngoài kho lưu trữ; hãy chọn thư mục khác, tốt nhất ở ổ đĩa khác.",
        "A backup has to be outside the archive; choose another directory, best of all on another disk.",
    ))
}

/// Warns of older backups on a medium whose lists can't be read.
pub(super) fn tell_unreadable(names: &[String], context: &Context) {
    for name in names {
        let what = context.say(
            "Cảnh báo: không đọc được bản kê của một bản sao lưu cũ, không khôi phục được từ bản này",
            "Warning: the list of an older backup can't be read, and nothing can be restored from it",
        );
        tell(format_args!("{what}: {}", plain(name)));
    }
}

fn said(taken: &BackedUp, arguments: &Arguments, context: &Context) -> Result<(), Failure> {
    for path in &taken.damaged {
        let what = context
            .say("Cảnh báo: kho không còn nguyên vẹn, không sao được", "Warning: not whole in the archive, not copied");
        tell(format_args!("{what}: {}", plain(path)));
    }
    for path in &taken.mended {
        let what = context.say(
            "Cảnh báo: tệp hỏng trên ổ sao lưu, đã chép lại từ kho",
            "Warning: damaged on the medium, copied again from the archive",
        );
        tell(format_args!("{what}: {}", plain(path)));
    }
    tell_unreadable(&taken.unreadable, context);
    context.print(|sink| {
        if arguments.format == Format::Json {
            let json = serde_json::json!({ "format": "kyso-archive-backup", "version": 1, "backup": taken, "keys": false });
            return writeln!(sink, "{json:#}");
        }
        let BackedUp { name, list_sha256, files, bytes, copied, copied_bytes, artifacts, versions, log_size, .. } = taken;
        let destination = plain(&arguments.destination.display().to_string());
        writeln!(sink, "{}: {destination} {name}", context.say("Đã sao lưu", "Backed up"))?;
        let line = match context.language {
            kyso::Language::Vietnamese => format!(
                "{artifacts} văn bản, {versions} phiên bản, {log_size} mục nhật ký; {files} tệp, {bytes} byte; lần này chép {copied} tệp, \
                 {copied_bytes} byte; bỏ {} bản cũ",
                taken.removed
            ),
            kyso::Language::English => format!(
                "{artifacts} documents, {versions} versions, {log_size} log entries; {files} files, {bytes} bytes; {copied} files, \
                 {copied_bytes} bytes copied now; {} older backups removed",
                taken.removed
            ),
        };
        writeln!(sink, "{line}")?;
        writeln!(sink, "SHA-256: {list_sha256}")?;
        if taken.unsigned > 0 {
            let left = context.say("Đã dọn phần còn lại của bản sao lưu dở dang", "Removed what was left of backups that were cut off");
            writeln!(sink, "{left}: {}", taken.unsigned)?;
        }
        let keys = context.say(
            "Bản sao lưu KHÔNG có khóa của kho: hãy cất thư mục keys ở nơi riêng, không có khóa thì không khôi phục được.",
            "The backup has NO keys: keep the directory keys in a place of its own; without them nothing can be restored.",
        );
        writeln!(sink, "{keys}")
    })
}
