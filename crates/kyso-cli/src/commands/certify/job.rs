//! A certification result in the making: the number allotted, the statement set with it, the record beside it. What
//! `kyso certify` and `kyso demo` have in common.
//!
//! Everything that can fail is tried before a number is given out. What fails afterwards leaves a recorded void; a process
//! that dies leaves a pending number, which the same request takes up again.

use std::path::Path;

use kyso::language::Language;
use kyso::pdf::{Document, Password};
use kyso_certification::Catalogue;
use kyso_certification::agency::Agency;
use kyso_certification::check::Checked;
use kyso_certification::code::LookupCode;
use kyso_certification::dossier::DossierCode;
use kyso_certification::kinds::Kind;
use kyso_certification::metadata::Metadata;
use kyso_certification::number::CertificationNumber;
use kyso_certification::request::Request;
use kyso_certification::scan::{self, Origin};
use kyso_certification::template::Template;
use kyso_certification::{Preparation, PreparedResult};
use kyso_register::{Allotment, Entry, EntryId, Error, Prepared, Refusal, Register, Stamp, State};

use super::room::Rooms;
use super::{record, row};
use crate::commands::register::record::demand_whole;
use crate::commands::register::{defect, told};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::text::plain;

/// How often the same request may have failed before it needs another look.
const ATTEMPTS: u32 = 20;

/// What a result is made of: files as they were named, and what was read in them.
#[derive(Clone, Copy)]
pub(crate) struct Sources<'a> {
    pub(crate) request: (&'a Path, &'a str, &'a Request),
    pub(crate) agency: &'a Agency,
    pub(crate) catalogue: &'a Catalogue,
    /// The citizen's document, and the password that opens it.
    pub(crate) document: Option<(&'a Path, &'a Document<'a>)>,
    pub(crate) password: Option<&'a Password>,
    /// Where the document's pages have room, as far as that was asked for.
    pub(crate) rooms: &'a Rooms,
}

/// Where the QR symbol goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Qr {
    /// Where digitised documents have it (TCVN 7322:2009), and else under the statement.
    AsUsual,
    FirstPage,
    Statement,
    None,
}

impl Qr {
    /// Whether it's wanted on one of the document's first pages.
    pub(super) fn is_on_first_pages(self, document: (&Path, &Document<'_>)) -> Result<bool, Failure> {
        Ok(match self {
            Self::FirstPage => true,
            Self::AsUsual => origin_of(document)? == Origin::Scanned,
            Self::Statement | Self::None => false,
        })
    }
}

/// What the officer chooses.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Choices {
    /// The result's ordinal within its dossier.
    pub(crate) result: u32,
    pub(crate) qr: Qr,
    pub(crate) other_year: bool,
    pub(crate) out_of_order: bool,
    pub(crate) sample: bool,
    pub(crate) allow_draft: bool,
}

/// All that a result is made of.
pub(crate) struct Job<'a> {
    pub(super) sources: Sources<'a>,
    pub(super) choices: Choices,
    pub(super) dossier: DossierCode,
    pub(super) kind: &'a Kind,
    template: &'a Template,
    pub(super) origin: Origin,
    /// What the register knows this request by.
    key: String,
    stamp: Stamp,
}

/// A result made, and what is told about it.
pub(crate) struct Made {
    pub(crate) prepared: PreparedResult,
    pub(crate) metadata: Metadata,
    /// The file's digest, which the register keeps.
    digest: Prepared,
}

impl<'a> Job<'a> {
    /// A request that was held against the law, with its sources.
    pub(crate) fn new(
        checked: &Checked<'a>,
        sources: Sources<'a>,
        choices: Choices,
        stamp: Stamp,
    ) -> Result<Self, Failure> {
        let (Some(kind), Some(template), false) = (checked.kind, checked.template, checked.is_refused()) else {
            return Err(refused(checked));
        };
        let (path, _, request) = sources.request;
        let dossier = dossier(request)?;
        // One result, one number: asked for again, with another document or another wording, it's still this result.
        let result = dossier.result(choices.result).map_err(|error| Failure::usage_of(path, &error))?;
        Ok(Self {
            sources,
            choices,
            dossier,
            kind,
            template,
            origin: origin(&sources)?,
            key: result.to_string(),
            stamp,
        })
    }

