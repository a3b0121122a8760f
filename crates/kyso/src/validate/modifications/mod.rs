//! What revisions after a signature changed, judged by an allow-list: a further signature, long-term evidence, a form
//! filled in, a comment beside the text. What the list doesn't explain is `other`, and not allowed.
//!
//! - `graph`: which objects changed, and how readers come to them.
//! - `catalog`, `evidence`, `extensions`, `form`, `values`, `page`, `structure`: the places where changes are explained.
//! - `appearance`, `resources`: what form and pages are drawn with.
//! - `parents`, `choice`, `buttons`, `filling`, `viewers`: what a field is, shows, and may be given.
//! - `annotated`: what stands on the pages beside their content.
//! - `annotations`: which of them DocMDP lets come, change and go.
//! - `signed`: the signed revision, read once for all later ones.
//! - `later`: which later states of the file are compared.
//! - `layout`: whether the appended bytes are an update and nothing else.
//! - `cover`, `raster`, `questions`: whether what was added hides what was signed.
//! - `compare`, `defaults`: when two values are the same.
//! - `drawn`: what readers come to otherwise than by the logical structure.
//!
//! Explaining goes from the catalog down. An object that changed must be explained, or no reader may come to it; and an
//! explained object may be referred to from the explained places only, so that no page shows it elsewhere.

mod annotated;
mod annotations;
mod appearance;
mod buttons;
mod catalog;
mod choice;
mod compare;
mod cover;
mod defaults;
mod drawn;
mod evidence;
mod extensions;
mod filling;
mod form;
mod graph;
mod later;
mod layout;
mod page;
mod parents;
mod questions;
mod raster;
mod resources;
mod signed;
mod structure;
mod values;
mod viewers;

pub(crate) use self::later::after;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Display;

use self::annotated::Annotated;
use self::compare::Deep;
use self::graph::{Differences, Reach, identifier, reach};
use self::questions::Question;
use self::signed::Signed;
use self::structure::Structure;
use super::policy::ChangeRule;
use super::report::{Finding, Modifications, Severity};
use crate::code::Code;
use crate::error::Error;
use crate::pdf::{Dictionary, Document, FieldMdp, Object, ObjectId, SignatureField};

/// Most unexplained changes that are named.
const MAX_NAMED: usize = 20;

/// The changes after a signature's revision.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Changes {
    level: Modifications,
    /// Whether dates, metadata or the version were renewed, as programs do with whatever else they write. No permission
    /// is about it.
    upkeep: bool,
    /// Whether something else was filled in or renewed than fields that are signed.
    besides: bool,
    /// Whether the metadata give the document another title, other authors or another subject. No permission is about it
    /// either; but whoever signed saw the old ones.
    described: bool,
    /// Names of fields that were added, signed or filled in, document time-stamps' aside.
    pub(crate) fields: BTreeSet<String>,
    /// Signature fields that were added and that nobody has signed, by name; with what is said of those that show something.
    empty: BTreeMap<String, Option<Finding>>,
    pub(crate) findings: Vec<Finding>,
    /// Annotations that DocMDP, permission 3, allows to come, to change and to go, and nothing else does.
    rewritten: Vec<Finding>,
    /// What no permission is about, and permissions 1 and 2 leave no room for: with what is said where there's room.
    restricted: Vec<(Finding, Option<Finding>)>,
}

impl Changes {
    fn none() -> Self {
        Self {
            level: Modifications::None,
            upkeep: false,
            besides: false,
            described: false,
            fields: BTreeSet::new(),
            empty: BTreeMap::new(),
            findings: Vec::new(),
            rewritten: Vec::new(),
            restricted: Vec::new(),
        }
    }

    fn other(finding: Finding) -> Self {
        Self { level: Modifications::Other, findings: vec![finding], ..Self::none() }
    }

