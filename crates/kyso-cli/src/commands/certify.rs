//! `kyso certify`: a certification result made ready for those who sign it. The request is held against the law, a number
//! allotted, the lời chứng set with it and put behind the citizen's document, a field reserved for everyone who signs.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use kyso::{Bilingual, Document, Language, Password};
use kyso_certification::agency::Agency;
use kyso_certification::check::Finding;
use kyso_certification::deadline::due;
use kyso_certification::fee;
use kyso_certification::request::{Request, composed};
use kyso_certification::scan::Miss;
use kyso_certification::stamp::QrPlace;
use kyso_desk::certify::{Choices, Intake, Made, Paper, Qr, UnseenPage};
use kyso_desk::paper::take_in;
use kyso_pdf::geometry::POINTS_PER_MM;
use kyso_register::{Entry, State};
use kyso_words::not_shown;

use super::draw_pages;
use super::register::{Officer, Place, defect, given_out, note_new_year};
use super::templates::catalogue;
use crate::context::{Context, tell};
use crate::desk::Files;
use crate::existing::Kind;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::guarded::OutputPath;
use crate::input::{self, is_standard};
use crate::output::Output;
use crate::signing::tell_finding;
use crate::terms::words;
use crate::text::{json_fault, plain};
use crate::values::count;

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
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = count(1_u32))]
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
    confirm_clock: bool,
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
        None if is_standard(&arguments.output) => {
            return Err(Failure::usage(
                "-o - ghi kết quả ra đầu ra chuẩn; hãy cho biết ghi dữ liệu đặc tả vào đâu: --record TỆP.json.",
                "-o - writes the result to the standard output; say where its record goes: --record FILE.json.",
            ));
        }
        None => arguments.output.with_extension("json"),
    };
    let record_path = record;
    let output = Output::new(&arguments.output, Kind::Pdf, arguments.force, context)?;
    let record = Output::new(&record_path, Kind::Record, arguments.force, context)?;
    let text = input::small_text(&arguments.request, LIMIT)?;
    let request = request(&arguments.request, &text)?;
    let agency_name = arguments.agency.display().to_string();
    let agency = Agency::from_toml(&agency_name, &input::small_text(&arguments.agency, LIMIT)?)
        .map_err(|error| Failure::library(&arguments.agency, &error))?;
    let catalogue = catalogue(arguments.templates.as_deref())?;
    let files = arguments.files();
    let intake = Intake::new(&request, &agency, &catalogue, arguments.choices());
    warn(intake.findings(), context);
    let bytes = arguments.document.as_deref().map(input::document).transpose()?;
    let original = match (&bytes, &arguments.document) {
        (Some(bytes), Some(path)) => {
            let document = Document::parse_with_password(bytes, arguments.password());
            Some(document.map_err(|error| Failure::library(path, &error.into()))?)
        }
        _ => None,
    };
    let taken = original.as_ref().map(take_in).transpose().map_err(|error| files.failure(&error))?.unwrap_or_default();
    taken.findings.iter().for_each(|finding| tell_finding(finding, context));
    let fitted = original.as_ref().and_then(|document| taken.bytes(document.bytes()));
    let fitted = match (&original, &fitted) {
        (Some(document), Some(bytes)) => {
            Some(document.earlier(bytes).map_err(|error| Failure::library(files.document, &error.into()))?)
        }
        _ => None,
    };
    let document = fitted.as_ref().or(original.as_ref());
    let apart = draw_pages::apart();
    let paper = document.map(|document| Paper {
        document,
        password: arguments.password(),
        drawing: apart.as_ref().map_err(Clone::clone),
    });
    let stamp = arguments.officer.stamp(context);
    let job = intake.job(paper, stamp).map_err(|error| files.failure(&error))?;
    for UnseenPage { page, error } in job.unseen() {
        let why = not_shown(error);
        let what = match context.language {
            Language::Vietnamese => {
                format!("không hiển thị được trang {page} ({}) nên không đặt mã QR ở đó", why.vi)
            }
            Language::English => format!("page {page} can't be shown ({}), so no QR code is put there", why.en),
        };
        note(&what, context);
    }
    if let Some(document) = document {
        note_document(document, job.misses(), &request, context);
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
    let known = document.map(Document::bytes).unwrap_or_default();
    let keep = |made: &Made| {
        note_new_year(&made.entry, made.entry.state != State::Allotted, context);
        if made.entry.state == State::Rendered {
            let what = context.say(
                "số này đã có một bản chờ ký; bản vừa soạn thay bản đó, đừng ký bản cũ",
                "this number had a file waiting to be signed; the new one takes its place, don't sign the old one",
            );
            note(what, context);
        }
        output.write(|sink| sink.write_all(known).and_then(|()| sink.write_all(&made.prepared.tail)))?;
        let json = serde_json::to_string_pretty(&made.metadata).map_err(defect)?;
        record.write(|sink| writeln!(sink, "{json}"))
    };
    let word = |error: &kyso_desk::Error| files.failure(error).in_language(Language::Vietnamese).to_owned();
    let wrong = |error: kyso_desk::Error| files.failure(&error);
    let done = arguments
        .place
        .with(context, async |register| job.carry_out(&register, wrong, word, async |made: &Made| keep(made)).await)?;
    let (entry, made) = (done.entry, done.made);
    let due = request.received.and_then(|received| {
        let due = due(job.kind().deadline, received, &catalogue.calendar).ok()?;
        let hour = due.appointment.map(|at| at.strftime(" %H:%M").to_string());
        Some(format!("{}{}", due.date.strftime("%d/%m/%Y"), hour.unwrap_or_default()))
    });
    let on_first_pages = document.filter(|_| job.is_on_first_pages());
    let code = on_first_pages.and_then(|document| elsewhere(document, &made, context));
    let told = Done { output: &arguments.output, entry: &entry, made: &made, code, due }.tell(context);
    told.map_err(|failure| failure.and(&given_out([&entry])).and(&written(&arguments.output, &record_path)))?;
    Ok(Exit::Done)
}

