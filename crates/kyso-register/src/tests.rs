use jiff::civil::date;
use kyso::VerifiedArtifact;
use kyso::local_time::VIETNAM;
use kyso_certification::number::CertificationNumber;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, Row as _};

use super::*;
use crate::database::values;
use kyso_tests::shapes::named;
use kyso_tests::signing;

mod clocks;
mod definitions_kept;
mod grown;
mod heads;
mod moving;
mod numbers;
mod once_for_ever;
mod properties;
mod sealed;
mod tampering;
mod unchecked;

/// A time at noon in Vietnam.
fn stamp(day: Date) -> Stamp {
    Stamp { by: "Lê Thị Mẫu".into(), at: VIETNAM.to_timestamp(day.at(12, 0, 0, 0)).unwrap() }
}

fn today() -> Stamp {
    stamp(date(2026, 3, 5))
}

fn row() -> Row {
    let id = |text: &str| Some(text.to_owned());
    Row {
        requesters: vec![Person {
            name: "Nguyễn Văn Mẫu".into(), id_kind: id("CCCD"), id_number: id("001085012345")
        }],
        document: "Giấy ủy quyền".into(),
        certifier: Certifier { name: "Trần Văn Mẫu".into(), title: "Phó Chủ tịch".into() },
        quantity: Quantity { copies: 2, papers: 1, pages: 3 },
        languages: Some(Languages { from: "Anh".into(), into: "Việt".into() }),
        fee: Some(10_000),
        ..Row::default()
    }
}

fn request(register: &str, key: &str) -> Allotment {
    Allotment { register: register.into(), request: key.into(), row: row(), ..Allotment::default() }
}

fn dated(register: &str, key: &str, date: Date) -> Allotment {
    Allotment { date: Some(date), other_year: true, ..request(register, key) }
}

/// Where a test's register is.
enum Place {
    /// In a file.
    File(tempfile::TempDir),
    /// In PostgreSQL.
    Grown(grown::Place),
}

impl Place {
    fn file() -> Self {
        Self::File(tempfile::tempdir().unwrap())
    }

    fn grown() -> Self {
        Self::Grown(grown::Place::new())
    }

    /// The directory that the definitions are in.
    fn path(&self) -> &Path {
        match self {
            Self::File(directory) => directory.path(),
            Self::Grown(place) => place.directory.path(),
        }
    }

    /// A new register, which takes the clock as it is.
    async fn made(&self) -> Register {
        let register = match self {
            Self::File(directory) => Register::create(directory.path()).await,
            Self::Grown(place) => Register::create_grown(&place.grown).await,
        };
        register.unwrap()
    }

    /// A new register. Months lie between the times of a test.
    async fn register(&self) -> Register {
        self.made().await.with_clock_confirmed()
    }

    /// The register, opened again: another process's.
    async fn opened(&self) -> Result<Register, Error> {
        match self {
            Self::File(directory) => Register::open(directory.path()).await,
            Self::Grown(place) => Register::open_grown(&place.grown).await,
        }
    }
}

/// Each test for both databases.
macro_rules! for_each_database {
    ($($test:ident),* $(,)?) => {
        mod file {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                super::$test(crate::tests::Place::file()).await
            })*
        }

        mod grown {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                super::$test(crate::tests::Place::grown()).await
            })*
        }
    };
}
use for_each_database;

async fn new() -> (tempfile::TempDir, Register) {
    let directory = tempfile::tempdir().unwrap();
    // Months lie between the times of a test.
    let register = Register::create(directory.path()).await.unwrap().with_clock_confirmed();
    (directory, register)
}

async fn allot(register: &Register, request: &Allotment) -> Entry {
    register.allot(request, &today()).await.unwrap().entry
}

async fn issued(register: &Register, name: &str, key: &str) -> Entry {
    let entry = allot(register, &request(name, key)).await;
    register.issue(&entry.id(), &verified(key), &today()).await.unwrap()
}

/// A signed document that bears this name.
fn verified(name: &str) -> VerifiedArtifact {
    signing::verified(&named(name))
}

fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

async fn sound(register: &Register) -> Audit {
    let audit = register.audit().await.unwrap();
    assert_eq!(audit.problems, []);
    audit
}

fn number(symbol: &str, year: i16, ordinal: u32, book: u32) -> CertificationNumber {
    CertificationNumber { symbol: symbol.into(), year, ordinal, book }
}
