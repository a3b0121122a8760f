//! Certifying: a request becomes a result that waits for its signatures, with its number, its lời chứng and its record.
//!
//! ```text
//! Intake::new    the request held against the law             nothing is written
//!   .job         the document read, room found, all tried out nothing is written
//! Job::carry_out
//!   a number, durable; the result made with it                a failure here leaves a recorded void
//!   the file kept: the front writes it, or drafts::prepare puts it into the archive
//!   the register told of the file                             last: it knows the file that is there
//! ```
//!
//! A process that dies in between leaves a pending number, which the same request takes up again.

mod record;
mod room;
mod row;

use kyso::{Code, Document};
use kyso_certification::agency::Agency;
use kyso_certification::catalogue::Catalogue;
use kyso_certification::check::{Checked, Finding, Switches, check};
use kyso_certification::code::LookupCode;
use kyso_certification::dossier::{DossierCode, ResultCode};
use kyso_certification::kinds::Kind;
use kyso_certification::metadata::Metadata;
use kyso_certification::number::CertificationNumber;
use kyso_certification::request::Request;
use kyso_certification::scan::{self, Miss};
use kyso_certification::template::Template;
use kyso_certification::{Preparation, PreparedResult};
use kyso_pdf::scan::Origin;
use kyso_pdf::{demand_readable_pages, raises_version};
use kyso_register::{Allotment, Entry, Prepared, Refusal, Register, Stamp, State};

pub use self::room::UnseenPage;
use self::room::{Rooms, Wanted};
use crate::drawn::Drawing;
use crate::error::{Error, FileRole};
use crate::record::demand_whole;

/// How often the same request may have failed before it needs another look.
const ATTEMPTS: u32 = 20;
/// Characters of a reason that the register keeps.
const LONGEST_REASON: usize = 480;

/// Where the QR symbol goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Qr {
    /// Where digitised documents have it (TCVN 7322:2009), and else under the statement.
    #[default]
    AsUsual,
    /// The upper left corner of page 1, or the next blank place.
    FirstPage,
    /// The lower left corner of the statement's last page.
    Statement,
    /// Nowhere.
    None,
}

/// What the officer chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choices {
    /// The result's ordinal within its dossier, from 1.
    pub result: u32,
    /// Where the QR symbol goes.
    pub qr: Qr,
    /// The statement goes onto the document's last page.
    pub on_last_page: bool,
    /// The date may lie in an earlier year.
    pub other_year: bool,
    /// The date may be earlier than the register's newest entry.
    pub out_of_order: bool,
    /// The officer answers for the clock, where the register doubts it.
    pub confirm_clock: bool,
    /// Every page that is made says that it's a sample (MẪU).
    pub sample: bool,
    /// A wording will do that wasn't compared with the law's text.
    pub allow_draft: bool,
}

impl Default for Choices {
    fn default() -> Self {
        Self {
            result: 1,
            qr: Qr::AsUsual,
            on_last_page: false,
            other_year: false,
            out_of_order: false,
            confirm_clock: false,
            sample: false,
            allow_draft: false,
        }
    }
}

/// The citizen's document, and what is needed to look at it.
#[derive(Clone)]
pub struct Paper<'a> {
    /// The document, taken in ([`take_in`](crate::paper::take_in)).
    pub document: &'a Document<'a>,
    /// The password that opens it.
    pub password: Option<&'a str>,
    /// What draws its pages.
    pub drawing: Drawing<'a>,
}

/// A request that was held against the law.
#[derive(Debug)]
pub struct Intake<'a> {
    request: &'a Request,
    agency: &'a Agency,
    catalogue: &'a Catalogue,
    choices: Choices,
    checked: Checked<'a>,
}

impl<'a> Intake<'a> {
    /// Holds a request against the rules of its kind and template.
    pub fn new(request: &'a Request, agency: &'a Agency, catalogue: &'a Catalogue, choices: Choices) -> Self {
        let checked = check(request, catalogue, Switches { drafts: choices.allow_draft });
        Self { request, agency, catalogue, choices, checked }
    }

