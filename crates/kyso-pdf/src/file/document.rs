//! A PDF as it stands in borrowed bytes, read lazily and strictly.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use lopdf::{Dictionary, Object};
use memchr::memmem;

use super::listing::object_with_wrong_row;
use super::parse::Parser;
use super::revision::{Revision, revisions};
use super::security::document::unlock;
use super::security::{Opener, Security};
use super::shared::{Shared, StreamKey};
use super::xref::{Section, Style, read_chain};
use super::{mend, recover};
use crate::error::{Error, Reason};
use crate::file::other_format::OtherFormat;

/// How far from its start a file's header may be, in bytes.
const HEADER_WINDOW: usize = 1024;
/// How far from its end the last %%EOF may be, in bytes.
const END_WINDOW: usize = 1024;
/// What a header without a version comes to: readers open such files, and updates raise it as any that is too old.
const NO_VERSION: &str = "1.0";

/// Object numbers from here on are none to PDFium, and from twice as many on none to MuPDF (ISO 32000-1, annex C).
const MAX_SIZE: u32 = 1 << 22;

/// A PDF file: the bytes are borrowed, objects are parsed when asked for, and nothing already written is ever changed.
pub struct Document<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) base: usize,
    version: String,
    startxref: u64,
    pub(super) sections: Vec<Section>,
    pub(super) recovered: Option<String>,
    /// Whether a section other than the newest had to be looked for.
    is_broken_within: bool,
    pub(super) security: Option<Rc<Security>>,
    /// The object streams that were asked for, by number.
    pub(super) streams: RefCell<BTreeMap<u32, StreamKey>>,
    pub(super) shared: Rc<Shared>,
    /// Which of the revisions that share it this is.
    pub(super) revision: u64,
}

impl<'a> Document<'a> {
    /// Reads the header and the cross-reference sections; objects later.
    ///
    /// A file whose `startxref` or cross-reference sections are wrong is mended in memory, and
    /// [`recovered`](Self::recovered) says so.
    ///
    /// # Errors
    /// [`Error::Input`] when the bytes are no PDF or have no readable catalog and page tree, [`Error::Budget`] when a
    /// bound is reached, [`Error::Refused`] when it needs a password (`document.password`) or is encrypted in a way that
    /// isn't supported (`document.encrypted`).
    pub fn parse(bytes: &'a [u8]) -> Result<Document<'a>, Error> {
        Self::parse_with_password(bytes, None)
    }

    /// Reads a file that may be encrypted: with its user or its owner password. The empty user password, with which
    /// many files are encrypted, is always tried too.
    ///
    /// # Errors
    /// Those of [`parse`](Self::parse).
    pub fn parse_with_password(bytes: &'a [u8], password: Option<&str>) -> Result<Document<'a>, Error> {
        Self::parse_opened(bytes, Opener::Password(password), &Rc::new(Shared::new()))
    }

    /// Reads what the file was when it was `bytes` long, without asking for its password again.
    ///
    /// # Errors
    /// [`Error::Input`] where those bytes are no PDF; [`Error::Refused`] where they are encrypted in another way.
    pub fn earlier<'b>(&self, bytes: &'b [u8]) -> Result<Document<'b>, Error> {
        // Objects read of one document are true of the other as long as both borrow the same memory.
        let shared = match bytes.as_ptr() == self.bytes.as_ptr() {
            true => Rc::clone(&self.shared),
            false => Rc::new(Shared::new()),
        };
        Document::parse_opened(bytes, Opener::Later(self.security.as_ref()), &shared)
    }

    /// From now on, reading this and earlier revisions may cost so much together: a unit for each byte that filters give,
    /// and for objects as much as it takes to read them. Beyond, everything that is asked for is [`Error::Budget`].
    pub fn limit_work(&self, units: u64) {
        self.shared.limit_work(units);
    }

    /// Whether the bound on work was reached.
    pub fn is_exhausted(&self) -> bool {
        self.shared.is_exhausted()
    }

    /// Counts work that is done on what was read.
    ///
    /// # Errors
    /// [`Error::Budget`] when the bound is reached.
    pub fn spend(&self, units: u64) -> Result<(), Error> {
        self.shared.spend(units)
    }

