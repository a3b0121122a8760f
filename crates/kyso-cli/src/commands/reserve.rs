//! `kyso reserve`: empty signature fields, one for each person who will sign later.

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{ArgMatches, Args, FromArgMatches};
use kyso::appearance::geometry::{POINTS_PER_MM, Rectangle};
use kyso::pdf::Document;
use kyso::sign::parameters::Place;
use kyso::sign::reserve::FieldToReserve;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::output::Output;
use crate::signing::rectangle;
use crate::text::plain;

/// Millimetres of a field at an anchor, where `--size` doesn't say: a hand signature has room in it.
const SIZE_MM: (f64, f64) = (60.0, 25.0);

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[arg(value_name = "IN")]
    input: PathBuf,
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    fields: Fields,
}

/// The fields, in the order of the command line: which `--page` belongs to which `--field` shows by what stands
/// behind it.
#[derive(Debug)]
struct Fields(Vec<FieldToReserve>);

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let output = Output::new(&arguments.output, arguments.force, &[&arguments.input])?;
    let bytes = input::document(&arguments.input)?;
    let wrong = |error| Failure::library(&arguments.input, &error);
    let document = Document::parse(&bytes).map_err(wrong)?;
    let tail = kyso::reserve(&document, &arguments.fields.0).map_err(wrong)?;
    output.write(|sink| tail.write_to(&bytes, sink))?;
    let names = arguments.fields.0.iter().map(|field| plain(&field.name)).collect::<Vec<_>>().join(", ");
    let file = plain(&arguments.output.display().to_string());
    context.print(|sink| {
        writeln!(sink, "{} {names}: {file}", context.say("✔ Đã tạo trường chữ ký", "✔ Signature fields made:"))
    })?;
    Ok(Exit::Done)
}

impl Args for Fields {
    fn augment_args(command: clap::Command) -> clap::Command {
        FieldArguments::augment_args(command)
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        FieldArguments::augment_args_for_update(command)
    }
}

impl FromArgMatches for Fields {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut items = Vec::new();
        collect(matches, "field", Item::Field, &mut items);
        collect(matches, "page", Item::Page, &mut items);
        collect(matches, "rect", Item::Rect, &mut items);
        collect(matches, "anchor", Item::Anchor, &mut items);
        collect(matches, "size", Item::Size, &mut items);
        items.sort_by_key(|(index, _)| *index);
        grouped(items.into_iter().map(|(_, item)| item))
            .map(Self)
            .map_err(|text| clap::Error::raw(ErrorKind::MissingRequiredArgument, text))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

#[derive(Debug, Args)]
struct FieldArguments {
    #[arg(long, value_name = "NAME", required = true)]
    field: Vec<String>,
    #[arg(long, value_name = "N")]
    page: Vec<usize>,
    #[arg(long, value_name = "X,Y,W,H", value_parser = rectangle, allow_hyphen_values = true)]
    rect: Vec<Rectangle>,
    #[arg(long, value_name = "TEXT")]
    anchor: Vec<String>,
    #[arg(long, value_name = "W,H", value_parser = size)]
    size: Vec<(f64, f64)>,
}
