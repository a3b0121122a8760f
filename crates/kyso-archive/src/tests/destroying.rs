//! Retention, holds and destruction: what is refused, what is left, and what no crash, backup or tampering brings back.

use std::path::Path;

use jiff::civil::{Date, date};
use kyso_certification::metadata::Metadata;
use kyso_certification::retention::End;
use kyso_connect::s3::Destroyer;

use super::ward::metadata;
use super::{Place, for_each_pair, kept, meta, open, request, verified};
use crate::database::values;
use crate::{
    Archive, Artifact, Beside, Decision, Destruction, DestructionState, Erasing, Error, Link, NotDestroyed, Obstacle,
    Sought, Uuid,
};

mod again;
mod elsewhere;
mod forged;
mod lifted;
mod refusing;
mod together;

for_each_pair!(
    what_is_destroyed_is_gone_and_its_certificate_stays,
    a_hold_keeps_its_document,
    what_may_not_go_yet_is_on_no_list,
    cut_off_anywhere_it_goes_on,
    nothing_is_said_of_a_destroyed_document_any_more,
);

/// A new archive, asked as who carries destructions out.
pub(super) async fn begun(place: &Place) -> Archive {
    place.archive().await.close().await;
    place.destroying().await
}

/// Long ago: what is kept for two years may go by now.
pub(super) const LONG_AGO: Date = date(2020, 1, 15);

pub(super) fn told(ordinal: u32, kind: &str, issued: Date) -> Metadata {
    Metadata { cert_kind: kind.into(), issued_date: issued, ..metadata(ordinal, "Ủy quyền") }
}

/// The same, of somebody whose name nobody else has.
pub(super) fn told_of_one(ordinal: u32, issued: Date) -> Metadata {
    let mut told = told(ordinal, "CK", issued);
    told.requesters[0].full_name = "Trần Thị Qxzwv".into();
    told
}

/// A document under a key, with metadata.
pub(super) async fn certified(archive: &Archive, key: &str, told: Metadata) -> Artifact {
    let claim = open(archive, &request(key, 'a')).await;
    let name = told.requesters.first().map(|requester| requester.full_name.clone()).unwrap_or_default();
    let answer = Some(serde_json::json!({ "name": name }).to_string());
    let beside = Beside { answer, metadata: Some(told) };
    archive.keep(claim, &verified(key), beside).await.unwrap()
}

pub(super) fn erasing(place: &Place) -> Erasing {
    match place {
        Place::Files(_) => Erasing::default(),
        Place::Grown(place) => Erasing { first: Some(Destroyer::new(place.grown.store.clone())), second: None },
    }
}

/// The day in Vietnam.
fn today() -> Date {
    crate::retention::day(jiff::Timestamp::now())
}

pub(super) fn decision() -> Decision {
    Decision { number: "12/QĐ-UBND".into(), date: today(), backups: date(2999, 1, 1) }
}

pub(super) fn paper(of: &Destruction) -> Result<Vec<u8>, Error> {
    Ok(format!("%PDF-1.7 certificate {} of {} documents", of.number, of.items.len()).into_bytes())
}

/// A list that has its decision.
pub(super) async fn decided(archive: &Archive, ids: &[Uuid]) -> u32 {
    let number = archive.propose_destruction(ids, "Lê Văn Thư").await.unwrap();
    archive.approve_destruction(number, "Nguyễn Chủ Tịch", None).await.unwrap();
    archive.decide_destruction(number, "Lê Văn Thư", &decision()).await.unwrap();
    number
}

/// How many objects the first store has of an artifact.
pub(super) async fn objects(archive: &Archive, id: Uuid) -> usize {
    let name = name_of(archive, id).await;
    let all = archive.store.objects().unwrap();
    all.iter().filter(|object| object.starts_with(&name)).count()
}

pub(super) async fn name_of(archive: &Archive, id: Uuid) -> String {
    let sql = "SELECT request FROM artifact WHERE agency = $1 AND id = $2";
    archive.database.row(sql, values![&archive.agency, id.to_string()]).await.unwrap().unwrap().text("request").unwrap()
}

