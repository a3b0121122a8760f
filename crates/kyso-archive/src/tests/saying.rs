//! What is said of documents: what became of them, other metadata, and what can't be said.

use jiff::ToSpan as _;

use super::storing::metadata;
use super::{Place, for_each_pair, kept};
use crate::finding::signers;
use crate::{Archive, Correction, Described, Error, Link, NotSaid, Sought, Standing, Uuid};

for_each_pair!(
    links_are_seen_from_both_ends,
    a_link_that_cant_be_is_refused,
    a_correction_stands_beside_what_was_said_before,
    a_correction_that_cant_be_is_refused,
    pages_follow_one_another_and_miss_nothing
);

async fn links_are_seen_from_both_ends(place: Place) {
    let archive = place.archive().await;
    let (old, new) = (kept(&archive, "x").await, kept(&archive, "y").await);
    let said = archive.link(new.id, Link::Replaces { other: old.id }, "văn thư").await.unwrap();
    // Whoever says it again, and however often.
    assert_eq!(archive.link(new.id, Link::Replaces { other: old.id }, "lãnh đạo").await.unwrap(), said);
    for id in [old.id, new.id] {
        assert_eq!(archive.links(id).await.unwrap(), std::slice::from_ref(&said));
    }
    let date = "2026-11-30".parse().unwrap();
    let cancelled = |decision: &str| Link::Cancelled { decision: decision.into(), date };
    archive.link(new.id, cancelled(" 12/QĐ-UBND "), "văn thư").await.unwrap();
    let again = archive.link(new.id, cancelled("12/QĐ-UBND"), "văn thư").await.unwrap();
    assert_eq!(again.link, cancelled("12/QĐ-UBND"));
    let links = archive.links(new.id).await.unwrap();
    assert_eq!((links.len(), Standing::of(new.id, &links)), (2, Standing::Cancelled));
    assert_eq!(Standing::of(old.id, &archive.links(old.id).await.unwrap()), Standing::Replaced);
    // Two documents and two links: as many leaves.
    assert_eq!(archive.sequence().await.unwrap(), 4);
    archive.close().await;
    let audit = place.audited(&[]).await;
    assert!(audit.is_whole(), "{:?}", audit.problems);
}

async fn a_link_that_cant_be_is_refused(place: Place) {
    let archive = place.archive().await;
    let [a, b, c] = [kept(&archive, "x").await.id, kept(&archive, "y").await.id, kept(&archive, "z").await.id];
    archive.link(b, Link::Replaces { other: a }, "văn thư").await.unwrap();
    archive.link(c, Link::Replaces { other: b }, "văn thư").await.unwrap();
    let tomorrow = archive.today().await.unwrap() + 1.day();
    let cancelled = |decision: &str, date| Link::Cancelled { decision: decision.into(), date };
    for (link, expected) in [
        (Link::Replaces { other: a }, NotSaid::Circle(a)),
        (Link::Corrects { other: a }, NotSaid::Circle(a)),
        (Link::Replaces { other: b }, NotSaid::Circle(b)),
        (Link::Replaces { other: c }, NotSaid::Circle(c)),
        (cancelled("12/QĐ", tomorrow), NotSaid::Date(tomorrow)),
        (cancelled(" ", tomorrow - 1.day()), NotSaid::Text("decision")),
        (cancelled("1\n2", tomorrow - 1.day()), NotSaid::Text("decision")),
    ] {
        let refused = archive.link(a, link.clone(), "văn thư").await;
        assert!(matches!(refused, Err(Error::NotSaid(why)) if why == expected), "{link:?}");
    }
    // Another kind of link leads elsewhere.
    archive.link(a, Link::Corrects { other: b }, "văn thư").await.unwrap();
    let nobody = Uuid::now_v7();
    for (of, other) in [(nobody, a), (a, nobody)] {
        let absent = archive.link(of, Link::MadeFrom { other }, "văn thư").await;
        assert!(matches!(absent, Err(Error::Unknown(id)) if id == nobody));
    }
}

fn correction(after: Option<u32>, subject: &str) -> Correction {
    Correction {
        after,
        metadata: metadata(subject),
        reason: "sai trích yếu".into(),
        by: "văn thư".into(),
        approved_by: Some("Lê Mẫu".into()),
    }
}

