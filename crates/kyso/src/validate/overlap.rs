//! Annotations of the signed revision that lie over one another. Nobody sees what lies under the upper one, and programs
//! differ in which that is: who signed may have seen another page than who verifies. One page or two with such a pair is
//! how people work (a seal over a signature, a comment over a link); many show that a document was prepared to be
//! read in two ways. Links whose /Border is 0 draw nothing and hide nothing, whatever reads them; and the page on which
//! the agency's seal lies over the leader's signature, as the law has it, isn't counted. See docs/attacks.md.

use std::collections::BTreeMap;

use super::policy::{AnnotationOverlap, Consequence};
use super::report::{Finding, Severity};
use crate::code::Code;
use crate::error::Error;
use crate::pdf::geometry::Bounds;
use crate::pdf::{Dictionary, Document, Object, Page};

/// Less than this many points of a shared edge is rounding, in both directions.
const TOLERANCE: f64 = 1.0;
/// Most annotations that are compared for all signatures of a file together.
const MAX_ANNOTATIONS: usize = 500_000;
/// Most pages that are named.
const MAX_NAMED: usize = 10;
/// /F: hidden, and not to be viewed (ISO 32000-2, table 167).
const NOT_SHOWN: i64 = 2 | 32;

/// Two annotations of one page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Overlap {
    page: usize,
    upper: u32,
    lower: u32,
    /// Whether nothing on the page but signatures lie over one another.
    is_of_signatures: bool,
}

/// How many annotations may still be compared.
#[derive(Debug)]
pub(super) struct Budget(usize);

impl Budget {
    pub(super) fn new() -> Self {
        Self(MAX_ANNOTATIONS)
    }

    fn spend(&mut self, annotations: usize) -> Result<(), Error> {
        let limit = MAX_ANNOTATIONS as u64;
        let left = self.0.checked_sub(annotations);
        self.0 = left.ok_or(Error::Budget { budget: "annotations compared", limit, offset: None })?;
        Ok(())
    }
}

/// What is to be said of the revision that a signature covers: nothing, or a finding a page.
pub(super) fn check(signed: &Document<'_>, rule: AnnotationOverlap, budget: &mut Budget) -> Vec<Finding> {
    let severity = if rule.verdict == Consequence::Refuse { Severity::Error } else { Severity::Warning };
    let mut overlaps = match find(signed, rule, budget) {
        Ok(overlaps) => overlaps,
        Err(Error::Budget { budget, limit, .. }) => {
            let detail = Some(format!("{budget}: {limit}"));
            return vec![Finding::new(severity, Code::AnnotationsNotCompared, detail)];
        }
        // Pages that can't be walked can't be shown either; what is signed is judged by its bytes.
        Err(_) => return Vec::new(),
    };
    if let Some(sealed) = overlaps.iter().position(|overlap| overlap.is_of_signatures) {
        overlaps.remove(sealed);
    }
    if overlaps.len() <= rule.more_than_pages {
        return Vec::new();
    }
    let named = overlaps.into_iter().take(MAX_NAMED);
    let finding_of = |one: Overlap| {
        let detail = Some(format!("{}, {}", one.upper, one.lower));
        Finding::new(severity, Code::AnnotationsOverlap, detail).at(one.upper, Some(&one.page))
    };
    named.map(finding_of).collect()
}

/// A pair of each page that has one, for no more pages than decide and are named.
fn find(document: &Document<'_>, rule: AnnotationOverlap, budget: &mut Budget) -> Result<Vec<Overlap>, Error> {
    let enough = rule.more_than_pages.saturating_add(2).max(MAX_NAMED);
    let mut found = Vec::new();
    let mut over = None;
    document.page_where(|page| {
        match on_page(document, page, budget) {
            Ok(overlap) => found.extend(overlap),
            Err(error) => over = Some(error),
        }
        over.is_some() || found.len() >= enough
    })?;
    match over {
        Some(error) => Err(error),
        None => Ok(found),
    }
}

/// An annotation that is seen: where, shrunk by the tolerance.
#[derive(Debug, Clone, Copy)]
struct Seen {
    object: u32,
    left: f64,
    bottom: f64,
    right: f64,
    top: f64,
    is_signature: bool,
}

impl Seen {
    fn meets(&self, other: &Self) -> bool {
        self.left < other.right && other.left < self.right && self.bottom < other.top && other.bottom < self.top
    }
}

fn on_page(document: &Document<'_>, page: &Page, budget: &mut Budget) -> Result<Option<Overlap>, Error> {
    let list = match document.get(&page.dictionary, b"Annots") {
        Ok(Object::Array(list)) => list,
        _ => return Ok(None),
    };
    if list.len() < 2 {
        return Ok(None);
    }
    let mut seen: Vec<Seen> = Vec::new();
    for item in list {
        budget.spend(1)?;
        // One that can't be read isn't shown; one that stands directly in the page is named by the page.
        if let Ok(Object::Dictionary(annotation)) = document.resolve_value(&item) {
            let object = item.as_reference().map_or(page.id.0, |id| id.0);
            seen.extend(shown(document, &annotation, object));
        }
    }
    let Some((upper, lower)) = first_pair(seen.clone()) else { return Ok(None) };
    let (signatures, others): (Vec<Seen>, Vec<Seen>) = seen.into_iter().partition(|one| one.is_signature);
    budget.spend(signatures.len().saturating_mul(others.len()))?;
    let is_of_signatures =
        !signatures.iter().any(|one| others.iter().any(|other| one.meets(other))) && first_pair(others).is_none();
    Ok(Some(Overlap { page: page.number, upper, lower, is_of_signatures }))
}

