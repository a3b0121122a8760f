//! An archive over two decades: stamped daily, renewed by time-stamp in 2029 and 2033, by hash tree in 2038; looked at in 2046.

use std::sync::Arc;

use kyso::crypto::DigestAlgorithm;
use kyso::{Indication, Timestamp};
use kyso_archive::evidence::{DataObject, StepKind};
use kyso_archive::{
    Archive, Artifact, Begun, Beside, DueWhy, Error, Evidenced, Meta, Rebuilding, RenewBy, Request, Second,
    SecondBucket, StampFault, StampHow, Stamping,
};
use kyso_connect::s3::{Keys, Place, Store, Style};
use kyso_connect::{Clock, Settings};
use kyso_testpki::Tsa;
use kyso_tests::decades::OnDay;
use kyso_tests::{shapes, signing};
use tempfile::TempDir;

use crate::decades::{Decades, SHA256, SHA512, in_2046, time, token};
use crate::{demand, judged};

/// The days on which something was kept.
const DAYS: [&str; 3] = ["2026-03-02", "2026-03-03", "2026-03-04"];

/// An archive, its world, and what was kept on each of the days.
struct Ward {
    directory: TempDir,
    archive: Archive,
    world: Decades,
    kept: Vec<(&'static str, Artifact)>,
}

/// Services and policy of a day; `tsa`: who stamps, if anybody can be reached.
fn on(world: &Decades, tsa: Option<&Tsa>, day: &str, digest: DigestAlgorithm) -> Stamping {
    let services = Arc::new(OnDay { world: world.clone(), tsa: tsa.cloned(), time: time(day), digest });
    Stamping { stamper: services.clone(), fetcher: Some(services), policy: world.policy(time(day)), line: 0 }
}

async fn keep(archive: &Archive, name: &str) -> Artifact {
    let meta = Meta { role: kyso::Role::Seal, actor: "văn thư".into(), file_name: None };
    let request = Request::unkeyed("văn thư").unwrap();
    let Begun::Open(claim) = archive.begin(&request, &meta).await.unwrap() else { panic!("it's new") };
    archive.keep(claim, &signing::verified(&shapes::named(name)), Beside::default()).await.unwrap()
}

impl Ward {
    /// Seven documents a day, each day stamped.
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let archive = Archive::init(directory.path(), None).await.unwrap();
        let (world, mut kept) = (Decades::new(), Vec::new());
        let first = world.authority("TSA 1", 2025, 2031);
        for day in DAYS {
            for name in ["x", "y", "z", "w", "u", "v", "x"] {
                kept.push((day, keep(&archive, name).await));
            }
            archive.sequence().await.unwrap();
            let stamped = archive.stamp_day(&on(&world, Some(&first), day, SHA256)).await.unwrap();
            assert_eq!((stamped.left_out, stamped.is_more), (vec![], false));
            let stamped = stamped.stamped.unwrap();
            // Seven files, seven records, the checkpoint; from the second day on the record of the stamp before; once the token with
            // what is known of its authority.
            let expected = if day == DAYS[0] {
                15
            } else if day == DAYS[1] {
                17
            } else {
                16
            };
            assert_eq!((stamped.how, stamped.time, stamped.leaves), (StampHow::First, time(day), expected));
        }
        Self { directory, archive, world, kept }
    }

    async fn renew(&self, by: RenewBy, tsa: &Tsa, day: &str) {
        let digest = if let RenewBy::HashTree(digest) = by { digest } else { SHA256 };
        let renewal = self.archive.renew_evidence(by, &on(&self.world, Some(tsa), day, digest)).await.unwrap();
        assert_eq!((renewal.stamped.len(), renewal.left_out), (1, vec![]));
        assert_eq!(renewal.stamped[0].time, time(day));
    }

    /// With all renewals until 2046.
    async fn renewed(self) -> Self {
        self.renew(RenewBy::TimeStamp, &self.world.authority("TSA 2", 2029, 2035), "2029-06-01").await;
        self.renew(RenewBy::TimeStamp, &self.world.authority("TSA 3", 2033, 2039), "2033-06-01").await;
        self.renew(RenewBy::HashTree(SHA512), &self.world.authority("TSA 4", 2038, 2050), "2038-06-01").await;
        self
    }

    async fn record(&self, of: &Evidenced) -> Vec<u8> {
        self.archive.evidence(of).await.unwrap().unwrap().to_der()
    }

