//! `kyso archive destroy`: documents whose time is over, destroyed by a list, another person's approval, and a decision.

mod certificate;
mod words;

use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;
use jiff::{Span, ToSpan as _};
use kyso::local_time::VIETNAM;
use kyso_archive::{Archive, Decision, Destruction, Location, MOST_ITEMS, NotDestroyed, Second, Uuid};

use super::backup::Officer;
use super::retention::{demand_class, of_class};
use super::{Place, refused, settle};
use crate::arguments::Format;
use crate::context::Context;
use crate::existing::Kind;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::guarded::OutputPath;
use crate::output::Output;
use crate::text::plain;

pub(super) use words::{destroyed, refusal};

/// Where nobody says otherwise, backups may have what was destroyed for so long after the decision.
fn backups_stay() -> Span {
    90.days()
}

#[derive(Debug, Args)]
#[command(subcommand_required = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Propose(Propose),
    Approve(Approve),
    Reject(Reject),
    Decide(Decide),
    Execute(Execute),
    List(List),
    Show(Show),
    Certificate(Fetch),
}

#[derive(Debug, Args)]
struct Propose {
    #[command(flatten)]
    place: Place,
    #[arg(value_name = "ID", required_unless_present = "due", conflicts_with = "due")]
    ids: Vec<Uuid>,
    #[arg(long)]
    due: bool,
    #[arg(long, value_name = "CLASS", requires = "due")]
    class: Option<String>,
    #[command(flatten)]
    officer: Officer,
}

/// Which destruction, and who does it.
#[derive(Debug, Args)]
struct Which {
    #[command(flatten)]
    place: Place,
    #[arg(value_name = "N")]
    number: u32,
    #[command(flatten)]
    officer: Officer,
}