    /// The name for all changes together.
    pub(crate) fn level(&self) -> Modifications {
        match self.level {
            level if self.described => level.max(Modifications::FormFill),
            Modifications::None if self.upkeep => Modifications::FormFill,
            level => level,
        }
    }

    /// Whether nothing came but signatures in [`fields`](Self::fields), with what belongs to them, and long-term evidence.
    pub(crate) fn are_signatures(&self) -> bool {
        let is_more = self.besides || self.described || !self.empty.is_empty();
        self.level == Modifications::FormFill && !is_more && !self.fields.is_empty()
    }

    /// Whether something came beside signatures and long-term evidence: a form filled in, an annotation, or worse. Renewed
    /// dates and metadata are none of it.
    pub(crate) fn go_beyond_signatures(&self) -> bool {
        self.level > Modifications::Lta && !self.are_signatures() || self.described
    }

    fn take(&mut self, more: Self) {
        self.level = self.level.max(more.level);
        self.upkeep |= more.upkeep;
        self.besides |= more.besides;
        self.described |= more.described;
        self.fields.extend(more.fields);
        self.empty.extend(more.empty);
        collect(&mut self.findings, more.findings);
        collect(&mut self.rewritten, more.rewritten);
        collect(&mut self.restricted, more.restricted);
    }
}

/// Takes more of what is named, each once.
fn collect<T: PartialEq>(known: &mut Vec<T>, more: Vec<T>) {
    for one in more {
        if known.len() < MAX_NAMED && !known.contains(&one) {
            known.push(one);
        }
    }
}

fn unreadable(error: &impl Display) -> Changes {
    Changes::other(Finding::new(Severity::Error, Code::ModificationsUnreadable, Some(error.to_string())))
}

fn compare(signed: &Signed<'_>, now: &Document<'_>) -> Changes {
    let mut comparison = match Comparison::new(signed, now) {
        Ok(comparison) => comparison,
        Err(error) => return unreadable(&error),
    };
    match comparison.run() {
        Ok(()) => comparison.changes,
        Err(error) => unreadable(&error),
    }
}

/// The changes that a signature allows afterwards (ISO 32000-2, 12.8.2): of several signatures the strictest decides.
#[derive(Debug, Clone)]
pub(crate) struct Binding<'f> {
    /// The DocMDP permission.
    pub(crate) permission: Option<i64>,
    /// The fields that it locks.
    pub(crate) locks: Vec<&'f FieldMdp>,
}

