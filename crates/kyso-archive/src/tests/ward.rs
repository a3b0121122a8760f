//! A small archive with something of everything in it, to be tampered with.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::civil::date;
use kyso_certification::metadata::{Certifier, FileCode, Metadata, Requester, SignerInfo, Status};
use kyso_certification::number::CertificationNumber;
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tempfile::TempDir;

use super::{kept, open, request, verified};
use crate::log::{FileDigests, Trust, check};
use crate::{Archive, Artifact, Audit, Beside, Caller, Described, Draft, DraftBegun, Error, Sought};

/// An archive that is closed, and what it was asked before.
pub(super) struct Ward {
    directory: TempDir,
    pub(super) answers: Answers,
    /// The published checkpoint half-way.
    pub(super) checkpoint: Vec<u8>,
    /// The database half-way.
    pub(super) earlier: Vec<u8>,
}

/// What an archive answers; an error where it doesn't.
#[derive(Debug, Default)]
pub(super) struct Answers(Vec<(String, Result<String, String>)>);

/// Metadata that say this of their subject.
pub(super) fn metadata(ordinal: u32, subject: &str) -> Metadata {
    let dossier_code: kyso_certification::dossier::DossierCode = "H61.12-261103-0042".parse().unwrap();
    Metadata {
        doc_code: "H61.12_CK_000128_V1".into(),
        file_code: FileCode { organ_id: "H61.12".into(), file_catalog: 2026, file_notation: "CK-11".into() },
        result_code: dossier_code.result(1).unwrap(),
        dossier_code,
        procedure_code: "2.000884".into(),
        type_name: "Giấy ủy quyền".into(),
        code_number: ordinal.to_string(),
        code_notation: "SCT/CK,ĐC".into(),
        issued_date: date(2026, 11, 3),
        organ_name: "Ủy ban nhân dân xã Bình Minh".into(),
        subject: subject.into(),
        language: None,
        page_amount: Some(2),
        description: None,
        signer_info: SignerInfo { position: "Chủ tịch".into(), full_name: "Nguyễn Văn Mẫu".into() },
        keyword: None,
        mode: None,
        confidence_level: None,
        format: None,
        infor_sign: None,
        maintenance: "02 năm".into(),
        rights: "Hạn chế".into(),
        cert_kind: "CK".into(),
        cert_number: CertificationNumber { symbol: "SCT/CK,ĐC".into(), year: 2026, ordinal, book: 1 },
        requesters: vec![Requester {
            full_name: "Trần Thị Hằng".into(),
            id_kind: "Căn cước".into(),
            id_number: "•••••••••001".into(),
        }],
        certifier: Certifier {
            full_name: "Nguyễn Văn Mẫu".into(),
            title: "Chủ tịch".into(),
            power: String::new(),
            delegation: None,
        },
        place: "xã Bình Minh".into(),
        time: None,
        fee: Some(10_000),
        origin: None,
        file: None,
        signatures: Vec::new(),
        lookup_code: None,
        status: Status::Valid,
    }
}

async fn callers(archive: &Archive, count: usize) {
    let caller = |number: usize| Caller { name: format!("caller {number}"), secret: format!("{number:064x}") };
    archive.principals(&(0..count).map(caller).collect::<Vec<_>>()).await.unwrap();
}

/// What an archive has half-way.
pub(super) async fn fill_half(archive: &Archive) {
    for name in ["a", "b"] {
        kept(archive, name).await;
        archive.sequence().await.unwrap();
    }
}

