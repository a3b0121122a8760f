//! What leaves an archive in a package is a bag, and a valid information package of E-ARK, for other programs too.

use std::path::Path;
use std::process::Command;

use kyso::Role;
use kyso_archive::{Archive, Begun, Beside, Meta, Request};
use kyso_tests::{judges, shapes, signing};

/// Reads every XML file below a directory; how many there are.
const WELL_FORMED: &str = "import sys, pathlib, lxml.etree\n\
    files = sorted(pathlib.Path(sys.argv[1]).rglob('*.xml'))\n\
    [lxml.etree.parse(str(file)) for file in files]\n\
    print(len(files))";

/// What is said of the document, with everything that an XML writer has to mind.
const METADATA: &str = r#"{"DocCode":"H61.12_CK_000128_V1","FileCode":{"OrganId":"H61.12","FileCatalog":2026,"FileNotation":"CK-11"},
    "DossierCode":"H61.12-261103-0042","ResultCode":"H61.12-261103-0042-KQ(1)","ProcedureCode":"2.000884",
    "TypeName":"Giấy ủy quyền","CodeNumber":"128","CodeNotation":"SCT/CK,ĐC","IssuedDate":"03/11/2026",
    "OrganName":"Ủy ban nhân dân xã <Bình Minh> & \"một\"","Subject":"x","SignerInfo":{"Position":"Chủ tịch","FullName":"Nguyễn Văn Mẫu"},
    "Maintenance":"02 năm","Rights":"Hạn chế","CertKind":"CK",
    "CertNumber":{"symbol":"SCT/CK,ĐC","year":2026,"ordinal":128,"book":1},
    "Requesters":[{"FullName":"Trần Thị Mẫu"},{"FullName":"Lê Thị Mẫu"}],"Certifier":{"FullName":"Nguyễn Văn Mẫu","Title":"Chủ tịch"},
    "Place":"Bình Minh"}"#;

/// A package of a signed document, written below a directory.
async fn package(directory: &Path) {
    let archive = Archive::init(&directory.join("kho"), None).await.unwrap();
    let meta =
        Meta { role: Role::Leader, actor: "<văn thư> & \"một\"".into(), file_name: Some("kết quả.pdf".into()) };
    let request = Request::unkeyed("văn thư").unwrap();
    let Begun::Open(claim) = archive.begin(&request, &meta).await.unwrap() else { panic!("nobody has asked before") };
    let file = signing::verified(&shapes::named("xref-table"));
    let metadata = serde_json::from_str(METADATA).unwrap();
    let kept = archive.keep(claim, &file, Beside { answer: None, metadata: Some(metadata) }).await.unwrap();
    archive.sequence().await.unwrap();
    for (path, bytes) in archive.package(kept.id).await.unwrap().files {
        let path = directory.join("bag").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    archive.close().await;
}

fn asked(arguments: &[&str], directory: &Path) -> (bool, String) {
    let output = Command::new(judges::python()).args(arguments).arg(directory).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn a_package_is_a_bag_and_a_changed_one_is_none() {
    let folder = tempfile::tempdir().unwrap();
    tokio::runtime::Runtime::new().unwrap().block_on(package(folder.path()));
    let bag = folder.path().join("bag");
    let validate = ["-m", "bagit", "--validate"];
    let (holds, said) = asked(&validate, &bag);
    assert!(holds, "{said}");
    let (read, said) = asked(&["-c", WELL_FORMED], &bag);
    // METS of the package and of its representation, PREMIS, Dublin Core, fields.
    assert!(read && said.trim() == "5", "{said}");
    let mets = std::fs::read_dir(bag.join("data")).unwrap().next().unwrap().unwrap().path().join("METS.xml");
    let mut bytes = std::fs::read(&mets).unwrap();
    // As many bytes as before: otherwise the count alone is told, and no file.
    *bytes.last_mut().unwrap() = b' ';
    std::fs::write(&mets, bytes).unwrap();
    let (holds, said) = asked(&validate, &bag);
    assert!(!holds && said.contains("METS.xml"), "{said}");
}

#[test]
fn a_package_is_valid_by_the_validator_of_e_ark_and_a_changed_one_isnt() {
    let folder = tempfile::tempdir().unwrap();
    tokio::runtime::Runtime::new().unwrap().block_on(package(folder.path()));
    let data = folder.path().join("bag/data");
    let inner = std::fs::read_dir(data).unwrap().next().unwrap().unwrap().path();
    let judge = judges::root().join("tests/judges/package_judge.py");
    let judged = || asked(&[judge.to_str().unwrap()], &inner);
    let (is_valid, said) = judged();
    assert!(is_valid && said.contains("valid: "), "{said}");
    let changed = |path: &str, from: &str, to: &str, code: &str| {
        let path = inner.join(path);
        let before = std::fs::read_to_string(&path).unwrap();
        assert!(before.contains(from), "{from}");
        std::fs::write(&path, before.replacen(from, to, 1)).unwrap();
        let (is_valid, said) = judged();
        assert!(!is_valid && said.contains(code), "{from}: {said}");
        std::fs::write(&path, before).unwrap();
    };
    changed("METS.xml", "\u{2013}", "-", "CSIP2");
    changed("METS.xml", "csip:OAISPACKAGETYPE=\"AIP\"", "", "CSIP9");
    changed("METS.xml", "<fileSec", "<fileSecs", "METS.xml");
    changed("METS.xml", "CHECKSUM=\"", "CHECKSUM=\"0", "isn't what METS says");
    changed("representations/rep1/METS.xml", "<FLocat", "<FLocate", "rep1");
    changed("metadata/descriptive/fields.xml", "03/11/2026", "03-11-2026", "IssuedDate");
    std::fs::write(inner.join("representations/rep1/data/more.pdf"), b"x").unwrap();
    let (is_valid, said) = judged();
    assert!(!is_valid && said.contains("more.pdf is in no METS"), "{said}");
}
