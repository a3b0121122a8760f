//! Golden files: what was once looked at and found right. `UPDATE_GOLDEN=1` renews them.

use std::path::PathBuf;

use crate::judges::root;

/// Where a golden file lies.
pub fn path(name: &str) -> PathBuf {
    root().join("tests/golden").join(name)
}

/// Whether golden files shall be renewed.
pub fn renewing() -> bool {
    std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1")
}

/// Compares a text with its golden file.
pub fn same_text(name: &str, text: &str) {
    let path = path(name);
    if renewing() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        return;
    }
    let golden = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; UPDATE_GOLDEN=1 makes it", path.display()));
    for (number, (was, is)) in golden.lines().zip(text.lines()).enumerate() {
        assert_eq!(was, is, "{} line {}; UPDATE_GOLDEN=1 renews it\n{text}", path.display(), number + 1);
    }
    assert_eq!(golden.lines().count(), text.lines().count(), "{}: UPDATE_GOLDEN=1 renews it\n{text}", path.display());
}

/// Compares what a document of docs has between `<!-- made by` and `<!-- end -->` with a text.
pub fn same_section(document: &str, text: &str) {
    let path = root().join("docs").join(document);
    let whole = std::fs::read_to_string(&path).unwrap();
    let (head, rest) = whole.split_once("<!-- made by").expect("where the section begins");
    let (mark, rest) = rest.split_once('\n').expect("a line");
    let (was, tail) = rest.split_once("<!-- end -->").expect("where it ends");
    if renewing() {
        std::fs::write(&path, format!("{head}<!-- made by{mark}\n{text}<!-- end -->{tail}")).unwrap();
        return;
    }
    for (was, is) in was.lines().zip(text.lines()) {
        assert_eq!(was, is, "{}; UPDATE_GOLDEN=1 renews it", path.display());
    }
    assert_eq!(was.len(), text.len(), "{}; UPDATE_GOLDEN=1 renews it", path.display());
}
