//! The logical structure (ISO 32000-2, 14.7): it may take in what was added. It draws nothing, but it says what is read aloud
//! and in what order, so what was signed stays as it was described.
//!
//! New elements hold what later revisions brought: their annotations, and what these draw. No new element takes in what was
//! signed, and none stands for nothing.

use std::collections::{HashMap, HashSet};

use super::Comparison;
use super::compare::{Deep, keys, optional_same, same};
use crate::error::Error;
use crate::pdf::{Dictionary, Document, Object, ObjectId};
use crate::validate::report::Modifications;

/// Most entries of the parent tree, and of the names of elements.
const MAX_ENTRIES: usize = 200_000;
/// Deepest such tree, and deepest new element.
const MAX_DEPTH: usize = 16;
/// What a step of a walk costs, as [`Document::spend`] counts.
const STEP: u64 = 20;
/// What a new element may say of itself (ISO 32000-2, table 355), beside its kids.
const OF_AN_ELEMENT: [&[u8]; 16] = [
    b"Type",
    b"S",
    b"P",
    b"ID",
    b"Ref",
    b"Pg",
    b"A",
    b"C",
    b"R",
    b"T",
    b"Lang",
    b"Alt",
    b"E",
    b"ActualText",
    b"NS",
    b"Phoneme",
];

/// The texts among that (ISO 32000-2, 14.9.3 to 14.9.6, and the title).
const SPOKEN: [&[u8]; 5] = [b"Alt", b"ActualText", b"E", b"T", b"Phoneme"];

/// What an object is in the logical structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// StructTreeRoot.
    Root,
    /// A structure element.
    Element,
    /// An array of kids.
    Kids,
    /// A node of the parent tree, or an array of nodes.
    ParentTree,
    /// An array of its entries.
    Numbers,
    /// A node of the tree of elements' names, or an array of nodes.
    Names,
    /// An array of its entries.
    NamesOf,
    /// An array of the root's namespaces.
    Namespaces,
    /// Anything else, or several of these.
    Other,
}

/// The objects of a document's logical structure, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Structure {
    parts: HashMap<u32, Part>,
}

impl Structure {
    pub(super) fn read(document: &Document<'_>) -> Result<Self, Error> {
        let mut structure = Self::default();
        let mut next = Vec::new();
        if let Ok(root) = document.catalog()?.get(b"StructTreeRoot") {
            next.push((root.clone(), Part::Root));
        }
        while let Some((value, part)) = next.pop() {
            document.spend(STEP)?;
            let id = value.as_reference().ok();
            if let Some(known) = id.and_then(|id| structure.parts.get_mut(&id.0)) {
                // What is two things is judged as neither.
                if *known != part && !(*known == Part::Kids && part == Part::Element) {
                    *known = Part::Other;
                }
                continue;
            }
            let is_stream = id.map_or(Ok(false), |id| document.is_stream(id))?;
            let direct = document.resolve_value(&value)?;
            let part = match (&direct, part) {
                _ if is_stream => Part::Other,
                (Object::Array(_), Part::Element) => Part::Kids,
                (Object::Dictionary(kid), Part::Element) if is_element(kid) => Part::Element,
                (_, Part::Element) => Part::Other,
                _ => part,
            };
            if let Some(id) = id {
                structure.parts.insert(id.0, part);
            }
            below(&direct, part, &mut next);
        }
        Ok(structure)
    }

    /// Whether an object is an element of the structure, and nothing else.
    pub(super) fn is_element(&self, id: ObjectId) -> bool {
        self.parts.get(&id.0) == Some(&Part::Element)
    }
}

/// What a part of the structure leads to.
fn below(value: &Object, part: Part, next: &mut Vec<(Object, Part)>) {
    let mut push = |dictionary: &Dictionary, key: &[u8], part: Part| {
        next.extend(dictionary.get(key).ok().map(|value| (value.clone(), part)));
    };
    match (part, value) {
        (Part::Root, Object::Dictionary(root)) => {
            push(root, b"K", Part::Element);
            push(root, b"ParentTree", Part::ParentTree);
            push(root, b"IDTree", Part::Names);
            push(root, b"Namespaces", Part::Namespaces);
        }
        (Part::Element, Object::Dictionary(element)) => push(element, b"K", Part::Element),
        (Part::Kids, Object::Array(kids)) => next.extend(kids.iter().map(|kid| (kid.clone(), Part::Element))),
        (Part::ParentTree, Object::Dictionary(node)) => {
            push(node, b"Kids", part);
            push(node, b"Nums", Part::Numbers);
        }
        (Part::Names, Object::Dictionary(node)) => {
            push(node, b"Kids", part);
            push(node, b"Names", Part::NamesOf);
        }
        (Part::ParentTree | Part::Names, Object::Array(nodes)) => {
            next.extend(nodes.iter().map(|node| (node.clone(), part)));
        }
        _ => {}
    }
}

