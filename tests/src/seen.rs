//! What three renderers show, on screen and in print, asked from Rust.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::{Value, json};

use crate::judges::{python, root};

/// A page that looks different. Boxes are left, bottom, right, top in shares of the page as seen.
#[derive(Debug, Clone)]
pub struct Changed {
    /// Its number, from 1.
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
    let said = Command::new(python()).arg(root().join("tests/judges/seen.py")).arg(&manifest).output().unwrap();
    let answer: Vec<BTreeMap<String, Vec<Value>>> = serde_json::from_slice(&said.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&said.stderr)));
    assert_eq!(answer.len(), pairs.len());
    let pages = |pages: Vec<Value>| pages.iter().map(changed).collect();
    answer.into_iter().map(|one| one.into_iter().map(|(name, all)| (name, pages(all))).collect()).collect()
}

fn changed(page: &Value) -> Changed {
    let box_ = |key: &str| page[key].as_array().map(|sides| [0, 1, 2, 3].map(|side| sides[side].as_f64().unwrap()));
    let number = page["page"].as_u64().unwrap() as usize;
    Changed { page: number, differs: box_("differs").unwrap(), ink: box_("ink") }
}
