//! What lies in a store, page by page: the objects that there are, and every version and delete marker.

use jiff::Timestamp;
use kyso::error::connection::Fault;
use roxmltree::Node;

use super::ask::{Ask, DOCUMENT, refusal};
use super::{Error, Store, strange, xml};

/// As many are on a page at most (ListObjectsV2, MaxKeys).
const MOST: u16 = 1000;

/// A page of objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// In the order of names.
    pub objects: Vec<Listed>,
    /// What the next page is asked for with; `None` after the last.
    pub next: Option<String>,
}

/// An object on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// After the place's prefix.
    pub name: String,
    /// In bytes.
    pub length: u64,
    /// What the store calls its content, with its quotation marks: no digest.
    pub etag: String,
}

/// A page of versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versions {
    /// In the order of names, newest first; delete markers are told among the other versions or behind them.
    pub versions: Vec<Version>,
    /// What the next page is asked for with; `None` after the last.
    pub next: Option<Mark>,
}

/// A version of an object, or a delete marker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// After the place's prefix.
    pub name: String,
    /// Its id; `null` for what was written without versioning.
    pub version: String,
    /// Whether it's what is read without naming a version.
    pub is_latest: bool,
    /// Length in bytes and ETag; `None` for a delete marker.
    pub content: Option<(u64, String)>,
    /// When it was written, by the store's clock.
    pub modified: Timestamp,
}

/// Where a page of versions ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The last one's whole name, as the store gave it.
    name: String,
    version: Option<String>,
}

impl Store {
    /// The objects whose names begin with `prefix`, after `next` of the page before: at most `most`, and at most 1,000.
    ///
    /// # Errors
    /// [`Error`].
    pub fn list(&self, prefix: &str, next: Option<&str>, most: u16) -> Result<Page, Error> {
        let (prefix, most) = (self.begin(prefix)?, most.clamp(1, MOST).to_string());
        let mut query = vec![("list-type", "2"), ("max-keys", most.as_str()), ("prefix", prefix.as_str())];
        query.extend(next.map(|token| ("continuation-token", token)));
        self.page(&query, "ListBucketResult", |root| {
            let objects: Result<Vec<Listed>, Error> = xml::each(root, "Contents")
                .map(|node| {
                    let etag = xml::needed(node, "ETag").map_err(Error::Unknown)?.to_owned();
                    Ok(Listed { name: self.name(node, &prefix)?, length: length(node)?, etag })
                })
                .collect();
            let following = if is_truncated(root)? {
                Some(xml::needed(root, "NextContinuationToken").map_err(Error::Unknown)?.to_owned())
            } else {
                None
            };
            if following.is_some() && following.as_deref() == next {
                return Err(strange("the same page again"));
            }
            Ok(Page { objects: objects?, next: following })
        })
    }

    /// Every version and delete marker of the objects whose names begin with `prefix`, after `next` of the page before: at
    /// most `most`, and at most 1,000.
    ///
    /// # Errors
    /// [`Error`].
    pub fn list_versions(&self, prefix: &str, next: Option<&Mark>, most: u16) -> Result<Versions, Error> {
        let (prefix, most) = (self.begin(prefix)?, most.clamp(1, MOST).to_string());
        let mut query = vec![("max-keys", most.as_str()), ("prefix", prefix.as_str()), ("versions", "")];
        if let Some(mark) = next {
            query.push(("key-marker", mark.name.as_str()));
            query.extend(mark.version.as_deref().map(|version| ("version-id-marker", version)));
        }
        self.page(&query, "ListVersionsResult", |root| {
            let mut versions = Vec::new();
            for node in root.children().filter(Node::is_element) {
                let is_marker = match node.tag_name().name() {
                    "Version" => false,
                    "DeleteMarker" => true,
                    _ => continue,
                };
                versions.push(self.version(node, &prefix, is_marker)?);
            }
            let following = if is_truncated(root)? {
                let name = xml::needed(root, "NextKeyMarker").map_err(Error::Unknown)?.to_owned();
                Some(Mark { name, version: xml::text(root, "NextVersionIdMarker").map(str::to_owned) })
            } else {
                None
            };
            if following.is_some() && following.as_ref() == next {
                return Err(strange("the same page again"));
            }
            Ok(Versions { versions, next: following })
        })
    }

    fn version(&self, node: Node<'_, '_>, prefix: &str, is_marker: bool) -> Result<Version, Error> {
        let needed = |name| xml::needed(node, name).map_err(Error::Unknown);
        let is_latest = match needed("IsLatest")? {
            "true" => true,
            "false" => false,
            _ => return Err(strange("IsLatest")),
        };
        let content = if is_marker { None } else { Some((length(node)?, needed("ETag")?.to_owned())) };
        let modified = needed("LastModified")?.parse().map_err(|_| strange("LastModified"))?;
        Ok(Version {
            name: self.name(node, prefix)?,
            version: needed("VersionId")?.to_owned(),
            is_latest,
            content,
            modified,
        })
    }

    /// What whole names begin with.
    fn begin(&self, prefix: &str) -> Result<String, Error> {
        if prefix.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(format!("{}{prefix}", self.place.prefix()));
        }
        Err(Error::Setting(format!("no name begins with {prefix:?}")))
    }

    /// An object's name after the place's prefix. A store that names others than were asked for isn't listened to.
    fn name(&self, node: Node<'_, '_>, begin: &str) -> Result<String, Error> {
        let whole = xml::needed(node, "Key").map_err(Error::Unknown)?;
        let name = whole.starts_with(begin).then(|| whole.strip_prefix(self.place.prefix())).flatten();
        name.map(str::to_owned).ok_or_else(|| strange("a name that wasn't asked for"))
    }

    fn page<T>(
        &self,
        query: &[(&str, &str)],
        root: &str,
        read: impl FnOnce(Node<'_, '_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let answer = self.ask(&Ask { method: "GET", query, limit: DOCUMENT, ..Ask::default() })?;
        if answer.status != 200 {
            return Err(refusal(&answer));
        }
        let document = xml::read(&answer.content).map_err(Error::Unknown)?;
        read(xml::root(&document, root).map_err(Error::Unknown)?)
    }
}

fn length(node: Node<'_, '_>) -> Result<u64, Error> {
    xml::number(node, "Size").map_err(Error::Unknown)
}

/// Whether there is more. Who doesn't say has given all that fits, which isn't all that there is.
fn is_truncated(root: Node<'_, '_>) -> Result<bool, Error> {
    match xml::text(root, "IsTruncated") {
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        _ => Err(Error::Unknown(Fault::ContentType("not the XML of a store: IsTruncated".into()))),
    }
}