/// Whether the signatures that were there when the changes came (`binding`) allow them all; else the findings say why.
/// Without DocMDP, form filling, further signatures and comments beside the text are allowed, as the field's practice
/// has it. Whose signatures a strict policy expects, [`expected`](super::expected) says.
pub(crate) fn allowed(changes: &Changes, binding: &[Binding<'_>], rule: ChangeRule) -> (bool, Vec<Finding>) {
    let mut findings = Vec::new();
    let permission = binding.iter().filter_map(|signature| signature.permission).min();
    let is_strict = rule == ChangeRule::Strict && changes.go_beyond_signatures();
    let limit = match permission {
        _ if is_strict => Modifications::Lta,
        Some(..=1) => Modifications::Lta,
        Some(2) => Modifications::FormFill,
        None | Some(3..) => Modifications::Annotations,
    };
    if changes.level > limit && changes.level < Modifications::Other {
        // By the policy it's forbidden, by no permission of the document.
        let detail = permission.filter(|_| !is_strict).map(|permission| format!("DocMDP P={permission}"));
        findings.push(Finding::new(Severity::Error, Code::DocmdpViolated, detail));
    }
    // P=3 lets annotations be altered and deleted by its words; without a word, what was typed on the page was signed.
    if permission.is_none() {
        findings.extend(changes.rewritten.iter().cloned());
    }
    let has_room = limit == Modifications::Annotations;
    findings.extend(changes.restricted.iter().filter_map(|(error, warning)| match has_room {
        true => warning.clone(),
        false => Some(error.clone()),
    }));
    let locks = binding.iter().flat_map(|signature| &signature.locks);
    let locked: BTreeSet<&String> =
        locks.flat_map(|lock| changes.fields.iter().filter(|field| lock.locks(field))).collect();
    for field in locked {
        findings.push(Finding::new(Severity::Error, Code::FieldmdpViolated, Some(field.clone())));
    }
    let is_refused = findings.iter().any(|finding| finding.severity == Severity::Error);
    (changes.level < Modifications::Other && !is_refused, findings)
}

struct Comparison<'d, 'a, 'b> {
    signed: &'d Signed<'a>,
    before: &'d Document<'a>,
    now: &'d Document<'b>,
    differences: Differences,
    signatures_now: Vec<SignatureField>,
    /// Objects whose change is explained; with the only objects that may refer to them, where that matters.
    explained: HashMap<u32, Option<HashSet<u32>>>,
    /// Objects that didn't change and lead to such as did: with the only objects that may refer to them.
    ways: HashMap<u32, HashSet<u32>>,
    /// The old catalog and the new one, where /Root leads to another number: signatures may still refer to the old one.
    left_behind: Option<(ObjectId, ObjectId)>,
    /// The logical structure before and now.
    structures: OnceCell<(Structure, Structure)>,
    /// The annotations of the pages now.
    annotated: OnceCell<Annotated>,
    /// Whether the parent tree and the tree of elements' names hold what they held.
    parent_tree: OnceCell<bool>,
    names_tree: OnceCell<bool>,
    /// The questions about each page, by the page's number.
    questions: BTreeMap<usize, Vec<Question>>,
    /// How many questions were asked of this revision.
    asked: usize,
    changes: Changes,
}

impl<'d, 'a, 'b> Comparison<'d, 'a, 'b> {
    fn new(signed: &'d Signed<'a>, now: &'d Document<'b>) -> Result<Self, Error> {
        Ok(Self {
            signed,
            before: &signed.document,
            now,
            differences: Differences::between(&signed.document, now)?,
            signatures_now: SignatureField::all(now)?,
            explained: HashMap::new(),
            ways: HashMap::new(),
            left_behind: None,
            structures: OnceCell::new(),
            annotated: OnceCell::new(),
            parent_tree: OnceCell::new(),
            names_tree: OnceCell::new(),
            questions: BTreeMap::new(),
            asked: 0,
            changes: Changes::none(),
        })
    }

    fn raise(&mut self, level: Modifications) {
        self.changes.level = self.changes.level.max(level);
    }

    /// Something was filled in or renewed that belongs to no signature.
    fn raise_by_filling(&mut self) {
        self.raise(Modifications::FormFill);
        self.changes.besides = true;
    }

    fn unexplained(&mut self, finding: Finding) {
        self.changes.take(Changes::other(finding));
    }

    /// Changes that are allowed only where DocMDP says so.
    fn rewritten(&mut self, finding: Finding) {
        self.changes.take(Changes { rewritten: vec![finding], ..Changes::none() });
    }

    /// A change that is an error under DocMDP, permissions 1 and 2, and a warning otherwise, if it's worth one.
    fn restricted(&mut self, error: Finding, warning: Option<Finding>) {
        self.changes.take(Changes { restricted: vec![(error, warning)], ..Changes::none() });
    }

    /// Something to be looked at by a person, whatever is allowed.
    fn warn(&mut self, code: Code, detail: Option<String>, object: u32, page: Option<&usize>) {
        let finding = Finding::new(Severity::Warning, code, detail).at(object, page);
        self.changes.take(Changes { findings: vec![finding], ..Changes::none() });
    }

    fn is_changed(&self, id: ObjectId) -> bool {
        self.differences.changed.contains(&id.0)
    }

    /// The change of this object is explained, wherever it's referred to from.
    fn explain(&mut self, id: ObjectId) {
        self.explained.insert(id.0, None);
    }

