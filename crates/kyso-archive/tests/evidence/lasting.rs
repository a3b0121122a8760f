//! What lasts inside a document: raised when it's kept, by the rules for its kind, and renewed over two decades.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kyso::{BaselineLevel, Document, Indication, Signatory, SignatureParameters, VerifiedArtifact};
use kyso_archive::{Archive, Artifact, Begun, Beside, Error, Lasted, LastingStatus, Meta, Request, Stamping};
use kyso_certification::metadata::Metadata;
use kyso_testpki::{Addresses, Digest, Identity, Profile, Tsa};
use kyso_tests::decades::OnDay;
use kyso_tests::{keys, shapes, signing};
use tempfile::TempDir;

use crate::decades::{Decades, SHA256, in_2046, time};

/// An archive, the world of its authorities, and one who signs from 2025 to 2030.
struct Office {
    directory: TempDir,
    archive: Archive,
    world: Decades,
    leader: Identity,
}

fn metadata(kind: &str) -> Metadata {
    let json = r#"{"DocCode":"H61.12_CK_000128_V1","FileCode":{"OrganId":"H61.12","FileCatalog":2026,"FileNotation":"CK-11"},
        "DossierCode":"H61.12-261103-0042","ResultCode":"H61.12-261103-0042-KQ(1)","ProcedureCode":"2.000884",
        "TypeName":"Giấy ủy quyền","CodeNumber":"128","CodeNotation":"SCT/CK,ĐC","IssuedDate":"02/03/2026",
        "OrganName":"Ủy ban nhân dân xã Bình Minh","Subject":"x","SignerInfo":{"Position":"Chủ tịch","FullName":"Nguyễn Văn Mẫu"},
        "Maintenance":"02 năm","Rights":"Hạn chế","CertKind":"KIND",
        "CertNumber":{"symbol":"SCT/CK,ĐC","year":2026,"ordinal":128,"book":1},
        "Requesters":[{"FullName":"Trần Thị Mẫu"}],"Certifier":{"FullName":"Nguyễn Văn Mẫu","Title":"Chủ tịch"},
        "Place":"Bình Minh"}"#;
    serde_json::from_str(&json.replace("KIND", kind)).unwrap()
}

impl Office {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let archive = Archive::init(directory.path(), None).await.unwrap();
        let world = Decades::new();
        let leader = signatory(&world);
        Self { directory, archive, world, leader }
    }

    /// Services and policy of a day; `tsa`: who stamps, if anybody can be reached.
    fn on(&self, tsa: Option<&Tsa>, day: &str) -> Stamping {
        let services =
            Arc::new(OnDay { world: self.world.clone(), tsa: tsa.cloned(), time: time(day), digest: SHA256 });
        Stamping { stamper: services.clone(), fetcher: Some(services), policy: self.world.policy(time(day)), line: 0 }
    }

    /// A document of a kind, signed on the second of March 2026.
    async fn keep(&self, name: &str, by: &Identity, kind: Option<&str>) -> Artifact {
        let meta = Meta { role: kyso::Role::Leader, actor: "văn thư".into(), file_name: None };
        let Begun::Open(claim) = self.archive.begin(&Request::unkeyed("văn thư").unwrap(), &meta).await.unwrap()
        else {
            panic!("it's new")
        };
        let parameters = SignatureParameters::of(Signatory::Leader, time("2026-03-02"));
        let signed = signing::sign(&shapes::named(name), &parameters, &keys::signer(by));
        let file = VerifiedArtifact::verify(signed, &self.world.policy(time("2026-03-02"))).unwrap();
        let beside = Beside { answer: None, metadata: kind.map(metadata) };
        self.archive.keep(claim, &file, beside).await.unwrap()
    }

    async fn work(&self, tsa: &Tsa, day: &str) -> Lasted {
        self.archive.make_last(&self.on(Some(tsa), day), 100).await.unwrap()
    }

    async fn level(&self, of: &Artifact) -> (u32, String) {
        let newest = self.archive.artifact(of.id).await.unwrap().unwrap();
        (newest.version, newest.level.unwrap())
    }

    async fn status(&self, day: &str) -> LastingStatus {
        self.archive.status(time(day)).await.unwrap().lasting
    }

    /// Of those of which this is asked: what they have, the day from which they're to be renewed, whether that is over, how many.
    async fn asked(&self, wanted: &str, day: &str) -> Vec<(String, Option<String>, bool, u64)> {
        let of = self.status(day).await.documents.into_iter().filter(|one| one.wanted == wanted);
        let day = |at: kyso::Timestamp| at.to_string()[..10].to_owned();
        of.map(|one| (one.level.unwrap(), one.renew.map(day), one.is_due, one.artifacts)).collect()
    }
}

