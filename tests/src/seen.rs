//! What three renderers show, asked from Rust.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::judges::ask;

/// A page that looks different. Boxes are left, bottom, right, top in shares of the page as seen.
#[derive(Debug, Clone)]
pub struct Changed {
    /// The page's number, from 1.
    pub page: usize,
    /// The box around all that differs.
    pub differs: [f64; 4],
    /// The box around the ink that wasn't there.
    pub ink: Option<[f64; 4]>,
}

/// Of each renderer the pages that look different in the second file, for each pair.
pub fn changes(pairs: &[(&[u8], &[u8])]) -> Vec<BTreeMap<String, Vec<Changed>>> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut rows = Vec::new();
    for (number, (before, after)) in pairs.iter().enumerate() {
        let paths = ["before", "after"].map(|name| folder.path().join(format!("{number}-{name}.pdf")));
        std::fs::write(&paths[0], before).unwrap();
        std::fs::write(&paths[1], after).unwrap();
        rows.push(paths);
    }
    let manifest = folder.path().join("manifest.json");
    std::fs::write(&manifest, json!(rows).to_string()).unwrap();
    let answer: Vec<BTreeMap<String, Vec<Value>>> = serde_json::from_value(ask("seen.py", [manifest])).unwrap();
    assert_eq!(answer.len(), pairs.len());
    let pages = |pages: Vec<Value>| pages.iter().map(changed).collect();
    answer.into_iter().map(|one| one.into_iter().map(|(name, all)| (name, pages(all))).collect()).collect()
}

fn changed(page: &Value) -> Changed {
    let box_ = |key: &str| page[key].as_array().map(|sides| [0, 1, 2, 3].map(|side| sides[side].as_f64().unwrap()));
    let number = page["page"].as_u64().unwrap() as usize;
    Changed { page: number, differs: box_("differs").unwrap(), ink: box_("ink") }
}

/// A box around what hangs together on a page: left, bottom, width and height in points from the page's lower left.
pub type Drawn = [f64; 4];

/// What each renderer draws, on screen, of files of one page; `None` where it draws no page.
pub fn drawn(files: &[Vec<u8>]) -> Vec<BTreeMap<String, Option<Vec<Drawn>>>> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let paths: Vec<PathBuf> = (0..files.len()).map(|number| folder.path().join(format!("{number}.pdf"))).collect();
    for (path, file) in paths.iter().zip(files) {
        std::fs::write(path, file).unwrap();
    }
    let answer: Vec<_> = serde_json::from_value(ask("drawn.py", &paths)).unwrap();
    assert_eq!(answer.len(), files.len());
    answer
}