    /// Everything that speaks against the request, refusals first.
    pub fn findings(&self) -> &[Finding] {
        &self.checked.findings
    }

    /// Reads the document, looks for room on it, and tries everything out with a number that no register gives out. Nothing
    /// is written.
    ///
    /// # Errors
    /// [`Error::Request`] where the law forbids the certification; [`Error::NoDossierCode`], [`Error::Value`],
    /// [`Error::NoRegister`]; [`Error::NotShown`], [`Error::NotWhole`] where the statement's page can't be drawn;
    /// [`Error::RecordNotWhole`]; [`Error::Library`] for what can't be made.
    pub fn job(self, paper: Option<Paper<'a>>, stamp: Stamp) -> Result<Job<'a>, Error> {
        let Self { request, agency, catalogue, choices, checked } = self;
        let (Some(kind), Some(template), false) = (checked.kind, checked.template, checked.is_refused()) else {
            return Err(Error::Request(checked.findings));
        };
        let wrong = Error::of(FileRole::Document);
        let mut rooms = Rooms::default();
        // A statement alone is digital from the start.
        let (mut origin, mut misses, mut is_on_first_pages) = (Origin::BornDigital, Vec::new(), false);
        if let Some(Paper { document, password, drawing }) = &paper {
            // What can't be read isn't blank, and what is put behind it would certify what nobody here has seen.
            demand_readable_pages(document).map_err(|error| wrong(error.into()))?;
            let examined = scan::examine(document).map_err(wrong)?;
            (origin, misses) = (examined.origin(), examined.misses);
            // Whatever is appended raises the version by itself.
            misses.retain(|miss: &Miss| miss.code != Code::ScanPdfVersion || !raises_version(document));
            is_on_first_pages = agency.lookup.is_some() && choices.qr.is_on_first_pages(origin);
            let wanted = Wanted {
                statement: choices.on_last_page,
                code: agency.lookup.as_deref().filter(|_| is_on_first_pages),
            };
            rooms = Rooms::of(document, *password, wanted, drawing.clone())?;
        }
        let dossier = dossier(request)?;
        // One result, one number: asked for again, with another document or another wording, it's still this result.
        let result = dossier.result(choices.result).map_err(Error::value(FileRole::Request))?;
        let sources = Sources { request, agency, catalogue, paper };
        let job =
            Job { sources, choices, dossier, result, kind, template, origin, misses, is_on_first_pages, rooms, stamp };
        job.make(&job.trial()?)?;
        Ok(job)
    }
}

impl Qr {
    /// Whether the symbol is wanted on one of the document's first pages.
    fn is_on_first_pages(self, origin: Origin) -> bool {
        match self {
            Self::FirstPage => true,
            Self::AsUsual => origin == Origin::Scanned,
            Self::Statement | Self::None => false,
        }
    }
}

/// What a result is made of.
struct Sources<'a> {
    request: &'a Request,
    agency: &'a Agency,
    catalogue: &'a Catalogue,
    paper: Option<Paper<'a>>,
}

impl Sources<'_> {
    fn document(&self) -> Option<&Document<'_>> {
        self.paper.as_ref().map(|paper| paper.document)
    }

    /// What errors are about: the document, or the request where there is none.
    fn subject(&self) -> FileRole {
        if self.paper.is_some() { FileRole::Document } else { FileRole::Request }
    }
}

/// A result that can be made: all that can fail was tried.
pub struct Job<'a> {
    sources: Sources<'a>,
    choices: Choices,
    dossier: DossierCode,
    /// What the register knows this request by.
    result: ResultCode,
    kind: &'a Kind,
    template: &'a Template,
    origin: Origin,
    misses: Vec<Miss>,
    is_on_first_pages: bool,
    rooms: Rooms,
    stamp: Stamp,
}