#[derive(Debug, Args)]
struct Approve {
    #[command(flatten)]
    which: Which,
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

#[derive(Debug, Args)]
struct Reject {
    #[command(flatten)]
    which: Which,
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

#[derive(Debug, Args)]
struct Decide {
    #[command(flatten)]
    which: Which,
    #[arg(long, value_name = "NUMBER")]
    decision: String,
    #[arg(long, value_name = "DATE")]
    date: Date,
    #[arg(long, value_name = "DATE")]
    backups: Option<Date>,
}

#[derive(Debug, Args)]
struct Execute {
    #[command(flatten)]
    which: Which,
    /// The decision's number once more: nothing is destroyed by a slip.
    #[arg(long, value_name = "NUMBER")]
    decision: String,
    #[arg(long, value_name = "DIR", conflicts_with = "no_second")]
    second: Option<PathBuf>,
    #[arg(long)]
    no_second: bool,
    #[arg(long, value_name = "NAME")]
    office: Option<String>,
}

#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    place: Place,
    #[arg(long, value_enum, value_name = "text|json", default_value = "text")]
    format: Format,
}

#[derive(Debug, Args)]
struct Show {
    #[command(flatten)]
    place: Place,
    #[arg(value_name = "N")]
    number: u32,
    #[arg(long, value_enum, value_name = "text|json", default_value = "text")]
    format: Format,
}

#[derive(Debug, Args)]
struct Fetch {
    #[command(flatten)]
    place: Place,
    #[arg(value_name = "N")]
    number: u32,
    #[arg(short, long, value_name = "FILE")]
    output: OutputPath,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    match &arguments.action {
        Action::Propose(arguments) => propose(arguments, context),
        Action::Approve(arguments) => approve(arguments, context),
        Action::Reject(arguments) => reject(arguments, context),
        Action::Decide(arguments) => decide(arguments, context),
        Action::Execute(arguments) => execute(arguments, context),
        Action::List(arguments) => list(arguments, context),
        Action::Show(arguments) => show(arguments, context),
        Action::Certificate(arguments) => fetch(arguments, context),
    }
}

fn propose(arguments: &Propose, context: &Context) -> Result<Exit, Failure> {
    let location = arguments.place.location()?;
    arguments.place.with_written(context, &location, |archive| async move {
        let class = arguments.class.as_deref();
        demand_class(&archive, class)?;
        let (ids, kept_off) = match arguments.due {
            true => {
                let today = VIETNAM.to_datetime(context.now).date();
                let due = of_class(&archive, today, class, usize::MAX).await?;
                let due: Vec<Uuid> = due.into_iter().map(|keeping| keeping.artifact).collect();
                archive.listable(&due, MOST_ITEMS).await.map_err(|error| refused(&error))?
            }
            false => (arguments.ids.clone(), Vec::new()),
        };
        if ids.is_empty() && !kept_off.is_empty() {
            return Err(refusal(&NotDestroyed::Items(kept_off)));
        }
        let number = archive.propose_destruction(&ids, &arguments.officer.by).await;
        let number = number.map_err(|error| refused(&error))?;
        settle(&archive).await?;
        let of = archive.destruction(number).await.map_err(|error| refused(&error))?;
        let done = told(&of, context)?;
        context.print(|sink| {
            words::kept_off(&kept_off, context.language).iter().try_for_each(|line| writeln!(sink, "{line}"))
        })?;
        Ok(done)
    })
}

fn approve(arguments: &Approve, context: &Context) -> Result<Exit, Failure> {
    step(&arguments.which, context, async |archive, Which { number, officer, .. }| {
        archive.approve_destruction(*number, &officer.by, arguments.note.as_deref()).await
    })
}

fn reject(arguments: &Reject, context: &Context) -> Result<Exit, Failure> {
    step(&arguments.which, context, async |archive, Which { number, officer, .. }| {
        archive.reject_destruction(*number, &officer.by, &arguments.reason).await
    })
}

fn decide(arguments: &Decide, context: &Context) -> Result<Exit, Failure> {
    let until = arguments.backups.map_or_else(|| arguments.date.checked_add(backups_stay()), Ok);
    let backups = until.map_err(|_| Failure::usage("Ngày không hợp lệ.", "That is no date."))?;
    let decision = Decision { number: arguments.decision.clone(), date: arguments.date, backups };
    step(&arguments.which, context, async |archive, Which { number, officer, .. }| {
        archive.decide_destruction(*number, &officer.by, &decision).await
    })
}

/// Takes a step, and says how the destruction stands then.
fn step(
    which: &Which,
    context: &Context,
    take: impl AsyncFnOnce(&Archive, &Which) -> Result<(), kyso_archive::Error>,
) -> Result<Exit, Failure> {
    let location = which.place.location()?;
    which.place.with_written(context, &location, |archive| async move {
        take(&archive, which).await.map_err(|error| refused(&error))?;
        settle(&archive).await?;
        let of = archive.destruction(which.number).await.map_err(|error| refused(&error))?;
        told(&of, context)
    })
}

fn execute(arguments: &Execute, context: &Context) -> Result<Exit, Failure> {
    let Which { place, number, officer } = &arguments.which;
    let (location, erasing) = (place.location_to_destroy()?, place.erasing()?);
    let second = match &arguments.second {
        Some(directory) => Some(Second::Directory(directory.clone())),
        None => place.second()?,
    };
    if second.is_some() && arguments.no_second {
        return Err(Failure::usage(
            "Tệp cấu hình có [archive] second: không dùng --no-second.",
            "The configuration names [archive] second: --no-second isn't for it.",
        ));
    }
    // The library refuses it too; here it's known where the entry belongs.
    if matches!(location, Location::Grown(_)) && erasing.first.is_none() {
        return Err(no_destroyer("[archive.s3]"));
    }
    if matches!(second, Some(Second::Bucket(_))) && erasing.second.is_none() {
        return Err(no_destroyer("[archive.second_s3]"));
    }
    place.with_written(context, &location, |archive| async move {
        let archive = match &second {
            Some(second) => archive.with_second_that_is_there(second).await.map_err(|error| refused(&error))?,
            None => archive,
        };
        if !archive.may_destroy().await.map_err(|error| refused(&error))? {
            return Err(Failure::usage(
                "Vai trò của dịch vụ trong PostgreSQL không được tiêu hủy: hãy thêm destroy_database (vai trò kyso_destroyer) vào [archive] \
                 của tệp cấu hình. Chưa tiêu hủy gì.",
                "The service's role in PostgreSQL may not destroy: add destroy_database (the role kyso_destroyer) to [archive] of the \
                 configuration. Nothing was destroyed.",
            ));
        }
        let of = archive.destruction(*number).await.map_err(|error| refused(&error))?;
        if let Some(decision) = of.decision.as_ref().filter(|decision| decision.number != arguments.decision.trim()) {
            let number = plain(&decision.number);
            return Err(Failure::new(
                Exit::Refused,
                format!("Số quyết định không khớp: quyết định của đợt này là {number}. Chưa tiêu hủy gì."),
                format!("The decision isn't this destruction's, which is {number}. Nothing was destroyed."),
            ));
        }
        // Nobody knows of a copy that nobody told of: what isn't known has to be said.
        let is_said = second.is_some() || arguments.no_second || of.decision.is_none();
        if !is_said && !archive.knows_of_second().await.map_err(|error| refused(&error))? {
            return Err(Failure::usage(
                "Hãy nêu bản sao thứ hai bằng --second THƯ MỤC, hoặc nói rõ là không có bằng --no-second. Chưa tiêu hủy gì.",
                "Name the second copy with --second DIR, or say that there's none with --no-second. Nothing was destroyed.",
            ));
        }
        let agency = arguments.office.as_deref();
        let paper = |of: &Destruction| {
            let made = certificate::made(of, archive.origin(), agency);
            made.map_err(kyso_archive::Error::defect)
        };
        let done = archive.execute_destruction(*number, &officer.by, &erasing, paper).await;
        let done = done.map_err(|error| refused(&error))?;
        settle(&archive).await?;
        told(&done.destruction, context)?;
        context.print(|sink| {
            let erased = context.say("Đã xóa khỏi các nơi chứa, số tệp", "Erased in the stores, files");
            writeln!(sink, "{erased}: {}", done.objects)
        })?;
        Ok(Exit::Done)
    })
}

/// The failure where nobody is named who may delete in an S3 store. Nothing was.
fn no_destroyer(table: &str) -> Failure {
    Failure::usage(
        format!(
            "Xóa trong kho S3 cần khóa truy cập riêng mà dịch vụ không có: hãy thêm destroy_credentials vào {table} của tệp cấu hình. \
             Chưa tiêu hủy gì."
        ),
        format!(
            "Deleting in an S3 store takes a credential that the service doesn't have: add destroy_credentials to {table} of the \
             configuration. Nothing was destroyed."
        ),
    )
}

fn list(arguments: &List, context: &Context) -> Result<Exit, Failure> {
    let location = arguments.place.location()?;
    let opened = Archive::open_to_read_at(&location);
    arguments.place.with(context, opened, |archive| async move {
        let all = archive.destructions().await.map_err(|error| refused(&error))?;
        context.print(|sink| match arguments.format {
            Format::Json => {
                let json =
                    serde_json::json!({ "format": "kyso-archive-destructions", "version": 1, "destructions": all });
                writeln!(sink, "{json:#}")
            }
            Format::Text if all.is_empty() => {
                writeln!(sink, "{}", context.say("Chưa có đợt tiêu hủy nào.", "There are no destructions."))
            }
            Format::Text => all.iter().try_for_each(|of| writeln!(sink, "{}", words::line(of, context.language))),
        })?;
        Ok(Exit::Done)
    })
}

fn show(arguments: &Show, context: &Context) -> Result<Exit, Failure> {
    let location = arguments.place.location()?;
    let opened = Archive::open_to_read_at(&location);
    arguments.place.with(context, opened, |archive| async move {
        let of = archive.destruction(arguments.number).await.map_err(|error| refused(&error))?;
        context.print(|sink| match arguments.format {
            Format::Json => {
                let json = serde_json::json!({ "format": "kyso-archive-destruction", "version": 1, "destruction": of });
                writeln!(sink, "{json:#}")
            }
            Format::Text => {
                writeln!(sink, "{}", words::line(&of, context.language))?;
                words::protocol(&of, context.language).iter().try_for_each(|line| writeln!(sink, "  {line}"))?;
                of.items.iter().try_for_each(|item| writeln!(sink, "  {}", words::item(item, context.language)))
            }
        })?;
        Ok(Exit::Done)
    })
}

fn fetch(arguments: &Fetch, context: &Context) -> Result<Exit, Failure> {
    let output = Output::new(&arguments.output, Kind::Pdf, false, context)?;
    let location = arguments.place.location()?;
    let opened = Archive::open_to_read_at(&location);
    arguments.place.with(context, opened, |archive| async move {
        let pdf = archive.destruction_certificate(arguments.number).await.map_err(|error| refused(&error))?;
        output.write(|sink| sink.write_all(&pdf))?;
        Ok(Exit::Done)
    })
}

/// How it stands, and what comes next.
fn told(of: &Destruction, context: &Context) -> Result<Exit, Failure> {
    context.print(|sink| {
        writeln!(sink, "{}", words::line(of, context.language))?;
        match words::next(of, context.language) {
            Some(next) => writeln!(sink, "{next}"),
            None => Ok(()),
        }
    })?;
    Ok(Exit::Done)
}
