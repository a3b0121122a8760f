use kyso::Constraints;

use super::*;
use crate::report::samples::{self, Sample, leader, long_term, others, seal};

fn page(samples: Vec<Sample>, language: Language) -> String {
    let reports: Vec<FileReport> = samples.iter().map(|sample| sample.in_language(language)).collect();
    let constraints = Constraints::default();
    let time = "2026-03-05T03:00:00Z".parse().unwrap();
    let mut page = Vec::new();
    write(&reports, Basis { time, constraints: &constraints, language }, &mut page).unwrap();
    String::from_utf8(page).unwrap()
}

#[test]
fn pages_are_as_they_were_seen() {
    let sealed = || samples::file("ket-qua.pdf", vec![leader(), seal()]);
    samples::golden("sealed.vi.html", &page(vec![sealed()], Language::Vietnamese));
    let all = || std::iter::once(long_term()).chain(others()).collect();
    samples::golden("several.vi.html", &page(all(), Language::Vietnamese));
    samples::golden("several.en.html", &page(all(), Language::English));
}

/// Whoever keeps the page needn't know how the directories were called where it was made.
#[test]
fn a_page_is_named_after_the_file_and_not_after_its_place() {
    let page = page(vec![samples::file("/nha/rieng/ket-qua.pdf", vec![leader()])], Language::Vietnamese);
    assert!(
        page.contains("<title>Báo cáo kiểm tra chữ ký số: ket-qua.pdf</title>") && !page.contains("rieng"),
        "{page}"
    );
}

/// Every text that a file or a certificate brings.
#[test]
fn nothing_from_the_file_becomes_markup() {
    let evil = || "<script>alert(1)</script>\" onload='x' &lt;".to_owned();
    let mut signature = leader();
    let signer = signature.signer.as_mut().unwrap();
    (signer.subject, signer.issuer, signer.serial) = (evil(), evil(), evil());
    (signer.common_name, signer.organisation, signer.title) = (Some(evil()), Some(evil()), Some(evil()));
    (signature.field, signature.subfilter, signature.claimed_time) = (Some(evil()), Some(evil()), Some(evil()));
    signature.findings.iter_mut().for_each(|finding| finding.detail = Some(evil()));
    let mut file = long_term();
    if let Ok(report) = &mut file.outcome {
        report.signatures.iter_mut().flat_map(|one| &mut one.chain).for_each(|one| one.subject = evil());
        let stamps = report.signatures.iter_mut().flat_map(|one| &mut one.timestamps);
        stamps.for_each(|stamp| stamp.tsa.as_mut().unwrap().common_name = Some(evil()));
        report.signatures.push(signature);
    }
    file.file = evil();
    let page = page(vec![file], Language::Vietnamese);
    assert!(page.matches("&lt;script&gt;").count() > 10);
    for markup in ["<script", "onload='", "\" onload", "&amp;amp;"] {
        assert!(!page.contains(markup), "{markup}");
    }
    // Nothing is fetched and nothing runs.
    for outside in ["http://", "https://", "url(", "@import", "src=", "javascript:"] {
        assert!(!page.contains(outside), "{outside}");
    }
}

/// Far from now on both sides, out of order, or all at once.
#[test]
fn any_times_can_be_drawn() {
    for (from, to) in
        [("-009999-01-02T01:59:59Z", "9999-12-30T22:00:00Z"), ("2026-03-02T03:00:00Z", "2026-03-02T03:00:00Z")]
    {
        let mut signature = leader();
        let signer = signature.signer.as_mut().unwrap();
        (signer.not_before, signer.not_after) = (to.parse().unwrap(), from.parse().unwrap());
        let page = page(vec![samples::file("a.pdf", vec![signature])], Language::English);
        assert!(
            page.contains("<svg class=\"timeline\"")
                && !page.contains("NaN")
                && !page.contains("\"inf\"")
                && !page.contains("-inf"),
            "{page}"
        );
    }
}
