//! Which objects later sections changed or made, and how readers come to them.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::compare::same;
use crate::error::Error;
use crate::pdf::{self, Document, Location, Object, ObjectId, Section, references_in};

/// What a step of a walk costs, as [`Document::spend`] counts.
const STEP: u64 = 20;

/// The differences between two revisions, by object number.
pub(super) struct Differences {
    /// In use before, and another now: changed, freed, or of another generation.
    pub(super) changed: BTreeSet<u32>,
    /// Not in use before.
    pub(super) new: HashSet<u32>,
}

impl Differences {
    /// Looks at every object that a section speaks of which only one of the two has.
    pub(super) fn between(before: &Document<'_>, now: &Document<'_>) -> Result<Self, Error> {
        let only = |mine: &[Section], other: &[Section]| -> BTreeSet<u32> {
            let others: HashSet<usize> = other.iter().map(|section| section.start).collect();
            mine.iter().filter(|section| !others.contains(&section.start)).flat_map(Section::numbers).collect()
        };
        let mut numbers = only(now.sections(), before.sections());
        numbers.extend(only(before.sections(), now.sections()));
        // What lies in an object stream changes with it, whatever the cross-reference says.
        let differs = |number: &u32| {
            !identifier(*number, before.locate(*number)).is_some_and(|id| {
                identifier(*number, now.locate(*number)) == Some(id) && same_object(before, now, id).unwrap_or(false)
            })
        };
        let different: HashSet<u32> = numbers.iter().copied().filter(differs).collect();
        let mut containers: HashSet<u32> = HashSet::new();
        if !different.is_empty() {
            let holders: HashSet<u32> = before
                .numbers()
                .into_iter()
                .filter_map(|number| match before.locate(number) {
                    Location::Compressed { stream, .. } => Some(stream),
                    _ => None,
                })
                .collect();
            // The stream itself, or its length, its index, its filter, where that is an object of its own.
            let touched = |holder: &u32| {
                let mut touched = different.contains(holder);
                let value = identifier(*holder, before.locate(*holder)).and_then(|id| before.value(id).ok().flatten());
                if let Some(value) = value {
                    references_in(&value, &mut |target| touched |= different.contains(&target.0));
                }
                touched
            };
            containers.extend(holders.into_iter().filter(touched));
        }
        if !containers.is_empty() {
            let within = |document: &Document<'_>, number: &u32| matches!(document.locate(*number), Location::Compressed { stream, .. } if containers.contains(&stream));
            numbers.extend(before.numbers().iter().filter(|number| within(before, number)));
            numbers.extend(now.numbers().iter().filter(|number| within(now, number)));
        }
        let (mut changed, mut new) = (BTreeSet::new(), HashSet::new());
        for number in numbers {
            match (identifier(number, before.locate(number)), identifier(number, now.locate(number))) {
                (None, None) => {}
                (None, Some(_)) => {
                    new.insert(number);
                }
                (Some(was), Some(is)) if was == is && same_object(before, now, was)? => {}
                (Some(_), _) => {
                    changed.insert(number);
                }
            }
        }
        Ok(Self { changed, new })
    }
}

/// Whether an object is the same in both, a stream's data included.
pub(super) fn same_object(before: &Document<'_>, now: &Document<'_>, id: ObjectId) -> Result<bool, Error> {
    let (Some(was), Some(is)) = (before.value(id)?, now.value(id)?) else { return Ok(false) };
    // Of a stream, `value` gives the dictionary: its data counts as well.
    Ok(same(&was, &is) && before.same_stream(now, id)?)
}

/// The object's number and generation, where it's in use.
pub(super) fn identifier(number: u32, location: Location) -> Option<ObjectId> {
    match location {
        Location::Free => None,
        Location::Offset { generation, .. } => Some((number, generation)),
        Location::Compressed { .. } => Some((number, 0)),
    }
}

