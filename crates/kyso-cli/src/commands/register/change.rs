//! What is done to the register beside allotting.

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;
use kyso_certification::number::CertificationNumber;
use kyso_desk::issue;
use kyso_register::export::EntryView;
use kyso_register::{Cancellation, Entry, Error, Register};

use super::export::closing_json;
use super::which::{Which, number_value};
use super::{Clock, Location, Officer, Place, defect, record, reported, runtime, warn_of_loose};
use crate::arguments::Format;
use crate::context::Context;
use crate::desk::Files;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::text::plain;
use crate::values::{date, year};

#[derive(Debug, Args)]
pub(crate) struct InitArguments {
    #[command(flatten)]
    place: Place,
    #[arg(long, value_name = "NAME", env = "KYSO_OFFICER", hide_env = true)]
    by: Option<String>,
}

/// Makes the register, or finds that it's there, and says which books it has, and the year that the clock is in.
pub(super) fn init(arguments: &InitArguments, context: &Context) -> Result<Exit, Failure> {
    let location = arguments.place.location()?;
    let by = arguments.by.clone().unwrap_or_else(|| "kyso register init".to_owned());
    let stamp = Officer { by }.stamp(context);
    let today = stamp.today();
    let (is_new, lines) = runtime()?.block_on(async {
        let is_new = match &location {
            Location::Directory(directory) => !Register::is_in(directory),
            Location::Grown(_) => matches!(location.opened().await, Err(Error::AbsentIn { .. })),
        };
        let register = location.created().await.map_err(reported)?;
        // The register's first event: later ones are held against its time.
        register.define(&stamp).await.map_err(reported)?;
        let lines = register.definitions().all().iter().filter_map(|definition| {
            let symbol = definition.symbol_on(today)?;
            let unread = context.say(" (ký hiệu chưa đối chiếu văn bản)", " (symbol not checked against the text)");
            let name = context.say(&definition.name, &definition.name_en);
            Some(format!("{}: {name}{}", symbol.symbol, if symbol.verified { "" } else { unread }))
        });
        let lines = lines.collect::<Vec<_>>();
        register.close().await;
        Ok::<_, Failure>((is_new, lines))
    })?;
    context.print(|sink| {
        let what = match is_new {
            true => context.say("Đã lập sổ chứng thực mới", "Made a new register"),
            false => context.say("Sổ chứng thực đã có từ trước", "The register was there already"),
        };
        writeln!(sink, "{what}: {}", location.shown())?;
        lines.iter().try_for_each(|line| writeln!(sink, "  {}", plain(line)))?;
        let today = today.strftime("%d/%m/%Y");
        writeln!(sink, "{}: {today}", context.say("Hôm nay, theo đồng hồ của máy", "Today, by the computer's clock"))
    })?;
    warn_of_loose(location.directory(), context);
    Ok(Exit::Done)
}

#[derive(Debug, Args)]
pub(crate) struct VoidArguments {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    officer: Officer,
    #[command(flatten)]
    clock: Clock,
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[arg(long, value_enum, value_name = "text|json", default_value = "text")]
    format: Format,
}

/// A number that goes unused.
pub(super) fn void(arguments: &VoidArguments, context: &Context) -> Result<Exit, Failure> {
    let stamp = arguments.officer.stamp(context);
    let entry = arguments.place.with(context, |register| async move {
        let id = arguments.which.find(&register, &stamp).await?.id();
        let register = arguments.clock.confirmed(register);
        register.void(&id, &arguments.reason, &stamp).await.map_err(reported)
    })?;
    say(&entry, arguments.format, context, "đã bỏ, không dùng lại", "is void, and never used again")
}

#[derive(Debug, Args)]
pub(crate) struct CancelArguments {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    officer: Officer,
    #[command(flatten)]
    clock: Clock,
    #[arg(long, value_name = "NUMBER")]
    decision: String,
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    decision_date: Date,
    #[arg(long, value_name = "NUMBER", value_parser = number_value)]
    replaced_by: Option<CertificationNumber>,
    /// The cancelled result's record, which is told of it.
    #[arg(long, value_name = "JSON")]
    record: Option<PathBuf>,
    /// The record of the result that replaces it.
    #[arg(long, value_name = "JSON", requires_all = ["record", "replaced_by"])]
    replacement_record: Option<PathBuf>,
    #[arg(long, value_enum, value_name = "text|json", default_value = "text")]
    format: Format,
}

