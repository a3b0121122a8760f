//! Rows and objects of many documents at once, as keeping them one by one would have written them, for sizes that would take hours
//! so. The tables, triggers and indexes are the archive's own. What is left out: the documents are thirty bytes and nobody's
//! signature, their reports name a signer and nothing else, and no manifests are written. Places in the log are given afterwards by the
//! archive itself.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use kyso::Timestamp;
use kyso::crypto::DigestAlgorithm::{Sha256, Sha512};
use kyso_archive::{Archive, Uuid, log};
use kyso_certification::metadata::Metadata;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::documents::{metadata, mixed};

/// Documents of a statement, and statements of a transaction.
const TOGETHER: u64 = 25;
const TRANSACTION: u64 = 200;
/// The agency of an archive that serves one.
const AGENCY: &str = "ward";
const SIGNER: &str = "Nguyễn Văn Mẫu";

enum Value {
    Text(String),
    Number(i64),
    Bytes(Vec<u8>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

/// Rows of one table that go into one statement.
struct Table {
    into: &'static str,
    columns: usize,
    values: Vec<Value>,
}

impl Table {
    fn new(into: &'static str) -> Self {
        Self { into, columns: into.matches(',').count() + 1, values: Vec::new() }
    }

    fn row<const N: usize>(&mut self, values: [Value; N]) {
        assert_eq!(N, self.columns, "{}", self.into);
        self.values.extend(values);
    }

    async fn write(&mut self, connection: &mut SqliteConnection) {
        let rows = self.values.len() / self.columns;
        let mut sql = format!("INSERT INTO {} VALUES ", self.into);
        for row in 0..rows {
            let places = vec!["?"; self.columns].join(",");
            write!(sql, "{}({places})", if row > 0 { "," } else { "" }).unwrap();
        }
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for value in self.values.drain(..) {
            query = match value {
                Value::Text(text) => query.bind(text),
                Value::Number(number) => query.bind(number),
                Value::Bytes(bytes) => query.bind(bytes),
            };
        }
        query.execute(connection).await.unwrap();
    }
}

/// The tables, in the order in which they're written.
struct Tables {
    request: Table,
    artifact: Table,
    version: Table,
    report: Table,
    event: Table,
    record: Table,
    leaf_pending: Table,
    outbox: Table,
    metadata: Table,
    finding: Table,
    words: Table,
}

impl Tables {
    fn new() -> Self {
        Self {
            request: Table::new(
                "request (agency, name, principal, generation, digest, about, state, lease, node, claimed, artifact)",
            ),
            artifact: Table::new("artifact (agency, id, request, created)"),
            version: Table::new(
                "version (agency, artifact, ordinal, object, start, length, sha256, bytes, level, created, event)",
            ),
            report: Table::new("report (agency, artifact, ordinal, body)"),
            event: Table::new("event (agency, id, kind, at, node, artifact, commitment)"),
            record: Table::new("record (agency, event, salt, body)"),
            leaf_pending: Table::new("leaf_pending (agency, at, event)"),
            outbox: Table::new("outbox (agency, event)"),
            metadata: Table::new("metadata (agency, artifact, revision, body, event)"),
            finding: Table::new(
                "finding (row, agency, artifact, dossier, symbol, year, ordinal, book, date, kind, level, bytes, versions)",
            ),
            words: Table::new("finding_words (rowid, words)"),
        }
    }

    async fn write(&mut self, connection: &mut SqliteConnection) {
        for table in [
            &mut self.request,
            &mut self.artifact,
            &mut self.version,
            &mut self.report,
            &mut self.event,
            &mut self.record,
            &mut self.leaf_pending,
            &mut self.outbox,
            &mut self.metadata,
            &mut self.finding,
            &mut self.words,
        ] {
            table.write(connection).await;
        }
    }

    /// An event with its record, waiting for its place.
    fn event(&mut self, kind: &str, at: i64, artifact: &str, of: serde_json::Value) -> String {
        let id = Uuid::now_v7().to_string();
        let time = Timestamp::from_microsecond(at).unwrap().strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string();
        let mut body = serde_json::json!({ "v": "kyso.record/v1", "kind": kind, "at": time, "id": id });
        body.as_object_mut().unwrap().extend(of.as_object().unwrap().clone());
        let body = serde_json::to_vec(&body).unwrap();
        // A salt that follows from the id: it keeps nothing secret here.
        let salt: [u8; 32] = Sha256.digest(id.as_bytes()).try_into().unwrap();
        let commitment = log::commitment(&salt, &body).as_bytes().to_vec();
        self.event.row([
            AGENCY.into(),
            id.as_str().into(),
            kind.into(),
            at.into(),
            "growth".into(),
            artifact.into(),
            Value::Bytes(commitment),
        ]);
        self.record.row([AGENCY.into(), id.as_str().into(), Value::Bytes(salt.to_vec()), Value::Bytes(body)]);
        self.leaf_pending.row([AGENCY.into(), at.into(), id.as_str().into()]);
        self.outbox.row([AGENCY.into(), id.as_str().into()]);
        id
    }

    /// The document of this number.
    fn document(&mut self, store: &Path, number: u64, at: i64) {
        let name = Sha256.hex(&mixed(number).to_be_bytes());
        let first: Vec<u8> =
            (0..16).map(|byte| u8::from_str_radix(&name[2 * byte..2 * byte + 2], 16).unwrap()).collect();
        let id = uuid::Builder::from_custom_bytes(first.try_into().unwrap()).into_uuid().to_string();
        let object = format!("{name}.0");
        let bytes = format!("%PDF-1.7 of growth {number:010}\n").into_bytes();
        let mut options = fs::File::options();
        let mut file =
            options.create_new(true).write(true).mode(0o400).open(store.join(&name[..2]).join(&object)).unwrap();
        std::io::Write::write_all(&mut file, &bytes).unwrap();
        let (digest, length) = (Sha256.hex(&bytes), i64::try_from(bytes.len()).unwrap());
        let report = serde_json::json!({ "file": format!("{number}.pdf"), "signatures": [{ "signer": { "common_name": SIGNER } }] });
        let report = report.to_string();
        let about =
            r#"{"meta":{"role":"seal","actor":"văn thư","file_name":null},"beside":{"answer":null,"metadata":null}}"#;
        let request_digest = format!("{number:064x}");
        let version = self.event(
            "version.added",
            at,
            &id,
            serde_json::json!({
                "artifact": id, "version": 0, "request": name, "request_digest": request_digest, "object": object, "start": 0,
                "length": length, "part_sha256": digest, "bytes": length, "sha256": digest, "sha512": Sha512.hex(&bytes), "role": "seal",
                "level": "PAdES-B-B", "actor": "văn thư", "file_name": format!("{number}.pdf"),
                "report_sha256": Sha256.hex(report.as_bytes()), "answer_sha256": null,
            }),
        );
        let said = metadata(number);
        let body = serde_json::to_string(&said).unwrap();
        let of_metadata = serde_json::json!({
            "artifact": id, "revision": 0, "metadata_sha256": Sha256.hex(body.as_bytes()), "actor": "văn thư"
        });
        let revision = self.event("metadata.revised", at + 1, &id, of_metadata);
        self.request.row([
            AGENCY.into(),
            name.as_str().into(),
            "growth".into(),
            0.into(),
            request_digest.into(),
            about.into(),
            "done".into(),
            at.into(),
            "growth".into(),
            at.into(),
            id.as_str().into(),
        ]);
        self.artifact.row([AGENCY.into(), id.as_str().into(), name.into(), at.into()]);
        self.version.row([
            AGENCY.into(),
            id.as_str().into(),
            0.into(),
            object.into(),
            0.into(),
            length.into(),
            digest.into(),
            length.into(),
            "PAdES-B-B".into(),
            at.into(),
            version.into(),
        ]);
        self.report.row([AGENCY.into(), id.as_str().into(), 0.into(), report.into()]);
        self.metadata.row([AGENCY.into(), id.as_str().into(), 0.into(), body.into(), revision.into()]);
        self.found_by(&id, number, &said, length);
    }

    fn found_by(&mut self, id: &str, number: u64, said: &Metadata, length: i64) {
        let row = i64::try_from(number).unwrap() + 1;
        let names = said.requesters.iter().map(|requester| requester.full_name.as_str());
        let words = [SIGNER, &said.subject, &said.signer_info.full_name, &said.certifier.full_name];
        let words = names.chain(words).collect::<Vec<_>>().join(" ");
        let of = &said.cert_number;
        self.finding.row([
            row.into(),
            AGENCY.into(),
            id.into(),
            said.dossier_code.to_string().into(),
            of.symbol.as_str().into(),
            i64::from(of.year).into(),
            i64::from(of.ordinal).into(),
            of.book_text().into(),
            said.issued_date.to_string().into(),
            said.cert_kind.as_str().into(),
            "PAdES-B-B".into(),
            length.into(),
            1.into(),
        ]);
        self.words.row([row.into(), folded(&words).into()]);
    }
}

/// Words as the index has them: lower case, without marks, the d with a stroke as d.
fn folded(text: &str) -> String {
    let letters = text.nfd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase);
    letters.map(|letter| if letter == '\u{111}' { 'd' } else { letter }).collect()
}

/// Writes rows and objects until there are `count` documents, and gives them their places in the log. Every document of the archive
/// has to have been written so.
pub(crate) async fn write(directory: &Path, count: u64) {
    let archive = Archive::create(directory).await.unwrap();
    let from = archive.count().await.unwrap();
    let newest = archive.newest_event().await.unwrap();
    archive.close().await;
    let begun = std::time::Instant::now();
    let options = SqliteConnectOptions::new()
        .filename(directory.join("archive.sqlite3"))
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Off)
        .pragma("cache_size", "-2000000");
    let mut connection = options.connect().await.unwrap();
    // An hour and more before now, and after everything that is there.
    let before = Timestamp::now().as_microsecond() - 4_000_000_000;
    let mut at = newest.map_or(before, |newest| newest.as_microsecond() + 1);
    let (mut tables, mut number) = (Tables::new(), from);
    let store = directory.join("o");
    while number < count {
        connection.execute("BEGIN IMMEDIATE").await.unwrap();
        for _ in 0..TRANSACTION {
            let end = (number + TOGETHER).min(count);
            while number < end {
                tables.document(&store, number, at);
                (number, at) = (number + 1, at + 2);
            }
            tables.write(&mut connection).await;
            if number == count {
                break;
            }
        }
        connection.execute("COMMIT").await.unwrap();
        if number % 50_000 == 0 {
            eprintln!("{number} written after {:.0} s", begun.elapsed().as_secs_f64());
        }
    }
    connection.close().await.unwrap();
    let written = begun.elapsed().as_secs_f64();
    let archive = Archive::open(directory).await.unwrap();
    let begun = std::time::Instant::now();
    let leaves = archive.sequence().await.unwrap();
    println!(
        "{}",
        serde_json::json!({
            "from": from, "count": archive.count().await.unwrap(), "seconds": written, "leaves": leaves,
            "sequencing_seconds": begun.elapsed().as_secs_f64(),
        })
    );
    archive.close().await;
}
