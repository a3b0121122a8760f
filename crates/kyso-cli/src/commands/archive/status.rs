//! `kyso archive status`: how the archive stands, on one screen; what a person has to decide stands first.

mod attention;
mod text;

use clap::Args;
use kyso_archive::{Archive, LastBackup};

use self::attention::{Attention, attention};
use super::Place;
use crate::arguments::Format;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
    #[arg(long, value_enum, value_name = "text|json", default_value = "text")]
    format: Format,
}

/// Looks at the archive beside whoever has it open. Exit code 1 where something waits for a person.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let location = arguments.place.location()?;
    let opened = Archive::open_to_look_at(&location);
    let status = arguments.place.with(context, opened, |archive| async move {
        archive.status(context.now).await.map_err(|error| super::refused(&error))
    })?;
    let backup = LastBackup::of(location.directory()).map_err(|error| super::refused(&error))?;
    let attention = attention(&status);
    context.print(|sink| match arguments.format {
        Format::Json => {
            let attention: Vec<_> = attention.iter().map(Attention::json).collect();
            let json = serde_json::json!({
                "format": "kyso-archive-status", "version": 1, "attention": attention, "status": status,
                "backup": backup,
            });
            writeln!(sink, "{json:#}")
        }
        Format::Text => text::lines(&status, backup.as_ref(), &attention, context.language, context.colour())
            .iter()
            .try_for_each(|line| writeln!(sink, "{line}")),
    })?;
    Ok(if attention.is_empty() { Exit::Done } else { Exit::Failed })
}