impl Arguments {
    fn files(&self) -> Files<'_> {
        let document = self.document.as_deref().unwrap_or(&self.request);
        Files { request: &self.request, ..Files::document(document) }
    }

    fn password(&self) -> Option<&str> {
        self.password.as_ref().map(Password::as_str)
    }

    fn choices(&self) -> Choices {
        Choices {
            result: self.result,
            qr: match self.qr {
                None => Qr::AsUsual,
                Some(QrArgument::FirstPage) => Qr::FirstPage,
                Some(QrArgument::Statement) => Qr::Statement,
                Some(QrArgument::None) => Qr::None,
            },
            on_last_page: self.on_last_page,
            other_year: self.other_year,
            out_of_order: self.out_of_order,
            confirm_clock: self.confirm_clock,
            sample: self.sample,
            allow_draft: self.allow_draft,
        }
    }
}

/// Where the QR symbol is, unless it's where digitised documents have it.
fn elsewhere(document: &Document<'_>, made: &Made, context: &Context) -> Option<String> {
    let QrPlace { page, rectangle: place } = made.prepared.qr.as_ref()?.place;
    let size = document.page(page).map(|page| page.size()).ok();
    let from_top = |height: f64| height - place.top();
    let mm = |points: f64| (points / POINTS_PER_MM).round();
    let (left, usual) = (mm(place.x), page == 1 && place.x < 3.0 * POINTS_PER_MM);
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

/// What was prepared.
struct Done<'a> {
    output: &'a Path,
    entry: &'a Entry,
    made: &'a Made,
    /// Where the QR symbol is, where that isn't the usual place.
    code: Option<String>,
    /// When the result is due.
    due: Option<String>,
}

impl Done<'_> {
    fn tell(&self, context: &Context) -> Result<(), Failure> {
        let (file, made) = (plain(&self.output.display().to_string()), self.made);
        context.print_of(self.output, |sink| {
            writeln!(sink, "{}: {file}", context.say("Đã soạn xong, chờ ký", "Prepared, to be signed"))?;
            writeln!(sink, "  {}: {}", context.say("Số chứng thực", "Number"), self.entry.number)?;
            for place in &made.prepared.fields {
                let (page, word) = (place.page, context.say("trang", "page"));
                writeln!(sink, "  {}: {} ({word} {page})", context.say("Trường ký", "Field"), place.name)?;
            }
            if let Some(qr) = &made.prepared.qr {
                writeln!(sink, "  {}: {}", context.say("Mã tra cứu", "Look-up code"), qr.payload.code().grouped())?;
            }
            if let Some(code) = &self.code {
                writeln!(sink, "  {}: {code}", context.say("Mã QR", "QR code"))?;
            }
            if let Some(due) = &self.due {
                writeln!(sink, "  {}: {due}", context.say("Hạn trả kết quả", "Due"))?;
            }
            let amount = fee::dong(made.metadata.fee.unwrap_or_default());
            writeln!(sink, "  {}: {amount}", context.say("Lệ phí", "Fee"))
        })
    }
}

/// Which files are there though the command ends with an error.
fn written(output: &Path, record: &Path) -> Bilingual {
    let (output, record) = (plain(&output.display().to_string()), plain(&record.display().to_string()));
    Bilingual::new(format!(" Đã ghi {output} và {record}."), format!(" {output} and {record} are written."))
}

fn request(path: &Path, text: &str) -> Result<Request, Failure> {
    let name = plain(&path.display().to_string());
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json")) {
        return serde_json::from_str(&composed(text)).map_err(|error| {
            let Bilingual { vi, en } = json_fault(&error);
            Failure::usage(format!("{name}: yêu cầu không đúng: {vi}."), format!("{name}: no request: {en}."))
        });
    }
    Request::from_toml(&name, text)
        .map_err(|flaw| Failure::worded(Exit::Usage, |language| plain(&flaw.in_language(language))))
}

fn warn(findings: &[Finding], context: &Context) {
    for finding in findings.iter().filter(|finding| !finding.is_refusal()) {
        note(&plain(&finding.in_words(words(context.language))), context);
    }
}

fn note(what: &str, context: &Context) {
    tell(format_args!("{}: {what}", context.say("Lưu ý", "Note")));
}

/// What a scan lacks for a good copy, and whether the request speaks of as many pages as there are: told, not refused.
fn note_document(document: &Document<'_>, misses: &[Miss], request: &Request, context: &Context) {
    for miss in misses {
        note(&plain(&words(context.language).message_on(miss.page, miss.code, Some(&miss.measured))), context);
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
