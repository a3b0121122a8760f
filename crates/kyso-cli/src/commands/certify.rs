//! `kyso certify`: a certification result made ready for those who sign it. The request is held against the law, a number
//! allotted, the lời chứng set with it and put behind the citizen's document, a field reserved for everyone who signs.
//!
//! Everything that can fail is tried before a number is given out. What fails afterwards leaves a recorded void; a process
//! that dies leaves a pending number, which the same request takes up again.

mod record;
mod room;
mod row;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use jiff::civil::DateTime;
use kyso::appearance::geometry::Rectangle;
use kyso::certification::agency::Agency;
use kyso::certification::check::{Checked, Switches, check};
use kyso::certification::code::LookupCode;
use kyso::certification::deadline::due;
use kyso::certification::dossier::DossierCode;
use kyso::certification::kinds::Kind;
use kyso::certification::metadata::Metadata;
use kyso::certification::number::CertificationNumber;
use kyso::certification::request::Request;
use kyso::certification::stamp::QrPlace;
use kyso::certification::template::Template;
use kyso::certification::{Catalogue, fee};
use kyso::language::Language;
use kyso::pdf::scan::{self, Origin};
use kyso::pdf::{Document, Password};
use kyso::{Preparation, PreparedResult};
use kyso_archive::register::{Allotment, Entry, EntryId, Error, Prepared, Refusal, Register, State};

use super::register::{Officer, Place, told};
use super::templates::catalogue;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::output::Output;
use crate::text::plain;

/// Larger than any request and any agency's file.
const LIMIT: u64 = 1 << 20;
/// How often the same request may have failed before it needs another look.
const ATTEMPTS: u32 = 20;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[arg(value_name = "REQUEST")]
    request: PathBuf,
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
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
    record: Option<PathBuf>,
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
    /// The upper left corner of page 1 (TCVN 7322:2009).
    FirstPage,
    /// The lower left corner of the statement's last page.
    Statement,
    None,
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let record = arguments.record.clone().unwrap_or_else(|| arguments.output.with_extension("json"));
    if std::path::absolute(&record).ok() == std::path::absolute(&arguments.output).ok() {
        let name = plain(&record.display().to_string());
        return Err(Failure::usage(
            format!("{name} không thể vừa là kết quả vừa là dữ liệu đặc tả; hãy đặt tên khác bằng --record."),
            format!("{name} can't be both the result and its metadata; name another with --record."),
        ));
    }
    let mut inputs = vec![arguments.request.as_path(), &arguments.agency];
    inputs.extend(arguments.document.as_deref());
    let output = Output::new(&arguments.output, arguments.force, &inputs)?;
    let record = Output::new(&record, arguments.force, &inputs)?;
    let text = input::small_text(&arguments.request, LIMIT)?;
    let request = request(&arguments.request, &text)?;
    let agency_name = arguments.agency.display().to_string();
    let agency = Agency::from_toml(&agency_name, &input::small_text(&arguments.agency, LIMIT)?)
        .map_err(|error| Failure::library(&arguments.agency, &error))?;
    let catalogue = catalogue(arguments.templates.as_deref())?;
    let checked = check(&request, &catalogue, Switches { drafts: arguments.allow_draft });
    warn(&checked, context);
    let (Some(kind), Some(template), false) = (checked.kind, checked.template, checked.is_refused()) else {
        return Err(refused(&checked));
    };
    let bytes = arguments.document.as_deref().map(input::document).transpose()?;
    let document = match (&bytes, &arguments.document) {
        (Some(bytes), Some(path)) => Some(
            Document::parse_with_password(bytes, arguments.password.as_ref().map(Password::as_str))
                .map_err(|error| Failure::library(path, &error))?,
        ),
        _ => None,
    };
    let origin = origin(document.as_ref(), arguments)?;
    let room = match (&document, arguments.on_last_page) {
        (Some(document), true) => Some(room::on_last_page(document, arguments)?),
        _ => None,
    };
    let job = Job {
        arguments,
        context,
        request: &request,
        dossier: dossier(&request)?,
        agency: &agency,
        catalogue: &catalogue,
        kind,
        template,
        document: document.as_ref(),
        origin,
        room,
        key: key(&text, bytes.as_deref().unwrap_or_default()),
    };
    job.run(&output, &record)
}

/// All that a result is made of.
struct Job<'a> {
    arguments: &'a Arguments,
    context: &'a Context,
    request: &'a Request,
    dossier: DossierCode,
    agency: &'a Agency,
    catalogue: &'a Catalogue,
    kind: &'a Kind,
    template: &'a Template,
    document: Option<&'a Document<'a>>,
    origin: Origin,
    /// Where the document's last page has room for the statement, if it shall stand there.
    room: Option<Rectangle>,
    /// What the register knows this request by.
    key: String,
}

