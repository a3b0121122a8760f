//! PostgreSQL and an S3 store, laid out as docs/stores.md says, and what a configuration says of them.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use kyso_connect::s3::{Keys, Place, Store, Style};
use kyso_connect::{Clock, Settings};
use zeroize::Zeroizing;

use crate::servers::{Postgres, S3};
use crate::tool;

/// The buckets of objects and of drafts.
const BUCKETS: [&str; 2] = ["kyso", "kyso-drafts"];

/// The servers that several processes and agencies share.
#[derive(Debug)]
pub struct Province {
    /// Rows.
    pub postgres: Postgres,
    /// Objects.
    pub s3: S3,
}

impl Province {
    /// Servers of one's own, laid out, whose commits are durable.
    pub fn new() -> Self {
        let province = Self { postgres: Postgres::durable(), s3: S3::start() };
        let sql = "CREATE ROLE kyso_owner LOGIN; CREATE ROLE kyso_app LOGIN; CREATE ROLE kyso_audit LOGIN; \
                   CREATE ROLE kyso_destroyer LOGIN IN ROLE kyso_app;";
        province.sql(sql);
        province.sql("CREATE DATABASE kyso OWNER kyso_owner ENCODING 'UTF8' TEMPLATE template0");
        province.sql("REVOKE ALL ON DATABASE kyso FROM PUBLIC");
        province.sql("GRANT CONNECT ON DATABASE kyso TO kyso_app, kyso_audit");
        let owner = province.postgres.url_of("kyso_owner", "kyso");
        let laid_out = tool::kyso().args(["archive", "lay-out", "--database", &owner]).output().unwrap();
        assert!(laid_out.status.success(), "{laid_out:?}");
        for bucket in BUCKETS {
            province.bucket(bucket, "").make_bucket(false).unwrap();
        }
        province
    }

    /// Runs statements as the superuser, in the database that others are made in.
    pub fn sql(&self, sql: &str) {
        self.sql_in("postgres", sql);
    }

    /// Runs statements as the superuser; what they print, without headings.
    pub fn sql_in(&self, database: &str, sql: &str) -> String {
        let mut command = Command::new("psql");
        command.args(["-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-c", sql]);
        let output = command.arg(self.postgres.url_of("postgres", database)).stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// A bucket, or what is below a prefix of it, in the hands of who may do everything.
    pub fn bucket(&self, bucket: &str, prefix: &str) -> Store {
        let place = Place::new(self.s3.url(), "us-east-1", bucket, prefix, Style::Path).unwrap();
        let (id, secret) = S3::KEYS;
        let keys = Keys::new(id, Zeroizing::new(secret.to_owned()));
        Store::new(place, keys, Clock::default(), &Settings::default(), Duration::from_secs(30)).unwrap()
    }

    /// `[archive]` of a configuration, and the credential that it names, written into the directory.
    pub fn archive(&self, directory: &Path, agency: Option<&str>) -> String {
        let (id, secret) = S3::KEYS;
        let file = directory.join("s3.credentials");
        std::fs::write(&file, format!("aws_access_key_id = {id}\naws_secret_access_key = {secret}\n")).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let prefix = agency.map(|agency| format!("/{agency}")).unwrap_or_default();
        let agency = agency.map(|agency| format!("agency = '{agency}'\n")).unwrap_or_default();
        format!(
            "\n[archive]\n{agency}database = '{}'\nstore = 's3://{}{prefix}'\ndrafts = 's3://{}{prefix}'\n\
             [archive.s3]\nendpoint = '{}'\ncredentials = 's3.credentials'\n",
            self.postgres.url_of("kyso_app", "kyso"),
            BUCKETS[0],
            BUCKETS[1],
            self.s3.url(),
        )
    }
}

impl Default for Province {
    fn default() -> Self {
        Self::new()
    }
}
