//! What an evidence record says of a file (`verify --evidence`): the record judged, beside the file's signatures.

use std::path::Path;

use kyso::local_time::in_vietnam;
use kyso::{Indication, Language, Policy};
use kyso_archive::evidence::{DataObject, Report, Step, StepKind, verify};
use kyso_words::Worded;
use serde::Serialize;

use super::words::{Mark, Words};
use crate::exit::Exit;
use crate::terms::words;
use crate::text::{choose, plain};

/// A record, judged.
#[derive(Debug, Serialize)]
pub(crate) struct Evidence {
    /// The record's file as named by the user.
    file: String,
    #[serde(flatten)]
    report: Report<Worded>,
}

impl Evidence {
    /// Judges a record of these bytes.
    pub(crate) fn of(path: &Path, record: &[u8], object: &[u8], policy: &Policy, language: Language) -> Self {
        let report = verify(record, DataObject::One(object), policy).map(|finding| words(language).worded(finding));
        Self { file: path.display().to_string(), report }
    }

    /// What the record alone comes to.
    pub(crate) fn exit(&self) -> Exit {
        match self.report.indication {
            Indication::TotalPassed => Exit::Done,
            Indication::Indeterminate => Exit::Indeterminate,
            Indication::TotalFailed => Exit::Failed,
        }
    }

    pub(super) fn mark(&self) -> Mark {
        Mark::of_indication(self.report.indication)
    }

    /// The verdict in one line.
    pub(super) fn verdict(&self, language: Language) -> String {
        let label = choose(language, "Bằng chứng lưu trữ", "Evidence record");
        let verdict = format!("{label} {}: {}.", plain(&self.file), Words(language).verdict(self.exit()));
        match self.report.proven_since {
            Some(time) => {
                let proven = choose(language, "Tệp đã có, nguyên vẹn như vậy, từ", "The file was there, as it is, by");
                format!("{verdict} {proven} {}.", in_vietnam(time))
            }
            None => verdict,
        }
    }

    /// What concerns the record as a whole.
    pub(super) fn findings(&self) -> &[Worded] {
        &self.report.findings
    }

    /// Each time-stamp: its verdict, its line, what was noticed about it.
    pub(super) fn steps(&self, language: Language) -> impl Iterator<Item = (Mark, String, &[Worded])> {
        self.report.steps.iter().zip(1..).map(move |(step, number)| {
            (Mark::of_indication(step.indication), line(step, number, language), step.findings.as_slice())
        })
    }
}

/// Which time-stamp, of when, whose, by which algorithm, until when it had to be good.
fn line(step: &Step<Worded>, number: usize, language: Language) -> String {
    let kind = match step.kind {
        StepKind::First => choose(language, "dấu thời gian đầu tiên", "first time-stamp"),
        StepKind::TimeStampRenewal => choose(language, "gia hạn dấu thời gian", "renewal by time-stamp"),
        StepKind::HashTreeRenewal => choose(language, "gia hạn cây băm", "renewal by hash tree"),
    };
    let time = step.time.map(in_vietnam);
    let authority = step.authority.as_ref().map(|authority| Words(language).who(authority));
    let digest = step.digest_algorithm.map(|digest| digest.name().to_owned());
    let good_at = step.good_at.map(|time| {
        format!("{} {}", choose(language, "phải còn giá trị đến", "had to be good until"), in_vietnam(time))
    });
    let parts = [time, authority, digest, good_at].into_iter().flatten().collect::<Vec<_>>();
    format!("{number}. {kind}: {}", parts.join("; "))
}
