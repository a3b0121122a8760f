//! Objects in a real store (SeaweedFS): given once, replaced as known, read in part, listed in pages, kept against deleting,
//! and never taken for absent while the store is gone.

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use kyso_connect::s3::{
    DefaultRetention, Destroyer, Error, Keys, Mode, Options, Place, Put, Range, Replaced, Retention, Store, Stored,
    Style, Versioning,
};
use kyso_connect::{Clock, Settings};
use kyso_tests::servers::S3;
use zeroize::Zeroizing;

fn keys((id, secret): (&str, &str)) -> Keys {
    Keys::new(id, Zeroizing::new(secret.to_owned()))
}

fn place(server: &S3, bucket: &str) -> Place {
    Place::new(server.url(), "us-east-1", bucket, "ward/", Style::Path).unwrap()
}

fn asked_by(server: &S3, bucket: &str, keys: Keys) -> Store {
    Store::new(place(server, bucket), keys, Clock::default(), &Settings::default(), Duration::from_secs(60)).unwrap()
}

/// A bucket of one's own in the shared store.
fn bucket(locked: bool) -> (Store, String) {
    static BUCKETS: AtomicUsize = AtomicUsize::new(0);
    let name = format!("bucket-{}", BUCKETS.fetch_add(1, Ordering::SeqCst));
    let store = asked_by(S3::shared(), &name, keys(S3::KEYS));
    store.make_bucket(locked).unwrap();
    (store, name)
}

fn put(store: &Store, name: &str, content: &[u8]) -> Stored {
    match store.put_new(name, content, &Options::default()).unwrap() {
        Put::Created(stored) => stored,
        Put::Exists => panic!("{name} is there"),
    }
}