    /// Does something to the database that nobody should, past its triggers.
    async fn tamper(&self, sql: &'static str, values: (Vec<u8>, i64)) {
        use sqlx::{ConnectOptions as _, Connection as _};
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(self.directory.path().join("archive.sqlite3"));
        let mut connection = options.connect().await.unwrap();
        for trigger in ["stamp", "stamp_leaf", "stamp_material"] {
            let sql = format!("DROP TRIGGER {trigger}_is_never_changed");
            sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
        }
        let changed = sqlx::query(sql).bind(values.0).bind(values.1).execute(&mut connection).await.unwrap();
        assert_eq!(changed.rows_affected(), 1);
        connection.close().await.unwrap();
    }
}

fn version(artifact: &Artifact) -> Evidenced {
    Evidenced::Version { artifact: artifact.id, version: artifact.version }
}

#[tokio::test]
async fn in_2046_every_file_and_record_of_2026_is_proven() {
    let ward = Ward::new().await.renewed().await;
    let policy = ward.world.policy(in_2046());
    for (day, artifact) in &ward.kept {
        let record = ward.record(&version(artifact)).await;
        let file = ward.archive.bytes(artifact).await.unwrap();
        let (report, wrong) = judged(&record, DataObject::One(&file), &policy);
        assert_eq!(report.indication, Indication::TotalPassed, "{wrong:?}");
        assert_eq!(report.proven_since, Some(time(day)));
        let kinds = report.steps.iter().map(|step| step.kind).collect::<Vec<_>>();
        let renewal = StepKind::TimeStampRenewal;
        assert_eq!(kinds, [StepKind::First, renewal, renewal, StepKind::HashTreeRenewal]);
        let mut other = file.clone();
        *other.last_mut().unwrap() ^= 1;
        demand(&record, &other, &policy, Indication::TotalFailed, "evidence.other-object");
    }
    // The notes are covered once each, in the order of the log: a day has seven events and that of its stamp.
    for (size, day) in [(7, DAYS[0]), (15, DAYS[1]), (23, DAYS[2])] {
        let note = Evidenced::Checkpoint(size);
        let bytes = ward.archive.evidenced(&note).await.unwrap().unwrap();
        assert!(String::from_utf8_lossy(&bytes).contains(ward.archive.origin()));
        let (report, wrong) = judged(&ward.record(&note).await, DataObject::One(&bytes), &policy);
        assert_eq!(report.proven_since, Some(time(day)), "{wrong:?}");
    }
    assert_eq!(ward.archive.check_stamps(Some(&policy)).await.unwrap(), []);
    let stamps = ward.archive.stamps().await.unwrap();
    assert_eq!(stamps.iter().map(|stamp| stamp.leaves).collect::<Vec<_>>()[3..5], [3, 3]);
    // All objects of the three days, and the one token that was newest for all of them.
    assert_eq!((stamps[5].digest, stamps[5].leaves), (SHA512, 15 + 16 + 16 + 1));
    // It's all on the disk.
    ward.archive.close().await;
    let archive = Archive::open(ward.directory.path()).await.unwrap();
    let record = archive.evidence(&version(&ward.kept[0].1)).await.unwrap().unwrap();
    assert_eq!(record.chains().len(), 2);
}

#[tokio::test]
async fn without_a_renewal_nothing_is_proven_in_2046() {
    let ward = Ward::new().await;
    ward.renew(RenewBy::TimeStamp, &ward.world.authority("TSA 2", 2029, 2035), "2029-06-01").await;
    // That of 2033 was forgotten: by 2038 nobody publishes any more that its authority was good.
    let late = on(&ward.world, Some(&ward.world.authority("TSA 4", 2038, 2050)), "2038-06-01", SHA512);
    for by in [RenewBy::HashTree(SHA512), RenewBy::TimeStamp] {
        let refused = ward.archive.renew_evidence(by, &late).await.unwrap_err();
        assert!(matches!(refused, Error::TimeStamp(_)), "{refused}");
    }
    let (_, artifact) = &ward.kept[0];
    let (record, file) = (ward.record(&version(artifact)).await, ward.archive.bytes(artifact).await.unwrap());
    let policy = ward.world.policy(in_2046());
    demand(&record, &file, &policy, Indication::Indeterminate, "certificate.expired");
    let problems = ward.archive.check_stamps(Some(&policy)).await.unwrap();
    let faults = problems.iter().map(|problem| (problem.stamp, &problem.fault)).collect::<Vec<_>>();
    assert_eq!(faults, [(4, &StampFault::NotRelied(Indication::Indeterminate))]);
    // In 2034 it was as it should be.
    assert_eq!(ward.archive.check_stamps(Some(&ward.world.policy(time("2034-06-01")))).await.unwrap(), []);
}

