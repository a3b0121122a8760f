//! What an operator does with an archive in PostgreSQL and S3, by the command alone: destroys, holds, keeps a second copy.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test panics where something is wrong"
)]

use std::path::Path;
use std::process::Output;

use kyso_archive::{Archive, Artifact, Begun, Beside, Location, Meta, Request, Second};
use kyso_connect::s3::{Destroyer, Store};
use kyso_server::{AgencyConfig, Config};
use kyso_tests::http::Answer;
use kyso_tests::province::Province;
use kyso_tests::service::{self, Callers, Running, request, sign};
use kyso_tests::{shapes, signing, tool};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

const DESTROYING: &str = "[archive.s3]\ndestroy_credentials = 's3.credentials'\n";

/// An installation in a province's servers, whose objects are in buckets of this name.
struct Installed {
    directory: TempDir,
    callers: Callers,
    /// Everything below the archive's prefix, in the hands of who may do everything.
    store: Store,
}

impl Installed {
    /// An agency with an archive that was just made. `more`: entries of `[archive]`, before its sub-tables.
    fn new(province: &Province, agency: &str, bucket: &str, more: &str, tables: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let callers = service::write_config(directory.path(), agency);
        let archive = province.archive(directory.path(), Some(agency));
        let archive = archive.replace("s3://kyso/", &format!("s3://{bucket}/"));
        let destroying = format!("destroy_database = '{}'\n", province.postgres.url_of("kyso_destroyer", "kyso"));
        let archive = archive.replace("[archive.s3]", &format!("{more}{destroying}[archive.s3]"));
        let file = directory.path().join("kyso.toml");
        std::fs::write(&file, std::fs::read_to_string(&file).unwrap() + &archive + tables).unwrap();
        let store = province.bucket(bucket, &format!("{agency}/"));
        let installed = Self { directory, callers, store };
        installed.said(&["init"], 0);
        installed
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = tool::kyso();
        command.current_dir(self.path()).env("KYSO_OFFICER", "Lê Thị Mẫu").env("KYSO_ARCHIVE", "kyso.toml");
        command.arg("archive").args(arguments).output().unwrap()
    }

    /// What `kyso archive` prints, where it ends so.
    fn said(&self, arguments: &[&str], code: i32) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
    }

    fn change(&self, from: &str, to: &str) {
        let file = self.path().join("kyso.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains(from), "{text}");
        std::fs::write(&file, text.replacen(from, to, 1)).unwrap();
    }

    fn config(&self) -> AgencyConfig {
        Config::load(&self.path().join("kyso.toml")).unwrap().agency(None).unwrap().clone()
    }

    /// Does something with the archive as the service has it, with its second store.
    fn with<T, F: Future<Output = T>>(&self, work: impl FnOnce(Archive) -> F) -> T {
        let config = self.config();
        let (location, second) = (config.location().unwrap(), config.second_store().unwrap());
        assert!(matches!(location, Location::Grown(_)));
        Runtime::new().unwrap().block_on(async {
            let archive = Archive::open_at(&location).await.unwrap();
            let archive = match &second {
                Some(second) => archive.with_second_at(second).await.unwrap(),
                None => archive,
            };
            let done = work(archive.clone()).await;
            archive.close().await;
            done
        })
    }

    /// A document that was certified in 2020.
    fn certified(&self, ordinal: u32) -> Artifact {
        self.with(|archive| async move {
            let meta = Meta { role: kyso::Role::Seal, actor: "văn thư".into(), file_name: None };
            let request = Request::unkeyed("văn thư").unwrap();
            let Begun::Open(claim) = archive.begin(&request, &meta).await.unwrap() else { panic!("it's new") };
            let beside = Beside { answer: None, metadata: Some(serde_json::from_value(told(ordinal)).unwrap()) };
            let file = signing::verified(&shapes::named(&ordinal.to_string()));
            let kept = archive.keep(claim, &file, beside).await.unwrap();
            archive.sequence().await.unwrap();
            while archive.write_manifests(100).await.unwrap() > 0 {}
            kept
        })
    }

    /// A list with this document that has its decision.
    fn decided(&self, document: &Artifact) {
        self.said(&["destroy", "propose", &document.id.to_string()], 0);
        self.said(&["destroy", "approve", "1", "--by", "Nguyễn Văn Mẫu"], 0);
        let today = kyso::local_time::VIETNAM.to_datetime(jiff::Timestamp::now()).date().to_string();
        self.said(&["destroy", "decide", "1", "--decision", "12/QĐ", "--date", &today], 0);
    }

    /// The names of the store's objects that begin so, of which there are versions, and of markers.
    fn versions(&self, prefix: &str) -> Vec<(String, String)> {
        let page = self.store.list_versions(prefix, None, 1000).unwrap();
        assert!(page.next.is_none());
        page.versions.into_iter().map(|version| (version.name, version.version)).collect()
    }

    /// The names and versions of a document's objects.
    fn objects(&self, document: &Artifact) -> Vec<(String, String)> {
        let id = document.id.simple().to_string();
        let all = self.versions("o/");
        // A document's id is the beginning of its request's name, but for the version and the variant of the UUID.
        let is_its = |name: &str| name.split('/').nth(2).is_some_and(|name| name[..12] == id[..12]);
        all.into_iter().filter(|(name, _)| is_its(name)).collect()
    }
}