/// The annotation's box; `None` where nothing of it is seen on its own: hidden, without area, a pop-up window, a reply
/// to another annotation, a link without a border.
fn shown(document: &Document<'_>, annotation: &Dictionary, object: u32) -> Option<Seen> {
    let subtype = document.get(annotation, b"Subtype").ok()?;
    let subtype = subtype.as_name().ok()?;
    let hidden = matches!(document.get(annotation, b"F"), Ok(Object::Integer(flags)) if flags & NOT_SHOWN != 0);
    let is_bare_link = subtype == b"Link" && !annotation.has(b"AP") && has_no_border(document, annotation);
    if hidden || subtype == b"Popup" || annotation.has(b"IRT") || is_bare_link {
        return None;
    }
    let is_signature = subtype == b"Widget" && is_of_signature(document, annotation);
    let corners = document.rectangle(annotation, b"Rect").ok()??;
    let Bounds { left, bottom, right, top } = corners.grown(-TOLERANCE / 2.0);
    let has_area = corners.edges().iter().all(|edge| edge.is_finite()) && left < right && bottom < top;
    has_area.then_some(Seen { object, left, bottom, right, top, is_signature })
}

/// Whether /Border gives the width 0 (ISO 32000-2, table 166). Without /Border it's 1 to readers that don't know the
/// /BS of links.
fn has_no_border(document: &Document<'_>, annotation: &Dictionary) -> bool {
    let Ok(Object::Array(border)) = document.get(annotation, b"Border") else { return false };
    let width = border.get(2).and_then(|width| document.resolve_value(width).ok());
    width.is_some_and(|width| width.as_float().is_ok_and(|width| width == 0.0))
}

/// Whether a widget is a signature field's, which may say so above it.
fn is_of_signature(document: &Document<'_>, widget: &Dictionary) -> bool {
    let above = match document.get(widget, b"Parent") {
        Ok(Object::Dictionary(parent)) => parent,
        _ => Dictionary::new(),
    };
    [widget, &above].iter().any(|field| matches!(document.get(field, b"FT"), Ok(Object::Name(kind)) if kind == b"Sig"))
}

/// Two boxes that overlap: a sweep from left to right over boxes that, so far, are one above the other.
fn first_pair(mut boxes: Vec<Seen>) -> Option<(u32, u32)> {
    boxes.sort_by(|one, other| one.left.total_cmp(&other.left));
    let mut stack: BTreeMap<u64, Seen> = BTreeMap::new();
    for one in boxes {
        let beside = stack.range(..order(one.top)).rev().take_while(|(_, other)| other.top > one.bottom);
        let mut passed = Vec::new();
        for (&key, other) in beside {
            // The same annotation listed twice is one.
            if other.right > one.left && other.object != one.object {
                return Some((one.object.max(other.object), one.object.min(other.object)));
            }
            passed.push(key);
        }
        for key in passed {
            stack.remove(&key);
        }
        stack.insert(order(one.bottom), one);
    }
    None
}

/// A finite number as one that sorts the same.
fn order(number: f64) -> u64 {
    const SIGN: u64 = 1 << 63;
    // Minus zero is zero.
    let bits = (number + 0.0).to_bits();
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxes(of: &[[f64; 4]]) -> Vec<Seen> {
        let is_signature = false;
        let seen = |(object, &[left, bottom, right, top]): (u32, &[f64; 4])| Seen {
            object,
            left,
            bottom,
            right,
            top,
            is_signature,
        };
        (1..).zip(of).map(seen).collect()
    }

    #[test]
    fn a_pair_is_found_wherever_it_lies() {
        assert_eq!(first_pair(boxes(&[[0.0, 0.0, 9.0, 9.0], [9.0, 0.0, 18.0, 9.0], [0.0, 9.0, 9.0, 18.0]])), None);
        assert_eq!(first_pair(boxes(&[[0.0, 0.0, 9.0, 9.0], [8.0, 8.0, 18.0, 18.0]])), Some((2, 1)));
        let within = [[0.0, 0.0, 90.0, 90.0], [200.0, 0.0, 210.0, 9.0], [40.0, 40.0, 41.0, 41.0]];
        assert_eq!(first_pair(boxes(&within)), Some((3, 1)));
        // The low wide one ends before the last begins; the high narrow one doesn't.
        let late = [[0.0, 0.0, 5.0, 50.0], [6.0, 0.0, 99.0, 9.0], [7.0, 20.0, 8.0, 30.0], [50.0, 5.0, 60.0, 6.0]];
        assert_eq!(first_pair(boxes(&late)), Some((4, 2)));
    }

    /// Against the test of every pair.
    #[test]
    fn a_sweep_finds_what_every_pair_finds() {
        let mut state = 7_u64;
        let mut next = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            f64::from(u32::try_from((state >> 33) % below).unwrap_or(0))
        };
        let (mut apart, mut over) = (0, 0);
        for _ in 0..4000 {
            let made: Vec<[f64; 4]> = (0..6)
                .map(|_| {
                    let (x, y) = (next(60), next(60));
                    [x, y, x + 1.0 + next(14), y + 1.0 + next(14)]
                })
                .collect();
            let seen = boxes(&made);
            let any = seen.iter().enumerate().any(|(at, a)| seen.iter().skip(at + 1).any(|b| a.meets(b)));
            assert_eq!(first_pair(seen).is_some(), any, "{made:?}");
            if any {
                over += 1;
            } else {
                apart += 1;
            }
        }
        assert!(apart > 400 && over > 400, "{apart} apart, {over} over one another");
    }

    #[test]
    fn a_long_column_is_swept_fast() {
        let column = (0..100_000).rev().map(f64::from).map(|y| [0.0, y, 1000.0, y + 0.5]).collect::<Vec<_>>();
        assert_eq!(first_pair(boxes(&column)), None);
    }
}
