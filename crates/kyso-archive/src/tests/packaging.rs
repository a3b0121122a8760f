//! A document leaves in a package that anyone can check, and comes back into another archive as it was.

use kyso_tests::signing;

use super::request;
use super::storing::{busy, keep, metadata, settle};
use crate::{Archive, Beside, Error, Package};

async fn packaged(archive: &Archive, key: &str, digest: char) -> Package {
    let begun = archive.begin(&request(key, digest), &super::meta()).await.unwrap();
    let crate::Begun::Done { artifact, .. } = begun else { panic!("{key} is kept") };
    archive.package(artifact.id).await.unwrap()
}

fn text<'p>(package: &'p Package, ending: &str) -> &'p str {
    let (_, bytes) = package.files.iter().find(|(path, _)| path.ends_with(ending)).expect(ending);
    std::str::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn a_package_is_the_same_until_something_happens_to_the_document() {
    let (_directory, archive) = busy().await;
    let first = packaged(&archive, "answered", 'b').await;
    archive.exported(&[(first.id, first.digest.clone())], "văn thư").await.unwrap();
    keep(&archive, "another", 'a', Beside::default()).await;
    archive.sequence().await.unwrap();
    assert_eq!(packaged(&archive, "answered", 'b').await, first);
    archive.revise(first.id, &metadata("khác"), "lãnh đạo", None).await.unwrap();
    assert_ne!(packaged(&archive, "answered", 'b').await.digest, first.digest);
}

#[tokio::test]
async fn a_package_has_what_is_known_of_the_document_and_escapes_it() {
    let (_directory, archive) = busy().await;
    let package = packaged(&archive, "answered", 'b').await;
    let id = package.id.to_string();
    assert!(package.files.contains_key(&format!("data/{id}/METS.xml")));
    assert!(package.files.contains_key(&format!("data/{id}/representations/rep1/data/0.pdf")));
    assert!(text(&package, "fields.xml").contains("Trần Thị Mẫu &amp; &lt;con&gt;"));
    assert!(text(&package, "dc.xml").contains("<dc:date>2026-11-03</dc:date>"));
    let premis = text(&package, "premis.xml");
    assert_eq!(premis.matches("<premis:eventType>").count(), 4, "{premis}");
    let receipt = text(&package, "receipt-0.tlog-proof");
    assert!(crate::log::Receipt::parse(receipt.as_bytes()).is_some());
    // Each file stands in one of the two lists: the package's, or its representation's.
    let (root, rep) = (format!("data/{id}/"), format!("data/{id}/representations/rep1/"));
    let list = |folder: &str| std::str::from_utf8(&package.files[&format!("{folder}METS.xml")]).unwrap();
    for path in package.files.keys().filter(|path| path.starts_with(&root) && **path != format!("{root}METS.xml")) {
        let folder = if path.starts_with(&rep) && !path.ends_with("METS.xml") { &rep } else { &root };
        let named = format!("xlink:href=\"{}\"", path.strip_prefix(folder.as_str()).unwrap());
        assert!(list(folder).contains(&named), "{named}");
    }
    // Who asked for it under which key stays here.
    assert!(!text(&package, "manifest-0.json").contains("principal"));
}

#[tokio::test]
async fn a_package_that_is_taken_in_twice_gives_one_document() {
    let (_directory, archive) = busy().await;
    let package = packaged(&archive, "answered", 'b').await;
    let (_other_directory, other) = super::archive().await;
    let kept = other.import(&package.files, "lưu trữ", &signing::policy()).await.unwrap();
    let again = other.import(&package.files, "lưu trữ", &signing::policy()).await.unwrap();
    assert_eq!((kept.id, other.count().await.unwrap()), (again.id, 1));
    let original = archive.artifact(package.id).await.unwrap().unwrap();
    assert_eq!((&kept.sha256, &kept.sha512), (&original.sha256, &original.sha512));
    assert_eq!(other.bytes(&kept).await.unwrap(), archive.bytes(&original).await.unwrap());
    let said = async |archive: &Archive, id| archive.metadata(id).await.unwrap().unwrap().metadata;
    assert_eq!(said(&other, kept.id).await, said(&archive, original.id).await);
    assert_eq!(other.sequence().await.unwrap(), 3, "a version, its metadata, and that it was taken in");
    settle(&other).await;
}

#[tokio::test]
async fn whatever_is_changed_in_a_package_is_refused() {
    let (_directory, from) = busy().await;
    let package = packaged(&from, "answered", 'b').await;
    let (_other_directory, other) = super::archive().await;
    let policy = signing::policy();
    for path in package.files.keys() {
        let mut changed = package.files.clone();
        let bytes = changed.get_mut(path).unwrap();
        let middle = bytes.len() / 2;
        *bytes.get_mut(middle).unwrap() ^= 1;
        let refused = other.import(&changed, "lưu trữ", &policy).await;
        // What lists the lists is listed nowhere: such a package is another one, or none.
        let is_refused = matches!(refused, Err(Error::Package(_)));
        assert!(is_refused || path == "tagmanifest-sha512.txt", "{path}: {refused:?}");
        let mut missing = package.files.clone();
        missing.remove(path);
        assert!(matches!(other.import(&missing, "lưu trữ", &policy).await, Err(Error::Package(_))), "{path}");
    }
    let mut more = package.files.clone();
    more.insert("data/more".into(), Vec::new());
    assert!(matches!(other.import(&more, "lưu trữ", &policy).await, Err(Error::Package(_))));
    assert_eq!(other.count().await.unwrap(), 0);
    assert!(matches!(from.package(crate::Uuid::nil()).await, Err(Error::Unknown(_))));
}
