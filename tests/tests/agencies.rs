//! One service for several agencies, and one agency's archive behind several services: as processes, with either pair of stores.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test panics where something is wrong"
)]

use std::path::Path;
use std::process::Output;

use kyso_tests::http::{Answer, Request};
use kyso_tests::province::Province;
use kyso_tests::service::{self, Callers, Running, certification, certify, request, sign};
use kyso_tests::{shapes, tool, ward};
use serde_json::Value;

const NOBODYS: &str = "0198c0f0-0000-7000-8000-000000000000";
const PUBLIC: [&str; 3] = ["/api/openapi.json", "/healthz", "/api/v1/verify"];

fn kyso(directory: &Path, arguments: &[&str]) -> Output {
    let output = tool::kyso().current_dir(directory).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    output
}

/// What is an agency's own in a configuration: without what the file that names the agencies says.
fn own(directory: &Path, tag: &str) -> Callers {
    std::fs::create_dir(directory).unwrap();
    let callers = service::write_config(directory, tag);
    let file = directory.join("kyso.toml");
    let config = std::fs::read_to_string(&file).unwrap();
    let shared = ["listen", "upload_limit_mb", "request_timeout_seconds", "shutdown_grace_seconds"];
    let is_own = |line: &&str| !shared.iter().any(|name| line.starts_with(name));
    std::fs::write(&file, config.lines().filter(is_own).collect::<Vec<_>>().join("\n")).unwrap();
    callers
}

/// Two agencies: `ba`, which certifies too, and `hoa`.
fn two(directory: &Path, archive: &str) -> [Callers; 2] {
    let callers = ["ba", "hoa"].map(|name| own(&directory.join(name), &format!("_{name}")));
    let ba = directory.join("ba");
    std::fs::write(ba.join("agency.toml"), ward::AGENCY).unwrap();
    let file = ba.join("kyso.toml");
    std::fs::write(&file, std::fs::read_to_string(&file).unwrap() + &service::office()).unwrap();
    let named = ["ba", "hoa"].map(|name| format!("[[agency]]\nname = '{name}'\nconfig = '{name}/kyso.toml'\n"));
    let config = format!("listen = '127.0.0.1:0'\nupload_limit_mb = 1\n{archive}\n{}", named.concat());
    std::fs::write(directory.join("kyso.toml"), config).unwrap();
    for name in ["ba", "hoa"] {
        kyso(directory, &["archive", "init", "--archive", "kyso.toml", "--agency", name]);
    }
    kyso(directory, &["register", "init", "--archive", "kyso.toml", "--of-agency", "ba"]);
    callers
}

/// What an answer says, without what is of this one request.
fn said(answer: &Answer) -> (u16, Option<String>, Value) {
    let mut body: Value = serde_json::from_slice(&answer.body).unwrap_or_else(|_| answer.body.clone().into());
    if let Some(problem) = body.as_object_mut() {
        problem.remove("instance");
    }
    (answer.status, answer.header("content-type").map(str::to_owned), body)
}

