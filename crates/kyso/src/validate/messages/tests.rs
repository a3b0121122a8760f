use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use unicode_normalization::is_nfc;

use super::*;

const BOTH: [Language; 2] = [Language::Vietnamese, Language::English];

fn sources(under: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(under).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// String literals of the shape `word.word-word`, as codes have it, outside test modules.
fn codes_in(text: &str) -> Vec<&str> {
    let code = text.split("#[cfg(test)]").next().unwrap();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.flat_map(|line| line.split('"').skip(1).step_by(2)).filter(|literal| is_code(literal)).collect()
}

fn is_code(literal: &str) -> bool {
    let words = literal.split('.').collect::<Vec<_>>();
    let is_word = |word: &&str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    words.len() == 2 && words.iter().all(is_word)
}

fn room(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(name)
}

#[test]
fn every_code_that_validation_uses_has_a_text() {
    let mut missing = BTreeSet::new();
    for path in sources(&room("validate")) {
        if path.components().any(|part| part.as_os_str() == "messages") || path.ends_with("messages.rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let is_told = |code: &str| find(findings::all().chain(rules::all()), code).is_some();
        missing.extend(codes_in(&text).into_iter().filter(|code| !is_told(code)).map(str::to_owned));
    }
    assert!(missing.is_empty(), "codes without a text: {missing:?}");
}

#[test]
fn every_rule_that_refuses_has_a_text() {
    let mut missing = BTreeSet::new();
    let pdf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../kyso-pdf/src");
    for path in sources(&room("")).into_iter().chain(sources(&pdf)) {
        let text = std::fs::read_to_string(&path).unwrap();
        for call in text.split("#[cfg(test)]").next().unwrap().split("refused(").skip(1) {
            let rule = call.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next());
            missing.extend(rule.filter(|rule| find(rules::all(), rule).is_none()).map(str::to_owned));
        }
    }
    assert!(missing.is_empty(), "rules without a text: {missing:?}");
}

#[test]
fn texts_are_whole_in_both_languages() {
    for entry in findings::all().chain(rules::all()) {
        for language in BOTH {
            let (matter, remedy) = (entry.matter.in_language(language), entry.remedy.in_language(language));
            assert!(!matter.is_empty() && !matter.ends_with('.'), "{}: {matter}", entry.code);
            assert!(remedy.ends_with('.'), "{}: {remedy}", entry.code);
            assert!(is_nfc(matter) && is_nfc(remedy), "{}", entry.code);
        }
    }
}

#[test]
fn no_code_is_told_twice() {
    for catalogue in [findings::all().collect::<Vec<_>>(), rules::all().collect()] {
        let codes = catalogue.iter().map(|entry| entry.code).collect::<BTreeSet<_>>();
        assert_eq!(codes.len(), catalogue.len());
    }
}

#[test]
fn a_detail_stands_behind_the_matter() {
    let text = message("certificate.expired", Some("31/12/2025"), Language::Vietnamese);
    assert!(text.starts_with("Chứng thư số đã hết hạn sử dụng (31/12/2025). "), "{text}");
    assert!(message("digest.mismatch", None, Language::Vietnamese).starts_with("Tài liệu đã bị thay đổi. "));
    assert!(message("digest.mismatch", Some(""), Language::English).starts_with("The document has been changed. "));
}

#[test]
fn an_unknown_code_is_named() {
    assert_eq!(message("new.code", None, Language::Vietnamese), "Có điểm cần xem xét (new.code).");
    assert_eq!(message("new.code", Some("7 0"), Language::English), "There is something to look at (new.code: 7 0).");
    assert_eq!(rule("new.rule", Language::English), None);
}
