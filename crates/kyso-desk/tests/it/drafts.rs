//! Results that wait for their signatures: what a crash leaves behind, and which numbers it costs.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use kyso::Document;
use kyso_archive::{Archive, Draft, DraftBegun, Preparing};
use kyso_certification::agency::Agency;
use kyso_certification::catalogue::Catalogue;
use kyso_certification::request::Request;
use kyso_desk::Error;
use kyso_desk::certify::{Choices, Intake, Job, Made, Paper};
use kyso_desk::drafts::{self, Store};
use kyso_register::{Allotment, Entry, Filter, Prepared, Register, Stamp, State};
use kyso_tests::service::certification;
use kyso_tests::shapes::plain;
use kyso_tests::ward::AGENCY;
use serde_json::json;

/// An office, its register and its archive.
struct Office {
    _directory: tempfile::TempDir,
    archive: Archive,
    register: Register,
    request: Request,
    agency: Agency,
    catalogue: Catalogue,
}

impl Office {
    async fn new() -> Self {
        Self::prepared(|_| {}).await
    }

    /// With files of its own.
    async fn prepared(prepare: impl FnOnce(&Path)) -> Self {
        let directory = tempfile::tempdir().unwrap();
        prepare(directory.path());
        Self {
            archive: Archive::init(directory.path(), None).await.unwrap(),
            register: Register::create(directory.path()).await.unwrap(),
            request: serde_json::from_value(certification("H61.12-261129-0042")).unwrap(),
            agency: Agency::from_toml("agency.toml", AGENCY).unwrap(),
            catalogue: Catalogue::embedded().unwrap(),
            _directory: directory,
        }
    }

    fn store(&self) -> Store<'_> {
        Store { archive: &self.archive, register: &self.register }
    }

    fn job<'a>(&'a self, document: &'a Document<'a>, at: Timestamp) -> Job<'a> {
        let choices = Choices { allow_draft: true, ..Choices::default() };
        let paper = Paper { document, password: None, drawing: Err(kyso_view::Error::NotSetUp) };
        let stamp = Stamp { by: "Mẫu".into(), at };
        Intake::new(&self.request, &self.agency, &self.catalogue, choices).job(Some(paper), stamp).unwrap()
    }

    async fn begin(&self, key: &str) -> DraftBegun {
        let request = kyso_archive::Request::keyed("Mẫu", key, "a".repeat(64));
        drafts::begin(self.store(), &request).await.unwrap()
    }

    async fn open(&self, key: &str) -> Preparing {
        match self.begin(key).await {
            DraftBegun::Open(preparing) => preparing,
            DraftBegun::Kept(draft) => panic!("kept already: {draft:?}"),
        }
    }

    async fn again(&self, key: &str) -> Draft {
        match self.begin(key).await {
            DraftBegun::Kept(draft) => draft,
            DraftBegun::Open(_) => panic!("not kept"),
        }
    }

    /// Prepares a result whose file is kept, and dies before the register is told of it.
    async fn die(&self, key: &str, at: Timestamp) -> Draft {
        let (pdf, preparing) = (plain(), self.open(key).await);
        let document = Document::parse(&pdf).unwrap();
        let job = self.job(&document, at);
        let mut kept = None;
        let keep = async |made: &Made| {
            let answer = json!({ "record": made.metadata }).to_string();
            kept = Some(self.archive.keep_draft(preparing, job.file(&made.prepared), "Mẫu", answer, at).await.unwrap());
            Err::<(), _>("dead".to_owned())
        };
        let died = job.carry_out(&self.register, |error| error.to_string(), ToString::to_string, keep).await;
        assert_eq!(died.unwrap_err(), "dead");
        kept.unwrap()
    }

    /// Prepares a result.
    async fn prepare(&self, key: &str, at: Timestamp) -> Draft {
        let (pdf, preparing) = (plain(), self.open(key).await);
        let document = Document::parse(&pdf).unwrap();
        let job = self.job(&document, at);
        let answer = |made: &Made| json!({ "number": made.entry.number.to_string(), "replaces": made.entry.state == State::Rendered });
        drafts::prepare(self.store(), &job, preparing, ToString::to_string, answer).await.unwrap()
    }

    async fn entries(&self) -> Vec<Entry> {
        self.register.list(&Filter::default()).await.unwrap()
    }

    /// Of which file the register was told last.
    async fn told(&self) -> Option<String> {
        self.entries().await.pop().unwrap().prepared().map(|prepared| prepared.sha256.clone())
    }
}