async fn rows_of(archive: &Archive, id: Uuid) -> u64 {
    let sql = "SELECT (SELECT count(*) FROM record r JOIN event e ON e.agency = r.agency AND e.id = r.event \
               WHERE e.agency = $1 AND e.artifact = $2) + (SELECT count(*) FROM report WHERE agency = $1 AND artifact = $2) + \
               (SELECT count(*) FROM metadata WHERE agency = $1 AND artifact = $2) + \
               (SELECT count(*) FROM finding WHERE agency = $1 AND artifact = $2) + \
               (SELECT count(*) FROM request WHERE agency = $1 AND artifact = $2 AND (about <> '{}' OR answer IS NOT NULL)) AS n";
    archive.database.row(sql, values![&archive.agency, id.to_string()]).await.unwrap().unwrap().count("n").unwrap()
}

pub(super) fn obstacles<T: std::fmt::Debug>(outcome: Result<T, Error>) -> Vec<(Uuid, Obstacle)> {
    match outcome {
        Err(Error::NotDestroyed(NotDestroyed::Items(items))) => items,
        other => panic!("{other:?}"),
    }
}

/// Asks everything of a document that was destroyed.
pub(super) async fn demand_gone(archive: &Archive, before: &Artifact, number: u32) {
    let id = before.id;
    let of = |error: Error| match error {
        Error::Destroyed(tombstone) => {
            assert_eq!((tombstone.artifact, tombstone.destruction), (id, number));
            assert_eq!(tombstone.decision, "12/QĐ-UBND");
        }
        other => panic!("{other:?}"),
    };
    of(archive.artifact(id).await.unwrap_err());
    of(archive.versions(id).await.unwrap_err());
    of(archive.metadata(id).await.unwrap_err());
    of(archive.report(before).await.unwrap_err());
    of(archive.bytes(before).await.unwrap_err());
    of(archive.keeping(id).await.unwrap_err());
    of(archive.package(id).await.unwrap_err());
    assert_eq!(archive.by_sha256(&before.sha256).await.unwrap(), []);
    let sought = Sought { words: Some("tran".into()), ..Sought::default() };
    assert!(archive.find(&sought).await.unwrap().iter().all(|found| found.id != id));
    assert_eq!(rows_of(archive, id).await, 0);
}

async fn what_is_destroyed_is_gone_and_its_certificate_stays(place: Place) {
    let archive = begun(&place).await;
    let old = certified(&archive, "old", told_of_one(7, LONG_AGO)).await;
    let young = certified(&archive, "young", told(8, "CK", date(2990, 11, 3))).await;
    archive.revise(old.id, &told_of_one(7, date(2020, 2, 1)), "văn thư", Some("Lê Mẫu".into())).await.unwrap();
    archive.sequence().await.unwrap();
    while archive.write_manifests(100).await.unwrap() > 0 {}
    assert_eq!(objects(&archive, old.id).await, 4, "the PDF, its manifest, and two of metadata");
    let size = archive.leaves().await.unwrap();

    let number = decided(&archive, &[old.id]).await;
    let executed = archive.execute_destruction(number, "Lê Văn Thư", &erasing(&place), paper).await.unwrap();
    assert!(executed.objects >= 4 && !executed.again, "{executed:?}");
    let of = executed.destruction;
    assert_eq!(of.state, DestructionState::Executed);
    let [item] = of.items.as_slice() else { panic!("{of:?}") };
    assert_eq!(
        (item.ends, item.class.as_str()),
        (date(2022, 2, 1), "signatures"),
        "the corrected date is the later one"
    );
    assert_eq!((item.number.as_deref(), &item.sha256), (Some("07"), &vec![old.sha256.clone()]));
    assert_eq!(of.commitments[0].len(), 3, "kept, described, corrected");
    let text = serde_json::to_string(&of).unwrap();
    assert!(!text.contains("Qxzwv") && !text.contains("Ủy quyền"), "no word of whose it was: {text}");
    let certificate = archive.destruction_certificate(number).await.unwrap();
    assert_eq!(certificate, paper(&of).unwrap());

    demand_gone(&archive, &old, number).await;
    assert_eq!(objects(&archive, old.id).await, 0);
    assert_eq!(archive.artifact(young.id).await.unwrap().as_ref(), Some(&young));
    assert!(archive.metadata(young.id).await.unwrap().is_some());
    assert_eq!(archive.count().await.unwrap(), 1);
    // What happened stays in the log, and goes on.
    assert!(archive.sequence().await.unwrap() >= size + 5);
    while archive.write_manifests(100).await.unwrap() > 0 {}
    assert_eq!(objects(&archive, old.id).await, 0);

    // The request makes nothing again, whatever it comes back with.
    for digest in ['a', 'b'] {
        let again = archive.begin(&request("old", digest), &meta()).await;
        assert!(matches!(again, Err(Error::Destroyed(_))), "{again:?}");
    }
    // Neither scrubbing nor a second execution minds.
    assert!(archive.scrub(u64::MAX).await.unwrap().is_complete);
    let again = archive.execute_destruction(number, "Lê Văn Thư", &erasing(&place), paper).await.unwrap();
    assert_eq!((again.objects, again.again), (0, true));
    let status = archive.status(jiff::Timestamp::now()).await.unwrap();
    assert_eq!((status.retention.destroyed, status.kept.artifacts, status.kept.versions), (1, 1, 1));
    assert_eq!((status.retention.due, status.retention.begun, status.retention.proposed), (0, 0, 0));
    archive.close().await;

    let archive = place.opened().await;
    demand_gone(&archive, &old, number).await;
    if let Place::Files(directory) = &place {
        archive.close().await;
        let audit = super::ward::audited(directory.path()).await;
        assert_eq!(super::ward::found(&audit), [], "{audit:?}");
        assert_eq!(audit.counts.destroyed, 1);
        // No word of whose it was is left in any file.
        for word in ["Qxzwv", "qxzwv"] {
            assert_eq!(files_with(directory.path(), word), Vec::<String>::new());
        }
    }
}

