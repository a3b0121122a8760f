//! Who changes the file behind the register's back is found out.

use kyso::Language;
use sqlx::{AssertSqlSafe, SqliteConnection};

use super::*;

pub(super) async fn raw(directory: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(directory.join("register.sqlite3")).foreign_keys(true);
    SqliteConnection::connect_with(&options).await.unwrap()
}

pub(super) async fn run(connection: &mut SqliteConnection, sql: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection).await.map(|_| ())
}

/// Takes the triggers away that keep what is written.
pub(super) const OFF: &str = "PRAGMA foreign_keys = OFF; DROP TRIGGER entry_is_never_changed; \
    DROP TRIGGER entry_is_never_deleted; DROP TRIGGER event_is_never_changed; DROP TRIGGER event_is_never_deleted; \
    DROP TRIGGER book_is_never_changed; DROP TRIGGER book_is_never_deleted; DROP TRIGGER number_is_never_changed; \
    DROP TRIGGER number_is_never_deleted; DROP TRIGGER definition_is_never_changed; \
    DROP TRIGGER definition_is_never_deleted;";

async fn filled() -> (tempfile::TempDir, Register) {
    let (directory, register) = new().await;
    for key in ["a", "b", "c", "d"] {
        issued(&register, "CK", key).await;
    }
    register.next_book("CK", 2026, &today()).await.unwrap();
    let void = allot(&register, &request("CK", "e")).await;
    register.void(&void.id(), "x", &today()).await.unwrap();
    register.close_year(2026, true, &today()).await.unwrap();
    sound(&register).await;
    (directory, register)
}

#[tokio::test]
async fn triggers_forbid_what_no_caller_may() {
    let (directory, register) = filled().await;
    allot(&register, &dated("BS", "f", date(2025, 3, 4))).await;
    let mut connection = raw(directory.path()).await;
    let entry = |ordinal: u32, year: i16| {
        format!(
            "INSERT INTO entry VALUES ('BS', {year}, {ordinal}, 1, 'SCT/BS', '{year}-03-04', 'z', '{}', '{{}}')",
            "0".repeat(64)
        )
    };
    let event = |what: &str, register: &str, year: i16, ordinal: &str| {
        format!(
            "INSERT INTO event SELECT max(id) + 1, '{register}', {year}, {ordinal}, '{what}', '', '', '{{}}', '{}' FROM event",
            "0".repeat(64)
        )
    };
    for (sql, why) in [
        ("UPDATE entry SET content = '{}'".to_owned(), "written once"),
        ("DELETE FROM entry".to_owned(), "written once"),
        ("UPDATE event SET actor = 'x'".to_owned(), "written once"),
        ("DELETE FROM event".to_owned(), "written once"),
        ("UPDATE book SET first = 2".to_owned(), "written once"),
        ("DELETE FROM book".to_owned(), "written once"),
        (entry(3, 2025), "ordinals run on"),
        (entry(1, 2025), "on"),
        (entry(1, 2026), "the year is closed"),
        ("INSERT INTO book VALUES ('BS', 2025, 3, 2)".to_owned(), "books run on"),
        ("INSERT INTO book VALUES ('BS', 2025, 2, 9)".to_owned(), "books run on"),
        ("INSERT INTO book VALUES ('CK', 2026, 3, 6)".to_owned(), "the year is closed"),
        (event("book", "CK", 2026, "NULL"), "the year is closed"),
        (event("closed", "BS", 2025, "NULL"), "entries are pending"),
        (event("cancelled", "BS", 2025, "1"), "past that"),
        (event("linked", "CK", 2026, "5"), "past that"),
        (event("issued", "BS", 2025, "7"), "FOREIGN KEY"),
        (event("issued", "BS", 2025, "NULL"), "CHECK"),
        (event("void", "BS", 2025, "1").replace("+ 1", "+ 2"), "events run on"),
    ] {
        let error = run(&mut connection, &sql).await.expect_err(&sql).to_string();
        assert!(error.contains(why), "{sql}: {error}");
    }
    sound(&register).await;
}

#[tokio::test]
async fn an_audit_finds_what_was_changed_with_the_triggers_off() {
    for (sql, wanted) in [
        ("DELETE FROM entry WHERE ordinal = 2", "number CK 2/2026 is missing"),
        ("DELETE FROM entry WHERE ordinal = 1", "number CK 1/2026 is missing"),
        ("UPDATE entry SET content = json_set(content, '$.fee', 1) WHERE ordinal = 2", "number CK 2/2026 was altered"),
        ("UPDATE entry SET date = '2026-03-01' WHERE ordinal = 2", "number CK 2/2026 was altered"),
        ("UPDATE entry SET book = 2 WHERE ordinal = 2", "number CK 2/2026 was altered"),
        ("UPDATE entry SET symbol = 'SCT/X' WHERE ordinal = 2", "number CK 2/2026 was altered"),
        ("UPDATE book SET first = 4 WHERE book = 2", "book 00/2026"),
        ("DELETE FROM event WHERE what = 'void'", "the chain is broken"),
        ("UPDATE event SET actor = 'x' WHERE id = 3", "event 3: the chain is broken"),
        ("UPDATE event SET what = 'void' WHERE what = 'issued' AND ordinal = 1", "its content is wrong"),
        ("UPDATE event SET at = '2026-03-05T00:00:00Z' WHERE what = 'closed'", "the chain is broken"),
        ("DELETE FROM event WHERE ordinal = 3; DELETE FROM entry WHERE ordinal = 3", "number CK 3/2026 is missing"),
        ("DELETE FROM event WHERE ordinal = 4 AND what = 'allotted'", "number CK 4/2026 isn't explained"),
        ("DELETE FROM entry WHERE ordinal = 5; DELETE FROM event WHERE ordinal = 5", "totals"),
        ("DELETE FROM number WHERE ordinal = 2", "number 02/2026-SCT/CK,ĐC: the numbers given out"),
        ("UPDATE number SET register = 'BS' WHERE ordinal = 2", "number 02/2026-SCT/CK,ĐC: the numbers given out"),
        ("INSERT INTO number VALUES ('SCT/CK,DC', 2026, 9, 'CK')", "number 09/2026-SCT/CK,DC: the numbers given out"),
        ("UPDATE definition SET content = '{}'", "the definitions' version 1"),
        ("DELETE FROM definition", "the definitions' version 1"),
        ("INSERT INTO definition SELECT 2, sha256, content FROM definition", "the definitions' version 2"),
    ] {
        let (directory, register) = filled().await;
        let mut connection = raw(directory.path()).await;
        run(&mut connection, &format!("{OFF} {sql}")).await.unwrap();
        let audit = register.audit().await.unwrap();
        let told = audit.problems.iter().map(|problem| problem.text(Language::English)).collect::<Vec<_>>();
        assert!(told.iter().any(|text| text.contains(wanted)), "{sql}: {told:?}");
    }
}

/// Events cut off at the end leave no broken link: the head that was written down elsewhere tells.
#[tokio::test]
async fn the_head_of_the_chain_changes_with_every_event() {
    let (_directory, register) = new().await;
    let before = sound(&register).await;
    assert_eq!((before.events, before.head.as_str()), (0, store::BEGINNING));
    allot(&register, &request("CK", "a")).await;
    let after = sound(&register).await;
    // The definitions, the book's opening and the number's allotment.
    assert_eq!(after.events, 3);
    assert_ne!(after.head, before.head);
}
