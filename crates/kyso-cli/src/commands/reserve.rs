//! `kyso reserve`: empty signature fields, one for each person who will sign later.

use std::io::Write as _;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{ArgMatches, Args, FromArgMatches};
use kyso::{Document, FieldToReserve, Password, Place, Rectangle};
use kyso_pdf::geometry::POINTS_PER_MM;
use kyso_pdf::{FieldLock, FieldMdp, FieldMdpAction};

use crate::context::Context;
use crate::existing::Kind;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::guarded::OutputPath;
use crate::input;
use crate::output::Output;
use crate::text::plain;
use crate::values::{Wrong, count, rectangle};

/// Millimetres of a field at an anchor, where `--size` doesn't say: a hand signature has room in it.
const SIZE_MM: (f64, f64) = (60.0, 25.0);

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[arg(value_name = "IN")]
    input: PathBuf,
    #[arg(short, long, value_name = "OUT")]
    output: OutputPath,
    #[arg(long)]
    force: bool,
    #[arg(long, value_name = "P")]
    password: Option<Password>,
    #[command(flatten)]
    fields: Fields,
}

/// The fields, in the order of the command line: which `--page` belongs to which `--field` shows by what stands
/// behind it.
#[derive(Debug)]
struct Fields(Vec<FieldToReserve>);

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let output = Output::new(&arguments.output, Kind::Pdf, arguments.force, context)?;
    let bytes = input::document(&arguments.input)?;
    let wrong = |error| Failure::library(&arguments.input, &error);
    let document = Document::parse_with_password(&bytes, arguments.password.as_ref().map(Password::as_str))
        .map_err(|error| wrong(error.into()))?;
    let tail = kyso::reserve(&document, &arguments.fields.0).map_err(wrong)?;
    output.write(|sink| sink.write_all(&bytes).and_then(|()| sink.write_all(&tail.bytes)))?;
    let names = arguments.fields.0.iter().map(|field| plain(&field.name)).collect::<Vec<_>>().join(", ");
    let file = plain(&arguments.output.display().to_string());
    context.print_of(&arguments.output, |sink| {
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
        let mut drafts = values::<String>(matches, "field")
            .into_iter()
            .map(|(start, name)| Draft::new(start, name))
            .collect::<Vec<_>>();
        fill(matches, "page", &mut drafts, |draft| &mut draft.page)?;
        fill(matches, "rect", &mut drafts, |draft| &mut draft.rect)?;
        fill(matches, "anchor", &mut drafts, |draft| &mut draft.anchor)?;
        fill(matches, "over", &mut drafts, |draft| &mut draft.over)?;
        fill(matches, "size", &mut drafts, |draft| &mut draft.size)?;
        fill(matches, "lock", &mut drafts, |draft| &mut draft.lock)?;
        drafts.into_iter().map(Draft::finish).collect::<Result<_, _>>().map(Self)
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
    #[arg(long, value_name = "N", value_parser = count(1_usize))]
    page: Vec<usize>,
    #[arg(long, value_name = "X,Y,W,H", value_parser = rectangle, allow_hyphen_values = true)]
    rect: Vec<Rectangle>,
    #[arg(long, value_name = "TEXT")]
    anchor: Vec<String>,
    #[arg(long, value_name = "FIELD")]
    over: Vec<String>,
    #[arg(long, value_name = "W,H", value_parser = size)]
    size: Vec<(f64, f64)>,
    #[arg(long, value_name = "all|only:A,B|but:A,B[/P]", value_parser = lock)]
    lock: Vec<FieldLock>,
}

/// A field as far as the command line has told of it.
struct Draft {
    /// Where `--field` stands on the command line.
    start: usize,
    name: String,
    page: Option<usize>,
    rect: Option<Rectangle>,
    anchor: Option<String>,
    over: Option<String>,
    size: Option<(f64, f64)>,
    lock: Option<FieldLock>,
}

impl Draft {
    fn new(start: usize, name: String) -> Self {
        Self { start, name, page: None, rect: None, anchor: None, over: None, size: None, lock: None }
    }

    fn finish(self) -> Result<FieldToReserve, clap::Error> {
        let place = match (self.page, self.rect, self.anchor, self.over) {
            (Some(page), Some(rectangle), None, None) => Place::Rectangle { page, rectangle },
            (None, None, Some(text), None) => Place::Anchor { text },
            // A seal's real size has no default.
            (None, None, None, Some(field)) if self.size.is_some() => Place::OverSignature { field },
            _ => {
                let ways = "--page N --rect X,Y,W,H | --anchor TEXT [--size W,H] | --over FIELD --size W,H";
                return Err(misplaced(&format!("--field {}: {ways}", self.name)));
            }
        };
        let (width, height) = self.size.unwrap_or(SIZE_MM);
        let field = FieldToReserve::new(self.name, place).size(width * POINTS_PER_MM, height * POINTS_PER_MM);
        Ok(field.lock(self.lock))
    }
}

/// Gives each value of an argument to the field that stands before it.
fn fill<T: Clone + Send + Sync + 'static>(
    matches: &ArgMatches,
    id: &str,
    drafts: &mut [Draft],
    slot: impl Fn(&mut Draft) -> &mut Option<T>,
) -> Result<(), clap::Error> {
    for (index, value) in values::<T>(matches, id) {
        let owner = drafts.iter_mut().rfind(|draft| draft.start < index);
        let owner = owner.ok_or_else(|| misplaced(&format!("--field NAME … --{id}")))?;
        if slot(owner).replace(value).is_some() {
            return Err(misplaced(&format!("--field {} … --{id} … --{id}", owner.name)));
        }
    }
    Ok(())
}