/// Nothing that an agency's token asks shows whether another agency has it.
fn nothing_shows(directory: &Path, archive: &str) {
    let [ba, hoa] = two(directory, archive);
    let service = Running::start(directory);
    let ask = |token: &str, path: &str| request("GET", path, token).send(service.address);

    let signed = sign(&ba, &shapes::plain()).header("Idempotency-Key", "one").send(service.address);
    assert_eq!(signed.status, 201, "{signed:?}");
    let artifact = signed.header("location").unwrap().rsplit('/').next().unwrap().to_owned();
    let asked = certify(&certification("H61.12-261129-0042"), &shapes::plain(), r#"{"allow_draft": true}"#);
    let prepared = asked.header("Idempotency-Key", "two").send(service.address);
    assert_eq!(prepared.status, 201, "{prepared:?}");
    let draft = prepared.header("location").unwrap().rsplit('/').next().unwrap().to_owned();
    assert_eq!(ask(&ba.reader, &format!("/api/v1/artifacts/{artifact}")).body, signed.body);
    assert_eq!(ask(&ba.reader, &format!("/api/v1/drafts/{draft}")).status, 200);

    // Every route that is described, with another agency's ids, and with ids that nobody has.
    let description = Request::new("GET", "/api/openapi.json").send(service.address).json();
    let mut tried = 0;
    for (path, item) in description["paths"].as_object().unwrap() {
        if PUBLIC.contains(&path.as_str()) || item.get("get").is_none() || !path.contains("{id}") {
            continue;
        }
        for token in [&hoa.leader, &hoa.deputy, &hoa.clerk, &hoa.reader] {
            for id in [&artifact, &draft] {
                let filled = |id: &str| path.replace("{id}", id).replace("{n}", "0");
                let (theirs, nobodys) = (ask(token, &filled(id)), ask(token, &filled(NOBODYS)));
                assert_eq!(said(&theirs), said(&nobodys), "{path} shows that another agency has it");
                assert_eq!(theirs.status, 404, "{path}: {theirs:?}");
                tried += 1;
            }
        }
        let named = path.replace("{id}", &artifact).replace("{n}", "0").replace("/api/v1/", "/api/v1/agencies/ba/");
        let refused = ask(&hoa.reader, &named);
        assert_eq!((refused.status, &refused.json()["code"]), (401, &"token.unknown".into()), "{named}");
    }
    assert!(tried >= 72, "only {tried} were tried");
    let sha256 = kyso::crypto::DigestAlgorithm::Sha256.hex(&signed.body);
    for query in
        [format!("sha256={sha256}"), "dossier=H61.12-261129-0042".into(), "from=2020-01-01&to=2099-12-31".into()]
    {
        let path = format!("/api/v1/artifacts?{query}");
        let (theirs, own) = (ask(&hoa.reader, &path).json(), ask(&ba.reader, &path).json());
        assert_eq!(theirs["artifacts"], serde_json::json!([]), "{query}");
        let is_described = !query.starts_with("sha256");
        assert!(is_described || own["artifacts"][0]["id"] == artifact.as_str(), "{own}");
    }
    // The same key of two agencies is of two requests, and an agency's key isn't another's.
    let other = sign(&hoa, &shapes::plain()).header("Idempotency-Key", "one").send(service.address);
    assert_eq!(other.status, 201, "{other:?}");
    assert_ne!(other.body, signed.body);
    // Of another agency's document nothing is said, and nothing of one's own is linked to it.
    let own = other.header("location").unwrap().to_owned();
    let say = |path: &str, other: &str| {
        let body = serde_json::json!({ "link": "replaces", "other": other }).to_string().into_bytes();
        let asked = Request::new("POST", path).header("Authorization", format!("Bearer {}", hoa.leader));
        said(&asked.body("application/json", body).send(service.address))
    };
    let at = |id: &str| format!("/api/v1/artifacts/{id}/status");
    assert_eq!(say(&format!("{own}/status"), &artifact), say(&format!("{own}/status"), NOBODYS));
    assert_eq!(say(&at(&artifact), &artifact), say(&at(NOBODYS), &artifact));
    let untouched = ask(&ba.reader, &at(&artifact)).json();
    assert_eq!((&untouched["status"], &untouched["changes"]), (&"in-force".into(), &serde_json::json!([])));
    let metrics = |token: &str| String::from_utf8(ask(token, "/metrics").body).unwrap();
    for token in [&ba.reader, &hoa.reader] {
        assert!(metrics(token).contains("kyso_artifacts{kind=\"none\"} 1\n"), "{}", metrics(token));
    }

    // The logs are public, and each is one agency's.
    let public = |path: &str| Request::new("GET", path).send(service.address);
    let key = |path: &str| String::from_utf8(public(path).body).unwrap();
    let keys = ["ba", "hoa"].map(|name| key(&format!("/api/v1/agencies/{name}/log/key")));
    assert_ne!(keys[0], keys[1]);
    for (token, key) in [&ba.reader, &hoa.reader].into_iter().zip(&keys) {
        assert_eq!(String::from_utf8(ask(token, "/api/v1/log/key").body).unwrap(), *key);
    }
    for path in ["/api/v1/log/key", "/api/v1/log/checkpoint", "/api/v1/agencies/none/log/key", "/api/v1/agencies/ba"] {
        let nowhere = public(path);
        assert_eq!((nowhere.status, &nowhere.json()["code"]), (404, &"route.not-found".into()), "{path}");
    }
    assert_eq!(public("/healthz").status, 200);
    assert_eq!(Request::new("POST", "/healthz").send(service.address).status, 405);
    let nobody = request("GET", "/api/v1/artifacts", "kyso_nobody").send(service.address);
    assert_eq!((nobody.status, &nobody.json()["code"]), (401, &"token.unknown".into()));
    assert_eq!(service.terminate().0, Some(0));
    for name in ["ba", "hoa"] {
        let status =
            kyso(directory, &["archive", "status", "--archive", "kyso.toml", "--agency", name, "--format", "json"]);
        let status: Value = serde_json::from_slice(&status.stdout).unwrap();
        assert_eq!(status["status"]["kept"]["artifacts"], 1, "{status}");
    }
}

#[test]
fn nothing_shows_in_directories() {
    let directory = tempfile::tempdir().unwrap();
    nothing_shows(directory.path(), "");
}

#[test]
fn nothing_shows_in_shared_stores() {
    let (province, directory) = (Province::new(), tempfile::tempdir().unwrap());
    let archive = province.archive(directory.path(), None);
    nothing_shows(directory.path(), &archive);
}

/// Several services with one archive: whichever is asked, a request is answered once, also when one of them is killed.
#[test]
fn services_share_an_archive() {
    let province = Province::new();
    let directories = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let first = directories[0].path();
    let callers = service::write_config(first, "");
    let file = first.join("kyso.toml");
    let config = std::fs::read_to_string(&file).unwrap() + &province.archive(first, Some("binh-minh"));
    std::fs::write(&file, config).unwrap();
    kyso(first, &["archive", "init", "--archive", "kyso.toml"]);
    // The other has the same files, the keys among them.
    let mut copy = std::process::Command::new("cp");
    assert!(copy.arg("-a").arg(first.join(".")).arg(directories[1].path()).status().unwrap().success());
    let services = directories.each_ref().map(|directory| Running::start(directory.path()));

    let answers: Vec<Vec<Answer>> = std::thread::scope(|scope| {
        let asked = |service: &Running| {
            let (address, callers) = (service.address, &callers);
            scope.spawn(move || {
                let ask = |number| sign(callers, &shapes::plain()).header("Idempotency-Key", format!("k{number}"));
                (0..6).map(|number| ask(number).send(address)).collect()
            })
        };
        let asked: Vec<_> = services.iter().map(asked).collect();
        asked.into_iter().map(|asked| asked.join().unwrap()).collect()
    });
    for (one, other) in answers[0].iter().zip(&answers[1]) {
        assert_eq!((one.status, other.status), (201, 201), "{one:?} {other:?}");
        assert!(
            one.body == other.body && one.header("location") == other.header("location"),
            "two signatures were made"
        );
    }
    let [killed, left] = services;
    killed.kill();
    for answer in &answers[0] {
        let location = answer.header("location").unwrap();
        assert_eq!(left.get(&callers, location).body, answer.body);
        let receipt = request("GET", &format!("{location}/receipt"), &callers.reader).header("Prefer", "wait=10");
        // Whoever died may have been at the log.
        assert!((0..30).any(|_| receipt.send(left.address).status == 200), "no receipt came: {}", left.terminate().1);
    }
    let again = sign(&callers, &shapes::plain()).header("Idempotency-Key", "k0").send(left.address);
    assert_eq!(again.body, answers[0][0].body);
    assert_eq!(left.terminate().0, Some(0));
}
