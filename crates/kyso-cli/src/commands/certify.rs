//! `kyso certify`: a certification result made ready for those who sign it. The request is held against the law, a number
//! allotted, the lời chứng set with it and put behind the citizen's document, a field reserved for everyone who signs.

pub(crate) mod job;
mod record;
pub(crate) mod room;
mod row;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use kyso::appearance::geometry::POINTS_PER_MM;
use kyso::language::Language;
use kyso::pdf::{Document, Password};
use kyso_certification::agency::Agency;
use kyso_certification::check::{Checked, Switches, check};
use kyso_certification::deadline::due;
use kyso_certification::fee;
use kyso_certification::request::{Request, composed};
use kyso_certification::scan;
use kyso_register::{Entry, State};

use self::job::{Choices, Job, Made, Qr, Sources};
use self::room::Rooms;
use super::register::{Officer, Place};
use super::templates::catalogue;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::guarded::OutputPath;
use crate::input;
use crate::output::Output;
use crate::terms::words;
use crate::text::plain;

/// Larger than any request and any agency's file.
const LIMIT: u64 = 1 << 20;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[arg(value_name = "REQUEST")]
    request: PathBuf,
    #[arg(short, long, value_name = "OUT")]
    output: OutputPath,
    #[arg(long)]
    force: bool,
    #[arg(long, value_name = "PDF")]
    document: Option<PathBuf>,
    #[arg(long, value_name = "P", requires = "document")]
    password: Option<Password>,
    #[arg(long, value_name = "FILE", env = "KYSO_AGENCY", hide_env = true)]
    agency: PathBuf,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    officer: Officer,
    #[arg(long, value_name = "DIR")]
    templates: Option<PathBuf>,
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    result: u32,
    #[arg(long, value_enum, value_name = "PLACE")]
    qr: Option<QrArgument>,
    #[arg(long, value_name = "JSON")]
    record: Option<OutputPath>,
    #[arg(long, requires = "document")]
    on_last_page: bool,
    #[arg(long)]
    allow_draft: bool,
    #[arg(long)]
    other_year: bool,
    #[arg(long)]
    out_of_order: bool,
    #[arg(long)]
    sample: bool,
}

/// Where the QR symbol goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum QrArgument {
    /// The upper left corner of page 1 (TCVN 7322:2009), or the next blank place.
    FirstPage,
    /// The lower left corner of the statement's last page.
    Statement,
    None,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let record = match &arguments.record {
        Some(record) => record.to_path_buf(),
        None => arguments.output.with_extension("json"),
    };
    let output = Output::new(&arguments.output, arguments.force, context)?;
    let record = Output::new(&record, arguments.force, context)?;
    let text = input::small_text(&arguments.request, LIMIT)?;
    let request = request(&arguments.request, &text)?;
    let agency_name = arguments.agency.display().to_string();
    let agency = Agency::from_toml(&agency_name, &input::small_text(&arguments.agency, LIMIT)?)
        .map_err(|error| Failure::library(&arguments.agency, &error))?;
    let catalogue = catalogue(arguments.templates.as_deref())?;
    let checked = check(&request, &catalogue, Switches { drafts: arguments.allow_draft });
    warn(&checked, context);
    let bytes = arguments.document.as_deref().map(input::document).transpose()?;
    let document = match (&bytes, &arguments.document) {
        (Some(bytes), Some(path)) => {
            let document = Document::parse_with_password(bytes, arguments.password.as_ref().map(Password::as_str));
            Some((path.as_path(), document.map_err(|error| Failure::library(path, &error.into()))?))
        }
        _ => None,
    };
    let choices = arguments.choices();
    let mut is_on_first_pages = false;
    let rooms = match &document {
        Some((path, document)) if !checked.is_refused() => {
            // What can't be read isn't blank, and what is put behind it would certify what nobody here has seen.
            document.demand_readable_pages().map_err(|error| Failure::library(path, &error.into()))?;
            is_on_first_pages = agency.lookup.is_some() && choices.qr.is_on_first_pages((path, document))?;
            Rooms::of(document, arguments, agency.lookup.as_deref().filter(|_| is_on_first_pages))?
        }
        _ => Rooms::default(),
    };
    let sources = Sources {
        request: (&arguments.request, &text, &request),
        agency: &agency,
        catalogue: &catalogue,
        document: document.as_ref().map(|(path, document)| (*path, document)),
        password: arguments.password.as_ref(),
        rooms: &rooms,
    };
    let job = Job::new(&checked, sources, choices, arguments.officer.stamp(context))?;
    job.try_out()?;
    for (page, error) in &rooms.unseen {
        let why = error.in_language(context.language);
        let what = match context.language {
            Language::Vietnamese => format!("không hiển thị được trang {page} ({why}) nên không đặt mã QR ở đó"),
            Language::English => format!("page {page} can't be shown ({why}), so no QR code is put there"),
        };
        note(&what, context);
    }
    if let Some((_, document)) = &document {
        note_document(document, &request, context);
    }
    if agency.seal_width_mm.is_none() {
        let what = context.say(
            "tệp cơ quan không ghi seal_width_mm nên không chừa trường ConDau",
            "the agency's file has no seal_width_mm, so no field is reserved for the seal",
        );
        note(what, context);
    }
    output.demand_writable()?;
    record.demand_writable()?;
    let known = bytes.as_deref().unwrap_or_default();
    let keep = |entry: &Entry, made: &Made| {
        if entry.state == State::Rendered {
            let what = context.say(
                "số này đã có một bản chờ ký; bản vừa soạn thay bản đó, đừng ký bản cũ",
                "this number had a file waiting to be signed; the new one takes its place, don't sign the old one",
            );
            note(what, context);
        }
        output.write(|sink| sink.write_all(known).and_then(|()| sink.write_all(&made.prepared.tail)))?;
        let json = serde_json::to_string_pretty(&made.metadata).map_err(super::register::defect)?;
        record.write(|sink| writeln!(sink, "{json}"))
    };
    let (entry, made) = arguments.place.with(|register| job.allot_and_make(register, keep))?;
    let due = checked.kind.and_then(|kind| {
        let due = due(kind.deadline, request.received?, &catalogue.calendar).ok()?;
        let hour = due.appointment.map(|at| at.strftime(" %H:%M").to_string());
        Some(format!("{}{}", due.date.strftime("%d/%m/%Y"), hour.unwrap_or_default()))
    });
    let code =
        sources.document.filter(|_| is_on_first_pages).and_then(|(_, document)| elsewhere(document, &made, context));
    tell(&arguments.output, &entry, &made, (code.as_deref(), due.as_deref()), context)?;
    Ok(Exit::Done)
}

