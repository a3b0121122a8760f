//! Evidence records over three decades: what holds in 2046, and what doesn't.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test panics where something is wrong")]

mod archive;
mod decades;
mod lasting;
mod lives;
mod mutations;
mod parts;

use kyso::{Indication, Policy};
use kyso_archive::evidence::{DataObject, Report, verify};

/// The verdict, and the codes of everything that is wrong.
pub(crate) fn judged(record: &[u8], object: DataObject<'_>, policy: &Policy) -> (Report, Vec<&'static str>) {
    let report = verify(record, object, policy);
    let all = report.findings.iter().chain(report.steps.iter().flat_map(|step| &step.findings));
    let wrong = all.filter(|finding| finding.severity == kyso::Severity::Error).map(|finding| finding.code.name());
    let wrong = wrong.collect::<Vec<_>>();
    assert_eq!(report.indication == Indication::TotalPassed, wrong.is_empty(), "{wrong:?}");
    assert_eq!(report.indication == Indication::TotalPassed, report.proven_since.is_some());
    (report, wrong)
}

pub(crate) fn demand(record: &[u8], object: &[u8], policy: &Policy, indication: Indication, code: &str) {
    let (report, wrong) = judged(record, DataObject::One(object), policy);
    assert_eq!(report.indication, indication, "{wrong:?}");
    assert!(wrong.contains(&code), "{code} isn't among {wrong:?}");
}
