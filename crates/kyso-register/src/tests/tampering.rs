//! Who changes the file behind the register's back is found out.

use kyso::Language;
use std::path::PathBuf;

use sqlx::{AssertSqlSafe, SqliteConnection};

use super::*;
use crate::store::Stored;

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

/// Changes the file with every trigger off, and puts them back: as somebody does who leaves no trace in the schema.
pub(super) async fn changed(connection: &mut SqliteConnection, sql: &str) {
    let triggers = sqlx::query("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name");
    let triggers = triggers.fetch_all(&mut *connection).await.unwrap();
    let texts = |column: &str| triggers.iter().map(|row| row.get::<String, _>(column)).collect::<Vec<_>>();
    let off = texts("name").join("; DROP TRIGGER ");
    run(connection, &format!("PRAGMA foreign_keys = OFF; DROP TRIGGER {off}; {sql}")).await.expect(sql);
    for trigger in texts("sql") {
        run(connection, &trigger).await.unwrap();
    }
}

/// The file that a connection has open.
async fn file(connection: &mut SqliteConnection) -> PathBuf {
    let path = "SELECT file FROM pragma_database_list WHERE name = 'main'";
    sqlx::query_scalar::<_, String>(path).fetch_one(connection).await.unwrap().into()
}

/// Somebody knows how the chain is made, and makes it anew.
pub(super) async fn chained_anew(connection: &mut SqliteConnection) {
    let mut events = Transaction::of_other_file(&file(connection).await).await.unwrap();
    let rows = events.rows("SELECT * FROM event ORDER BY id", values![]).await.unwrap();
    events.close().await;
    let mut before = store::BEGINNING.to_owned();
    let mut updates = String::new();
    for row in &rows {
        let stored = Stored::read(row).unwrap();
        before = stored.chained(&before).unwrap();
        updates += &format!("UPDATE event SET chain = '{before}' WHERE id = {}; ", stored.id);
    }
    changed(connection, &updates).await;
}

pub(super) async fn told(register: &Register) -> Vec<String> {
    let audit = register.audit().await.unwrap();
    audit.problems.iter().map(|problem| problem.text(Language::English)).collect()
}

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
        ("UPDATE event SET what = 'void' WHERE what = 'issued' AND ordinal = 1", "the chain is broken"),
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
        changed(&mut connection, sql).await;
        let told = told(&register).await;
        assert!(told.iter().any(|text| text.contains(wanted)), "{sql}: {told:?}");
    }
}

/// One cause, one finding: what follows from an altered event isn't told beside it.
#[tokio::test]
async fn what_was_altered_is_told_once() {
    let chain = "event 4: the chain is broken; an event was altered, put in or taken out";
    let entry = "number CK 2/2026 was altered after allotment";
    for (sql, wanted) in [
        ("UPDATE event SET actor = 'x' WHERE id = 4", chain),
        ("UPDATE event SET detail = '{}' WHERE id = 4", chain),
        ("UPDATE event SET what = 'void' WHERE id = 4", chain),
        ("UPDATE event SET at = '2036-01-01T00:00:00Z' WHERE id = 4", chain),
        ("UPDATE event SET chain = replace(hex(zeroblob(32)), 'x', '') WHERE id = 4", chain),
        (
            "UPDATE event SET actor = 'x' WHERE id = 1",
            "event 1: the chain is broken; an event was altered, put in or taken out",
        ),
        (
            "UPDATE event SET detail = json_set(detail, '$.sha256', 'x') WHERE what = 'defined'",
            "event 1: the chain is broken; an event was altered, put in or taken out",
        ),
        (
            "UPDATE event SET detail = json_set(detail, '$.first', 3) WHERE what = 'book' AND id < 5",
            "event 2: the chain is broken; an event was altered, put in or taken out",
        ),
        (
            "UPDATE event SET detail = json_set(detail, '$.date', '2026-03-04') WHERE what = 'allotted' AND ordinal = 1",
            "event 3: the chain is broken; an event was altered, put in or taken out",
        ),
        ("UPDATE entry SET content = json_set(content, '$.fee', 1) WHERE ordinal = 2", entry),
        ("UPDATE entry SET date = '2026-03-01', digest = printf('%064d', 0) WHERE ordinal = 2", entry),
        ("UPDATE entry SET book = 2 WHERE ordinal = 2", entry),
        ("UPDATE entry SET symbol = 'SCT/X' WHERE ordinal = 2", entry),
    ] {
        let (directory, register) = filled().await;
        let mut connection = raw(directory.path()).await;
        let kinds = "SELECT group_concat(what, ' ') FROM (SELECT what FROM event ORDER BY id LIMIT 4)";
        let kinds: String = sqlx::query_scalar(kinds).fetch_one(&mut connection).await.unwrap();
        assert_eq!(kinds, "defined book allotted issued");
        changed(&mut connection, sql).await;
        assert_eq!(told(&register).await, [wanted], "{sql}");
    }
}

/// Two causes are two findings, be the events of one entry: an altered event hides nothing else.
#[tokio::test]
async fn beside_an_altered_event_others_are_told() {
    let (directory, register) = filled().await;
    let mut connection = raw(directory.path()).await;
    let sql = "UPDATE event SET actor = 'x' WHERE id = 4; UPDATE entry SET content = json_set(content, '$.fee', 1) \
               WHERE ordinal IN (1, 2); UPDATE event SET detail = '{}' WHERE id = 6; UPDATE definition SET content = '{}'";
    changed(&mut connection, sql).await;
    let told = told(&register).await;
    let wanted = ["number CK 1/2026", "number CK 2/2026", "event 4: the chain", "event 6: the chain", "version 1"];
    assert_eq!(told.len(), wanted.len(), "{told:?}");
    wanted.iter().for_each(|wanted| assert!(told.iter().any(|text| text.contains(wanted)), "{wanted}: {told:?}"));
}