/// What is said of a certified document.
fn told(ordinal: u32) -> Value {
    json!({
        "DocCode": "H61.12_CK_000128_V1",
        "FileCode": { "OrganId": "H61.12", "FileCatalog": 2020, "FileNotation": "CK-11" },
        "ResultCode": "H61.12-200103-0042-KQ(1)",
        "DossierCode": "H61.12-200103-0042",
        "ProcedureCode": "2.000884",
        "TypeName": "Giấy ủy quyền",
        "CodeNumber": ordinal.to_string(),
        "CodeNotation": "SCT/CK,ĐC",
        "IssuedDate": "05/01/2020",
        "OrganName": "Ủy ban nhân dân xã Bình Minh",
        "Subject": "Ủy quyền",
        "SignerInfo": { "Position": "Chủ tịch", "FullName": "Nguyễn Văn Mẫu" },
        "Maintenance": "02 năm",
        "Rights": "Hạn chế",
        "CertKind": "CK",
        "CertNumber": { "symbol": "SCT/CK,ĐC", "year": 2020, "ordinal": ordinal, "book": 1 },
        "Requesters": [{ "FullName": "Trần Thị Hằng", "IdKind": "Căn cước", "IdNumber": "•••••••••001" }],
        "Certifier": { "FullName": "Nguyễn Văn Mẫu", "Title": "Chủ tịch", "Power": "" },
        "Place": "xã Bình Minh",
        "Fee": 10000,
    })
}

/// A province whose bucket `kyso-locked` keeps versions and has object lock.
fn locked() -> Province {
    let province = Province::new();
    province.bucket("kyso-locked", "").make_bucket(true).unwrap();
    province
}

const EXECUTE: [&str; 6] = ["destroy", "execute", "1", "--decision", "12/QĐ", "--no-second"];