/// Something of everything.
pub(super) async fn fill(archive: &Archive, callers_before: usize) {
    callers(archive, callers_before).await;
    archive.sequence().await.unwrap();
    let claim = open(archive, &request("told", 'a')).await;
    let beside = Beside { answer: Some(r#"{"number":128}"#.into()), metadata: Some(metadata(128, "Ủy quyền")) };
    let described = archive.keep(claim, &verified("c"), beside).await.unwrap();
    archive.sequence().await.unwrap();
    archive.revise(described.id, &metadata(128, "Ủy quyền nhận tiền"), "văn thư", Some("Lê Mẫu".into())).await.unwrap();
    let claim = open(archive, &request("described", 'b')).await;
    archive.describe(claim, &described, &metadata(129, "Ủy quyền"), Some("{}".into())).await.unwrap();
    kept(archive, "d").await;
    let refused = open(archive, &request("refused", 'c')).await;
    archive.refuse(refused).await.unwrap();
    drop(open(archive, &request("open", 'd')).await);
    let DraftBegun::Open(preparing) = archive.begin_draft(&request("draft", 'e')).await.unwrap() else {
        unreachable!()
    };
    let created = jiff::Timestamp::from_second(1_800_000_000).unwrap();
    archive.keep_draft(preparing, b"%PDF-1.7 draft".to_vec(), "văn thư", "{}".into(), created).await.unwrap();
    archive.sequence().await.unwrap();
    // The last one has no place in the log yet.
    kept(archive, "e").await;
}

async fn made(callers_before: usize) -> Ward {
    let (directory, archive) = super::archive().await;
    fill_half(&archive).await;
    let checkpoint = std::fs::read(directory.path().join("log/checkpoint")).unwrap();
    archive.close().await;
    let earlier = std::fs::read(directory.path().join("archive.sqlite3")).unwrap();

    let archive = super::opened(&directory).await;
    fill(&archive, callers_before).await;
    let answers = Answers::of(&archive).await;
    archive.close().await;
    Ward { directory, answers, checkpoint, earlier }
}

/// An archive with a dozen leaves.
pub(super) async fn small() -> &'static Ward {
    static SMALL: Shared = Shared::const_new(None);
    shared(&SMALL, 3).await
}

/// An archive with more than one full tile.
pub(super) async fn large() -> &'static Ward {
    static LARGE: Shared = Shared::const_new(None);
    shared(&LARGE, 260).await
}

type Shared = tokio::sync::Mutex<Option<(Instant, &'static Ward)>>;

/// An archive for several tests. Something in it waits for its place in the log, which may take ten minutes: on a busy machine
/// tests go on for longer, so it's made anew in time.
async fn shared(before: &Shared, callers: usize) -> &'static Ward {
    let mut before = before.lock().await;
    match *before {
        Some((at, ward)) if at.elapsed() < Duration::from_mins(3) => ward,
        _ => {
            let ward: &'static Ward = Box::leak(Box::new(made(callers).await));
            *before = Some((Instant::now(), ward));
            ward
        }
    }
}

impl Ward {
    /// A copy to do anything to.
    pub(super) fn copy(&self) -> TempDir {
        let directory = tempfile::tempdir().unwrap();
        copy(self.directory.path(), directory.path());
        directory
    }

    pub(super) fn path(&self) -> &Path {
        self.directory.path()
    }
}

impl Answers {
    /// Asks everything, beginning with what the archive of this directory knows of itself.
    pub(super) async fn of(archive: &Archive) -> Self {
        let mut answers = Self::default();
        let rows = archive.database.rows("SELECT id FROM artifact ORDER BY id", Vec::new()).await;
        let rows = rows.unwrap_or_default();
        let ids: Vec<String> = rows.iter().filter_map(|row| row.text("id").ok()).collect();
        let rows = archive.database.rows("SELECT id FROM draft", Vec::new()).await.unwrap_or_default();
        let drafts: Vec<String> = rows.iter().filter_map(|row| row.text("id").ok()).collect();
        answers.ask(archive, &ids, &drafts).await;
        answers
    }

    /// Asks again what was asked for these answers.
    pub(super) async fn again(&self, archive: &Archive) -> Self {
        let of = |kind: &str| -> Vec<String> {
            self.0.iter().filter_map(|(asked, _)| asked.strip_prefix(kind).map(str::to_owned)).collect()
        };
        let mut answers = Self::default();
        answers.ask(archive, &of("artifact "), &of("draft ")).await;
        answers
    }

    async fn ask(&mut self, archive: &Archive, artifacts: &[String], drafts: &[String]) {
        let trust = archive.log_key().map(|key| Trust::new(&[key], &[], 0).unwrap());
        for id in artifacts {
            let Ok(uuid) = id.parse() else { continue };
            let artifact: Result<Option<Artifact>, Error> = archive.artifact(uuid).await;
            self.put(format!("artifact {id}"), &artifact);
            self.put(format!("versions {id}"), &archive.versions(uuid).await);
            let described: Result<Option<Described>, Error> = archive.metadata(uuid).await;
            self.put(format!("metadata {id}"), &described);
            let Ok(Some(artifact)) = artifact else { continue };
            self.put(format!("same {id}"), &archive.by_sha256(&artifact.sha256).await);
            self.put(format!("report {id}"), &archive.report(&artifact).await);
            let bytes = archive.bytes(&artifact).await;
            self.put(format!("bytes {id}"), &bytes);
            let receipt = archive.receipt(&artifact).await;
            if let (Ok(Some(receipt)), Ok(bytes), Ok(trust)) = (&receipt, &bytes, &trust) {
                let checked = check(&FileDigests::of(bytes), receipt.to_string().as_bytes(), trust);
                self.0.push((format!("receipt holds {id}"), Ok(checked.is_ok().to_string())));
            }
            // Its checkpoint may be any of those that were signed: only what it's about counts.
            let record = receipt.map(|receipt| receipt.map(|receipt| (receipt.index, receipt.record)));
            self.put(format!("receipt {id}"), &record);
        }
        for id in drafts {
            let Ok(uuid) = id.parse() else { continue };
            let draft: Result<Option<Draft>, Error> = archive.draft(uuid).await;
            self.put(format!("draft {id}"), &draft);
            if let Ok(Some(draft)) = draft {
                self.put(format!("draft bytes {id}"), &archive.draft_bytes(&draft).await);
            }
        }
        for words in ["hang", "nguyen van", "nhan tien"] {
            let sought = Sought { words: Some(words.into()), ..Sought::default() };
            self.put(format!("find {words}"), &archive.find(&sought).await);
        }
        let sought = Sought { ordinal: Some(129), ..Sought::default() };
        self.put("find 129".into(), &archive.find(&sought).await);
        let caller = Caller { name: "caller 1".into(), secret: format!("{:064x}", 1) };
        self.put("principal".into(), &archive.principals(&[caller]).await);
    }