/// Whatever is taken away, changed or put in is named, be it put back in another form.
#[tokio::test]
async fn the_databases_own_rules_are_looked_at() {
    for (sql, wanted) in [
        ("DROP TRIGGER event_is_never_changed", "trigger event_is_never_changed was taken away"),
        ("DROP INDEX event_once", "index event_once was taken away"),
        (
            "DROP INDEX closed_once; CREATE INDEX closed_once ON event (register, year) WHERE what = 'closed'",
            "index closed_once was changed",
        ),
        (
            "DROP TRIGGER entry_is_never_changed; CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry \
             WHEN OLD.ordinal <> 2 BEGIN SELECT RAISE (ABORT, 'the register is written once'); END",
            "trigger entry_is_never_changed was changed",
        ),
        (
            "CREATE TRIGGER sham AFTER INSERT ON entry BEGIN DELETE FROM number_twice; END",
            "trigger sham was put in from outside",
        ),
        ("CREATE TABLE other (x)", "table other was put in from outside"),
        ("CREATE VIEW seen AS SELECT * FROM entry", "view seen was put in from outside"),
        ("ALTER TABLE number_twice ADD COLUMN x ANY", "table number_twice was changed"),
    ] {
        let (directory, register) = filled().await;
        let mut connection = raw(directory.path()).await;
        run(&mut connection, sql).await.unwrap();
        let [problem] = <[Problem; 1]>::try_from(register.audit().await.unwrap().problems).expect(sql);
        assert!(matches!(problem, Problem::Schema { .. }), "{problem:?}");
        assert!(problem.text(Language::English).contains(wanted), "{sql}: {problem:?}");
        assert!(problem.text(Language::Vietnamese).contains("cấu trúc cơ sở dữ liệu"), "{problem:?}");
        register.close().await;
        // It doesn't come back by itself, nor is it forgotten.
        let register = Register::open(directory.path()).await.unwrap();
        assert_eq!(register.audit().await.unwrap().problems, [problem], "{sql}");
    }
    // Statistics are SQLite's own, and rules that were put back as they were are whole.
    let (directory, register) = filled().await;
    let mut connection = raw(directory.path()).await;
    run(&mut connection, "ANALYZE").await.unwrap();
    changed(&mut connection, "").await;
    sound(&register).await;
}

/// Where what the register holds can't be read any more, the audit says what was taken away, and nothing that follows from it.
#[tokio::test]
async fn a_table_or_column_that_was_taken_away_is_named() {
    for (sql, is_unread, wanted) in [
        ("DROP TABLE number_twice", true, "table number_twice was taken away"),
        ("DROP TABLE definition", true, "table definition was taken away"),
        ("ALTER TABLE book RENAME COLUMN first TO beginning", true, "table book was changed"),
        ("ALTER TABLE entry RENAME COLUMN content TO said", true, "table entry was changed"),
        ("ALTER TABLE definition RENAME COLUMN sha256 TO digest", true, "table definition was changed"),
        (
            "DROP TABLE number_twice; CREATE VIEW number_twice AS SELECT 1 AS x",
            true,
            "table number_twice was taken away",
        ),
        ("DROP TABLE _sqlx_migrations", false, "table _sqlx_migrations was taken away"),
        ("ALTER TABLE _sqlx_migrations RENAME COLUMN checksum TO x", false, "table _sqlx_migrations was changed"),
        ("DELETE FROM _sqlx_migrations", false, "table _sqlx_migrations was changed"),
    ] {
        let (directory, register) = filled().await;
        let head = sound(&register).await.head;
        let mut connection = raw(directory.path()).await;
        run(&mut connection, sql).await.expect(sql);
        connection.close().await.unwrap();
        let before = register.audit().await.unwrap();
        register.close().await;
        // Opened anew, and as often as one likes: opening it mends nothing, and breaks nothing more.
        for _ in 0..2 {
            let register =
                Register::open_to_audit(directory.path()).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
            let audit = register.audit().await.unwrap();
            register.close().await;
            assert_eq!(audit, before, "{sql}");
            assert!(!audit.is_whole() && audit.unread == is_unread, "{sql}: {audit:?}");
            assert_eq!(audit.head == head, !is_unread, "{sql}");
            let told = audit.problems.iter().map(|one| one.text(Language::English)).collect::<Vec<_>>();
            assert!(told.iter().any(|text| text.contains(wanted)), "{sql}: {told:?}");
            let is_schema = |one: &Problem| matches!(one, Problem::Schema { .. });
            assert!(audit.problems.iter().all(is_schema), "{sql}: {told:?}");
        }
    }
    // Another version's register isn't taken for one that somebody changed.
    let (directory, register) = filled().await;
    register.close().await;
    let mut connection = raw(directory.path()).await;
    let sql = "INSERT INTO _sqlx_migrations SELECT 99, description, installed_on, success, checksum, execution_time \
               FROM _sqlx_migrations WHERE version = 3; CREATE TABLE later (x)";
    run(&mut connection, sql).await.unwrap();
    connection.close().await.unwrap();
    assert!(matches!(Register::open_to_audit(directory.path()).await, Err(Error::Unfit(_))));
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