/// A result made, and what is told about it.
struct Made {
    prepared: PreparedResult,
    metadata: Metadata,
    /// The first bytes of the file, which are the citizen's document, and the rest.
    digest: Prepared,
}

impl Job<'_> {
    fn run(&self, output: &Output, record: &Output) -> Result<Exit, Failure> {
        self.make(&self.trial()?)?;
        output.demand_writable()?;
        record.demand_writable()?;
        let (entry, made) = self.arguments.place.with(|register| self.certify(register, output, record))?;
        self.tell(&entry, &made)?;
        Ok(Exit::Done)
    }

    /// A number that no register gives out: what can't be made with it can't be made at all.
    fn trial(&self) -> Result<CertificationNumber, Failure> {
        let date = self.request.date;
        let symbol = self.catalogue.kinds.symbol(self.kind, date).ok_or_else(|| {
            Failure::new(
                Exit::Refused,
                format!("Loại {} không có sổ chứng thực cho ngày {date}.", self.kind.code),
                format!("Kind {} has no register for {date}.", self.kind.code),
            )
        })?;
        Ok(CertificationNumber { symbol: symbol.to_owned(), year: date.year(), ordinal: 99_999, book: 99 })
    }

    async fn certify(&self, register: Register, output: &Output, record: &Output) -> Result<(Entry, Made), Failure> {
        let entry = self.allot(&register).await?;
        let stamp = self.arguments.officer.stamp(self.context);
        // What was handed out isn't written anew.
        if !matches!(entry.state, State::Allotted | State::Rendered) {
            let (number, state) = (entry.number, entry.state);
            return Err(told(Error::Refused(Refusal::State { number, state })));
        }
        let id = EntryId { register: entry.register.clone(), year: entry.number.year, ordinal: entry.number.ordinal };
        let made = match self.make(&entry.number) {
            Ok(made) => made,
            Err(failure) => {
                let reason = failure.in_language(Language::Vietnamese).chars().take(480).collect::<String>();
                register.void(&id, &reason, &stamp).await.map_err(told)?;
                return Err(failure);
            }
        };
        // From here on the number stays pending if something fails: the same command takes it up again. The register is
        // told of the file last, so that it knows the one that is there even where two do this at once.
        let known = self.document.map(Document::bytes).unwrap_or_default();
        output.write(|sink| sink.write_all(known).and_then(|()| sink.write_all(&made.prepared.tail)))?;
        let json = serde_json::to_string_pretty(&made.metadata).map_err(super::register::defect)?;
        record.write(|sink| writeln!(sink, "{json}"))?;
        let entry = register.rendered(&id, &made.digest, &stamp).await.map_err(told)?;
        Ok((entry, made))
    }

    /// The number of this request. Where it was voided, the request begins anew under another key.
    async fn allot(&self, register: &Register) -> Result<Entry, Failure> {
        let stamp = self.arguments.officer.stamp(self.context);
        let symbol = self.trial()?.symbol;
        let mut allotment = Allotment {
            register: symbol,
            date: Some(self.request.date),
            request: self.key.clone(),
            row: row::of(self.request, self.kind, &self.catalogue.kinds, &self.dossier),
            other_year: self.arguments.other_year,
            out_of_order: self.arguments.out_of_order,
        };
        for attempt in 2..ATTEMPTS {
            match register.allot(&allotment, &stamp).await {
                Err(Error::Refused(Refusal::RequestVoid { .. })) => {
                    allotment.request = format!("{}/{attempt}", self.key)
                }
                allotted => return Ok(allotted.map_err(told)?.entry),
            }
        }
        Err(Failure::new(
            Exit::Refused,
            format!("Yêu cầu này đã bị hủy số {ATTEMPTS} lần; hãy xem lại trước khi cấp số nữa."),
            format!("Numbers of this request were voided {ATTEMPTS} times; look into it before another is given out."),
        ))
    }

    fn make(&self, number: &CertificationNumber) -> Result<Made, Failure> {
        let code = self.code()?;
        let mut metadata = record::of(self, number)?;
        let prepared = kyso::prepare(
            self.document,
            &Preparation {
                template: self.template,
                request: self.request,
                kinds: &self.catalogue.kinds,
                number,
                agency: self.agency,
                metadata: Some(&metadata),
                time: self.context.now,
                code: code.as_ref(),
                qr_place: self.qr_place(),
                room: self.room,
                sample: self.arguments.sample,
                allow_draft: self.arguments.allow_draft,
            },
        )
        .map_err(|error| Failure::library(self.subject(), &error))?;
        let mut file = self.document.map(Document::bytes).unwrap_or_default().to_vec();
        file.extend_from_slice(&prepared.tail);
        metadata.page_amount =
            Document::parse_with_password(&file, self.arguments.password.as_ref().map(Password::as_str))
                .and_then(|document| document.page_count())
                .map_err(|error| Failure::library(self.subject(), &error))
                .map(|pages| u16::try_from(pages).ok())?;
        metadata.lookup_code = prepared.qr.is_some().then_some(code).flatten();
        record::demand_whole(&metadata)?;
        Ok(Made { prepared, metadata, digest: Prepared::of(&file) })
    }

    /// What errors are about: the document, or the request where there is none.
    fn subject(&self) -> &Path {
        self.arguments.document.as_deref().unwrap_or(&self.arguments.request)
    }

    fn code(&self) -> Result<Option<LookupCode>, Failure> {
        if self.arguments.qr == Some(QrArgument::None) {
            return Ok(None);
        }
        let mut random = [0; 12];
        getrandom::fill(&mut random).map_err(super::register::defect)?;
        Ok(Some(LookupCode::from_random(random)))
    }

    /// Digitised documents have it in the upper left corner of page 1.
    fn qr_place(&self) -> Option<QrPlace> {
        let first = match self.arguments.qr {
            Some(place) => place == QrArgument::FirstPage,
            None => self.document.is_some() && self.origin == Origin::Scanned,
        };
        first.then_some(QrPlace::UpperLeft(1))
    }

    fn tell(&self, entry: &Entry, made: &Made) -> Result<(), Failure> {
        let context = self.context;
        let file = plain(&self.arguments.output.display().to_string());
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
            if let Some(due) = self.due() {
                writeln!(sink, "  {}: {due}", context.say("Hạn trả kết quả", "Due"))?;
            }
            let amount = fee::dong(made.metadata.fee.unwrap_or_default());
            writeln!(sink, "  {}: {amount}", context.say("Lệ phí", "Fee"))
        })
    }

    fn due(&self) -> Option<String> {
        let received: DateTime = self.request.received?;
        let due = due(self.kind.deadline, received, &self.catalogue.calendar).ok()?;
        let (date, hour) = (due.date.strftime("%d/%m/%Y"), due.appointment.map(|at| at.strftime(" %H:%M").to_string()));
        Some(format!("{date}{}", hour.unwrap_or_default()))
    }
}

