//! `kyso register export`: a month's or a year's book, and the year's closing.

use std::io::Write as _;

use clap::{ArgGroup, Args, ValueEnum};
use kyso::{Document, FieldToReserve, reserve};
use kyso_certification::typeset::sheet::Typeset;
use kyso_register::export::pdf::{self, Paper};
use kyso_register::export::{self, Extract, Period};
use kyso_register::{Certifier, Closing, Head, Office, Register, Stamp};

use super::{Place, defect, reported};
use crate::context::Context;
use crate::existing::Kind;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::guarded::OutputPath;
use crate::output::Output;
use crate::values::{millimetres, month, year};

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("what").args(["register", "closing"]).required(true)))]
#[command(group(ArgGroup::new("period").args(["month", "year"]).required(true)))]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Place,
    #[arg(long, value_name = "SYMBOL")]
    register: Option<String>,
    #[arg(long, requires = "year")]
    closing: bool,
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    month: Option<(i16, i8)>,
    #[arg(long, value_name = "YYYY", value_parser = year)]
    year: Option<i16>,
    #[arg(long, value_enum, value_name = "pdf|csv|json")]
    format: Format,
    #[arg(short, long, value_name = "FILE")]
    output: OutputPath,
    #[arg(long)]
    force: bool,
    #[arg(long)]
    full: bool,
    #[arg(long, value_name = "NAME")]
    certifier: Option<String>,
    #[arg(long, value_name = "TITLE")]
    title: Option<String>,
    #[arg(long, value_name = "NAME")]
    agency: Option<String>,
    #[arg(long, value_name = "NAME")]
    superior: Option<String>,
    #[arg(long, value_name = "NAME")]
    locality: Option<String>,
    #[arg(long, value_name = "MM", value_parser = millimetres)]
    seal_mm: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Pdf,
    Csv,
    Json,
}

impl Format {
    fn kind(self) -> Kind {
        match self {
            Self::Pdf => Kind::Pdf,
            Self::Csv => Kind::BookCsv,
            Self::Json => Kind::BookJson,
        }
    }
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let output = Output::new(&arguments.output, arguments.format.kind(), arguments.force, context)?;
    let content = arguments.place.look(context, |register| async move {
        match arguments.closing {
            true => arguments.closing(&register, context).await,
            false => arguments.book(&register, context).await,
        }
    })?;
    output.write(|sink| sink.write_all(&content))?;
    Ok(Exit::Done)
}

impl Arguments {
    fn period(&self) -> Period {
        match self.month {
            Some((year, month)) => Period::Month { year, month },
            None => Period::Year(self.year.unwrap_or_default()),
        }
    }

    async fn book(&self, register: &Register, context: &Context) -> Result<Vec<u8>, Failure> {
        let name = self.register.as_deref().unwrap_or_default();
        let definition = register.definitions().register(name).map_err(reported)?;
        let entries = register.list(&self.period().filter(definition)).await.map_err(reported)?;
        let extract = Extract { register: definition, period: self.period(), entries: &entries, full: self.full };
        match self.format {
            Format::Csv => Ok(export::csv(&extract)),
            Format::Json => export::json(&extract).map_err(reported),
            Format::Pdf => {
                let head = register.head().await.map_err(reported)?;
                let paper = self.paper(&register.definitions().office, head, context)?;
                with_fields(&pdf::book(&extract, &paper).map_err(reported)?)
            }
        }
    }

    async fn closing(&self, register: &Register, context: &Context) -> Result<Vec<u8>, Failure> {
        let closings = register.closings(self.period().year()).await.map_err(reported)?;
        match self.format {
            Format::Csv => Err(Failure::usage(
                "Bản khóa sổ chỉ có pdf hoặc json; csv là của từng sổ (--register).",
                "The closing comes as pdf or json; csv is for a register's book (--register).",
            )),
            Format::Json => {
                let mut json = closing_json(&closings, self.period().year()).map_err(defect)?.into_bytes();
                json.push(b'\n');
                Ok(json)
            }
            Format::Pdf => {
                let head = register.head().await.map_err(reported)?;
                let paper = self.paper(&register.definitions().office, head, context)?;
                let definitions = register.definitions();
                with_fields(&pdf::closing(&closings, definitions, &paper).map_err(reported)?)
            }
        }
    }
}

impl Arguments {
    /// Who prints and signs, by the command line or else by the office's file. A paper to be signed names its signer.
    fn paper(&self, office: &Office, head: Head, context: &Context) -> Result<Paper, Failure> {
        let known = |given: &Option<String>, office: &Option<String>| given.clone().or_else(|| office.clone());
        let missing = |argument: &str| {
            Failure::usage(
                format!("Bản PDF cần {argument} (hoặc mục [office] trong registers.toml)."),
                format!("The PDF needs {argument} (or the section [office] in registers.toml)."),
            )
        };
        let signer = |given: &Option<String>, argument: &str| match (given, self.full || self.closing) {
            (Some(given), _) => Ok(given.clone()),
            (None, false) => Ok(String::new()),
            (None, true) => Err(Failure::usage(
                format!("Bản để ký cần {argument}."),
                format!("A paper to be signed needs {argument}."),
            )),
        };
        Ok(Paper {
            superior: known(&self.superior, &office.superior),
            agency: known(&self.agency, &office.agency).ok_or_else(|| missing("--agency"))?,
            locality: known(&self.locality, &office.place).ok_or_else(|| missing("--locality"))?,
            date: Stamp { by: String::new(), at: context.now }.today(),
            created: context.now,
            certifier: Certifier {
                name: signer(&self.certifier, "--certifier")?,
                title: signer(&self.title, "--title")?,
            },
            seal_mm: self.seal_mm,
            head: Some(head),
        })
    }
}

/// The paper, with a signature field in each place where someone is to sign.
fn with_fields(typeset: &Typeset) -> Result<Vec<u8>, Failure> {
    if typeset.places.is_empty() {
        return Ok(typeset.pdf.clone());
    }
    let fields = typeset.places.iter().map(FieldToReserve::from).collect::<Vec<_>>();
    let document = Document::parse(&typeset.pdf).map_err(defect)?;
    let tail = reserve(&document, &fields).map_err(defect)?;
    Ok([typeset.pdf.as_slice(), &tail.bytes].concat())
}

/// A closing for machines.
pub(super) fn closing_json(closings: &[Closing], year: i16) -> Result<String, serde_json::Error> {
    let registers = closings.iter().map(|closing| {
        let Closing { register, totals, event, .. } = closing;
        serde_json::json!({ "register": register, "totals": totals, "by": event.by, "at": event.at })
    });
    serde_json::to_string_pretty(&serde_json::json!({
        "format": "kyso-register-closing",
        "version": 1,
        "year": year,
        "registers": registers.collect::<Vec<_>>(),
    }))
}