/// What somebody else does with the store, by a client of his own.
fn curl(arguments: &[&str], url: &str) {
    let by = ["--aws-sigv4", "aws:amz:us-east-1:s3", "--user", "test:testtest", "--silent", "--show-error", "--fail"];
    let output = Command::new("curl").args(by).args(arguments).arg(url).output().expect("curl: tests/judges/packages");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn is_refused<T: std::fmt::Debug>(answer: Result<T, Error>, status: u16) -> bool {
    matches!(&answer, Err(Error::Refused { status: given, .. }) if *given == status) || panic!("{answer:?}")
}

#[test]
fn a_name_is_given_once_and_its_bytes_come_back() {
    let (store, _) = bucket(false);
    let content: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    for name in ["o/ab/name.0", "o/odd/a+b=c~d!e$f&g'(h)*,;:@%25.x"] {
        assert_eq!(store.get(name, None, None), Ok(None));
        assert_eq!(store.head(name, None), Ok(None));
        let metadata = [("kyso-sha256", "ab=="), ("kyso-text", "two words")];
        let options = Options { media_type: Some("application/pdf"), metadata: &metadata, ..Options::default() };
        let Put::Created(stored) = store.put_new(name, &content, &options).unwrap() else { panic!("it's there") };
        assert_eq!(store.put_new(name, b"other", &options), Ok(Put::Exists));

        let object = store.get(name, None, None).unwrap().unwrap();
        assert!(object.content == content && object.head.length == 300_000 && object.head.etag == stored.etag);
        let given: Vec<(&str, &str)> =
            object.head.metadata.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(given, metadata);
        assert_eq!(store.head(name, None), Ok(Some(object.head)));
    }
    assert!(matches!(store.put_new("empty", b"", &Options::default()), Ok(Put::Created(_))));
    assert_eq!(store.get("empty", None, None).unwrap().unwrap().content, b"");
}

#[test]
fn parts_are_those_that_were_asked_for() {
    let (store, _) = bucket(false);
    put(&store, "digits", b"0123456789");
    let part = |first, length| store.get("digits", Some(Range { first, length }), None);
    let content = |first, length| part(first, length).unwrap().unwrap().content;
    assert_eq!(content(0, 1), b"0");
    assert_eq!(content(2, 4), b"2345");
    assert_eq!(content(8, 100), b"89");
    assert_eq!(part(3, 2).unwrap().unwrap().head.length, 10);
    assert!(is_refused(part(10, 1), 416));
    assert!(matches!(part(0, 0), Err(Error::Setting(_))));
    assert!(matches!(part(u64::MAX, 2), Err(Error::Setting(_))));
    assert_eq!(store.get("none", Some(Range { first: 0, length: 1 }), None), Ok(None));
    let small = store.reading_up_to(9);
    assert!(matches!(small.get("digits", None, None), Err(Error::Unknown(_))));
    assert_eq!(small.get("digits", Some(Range { first: 0, length: 9 }), None).unwrap().unwrap().content, b"012345678");
}

#[test]
fn one_object_is_replaced_as_it_was_known() {
    let (store, _) = bucket(false);
    let first = put(&store, "log/checkpoint", b"1");
    let Replaced::Done(second) = store.put_if_match("log/checkpoint", b"2", &first.etag).unwrap() else { panic!() };
    assert_eq!(store.put_if_match("log/checkpoint", b"3", &first.etag), Ok(Replaced::Changed));
    assert_eq!(store.get("log/checkpoint", None, None).unwrap().unwrap().content, b"2");
    assert_eq!(store.put_if_match("log/other", b"3", &second.etag), Ok(Replaced::Changed));
    assert_eq!(store.get("log/other", None, None), Ok(None));
    assert!(matches!(store.put_if_match("log/checkpoint", b"3", "*"), Err(Error::Setting(_))));
}

/// Of sixteen writers one wins, each time; and all else that is relied on. With versions, this store has the losers of a race
/// wait for seconds.
#[test]
fn the_store_is_fit_with_and_without_versions() {
    for (locked, races) in [(false, Store::RACES), (true, 2)] {
        let (store, _) = bucket(locked);
        assert_eq!((store.is_create_only(), store.is_create_only()), (Ok(true), Ok(true)));
        let checked = store.check(races).unwrap();
        assert_eq!((&checked.failures, checked.is_fit()), (&vec![], true));
        let versioning = if locked { Versioning::Enabled } else { Versioning::Off };
        assert_eq!((checked.versioning, checked.object_lock.is_some()), (versioning, locked));
    }
}

#[test]
fn who_has_no_right_is_refused_and_learns_nothing() {
    let (store, bucket) = bucket(false);
    put(&store, "there", b"x");
    let server = S3::shared();
    for stranger in [("test", "wrong"), ("nobody", "testtest")] {
        let store = asked_by(server, &bucket, keys(stranger));
        assert!(is_refused(store.get("there", None, None), 403));
        assert!(is_refused(store.get("none", None, None), 403));
        assert!(is_refused(store.head("none", None), 403));
        assert!(is_refused(store.put_new("new", b"x", &Options::default()), 403));
        assert!(is_refused(store.list("", None, 10), 403));
    }
    let reader = asked_by(server, &bucket, keys(S3::READER));
    assert_eq!(reader.get("there", None, None).unwrap().unwrap().content, b"x");
    assert!(is_refused(reader.put_new("new", b"x", &Options::default()), 403));
    assert_eq!(store.get("new", None, None), Ok(None));
    // Signed for another hour.
    let late = Clock::new(|| Timestamp::now() - SignedDuration::from_hours(1));
    let late = Store::new(place(server, &bucket), keys(S3::KEYS), late, &Settings::default(), Duration::from_secs(9));
    assert!(is_refused(late.unwrap().get("there", None, None), 403));
}

#[test]
fn nothing_is_absent_from_a_bucket_that_isnt_there() {
    let store = asked_by(S3::shared(), "no-such-bucket", keys(S3::KEYS));
    assert!(is_refused(store.get("x", None, None), 404));
    assert!(is_refused(store.head("x", None), 404));
    assert!(is_refused(store.list("", None, 10), 404));
}

#[test]
fn more_than_a_page_is_listed_in_order() {
    let (store, _) = bucket(false);
    let mut names: Vec<String> = (0..1030).map(|number| format!("o/{:02x}/{number}.0", number % 7)).collect();
    names.sort();
    std::thread::scope(|scope| {
        for part in names.chunks(names.len() / 8 + 1) {
            let store = &store;
            scope.spawn(move || part.iter().for_each(|name| drop(put(store, name, name.as_bytes()))));
        }
    });
    put(&store, "other", b"x");
    for most in [1000, 64] {
        let (mut found, mut next, mut pages) = (Vec::new(), None, 0);
        loop {
            let page = store.list("o/", next.as_deref(), most).unwrap();
            assert!(page.objects.len() <= usize::from(most));
            found.extend(page.objects);
            pages += 1;
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        assert!(pages >= 1030 / usize::from(most));
        assert!(found.iter().all(|listed| listed.length == listed.name.len() as u64 && !listed.etag.is_empty()));
        assert_eq!(found.into_iter().map(|listed| listed.name).collect::<Vec<_>>(), names);
    }
    assert_eq!(store.list("none/", None, 10).unwrap().objects, []);
}

#[test]
fn earlier_versions_and_delete_markers_are_seen() {
    let (store, bucket) = bucket(true);
    let first = put(&store, "o/part", b"first");
    put(&store, "o/whole", b"whole");
    let Replaced::Done(second) = store.put_if_match("o/part", b"second", &first.etag).unwrap() else { panic!() };
    curl(&["--request", "DELETE"], &format!("{}/{bucket}/ward/o/part", S3::shared().url()));

    // What is hidden isn't absent, as far as the store says so; its versions are there in any case.
    assert!(matches!(store.get("o/part", None, None), Err(Error::Hidden) | Ok(None)));
    for (stored, content) in [(&first, &b"first"[..]), (&second, b"second")] {
        let version = stored.version.as_deref();
        assert!(version.is_some());
        assert_eq!(store.get("o/part", None, version).unwrap().unwrap().content, content);
        assert_eq!(store.head("o/part", version).unwrap().unwrap().version.as_deref(), version);
    }
    for most in [1000, 1] {
        let (mut all, mut next) = (Vec::new(), None);
        loop {
            let page = store.list_versions("o/", next.as_ref(), most).unwrap();
            all.extend(page.versions);
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        let of_part: Vec<_> = all.iter().filter(|version| version.name == "o/part").collect();
        assert_eq!((all.len(), of_part.len()), (4, 3), "{most}: {all:?}");
        let marker = of_part.iter().find(|version| version.content.is_none()).unwrap();
        assert!(marker.is_latest && of_part.iter().filter(|version| version.is_latest).count() == 1);
        for (stored, length) in [(&first, 5), (&second, 6)] {
            let version = of_part.iter().find(|version| Some(&version.version) == stored.version.as_ref()).unwrap();
            assert_eq!(version.content.as_ref().map(|(length, _)| *length), Some(length));
        }
    }
    assert_eq!(store.get("o/whole", None, Some("no-such-version")).ok().flatten(), None);
}

#[test]
fn what_is_retained_or_held_cant_be_deleted() {
    let (store, _) = bucket(true);
    assert_eq!(store.object_lock(), Ok(Some(None::<DefaultRetention>)));
    let until = |hours: i64| Retention {
        mode: Mode::Compliance,
        until: Timestamp::from_second((Timestamp::now() + SignedDuration::from_hours(hours)).as_second()).unwrap(),
    };
    let (short, long) = (until(1), until(48));
    let options = Options { retention: Some(short), ..Options::default() };
    let Put::Created(kept) = store.put_new("kept", b"kept", &options).unwrap() else { panic!() };
    let held = Options { hold: true, ..Options::default() };
    let Put::Created(held) = store.put_new("held", b"held", &held).unwrap() else { panic!() };
    let free = put(&store, "free", b"free");
    let id = |stored: &Stored| stored.version.clone().unwrap();
    let destroyer = Destroyer::new(store.clone());

    assert_eq!(store.head("kept", Some(&id(&kept))).unwrap().unwrap().retention, Some(short));
    assert!(store.head("held", None).unwrap().unwrap().hold);
    assert!(is_refused(destroyer.delete("kept", &id(&kept)), 403));
    assert!(is_refused(destroyer.delete("held", &id(&held)), 403));
    assert!(matches!(destroyer.delete("free", ""), Err(Error::Setting(_))));
    assert_eq!(destroyer.delete("free", &id(&free)), Ok(()));
    assert_eq!(store.get("free", None, None), Ok(None));
    assert_eq!(store.get("free", None, Some(&id(&free))), Ok(None));

    assert_eq!(store.retain("kept", &id(&kept), long), Ok(()));
    assert_eq!(store.head("kept", None).unwrap().unwrap().retention, Some(long));
    assert!(is_refused(store.retain("kept", &id(&kept), short), 403));
    assert_eq!(store.head("kept", None).unwrap().unwrap().retention, Some(long));
    assert!(is_refused(destroyer.delete("kept", &id(&kept)), 403));
    assert_eq!(store.hold("held", &id(&held), false), Ok(()));
    assert_eq!(destroyer.delete("held", &id(&held)), Ok(()));
    assert_eq!(store.get("kept", None, None).unwrap().unwrap().content, b"kept");
}

/// While the store is gone, and while it comes back, no answer says that what it has isn't there.
#[test]
fn a_store_that_is_killed_is_unknown_and_loses_nothing() {
    let server = S3::start();
    let store = asked_by(&server, "kept", keys(S3::KEYS));
    store.make_bucket(false).unwrap();
    for number in 0..20 {
        put(&store, &format!("o/{number}"), b"content");
    }
    server.kill();
    for _ in 0..3 {
        assert!(matches!(store.get("o/0", None, None), Err(Error::Unknown(_))));
        assert!(matches!(store.head("o/0", None), Err(Error::Unknown(_))));
        assert!(matches!(store.list("o/", None, 10), Err(Error::Unknown(_))));
        assert!(matches!(store.put_new("o/0", b"other", &Options::default()), Err(Error::Unknown(_))));
        assert!(matches!(store.is_create_only(), Err(Error::Unknown(_))));
    }
    server.start_again();
    for number in 0..20 {
        let name = format!("o/{number}");
        let object = loop {
            match store.get(&name, None, None) {
                Err(Error::Unknown(_)) => std::thread::sleep(Duration::from_millis(100)),
                answered => break answered,
            }
        };
        assert_eq!(object.map(|object| object.map(|object| object.content)), Ok(Some(b"content".to_vec())), "{name}");
        assert_eq!(store.put_new(&name, b"other", &Options::default()), Ok(Put::Exists));
    }
}