#[tokio::test]
async fn a_record_of_yesterday_is_judged_offline() {
    let ward = Ward::new().await;
    // The third day's token was never completed: what is known of its authority goes into the record.
    let (day, artifact) = ward.kept.last().unwrap();
    let (record, file) = (ward.record(&version(artifact)).await, ward.archive.bytes(artifact).await.unwrap());
    let policy = ward.world.policy(time("2026-03-05"));
    let (report, wrong) = judged(&record, DataObject::One(&file), &policy);
    assert_eq!((report.indication, report.proven_since), (Indication::TotalPassed, Some(time(day))), "{wrong:?}");
    assert_eq!(ward.archive.check_stamps(Some(&policy)).await.unwrap(), []);
}

#[tokio::test]
async fn an_algorithm_that_has_ended_can_neither_stamp_nor_be_renewed() {
    let ward = Ward::new().await;
    let tsa = ward.world.authority("TSA 2", 2029, 2035);
    let mut stamping = on(&ward.world, Some(&tsa), "2030-06-01", SHA256);
    stamping.policy = ward.world.policy_until(time("2030-06-01"), "2030-01-01");
    keep(&ward.archive, "x").await;
    let refused = ward.archive.stamp_day(&stamping).await.unwrap_err();
    assert!(matches!(refused, Error::Algorithm(SHA256)), "{refused}");
    for by in [RenewBy::TimeStamp, RenewBy::HashTree(SHA512)] {
        let refused = ward.archive.renew_evidence(by, &stamping).await.unwrap_err();
        assert!(matches!(refused, Error::Algorithm(SHA256)), "{refused}");
    }
    assert_eq!(ward.archive.stamps().await.unwrap().len(), 3);
}

#[tokio::test]
async fn one_damaged_object_is_left_out_and_the_others_are_renewed() {
    let ward = Ward::new().await;
    let digest = DigestAlgorithm::Sha3_512;
    let objects: Vec<_> = ward.kept.iter().map(|(_, artifact)| version(artifact)).collect();
    let (mut files, mut waiting) = (Vec::new(), vec![ward.directory.path().join("o")]);
    while let Some(path) = waiting.pop() {
        match path.is_dir() {
            true => waiting.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path())),
            false if path.extension().is_none_or(|name| name != "json") => files.push(path),
            false => {}
        }
    }
    let mut bytes = std::fs::read(&files[0]).unwrap();
    bytes[100] ^= 1;
    std::fs::remove_file(&files[0]).unwrap();
    std::fs::write(&files[0], bytes).unwrap();
    let tsa = ward.world.authority("TSA 2", 2026, 2035);
    let stamping = on(&ward.world, Some(&tsa), "2026-06-01", digest);
    let renewal = ward.archive.renew_evidence(RenewBy::HashTree(digest), &stamping).await.unwrap();
    assert_eq!(renewal.stamped.len(), 1);
    let [left_out] = renewal.left_out.as_slice() else { panic!("{:?}", renewal.left_out) };
    assert!(matches!(left_out.why, kyso_archive::LeftOutWhy::Changed(_)) && objects.contains(&left_out.object));
    let audit = ward.archive.audit(&[], |_| {}).await.unwrap();
    let found: Vec<_> = audit.problems.iter().map(|one| one.code.code()).collect();
    assert_eq!(found, ["object.damaged"], "{:?}", audit.problems);
}

#[tokio::test]
async fn what_is_due_is_known_before_it_ends() {
    let ward = Ward::new().await;
    let due = |policy: kyso::Policy| {
        let archive = ward.archive.clone();
        async move { archive.due(&policy).await.unwrap() }
    };
    assert_eq!(due(ward.world.policy(time("2029-12-01"))).await, []);
    let near = due(ward.world.policy(time("2030-02-01"))).await;
    assert_eq!(near.iter().map(|due| due.stamp).collect::<Vec<_>>(), [1, 2, 3]);
    let end: Timestamp = time("2031-01-01");
    assert!(near.iter().all(|due| due.by == end && matches!(due.why, DueWhy::Certificate(_)) && !due.needs_hash_tree));
    assert_eq!(near[0].renew_by(SHA512), RenewBy::TimeStamp);
    let weak = due(ward.world.policy_until(time("2027-06-01"), "2029-05-01")).await;
    assert_eq!(weak.len(), 3);
    assert!(weak.iter().all(|due| due.why == DueWhy::HashTree(SHA256)));
    assert_eq!(weak[0].renew_by(SHA512), RenewBy::HashTree(SHA512));
    assert_eq!(due(ward.world.policy_until(time("2027-04-01"), "2029-05-01")).await, []);
    let renewal = ward.world.authority("TSA 2", 2029, 2040);
    ward.renew(RenewBy::TimeStamp, &renewal, "2030-03-01").await;
    assert_eq!(due(ward.world.policy(time("2030-04-01"))).await, []);
}