#[test]
fn what_is_destroyed_by_the_command_is_gone_from_the_bucket() {
    let province = locked();
    let ward = Installed::new(&province, "binh-minh", "kyso-locked", "", "");
    let (old, other) = (ward.certified(7), ward.certified(8));
    // Somebody put other bytes over a part, and deleted a manifest without naming a version: versions and a marker are left.
    let objects = ward.objects(&old);
    assert_eq!(objects.len(), 3, "the PDF, its manifest, and that of what is said of it: {objects:?}");
    let (part, _) = objects.iter().find(|(name, _)| name.ends_with(".0")).unwrap();
    let head = ward.store.head(part, None).unwrap().unwrap();
    let whole = ward.store.get(part, None, None).unwrap().unwrap().content;
    ward.store.put_if_match(part, b"other", &head.etag).unwrap();
    let head = ward.store.head(part, None).unwrap().unwrap();
    ward.store.put_if_match(part, &whole, &head.etag).unwrap();
    assert_eq!(ward.objects(&old).len(), 5);
    ward.decided(&old);

    // Nobody is named who may delete.
    let refused = ward.said(&EXECUTE, 64);
    assert!(refused.contains("destroy_credentials") && refused.contains("[archive.s3]"), "{refused}");
    assert!(refused.contains("Chưa tiêu hủy gì"), "{refused}");
    assert!(ward.said(&["destroy", "show", "1"], 0).contains("đã có quyết định"));
    assert_eq!(ward.objects(&old).len(), 5);
    // The service needn't be able to read who may; the command has to.
    ward.change("[archive.s3]\n", "[archive.s3]\ndestroy_credentials = 'nowhere'\n");
    let service = Running::start(ward.path());
    assert_eq!(service.get(&ward.callers, &format!("/api/v1/artifacts/{}", old.id)).status, 200);
    assert!(ward.said(&EXECUTE, 64).contains("nowhere"));
    ward.change("destroy_credentials = 'nowhere'\n", &DESTROYING["[archive.s3]\n".len()..]);

    // The service's own role may not, and the one that may is named for this command alone.
    let own = province.postgres.url_of("kyso_app", "kyso");
    let destroyer = province.postgres.url_of("kyso_destroyer", "kyso");
    ward.change(&format!("destroy_database = '{destroyer}'\n"), "");
    assert!(ward.said(&EXECUTE, 64).contains("destroy_database"));
    ward.change(&format!("database = '{own}'\n"), &format!("database = '{own}'\ndestroy_database = '{destroyer}'\n"));
    // Beside the service.
    let done = ward.said(&EXECUTE, 0);
    assert!(done.contains("đã tiêu hủy"), "{done}");
    assert_eq!(ward.objects(&old), [], "no version of any object is left");
    assert_eq!(ward.objects(&other).len(), 3);
    let gone = service.get(&ward.callers, &format!("/api/v1/artifacts/{}", old.id));
    assert_eq!((gone.status, &gone.json()["code"]), (410, &"artifact.destroyed".into()), "{gone:?}");
    assert_eq!(service.terminate().0, Some(0));
    ward.said(&["destroy", "certificate", "1", "-o", "giay.pdf"], 0);
    assert!(std::fs::read(ward.path().join("giay.pdf")).unwrap().starts_with(b"%PDF-"));
    let certificates: Vec<_> = ward.versions("destroyed/").into_iter().map(|(name, _)| name).collect();
    assert_eq!(certificates, ["destroyed/1.json", "destroyed/1.pdf"], "they stay");
    assert!(ward.said(&["fetch", &old.id.to_string(), "-o", "old.pdf"], 5).contains("12/QĐ"));
    ward.said(&["fetch", &other.id.to_string(), "-o", "other.pdf"], 0);
    assert!(ward.said(&["audit"], 0).contains("nguyên vẹn"));
    assert!(ward.said(&EXECUTE, 0).contains(": 0"), "there's nothing to erase any more");
}

