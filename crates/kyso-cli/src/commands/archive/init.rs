//! `kyso archive init`: a new archive. None is made by itself, for a lost one would pass for an empty one.

use clap::Args;
use kyso_archive::Archive;

use super::Place;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::text::plain;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
    #[arg(long, value_name = "NAME")]
    origin: Option<String>,
}

/// Makes the archive, and says what is to be kept apart from it.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let location = arguments.place.location()?;
    let made = Archive::init_at(&location, arguments.origin.clone());
    let path = plain(&location.shown());
    arguments.place.with(context, made, |archive| async move {
        let key = archive.log_key().map_err(|error| super::refused(&error))?;
        context.print(|sink| {
            writeln!(sink, "{}: {path}", context.say("Đã lập kho lưu trữ mới", "Made a new archive"))?;
            writeln!(sink, "{}: {}", context.say("Mã kho", "Its id"), archive.id())?;
            writeln!(sink, "{}: {key}", context.say("Khóa kiểm tra nhật ký", "The key that checks its log"))?;
            let advice = context.say(
                "Hãy sao thư mục keys sang nơi khác, tách khỏi bản sao lưu dữ liệu; và công bố khóa kiểm tra nhật ký.",
                "Copy the directory keys to another place, apart from the backups of the data; and publish the key that checks the log.",
            );
            writeln!(sink, "{advice}")
        })?;
        Ok(Exit::Done)
    })
}
