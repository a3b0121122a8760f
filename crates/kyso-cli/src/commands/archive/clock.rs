//! `kyso archive clock`: the clock beside what the archive has written; and the word of whoever answers for it, where it's behind.

use clap::Args;
use jiff::Timestamp;
use kyso::local_time::in_vietnam;
use kyso_archive::{Archive, ClockStatus};

use super::{Place, refused};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
    #[arg(long, requires = "by")]
    confirm: bool,
    #[arg(long, value_name = "NAME", env = "KYSO_OFFICER", hide_env = true)]
    by: Option<String>,
    #[arg(long, requires = "confirm")]
    despite_time_stamp: bool,
}

/// Shows the clock, or confirms it. Exit code 1 where it's behind and nobody confirmed it.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    match &arguments.by {
        Some(by) if arguments.confirm => confirm(arguments, by, context),
        _ => show(arguments, context),
    }
}

fn show(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let location = arguments.place.location()?;
    let opened = Archive::open_to_read_at(&location);
    let now = Timestamp::now();
    let status = arguments.place.with(context, opened, |archive| async move {
        archive.clock_status(now).await.map_err(|error| refused(&error))
    })?;
    let time = |time: Option<Timestamp>| time.map_or_else(|| context.say("chưa có", "none").to_owned(), in_vietnam);
    let ClockStatus { newest_event, newest_time_stamp, is_behind } = status;
    context.print(|sink| {
        writeln!(sink, "{}: {}", context.say("Đồng hồ", "Clock"), in_vietnam(now))?;
        writeln!(sink, "{}: {}", context.say("Sự kiện mới nhất", "Newest event"), time(newest_event))?;
        writeln!(sink, "{}: {}", context.say("Dấu thời gian mới nhất", "Newest time-stamp"), time(newest_time_stamp))?;
        let end = match is_behind {
            true => context.say(
                "Đồng hồ chậm hơn kho quá 5 phút: không ký gì. Nếu đồng hồ sai, hãy chỉnh. Nếu đồng hồ đúng (trước đây có lúc chạy \
                 nhanh), hãy dừng dịch vụ rồi chạy: kyso archive clock --archive DIR --confirm --by TÊN",
                "The clock is more than five minutes behind the archive: nothing is signed. Where the clock is wrong, set it. Where \
                 it's right (and was ahead once), stop the service and run: kyso archive clock --archive DIR --confirm --by NAME",
            ),
            false => context.say("Đồng hồ không chậm hơn kho.", "The clock isn't behind the archive."),
        };
        writeln!(sink, "{end}")
    })?;
    Ok(if is_behind { Exit::Failed } else { Exit::Done })
}

fn confirm(arguments: &Arguments, by: &str, context: &Context) -> Result<Exit, Failure> {
    let location = arguments.place.location()?;
    let confirmed = arguments.place.with_written(context, &location, |archive| async move {
        let confirmed = archive.confirm_clock(by, arguments.despite_time_stamp).await;
        let confirmed = confirmed.map_err(|error| refused(&error))?;
        archive.sequence().await.map_err(|error| refused(&error))?;
        Ok(confirmed)
    })?;
    context.print(|sink| match confirmed {
        None => writeln!(
            sink,
            "{}",
            context.say(
                "Đồng hồ không chậm hơn kho; không ghi gì.",
                "The clock isn't behind the archive; nothing was written."
            )
        ),
        Some(confirmed) => writeln!(
            sink,
            "{}: {} ({} {})",
            context.say("Đã ghi lời xác nhận đồng hồ vào nhật ký", "The confirmation of the clock is in the log"),
            in_vietnam(confirmed.clock),
            context.say("kho đã ghi đến", "the archive had written up to"),
            in_vietnam(confirmed.newest),
        ),
    })?;
    Ok(Exit::Done)
}