async fn a_hold_keeps_its_document(place: Place) {
    let archive = begun(&place).await;
    let old = certified(&archive, "old", told(7, "CK", LONG_AGO)).await;
    for (by, ground) in [("", "vụ việc"), ("Lê Mẫu", " "), ("Lê Mẫu", "a\nb")] {
        let refused = archive.place_hold(old.id, by, ground, None).await;
        assert!(matches!(refused, Err(Error::NotDestroyed(NotDestroyed::Text(_)))), "{refused:?}");
    }
    let hold = archive.place_hold(old.id, "Lê Mẫu", "thanh tra", Some("3/QĐ-TTr")).await.unwrap();
    let second = archive.place_hold(old.id, "Lê Mẫu", "khiếu nại", None).await.unwrap();
    let refused = obstacles(archive.propose_destruction(&[old.id], "Lê Văn Thư").await);
    assert_eq!(refused, [(old.id, Obstacle::Held(hold))]);
    archive.release_hold(hold, "Lê Mẫu", "xong", None).await.unwrap();
    let refused = archive.release_hold(hold, "Lê Mẫu", "xong", None).await;
    assert!(matches!(refused, Err(Error::NotDestroyed(NotDestroyed::NoHold(id))) if id == hold));
    assert!(archive.propose_destruction(&[old.id], "Lê Văn Thư").await.is_err(), "the other one holds");
    archive.release_hold(second, "Lê Mẫu", "xong", Some("4/QĐ")).await.unwrap();
    let holds = archive.holds(Some(old.id)).await.unwrap();
    assert_eq!(holds.len(), 2);
    assert_eq!(holds[0].placed.decision.as_deref(), Some("3/QĐ-TTr"));
    assert!(holds.iter().all(|hold| hold.released.is_some()));

    // One that comes after the decision is seen when it's carried out.
    let number = decided(&archive, &[old.id]).await;
    let late = archive.place_hold(old.id, "Lê Mẫu", "tòa án", None).await.unwrap();
    let refused = archive.execute_destruction(number, "Lê Văn Thư", &erasing(&place), paper).await;
    assert_eq!(obstacles(refused), [(old.id, Obstacle::Held(late))]);
    assert_eq!(archive.destruction(number).await.unwrap().state, DestructionState::Decided);
    archive.bytes(&old).await.unwrap();
    let status = archive.status(jiff::Timestamp::now()).await.unwrap().retention;
    assert_eq!((status.holds, status.decided, status.due), (1, 1, 1));
    archive.release_hold(late, "Lê Mẫu", "xong", None).await.unwrap();
    archive.execute_destruction(number, "Lê Văn Thư", &erasing(&place), paper).await.unwrap();
    demand_gone(&archive, &old, number).await;
    assert_eq!(archive.holds(None).await.unwrap(), [], "they went with it");
    let refused = archive.place_hold(old.id, "Lê Mẫu", "muộn", None).await;
    assert!(matches!(refused, Err(Error::Destroyed(_))));
}

