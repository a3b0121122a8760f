//! `kyso inspect`: what lies in a file, judged by nobody: revisions, fields, byte ranges, certificates.

mod findings;
mod text;

use std::path::PathBuf;

use clap::Args;
use kyso::{Document, Password};

use crate::arguments::Format;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use findings::Contents;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[arg(value_name = "FILE")]
    input: PathBuf,
    #[arg(long, value_name = "P")]
    password: Option<Password>,
    #[arg(long, value_enum, value_name = "text|json", default_value = "text")]
    format: Format,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let bytes = input::document(&arguments.input)?;
    let wrong = |error| Failure::library(&arguments.input, &error);
    let document = Document::parse_with_password(&bytes, arguments.password.as_ref().map(Password::as_str))
        .map_err(|error| wrong(error.into()))?;
    let contents = Contents::of(&arguments.input.display().to_string(), &document).map_err(wrong)?;
    context.print(|mut sink| match arguments.format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut sink, &contents)?;
            writeln!(sink)
        }
        Format::Text => text::write(&contents, context, sink),
    })?;
    Ok(Exit::Done)
}