/// A certification that a decision cancels.
pub(super) fn cancel(arguments: &CancelArguments, context: &Context) -> Result<Exit, Failure> {
    let stamp = arguments.officer.stamp(context);
    let cancellation = Cancellation {
        decision: arguments.decision.clone(),
        date: arguments.decision_date,
        replaced_by: arguments.replaced_by.clone(),
    };
    let mut record = arguments.record.as_deref().map(record::read).transpose()?;
    let replacement = arguments.replacement_record.as_deref().map(record::read).transpose()?;
    let none = Path::new("");
    let files = Files {
        record: arguments.record.as_deref().unwrap_or(none),
        replacement: arguments.replacement_record.as_deref().unwrap_or(none),
        ..Files::document(none)
    };
    let wrong = |error: kyso_desk::Error| files.failure(&error);
    let (entry, output) = arguments.place.with(context, async |register| {
        let entry = arguments.which.find(&register, &stamp).await?;
        issue::demand_records(&entry, &cancellation, record.as_ref(), replacement.as_ref()).map_err(wrong)?;
        let output = arguments.record.as_deref().map(|path| Output::in_place(path, context)).transpose()?;
        let register = arguments.clock.confirmed(register);
        let cancelled =
            issue::cancel(&register, &entry, &cancellation, record.as_mut(), replacement.as_ref(), &stamp).await;
        Ok((cancelled.map_err(wrong)?, output))
    })?;
    if let (Some(output), Some(record)) = (&output, &record) {
        record::write(output, record)?;
    }
    say(&entry, arguments.format, context, "đã ghi chú hủy bỏ", "is noted as cancelled")
}

pub(super) fn say(
    entry: &Entry,
    format: Format,
    context: &Context,
    vietnamese: &str,
    english: &str,
) -> Result<Exit, Failure> {
    let line = match format {
        Format::Text => context
            .say(&format!("Số {} {vietnamese}.", entry.number), &format!("Number {} {english}.", entry.number))
            .to_owned(),
        Format::Json => serde_json::to_string(&EntryView::new(entry, false)).map_err(defect)?,
    };
    context.print(|sink| writeln!(sink, "{line}"))?;
    Ok(Exit::Done)
}

#[derive(Debug, Args)]
pub(crate) struct NextBookArguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    officer: Officer,
    #[command(flatten)]
    clock: Clock,
    #[arg(long, value_name = "SYMBOL")]
    register: String,
    #[arg(long, value_name = "YYYY", value_parser = year)]
    year: Option<i16>,
}

/// The next book within the year.
pub(super) fn next_book(arguments: &NextBookArguments, context: &Context) -> Result<Exit, Failure> {
    let stamp = arguments.officer.stamp(context);
    let year = arguments.year.unwrap_or(stamp.today().year());
    let book = arguments.place.with(context, |register| async move {
        arguments.clock.confirmed(register).next_book(&arguments.register, year, &stamp).await.map_err(reported)
    })?;
    context.print(|sink| {
        let (number, first) = (format!("{:02}/{}", book.book, book.year), format!("{:02}", book.first));
        match context.language {
            kyso::Language::Vietnamese => {
                writeln!(sink, "Đã mở quyển {number} của sổ {}; số tiếp theo là {first}.", book.register)
            }
            kyso::Language::English => {
                writeln!(sink, "Book {number} of register {} is open; the next number is {first}.", book.register)
            }
        }
    })?;
    Ok(Exit::Done)
}

#[derive(Debug, Args)]
pub(crate) struct CloseArguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    officer: Officer,
    #[command(flatten)]
    clock: Clock,
    #[arg(long, value_name = "YYYY", value_parser = year)]
    year: i16,
    #[arg(long)]
    before_year_end: bool,
    #[arg(long, value_enum, value_name = "text|json", default_value = "text")]
    format: Format,
}

/// The year's end: totals, and the lock.
pub(super) fn close(arguments: &CloseArguments, context: &Context) -> Result<Exit, Failure> {
    let stamp = arguments.officer.stamp(context);
    let (year, early) = (arguments.year, arguments.before_year_end);
    let (closings, names) = arguments.place.with(context, |register| async move {
        let confirmed = arguments.clock.confirmed(register.clone());
        let closings = confirmed.close_year(year, early, &stamp).await.map_err(reported)?;
        let names = closings.iter().map(|closing| {
            let definition = register.definitions().register(&closing.register).ok();
            definition
                .map(|definition| context.say(&definition.name, &definition.name_en).to_owned())
                .unwrap_or_default()
        });
        let names = names.collect::<Vec<_>>();
        Ok((closings, names))
    })?;
    let json = closing_json(&closings, year).map_err(defect)?;
    context.print(|sink| match arguments.format {
        Format::Json => writeln!(sink, "{json}"),
        Format::Text => {
            writeln!(sink, "{} {year}:", context.say("Đã khóa sổ năm", "Closed the year"))?;
            closings.iter().zip(&names).try_for_each(|(closing, name)| {
                let t = closing.totals;
                match context.language {
                    kyso::Language::Vietnamese => writeln!(
                        sink,
                        "  {name}: {} số; đã chứng thực {}, bỏ số {}, hủy bỏ {}; lệ phí {} đồng",
                        t.allotted, t.issued, t.void, t.cancelled, t.fees
                    ),
                    kyso::Language::English => writeln!(
                        sink,
                        "  {name}: {} numbers; {} issued, {} void, {} cancelled; fees {} đồng",
                        t.allotted, t.issued, t.void, t.cancelled, t.fees
                    ),
                }
            })
        }
    })?;
    Ok(Exit::Done)
}
