//! A register in PostgreSQL: what the server lets whom do, several processes at once, and what was changed behind its back.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use kyso::Language;
use kyso_tests::servers::Postgres;
use sqlx::AssertSqlSafe;
use sqlx::postgres::PgConnection;

use super::*;

/// An agency's place in a server.
pub(super) struct Place {
    pub(super) grown: Grown,
    pub(super) directory: tempfile::TempDir,
}

impl Place {
    pub(super) fn new() -> Self {
        static POSTGRES: OnceLock<Postgres> = OnceLock::new();
        static AGENCIES: AtomicUsize = AtomicUsize::new(0);
        let postgres = POSTGRES.get_or_init(|| {
            let postgres = Postgres::durable();
            laid_out(&postgres);
            postgres
        });
        Self::of(postgres, format!("ward-{}", AGENCIES.fetch_add(1, Ordering::SeqCst)))
    }

    fn of(postgres: &Postgres, agency: String) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let database = postgres.url_of("kyso_app", "kyso");
        Self { grown: Grown { agency, database, directory: directory.path().to_owned(), pools: None }, directory }
    }

    /// The same for another role.
    fn of_role(&self, role: &str) -> Grown {
        Grown { database: self.url_of(role), ..self.grown.clone() }
    }

    async fn made(&self) -> Register {
        let register = Register::create_grown(&self.grown).await.unwrap();
        register.with_clock_confirmed()
    }

    pub(super) async fn opened(&self) -> Result<Register, Error> {
        Register::open_grown(&self.grown).await
    }

    /// A connection of this role, which is about the agency's rows.
    pub(super) async fn connected(&self, role: &str) -> PgConnection {
        let mut connection = PgConnection::connect(&self.url_of(role)).await.unwrap();
        run(&mut connection, &format!("SET kyso.agency = '{}'", self.grown.agency)).await.unwrap();
        run(&mut connection, "SET search_path = register").await.unwrap();
        connection
    }

    fn url_of(&self, role: &str) -> String {
        self.grown.database.replace("kyso_app@", &format!("{role}@"))
    }
}

/// The roles, the database and its schema, as docs/stores.md has them.
fn laid_out(postgres: &Postgres) {
    let (superuser, owner) = (postgres.url().to_owned(), postgres.url_of("kyso_owner", "kyso"));
    let work = move || {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let mut superuser = PgConnection::connect(&superuser).await.unwrap();
            for role in ["kyso_owner", "kyso_app", "kyso_audit"] {
                run(&mut superuser, &format!("CREATE ROLE {role} LOGIN")).await.unwrap();
            }
            let sql = "CREATE DATABASE kyso OWNER kyso_owner ENCODING 'UTF8' TEMPLATE template0";
            run(&mut superuser, sql).await.unwrap();
            run(&mut superuser, "REVOKE ALL ON DATABASE kyso FROM PUBLIC").await.unwrap();
            run(&mut superuser, "GRANT CONNECT ON DATABASE kyso TO kyso_app, kyso_audit").await.unwrap();
            for _ in 0..2 {
                Register::lay_out(&owner).await.unwrap();
            }
        });
    };
    // Beside the test's own runtime, which this would block.
    std::thread::spawn(work).join().unwrap();
}

pub(super) async fn run(connection: &mut PgConnection, sql: &str) -> Result<u64, sqlx::Error> {
    let done = sqlx::query(AssertSqlSafe(sql.to_owned())).execute(connection).await;
    done.map(|done| done.rows_affected())
}

async fn tables(connection: &mut PgConnection) -> Vec<String> {
    let sql = "SELECT CAST(relname AS TEXT) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
               WHERE n.nspname = 'register' AND relkind = 'r' AND relname <> '_sqlx_migrations' ORDER BY relname";
    sqlx::query_scalar(sql).fetch_all(connection).await.unwrap()
}

fn code(error: &sqlx::Error) -> String {
    error.as_database_error().and_then(|error| error.code()).unwrap_or_default().into_owned()
}