#[tokio::test]
async fn an_authority_that_is_down_or_a_stranger_leaves_nothing_behind() {
    let ward = Ward::new().await;
    keep(&ward.archive, "x").await;
    let (unstamped, day) = (ward.archive.unstamped().await.unwrap(), "2026-03-05");
    // A file, its record, the record of the last stamp.
    assert_eq!(unstamped, 3);
    let stranger = Decades::of("LẠ").authority("TSA LẠ", 2025, 2031);
    for tsa in [None, Some(&stranger)] {
        let refused = ward.archive.stamp_day(&on(&ward.world, tsa, day, SHA256)).await.unwrap_err();
        assert!(matches!(refused, Error::TimeStamp(_)), "{refused}");
    }
    let tsa = ward.world.authority("TSA 1", 2025, 2031);
    let mut nobody = on(&ward.world, Some(&tsa), day, SHA256);
    nobody.policy.anchors = kyso::Anchors::default();
    assert!(matches!(ward.archive.stamp_day(&nobody).await.unwrap_err(), Error::NoTrust));
    assert_eq!((ward.archive.stamps().await.unwrap().len(), ward.archive.unstamped().await.unwrap()), (3, unstamped));
    let stamped = ward.archive.stamp_day(&on(&ward.world, Some(&tsa), day, SHA256)).await.unwrap().stamped.unwrap();
    assert_eq!((stamped.number, stamped.leaves), (4, 3));
    // The record of a stamp alone is no news.
    let nothing = ward.archive.stamp_day(&on(&ward.world, Some(&tsa), "2026-03-06", SHA256)).await.unwrap();
    assert_eq!(nothing.stamped, None);
}

#[tokio::test]
async fn what_an_authority_needs_is_kept_and_stamped_the_next_day() {
    let ward = Ward::new().await;
    let tsa = ward.world.authority("TSA 1", 2025, 2031);
    let day = on(&ward.world, Some(&tsa), "2026-03-05", SHA256);
    // The first form came with the stamp; the lists are signed anew each time.
    assert_eq!(ward.archive.collect_material(1, &day).await.unwrap(), 2);
    assert_eq!(ward.archive.collect_material(1, &day).await.unwrap(), 3);
    let completed = ward.archive.evidence(&version(&ward.kept[0].1)).await.unwrap().unwrap();
    let newest = kyso::TimeStampToken::parse(completed.newest().unwrap().time_stamp()).unwrap();
    assert_eq!(newest.signed_data().material().crls.len(), 2, "those of root and CA");
    keep(&ward.archive, "x").await;
    // The file, its record, the last stamp's, and the completed tokens.
    assert_eq!(ward.archive.stamp_day(&day).await.unwrap().stamped.unwrap().leaves, 5);
    let unfetched = Stamping { fetcher: None, ..day.clone() };
    let refused = ward.archive.collect_material(2, &unfetched).await.unwrap_err();
    assert!(matches!(refused, Error::TimeStamp(_)), "{refused}");
    assert_eq!(ward.archive.check_stamps(Some(&ward.world.policy(time("2027-01-01")))).await.unwrap(), []);
    let revoked = ward.world.authority("TSA 9", 2025, 2031);
    ward.world.register.revoke(&revoked.identity, time("2026-03-01"), Some(kyso_testpki::Reason::KeyCompromise));
    keep(&ward.archive, "y").await;
    let refused = ward.archive.stamp_day(&on(&ward.world, Some(&revoked), "2026-03-06", SHA256)).await.unwrap_err();
    assert!(matches!(refused, Error::TimeStamp(_)), "{refused}");
}

#[tokio::test]
async fn a_days_token_that_was_replaced_is_found_and_proves_nothing() {
    let ward = Ward::new().await.renewed().await;
    let (_, artifact) = &ward.kept[0];
    // An authority that is trusted too, of the right root: whoever has one may try to change a day's date.
    let stamped = kyso_archive::evidence::EvidenceRecord::parse(&ward.record(&version(artifact)).await).unwrap();
    let own = kyso::TimeStampToken::parse(stamped.chains()[0].stamps()[0].time_stamp()).unwrap();
    let other = token(&ward.world.authority("TSA 1", 2025, 2031), SHA256, &own.info().imprint, "2025-03-02");
    ward.tamper("UPDATE stamp SET token = $1 WHERE number = $2", (other, 1)).await;
    let refused = ward.archive.evidence(&version(artifact)).await.unwrap_err();
    assert!(matches!(refused, Error::Damaged(_)), "{refused}");
    let problems = ward.archive.check_stamps(None).await.unwrap();
    assert!(
        problems.iter().any(|problem| (problem.stamp, &problem.fault) == (1, &StampFault::Changed)),
        "{problems:?}"
    );
}

