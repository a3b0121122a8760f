//! A PostgreSQL and an S3 store for tests: one of each for the process, an agency and a prefix of its own for each test.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kyso_connect::s3::{Destroyer, Keys, Place as Bucket, Replaced, Store, Style};
use kyso_connect::{Clock, Settings};
use kyso_tests::servers::{Postgres, S3};
use sqlx::Connection as _;
use sqlx::postgres::PgConnection;
use tempfile::TempDir;
use zeroize::Zeroizing;

use crate::{Archive, Grown};

/// An agency's place in servers.
pub(crate) struct Place {
    pub(crate) grown: Grown,
    keys: TempDir,
    /// What the archive's objects are below, for a program that asks as the store's owner.
    url: String,
}

impl Place {
    /// In the servers of this process.
    pub(crate) fn new() -> Self {
        Self::of(postgres(), S3::shared())
    }

    /// The same, in a bucket that keeps versions.
    pub(crate) fn with_versions() -> Self {
        Self::in_bucket(postgres(), S3::shared(), "kyso-kept", true)
    }

    /// In servers of one's own, of which the first was laid out.
    pub(crate) fn of(postgres: &Postgres, s3: &S3) -> Self {
        Self::in_bucket(postgres, s3, "kyso-archive", false)
    }

    fn in_bucket(postgres: &Postgres, s3: &S3, bucket: &str, has_versions: bool) -> Self {
        static AGENCIES: AtomicUsize = AtomicUsize::new(0);
        let agency = format!("ward-{}", AGENCIES.fetch_add(1, Ordering::SeqCst));
        let keys = tempfile::tempdir().unwrap();
        let grown = Grown {
            database: postgres.url_of("kyso_app", "kyso"),
            store: store(s3, bucket, &agency, has_versions),
            drafts: Destroyer::new(store(s3, "kyso-drafts", &agency, false)),
            directory: keys.path().to_owned(),
            repair: None,
            hold: None,
            pools: None,
            agency,
        };
        let url = format!("{}/{bucket}/{}", s3.url(), grown.agency);
        Self { grown, keys, url }
    }

    /// The same place, as the role of who carries destructions out.
    pub(crate) fn destroying(&self) -> Grown {
        let database = self.grown.database.replace("kyso_app@", "kyso_destroyer@");
        Grown { database, ..self.grown.clone() }
    }

    /// The same place, for a role and a credential that read alone, without the keys.
    pub(crate) fn reading(&self) -> Grown {
        let database = self.grown.database.replace("kyso_app@", "kyso_audit@");
        let (store, drafts) = (self.grown.store.clone(), self.grown.drafts.clone());
        Grown { database, store, drafts, directory: "/nowhere".into(), ..self.grown.clone() }
    }

    /// A connection of the schema's owner, who is about this agency's rows.
    pub(crate) async fn owner(&self) -> PgConnection {
        let mut owner = PgConnection::connect(&self.grown.database.replace("kyso_app@", "kyso_owner@")).await.unwrap();
        run(&mut owner, &format!("SET kyso.agency = '{}'", self.grown.agency)).await.unwrap();
        owner
    }

    /// Deletes an object without naming a version, as the store's owner can.
    pub(crate) fn delete(&self, object: &str) {
        let (id, secret) = S3::KEYS;
        let said = format!("request = DELETE\naws-sigv4 = \"aws:amz:us-east-1:s3\"\nuser = \"{id}:{secret}\"\n");
        let mut curl = Command::new("curl");
        curl.args(["-sSfK", "-", &format!("{}/{object}", self.url)]).stdin(Stdio::piped());
        let mut curl = curl.spawn().unwrap();
        curl.stdin.take().unwrap().write_all(said.as_bytes()).unwrap();
        assert!(curl.wait().unwrap().success(), "{object}");
    }

    /// Puts other bytes over an object, as whoever may replace objects can.
    pub(crate) fn overwrite(&self, object: &str, bytes: &[u8]) {
        let store = &self.grown.store;
        let etag = store.head(object, None).unwrap().unwrap().etag;
        assert!(matches!(store.put_if_match(object, bytes, &etag).unwrap(), Replaced::Done(_)), "{object}");
    }

    /// Turns a bit of an object over.
    pub(crate) fn flip(&self, object: &str, byte: usize, bit: u8) {
        let mut bytes = self.grown.store.get(object, None, None).unwrap().unwrap().content;
        bytes[byte] ^= 1 << bit;
        self.overwrite(object, &bytes);
    }

    /// The names of all objects that begin so.
    pub(crate) fn names(&self, prefix: &str) -> Vec<String> {
        let page = self.grown.store.list(prefix, None, 1000).unwrap();
        assert_eq!(page.next, None);
        page.objects.into_iter().map(|listed| listed.name).collect()
    }

    /// Who has other keys, of another process.
    pub(crate) fn keys(&self) -> &TempDir {
        &self.keys
    }
}

/// The PostgreSQL of this process, laid out.
pub(crate) fn postgres() -> &'static Postgres {
    static POSTGRES: OnceLock<Postgres> = OnceLock::new();
    POSTGRES.get_or_init(|| {
        let postgres = Postgres::durable();
        laid_out(&postgres);
        postgres
    })
}

fn store(s3: &S3, bucket: &str, agency: &str, has_versions: bool) -> Store {
    let place = Bucket::new(s3.url(), "us-east-1", bucket, &format!("{agency}/"), Style::Path).unwrap();
    let (id, secret) = S3::KEYS;
    let keys = Keys::new(id, Zeroizing::new(secret.to_owned()));
    let store = Store::new(place, keys, Clock::default(), &Settings::default(), Duration::from_secs(30)).unwrap();
    // The first test that comes makes it.
    let _ = store.make_bucket(has_versions);
    store
}

/// The roles, the database and its schema, as docs/stores.md has them.
pub(crate) fn laid_out(postgres: &Postgres) {
    let (superuser, owner) = (postgres.url().to_owned(), postgres.url_of("kyso_owner", "kyso"));
    // Beside the test's own runtime, which this would block.
    let work = move || tokio::runtime::Runtime::new().unwrap().block_on(lay_out(&superuser, &owner));
    std::thread::spawn(work).join().unwrap();
}

async fn lay_out(superuser: &str, owner: &str) {
    let mut superuser = PgConnection::connect(superuser).await.unwrap();
    for role in ["kyso_owner", "kyso_app", "kyso_audit"] {
        run(&mut superuser, &format!("CREATE ROLE {role} LOGIN")).await.unwrap();
    }
    run(&mut superuser, "CREATE ROLE kyso_destroyer LOGIN IN ROLE kyso_app").await.unwrap();
    run(&mut superuser, "CREATE DATABASE kyso OWNER kyso_owner ENCODING 'UTF8' TEMPLATE template0").await.unwrap();
    run(&mut superuser, "REVOKE ALL ON DATABASE kyso FROM PUBLIC").await.unwrap();
    run(&mut superuser, "GRANT CONNECT ON DATABASE kyso TO kyso_app, kyso_audit").await.unwrap();
    for _ in 0..2 {
        Archive::lay_out(owner).await.unwrap();
    }
}

/// Runs a statement that a test made.
pub(crate) async fn run(connection: &mut PgConnection, sql: &str) -> Result<u64, sqlx::Error> {
    let done = sqlx::query(sqlx::AssertSqlSafe(sql.to_owned())).execute(connection).await;
    done.map(|done| done.rows_affected())
}