/// Whether an object has a reference of a generation that isn't its target's, and didn't have it before.
pub(super) fn misdirects_anew(before: &Document<'_>, now: &Document<'_>, number: u32) -> Result<bool, Error> {
    let references = |document: &Document<'_>| -> Result<HashSet<ObjectId>, Error> {
        let mut found = HashSet::new();
        let Some(id) = document.in_use(number) else { return Ok(found) };
        match document.references(id, &mut |target| _ = found.insert(target)) {
            Err(error @ pdf::Error::Budget { .. }) => Err(error.into()),
            // What can't be read is blind, and judged so.
            _ => Ok(found),
        }
    };
    let wrong: Vec<ObjectId> = references(now)?.into_iter().filter(|target| is_misdirected(now, *target)).collect();
    if wrong.is_empty() {
        return Ok(false);
    }
    let had = references(before)?;
    Ok(wrong.iter().any(|target| !had.contains(target) || !is_misdirected(before, *target)))
}

/// The numbers that the trailer refers to by a wrong generation, and didn't before.
pub(super) fn misdirected_in_trailer(before: &Document<'_>, now: &Document<'_>) -> HashSet<u32> {
    let of = |document: &Document<'_>| {
        let mut found = HashSet::new();
        document.trailer().iter().for_each(|(_, value)| references_in(value, &mut |target| _ = found.insert(target)));
        found.retain(|target| is_misdirected(document, *target));
        found
    };
    let had = of(before);
    of(now).into_iter().filter(|target| !had.contains(target)).map(|(number, _)| number).collect()
}

/// Whether the object that has the number is of another generation.
fn is_misdirected(document: &Document<'_>, target: ObjectId) -> bool {
    document.in_use(target.0).is_some_and(|id| id != target)
}

/// How readers come from the trailer to objects of interest.
#[derive(Default)]
pub(super) struct Reach {
    /// Of each object of interest that is reached, the objects that refer to it; the trailer is 0.
    pub(super) referrers: HashMap<u32, HashSet<u32>>,
    /// The page on whose way it was first reached.
    pub(super) pages: HashMap<u32, usize>,
    /// Whether an object on the way can't be read: another reader may read it, and come to anything from there.
    pub(super) is_blind: bool,
}

impl Reach {
    /// Whether the object is reached.
    pub(super) fn has(&self, number: u32) -> bool {
        self.referrers.contains_key(&number)
    }

    /// Whether the object is reached, or may be by way of an object that can't be read.
    pub(super) fn may_have(&self, number: u32) -> bool {
        self.is_blind || self.has(number)
    }
}

/// Walks all that the trailer leads to.
pub(super) fn reach(
    document: &Document<'_>,
    interest: &HashSet<u32>,
    pages: &HashMap<ObjectId, usize>,
) -> Result<Reach, Error> {
    let mut found = Reach::default();
    let mut seen: HashSet<u32> = HashSet::new();
    let mut next: Vec<(ObjectId, Option<usize>)> = Vec::new();
    for key in [&b"Root"[..], b"Info"] {
        if let Ok(Object::Reference(id)) = document.trailer().get(key) {
            next.push((*id, None));
            found.note(interest, id.0, 0, None);
        }
    }
    while let Some((id, page)) = next.pop() {
        if !seen.insert(id.0) {
            continue;
        }
        // Some readers overlook the generation: a reference of a wrong one leads to the object, and hides it from nobody.
        let Some(id) = document.in_use(id.0) else { continue };
        let page = pages.get(&id).copied().or(page);
        let mut each = |target: ObjectId| {
            found.note(interest, target.0, id.0, page);
            if !seen.contains(&target.0) {
                // A page's own way to an object says more than one around another page.
                next.push((target, pages.get(&target).copied().or(page)));
            }
        };
        match document.references(id, &mut each) {
            Ok(()) => {}
            Err(error @ pdf::Error::Budget { .. }) => return Err(error.into()),
            Err(_) => found.is_blind = true,
        }
        document.spend(STEP)?;
    }
    Ok(found)
}

impl Reach {
    pub(super) fn note(&mut self, interest: &HashSet<u32>, target: u32, from: u32, page: Option<usize>) {
        if interest.contains(&target) {
            self.referrers.entry(target).or_default().insert(from);
            if let Some(page) = page {
                self.pages.entry(target).or_insert(page);
            }
        }
    }
}