async fn what_may_not_go_yet_is_on_no_list(place: Place) {
    let archive = begun(&place).await;
    let old = certified(&archive, "old", told(7, "CK", LONG_AGO)).await;
    let transaction = certified(&archive, "transaction", told(8, "GD", LONG_AGO)).await;
    let unknown = kept(&archive, "unknown").await;
    let correction = certified(&archive, "correction", told(9, "CK", date(2021, 1, 1))).await;
    archive.link(correction.id, Link::Corrects { other: old.id }, "văn thư").await.unwrap();
    let nobody = Uuid::now_v7();
    let ids = [old.id, transaction.id, unknown.id, nobody];
    let mut refused = obstacles(archive.propose_destruction(&ids, "Lê Văn Thư").await);
    refused.sort_by_key(|(id, _)| ids.iter().position(|other| other == id));
    let expected = [
        (old.id, Obstacle::Linked(correction.id)),
        (transaction.id, Obstacle::NotDue(End::On(date(2040, 1, 15)))),
        (unknown.id, Obstacle::NotDue(End::Never)),
        (nobody, Obstacle::Missing),
    ];
    assert_eq!(refused, expected);
    assert!(matches!(
        archive.propose_destruction(&[], "Lê Văn Thư").await,
        Err(Error::NotDestroyed(NotDestroyed::Empty))
    ));
    let due = archive.due_for_destruction(date(2026, 12, 1), None, 10).await.unwrap();
    let mut due: Vec<Uuid> = due.into_iter().map(|keeping| keeping.artifact).collect();
    due.sort();
    let mut both = vec![old.id, correction.id];
    both.sort();
    assert_eq!(due, both);
    let tally = archive.retention_tally(date(2026, 12, 1)).await.unwrap();
    let of = |class: &str| {
        tally.iter().find(|tally| tally.class == class).map(|tally| (tally.artifacts, tally.due)).unwrap()
    };
    assert_eq!((of("signatures"), of("transactions"), of("permanent")), ((2, 2), (1, 0), (1, 0)));

    // Those that belong together go together, and are on one list at a time.
    let number = archive.propose_destruction(&[old.id, correction.id, old.id], "Lê Văn Thư").await.unwrap();
    let refused = obstacles(archive.propose_destruction(&[old.id, correction.id], "Khác").await);
    assert_eq!(refused.len(), 2);
    assert!(refused.iter().all(|(_, why)| *why == Obstacle::Listed(number)));
    archive.reject_destruction(number, "Nguyễn Chủ Tịch", "chưa cần").await.unwrap();
    let next = decided(&archive, &[old.id, correction.id]).await;
    assert_eq!((number, next), (1, 2));
    for step in [
        archive.approve_destruction(number, "Khác", None).await,
        archive.reject_destruction(number, "Khác", "lại").await,
        archive.decide_destruction(number, "Khác", &decision()).await,
    ] {
        assert!(matches!(step, Err(Error::NotDestroyed(NotDestroyed::State { number: 1, .. }))), "{step:?}");
    }
    archive.execute_destruction(next, "Lê Văn Thư", &erasing(&place), paper).await.unwrap();
    demand_gone(&archive, &old, next).await;
    demand_gone(&archive, &correction, next).await;
    archive.bytes(&transaction).await.unwrap();
}