#[test]
fn a_legal_hold_is_the_buckets_too_where_it_has_object_lock() {
    let province = locked();
    let ward = Installed::new(&province, "hoa-binh", "kyso-locked", "", "");
    ward.change("[archive.s3]\n", DESTROYING);
    let old = ward.certified(7);
    let id = old.id.to_string();
    let is_held = |(name, version): &(String, String)| ward.store.head(name, Some(version)).unwrap().unwrap().hold;
    ward.decided(&old);
    let held = ward.said(&["hold", "place", &id, "--ground", "thanh tra"], 0);
    assert!(held.contains("Kho S3 cũng giữ: 3 bản"), "{held}");
    let hold = held.lines().find_map(|line| line.strip_prefix("Mã lệnh giữ: ")).unwrap().to_owned();
    let second = ward.said(&["hold", "place", &id, "--ground", "khiếu nại"], 0);
    let second = second.lines().find_map(|line| line.strip_prefix("Mã lệnh giữ: ")).unwrap().to_owned();
    assert!(ward.objects(&old).iter().all(is_held));
    // Whoever may do everything else.
    let owner = Destroyer::new(ward.store.clone());
    for (name, version) in ward.objects(&old) {
        assert!(owner.delete(&name, &version).is_err(), "{name}");
    }
    assert!(ward.said(&EXECUTE, 5).contains("có lệnh giữ"));
    // What comes to lie there of a held document is held.
    ward.with(|archive| async move {
        let told = serde_json::from_value(told(9)).unwrap();
        archive.revise(old.id, &told, "văn thư", Some("Lê Mẫu".into())).await.unwrap();
        while archive.write_manifests(100).await.unwrap() > 0 {}
    });
    let objects = ward.objects(&old);
    assert_eq!(objects.len(), 4, "{objects:?}");
    assert!(objects.iter().all(is_held));

    let one = ward.said(&["hold", "release", &hold, "--ground", "xong"], 0);
    assert!(one.contains("Kho S3 cũng giữ: 4 bản"), "the other one holds: {one}");
    let both = ward.said(&["hold", "release", &second, "--ground", "xong"], 0);
    assert!(both.contains("Kho S3 cũng đã bỏ lệnh giữ: 4 bản"), "{both}");
    assert!(!ward.objects(&old).iter().any(is_held));
    // A hold that is the store's alone stops it before anything is begun; and is lifted by whoever says so.
    let (name, version) = ward.objects(&old).remove(0);
    ward.store.hold(&name, &version, true).unwrap();
    assert!(ward.said(&EXECUTE, 5).contains("lệnh giữ ngay trong kho S3"));
    assert!(ward.said(&["destroy", "show", "1"], 0).contains("đã có quyết định"));
    assert!(ward.said(&["hold", "apply"], 0).contains("đã bỏ lệnh giữ: 4 bản"));
    ward.said(&EXECUTE, 0);
    assert_eq!(ward.objects(&old), []);

    // Where the bucket can't, that is told and nothing fails.
    let plain = Installed::new(&province, "tan-an", "kyso", "", "");
    let document = plain.certified(7);
    let held = plain.said(&["hold", "place", &document.id.to_string(), "--ground", "thanh tra"], 0);
    assert!(held.contains("không có object lock"), "{held}");
    assert!(plain.said(&["hold", "list"], 0).contains("thanh tra"));
}

#[test]
fn a_second_store_in_another_s3_store_is_a_configuration() {
    let (province, elsewhere) = (locked(), kyso_tests::servers::S3::start());
    let tables = format!(
        "[archive.second_s3]\nendpoint = '{}'\ncredentials = 's3.credentials'\nrepair_credentials = 's3.credentials'\n",
        elsewhere.url()
    );
    let more = "second = 's3://kyso-copy/binh-minh'\n";
    let ward = Installed::new(&province, "binh-minh", "kyso-locked", more, &tables);
    let Some(Second::Bucket(second)) = ward.config().second_store().unwrap() else { panic!("a bucket") };
    second.store.make_bucket(false).unwrap();
    let service = Running::start(ward.path());
    let mut answers = Vec::new();
    for key in ["one", "two"] {
        let answer = sign(&ward.callers, &shapes::plain()).header("Idempotency-Key", key).send(service.address);
        assert_eq!(answer.status, 201, "{answer:?}");
        answers.push(answer);
    }
    assert_eq!(service.terminate().0, Some(0));
    let copied = ward.with(|archive| async move { archive.copy_to_second(u64::MAX).await.unwrap() });
    assert!(copied.is_complete, "{copied:?}");
    let audit = ward.said(&["audit"], 0);
    assert!(audit.contains("Bản sao thứ hai: 2 tệp văn bản còn nguyên vẹn"), "{audit}");

    // Lost here with every version, it's read from there, by a service with the same configuration, and put back.
    let names: Vec<_> = ward.versions("o/").into_iter().filter(|(name, _)| name.ends_with(".0")).collect();
    let (lost, version) = names[0].clone();
    Destroyer::new(ward.store.clone()).delete(&lost, &version).unwrap();
    assert!(ward.said(&["audit"], 1).contains("object.missing"));
    let service = Running::start(ward.path());
    for answer in &answers {
        assert_eq!(service.get(&ward.callers, answer.header("location").unwrap()).body, answer.body);
    }
    assert_eq!(service.terminate().0, Some(0));
    let scrubbed = ward.with(|archive| async move { archive.scrub(u64::MAX).await.unwrap() });
    assert!(scrubbed.damaged.is_empty() && scrubbed.is_complete, "{scrubbed:?}");
    assert!(ward.store.get(&lost, None, None).unwrap().is_some());
    assert!(ward.said(&["audit"], 0).contains("nguyên vẹn"));

    // And what is wrong there is named.
    let (damaged, missing) = (&names[0].0, &names[1].0);
    let etag = second.store.head(damaged, None).unwrap().unwrap().etag;
    second.store.put_if_match(damaged, b"other", &etag).unwrap();
    let page = second.store.list_versions(missing, None, 10).unwrap();
    Destroyer::new(second.store.clone()).delete(missing, &page.versions[0].version).unwrap();
    let audit = ward.said(&["audit"], 1);
    assert!(audit.contains("copy.damaged") && audit.contains("copy.missing"), "{audit}");
    let scrubbed = ward.with(|archive| async move { archive.scrub(u64::MAX).await.unwrap() });
    assert_eq!(scrubbed.copied.len(), 2, "{scrubbed:?}");
    assert!(ward.said(&["audit"], 0).contains("nguyên vẹn"));

    // A destruction asks for who may delete there too, before anything is erased.
    let old = ward.certified(7);
    ward.with(|archive| async move { archive.copy_to_second(u64::MAX).await.unwrap() });
    ward.change("[archive.s3]\n", DESTROYING);
    ward.decided(&old);
    assert!(ward.said(&EXECUTE[..5], 64).contains("[archive.second_s3]"));
    assert!(ward.said(&EXECUTE, 64).contains("--no-second"), "the configuration names one");
    ward.change("[archive.second_s3]\n", "[archive.second_s3]\ndestroy_credentials = 's3.credentials'\n");
    ward.said(&EXECUTE[..5], 0);
    assert_eq!(ward.objects(&old), []);
    let left = second.store.list_versions("o/", None, 100).unwrap().versions;
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(ward.said(&["audit"], 0).contains("nguyên vẹn"));
}

