//! What the tests of rebuilding and of backups share: an archive in which a little of everything has happened.

use std::collections::BTreeMap;
use std::path::Path;

use kyso_certification::metadata::Metadata;
use tempfile::TempDir;

use super::{archive, meta, open, request, verified};
use crate::{Archive, Artifact, Begun, Beside, Caller, DraftBegun};

/// Metadata with this subject.
pub(super) fn metadata(subject: &str) -> Metadata {
    let json = r#"{"DocCode":"H61.12_CK_000128_V1","FileCode":{"OrganId":"H61.12","FileCatalog":2026,"FileNotation":"CK-11"},
        "DossierCode":"H61.12-261103-0042","ResultCode":"H61.12-261103-0042-KQ(1)","ProcedureCode":"2.000884",
        "TypeName":"Giấy ủy quyền","CodeNumber":"128","CodeNotation":"SCT/CK,ĐC","IssuedDate":"03/11/2026",
        "OrganName":"Ủy ban nhân dân xã Bình Minh","Subject":"x","SignerInfo":{"Position":"Chủ tịch","FullName":"Nguyễn Văn Mẫu"},
        "Maintenance":"02 năm","Rights":"Hạn chế","CertKind":"CK",
        "CertNumber":{"symbol":"SCT/CK,ĐC","year":2026,"ordinal":128,"book":1},
        "Requesters":[{"FullName":"Trần Thị Mẫu & <con>"}],"Certifier":{"FullName":"Nguyễn Văn Mẫu","Title":"Chủ tịch"},
        "Place":"Bình Minh"}"#;
    let metadata: Metadata = serde_json::from_str(json).unwrap();
    Metadata { subject: subject.to_owned(), ..metadata }
}

/// What callers see of an archive: what a repeated request is answered with, reports, metadata, bytes, receipts.
pub(super) async fn seen(archive: &Archive) -> BTreeMap<String, String> {
    let mut seen = BTreeMap::new();
    for (key, digest) in [("plain", 'a'), ("answered", 'b'), ("refused", 'd'), ("described", 'e')] {
        let begun = archive.begin(&request(key, digest), &meta()).await.unwrap();
        let Begun::Done { artifact, answer } = begun else { panic!("{key} would be made once more") };
        let metadata = archive.metadata(artifact.id).await.unwrap();
        let (report, bytes) = (archive.report(&artifact).await.unwrap(), archive.bytes(&artifact).await.unwrap());
        let receipt = archive.receipt(&artifact).await.unwrap().map(|receipt| {
            // The checkpoint may be a newer one.
            (receipt.salt, receipt.record, receipt.index)
        });
        let digest = crate::record::sha256(&bytes);
        seen.insert(key.to_owned(), format!("{artifact:?} {answer:?} {metadata:?} {report} {digest} {receipt:?}"));
    }
    let found = archive.find(&crate::Sought { words: Some("mau".into()), ..crate::Sought::default() }).await.unwrap();
    seen.insert("found".into(), format!("{}", found.len()));
    seen
}

/// An archive in which a little of everything has happened, sequenced, with its manifests written.
pub(super) async fn busy() -> (TempDir, Archive) {
    let (directory, archive) = archive().await;
    occupy(&archive).await;
    (directory, archive)
}

/// Lets a little of everything happen.
pub(super) async fn occupy(archive: &Archive) {
    let caller = |name: &str, secret: &str| Caller { name: name.into(), secret: secret.repeat(64) };
    archive.principals(&[caller("renamed", "1")]).await.unwrap();
    archive.principals(&[caller("now", "1")]).await.unwrap();
    keep(archive, "plain", 'a', Beside::default()).await;
    let beside = Beside { answer: Some(r#"{"number":1}"#.into()), metadata: Some(metadata("giấy mẫu")) };
    let answered = keep(archive, "answered", 'b', beside).await;
    archive.revise(answered.id, &metadata("giấy mẫu đã sửa"), "lãnh đạo", Some("lãnh đạo".into())).await.unwrap();
    archive.sequence().await.unwrap();
    // A key that came back with other content after it was refused.
    let claim = open(archive, &request("refused", 'c')).await;
    archive.refuse(claim).await.unwrap();
    keep(archive, "refused", 'd', Beside::default()).await;
    let claim = open(archive, &request("described", 'e')).await;
    archive.describe(claim, &answered, &metadata("giấy mẫu lần ba"), Some("{}".into())).await.unwrap();
    let DraftBegun::Open(preparing) = archive.begin_draft(&request("draft", 'f')).await.unwrap() else {
        panic!("it's new")
    };
    archive
        .keep_draft(preparing, b"%PDF-1.7 draft".to_vec(), "văn thư", "{}".into(), kyso::Timestamp::now())
        .await
        .unwrap();
    archive.sequence().await.unwrap();
    settle(archive).await;
}

/// Writes all manifests that are still to be written.
pub(super) async fn settle(archive: &Archive) {
    while archive.write_manifests(2).await.unwrap() > 0 {}
}

pub(super) async fn keep(archive: &Archive, key: &str, digest: char, beside: Beside) -> Artifact {
    let claim = open(archive, &request(key, digest)).await;
    archive.keep(claim, &verified(key), beside).await.unwrap()
}

/// Copies a directory.
pub(super) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// Every file below a directory, by its path in it.
pub(super) fn files(directory: &Path) -> Vec<String> {
    let (mut files, mut waiting) = (Vec::new(), vec![directory.to_owned()]);
    while let Some(path) = waiting.pop() {
        for entry in std::fs::read_dir(&path).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                files.push(path.strip_prefix(directory).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    files.sort();
    files
}

/// Puts other bytes in a file's place, whatever its mode says.
pub(super) fn put(path: &Path, bytes: &[u8]) {
    std::fs::remove_file(path).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// Flips one bit in the middle of a file.
pub(super) fn flip(path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    *bytes.get_mut(middle).unwrap() ^= 1;
    put(path, &bytes);
}