async fn cut_off_anywhere_it_goes_on(place: Place) {
    let archive = begun(&place).await;
    let mut all = Vec::new();
    for (ordinal, key) in (1..).zip(["a", "b", "c", "d"]) {
        all.push(certified(&archive, key, told(ordinal, "CK", LONG_AGO)).await);
    }
    archive.sequence().await.unwrap();
    for (cut, artifact) in all.iter().enumerate() {
        let archive = place_again(&archive, &place);
        let number = decided(&archive, &[artifact.id]).await;
        archive.begin_destruction(number, "Lê Văn Thư").await.unwrap();
        // From here on nothing of it is served, whatever lies there.
        demand_gone(&archive, artifact, number).await;
        assert!(objects(&archive, artifact.id).await > 0);
        if cut >= 1 {
            // Half of the objects are gone.
            let name = name_of(&archive, artifact.id).await;
            let destroyer = erasing(&place).first;
            archive.store.erase(&format!("{name}.0"), destroyer.as_ref()).unwrap();
        }
        if cut >= 2 {
            archive.erase_objects(number, &erasing(&place)).await.unwrap();
        }
        if cut >= 3 {
            // The certificate is there, and nobody was told.
            let failing = |_: &Destruction| Err(Error::internal("no paper"));
            assert!(archive.end_destruction(number, "Lê Văn Thư", 0, failing).await.is_err());
            archive.store.put(&crate::destruction::statement::certificate(number), b"%PDF-1.7 the first").unwrap();
        }
        let status = archive.status(jiff::Timestamp::now()).await.unwrap();
        assert_eq!(status.retention.begun, 1);
        let done = archive.execute_destruction(number, "Người khác", &erasing(&place), paper).await.unwrap();
        assert_eq!((done.destruction.state, done.again), (DestructionState::Executed, false));
        let certificate = archive.destruction_certificate(number).await.unwrap();
        assert_eq!(certificate == b"%PDF-1.7 the first", cut >= 3, "what lies there is taken");
        demand_gone(&archive, artifact, number).await;
        assert_eq!(objects(&archive, artifact.id).await, 0);
    }
}

/// The archive as the next process has it: nothing of the one that was cut off is left but what is durable.
fn place_again(archive: &Archive, _place: &Place) -> Archive {
    archive.with_other_turns()
}

async fn nothing_is_said_of_a_destroyed_document_any_more(place: Place) {
    let archive = begun(&place).await;
    let old = certified(&archive, "old", told(7, "CK", LONG_AGO)).await;
    let other = certified(&archive, "other", told(8, "GD", LONG_AGO)).await;
    let number = decided(&archive, &[old.id]).await;
    archive.execute_destruction(number, "Lê Văn Thư", &erasing(&place), paper).await.unwrap();
    let refused = archive.revise(old.id, &told(7, "GD", LONG_AGO), "văn thư", None).await;
    assert!(matches!(refused, Err(Error::Destroyed(_))), "{refused:?}");
    let refused = archive.link(other.id, Link::Replaces { other: old.id }, "văn thư").await;
    assert!(matches!(refused, Err(Error::Destroyed(_))), "{refused:?}");
    let refused = archive.add_version(old.id, &verified("more"), &meta()).await;
    assert!(matches!(refused, Err(Error::Destroyed(_))), "{refused:?}");
    // Whoever had begun to say something before it was destroyed is stopped by the database.
    let artifact = old.id.to_string();
    let agency = archive.agency.clone();
    let late = archive.database.write(move |transaction| {
        Box::pin(async move {
            let sql = "INSERT INTO event (agency, id, kind, at, node, artifact, commitment) VALUES ($1, 'x', 'late', 1, 'n', $2, $3)";
            transaction.run(sql, values![&agency, artifact, vec![0; 32]]).await
        })
    });
    assert!(late.await.unwrap_err().to_string().contains("its document was destroyed"));
}

/// Everything in a directory of files.
pub(super) fn files_with(directory: &Path, word: &str) -> Vec<String> {
    let all = super::ward::files(directory, "");
    let has = |path: &std::path::PathBuf| {
        std::fs::read(path).is_ok_and(|bytes| memchr::memmem::find(&bytes, word.as_bytes()).is_some())
    };
    all.iter().filter(|path| has(path)).map(|path| path.display().to_string()).collect()
}
