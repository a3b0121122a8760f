//! An evidence record on the page: its verdict, each time-stamp, and what was noticed.

use super::{Page, class};
use crate::report::evidence::Evidence;
use crate::report::markup::Markup;

impl Page<'_> {
    pub(super) fn evidence(self, evidence: &Evidence, markup: &mut Markup) {
        let language = self.basis.language;
        markup.element("section", &[("class", &format!("evidence {}", class(evidence.mark())))], |markup| {
            markup.leaf("h3", &[], &evidence.verdict(language));
            self.findings(evidence.findings(), markup);
            for (mark, line, findings) in evidence.steps(language) {
                markup.leaf("p", &[("class", class(mark))], &line);
                self.findings(findings, markup);
            }
        });
    }
}
