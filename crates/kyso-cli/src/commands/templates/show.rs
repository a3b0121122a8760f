//! `kyso templates show`: a template filled with people who don't exist, or its file to copy.

use std::io::Write as _;

use clap::Args;
use kyso_certification::catalogue::Catalogue;
use kyso_certification::sample::{self, Size};
use kyso_certification::statement::{Options, typeset};

use crate::context::{Context, tell};
use crate::existing::Kind;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::guarded::OutputPath;
use crate::output::Output;
use crate::text::plain;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[arg(value_name = "ID")]
    id: String,
    #[arg(short, long, value_name = "OUT")]
    output: Option<OutputPath>,
    #[arg(long)]
    long: bool,
    #[arg(long)]
    force: bool,
}

pub(super) fn run(arguments: &Arguments, catalogue: &Catalogue, context: &Context) -> Result<Exit, Failure> {
    let template = catalogue.template_by_id(&arguments.id).ok_or_else(|| {
        let known = catalogue.templates.iter().map(|template| template.id.as_str()).collect::<Vec<_>>().join(", ");
        let id = plain(&arguments.id);
        Failure::usage(
            format!("Không có mẫu “{id}”; các mẫu: {known}."),
            format!("There is no template “{id}”; there are: {known}."),
        )
    })?;
    if !template.verified {
        let warning = context.say(
            "Chú ý: mẫu này là bản nháp, chưa đối chiếu với văn bản luật",
            "Note: this template is a draft, not compared with the law's text",
        );
        tell(format_args!("{warning} ({}).", plain(&template.source)));
    }
    let Some(path) = &arguments.output else {
        // Its own text, to be read and copied.
        let text = Catalogue::embedded_text(&template.id).filter(|_| template.file == format!("{}.toml", template.id));
        let text = text.ok_or_else(|| {
            Failure::usage(
                format!("Mẫu này ở tệp {} của bạn; thêm -o TỆP.pdf để xem trang in.", plain(&template.file)),
                format!("This template is in your file {}; add -o FILE.pdf to see its page.", plain(&template.file)),
            )
        })?;
        context.print(|sink| sink.write_all(text.as_bytes()))?;
        return Ok(Exit::Done);
    };
    let output = Output::new(path, Kind::Pdf, arguments.force, context)?;
    let size = if arguments.long { Size::Long } else { Size::Short };
    let request = sample::request(template, catalogue, size);
    let number = sample::number(&request, catalogue);
    let options = Options { sample: true, allow_draft: true, ..Options::default() };
    let paper = typeset(template, &request, &catalogue.kinds, &number, &options)
        .map_err(|error| Failure::usage_of(std::path::Path::new(&template.file), &error))?;
    output.write(|sink| sink.write_all(&paper.pdf))?;
    let places = paper.places.iter().map(|place| place.name.as_str()).collect::<Vec<_>>().join(", ");
    let file = plain(&path.display().to_string());
    context.print_of(path, |sink| {
        let done = context.say("✔ Trang mẫu", "✔ A sample page");
        writeln!(sink, "{done}: {file} ({}: {places})", context.say("chỗ ký", "places to sign"))
    })?;
    Ok(Exit::Done)
}
