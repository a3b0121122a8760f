//! `kyso archive stamp` and `kyso archive evidence`: from an archive to a record that `kyso verify` takes, also in 2046.

use std::sync::Arc;

use jiff::Timestamp;
use kyso::crypto::DigestAlgorithm;
use kyso_archive::{Archive, Artifact, Begun, Beside, Meta, RenewBy, Request, Stamping};
use kyso_testpki::{Tsa, World, path};
use kyso_tests::decades::{Decades, OnDay, time};
use kyso_tests::folder::Folder;
use kyso_tests::{shapes, signing};
use serde_json::Value;
use tokio::runtime::Runtime;

/// Keeps documents in a new archive of the folder, and does something with it.
fn archive(folder: &Folder, names: &[&str], work: impl AsyncFnOnce(&Archive, &[Artifact])) -> Vec<Artifact> {
    Runtime::new().unwrap().block_on(async {
        let archive = Archive::create(&folder.path("kho")).await.unwrap();
        let mut kept = Vec::new();
        for name in names {
            let meta = Meta { role: kyso::Role::Seal, actor: "văn thư".into(), file_name: None };
            let request = Request::unkeyed("văn thư").unwrap();
            let Begun::Open(claim) = archive.begin(&request, &meta).await.unwrap() else { panic!("it's new") };
            let file = signing::verified(&shapes::named(name));
            kept.push(archive.keep(claim, &file, Beside::default()).await.unwrap());
            folder.write(&format!("{name}.pdf"), file.bytes());
        }
        work(&archive, &kept).await;
        archive.close().await;
        kept
    })
}

fn stamping(world: &Decades, tsa: &Tsa, day: &str) -> Stamping {
    let digest = DigestAlgorithm::Sha256;
    let services = Arc::new(OnDay { world: world.clone(), tsa: Some(tsa.clone()), time: time(day), digest });
    Stamping { stamper: services.clone(), fetcher: Some(services), policy: world.policy(time(day)), line: 0 }
}

#[test]
fn in_2046_a_record_from_the_archive_says_since_when_a_file_was_there() {
    let (folder, world) = (Folder::new(), Decades::new());
    folder.write("root.pem", world.root.pem().unwrap());
    let tsa = |number: u8, from, to| world.authority(&format!("TSA {number}"), from, to);
    let kept = archive(&folder, &["x", "y"], async |archive, _| {
        archive.sequence().await.unwrap();
        archive.stamp_day(&stamping(&world, &tsa(1, 2025, 2031), "2026-03-02")).await.unwrap();
        let by = RenewBy::TimeStamp;
        archive.renew_evidence(by, &stamping(&world, &tsa(2, 2029, 2035), "2029-06-01")).await.unwrap();
        archive.renew_evidence(by, &stamping(&world, &tsa(3, 2033, 2039), "2033-06-01")).await.unwrap();
    });
    folder.run(&format!("archive evidence --archive kho {} -o som.er", kept[0].id)).demand(0).told("3 dấu thời gian");
    archive(&folder, &[], async |archive, _| {
        let by = RenewBy::HashTree(DigestAlgorithm::Sha512);
        archive.renew_evidence(by, &stamping(&world, &tsa(4, 2038, 2050), "2038-06-01")).await.unwrap();
    });
    folder.run(&format!("archive evidence --archive kho {} --version 0 -o x.er", kept[0].id)).demand(0).told("x.er");
    let evidence = |record: &str, file: &str| -> Value {
        let options = "--trust root.pem --at 2046-03-02T03:00:00Z --qr never --format json";
        let out = folder.run(&format!("verify {options} --evidence {record} {file}")).stdout;
        serde_json::from_str::<Value>(&out).unwrap()[0]["evidence"].clone()
    };
    let good = evidence("x.er", "x.pdf");
    assert_eq!(good["indication"], "TOTAL-PASSED", "{good}");
    assert_eq!(good["proven_since"], "2026-03-02T03:00:00Z");
    assert_eq!(good["steps"].as_array().unwrap().len(), 4);
    assert_eq!(evidence("x.er", "y.pdf")["indication"], "TOTAL-FAILED", "of another file");
    assert_eq!(evidence("som.er", "x.pdf")["indication"], "INDETERMINATE", "without the last renewal");
    // Nothing is written over, and what isn't there has no record.
    folder.run(&format!("archive evidence --archive kho {} -o x.er", kept[0].id)).demand(64);
    folder.run(&format!("archive evidence --archive kho {} --version 7 -o z.er", kept[0].id)).demand(64);
}

#[test]
fn an_archive_is_stamped_and_renewed_by_an_authority_on_the_network() {
    let (folder, world) = (Folder::new(), World::start(Timestamp::now()).unwrap());
    folder.write("root.pem", world.root.pem().unwrap());
    let kept = archive(&folder, &["x"], async |_, _| {});
    let early = folder.run(&format!("archive evidence --archive kho {} -o x.er", kept[0].id)).demand(6);
    early.told("kyso archive stamp");
    let tsa = format!("--tsa {} --allow-address 127.0.0.1", world.server.url(path::TSA));
    folder.run(&format!("archive stamp --archive kho {tsa} --trust-store trong")).demand(64).told("--trust");
    folder.run("archive stamp --archive kho --trust root.pem").demand(64).told("--tsa");
    // No service comes that would see to it.
    let demand_logged = || {
        archive(&folder, &[], async |archive, _| {
            let log = archive.status(Timestamp::now()).await.unwrap().log;
            assert_eq!((log.pending, log.size), (0, log.signed));
            assert_eq!(archive.write_manifests(1).await.unwrap(), 0);
        })
    };
    let nobody = "--tsa http://127.0.0.1:9/tsa --allow-address 127.0.0.1 --timeout 1";
    folder.run(&format!("archive stamp --archive kho --trust root.pem {nobody}")).demand(6).told("Chưa lưu gì");
    let stamp = format!("archive stamp --archive kho --trust root.pem {tsa}");
    folder.run(&stamp).demand(0).told("✔ Đã đóng dấu thời gian lưu trữ số 1").told("3 mục, SHA-256");
    demand_logged();
    folder.run(&stamp).demand(0).told("Không có gì mới");
    folder.run(&format!("{stamp} --renew")).demand(0).told("dấu số 2").told("1 mục");
    demand_logged();
    folder.run(&format!("{stamp} --rehash sha512")).demand(0).told("dấu số 3").told("SHA-512");
    demand_logged();
    folder.run(&format!("--lang en {stamp} --rehash sha512")).demand(0).told("There is no evidence to renew");
    folder.run(&format!("archive evidence --archive kho {} -o x.er", kept[0].id)).demand(0);
    let out = folder.run("verify --trust root.pem --qr never --format json --evidence x.er x.pdf").stdout;
    let evidence = serde_json::from_str::<Value>(&out).unwrap()[0]["evidence"].clone();
    assert_eq!(evidence["indication"], "TOTAL-PASSED", "{evidence}");
}