    /// The change of this object is explained as long as only `owner` (and earlier owners) refer to it.
    fn explain_owned(&mut self, id: ObjectId, owner: ObjectId) {
        let left_behind = self.left_behind.filter(|(_, catalog)| *catalog == owner);
        if let Some(owners) = self.explained.entry(id.0).or_insert_with(|| Some(HashSet::new())) {
            owners.insert(owner.0);
            owners.extend(left_behind.map(|(old, _)| old.0));
        }
    }

    fn run(&mut self) -> Result<(), Error> {
        if self.before.base() != self.now.base() || !self.before.has_encryption_of(self.now) {
            self.unexplained(finding(Code::ModificationsCatalog, "/Encrypt"));
            return Ok(());
        }
        self.layout()?;
        self.catalog(self.before.catalog_id()?, self.now.catalog_id()?)?;
        self.information()?;
        self.form()?;
        self.pages()?;
        self.answer_questions()?;
        self.rest()
    }

    /// The objects that weren't explained on the way down.
    fn rest(&mut self) -> Result<(), Error> {
        let mut in_trailer: Vec<u32> = graph::misdirected_in_trailer(self.before, self.now).into_iter().collect();
        in_trailer.sort_unstable();
        for number in in_trailer {
            self.unexplained(finding(Code::ModificationsAmbiguous, number).at(number, None));
        }
        let mut interest: HashSet<u32> = self.differences.changed.iter().copied().collect();
        interest.extend(&self.differences.new);
        if interest.is_empty() {
            return Ok(());
        }
        interest.extend(self.ways.keys());
        let pages = &self.signed.pages;
        let before = reach(self.before, &interest, pages)?;
        let now = reach(self.now, &interest, pages)?;
        self.generations(&now)?;
        let mut drawn = None;
        let mut new: Vec<u32> = self.differences.new.iter().copied().filter(|&number| before.has(number)).collect();
        new.sort_unstable();
        for number in new {
            self.unexplained(finding(Code::ModificationsDefinedLater, number).at(number, before.pages.get(&number)));
        }
        for number in self.differences.changed.clone() {
            let at = |finding: Finding| finding.at(number, now.pages.get(&number).or(before.pages.get(&number)));
            match self.explained.get(&number).cloned() {
                Some(None) => {}
                Some(Some(owners)) => {
                    let others = elsewhere(number, &owners, &before, &now);
                    if !others.is_empty() && !self.is_same_elsewhere(number, &others)? {
                        self.unexplained(at(finding(Code::ModificationsShared, number)));
                    }
                }
                // What only unreachable objects name isn't shown; and what led to it and doesn't any more, is judged itself.
                None if !now.may_have(number) => {}
                None if self.is_restated(number)? => {}
                None if self.is_same_to_pages(number)? => self.raise_by_filling(),
                None if self.structure_grows(number)? && !self.is_drawn(number, &interest, &mut drawn)? => {}
                None => {
                    let code = self.kind_of(number);
                    self.unexplained(at(finding(code, number)));
                }
            }
        }
        let mut shared: Vec<u32> = self
            .ways
            .iter()
            .filter(|(number, owners)| !elsewhere(**number, owners, &before, &now).is_empty())
            .map(|(number, _)| *number)
            .collect();
        shared.sort_unstable();
        for number in shared {
            self.unexplained(finding(Code::ModificationsShared, number).at(number, now.pages.get(&number)));
        }
        Ok(())
    }

    /// References that came with an update, of a generation that the object doesn't have: to some readers they are null, and others
    /// (MuPDF, PDFium) show the object.
    fn generations(&mut self, now: &Reach) -> Result<(), Error> {
        let mut numbers: Vec<u32> = self.differences.changed.iter().chain(&self.differences.new).copied().collect();
        numbers.retain(|number| now.may_have(*number));
        numbers.sort_unstable();
        for number in numbers {
            if graph::misdirects_anew(self.before, self.now, number)? {
                self.unexplained(finding(Code::ModificationsAmbiguous, number).at(number, now.pages.get(&number)));
            }
        }
        Ok(())
    }

