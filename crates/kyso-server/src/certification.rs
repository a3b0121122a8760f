//! Certifying and issuing: a request as the desk's use cases take it, and the answer that is kept.

use jiff::Timestamp;
use kyso::{Bilingual, Document, Language, Role};
use kyso_archive::{Draft, DraftBegun, Meta};
use kyso_certification::request::{Request, composed};
use kyso_desk::certify::{Intake, Job, Made, Paper};
use kyso_desk::check::Viewer;
use kyso_desk::drafts::{self, Store};
use kyso_desk::issue::{self, Issued, Issuing};
use kyso_desk::paper::take_in;
use kyso_desk::sign::By;
use kyso_register::{Stamp, State};
use kyso_words::not_shown;
use serde_json::{Value, json};
use tokio::runtime::Handle;

use crate::authorization::Caller;
use crate::parameters::{CertifyParameters, IssueParameters};
use crate::problem::{Problem, Result};
use crate::service::Shared;
use crate::terms::words;
use crate::upload::Upload;

/// A request for a result that is to be signed.
pub(crate) struct CertifyOrder {
    pub(crate) caller: Caller,
    pub(crate) key: String,
    pub(crate) language: Language,
    pub(crate) upload: Upload,
    pub(crate) parameters: CertifyParameters,
}

impl CertifyOrder {
    /// Certifies and keeps the file; or finds that it was done before.
    pub(crate) async fn carry_out(self, service: Shared) -> Result<Draft> {
        let Self { caller, key, language, upload, parameters } = self;
        let actor = caller.name().to_owned();
        let (upload, request) =
            upload.identified(&service, "certify", &parameters.canonical, caller.principal(), key).await?;
        service.demand_register().await?;
        let preparing = match drafts::begin(service.store()?, &request).await? {
            DraftBegun::Kept(draft) => return Ok(draft),
            DraftBegun::Open(preparing) => preparing,
        };
        let worker = service.clone();
        let work = move || {
            let Upload { request, document, permit: _permit, .. } = upload;
            let request = parsed(request.as_deref().unwrap_or_default())?;
            let office = service.office()?;
            let intake = Intake::new(&request, &office.agency, &office.catalogue, parameters.choices());
            let mut warnings: Vec<Value> = (intake.findings().iter().filter(|finding| !finding.is_refusal()))
                .map(|finding| {
                    let message = finding.in_words(words(language));
                    json!({ "rule": finding.rule.name(), "field": finding.field, "message": message })
                })
                .collect();
            let password = parameters.password.as_deref();
            let document = document.as_deref().map(|bytes| {
                Document::parse_with_password(bytes, password)
                    .map_err(|error| Problem::from(kyso::Error::from(error)).field("document"))
            });
            let original = document.transpose()?;
            let taken = original.as_ref().map(take_in).transpose()?.unwrap_or_default();
            let fitted = original.as_ref().and_then(|document| taken.bytes(document.bytes()));
            let fitted = match (&original, &fitted) {
                (Some(document), Some(bytes)) => {
                    let fitted = document.earlier(bytes);
                    Some(fitted.map_err(|error| Problem::from(kyso::Error::from(error)).field("document"))?)
                }
                _ => None,
            };
            warnings.extend(taken.findings.iter().map(|finding| {
                let message = words(language).finding(finding);
                json!({ "rule": finding.code.name(), "field": "document", "message": message })
            }));
            let document = fitted.as_ref().or(original.as_ref());
            let paper = document.map(|document| Paper { document, password, drawing: service.drawing() });
            let job = intake.job(paper, Stamp { by: actor, at: Timestamp::now() })?;
            let word = |error: &kyso_desk::Error| Problem::from(error).words(Language::Vietnamese).to_owned();
            let answer = |made: &Made| described(made, &job, &warnings, language);
            let draft = Handle::current().block_on(drafts::prepare(service.store()?, &job, preparing, word, answer))?;
            tracing::info!(draft = %draft.id, bytes = draft.bytes, "prepared");
            Ok(draft)
        };
        worker.compute(work).await
    }
}

fn parsed(request: &[u8]) -> Result<Request> {
    let text = str::from_utf8(request)
        .map_err(|_| Problem::request(Bilingual::new("Không phải văn bản UTF-8.", "Not UTF-8.")))?;
    serde_json::from_str(&composed(text)).map_err(|error| {
        Problem::request(Bilingual::new(format!("Yêu cầu không đúng [{error}]."), format!("No request: {error}.")))
    })
}

/// What is answered, but for the record, and what the archive adds: the id, the digest, the address.
fn described(made: &Made, job: &Job<'_>, warnings: &[Value], language: Language) -> Value {
    let fields: Vec<Value> =
        made.prepared.fields.iter().map(|place| json!({ "name": place.name, "page": place.page })).collect();
    let code = made.prepared.qr.as_ref().map(|qr| {
        json!({
            "look_up_code": qr.payload.code().grouped(),
            "page": qr.place.page,
            "rectangle": qr.place.rectangle,
        })
    });
    let unseen: Vec<Value> = job
        .unseen()
        .iter()
        .map(|unseen| json!({ "page": unseen.page, "message": not_shown(&unseen.error).in_language(language) }))
        .collect();
    json!({
        "number": made.entry.number.to_string(),
        "register": made.entry.register,
        "look_up_code": code.as_ref().map(|code| code["look_up_code"].clone()),
        "qr": code,
        "fields": fields,
        // Another file with this number waits to be signed: this one takes its place.
        "replaces": made.entry.state == State::Rendered,
        "warnings": warnings,
        "pages_not_seen": unseen,
    })
}

/// A finished file, to be entered and kept.
pub(crate) struct IssueOrder {
    pub(crate) caller: Caller,
    pub(crate) key: String,
    pub(crate) upload: Upload,
    pub(crate) parameters: IssueParameters,
}

impl IssueOrder {
    /// Verifies, enters, keeps; or finds that it was done before.
    pub(crate) async fn carry_out(self, service: Shared) -> Result<Issued> {
        let Self { caller, key, upload, parameters } = self;
        let (upload, request) =
            upload.identified(&service, "issue", &parameters.canonical, caller.principal(), key).await?;
        service.demand_register().await?;
        let meta = Meta { role: Role::Seal, actor: caller.name().to_owned(), file_name: upload.file_name.clone() };
        let (worker, number, told) = (service.clone(), parameters.number.clone(), meta.clone());
        let issuing = async move |claim| {
            let (level, waiter) = (worker.services.level(None)?, worker.clone());
            let work = move || {
                let Upload { file, permit: _permit, .. } = upload;
                let at = Timestamp::now();
                let policy = worker.policy(at);
                let unseen = |_, _: &kyso_view::Error| {};
                let viewer = Viewer { drawing: worker.drawing(), unseen: &unseen };
                let store = worker.store()?;
                let confirmed = parameters.confirm_clock.then(|| store.register.with_clock_confirmed());
                let store = Store { register: confirmed.as_ref().unwrap_or(store.register), ..store };
                let issued = worker.services.at(level, |outside| {
                    let (number, by, waived) = (&parameters.number, By { policy: &policy, outside }, worker.waived());
                    let issuing = Issuing { number, file, by, waived, viewer: &viewer, meta, at };
                    Handle::current().block_on(issuing.carry_out(store, claim)).map_err(Problem::from)
                })?;
                tracing::info!(artifact = %issued.artifact.id, bytes = issued.artifact.bytes, "issued");
                Ok(issued)
            };
            waiter.work_at(level, work).await
        };
        issue::once(service.store()?, &number, &request, &told, issuing).await
    }
}