/// A server that isn't reached is no damage: the answer says to ask again, an audit says that it can't tell, and afterwards all is as
/// it was.
#[test]
fn a_server_that_is_not_reached_is_told_as_such() {
    let province = Province::new();
    let ward = Installed::new(&province, "binh-minh", "kyso", "", "");
    let service = Running::start(ward.path());
    let signing = |key: &str| sign(&ward.callers, &shapes::plain()).header("Idempotency-Key", key);
    let answer = signing("one").send(service.address);
    assert_eq!(answer.status, 201, "{answer:?}");
    let location = answer.header("location").unwrap().to_owned();
    let receipt = request("GET", &format!("{location}/receipt"), &ward.callers.reader).header("Prefer", "wait=10");
    assert_eq!(receipt.send(service.address).status, 200);

    let away = |answer: &Answer| {
        let found = (answer.status, answer.json()["code"].clone(), answer.header("retry-after").is_some());
        assert_eq!(found, (503, "archive.unavailable".into(), true), "{answer:?}");
    };
    let read = || service.get(&ward.callers, &location);
    // A server that was just started may turn the first ones away.
    let is_back = || {
        let read = (0..60).find_map(|_| {
            std::thread::sleep(std::time::Duration::from_millis(500));
            Some(read()).filter(|read| read.status == 200)
        });
        assert_eq!(read.expect("it stays away").body, answer.body);
    };
    province.s3.kill();
    away(&read());
    away(&signing("two").send(service.address));
    let audit = ward.run(&["audit"]);
    assert_eq!(audit.status.code(), Some(6), "{audit:?}");
    province.s3.start_again();
    is_back();

    province.postgres.kill();
    away(&read());
    away(&signing("two").send(service.address));
    let audit = ward.run(&["audit"]);
    assert_eq!(audit.status.code(), Some(6), "{audit:?}");
    province.postgres.start_again();
    is_back();
    // What had no answer has one now, once.
    let two = signing("two").send(service.address);
    assert_eq!(two.status, 201, "{two:?}");
    assert_eq!(signing("two").send(service.address).body, two.body);
    assert_eq!(service.terminate().0, Some(0));
    assert!(ward.said(&["audit"], 0).contains("nguyên vẹn"));
}
