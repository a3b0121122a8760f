//! What the database refuses by itself, whoever asks: no step out of order, no document without a decision, before its time, or held.

use jiff::civil::date;

use super::{LONG_AGO, certified, decided, erasing, paper, told};
use crate::database::{Value, values};
use crate::tests::{Place, archive, for_each_pair, opened};
use crate::{Archive, Decision, DestructionState, Error, NotDestroyed};

for_each_pair!(two_persons_are_asked_and_a_decision_is_written_down, the_database_refuses_what_was_not_decided,);

pub(super) async fn run(archive: &Archive, sql: &'static str, values: Vec<Value>) -> Result<u64, Error> {
    archive.database.write(move |transaction| Box::pin(async move { transaction.run(sql, values).await })).await
}

async fn two_persons_are_asked_and_a_decision_is_written_down(place: Place) {
    let archive = super::begun(&place).await;
    let old = certified(&archive, "old", told(7, "CK", LONG_AGO)).await;
    let number = archive.propose_destruction(&[old.id], "Lê Văn Thư").await.unwrap();
    let refused = archive.execute_destruction(number, "Khác", &erasing(&place), paper).await;
    assert!(matches!(refused, Err(Error::NotDestroyed(NotDestroyed::State { .. }))), "{refused:?}");
    for same in ["Lê Văn Thư", " lê  văn THƯ"] {
        let refused = archive.approve_destruction(number, same, None).await;
        assert!(matches!(refused, Err(Error::NotDestroyed(NotDestroyed::SamePerson(_)))), "{refused:?}");
    }
    let decision = super::decision();
    let refused = archive.decide_destruction(number, "Khác", &decision).await;
    assert!(matches!(refused, Err(Error::NotDestroyed(NotDestroyed::State { .. }))), "not approved: {refused:?}");
    archive.approve_destruction(number, "Nguyễn Chủ Tịch", Some("đã thẩm định")).await.unwrap();
    assert!(archive.approve_destruction(number, "Một người nữa", None).await.is_err(), "once");
    for wrong in [
        Decision { number: " ".into(), ..decision.clone() },
        Decision { date: date(2999, 1, 1), backups: date(2999, 1, 1), ..decision.clone() },
        Decision { backups: date(2023, 12, 31), ..decision.clone() },
    ] {
        let refused = archive.decide_destruction(number, "Khác", &wrong).await;
        assert!(matches!(refused, Err(Error::NotDestroyed(_))), "{wrong:?}");
    }
    archive.decide_destruction(number, "Khác", &decision).await.unwrap();
    let told = archive.destruction(number).await.unwrap();
    assert_eq!(told.approved.unwrap().note.as_deref(), Some("đã thẩm định"));
    assert_eq!(told.decision.as_ref(), Some(&decision));
    assert!(matches!(archive.destruction(99).await, Err(Error::NotDestroyed(NotDestroyed::Unknown(99)))));
    archive.bytes(&old).await.unwrap();
}

pub(super) const STEP: &str =
    "INSERT INTO destruction_step (agency, destruction, step, who, decision, event) VALUES ($1, $2, $3, $4, $5, 'x')";
pub(super) const EVENT: &str =
    "INSERT INTO event (agency, id, kind, at, node, artifact, commitment) VALUES ($1, $2, $3, 1, 'n', $4, $5)";
pub(super) const GONE: &str = "INSERT INTO destroyed (agency, artifact, destruction) VALUES ($1, $2, $3)";

