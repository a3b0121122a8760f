//! Certifying and issuing: a number, a file to be signed, and the finished file entered and kept.

use std::path::Path;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use kyso::{Document, Outside, Policy, SignatureParameters, SigningOptions};
use kyso_archive::{Archive, DraftBegun, Uuid};
use kyso_certification::agency::Agency;
use kyso_certification::catalogue::Catalogue;
use kyso_certification::request::Request;
use kyso_desk::certify::{Choices, Done, Intake, Made, Paper};
use kyso_desk::drafts::{self, Store};
use kyso_register::{Entry, Filter, Register, Stamp, State};
use kyso_server::{Config, Server};
use kyso_testpki::{Identity, KeyType, Profile, TestPki};
use kyso_tests::http::Answer;
use kyso_tests::keys;
use kyso_tests::service::{self, OFFICER, form, sign};
use kyso_tests::shapes::plain;
use kyso_tests::ward::AGENCY;
use serde_json::{Value, json};

use crate::world::World;

pub(crate) const DRAFT: &str = r#"{"allow_draft": true}"#;

pub(crate) fn request() -> Value {
    service::certification("H61.12-261129-0042")
}

pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// A service with an office.
pub(crate) struct Office(pub(crate) World);

impl Office {
    pub(crate) fn new() -> Self {
        Self::prepared(|_| {})
    }

    /// With what else is there before the start.
    fn prepared(more: impl FnOnce(&Path)) -> Self {
        Self::with(more, |config| config)
    }

    /// With what else is there before the start, and a configuration that was changed so.
    fn with(more: impl FnOnce(&Path), change: impl Fn(String) -> String) -> Self {
        let prepare = |directory: &Path| {
            std::fs::write(directory.join("agency.toml"), AGENCY).unwrap();
            block_on(async { Register::create(&directory.join("so")).await.unwrap().close().await });
            more(directory);
        };
        Self(World::prepared(prepare, |config| change(config) + &service::office()))
    }

    pub(crate) fn certify(&self, request: &Value, parameters: &str, key: &str) -> Answer {
        self.0.send(&service::certify(request, &plain(), parameters).header("Idempotency-Key", key))
    }

    pub(crate) fn issue(&self, token: &str, pdf: &[u8], number: &str, key: &str) -> Answer {
        let parameters = json!({ "number": number }).to_string();
        self.0.send(&form("/api/v1/issue", token, pdf, &parameters).header("Idempotency-Key", key))
    }

    /// The prepared file.
    fn paper(&self, prepared: &Value) -> Vec<u8> {
        let path = prepared["links"]["pdf"].as_str().unwrap();
        let pdf = self.0.send(&service::request("GET", path, &self.0.callers.leader));
        assert_eq!((pdf.status, pdf.body.starts_with(&plain())), (200, true), "the citizen's bytes stay");
        pdf.body
    }

    /// The prepared file, signed.
    pub(crate) fn signed(&self, prepared: &Value) -> Vec<u8> {
        let leader = r#"{"key": "chu-tich", "field": "NguoiChungThuc"}"#;
        self.made(&form("/api/v1/sign", &self.0.callers.leader, &self.paper(prepared), leader))
    }