impl Arguments {
    fn choices(&self) -> Choices {
        Choices {
            result: self.result,
            qr: match self.qr {
                None => Qr::AsUsual,
                Some(QrArgument::FirstPage) => Qr::FirstPage,
                Some(QrArgument::Statement) => Qr::Statement,
                Some(QrArgument::None) => Qr::None,
            },
            other_year: self.other_year,
            out_of_order: self.out_of_order,
            sample: self.sample,
            allow_draft: self.allow_draft,
        }
    }
}

/// Where the QR symbol is, unless it's where digitised documents have it.
fn elsewhere(document: &Document<'_>, made: &Made, context: &Context) -> Option<String> {
    let (_, page, place) = made.prepared.qr.as_ref()?;
    let size = document.page(*page).map(|page| page.size()).ok();
    let from_top = |height: f64| height - place.top();
    let mm = |points: f64| (points / POINTS_PER_MM).round();
    let (left, usual) = (mm(place.x), *page == 1 && place.x < 3.0 * POINTS_PER_MM);
    let top = size.map(|(_, height)| mm(from_top(height)));
    if usual && top.is_some_and(|top| top < 7.0) {
        return None;
    }
    Some(match (context.language, top) {
        (Language::Vietnamese, Some(top)) => format!(
            "trang {page}, cách mép trái {left} mm, cách mép trên {top} mm (góc trên bên trái trang 1 không trống)"
        ),
        (Language::English, Some(top)) => format!(
            "page {page}, {left} mm from the left, {top} mm from the top (the upper left corner of page 1 isn't blank)"
        ),
        (Language::Vietnamese, None) => format!("trang {page}, cùng lời chứng (trang 1 không có chỗ trống)"),
        (Language::English, None) => format!("page {page}, with the statement (page 1 has no room)"),
    })
}

fn tell(
    output: &Path,
    entry: &Entry,
    made: &Made,
    (code, due): (Option<&str>, Option<&str>),
    context: &Context,
) -> Result<(), Failure> {
    let file = plain(&output.display().to_string());
    context.print(|sink| {
        writeln!(sink, "{}: {file}", context.say("Đã soạn xong, chờ ký", "Prepared, to be signed"))?;
        writeln!(sink, "  {}: {}", context.say("Số chứng thực", "Number"), entry.number)?;
        for place in &made.prepared.fields {
            let (page, word) = (place.page, context.say("trang", "page"));
            writeln!(sink, "  {}: {} ({word} {page})", context.say("Trường ký", "Field"), place.name)?;
        }
        if let Some((payload, ..)) = &made.prepared.qr {
            writeln!(sink, "  {}: {}", context.say("Mã tra cứu", "Look-up code"), payload.code().grouped())?;
        }
        if let Some(code) = code {
            writeln!(sink, "  {}: {code}", context.say("Mã QR", "QR code"))?;
        }
        if let Some(due) = due {
            writeln!(sink, "  {}: {due}", context.say("Hạn trả kết quả", "Due"))?;
        }
        let amount = fee::dong(made.metadata.fee.unwrap_or_default());
        writeln!(sink, "  {}: {amount}", context.say("Lệ phí", "Fee"))
    })
}

fn request(path: &Path, text: &str) -> Result<Request, Failure> {
    let name = path.display().to_string();
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json")) {
        return serde_json::from_str(&composed(text)).map_err(|error| {
            Failure::usage(format!("{name}: yêu cầu không đúng: {error}."), format!("{name}: no request: {error}."))
        });
    }
    Request::from_toml(&name, text).map_err(|flaw| {
        Failure::usage(plain(&flaw.in_language(Language::Vietnamese)), plain(&flaw.in_language(Language::English)))
    })
}

fn warn(checked: &Checked<'_>, context: &Context) {
    for finding in checked.findings.iter().filter(|finding| !finding.is_refusal()) {
        note(&plain(&finding.in_language(context.language)), context);
    }
}

fn note(what: &str, context: &Context) {
    eprintln!("{}: {what}", context.say("Lưu ý", "Note"));
}

/// What a scan lacks for a good copy, and whether the request speaks of as many pages as there are: told, not refused.
fn note_document(document: &Document<'_>, request: &Request, context: &Context) {
    if let Ok(examined) = scan::examine(document) {
        for miss in &examined.misses {
            note(&plain(&words(context.language).message_on(miss.page, miss.code, Some(&miss.measured))), context);
        }
    }
    let (asked, there) = (request.document.pages as usize, document.page_count().unwrap_or_default());
    if asked != there {
        let what = match context.language {
            Language::Vietnamese => format!("yêu cầu ghi {asked} trang, tệp có {there} trang"),
            Language::English => format!("the request says {asked} pages, the file has {there}"),
        };
        note(&what, context);
    }
}
