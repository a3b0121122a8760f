//! Whether annotations hide what was signed: asked while a revision is compared, answered page by page at its end.

use std::collections::BTreeMap;

use super::cover::{Cover, SignedPage};
use super::{Comparison, finding};
use crate::code::Code;
use crate::error::Error;
use crate::pdf::{Document, ObjectId, Page};

/// Most questions about one revision.
const MAX_LOOKS: usize = 5_000;
/// Pages that are held at once.
const MAX_PAGES: usize = 256;

/// A question about an annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    /// Whether it covers something; and the finding where it does.
    Covers(Code),
    /// Whether it covers something that it didn't when the page was signed.
    CoversAnew,
    /// Whether it covered something when the page was signed, which is seen now that it has changed or gone.
    Covered,
}

/// A question about a page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) annotation: ObjectId,
    pub(super) question: Question,
}

impl Comparison<'_, '_, '_> {
    /// Asks later whether an annotation of the page (from 1) hides something.
    pub(super) fn look(&mut self, page: usize, annotation: ObjectId, question: Question) -> Result<(), Error> {
        self.asked += 1;
        if self.asked > MAX_LOOKS {
            return Err(Error::Budget {
                budget: "annotations that changed in one revision",
                limit: MAX_LOOKS as u64,
                offset: None,
            });
        }
        self.looks.entry(page).or_default().push(Look { annotation, question });
        Ok(())
    }

    /// Answers what was asked.
    pub(super) fn answer_looks(&mut self) -> Result<(), Error> {
        let mut looks: Vec<(usize, Vec<Look>)> = std::mem::take(&mut self.looks).into_iter().collect();
        while !looks.is_empty() {
            let some: Vec<(usize, Vec<Look>)> = looks.drain(..looks.len().min(MAX_PAGES)).collect();
            let (mut before, mut now) = (pages(self.before, &some)?, pages(self.now, &some)?);
            for (number, looks) in some {
                let (Some(page), Some(page_now)) = (before.remove(&number), now.remove(&number)) else {
                    self.unexplained(finding(Code::ModificationsPage, number));
                    continue;
                };
                self.answer(number, &looks, &page, &page_now)?;
            }
        }
        Ok(())
    }

    fn answer(&mut self, number: usize, looks: &[Look], page: &Page, page_now: &Page) -> Result<(), Error> {
        let (before, now) = (self.before, self.now);
        let signed = SignedPage::new(before, page);
        let (mut laid, mut taken) = (Together::default(), Together::default());
        for Look { annotation, question } in looks {
            let (cover, code, together) = match question {
                Question::Covers(code) => (Some(signed.cover(now, page_now, *annotation)?), *code, &mut laid),
                Question::CoversAnew => {
                    (signed.new_cover(now, page_now, *annotation)?, Code::ModificationsAnnotationCovers, &mut laid)
                }
                Question::Covered => {
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

/// The pages that are asked about, by number.
fn pages(document: &Document<'_>, looks: &[(usize, Vec<Look>)]) -> Result<BTreeMap<usize, Page>, Error> {
    let mut found = BTreeMap::new();
    let wanted: std::collections::BTreeSet<usize> = looks.iter().map(|(number, _)| *number).collect();
    document.page_where(|page| {
        if wanted.contains(&page.number) {
            found.insert(page.number, page.clone());
        }
        found.len() == wanted.len()
    })?;
    Ok(found)
}