#[tokio::test]
async fn a_crash_between_file_and_register_is_made_good_by_the_same_request() {
    let office = Office::new().await;
    let draft = office.die("k", Timestamp::now()).await;
    assert_eq!((office.entries().await[0].state, office.told().await), (State::Allotted, None));
    assert_eq!(office.again("k").await, draft);
    let entries = office.entries().await;
    assert_eq!((entries.len(), entries[0].state), (1, State::Rendered));
    assert_eq!(office.told().await.as_ref(), Some(&draft.sha256));
    let event = entries[0].history.last().unwrap();
    assert_eq!((event.at, event.by.as_str()), (draft.created, "Mẫu"), "as if the process hadn't died");
    // Nothing more happens.
    office.again("k").await;
    assert_eq!(office.entries().await, entries);
}

#[tokio::test]
async fn of_two_that_a_crash_left_behind_the_newer_one_counts() {
    let office = Office::new().await;
    let now = Timestamp::now();
    let older = office.die("older", now).await;
    let newer = office.die("newer", now + SignedDuration::from_secs(60)).await;
    office.again("older").await;
    assert_eq!(office.told().await.as_ref(), Some(&older.sha256));
    office.again("newer").await;
    assert_eq!(office.told().await.as_ref(), Some(&newer.sha256));
    office.again("older").await;
    assert_eq!(office.told().await.as_ref(), Some(&newer.sha256));
}

#[tokio::test]
async fn a_key_that_is_asked_for_again_changes_nothing_whatever_the_clock_said() {
    let office = Office::new().await;
    let now = Timestamp::now();
    let replaced = office.prepare("1", now + SignedDuration::from_secs(60)).await;
    let newest = office.prepare("2", now).await;
    assert_eq!(office.told().await.as_ref(), Some(&newest.sha256));
    let entries = office.entries().await;
    assert_eq!((office.again("1").await, office.again("2").await), (replaced, newest));
    assert_eq!(office.entries().await, entries);
}

#[tokio::test]
async fn of_two_at_once_one_takes_the_others_place_and_says_so() {
    let office = Office::new().await;
    let now = Timestamp::now();
    let (one, other) = tokio::join!(office.prepare("1", now), office.prepare("2", now));
    let replaces =
        |draft: &Draft| serde_json::from_str::<serde_json::Value>(&draft.answer).unwrap()["replaces"] == true;
    assert_eq!((office.entries().await.len(), replaces(&one) != replaces(&other)), (1, true));
    let newest = if replaces(&one) { one } else { other };
    assert_eq!(office.told().await, Some(newest.sha256));
}

#[tokio::test]
async fn what_is_prepared_under_a_key_is_kept_and_told() {
    let office = Office::new().await;
    let draft = office.prepare("k", Timestamp::now()).await;
    assert_eq!(office.told().await.as_ref(), Some(&draft.sha256));
    let kept: serde_json::Value = serde_json::from_str(&draft.answer).unwrap();
    assert_eq!(kept["number"], office.entries().await[0].number.to_string());
    assert_eq!(kept["record"]["Status"]["state"], "prepared");
    assert!(office.archive.draft_bytes(&draft).await.unwrap().starts_with(&plain()));
    assert_eq!(office.again("k").await, draft);
}