/// A register with a row in every table but that of numbers given out twice.
async fn filled(place: &Place) -> Register {
    let register = place.made().await;
    for key in ["a", "b", "c"] {
        issued(&register, "CK", key).await;
    }
    let open = allot(&register, &request("BS", "d")).await;
    register.void(&open.id(), "x", &today()).await.unwrap();
    sound(&register).await;
    register
}

#[tokio::test(flavor = "multi_thread")]
async fn the_services_role_reads_and_adds_and_no_more() {
    let place = Place::new();
    let register = filled(&place).await;
    let mut app = place.connected("kyso_app").await;
    let tables = tables(&mut app).await;
    assert_eq!(tables, ["begun", "book", "definition", "entry", "event", "number", "number_twice"]);
    for table in &tables {
        for sql in [
            format!("UPDATE {table} SET agency = agency"),
            format!("DELETE FROM {table}"),
            format!("TRUNCATE {table}"),
            format!("SELECT * FROM {table} FOR UPDATE"),
            format!("MERGE INTO {table} t USING (SELECT 1) s ON true WHEN MATCHED THEN UPDATE SET agency = 'x'"),
            format!("INSERT INTO {table} SELECT * FROM {table} ON CONFLICT (agency) DO UPDATE SET agency = 'x'"),
            format!("ALTER TABLE {table} DISABLE TRIGGER ALL"),
            format!("ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"),
            format!("DROP TABLE {table}"),
            format!("CREATE TRIGGER t BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION refuse('x')"),
            format!("SELECT once('{table}')"),
        ] {
            // Which columns are unique is looked at first.
            let is_no_key = sql.contains("ON CONFLICT") && table != "begun";
            let refused = run(&mut app, &sql).await.expect_err(&sql);
            assert_eq!(code(&refused), if is_no_key { "42P10" } else { "42501" }, "{sql}: {refused}");
        }
    }
    for sql in [
        "SET session_replication_role = replica",
        "CREATE TABLE register.t (a int)",
        "CREATE FUNCTION register.refuse() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SET ROLE kyso_owner",
    ] {
        assert!(run(&mut app, sql).await.is_err(), "{sql}");
    }
    sound(&register).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owners_slips_are_stopped_too() {
    let place = Place::new();
    let register = filled(&place).await;
    let mut owner = place.connected("kyso_owner").await;
    for table in tables(&mut owner).await {
        for sql in [
            format!("UPDATE {table} SET agency = 'x'"),
            format!("DELETE FROM {table}"),
            format!("TRUNCATE {table} CASCADE"),
        ] {
            let refused = run(&mut owner, &sql).await.expect_err(&sql).to_string();
            assert!(refused.contains("written once"), "{sql}: {refused}");
        }
    }
    sound(&register).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agency_sees_its_own_numbers_alone() {
    let (one, other) = (Place::new(), Place::new());
    let register = filled(&one).await;
    let mut own = one.connected("kyso_app").await;
    let mut others = other.connected("kyso_app").await;
    let mut nobodys = PgConnection::connect(&one.grown.database).await.unwrap();
    run(&mut nobodys, "SET search_path = register").await.unwrap();
    for table in tables(&mut own).await {
        let sql = format!("SELECT * FROM {table}");
        assert_eq!(run(&mut own, &sql).await.unwrap() > 0, table != "number_twice", "{table}");
        assert_eq!((run(&mut others, &sql).await.unwrap(), run(&mut nobodys, &sql).await.unwrap()), (0, 0), "{table}");
    }
    let sql = format!(
        "INSERT INTO book (agency, register, year, book, first) VALUES ('{}', 'GD', 2026, 1, 1)",
        one.grown.agency
    );
    assert!(run(&mut others, &sql).await.unwrap_err().to_string().contains("row-level security"));
    assert!(
        run(&mut nobodys, "INSERT INTO book (register, year, book, first) VALUES ('GD', 2026, 1, 1)").await.is_err()
    );

    // Neither that it's there nor what it has: the other one's begins at 01, and takes the same keys.
    assert!(matches!(other.opened().await, Err(Error::AbsentIn { agency }) if agency == other.grown.agency));
    let others = other.made().await;
    assert_eq!(others.list(&Filter::default()).await.unwrap(), []);
    assert_eq!(others.by_request("a").await.unwrap(), None);
    assert_eq!(others.head().await.unwrap().events, Some(0));
    let first = allot(&others, &request("CK", "a")).await;
    assert_eq!(first.number, number("SCT/CK,ĐC", 2026, 1, 1));
    // The same file may be certified by both.
    assert_eq!(others.by_sha256(verified("a").sha256()).await.unwrap(), []);
    others.issue(&first.id(), &verified("a"), &today()).await.unwrap();
    assert_eq!(register.list(&Filter::default()).await.unwrap().len(), 4);
    sound(&register).await;
    sound(&others).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tables_hold_to_the_rules_whoever_writes() {
    let place = Place::new();
    let register = filled(&place).await;
    register.close_year(2026, true, &today()).await.unwrap();
    allot(&register, &dated("BS", "f", date(2025, 3, 4))).await;
    let mut app = place.connected("kyso_app").await;
    let columns = "(register, year, ordinal, book, symbol, date, request, digest, content)";
    let entry = |register: &str, ordinal: u32, symbol: &str| {
        format!(
            "INSERT INTO entry {columns} VALUES ('{register}', 2025, {ordinal}, 1, '{symbol}', '2025-03-04', 'z', '{}', '{{}}')",
            "0".repeat(64)
        )
    };
    let event = |what: &str, register: &str, year: i16, ordinal: &str, next: i64| {
        format!(
            "INSERT INTO event (id, register, year, ordinal, what, at, actor, detail, chain) \
             SELECT max(id) + {next}, '{register}', {year}, {ordinal}, '{what}', '', '', '{{}}', '{}' FROM event",
            "0".repeat(64)
        )
    };
    let book = |register: &str, year: i16, book: u32, first: u32| {
        format!("INSERT INTO book (register, year, book, first) VALUES ('{register}', {year}, {book}, {first})")
    };
    run(&mut app, &book("XX", 2025, 1, 1)).await.unwrap();
    for (sql, why) in [
        (entry("BS", 3, "SCT/BS"), "ordinals run on"),
        (entry("BS", 1, "SCT/BS"), "ordinals run on"),
        (entry("XX", 1, "SCT/BS"), "a number is given out once"),
        (entry("XX", 1, "sct/bs"), "a number is given out once"),
        (entry("CK", 1, "SCT/CK,ĐC"), "foreign key"),
        (entry("XX", 1, "SCT/X").replace("2025", "2026"), "foreign key"),
        (entry("CK", 4, "SCT/CK,ĐC").replace("2025", "2026"), "the year is closed"),
        (book("BS", 2025, 3, 2), "books run on"),
        (book("BS", 2025, 2, 9), "books run on"),
        (book("CK", 2026, 2, 4), "the year is closed"),
        (event("book", "CK", 2026, "NULL", 1), "the year is closed"),
        (event("closed", "BS", 2025, "NULL", 1), "entries are pending"),
        (event("cancelled", "BS", 2025, "1", 1), "past that"),
        (event("linked", "BS", 2026, "1", 1), "past that"),
        (event("issued", "BS", 2025, "7", 1), "foreign key"),
        (event("issued", "BS", 2025, "NULL", 1), "check constraint"),
        (event("void", "BS", 2025, "1", 2), "events run on"),
        (event("void", "BS", 2025, "1", 0), "events run on"),
        (
            "INSERT INTO definition (version, sha256, content) VALUES (3, repeat('0', 64), '{}')".into(),
            "versions run on",
        ),
        ("INSERT INTO number_twice (register, year, ordinal) VALUES ('BS', 2025, 1)".into(), "given out once"),
        ("INSERT INTO begun (at) VALUES (0)".into(), "duplicate key"),
    ] {
        let refused = run(&mut app, &sql).await.expect_err(&sql).to_string();
        assert!(refused.contains(why), "{sql}: {refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_may_do_more_and_a_schema_that_holds_less_are_refused() {
    let place = Place::new();
    filled(&place).await.close().await;
    for role in ["kyso_owner", "postgres", "kyso_audit"] {
        let opened = Register::open_grown(&place.of_role(role)).await;
        match role {
            // It reads; what it would write is refused.
            "kyso_audit" => {
                let refused = opened.unwrap().allot(&request("CK", "z"), &today()).await.unwrap_err();
                assert!(matches!(refused, Error::Database(_)), "{refused}");
            }
            _ => assert!(matches!(opened, Err(Error::Unfit(_))), "{role}"),
        }
    }
    let reading = Register::open_grown_to_read(&place.of_role("kyso_audit")).await.unwrap();
    sound(&reading).await;
    assert_eq!(reading.list(&Filter::default()).await.unwrap().len(), 4);
    let id = EntryId { register: "CK".into(), year: 2026, ordinal: 1 };
    assert!(matches!(reading.void(&id, "x", &today()).await, Err(Error::Database(_))));
    let mut superuser = place.connected("postgres").await;
    run(&mut superuser, "CREATE ROLE wide_register LOGIN IN ROLE kyso_app").await.unwrap();
    for right in [
        "UPDATE ON register.entry",
        "DELETE ON register.event",
        "UPDATE (chain) ON register.event",
        "CREATE ON SCHEMA register",
    ] {
        run(&mut superuser, &format!("GRANT {right} TO wide_register")).await.unwrap();
        let opened = Register::open_grown(&place.of_role("wide_register")).await;
        assert!(matches!(opened, Err(Error::Unfit(_))), "{right}");
        run(&mut superuser, &format!("REVOKE {right} FROM wide_register")).await.unwrap();
    }
    for agency in ["", "Ward", "a b", "x'; --"] {
        let named = Grown { agency: agency.to_owned(), ..place.grown.clone() };
        let opened = Register::open_grown(&named).await;
        assert!(matches!(opened, Err(Error::Unfit(_))), "{agency:?}");
    }
}

/// In a server of its own: what its owner changes, every agency would see.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_behind_its_back_is_named() {
    let postgres = Postgres::durable();
    laid_out(&postgres);
    let mut agencies = 0..;
    let mut place = || Place::of(&postgres, format!("ward-{}", agencies.next().unwrap_or_default()));
    for (sql, wanted) in [
        ("DELETE FROM entry WHERE register = 'CK' AND ordinal = 2", "number CK 2/2026 is missing"),
        ("UPDATE entry SET content = replace(content, '10000', '1') WHERE ordinal = 2", "number CK 2/2026 was altered"),
        ("UPDATE entry SET symbol = 'SCT/X' WHERE ordinal = 2", "number CK 2/2026 was altered"),
        ("UPDATE event SET actor = 'x' WHERE id = 3", "event 3: the chain is broken"),
        ("DELETE FROM event WHERE what = 'issued' AND ordinal = 2", "the chain is broken"),
        ("DELETE FROM number WHERE ordinal = 2", "number 02/2026-SCT/CK,ĐC: the numbers given out"),
        ("UPDATE definition SET content = '{}'", "the definitions' version 1"),
        ("UPDATE book SET first = 2 WHERE register = 'CK'", "book"),
    ] {
        let place = place();
        let register = filled(&place).await;
        let mut superuser = place.connected("postgres").await;
        run(&mut superuser, "SET session_replication_role = replica").await.unwrap();
        let sql = if sql.contains("WHERE") {
            format!("{sql} AND agency = '{}'", place.grown.agency)
        } else {
            format!("{sql} WHERE agency = '{}'", place.grown.agency)
        };
        assert!(run(&mut superuser, &sql).await.unwrap() > 0, "{sql}");
        let told = tampering::told(&register).await;
        assert!(told.iter().any(|text| text.contains(wanted)), "{sql}: {told:?}");
    }
    // What was cut off shows by a head alone.
    let cut = place();
    let register = filled(&cut).await;
    let head = register.head().await.unwrap();
    let mut superuser = cut.connected("postgres").await;
    run(&mut superuser, "SET session_replication_role = replica").await.unwrap();
    for table in [
        "event WHERE register = 'BS' AND",
        "entry WHERE register = 'BS' AND",
        "book WHERE register = 'BS' AND",
        "number WHERE register = 'BS' AND",
    ] {
        run(&mut superuser, &format!("DELETE FROM {table} agency = '{}'", cut.grown.agency)).await.unwrap();
    }
    let audit = register.audit_since(&[head]).await.unwrap();
    assert_eq!(audit.problems, []);
    assert!(matches!(audit.since[0].difference, Some(Difference::Gone { events: 3, .. })), "{audit:?}");

    // What holds the tables.
    let place = place();
    filled(&place).await.close().await;
    for (sql, wanted) in [
        ("DROP TRIGGER once ON event", "trigger once of event was taken away"),
        ("ALTER TABLE entry DISABLE TRIGGER runs_on", "trigger runs_on of entry was taken away"),
        ("CREATE POLICY wide ON book USING (true)", "table book was changed"),
        ("ALTER TABLE number DISABLE ROW LEVEL SECURITY", "table number was changed"),
        ("DROP TABLE number_twice", "table number_twice was taken away"),
    ] {
        let mut superuser = place.connected("postgres").await;
        run(&mut superuser, sql).await.unwrap();
        assert!(place.opened().await.is_err(), "{sql}");
        if sql.starts_with("DROP TABLE") {
            continue;
        }
        let reading = Register::open_grown_to_read(&place.of_role("kyso_audit")).await.unwrap();
        let told = reading.audit().await.unwrap().problems;
        let told = told.iter().map(|one| one.text(Language::English)).collect::<Vec<_>>();
        assert!(told.iter().any(|text| text.contains(wanted)), "{sql}: {told:?}");
    }
}

/// Processes ask at once, and the server cuts their connections: no number twice, none missing, none without its event.
#[tokio::test(flavor = "multi_thread")]
async fn processes_that_are_cut_off_share_no_number() {
    const EACH: usize = 25;
    // A server of its own: other tests' connections aren't cut.
    let postgres = Postgres::durable();
    laid_out(&postgres);
    let place = Place::of(&postgres, "ward".into());
    drop(place.made().await);
    let mut tasks = Vec::new();
    for process in 0..4 {
        let register = place.opened().await.unwrap().with_clock_confirmed();
        tasks.push(tokio::spawn(async move {
            let mut ordinals = Vec::new();
            for key in 0..EACH {
                // Two of the four ask under the same keys.
                let request = request("CK", &format!("{}-{key}", process / 2));
                loop {
                    match register.allot(&request, &today()).await {
                        Ok(allotted) => break ordinals.push((request.request.clone(), allotted.entry.number.ordinal)),
                        Err(Error::Database(_)) => {}
                        Err(error) => panic!("{error}"),
                    }
                }
            }
            ordinals
        }));
    }
    let mut superuser = place.connected("postgres").await;
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'kyso_app' AND pid <> pg_backend_pid() \
               AND query LIKE 'INSERT INTO e%' AND state <> 'idle'";
    let mut cuts = 0;
    while !tasks.iter().all(tokio::task::JoinHandle::is_finished) {
        cuts += if cuts < 40 { run(&mut superuser, cut).await.unwrap() } else { 0 };
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let mut given = std::collections::BTreeMap::new();
    for task in tasks {
        for (key, ordinal) in task.await.unwrap() {
            assert_eq!(*given.entry(key).or_insert(ordinal), ordinal, "a request has one number");
        }
    }
    let mut ordinals = given.into_values().collect::<Vec<_>>();
    ordinals.sort_unstable();
    assert_eq!(ordinals, (1..=2 * u32::try_from(EACH).unwrap()).collect::<Vec<_>>());
    let audit = sound(&place.opened().await.unwrap()).await;
    assert_eq!(audit.years[0].totals.allotted, 50);
}
