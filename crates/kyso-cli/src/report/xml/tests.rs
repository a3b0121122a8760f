use kyso::{Constraints, Language};

use super::*;
use crate::report::samples::{self, Sample, long_term, others};

fn report(samples: Vec<Sample>) -> String {
    let language = Language::English;
    let reports: Vec<FileReport> = samples.iter().map(|sample| sample.in_language(language)).collect();
    // The digest of the policy's text changes with every comment in it.
    let mut constraints = Constraints::default();
    constraints.sha256 = vec![9; 32];
    let time = "2026-03-05T03:00:00Z".parse().unwrap();
    let mut xml = Vec::new();
    write(&reports, Basis { time, constraints: &constraints, language }, &mut xml).unwrap();
    String::from_utf8(xml).unwrap().replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

#[test]
fn reports_are_as_they_were_read() {
    samples::golden("long-term.xml", &report(vec![long_term()]));
    samples::golden("others.xml", &report(others()));
}

/// What is referred to is there, once.
#[test]
fn every_reference_leads_to_one_object() {
    let xml = report(std::iter::once(long_term()).chain(others()).collect());
    let after = |mark: &str| xml.split(mark).skip(1).map(|rest| rest.split('"').next().unwrap()).collect::<Vec<_>>();
    let ids = after(" id=\"");
    let references = after("VOReference=\"").into_iter().flat_map(|list| list.split(' ')).collect::<Vec<_>>();
    assert!(references.len() > 20);
    for reference in references {
        assert_eq!(ids.iter().filter(|id| **id == reference).count(), 1, "{reference}");
    }
}