    fn put<T: std::fmt::Debug>(&mut self, asked: String, answer: &Result<T, Error>) {
        let answer = answer.as_ref().map(|answer| format!("{answer:?}")).map_err(ToString::to_string);
        self.0.push((asked, answer));
    }

    /// What is answered otherwise than before. Where the archive says that it isn't whole, an error or nothing is no wrong answer.
    pub(super) fn wrong(&self, now: &Self, is_whole: bool) -> Vec<String> {
        let mut wrong = Vec::new();
        for (asked, before) in &self.0 {
            let answer = now.0.iter().find(|(other, _)| other == asked).map(|(_, answer)| answer);
            let is_right = match answer {
                Some(answer) if answer == before => true,
                _ if is_whole => false,
                None | Some(Err(_)) => true,
                // Less than there was, which the audit says.
                Some(Ok(answer)) => answer == "None" || answer == "[]" || asked.starts_with("find"),
            };
            if !is_right {
                wrong.push(format!("{asked}: {answer:?}"));
            }
        }
        wrong
    }
}

/// Copies a directory with everything in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to)
        } else {
            std::fs::copy(entry.path(), to).map(|_| ()).unwrap()
        }
    }
}

/// Looks at everything in a directory.
pub(crate) async fn audited(directory: &Path) -> Audit {
    audited_since(directory, &[]).await
}

/// Looks at everything, with checkpoints that were kept.
pub(super) async fn audited_since(directory: &Path, since: &[Vec<u8>]) -> Audit {
    let auditor = Archive::open_to_audit(directory, None).await.unwrap();
    let audit = auditor.audit(since, |_| {}).await.unwrap();
    auditor.close().await;
    audit
}

/// What an audit found, as codes and subjects.
pub(super) fn found(audit: &Audit) -> Vec<(&'static str, String)> {
    audit.problems.iter().map(|finding| (finding.code.code(), finding.subject.to_string())).collect()
}

/// Runs a statement as whoever owns the file can: without triggers, which are put back.
pub(crate) async fn tamper(directory: &Path, sql: &str) -> u64 {
    let options = SqliteConnectOptions::new().filename(directory.join("archive.sqlite3"));
    let mut raw = SqliteConnection::connect_with(&options).await.unwrap();
    let triggers: Vec<(String, String)> =
        sqlx::query_as("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetch_all(&mut raw).await.unwrap();
    for (name, _) in &triggers {
        sqlx::query(sqlx::AssertSqlSafe(format!("DROP TRIGGER {name}"))).execute(&mut raw).await.unwrap();
    }
    let changed = sqlx::query(sqlx::AssertSqlSafe(sql.to_owned())).execute(&mut raw).await.unwrap().rows_affected();
    for (_, sql) in triggers {
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut raw).await.unwrap();
    }
    raw.close().await.unwrap();
    changed
}

/// The files below a directory of the archive, sorted.
pub(super) fn files(directory: &Path, below: &str) -> Vec<PathBuf> {
    let (mut found, mut left) = (Vec::new(), vec![directory.join(below)]);
    while let Some(path) = left.pop() {
        for entry in std::fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { left.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

/// Turns one bit over.
pub(super) fn flip(path: &Path, byte: usize, bit: u8) {
    let mut bytes = std::fs::read(path).unwrap();
    bytes[byte] ^= 1 << bit;
    std::fs::remove_file(path).unwrap();
    std::fs::write(path, bytes).unwrap();
}