/// Whether a kid is an element: the others refer to content (ISO 32000-2, tables 357 and 358).
fn is_element(kid: &Dictionary) -> bool {
    kid.has(b"S") && !kid.get(b"Type").and_then(Object::as_name).is_ok_and(|kind| matches!(kind, b"MCR" | b"OBJR"))
}

impl Comparison<'_, '_, '_> {
    /// The structure before and now.
    fn structures(&self) -> Result<&(Structure, Structure), Error> {
        if let Some(structures) = self.structures.get() {
            return Ok(structures);
        }
        let structures = (Structure::read(self.before)?, Structure::read(self.now)?);
        Ok(self.structures.get_or_init(|| structures))
    }

    /// The structure as it is now.
    pub(super) fn structure(&self) -> Result<&Structure, Error> {
        Ok(&self.structures()?.1)
    }

    /// Whether an object of the structure took in what was added, and changed in nothing else.
    pub(super) fn structure_grows(&mut self, number: u32) -> Result<bool, Error> {
        let (before, now) = self.structures()?;
        let part = match (before.parts.get(&number), now.parts.get(&number)) {
            (Some(was), Some(is)) if was == is => *is,
            _ => return Ok(false),
        };
        let Some(id) = self.same_identifier(number) else { return Ok(false) };
        match (part, self.before.value(id)?, self.now.value(id)?) {
            (Part::Root, Some(was), Some(is)) => self.root_grows(Some(&was), &is),
            (Part::Element, Some(Object::Dictionary(was)), Some(Object::Dictionary(is))) => {
                self.element_grows(&was, &is)
            }
            (Part::Kids, Some(was @ Object::Array(_)), Some(is @ Object::Array(_))) => {
                self.kids_grow(Some(&was), Some(&is))
            }
            (Part::Namespaces, Some(was @ Object::Array(_)), Some(is @ Object::Array(_))) => {
                self.namespaces_grow(Some(&was), Some(&is))
            }
            (Part::ParentTree | Part::Numbers, ..) => self.trees_grow(b"ParentTree"),
            (Part::Names | Part::NamesOf, ..) => self.trees_grow(b"IDTree"),
            _ => Ok(false),
        }
    }

    /// Whether the root of the structure took in what was added.
    pub(super) fn root_grows(&mut self, was: Option<&Object>, is: &Object) -> Result<bool, Error> {
        let Some(was) = was else { return Ok(false) };
        let (was, is) = (self.before.resolve_value(was)?, self.now.resolve_value(is)?);
        let (Object::Dictionary(was), Object::Dictionary(is)) = (was, is) else { return Ok(false) };
        for key in keys(&was, &is) {
            let (had, has) = (was.get(&key).ok(), is.get(&key).ok());
            let grown = match key.as_slice() {
                b"K" => self.kids_grow(had, has)?,
                b"ParentTree" | b"IDTree" => optional_same(had, has) || self.trees_grow(&key)?,
                b"Namespaces" => self.namespaces_grow(had, has)?,
                b"ParentTreeNextKey" => match (had, has) {
                    (Some(Object::Integer(had)), Some(Object::Integer(has))) => had <= has,
                    (had, has) => had.is_none() && matches!(has, Some(Object::Integer(_))),
                },
                _ => Deep::new(self.before, self.now).same(had, has)?,
            };
            if !grown {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn element_grows(&mut self, was: &Dictionary, is: &Dictionary) -> Result<bool, Error> {
        for key in keys(was, is) {
            let (had, has) = (was.get(&key).ok(), is.get(&key).ok());
            let grown = match key.as_slice() {
                b"K" => self.kids_grow(had, has)?,
                b"P" | b"Pg" => optional_same(had, has),
                _ => {
                    Deep::new(self.before, self.now).same(had, has)?
                        || super::defaults::is_same(self.before, was, self.now, is, &key)?
                }
            };
            if !grown {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn kids_grow(&mut self, was: Option<&Object>, is: Option<&Object>) -> Result<bool, Error> {
        if optional_same(was, is) {
            return Ok(true);
        }
        let (had, has) = (one_or_several(self.before, was)?, one_or_several(self.now, is)?);
        let Some(added) = added(&had, &has) else { return Ok(false) };
        let mut new = NewKids { seen: HashSet::new(), level: Modifications::Lta };
        for kid in added {
            if !self.is_new_kid(kid, &mut new, 0)? {
                return Ok(false);
            }
        }
        self.raise(new.level);
        Ok(true)
    }

    /// Whether a kid holds what a later revision brought.
    fn is_new_kid(&self, kid: &Object, new: &mut NewKids, depth: usize) -> Result<bool, Error> {
        if let Object::Reference(id) = kid {
            // One that was there would stand in two places.
            if !self.differences.new.contains(&id.0) || !new.seen.insert(*id) || self.now.is_stream(*id)? {
                return Ok(false);
            }
        }
        let Object::Dictionary(kid) = self.now.resolve_value(kid)? else { return Ok(false) };
        if is_element(&kid) {
            return self.is_new_element(&kid, new, depth);
        }
        let holds = |key: &[u8]| match kid.get(key) {
            Ok(Object::Reference(id)) => Some(*id),
            _ => None,
        };
        let annotated = self.annotated()?;
        match kid.get(b"Type").and_then(Object::as_name) {
            Ok(b"OBJR") => Ok(holds(b"Obj").is_some_and(|annotation| {
                let is_stamp = self.signatures_now.iter().any(|field| {
                    let kind = field.value.as_ref().and_then(|value| value.sub_filter.as_deref());
                    field.widgets.contains(&annotation) && kind == Some("ETSI.RFC3161")
                });
                if !is_stamp {
                    new.level = Modifications::FormFill;
                }
                let is_brought = self.differences.new.contains(&annotation.0) || self.is_changed(annotation);
                is_brought && annotated.annotations.contains(&annotation)
            })),
            // What nothing draws isn't described, however new it is.
            Ok(b"MCR") => Ok(holds(b"Stm")
                .is_some_and(|stream| self.differences.new.contains(&stream.0) && annotated.streams.contains(&stream))),
            _ => Ok(false),
        }
    }

    fn is_new_element(&self, element: &Dictionary, new: &mut NewKids, depth: usize) -> Result<bool, Error> {
        let is_plain = element.iter().all(|(key, _)| key == b"K" || OF_AN_ELEMENT.contains(&key.as_slice()));
        let kids = one_or_several(self.now, element.get(b"K").ok())?;
        if !is_plain || kids.is_empty() || depth > MAX_DEPTH {
            return Ok(false);
        }
        // It's read aloud or searched instead of what is seen, and no evidence has words.
        if SPOKEN.iter().any(|key| element.has(key)) {
            new.level = Modifications::FormFill;
        }
        for kid in &kids {
            if !self.is_new_kid(kid, new, depth + 1)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Namespaces of new elements (ISO 32000-2, table 356) may come, without roles that they would map.
    fn namespaces_grow(&self, was: Option<&Object>, is: Option<&Object>) -> Result<bool, Error> {
        if optional_same(was, is) {
            return Ok(true);
        }
        let (had, has) = (self.before.items(was)?, self.now.items(is)?);
        let Some(added) = added(&had, &has) else { return Ok(false) };
        for namespace in added {
            let Object::Dictionary(namespace) = self.now.resolve_value(namespace)? else { return Ok(false) };
            if namespace.iter().any(|(key, _)| !matches!(key.as_slice(), b"Type" | b"NS")) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether one of the root's trees holds what it held, and elements beside that.
    fn trees_grow(&self, key: &[u8]) -> Result<bool, Error> {
        let known = if key == b"ParentTree" { &self.parent_tree } else { &self.names_tree };
        if let Some(known) = known.get() {
            return Ok(*known);
        }
        let grows = self.tree_grows(key)?;
        Ok(*known.get_or_init(|| grows))
    }

    fn tree_grows(&self, key: &[u8]) -> Result<bool, Error> {
        let root = |document: &Document<'_>| document.dictionary(&document.catalog()?, b"StructTreeRoot");
        let (was, is) =
            (Tree::read(self.before, &root(self.before)?, key)?, Tree::read(self.now, &root(self.now)?, key)?);
        if is.has_twice && !was.has_twice {
            return Ok(false);
        }
        for (key, had) in &was.entries {
            let Some(has) = is.entries.get(key) else { return Ok(false) };
            let is_same = match (had, has) {
                // What stands under the same number is judged as that object.
                (Object::Reference(had), Object::Reference(has)) if had == has => true,
                _ => match (self.before.resolve_value(had)?, self.now.resolve_value(has)?) {
                    (Object::Array(had), Object::Array(has)) => {
                        had.len() == has.len() && had.iter().zip(&has).all(|(had, has)| same(had, has))
                    }
                    _ => false,
                },
            };
            if !is_same {
                return Ok(false);
            }
        }
        let structure = self.structure()?;
        let is_element = |value: &Object| value.as_reference().is_ok_and(|id| structure.is_element(id));
        let mut of_pages: Option<HashSet<i64>> = None;
        for (key, value) in is.entries.iter().filter(|(key, _)| !was.entries.contains_key(*key)) {
            let elements = match self.now.resolve_value(value)? {
                Object::Array(items) => items.iter().all(|item| item.is_null() || is_element(item)),
                _ => is_element(value),
            };
            if let Key::Number(key) = key {
                let of_pages = match &mut of_pages {
                    Some(of_pages) => of_pages,
                    none => none.insert(self.keys_of_pages()?),
                };
                // What the page itself draws was described when it was signed, or wasn't.
                if of_pages.contains(key) {
                    return Ok(false);
                }
            }
            if !elements {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The keys by which the pages look up their content in the parent tree.
    fn keys_of_pages(&self) -> Result<HashSet<i64>, Error> {
        let mut found = HashSet::new();
        for (page, _) in self.signed.lists.values() {
            if let Some(page) = self.before.dictionary_at(*page)?
                && let Object::Integer(key) = self.before.get(&page, b"StructParents")?
            {
                found.insert(key);
            }
        }
        Ok(found)
    }
}

/// What was found of new kids.
struct NewKids {
    seen: HashSet<ObjectId>,
    /// What they describe: time-stamps' fields alone, or others.
    level: Modifications,
}

/// A key of a number tree or of a name tree (ISO 32000-2, 7.9.6 and 7.9.7).
#[derive(Debug, PartialEq, Eq, Hash)]
enum Key {
    Number(i64),
    Name(Vec<u8>),
}

struct Tree {
    entries: HashMap<Key, Object>,
    /// Whether a key stands in it more than once.
    has_twice: bool,
}

impl Tree {
    fn read(document: &Document<'_>, root: &Dictionary, key: &[u8]) -> Result<Self, Error> {
        let (mut entries, mut has_twice, mut seen) = (HashMap::new(), false, HashSet::new());
        let mut next: Vec<(Object, usize)> = root.get(key).ok().map(|tree| (tree.clone(), 0)).into_iter().collect();
        while let Some((node, depth)) = next.pop() {
            document.spend(STEP)?;
            has_twice |= node.as_reference().is_ok_and(|id| !seen.insert(id));
            let Object::Dictionary(node) = document.resolve_value(&node)? else { continue };
            if depth > MAX_DEPTH || entries.len() > MAX_ENTRIES {
                return Err(Error::Budget {
                    budget: "entries of the parent tree",
                    limit: MAX_ENTRIES as u64,
                    offset: None,
                });
            }
            for (list, is_numbers) in [(&b"Nums"[..], true), (b"Names", false)] {
                for pair in document.items(node.get(list).ok())?.chunks_exact(2) {
                    let entry = match pair {
                        [Object::Integer(key), value] if is_numbers => Some((Key::Number(*key), value)),
                        [Object::String(key, _), value] if !is_numbers => Some((Key::Name(key.clone()), value)),
                        _ => None,
                    };
                    if let Some((key, value)) = entry {
                        has_twice |= entries.insert(key, value.clone()).is_some();
                    }
                }
            }
            next.extend(document.items(node.get(b"Kids").ok())?.into_iter().map(|kid| (kid, depth + 1)));
        }
        Ok(Self { entries, has_twice })
    }
}

/// The items of an array, direct or referred to, or the one value in its place.
fn one_or_several(document: &Document<'_>, value: Option<&Object>) -> Result<Vec<Object>, Error> {
    let Some(value) = value else { return Ok(Vec::new()) };
    Ok(match document.resolve_value(value)? {
        Object::Array(items) => items,
        Object::Null => Vec::new(),
        _ => vec![value.clone()],
    })
}

/// What `is` holds beside the items of `was`, where it holds all of them in the same order.
fn added<'o>(was: &[Object], is: &'o [Object]) -> Option<Vec<&'o Object>> {
    let mut left = was.iter().peekable();
    let added = is.iter().filter(|item| left.next_if(|old| same(old, item)).is_none()).collect();
    left.next().is_none().then_some(added)
}

/// Whether `is` holds all items of `was` in the same order.
pub(super) fn grows(was: &[Object], is: &[Object]) -> bool {
    added(was, is).is_some()
}