#[tokio::test]
async fn a_leaf_or_a_completed_token_that_was_changed_is_found() {
    for (sql, stamp, fault) in [
        ("UPDATE stamp_leaf SET hash = $1 WHERE stamp = $2 AND position = 3", 2, StampFault::Changed),
        ("UPDATE stamp_material SET token = $1 WHERE stamp = $2 AND form = 1", 1, StampFault::Changed),
        ("UPDATE stamp SET root = $1 WHERE number = $2", 5, StampFault::Changed),
    ] {
        let ward = Ward::new().await.renewed().await;
        ward.tamper(sql, (vec![7; 32], stamp)).await;
        let problems = ward.archive.check_stamps(None).await.unwrap();
        let stamp = u32::try_from(stamp).unwrap();
        assert!(problems.iter().any(|one| (one.stamp, &one.fault) == (stamp, &fault)), "{sql}: {problems:?}");
    }
}

/// Without the database: what lies in the store makes the same records.
#[tokio::test]
async fn stamps_come_back_from_the_store() {
    let Ward { directory, archive, world, kept } = Ward::new().await.renewed().await;
    archive.sequence().await.unwrap();
    archive.write_manifests(1000).await.unwrap();
    let mut records = Vec::new();
    for (_, artifact) in &kept {
        records.push(archive.evidence(&version(artifact)).await.unwrap().unwrap().to_der());
    }
    let stamps = archive.stamps().await.unwrap();
    archive.close().await;
    let lose = || {
        for journal in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(directory.path().join(format!("archive.sqlite3{journal}")));
        }
    };
    lose();
    let leaves = directory.path().join("stamp/000002.leaves");
    let whole = std::fs::read(&leaves).unwrap();
    let token = directory.path().join("stamp/000005.tsr");
    let of_token = std::fs::read(&token).unwrap();
    for (path, bytes) in [(&leaves, &whole), (&token, &of_token)] {
        let mut changed = bytes.clone();
        changed[40] ^= 1;
        std::fs::remove_file(path).unwrap();
        std::fs::write(path, changed).unwrap();
        let rebuilt = Archive::rebuild(directory.path(), &Rebuilding::default()).await.unwrap();
        let name = path.strip_prefix(directory.path()).unwrap().display().to_string();
        assert!(!rebuilt.done && rebuilt.missing.contains(&name), "{rebuilt:?}");
        std::fs::write(path, bytes).unwrap();
    }
    // Without the manifest of a stamp's event: that one is what is missing, and not the stamp's files, which lie there.
    let mut stamps_lost = 0;
    for shard in std::fs::read_dir(directory.path().join("log/record")).unwrap() {
        for record in std::fs::read_dir(shard.unwrap().path()).unwrap() {
            let path = record.unwrap().path();
            let manifest = std::fs::read(&path).unwrap();
            std::fs::remove_file(&path).unwrap();
            let rebuilt = Archive::rebuild(directory.path(), &Rebuilding::default()).await.unwrap();
            let [lost] = rebuilt.lost_manifests.as_slice() else { panic!("{rebuilt:?}") };
            assert_eq!(
                (rebuilt.done, rebuilt.missing.len(), lost.place),
                (false, 0, "log/record/**.json"),
                "{rebuilt:?}"
            );
            let has = |path: &str| rebuilt.unlisted.iter().any(|unlisted| unlisted == path);
            if has("stamp/000001.tsr") {
                assert!(has("stamp/000001.1.tsr") && has("stamp/000001.leaves"), "{rebuilt:?}");
                assert_eq!(lost.kind, "evidence.stamped");
                stamps_lost += 1;
            }
            std::fs::write(&path, manifest).unwrap();
        }
    }
    assert_eq!(stamps_lost, 1);
    let rebuilt = Archive::rebuild(directory.path(), &Rebuilding::default()).await.unwrap();
    assert!(rebuilt.done && rebuilt.is_whole(), "{rebuilt:?}");
    let archive = Archive::open(directory.path()).await.unwrap();
    assert_eq!(archive.stamps().await.unwrap(), stamps);
    for ((_, artifact), record) in kept.iter().zip(&records) {
        assert_eq!(archive.evidence(&version(artifact)).await.unwrap().unwrap().to_der(), *record);
    }
    assert_eq!(archive.check_stamps(Some(&world.policy(in_2046()))).await.unwrap(), []);
}

