//! A request that comes twice under one key is done once.

use kyso_tests::service::{form, sign};
use kyso_tests::shapes::plain;

use crate::world::World;

#[test]
fn the_same_key_twice_gives_one_signature() {
    let mut world = World::new();
    let request =
        sign(&world.callers, &plain()).header("Idempotency-Key", "hồ sơ 1".replace(|c: char| !c.is_ascii(), "o"));
    let first = world.send(&request);
    let second = world.send(&request);
    assert_eq!(first.status, 201);
    assert_eq!((first.status, &first.body), (second.status, &second.body));
    assert_eq!(first.header("location"), second.header("location"));
    assert_eq!(world.objects().len(), 1);
    assert_eq!(world.kept(), 1);

    world.stop().join().unwrap();
    world.start();
    let third = world.send(&request);
    assert_eq!((first.status, &first.body), (third.status, &third.body));
    assert_eq!(world.kept(), 1);
}

#[test]
fn the_same_key_with_another_request_is_refused() {
    let mut world = World::new();
    assert_eq!(world.send(&sign(&world.callers, &plain()).header("Idempotency-Key", "1")).status, 201);
    let mut other_file = plain();
    other_file.push(b'\n');
    for other in [
        form("/api/v1/sign", &world.callers.leader, &plain(), r#"{"key": "chu-tich", "reason": "khác"}"#),
        form("/api/v1/sign", &world.callers.leader, &other_file, r#"{"key": "chu-tich"}"#),
    ] {
        let answer = world.send(&other.header("Idempotency-Key", "1"));
        assert_eq!((answer.status, answer.json()["code"].clone()), (422, "idempotency-key.reused".into()));
        assert_eq!(answer.json()["field"], "Idempotency-Key");
    }
    assert_eq!(world.kept(), 1);
}

#[test]
fn racing_requests_make_one_signature() {
    let mut world = World::new();
    let request = sign(&world.callers, &plain()).header("Idempotency-Key", "race");
    let answers: Vec<_> = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..12).map(|_| scope.spawn(|| world.send(&request))).collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).collect()
    });
    for answer in &answers {
        assert_eq!((answer.status, &answer.body), (201, &answers[0].body));
    }
    assert_eq!(world.objects().len(), 1);
    assert_eq!(world.kept(), 1);
}

#[test]
fn keys_of_different_callers_have_nothing_to_do_with_each_other() {
    let mut world = World::new();
    let signed = world.send(&sign(&world.callers, &plain()).header("Idempotency-Key", "1"));
    let seal = form("/api/v1/seal", &world.callers.clerk, &signed.body, r#"{"key": "con-dau"}"#);
    assert_eq!(world.send(&seal.header("Idempotency-Key", "1")).status, 201);
    assert_eq!(world.kept(), 2);
}

#[test]
fn what_was_refused_may_be_tried_again() {
    let world = World::new();
    let request =
        form("/api/v1/seal", &world.callers.clerk, &plain(), r#"{"key": "con-dau"}"#).header("Idempotency-Key", "1");
    assert_eq!(world.send(&request).json()["code"], "seal.no-leader-signature");
    let signed = world.send(&sign(&world.callers, &plain())).body;
    let request =
        form("/api/v1/seal", &world.callers.clerk, &signed, r#"{"key": "con-dau"}"#).header("Idempotency-Key", "1");
    assert_eq!(world.send(&request).status, 201);
}

#[test]
fn without_a_key_each_request_is_its_own() {
    let mut world = World::new();
    let (one, other) = (world.send(&sign(&world.callers, &plain())), world.send(&sign(&world.callers, &plain())));
    assert_ne!(one.header("location"), other.header("location"));
    assert_eq!(world.kept(), 2);
}

#[test]
fn a_key_that_is_none_is_refused() {
    let mut world = World::new();
    for key in [String::new(), "x".repeat(256), "khóa".to_owned()] {
        let answer = world.send(&sign(&world.callers, &plain()).header("Idempotency-Key", key));
        assert_eq!((answer.status, answer.json()["code"].clone()), (400, "idempotency-key.invalid".into()));
    }
    world.assert_empty();
}