fn request(path: &Path, text: &str) -> Result<Request, Failure> {
    let name = path.display().to_string();
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json")) {
        return serde_json::from_str(text).map_err(|error| {
            Failure::usage(format!("{name}: yêu cầu không đúng: {error}."), format!("{name}: no request: {error}."))
        });
    }
    Request::from_toml(&name, text).map_err(|flaw| {
        Failure::usage(plain(&flaw.in_language(Language::Vietnamese)), plain(&flaw.in_language(Language::English)))
    })
}

fn dossier(request: &Request) -> Result<DossierCode, Failure> {
    let Some(code) = &request.dossier_code else {
        return Err(Failure::new(
            Exit::Refused,
            "Yêu cầu thiếu dossier-code (mã hồ sơ): kết quả điện tử mang mã <mã hồ sơ>-KQ(n) (Nghị định 45/2020/NĐ-CP, \
             Điều 14 khoản 3 điểm d).",
            "The request lacks dossier-code: an electronic result is known as <dossier>-KQ(n) (Nghị định 45/2020/NĐ-CP, \
             Điều 14 khoản 3 điểm d).",
        ));
    };
    code.parse().map_err(|error| Failure::usage_of(Path::new("dossier-code"), &error))
}

/// Scanned where most of it is; a statement alone is digital from the start.
fn origin(document: Option<&Document<'_>>, arguments: &Arguments) -> Result<Origin, Failure> {
    let (Some(document), Some(path)) = (document, &arguments.document) else { return Ok(Origin::BornDigital) };
    Ok(scan::examine(document).map_err(|error| Failure::library(path, &error))?.origin())
}

/// The same request for the same document is the same result.
fn key(request: &str, document: &[u8]) -> String {
    let together = [request.as_bytes(), document].map(|part| Prepared::of(part).sha256).concat();
    Prepared::of(together.as_bytes()).sha256
}

fn warn(checked: &Checked<'_>, context: &Context) {
    for finding in checked.findings.iter().filter(|finding| !finding.is_refusal()) {
        let word = context.say("Lưu ý", "Note");
        eprintln!("{word}: {}", plain(&finding.in_language(context.language)));
    }
}

/// Every refusal, not only the first.
fn refused(checked: &Checked<'_>) -> Failure {
    let told = |language| {
        let refusals = checked.findings.iter().filter(|finding| finding.is_refusal());
        refusals.map(|finding| plain(&finding.in_language(language))).collect::<Vec<_>>().join("\n     ")
    };
    Failure::new(Exit::Refused, told(Language::Vietnamese), told(Language::English))
}