#[tokio::test]
async fn a_stamps_file_that_was_changed_is_found_and_one_that_is_missing_is_written_again() {
    let ward = Ward::new().await;
    ward.archive.sequence().await.unwrap();
    let found = || async {
        let audit = ward.archive.audit(&[], |_| {}).await.unwrap();
        let named = |findings: &[kyso_archive::Finding]| {
            let shown = |one: &kyso_archive::Finding| format!("{} {}", one.code.code(), one.subject);
            findings.iter().map(shown).filter(|shown| shown.contains("stamp")).collect::<Vec<_>>()
        };
        (named(&audit.problems), named(&audit.notes))
    };
    assert_eq!(found().await, (vec![], vec![]));
    let path = ward.directory.path().join("stamp/000001.tsr");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[50] ^= 1;
    std::fs::remove_file(&path).unwrap();
    assert_eq!(found().await, (vec![], vec!["stamp.missing stamp/000001.tsr".to_owned()]));
    std::fs::write(&path, bytes).unwrap();
    std::fs::write(ward.directory.path().join("stamp/000009.tsr"), b"x").unwrap();
    let problems = ["stamp.changed stamp/000001.tsr", "file.unknown stamp/000009.tsr"].map(str::to_owned);
    assert_eq!(found().await.0, problems);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(ward.archive.write_stamps().await.unwrap(), 1);
    assert_eq!(ward.archive.write_stamps().await.unwrap(), 0);
}

/// Runs a statement as whoever owns the file can: without triggers, which are put back.
async fn past_triggers(directory: &std::path::Path, sql: &str) {
    use sqlx::{ConnectOptions as _, Connection as _};
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(directory.join("archive.sqlite3"));
    let mut raw = options.connect().await.unwrap();
    let triggers: Vec<(String, String)> =
        sqlx::query_as("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetch_all(&mut raw).await.unwrap();
    for (name, _) in &triggers {
        sqlx::query(sqlx::AssertSqlSafe(format!("DROP TRIGGER {name}"))).execute(&mut raw).await.unwrap();
    }
    let changed = sqlx::query(sqlx::AssertSqlSafe(sql.to_owned())).execute(&mut raw).await.unwrap();
    assert_eq!(changed.rows_affected(), 1, "{sql}");
    for (_, sql) in triggers {
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut raw).await.unwrap();
    }
    raw.close().await.unwrap();
}

#[tokio::test]
async fn an_audit_names_what_was_changed_and_not_what_follows_from_it() {
    let ward = Ward::new().await.renewed().await;
    ward.archive.sequence().await.unwrap();
    let audit = ward.archive.audit(&[], |_| {}).await.unwrap();
    assert!(audit.is_whole(), "{:?}", audit.problems);
    let Ward { directory, archive, .. } = ward;
    archive.close().await;
    let database = directory.path().join("archive.sqlite3");
    let whole = std::fs::read(&database).unwrap();
    let first = "(SELECT event FROM version WHERE artifact = (SELECT min(artifact) FROM version))";
    for (sql, expected) in [
        (format!("UPDATE record SET body = CAST(body || ' ' AS BLOB) WHERE event = {first}"), "record.changed record "),
        (format!("DELETE FROM record WHERE event = {first}"), "row.missing record "),
        (format!("UPDATE event SET kind = 'exported' WHERE id = {first}"), "event.changed event "),
        (format!("UPDATE event SET at = at + 1 WHERE id = {first}"), "event.changed event "),
        (format!("UPDATE event SET commitment = zeroblob(32) WHERE id = {first}"), "event.changed event "),
        (
            "UPDATE version SET event = 'x' WHERE artifact = (SELECT min(artifact) FROM version)".to_owned(),
            "row.changed version ",
        ),
        ("UPDATE stamp SET time = time + 1 WHERE number = 1".to_owned(), "row.changed stamp 1"),
        (
            "UPDATE stamp_leaf SET ordinal = 7 WHERE stamp = 1 AND position = \
             (SELECT min(position) FROM stamp_leaf WHERE stamp = 1 AND kind = 'version')"
                .to_owned(),
            "row.changed stamp 1",
        ),
        (
            "UPDATE stamp_leaf SET object = 'x' WHERE stamp = 6 AND position = \
             (SELECT min(position) FROM stamp_leaf WHERE stamp = 6 AND kind = 'version')"
                .to_owned(),
            "row.changed stamp 6",
        ),
    ] {
        past_triggers(directory.path(), &sql).await;
        let auditor = Archive::open_to_audit(directory.path(), None).await.unwrap();
        let audit = auditor.audit(&[], |_| {}).await.unwrap();
        auditor.close().await;
        let shown = |one: &kyso_archive::Finding| format!("{} {}", one.code.code(), one.subject);
        let found: Vec<String> = audit.problems.iter().map(shown).collect();
        assert!(found.len() == 1 && found[0].starts_with(expected), "{sql}: {:?}", audit.problems);
        for journal in ["archive.sqlite3-wal", "archive.sqlite3-shm"] {
            let _ = std::fs::remove_file(directory.path().join(journal));
        }
        std::fs::write(&database, &whole).unwrap();
    }
}