    /// The number allotted, and the result made with it; `keep` puts the file onto the disk.
    ///
    /// From then on the number stays pending if something fails: the same command takes it up again. The register is told
    /// of the file last, so that it knows the one that is there even where two do this at once.
    pub(crate) async fn allot_and_make(
        &self,
        register: Register,
        keep: impl FnOnce(&Entry, &Made) -> Result<(), Failure>,
    ) -> Result<(Entry, Made), Failure> {
        let entry = self.allot(&register).await?;
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
                register.void(&id, &reason, &self.stamp).await.map_err(told)?;
                return Err(failure);
            }
        };
        keep(&entry, &made)?;
        let entry = register.rendered(&id, &made.digest, &self.stamp).await.map_err(told)?;
        Ok((entry, made))
    }

    /// Makes the result with a number that no register gives out: what can't be made with it can't be made at all.
    pub(crate) fn try_out(&self) -> Result<(), Failure> {
        self.make(&self.trial()?).map(|_| ())
    }

    /// A number that no register gives out: what can't be made with it can't be made at all.
    fn trial(&self) -> Result<CertificationNumber, Failure> {
        let date = self.sources.request.2.date;
        let symbol = self.sources.catalogue.kinds.symbol(self.kind, date).ok_or_else(|| {
            Failure::new(
                Exit::Refused,
                format!("Loại {} không có sổ chứng thực cho ngày {date}.", self.kind.code),
                format!("Kind {} has no register for {date}.", self.kind.code),
            )
        })?;
        Ok(CertificationNumber { symbol: symbol.to_owned(), year: date.year(), ordinal: 99_999, book: 99 })
    }

    /// The number of this request. Where it was voided, the request begins anew under another key.
    async fn allot(&self, register: &Register) -> Result<Entry, Failure> {
        let (_, _, request) = self.sources.request;
        let symbol = self.trial()?.symbol;
        let mut allotment = Allotment {
            register: symbol,
            date: Some(request.date),
            request: self.key.clone(),
            row: row::of(request, self.kind, &self.sources.catalogue.kinds, &self.dossier),
            other_year: self.choices.other_year,
            out_of_order: self.choices.out_of_order,
        };
        for attempt in 2..ATTEMPTS {
            match register.allot(&allotment, &self.stamp).await {
                // A request that was corrected after its number was voided begins anew too.
                Err(Error::Refused(Refusal::RequestReused { number, .. })) => {
                    let id = register.definitions().id(&number).map_err(told)?;
                    let entry = register.entry(&id).await.map_err(told)?;
                    if entry.is_none_or(|entry| entry.state != State::Void) {
                        return Err(self.reused(&number));
                    }
                    allotment.request = format!("{}/{attempt}", self.key);
                }
                Err(Error::Refused(Refusal::RequestVoid { .. })) => {
                    allotment.request = format!("{}/{attempt}", self.key);
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

    /// Another request under the code of a result that has its number.
    fn reused(&self, number: &CertificationNumber) -> Failure {
        let key = &self.key;
        Failure::new(
            Exit::Refused,
            format!(
                "Kết quả {key} đã có số {number} với nội dung khác. Sửa yêu cầu: hãy bỏ số đó trước (kyso register void). \
                 Kết quả khác của cùng hồ sơ: dùng --result N."
            ),
            format!(
                "Result {key} has number {number} with other contents. To correct the request, void that number first \
                 (kyso register void). For another result of the same dossier, use --result N."
            ),
        )
    }

    fn make(&self, number: &CertificationNumber) -> Result<Made, Failure> {
        let code = self.code()?;
        let document = self.sources.document.map(|(_, document)| document);
        let mut metadata = record::of(self, number)?;
        metadata.lookup_code = code.clone().filter(|_| self.sources.agency.lookup.is_some());
        let (kinds, agency) = (&self.sources.catalogue.kinds, self.sources.agency);
        let mut preparation =
            Preparation::new(self.template, self.sources.request.2, kinds, number, agency, self.stamp.at);
        preparation.metadata = Some(&metadata);
        preparation.code = code.as_ref();
        preparation.qr_place = self.sources.rooms.code;
        preparation.room = self.sources.rooms.statement.as_ref();
        preparation.sample = self.choices.sample;
        preparation.allow_draft = self.choices.allow_draft;
        let prepared = kyso_certification::prepare(document, &preparation)
            .map_err(|error| Failure::library(self.subject(), &error))?;
        let mut file = document.map(Document::bytes).unwrap_or_default().to_vec();
        file.extend_from_slice(&prepared.tail);
        metadata.page_amount = Document::parse_with_password(&file, self.sources.password.map(Password::as_str))
            .and_then(|document| document.page_count())
            .map_err(|error| Failure::library(self.subject(), &error.into()))
            .map(|pages| u16::try_from(pages).ok())?;
        demand_whole(self.sources.request.0, &metadata, false)?;
        Ok(Made { prepared, metadata, digest: Prepared::of(&file) })
    }

    /// What errors are about: the document, or the request where there is none.
    fn subject(&self) -> &Path {
        self.sources.document.map_or(self.sources.request.0, |(path, _)| path)
    }

    fn code(&self) -> Result<Option<LookupCode>, Failure> {
        if self.choices.qr == Qr::None {
            return Ok(None);
        }
        let mut random = [0; 12];
        getrandom::fill(&mut random).map_err(defect)?;
        Ok(Some(LookupCode::from_random(random)))
    }
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
fn origin(sources: &Sources<'_>) -> Result<Origin, Failure> {
    sources.document.map_or(Ok(Origin::BornDigital), origin_of)
}

fn origin_of((path, document): (&Path, &Document<'_>)) -> Result<Origin, Failure> {
    Ok(scan::examine(document).map_err(|error| Failure::library(path, &error))?.origin())
}

/// Every refusal, not only the first.
fn refused(checked: &Checked<'_>) -> Failure {
    let told = |language| {
        let refusals = checked.findings.iter().filter(|finding| finding.is_refusal());
        refusals.map(|finding| plain(&finding.in_language(language))).collect::<Vec<_>>().join("\n     ")
    };
    Failure::new(Exit::Refused, told(Language::Vietnamese), told(Language::English))
}