/// A result made with its number.
#[derive(Debug)]
pub struct Made {
    /// The entry with the number, as it was before the register is told of the file: [`State::Rendered`] where another file
    /// with this number waits to be signed, whose place this one takes.
    pub entry: Entry,
    /// What follows the document's bytes, the fields, the QR symbol.
    pub prepared: PreparedResult,
    /// The record of the result.
    pub metadata: Metadata,
    /// The file's digest and length.
    pub digest: Prepared,
}

/// A result that was made and kept, and that the register knows.
#[derive(Debug)]
pub struct Done<T> {
    /// The entry, told of the file.
    pub entry: Entry,
    /// The result.
    pub made: Made,
    /// What keeping it gave.
    pub kept: T,
}

impl<'a> Job<'a> {
    /// The kind of certification.
    pub fn kind(&self) -> &'a Kind {
        self.kind
    }

    /// First pages of the document that can't be shown, so that no QR symbol is put onto them.
    pub fn unseen(&self) -> &[UnseenPage] {
        &self.rooms.unseen
    }

    /// What the document lacks as a scan.
    pub fn misses(&self) -> &[Miss] {
        &self.misses
    }

    /// Whether the QR symbol was wanted on one of the document's first pages.
    pub fn is_on_first_pages(&self) -> bool {
        self.is_on_first_pages
    }

    /// What the register knows this request by.
    pub(crate) fn result(&self) -> &ResultCode {
        &self.result
    }

    /// Who certifies, and when.
    pub fn stamp(&self) -> &Stamp {
        &self.stamp
    }

    /// Gives the request its number, makes the result with it, has the file kept by `keep`, and tells the register of it last.
    /// From when the number is there until then it stays pending, and the same request takes it up again. Where the result can't
    /// be made after all, its number is voided: `word` writes the reason that the book keeps.
    ///
    /// # Errors
    /// Those of `keep`; and what `wrong` makes of [`Error::Register`], [`Error::ResultTaken`], [`Error::VoidedTooOften`] and
    /// the errors of making.
    pub async fn carry_out<T, E>(
        &self,
        register: &Register,
        wrong: impl Fn(Error) -> E,
        word: impl Fn(&Error) -> String,
        keep: impl AsyncFnOnce(&Made) -> Result<T, E>,
    ) -> Result<Done<T>, E> {
        let made = self.prepare(register, word).await.map_err(&wrong)?;
        let kept = keep(&made).await?;
        let told = register.rendered(&made.entry.id(), &made.digest, &self.stamp).await;
        let entry = told.map_err(|error| wrong(error.into()))?;
        Ok(Done { entry, made, kept })
    }

    /// Gives the request its number and makes the result with it.
    async fn prepare(&self, register: &Register, word: impl Fn(&Error) -> String) -> Result<Made, Error> {
        let entry = self.allot(register).await?;
        // What was handed out isn't written anew.
        if !matches!(entry.state, State::Allotted | State::Rendered) {
            let (number, state) = (entry.number, entry.state);
            return Err(kyso_register::Error::Refused(Refusal::State { number, state }).into());
        }
        // The book has the date under which the number was given out: a paper with another date isn't its paper.
        if entry.date != self.sources.request.date {
            return Err(Error::ResultTaken { result: self.result.to_string(), number: entry.number });
        }
        match self.make(&entry.number) {
            Ok((prepared, metadata, digest)) => Ok(Made { entry, prepared, metadata, digest }),
            Err(error) => {
                // A file with this number that waits to be signed keeps it.
                if entry.state == State::Allotted {
                    let reason: String = word(&error).chars().take(LONGEST_REASON).collect();
                    register.void(&entry.id(), &reason, &self.stamp).await?;
                }
                Err(error)
            }
        }
    }

    /// The result's file: the document, and what was appended to it.
    pub fn file(&self, prepared: &PreparedResult) -> Vec<u8> {
        [self.sources.document().map(Document::bytes).unwrap_or_default(), &prepared.tail].concat()
    }

    /// A number that no register gives out: what can't be made with it can't be made at all.
    fn trial(&self) -> Result<CertificationNumber, Error> {
        let date = self.sources.request.date;
        let symbol = self.sources.catalogue.kinds.symbol(self.kind, date);
        let symbol = symbol.ok_or_else(|| Error::NoRegister { kind: self.kind.code.clone(), date })?;
        Ok(CertificationNumber { symbol: symbol.to_owned(), year: date.year(), ordinal: 99_999, book: 99 })
    }

    /// The number of this request. Where it was voided, the request begins anew under another key.
    async fn allot(&self, register: &Register) -> Result<Entry, Error> {
        let (request, key) = (self.sources.request, self.result.to_string());
        let register = &if self.choices.confirm_clock { register.with_clock_confirmed() } else { register.clone() };
        let symbol = self.trial()?.symbol;
        let mut allotment = Allotment {
            register: symbol,
            date: Some(request.date),
            request: key.clone(),
            row: row::of(request, self.kind, &self.sources.catalogue.kinds, &self.dossier),
            other_year: self.choices.other_year,
            out_of_order: self.choices.out_of_order,
        };
        for attempt in 2..ATTEMPTS {
            match register.allot(&allotment, &self.stamp).await {
                // A request that was corrected after its number was voided begins anew too.
                Err(kyso_register::Error::Refused(Refusal::RequestReused { number, .. })) => {
                    let entry = register.entry(&register.definitions().id(&number)?).await?;
                    if entry.is_none_or(|entry| entry.state != State::Void) {
                        return Err(Error::ResultTaken { result: key, number });
                    }
                    allotment.request = format!("{key}/{attempt}");
                }
                Err(kyso_register::Error::Refused(Refusal::RequestVoid { .. })) => {
                    allotment.request = format!("{key}/{attempt}");
                }
                allotted => return Ok(allotted?.entry),
            }
        }
        Err(Error::VoidedTooOften { attempts: ATTEMPTS })
    }

    fn make(&self, number: &CertificationNumber) -> Result<(PreparedResult, Metadata, Prepared), Error> {
        let wrong = Error::of(self.sources.subject());
        let code = self.code()?;
        let document = self.sources.document();
        let mut metadata = record::of(self, number);
        metadata.lookup_code = code.clone().filter(|_| self.sources.agency.lookup.is_some());
        let (kinds, agency) = (&self.sources.catalogue.kinds, self.sources.agency);
        let mut preparation =
            Preparation::new(self.template, self.sources.request, kinds, number, agency, self.stamp.at);
        preparation.metadata = Some(&metadata);
        preparation.code = code.as_ref();
        preparation.qr_place = self.rooms.code;
        preparation.room = self.rooms.statement.as_ref();
        preparation.sample = self.choices.sample;
        preparation.allow_draft = self.choices.allow_draft;
        let prepared = kyso_certification::prepare(document, &preparation).map_err(wrong)?;
        let file = self.file(&prepared);
        let password = self.sources.paper.as_ref().and_then(|paper| paper.password);
        let pages = Document::parse_with_password(&file, password).and_then(|document| document.page_count());
        let pages = pages.map_err(|error| wrong(error.into()))?;
        metadata.page_amount = u16::try_from(pages).ok();
        demand_whole(FileRole::Request, &metadata, false)?;
        Ok((prepared, metadata, Prepared::of(&file)))
    }

    fn code(&self) -> Result<Option<LookupCode>, Error> {
        if self.choices.qr == Qr::None {
            return Ok(None);
        }
        let mut random = [0; 12];
        getrandom::fill(&mut random).map_err(|error| Error::Random(Box::new(error)))?;
        Ok(Some(LookupCode::from_random(random)))
    }
}

fn dossier(request: &Request) -> Result<DossierCode, Error> {
    let code = request.dossier_code.as_ref().ok_or(Error::NoDossierCode)?;
    code.parse().map_err(Error::value(FileRole::DossierCode))
}
