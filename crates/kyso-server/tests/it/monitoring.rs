//! What operators look at: health and figures.

use std::os::unix::fs::FileExt as _;

use kyso_tests::http::Request;
use kyso_tests::service::sign;
use kyso_tests::shapes::plain;

use crate::world::World;

fn health(world: &World) -> (u16, serde_json::Value) {
    let health = world.send(&Request::new("GET", "/healthz"));
    (health.status, health.json()["field"].clone())
}

#[test]
fn a_database_that_is_overwritten_while_the_service_runs_is_told() {
    let mut world = World::new();
    assert_eq!(health(&world).0, 200);
    let path = world.path("data/archive.sqlite3");
    let mut first = [0; 4096];
    let file = std::fs::OpenOptions::new().read(true).write(true).open(&path).unwrap();
    file.read_exact_at(&mut first, 0).unwrap();
    file.write_all_at(&[0x55; 4096], 0).unwrap();
    assert_eq!(health(&world), (503, "database".into()));
    file.write_all_at(&first, 0).unwrap();
    drop(file);
    demand_started_again(&mut world);
}

#[test]
fn a_database_that_is_replaced_while_the_service_runs_is_told() {
    let mut world = World::new();
    std::fs::copy(world.path("data/archive.sqlite3"), world.path("copy")).unwrap();
    std::fs::rename(world.path("data/archive.sqlite3"), world.path("kept")).unwrap();
    std::fs::rename(world.path("copy"), world.path("data/archive.sqlite3")).unwrap();
    assert_eq!(health(&world), (503, "database".into()));
    std::fs::rename(world.path("kept"), world.path("data/archive.sqlite3")).unwrap();
    demand_started_again(&mut world);
}

/// What was written meanwhile may lie elsewhere: nothing is written any more, though the file is back, until the service has looked at
/// it from the beginning.
fn demand_started_again(world: &mut World) {
    assert_eq!(health(world), (503, "database".into()));
    let refused = world.send(&sign(&world.callers, &plain()));
    assert_eq!((refused.status, refused.json()["code"].clone()), (503, "archive.read-only".into()));
    world.stop().join().unwrap();
    world.start();
    assert_eq!(health(world).0, 200);
    assert_eq!(world.send(&sign(&world.callers, &plain())).status, 201);
}

/// The figures that have this name, with their labels.
fn figure<'a>(text: &'a str, name: &str) -> Vec<(&'a str, f64)> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let lines = lines.filter(|line| line.split(['{', ' ']).next() == Some(name));
    lines.map(|line| line.rsplit_once(' ').unwrap()).map(|(labels, value)| (labels, value.parse().unwrap())).collect()
}

#[test]
fn figures_are_in_prometheus_format_and_follow_what_happens() {
    let world = World::new();
    assert_eq!(world.send(&sign(&world.callers, &plain())).status, 201);
    assert_eq!(world.send(&Request::new("GET", "/secret-name-in-a-path")).status, 404);
    let answer = world.get("/metrics");
    assert_eq!(answer.status, 200);
    let text = String::from_utf8(answer.body).unwrap();
    assert_eq!(figure(&text, "kyso_artifacts"), [("kyso_artifacts{kind=\"none\"}", 1.0)]);
    assert_eq!(figure(&text, "kyso_claims_open"), [("kyso_claims_open", 0.0)]);
    let requests = figure(&text, "kyso_requests_total");
    let signing = "kyso_requests_total{route=\"/api/v1/sign\",method=\"POST\",status=\"201\"}";
    assert!(requests.contains(&(signing, 1.0)), "{requests:?}");
    assert!(requests.iter().any(|(labels, _)| labels.contains("route=\"-\"")), "{requests:?}");
    assert!(!text.contains("secret-name") && !text.contains("văn thư"), "{text}");
    for name in ["kyso_log_size", "kyso_space_free_bytes", "kyso_database_transactions_total", "kyso_jobs"] {
        assert!(!figure(&text, name).is_empty(), "{name}: {text}");
    }
    // Every sample follows its HELP and TYPE.
    let mut known = "";
    for line in text.lines() {
        match line.strip_prefix("# ") {
            Some(comment) => known = comment.split(' ').nth(1).unwrap(),
            None => assert_eq!(line.split(['{', ' ']).next(), Some(known), "{line}"),
        }
    }
}