    fn parse_opened(bytes: &'a [u8], opener: Opener<'_>, shared: &Rc<Shared>) -> Result<Document<'a>, Error> {
        let window = bytes.get(..bytes.len().min(HEADER_WINDOW)).unwrap_or_default();
        let header = memmem::find(window, b"%PDF-").ok_or_else(|| Error::Input {
            what: "PDF header".into(),
            offset: Some(0),
            reason: Reason::NotPdf(OtherFormat::of(bytes)),
        })?;
        let version = bytes.get(header + 5..header + 8).and_then(version_in).unwrap_or(NO_VERSION).to_owned();
        let document = |base, startxref, sections, recovered| Self {
            bytes,
            base,
            version: version.clone(),
            startxref,
            sections,
            recovered,
            is_broken_within: false,
            security: None,
            streams: RefCell::default(),
            shared: Rc::clone(shared),
            revision: shared.next_revision(),
        };

        let wrong = match last_startxref(bytes) {
            None => "startxref is missing".to_owned(),
            Some(startxref) => {
                // Offsets count from the header where bytes precede it, and from the start of the file in some.
                let bases: &[usize] = if header == 0 { &[0] } else { &[header, 0] };
                let mut why = String::new();
                for &base in bases {
                    match read_chain(bytes, base, startxref) {
                        Ok(sections) => match document(base, startxref, sections, None).opened(opener) {
                            Ok(candidate) => return Ok(candidate),
                            Err(error @ Error::Refused { .. }) => return Err(error),
                            Err(error) => why = error.to_string(),
                        },
                        Err(error @ Error::Budget { .. }) => return Err(error),
                        Err(error) => why = error.to_string(),
                    }
                }
                why
            }
        };
        // All bytes are gone through, several times.
        shared.spend(bytes.len() as u64 * 4)?;
        let spend = |units| shared.spend(units);
        if let Ok(chain) = mend::chain(bytes, header, last_startxref(bytes), &spend) {
            let candidate = document(header, 0, chain.sections, None);
            let startxref = candidate.newest_section_offset();
            let note = match chain.is_broken_within {
                false => {
                    format!("startxref is wrong; the cross-reference section at byte {startxref} was used ({wrong})")
                }
                true => format!("offsets of cross-reference sections are wrong; they were looked for ({wrong})"),
            };
            let mended =
                Self { startxref, recovered: Some(note), is_broken_within: chain.is_broken_within, ..candidate };
            if let Ok(candidate) = mended.opened(opener)
                && matches!(object_with_wrong_row(&candidate), Ok(None))
            {
                return Ok(candidate);
            }
        }
        let section = recover::scan(bytes, header)?;
        let note = format!("the cross-reference sections can't be read; the objects were found by scanning ({wrong})");
        document(header, 0, vec![section], Some(note)).opened(opener)
    }

    /// Opens its encryption; and sees that there is a catalog with a page tree.
    fn opened(mut self, opener: Opener<'_>) -> Result<Self, Error> {
        self.security = unlock(&self, opener)?;
        let catalog = self.catalog()?;
        match self.get(&catalog, b"Pages")? {
            Object::Dictionary(_) => Ok(self),
            _ => Err(Error::input("catalog", None, "/Pages is not a dictionary: the file has no page tree")),
        }
    }

    /// The same file by another cross-reference.
    pub(super) fn with_section(&self, section: Section) -> Document<'a> {
        Document {
            bytes: self.bytes,
            base: self.base,
            version: self.version.clone(),
            startxref: self.startxref,
            sections: vec![section],
            recovered: None,
            is_broken_within: false,
            security: self.security.clone(),
            streams: RefCell::default(),
            shared: Rc::clone(&self.shared),
            revision: self.shared.next_revision(),
        }
    }

    /// All bytes of the file.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// What offsets in cross-reference sections count from.
    pub fn base(&self) -> usize {
        self.base
    }

    /// The version: the header's, or the catalog's where that is later; `1.0` where neither names one.
    pub fn version(&self) -> String {
        let catalog = self.catalog().ok().and_then(|catalog| self.get(&catalog, b"Version").ok());
        match catalog {
            Some(Object::Name(name)) => match version_in(&name) {
                Some(version) if *version > *self.version => version.to_owned(),
                _ => self.version.clone(),
            },
            _ => self.version.clone(),
        }
    }

    /// Where the newest cross-reference section begins, counted from [`base`](Self::base).
    pub(crate) fn newest_section_offset(&self) -> u64 {
        match self.sections.first() {
            Some(section) if section.style != Style::Recovered => (section.start - self.base) as u64,
            _ => self.startxref,
        }
    }

    /// The cross-reference sections, newest first.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The newest trailer.
    pub fn trailer(&self) -> &Dictionary {
        static EMPTY: std::sync::OnceLock<Dictionary> = std::sync::OnceLock::new();
        match self.sections.first() {
            Some(section) => &section.trailer,
            None => EMPTY.get_or_init(Dictionary::new),
        }
    }

    /// What had to be mended to read the file.
    pub fn recovered(&self) -> Option<&str> {
        self.recovered.as_deref()
    }

    /// Whether a section other than the newest isn't where it's said to be: readers that follow the offsets rebuild the
    /// cross-reference of the whole file.
    pub(crate) fn is_broken_within(&self) -> bool {
        self.is_broken_within
    }

    /// Whether the objects were found by scanning the whole file: nothing of it is a section then.
    pub fn is_scanned(&self) -> bool {
        self.sections.first().is_some_and(|newest| newest.style == Style::Recovered)
    }

    /// Whether the file had to be mended and doesn't end as a PDF ends: it was cut off somewhere on its way, and nobody
    /// has seen the whole of it.
    pub fn is_cut_off(&self) -> bool {
        let tail = self.bytes.get(self.bytes.len().saturating_sub(END_WINDOW)..).unwrap_or_default();
        self.recovered.is_some() && (memmem::find(tail, b"%%EOF").is_none() || self.lacks_end())
    }

    /// Whether no end (`%%EOF`) follows the last `startxref`. Readers open such a file all the same where that leads to
    /// a cross-reference section.
    pub fn lacks_end(&self) -> bool {
        let last = memmem::rfind(self.bytes, b"startxref").unwrap_or(0);
        memmem::find(self.bytes.get(last..).unwrap_or_default(), b"%%EOF").is_none()
    }

    /// Whether the file is encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.security.is_some()
    }

    /// The file's encryption.
    pub(crate) fn security(&self) -> Option<&Security> {
        self.security.as_deref()
    }

    /// The revisions, oldest first.
    pub fn revisions(&self) -> Vec<Revision> {
        revisions(self.bytes, &self.sections)
    }

    /// The next free object number.
    pub(crate) fn next_object_number(&self) -> u32 {
        let sizes = self.sections.iter().filter_map(|section| match section.trailer.get(b"Size") {
            Ok(Object::Integer(size)) => u32::try_from(*size).ok(),
            _ => None,
        });
        let held = self.sections.iter().map(Section::size);
        // A cross-reference stream is an object too, which some producers don't list.
        let streams =
            self.sections.iter().flat_map(|section| std::iter::once(section).chain(section.hybrid.as_deref()));
        let streams = streams.filter(|section| section.style == Style::Stream);
        let own = streams.filter_map(|section| Parser::new(self.bytes, section.start).label());
        let held = held.chain(own.map(|(number, _)| number.saturating_add(1)));
        // A /Size beyond all bounds is a slip of the producer, not a number to go on from: readers wouldn't find the objects.
        let sizes = sizes.filter(|&size| size <= MAX_SIZE);
        sizes.chain(held).max().unwrap_or(1).max(1)
    }
}

/// A version of PDF: two digits with a full stop between them.
fn version_in(text: &[u8]) -> Option<&str> {
    match text {
        [major, b'.', minor] if major.is_ascii_digit() && minor.is_ascii_digit() => std::str::from_utf8(text).ok(),
        _ => None,
    }
}

/// The number behind the last `startxref`.
fn last_startxref(bytes: &[u8]) -> Option<u64> {
    let at = memmem::rfind(bytes, b"startxref")?;
    Parser::new(bytes, at + b"startxref".len()).unsigned()
}
