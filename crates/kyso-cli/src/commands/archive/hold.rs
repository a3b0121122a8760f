//! `kyso archive hold`: documents that mustn't be destroyed, by whom and why.

use clap::{Args, Subcommand};
use kyso::local_time::in_vietnam;
use kyso::{Bilingual, Language};
use kyso_archive::{Archive, Grounds, Hold, Second, StoreHold, StoreHoldOutcome, Uuid};

use super::backup::Officer;
use super::{Place, refused};
use crate::arguments::Format;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::text::plain;

#[derive(Debug, Args)]
#[command(subcommand_required = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Place(Placing),
    Release(Placing),
    Apply(Applying),
    List(Listing),
}

#[derive(Debug, Args)]
struct Placing {
    #[command(flatten)]
    place: Place,
    #[arg(value_name = "ID")]
    id: Uuid,
    #[arg(long, value_name = "TEXT")]
    ground: String,
    #[arg(long, value_name = "NUMBER")]
    decision: Option<String>,
    #[command(flatten)]
    officer: Officer,
}

#[derive(Debug, Args)]
struct Applying {
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
struct Listing {
    #[command(flatten)]
    place: Place,
    #[arg(value_name = "ID")]
    id: Option<Uuid>,
    #[arg(long)]
    all: bool,
    #[arg(long, value_enum, value_name = "text|json", default_value = "text")]
    format: Format,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    match &arguments.action {
        Action::Place(arguments) => place(arguments, context),
        Action::Release(arguments) => release(arguments, context),
        Action::Apply(arguments) => apply(arguments, context),
        Action::List(arguments) => list(arguments, context),
    }
}

fn place(arguments: &Placing, context: &Context) -> Result<Exit, Failure> {
    let location = arguments.place.location()?;
    arguments.place.with_written(context, &location, |archive| async move {
        let (by, decision) = (&arguments.officer.by, arguments.decision.as_deref());
        let hold = archive.place_hold(arguments.id, by, &arguments.ground, decision).await;
        let hold = hold.map_err(|error| refused(&error))?;
        archive.sequence().await.map_err(|error| refused(&error))?;
        context.print(|sink| {
            let done = context.say("Đã giữ lại, không được tiêu hủy", "Held, not to be destroyed");
            writeln!(sink, "{done}: {}", arguments.id)?;
            writeln!(sink, "{}: {hold}", context.say("Mã lệnh giữ", "The hold's id"))
        })?;
        let archive = with_second_bucket(archive, &arguments.place).await?;
        in_stores(&archive.hold_in_stores(arguments.id).await.map_err(|error| refused(&error))?, context)
    })
}

fn release(arguments: &Placing, context: &Context) -> Result<Exit, Failure> {
    let location = arguments.place.location()?;
    arguments.place.with_written(context, &location, |archive| async move {
        let (by, decision) = (&arguments.officer.by, arguments.decision.as_deref());
        let released = archive.release_hold(arguments.id, by, &arguments.ground, decision).await;
        let artifact = released.map_err(|error| refused(&error))?;
        archive.sequence().await.map_err(|error| refused(&error))?;
        context.print(|sink| {
            writeln!(sink, "{}: {}", context.say("Đã bỏ lệnh giữ", "The hold is released"), arguments.id)
        })?;
        let archive = with_second_bucket(archive, &arguments.place).await?;
        in_stores(&archive.hold_in_stores(artifact).await.map_err(|error| refused(&error))?, context)
    })
}

/// Tells the S3 stores once more what is held and what isn't any more.
fn apply(arguments: &Applying, context: &Context) -> Result<Exit, Failure> {
    let location = arguments.place.location()?;
    arguments.place.with_written(context, &location, |archive| async move {
        let archive = with_second_bucket(archive, &arguments.place).await?;
        let told = archive.hold_all_in_stores().await.map_err(|error| refused(&error))?;
        if told.is_empty() {
            context.print(|sink| {
                let nothing = context.say(
                    "Không có gì để báo cho kho S3: không có lệnh giữ nào, hoặc kho nằm trong thư mục.",
                    "There's nothing to tell an S3 store: no hold was ever placed, or the archive is in a directory.",
                );
                writeln!(sink, "{nothing}")
            })?;
        }
        let mut exit = Exit::Done;
        for (artifact, told) in told {
            context.print(|sink| writeln!(sink, "{artifact}"))?;
            if in_stores(&[told], context)? != Exit::Done {
                exit = Exit::Outside;
            }
        }
        Ok(exit)
    })
}

/// The archive with its second store, where that is a bucket: a directory has no holds of its own.
async fn with_second_bucket(archive: Archive, place: &Place) -> Result<Archive, Failure> {
    match place.second()? {
        Some(second @ Second::Bucket(_)) => archive.with_second_at(&second).await.map_err(|error| refused(&error)),
        _ => Ok(archive),
    }
}

/// What the stores did with a hold. The archive's counts, whatever they did; exit code 6 where one has to be told again.
fn in_stores(told: &[StoreHold], context: &Context) -> Result<Exit, Failure> {
    let mut exit = Exit::Done;
    for StoreHold { place, on, outcome } in told {
        let place = plain(place);
        let line = match (outcome, on) {
            (StoreHoldOutcome::Done(count), true) => Bilingual {
                vi: format!("Kho S3 cũng giữ: {count} bản ({place})"),
                en: format!("Held by the S3 store too: {count} versions ({place})"),
            },
            (StoreHoldOutcome::Done(count), false) => Bilingual {
                vi: format!("Kho S3 cũng đã bỏ lệnh giữ: {count} bản ({place})"),
                en: format!("The S3 store's hold is lifted too: {count} versions ({place})"),
            },
            // It never held anything.
            (StoreHoldOutcome::NoLock, false) => continue,
            (StoreHoldOutcome::NoLock, true) => Bilingual {
                vi: format!("Lưu ý: kho S3 không có object lock, chỉ phần mềm này giữ văn bản ({place})"),
                en: format!("Note: the S3 store has no object lock; this program alone holds the document ({place})"),
            },
            (StoreHoldOutcome::Failed(why), _) => {
                exit = Exit::Outside;
                let why = plain(why);
                Bilingual {
                    vi: format!("Kho S3 chưa làm theo [{why}] ({place}); hãy chạy lại: kyso archive hold apply"),
                    en: format!("The S3 store didn't follow: {why} ({place}); run again: kyso archive hold apply"),
                }
            }
            (other, _) => Bilingual { vi: format!("{other:?} ({place})"), en: format!("{other:?} ({place})") },
        };
        context.print(|sink| writeln!(sink, "{}", context.say(&line.vi, &line.en)))?;
    }
    Ok(exit)
}

fn list(arguments: &Listing, context: &Context) -> Result<Exit, Failure> {
    let location = arguments.place.location()?;
    let opened = Archive::open_to_read_at(&location);
    arguments.place.with(context, opened, |archive| async move {
        let mut holds = archive.holds(arguments.id).await.map_err(|error| refused(&error))?;
        holds.retain(|hold| arguments.all || hold.released.is_none());
        context.print(|sink| match arguments.format {
            Format::Json => {
                let json = serde_json::json!({ "format": "kyso-archive-holds", "version": 1, "holds": holds });
                writeln!(sink, "{json:#}")
            }
            Format::Text if holds.is_empty() => {
                writeln!(sink, "{}", context.say("Không có lệnh giữ nào.", "There are no holds."))
            }
            Format::Text => holds.iter().try_for_each(|hold| writeln!(sink, "{}", line(hold, context.language))),
        })?;
        Ok(Exit::Done)
    })
}

fn line(hold: &Hold, language: Language) -> String {
    let grounds = |of: &Grounds| {
        let decision = of.decision.as_deref().map(|number| format!(", {}", plain(number))).unwrap_or_default();
        format!("{} {}: {}{decision}", in_vietnam(of.at), plain(&of.by), plain(&of.ground))
    };
    let (placed, released) = match language {
        Language::Vietnamese => ("giữ", "bỏ"),
        Language::English => ("held", "released"),
    };
    let mut line = format!("{} {}; {placed} {}", hold.id, hold.artifact, grounds(&hold.placed));
    if let Some(of) = &hold.released {
        line.push_str(&format!("; {released} {}", grounds(of)));
    }
    line
}
