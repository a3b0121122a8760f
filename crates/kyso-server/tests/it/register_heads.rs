//! A register that was cut, or put back from a backup, gives numbers out again: the service refuses it.

use std::process::Command;

use kyso_server::{Config, ServeError, Server};
use kyso_tests::http::Request;

use crate::certification::{DRAFT, Office, block_on, refused, request};

fn other_request(dossier: &str) -> serde_json::Value {
    kyso_tests::service::certification(dossier)
}

fn start(office: &Office) -> Result<(), ServeError> {
    let config = Config::load(&office.0.path("kyso.toml")).unwrap();
    block_on(Server::bind(&config)).map(|_| ())
}

#[test]
fn a_service_doesnt_start_with_a_register_that_was_put_back() {
    let mut office = Office::new();
    assert_eq!(office.certify(&request(), DRAFT, "a").status, 201);
    office.0.stop().join().unwrap();
    let (register, copy) = (office.0.path("so/register.sqlite3"), office.0.path("copy"));
    std::fs::copy(&register, &copy).unwrap();
    office.0.start();
    assert_eq!(office.certify(&other_request("H61.12-261129-0043"), DRAFT, "b").status, 201);
    office.0.stop().join().unwrap();
    let newest = office.0.path("newest");
    std::fs::copy(&register, &newest).unwrap();

    std::fs::copy(&copy, &register).unwrap();
    let Err(error) = start(&office) else { panic!("it starts") };
    let ServeError::RegisterRolledBack { logged, here, .. } = &error else { panic!("{error}") };
    assert!(here < logged, "{error}");
    let told = error.to_string();
    assert!(told.contains(&format!("has {here} events")) && told.contains(&format!("knows of {logged}")), "{told}");

    // Taken from the archive's rows, the heads are still in its log.
    let script = "
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=20)
triggers = db.execute(\"SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'\").fetchall()
for name, sql in triggers:
    db.execute('DROP TRIGGER ' + name)
assert db.execute('DELETE FROM register_head').rowcount > 1
for name, sql in triggers:
    db.execute(sql)
db.commit()
";
    let rows = office.0.path("data/archive.sqlite3");
    let cut = Command::new("python3").args(["-c", script]).arg(&rows).output().expect("python3");
    assert!(cut.status.success(), "{}", String::from_utf8_lossy(&cut.stderr));
    let Err(error) = start(&office) else { panic!("it starts") };
    assert!(matches!(error, ServeError::RegisterRolledBack { .. }), "{error}");

    std::fs::copy(&newest, &register).unwrap();
    office.0.start();
    assert_eq!(office.certify(&other_request("H61.12-261129-0044"), DRAFT, "c").status, 201);
}

#[test]
fn a_register_that_is_cut_while_the_service_runs_gives_no_number() {
    let mut office = Office::new();
    assert_eq!(office.certify(&request(), DRAFT, "a").status, 201);
    office.0.stop().join().unwrap();
    office.0.start();
    let script = "
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=20)
for (name,) in db.execute(\"SELECT name FROM sqlite_schema WHERE type = 'trigger'\").fetchall():
    db.execute('DROP TRIGGER ' + name)
db.execute('DELETE FROM event WHERE id = (SELECT max(id) FROM event)')
db.commit()
";
    let register = office.0.path("so/register.sqlite3");
    let cut = Command::new("python3").args(["-c", script]).arg(&register).output().expect("python3");
    assert!(cut.status.success(), "{}", String::from_utf8_lossy(&cut.stderr));

    let before = office.entries().len();
    let answer = office.certify(&other_request("H61.12-261129-0043"), DRAFT, "b");
    let detail = refused(&answer, 503, "register.rolled-back", None);
    assert!(detail.contains("sự kiện"), "{detail}");
    assert_eq!(office.entries().len(), before, "no number was given out");
    let health = office.0.send(&Request::new("GET", "/healthz"));
    assert_eq!((health.status, &health.json()["field"]), (503, &"register".into()));
    let issued =
        office.issue(kyso_tests::service::OFFICER, &kyso_tests::shapes::plain(), "01, quyển số 01/2026-SCT/BS", "c");
    assert_eq!((issued.status, &issued.json()["code"]), (503, &"register.rolled-back".into()));
}
