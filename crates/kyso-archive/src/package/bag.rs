//! Bags (BagIt 1.0, RFC 8493): a payload in `data/`, and lists of digests of everything.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kyso::crypto::DigestAlgorithm;

use crate::record::sha256;

/// What says that it's a bag (RFC 8493, 2.1.1).
const DECLARATION: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
/// The digests that each file has two of.
const ALGORITHMS: [(&str, DigestAlgorithm); 2] =
    [("sha256", DigestAlgorithm::Sha256), ("sha512", DigestAlgorithm::Sha512)];
/// The most files of a bag.
const MOST_FILES: usize = 100_000;

/// Files by their paths.
pub(super) type Files = BTreeMap<String, Vec<u8>>;

/// Makes a bag of a payload, whose paths begin with `data/`. `info` has the labels of `bag-info.txt`.
pub(super) fn make(payload: Files, info: &[(&str, String)]) -> Files {
    let mut files = payload;
    let payload: Vec<String> = files.keys().cloned().collect();
    for (name, algorithm) in ALGORITHMS {
        let list = listed(&files, &payload, algorithm);
        files.insert(format!("manifest-{name}.txt"), list);
    }
    files.insert("bagit.txt".to_owned(), DECLARATION.as_bytes().to_vec());
    let bytes: usize = payload.iter().filter_map(|path| files.get(path)).map(Vec::len).sum();
    let mut text = String::new();
    for (label, value) in info {
        // A value has one line: what begins a new one would be a label of its own.
        let value: String = value.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        let _ = writeln!(text, "{label}: {value}");
    }
    let _ = writeln!(text, "Payload-Oxum: {bytes}.{}", payload.len());
    files.insert("bag-info.txt".to_owned(), text.into_bytes());
    let tags: Vec<String> = files.keys().filter(|path| !path.starts_with("data/")).cloned().collect();
    for (name, algorithm) in ALGORITHMS {
        let list = listed(&files, &tags, algorithm);
        files.insert(format!("tagmanifest-{name}.txt"), list);
    }
    files
}

fn listed(files: &Files, paths: &[String], algorithm: DigestAlgorithm) -> Vec<u8> {
    let mut text = String::new();
    for path in paths {
        let digest = algorithm.hex(files.get(path).map(Vec::as_slice).unwrap_or_default());
        let _ = writeln!(text, "{digest}  {path}");
    }
    text.into_bytes()
}

/// Holds a bag against its own lists: every file is in both lists of its kind, and has the digests that stand there. The digest by which the whole
/// bag is known, otherwise what is wrong.
pub(super) fn check(files: &Files) -> Result<String, String> {
    if files.len() > MOST_FILES {
        return Err(format!("it has more than {MOST_FILES} files"));
    }
    if files.get("bagit.txt").map(Vec::as_slice) != Some(DECLARATION.as_bytes()) {
        return Err("bagit.txt isn't that of a bag of version 1.0".into());
    }
    for (name, algorithm) in ALGORITHMS {
        let (manifest, tags) = (format!("manifest-{name}.txt"), format!("tagmanifest-{name}.txt"));
        check_list(files, &manifest, algorithm, |path| path.starts_with("data/"))?;
        check_list(files, &tags, algorithm, |path| !path.starts_with("data/") && !path.starts_with("tagmanifest-"))?;
    }
    Ok(sha256(files.get("tagmanifest-sha256.txt").map(Vec::as_slice).unwrap_or_default()))
}

fn check_list(
    files: &Files,
    name: &str,
    algorithm: DigestAlgorithm,
    is_its_own: impl Fn(&str) -> bool,
) -> Result<(), String> {
    let list = files.get(name).ok_or_else(|| format!("{name} is missing"))?;
    let text = std::str::from_utf8(list).map_err(|_| format!("{name} isn't text"))?;
    let mut listed = std::collections::BTreeSet::new();
    for line in text.lines() {
        let (digest, path) = line.split_once("  ").ok_or_else(|| format!("{name} can't be read"))?;
        let file = files.get(path).ok_or_else(|| format!("{path} is missing"))?;
        if algorithm.hex(file) != digest {
            return Err(format!("{path} was changed"));
        }
        if !is_its_own(path) || !listed.insert(path) {
            return Err(format!("{name} lists {path}, or lists it twice"));
        }
    }
    match files.keys().find(|path| is_its_own(path) && !listed.contains(path.as_str())) {
        Some(path) => Err(format!("{path} isn't in {name}")),
        None => Ok(()),
    }
}
