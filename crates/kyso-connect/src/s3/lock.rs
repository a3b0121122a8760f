//! Versions that can't be deleted: retention until a date, legal holds, and what a bucket does by itself ("Locking objects
//! with Object Lock", Amazon S3 User Guide).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use kyso::crypto::DigestAlgorithm;

use super::ask::{Ask, DOCUMENT, refusal};
use super::{Error, Store, strange, xml};
use crate::http::Answer;

pub(super) const LOCK_MODE: &str = "x-amz-object-lock-mode";
pub(super) const LOCK_UNTIL: &str = "x-amz-object-lock-retain-until-date";
pub(super) const HOLD: &str = "x-amz-object-lock-legal-hold";

/// Until when a version stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Who could shorten it.
    pub mode: Mode,
    /// The end; stores keep whole seconds.
    pub until: Timestamp,
}

/// Who can shorten a retention, or delete what is under it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Whoever the store's owner lets.
    Governance,
    /// Nobody.
    Compliance,
}

/// Whether a bucket keeps what was there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Versioning {
    /// It never did.
    Off,
    /// It did.
    Suspended,
    /// It does.
    Enabled,
}

/// What a bucket gives to each new version by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DefaultRetention {
    /// Who could shorten it.
    pub mode: Mode,
    /// For how many days; a year counts 365.
    pub days: u64,
}

impl Mode {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Governance => "GOVERNANCE",
            Self::Compliance => "COMPLIANCE",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::Governance, Self::Compliance].into_iter().find(|mode| mode.name() == name)
    }
}

impl Store {
    /// Makes a version's retention longer. The store refuses to make one under compliance shorter.
    ///
    /// # Errors
    /// [`Error`].
    pub fn retain(&self, name: &str, version: &str, retention: Retention) -> Result<(), Error> {
        let (mode, until) = (retention.mode.name(), written(retention.until));
        let document = format!(
            "<Retention xmlns=\"{NAMES}\"><Mode>{mode}</Mode><RetainUntilDate>{until}</RetainUntilDate></Retention>"
        );
        self.put_document(name, &[("retention", ""), ("versionId", version)], &document)
    }

    /// Puts a legal hold on a version, or takes it off.
    ///
    /// # Errors
    /// [`Error`].
    pub fn hold(&self, name: &str, version: &str, on: bool) -> Result<(), Error> {
        let status = if on { "ON" } else { "OFF" };
        let document = format!("<LegalHold xmlns=\"{NAMES}\"><Status>{status}</Status></LegalHold>");
        self.put_document(name, &[("legal-hold", ""), ("versionId", version)], &document)
    }

    /// Whether the bucket keeps versions.
    ///
    /// # Errors
    /// [`Error`].
    pub fn versioning(&self) -> Result<Versioning, Error> {
        let answer = self.ask_bucket("versioning")?;
        if answer.status != 200 {
            return Err(refusal(&answer));
        }
        let document = xml::read(&answer.content).map_err(Error::Unknown)?;
        let root = xml::root(&document, "VersioningConfiguration").map_err(Error::Unknown)?;
        match xml::text(root, "Status") {
            None => Ok(Versioning::Off),
            Some("Enabled") => Ok(Versioning::Enabled),
            Some("Suspended") => Ok(Versioning::Suspended),
            Some(_) => Err(strange("a state of versioning")),
        }
    }

    /// Whether the bucket has object lock; and what it gives to new versions by itself.
    ///
    /// # Errors
    /// [`Error`].
    pub fn object_lock(&self) -> Result<Option<Option<DefaultRetention>>, Error> {
        let answer = self.ask_bucket("object-lock")?;
        let code = xml::error_code(&answer.content).unwrap_or_default();
        match answer.status {
            200 => {}
            404 if code.starts_with("ObjectLockConfigurationNotFound") => return Ok(None),
            _ => return Err(refusal(&answer)),
        }
        let document = xml::read(&answer.content).map_err(Error::Unknown)?;
        let root = xml::root(&document, "ObjectLockConfiguration").map_err(Error::Unknown)?;
        if xml::text(root, "ObjectLockEnabled") != Some("Enabled") {
            return Ok(None);
        }
        let rule = xml::each(root, "Rule").flat_map(|rule| xml::each(rule, "DefaultRetention")).next();
        let Some(rule) = rule else { return Ok(Some(None)) };
        let mode = xml::text(rule, "Mode").and_then(Mode::named).ok_or_else(|| strange("a mode of object lock"))?;
        let days = match xml::text(rule, "Years") {
            Some(_) => xml::number(rule, "Years").map(|years| years.saturating_mul(365)),
            None => xml::number(rule, "Days"),
        };
        Ok(Some(Some(DefaultRetention { mode, days: days.map_err(Error::Unknown)? })))
    }

    /// Makes the bucket: with object lock, and so with versioning, where `locked`. Rights to do so are seldom a service's.
    ///
    /// # Errors
    /// [`Error`]; [`Error::Refused`] with 409 where it's there.
    pub fn make_bucket(&self, locked: bool) -> Result<(), Error> {
        // Everywhere else than there, a bucket's region is named.
        let document = match self.place.region() {
            "us-east-1" => String::new(),
            region => format!(
                "<CreateBucketConfiguration xmlns=\"{NAMES}\"><LocationConstraint>{region}</LocationConstraint>\
                 </CreateBucketConfiguration>"
            ),
        };
        let headers =
            if locked { vec![("x-amz-bucket-object-lock-enabled".to_owned(), "true".to_owned())] } else { vec![] };
        let content = document.as_bytes();
        let answer = self.ask(&Ask { method: "PUT", headers, content, limit: DOCUMENT, ..Ask::default() })?;
        if answer.status == 200 { Ok(()) } else { Err(refusal(&answer)) }
    }

    fn ask_bucket(&self, what: &str) -> Result<Answer, Error> {
        self.ask(&Ask { method: "GET", query: &[(what, "")], limit: DOCUMENT, ..Ask::default() })
    }

    fn put_document(&self, name: &str, query: &[(&str, &str)], document: &str) -> Result<(), Error> {
        let content = document.as_bytes();
        // S3 wants one of the digests that it knows with these.
        let checksum = STANDARD.encode(DigestAlgorithm::Sha256.digest(content));
        let headers = vec![("x-amz-checksum-sha256".to_owned(), checksum)];
        let ask = Ask { method: "PUT", name: Some(name), query, headers, content, limit: DOCUMENT };
        let answer = self.ask(&ask)?;
        if answer.status == 200 { Ok(()) } else { Err(refusal(&answer)) }
    }
}

/// The name space of S3's documents.
const NAMES: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

/// A time as S3 writes it, in whole seconds, rounded up: never less than was asked for.
pub(super) fn written(time: Timestamp) -> String {
    let second = time.as_second() + i64::from(time.subsec_nanosecond() > 0);
    Timestamp::from_second(second).unwrap_or(Timestamp::MAX).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// What the headers of an object say.
pub(super) fn of(answer: &Answer) -> Result<(Option<Retention>, bool), Error> {
    let wrong = || strange("an object's retention");
    let retention = match (answer.header(LOCK_MODE), answer.header(LOCK_UNTIL)) {
        (Some(mode), Some(until)) if !mode.is_empty() => {
            let mode = Mode::named(mode).ok_or_else(wrong)?;
            Some(Retention { mode, until: until.trim().parse().map_err(|_| wrong())? })
        }
        (None | Some(""), None | Some("")) => None,
        _ => return Err(wrong()),
    };
    Ok((retention, answer.header(HOLD) == Some("ON")))
}
