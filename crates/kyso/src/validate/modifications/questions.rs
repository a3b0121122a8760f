//! Whether annotations hide what was signed: asked while a revision is compared, answered page by page at its end.

use std::collections::{BTreeMap, BTreeSet};

use super::cover::{Cover, SignedPage};
use super::{Comparison, finding};
use crate::code::Code;
use crate::error::Error;
use crate::pdf::{Document, ObjectId, Page};

/// Most questions about one revision.
const MAX_QUESTIONS: usize = 5_000;
/// Pages that are held at once.
const MAX_PAGES: usize = 256;

/// What is asked about an annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    /// Does the annotation cover content? If so, the finding has this code.
    Covers(Code),
    /// Does the annotation cover content that was uncovered when the page was signed?
    CoversAnew,
    /// Did the annotation, since changed or deleted, cover content when the page was signed?
    Covered,
}

/// A question about an annotation of a page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question {
    pub(super) annotation: ObjectId,
    pub(super) doubt: Doubt,
}

impl Comparison<'_, '_, '_> {
    /// Asks later whether an annotation of the page (from 1) hides something.
    pub(super) fn ask(&mut self, page: usize, annotation: ObjectId, doubt: Doubt) -> Result<(), Error> {
        self.asked += 1;
        if self.asked > MAX_QUESTIONS {
            return Err(Error::Budget {
                budget: "annotations that changed in one revision",
                limit: MAX_QUESTIONS as u64,
                offset: None,
            });
        }
        self.questions.entry(page).or_default().push(Question { annotation, doubt });
        Ok(())
    }

    /// Answers what was asked.
    pub(super) fn answer_questions(&mut self) -> Result<(), Error> {
        let questions: Vec<(usize, Vec<Question>)> = std::mem::take(&mut self.questions).into_iter().collect();
        for some in questions.chunks(MAX_PAGES) {
            let wanted: BTreeSet<usize> = some.iter().map(|(number, _)| *number).collect();
            let (mut before, mut now) = (pages(self.before, &wanted)?, pages(self.now, &wanted)?);
            for (number, questions) in some {
                let number = *number;
                let (Some(page), Some(page_now)) = (before.remove(&number), now.remove(&number)) else {
                    self.unexplained(finding(Code::ModificationsPage, number));
                    continue;
                };
                self.answer(number, questions, &page, &page_now)?;
            }
        }
        Ok(())
    }

    fn answer(&mut self, number: usize, questions: &[Question], page: &Page, page_now: &Page) -> Result<(), Error> {
        let (before, now) = (self.before, self.now);
        let signed = SignedPage::new(before, page);
        let (mut laid, mut taken) = (Together::default(), Together::default());
        for Question { annotation, doubt } in questions {
            let (cover, code, together) = match doubt {
                Doubt::Covers(code) => (Some(signed.cover(now, page_now, *annotation)?), *code, &mut laid),
                Doubt::CoversAnew => {
                    (signed.new_cover(now, page_now, *annotation)?, Code::ModificationsAnnotationCovers, &mut laid)
                }
                Doubt::Covered => {
                    (Some(signed.cover(before, page, *annotation)?), Code::ModificationsAnnotationRemoved, &mut taken)
                }
            };
            match cover {
                Some(cover) if !signed.is_hidden_by(*annotation, &cover)? => together.add(*annotation, code, cover),
                _ => self.unexplained(finding(code, annotation.0).at(annotation.0, Some(&number))),
            }
        }
        // A cover may be cut into strips, an annotation or an update each.
        for Together { cover, count, first } in [laid, taken] {
            if let Some((annotation, code)) = first.filter(|_| count > 1)
                && signed.is_hidden_by_all(&cover)?
            {
                self.unexplained(finding(code, annotation.0).at(annotation.0, Some(&number)));
            }
        }
        Ok(())
    }
}

/// What several annotations of a page paint that hide nothing one by one.
#[derive(Default)]
struct Together {
    cover: Cover,
    count: usize,
    first: Option<(ObjectId, Code)>,
}

impl Together {
    fn add(&mut self, annotation: ObjectId, code: Code, cover: Cover) {
        if !cover.is_empty() {
            self.cover.extend(cover);
            self.count += 1;
            self.first.get_or_insert((annotation, code));
        }
    }
}

/// The pages of the wanted numbers, by number.
fn pages(document: &Document<'_>, wanted: &BTreeSet<usize>) -> Result<BTreeMap<usize, Page>, Error> {
    let mut found = BTreeMap::new();
    document.page_where(|page| {
        if wanted.contains(&page.number) {
            found.insert(page.number, page.clone());
        }
        found.len() == wanted.len()
    })?;
    Ok(found)
}
