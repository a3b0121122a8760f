//! `kyso archive audit`: what is whole is told so, what isn't is named; in words and as data, with the exit code.

use serde_json::Value;

use kyso_archive::{Archive, Begun, Beside, Meta, Request};
use kyso_tests::folder::Folder;
use kyso_tests::{shapes, signing};

/// An archive with two documents that were signed and logged.
fn archive() -> Folder {
    let folder = Folder::new();
    folder.run("archive init --archive kho").demand(0);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let archive = Archive::open(&folder.path("kho")).await.unwrap();
        let meta = Meta { role: kyso::Role::Seal, actor: "văn thư".into(), file_name: None };
        for name in ["a", "b"] {
            let request = Request::unkeyed("văn thư").unwrap();
            let Begun::Open(claim) = archive.begin(&request, &meta).await.unwrap() else { unreachable!() };
            let file = signing::verified(&shapes::named(name));
            archive.keep(claim, &file, Beside::default()).await.unwrap();
        }
        archive.sequence().await.unwrap();
        archive.close().await;
    });
    folder
}

#[test]
fn a_whole_archive_is_told_whole() {
    let folder = archive();
    let told = folder.run("archive audit --archive kho").demand(0).told("Kho lưu trữ còn nguyên vẹn");
    told.told("Đã kiểm tra: 2 văn bản (2 phiên bản").told("Mốc ký mới nhất (số mục, gốc): 2 ");
    folder.run("archive audit --archive kho --lang en").demand(0).told("The archive is whole");
    let json = folder.run("archive audit --archive kho --format json").demand(0).stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["format"], "kyso-archive-audit");
    assert_eq!(json["whole"], true);
    assert_eq!(json["audit"]["counts"]["leaves"], 2);
    let checkpoint = json["audit"]["checkpoint"].as_str().unwrap();
    assert_eq!(checkpoint, std::fs::read_to_string(folder.path("kho/log/checkpoint")).unwrap());
}

#[test]
fn a_copy_without_private_keys_is_held_against_key_and_checkpoint() {
    let folder = archive();
    std::fs::copy(folder.path("kho/log/checkpoint"), folder.path("moc")).unwrap();
    let json = folder.run("archive audit --archive kho --format json").demand(0).stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    std::fs::write(folder.path("khoa"), json["audit"]["log_key"].as_str().unwrap()).unwrap();
    std::fs::remove_dir_all(folder.path("kho/keys")).unwrap();
    folder.run("archive audit --archive kho --since moc --log-key khoa").demand(0);

    folder.run("archive init --archive khac").demand(0);
    folder
        .run("archive audit --archive khac --since moc")
        .demand(1)
        .told("SAI: mốc ký không phải do khóa của nhật ký ký: moc")
        .told("(checkpoint.forged)");
    folder.run("archive audit --archive khac --log-key khoa").demand(1).told("(key.other)");
    folder.run("archive audit --archive kho --log-key x").demand(64);
    folder.run("archive audit --archive kho --since x").demand(64);
    folder.run("archive audit --archive nowhere").demand(64).told("kyso archive init");
}

#[test]
fn what_is_wrong_is_named() {
    let folder = archive();
    let shard = |kind: &str| {
        let directories = std::fs::read_dir(folder.path(kind)).unwrap().map(|entry| entry.unwrap().path());
        directories.flat_map(|path| std::fs::read_dir(path).unwrap()).next().unwrap().unwrap().path()
    };
    let object = shard("kho/o");
    std::fs::remove_file(&object).unwrap();
    std::fs::write(folder.path("kho/o/la"), "x").unwrap();
    let name = object.file_name().unwrap().to_str().unwrap().to_owned();
    let told = folder.run("archive audit --archive kho").demand(1);
    let told = told.told("SAI: mất văn bản: văn bản ").told(&name).told("(object.missing)");
    told.told("SAI: tệp lạ trong kho: o/la (file.unknown)").told("KHÔNG còn nguyên vẹn: 2 điểm sai");
    let json = folder.run("archive audit --archive kho --format json").demand(1).stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["whole"], false);
    assert_eq!(json["audit"]["problems"][0]["code"], "object.missing");
    assert_eq!(json["audit"]["problems"][0]["subject"]["object"], Value::from(name));

    std::fs::write(folder.path("kho/archive.sqlite3"), "no database").unwrap();
    folder.run("archive audit --archive kho").demand(6);
}