    pub(crate) fn sealed(&self, signed: &[u8]) -> Vec<u8> {
        self.made(&form("/api/v1/seal", &self.0.callers.clerk, signed, r#"{"key": "con-dau", "field": "ConDau"}"#))
    }

    fn made(&self, request: &kyso_tests::http::Request) -> Vec<u8> {
        let answer = self.0.send(request);
        assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
        answer.body
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        block_on(async {
            let register = Register::open(&self.0.path("so")).await.unwrap();
            let entries = register.list(&Filter::default()).await.unwrap();
            register.close().await;
            entries
        })
    }
}

#[track_caller]
pub(crate) fn refused(answer: &Answer, status: u16, code: &str, field: Option<&str>) -> String {
    let problem = answer.json();
    let named = field.map_or(Value::Null, Value::from);
    assert_eq!((answer.status, &problem["code"], &problem["field"]), (status, &code.into(), &named), "{problem}");
    let detail = problem["detail"].as_str().unwrap().to_owned();
    assert!(!detail.contains("--") && !detail.contains("kyso "), "the command's words: {detail}");
    detail
}

#[test]
fn from_a_request_to_an_issued_result() {
    let mut office = Office::new();
    let answer = office.certify(&request(), DRAFT, "ho so 42");
    let prepared = answer.json();
    assert_eq!(answer.status, 201, "{prepared}");
    let number = prepared["number"].as_str().unwrap().to_owned();
    assert!(number.starts_with("01, quyển số 01/") && number.ends_with("-SCT/BS"), "{number}");
    assert_eq!(
        (&prepared["record"]["Status"]["state"], &prepared["register"]),
        (&"prepared".into(), &"BS".into()),
        "{prepared}"
    );
    assert_eq!(prepared["look_up_code"], prepared["qr"]["look_up_code"]);
    assert!(prepared["look_up_code"].is_string() && prepared["warnings"][0]["rule"] == "template.draft", "{prepared}");
    assert!(!prepared["warnings"].to_string().contains("--"), "the command's words: {}", prepared["warnings"]);
    let fields: Vec<_> = prepared["fields"].as_array().unwrap().iter().map(|field| field["name"].clone()).collect();
    assert_eq!(fields, ["NguoiChungThuc", "ConDau"]);
    assert_eq!(office.entries()[0].state, State::Rendered);
    assert_eq!(answer.header("location"), prepared["links"]["pdf"].as_str());

    let sealed = office.sealed(&office.signed(&prepared));
    let answer = office.issue(OFFICER, &sealed, &number, "tra 42");
    let issued = answer.json();
    assert_eq!((answer.status, &issued["number"]), (201, &prepared["number"]), "{issued}");
    let record = &issued["record"];
    assert_eq!(
        (&record["Status"]["state"], &record["File"]["Sha256"]),
        (&"valid".into(), &issued["sha256"]),
        "{record}"
    );
    assert_eq!(office.entries()[0].state, State::Issued);
    let kept = office.0.get(issued["links"]["pdf"].as_str().unwrap());
    assert_eq!((kept.status, kept.body == sealed), (200, true));

    // The same again, also after a start: the same answers, and no second number or file.
    office.0.stop().join().unwrap();
    office.0.start();
    assert_eq!(office.certify(&request(), DRAFT, "ho so 42").json(), prepared);
    assert_eq!(office.issue(OFFICER, &sealed, &number, "tra 42").json(), issued);
    assert_eq!(office.entries().len(), 1);
    // Without the key it's the same file of the same number: nothing happens twice.
    assert_eq!(
        office.issue(&office.0.callers.clerk, &sealed, &number, "another").json()["artifact"],
        issued["artifact"]
    );
    // What is issued isn't prepared anew.
    refused(&office.certify(&request(), DRAFT, "ho so 42 lan 2"), 422, "register.state", Some("number"));
}

#[test]
fn what_is_refused_takes_no_number() {
    let office = Office::new();
    let detail = refused(&office.certify(&request(), "{}", "1"), 422, "certification.refused", Some("request.variant"));
    assert!(detail.contains("allow_draft"), "{detail}");
    let mut without_template = request();
    without_template["kind"] = "GD-SUALOI".into();
    let answer = office.certify(&without_template, DRAFT, "1");
    let detail = refused(&answer, 422, "certification.refused", Some("request.kind"));
    assert!(detail.contains("templates"), "{detail}");
    let without = |field: &str| {
        let mut request = request();
        request.as_object_mut().unwrap().remove(field);
        request
    };
    refused(
        &office.certify(&without("dossier-code"), DRAFT, "2"),
        422,
        "certification.refused",
        Some("request.dossier-code"),
    );
    refused(
        &office.certify(&without("requesters"), DRAFT, "3"),
        422,
        "certification.refused",
        Some("request.requesters"),
    );
    refused(&office.certify(&without("certifier"), DRAFT, "4"), 422, "request.invalid", Some("request"));
    let mut related = request();
    related["related-to-certifier"] = true.into();
    assert_eq!(office.certify(&related, DRAFT, "5").json()["code"], "certification.refused");
    let parameters = r#"{"allow_draft": true, "on_last_page": true}"#;
    refused(&office.certify(&request(), parameters, "6"), 422, "page.not-shown", Some("document"));
    refused(&office.certify(&request(), r#"{"force": true}"#, "7"), 422, "parameter.invalid", Some("force"));
    let broken = service::certify(&request(), b"no PDF", DRAFT);
    let broken = broken.header("Idempotency-Key", "8");
    refused(&office.0.send(&broken), 422, "file.unreadable", Some("document"));
    let nothing = service::request("POST", "/api/v1/certify", OFFICER).form(&[("parameters", None, b"{}".as_slice())]);
    refused(&office.0.send(&nothing.header("Idempotency-Key", "9")), 422, "part.missing", Some("request"));
    let without_key = service::certify(&request(), &plain(), DRAFT);
    refused(&office.0.send(&without_key), 400, "idempotency-key.missing", Some("Idempotency-Key"));
    let without_key = form("/api/v1/issue", OFFICER, &plain(), r#"{"number": "7, 1/2026-SCT/BS"}"#);
    refused(&office.0.send(&without_key), 400, "idempotency-key.missing", Some("Idempotency-Key"));
    assert_eq!(office.entries(), []);
    // What was refused may be tried again under its key.
    assert_eq!(office.certify(&request(), DRAFT, "1").status, 201);
}

#[test]
fn a_key_is_of_one_request() {
    let office = Office::new();
    assert_eq!(office.certify(&request(), DRAFT, "1").status, 201);
    let mut other = request();
    other["document"]["title"] = "Giấy khác".into();
    refused(&office.certify(&other, DRAFT, "1"), 422, "idempotency-key.reused", Some("Idempotency-Key"));
    let parameters = r#"{"allow_draft": true, "qr": "none"}"#;
    refused(&office.certify(&request(), parameters, "1"), 422, "idempotency-key.reused", Some("Idempotency-Key"));
    // A result has one number, whatever the key; another is asked for by name.
    refused(&office.certify(&other, DRAFT, "2"), 422, "result.taken", Some("result"));
    let second = office.certify(&other, r#"{"allow_draft": true, "result": 2}"#, "3");
    assert!(second.json()["number"].as_str().unwrap().starts_with("02, "), "{}", second.json());
    assert_eq!(office.entries().len(), 2);
}

#[test]
fn the_same_request_races_for_one_number() {
    let office = Office::new();
    let answers: Vec<Value> = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..4).map(|_| scope.spawn(|| office.certify(&request(), DRAFT, "race").json())).collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| answer == &answers[0] && answer["id"].is_string()), "{answers:?}");
    assert_eq!(office.entries().len(), 1);
}

/// What the desk prepares of this request at this time, kept by `keep`, which is given the result and its file.
async fn prepared<T>(
    register: &Register,
    request: &Value,
    at: Timestamp,
    keep: impl AsyncFnOnce(&Made, Vec<u8>) -> Result<T, String>,
) -> Result<Done<T>, String> {
    let (request, bytes): (Request, _) = (serde_json::from_value(request.clone()).unwrap(), plain());
    let (agency, catalogue) = (Agency::from_toml("agency.toml", AGENCY).unwrap(), Catalogue::embedded().unwrap());
    let document = Document::parse(&bytes).unwrap();
    let paper = Paper { document: &document, password: None, drawing: Err(kyso_view::Error::NotSetUp) };
    let choices = Choices { allow_draft: true, ..Choices::default() };
    let stamp = Stamp { by: "Mẫu".into(), at };
    let job = Intake::new(&request, &agency, &catalogue, choices).job(Some(paper), stamp).unwrap();
    let keep = async |made: &Made| keep(made, job.file(&made.prepared)).await;
    job.carry_out(register, |error| error.to_string(), ToString::to_string, keep).await
}

/// The process dies with the number given out and the register not told of a file.
#[test]
fn a_crash_between_number_and_file_keeps_the_number() {
    let office = Office::new();
    block_on(async {
        let register = Register::open(&office.0.path("so")).await.unwrap();
        let die = async |_: &Made, _| Err::<(), _>("dead".to_owned());
        assert_eq!(prepared(&register, &request(), Timestamp::now(), die).await.unwrap_err(), "dead");
        register.close().await;
    });
    assert_eq!(office.entries()[0].state, State::Allotted);
    let prepared = office.certify(&request(), DRAFT, "1").json();
    assert_eq!(prepared["number"], office.entries()[0].number.to_string());
    assert_eq!((office.entries().len(), office.entries()[0].state), (1, State::Rendered));
}

/// Forty days before the start, one number was voided, and another waits.
#[test]
fn the_service_removes_drafts_that_nobody_waits_for() {
    let long_ago = Timestamp::now() - SignedDuration::from_hours(40 * 24);
    let mut ids = Vec::new();
    let office = Office::prepared(|directory| {
        block_on(async {
            let register = Register::open(&directory.join("so")).await.unwrap();
            let archive = Archive::open(&directory.join("data")).await.unwrap();
            for (dossier, is_void) in [("H61.12-261129-0001", true), ("H61.12-261129-0002", false)] {
                let mut request = service::certification(dossier);
                let day = Stamp { by: String::new(), at: long_ago }.today();
                request["date"] = day.to_string().into();
                request["received"] = format!("{day} 00:00").into();
                let asked = kyso_archive::Request::keyed("Mẫu", dossier, "a".repeat(64));
                let DraftBegun::Open(preparing) = archive.begin_draft(&asked).await.unwrap() else { unreachable!() };
                let keep = async |made: &Made, file| {
                    let answer = json!({ "record": made.metadata }).to_string();
                    Ok(archive.keep_draft(preparing, file, "Mẫu", answer, long_ago).await.unwrap().id)
                };
                let done = prepared(&register, &request, long_ago, keep).await.unwrap();
                ids.push(done.kept);
                let stamp = Stamp { by: "Mẫu".into(), at: long_ago };
                if is_void {
                    register.void(&done.entry.id(), "Người yêu cầu rút hồ sơ", &stamp).await.unwrap();
                }
            }
            archive.close().await;
            register.close().await;
        });
    });
    let status = |id: &Uuid| office.0.get(&format!("/api/v1/drafts/{id}")).status;
    let patience = Instant::now() + Duration::from_secs(20);
    while status(&ids[0]) == 200 {
        assert!(Instant::now() < patience, "the draft of a void number is still there");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(ids.iter().map(status).collect::<Vec<_>>(), [404, 200]);
    assert_eq!(office.0.drafts().len(), 1);
}

#[test]
fn a_key_gives_the_same_record_once_its_draft_is_removed() {
    let mut office = Office::new();
    let prepared = office.certify(&request(), DRAFT, "1").json();
    let number = prepared["number"].as_str().unwrap();
    let sealed = office.sealed(&office.signed(&prepared));
    let issued = office.issue(OFFICER, &sealed, number, "2").json();
    assert_eq!(issued["record"]["Status"]["state"], "valid");
    office.0.stop().join().unwrap();
    block_on(async {
        let archive = Archive::open(&office.0.path("data")).await.unwrap();
        let register = Register::open(&office.0.path("so")).await.unwrap();
        let store = Store { archive: &archive, register: &register };
        let soon = Timestamp::now() + SignedDuration::from_hours(1);
        assert_eq!(drafts::remove_before(store, soon).await.unwrap(), 1);
        archive.close().await;
        register.close().await;
    });
    office.0.start();
    assert_eq!(office.issue(OFFICER, &sealed, number, "2").json(), issued);
}

/// The file, signed as the leader and sealed as the agency by people whom nobody here knows.
fn sealed_by(leader: &Identity, seal: &Identity, pdf: &[u8]) -> Vec<u8> {
    let (now, outside) = (Timestamp::now(), Outside::default());
    let parameters = SignatureParameters::leader(now).field("NguoiChungThuc");
    let by = SigningOptions::default();
    let signed = kyso::sign(&Document::parse(pdf).unwrap(), &keys::signer(leader), &parameters, &by).unwrap();
    sealed_over(&signed.tail.after(pdf), seal, &outside)
}

fn sealed_over(signed: &[u8], seal: &Identity, outside: &Outside<'_>) -> Vec<u8> {
    let (document, now) = (Document::parse(signed).unwrap(), Timestamp::now());
    let parameters = SignatureParameters::seal(now).field("ConDau");
    let sealed =
        kyso::dangerous::seal_untrusted(&document, &keys::signer(seal), &parameters, &Policy::at(now), outside);
    sealed.unwrap().tail.after(signed)
}

#[test]
fn what_strangers_signed_and_sealed_is_issued_only_where_the_configuration_says_so() {
    let stranger = TestPki::stranger(Timestamp::now()).unwrap();
    let [leader, seal] =
        [Profile::leader(), Profile::seal()].map(|profile| stranger.issue(profile.key(KeyType::P256)).unwrap());
    let lines = "trust = ['root.pem']\nroster = 'roster.toml'\n";
    for (new, status) in [
        (lines, 422),
        ("trust = ['root.pem']\n", 422),
        ("roster = 'roster.toml'\n", 422),
        ("dangerous_seal_untrusted = true\n", 201),
    ] {
        let office = Office::with(|_| {}, |config| config.replace(lines, new));
        let prepared = office.certify(&request(), DRAFT, "1").json();
        let number = prepared["number"].as_str().unwrap();
        let strange = sealed_by(&leader, &seal, &office.paper(&prepared));
        if status == 422 {
            let half = sealed_over(&office.signed(&prepared), &seal, &Outside::default());
            for (key, pdf) in [("2", &strange), ("3", &half)] {
                let answer = office.issue(OFFICER, pdf, number, key);
                refused(&answer, status, "artifact.not-verified", Some("file"));
            }
            assert_eq!(office.entries()[0].state, State::Rendered, "{new}");
            let honest = office.sealed(&office.signed(&prepared));
            assert_eq!(office.issue(OFFICER, &honest, number, "4").status, 201, "{new}");
        } else {
            assert_eq!(office.issue(OFFICER, &strange, number, "2").status, status, "{new}");
        }
    }
}

/// The receiving officer's field is empty: the seal would lock it so.
#[test]
fn a_result_that_its_form_says_is_unfinished_is_not_sealed() {
    let lines = "trust = ['root.pem']\nroster = 'roster.toml'\n";
    for new in [lines, "dangerous_seal_untrusted = true\n"] {
        let office = Office::with(|_| {}, |config| config.replace(lines, new));
        let mut asked = request();
        let one_stop = json!({
            "kind": "CK", "variant": "one-person-one-stop",
            "document": { "title": "Giấy ủy quyền", "pages": 1, "is-transaction": true, "authority": "nop-nhan-ho-so" },
            "receiver": { "salutation": "ba", "name": "Lê Thị Mẫu" },
            "parties": [{
                "salutation": "ba", "name": "Trần Thị Mẫu", "id": { "kind": "the-can-cuoc", "number": "001185000001" },
            }],
        });
        let asked_for = asked.as_object_mut().unwrap();
        asked_for.retain(|key, _| !matches!(key.as_str(), "copies" | "requesters"));
        asked_for.extend(one_stop.as_object().unwrap().clone());
        let answer = office.certify(&asked, DRAFT, "1");
        assert_eq!(answer.status, 201, "{}", answer.json());
        let signed = office.signed(&answer.json());
        let seal = r#"{"key": "con-dau", "field": "ConDau"}"#;
        let answer = office.0.send(&form("/api/v1/seal", &office.0.callers.clerk, &signed, seal));
        let told = refused(&answer, 422, "seal.empty-field", None);
        assert!(told.contains("NguoiTiepNhan"), "{told}");
    }
}

#[test]
fn only_the_finished_file_of_the_number_is_issued() {
    let mut office = Office::new();
    let first = office.certify(&request(), DRAFT, "1").json();
    let second = office.certify(&request(), r#"{"allow_draft": true, "result": 2}"#, "2").json();
    let numbers = [&first, &second].map(|one| one["number"].as_str().unwrap().to_owned());
    let signed = office.signed(&first);
    let sealed = office.sealed(&signed);
    refused(&office.issue(OFFICER, &plain(), &numbers[0], "issue 1"), 422, "artifact.not-verified", Some("file"));
    refused(&office.issue(OFFICER, &signed, &numbers[0], "issue 2"), 422, "result.unfinished", Some("file"));
    refused(&office.issue(OFFICER, &sealed, &numbers[1], "issue 3"), 422, "register.other-document", Some("file"));
    let mut cut = sealed.clone();
    cut.truncate(sealed.len() - 40);
    assert_eq!(office.issue(OFFICER, &cut, &numbers[0], "issue 4").status, 422);
    refused(&office.issue(OFFICER, &sealed, "7, 01/2026-SCT/XX", "issue 5"), 422, "register.unknown", Some("number"));
    refused(
        &office.issue(OFFICER, &sealed, &numbers[0].replace("01, ", "77, "), "issue 6"),
        422,
        "register.no-entry",
        Some("number"),
    );
    refused(&office.issue(OFFICER, &sealed, "bảy", "issue 7"), 422, "parameter.invalid", Some("number"));
    assert!(office.entries().iter().all(|entry| entry.state == State::Rendered));
    let before = office.0.kept();
    assert_eq!(office.issue(OFFICER, &sealed, &numbers[0], "issue 8").status, 201);
    // The sealed file was kept when it was sealed: it stays one artifact.
    assert_eq!(office.0.kept(), before);
    let reused = office.issue(OFFICER, &sealed, &numbers[1], "issue 8");
    refused(&reused, 422, "idempotency-key.reused", Some("Idempotency-Key"));
}

#[test]
fn nobody_signs_beside_the_fields_that_wait() {
    let office = Office::new();
    let answer = office.certify(&request(), DRAFT, "ho so 43");
    assert_eq!(answer.status, 201);
    let paper = office.paper(&answer.json());
    let answer = office.0.send(&form("/api/v1/sign", &office.0.callers.leader, &paper, r#"{"key": "chu-tich"}"#));
    let detail = refused(&answer, 422, "parameter.invalid", Some("field"));
    assert!(detail.contains("NguoiChungThuc"), "{detail}");
}

#[test]
fn certifying_and_issuing_are_for_those_who_may() {
    let office = Office::new();
    let callers = &office.0.callers;
    for (path, tokens) in [
        ("/api/v1/certify", &[&callers.leader, &callers.clerk, &callers.reader][..]),
        ("/api/v1/issue", &[&callers.leader, &callers.reader][..]),
    ] {
        for token in tokens {
            let answer = office.0.send(&form(path, token, &plain(), "{}"));
            assert_eq!((answer.status, answer.json()["code"].clone()), (403, "role.not-allowed".into()), "{path}");
        }
        let nobody = office.0.send(&kyso_tests::http::Request::new("POST", path));
        assert_eq!(nobody.json()["code"], "token.missing");
    }
    let officer_signs = office.0.send(&form("/api/v1/sign", OFFICER, &plain(), r#"{"key": "chu-tich"}"#));
    assert_eq!(officer_signs.json()["code"], "role.not-allowed");
    for id in ["x", "0198c0f0-0000-7000-8000-000000000000"] {
        let absent = office.0.get(&format!("/api/v1/drafts/{id}"));
        refused(&absent, 404, "draft.not-found", Some("id"));
    }
    assert_eq!(office.entries(), []);
}

#[test]
fn without_an_office_nobody_certifies() {
    let world = World::new();
    let answer =
        world.send(&form("/api/v1/issue", &world.callers.clerk, &plain(), r#"{"number": "7, 1/2026-SCT/BS"}"#));
    refused(&answer, 404, "certification.not-configured", None);
    assert_eq!(world.send(&sign(&world.callers, &plain())).status, 201);
}

#[test]
fn a_register_that_is_not_there_stops_the_start() {
    let directory = tempfile::tempdir().unwrap();
    service::write(directory.path());
    let file = directory.path().join("kyso.toml");
    let config = std::fs::read_to_string(&file).unwrap() + &service::office();
    let start = || block_on(Server::bind(&Config::parse(&file, &config).unwrap())).err().unwrap().to_string();
    let told = start();
    assert!(told.contains("certification: agency: ") && told.contains("agency.toml"), "{told}");
    std::fs::write(directory.path().join("agency.toml"), AGENCY).unwrap();
    let told = start();
    assert!(told.contains("certification: register: ") && told.contains("holds no register"), "{told}");
}