/// One who signs, with a certificate on which the world's CA publishes evidence.
fn signatory(world: &Decades) -> Identity {
    let crl = Addresses { crl: Some("http://tsa.invalid/tsa.crl".into()), ..Addresses::default() };
    let profile = Profile::leader().valid(time("2025-01-01"), time("2030-01-01")).digest(Digest::Sha512);
    world.ca.issue(&profile.addresses(crl)).unwrap()
}

#[tokio::test]
async fn each_kind_has_what_its_rules_ask_for_until_2046() {
    let office = Office::new().await;
    let transaction = office.keep("x", &office.leader, Some("GD")).await;
    let signature = office.keep("y", &office.leader, Some("CK")).await;
    let copy = office.keep("z", &office.leader, Some("BS")).await;
    let other = office.keep("w", &office.leader, None).await;
    assert_eq!(office.status("2026-03-02").await.unseen, 4);
    let first = office.world.authority("TSA 1", 2025, 2031);

    // On the day of keeping.
    let lasted = office.work(&first, "2026-03-02").await;
    assert_eq!((lasted.looked_at, lasted.added.len(), &lasted.failed, lasted.is_more), (4, 3, &vec![], false));
    for (of, version, level) in [
        (&transaction, 1, "PAdES-B-LTA"),
        (&signature, 1, "PAdES-B-LT"),
        (&copy, 0, "PAdES-B-B"),
        (&other, 1, "PAdES-B-LTA"),
    ] {
        assert_eq!(office.level(of).await, (version, level.to_owned()));
    }
    // 180 days before the end of 2030.
    let lta = |day: &str, is_due| vec![("PAdES-B-LTA".to_owned(), Some(day.to_owned()), is_due, 2)];
    assert_eq!(office.asked("PAdES-B-LTA", "2026-03-02").await, lta("2030-07-05", false));
    assert_eq!(office.asked("PAdES-B-LT", "2026-03-02").await, [("PAdES-B-LT".into(), None, false, 1)]);
    assert_eq!(office.asked("evidence", "2026-03-02").await, [("PAdES-B-B".into(), None, false, 1)]);

    // As long as nothing is due, nothing is done.
    for day in ["2026-03-02", "2028-01-01", "2030-07-04"] {
        assert_eq!(office.work(&first, day).await, Lasted::default(), "{day}");
    }
    // A kind that was corrected is looked at again.
    office.archive.revise(copy.id, &metadata("GD"), "lãnh đạo", None).await.unwrap();
    let lasted = office.work(&first, "2027-03-02").await;
    assert_eq!((lasted.looked_at, lasted.added.len()), (1, 1));
    assert_eq!(office.level(&copy).await, (1, "PAdES-B-LTA".to_owned()));

    // It's due, and nobody can be reached: nothing is lost, and it's done afterwards.
    assert!(office.asked("PAdES-B-LTA", "2030-08-01").await[0].2);
    let down = office.archive.make_last(&office.on(None, "2030-08-01"), 100).await;
    assert!(matches!(down, Err(Error::TimeStamp(_))), "{down:?}");
    assert_eq!(office.level(&transaction).await.0, 1);
    let second = office.world.authority("TSA 2", 2029, 2041);
    let lasted = office.work(&second, "2030-08-02").await;
    assert_eq!((lasted.added.len(), lasted.failed), (3, vec![]));
    assert_eq!(office.asked("PAdES-B-LTA", "2030-08-02").await[0].1.as_deref(), Some("2040-07-05"));
    assert_eq!(office.work(&second, "2035-01-01").await, Lasted::default());
    // Two at a time.
    let third = office.world.authority("TSA 3", 2039, 2051);
    let services = office.on(Some(&third), "2040-08-01");
    let lasted = office.archive.make_last(&services, 2).await.unwrap();
    assert_eq!((lasted.added.len(), lasted.is_more), (2, true));
    let lasted = office.archive.make_last(&services, 2).await.unwrap();
    assert_eq!((lasted.added.len(), lasted.is_more), (1, false));
    assert_eq!(office.asked("PAdES-B-LTA", "2046-03-02").await[0].1.as_deref(), Some("2050-07-05"));

    // In 2046, offline.
    let policy = office.world.policy(in_2046());
    for document in [&transaction, &other, &copy] {
        let versions = office.archive.versions(document.id).await.unwrap();
        assert_eq!(versions.len(), 4);
        let mut before = Vec::new();
        for version in &versions {
            let bytes = office.archive.bytes(version).await.unwrap();
            assert!(bytes.len() > before.len() && bytes.starts_with(&before), "each begins the next");
            before = bytes;
        }
        let report = kyso::verify(&before, &policy).unwrap();
        let signature = &report.signatures[0];
        assert_eq!(signature.indication, Indication::TotalPassed, "{:?}", signature.findings);
        assert_eq!(
            signature.best_signature_time,
            Some(time(if document.id == copy.id { "2027-03-02" } else { "2026-03-02" }))
        );
    }
    // Without its renewals it wouldn't be.
    let first = &office.archive.versions(transaction.id).await.unwrap()[1];
    let report = kyso::verify(&office.archive.bytes(first).await.unwrap(), &policy).unwrap();
    assert_eq!(report.signatures[0].indication, Indication::Indeterminate);

    // Each version is an event of the log, and the archive is whole.
    office.archive.sequence().await.unwrap();
    for version in office.archive.versions(transaction.id).await.unwrap() {
        assert!(office.archive.receipt(&version).await.unwrap().is_some());
    }
    let audit = office.archive.audit(&[], |_| {}).await.unwrap();
    assert!(audit.is_whole(), "{audit:?}");
}