async fn the_database_refuses_what_was_not_decided(place: Place) {
    let archive = super::begun(&place).await;
    let agency = archive.agency.clone();
    let old = certified(&archive, "old", told(7, "CK", LONG_AGO)).await;
    let young = certified(&archive, "young", told(8, "CK", date(2990, 11, 3))).await;
    let free = certified(&archive, "free", told(9, "CK", LONG_AGO)).await;
    let (id, other) = (old.id.to_string(), free.id.to_string());
    let refused = |outcome: Result<u64, Error>, what: &str| {
        let error = outcome.unwrap_err().to_string();
        assert!(error.contains(what), "{error}");
    };
    let number = archive.propose_destruction(&[old.id], "Lê Văn Thư").await.unwrap();
    for (step, who, decision) in [
        ("approved", crate::destruction::who("Lê Văn Thư"), None),
        ("decided", "khác".into(), Some("1".to_owned())),
        ("begun", "khác".into(), None),
        ("executed", "khác".into(), None),
    ] {
        let outcome = run(&archive, STEP, values![&agency, number, step, who, decision]).await;
        refused(outcome, "out of order, or by the same person");
    }
    refused(run(&archive, STEP, values![&agency, 99_u32, "approved", "khác", None::<String>]).await, "out of order");
    archive.approve_destruction(number, "Nguyễn Chủ Tịch", None).await.unwrap();
    // Approved and not decided: neither a row nor a record goes.
    refused(run(&archive, GONE, values![&agency, &id, number]).await, "without a decision");
    archive.decide_destruction(number, "Lê Văn Thư", &super::decision()).await.unwrap();
    refused(run(&archive, GONE, values![&agency, &id, number]).await, "without a decision");
    if let Place::Grown(_) = &place {
        let sql = "SELECT kyso_destroy($1, $2) AS n";
        let outcome = archive.database.row(sql, values![number, &id]).await;
        refused(outcome.map(|_| 0), "without a decision");
    }
    // As somebody who writes what he likes: begun, and yet not what isn't on the list, isn't due, or is held.
    let hold = archive.place_hold(old.id, "Lê Mẫu", "thanh tra", None).await.unwrap();
    run(&archive, STEP, values![&agency, number, "begun", "khác", None::<String>]).await.unwrap();
    refused(run(&archive, GONE, values![&agency, &id, number]).await, "without a decision");
    run(&archive, EVENT, values![&agency, "x", "destruction.begun", None::<String>, vec![0; 32]]).await.unwrap();
    refused(run(&archive, GONE, values![&agency, &id, number]).await, "held");
    archive.release_hold(hold, "Lê Mẫu", "xong", None).await.unwrap();
    refused(run(&archive, GONE, values![&agency, &other, number]).await, "without a decision");
    let item = "INSERT INTO destruction_item (agency, destruction, artifact, ends) VALUES ($1, $2, $3, '2020-01-01')";
    run(&archive, item, values![&agency, number, young.id.to_string()]).await.unwrap();
    refused(run(&archive, GONE, values![&agency, young.id.to_string(), number]).await, "before its time");
    for sql in [
        "DELETE FROM record WHERE agency = $1",
        "DELETE FROM report WHERE agency = $1",
        "DELETE FROM metadata WHERE agency = $1",
        "UPDATE request SET about = '{}', answer = NULL WHERE agency = $1 AND state = 'done'",
        "DELETE FROM destruction WHERE agency = $1",
        "DELETE FROM destroyed WHERE agency = $1 OR 1 = 1",
        "UPDATE destruction_step SET who = 'x' WHERE agency = $1",
        "UPDATE hold SET artifact = 'x' WHERE agency = $1",
    ] {
        let outcome = run(&archive, sql, values![&agency]).await;
        if sql.starts_with("DELETE FROM destroyed") && matches!(place, Place::Files(_)) {
            assert_eq!(outcome.unwrap(), 0, "there's no row");
            continue;
        }
        assert!(outcome.is_err(), "{sql}");
    }
    for artifact in [&old, &young, &free] {
        archive.bytes(artifact).await.unwrap();
        archive.metadata(artifact.id).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn the_rules_of_the_directory_are_taken_and_fixed() {
    let (directory, archive) = archive().await;
    let before = certified(&archive, "before", told(7, "CK", LONG_AGO)).await;
    archive.close().await;
    let text = include_str!("../../../../kyso-certification/data/retention.toml");
    let own = text.replace("years = 2\n", "years = 50\n").replace("ND-23-2015-14", "ward");
    std::fs::write(directory.path().join("retention.toml"), &own).unwrap();
    let archive = opened(&directory).await;
    let later = certified(&archive, "later", told(8, "CK", LONG_AGO)).await;
    for artifact in [&before, &later] {
        let keeping = archive.keeping(artifact.id).await.unwrap();
        assert_eq!(keeping.end.day(), Some(date(2070, 1, 15)), "lengthened");
        assert!(keeping.text.starts_with("ward"), "{keeping:?}");
    }
    archive.close().await;
    std::fs::remove_file(directory.path().join("retention.toml")).unwrap();
    let archive = opened(&directory).await;
    assert_eq!(archive.keeping(before.id).await.unwrap().end.day(), Some(date(2022, 1, 15)));
    assert_eq!(archive.keeping(later.id).await.unwrap().end.day(), Some(date(2070, 1, 15)), "never shortened");
    archive.close().await;
    std::fs::write(directory.path().join("retention.toml"), "version = 'x'").unwrap();
    let refused = Archive::open(directory.path()).await.unwrap_err();
    assert!(refused.to_string().contains("retention.toml"), "{refused}");
}

#[tokio::test]
async fn a_second_store_that_is_not_given_would_keep_its_copies() {
    let (directory, archive) = archive().await;
    let second = tempfile::tempdir().unwrap();
    let archive = archive.with_second(&second.path().join("copy")).await.unwrap();
    let old = certified(&archive, "old", told(7, "CK", LONG_AGO)).await;
    archive.sequence().await.unwrap();
    archive.copy_to_second(u64::MAX).await.unwrap();
    let name = super::name_of(&archive, old.id).await;
    let number = decided(&archive, &[old.id]).await;
    archive.close().await;

    let alone = opened(&directory).await;
    std::fs::write(directory.path().join("kyso.sqlite3"), b"").unwrap();
    let refused = alone.execute_destruction(number, "Khác", &super::Erasing::default(), paper).await;
    assert!(matches!(refused, Err(Error::NotDestroyed(NotDestroyed::SecondStore))), "{refused:?}");
    let archive = alone.with_second(&second.path().join("copy")).await.unwrap();
    let refused = archive.execute_destruction(number, "Khác", &super::Erasing::default(), paper).await;
    assert!(matches!(refused, Err(Error::NotDestroyed(NotDestroyed::Earlier(_)))), "{refused:?}");
    archive.bytes(&old).await.unwrap();
    std::fs::remove_file(directory.path().join("kyso.sqlite3")).unwrap();
    archive.execute_destruction(number, "Khác", &super::Erasing::default(), paper).await.unwrap();
    for directory in [directory.path(), second.path()] {
        let files = crate::tests::ward::files(directory, "");
        assert!(files.iter().all(|path| !path.display().to_string().contains(&name)), "{files:?}");
        assert_eq!(files.iter().filter(|path| path.ends_with("destroyed/1.pdf")).count(), 1);
    }
    assert!(archive.copy_to_second(u64::MAX).await.unwrap().is_complete);
    assert!(archive.scrub(u64::MAX).await.unwrap().is_complete);
}

/// Another process carries it out at the same time.
#[tokio::test]
async fn who_comes_second_is_told_how_it_stands() {
    let (_directory, archive, old, _) = super::again::ward().await;
    let number = decided(&archive, &[old.id]).await;
    archive.begin_destruction(number, "Lê Văn Thư").await.unwrap();
    // It saw the decision before the other one had begun.
    let second = archive.begin_destruction(number, "Khác").await;
    let told = archive.unless_overtaken(second, number, DestructionState::Decided).await.unwrap_err();
    let state = NotDestroyed::State { number, state: DestructionState::Begun };
    assert!(matches!(&told, Error::NotDestroyed(why) if *why == state), "{told:?}");
    let raced = archive.unless_overtaken(Err(Error::Raced), number, DestructionState::Begun).await;
    assert!(matches!(raced, Err(Error::Raced)), "something else was in the way");
}