#[tokio::test]
async fn a_stamps_file_that_was_changed_is_written_again_by_its_rows() {
    let ward = Ward::new().await;
    let there = |name: &str| ward.directory.path().join("stamp").join(name);
    let mut names: Vec<String> =
        std::fs::read_dir(there("")).unwrap().map(|one| one.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let whole: Vec<Vec<u8>> = names.iter().map(|name| std::fs::read(there(name)).unwrap()).collect();
    for (at, name) in names.iter().enumerate() {
        std::fs::remove_file(there(name)).unwrap();
        if at % 2 == 0 {
            let mut changed = whole[at].clone();
            changed[60] ^= 1;
            std::fs::write(there(name), changed).unwrap();
        }
    }
    let scrubbed = ward.archive.scrub(u64::MAX).await.unwrap();
    let repaired = scrubbed.repaired.iter().filter(|path| path.starts_with("stamp/")).count();
    assert_eq!(repaired, names.len(), "{scrubbed:?}");
    for (name, whole) in names.iter().zip(&whole) {
        assert_eq!(&std::fs::read(there(name)).unwrap(), whole, "{name}");
    }
}

/// Tokens of two authorities over one root: two records, each of which proves by itself, also after each was renewed by its own.
#[tokio::test]
async fn two_lines_of_authorities_prove_each_by_itself() {
    let directory = tempfile::tempdir().unwrap();
    let archive = Archive::init(directory.path(), None).await.unwrap();
    let (world, other) = (Decades::new(), Decades::of("KHÁC"));
    let lines = |day: &str, (one, two): (&Tsa, Option<&Tsa>)| {
        [on(&world, Some(one), day, SHA256), Stamping { line: 1, ..on(&other, two, day, SHA256) }]
    };
    let first = (world.authority("TSA 1", 2025, 2031), other.authority("TSA A", 2025, 2031));
    let artifact = keep(&archive, "x").await;
    archive.sequence().await.unwrap();
    let days = archive.stamp_day_by(&lines("2026-03-02", (&first.0, Some(&first.1)))).await.unwrap();
    let made: Vec<_> = days.into_iter().map(|day| day.unwrap().stamped.unwrap()).collect();
    assert_eq!((made[0].line, made[1].line), (0, 1));
    let of = version(&artifact);
    let root = |record: &kyso_archive::evidence::EvidenceRecord| {
        let token = record.chains()[0].stamps()[0].time_stamp();
        kyso::TimeStampToken::parse(token).unwrap().info().imprint.clone()
    };
    let record = |line| {
        let (archive, of) = (archive.clone(), of.clone());
        async move { archive.evidence_of_line(&of, line).await.unwrap() }
    };
    assert_eq!(root(&record(0).await.unwrap()), root(&record(1).await.unwrap()), "over one root");
    assert_eq!(record(2).await, None);
    assert_eq!(archive.evidence(&of).await.unwrap(), record(0).await);

    // One that is down keeps the other from nothing, and goes on by itself.
    let late = keep(&archive, "y").await;
    let days = archive.stamp_day_by(&lines("2026-03-03", (&first.0, None))).await.unwrap();
    assert!(days[0].as_ref().unwrap().stamped.is_some() && matches!(days[1], Err(Error::TimeStamp(_))));
    assert_eq!(archive.evidence_of_line(&version(&late), 1).await.unwrap(), None);
    let days = archive.stamp_day_by(&lines("2026-03-04", (&first.0, Some(&first.1)))).await.unwrap();
    assert!(days[0].as_ref().unwrap().stamped.is_none(), "nothing is new there");
    assert_eq!(days[1].as_ref().unwrap().stamped.as_ref().unwrap().line, 1);
    assert!(archive.evidence_of_line(&version(&late), 1).await.unwrap().is_some());

    let second = (world.authority("TSA 2", 2029, 2050), other.authority("TSA B", 2029, 2050));
    for stamping in lines("2030-06-01", (&second.0, Some(&second.1))) {
        let renewal = archive.renew_evidence(RenewBy::TimeStamp, &stamping).await.unwrap();
        assert_eq!(renewal.stamped.iter().map(|one| one.line).collect::<Vec<_>>(), [stamping.line]);
    }
    let file = archive.bytes(&artifact).await.unwrap();
    for (line, world, stranger) in [(0, &world, &other), (1, &other, &world)] {
        let record = record(line).await.unwrap().to_der();
        let (report, wrong) = judged(&record, DataObject::One(&file), &world.policy(in_2046()));
        assert_eq!(
            (report.indication, report.proven_since),
            (Indication::TotalPassed, Some(time("2026-03-02"))),
            "{wrong:?}"
        );
        let (report, _) = judged(&record, DataObject::One(&file), &stranger.policy(in_2046()));
        assert_eq!(report.indication, Indication::Indeterminate, "the other line's root says nothing of it");
    }
    assert_eq!(archive.check_stamps(None).await.unwrap(), []);
}

/// A second store in a bucket of its own, which whoever holds it may mend.
fn bucket() -> Second {
    let server = kyso_tests::servers::S3::shared();
    let place = Place::new(server.url(), "us-east-1", "evidence-copy", "copy/", Style::Path).unwrap();
    let (id, secret) = kyso_tests::servers::S3::KEYS;
    let keys = Keys::new(id, zeroize::Zeroizing::new(secret.to_owned()));
    let store =
        Store::new(place, keys, Clock::default(), &Settings::default(), std::time::Duration::from_secs(30)).unwrap();
    store.make_bucket(false).unwrap();
    Second::Bucket(Box::new(SecondBucket { repair: Some(store.clone()), ..store.into() }))
}

/// How many files of the second store the status tells of as damaged.
async fn damaged_copies(archive: &Archive) -> u64 {
    let copies = archive.status(Timestamp::now()).await.unwrap().copies;
    copies
        .iter()
        .filter(|copies| copies.store == "second" && copies.state == "damaged")
        .map(|copies| copies.objects)
        .sum()
}

/// What is copied has its evidence beside it, in a directory and in a bucket; what was changed there is found, and mended.
#[tokio::test(flavor = "multi_thread")]
async fn the_second_store_has_the_stamps_too() {
    let copy = tempfile::tempdir().unwrap();
    let directory = copy.path().join("copy");
    for second in [Second::Directory(directory.clone()), bucket()] {
        let ward = Ward::new().await;
        let own: Vec<_> = std::fs::read_dir(ward.directory.path().join("stamp"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        let archive = ward.archive.clone().with_second_at(&second).await.unwrap();
        let copied = archive.copy_to_second(u64::MAX).await.unwrap();
        assert_eq!((copied.stamps, copied.is_complete), (u64::try_from(own.len()).unwrap(), true), "{own:?}");
        assert_eq!(archive.copy_to_second(u64::MAX).await.unwrap().stamps, 0, "each is copied once");
        let read = |name: &str| match &second {
            Second::Directory(directory) => std::fs::read(directory.join(name)).unwrap(),
            Second::Bucket(bucket) => bucket.store.get(name, None, None).unwrap().unwrap().content,
        };
        let changed = format!("stamp/{}", own.iter().find(|name| name.ends_with(".leaves")).unwrap());
        let whole = std::fs::read(ward.directory.path().join(&changed)).unwrap();
        assert_eq!(read(&changed), whole);
        let audit = archive.audit(&[], |_| {}).await.unwrap();
        assert_eq!((audit.problems, audit.counts.copies), (vec![], 21));

        match &second {
            Second::Directory(directory) => {
                std::fs::remove_file(directory.join(&changed)).unwrap();
                std::fs::write(directory.join(&changed), b"other").unwrap();
            }
            Second::Bucket(bucket) => {
                let etag = bucket.store.head(&changed, None).unwrap().unwrap().etag;
                bucket.store.put_if_match(&changed, b"other", &etag).unwrap();
            }
        }
        let audit = archive.audit(&[], |_| {}).await.unwrap();
        let found: Vec<_> = audit.problems.iter().map(|one| (one.code.code(), one.subject.to_string())).collect();
        assert!(matches!(&found[..], [("copy.damaged", path)] if path.ends_with(&changed)), "{found:?}");
        if let Second::Bucket(bucket) = &second {
            let unable = Second::Bucket(Box::new(SecondBucket { repair: None, ..(**bucket).clone() }));
            let archive = archive.clone().with_second_at(&unable).await.unwrap();
            let scrubbed = archive.scrub(u64::MAX).await.unwrap();
            assert_eq!((scrubbed.copied, scrubbed.uncopied), (vec![], vec![changed.clone()]));
            assert_eq!(damaged_copies(&archive).await, 1);
        }
        let scrubbed = archive.scrub(u64::MAX).await.unwrap();
        assert_eq!((scrubbed.copied, scrubbed.damaged), (vec![changed.clone()], vec![]));
        assert_eq!((read(&changed), damaged_copies(&archive).await), (whole, 0));
        assert_eq!(archive.audit(&[], |_| {}).await.unwrap().problems, []);
        archive.close().await;
    }
}