/// An argument's values with their places on the command line.
fn values<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, id: &str) -> Vec<(usize, T)> {
    let values = matches.get_many::<T>(id).unwrap_or_default().cloned();
    matches.indices_of(id).unwrap_or_default().zip(values).collect()
}

fn misplaced(pattern: &str) -> clap::Error {
    clap::Error::raw(ErrorKind::WrongNumberOfValues, pattern.to_owned())
}

/// `W,H` in millimetres.
fn size(text: &str) -> Result<(f64, f64), Wrong> {
    let numbers = text.split(',').map(|number| number.trim().parse::<f64>().ok()).collect::<Option<Vec<_>>>();
    match numbers.as_deref() {
        Some(&[width, height]) if width.is_finite() && height.is_finite() && width > 0.0 && height > 0.0 => {
            Ok((width, height))
        }
        _ => Err(Wrong::new(
            "cần rộng,cao tính bằng mm, lớn hơn 0, ví dụ 60,25",
            "width,height in mm are needed, above 0, e.g. 60,25",
        )),
    }
}

/// What signing the field locks: `all` fields, `only` those named, all `but` those named; behind a slash, the DocMDP
/// permission that it sets.
fn lock(text: &str) -> Result<FieldLock, Wrong> {
    const SHAPE: &str = "all | only:A,B | but:A,B, [/1 | /2 | /3]";
    let wrong = || Wrong::new(format!("chỉ nhận: {SHAPE}"), format!("only these are known: {SHAPE}"));
    let (fields, permission) = match text.rsplit_once('/') {
        Some((fields, permission @ ("1" | "2" | "3"))) => (fields, permission.parse().ok()),
        Some(_) => return Err(wrong()),
        None => (text, None),
    };
    let (action, names) = match fields.split_once(':') {
        None if fields == "all" => (FieldMdpAction::All, ""),
        Some(("only", names)) => (FieldMdpAction::Include, names),
        Some(("but", names)) => (FieldMdpAction::Exclude, names),
        _ => return Err(wrong()),
    };
    let fields: Vec<String> = names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(Into::into).collect();
    if fields.is_empty() != (action == FieldMdpAction::All) {
        return Err(wrong());
    }
    Ok(FieldLock::new(FieldMdp::new(action, fields), permission))
}
