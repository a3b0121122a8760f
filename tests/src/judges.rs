//! The outside judges of tests/judges, asked from Rust.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

/// One signed file for the judges.
#[derive(Debug, Clone, Default)]
pub struct Case {
    /// The file's name in the output.
    pub name: String,
    /// The file before it was signed.
    pub original: Vec<u8>,
    /// The file after.
    pub signed: Vec<u8>,
    /// How many signatures were added.
    pub signatures: usize,
    /// Judges that don't speak the algorithm.
    pub without: Vec<&'static str>,
    /// What opens the file, where it's encrypted.
    pub password: Option<&'static str>,
}

/// What the judges said of one file.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The case's name.
    pub name: String,
    /// What is wrong; empty is good.
    pub wrong: Vec<String>,
    /// Who could not read the original, and why.
    pub abstained: Vec<String>,
    /// Who judged.
    pub judged: Vec<String>,
}

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository").to_owned()
}

/// The Python that has pyHanko: tests/run makes it.
pub fn python() -> PathBuf {
    let python = root().join("target/judges/bin/python");
    assert!(python.exists(), "the outside judges aren't installed: run tests/judges/install once (tests/run does)");
    python
}

/// What a script of tests/judges answers, in JSON.
pub fn ask(script: &str, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Value {
    let said = Command::new(python()).arg(root().join("tests/judges").join(script)).args(arguments).output().unwrap();
    serde_json::from_slice(&said.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&said.stderr)))
}

/// Asks all four judges, in one process.
pub fn judge(cases: &[Case], root_pem: &str) -> Vec<Verdict> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let trusted = folder.path().join("root.pem");
    std::fs::write(&trusted, root_pem).unwrap();
    let rows: Vec<Value> = cases
        .iter()
        .enumerate()
        .map(|(number, case)| {
            let original = folder.path().join(format!("{number}-original.pdf"));
            let signed = folder.path().join(format!("{number}-signed.pdf"));
            std::fs::write(&original, &case.original).unwrap();
            std::fs::write(&signed, &case.signed).unwrap();
            json!({ "name": case.name, "original": original, "signed": signed,
                    "signatures": case.signatures, "without": case.without, "password": case.password })
        })
        .collect();
    let manifest = folder.path().join("manifest.json");
    std::fs::write(&manifest, json!({ "root": trusted, "cases": rows }).to_string()).unwrap();

    let answer = ask("judge.py", [manifest]);
    let texts = |value: &Value| -> Vec<String> {
        value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    let verdicts: Vec<Verdict> = answer["cases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| Verdict {
            name: row["name"].as_str().unwrap().to_owned(),
            wrong: texts(&row["wrong"]),
            abstained: texts(&row["abstained"]),
            judged: texts(&row["judged"]),
        })
        .collect();
    assert_eq!(verdicts.len(), cases.len());
    verdicts
}

/// Asks them and panics with everything that is wrong.
pub fn all_good(cases: &[Case], root_pem: &str) -> Vec<Verdict> {
    let verdicts = judge(cases, root_pem);
    let wrong: Vec<String> = verdicts
        .iter()
        .filter(|verdict| !verdict.wrong.is_empty())
        .map(|verdict| format!("{}:\n    {}", verdict.name, verdict.wrong.join("\n    ")))
        .collect();
    assert!(wrong.is_empty(), "{} of {} files:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    for verdict in &verdicts {
        for abstention in &verdict.abstained {
            println!("{}: abstained: {abstention}", verdict.name);
        }
        assert!(!verdict.judged.is_empty(), "{}: nobody judged", verdict.name);
    }
    verdicts
}

/// What the judge of PDF/A says of files under a profile, e.g. `2b`: what is wrong with each; nothing is good.
pub fn pdfa(profile: &str, files: &[&[u8]]) -> Vec<Vec<String>> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let paths: Vec<PathBuf> = (0..files.len()).map(|number| folder.path().join(format!("{number}.pdf"))).collect();
    for (path, file) in paths.iter().zip(files) {
        std::fs::write(path, file).unwrap();
    }
    let answer =
        ask("pdfa_judge.py", std::iter::once(profile.as_ref()).chain(paths.iter().map(|path| path.as_os_str())));
    let rows = answer.as_array().unwrap();
    assert_eq!(rows.len(), files.len());
    rows.iter()
        .map(|row| {
            let wrong = row["wrong"].as_array().unwrap();
            // Whoever checks no rule finds nothing wrong.
            assert!(!wrong.is_empty() || row["rules"].as_u64().unwrap() > 100, "{row}");
            wrong.iter().map(|text| text.as_str().unwrap().to_owned()).collect()
        })
        .collect()
}
