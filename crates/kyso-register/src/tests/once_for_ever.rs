//! Symbol, year and ordinal are unique for ever; what an earlier version gave out twice is named.

use sqlx::SqlSafeStr as _;
use sqlx::SqliteConnection;
use sqlx::migrate::{Migration, MigrationType, Migrator};

use super::tampering::{OFF, raw, run};
use super::*;
use crate::store::{About, append, content_digest};

const OURS: &str = include_str!("../../data/registers.toml");

/// A register as the version before made it, with these numbers: code, symbol, ordinal.
pub(super) async fn old_register(numbers: &[(&str, &str, u32)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let options =
        SqliteConnectOptions::new().filename(directory.path().join("register.sqlite3")).create_if_missing(true);
    let mut connection = SqliteConnection::connect_with(&options.foreign_keys(true)).await.unwrap();
    let step = database::STEPS[0];
    let first = Migration::new(1, "register".into(), MigrationType::Simple, step.sql.into_sql_str(), false);
    Migrator::with_migrations(vec![first]).run(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let mut connection = Transaction::of_other_file(&directory.path().join("register.sqlite3")).await.unwrap();
    for (code, symbol, ordinal) in numbers {
        let content = serde_json::to_string(&row()).unwrap();
        let (digest, request) = (content_digest(code, &content), format!("{code}-{ordinal}"));
        if *ordinal == 1 {
            let sql = "INSERT INTO book VALUES ($1, 2026, 1, 1)";
            connection.run(sql, values![*code]).await.unwrap();
            let about = About { register: code, year: 2026, ordinal: None };
            append(&mut connection, about, &today(), What::Book { book: 1, first: 1 }).await.unwrap();
        }
        let sql = "INSERT INTO entry VALUES ($1, 2026, $2, 1, $3, '2026-03-05', $4, $5, $6)";
        let values = values![*code, *ordinal, *symbol, &request, &digest, content];
        connection.run(sql, values).await.unwrap();
        let what =
            What::Allotted { number: number(symbol, 2026, *ordinal, 1), date: date(2026, 3, 5), request, digest };
        let about = About { register: code, year: 2026, ordinal: Some(*ordinal) };
        append(&mut connection, about, &today(), what).await.unwrap();
    }
    connection.close().await;
    directory
}

#[tokio::test]
async fn an_old_register_is_migrated_and_goes_on() {
    let directory = old_register(&[("GD", "SCT/GD", 1), ("GD", "SCT/GD", 2), ("BS", "SCT/BS", 1)]).await;
    let mut connection = raw(directory.path()).await;
    let chain: String =
        sqlx::query_scalar("SELECT chain FROM event ORDER BY id DESC").fetch_one(&mut connection).await.unwrap();
    let register = Register::open(directory.path()).await.unwrap();
    let printed = format!("Events: 5 ({chain})").parse::<Head>().unwrap();
    assert_eq!(allot(&register, &request("GD", "x")).await.number.ordinal, 3);
    let audit = register.audit_since(&[printed]).await.unwrap();
    assert!(audit.is_whole(), "{audit:?}");
    // The definitions, the number.
    assert_eq!(audit.since[0].since, Some(2));
}

#[tokio::test]
async fn numbers_given_out_twice_are_named_and_settled_first() {
    let directory = old_register(&[
        ("GD", "SCT/GD", 1),
        ("GD", "SCT/GD", 2),
        ("HDGD", "SCT/GD", 1),
        ("HDGD", "SCT/GD", 2),
        ("BS", "SCT/BS", 1),
    ])
    .await;
    std::fs::write(directory.path().join("registers.toml"), OURS.replace("code = \"GD\"", "code = \"HDGD\"")).unwrap();
    let register = Register::open(directory.path()).await.unwrap();
    let (one, two) = (number("SCT/GD", 2026, 1, 1), number("SCT/GD", 2026, 2, 1));
    let registers = || ["GD".to_owned(), "HDGD".to_owned()];
    let twice = |number: &CertificationNumber| Problem::Twice { number: number.clone(), registers: registers() };
    assert_eq!(register.audit().await.unwrap().problems, [twice(&one), twice(&two)]);
    let both = Refusal::Twice { numbers: vec![one, two.clone()], registers: ["HDGD".into(), "GD".into()], count: 2 };
    assert_eq!(refusal(register.allot(&request("BS", "x"), &today()).await), both);
    assert_eq!(refusal(register.next_book("BS", 2026, &today()).await), both);
    assert_eq!(refusal(register.close_year(2026, true, &today()).await), both);
    let id = |register: &str, ordinal| EntryId { register: register.into(), year: 2026, ordinal };
    for register_of in ["GD", "HDGD"] {
        let refused = refusal(register.issue(&id(register_of, 2), &verified("x"), &today()).await);
        assert!(matches!(refused, Refusal::Twice { count: 1, .. }), "{refused:?}");
    }
    // A number that stands for one thing is issued.
    register.issue(&id("BS", 1), &verified("y"), &today()).await.unwrap();

    register.void(&id("HDGD", 1), "cấp trùng", &today()).await.unwrap();
    register.void(&id("GD", 2), "cấp trùng", &today()).await.unwrap();
    assert_eq!(register.audit().await.unwrap().problems, []);
    register.issue(&id("HDGD", 2), &verified("z"), &today()).await.unwrap();
    assert_eq!(allot(&register, &request("BS", "x")).await.number.ordinal, 2);
    assert_eq!(allot(&register, &request("HDGD", "y")).await.number.ordinal, 3);
}

#[tokio::test]
async fn a_number_of_another_registers_is_not_given_out_again() {
    // Once the code was GD, and its numbers went further than those of HDGD.
    let directory = old_register(&[("GD", "SCT/GD", 1), ("GD", "SCT/GD", 2), ("HDGD", "SCT/GD", 1)]).await;
    let definitions = OURS.replace("code = \"GD\"", "code = \"HDGD\"");
    std::fs::write(directory.path().join("registers.toml"), &definitions).unwrap();
    let register = Register::open(directory.path()).await.unwrap();
    register.void(&EntryId { register: "HDGD".into(), year: 2026, ordinal: 1 }, "x", &today()).await.unwrap();
    let taken = Refusal::Taken { number: number("SCT/GD", 2026, 2, 1), register: "GD".into() };
    assert_eq!(refusal(register.allot(&request("HDGD", "x"), &today()).await), taken);
    register.close().await;
    // What the refusal says helps.
    let next = "\n[[register.symbol]]\nsymbol = \"SCT/GDM\"\neffective_from = \"2026-03-06\"\nsource = \"x\"\nverified = false\n";
    std::fs::write(directory.path().join("registers.toml"), definitions + next).unwrap();
    let register = Register::open(directory.path()).await.unwrap();
    let entry = register.allot(&request("HDGD", "x"), &stamp(date(2026, 3, 6))).await.unwrap().entry;
    assert_eq!(entry.number, number("SCT/GDM", 2026, 2, 1));
    sound(&register).await;
}

/// By SQL too, and whatever an INSERT says of conflicts: under another code, in small letters, with a plain D.
#[tokio::test]
async fn the_schema_gives_a_number_out_once() {
    let (directory, register) = new().await;
    allot(&register, &request("CK", "a")).await;
    allot(&register, &request("BS", "b")).await;
    let mut connection = raw(directory.path()).await;
    run(&mut connection, "INSERT INTO book VALUES ('XX', 2026, 1, 1)").await.unwrap();
    for symbol in ["SCT/CK,ĐC", "sct/ck,đc", "SCT/CK,DC", "SCT/BS"] {
        for insert in ["INSERT", "INSERT OR IGNORE", "INSERT OR REPLACE"] {
            let sql = format!(
                "{insert} INTO entry VALUES ('XX', 2026, 1, 1, '{symbol}', '2026-03-05', 'z', '{}', '{{}}')",
                "0".repeat(64)
            );
            let error = run(&mut connection, &sql).await.expect_err(&sql).to_string();
            assert!(error.contains("a number is given out once"), "{sql}: {error}");
        }
    }
    // Not even where its entry was taken away.
    run(
        &mut connection,
        &format!("{OFF} DELETE FROM event WHERE ordinal = 1; DELETE FROM entry WHERE register = 'CK'"),
    )
    .await
    .unwrap();
    let taken = register.allot(&request("CK", "c"), &today()).await;
    assert_eq!(refusal(taken), Refusal::Taken { number: number("SCT/CK,ĐC", 2026, 1, 1), register: "CK".into() });
}