#[tokio::test]
async fn what_cant_be_raised_keeps_no_other_and_is_tried_later_each_time() {
    let office = Office::new().await;
    let revoked = signatory(&office.world);
    let bad = office.keep("x", &revoked, Some("GD")).await;
    let good = office.keep("y", &office.leader, Some("GD")).await;
    office.world.register.revoke(&revoked, time("2026-02-01"), None);
    let tsa = office.world.authority("TSA 1", 2025, 2031);
    let lasted = office.work(&tsa, "2026-03-02").await;
    assert_eq!((lasted.added.len(), lasted.failed.len(), lasted.failed[0].0), (1, 1, bad.id));
    assert_eq!((office.level(&good).await.0, office.level(&bad).await.0), (1, 0));
    let status = office.status("2026-03-02").await;
    assert_eq!(status.failing(), 1);
    assert!(status.documents.iter().any(|one| one.is_due && one.failing == 1 && one.error.is_some()), "{status:?}");
    // An hour, then two, then four: within a day it's tried five times, and then each week.
    assert_eq!(office.work(&tsa, "2026-03-02").await, Lasted::default(), "not at once");
    let mut tried = 0;
    for day in ["2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06", "2026-03-07", "2026-03-08", "2026-03-09"] {
        tried += office.work(&tsa, day).await.failed.len();
    }
    assert!((4..=6).contains(&tried), "{tried}");
    // Nobody is trusted: nothing is done.
    let mut nobody = office.on(Some(&tsa), "2026-03-10");
    nobody.policy.anchors = kyso::Anchors::default();
    assert!(matches!(office.archive.make_last(&nobody, 10).await, Err(Error::NoTrust)));
}

/// Whoever put the next part and died before its row has done the work: it's taken up, and no second one is made.
#[tokio::test]
async fn a_version_whose_maker_died_is_taken_up() {
    let office = Office::new().await;
    let document = office.keep("x", &office.leader, Some("GD")).await;
    let tsa = office.world.authority("TSA 1", 2025, 2031);
    let bytes = office.archive.bytes(&document).await.unwrap();
    let services = office.on(Some(&tsa), "2026-03-02");
    let day = OnDay { world: office.world.clone(), tsa: Some(tsa.clone()), time: time("2026-03-02"), digest: SHA256 };
    let outside = kyso::Outside::default().time_stamper(&day).fetcher(&day);
    let parsed = Document::parse(&bytes).unwrap();
    let extended = kyso::extend(&parsed, BaselineLevel::Lta, &services.policy, &outside).unwrap();
    let first = found(&office.directory.path().join("o")).pop().unwrap();
    std::fs::write(first.with_extension("1"), &extended.tail.bytes).unwrap();
    let lasted = office.work(&tsa, "2026-03-03").await;
    assert_eq!((lasted.added.len(), &lasted.failed), (1, &vec![]));
    let kept = office.archive.bytes(&lasted.added[0]).await.unwrap();
    assert_eq!(kept, extended.tail.after(&bytes));
    assert_eq!(office.level(&document).await, (1, "PAdES-B-LTA".to_owned()));
    assert_eq!(office.work(&tsa, "2026-03-04").await, Lasted::default());
}

/// The objects below a directory that are first parts.
fn found(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let below = entries.flat_map(|path| if path.is_dir() { found(&path) } else { vec![path] });
    below.filter(|path| path.extension().is_some_and(|part| part == "0")).collect()
}
