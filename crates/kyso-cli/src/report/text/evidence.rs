//! An evidence record in the text: its verdict, each time-stamp, and what was noticed.

use std::io::{self, Write};

use super::Style;
use crate::report::evidence::Evidence;

impl Style {
    pub(super) fn evidence(self, evidence: &Evidence, sink: &mut impl Write) -> io::Result<()> {
        writeln!(sink)?;
        writeln!(sink, "{} {}", self.mark(evidence.mark()), evidence.verdict(self.language))?;
        self.findings(evidence.findings(), sink)?;
        for (mark, line, findings) in evidence.steps(self.language) {
            writeln!(sink, "  {} {line}", self.mark(mark))?;
            self.findings(findings, sink)?;
        }
        Ok(())
    }
}