    /// Whether readers come to an object otherwise than by the logical structure.
    fn is_drawn(&self, number: u32, interest: &HashSet<u32>, drawn: &mut Option<Reach>) -> Result<bool, Error> {
        let reach = match drawn {
            Some(reach) => reach,
            None => {
                let catalogs = [self.before.catalog_id()?, self.now.catalog_id()?];
                drawn.insert(drawn::drawn(self.now, interest, self.structure()?, catalogs)?)
            }
        };
        Ok(reach.may_have(number))
    }

    /// Number and generation of an object that has the same in both.
    fn same_identifier(&self, number: u32) -> Option<ObjectId> {
        let was = identifier(number, self.before.locate(number));
        was.filter(|_| was == identifier(number, self.now.locate(number)))
    }

    /// Whether an object was only written in another way: with a number for what was direct, with a key that says the default.
    fn is_restated(&self, number: u32) -> Result<bool, Error> {
        let Some(id) = self.same_identifier(number) else { return Ok(false) };
        let (Some(was), Some(is)) = (self.before.value(id)?, self.now.value(id)?) else { return Ok(false) };
        let has_same_data =
            self.before.is_stream(id)? == self.now.is_stream(id)? && self.before.same_stream(self.now, id)?;
        Ok(has_same_data && Deep::by_number(self.before, self.now).same(Some(&was), Some(&is))?)
    }

    /// A node of the page tree may get keys that no page inherits.
    fn is_same_to_pages(&self, number: u32) -> Result<bool, Error> {
        let Some(id) = self.same_identifier(number) else { return Ok(false) };
        let (Some(was), Some(is)) = (self.before.dictionary_at(id)?, self.now.dictionary_at(id)?) else {
            return Ok(false);
        };
        let is_node =
            |node: &Dictionary| node.get(b"Type").and_then(Object::as_name).is_ok_and(|kind| kind == b"Pages");
        let inherited = [&b"Type"[..], b"Kids", b"Count", b"Parent", b"Resources", b"MediaBox", b"CropBox", b"Rotate"];
        Ok(is_node(&was)
            && is_node(&is)
            && compare::differing(&was, &is).iter().all(|key| !inherited.contains(&key.as_slice())))
    }

    fn kind_of(&self, number: u32) -> Code {
        let id = identifier(number, self.before.locate(number));
        match id.and_then(|id| self.before.value(id).ok().flatten()) {
            Some(Object::Dictionary(dictionary)) => match dictionary.get(b"Type").and_then(Object::as_name) {
                Ok(b"Page") => Code::ModificationsPage,
                Ok(b"Pages") => Code::ModificationsPageTree,
                Ok(b"Font" | b"FontDescriptor") => Code::ModificationsFont,
                _ if id.is_some_and(|id| matches!(self.before.is_stream(id), Ok(true))) => Code::ModificationsContent,
                _ => Code::ModificationsOther,
            },
            _ => Code::ModificationsOther,
        }
    }
}

/// The objects beside its owners that refer to an object. What referred to it and doesn't any more, or is reached no more, shows
/// nothing of it: that change is judged where it was made. Where something can't be read, nobody can tell.
fn elsewhere(number: u32, owners: &HashSet<u32>, before: &Reach, now: &Reach) -> Vec<u32> {
    let reaches = if now.is_blind { vec![before, now] } else { vec![now] };
    let referrers = reaches.into_iter().filter_map(|reach| reach.referrers.get(&number)).flatten();
    let others: BTreeSet<u32> = referrers.copied().filter(|referrer| !owners.contains(referrer)).collect();
    others.into_iter().collect()
}

fn finding(code: Code, detail: impl ToString) -> Finding {
    Finding::new(Severity::Error, code, Some(detail.to_string()))
}

fn name(key: &[u8]) -> String {
    format!("/{}", String::from_utf8_lossy(key))
}