#[tokio::test]
async fn a_draft_is_removed_once_nobody_waits_for_it() {
    let office = Office::new().await;
    // An archive's times are in whole microseconds.
    let now = Timestamp::from_microsecond(Timestamp::now().as_microsecond()).unwrap();
    let minute = |count: i64| now + SignedDuration::from_mins(count);
    let remove = async |before| drafts::remove_before(office.store(), before).await.unwrap();
    let is_there = async |draft: &Draft| office.archive.draft(draft.id).await.unwrap().is_some();

    let replaced = office.prepare("1", now).await;
    assert_eq!(remove(minute(9)).await, 0, "its number waits for it");
    let lost = office.die("2", minute(1)).await;
    assert_eq!(remove(minute(9)).await, 0, "the register wasn't told of the newer one yet");
    office.again("2").await;
    assert_eq!(remove(minute(1)).await, 0, "it isn't long that nobody waits for it");
    assert_eq!(remove(minute(9)).await, 1);
    assert_eq!((is_there(&replaced).await, is_there(&lost).await), (false, true));
    assert!(matches!(office.begin("1").await, DraftBegun::Open(_)), "its key stands for nothing any more");

    let entry = office.entries().await.pop().unwrap();
    let stamp = Stamp { by: "Mẫu".into(), at: minute(5) };
    office.register.void(&entry.id(), "Người yêu cầu rút hồ sơ", &stamp).await.unwrap();
    assert_eq!((remove(minute(5)).await, remove(minute(6)).await), (0, 1));
    assert!(!is_there(&lost).await && office.archive.draft_bytes(&lost).await.is_err());
}

/// A symbol of this register makes a number too long for the record (FileNotation has 20 characters), which shows only once
/// the number is there.
#[tokio::test]
async fn a_number_whose_file_waits_is_not_voided() {
    const REGISTERS: &str = r#"
        electronic_copies = "BS"
        [[register]]
        code = "BS"
        name = "Sổ chứng thực bản sao từ bản chính"
        name_en = "Certified copies"
        columns = "copies"
        [[register.symbol]]
        symbol = "SCT/BS"
        effective_from = "2015-04-10"
        source = "mẫu"
        verified = false
        [[register.symbol]]
        symbol = "SCT/BS-BINHMINH-TINHMAU"
        effective_from = "2020-01-01"
        source = "mẫu"
        verified = false
    "#;
    let write = |directory: &Path| std::fs::write(directory.join("registers.toml"), REGISTERS).unwrap();
    let office = Office::prepared(write).await;
    let pdf = plain();
    let document = Document::parse(&pdf).unwrap();
    let job = office.job(&document, Timestamp::now());
    let carry_out = async || {
        let keep = async |_: &Made| Ok(());
        job.carry_out(&office.register, |error| error, ToString::to_string, keep).await
    };
    let failed = carry_out().await.unwrap_err();
    assert!(matches!(failed, Error::RecordNotWhole { .. }), "{failed}");
    let [void] = office.entries().await.try_into().unwrap();
    assert_eq!(void.state, State::Void, "nobody waits for this number");

    // The next number of the same request, which has a file.
    let allotment = Allotment {
        register: void.register.clone(),
        date: Some(void.date),
        request: format!("{}/2", void.request),
        row: void.row.clone(),
        ..Allotment::default()
    };
    let waiting = office.register.allot(&allotment, job.stamp()).await.unwrap().entry;
    office.register.rendered(&waiting.id(), &Prepared::of(b"waits"), job.stamp()).await.unwrap();
    let failed = carry_out().await.unwrap_err();
    assert!(matches!(failed, Error::RecordNotWhole { .. }), "{failed}");
    let entries = office.entries().await;
    assert_eq!((entries.len(), entries[1].number == waiting.number), (2, true));
    assert_eq!((entries[1].state, entries[1].prepared()), (State::Rendered, Some(&Prepared::of(b"waits"))));
}