async fn a_correction_stands_beside_what_was_said_before(place: Place) {
    let archive = place.archive().await;
    let (first, second) = (kept(&archive, "x").await, kept(&archive, "y").await);
    assert_eq!(archive.revisions(first.id).await.unwrap(), []);
    let mut said: Vec<Described> = Vec::new();
    for (after, subject) in [(None, "Giấy ủy quyên"), (Some(0), "Giấy ủy quyền"), (Some(1), "Giấy ủy quyền nhận tiền")]
    {
        let described = archive.correct(first.id, &correction(after, subject)).await.unwrap();
        // The answer was lost, and it's sent again.
        assert_eq!(archive.correct(first.id, &correction(after, subject)).await.unwrap(), described);
        said.push(described);
    }
    assert_eq!(archive.revisions(first.id).await.unwrap(), said);
    assert_eq!(archive.metadata(first.id).await.unwrap().as_ref(), said.last());
    let of = (said[2].revision, said[2].approved_by.as_deref(), said[2].reason.as_deref());
    assert_eq!(of, (2, Some("Lê Mẫu"), Some("sai trích yếu")));
    let found = archive.find(&Sought { words: Some("nhan tien".into()), ..Sought::default() }).await.unwrap();
    assert_eq!(found.iter().map(|one| one.id).collect::<Vec<_>>(), [first.id]);
    // Where it stands among others stays.
    let all = archive.find(&Sought::default()).await.unwrap();
    assert_eq!(all.iter().map(|one| one.id).collect::<Vec<_>>(), [second.id, first.id]);
    archive.sequence().await.unwrap();
    archive.close().await;
    let audit = place.audited(&[]).await;
    assert!(audit.is_whole(), "{:?}", audit.problems);
}

async fn a_correction_that_cant_be_is_refused(place: Place) {
    let archive = place.archive().await;
    let id = kept(&archive, "x").await.id;
    archive.correct(id, &correction(None, "a")).await.unwrap();
    let of = |change: fn(&mut Correction)| {
        let mut of = correction(Some(0), "b");
        change(&mut of);
        of
    };
    for (correction, expected) in [
        (correction(None, "b"), "the newest revision isn't the one that this one follows, but Some(0)"),
        (correction(Some(1), "b"), "the newest revision isn't the one that this one follows, but Some(0)"),
        (of(|of| of.metadata.cert_number.ordinal = 7), "the number stays what it is"),
        (of(|of| of.metadata.subject.clear()), "1 of the metadata's fields aren't what they should be"),
        (of(|of| of.reason = " ".into()), "reason is missing or can't be used"),
        (of(|of| of.by = "a\nb".into()), "by is missing or can't be used"),
        (of(|of| of.approved_by = Some(String::new())), "approved_by is missing or can't be used"),
    ] {
        let refused = archive.correct(id, &correction).await.unwrap_err();
        assert!(matches!(refused, Error::NotSaid(_)), "{refused:?}");
        assert_eq!(refused.to_string(), expected);
    }
    assert_eq!(archive.revisions(id).await.unwrap().len(), 1);
    let nobody = archive.correct(Uuid::nil(), &correction(None, "a")).await;
    assert!(matches!(nobody, Err(Error::Unknown(_))));
}

/// Everything that is found so, page by page.
async fn through(archive: &Archive, sought: &Sought, most: u32) -> Vec<Uuid> {
    let (mut ids, mut after) = (Vec::new(), None);
    loop {
        let page = archive.find_page(sought, after, most).await.unwrap();
        assert!(page.artifacts.len() <= usize::try_from(most).unwrap());
        ids.extend(page.artifacts.iter().map(|one| one.id));
        after = page.next;
        if after.is_none() {
            return ids;
        }
    }
}

async fn pages_follow_one_another_and_miss_nothing(place: Place) {
    let archive = place.archive().await;
    let mut kept_ids = Vec::new();
    for name in ["a", "b", "c", "d", "e"] {
        kept_ids.insert(0, kept(&archive, name).await.id);
    }
    let [e, d, c, b, a] = kept_ids[..] else { panic!() };
    for id in [a, c] {
        archive.correct(id, &correction(None, "Giấy ủy quyền")).await.unwrap();
    }
    let of = |change: fn(&mut Sought)| {
        let mut sought = Sought::default();
        change(&mut sought);
        sought
    };
    let report = archive.report(&archive.artifact(b).await.unwrap().unwrap()).await.unwrap();
    let signer = Sought { signer: signers(&report).pop(), ..Sought::default() };
    for most in [1, 2, 5] {
        let found = async |sought: &Sought| through(&archive, sought, most).await;
        assert_eq!(found(&Sought::default()).await, [e, d, c, b, a], "{most}");
        assert_eq!(found(&of(|of| of.undescribed = true)).await, [e, d, b], "{most}");
        for book in ["01/2026-SCT/CK,ĐC", "1/2026-SCT/CK,ĐC"] {
            let sought = Sought { book: Some(book.into()), ..Sought::default() };
            assert_eq!(found(&sought).await, [c, a], "{book} {most}");
        }
        assert_eq!(found(&of(|of| of.book = Some("02/2026-SCT/CK,ĐC".into()))).await, Vec::<Uuid>::new());
        // Two words, whole and begun.
        for words in ["giay uy quyen", "gia u quy"] {
            let sought = Sought { words: Some(words.into()), ..Sought::default() };
            assert_eq!(found(&sought).await, [c, a], "{words} {most}");
        }
        assert_eq!(found(&signer).await, [e, d, c, b, a], "{most}");
        // Who is named, and didn't sign.
        assert_eq!(found(&of(|of| of.signer = Some("Trần Thị Mẫu".into()))).await, Vec::<Uuid>::new(), "{most}");
    }
    let nobody = archive.find_after(&Sought::default(), Some(Uuid::nil())).await;
    assert!(matches!(nobody, Err(Error::Unknown(_))));
}
